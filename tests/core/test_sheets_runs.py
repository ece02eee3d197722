"""The life of an import: correct on screen, take, give back, two at once, dead workers, lost roles."""

import io
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from openpyxl import load_workbook

from core import audit, clock, files
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import AuditEntry, Notice, SheetImport, SheetState, StoredFile
from core.sheets import runs, worker
from tests.builders import TODAY
from tests.sheet_files import (
    PEOPLE_HEAD,
    faults_of,
    person_row,
    previewed,
    saved,
    started,
    taken,
    workbook,
    worked,
)
from tests.world import World
from units.models import Person, RoleAssignment

pytestmark = pytest.mark.django_db


def three_rows_one_wrong() -> bytes:
    return workbook(PEOPLE_HEAD, person_row(1), person_row(2, sex="Khác"), person_row(3))


def test_a_row_corrected_on_the_screen_is_judged_at_once_and_taken(world: World) -> None:
    run = previewed("people", three_rows_one_wrong(), world.officer)
    assert run.counts["faulty"] == 1

    run, row = runs.correct(run.pk, 3, {"sex": "Nữ"}, actor=world.officer, today=TODAY)
    assert (row.state, row.faults, run.counts["new"]) == ("new", [], 3)
    assert "faulty" not in run.counts

    runs.confirm(run.pk, actor=world.officer)
    run = worked(run)

    assert run.counts["taken"] == 3
    assert Person.objects.get(code="M00002").sex == "female"
    assert runs.result_of(run) is None


def test_correcting_one_of_two_twins_mends_both(world: World) -> None:
    content = workbook(PEOPLE_HEAD, person_row(1), person_row(2, code="M00001"))
    run = previewed("people", content, world.officer)
    assert run.counts["faulty"] == 2

    run, _ = runs.correct(run.pk, 3, {"code": "M00002"}, actor=world.officer, today=TODAY)

    assert (run.counts.get("faulty", 0), run.counts["new"]) == (0, 2)
    assert faults_of(run) == []


def test_faulty_rows_come_back_with_a_comment_on_each_faulty_cell(world: World) -> None:
    run = taken("people", three_rows_one_wrong(), world.officer)
    stored = runs.result_of(run)
    assert stored is not None
    assert files.may_read(world.officer, stored)
    assert not files.may_read(world.division_officer, stored)

    sheet = load_workbook(io.BytesIO(files.read(stored))).worksheets[0]

    assert sheet.max_row == 2
    assert [cell.value for cell in sheet[1]] == [*PEOPLE_HEAD, "Cần sửa"]
    assert {cell.coordinate: cell.comment.text for cell in sheet[2] if cell.comment} == {
        "E2": "«Khác» không có trong danh mục. Hãy ghi một trong: Nữ; Nam."
    }
    assert sheet["J2"].value.startswith("Dòng 3 của tệp đã tải lên. Giới tính:")


def test_the_returned_sheet_can_be_mended_and_handed_in_as_it_is(world: World) -> None:
    first = taken("people", three_rows_one_wrong(), world.officer)
    stored = runs.result_of(first)
    assert stored is not None
    book = load_workbook(io.BytesIO(files.read(stored)))
    book.worksheets[0]["E2"].value = "Nữ"

    second = taken("people", saved(book), world.officer)

    assert (second.counts["taken"], second.counts.get("faulty", 0)) == (1, 0)
    assert Person.objects.filter(code__startswith="M0000").count() == 3


