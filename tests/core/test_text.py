import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean, fix_look_alikes, foreign_letters, name_sort_key, search_key, sort_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ "


def test_both_tone_placements_and_both_forms_give_one_search_key() -> None:
    spellings = [
        "Hoà Bình",
        "Hòa Bình",
        unicodedata.normalize("NFD", "Hòa Bình"),
        "hoa binh",
        "  HOÀ   BÌNH ",
    ]
    assert {search_key(s) for s in spellings} == {"hoa binh"}
    assert search_key("Đặng Thị Thuý") == search_key("đặng thị thúy") == "dang thi thuy"


def test_vietnamese_order() -> None:
    words = ["An", "Ăn", "Ân", "Ba", "Bá", "Bạ", "Cam", "Da", "Đa", "Em", "Êm", "On", "Ôn", "Ơn", "Um", "Ưm"]
    assert sorted(set(words), key=sort_key) == words


def test_names_sort_by_given_name_first() -> None:
    names = ["Vũ Thị An", "Nguyễn Văn Ánh", "Trần Văn Bình", "Lê Thị Đào"]
    assert sorted(set(names), key=name_sort_key) == names


@given(st.text(LETTERS, max_size=40))
def test_clean_and_search_key_are_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert search_key(search_key(text)) == search_key(text)
    assert search_key(unicodedata.normalize("NFD", text)) == search_key(text)


@given(st.text(max_size=60))
def test_clean_leaves_no_control_or_direction_character(text: str) -> None:
    assert not set(clean(text)) & {"\x00", "\u202e", "\u200b", "\u00ad", "\r"}


ALPHABET = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
TONES = ["a", "à", "ả", "ã", "á", "ạ"]


def in_order(words: list[str], key: Callable[[str], str]) -> list[str]:
    """The words, turned round and sorted again."""
    turned = words[::-1]
    turned.sort(key=key)
    return turned


def test_all_29_letters_stand_in_the_order_of_the_alphabet() -> None:
    names = [f"Trần {letter.upper()}" for letter in ALPHABET]
    assert len(names) == 29
    assert in_order(names, name_sort_key) == names
    capitals = [name.upper() for name in names]
    assert in_order(capitals, name_sort_key) == capitals


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_tones_come_in_the_order_of_the_dictionary_after_the_letters(form: str) -> None:
    words = [unicodedata.normalize(form, f"Lê B{tone}n") for tone in TONES]
    assert in_order(words, name_sort_key) == words
    assert name_sort_key("Lê Bạn") < name_sort_key("Lê Bàng")


def test_a_shorter_name_stands_before_a_longer_one_of_the_same_beginning() -> None:
    names = ["Nguyễn An", "Nguyễn Thị An", "Nguyễn Văn An", "Phạm An", "Nguyễn Anh"]
    assert in_order(names, name_sort_key) == names
    units = ["Cục Bản đồ", "Cục Bản đồ quốc gia", "Cục Biển"]
    assert in_order(units, sort_key) == units


@pytest.mark.parametrize(
    "spellings",
    [
        ["Hoà", "Hòa", "HOÀ", "hoa"],
        ["Thuý", "Thúy", "THÚY"],
        ["Quý", "Qúy", "QUÝ"],
        ["Khoẻ", "Khỏe"],
        ["Tuỳ", "Tùy"],
        ["Đặng", "\u00d0ặng", "\u0189ặng", "ĐẶNG", "dang"],
    ],
)
def test_every_way_of_writing_gives_one_search_key(spellings: list[str]) -> None:
    both = [unicodedata.normalize(form, s) for s in spellings for form in ("NFC", "NFD")]
    assert len({search_key(s) for s in both}) == 1


def test_both_tone_placements_and_look_alikes_of_d_sort_together() -> None:
    names = ["Lê Dung", "Lê \u00d0ào", "Lê Đào", "Lê Em"]
    assert name_sort_key(names[1]) == name_sort_key(names[2])
    assert in_order(names, name_sort_key)[0] == "Lê Dung"
    assert fix_look_alikes("\u00d0ỗ Văn \u0189ại") == "Đỗ Văn Đại"


def test_letters_of_other_scripts_are_named_with_their_place() -> None:
    assert foreign_letters("Trần Thị Hoà") == []
    assert foreign_letters("H'Hen Niê Êban, Françoise K’ŏ") == []
    assert foreign_letters("Nguy\u0435n Văn \u0391n") == [(5, "\u0435"), (12, "\u0391")]
    assert foreign_letters(unicodedata.normalize("NFD", "Lê Thị \u0430n")) == [(8, "\u0430")]
