"""PDF and workbook, opened and read: the same numbers as the database."""

import io
import json
import re

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from awards.models import HonourRecord
from core.documents.tree import Paragraph
from reports.building import Built, build, checksum_of
from reports.choices import ReportKind
from reports.figures import compute
from reports.periodic import document_of
from reports.periods import period_of
from tests.reports.data import fill_year, make_award, make_campaign, make_honour, make_initiative
from tests.world import World

YEAR = period_of(ReportKind.YEAR_END, 2024)


def pdf_text(built: Built) -> str:
    content = next(content for name, content in built.files.items() if name.endswith(".pdf"))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text)


def workbook(built: Built):
    return load_workbook(
        io.BytesIO(next(content for name, content in built.files.items() if name.endswith(".xlsx")))
    )


def sheet(built: Built, title: str) -> Worksheet:
    return next(page for page in workbook(built).worksheets if page["A1"].value == title)


def cells(page: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=1)]


@pytest.fixture
def built(world: World) -> Built:
    fill_year(world.ministry, world.agency, world.institute, honours=7)
    return build(ReportKind.YEAR_END, 2024, world.ministry)


def test_pdf_carries_the_head_and_the_figures(built: Built) -> None:
    text = pdf_text(built)
    total = HonourRecord.objects.filter(decided_on__year=2024).count()

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "BÁO CÁO Tổng kết phong trào thi đua và công tác khen thưởng năm 2024" in text
    assert f"Có {total} lượt khen thưởng: 1 lượt tập thể và {total - 1} lượt cá nhân." in text
    assert "Có 2 đơn vị nhận phát động" in text
    assert "đăng ký 3 chỉ tiêu, đã hoàn thành 1 chỉ tiêu" in text
    assert "TL. BỘ TRƯỞNG VỤ TRƯỞNG VỤ TỔ CHỨC CÁN BỘ" in text
    for section in (
        "I. CÔNG TÁC",
        "II. KẾT QUẢ",
        "III.",
        "IV. SÁNG KIẾN",
        "V.",
        "VI. SO SÁNH",
        "VII.",
        "VIII.",
    ):
        assert section in text


def test_every_honoured_name_is_in_pdf_and_workbook(built: Built) -> None:
    text = pdf_text(built)
    listed = {row[1] for row in cells(sheet(built, "Danh sách tập thể, cá nhân được khen thưởng"))}

    for name in HonourRecord.objects.filter(decided_on__year=2024).values_list("subject_name", flat=True):
        assert name in text
        assert name in listed


def test_workbook_holds_numbers_and_totals_as_formulas(built: Built) -> None:
    rows = cells(sheet(built, "Kết quả khen thưởng theo cấp"))
    total = next(row for row in rows if row[0] == "Tổng cộng")
    levels = [row for row in rows if row[0] in ("Cấp cơ sở", "Cấp Bộ")]

    assert all(str(value).startswith("=S") for value in total[1:7])
    assert sum(row[1] for row in levels) == HonourRecord.objects.filter(decided_on__year=2024).count()
    assert sum(len(page._charts) for page in workbook(built).worksheets) >= 1


def test_workbook_frozen_head_and_real_dates(built: Built) -> None:
    page = sheet(built, "Danh sách tập thể, cá nhân được khen thưởng")

    assert page.freeze_panes is not None
    assert any(getattr(value, "year", None) == 2024 for row in cells(page) for value in row)


def test_every_number_in_a_sentence_stands_in_a_table(world: World) -> None:
    fill_year(world.ministry, world.agency, world.institute, honours=11)
    figures = compute(world.ministry, YEAR)
    document = document_of(figures, world.ministry, None)
    known = {
        str(value).removesuffix(".0") for table in document.tables() for row in table.rows for value in row
    }
    known |= {str(value) for table in document.tables() for value in table.totals()}
    known |= {str(len(figures["campaigns"])), "2024", "2023"}
    body = document.blocks[
        1 : next(at for at, b in enumerate(document.blocks) if getattr(b, "text", "").startswith("VIII"))
    ]

    for block in body:
        if isinstance(block, Paragraph):
            for number in re.findall(r"(?<![\d/])\d+(?:,\d+)?(?![\d/])", block.text):
                assert number.replace(",", ".") in known, (number, block.text)


def test_same_data_same_bytes(world: World) -> None:
    fill_year(world.ministry, world.agency, world.institute, honours=3)

    first = build(ReportKind.YEAR_END, 2024, world.ministry)
    second = build(ReportKind.YEAR_END, 2024, world.ministry)

    assert first == second


def test_figures_survive_json(world: World) -> None:
    fill_year(world.ministry, world.agency, world.institute, honours=3)
    figures = compute(world.ministry, YEAR)

    again = json.loads(json.dumps(figures))

    assert again == figures
    assert checksum_of(again) == checksum_of(figures)


def test_markup_and_formulas_in_names_stay_text(world: World) -> None:
    award = make_award()
    evil, formula = "<script>alert(1)</script> & <b>đậm</b>", '=HYPERLINK("http://x","y")'
    make_honour(world.agency, award, world.ministry, subject_name=evil)
    make_honour(world.agency, award, world.ministry, subject_name=formula)
    make_campaign(world.ministry, [world.agency], title="=1+1 <i>phong trào</i>")
    make_initiative(world.agency)

    built = build(ReportKind.YEAR_END, 2024, world.ministry)

    assert evil in pdf_text(built)
    found = [
        cell for page in workbook(built).worksheets for row in page.iter_rows() for cell in row if cell.value
    ]
    named = [cell for cell in found if str(cell.value).endswith(formula) or str(cell.value) == evil]
    assert {(cell.data_type, str(cell.value).startswith("=")) for cell in named} == {("s", False)}
    assert len(named) == 2
    assert [
        c.value for c in found if c.data_type == "f" and ("HYPERLINK" in c.value or "1+1" in c.value)
    ] == []


def test_report_of_an_empty_period_says_so(world: World) -> None:
    built = build(ReportKind.SIX_MONTH, 2010, world.agency)
    text = pdf_text(built)

    assert "Sơ kết phong trào thi đua và công tác khen thưởng 6 tháng đầu năm 2010" in text
    assert "Không có số liệu về khen thưởng trong 6 tháng đầu năm 2010." in text
    assert "THỦ TRƯỞNG ĐƠN VỊ" in text
    assert sorted(built.files) == ["bao-cao-so-ket-2010-C1.pdf", "bao-cao-so-ket-2010-C1.xlsx"]


def test_a_child_names_its_superior(world: World) -> None:
    header = document_of(compute(world.agency, YEAR), world.agency, world.ministry).header

    assert (header.superior, header.issuer) == (world.ministry.name, world.agency.name)
