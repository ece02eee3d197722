"""Remove each question of the policy in turn: the tests of the wall must notice every one.

Five oracles look at the product while one place in the code says yes to everything:
- pages: every cell of the permission matrix answers as the table says; an account without a role is refused
  everywhere; no page shows a word of a unit out of reach or a link its reader is refused;
- lists, reads: functions that read for an actor give nothing to whom has no right to it;
- desks: each role finds on its desk the work of the table below, and no other;
- actions: while every page lets everybody through, each form is sent by people it is not meant for.
The second wall is switched off meanwhile: the first one must stand by itself.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from awards.actions.nominations import attach_paper
from awards.models import Nomination, Round
from core.models import AuditEntry
from core.web import PUBLIC, SIGNED_IN
from tests.builders import make_member
from tests.builders_awards import (
    issue,
    make_decision,
    make_draft,
    make_passed,
    make_round,
    make_submitted,
    pdf_upload,
)
from tests.builders_campaigns import launched, make_campaign, make_initiative
from tests.campaigns.posts import campaign_post
from tests.permission_objects import RELATIONS, canary, make_objects, units_by_relation
from tests.test_architecture import python_files
from tests.test_permission_matrix import ROLES, address, code_of, expected, routes
from tests.test_smuggling import Form, forms  # noqa: F401 - a fixture
from tests.test_wall_interference import NAMES_ALL_UNITS
from tests.wall_actions import accepted, calls_by_strangers
from tests.wall_hooks import ROOT, Questions, install
from tests.wall_reads import Reads, desk_objects, lists_without_permission
from tests.world import World
from units.choices import Role
from units.desk import desk_of
from units.models import RoleAssignment, Unit
from units.permissions import Actor

pytestmark = pytest.mark.django_db
Sign = Callable[[Actor | None], Client]
Trouble = Callable[[], str]
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="(/[^"#?]*)')


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Questions:
    monkeypatch.setattr(Actor, "wall_scope", None)
    return install(monkeypatch)


def taken_back(send: Callable[[], HttpResponse]) -> tuple[HttpResponse, bytes]:
    """The answer and its body, with everything it wrote taken back."""
    with transaction.atomic():
        response = send()
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response, body


# Roles the matrix knows only at the top, where nothing is out of reach: here they are held at the agency.
ABOVE = ("award_specialist", "council_secretary", "ministry_leader", "auditor", "system_admin")

# Who may depends on the kind named in the address; the table knows one kind.
BY_KIND = {"core:sheet-new", "core:sheet-template"}


class Pages:
    """What the pages answer and show."""

    def __init__(self, world: World, sign_in: Sign) -> None:
        self.units = units_by_relation(world)
        self.objects = {relation: make_objects(unit) for relation, unit in self.units.items()}
        self.table, self.cards = expected(), routes()
        self.actors: dict[str, Actor] = {role: getattr(world, name) for role, name in ROLES.items() if name}
        at_agency = {f"{role} of the agency": make_member(role, world.agency) for role in ABOVE}
        self.clients = {name: sign_in(actor) for name, actor in (self.actors | at_agency).items()}
        lost = make_member(Role.UNIT_OFFICER, world.agency)
        self.clients["nobody"] = sign_in(lost)
        RoleAssignment.objects.filter(user=lost.user).delete()
        for client in self.clients.values():
            client.raise_request_exception = False
        self.foreign = [canary(world.institute).encode(), world.institute.name.encode()]

    def _asked(self, who: str, route: str, relation: str, method: str) -> tuple[HttpResponse, bytes]:
        url = address(route, self.cards[route], self.objects.get(relation))
        return taken_back(lambda: self.clients[who].generic(method, url))

    def _table_cell(self, role: str, route: str, relation: str, method: str) -> str:
        response, body = self._asked(role, route, relation, method)
        letters = self.table[route][role]
        want = letters[RELATIONS.index(relation)] if len(letters) > 1 else letters
        where = f"{role} {method} {route} {relation}"
        if code_of(response) != want:
            return f"{where}: table {want}, answer {code_of(response)}"
        unit: Unit | None = self.actors[role].unit
        strangers = [one for one in self.units.values() if unit and not one.is_within(unit)]
        told = [one.name for one in strangers if canary(one).encode() in body]
        if told:
            return f"{where}: tells of {told}"
        dead_ends = self._dead_ends(role, body) if method == "GET" and response.status_code == 200 else []
        return f"{where}: links to {dead_ends}" if dead_ends else ""

    def _dead_ends(self, role: str, body: bytes) -> list[str]:
        """Routes a page links to although the role is always refused there."""
        found = set()
        for path in set(LINK.findall(body.decode(errors="ignore"))):
            try:
                name = resolve(path).view_name
            except Resolver404:
                continue
            if name not in BY_KIND and set(self.table.get(name, {}).get(role, "A")) == {"F"}:
                found.add(name)
        return sorted(found)

    def _foreign_cell(self, who: str, route: str, relation: str) -> str:
        _, body = self._asked(who, route, relation, "GET")
        told = any(word in body for word in self.foreign[: 1 if route in NAMES_ALL_UNITS else 2])
        return f"{who} {route} {relation}: tells of a foreign unit" if told else ""

    def _nobody_cell(self, route: str) -> str:
        response, _ = self._asked("nobody", route, "own", sorted(self.cards[route].methods)[0])
        return "" if response.status_code == 403 else f"nobody {route}: {response.status_code}"

    def cells(self) -> Iterator[Trouble]:
        """One look each; calling it tells the trouble or nothing."""
        for route, card in sorted(self.cards.items()):
            if route == "account_logout":
                continue
            # what is foreign first: where a lie shows soonest
            relations = sorted(RELATIONS, key=lambda one: one != "foreign") if card.loads else ("",)
            if card.permission not in (PUBLIC, SIGNED_IN):
                yield lambda route=route: self._nobody_cell(route)
            for relation in relations:
                for role in self.actors:
                    for method in sorted(set(card.methods) - {"DELETE"}):
                        yield lambda a=(role, route, relation, method): self._table_cell(*a)
                if "GET" in card.methods and relation in ("", "foreign"):
                    for role in ABOVE:
                        who = f"{role} of the agency"
                        yield lambda a=(who, route, relation): self._foreign_cell(*a)


class Actions:
    """Everything that changes something, tried by strangers while every page lets them through."""

    def __init__(
        self,
        world: World,
        sent: dict[str, Form],
        sign_in: Sign,
        questions: Questions,
    ) -> None:
        strangers = {f"{role} of the institute": make_member(role, world.institute) for role in Role.values}
        self.actors = strangers | {"auditor above": world.auditor, "administrator above": world.admin}
        self.forms, self.questions = sent, questions
        self.clients = {name: sign_in(actor) for name, actor in self.actors.items()}
        for client in self.clients.values():
            client.raise_request_exception = False

    def cells(self) -> list[tuple[str, str]]:
        return [(form, who) for form in self.forms for who in self.clients]

    def succeeds(self, name: str, who: str) -> bool:
        """Whether the stranger's form changed something: the trail has grown."""
        self.questions.pages_open = True
        with transaction.atomic():
            before = AuditEntry.objects.count()
            self.forms[name].send(self.clients[who])
            grown = AuditEntry.objects.count() > before
            transaction.set_rollback(True)
        self.questions.pages_open = False
        return grown


