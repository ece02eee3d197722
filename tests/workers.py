"""A real Celery worker process on the test database and the test Redis."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

BASE = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the test database, as a process outside pytest has to name it."""
    facts = connection.settings_dict
    return f"postgresql://{facts['USER']}:{facts['PASSWORD']}@/{facts['NAME']}?host={facts['HOST']}"


@contextmanager
def worker(log: Path, queues: str = "reports") -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the named queues in a process group of its own; gone at the end whatever happens."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-Q",
        queues,
        "-c",
        "1",
        "-l",
        "INFO",
    ]
    env = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command, cwd=BASE, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the worker and all its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
