"""The life of a report run: request, claim, show progress, finish, fail, take up again, expire.

The row is the truth. A worker owns a run only while (state, attempt) is what it claimed: every write of a
worker asks for both, so a worker that was thought dead and comes back changes nothing. Signs of life use the
clock of the database, which neither a working date nor a worker can shift.
"""

import logging
from datetime import date, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from core import audit, clock, files, notices
from core.errors import Forbidden, RuleBroken
from reports import figures, queries
from reports.building import STEP_COUNT, Built
from reports.choices import ReportKind, RunState
from reports.models import ReportRun
from reports.periods import complaint_about
from units.choices import Role
from units.models import Unit
from units.permissions import Actor, actor_for, require, system_actor
from units.queries import officers_of

MAX_ATTEMPTS = 3
UNCLAIMED_SECONDS = 60
KEEP_DAYS = 365
LOST = (
    "Hệ thống đã thử lập báo cáo ba lần nhưng đều bị gián đoạn. Hãy thử lại sau; nếu vẫn không được, báo "
    "quản trị hệ thống."
)

log = logging.getLogger(__name__)


# --- asking for a report -----------------------------------------------------------------------------
@transaction.atomic
def request_report(kind: str, year: int, unit: Unit, *, actor: Actor, today: date) -> ReportRun:
    """Ask for the report of a unit; a live or finished run over the same data is returned, not a new one.

    A new run is put into the queue after commit. Raises Forbidden outside the actor's scope, RuleBroken for a
    wrong kind or year. An actor without an account is the schedule, which may report on every unit.
    """
    if actor.user is not None:
        require(actor, "report.request", unit)
    if kind not in ReportKind.values:
        raise RuleBroken(fields={"kind": ["Hãy chọn báo cáo sơ kết 6 tháng hoặc báo cáo tổng kết năm."]})
    complaint = complaint_about(kind, year, today)
    if complaint:
        raise RuleBroken(fields={"year": [complaint]})
    fingerprint = queries.fingerprint_of(kind, year, unit, figures.data_version())
    found = queries.live_or_ready(fingerprint)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            run = ReportRun.objects.create(
                kind=kind,
                unit=unit,
                year=year,
                requested_by=actor.user,
                assignment=actor.assignment,
                fingerprint=fingerprint,
                heartbeat_at=Now(),
                total=STEP_COUNT,
            )
    except IntegrityError:  # somebody asked for the same at the same moment
        return ReportRun.objects.get(
            fingerprint=fingerprint, state__in=[RunState.REQUESTED, RunState.RUNNING]
        )
    audit.record(actor, "report.request", run, changes={"kind": kind, "year": year, "unit": unit.code})
    _enqueue_after_commit(run.pk)
    return run


def _enqueue_after_commit(run_id: int, countdown: float = 0) -> None:
    """Send the task when the row is visible; a lost broker is only a delay, the sweeper sends it again."""

    def send() -> None:
        from reports.tasks import build  # noqa: PLC0415 (the task calls this module)

        build.apply_async([run_id], countdown=countdown, retry=False)

    transaction.on_commit(send, robust=True)


# --- a worker's part -----------------------------------------------------------------------------------
def _owned(run_id: int, attempt: int) -> QuerySet[ReportRun]:
    return ReportRun.objects.filter(pk=run_id, state=RunState.RUNNING, attempt=attempt)


def claim(run_id: int) -> ReportRun | None:
    """Take a requested run for this worker; None when there is nothing to take (done, taken, or unknown)."""
    taken = ReportRun.objects.filter(pk=run_id, state=RunState.REQUESTED).update(
        state=RunState.RUNNING,
        attempt=F("attempt") + 1,
        heartbeat_at=Now(),
        step="Chuẩn bị",
        done=0,
        total=STEP_COUNT,
    )
    if not taken:
        return None
    return ReportRun.objects.select_related(
        "unit", "requested_by__person", "assignment__unit", "assignment__user"
    ).get(pk=run_id)


def check_scope(run: ReportRun) -> None:
    """The right of the one who asked, as it is now. Raises Forbidden when the role ended or was narrowed."""
    if run.assignment is None or run.requested_by is None:
        return
    role = run.assignment.get_role_display()
    actor = actor_for(run.requested_by, run.assignment_id)
    if not run.requested_by.is_active or actor.assignment is None or actor.assignment.pk != run.assignment_id:
        raise Forbidden(
            f"Vai trò «{role}» tại {run.assignment.unit} đã kết thúc nên báo cáo không được lập. Hãy yêu "
            "cầu lại bằng vai trò đang còn hiệu lực."
        )
    require(actor, "report.request", run.unit)


def progress(run_id: int, attempt: int, step: str, done: int) -> bool:
    """Show the step and a sign of life; False when the run is no longer this worker's."""
    return bool(_owned(run_id, attempt).update(step=step, done=done, heartbeat_at=Now()))


