"""The text of a document and its paragraphs: what every reader of a format hands on."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from core.text import fix_look_alikes

_GONE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]"
)
_NO_BREAK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_EMPHASIS = re.compile(r"\*{1,3}|(?<![\w])_{2}|_{2}(?![\w])")
_SPACE = re.compile(r"\s+")
# Small Vietnamese letters for a character class: the range à-ỹ would hold capitals too.
LOWER = "a-zàáảãạăắằẳẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ"
_MIXED = re.compile(r"[\u00d0\u00f0\u0189\u0256\u1d06]")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph as the document shows it: text[start:end]; numbering stands inside the text as well."""

    start: int
    end: int
    numbering: str = ""
    level: int = 0
    style: str = ""
    in_table: bool = False


@dataclass(frozen=True)
class Extracted:
    """The whole text; every span of the draft is a pair of offsets into it."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    kind: str = "txt"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A paragraph before it has a place."""

    text: str
    numbering: str = ""
    level: int = 0
    style: str = ""
    in_table: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of the draft: its clean text and where it stands."""

    text: str
    start: int
    end: int

    def to_json(self) -> dict[str, object]:
        """As the contract of the command writes an item."""
        return {"text": self.text, "start": self.start, "end": self.end}


def normal(text: str) -> str:
    """NFC, plain spaces, one kind of line end, without invisible characters; line structure stays."""
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROL.sub(" ", _NO_BREAK.sub(" ", _GONE.sub("", text)))
    text = unicodedata.normalize("NFC", text)
    if _MIXED.search(text):
        text = "\n".join(_whole_line(line) for line in text.split("\n"))
    return text


def _whole_line(line: str) -> str:
    """Only letters that look like Đ are exchanged; spaces at the ends stay."""
    core = line.strip()
    return line.replace(core, fix_look_alikes(core)) if core else line


def tidy(text: str) -> str:
    """The text of a piece on one line, without marks of emphasis of light markup."""
    return _SPACE.sub(" ", _EMPHASIS.sub("", text)).strip()


def piece(text: str, start: int, end: int) -> Piece:
    """A piece without the spaces, list marks and separators around it."""
    end = min(end, len(text))
    while start < end and (text[start].isspace() or text[start] in "*_;,:|–-+•·"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "*_;,.:|/–-"):
        if text[end - 1] == "." and text[end - 3 : end] == "...":
            break
        end -= 1
    return Piece(tidy(text[start:end]), start, end)


def of_lines(lines: Iterable[Line], kind: str, notes: Iterable[str] = ()) -> Extracted:
    """Paragraphs of a format that has paragraphs, one under the other."""
    parts: list[str] = []
    paragraphs: list[Paragraph] = []
    at = 0
    for line in lines:
        clean = _SPACE.sub(" ", normal(line.text)).strip()
        if not clean:
            continue
        shown = f"{line.numbering} {clean}" if line.numbering else clean
        paragraphs.append(
            Paragraph(at, at + len(shown), line.numbering, line.level, line.style, line.in_table)
        )
        parts.append(shown)
        at += len(shown) + 1
    return Extracted("\n".join(parts), tuple(paragraphs), kind, tuple(notes))


def of_text(text: str, kind: str = "txt", notes: Iterable[str] = ()) -> Extracted:
    """Plain text: each line that is not empty is a paragraph; offsets are those of the text itself."""
    text = normal(text)
    paragraphs: list[Paragraph] = []
    at = 0
    for raw in text.split("\n"):
        core = raw.strip()
        if core:
            start = at + raw.index(core)
            paragraphs.append(Paragraph(start, start + len(core)))
        at += len(raw) + 1
    return Extracted(text, tuple(paragraphs), kind, tuple(notes))
