"""Backup, destroy, restore, verify: with real servers, real commands and a database that is really
dropped.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from awards.choices import NominationState
from awards.models import HonourRecord, Nomination
from campaigns.models import Pledge
from core import anchors, backup, files, invariants, outbox
from core.backup import manifest, tools
from core.backup.restore import restore_files
from core.models import AuditEntry, BackupKind, BackupRun, StoredFile
from reports import actions as report_actions
from reports import tasks as report_tasks
from reports.choices import ReportKind
from tests.builders import TODAY
from tests.builders_awards import issue, make_decision, make_passed, make_round
from tests.core.test_files_s3 import BUCKET, bucket, keys, server  # noqa: F401 - fixtures
from tests.reports.data import make_campaign, make_pledge
from tests.workers import database_url
from tests.world import World, build_world
from units.models import Unit, UnitUserGrant

BASE = Path(__file__).resolve().parent.parent.parent
# the module, which the package hides behind the function of the same name
making = importlib.import_module("core.backup.make")
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Place:
    """A database and a file folder of its own, worked by commands in processes of their own."""

    name: str
    environment: dict[str, str]
    files: Path

    @property
    def address(self) -> dict[str, object]:
        return connection.settings_dict | {"NAME": self.name}

    def run(self, *arguments: str) -> SimpleNamespace:
        line = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            line, cwd=BASE, env=self.environment, capture_output=True, text=True, check=False
        )
        said = json.loads(done.stdout) if done.stdout.startswith("{") else None
        return SimpleNamespace(status=done.returncode, said=said, error=done.stderr)

    def statement(self, text: str) -> None:
        with tools.line_to(self.address) as line, line.cursor() as cursor:
            cursor.execute(text)

    def drop(self) -> None:
        with tools.line_to(self.address, name="postgres") as line, line.cursor() as cursor:
            name = sql.Identifier(self.name)
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def create(self) -> None:
        with tools.line_to(self.address, name="postgres") as line, line.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(self.name)))


@pytest.fixture(autouse=True)
def _own_anchors(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANCHOR_DIR = tmp_path / "anchors"
    monkeypatch.setenv("ANCHOR_DIR", str(settings.ANCHOR_DIR))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(f"{connection.settings_dict['NAME']}_beside", {}, tmp_path / "files")
    address = database_url().replace(f"@/{connection.settings_dict['NAME']}?", f"@/{found.name}?")
    found.environment = os.environ | {
        "DATABASE_URL": address,
        "MEDIA_ROOT": str(found.files),
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
    }
    found.create()
    yield found
    found.drop()


@pytest.fixture
def year() -> World:
    """A year's work: dossiers through the council to an issued decision, a report, files, trail, letters."""
    world = build_world()
    round_ = make_round(world)
    passed = [make_passed(world, round_), make_passed(world, round_)]
    issue(world, make_decision(world, round_, *passed))
    run = report_actions.request_report(
        ReportKind.YEAR_END, 2024, world.ministry, actor=world.specialist, today=TODAY
    )
    assert report_tasks.build(run.pk) == "ready"
    anchors.write()
    return world


def first_file(folder: Path) -> Path:
    return next(path for path in sorted((folder / "files").rglob("*")) if path.is_file())


# --- the drill ----------------------------------------------------------------------------------------
def test_backup_destroy_restore_and_everything_is_there(year: World, tmp_path: Path, place: Place) -> None:
    made = backup.make(tmp_path / "backups")
    assert made.is_good
    restored = place.run("restore", f"--from={made.folder}", f"--yes-i-mean={place.name}")
    assert restored.status == 0, restored.error
    figures = manifest.read(made.folder)

    # the system beside makes a backup of its own, and is destroyed: database dropped, files gone
    again = place.run("backup", f"--out={tmp_path / 'again'}")
    assert again.status == 0, again.error
    place.drop()
    shutil.rmtree(place.files)
    place.create()
    gone = place.run("verify_all")
    assert gone.status == 1
    assert "Cơ sở dữ liệu trống" in gone.error

    back = place.run("restore", f"--from={again.said['path']}", f"--yes-i-mean={place.name}")

    assert back.status == 0, back.error
    assert back.said["fault"] is None
    assert back.said["files"] == back.said["files_copied"] == made.figures["files"] >= 3
    assert back.said["audit_entries"] == AuditEntry.objects.count() > 20
    clean = place.run("verify_all")
    assert (clean.status, clean.said["fault"]) == (0, None)
    assert clean.said["checks"]["honours"] == HonourRecord.objects.count() == 2
    assert clean.said["checks"]["grants"] == UnitUserGrant.objects.count()
    assert clean.said["checks"]["files"] == StoredFile.objects.values("sha256").distinct().count()
    again_figures = manifest.read(Path(again.said["path"]))
    assert again_figures["audit"] == figures["audit"]
    changed = {name for name, n in figures["tables"].items() if again_figures["tables"][name] != n}
    assert changed == {"core_backuprun"}  # the restore itself