def test_text_that_looks_like_a_formula_comes_back_as_text(world: World) -> None:
    run = taken(
        "people", workbook(PEOPLE_HEAD, person_row(1), person_row(2, title="+1", sex="?")), world.officer
    )
    stored = runs.result_of(run)
    assert stored is not None

    cell = load_workbook(io.BytesIO(files.read(stored))).worksheets[0]["H2"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == ("+1", "s", True)


def test_55_of_two_people_with_the_same_file_one_wins_and_the_other_is_told(world: World) -> None:
    content = workbook(PEOPLE_HEAD, person_row(1))
    mine, yours = previewed("people", content, world.officer), previewed("people", content, world.specialist)
    runs.confirm(mine.pk, actor=world.officer)

    with pytest.raises(StaleState, match="Trần Thị Cán Bộ đang nhập đúng tệp này"):
        runs.confirm(yours.pk, actor=world.specialist)
    worked(mine)
    with pytest.raises(StaleState, match="Trần Thị Cán Bộ vừa nhập xong đúng tệp này"):
        runs.confirm(yours.pk, actor=world.specialist)
    runs.check_again(yours.pk, actor=world.specialist)
    yours = worked(yours)

    assert yours.counts["same"] == 1
    with pytest.raises(RuleBroken, match="Không có dòng nào thêm mới"):
        runs.confirm(yours.pk, actor=world.specialist)
    assert Person.objects.filter(code="M00001").count() == 1


def test_data_changed_after_the_check_is_not_overwritten(world: World) -> None:
    taken("people", workbook(PEOPLE_HEAD, person_row(1)), world.officer)
    run = previewed("people", workbook(PEOPLE_HEAD, person_row(1, status="Công chức")), world.officer)
    Person.objects.filter(code="M00001").update(status="worker")

    runs.confirm(run.pk, actor=world.officer)
    run = worked(run)

    assert Person.objects.get(code="M00001").status == "worker"
    assert [fault.partition(": ")[2] for fault in faults_of(run)] == [worker.CHANGED_SINCE]


def test_work_delivered_twice_is_done_once(world: World) -> None:
    run = started("people", three_rows_one_wrong(), world.officer)

    first = worker.claim(run.pk, run.version)

    assert first is not None
    assert worker.claim(run.pk, run.version) is None


def test_a_worker_thought_dead_that_comes_back_changes_nothing(world: World) -> None:
    run = previewed("people", workbook(PEOPLE_HEAD, person_row(1)), world.officer)
    run = runs.confirm(run.pk, actor=world.officer)
    lost = worker.claim(run.pk, run.version)
    SheetImport.objects.filter(pk=run.pk).update(heartbeat_at=Now() - timedelta(seconds=61))
    assert worker.sweep() == [run.pk]

    assert worker.work_on(lost) == "lost"  # type: ignore[arg-type]
    assert not Person.objects.filter(code="M00001").exists()
    assert worked(run).counts["taken"] == 1


def test_what_was_interrupted_is_taken_up_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "CHUNK", 2)
    run = previewed("people", workbook(PEOPLE_HEAD, *map(person_row, range(1, 6))), world.officer)
    run = runs.confirm(run.pk, actor=world.officer)
    claimed = worker.claim(run.pk, run.version)
    assert claimed is not None
    # the worker dies after its first chunk
    kind = runs.kind_of(claimed)
    worker._take_chunk(worker.Worker(claimed), kind, world.officer, [2, 3])
    SheetImport.objects.filter(pk=run.pk).update(heartbeat_at=Now() - timedelta(seconds=61))

    worker.sweep()
    run = worked(run)

    assert (run.state, run.counts["taken"]) == (SheetState.DONE, 5)
    assert Person.objects.filter(code__startswith="M0000").count() == 5


def test_an_import_that_dies_three_times_ends_with_a_sentence(world: World) -> None:
    run = started("people", three_rows_one_wrong(), world.officer)
    SheetImport.objects.filter(pk=run.pk).update(counts={"tries": 3})

    run = worked(run)

    assert (run.state, run.error) == (SheetState.FAILED, worker.LOST)


def test_a_role_that_ended_meanwhile_takes_nothing(world: World) -> None:
    run = previewed("people", workbook(PEOPLE_HEAD, person_row(1)), world.officer)
    runs.confirm(run.pk, actor=world.officer)
    RoleAssignment.objects.filter(pk=world.officer.assignment.pk).update(valid_to=TODAY - timedelta(days=1))

    run = worked(run)

    assert (run.state, run.error) == (SheetState.FAILED, worker.ROLE_OVER)
    assert not Person.objects.filter(code="M00001").exists()
    assert Notice.objects.filter(user=world.officer.user, kind="sheet.failed").count() == 1


def test_without_the_right_nothing_starts(world: World) -> None:
    with pytest.raises(Forbidden, match="không có quyền nhập «Cá nhân và vị trí việc làm»"):
        started("people", three_rows_one_wrong(), world.head)


def test_an_import_is_seen_by_its_own_person_in_its_own_unit_only(world: World) -> None:
    run = previewed("people", three_rows_one_wrong(), world.officer)

    assert list(runs.runs_for(world.officer)) == [run]
    for other in (world.specialist, world.division_officer, world.foreign_officer, world.head):
        assert list(runs.runs_for(other)) == []


def test_a_dropped_import_leaves_no_rows_and_no_files(world: World) -> None:
    run = previewed("people", three_rows_one_wrong(), world.officer)

    runs.drop(run.pk, actor=world.officer)

    assert not SheetImport.objects.exists()
    assert AuditEntry.objects.filter(action="sheet.drop").count() == 1
    assert not Person.objects.filter(code__startswith="M0000").exists()


def test_the_trail_names_the_run_and_every_changed_person(world: World) -> None:
    run = taken("people", three_rows_one_wrong(), world.officer)

    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))

    assert actions == [
        "sheet.start", "sheet.confirm", "person.create", "person.create", "post.appoint", "post.appoint",
        "sheet.take",
    ]  # fmt: skip
    assert audit.label_of("sheet.take") == "Nhập xong từ bảng tính"
    assert Notice.objects.get(kind="sheet.done").text == (
        "Đã nhập 2 dòng «Cá nhân và vị trí việc làm» từ bảng tính, trả lại 1 dòng cần sửa."
    )
    assert run.finished_at is not None


def test_imports_are_deleted_after_ninety_days_with_their_files(world: World) -> None:
    old = taken("people", three_rows_one_wrong(), world.officer)
    SheetImport.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=92))
    fresh = previewed("people", three_rows_one_wrong(), world.officer)

    assert worker.expire(clock.today()) == 1

    assert list(SheetImport.objects.all()) == [fresh]
    assert StoredFile.objects.count() == 1
    assert Person.objects.filter(code="M00001").exists()
