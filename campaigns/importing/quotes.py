"""Words in quotation marks, also broken ones: «“…"», opened and never closed."""

import re
from dataclasses import dataclass

from campaigns.importing.extracted import LOWER

_OPEN = "“\"«„‟‘'"
_CLOSE = {"“": '”"“', '"': '"”', "«": "»", "„": '”“"', "‟": '”"', "‘": "’", "'": "'"}
_BREAKS = re.compile(rf"\n|…(?=\s|$)|;\s|\.\s+(?=[^\W\d_{LOWER}])|\.$|[.…]{{3}}")
LIMIT = 260


@dataclass(frozen=True)
class Quote:
    """What stands between the marks; is_closed: whether it ends with a mark."""

    text: str
    start: int
    end: int
    outer_end: int
    is_closed: bool


def quotes_of(text: str, begin: int = 0, end: int | None = None) -> list[Quote]:
    """The quotations in a part of the text, in order, not nested."""
    found: list[Quote] = []
    at, stop = begin, len(text) if end is None else end
    while at < stop:
        char = text[at]
        if char in _OPEN and _may_open(text, at):
            quote = _read(text, at, stop)
            if quote is not None:
                found.append(quote)
                at = quote.outer_end
                continue
        at += 1
    return found


def _may_open(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] in "'‘":
        return (not before or before.isspace() or before in "(:*") and after.isalnum()
    return bool(after) and (not before or not before.isalnum()) if text[at] == '"' else bool(after)


def _read(text: str, at: int, stop: int) -> Quote | None:
    closers = _CLOSE[text[at]]
    limit = min(at + 1 + LIMIT, stop)
    for place in range(at + 1, limit):
        char = text[place]
        if char == "\n" and text[place + 1 : place + 2] == "\n":
            limit = place
            break
        if char in closers and text[place - 1] not in " (" or (char in closers and char in "”»"):
            return _quote(text, at, place, place + 1, is_closed=True)
        if char in "“«" and text[at] in "“«":  # a new one opens: the first was never closed
            limit = place
            break
    broken = _BREAKS.search(text, at + 1, limit)
    end = broken.start() if broken else limit
    return _quote(text, at, end, end, is_closed=False) if end - at > 4 else None


def _quote(text: str, at: int, end: int, outer: int, *, is_closed: bool) -> Quote | None:
    start = at + 1
    while start < end and (text[start].isspace() or text[start] in "*_"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "*_.,;:"):
        end -= 1
    if end <= start:
        return None
    while outer < len(text) and text[outer] in "*_":
        outer += 1
    return Quote(re.sub(r"\s+", " ", text[start:end]).strip(), start, end, outer, is_closed)
