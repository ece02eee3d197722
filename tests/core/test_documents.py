import hashlib
import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from defusedxml import ElementTree
from django.template import engines
from openpyxl import load_workbook
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from core.documents import checks
from core.documents.certificate import CertificateText, certificate_pdf, certificates_pdf, frame_svg
from core.documents.charts import bar_svg, chart_svg, line_svg, share_svg
from core.documents.excel import render_excel, safe_text, sheet_name
from core.documents.layout import column_places
from core.documents.measure import balanced, text_width
from core.documents.pdf import document_css, render_html, render_html_pdf, render_pdf
from core.documents.tree import (
    Annex,
    Chart,
    Column,
    Document,
    Header,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Recipients,
    Signature,
    Table,
    number_text,
    percent_text,
    place_and_day,
    value_text,
)

DAY = date(2024, 12, 16)
HEADER = Header(
    "Bộ Nông nghiệp và Môi trường",
    "Vụ Tổ chức cán bộ",
    "5/BC-TCCB",
    "Hà Nội",
    DAY,
    "Báo cáo",
    "Kết quả năm 2024 và phương hướng năm 2025",
    ["Lãnh đạo Bộ", "Hội đồng"],
)
TABLE = Table(
    "units",
    "Bảng 1. Kết quả theo đơn vị",
    [
        Column("STT", "code"),
        Column("Đơn vị"),
        Column("Đăng ký", "integer", total=True, group="Chỉ tiêu"),
        Column("Đạt", "integer", total=True, group="Chỉ tiêu"),
        Column("Tỷ lệ", "percent"),
        Column("Giá trị", "number", total=True),
        Column("Ngày nộp", "date"),
    ],
    [
        (None, "Khối cơ quan", 30, 24, None, None, None),
        (1, "Vụ Tổ chức cán bộ", 10, 9, 90, Decimal("1234.5"), DAY),
        (2, "Văn phòng Bộ", 20, 15, Decimal("75.25"), 1000, None),
        (None, "Khối đơn vị sự nghiệp", 5, 5, None, None, None),
        (3, "Viện Khoa học", 5, 5, 100, 0, DAY),
    ],
    group_rows=[0, 3],
    note="Nguồn: báo cáo của các đơn vị.",
    unit="chỉ tiêu",
)
BAR = Chart(
    "bar", "Sáng kiến", "bar", ["Vụ A", "Vụ B"], [("Kỳ này", [12, 30]), ("Kỳ trước", [10, None])], "sáng kiến"
)
LINE = Chart(
    "line", "Qua các năm", "line", ["2022", "2023", "2024"], [("Toàn ngành", [5, 8, Decimal("9.5")])]
)
SHARE = Chart("share", "Cơ cấu", "share", ["Tập thể", "Cá nhân"], [("Năm 2024", [25, 75])])


def document(*blocks, header=HEADER, **parts):
    return Document(header, blocks, **parts)


def full_document():
    return document(
        Paragraph("Căn cứ Luật Thi đua, khen thưởng;", "basis"),
        Heading("I. KẾT QUẢ"),
        Paragraph("Nội dung báo cáo. " * 30),
        Items(["Một;", "Hai."]),
        TABLE,
        BAR,
        LINE,
        SHARE,
        PageBreak(),
        Paragraph("Trang sau./."),
        signature=Signature("TL. BỘ TRƯỞNG", "Vụ trưởng", "Trần Văn Đức"),
        recipients=Recipients(["Như trên", "Lưu: VT, TCCB"]),
        annexes=[Annex("Danh sách", [TABLE], landscape=True), Annex("Giải thích", [Paragraph("Ghi chú.")])],
    )


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf):
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def one_line(text):
    return " ".join(text.split())


