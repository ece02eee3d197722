"""Heads of sheets: found, recognised, matched by hand once, remembered."""

import io
import unicodedata

import pytest
from openpyxl import Workbook, load_workbook

from core.errors import RuleBroken, StaleState
from core.models import SheetMapping, SheetState
from core.sheets import kinds, runs
from core.sheets.headings import Wanted, fingerprint, key_of, recognise
from core.sheets.template import template_workbook
from tests.sheet_files import PEOPLE_HEAD, person_row, previewed, saved, workbook, worked
from tests.world import World

pytestmark = pytest.mark.django_db
NFD_NAME = unicodedata.normalize("NFD", "Họ và tên")


@pytest.mark.parametrize(
    "heading",
    [
        "Họ và tên ",
        " HỌ VÀ TÊN",
        NFD_NAME,
        "Họ và\ntên",
        "Họ\u00a0và tên (*)",
        "2. Họ và tên",
        "Họ và tên (bắt buộc)",
    ],
)
def test_38_a_heading_is_recognised_however_it_is_written(heading: str) -> None:
    assert key_of(heading) == "ho va ten"


def test_38_tone_placement_does_not_matter() -> None:
    assert recognise([["Hoà giải"]], [Wanted("x", "Hòa giải")]) == {"x": 0}


def test_of_two_columns_that_claim_a_field_none_is_taken() -> None:
    assert recognise([["Họ tên"], ["Họ tên"]], [Wanted("n", "Họ tên")]) == {}


def test_no_heading_belongs_to_two_fields_of_a_kind() -> None:
    twice = []
    for kind in kinds.all_kinds():
        seen: dict[str, str] = {}
        for of in kind.fields:
            for text in (of.label, *of.synonyms):
                if seen.setdefault(key_of(text), of.name) != of.name:
                    twice.append(f"{kind.key}: {text}")

    assert twice == []


def test_the_head_is_found_below_titles_and_columns_in_any_order(world: World) -> None:
    head = [
        "STT",
        "Chức vụ",
        "HỌ VÀ TÊN",
        "Giới tính",
        "Đơn vị công tác",
        "Ngày bổ nhiệm",
        "Mã NS",
        "Ghi chú",
    ]
    row = [1, "Quan trắc viên", "Lê Thị Mới", "Nữ", "Cục Quan trắc Thử nghiệm", "01/02/2022", "M1", "x"]
    content = workbook(["CỤC QUAN TRẮC"], [], ["Danh sách cán bộ"], head, row)

    run = previewed("people", content, world.officer)

    assert (run.state, run.header_row) == (SheetState.READY, 4)
    assert run.rows.get().values["full_name"] == "Lê Thị Mới"
    assert run.rows.get().state == "new"
    assert "Cột không dùng đến: A «STT»; H «Ghi chú»." in run.counts["notes"]


def test_35_a_head_of_two_lines_with_merged_cells_is_recognised(world: World) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Họ và tên", "Ngày, tháng, năm", None, "Công tác", None])
    sheet.append([None, "Năm sinh", "Giới tính", "Đơn vị", "Chức vụ"])
    for place in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(place)
    sheet.append(["Lê Thị Mới", 1990, "Nữ", "C1", "Chuyên viên"])

    run = previewed("people", saved(book), world.officer)

    assert run.state == SheetState.READY
    assert run.mapping == {"full_name": "A", "birth_year": "B", "sex": "C", "unit": "D", "title": "E"}
    assert [row.number for row in run.rows.all()] == [3]


def test_cells_merged_over_several_rows_stand_for_each_of_them(world: World) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(PEOPLE_HEAD)
    for number in (1, 2, 3):
        sheet.append(person_row(number))
    sheet.merge_cells("G2:G4")

    run = previewed("people", saved(book), world.officer)

    assert [row.values["unit"] for row in run.rows.all()] == ["C1", "C1", "C1"]


@pytest.mark.parametrize("key", ["people", "years", "units", "honours"])
def test_the_template_of_every_kind_is_recognised_and_its_help_is_no_row(world: World, key: str) -> None:
    kind = kinds.get(key)
    assert kind is not None
    actor = world.admin if key == "units" else world.specialist
    book = load_workbook(io.BytesIO(template_workbook(kind, actor)))
    sheet = book["Nhập liệu"]
    for at, of in enumerate(kind.fields, start=1):
        sheet.cell(row=6, column=at).value = of.example

    run = previewed(key, saved(book), actor)

    assert run.state == SheetState.READY, run.error
    assert set(run.mapping) == {of.name for of in kind.fields}
    assert [row.number for row in run.rows.all()] == [6]


