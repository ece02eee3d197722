import hashlib
import os
import subprocess
import sys
import unicodedata
from dataclasses import replace

import pytest
from weasyprint.urls import FatalURLFetchingError

from core.documents.excel import render_excel
from core.documents.pdf import document_css, render_html, render_html_pdf, render_pdf
from core.documents.tree import (
    Annex,
    Column,
    PageBreak,
    Paragraph,
    Signature,
    Table,
)
from tests.core.document_samples import (
    HEADER,
    TABLE,
    document,
    fonts_of,
    full_document,
    one_line,
    read,
    text_of,
)


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
        "from core.documents.excel import render_excel\n"
        "from core.documents.pdf import render_pdf\n"
        "from tests.core.document_samples import full_document\n"
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
