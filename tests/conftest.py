"""What every test can ask for: the world, a client signed in as an actor, an empty cache."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from core import wall
from tests import audit_oracle
from tests.builders import TODAY
from tests.world import World, build_world
from units.middleware import SESSION_KEY
from units.permissions import Actor

# Builders and direct calls act for the system; every request of a client acts for its own account.
wall.enter_system("kiểm thử")


@pytest.fixture(scope="session")
def truncate_refusal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """What the database answered to TRUNCATE of the trail, before
    the test run was allowed to empty its tables.
    """
    return _refusals[0]


_refusals: list[str] = []


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Transactional tests empty all tables, which the trail refuses: note the refusal, then lift it
    in this database.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        try:
            cursor.execute("TRUNCATE core_auditentry")
        except DatabaseError as error:
            _refusals.append(str(error))
        cursor.execute("DROP TRIGGER audit_no_truncate ON core_auditentry")


_wall: dict[str, Any] = {}


@pytest.fixture(scope="session")
def wall_figures() -> dict[str, Any]:
    """Figures of the wall's tests; printed when the run ends."""
    return _wall


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what the wall's tests looked at."""
    if _wall:
        terminalreporter.write_line("wall: " + ", ".join(f"{name} {value}" for name, value in _wall.items()))


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """No test sees what another one cached."""
    cache.clear()


@pytest.fixture(autouse=True)
def _every_form_leaves_its_entry() -> Iterator[None]:
    """What a form changes stands in the trail: exactly once, or as often as declared."""
    with audit_oracle.watching() as wrong:
        yield
    assert wrong == []


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def sign_in() -> Callable[[Actor | None], Client]:
    """sign_in(actor) → a client in that actor's role; sign_in(None) → an anonymous one."""

    def client_of(actor: Actor | None) -> Client:
        client = Client()
        if actor is not None:
            client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.session
            session[SESSION_KEY] = actor.assignment.pk
            session.save()
        return client

    return client_of
