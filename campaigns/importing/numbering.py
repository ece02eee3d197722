"""Marks in front of items: «Một là,», «Thứ nhất:», «1.», «(1)», «a)», «-», «I.», «Điều 1.» … and chains of
them inside one paragraph.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

ORDINALS = {"nhất": 1, "hai": 2, "nhì": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
            "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "mười ba": 13, "mười bốn": 14,
            "mười lăm": 15}  # fmt: skip
CARDINALS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    "mười ba": 13,
    "mười bốn": 14,
    "mười lăm": 15,
}
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_PLAIN_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = {"I": 1, "V": 5, "X": 10}
# A word that follows a number: an item, not «1.500 người» or «20/11».
_BEGINS = r"(?=[^\W\d_]|[“\"'«‘(\[*])"
_NUMBER_WORDS = "|".join(sorted({*ORDINALS, *CARDINALS}, key=len, reverse=True))

_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("article", re.compile(r"Điều\s+(\d{1,3})\s*[.:]\s*")),
    (
        "part",
        re.compile(
            r"(?:Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC)\s+(?:thứ\s+|THỨ\s+)?([IVX]{1,5}|\d{1,2}|[nN]hất|NHẤT|"
            r"[hH]ai|HAI|[bB]a|BA)\s*[.:]?\s*"
        ),
    ),
    ("roman", re.compile(r"([IVX]{1,5})\s*(?:[.\-–/):]\s*|\s)" + _BEGINS)),
    ("capital", re.compile(r"([A-HĐ])\s*[.)/]\s+" + _BEGINS)),
    ("decimal", re.compile(r"([IVX]{1,5}\.\d{1,2}(?:\.\d{1,2})*)\.?[)]?\s*" + _BEGINS)),
    ("decimal", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?[)]?\s*" + _BEGINS)),
    ("arabic", re.compile(r"(\d{1,2})\s?(?:[.)/:]|\s?[-–](?=\s))\s*" + _BEGINS)),
    ("paren", re.compile(r"\((\d{1,2})\)\s*[.:]?\s*")),
    ("bracket", re.compile(r"\[(\d{1,2})\]\s*")),
    ("letter", re.compile(r"([a-zđ])\s?[.)/]\s*" + _BEGINS)),
    ("letter", re.compile(r"\(([a-zđ])\)\s*")),
    ("lower roman", re.compile(r"\(?(i{1,3}|iv|vi{0,3}|ix|x)\)\s*" + _BEGINS)),
    (
        "ordinal",
        re.compile(
            rf"(?:Thứ|thứ|THỨ)\s+({_NUMBER_WORDS})(?:\s+là)?\s*[,:.;\-–]\s*(?!\s*(?:ngày\s+)?\d)", re.I
        ),
    ),
    ("cardinal", re.compile(rf"({_NUMBER_WORDS})\s+là\b\s*[,:;.\-–]?\s*", re.I)),
    (
        "named",
        re.compile(
            rf"(?:Nội dung|Nhiệm vụ|Tiêu chí|Tiêu chuẩn|Giải pháp|Chỉ tiêu|Mục tiêu)\s+(?:thứ\s+|"
            rf"số\s+)?(\d{{1,2}}|{_NUMBER_WORDS})\s*(?:là\s*)?[:.,\-–]\s*",
            re.I,
        ),
    ),
    ("dash", re.compile(r"([-–—−‒])\s*(?=[^\s\d\-–—.]|\d)")),
    ("plus", re.compile(r"(\+)\s*(?=\S)")),
    ("bullet", re.compile(r"([•·▪●○◦■□✓✔➢➤►▶◆❖➡→♦\uf0b7\uf0a7\uf0d8\uf0fc§]|\*(?=\s))\s*(?=\S)")),
)
DASHES = {"dash", "plus", "bullet"}
# Chains inside one paragraph, each at the beginning of a sentence or of a part.
_INNER: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cardinal", re.compile(rf"(?<=[:.;,…])\s+({_NUMBER_WORDS})\s+là\b\s*[,:;]?\s*", re.I)),
    ("ordinal", re.compile(rf"(?<=[:.;,…])\s+(?:thứ)\s+({_NUMBER_WORDS})(?:\s+là)?\s*[,:]\s*", re.I)),
    ("paren", re.compile(r"(?:(?<=[:.;,…])|(?<=\bvà)|(?<=\bgồm)|(?<=\blà))\s*\((\d{1,2})\)\s*")),
    ("arabic", re.compile(r"(?<=[:.;…])\s+(\d{1,2})[.)]\s*" + _BEGINS)),
    ("letter", re.compile(r"(?<=[:.;,…])\s+\(?([a-zđ])\)\s*" + _BEGINS)),
    ("bullet", re.compile(r"(?<=[:.;…])\s+([-–+•])\s+" + _BEGINS)),
)


@dataclass(frozen=True)
class Mark:
    """A mark: its style, its value (None for dashes) and where it stands; the item begins at end."""

    style: str
    value: int | None
    start: int
    end: int


def value_of(style: str, text: str) -> int | None:
    """The number a mark stands for."""
    low = text.lower()
    if low.isdecimal():
        return int(low)
    if style == "decimal":
        return int(low.rpartition(".")[2])
    if style in ("roman", "part") and text and all(char in _ROMAN for char in text):
        numbers = [_ROMAN[char] for char in text]
        return sum(-a if a < b else a for a, b in pairwise([*numbers, 0]))
    if style == "lower roman":
        return value_of("roman", text.upper())
    if style in ("letter", "capital"):
        return _LETTERS.find(low) + 1 or None
    return ORDINALS.get(low) or CARDINALS.get(low)


def letter_follows(before: str, after: str) -> bool:
    """Whether a letter follows another in the Vietnamese or in the plain alphabet (d → đ → e, d → e)."""
    for alphabet in (_LETTERS, _PLAIN_LETTERS):
        at = alphabet.find(before)
        if at >= 0 and alphabet[at + 1 : at + 2] == after:
            return True
    return False


def mark_at(text: str) -> Mark | None:
    """The mark at the beginning of a paragraph."""
    offset = len(text) - len(text.lstrip("*_ \t"))
    if offset and not text[:offset].strip() and offset > 8:
        offset = 0
    body = text[offset:]
    for style, pattern in _MARKS:
        found = pattern.match(body)
        if not found or found.end() >= len(body):
            continue
        value = value_of(style, found[1]) if style not in DASHES else None
        if style in ("roman", "capital") and not _is_heading_mark(style, found, body):
            continue
        if value is None and style not in DASHES:
            continue
        return Mark(style, value, 0, offset + found.end())
    return None


def _is_heading_mark(style: str, found: re.Match[str], body: str) -> bool:
    """«I. MỤC ĐÍCH» and «A. Nội dung», not the words «V» and «X» in a text, nor the initial of a name."""
    if style == "roman" and not re.search(r"[.\-–/):]", found[0]):
        return body[found.end() :][:12].isupper()
    return True


def inner_marks(text: str, after: Mark | None, following: Mark | None) -> list[Mark]:
    """Marks of run-on lists inside a paragraph: «1. … 2. …», «Một là … Hai là …», «(1) …; (2) …».

    A chain counts up from the mark in front of the paragraph or from 1; a chain of one needs the next number
    in front of the following paragraph.
    """
    for style, pattern in _INNER:
        found = [
            Mark(style, value_of(style, match[1]) if style != "bullet" else None, match.start(), match.end())
            for match in pattern.finditer(text)
        ]
        if style == "bullet":
            if len(found) >= 2:
                return found
            continue
        chain: list[Mark] = []
        start = after.value if after is not None and after.style == style else None
        expected = start + 1 if start is not None else 1
        letter_before = text[after.start : after.end].strip("*_ ().")[:1].lower() if start and after else ""
        for mark in found:
            letter = text[mark.start : mark.end].strip(" ().")[:1].lower()
            fits = mark.value == expected
            if style == "letter" and (chain or start):
                fits = letter_follows(letter_before, letter)
            if fits and (chain or start is not None or _may_begin(text, mark)):
                chain.append(mark)
                expected = (mark.value or 0) + 1
                letter_before = letter
        goes_on = following is not None and following.style == style and following.value == expected
        if len(chain) >= 2 or (chain and (start is not None or goes_on)):
            return chain
    return []


def _may_begin(text: str, mark: Mark) -> bool:
    """A list inside a paragraph begins after a colon or a full stop, or is introduced by «gồm», «là»."""
    before = text[max(0, mark.start - 20) : mark.start].rstrip()
    return before.endswith((":", ".", ";", "…", "gồm", "là", "sau"))
