"""Is the system fit for work: each check with the fault it is there for, on real servers."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import supervisor
from config.celery import app
from core import health, outbox, tasks
from core.health import State
from core.models import BackupKind, BackupRun, Heartbeat, OutboxMessage, OutboxState
from tests.reports.test_worker import wait_for
from tests.smtp_server import free_port
from tests.test_repository import text
from tests.workers import worker
from tests.world import World
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    health._last.clear()
    health._migrated.clear()


@pytest.fixture
def fit(db: None, settings) -> None:
    """Everything in order, as far as the throw-away server of the tests allows (it runs without fsync)."""
    settings.DEMO = True
    for queue in django_settings.WORKER_QUEUES:
        health.beat(health.worker_name(queue))
    health.beat(health.SCHEDULER)
    BackupRun.objects.create(is_good=True, finished_at=timezone.now(), size=1000)


def finding(key: str) -> health.Finding:
    return next(found for found in health.assess().findings if found.key == key)


# --- /healthz and /readyz -------------------------------------------------------------------------------
def test_alive_needs_no_database(client: Client) -> None:
    """No database mark: any query would fail."""
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok", "no-store")


def test_ready_says_so_with_200(fit: None, client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200, answer.json()
    assert answer.json()["status"] == "ready"
    assert {found["state"] for found in answer.json()["checks"].values()} <= {"ok", "warning"}


def test_a_dead_worker_is_503_and_named(fit: None, client: Client) -> None:
    Heartbeat.objects.filter(name="worker:mail").update(at=timezone.now() - timedelta(minutes=10))
    answer = client.get("/readyz")

    assert answer.status_code == 503
    found = answer.json()["checks"]["worker:mail"]
    assert (found["state"], found["detail"]) == ("fault", "Im lặng đã 10 phút.")
    assert "Khởi động worker có nghe hàng đợi «mail»" in found["advice"]


@pytest.mark.django_db
def test_details_are_for_our_machines_and_for_those_who_watch(
    world: World, sign_in: SignIn, settings
) -> None:
    settings.HEALTH_ALLOWED = []
    strangers = [sign_in(None), sign_in(world.officer), sign_in(world.auditor)]
    assert [set(client.get("/readyz").json()) for client in strangers] == [{"status"}] * 3
    assert "checks" in sign_in(world.admin).get("/readyz").json()

    settings.HEALTH_ALLOWED = [ip_network("10.1.0.0/16")]
    settings.TRUSTED_PROXY_COUNT = 1
    inside = Client(headers={"x-forwarded-for": "10.1.2.3"})
    outside = Client(headers={"x-forwarded-for": "10.1.2.3, 203.0.113.9"})
    assert "checks" in inside.get("/readyz").json()
    assert "checks" not in outside.get("/readyz").json()


def test_anybody_may_ask_often_and_the_work_is_done_once(
    fit: None, client: Client, django_assert_num_queries
) -> None:
    client.get("/readyz")

    with django_assert_num_queries(0):
        for _ in range(20):
            client.get("/readyz")


# --- each check -----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_settings_that_lose_data_are_a_fault_and_in_the_demonstration_a_warning(settings) -> None:
    """The servers of the tests really run with these off."""
    found = finding("durability")
    assert found.state == State.FAULT
    assert found.detail.startswith("Đang tắt: fsync, full_page_writes, synchronous_commit")
    assert "Bật lại trong cấu hình PostgreSQL: fsync, full_page_writes, synchronous_commit." in found.advice

    settings.DEMO = True
    assert finding("durability").state == State.WARNING


@pytest.mark.django_db
def test_a_migration_that_was_not_run_is_a_fault() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")
        found = finding("migrations")
        transaction.set_rollback(True)

    assert found.state == State.FAULT
    assert "chưa chạy" in found.detail
    assert "manage.py migrate" in found.advice


@pytest.mark.django_db
def test_redis_that_does_not_answer_is_a_fault(settings) -> None:
    assert finding("redis").state == State.OK
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert finding("redis").state == State.FAULT


@pytest.mark.django_db
def test_a_full_disk_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding("disk:files").state in (State.OK, State.WARNING)
    monkeypatch.setattr(health, "DISK_FAULT_BYTES", 10**18)

    found = finding("disk:files")
    assert found.state == State.FAULT
    assert "Dọn tệp thừa" in found.advice


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ages", "sizes", "state"),
    [
        ([], [], State.FAULT),
        ([27], [1000], State.FAULT),
        ([1], [1000], State.OK),
        ([1, 25], [700, 1000], State.WARNING),
        ([1, 25], [900, 1000], State.OK),
    ],
)
def test_a_backup_must_be_young_and_not_shrink(ages: list[int], sizes: list[int], state: State) -> None:
    for age, size in zip(ages, sizes, strict=True):
        at = timezone.now() - timedelta(hours=age)
        BackupRun.objects.create(started_at=at, finished_at=at, is_good=True, size=size)
    BackupRun.objects.create(is_good=False, error="hỏng")
    BackupRun.objects.create(kind=BackupKind.RESTORE, is_good=True, finished_at=timezone.now())

    assert finding("backup").state == state


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "state"), [(-5, State.OK), (5, State.OK), (20, State.WARNING), (130, State.FAULT)]
)
def test_letters_that_wait_too_long_are_noticed(minutes: int, state: State) -> None:
    with transaction.atomic():
        outbox.write("a", "a@bo.example", "x", "x", not_before=timezone.now() - timedelta(minutes=minutes))

    assert finding("mail").state == state


@pytest.mark.django_db
def test_a_clock_that_is_wrong_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding("clock").state == State.OK
    real = timezone.now
    monkeypatch.setattr(health.timezone, "now", lambda: real() + timedelta(seconds=3))

    found = finding("clock")
    assert found.state == State.FAULT
    assert "lệch nhau" in found.detail


CLOSED = """
import django
django.setup()
from core import health
report = health.assess()
print(report.is_ready, report.findings[0].key, report.findings[0].state, report.findings[0].detail)
"""


def test_a_database_that_is_gone_is_a_finding_and_no_error() -> None:
    env = os.environ | {"DATABASE_URL": f"postgresql://a:b@127.0.0.1:{free_port()}/x"}
    done = subprocess.run([sys.executable, "-c", CLOSED], env=env, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "False database fault Không trả lời hoặc chưa có đủ bảng.", done.stderr


# --- signs of life ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_shows_that_it_works_and_the_sender_that_it_sends(tmp_path: Path) -> None:
    entry = django_settings.CELERY_BEAT_SCHEDULE["beat-mail"]
    app.send_task(entry["task"], args=entry["args"], **entry["options"])
    assert Heartbeat.objects.get().name == health.SCHEDULER

    log = tmp_path / "worker.log"
    with worker(log, "mail"):
        wait_for(lambda: Heartbeat.objects.filter(name="worker:mail").exists(), log)

    assert finding("worker:mail").state == State.OK
    assert finding("worker:reports").detail == "Chưa từng có dấu hiệu hoạt động."


def test_every_queue_has_a_worker_and_a_beat_everywhere() -> None:
    queues = set(django_settings.WORKER_QUEUES)
    routed = {route["queue"] for route in django_settings.CELERY_TASK_ROUTES.values()}
    compose = {
        queue
        for found in re.findall(r"--queues=([a-z,]+)", text("docker-compose.yml"))
        for queue in found.split(",")
    }

    assert routed | {"default"} == queues
    assert set(supervisor.QUEUES.split(",")) == queues
    assert compose == queues
    for queue in queues:
        assert django_settings.CELERY_BEAT_SCHEDULE[f"beat-{queue}"]["options"]["queue"] == queue
    for entry in django_settings.CELERY_BEAT_SCHEDULE.values():
        app.loader.import_default_modules()
        assert entry["task"] in app.tasks


@pytest.mark.django_db
def test_backups_run_by_the_schedule_only_where_a_folder_is_set(settings) -> None:
    settings.BACKUP_DIR = ""

    assert (tasks.back_up(), tasks.restore_drill()) == ("off", "off")
    assert "nightly-backup" not in django_settings.CELERY_BEAT_SCHEDULE


# --- the page ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_page_says_what_to_do_and_sends_failed_letters_again(world: World, sign_in: SignIn) -> None:
    with transaction.atomic():
        outbox.write(
            "a", world.officer.user.email, "Bí mật", "Nội dung bí mật", user_id=world.officer.user_id
        )
    OutboxMessage.objects.update(state=OutboxState.FAILED, attempts=8, error=outbox.GIVEN_UP)
    BackupRun.objects.create(
        is_good=True,
        finished_at=timezone.now(),
        size=5 * 1024**2,
        detail={"seconds": 12.5, "folder": "thidua-x"},
    )
    client, url = sign_in(world.admin), reverse("units:system")

    page = client.get(url).content.decode()
    for words in (
        "Tình trạng hệ thống",
        "1 thư không gửi được.",
        "12,5 giây",
        "5 MB",
        health.software_version(),
        "Gửi lại",
    ):
        assert words in page
    assert "bí mật" not in page.lower()

    letter = OutboxMessage.objects.get()
    answer = client.post(reverse("units:mail-resend"), {"letter": letter.pk}, follow=True)
    assert "Đã đưa thư vào hàng chờ gửi." in answer.content.decode()
    again = client.post(reverse("units:mail-resend"), {"letter": letter.pk}, follow=True)
    assert "không còn ở trạng thái «Không gửi được»" in again.content.decode()
    for wrong in ("", "x", "-1", "9" * 30, "١٢"):
        assert client.post(reverse("units:mail-resend"), {"letter": wrong}).status_code == 303
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (OutboxState.WAITING, 0)


@pytest.mark.django_db
def test_the_page_works_while_nothing_else_does(world: World, sign_in: SignIn, settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    page = sign_in(world.admin).get(reverse("units:system")).content.decode()

    assert "Có lỗi cần xử lý ngay" in page
    assert "Chưa có lần sao lưu nào" in page
