"""The drill: a backup is restored beside the running system, checked like the real one, and removed again."""

import json
import os
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg2 import Error as DriverError
from psycopg2 import sql

from core.backup import restore, tools
from core.backup.manifest import FILES, BackupFault, check
from core.models import BackupKind, BackupRun

MARK = "_drill_"  # in the name of every database that a drill may throw away


def drill(folder: Path) -> dict[str, Any]:
    """Restore a backup into a database of its own, verify everything in it, try to sign in and to count a
    figure,
    and drop it. The outcome is kept as a BackupRun. Raises BackupFault.
    """
    started = monotonic()
    run = BackupRun.objects.create(kind=BackupKind.RESTORE, detail={"folder": folder.name})
    try:
        figures = _drill(folder)
    except Exception as error:
        run.error = (
            str(error) if isinstance(error, BackupFault) else f"Lỗi ngoài dự kiến: {type(error).__name__}."
        )
        raise
    else:
        figures["seconds"] = round(monotonic() - started, 1)
        run.is_good, run.detail = True, figures
    finally:
        run.finished_at = timezone.now()
        run.save()
    return figures


def _drill(folder: Path) -> dict[str, Any]:
    started = monotonic()
    facts = check(folder)
    checked = monotonic()
    database = dict(connection.settings_dict)
    now = timezone.now().astimezone(UTC)
    target = database | {"NAME": f"{str(database['NAME'])[:35]}{MARK}{now:%Y%m%d%H%M%S}"}
    name = sql.Identifier(target["NAME"])
    with tools.line_to(database, name="postgres") as line, line.cursor() as cursor:
        try:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        except DriverError as error:
            raise BackupFault(
                "Không tạo được cơ sở dữ liệu tạm để tập phục hồi. Hãy cho tài khoản kết nối quyền "
                "CREATEDB và kiểm tra dung lượng."
            ) from error
        try:
            restore.fill(folder, facts, target)
            filled = monotonic()
            found = _verify(folder, target)
        finally:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    return {
        "folder": folder.name,
        "check_seconds": round(checked - started, 1),
        "restore_seconds": round(filled - checked, 1),
        "verify_seconds": round(monotonic() - filled, 1),
        "rows": sum(facts["tables"].values()),
        "audit_entries": facts["audit"]["sequence"],
        "checks": found["checks"],
    }


def _verify(folder: Path, target: dict[str, Any]) -> dict[str, Any]:
    """Run verify_all in a process of its own that knows only the restored copy."""
    environment = os.environ | {
        "DATABASE_URL": _address(target),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str((folder / FILES).resolve()),
        "FILE_STORAGE": "folder",
        "FILE_COPY_DIR": "",
        "STATE_DIR": str(settings.STATE_DIR),
    }
    environment.pop("DATABASE_URL_FILE", None)
    done = subprocess.run(  # noqa: S603 (commands are ours)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "verify_all", "--trial"],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise BackupFault(
            f"Không kiểm tra được bản phục hồi thử (mã {done.returncode}); xem log của lệnh."
        ) from error
    if done.returncode or found["fault"]:
        raise BackupFault(f"Bản phục hồi thử có lỗi: {json.dumps(found['fault'], ensure_ascii=False)}")
    return found


def _address(database: dict[str, Any]) -> str:
    user, password = quote(str(database["USER"]), safe=""), quote(str(database["PASSWORD"]), safe="")
    host, port = str(database["HOST"]), str(database["PORT"] or "")
    if host.startswith("/"):
        return f"postgresql://{user}:{password}@/{database['NAME']}?host={quote(host)}"
    return f"postgresql://{user}:{password}@{host}{f':{port}' if port else ''}/{database['NAME']}"
