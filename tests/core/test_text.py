import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from core.text import clean, name_sort_key, search_key, sort_key

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
