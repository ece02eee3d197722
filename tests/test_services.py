import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config import env, services
from config.processes import ServiceError

BASE = Path(__file__).resolve().parent.parent


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    yield folder
    services.Services(folder).destroy()


def rows(state: Path, statement: str) -> list[tuple]:
    place = env.database(services.database_url(state))
    line = psycopg2.connect(
        dbname=place["NAME"], user=place["USER"], password=place["PASSWORD"], host=place["HOST"]
    )
    try:
        with line, line.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        line.close()


def alive(number: int) -> bool:
    """A process that ended but was not collected yet has no command line."""
    try:
        return bool(Path(f"/proc/{number}/cmdline").read_bytes())
    except OSError:
        return False


def test_secret_is_made_once_and_closed_to_others(state: Path) -> None:
    first = services.local_secret(state)

    assert services.local_secret(state) == first
    assert len(first) == 64
    assert stat.S_IMODE((state / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_socket_path_stays_short_in_a_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 120) / ("b" * 120)

    assert len(services.redis_url(deep).removeprefix("unix://")) < services.SUN_PATH_LIMIT


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///tmp/x/s", "redis+socket:///tmp/x/s"),
        ("redis://redis:6379/0", "redis://redis:6379/0"),
        ("rediss://user:word@redis:6380/1", "rediss://user:word@redis:6380/1"),
    ],
)
def test_celery_address_of_redis(url: str, expected: str) -> None:
    assert services.celery_url(url) == expected


def test_a_named_server_is_not_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE"):
        monkeypatch.delenv(name, raising=False)

    assert services.wanted() == (True, True)
    monkeypatch.setenv("DATABASE_URL_FILE", "/run/secrets/database_url")
    assert services.wanted() == (False, True)
    monkeypatch.setenv("REDIS_URL", "redis://redis:6379/0")
    assert services.wanted() == (False, False)


@pytest.mark.parametrize(
    "arguments",
    [["help"], ["check"], ["demo"], ["read_launch_document", "x"], ["migrate", "--help"], ["--version"]],
)
def test_command_without_data_starts_no_server(
    arguments: list[str], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(state))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with services.for_command(["manage.py", *arguments]):
        assert not state.exists()


def test_data_survive_a_restart_and_a_second_owner_is_refused(state: Path) -> None:
    with services.available(state, redis=False):
        rows(state, "CREATE TABLE kept (word text)")
        rows(state, "INSERT INTO kept VALUES ('Thi đua')")
        with pytest.raises(ServiceError, match="đang chạy"):
            services.Services(state).start()
        with services.available(state, redis=False):  # a second user shares the server
            assert rows(state, "SELECT word FROM kept") == [("Thi đua",)]
        assert services.postgres_alive(state)
    assert not services.postgres_alive(state)

    with services.available(state, redis=False):
        assert rows(state, "SELECT word FROM kept") == [("Thi đua",)]


def test_no_server_outlives_a_killed_owner(state: Path) -> None:
    program = (
        "import sys, time; from config import services; own = services.Services(sys.argv[1], fast=True); "
        "own.start(); print(*(child.pid for child in own.processes.values()), flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=BASE) as owner:
        children = [int(number) for number in owner.stdout.readline().split()]

        owner.send_signal(signal.SIGKILL)

    assert len(children) == 2
    deadline = time.monotonic() + 10
    while any(alive(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [child for child in children if alive(child)] == []


def test_demo_names_a_busy_port_and_starts_nothing(state: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            env=os.environ | {"STATE_DIR": str(state), "DJANGO_SETTINGS_MODULE": "config.settings"},
            cwd=BASE,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"Không mở được cổng {port}" in done.stdout
    assert not (state / "postgres").exists()