def fonts_of(pdf):
    names = set()
    for page in read(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(font.get_object()["/BaseFont"].split("+")[-1])
    return names


# --- Tree ---


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


# --- PDF ---


@pytest.fixture(scope="module")
def report():
    return render_pdf(full_document())


def test_only_the_document_font_is_embedded(report):
    assert fonts_of(report) <= {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-Bold-Italic"}


def test_the_head_stands_on_the_first_page_in_the_official_words(report):
    first = one_line(read(report).pages[0].extract_text())
    for words in (
        "BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",
        "VỤ TỔ CHỨC CÁN BỘ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-TCCB",
        "Hà Nội, ngày 16 tháng 12 năm 2024",
        "BÁO CÁO",
        "- Lãnh đạo Bộ;",
        "- Hội đồng.",
    ):
        assert words in first


def test_pages_are_a4_and_a_wide_annex_lies_across(report):
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in read(report).pages]
    assert sizes[0] == (595, 842)
    assert (842, 595) in sizes
    assert sizes[-1] == (595, 842)


def test_pages_are_numbered_from_the_second_and_annexes_on_their_own(report):
    pages = [page.extract_text() for page in read(report).pages]
    numbers = [page.split()[0] if page.split()[0].isdigit() else page.split()[-1] for page in pages]
    assert not numbers[0].isdigit()
    assert numbers[1] == "2"
    annex = next(at for at, page in enumerate(pages) if "Phụ lục I\n" in f"{page}\n" and "DANH SÁCH" in page)
    assert not pages[annex].split()[0].isdigit()
    assert "Kèm theo Báo cáo số 05/BC-TCCB ngày 16 tháng 12 năm 2024" in one_line(pages[annex])


def test_a_single_annex_has_no_numeral():
    html = render_html(document(annexes=[Annex("Danh sách", [])]))
    assert "<h2>Phụ lục</h2>" in html


def test_the_pdf_is_tagged_and_titled_in_vietnamese(report):
    root = read(report).trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert read(report).metadata.title.startswith("Báo cáo Kết quả")


def test_markup_in_a_text_is_text():
    words = "<b>đậm</b> & <img src='http://example.org/x.png'> \"ngoặc\""
    pdf = render_pdf(document(Paragraph(words), Table("t", words, [Column(words)], [(words,)])))
    assert "<b>đậm</b> & <img" in one_line(text_of(pdf))
    assert one_line(text_of(pdf)).count("<b>đậm</b>") == 4


def test_decomposed_text_comes_out_composed():
    text = text_of(render_pdf(document(Paragraph(unicodedata.normalize("NFD", "Nguyễn Thị Ánh Tuyết")))))
    assert "Nguyễn Thị Ánh Tuyết" in text


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/a.png", "file:///etc/hostname", "data:image/png;base64,AA=="]
)
def test_nothing_is_ever_fetched(address):
    html = f'<html lang="vi"><head><title>x</title></head><body><img src="{address}" alt=""></body></html>'
    with pytest.raises(FatalURLFetchingError):
        render_html_pdf(html, document_css())


def test_the_same_tree_gives_the_same_bytes_in_another_process():
    script = (
        "import hashlib\n"
        "from tests.core.test_documents import full_document, render_pdf, render_excel\n"
        "for render in (render_pdf, render_excel):\n"
        "    print(hashlib.sha256(render(full_document())).hexdigest())\n"
    )
    env = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env
    )
    here = [hashlib.sha256(render(full_document())).hexdigest() for render in (render_pdf, render_excel)]
    assert other.stdout.split() == here


def test_a_paper_without_a_day_is_stable_too():
    paper = document(Paragraph("Nội dung."), header=replace(HEADER, day=None))
    assert render_pdf(paper) == render_pdf(paper)
    assert render_excel(paper) == render_excel(paper)


def test_a_letter_carries_its_summary_under_the_number():
    html = render_html(document(header=replace(HEADER, kind="", summary="đề nghị khen thưởng")))
    assert "V/v đề nghị khen thưởng" in html
    assert "<h1>" not in html


def test_minutes_have_two_signers_side_by_side():
    paper = document(
        signature=Signature("", "Chủ tọa", "Nguyễn Văn A"),
        left_signature=Signature("", "Thư ký", "Trần Thị B"),
    )
    html = render_html(paper)
    assert html.index("THƯ KÝ") < html.index("CHỦ TỌA")


def test_a_draft_says_so_on_every_page():
    paper = document(Paragraph("Một."), PageBreak(), Paragraph("Hai."), draft_note='Bản "nháp" < ngày 16/12')
    pages = [page.extract_text() for page in read(render_pdf(paper)).pages]
    assert len(pages) == 2
    assert all('Bản "nháp" < ngày 16/12' in page for page in pages)
    assert "DỰ THẢO" in pages[0]


def test_a_table_without_rows_says_so():
    assert "Không có số liệu" in render_html(document(replace(TABLE, rows=[], group_rows=[])))


def test_common_heads_span_their_columns_and_totals_are_printed():
    html = render_html(document(TABLE))
    assert '<th scope="colgroup" colspan="2">Chỉ tiêu</th>' in html
    assert '<td class="l" colspan="2">Tổng cộng</td><td class="n">35</td><td class="n">29</td>' in html
    assert '<td class="n">75,3\u00a0%</td>' in html


def test_a_long_table_is_laid_out_in_pieces_with_one_total():
    rows = [(at, f"Cá nhân {at}", 1) for at in range(1, 2001)]
    columns = [Column("STT", "code"), Column("Họ và tên"), Column("Số", "integer", total=True)]
    paper = document(Table("long", "Danh sách", columns, rows))
    html = render_html(paper)
    assert html.count("<thead>") == 4
    assert html.count("Tổng cộng") == 1
    pdf = render_pdf(paper)
    pages = [page.extract_text() for page in read(pdf).pages]
    assert all("Họ và tên" in page for page in pages[:-1])
    assert "Cá nhân 2000" in pages[-1]
    assert "2.000" in pages[-1]
    assert "/StructTreeRoot" not in read(pdf).trailer["/Root"]


# --- Charts ---


@pytest.mark.parametrize("chart", [BAR, LINE, SHARE])
def test_charts_are_well_formed_named_and_without_style_or_script(chart):
    svg = chart_svg(chart)
    root = ElementTree.fromstring(svg)
    names = [child.tag.rsplit("}", 1)[-1] for child in root]
    assert names[:2] == ["title", "desc"]
    assert not any("style" in element.attrib for element in root.iter())
    assert "<script" not in svg
    assert "nan" not in svg