# form → strangers who may send it all the same: for their own unit, or because they stand above it
MEANT = {
    "campaign": {"unit_officer of the institute", "award_specialist of the institute"},
    "pledge start": {"unit_officer of the institute"},
    "round": {"award_specialist of the institute"},
    "account": {"administrator above"},
    "role": {"administrator above"},
    "password link": {"administrator above"},
    "end of a role": {"administrator above"},
}
# role → the buttons on its desk in the world of the forms. Read by people, not derived from the code.
DESKS = {
    "unit_officer": ["(Hồ sơ đề nghị)", "Mở hồ sơ", "Soạn tiếp", "Xem danh sách", "Xác nhận", "Đăng ký"],
    "unit_head": ["(Hồ sơ đề nghị)", "Xem và ký trình", "Xem và phát động"],
    "award_specialist": ["Lập dự thảo", "Tiếp nhận", "Xem và phát động"],
    "council_secretary": ["Ghi kết quả"],
    "ministry_leader": ["Xem và ban hành", "Xem và phát động", "Xem và xác nhận"],
    "auditor": [],
    "system_admin": ["Phân vai trò", "Xem", "Xem và xác nhận"],
}


@pytest.fixture
def buttons(world: World, forms: dict[str, Form]) -> dict[str, Form]:  # noqa: F811
    """The steps that need no more than a button, each on an object whose state allows it."""
    round_ = Round.objects.get(pk=Nomination.objects.latest("pk").round_id)
    campaign = make_campaign(world.specialist)
    running = launched(world, title="Phong trào để tổng kết")
    draft = make_draft(world, round_)
    paper = attach_paper(draft.pk, "bao_cao", pdf_upload(), actor=world.officer)
    submitted = make_submitted(world, round_)
    initiative = make_initiative(world.officer)
    member = make_member(Role.UNIT_OFFICER, world.agency)

    def button(route: str, pk: int, **values: Any) -> Form:
        return Form(world.officer, reverse(route, args=[pk]), values)

    return {
        "edit campaign": button(
            "campaigns:campaign-edit", campaign.pk, **campaign_post(version=str(campaign.version))
        ),
        "launch": button("campaigns:campaign-launch", campaign.pk, version="1", confirm_word="PHÁT ĐỘNG"),
        "close campaign": button("campaigns:campaign-close", running.pk, note="Đã tổng kết phong trào."),
        "send initiative": button("campaigns:initiative-submit", initiative.pk, version="1"),
        "paper": button("awards:paper-add", draft.pk, kind="danh_sach", file=pdf_upload()),
        "remove paper": button("awards:paper-remove", paper.pk),
        "receive": button("awards:nomination-receive", submitted.pk, version=str(submitted.version)),
        "close round": button("awards:round-close", round_.pk),
        "password link": button("units:account-link", member.user.pk),
        "end of a role": button("units:role-end", member.assignment.pk),
    }


