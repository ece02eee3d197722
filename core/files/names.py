"""Names of files: fit for every system they may be saved on, and for the header that carries them."""

import re
import unicodedata
from urllib.parse import quote

from core.text import clean

LONGEST = 150  # characters before the extension
LONGEST_BYTES = 240  # file systems count bytes, and a Vietnamese letter may take three
NAMELESS = "tep"
_UNFIT = re.compile(r'[<>:"|?*\n\t]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.I)


def clean_name(name: str) -> str:
    """A name fit for a file: NFC, no path, no control characters, quotes or reserved words, short enough."""
    name = clean(name).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r" {2,}", " ", _UNFIT.sub(" ", name)).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem, ending = stem.strip(". ")[:LONGEST], f".{extension[:10]}" if extension else ""
    while len(stem.encode()) + len(ending.encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    name = f"{stem.rstrip('. ') or NAMELESS}{ending}"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def extension_of(name: str) -> str:
    """The last extension in lower case, without the dot; "" without one."""
    return clean_name(name).rpartition(".")[2].lower() if "." in clean_name(name) else ""


def attachment_header(name: str) -> str:
    """Content-Disposition for a download (RFC 6266): the name in letters every browser knows, and the true
    one.
    """
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = (
        re.sub(r"[^ -~]", "", plain).replace('"', "").replace("\\", "").replace("%", "").strip() or NAMELESS
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
