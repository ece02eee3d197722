"""New files wait until a clamd has seen them; a daemon of the tests speaks its language."""

import select
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from campaigns.models import ProgressEntry
from core import audit, files
from core.file_tasks import look_after, scan_waiting
from core.models import AuditEntry, Notice, ScanState, StoredFile
from tests.bad_files import EICAR, page_pdf, photo
from tests.builders_campaigns import approved, launched
from tests.clamd_server import clamd
from tests.s3_server import free_port
from tests.workers import worker
from tests.world import World

WAITING = "đang chờ quét mã độc"


@pytest.fixture(params=["unix", "tcp"])
def address(request, tmp_path: Path, settings) -> str:
    settings.CLAMD_ADDRESS = (
        f"unix:{tmp_path}/c.sock" if request.param == "unix" else f"127.0.0.1:{free_port()}"
    )
    return settings.CLAMD_ADDRESS


@pytest.fixture
def entry(world: World) -> ProgressEntry:
    target = approved(launched(world), world.officer, world.head).targets.get()
    return ProgressEntry.objects.create(target=target, value=1, reported_on="2024-12-01")


def virus() -> bytes:
    """A PDF that passes every other inspection and carries the test virus."""
    return page_pdf(b"BT /F1 12 Tf 50 700 Td (Bao cao) Tj ET\n%" + EICAR)


def hand_in(entry: ProgressEntry, world: World, name: str, content: bytes) -> StoredFile:
    with transaction.atomic():
        return files.keep(SimpleUploadedFile(name, content), name, entry, actor=world.officer)


def url(stored: StoredFile) -> str:
    return reverse("core:file-download", args=[stored.pk])


def seen(client: Client, stored: StoredFile) -> int:
    answer = client.get(url(stored))
    answer.getvalue()  # a stream is closed by reading it to its end
    return answer.status_code


def test_only_the_uploader_has_a_file_before_it_is_scanned(entry, world, sign_in, address) -> None:
    stored = hand_in(entry, world, "anh.jpg", photo())

    assert stored.scan_state == ScanState.WAITING
    assert seen(sign_in(world.officer), stored) == 200
    answer = sign_in(world.head).get(url(stored))
    assert answer.status_code == 409
    assert WAITING in answer.content.decode()
    assert sign_in(world.foreign_officer).get(url(stored)).status_code == 404
    with clamd(address):
        look_after(stored.pk)
        look_after(stored.pk)
    assert seen(sign_in(world.head), stored) == 200
    stored.refresh_from_db()
    assert stored.scan_state == ScanState.CLEAN
    assert stored.scanned_at is not None


@pytest.mark.django_db(transaction=True)
def test_an_infected_file_is_out_of_everybodys_reach(entry, world, sign_in, address) -> None:
    stored = hand_in(entry, world, "bao-cao.pdf", virus())

    with clamd(address):
        look_after(stored.pk)

    stored.refresh_from_db()
    assert stored.scan_state == ScanState.INFECTED
    for actor in (world.officer, world.head, world.specialist):
        answer = sign_in(actor).get(url(stored))
        assert answer.status_code == 403
        assert "Tệp bị chặn do phát hiện mã độc" in answer.content.decode()
    assert not default_storage.exists(stored.path)
    assert default_storage.exists(f"quarantine/{stored.sha256}")
    with pytest.raises(files.StoreDown, match="mã độc"):
        files.read(stored)
    trail = AuditEntry.objects.get(action="file.block")
    assert trail.note == "Tệp bị chặn do phát hiện mã độc: Eicar-Test-Signature"
    assert audit.label_of("file.block") == "Chặn tệp có mã độc"
    told = Notice.objects.filter(kind="file.blocked")
    assert set(told.values_list("user_id", flat=True)) == {world.officer.user_id, world.head.user_id}
    assert "«bao-cao.pdf». Không ai tải được tệp này" in told[0].text
    assert files.verify()[0]["blocked"] == 1
    assert files.verify()[1] is None


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_twice_and_another_upload_is_blocked_too(entry, world, address) -> None:
    first = hand_in(entry, world, "mot.pdf", virus())
    with clamd(address):
        look_after(first.pk)
        second = hand_in(entry, world, "hai.pdf", virus())
        scan_waiting()
        scan_waiting()

    states = set(StoredFile.objects.values_list("scan_state", flat=True))
    assert (first.sha256, states) == (second.sha256, {ScanState.INFECTED})
    assert AuditEntry.objects.filter(action="file.block").count() == 2
    assert Notice.objects.filter(kind="file.blocked", user=world.head.user).count() == 2
    assert not default_storage.exists(first.path)


def test_while_the_daemon_is_down_files_wait_and_nothing_is_served(entry, world, sign_in, address) -> None:
    stored = hand_in(entry, world, "anh.jpg", photo())

    look_after(stored.pk)

    assert scan_waiting() == {"scanned": 0, "waiting": 1}
    assert seen(sign_in(world.head), stored) == 409
    with clamd(address) as daemon:
        daemon.kill()
        daemon.wait()
        assert scan_waiting() == {"scanned": 0, "waiting": 1}
    with clamd(address):
        assert scan_waiting() == {"scanned": 1, "waiting": 0}
    assert seen(sign_in(world.head), stored) == 200


@pytest.mark.django_db(transaction=True)
def test_a_worker_scans_soon_after_the_commit(entry, world, address, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CLAMD_ADDRESS", address)
    with clamd(address), worker(tmp_path / "log", "default"):
        stored = hand_in(entry, world, "anh.jpg", photo())
        ends = time.monotonic() + 60
        while time.monotonic() < ends and StoredFile.objects.filter(scan_state=ScanState.WAITING).exists():
            select.select([], [], [], 0.1)

    stored.refresh_from_db()
    assert stored.scan_state == ScanState.CLEAN


def test_what_the_product_makes_is_not_scanned(entry, address) -> None:
    assert files.keep(ContentFile(b"x"), "a.pdf", entry, actor=None).scan_state == ScanState.NOT_NEEDED
