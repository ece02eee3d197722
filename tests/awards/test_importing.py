"""Old honours from lists: award, unit and names of their day; unclear ones to choose; never twice."""

from datetime import date
from typing import Any

import pytest

from awards.models import HonourRecord
from core.models import RowState
from core.sheets import kinds, runs
from tests.builders import make_person, make_posting, make_unit
from tests.builders_awards import load_kinds
from tests.sheet_files import faults_of, previewed, taken, workbook
from tests.world import World
from units.models import Succession, UnitName

pytestmark = pytest.mark.django_db
HEAD = ["Họ và tên", "Đơn vị", "Danh hiệu", "Năm", "Số quyết định", "Ngày quyết định"]


def row(**facts: Any) -> list[Any]:
    found = {
        "who": "Trần Thị Cán Bộ", "unit": "C1", "award": "Lao động tiên tiến", "year": 2022,
        "number": "12/QĐ-CQT", "on": "28/12/2022",
    } | facts  # fmt: skip
    return list(found.values())


@pytest.fixture(autouse=True)
def _kinds(world: World) -> None:
    load_kinds()


def test_an_honour_of_a_person_enters_the_archive_once(world: World) -> None:
    run = taken("honours", workbook(HEAD, row()), world.specialist)
    assert run.counts["taken"] == 1
    honour = HonourRecord.objects.get()

    again = previewed("honours", workbook(HEAD, row(number="Số: 12/QĐ-CQT")), world.specialist)

    assert (honour.award_code, honour.award.regime, honour.person) == (
        "LDTT",
        "L2003",
        world.officer.user.person,
    )
    assert (honour.unit, honour.issuer_unit, honour.decision) == (world.agency, world.ministry, None)
    assert (honour.position_title, honour.is_direct_worker, honour.year) == ("Cán bộ TĐKT đơn vị", True, 2022)
    assert again.rows.get().state == RowState.SAME


@pytest.mark.parametrize("text", ["LDTT", "lđtt", "LAO ĐỘNG TIÊN TIẾN"])
def test_an_award_is_known_by_code_short_name_and_name(world: World, text: str) -> None:
    run = previewed("honours", workbook(HEAD, row(award=text)), world.specialist)

    assert run.rows.get().state == RowState.NEW, faults_of(run)


def test_the_regime_is_that_of_the_day_of_the_decision(world: World) -> None:
    rows = [
        row(),
        row(year=2024, number="9/QĐ", on="01/12/2024"),
        row(year=1999, number="1/QĐ", on="01/12/1999"),
    ]
    make_posting(world.officer.user.person, world.agency, valid_from=date(1995, 1, 1))

    taken("honours", workbook(HEAD, *rows), world.specialist)

    found = HonourRecord.objects.order_by("year").values_list("year", "award__regime")
    assert list(found) == [(1999, "L2003"), (2022, "L2003"), (2024, "L2022")]


def test_an_unknown_award_offers_similar_ones(world: World) -> None:
    run = previewed("honours", workbook(HEAD, row(award="Lao động tiên tiên tiến")), world.specialist)

    fault = run.rows.get().faults[0]
    assert fault["text"].startswith("Không có danh hiệu, hình thức «Lao động tiên tiên tiến» trong danh mục.")
    assert "LDTT" in [code for code, _ in fault["choices"]]
    _, mended = runs.correct(run.pk, 2, {"award": "LDTT"}, actor=world.specialist, today=date(2024, 12, 16))
    assert mended.state == RowState.NEW