def desk_of_roles(world: World) -> dict[str, list[str]]:
    """role → the buttons on its desk, and in brackets what it waits for."""
    return {
        role: sorted({item.button for item in desk.mine} | {f"({item.what})" for item in desk.waiting})
        for role, name in ROLES.items()
        if name
        for desk in [desk_of(getattr(world, name), world.officer.today)]
    }


# Questions no role can tell apart: who holds the one right holds the other.
ALWAYS_TOGETHER = {("units/actions/changes.py", "require(actor, 'account.manage', actor.unit)")}


def require_places() -> set[str]:
    """Every call of require in the source: «file:line require»."""
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} require"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "require"
        and (str(path.relative_to(ROOT)), ast.unparse(node)) not in ALWAYS_TOGETHER
    }


def test_the_actions_refuse_by_themselves(
    world: World,
    questions: Questions,
    forms: dict[str, Form],  # noqa: F811
    buttons: dict[str, Form],
    sign_in: Sign,
) -> None:
    """With every page open, a stranger's form changes nothing; the forms are good: their own people may."""
    actions = Actions(world, forms | buttons, sign_in, questions)

    done = {cell for cell in actions.cells() if actions.succeeds(*cell)}

    assert done == {(form, who) for form, people in MEANT.items() for who in people}


def test_every_question_of_the_policy_is_missed_when_it_is_gone(
    world: World,
    questions: Questions,
    forms: dict[str, Form],  # noqa: F811
    buttons: dict[str, Form],
    sign_in: Sign,
    wall_figures: dict[str, Any],
) -> None:
    old_round = make_round(world)
    issue(world, make_decision(world, old_round, make_passed(world, old_round, "BK_BO")))
    actions = Actions(world, forms | buttons, sign_in, questions)
    pages = Pages(world, sign_in)
    desk_objects(world, old_round)
    calls, reads = calls_by_strangers(world), Reads(world, sign_in)
    questions.asked.clear()
    assert reads.wrong() == []
    assert lists_without_permission(world) == []
    assert desk_of_roles(world) == DESKS
    assert accepted(calls) == []
    asked_here = set(questions.asked)
    outer: dict[str, list[Trouble]] = defaultdict(list)
    inner: dict[str, list[tuple[str, str]]] = defaultdict(list)
    trouble, looks = [], 0
    for look in pages.cells():
        questions.asked.clear()
        found, looks = look(), looks + 1
        trouble += [found] if found else []
        for place in questions.asked:
            outer[place].append(look)
    for cell in actions.cells():
        questions.asked.clear()
        if not actions.succeeds(*cell):
            for place in questions.asked:
                inner[place].append(cell)
    assert trouble == []
    places = sorted({*outer, *inner, *asked_here})

    survived = []
    for place in places:
        with questions.lies_at(place):
            is_noticed = (
                bool(lists_without_permission(world))
                or desk_of_roles(world) != DESKS
                or bool(reads.wrong())
                or bool(accepted(calls))
                or any(actions.succeeds(*cell) for cell in inner[place])
                or any(look() for look in outer[place])
            )
            survived += [] if is_noticed else [place]

    wall_figures |= {"looks": looks, "mutants": len(places), "caught": len(places) - len(survived)}
    assert survived == []
    assert require_places() - set(places) == set(), "actions that no form of this test reaches"
