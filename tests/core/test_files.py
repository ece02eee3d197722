"""Keeping, serving and mending stored files on a folder: limits, names, second copy, sweep, faults of the
disk.
"""

import json
import os
import re
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import ProgressEntry
from core import audit, files, wall
from core.errors import RuleBroken
from core.file_tasks import look_after, mend, sweep_files
from core.files import owners, store, sweep
from core.models import AuditEntry, ScanState, StoredFile
from tests.bad_files import GOOD, NAMES, photo, scanned_pdf
from tests.builders_campaigns import approved, launched
from tests.permission_objects import make_objects
from tests.world import World
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """A store of its own, empty at first."""
    place = tmp_path / "files"
    options = settings.FILE_STORAGES["folder"]["OPTIONS"] | {"location": str(place)}
    settings.STORAGES = settings.STORAGES | {
        "default": settings.FILE_STORAGES["folder"] | {"OPTIONS": options}
    }
    return place


@pytest.fixture
def entry(world: World) -> ProgressEntry:
    target = approved(launched(world), world.officer, world.head).targets.get()
    return ProgressEntry.objects.create(target=target, value=1, reported_on="2024-12-01")


def hand_in(
    entry: ProgressEntry, actor: Actor, name: str = "anh.png", content: bytes | None = None
) -> StoredFile:
    with transaction.atomic():
        return files.keep(
            SimpleUploadedFile(name, content or photo("PNG")), name, entry, actor=actor, field="evidence"
        )


def address(stored: StoredFile) -> str:
    return reverse("core:file-download", args=[stored.pk])


