"""Items that stand in one sentence or paragraph: separated by semicolons, sentences, or commas and «và»."""

import re

from campaigns.importing.extracted import LOWER, Piece, piece
from campaigns.importing.words import is_item_like

_OPENERS = {"(": ")", "“": "”", "«": "»", "[": "]", '"': '"'}
_OPENING = re.compile(r"[(“«\[\"]")
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE = re.compile(r"(?<=[^\s.][.!?…])[”\"*)]*\s+" + rf"(?=[*_“\"]?[^\W\d_{LOWER}])")
_ABBREVIATED = re.compile(r"(?:\b(?:TP|GS|PGS|TS|ThS|BS|Tp|tr|ĐT|St|TT|NĐ|QĐ|CT|KH)|\b[A-ZĐ])\.$")
_AND = re.compile(r"^(?:và|đồng thời|cùng với đó)\s*,?\s+", re.I)
_LIST_GAP = re.compile(r",\s+|\s+và\s+")
QUOTE_LIMIT = 300


def _depths(text: str) -> bytearray:
    """For each place whether it lies in brackets or quotes that are closed again soon."""
    inside = bytearray(len(text))
    at = 0
    while found := _OPENING.search(text, at):
        at = found.start()
        closer = _OPENERS[found[0]]
        end = text.find(closer, at + 1, at + QUOTE_LIMIT)
        if end < 0 and closer == "”":
            end = text.find('"', at + 1, at + QUOTE_LIMIT)
        if end > 0:
            inside[at : end + 1] = b"\1" * (end + 1 - at)
            at = end
        at += 1
    return inside


def at_semicolons(text: str, start: int, end: int) -> list[Piece]:
    """The parts between semicolons that stand outside brackets and quotes."""
    words = text[start:end]
    inside = _depths(words) if ";" in words else bytearray()
    cuts = [m.start() for m in re.finditer(";", words) if not inside[m.start()]]
    return _pieces(text, start, end, [(cut, cut + 1) for cut in cuts])


def sentences(text: str, start: int, end: int) -> list[Piece]:
    """The sentences of a piece of text."""
    words = text[start:end]
    inside = _depths(words)
    cuts = [
        (m.start(), m.end())
        for m in _SENTENCE.finditer(words)
        if not inside[m.start() - 1] and not _ABBREVIATED.search(words[: m.start()][-8:])
    ]
    return _pieces(text, start, end, cuts)


def at_commas(text: str, start: int, end: int, count: int) -> list[Piece]:
    """The parts between commas and «và», only when there are exactly as many as the text states."""
    words = text[start:end]
    inside = _depths(words)
    cuts = [(m.start(), m.end()) for m in _LIST_GAP.finditer(words) if not inside[m.start()]]
    found = _pieces(text, start, end, cuts)
    return found if len(found) == count else []


def _pieces(text: str, start: int, end: int, cuts: list[tuple[int, int]]) -> list[Piece]:
    found = []
    edges = [(0, 0), *cuts, (end - start, end - start)]
    for (_, begin), (stop, _) in zip(edges, edges[1:], strict=False):
        one = piece(text, start + begin, start + stop)
        joined = _AND.match(one.text)
        if joined:
            place = text.find(one.text[joined.end() :].split(" ", 1)[0], one.start)
            one = piece(text, place if place >= 0 else one.start, one.end)
        if len(_LETTER.findall(one.text[:40])) >= 3:
            found.append(one)
    return found


def split(text: str, start: int, end: int, count: int | None = None) -> list[Piece]:
    """The items of one run of text. count: how many the document states, when it does."""
    whole = piece(text, start, end)
    if not whole.text:
        return []
    by_semicolons = at_semicolons(text, start, end)
    by_sentences = sentences(text, start, end)
    if count is not None:
        for found in (by_semicolons, by_sentences, at_commas(text, start, end, count)):
            if len(found) == count:
                return found
    if len(by_semicolons) >= 2:
        return _without_afterthought(text, by_semicolons)
    if len(by_sentences) >= 2:
        items = [one for one in by_sentences if is_item_like(one.text)]
        if len(items) == len(by_sentences):
            return by_sentences
        if is_item_like(by_sentences[0].text):
            return _leading_items(by_sentences)
    return [whole]


def _leading_items(found: list[Piece]) -> list[Piece]:
    """The sentences up to the first that is no act of its own."""
    kept = []
    for one in found:
        if not is_item_like(one.text):
            break
        kept.append(one)
    return kept


def _without_afterthought(text: str, found: list[Piece]) -> list[Piece]:
    """A last item is one sentence; what follows its full stop speaks of something else, unless it is an
    act.
    """
    *before, last = found
    parts = sentences(text, last.start, last.end)
    if len(parts) >= 2 and not all(is_item_like(one.text) for one in parts):
        return [*before, *_leading_items(parts)] if is_item_like(parts[0].text) else [*before, parts[0]]
    if len(parts) >= 2:
        return [*before, *parts]
    return found
