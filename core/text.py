"""Vietnamese text: normal form, search key, name order. Spelling stays as typed; keys are for machines."""

import re
import unicodedata

# 29 letters in their order; tone marks come after letters (bằng < bánh is decided by the letter, not the
# tone).
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
# Eth and African D look like Đ, and old fonts and keyboards produce them; keys take them for what was meant.
_LOOK_LIKE_D = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ", "\u1d06": "đ"})
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
    value = unicodedata.normalize("NFD", clean(value).translate(_LOOK_LIKE_D).casefold())
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
    """A string whose plain byte order is the Vietnamese alphabetical order (letters first, then tones).

    The end of the letters sorts before a further word: «Nguyễn An» stands before «Nguyễn An Bình».
    """
    keys = [_letter_key(word) for word in clean(value).translate(_LOOK_LIKE_D).split()]
    return "!".join(k for k, _ in keys) + " " + "!".join(t for _, t in keys)


def name_sort_key(full_name: str) -> str:
    """Order of personal names: given name first, then family and middle names."""
    words = clean(full_name).split()
    return sort_key(" ".join([words[-1], *words[:-1]])) if words else ""


def fix_look_alikes(value: str) -> str:
    """Clean text in which what only looks like Đ (eth, «Ð») is the Vietnamese letter."""
    return clean(value).translate(_LOOK_LIKE_D)


def foreign_letters(value: str) -> list[tuple[int, str]]:
    """(position counted from 1, letter) of the letters of other scripts.

    A Cyrillic «а» looks like ours, but no search finds it. Latin letters of any language are fine.
    """
    return [
        (position, char)
        for position, char in enumerate(clean(value), start=1)
        if char.isalpha() and not unicodedata.name(char, "").startswith("LATIN ")
    ]


_PILE = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{5,}")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_MIXED_WORD = re.compile("[^\\W\\d_]+")


def trouble_in(value: str) -> str:
    """The sentence about letters nobody types on purpose, with their place; "" when there are none.

    More than four marks on one letter, or a Cyrillic letter inside a Latin word: it looks right, prints
    right, and no search finds it.
    """
    pile = _PILE.search(value)
    if pile:
        return f"Chữ ở vị trí {pile.start()} có quá nhiều dấu chồng lên nhau. Hãy gõ lại chữ này."
    if _CYRILLIC.search(value):
        for word in _MIXED_WORD.finditer(value):
            strange = _CYRILLIC.search(word[0])
            if strange and re.search("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", word[0]):
                place = word.start() + strange.start() + 1
                return (
                    f"Ký tự lạ «{strange[0]}» ở vị trí {place}, trong từ «{word[0][:40]}»: trông giống "
                    "chữ tiếng Việt nhưng thuộc bảng chữ khác. Hãy gõ lại từ này."
                )
    return ""
