"""What the organisation takes from sheets: people with posts, grades of a year, units."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core import files
from core.models import AuditEntry, RowState
from core.sheets import runs
from core.trail import verify
from tests.builders import make_person, make_posting, make_unit
from tests.sheet_files import PEOPLE_HEAD, faults_of, person_row, previewed, taken, workbook, worked
from tests.world import World
from units.models import Person, Placement, Posting, Unit, YearRecord

pytestmark = pytest.mark.django_db
ROWS, PLANTED = 5000, 40


def sheet_with_faults() -> bytes:
    """5,000 rows; every 125th has one of four faults."""
    rows = []
    for number in range(1, ROWS + 1):
        facts: dict[str, Any] = {}
        if number % (ROWS // PLANTED) == 0:
            kind = number // (ROWS // PLANTED) % 4
            facts = [{"from": "31/02/2021"}, {"sex": "Khác"}, {"unit": "Cục Không Có"}, {"id": "1.99E+11"}][
                kind
            ]
        rows.append(person_row(number, **facts))
    return workbook(PEOPLE_HEAD, *rows)


def test_5000_rows_with_40_faults_4960_taken_40_returned_and_again_nothing_changes(world: World) -> None:
    content, before = sheet_with_faults(), Person.objects.count()

    with CaptureQueriesContext(connection) as checking:
        run = previewed("people", content, world.officer)
    assert run.counts == {"new": 4960, "faulty": 40, "notes": []}
    assert Person.objects.count() == before
    runs.confirm(run.pk, actor=world.officer)
    with CaptureQueriesContext(connection) as taking:
        run = worked(run)

    assert (run.counts["taken"], run.counts["faulty"]) == (4960, 40)
    assert Person.objects.count() - before == Posting.objects.filter(title="Quan trắc viên").count() == 4960
    stored = runs.result_of(run)
    assert stored is not None
    sheet = load_workbook(io.BytesIO(files.read(stored))).worksheets[0]
    comments = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.comment]
    assert (sheet.max_row, len(comments), len({cell.row for cell in comments})) == (41, 40, 40)
    assert {cell.column_letter for cell in comments} == {"D", "E", "G", "I"}
    assert len(checking) < 80
    assert len(taking) < 500
    assert verify().fault is None

    entries = AuditEntry.objects.filter(action__startswith="person").count()
    again = previewed("people", content, world.officer)
    assert again.counts == {"same": 4960, "faulty": 40, "notes": []}
    assert AuditEntry.objects.filter(action__startswith="person").count() == entries == 4960


def test_the_number_of_queries_does_not_depend_on_the_rows(world: World) -> None:
    counts = []
    previewed("people", workbook(PEOPLE_HEAD, person_row(1)), world.officer)  # what is asked once per process
    for number in (3, 60):
        content = workbook(PEOPLE_HEAD, *(person_row(n) for n in range(1, number + 1)))
        with CaptureQueriesContext(connection) as found:
            previewed("people", content, world.officer)
        counts.append(len(found))

    assert counts[0] == counts[1]


def people(actor: Any, head: list[str], *rows: list[Any]) -> Any:
    return previewed("people", workbook(head, *rows), actor)


HEAD = ["Họ và tên", "Năm sinh", "Giới tính", "Đơn vị", "Chức vụ", "Ngày bổ nhiệm"]


def test_a_person_known_by_name_birth_year_and_unit_is_not_taken_in_again(world: World) -> None:
    row = ["Lê Thị Hoà", 1985, "Nữ", "C1", "Chuyên viên", "01/03/2021"]
    taken("people", workbook(HEAD, row), world.officer)

    run = people(world.officer, HEAD, ["LÊ THỊ HÒA", *row[1:]])

    assert run.rows.get().state == RowState.CHANGE
    assert run.rows.get().changes == {"Họ và tên": ["Lê Thị Hoà", "LÊ THỊ HÒA"]}
    assert people(world.officer, HEAD, row).rows.get().state == RowState.SAME


def test_two_namesakes_are_candidates_to_choose_from(world: World) -> None:
    first, second = (make_person("Lê Thị Hoa", code=code, birth_year=1985) for code in ("X1", "X2"))
    for person in (first, second):
        make_posting(person, world.agency)

    run = people(world.officer, HEAD, ["Lê Thị Hoa", 1985, "Nữ", "C1", "Chuyên viên", "01/01/2020"])
    fault = run.rows.get().faults[0]
    assert fault["text"] == "Có 2 người trùng họ tên «Lê Thị Hoa». Hãy chọn đúng người hoặc ghi mã nhân sự."
    assert [code for code, _ in fault["choices"]] == ["X1", "X2"]

    _, row = runs.correct(run.pk, 2, {"code": "X2"}, actor=world.officer, today=date(2024, 12, 16))
    assert (row.state, row.faults) == (RowState.SAME, [])


def test_a_namesake_under_another_code_needs_a_word(world: World) -> None:
    make_posting(make_person("Lê Thị Hoa", code="X1", birth_year=1985), world.agency)
    head = ["Mã nhân sự", *HEAD, "Là người khác trùng tên"]
    row = ["Y9", "Lê Thị Hoa", 1985, "Nữ", "C1", "Chuyên viên", "01/01/2020"]

    asked, told = people(world.officer, head, [*row, ""]), people(world.officer, head, [*row, "Có"])

    assert [fault["field"] for fault in asked.rows.get().faults] == ["code"]
    assert told.rows.get().state == RowState.NEW


def test_a_code_of_another_unit_is_refused_without_telling_whose_it_is(world: World) -> None:
    make_posting(make_person("Người Viện Bí Mật", code="V001"), world.institute)

    run = people(world.officer, PEOPLE_HEAD, person_row(1, code="V001"))

    assert len(faults_of(run)) == 1
    assert faults_of(run)[0].startswith("A2: Mã nhân sự này đang thuộc người của đơn vị ngoài phạm vi")
    assert "Bí Mật" not in str(run.rows.get().faults)


def test_a_code_of_somebody_else_is_not_overwritten(world: World) -> None:
    make_posting(make_person("Phạm Văn Khác", code="K1", birth_year=1960), world.agency)

    run = people(world.officer, PEOPLE_HEAD, person_row(1, code="K1"))

    assert faults_of(run)[0].startswith("A2: Đang là của Phạm Văn Khác (K1, sinh năm 1960")


def test_a_new_post_ends_the_old_one_and_shows_both(world: World) -> None:
    taken("people", workbook(PEOPLE_HEAD, person_row(1)), world.officer)
    row = person_row(1, unit="Phòng Đo đạc Thử nghiệm", title="Trưởng nhóm", **{"from": "01/06/2024"})

    run = people(world.officer, PEOPLE_HEAD, row)
    assert run.rows.get().changes == {
        "Chức vụ": [
            "Quan trắc viên – Cục Quan trắc Thử nghiệm",
            "Trưởng nhóm – Phòng Đo đạc Thử nghiệm từ 01/06/2024",
        ]
    }
    runs.confirm(run.pk, actor=world.officer)
    worked(run)

    posts = Posting.objects.filter(person__code="M00001").order_by("valid_from")
    assert [(p.unit.code, p.valid_from, p.valid_to) for p in posts] == [
        ("C1", date(2021, 3, 1), date(2024, 6, 1)),
        ("P1", date(2024, 6, 1), None),
    ]
    assert people(world.officer, PEOPLE_HEAD, row).rows.get().state == RowState.SAME


def test_a_new_post_without_its_day_or_before_the_old_one_is_faulty(world: World) -> None:
    taken("people", workbook(PEOPLE_HEAD, person_row(1)), world.officer)
    rows = [person_row(1, title="Trưởng nhóm", **{"from": day}) for day in ("", "01/03/2021")]

    texts = [faults_of(people(world.officer, PEOPLE_HEAD, row)) for row in rows]

    assert texts == [
        [
            "I2: Khác chức vụ đang ghi (Quan trắc viên – Cục Quan trắc Thử nghiệm). Hãy ghi ngày giữ chức vụ "
            "mới."
        ],
        [
            "I2: Ngày giữ chức vụ mới phải sau ngày 01/03/2021 của chức vụ đang ghi (Quan trắc viên – "
            "Cục Quan trắc Thử nghiệm)."
        ],
    ]


def test_a_second_head_of_a_unit_is_refused(world: World) -> None:
    head = [*PEOPLE_HEAD, "Là thủ trưởng đơn vị"]

    run = people(world.officer, head, [*person_row(1), "Có"])

    assert faults_of(run)[0].startswith("J2: Cục Quan trắc Thử nghiệm đã có thủ trưởng là Lê Văn Thủ Trưởng")


def test_a_new_person_without_what_is_needed_is_told_all_at_once(world: World) -> None:
    run = people(world.officer, ["Họ và tên", "Năm sinh"], ["Lê Thị Mới", 1990])

    assert [fault["field"] for fault in run.rows.get().faults] == ["sex", "unit", "title", "valid_from"]


def test_units_of_the_same_name_are_candidates(world: World) -> None:
    for parent, code in ((world.agency, "TH1"), (world.division, "TH2")):
        make_unit("Tổ Tổng hợp", parent, code=code)

    run = people(world.officer, PEOPLE_HEAD, person_row(1, unit="tổ tổng hợp"))

    fault = run.rows.get().faults[0]
    assert fault["text"].startswith("Có 2 đơn vị tên «tổ tổng hợp».")
    assert [code for code, _ in fault["choices"]] == ["TH2", "TH1"]


def test_the_identity_number_does_not_enter_the_trail(world: World) -> None:
    taken("people", workbook(PEOPLE_HEAD, person_row(1, id="001185012345")), world.officer)

    assert Person.objects.get(code="M00001").id_number == "001185012345"
    assert not [entry for entry in AuditEntry.objects.all() if "001185012345" in str(entry.changes)]


# --- grades of a year ----------------------------------------------------------------------------------
YEARS = ["Họ và tên", "Năm", "Xếp loại", "Số tháng làm việc"]


def test_grades_are_taken_changed_and_left(world: World) -> None:
    name = world.officer.user.person.full_name
    rows = [[name, 2022, "Hoàn thành tốt", "10,5"], [name, 2023, "HTXSNV", 12]]
    taken("years", workbook(YEARS, *rows), world.officer)
    assert YearRecord.objects.get(year=2022).months_worked == Decimal("10.5")

    run = previewed("years", workbook(YEARS, [name, 2022, "Xuất sắc", ""], rows[1]), world.officer)

    assert [row.state for row in run.rows.all()] == [RowState.CHANGE, RowState.SAME]
    assert run.rows.get(number=2).changes == {
        "Xếp loại chất lượng": ["Hoàn thành tốt nhiệm vụ", "Hoàn thành xuất sắc nhiệm vụ"]
    }
    runs.confirm(run.pk, actor=world.officer)
    worked(run)
    record = YearRecord.objects.get(year=2022)
    assert (record.grade, record.months_worked, record.version) == ("HTXSNV", Decimal("10.5"), 2)


def test_a_year_of_an_unknown_person_or_in_the_future_is_faulty(world: World) -> None:
    name = world.officer.user.person.full_name
    rows = [["Không Có Ai", 2022, "Tốt", ""], [name, 2025, "Tốt", ""], [name, 2023, "Tốt", 13]]

    texts = faults_of(previewed("years", workbook(YEARS, *rows), world.officer))

    assert texts[0].startswith("A2: Không tìm thấy người này trong phạm vi.")
    assert texts[1:] == ["B3: Năm phải từ 1990 đến 2024.", "D4: Phải từ 0 đến 12."]


# --- units -----------------------------------------------------------------------------------------------
UNITS = [
    "Mã đơn vị",
    "Tên đơn vị",
    "Loại đơn vị",
    "Đơn vị cấp trên",
    "Thành lập từ ngày",
    "Văn bản thành lập",
]


def unit_row(code: str, name: str, parent: str, **facts: Any) -> list[Any]:
    row = {"kind": "Phòng", "from": "01/01/2024", "document": "12/QĐ"} | facts
    return [code, name, row["kind"], parent, row["from"], row["document"]]


def test_units_are_opened_below_existing_ones_and_below_each_other(world: World) -> None:
    rows = [unit_row("C1.A", "Phòng A", "C1"), unit_row("C1.A.1", "Tổ 1", "C1.A", kind="Đội")]

    run = taken("units", workbook(UNITS, *rows), world.admin)

    assert run.counts["taken"] == 2
    assert Unit.objects.get(code="C1.A.1").path == "/B0/C1/C1.A/C1.A.1/"
    assert Placement.objects.get(unit__code="C1.A").parent == world.agency
    again = previewed("units", workbook(UNITS, *rows), world.admin)
    assert [row.state for row in again.rows.all()] == [RowState.SAME, RowState.SAME]


def test_what_a_list_must_not_change_is_sent_to_the_decision(world: World) -> None:
    rows = [
        unit_row("P1", "Phòng Đo đạc mới", "C1"),
        unit_row("V1", "Viện Nghiên cứu Thử nghiệm", "C1", kind="Viện"),
        unit_row("N/1", "Phòng N", "C1"),
        unit_row("N2", "Phòng Đo đạc Thử nghiệm", "C1"),
        unit_row("N3", "Tổ 3", "N4"),
        unit_row("N4", "Phòng 4", "C1"),
        unit_row("N5", "Phòng 5", "C1", **{"from": "01/01/2010"}),
    ]

    texts = faults_of(previewed("units", workbook(UNITS, *rows), world.admin))

    assert [text.partition(".")[0] for text in texts] == [
        "B2: Đơn vị đã có với tên «Phòng Đo đạc Thử nghiệm»",
        "D3: Đơn vị đã có, đang trực thuộc «B0»",
        "A4: Mã «N/1» chỉ được gồm chữ cái không dấu, chữ số, dấu chấm và gạch",
        "B5: Cục Quan trắc Thử nghiệm đã có đơn vị cùng tên: Phòng Đo đạc Thử nghiệm (P1, thuộc C1)",
        "D6: Đơn vị cấp trên được mở ở dòng 7, phía dưới",
        "E8: Cục Quan trắc Thử nghiệm không hoạt động vào ngày 01/01/2010",
    ]