def test_the_drill_proves_a_backup_and_leaves_nothing_behind(year: World, tmp_path: Path) -> None:
    made = backup.make(tmp_path / "backups")
    before = AuditEntry.objects.count()

    figures = backup.drill(made.folder)

    assert figures["checks"]["sign_in"] == "đăng nhập được, trang Việc của tôi trả lời 200"
    assert figures["checks"]["figure"].startswith("tính lại được")
    assert figures["rows"] == made.figures["rows"] > 500
    run = BackupRun.objects.get(kind=BackupKind.RESTORE)
    assert (run.is_good, run.error, run.detail["folder"]) == (True, "", made.folder.name)
    assert AuditEntry.objects.count() == before
    with tools.line_to(connection.settings_dict) as line:
        assert tools.rows(line, "SELECT datname FROM pg_database WHERE datname LIKE '%\\_drill\\_%'") == []


def test_a_drill_of_a_backup_with_a_fault_inside_fails_and_says_so(year: World, tmp_path: Path) -> None:
    Nomination.objects.filter(state=NominationState.AWARDED).update(state=NominationState.NOT_PASSED)
    made = backup.make(tmp_path / "backups")

    with pytest.raises(backup.BackupFault, match="Trạng thái hồ sơ không khớp kết quả Hội đồng"):
        backup.drill(made.folder)

    run = BackupRun.objects.get(kind=BackupKind.RESTORE)
    assert not run.is_good
    assert "Trạng thái hồ sơ" in run.error


def test_files_in_a_bucket_are_backed_up_and_brought_back(
    bucket: Any,  # noqa: F811
    year: World,
    tmp_path: Path,
) -> None:
    kept = keys(bucket)
    made = backup.make(tmp_path / "backups")
    assert made.is_good
    for key in kept:
        bucket.delete_object(Bucket=BUCKET, Key=key)
    assert files.verify()[0]["missing"] == len(kept) >= 3

    copied = restore_files(made.folder)

    assert copied == made.figures["files"] == len(kept)
    assert sorted(keys(bucket)) == sorted(kept)
    assert files.verify()[1] is None


# --- damaged backups ------------------------------------------------------------------------------------
def cut_dump(folder: Path) -> None:
    with (folder / manifest.DUMP).open("r+b") as dump:
        dump.truncate(dump.seek(0, 2) * 2 // 3)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def flip_dump(folder: Path) -> None:
    flip(folder / manifest.DUMP)


def flip_file(folder: Path) -> None:
    flip(first_file(folder))


def lose_file(folder: Path) -> None:
    first_file(folder).unlink()


def change_manifest(folder: Path) -> None:
    path = folder / manifest.MANIFEST
    path.write_text(path.read_text().replace('"core_auditentry": ', '"core_auditentry": 1'))


def cut_manifest(folder: Path) -> None:
    path = folder / manifest.MANIFEST
    path.write_text(path.read_text()[:-40])


def lose_manifest(folder: Path) -> None:
    (folder / manifest.MANIFEST).unlink()


DAMAGE: dict[Callable[[Path], None], str] = {
    cut_dump: "bản sao lưu bị cắt",
    flip_dump: "database.dump bị hỏng: mã băm không khớp",
    flip_file: "trong bản sao lưu bị thiếu hoặc hỏng",
    lose_file: "trong bản sao lưu bị thiếu hoặc hỏng",
    change_manifest: "không khớp dấu niêm",
    cut_manifest: "bị hỏng, không đọc được",
    lose_manifest: "không phải bản sao lưu hoàn chỉnh",
}


def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    year: World, tmp_path: Path, place: Place
) -> None:
    made = backup.make(tmp_path / "backups")
    for damage, sentence in DAMAGE.items():
        copy = tmp_path / damage.__name__ / made.folder.name
        shutil.copytree(made.folder, copy)
        damage(copy)

        with pytest.raises(backup.BackupFault, match=sentence):
            backup.restore(copy, place.address)

        with tools.line_to(place.address) as line:
            assert tools.tables(line) == []


