"""Making a backup: database first, files afterwards; written under another name until it is whole."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.files.storage import Storage, default_storage
from django.db import connection
from django.utils import timezone

from core.backup import tools
from core.backup.manifest import (
    BLOCK,
    DUMP,
    FORMAT,
    LISTING,
    PREFIX,
    BackupFault,
    digest,
    finished,
    is_complete,
    newest,
    place,
    write,
)
from core.files import store
from core.models import BackupRun

PARTIAL = ".partial"
# Blocked files are left out: their bytes lie in quarantine and are nobody's work.
LISTED = (
    "SELECT DISTINCT sha256, size FROM public.core_storedfile WHERE scan_state <> 'infected' ORDER BY sha256"
)
RESERVE_BYTES = 64 * 1024 * 1024
MISSING_SHOWN = 20


@dataclass(frozen=True)
class Made:
    """A finished backup and its figures."""

    folder: Path
    figures: dict[str, Any]

    @property
    def is_good(self) -> bool:
        return not self.figures["missing_files"]


def make(out: Path, keep: int = 0) -> Made:
    """Back up database and files into a new folder below out, and note it in BackupRun.

    keep: delete older backups beyond this number, never the newest complete one; 0 keeps all. Raises
    BackupFault and leaves nothing behind when the database cannot be dumped or the disk is short.
    """
    started = monotonic()
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(out):
        _remove_unfinished(out)
        # The snapshot before the row: a restored database must not hold a backup that never ends.
        with tools.snapshot(connection.settings_dict) as (line, name):
            run = BackupRun.objects.create()
            try:
                made = _make(out, line, name, started)
            except Exception as error:
                run.error = (
                    str(error)
                    if isinstance(error, BackupFault)
                    else f"Lỗi ngoài dự kiến: {type(error).__name__}."
                )
                run.finished_at = timezone.now()
                run.save(update_fields=["error", "finished_at"])
                raise
        run.is_good, run.finished_at, run.detail = made.is_good, timezone.now(), made.figures
        run.size, run.checksum = made.figures["bytes"], made.figures["seal"]
        if not made.is_good:
            run.error = (
                f"Thiếu hoặc hỏng {made.figures['missing_files']} tệp lưu trữ; "
                "xem «missing» trong manifest.json."
            )
        run.save()
        if keep:
            _rotate(out, keep)
    return made


def _make(out: Path, line: tools.Line, snapshot: str, started: float) -> Made:
    commands = tools.programs()
    before = newest(out)
    wanted = tools.rows(line, LISTED)
    _require_space(out, line, wanted, before)
    now = timezone.now().astimezone(UTC)
    final = out / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    if final.exists():
        raise BackupFault(f"{final} đã có; hãy chạy lại sau một giây.")
    draft = final.with_name(final.name + PARTIAL)
    draft.mkdir(mode=0o700)
    try:
        options = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", "--lock-wait-timeout=60s"]
        command = [commands["pg_dump"], *options, f"--file={draft / DUMP}"]
        tools.run(command, connection.settings_dict, "pg_dump")
        counted = tools.counts(line)
        facts = {
            "format": FORMAT,
            "made_at": now.isoformat(timespec="seconds"),
            "server": tools.rows(line, "SHOW server_version")[0][0],
            "tables": counted,
            "migrations": [
                f"{app}.{name}"
                for app, name in tools.rows(line, "SELECT app, name FROM django_migrations ORDER BY id")
            ],
            "audit": tools.audit_head(line),
            "roles": tools.other_roles(line),
        }
        copied, missing = _copy_files(draft, wanted, before)
        _sync(draft / DUMP)
        parts = {
            name: {"size": (draft / name).stat().st_size, "sha256": digest(draft / name)}
            for name in (DUMP, LISTING)
        }
        seal = write(draft, facts | {"parts": parts, "missing": missing})
        draft.rename(final)
        _sync(out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    kept = [size for sha256, size in wanted if sha256 not in set(missing)]
    figures = {
        "folder": final.name,
        "seconds": round(monotonic() - started, 1),
        "rows": sum(counted.values()),
        "tables": len(counted),
        "files": len(kept),
        "new_files": copied,
        "missing_files": len(missing),
        "bytes": parts[DUMP]["size"] + sum(kept),
        "dump_bytes": parts[DUMP]["size"],
        "audit_entries": facts["audit"]["sequence"],
        "seal": seal,
    }
    return Made(final, figures)


def _require_space(out: Path, line: tools.Line, wanted: list[tuple[Any, ...]], before: Path | None) -> None:
    size = tools.rows(line, "SELECT pg_database_size(current_database())")[0][0]
    new = sum(n for sha256, n in wanted if before is None or not place(before, sha256).exists())
    free, needed = shutil.disk_usage(out).free, size + new + RESERVE_BYTES
    if free < needed:
        raise BackupFault(
            f"Ổ đĩa của {out} còn {free // 2**20} MB, cần khoảng {needed // 2**20} MB. Hãy dọn chỗ "
            "hoặc chọn ổ khác; "
            "chưa có gì bị thay đổi."
        )


# --- files ---------------------------------------------------------------------------------------
def _copy_files(draft: Path, wanted: list[tuple[Any, ...]], before: Path | None) -> tuple[int, list[str]]:
    """Copy or link every stored file and list it; (how many were copied, checksums of those nobody has)."""
    copied, missing = 0, []
    with open(os.open(draft / LISTING, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as listing:
        for sha256, size in wanted:
            target = place(draft, sha256)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _link(before, sha256, size, target):
                if not _copy(sha256, target):
                    missing.append(sha256)
                    continue
                copied += 1
            listing.write(f"{sha256} {size}\n")
        listing.flush()
        os.fsync(listing.fileno())
    return copied, missing


def _link(before: Path | None, sha256: str, size: int, target: Path) -> bool:
    """Share the bytes with the backup before: stored files never change. The weekly drill reads them all."""
    source = place(before, sha256) if before else None
    if source is None or not source.is_file() or source.stat().st_size != size:
        return False
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
    return True


def _copy(sha256: str, target: Path) -> bool:
    """Copy one file out of the storage, else out of its second copy; False when neither has it intact."""
    storages = [storage for storage in (default_storage, store.second()) if storage is not None]
    return any(_copy_from(storage, sha256, target) for storage in storages)


def _copy_from(storage: Storage, sha256: str, target: Path) -> bool:
    found = hashlib.sha256()
    try:
        with storage.open(store.path_of(sha256)) as source, target.open("wb") as copy:
            while block := source.read(BLOCK):
                found.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
    except FileNotFoundError:
        target.unlink(missing_ok=True)
        return False
    if found.hexdigest() != sha256:
        target.unlink()
        return False
    target.chmod(0o600)
    return True


# --- folders -------------------------------------------------------------------------------------
@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    with open(out / ".lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupFault(f"Một lần sao lưu khác đang ghi vào {out}; hãy chờ nó xong.") from error
        yield


def _remove_unfinished(out: Path) -> None:
    for folder in out.glob(f"{PREFIX}*{PARTIAL}"):
        shutil.rmtree(folder, ignore_errors=True)


def _rotate(out: Path, keep: int) -> None:
    """Delete all but the newest; the newest complete one stays whatever its place."""
    folders = finished(out)
    saved = next((folder for folder in folders if is_complete(folder)), None)
    for folder in folders[keep:]:
        if folder != saved:
            dying = folder.with_name(folder.name + PARTIAL)
            folder.rename(dying)
            shutil.rmtree(dying, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
