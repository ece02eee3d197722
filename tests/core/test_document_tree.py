import unicodedata
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from core.documents.layout import column_places
from core.documents.measure import balanced, text_width
from core.documents.tree import (
    Chart,
    Column,
    Items,
    Paragraph,
    Table,
    number_text,
    percent_text,
    place_and_day,
    value_text,
)
from tests.core.document_samples import HEADER, TABLE


def test_texts_are_composed_and_stripped_of_what_no_file_can_carry():
    decomposed = unicodedata.normalize("NFD", "Điều chỉnh kế hoạch")
    paragraph = Paragraph(f"{decomposed}\x00\x0b\u202e\ufeff")
    assert paragraph.text == "Điều chỉnh kế hoạch"


def test_texts_inside_rows_and_lists_are_settled_too_and_cannot_change():
    rows = [(unicodedata.normalize("NFD", "Hoà"),)]
    table = Table("t", "T", [Column("Tên")], rows)
    rows.append(("thêm",))
    assert table.rows == (("Hoà",),)
    assert Items(["a", "b"]).items == ("a", "b")


def test_a_row_with_too_few_values_is_refused():
    with pytest.raises(ValueError, match="row 0: 1 values, 2 columns"):
        Table("t", "T", [Column("A"), Column("B")], [("x",)])


def test_a_series_with_too_few_values_is_refused():
    with pytest.raises(ValueError, match="1 values, 2 labels"):
        Chart("c", "C", "bar", ["a", "b"], [("s", [1])])


def test_totals_leave_section_rows_out():
    assert TABLE.totals() == (None, None, 35, 29, None, Decimal("2234.5"), None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1.234.567"),
        (Decimal("1234.50"), "1.234,5"),
        (Decimal("0.00"), "0"),
        (-0.0, "0"),
        (Decimal("1E+3"), "1.000"),
        (-1234.25, "-1.234,25"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(value, text):
    assert number_text(value) == text


def test_a_half_is_rounded_up():
    assert percent_text(60.25) == "60,3\u00a0%"
    assert number_text(Decimal("2.5"), 0) == "3"


def test_days_and_the_number_get_their_leading_zeros():
    assert place_and_day("Hà Nội", date(2026, 2, 5)) == "Hà Nội, ngày 05 tháng 02 năm 2026"
    assert place_and_day("", date(2026, 3, 15)) == "Ngày 15 tháng 3 năm 2026"
    assert HEADER.number_text == "Số: 05/BC-TCCB"
    assert replace(HEADER, number="15/BC-TCCB").number_text == "Số: 15/BC-TCCB"
    assert replace(HEADER, number="/BC-TCCB").number_text.endswith("\u00a0/BC-TCCB")


def test_cells_read_as_on_paper():
    assert value_text(None, "number") == ""
    assert value_text(date(2024, 2, 5), "date") == "05/02/2024"
    assert value_text(datetime(2024, 2, 5, 10, 30), "date") == "05/02/2024"  # noqa: DTZ001
    assert value_text(2024, "code") == "2024"


def test_figures_of_a_column_show_the_same_number_of_places():
    assert column_places(TABLE, 5) == 1
    assert column_places(TABLE, 4) == 1
    assert column_places(TABLE, 2) is None


def test_titles_break_evenly_and_keep_a_figure_with_its_word():
    lines = balanced(
        "Kết quả công tác thi đua, khen thưởng năm 2024 và phương hướng năm 2025", 300, 14, bold=True
    )
    assert len(lines) == 2
    assert not any(line.endswith("năm") or line[:1].isdigit() for line in lines)
    widths = [text_width(line, 14, bold=True) for line in lines]
    assert max(widths) <= 300
    assert max(widths) - min(widths) < 100


def test_a_dash_never_begins_a_line():
    assert balanced("HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG", 190, 12, bold=True) == [
        "HỘI ĐỒNG THI ĐUA -",
        "KHEN THƯỞNG",
    ]