def test_a_dump_that_breaks_in_the_middle_changes_nothing(year: World, tmp_path: Path, place: Place) -> None:
    """Even one whose checksum was made after the damage: the transaction is not ended well."""
    made = backup.make(tmp_path / "backups")
    backup.restore(made.folder, place.address, files=False)
    place.statement("CREATE TABLE mine (id int); INSERT INTO mine VALUES (7)")
    cut_dump(made.folder)
    dump = made.folder / manifest.DUMP
    facts = manifest.read(made.folder)
    facts["parts"][manifest.DUMP] = {"size": dump.stat().st_size, "sha256": manifest.digest(dump)}
    (made.folder / manifest.MANIFEST).unlink()
    manifest.write(made.folder, facts)

    with pytest.raises(backup.BackupFault, match="cơ sở dữ liệu được giữ nguyên như trước"):
        backup.restore(made.folder, place.address, replace=True, files=False)

    with tools.line_to(place.address) as line:
        assert tools.rows(line, "SELECT id FROM mine") == [(7,)]
        assert tools.counts(line)["core_auditentry"] == AuditEntry.objects.count()


# --- refusals -------------------------------------------------------------------------------------------
def test_a_database_with_data_is_replaced_only_when_its_name_is_typed_twice(
    year: World, tmp_path: Path, place: Place
) -> None:
    made = backup.make(tmp_path / "backups")
    backup.restore(made.folder, place.address, files=False)
    place.statement("DELETE FROM core_notice; CREATE TABLE left_over (id int)")
    name = connection.settings_dict["NAME"]

    with pytest.raises(backup.BackupFault, match="không trống .*thêm --replace TÊN"):
        backup.restore(made.folder, place.address, files=False)
    with pytest.raises(CommandError, match="không phải «khac». Chưa thay đổi gì"):
        call_command("restore", folder=made.folder, yes_i_mean="khac")
    with pytest.raises(CommandError, match="không phải «khac». Chưa thay đổi gì"):
        call_command("restore", folder=made.folder, yes_i_mean=name, replace="khac")
    with tools.line_to(place.address) as line:
        assert "left_over" in tools.tables(line)

    backup.restore(made.folder, place.address, files=False, replace=True)
    with tools.line_to(place.address) as line:
        assert "left_over" not in tools.tables(line)
        assert tools.counts(line)["core_notice"] == made_count(made.folder, "core_notice") > 0


def made_count(folder: Path, table: str) -> int:
    return int(manifest.read(folder)["tables"][table])


