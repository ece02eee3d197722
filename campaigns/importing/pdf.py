"""PDF files with text: lines of pages, without running heads and page numbers, joined to paragraphs."""

import logging
import re
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from pypdf import PageObject, PdfReader
from pypdf.errors import FileNotDecryptedError

from campaigns.importing import refusals
from campaigns.importing.extracted import Extracted, Line, normal, of_lines
from campaigns.importing.legacy import from_old_fonts
from campaigns.importing.lines import begins_anew, goes_on
from campaigns.importing.refusals import Unreadable

MAX_PAGES = 1000
EDGE = 2
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^(?:trang\s*)?[-–]?\s*\d{1,4}\s*(?:[-–]|/\s*\d{1,4})?$", re.I)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Printed:
    """A line on a page: where it begins, and how far below the line before (None: not known)."""

    text: str
    left: float
    drop: float | None


def _lines_of(page: PageObject) -> list[Printed]:
    """The lines of a page in reading order, with their places."""
    lines: list[tuple[str, float, float]] = []
    parts: list[str] = []
    place: tuple[float, float] | None = None

    def take(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        nonlocal parts, place
        if text.strip() and place is None:
            place = (tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5])
        *ended, rest = text.split("\n")
        for part in ended:
            lines.append(("".join([*parts, part]), *(place or (0.0, 0.0))))
            parts, place = [], None
        parts.append(rest)

    page.extract_text(visitor_text=take)
    lines.append(("".join(parts), *(place or (0.0, 0.0))))
    found: list[Printed] = []
    above: float | None = None
    for text, left, height in lines:
        shown = " ".join(normal(from_old_fonts(text)).split())
        if not shown:
            continue
        drop = above - height if above is not None else None
        found.append(Printed(shown, left, drop if drop is not None and 2 < drop < 120 else None))
        above = height
    return found


def _pages(raw: bytes, name: str) -> list[list[Printed]]:
    reader = PdfReader(BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable(refusals.PASSWORD, name=name)
    if len(reader.pages) > MAX_PAGES:
        raise Unreadable(refusals.TOO_COMPLEX, name=name)
    return [_lines_of(page) for page in reader.pages]


def _without_edges(pages: list[list[Printed]]) -> list[list[Printed]]:
    """Lines that stand on top or at the foot of most pages say nothing; nor do bare page numbers there."""
    edges = [{line.text for line in (*page[:EDGE], *page[-EDGE:])} for page in pages]
    seen = Counter(one for edge in edges for one in {_DIGITS.sub("#", text) for text in edge})
    often = {line for line, count in seen.items() if len(pages) >= 3 and count * 2 > len(pages)}
    return [
        [
            line
            for at, line in enumerate(page)
            if EDGE <= at < len(page) - EDGE
            or not (_PAGE_NUMBER.match(line.text) or _DIGITS.sub("#", line.text) in often)
        ]
        for page in pages
    ]


def _paragraphs(pages: list[list[Printed]]) -> list[str]:
    """Lines put together: by the white space between them where the page shows it, else by their words."""
    lines = [line for page in pages for line in page]
    width = sorted(len(line.text) for line in lines)[int(len(lines) * 0.9)] if lines else 0
    pitch = _pitch(lines, width)
    lefts = Counter(round(line.left) for line in lines if len(line.text) > 0.7 * width)
    margin = min(lefts, default=0)
    groups: list[list[str]] = []
    for at, line in enumerate(lines):
        if at and _belongs(lines[at - 1], line, pitch, width, margin):
            groups[-1].append(line.text)
        else:
            groups.append([line.text])
    return [" ".join(group) for group in groups]


def _pitch(lines: list[Printed], width: int) -> float:
    """The distance of two lines of one paragraph: the usual one below full lines, else the smallest."""
    below_full = Counter(
        round(line.drop, 1)
        for before, line in pairwise(lines)
        if line.drop is not None and len(before.text) >= 0.85 * width and not begins_anew(line.text)
    )
    if below_full:
        most = max(below_full.values())
        return min(drop for drop, count in below_full.items() if count * 3 >= most)
    return min((line.drop for line in lines if line.drop is not None and line.drop > 8), default=0.0)


def _belongs(before: Printed, line: Printed, pitch: float, width: int, margin: float) -> bool:
    if line.drop is None or not pitch:
        return goes_on(before.text, line.text, width)
    if line.drop > 1.22 * pitch:
        return line.text[:1].islower() and goes_on(before.text, line.text, 0)
    if begins_anew(line.text):
        return False
    if line.left > margin + 12 and before.left <= margin + 6:
        return False  # the first line of a paragraph is indented
    return (
        goes_on(before.text, line.text, width)
        or (before.text.isupper() == line.text.isupper() and len(before.text) > 0.6 * width)
        or (before.text.isupper() and line.text.isupper() and line.drop <= 1.05 * pitch)
    )


def read_pdf(raw: bytes, name: str) -> Extracted:
    """The paragraphs of a PDF. Raises Unreadable, of a scan too."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = _pages(raw, name)
    except Unreadable:
        raise
    except FileNotDecryptedError as error:
        raise Unreadable(refusals.PASSWORD, name=name) from error
    except RecursionError as error:
        raise Unreadable(refusals.TOO_COMPLEX, name=name) from error
    except Exception as error:  # whatever a damaged file makes the reader raise
        raise Unreadable(refusals.BROKEN, name=name) from error
    letters = sum(len(_LETTER.findall(line.text)) for page in pages for line in page)
    if letters < 20 * max(1, min(len(pages), 5)):
        raise Unreadable(refusals.SCANNED, name=name, pages=len(pages))
    return of_lines((Line(text) for text in _paragraphs(_without_edges(pages))), "pdf")
