"""How wide a text is in Times metrics (Tinos), without opening a font: to break titles and labels evenly."""

import re
import unicodedata

# Advance widths in thousandths of the size, U+0020 to U+007E.
_REGULAR = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 "
    "500 500 500 500 500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 "
    "722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722 611 333 "
    "278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 "
    "500 500 333 389 278 500 500 722 500 500 444 480 200 480 541"
)
_BOLD = (
    "250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 "
    "500 500 500 500 500 500 333 333 570 570 570 500 930 722 667 722 722 667 611 778 "
    "778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 333 "
    "278 333 581 500 333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 "
    "556 556 444 389 333 556 500 722 500 500 444 394 220 394 520"
)
_OTHER = {"đ": 550, "Đ": 722, "ơ": 554, "Ơ": 778, "ư": 600, "Ư": 796, "—": 1000, "…": 1000, "\u00a0": 250}


def _table(widths: str) -> dict[str, int]:
    return {chr(32 + at): int(width) for at, width in enumerate(widths.split())} | _OTHER


_TABLES = {False: _table(_REGULAR), True: _table(_BOLD)}


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line, in the unit of ``size``."""
    table = _TABLES[bold]
    whole = 0
    for char in text:
        width = table.get(char)
        if width is None:
            base = unicodedata.normalize("NFD", char)
            # ơ and ư keep their horn: the letter with its tone taken off is looked up once more.
            horned = unicodedata.normalize("NFC", base[:2]) if "\u031b" in base else base[0]
            width = table.get(horned, 500)
        whole += width
    return whole * size / 1000


def balanced(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """The text in as few lines as fit the width, their lengths as even as possible."""
    words = _words(text)
    if not words:
        return []
    greedy = _greedy(words, width, size, bold)
    if len(greedy) == 1:
        return greedy
    low, high = 0.0, width
    for _ in range(12):
        middle = (low + high) / 2
        if len(_greedy(words, middle, size, bold)) <= len(greedy):
            high = middle
        else:
            low = middle
    return _greedy(words, high, size, bold)


def _words(text: str) -> list[str]:
    """Words that stay whole; a figure or a dash stays with the word before it ("năm 2024", "thi đua -")."""
    words: list[str] = []
    for word in re.split(r"[ \t\n]+", text.strip(" \t\n")):
        figure = word[:1].isdigit() and bool(words) and not words[-1][-1:].isdigit()
        if words and (figure or word in {"-", "–", "—"}):
            words[-1] = f"{words[-1]} {word}"
        elif word:
            words.append(word)
    return words


def _greedy(words: list[str], width: float, size: float, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and text_width(f"{lines[-1]} {word}", size, bold) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
