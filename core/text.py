"""Vietnamese text: normal form, search key, name order. Spelling stays as typed; keys are for machines."""

import re
import unicodedata

# 29 letters in their order; tone marks come after letters (bằng < bánh is decided by the letter, not the
# tone).
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
_FORBIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b\u200e\u200f"
    "\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\U000f0000-\U0010ffff]"
)
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n"}
)


def clean(value: str) -> str:
    """NFC, trimmed, no-break spaces made plain, without control, direction and private characters and what is
    no character at all (neither the database nor a workbook could hold it). Line breaks stay.
    """
    value = _FORBIDDEN.sub("", value.translate(_PLAIN)).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", value).strip()


def search_key(value: str) -> str:
    """Lower case without marks, đ → d, single spaces: «Nguyễn Thị Hoà» and «nguyen thi hòa» give one key."""
    value = unicodedata.normalize("NFD", clean(value).casefold())
    value = "".join(c for c in value if not unicodedata.combining(c)).replace("đ", "d")
    return re.sub(r"[^0-9a-z]+", " ", value).strip()


def _letter_key(word: str) -> tuple[str, str]:
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFC", word.casefold()):
        base, shape, tone = "", "", 0
        for part in unicodedata.normalize("NFD", char):
            if part in _TONES:
                tone = _TONES[part]
            elif part in _SHAPES:
                shape += part
            elif not unicodedata.combining(part):
                base += part
        letter = unicodedata.normalize("NFC", base + shape)
        position = _LETTERS.find(letter)
        letters.append(f"{position + 10:02d}" if position >= 0 else f"0{min(ord(letter[:1] or ' '), 9)}")
        tones.append(str(tone))
    return "".join(letters), "".join(tones)


def sort_key(value: str) -> str:
    """A string whose plain byte order is the Vietnamese alphabetical order (letters first, then tones)."""
    keys = [_letter_key(word) for word in clean(value).split()]
    return " ".join(k for k, _ in keys) + "|" + " ".join(t for _, t in keys)


def name_sort_key(full_name: str) -> str:
    """Order of personal names: given name first, then family and middle names."""
    words = clean(full_name).split()
    return sort_key(" ".join([words[-1], *words[:-1]])) if words else ""