def test_bars_carry_their_values_and_a_missing_one_a_dash():
    svg = bar_svg(BAR)
    for text in (">12<", ">30<", ">10<", ">–<", ">Kỳ này<", ">Kỳ trước<"):
        assert text in svg


def test_lines_are_named_at_their_end():
    assert ">Toàn ngành 9,5<" in line_svg(LINE)


def test_shares_show_their_part_of_the_whole():
    svg = share_svg(SHARE)
    assert "Tập thể: 25 (25\u00a0%)" in svg
    assert ">75\u00a0%<" in svg


@pytest.mark.parametrize("kind", ["bar", "line", "share"])
@pytest.mark.parametrize("numbers", [[0, 0], [None, None], [-5, 3]])
def test_charts_survive_empty_and_negative_figures(kind, numbers):
    ElementTree.fromstring(chart_svg(Chart("c", "C", kind, ["a", "b"], [("s", numbers)])))


@pytest.mark.parametrize("kind", ["bar", "line", "share"])
def test_charts_survive_having_nothing_to_show(kind):
    ElementTree.fromstring(chart_svg(Chart("c", "C", kind, [], [])))


def test_names_in_a_chart_are_escaped_and_templates_print_it_as_it_is():
    svg = bar_svg(Chart("c", "<i>A</i>", "bar", ["<b>&"], [("s", [1])]))
    assert "<b>" not in svg
    assert "<i>" not in svg
    assert engines["django"].from_string("{{ svg }}").render({"svg": svg}) == str(svg)


# --- Excel ---


@pytest.fixture(scope="module")
def workbook():
    return load_workbook(io.BytesIO(render_excel(full_document())))


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


# --- Certificates ---

CERTIFICATE = CertificateText(
    "",
    "Bộ trưởng Bộ Nông nghiệp và Môi trường",
    "Tặng",
    "Bằng khen",
    "Ông Nguyễn Văn Hưởng",
    "Chuyên viên chính, Văn phòng Bộ",
    "Đã có thành tích xuất sắc trong công tác năm 2024",
    "Quyết định số 1234/QĐ-BNNMT ngày 16 tháng 12 năm 2024",
    "Hà Nội",
    DAY,
    Signature("", "Bộ trưởng", "Trần Đức Thắng"),
    "Số sổ vàng: 0567/2024",
)


def test_a_certificate_is_one_page_across_with_all_its_words():
    pdf = certificate_pdf(CERTIFICATE)
    pages = read(pdf).pages
    assert len(pages) == 1
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (842, 595)
    text = one_line(text_of(pdf))
    for words in ("BẰNG KHEN", "Ông Nguyễn Văn Hưởng", "TẶNG", "Số sổ vàng: 0567/2024", "Trần Đức Thắng"):
        assert words in text
    assert fonts_of(pdf) <= {"Tinos", "Tinos-Bold", "Tinos-Italic"}
    assert pdf == certificate_pdf(CERTIFICATE)


def test_a_long_certificate_still_fits_its_page():
    long = replace(
        CERTIFICATE,
        issuer_superior="Bộ Nông nghiệp và Môi trường",
        receiver="Phòng Khoa học công nghệ, Hợp tác quốc tế và Truyền thông về phòng, chống thiên tai",
        reason="Đã có thành tích xuất sắc đột xuất trong công tác tham mưu, chỉ đạo ứng phó bão lũ " * 3,
    )
    pdf = certificates_pdf([long, CERTIFICATE, long])
    assert len(read(pdf).pages) == 3
    assert "Trần Đức Thắng" in read(pdf).pages[0].extract_text()


@pytest.mark.parametrize("frame", ["gold", "plain"])
def test_the_frame_is_drawn_without_pictures(frame):
    svg = frame_svg(frame)
    ElementTree.fromstring(svg)
    assert "href" not in svg


def test_no_certificate_is_a_mistake():
    with pytest.raises(ValueError, match="No certificate"):
        certificates_pdf([])


# --- Check ---


def test_the_font_check_is_silent_where_the_font_is_installed():
    assert list(checks.check_fonts()) == []


def test_the_font_check_names_the_package_when_the_font_is_missing(monkeypatch):
    monkeypatch.setattr(checks, "_known_to_fontconfig", lambda: {"Tinos-Regular.ttf"})
    (warning,) = checks.check_fonts()
    assert warning.id == "core.W001"
    assert "Bold, Italic, BoldItalic" in warning.msg
    assert "fonts-croscore" in warning.hint


def test_without_fontconfig_the_usual_folders_are_searched(monkeypatch, tmp_path):
    for face in checks.FACES:
        (tmp_path / f"Tinos-{face}.ttf").touch()
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)
    monkeypatch.setattr(checks, "FOLDERS", (tmp_path,))
    assert checks.missing_faces() == []
    monkeypatch.setattr(checks, "FOLDERS", (tmp_path / "none",))
    assert checks.missing_faces() == list(checks.FACES)
