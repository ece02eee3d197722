import hashlib
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.utils import timezone

from core.errors import Forbidden, RuleBroken
from core.files import sweep
from core.models import AuditEntry, Notice, StoredFile
from reports import actions, tasks
from reports.building import Built
from reports.choices import ReportKind, RunState
from reports.models import ReportRun
from tests.builders import TODAY, make_unit
from tests.reports.data import fill_year, make_award, make_honour
from tests.world import World
from units.actions.roles import end_role
from units.choices import UnitKind
from units.permissions import Actor, system_actor

BUILT = Built({"kind": "year_end"}, "c" * 64, {"a.pdf": b"%PDF-1", "a.xlsx": b"PK"})


@pytest.fixture(autouse=True)
def _own_storage(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "core.files.store.FolderStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }


def ask(actor: Actor, unit=None, *, kind: str = ReportKind.YEAR_END, year: int = 2024) -> ReportRun:
    return actions.request_report(kind, year, unit or actor.unit, actor=actor, today=TODAY)


def age(run: ReportRun, seconds: int) -> None:
    ReportRun.objects.filter(pk=run.pk).update(heartbeat_at=Now() - timedelta(seconds=seconds))


# --- request -----------------------------------------------------------------------------------------
def test_request_creates_a_run_audits_and_enqueues_after_commit(
    world: World, django_capture_on_commit_callbacks, monkeypatch
) -> None:
    sent = []
    monkeypatch.setattr(tasks.build, "apply_async", lambda args, **_: sent.append(args))

    with django_capture_on_commit_callbacks(execute=True):
        run = ask(world.specialist)

    assert (run.state, run.requested_by, run.assignment) == (
        RunState.REQUESTED,
        world.specialist.user,
        world.specialist.assignment,
    )
    assert sent == [[run.pk]]
    assert [e.action for e in AuditEntry.objects.filter(object_type="reports.reportrun")] == [
        "report.request"
    ]


def test_the_same_request_over_the_same_data_gives_the_same_run(world: World) -> None:
    assert ask(world.specialist) == ask(world.leader)
    assert ask(world.specialist) != ask(world.specialist, kind=ReportKind.SIX_MONTH)
    assert ReportRun.objects.count() == 2


def test_new_data_gives_a_new_run(world: World) -> None:
    first = ask(world.specialist)
    actions.claim(first.pk)
    actions.finish(first.pk, 1, BUILT)
    assert ask(world.specialist) == first
    end_role(world.auditor.assignment.pk, ends_on=TODAY, actor=world.admin)

    assert ask(world.specialist) != first


def test_a_failed_run_is_not_given_again(world: World) -> None:
    first = ask(world.specialist)
    actions.claim(first.pk)
    actions.fail(first.pk, 1, "Không lập được.")

    assert ask(world.specialist) != first


def test_request_reaches_down_but_not_aside(world: World) -> None:
    assert ask(world.officer, world.division).unit == world.division
    for unit in (world.institute, world.ministry):
        with pytest.raises(Forbidden):
            ask(world.officer, unit)
    with pytest.raises(Forbidden):
        ask(world.auditor)


@pytest.mark.parametrize(
    ("kind", "year", "field"),
    [("monthly", 2024, "kind"), ("year_end", 2025, "year"), ("year_end", 3, "year")],
)
def test_wrong_kind_or_year_is_refused_and_changes_nothing(
    world: World, kind: str, year: int, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        ask(world.specialist, kind=kind, year=year)

    assert list(refusal.value.fields) == [field]
    assert not ReportRun.objects.exists()


# --- claim, finish, fail -----------------------------------------------------------------------------
def test_only_one_delivery_can_claim(world: World) -> None:
    run = ask(world.specialist)

    assert actions.claim(run.pk).attempt == 1
    assert actions.claim(run.pk) is None
    assert actions.claim(999_999) is None


def test_finish_sets_everything_at_once_and_tells_the_requester(world: World) -> None:
    run = ask(world.specialist)
    actions.claim(run.pk)

    assert actions.finish(run.pk, 1, BUILT)

    run.refresh_from_db()
    assert (run.state, run.checksum, run.figures, run.done) == (
        RunState.READY,
        BUILT.checksum,
        BUILT.figures,
        run.total,
    )
    assert sorted(f.name for f in run.files.all()) == ["a.pdf", "a.xlsx"]
    assert Notice.objects.get().user == world.specialist.user
    assert Notice.objects.get().url == run.get_absolute_url()


def test_bytes_half_written_by_a_killed_worker_are_written_anew(world: World) -> None:
    run = ask(world.specialist)
    actions.claim(run.pk)
    path = StoredFile(sha256=hashlib.sha256(b"%PDF-1").hexdigest()).path
    default_storage.save(path, ContentFile(b"%P"))

    actions.finish(run.pk, 1, BUILT)

    with default_storage.open(path) as kept:
        assert kept.read() == b"%PDF-1"


def test_a_worker_that_lost_its_claim_changes_nothing(world: World) -> None:
    run = ask(world.specialist)
    actions.claim(run.pk)
    age(run, 3600)
    assert actions.sweep_stale() == [run.pk]
    actions.claim(run.pk)

    assert not actions.finish(run.pk, 1, BUILT)
    assert not actions.fail(run.pk, 1, "muộn")
    assert not actions.progress(run.pk, 1, "bước", 1)
    assert not actions.beat(run.pk, 1)
    run.refresh_from_db()
    assert (run.state, run.attempt, StoredFile.objects.count()) == (RunState.RUNNING, 2, 0)
    assert actions.finish(run.pk, 2, BUILT)


def test_task_builds_once_however_often_it_is_delivered(world: World) -> None:
    fill_year(world.ministry, world.agency, world.institute, honours=2)
    run = ask(world.specialist)

    answers = [tasks.build(run.pk) for _ in range(3)]

    run.refresh_from_db()
    assert answers == ["ready", "nothing", "nothing"]
    assert (run.state, run.attempt, run.files.count()) == (RunState.READY, 1, 2)
    assert Notice.objects.count() == 1


def test_a_role_that_ended_before_the_build_fails_with_a_sentence(world: World) -> None:
    run = ask(world.officer)
    end_role(world.officer.assignment.pk, ends_on=TODAY, actor=world.admin)

    assert tasks.build(run.pk) == "failed"

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.error.startswith("Vai trò «Cán bộ TĐKT đơn vị» tại Cục Quan trắc Thử nghiệm đã kết thúc")
    assert run.files.count() == 0


def test_an_unexpected_error_fails_with_a_reference(world: World, monkeypatch) -> None:
    def broken(*args, **kwargs):
        raise KeyError("x")

    monkeypatch.setattr(tasks, "build_report", broken)
    run = ask(world.specialist)

    tasks.build(run.pk)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert f"{run.pk}-1" in run.error


def test_a_passing_trouble_is_tried_three_times(world: World, monkeypatch) -> None:
    def no_room(*args, **kwargs):
        raise OSError("disk")

    monkeypatch.setattr(tasks, "build_report", no_room)
    run = ask(world.specialist)

    for _ in range(5):
        tasks.build(run.pk)

    run.refresh_from_db()
    assert (run.state, run.attempt, run.error) == (RunState.FAILED, 3, actions.LOST)


def test_progress_is_written_at_most_once_a_second(world: World, monkeypatch) -> None:
    run = ask(world.specialist)
    actions.claim(run.pk)
    run.refresh_from_db()
    steps = []
    monkeypatch.setattr(actions, "progress", lambda *args: steps.append(args[2]))

    tell = tasks._Progress(run)
    for number in range(50):
        tell(f"bước {number}", number)

    assert steps == ["bước 0"]


# --- upkeep ------------------------------------------------------------------------------------------
def test_sweep_leaves_the_living_alone(world: World) -> None:
    waiting, running = ask(world.specialist), ask(world.specialist, kind=ReportKind.SIX_MONTH)
    actions.claim(running.pk)
    age(running, 30)
    age(waiting, 30)

    assert actions.sweep_stale() == []


def test_sweep_sends_a_forgotten_request_again(world: World) -> None:
    run = ask(world.specialist)
    age(run, 120)

    assert actions.sweep_stale() == [run.pk]
    assert actions.sweep_stale() == []
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.REQUESTED, 0)


def test_sweep_gives_up_after_the_third_lost_worker(world: World) -> None:
    run = ask(world.specialist)
    for _ in range(3):
        actions.claim(run.pk)
        age(run, 3600)
        actions.sweep_stale()

    run.refresh_from_db()
    assert (run.state, run.attempt, run.error) == (RunState.FAILED, 3, actions.LOST)
    assert Notice.objects.get().kind == "report.failed"


def test_old_files_expire_and_figures_stay(world: World, django_capture_on_commit_callbacks) -> None:
    run = ask(world.specialist)
    actions.claim(run.pk)
    actions.finish(run.pk, 1, BUILT)
    paths = [stored.path for stored in run.files.all()]
    assert actions.expire_files(TODAY) == 0

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.expire_files(date(2026, 1, 1)) == 1

    run.refresh_from_db()
    assert (run.state, run.figures, run.files.count()) == (RunState.EXPIRED, BUILT.figures, 0)
    assert [default_storage.exists(path) for path in paths] == [True, True]
    for days in (2, 10):
        sweep.sweep_orphans(timezone.now() + timedelta(days=days))
    assert [default_storage.exists(path) for path in paths] == [False, False]


def test_the_schedule_builds_the_ministry_and_tells_office_and_leaders(world: World, settings) -> None:
    settings.MINISTRY_CODE = world.ministry.code
    make_honour(world.agency, make_award(), world.ministry)

    pk = tasks.build_scheduled("year_end")
    assert tasks.build_scheduled("year_end") == pk
    tasks.build(pk)

    run = ReportRun.objects.get(pk=pk)
    assert (run.state, run.unit, run.year, run.requested_by) == (RunState.READY, world.ministry, 2024, None)
    assert {n.user_id for n in Notice.objects.all()} == {world.specialist.user_id, world.leader.user_id}


def test_the_schedule_survives_an_unknown_unit(db, settings) -> None:
    settings.MINISTRY_CODE = "KHONG-CO"

    assert tasks.build_scheduled("year_end") is None


def test_the_schedule_may_ask_for_any_unit(db) -> None:
    unit = make_unit("Bộ khác", code="BK", kind=UnitKind.MINISTRY)

    run = actions.request_report("year_end", 2024, unit, actor=system_actor("lịch"), today=TODAY)

    assert run.assignment is None
