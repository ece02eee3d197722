"""Which reader fits the bytes; a file that is not what its name says is refused."""

import re
from pathlib import Path

from campaigns.importing import refusals
from campaigns.importing.docx import read_docx
from campaigns.importing.extracted import Extracted, of_text
from campaigns.importing.html import read_html
from campaigns.importing.legacy import decoded
from campaigns.importing.pdf import read_pdf
from campaigns.importing.refusals import LIMIT_BYTES, Unreadable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "ảnh"),
    (b"\xff\xd8\xff", "ảnh"),
    (b"GIF8", "ảnh"),
    (b"MZ", "chương trình"),
    (b"\x7fELF", "chương trình"),
    (b"Rar!", "tệp nén"),
    (b"7z\xbc\xaf", "tệp nén"),
    (b"\x1f\x8b", "tệp nén"),
    (b"II*\x00", "ảnh"),
    (b"MM\x00*", "ảnh"),
)
_TAGS = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p|table|meta|h1)\b", re.I)
_NAMED = {
    "docx": "docx",
    "pdf": "pdf",
    "html": "html",
    "htm": "html",
    "txt": "txt",
    "text": "txt",
    "md": "txt",
    "": "",
}
_WORD = re.compile(r"[^\W\d_]")
_CALLED = {
    "docx": "tệp Word (.docx)",
    "pdf": "tệp PDF",
    "html": "trang web (.html)",
    "txt": "văn bản thường (.txt)",
}


def _content_of(raw: bytes) -> str:
    if raw.startswith(_OLE):
        return "ole"
    head = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for begin, kind in _KNOWN:
        if head.startswith(begin):
            return kind
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "txt"
    return "html" if _TAGS.match(head) or (head.startswith(b"<") and _TAGS.search(raw[:4096])) else "txt"


def extract(raw: bytes, name: str) -> Extracted:
    """The text of a document given as bytes; name decides what it claims to be. Raises Unreadable."""
    shown = f"«{name}»" if name and name != "-" else "đã nhập"
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unreadable(refusals.EMPTY, name=shown)
    if len(raw) > LIMIT_BYTES:
        raise Unreadable(refusals.TOO_LARGE, name=shown, size=f"{len(raw) / 1048576:.1f}".replace(".", ","))
    extension = Path(name).suffix.lower().lstrip(".")
    if extension in ("docm", "dotm"):
        raise Unreadable(refusals.MACRO, name=shown)
    named = _NAMED.get(extension, "" if extension and not extension.isalnum() else None)
    found = _content_of(raw)
    if found == "ole":
        is_locked = "EncryptedPackage".encode("utf-16-le") in raw
        raise Unreadable(refusals.PASSWORD if is_locked else refusals.OLD_WORD, name=shown)
    if named is None and found in ("zip", "txt", "html", "pdf") and len(extension) <= 5:
        raise Unreadable(refusals.OTHER_KIND, name=shown)
    if found == "zip":
        found = "docx"
    if found not in _CALLED:
        raise Unreadable(refusals.OTHER_KIND, name=shown)
    if named and named != found and not (named in ("html", "txt") and found in ("html", "txt")):
        raise Unreadable(refusals.OTHER_CONTENT, name=shown, found=_CALLED[found], named=_CALLED[named])
    if found == "txt" and raw[:2] not in (b"\xff\xfe", b"\xfe\xff") and _is_binary(raw):
        raise Unreadable(refusals.OTHER_KIND, name=shown)
    extracted = _read(raw, shown, "html" if named == "html" else found)
    if not _WORD.search(extracted.text):
        raise Unreadable(refusals.NO_WORDS, name=shown)
    return extracted


def _is_binary(raw: bytes) -> bool:
    """Control characters that no text holds; UTF-16 without a mark has zeros at every second place."""
    sample = raw[:4000]
    if sample.count(0) > len(sample) // 5:
        return False
    return sum(byte < 9 or 13 < byte < 32 for byte in sample) > len(sample) // 50


def _read(raw: bytes, name: str, kind: str) -> Extracted:
    if kind == "docx":
        return read_docx(raw, name)
    if kind == "pdf":
        return read_pdf(raw, name)
    if kind == "html":
        return read_html(raw, name)
    return of_text(decoded(raw))
