"""Reading launching documents: a file or a text goes in, a draft of the campaign comes out.

No database, no network, the same answer every time. `read` is the only door.
"""

from pathlib import Path

from campaigns.importing import refusals
from campaigns.importing.draft import LaunchDraft
from campaigns.importing.readers import extract
from campaigns.importing.reading import read_extracted
from campaigns.importing.refusals import LIMIT_BYTES, Unreadable


def read(source: Path | str | bytes, name: str = "") -> LaunchDraft:
    """The draft of a document: a path, or its bytes with the name it came under («-» for pasted text).

    Raises Unreadable with a sentence for the person who chose it.
    """
    if isinstance(source, bytes):
        return read_extracted(extract(source, name))
    path = Path(source)
    shown = name or path.name
    try:
        if path.stat().st_size > LIMIT_BYTES:
            size = f"{path.stat().st_size / 1048576:.1f}".replace(".", ",")
            raise Unreadable(refusals.TOO_LARGE, name=f"«{shown}»", size=size)
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(refusals.NOT_FOUND, name=f"«{shown}»") from error
    return read_extracted(extract(raw, shown))


__all__ = ["LaunchDraft", "Unreadable", "read"]
