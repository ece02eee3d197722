"""Celery entry points of reports: ids in, claim, build, finish. Delivered twice, they have one effect."""

import logging
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, connection

from core import clock
from core.errors import Refused
from reports import actions
from reports.building import build as build_report
from reports.models import ReportRun
from units.models import Unit
from units.permissions import system_actor

TOO_LARGE = (
    "Báo cáo quá lớn nên không lập xong trong thời gian cho phép. Hãy lập báo cáo cho từng đơn vị trực "
    "thuộc, hoặc báo quản trị hệ thống."
)
BROKEN = "Có lỗi ngoài dự kiến khi lập báo cáo. Quản trị hệ thống đã có nhật ký lỗi (lần lập {pk}-{attempt})."
BACKOFF_SECONDS = (5, 20)

log = logging.getLogger(__name__)


@contextmanager
def _alive(run: ReportRun) -> Iterator[None]:
    """Signs of life from a thread of its own: drawing a long PDF takes minutes and says nothing meanwhile."""
    stopped = threading.Event()
    every = max(settings.REPORT_HEARTBEAT_SECONDS / 4, 0.25)

    def beat() -> None:
        try:
            while not stopped.wait(every):
                try:
                    if not actions.beat(run.pk, run.attempt):
                        return
                except DatabaseError:
                    log.warning("report %s: no sign of life written", run.pk)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"report-{run.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(10)


class _Progress:
    """Writes steps at most once a second (the first one always)."""

    def __init__(self, run: ReportRun) -> None:
        self.run = run
        self.written = 0.0

    def __call__(self, step: str, done: int) -> None:
        if monotonic() - self.written >= 1 or not self.written:
            actions.progress(self.run.pk, self.run.attempt, step, done)
            self.written = monotonic()


@shared_task(name="reports.build")
def build(run_id: int) -> str:
    """Build one requested run; «nothing» when another delivery has it. Expected trouble fails with a
    sentence.
    """
    run = actions.claim(run_id)
    if run is None:
        return "nothing"
    try:
        actions.check_scope(run)
        with _alive(run):
            built = build_report(run.kind, run.year, run.unit, tell=_Progress(run))
        return "ready" if actions.finish(run.pk, run.attempt, built) else "lost"
    except Refused as error:
        actions.fail(run.pk, run.attempt, str(error))
    except (SoftTimeLimitExceeded, MemoryError):
        log.exception("report %s is too large", run.pk)
        actions.fail(run.pk, run.attempt, TOO_LARGE)
    except (DatabaseError, OSError):
        log.exception("report %s interrupted", run.pk)
        if not connection.in_atomic_block:
            connection.close()
        wait = BACKOFF_SECONDS[min(run.attempt, len(BACKOFF_SECONDS)) - 1]
        actions.give_back(run.pk, run.attempt, countdown=wait * random.uniform(0.75, 1.5))  # noqa: S311 (jitter)
        return "again"
    except Exception:
        log.exception("report %s failed", run.pk)
        actions.fail(run.pk, run.attempt, BROKEN.format(pk=run.pk, attempt=run.attempt))
    return "failed"


@shared_task(name="reports.sweep")
def sweep() -> list[int]:
    """Take up runs whose worker is gone and send waiting ones again."""
    return actions.sweep_stale()


@shared_task(name="reports.expire_files")
def expire_files() -> int:
    """Delete files of old reports."""
    return actions.expire_files(clock.today())


@shared_task(name="reports.build_scheduled")
def build_scheduled(kind: str) -> int | None:
    """Ask for the ministry's report of the current year; the number of the run, None when the unit is
    unknown.
    """
    unit = Unit.objects.filter(code=settings.MINISTRY_CODE).first()
    if unit is None:
        log.error("scheduled report: no unit with the code %s", settings.MINISTRY_CODE)
        return None
    today = clock.today()
    run = actions.request_report(
        kind, today.year, unit, actor=system_actor("lịch báo cáo định kỳ"), today=today
    )
    return run.pk
