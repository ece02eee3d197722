"""PostgreSQL's own programs, and questions to a database outside Django's connection."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extensions import connection as Line

from core.backup.manifest import BackupFault
from core.logs import scrub

PROGRAMS = ("pg_dump", "pg_restore", "psql")
_SAYS = re.compile(r"^(?:pg_dump|pg_restore): error: (.*)$|ERROR:\s+(.*)$", re.M)


def programs() -> dict[str, str]:
    """Paths of pg_dump, pg_restore and psql of one version: the oldest that is not older than the server.

    Raises BackupFault when none is installed.
    """
    connection.ensure_connection()
    wanted = connection.pg_version // 10000
    on_path = shutil.which("pg_dump")
    installed = sorted(str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin"))
    folders = [*settings.POSTGRES_TOOLS, *installed, *([str(Path(on_path).parent)] if on_path else [])]
    found = []
    for folder in folders:
        paths = {name: str(Path(folder) / name) for name in PROGRAMS}
        if all(os.access(path, os.X_OK) for path in paths.values()):
            found.append((_major(paths["pg_dump"]), paths))
    fit = sorted((pair for pair in found if pair[0] >= wanted), key=lambda pair: pair[0])
    if not fit:
        raise BackupFault(
            f"Không tìm thấy pg_dump, pg_restore, psql từ bản {wanted} trở lên. Hãy cài gói "
            f"postgresql-client-{wanted} "
            "hoặc đặt POSTGRES_BIN tới thư mục chứa chúng."
        )
    return fit[0][1]


def _major(program: str) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def environment(database: Mapping[str, Any]) -> dict[str, str]:
    """The environment by which PostgreSQL's programs reach a database; no secret stands on a command line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    facts = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    named = {variable: str(database[key]) for key, variable in facts.items() if database.get(key)}
    return kept | named | {"PGAPPNAME": "thidua backup", "PGCLIENTENCODING": "UTF8"}


def run(command: list[str], database: Mapping[str, Any], what: str) -> None:
    """Run one of the programs to its end. Raises BackupFault with what it said, without any values."""
    done = subprocess.run(  # noqa: S603 (commands are ours)
        command, env=environment(database), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise BackupFault(f"{what} không hoàn thành (mã {done.returncode}). {complaint(done.stderr)}".strip())


def complaint(said: str) -> str:
    """The first error a program named, fit for a log."""
    found = _SAYS.search(said)
    return scrub(next(part for part in found.groups() if part))[:300] if found else ""


@contextlib.contextmanager
def line_to(database: Mapping[str, Any], name: str = "") -> Iterator[Line]:
    """A connection of the driver, apart from Django's, in autocommit mode."""
    parameters = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    known = {key: str(database[value]) for key, value in parameters.items() if database.get(value)}
    line = psycopg2.connect(dbname=name or database["NAME"], connect_timeout=10, **known)
    line.autocommit = True
    try:
        yield line
    finally:
        line.close()


@contextlib.contextmanager
def snapshot(database: Mapping[str, Any]) -> Iterator[tuple[Line, str]]:
    """One unchanging view of the database, and its name for pg_dump."""
    with line_to(database) as line:
        line.autocommit = False
        line.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        yield line, str(rows(line, "SELECT pg_export_snapshot()")[0][0])
        line.rollback()


def rows(line: Line, statement: str | sql.Composable, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The answer to one question."""
    with line.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def tables(line: Line) -> list[str]:
    """Names of the tables of the product."""
    found = rows(line, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found]


def counts(line: Line) -> dict[str, int]:
    """Rows of every table."""
    return {
        name: rows(line, sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name)))[0][0]
        for name in tables(line)
    }


def audit_head(line: Line) -> dict[str, Any]:
    """The end of the trail and the last entry of each month: what a rebuilt chain could not show."""
    head = rows(line, "SELECT sequence, hash FROM public.core_audithead")
    anchors = rows(
        line,
        "SELECT DISTINCT ON (date_trunc('month', at)) sequence, hash FROM public.core_auditentry "
        "ORDER BY date_trunc('month', at), sequence DESC",
    )
    sequence, digest = head[0] if head else (0, "")
    return {"sequence": sequence, "hash": digest, "anchors": [list(anchor) for anchor in anchors]}


def other_roles(line: Line) -> list[str]:
    """Roles besides the owner that rights and policies of the tables name; a new server has to know them."""
    found = rows(
        line,
        """
        WITH rights AS (
            SELECT c.relacl AS acl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public'
            UNION ALL SELECT p.proacl FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'public'
            UNION ALL SELECT n.nspacl FROM pg_namespace n WHERE n.nspname = 'public'
            UNION ALL SELECT d.defaclacl FROM pg_default_acl d
        )
        SELECT r.rolname FROM rights, aclexplode(rights.acl) a JOIN pg_roles r ON r.oid = a.grantee
        UNION SELECT r.rolname FROM pg_policy p, unnest(p.polroles) named JOIN pg_roles r ON r.oid = named
        """,
    )
    owners = rows(line, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    known = {name for (name,) in owners} | {"pg_database_owner"}
    return sorted({name for (name,) in found} - known)
