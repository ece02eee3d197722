"""Letters leave exactly once, whatever the mail server does. The server is a real one in its own process."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import outbox, wall
from core.audit import NotInTransaction
from core.errors import StaleState
from core.models import AuditEntry, OutboxMessage, OutboxState
from tests.smtp_server import free_port, letters, smtp_server
from tests.workers import database_url
from tests.world import build_world

BASE = Path(__file__).resolve().parent.parent.parent
SMTP = "django.core.mail.backends.smtp.EmailBackend"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _smtp(settings) -> None:
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST = "127.0.0.1"
    settings.DEFAULT_FROM_EMAIL = "thidua@bo.example"


def write(number: int = 1) -> None:
    with transaction.atomic():
        for n in range(number):
            outbox.write(f"thu:{n}", f"nguoi{n}@bo.example", "Tin mới", f"Nội dung {n}")


def make_due() -> None:
    OutboxMessage.objects.filter(state=OutboxState.WAITING).update(not_before=timezone.now())


def test_a_letter_is_kept_only_with_its_change() -> None:
    with pytest.raises(NotInTransaction):
        outbox.write("a", "a@bo.example", "Tin", "Nội dung")
    with transaction.atomic():
        outbox.write("a", "a@bo.example", "Tin", "Nội dung")
        assert OutboxMessage.objects.exists()
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_the_same_event_is_written_once() -> None:
    write()
    write()

    assert OutboxMessage.objects.count() == 1


def test_two_relays_at_once_send_each_letter_once(tmp_path: Path, settings) -> None:
    write(40)
    sent = []

    def run() -> None:
        with wall.as_system("kiểm thử"):
            sent.append(outbox.relay())
        connection.close()

    with smtp_server(tmp_path) as settings.EMAIL_PORT:
        relays = [threading.Thread(target=run) for _ in range(3)]
        for relay in relays:
            relay.start()
        for relay in relays:
            relay.join()

    addresses = [letter["To"] for letter in letters(tmp_path)]
    assert sorted(addresses) == sorted(f"nguoi{n}@bo.example" for n in range(40))
    assert sum(sent) == 40
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {(OutboxState.SENT, 1)}


def test_a_letter_written_while_the_server_is_down_is_sent_later(tmp_path: Path, settings) -> None:
    settings.EMAIL_PORT = free_port()
    write(3)

    assert outbox.relay() == 0
    row = OutboxMessage.objects.order_by("-attempts").first()
    assert (row.state, row.attempts) == (OutboxState.WAITING, 1)
    assert row.error == "Không kết nối được máy chủ thư; hệ thống tự thử lại."
    assert timedelta(seconds=110) < row.not_before - timezone.now() < timedelta(minutes=3)

    make_due()
    with smtp_server(tmp_path, port=settings.EMAIL_PORT):
        assert outbox.relay() == 3
    assert len(letters(tmp_path)) == 3


def test_a_black_hole_holds_a_relay_no_longer_than_ten_seconds_and_no_writer_at_all(
    tmp_path: Path, settings
) -> None:
    settings.EMAIL_TIMEOUT = 2  # of ten, to keep the test short: one wait, not one for each letter
    write(5)
    took = []

    def run() -> None:
        with wall.as_system("kiểm thử"):
            started = time.monotonic()
            outbox.relay()
            took.append(time.monotonic() - started)
        connection.close()

    with smtp_server(tmp_path, "silent") as settings.EMAIL_PORT:
        relay = threading.Thread(target=run)
        relay.start()
        started = time.monotonic()
        with transaction.atomic():
            outbox.write("khac", "khac@bo.example", "Tin", "Nội dung")
        assert time.monotonic() - started < 1
        relay.join()

    assert took[0] < 4
    assert OutboxMessage.objects.filter(state=OutboxState.WAITING).count() == 6
    assert sum(OutboxMessage.objects.values_list("attempts", flat=True)) == 1


CRASHING = """
import os, signal
import django
django.setup()
from core import outbox, wall
from django.core.mail import EmailMessage
send = EmailMessage.send
def send_and_die(self, *args, **kwargs):
    send(self, *args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
EmailMessage.send = send_and_die
with wall.as_system("kiểm thử"):
    outbox.relay()
"""


def test_a_relay_killed_after_sending_leaves_at_most_one_copy_with_the_same_message_id(
    tmp_path: Path, settings
) -> None:
    write()
    with smtp_server(tmp_path) as settings.EMAIL_PORT:
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_BACKEND": SMTP,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(settings.EMAIL_PORT),
            "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        }
        done = subprocess.run([sys.executable, "-c", CRASHING], env=env, cwd=BASE, check=False)
        assert done.returncode == -signal.SIGKILL
        assert outbox.relay() == 0  # it is put off: another relay does not take it at once
        make_due()
        assert outbox.relay() == 1
        assert outbox.relay() == 0

    found = letters(tmp_path)
    assert len(found) == 2
    assert {letter["Message-ID"] for letter in found} == {outbox.message_id("thu:0")}


def test_eight_tries_in_about_a_day_then_a_sentence(settings) -> None:
    settings.EMAIL_PORT = free_port()
    write()
    waits = []
    for _ in range(outbox.TRIES):
        make_due()
        outbox.relay()
        row = OutboxMessage.objects.get()
        waits.append(row.not_before - timezone.now())

    assert (row.state, row.attempts) == (OutboxState.FAILED, 8)
    assert row.error == (
        "Máy chủ thư không nhận sau nhiều lần thử. Hãy kiểm tra máy chủ thư và cấu hình EMAIL_*, rồi "
        "bấm Gửi lại."
    )
    assert timedelta(hours=23) < sum(waits[:-1], timedelta()) < timedelta(hours=31)
    assert waits[:-1] == sorted(waits[:-1])


def test_a_refused_address_is_given_up_at_once_and_can_be_sent_again(tmp_path: Path, settings) -> None:
    world = build_world()
    with transaction.atomic():
        outbox.write("a", world.officer.user.email, "Tin", "Nội dung", user_id=world.officer.user_id)
    with smtp_server(tmp_path, "refuse") as settings.EMAIL_PORT:
        outbox.relay()
    row = OutboxMessage.objects.get()
    assert row.state == OutboxState.FAILED
    assert row.error == (
        "Máy chủ thư từ chối địa chỉ này (mã 550). Hãy sửa địa chỉ của tài khoản, rồi bấm Gửi lại."
    )

    world.officer.user.email = "moi@bo.example"
    world.officer.user.save()
    outbox.resend(row.pk, actor=world.admin)
    with pytest.raises(StaleState, match="không còn ở trạng thái"):
        outbox.resend(row.pk, actor=world.admin)
    with smtp_server(tmp_path) as settings.EMAIL_PORT:
        assert outbox.relay() == 1

    assert [letter["To"] for letter in letters(tmp_path)] == ["moi@bo.example"]
    assert AuditEntry.objects.get().action == "mail.resend"


@pytest.mark.parametrize(
    "subject", ["Tin\r\nBcc: ke@xau.example", "Tin\nX-A: 1", "Tin\u2028Bcc: x", "Tin\x00\x1b[31m"]
)
def test_no_header_can_be_smuggled_in(tmp_path: Path, settings, subject: str) -> None:
    with transaction.atomic():
        outbox.write("a", "a@bo.example", subject, "Nội dung\r\n.\r\nRCPT TO:<ke@xau.example>")
        outbox.write("b", "b@bo.example\r\nBcc: ke@xau.example", "Tin", "Nội dung")
    with smtp_server(tmp_path) as settings.EMAIL_PORT:
        outbox.relay()

    (letter,) = letters(tmp_path)
    assert letter["Bcc"] is None
    assert letter["X-A"] is None
    assert letter["To"] == "a@bo.example"
    assert "RCPT TO" in letter.get_content()
    bad = OutboxMessage.objects.get(key="b")
    assert (bad.state, bad.error) == (OutboxState.FAILED, outbox.BAD_ADDRESS)


def test_letters_sent_long_ago_are_deleted() -> None:
    write(2)
    OutboxMessage.objects.filter(key="thu:0").update(
        state=OutboxState.SENT, sent_at=timezone.now() - timedelta(days=91)
    )

    assert outbox.sweep() == 1
    assert OutboxMessage.objects.get().key == "thu:1"
