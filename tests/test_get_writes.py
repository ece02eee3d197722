"""Reading changes nothing: on every route, for every role, a GET writes to access log and session only."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.web import EXTERNAL_CARDS
from tests.permission_objects import RELATIONS, make_objects, units_by_relation
from tests.test_permission_matrix import ROLES, address, routes
from tests.world import World
from units.permissions import Actor

ALLOWED = {"core_accessentry", "django_session"}
WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?!\s+(?:OF|SKIP|NOWAIT))|DELETE\s+FROM|TRUNCATE|MERGE\s+INTO)\s+(?:ONLY\s+)?\"?([a-z_]\w*)",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"^\s*(?:CREATE|DROP|ALTER|GRANT|REVOKE|COPY|SELECT\s+(?:nextval|setval))\b", re.IGNORECASE
)


class Oracle:
    """Notes the tables that statements write; hooked into the connection."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            text = re.sub(r"FOR\s+(?:NO\s+KEY\s+)?UPDATE", "", text, flags=re.IGNORECASE)
            self.tables |= {name.lower() for name in WRITES.findall(text)}
            if OTHER.match(text):
                self.tables.add(text[:60])
        return execute(sql, params, many, context)


def test_the_oracle_sees_what_writes(db: None) -> None:
    oracle = Oracle()
    with connection.execute_wrapper(oracle), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM units_unit FOR UPDATE")
        cursor.execute("SELECT 'UPDATE', id FROM units_unit WHERE name = 'x'")
        assert oracle.tables == set()
        cursor.execute('UPDATE "units_unit" SET name = name')
        cursor.execute("DELETE FROM core_notice")
        cursor.execute("WITH gone AS (DELETE FROM core_formdraft RETURNING 1) SELECT count(*) FROM gone")

    assert oracle.tables == {"units_unit", "core_notice", "core_formdraft"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_reading_changes_nothing(world: World, sign_in: Callable[[Actor | None], Client], role: str) -> None:
    objects = {relation: make_objects(unit) for relation, unit in units_by_relation(world).items()}
    client = sign_in(getattr(world, ROLES[role]) if ROLES[role] else None)
    client.raise_request_exception = False
    client.get(reverse("account_login"))  # the session's own bookkeeping is done
    wrong = []
    for route, card in sorted(routes().items()):
        if "GET" not in card.methods or route == "account_logout":
            continue
        for relation in RELATIONS if card.loads else ("",):
            oracle = Oracle()
            with connection.execute_wrapper(oracle):
                known = objects.get(relation, {})
                response = client.get(address(route, card, known if card.loads in known else None))
                b"".join(response.streaming_content) if response.streaming else response.content
            wrong += [f"{route} {relation}: {table}" for table in sorted(oracle.tables - ALLOWED)]

    assert wrong == []
    assert len(routes()) - len(EXTERNAL_CARDS) > 60
