"""A real Celery worker on real Redis, killed in the middle of a report: the report is rebuilt, once."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage

from core.models import Notice, StoredFile
from reports import actions, tasks
from reports.choices import ReportKind, RunState
from reports.models import ReportRun
from tests.builders import TODAY, make_person
from tests.reports.data import fill_year, make_honour
from tests.workers import kill, worker
from tests.world import build_world

PATIENCE = 90.0
pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
        time.sleep(0.05)


def test_a_killed_worker_leaves_a_report_that_is_rebuilt_once(tmp_path: Path, settings) -> None:
    world = build_world()
    fill_year(world.ministry, world.agency, world.institute, honours=2)
    log = tmp_path / "worker.log"
    honours = make_many(world, 350)
    run = actions.request_report(
        ReportKind.YEAR_END, 2024, world.ministry, actor=world.specialist, today=TODAY
    )

    def state() -> tuple[str, str]:
        return ReportRun.objects.values_list("state", "step").get(pk=run.pk)

    with worker(log) as first:
        wait_for(lambda: state()[0] == RunState.RUNNING, log)
        kill(first)
    assert state()[0] == RunState.RUNNING
    assert not StoredFile.objects.exists()

    settings.REPORT_HEARTBEAT_SECONDS = 0
    assert actions.sweep_stale() == [run.pk]
    settings.REPORT_HEARTBEAT_SECONDS = 60
    tasks.build.apply_async([run.pk])  # and a second delivery of the same work
    with worker(log):
        wait_for(lambda: state()[0] == RunState.READY, log)
        wait_for(lambda: log.read_text(errors="replace").count("succeeded") >= 2, log)

    run.refresh_from_db()
    files = {stored.name: stored for stored in run.files.all()}
    assert run.attempt == 2
    assert sorted(files) == ["bao-cao-tong-ket-2024-B0.pdf", "bao-cao-tong-ket-2024-B0.xlsx"]
    assert StoredFile.objects.count() == 2
    assert all(default_storage.size(stored.path) == stored.size for stored in files.values())
    assert run.figures["honours"]["persons"] == honours
    assert Notice.objects.filter(kind="report.ready").count() == 1


def make_many(world, number: int) -> int:
    """Enough honours that drawing the report takes seconds; how many persons there are in all."""
    sample = world.ministry.honours.first() or world.agency.honours.first()
    for _ in range(number):
        make_honour(world.agency, sample.award, world.ministry, person=make_person())
    return number + 2


def test_the_worker_uses_the_queue_of_reports() -> None:
    assert django_settings.CELERY_TASK_ROUTES["reports.*"] == {"queue": "reports"}