def test_a_full_disk_is_refused_before_anything_is_written(
    year: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "backups"
    monkeypatch.setattr(making, "RESERVE_BYTES", 10**18)  # nobody has so much

    with pytest.raises(CommandError, match="Hãy dọn chỗ hoặc chọn ổ khác"):
        call_command("backup", out=out)

    assert [p.name for p in out.iterdir()] == [".lock"]
    run = BackupRun.objects.get()
    assert not run.is_good
    assert "cần khoảng" in run.error
    assert run.finished_at is not None


# --- files ------------------------------------------------------------------------------------------------
def test_the_next_backup_shares_files_with_the_one_before_but_never_with_the_living_store(
    year: World, tmp_path: Path
) -> None:
    first = backup.make(tmp_path / "backups")
    stored = files.keep(ContentFile(b"%PDF-1.4 moi"), "moi.pdf", year.ministry, actor=year.officer)
    second = rename_and_make(first.folder, tmp_path)

    assert first.figures["new_files"] == first.figures["files"]
    assert (second.figures["new_files"], second.figures["files"]) == (1, first.figures["files"] + 1)
    places = [p for p in (second.folder / "files").rglob("*") if p.is_file() and p.name != stored.sha256]
    assert {place.stat().st_nlink for place in places} == {2}
    assert manifest.place(second.folder, stored.sha256).stat().st_nlink == 1


def rename_and_make(folder: Path, tmp_path: Path) -> backup.Made:
    """Backups are named by the second; the first gets an earlier name instead of a pause."""
    folder.rename(folder.with_name("thidua-20240101T000000Z"))
    return backup.make(tmp_path / "backups")


def test_a_file_that_is_damaged_in_the_store_makes_the_backup_bad_unless_the_one_before_has_it(
    year: World, tmp_path: Path, settings
) -> None:
    stored = StoredFile.objects.first()
    path = Path(settings.MEDIA_ROOT) / stored.path
    good = backup.make(tmp_path / "backups")
    flip(path)

    healed = rename_and_make(good.folder, tmp_path)
    bad = backup.make(tmp_path / "elsewhere", keep=1)

    assert healed.is_good
    assert not bad.is_good
    assert manifest.read(bad.folder)["missing"] == [stored.sha256]
    assert backup.newest(tmp_path / "elsewhere") is None
    run = BackupRun.objects.first()
    assert (run.is_good, run.error) == (
        False,
        "Thiếu hoặc hỏng 1 tệp lưu trữ; xem «missing» trong manifest.json.",
    )
    count, fault = invariants.run()["checks"]["files"], invariants.run()["fault"]
    assert count == good.figures["files"]
    assert fault["check"] == "files"
    assert restore_files(healed.folder) == 1
    assert invariants.run()["fault"] is None


def test_rotation_keeps_the_number_asked_for_and_always_the_last_good_one(
    year: World, tmp_path: Path, settings
) -> None:
    out = tmp_path / "backups"
    good = backup.make(out).folder
    old = good.rename(out / "thidua-20240101T000000Z")
    for number in (2, 3):
        shutil.copytree(old, out / f"thidua-2024010{number}T000000Z")
        (out / f"thidua-2024010{number}T000000Z" / manifest.MANIFEST).write_text("{}")

    making._rotate(out, 1)

    kept = sorted(path.name for path in out.glob("thidua-*"))
    assert kept == ["thidua-20240101T000000Z", "thidua-20240103T000000Z"]


# --- verify_all -------------------------------------------------------------------------------------------
def spoil_grants() -> None:
    UnitUserGrant.objects.order_by("pk").first().delete()


def spoil_paths() -> None:
    Unit.objects.filter(code="P1").update(path="/B0/P1/")


def spoil_pledge() -> None:
    unit = Unit.objects.get(code="C1")
    make_pledge(make_campaign(unit), unit)


def spoil_honour() -> None:
    HonourRecord.objects.first().delete()


def spoil_mail() -> None:
    letter = outbox.letter("x", "a@bo.example", "x", "x", not_before=timezone.now() - timedelta(days=2))
    letter.save()


SPOILS = {
    spoil_grants: ("grants", "Thiếu 1, thừa 0 quyền so với phân công vai trò."),
    spoil_paths: ("paths", "1 đơn vị có đường dẫn khác vị trí trong tổ chức."),
    spoil_pledge: ("pledges", "Đăng ký «Đã duyệt» nhưng không có bước duyệt nào được ghi."),
    spoil_honour: ("decision_lines", "Dòng của quyết định đã ban hành không có đúng một dòng trong sổ vàng."),
    spoil_mail: ("mail", "Đến hạn quá 24 giờ mà chưa gửi."),
}


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_verify_all_names_the_first_fault(year: World, spoil: Callable[[], None]) -> None:
    assert invariants.run()["fault"] is None
    spoil()

    fault = invariants.run()["fault"]

    assert (fault["check"], fault["kind"]) == SPOILS[spoil]
    assert Pledge.objects.count() == (spoil is spoil_pledge)


def test_the_trial_refuses_the_real_database(year: World) -> None:
    with pytest.raises(CommandError, match="chỉ chạy trên cơ sở dữ liệu tạm"):
        call_command("verify_all", trial=True)
