import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import load_workbook

from core.documents.excel import render_excel, safe_text, sheet_name
from core.documents.tree import (
    Column,
    Table,
)
from tests.core.document_samples import document, full_document


def test_the_workbook_opens_with_a_summary_and_a_sheet_for_each_table_and_chart(workbook):
    assert workbook.sheetnames == [
        "Tóm tắt",
        "Bảng 1. Kết quả theo đơn vị",
        "Sáng kiến",
        "Qua các năm",
        "Cơ cấu",
        "Bảng 1. Kết quả theo đơn vị (2)",
    ]


def test_figures_are_figures_with_vietnamese_formats(workbook):
    sheet = workbook.worksheets[1]
    assert [(cell.value, cell.number_format) for cell in sheet[7]] == [
        (1, "General"),
        ("Vụ Tổ chức cán bộ", "General"),
        (10, "#,##0"),
        (9, "#,##0"),
        (0.9, "0.0%"),
        (1234.5, "#,##0.0"),
        (datetime(2024, 12, 16), "dd/mm/yyyy"),  # noqa: DTZ001
    ]


def test_totals_are_formulas_over_the_counted_rows_and_carry_their_value(workbook):
    sheet = workbook.worksheets[1]
    assert [cell.value for cell in sheet[11]][1:4] == [
        "Tổng cộng",
        "=SUM(C7:C8,C10:C10)",
        "=SUM(D7:D8,D10:D10)",
    ]
    assert sheet["F11"].value == "=SUM(F6:F10)"
    stored = load_workbook(io.BytesIO(render_excel(full_document())), data_only=True)
    assert [stored.worksheets[1][place].value for place in ("C11", "D11", "F11")] == [35, 29, 2234.5]
    figures = {row[1]: row[2] for row in stored.worksheets[0].iter_rows(values_only=True) if row[1]}
    assert figures["Chỉ tiêu: Đăng ký"] == 35


def test_sheets_are_ready_to_print(workbook):
    for sheet in workbook.worksheets[1:]:
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_charts_are_native_and_their_axes_are_shown(workbook):
    charts = [sheet._charts[0] for sheet in workbook.worksheets[2:5]]
    assert [len(chart.series) for chart in charts] == [2, 1, 2]
    assert all(chart.x_axis.delete is False and chart.y_axis.delete is False for chart in charts)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+84 912",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        '=HYPERLINK("x")',
    ],
)
def test_text_that_looks_like_a_formula_stays_text(text):
    assert safe_text(text) == f"'{text}"
    table = Table("t", text, [Column(text), Column("n", "number")], [(text, text)])
    sheet = load_workbook(io.BytesIO(render_excel(document(table)))).worksheets[1]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    guarded = [cell for cell in cells if str(cell.value).startswith("'")]
    assert len(guarded) == 4
    assert all(cell.quotePrefix for cell in guarded)


def test_ordinary_text_is_left_alone():
    assert safe_text("Nguyễn Văn A - Vụ trưởng") == "Nguyễn Văn A - Vụ trưởng"
    assert len(safe_text("a" * 40_000)) == 32_767


def test_words_that_look_like_errors_or_numbers_stay_words():
    table = Table("t", "T", [Column("A", "code")], [("#N/A",), ("007",), ("1E5",), (34_095_000_123_456,)])
    sheet = load_workbook(io.BytesIO(render_excel(document(table)))).worksheets[1]
    assert [(sheet[f"A{row}"].value, sheet[f"A{row}"].data_type) for row in range(5, 9)] == [
        ("#N/A", "s"),
        ("007", "s"),
        ("1E5", "s"),
        ("34095000123456", "s"),
    ]


def test_sheet_names_are_what_excel_accepts():
    long = "Bảng 12. Kết quả thực hiện chỉ tiêu của các đơn vị thuộc Bộ"
    assert len(sheet_name(long, "k", [])) <= 31
    assert sheet_name("A/B: [C]*?", "k", []) == "A B C"
    assert sheet_name("", "units", []) == "units"
    assert sheet_name("Bảng", "k", ["BẢNG", "Bảng (2)"]) == "Bảng (3)"
    assert sheet_name("History", "k", []) != "History"


def test_many_section_rows_do_not_break_the_sum():
    rows = [("Mục", 1) if at % 2 == 0 else ("dòng", 1) for at in range(600)]
    table = Table(
        "t", "T", [Column("A"), Column("B", "integer", total=True)], rows, group_rows=range(0, 600, 2)
    )
    sheet = load_workbook(io.BytesIO(render_excel(document(table)))).worksheets[1]
    formula = sheet["B605"].value
    assert formula.count("SUM(") == 2
    assert all(part.count(",") < 255 for part in formula.split("+"))


def test_the_archive_has_fixed_dates():
    with zipfile.ZipFile(io.BytesIO(render_excel(full_document()))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.infolist()[0].filename == "[Content_Types].xml"
        assert archive.read("docProps/core.xml").decode().count("2024-12-16T00:00:00Z") == 2
