"""Every route × role × own, child, foreign and parent unit, against a table that people have read.

tests/data/permission_matrix.csv is written by hand from the role table of the ministry, not derived from the
code.
Codes: A allowed · N not found · F forbidden · L sent to sign in. One letter: the route loads no object; four
letters: objects of the own, child, foreign and parent unit.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from core.models import AuditEntry
from core.web import EXTERNAL_CARDS, Card
from tests.permission_objects import RELATIONS, canary, make_objects, units_by_relation
from tests.test_architecture import leaves
from tests.world import World
from units.permissions import Actor

TABLE = Path(__file__).parent / "data" / "permission_matrix.csv"
MISSING = 987_654_321
ROLES = {
    "anonymous": None,
    "unit_officer": "officer",
    "unit_head": "head",
    "award_specialist": "specialist",
    "council_secretary": "secretary",
    "ministry_leader": "leader",
    "auditor": "auditor",
    "system_admin": "admin",
}
# Arguments of routes besides the object's number.
EXTRA = {
    "core:sheet-new": {"kind": "people"},
    "core:sheet-template": {"kind": "people"},
    "core:sheet-row": {"number": 2},
    "core:draft": {"key": "x"},
    "units:trail-object": {"kind": "units.unit"},
    "core:draft-drop": {"key": "x"},
    "core:draft-use": {"key": "x"},
    "units:handover-step": {"step": "offer"},
    "units:change-known": {"on": "2025-03-01"},
    "campaigns:result-edit": {"year": 2024},
    "units:year-edit": {"year": 2024},
    "units:year-grid": {"year": 2024, "page": 1},
    "account_reset_password_from_key": {"uidb36": "1", "key": "khong-co"},
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
}
# What «allowed» may answer: a page, a redirect after a change, a refused form, a state someone else has
# changed.
ALLOWED = {200, 302, 303, 400, 409, 422}


def expected() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["route"]: {role: row[role].strip() for role in ROLES} for row in rows}


def routes() -> dict[str, Card]:
    return {
        name: getattr(pattern.callback, "card", None) or EXTERNAL_CARDS[name]
        for name, pattern in leaves(get_resolver())
    }


def address(route: str, card: Card, objects: dict[str, int] | None) -> str:
    arguments = dict(EXTRA.get(route, {}))
    if card.loads:
        arguments["pk"] = objects[card.loads] if objects else MISSING
    return reverse(route, kwargs=arguments)


def code_of(response: HttpResponse) -> str:
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "L"
    not_fit = response.status_code == 503 and response.request["PATH_INFO"] == reverse("core:ready")
    if response.status_code in ALLOWED or not_fit:
        return "A"
    return {403: "F", 404: "N"}.get(response.status_code, str(response.status_code))


def masked(response: HttpResponse) -> str:
    """The body without what differs in every answer: request code, form tokens, the session's clock."""
    body = response.content.decode().replace(response["X-Request-ID"], "")
    return re.sub(r'[A-Za-z0-9]{64}|[0-9a-f]{8}-[0-9a-f-]{27}|data-session-left="\d+"', "", body)


def test_the_table_names_every_route_and_nothing_else() -> None:
    assert sorted(expected()) == sorted(routes())


@pytest.fixture
def objects(world: World) -> dict[str, dict[str, int]]:
    return {relation: make_objects(unit) for relation, unit in units_by_relation(world).items()}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_as_the_table_says(
    world: World, objects: dict[str, dict[str, int]], sign_in: Callable[[Actor | None], Client], role: str
) -> None:
    actor = getattr(world, ROLES[role]) if ROLES[role] else None
    client = sign_in(actor)
    client.raise_request_exception = False
    wrong = []
    for route, want in sorted(expected().items()):
        card = routes()[route]
        if route == "account_logout":
            continue  # tried by the tests of accounts: it would end this session
        for relation in RELATIONS if card.loads else ("",):
            cell = want[role]
            code = cell[RELATIONS.index(relation)] if len(cell) > 1 else cell
            for method in sorted(set(card.methods) - {"DELETE"}):
                url = address(route, card, objects.get(relation))
                found = code_of(client.generic(method, url))
                if found != code:
                    wrong.append(f"{route} {relation} {method}: table {code}, answer {found}")
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_foreign_is_exactly_like_missing(
    world: World, objects: dict[str, dict[str, int]], sign_in: Callable[[Actor | None], Client], role: str
) -> None:
    client = sign_in(getattr(world, str(ROLES[role])))
    different = []
    for route, want in sorted(expected().items()):
        card = routes()[route]
        for relation in RELATIONS if card.loads else ():
            cell = want[role]
            if (cell[RELATIONS.index(relation)] if len(cell) > 1 else cell) != "N":
                continue
            for method in sorted(card.methods):
                foreign = client.generic(method, address(route, card, objects[relation]))
                missing = client.generic(method, address(route, card, None))
                headers = {
                    k: v for k, v in foreign.headers.items() if k not in ("X-Request-ID", "Set-Cookie")
                }
                others = {k: v for k, v in missing.headers.items() if k not in ("X-Request-ID", "Set-Cookie")}
                if (foreign.status_code, masked(foreign), headers) != (
                    missing.status_code,
                    masked(missing),
                    others,
                ):
                    different.append(f"{route} {relation} {method}")
    assert different == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_no_page_tells_of_units_out_of_reach_and_reading_writes_nothing(
    world: World, objects: dict[str, dict[str, int]], sign_in: Callable[[Actor | None], Client], role: str
) -> None:
    """Canaries of foreign units never appear; GET leaves no entry in the trail."""
    actor: Actor = getattr(world, str(ROLES[role]))
    client = sign_in(actor)
    out_of_reach = [
        u for u in units_by_relation(world).values() if not u.is_within(actor.unit) and actor.unit != u
    ]
    leaks = []
    for route, card in sorted(routes().items()):
        if "GET" not in card.methods:
            continue
        for relation in RELATIONS if card.loads else ("",):
            response = client.get(address(route, card, objects.get(relation)))
            body = b"".join(response.streaming_content) if response.streaming else response.content
            leaks += [
                f"{route} {relation}: {unit.name}" for unit in out_of_reach if canary(unit).encode() in body
            ]
    assert leaks == []
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_other_methods_are_refused(world: World, sign_in: Callable[[Actor | None], Client]) -> None:
    client = sign_in(world.specialist)
    wrong = []
    for route, card in sorted(routes().items()):
        if route in EXTERNAL_CARDS:
            continue
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - set(card.methods):
            status = client.generic(method, address(route, card, None)).status_code
            if status not in (405, 403):
                wrong.append(f"{route} {method}: {status}")
    assert wrong == []
