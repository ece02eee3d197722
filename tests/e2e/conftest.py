"""A real browser on a real server with a real worker, all on the test database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page

from config.celery import app
from tests.builders import PASSWORD
from tests.workers import worker
from tests.world import World, build_world
from units.permissions import Actor

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium, without anything that reaches for the network."""
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture
def small_ministry(transactional_db: None) -> World:
    """The small ministry, committed so that the server and the worker see it."""
    return build_world()


@pytest.fixture
def running_worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A worker of all queues, ready before the test starts."""
    app.control.purge()
    with worker(tmp_path / "worker.log", "default,reports"):
        for _ in range(60):
            if app.control.ping(timeout=0.5):
                break
        else:
            pytest.fail((tmp_path / "worker.log").read_text(errors="replace")[-3000:])
        yield


def settle() -> None:
    """Wait until requests that browsers have left behind are answered: emptying the tables under them would
    end in a deadlock.
    """
    busy = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
              AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"""
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
            cursor.execute("SELECT pg_sleep(0.1)")


@pytest.fixture
def signed_in(
    browser: Browser, live_server: object, transactional_db: None
) -> Iterator[Callable[[Actor], Page]]:
    """signed_in(actor) → a page of a browser window of their own, after signing in through the form."""
    contexts: list[BrowserContext] = []

    def page_of(actor: Actor) -> Page:
        context = browser.new_context(
            base_url=live_server.url, locale="vi-VN", viewport={"width": 1440, "height": 900}
        )  # type: ignore[attr-defined]
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.on(
            "console",
            lambda message: (
                pytest.fail(f"{page.url}: {message.text}")
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        page.goto("/accounts/login/")
        page.fill("[name=login]", actor.user.username)  # type: ignore[union-attr]
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/")
        return page

    yield page_of
    for context in contexts:
        context.close()
    settle()