def damage(folder: Path, stored: StoredFile) -> None:
    place = folder / stored.path
    raw = bytearray(place.read_bytes())
    raw[len(raw) // 2] ^= 1
    place.write_bytes(bytes(raw))


# --- keeping ---------------------------------------------------------------------------------------
def test_equal_contents_lie_once_and_nobody_learns_of_it(entry, world, folder) -> None:
    first = hand_in(entry, world.officer)
    second = hand_in(entry, world.officer, "khac.png")

    assert first.sha256 == second.sha256
    assert [path for path, _ in store.every_path(default_storage)] == [first.path]
    assert [first.name, second.name] == ["anh.png", "khac.png"]


def test_a_damaged_content_is_written_anew_when_it_is_handed_in_again(entry, world, folder) -> None:
    stored = hand_in(entry, world.officer)
    damage(folder, stored)

    again = hand_in(entry, world.officer)

    assert files.read(again) == files.read(stored)


def test_files_belong_to_the_unit_of_their_owner(entry, world) -> None:
    stored = hand_in(entry, world.officer)
    made = StoredFile.objects.get(pk=make_objects(world.institute)["file"])

    assert (stored.scope_id, made.scope_id) == (world.agency.pk, world.institute.pk)


def test_files_follow_their_owner_to_another_unit(entry, world) -> None:
    stored = hand_in(entry, world.officer)
    pledge = entry.target.pledge
    pledge.unit = world.institute
    pledge.save()
    moved = ProgressEntry.objects.get(pk=entry.pk)

    assert (files.rescope_owner(moved), files.rescope_owner(moved)) == (1, 0)
    stored.refresh_from_db()
    assert stored.scope_id == world.institute.pk
    StoredFile.objects.update(scope_id=None)
    assert (files.rescope(), files.rescope()) == (1, 0)
    stored.refresh_from_db()
    assert stored.scope_id == world.institute.pk


def test_the_101st_file_of_a_dossier_is_refused(entry, world) -> None:
    stored = hand_in(entry, world.officer)
    StoredFile.objects.bulk_create(
        StoredFile(sha256=stored.sha256, size=1, name="a", media_type="a", content_type=stored.content_type,
                   object_id=entry.pk) for _ in range(99)
    )  # fmt: skip
    other = ProgressEntry.objects.create(target=entry.target, value=1, reported_on="2024-12-02")

    with pytest.raises(RuleBroken) as refused:
        hand_in(other, world.officer)

    assert refused.value.fields["evidence"] == [
        "Hồ sơ đã có 100 tệp, mức tối đa là 100 tệp. Hãy gộp các trang rời vào một tệp PDF."
    ]
    assert StoredFile.objects.count() == 100


def test_the_quota_of_a_unit_counts_its_year(entry, world, settings) -> None:
    stored = hand_in(entry, world.officer)
    StoredFile.objects.update(size=1024 * 1048576 - 100)

    with pytest.raises(RuleBroken) as refused:
        hand_in(entry, world.officer, content=photo("PNG", size=(400, 300)))

    sentence = refused.value.fields["evidence"][0]
    assert sentence.startswith("Năm 2024 đơn vị đã dùng 1024,0 MB trong mức 1024,0 MB; tệp này nặng")
    assert "nâng mức" in sentence
    StoredFile.objects.update(created_at=stored.created_at - timedelta(days=366))
    assert hand_in(entry, world.officer).pk


@contextmanager
def full_disk() -> Iterator[None]:
    """The kernel refuses to write any file larger than this: what a full disk looks like to a program."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_refuses_the_file_and_leaves_nothing(entry, world, folder) -> None:
    content = ContentFile(os.urandom(60_000), "lon.pdf")

    with (
        full_disk(),
        pytest.raises(RuleBroken, match="tạm hết chỗ lưu tệp, chưa có gì bị mất"),
        transaction.atomic(),
    ):
        files.keep(content, "lon.pdf", entry, actor=None)

    assert not StoredFile.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert files.keep(content, "lon.pdf", entry, actor=None).size == 60_000


def test_a_killed_writer_leaves_no_file_under_its_name(folder) -> None:
    class Killed(BaseException):
        pass

    class Cut(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"mot phan"
            raise Killed

    with pytest.raises(Killed):
        default_storage.save("aa/bb/" + "c" * 64, Cut(b"x"))

    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_bytes_reach_the_disk_before_they_get_their_name(entry, folder) -> None:
    calls: list[str] = []
    real = {name: getattr(os, name) for name in ("fsync", "replace")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda number: (calls.append("flush"), real["fsync"](number))[1])
        patch.setattr(os, "replace", lambda a, b: (calls.append("rename"), real["replace"](a, b))[1])
        files.keep(ContentFile(b"noi dung"), "a.pdf", entry, actor=None)

    assert calls[-3:] == ["flush", "rename", "flush"]


def test_a_rolled_back_transaction_leaves_bytes_that_the_sweep_takes_away(entry, folder) -> None:
    with transaction.atomic():
        stored = files.keep(ContentFile(b"mo coi"), "a.pdf", entry, actor=None)
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    now = timezone.now()
    place = folder / stored.path

    assert place.exists()
    assert sweep.sweep_orphans(now) == {"orphans": 0, "deleted": 0}  # younger than a day
    assert sweep.sweep_orphans(now + timedelta(days=2)) == {"orphans": 1, "deleted": 0}
    assert sweep.sweep_orphans(now + timedelta(days=8)) == {"orphans": 1, "deleted": 0}
    assert place.exists()
    assert sweep.sweep_orphans(now + timedelta(days=10)) == {"orphans": 1, "deleted": 1}
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_an_orphan_that_finds_an_owner_again_stays(entry, folder) -> None:
    stored = files.keep(ContentFile(b"mo coi"), "a.pdf", entry, actor=None)
    stored.delete()
    now = timezone.now()
    sweep.sweep_orphans(now + timedelta(days=2))
    files.keep(ContentFile(b"mo coi"), "a.pdf", entry, actor=None)

    sweep.sweep_orphans(now + timedelta(days=30))

    assert (folder / stored.path).exists()
    assert not list(folder.glob("orphans/*"))


@pytest.mark.django_db(transaction=True)
def test_the_sweep_never_takes_what_somebody_is_keeping(world, entry, folder) -> None:
    stored = files.keep(ContentFile(b"mo coi"), "a.pdf", entry, actor=None)
    stored.delete()
    now = timezone.now()
    sweep.sweep_orphans(now + timedelta(days=2))
    outcome: dict[str, int] = {}

    def elsewhere() -> None:
        with wall.as_system("thử"):
            outcome.update(sweep.sweep_orphans(now + timedelta(days=30)))
        connection.close()

    with transaction.atomic():
        files.keep(ContentFile(b"mo coi"), "a.pdf", entry, actor=None)
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert outcome["deleted"] == 0
    assert (folder / stored.path).exists()


# --- names and headers -----------------------------------------------------------------------------
@pytest.mark.parametrize("case", NAMES)
def test_names_are_made_fit_and_sent_right(entry, world, sign_in: SignIn, case: str) -> None:
    sent, wanted = NAMES[case]
    stored = files.keep(ContentFile(b"%PDF"), sent, entry, actor=None)

    answer = sign_in(world.officer).get(address(stored))
    answer.getvalue()
    header = answer["Content-Disposition"]

    assert stored.name == wanted
    assert re.fullmatch(
        r"attachment; filename=\"[ -!#-\[\]-~]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header
    )


def test_a_download_is_an_attachment_nobody_renders(entry, world, sign_in: SignIn) -> None:
    stored = hand_in(entry, world.officer, "Báo cáo đợt 1.pdf", GOOD["pdf with a zip behind it"][1]())

    answer = sign_in(world.officer).get(address(stored), headers={"range": "bytes=0-9"})

    assert answer.status_code == 200
    body = answer.getvalue()
    assert (len(body), int(answer["Content-Length"])) == (stored.size, stored.size)
    assert b"<html>" not in body
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Accept-Ranges"] == "none"
    assert answer["Content-Disposition"] == (
        'attachment; filename="Bao cao dot 1.pdf"; '
        "filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20%C4%91%E1%BB%A3t%201.pdf"
    )
    for stranger in (world.foreign_officer, world.division_officer):
        assert sign_in(stranger).get(address(stored)).status_code == 404


def test_what_the_person_should_know_of_a_file_is_told(entry, world, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("ban chup.pdf", scanned_pdf())
    values = {"value": "2", "reported_on": "10/12/2024", "note": "", "evidence": upload}

    answer = sign_in(world.officer).post(
        reverse("campaigns:progress-record", args=[entry.target_id]), values, follow=True
    )

    assert (
        "Tệp «ban chup.pdf» là bản chụp không có lớp chữ nên không tìm được theo nội dung."
        in answer.content.decode()
    )


# --- damage ----------------------------------------------------------------------------------------
def test_altered_and_missing_files_are_not_served(entry, world, folder, sign_in: SignIn) -> None:
    altered, missing = hand_in(entry, world.officer), hand_in(entry, world.officer, "b.jpg", photo())
    damage(folder, altered)
    (folder / missing.path).unlink()

    for stored in (altered, missing):
        answer = sign_in(world.officer).get(address(stored))
        assert answer.status_code == 503
        assert "Tệp đang được khôi phục" in answer.content.decode()
        assert sign_in(world.foreign_officer).get(address(stored)).status_code == 404


def test_damage_without_a_copy_is_found_told_and_kept_in_mind(entry, world, folder) -> None:
    altered, missing = hand_in(entry, world.officer), hand_in(entry, world.officer, "b.jpg", photo())
    hand_in(entry, world.officer, "c.pdf", GOOD["pdf"][1]())
    damage(folder, altered)
    (folder / missing.path).unlink()

    counts = sweep.sweep(60)

    assert counts == {"checked": 3, "mended": 0, "faults": 2, "left": 0}
    found = dict(StoredFile.objects.values_list("name", "fault"))
    assert found == {"anh.png": sweep.ALTERED, "b.jpg": sweep.MISSING, "c.pdf": ""}
    assert sweep.sweep(60)["checked"] == 0  # nobody is read twice in a night
    sweep.sweep(60, timezone.now() + timedelta(days=1))
    told = AuditEntry.objects.filter(action="file.damage")
    assert told.count() == 2
    assert {one.actor_label for one in told} == {"Hệ thống (kiểm tra tệp lưu trữ)"}
    assert audit.label_of("file.damage") == "Phát hiện tệp lưu trữ bị hỏng hoặc mất"


def test_damage_is_mended_from_the_second_copy(entry, world, folder, tmp_path, settings) -> None:
    settings.FILE_COPY_DIR = str(tmp_path / "copy")
    altered, missing = hand_in(entry, world.officer), hand_in(entry, world.officer, "b.jpg", photo())
    look_after(altered.pk)
    look_after(missing.pk)
    good = {stored.pk: files.read(stored) for stored in (altered, missing)}
    damage(folder, altered)
    (folder / missing.path).unlink()

    mend(altered.pk)
    StoredFile.objects.update(checked_at=None)
    sweep_files()

    assert {stored.pk: files.read(stored) for stored in (altered, missing)} == good
    assert not StoredFile.objects.exclude(fault="").exists()
    assert AuditEntry.objects.filter(action="file.repair").count() == 2
    damage(tmp_path / "copy", altered)
    assert files.verify()[0]["copy_faults"] == 1
    sweep.tend(altered.sha256)
    assert files.verify()[0]["copy_faults"] == 0


def test_verify_files_prints_counts_and_the_first_fault(entry, world, folder, capsys) -> None:
    stored = hand_in(entry, world.officer)
    hand_in(entry, world.officer, "b.png")
    call_command("verify_files")
    good = json.loads(capsys.readouterr().out)
    damage(folder, stored)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_files")

    assert good == {
        "files": 2, "contents": 1, "bytes": stored.size, "blocked": 0, "missing": 0, "altered": 0,
        "copy_faults": 0,
        "orphans": 0, "first_fault": None,
    }  # fmt: skip
    assert ended.value.code == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["first_fault"] == {
        "sha256": stored.sha256, "kind": sweep.ALTERED, "files": ["anh.png", "b.png"],
    }  # fmt: skip
    assert "Lấy lại tệp này từ bản sao lưu" in captured.err


def test_files_without_a_known_owner_are_shown_to_nobody(world) -> None:
    stored = files.keep(ContentFile(b"x"), "a.pdf", world.agency, actor=None)

    assert not owners.may_read(world.admin, stored)
    assert stored.scan_state == ScanState.NOT_NEEDED
    assert files.read(stored) == b"x"
