"""Restoring: the whole backup is checked first, the database is filled in one transaction, then compared."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from psycopg2 import Error as DriverError
from psycopg2 import sql

from core.backup import tools
from core.backup.manifest import BLOCK, DUMP, BackupFault, check, listed, place
from core.files import store

# What a program newer than the server writes at the head of its script and the server does not know.
_TOO_NEW = {b"SET transaction_timeout = 0;\n": 17}
_PSQL = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-")
_EMPTY = """
SET lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
DO $$ BEGIN ALTER SCHEMA public OWNER TO pg_database_owner; EXCEPTION WHEN OTHERS THEN NULL; END $$;
"""


def restore(
    folder: Path, database: Mapping[str, Any], *, replace: bool = False, files: bool = True
) -> dict[str, Any]:
    """Restore a backup into a database, and its files into the storage; returns figures.

    The database must be empty unless replace. Every byte of the backup is read and compared before anything
    is
    touched; the database changes in one transaction or not at all. Raises BackupFault.
    """
    started = monotonic()
    facts = check(folder)
    checked = monotonic()
    fill(folder, facts, database, replace=replace)
    filled = monotonic()
    copied = restore_files(folder) if files else 0
    return {
        "backup": folder.name,
        "check_seconds": round(checked - started, 1),
        "database_seconds": round(filled - checked, 1),
        "file_seconds": round(monotonic() - filled, 1),
        "seconds": round(monotonic() - started, 1),
        "rows": sum(facts["tables"].values()),
        "tables": len(facts["tables"]),
        "files": sum(1 for _ in listed(folder)),
        "files_copied": copied,
        "audit_entries": facts["audit"]["sequence"],
    }


def fill(folder: Path, facts: dict[str, Any], database: Mapping[str, Any], *, replace: bool = False) -> None:
    """Fill a database from a backup that was checked, and compare counts and trail with the manifest."""
    commands = tools.programs()
    try:
        with tools.line_to(database) as line:
            present = tools.tables(line)
            if present and not replace:
                raise BackupFault(
                    f"Cơ sở dữ liệu {database['NAME']} không trống (có {len(present)} bảng). Hãy phục "
                    "hồi vào cơ sở dữ liệu "
                    "trống, hoặc thêm --replace TÊN để thay toàn bộ dữ liệu đang có."
                )
            _make_roles(line, facts["roles"])
            version = line.server_version // 10000
    except DriverError as error:
        raise BackupFault(
            f"Không kết nối được cơ sở dữ liệu {database['NAME']}. Hãy tạo nó và kiểm tra DATABASE_URL."
        ) from error
    _pour(commands, folder / DUMP, database, replace=bool(present), version=version)
    with tools.line_to(database) as line:
        _compare(line, facts)
        _analyze(line)


def _analyze(line: tools.Line) -> None:
    """Fresh statistics: without them the first pages after a restore are slow."""
    with line.cursor() as cursor:
        cursor.execute("ANALYZE")


def _make_roles(line: tools.Line, roles: list[str]) -> None:
    """Roles that rights and policies name must exist before; they cannot sign in."""
    known = {name for (name,) in tools.rows(line, "SELECT rolname FROM pg_roles")}
    for role in roles:
        if role in known:
            continue
        name = sql.Identifier(role)
        try:
            with line.cursor() as cursor:
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        except DriverError as error:
            raise BackupFault(
                f"Máy chủ PostgreSQL chưa có vai trò {role} và tài khoản kết nối không được tạo. Với "
                "quyền quản trị hãy chạy: "
                f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO tài_khoản_kết_nối;"
            ) from error


def _pour(
    commands: dict[str, str], dump: Path, database: Mapping[str, Any], *, replace: bool, version: int
) -> None:
    """Send the dump as statements through psql in one transaction, which ends well only if both programs
    do.
    """
    environment = tools.environment(database)
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as read:
        reader = subprocess.Popen(  # noqa: S603 (commands are ours)
            [commands["pg_restore"], "--no-owner", "--file=-", str(dump)],
            stdout=subprocess.PIPE, stderr=read, env=environment,
        )  # fmt: skip
        writer = subprocess.Popen(  # noqa: S603 (commands are ours)
            [commands["psql"], *_PSQL],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment,
        )  # fmt: skip
        assert reader.stdout is not None and writer.stdin is not None  # noqa: S101, PT018 (pipes were asked for)
        try:
            _pump(reader.stdout, writer.stdin, replace=replace, version=version)
            if reader.wait() == 0:
                writer.stdin.write(b"\nCOMMIT;\n")
            writer.stdin.close()
        except BrokenPipeError:
            reader.kill()
        finally:
            reader.stdout.close()
            status = (reader.wait(), writer.wait())
        if any(status):
            said_by_them = tools.complaint(_text(said) or _text(read))
            raise BackupFault(
                "Không nạp được bản sao lưu; cơ sở dữ liệu được giữ nguyên như trước. Hãy dừng web, "
                "worker và beat, kiểm tra "
                f"quyền của tài khoản kết nối rồi chạy lại. {said_by_them}".strip()
            )


def _pump(source: IO[bytes], target: IO[bytes], *, replace: bool, version: int) -> None:
    target.write(b"BEGIN;\n" + (_EMPTY.encode() if replace else b""))
    head = source.read(BLOCK)
    for line, since in _TOO_NEW.items():
        if version < since:
            head = head.replace(line, b"", 1)
    while head:
        target.write(head)
        head = source.read(BLOCK)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(20_000).decode(errors="replace")


def _compare(line: tools.Line, facts: dict[str, Any]) -> None:
    counted = tools.counts(line)
    wrong = [
        f"{name}: {counted.get(name, 0)} dòng, lẽ ra {wanted}"
        for name, wanted in facts["tables"].items()
        if counted.get(name) != wanted
    ]
    if wrong:
        raise BackupFault(f"Dữ liệu phục hồi không khớp bản sao lưu: {'; '.join(wrong[:5])}.")
    if tools.audit_head(line) != facts["audit"]:
        raise BackupFault("Nhật ký sau phục hồi không khớp mã băm ghi trong bản sao lưu.")


def restore_files(folder: Path) -> int:
    """Bring the storage in line with the backup: missing and damaged files are written anew; how many."""
    copied = 0
    for sha256, _ in listed(folder):
        if store.look(default_storage, store.path_of(sha256)).sha256 == sha256:
            continue
        store.remove(default_storage, store.path_of(sha256))
        with place(folder, sha256).open("rb") as content:
            store.write(default_storage, store.path_of(sha256), File(content))
        copied += 1
    return copied