def test_an_empty_template_says_that_no_row_is_there(world: World) -> None:
    kind = kinds.get("people")
    assert kind is not None

    run = previewed("people", template_workbook(kind, world.officer), world.officer)

    assert run.error.startswith("Tệp chỉ có dòng tiêu đề")


def test_the_template_offers_the_units_of_the_actor_only(world: World) -> None:
    kind = kinds.get("people")
    assert kind is not None
    lists = load_workbook(io.BytesIO(template_workbook(kind, world.officer)))["Danh mục"]

    found = {cell.value for row in lists.iter_rows() for cell in row if cell.value}

    assert {"Cục Quan trắc Thử nghiệm", "Phòng Đo đạc Thử nghiệm"} <= found
    assert "Viện Nghiên cứu Thử nghiệm" not in found


# --- matching by hand ----------------------------------------------------------------------------------
OWN_HEAD = ["Nhân sự", "Chỗ làm", "Việc"]


def own_sheet() -> bytes:
    return workbook(OWN_HEAD, ["Lê Thị Mới", "C1", "Chuyên viên"], ["Trần Thị Cán Bộ", "C1", "Unit"])


def test_37_unknown_headings_ask_for_the_columns_and_are_remembered(world: World) -> None:
    run = previewed("people", own_sheet(), world.officer)
    assert run.state == SheetState.MAPPING
    assert [h["text"] for h in run.headings] == OWN_HEAD
    assert run.headings[0]["samples"] == ["Lê Thị Mới", "Trần Thị Cán Bộ"]

    runs.map_columns(
        run.pk, {"full_name": "A", "unit": "B", "title": "C"}, actor=world.officer, version=run.version
    )
    run = worked(run)
    again = previewed("people", own_sheet(), world.officer)

    assert run.state == again.state == SheetState.READY
    assert again.rows.get(number=2).values == {
        "full_name": "Lê Thị Mới",
        "unit": "B" and "C1",
        "title": "Chuyên viên",
    }
    assert SheetMapping.objects.get().fingerprint == fingerprint(OWN_HEAD)


def test_37_another_unit_does_not_inherit_the_mapping(world: World) -> None:
    run = previewed("people", own_sheet(), world.officer)
    runs.map_columns(run.pk, {"full_name": "A", "unit": "B", "title": "C"}, actor=world.officer)

    assert previewed("people", own_sheet(), world.foreign_officer).state == SheetState.MAPPING


def test_a_mapping_without_a_needed_column_or_with_one_twice_is_refused(world: World) -> None:
    run = previewed("people", own_sheet(), world.officer)

    with pytest.raises(RuleBroken) as refusal:
        runs.map_columns(run.pk, {"unit": "B", "title": "B", "code": "Z"}, actor=world.officer)

    assert refusal.value.fields == {
        "full_name": ["Hãy chọn cột của «Họ và tên»; đây là cột bắt buộc."],
        "unit": ["Cột B đang được chọn cho nhiều nội dung. Mỗi cột chỉ dùng một lần."],
        "title": ["Cột B đang được chọn cho nhiều nội dung. Mỗi cột chỉ dùng một lần."],
        "code": ["Tệp không có cột Z. Hãy chọn lại."],
    }


def test_another_row_of_headings_can_be_named(world: World) -> None:
    filler = [[f"Dòng {n}", "x", "y"] for n in range(20)]
    content = workbook(*filler, PEOPLE_HEAD, person_row(1))
    run = previewed("people", content, world.officer)
    assert run.state == SheetState.MAPPING

    runs.map_columns(run.pk, {}, header_row=21, actor=world.officer)
    run = worked(run)

    assert (run.state, run.header_row, run.rows.count()) == (SheetState.READY, 21, 1)


def test_a_mapping_made_from_an_older_state_is_stale(world: World) -> None:
    run = previewed("people", own_sheet(), world.officer)

    with pytest.raises(StaleState):
        runs.map_columns(run.pk, {"full_name": "A"}, actor=world.officer, version=run.version - 1)
