"""Starts throw-away PostgreSQL and Redis before settings are read.

pytest-django reads the settings before any conftest.py, so this has to be a plugin named in pyproject.toml
(`-p tests.plugin_services`).
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import services

PREFIX = "thidua-test-"
# What a developer's shell may hold and a test must not see.
FOREIGN = {
    *("ALLOWED_HOSTS", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "DEBUG", "DEMO", "HTTPS", "MEDIA_ROOT"),
    *("MINISTRY_CODE", "STATIC_ROOT", "UPLOAD_LIMIT_MB", "WORKING_DATE"),
    *("FILE_STORAGE", "S3_ENDPOINT_URL", "S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_REGION"),
    *("MFA_REQUIRED_ROLES", "OIDC_ISSUER", "OIDC_MATCH_CLAIM", "PASSWORD_LEAK_FILE", "SESSION_IDLE_MINUTES"),
    *("CLAMD_ADDRESS", "FILE_COPY_DIR", "UNIT_QUOTA_MB"),
}


@pytest.hookimpl(wrapper=True)  # a wrapper runs before pytest-django's own hook, which reads the settings
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start the servers, except in the workers of a parallel run: they inherit the environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()
    return (yield)


def _start() -> None:
    for name in FOREIGN:
        os.environ.pop(name, None)
    _remove_leftovers()
    state = Path(tempfile.mkdtemp(prefix=PREFIX))
    os.environ["STATE_DIR"] = str(state)
    # Playwright runs an event loop in the thread of the test; Django would refuse the database there.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    postgres, redis = services.wanted()
    servers = services.Services(state, postgres=postgres, redis=redis, fast=True)
    # Not in pytest_unconfigure: Celery's threads end later and would search for a stopped Redis.
    atexit.register(_remove, servers)
    servers.start()


def _remove(servers: services.Services) -> None:
    servers.stop()
    servers.destroy()
    shutil.rmtree(servers.state, ignore_errors=True)


def _remove_leftovers() -> None:
    """Folders of earlier runs that were killed: nobody holds their lock any more."""
    for state in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), open(state / "lock", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            services.Services(state).destroy()
            shutil.rmtree(state, ignore_errors=True)