def beat(run_id: int, attempt: int) -> bool:
    """A sign of life alone; False when the run is no longer this worker's."""
    return bool(_owned(run_id, attempt).update(heartbeat_at=Now()))


@transaction.atomic
def finish(run_id: int, attempt: int, built: Built) -> bool:
    """Keep the files, then set READY, figures and checksum in one update; False when no longer the owner."""
    run = _owned(run_id, attempt).select_for_update(of=("self",)).select_related("unit").first()
    if run is None:
        return False
    for name, content in built.files.items():
        files.keep(ContentFile(content), name, run, actor=None)
    _owned(run_id, attempt).update(
        state=RunState.READY,
        figures=built.figures,
        checksum=built.checksum,
        step="",
        done=F("total"),
        finished_at=clock.now(),
        heartbeat_at=Now(),
        error="",
    )
    actor = system_actor("lập báo cáo")
    audit.record(
        actor, "report.finish", run, changes={"checksum": built.checksum, "files": sorted(built.files)}
    )
    notices.send(
        _audience(run),
        "report.ready",
        f"{run} đã lập xong, có thể xem và tải về.",
        run.get_absolute_url(),
        key=f"report.ready:{run.pk}",
    )
    return True


@transaction.atomic
def fail(run_id: int, attempt: int, sentence: str) -> bool:
    """End the run with a sentence for the one who asked; False when the run is no longer this worker's."""
    run = _owned(run_id, attempt).select_for_update(of=("self",)).select_related("unit").first()
    if run is None:
        return False
    _fail(run, sentence)
    return True


def _fail(run: ReportRun, sentence: str) -> None:
    ReportRun.objects.filter(pk=run.pk).update(
        state=RunState.FAILED, error=sentence, step="", finished_at=clock.now(), heartbeat_at=Now()
    )
    audit.record(system_actor("lập báo cáo"), "report.fail", run, note=sentence)
    notices.send(
        _audience(run),
        "report.failed",
        f"{run} không lập được: {sentence}",
        run.get_absolute_url(),
        key=f"report.failed:{run.pk}:{run.attempt}",
    )


def _audience(run: ReportRun) -> list[int]:
    """Who is told: the one who asked; for a scheduled run the standing office and the leaders of the unit."""
    if run.requested_by_id:
        return [run.requested_by_id]
    today = clock.today()
    roles = (Role.AWARD_SPECIALIST, Role.MINISTRY_LEADER)
    rows = [officers_of([run.unit], str(role), today) for role in roles]
    return [row.user_id for found in rows for row in found if row.user.is_active]


@transaction.atomic
def give_back(run_id: int, attempt: int, *, countdown: float) -> bool:
    """After a passing trouble: back into the queue (True), or FAILED after the last attempt (False)."""
    run = _owned(run_id, attempt).select_for_update(of=("self",)).select_related("unit").first()
    if run is None:
        return False
    return _again(run, countdown)


def _again(run: ReportRun, countdown: float = 0) -> bool:
    if run.attempt >= MAX_ATTEMPTS:
        _fail(run, LOST)
        return False
    ReportRun.objects.filter(pk=run.pk).update(state=RunState.REQUESTED, step="", done=0, heartbeat_at=Now())
    audit.record(system_actor("lập báo cáo"), "report.requeue", run, note=f"Sau lần lập {run.attempt}")
    _enqueue_after_commit(run.pk, countdown)
    return True


# --- upkeep --------------------------------------------------------------------------------------------
@transaction.atomic
def sweep_stale() -> list[int]:
    """Take up runs without a sign of life and send waiting ones again; returns the ids put into the queue."""
    rows = (
        ReportRun.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("unit")
        .order_by("pk")
    )
    lost = rows.filter(
        state=RunState.RUNNING, heartbeat_at__lt=Now() - timedelta(seconds=settings.REPORT_HEARTBEAT_SECONDS)
    )
    sent = [run.pk for run in lost if _again(run)]
    waiting = rows.filter(
        state=RunState.REQUESTED, heartbeat_at__lt=Now() - timedelta(seconds=UNCLAIMED_SECONDS)
    ).exclude(pk__in=sent)
    for run in waiting:
        ReportRun.objects.filter(pk=run.pk).update(heartbeat_at=Now())
        _enqueue_after_commit(run.pk)
        sent.append(run.pk)
    return sent


@transaction.atomic
def expire_files(today: date) -> int:
    """Delete the files of runs older than KEEP_DAYS; figures and checksum stay. Returns how many runs.

    The bytes go a week later (core.files.sweep), so that a database restored to yesterday finds them.
    """
    rows = ReportRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("unit")
    old = list(rows.filter(state=RunState.READY, finished_at__date__lt=today - timedelta(days=KEEP_DAYS)))
    for run in old:
        for stored in run.files.all():
            stored.delete()
        ReportRun.objects.filter(pk=run.pk).update(state=RunState.EXPIRED)
        audit.record(system_actor("dọn tệp báo cáo hết hạn"), "report.expire", run)
    return len(old)