def test_a_collective_is_found_by_the_name_it_had_on_that_day(world: World) -> None:
    UnitName.objects.create(unit=world.agency, name="Cục Khí tượng Cũ", valid_to=date(2023, 3, 1))
    rows = [
        row(who="Cục Khí tượng Cũ", unit="", award="Tập thể lao động xuất sắc"),
        row(
            who="Cục Quan trắc Thử nghiệm", unit="", award="TTLĐXS", year=2023, number="7/QĐ", on="01/12/2023"
        ),
    ]

    taken("honours", workbook(HEAD, *rows), world.specialist)

    found = HonourRecord.objects.order_by("year").values_list(
        "unit__code", "unit_name", "subject_name", "person"
    )
    assert list(found) == [
        ("C1", "Cục Khí tượng Cũ", "Cục Khí tượng Cũ", None),
        ("C1", "Cục Quan trắc Thử nghiệm", "Cục Quan trắc Thử nghiệm", None),
    ]


def test_a_person_of_a_unit_that_was_merged_is_found_with_the_old_unit(world: World) -> None:
    old = make_unit("Trung tâm Đã Sáp nhập", world.ministry, code="TT0", valid_to=date(2023, 1, 1))
    Succession.objects.create(predecessor=old, successor=world.agency, on=date(2023, 1, 1))
    person = make_person("Hoàng Văn Xưa")
    make_posting(person, old, "Kỹ sư", valid_to=date(2023, 1, 1))
    make_posting(person, world.agency, "Kỹ sư chính", valid_from=date(2023, 1, 1))

    taken("honours", workbook(HEAD, row(who="Hoàng Văn Xưa", unit="Trung tâm Đã Sáp nhập")), world.specialist)

    honour = HonourRecord.objects.get()
    assert (honour.unit, honour.unit_name, honour.position_title) == (old, "Trung tâm Đã Sáp nhập", "Kỹ sư")


def test_of_two_namesakes_the_one_with_the_post_of_that_day_is_meant(world: World) -> None:
    here, there = make_person("Lê Thị Hoa", code="X1"), make_person("Lê Thị Hoa", code="X2")
    make_posting(here, world.agency)
    make_posting(there, world.institute)

    run = previewed("honours", workbook(HEAD, row(who="Lê Thị Hoa")), world.specialist)
    make_posting(there, world.agency)
    unclear = previewed("honours", workbook(HEAD, row(who="Lê Thị Hoa", number="3/QĐ")), world.specialist)

    assert run.rows.get().state == RowState.NEW
    fault = unclear.rows.get().faults[0]
    assert [code for code, _ in fault["choices"]] == ["X1", "X2"]


def test_what_does_not_fit_is_told_with_its_cell(world: World) -> None:
    rows = [
        row(who="Không Có Ai"),
        row(year=2023),
        row(on="01/01/2025"),
        row(award="Tập thể lao động xuất sắc", who="Trần Thị Cán Bộ"),
        row(unit=""),
    ]

    texts = faults_of(previewed("honours", workbook(HEAD, *rows), world.specialist))

    assert [text.partition(".")[0] for text in texts if "Trùng" not in text] == [
        "A2: Không tìm thấy cá nhân «Không Có Ai»",
        "D3: Năm thành tích 2023 sau năm ký quyết định (2022)",
        "F4: Ngày quyết định 01/01/2025 ở tương lai",
        "A5: Không có đơn vị «Trần Thị Cán Bộ» trong phạm vi của vai trò đang dùng",
        "B6: Thiếu «Đơn vị» của cá nhân tại ngày quyết định",
    ]


def test_the_same_honour_with_another_day_is_asked_about(world: World) -> None:
    taken("honours", workbook(HEAD, row()), world.specialist)

    run = previewed("honours", workbook(HEAD, row(on="29/12/2022")), world.specialist)

    assert faults_of(run) == [
        "F2: Sổ vàng đã có dòng này với ngày quyết định 28/12/2022. Hãy kiểm tra lại ngày."
    ]


def test_old_honours_are_for_the_standing_office_only(world: World) -> None:
    assert [kind.key for kind in kinds.usable_by(world.officer)] == ["people", "years"]
    assert [kind.key for kind in kinds.usable_by(world.specialist)] == ["people", "years", "honours"]
    assert [kind.key for kind in kinds.usable_by(world.admin)] == ["units"]
    assert kinds.usable_by(world.head) == []
