"""What people send in fields of forms: numbers of things that are not theirs, and rubbish of every kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from awards.models import Decision, DecisionLine, Nomination, NominationPaper, Round
from campaigns.models import Campaign, Initiative, InitiativeAuthor, Pledge, ProgressEntry, Target, TitleAim
from core.models import AuditEntry
from reports.models import ReportRun
from tests.builders import make_member
from tests.builders_awards import (
    kind,
    make_awaiting_council,
    make_decision,
    make_draft,
    make_passed,
    make_round,
)
from tests.builders_campaigns import approved, launched, make_initiative, make_pledge
from tests.campaigns.posts import campaign_post, initiative_post, pledge_post, rows
from tests.permission_objects import canary, make_objects
from tests.world import World
from units.choices import Role
from units.models import Posting, RoleAssignment
from units.permissions import Actor

CONTENTS = (
    Campaign, Pledge, Target, TitleAim, ProgressEntry, Initiative, InitiativeAuthor, Round, Nomination,
    NominationPaper, Decision, DecisionLine, ReportRun, RoleAssignment, Posting,
)  # fmt: skip
CORPUS = {
    "NUL": "a\x00b",
    "million": "ă" * 1_000_000,
    "digits": "9" * 5000,
    "emoji": "👩‍🔬🎉",
    "NFD": "Nguyễn Thị Hoà",
    "bidi": "\u202eabc\u2066",
    "not characters": "\ufffe\uffff\x85\u2028",
    "exponent": "1e999",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus zero": "-0",
    "other digits": "١٢",
    "negative": "-7",
    "huge": "1" + "0" * 30,
    "no such day": "31/02/2024",
    "zero day": "00/00/0000",
    "first day": "01/01/0001",
    "last day": "31/12/9999",
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|'/c calc'!A0",
    "percent": "%s%_\\'\"",
    "empty": "",
}
Sign = Callable[[Actor | None], Client]


@dataclass
class Form:
    """One form as the person it is meant for would send it."""

    actor: Actor
    url: str
    values: dict[str, Any]

    def send(self, client: Client, **changes: Any) -> HttpResponse:
        return client.post(self.url, self.values | changes)


@pytest.fixture
def forms(world: World) -> dict[str, Form]:
    """Every form of the product that takes more than a button, with values that it accepts."""
    agency = world.agency
    campaign = launched(world)
    draft = make_pledge(campaign, world.officer)
    running = launched(world, title="Phong trào thứ hai")
    target = approved(running, world.officer, world.head).targets.get()
    fresh = launched(world, title="Phong trào thứ ba")
    submitted = make_pledge(fresh, world.officer)
    initiative = make_initiative(world.officer)
    round_ = make_round(world)
    dossier = make_draft(world, round_, "LDTT")
    waiting = make_awaiting_council(world, round_, "CSTDCS", person=world.officer.user.person)
    chosen, other = (make_passed(world, round_, "BK_BO"), make_passed(world, round_, "BK_BO"))
    decision = make_decision(world, round_, chosen)
    own = world.officer.user.person_id
    council = {
        "council_name": "Hội đồng", "voted_on": "16/12/2024", "minutes_number": "05/BB", "members": "14",
        "in_favour": "13", "against": "1", "blank": "0", "concluded": "on", "version": str(waiting.version),
    }  # fmt: skip
    proposal = {
        "round": str(round_.pk), "award": str(kind("LDTT").pk), "achievement": "Hoàn thành tốt nhiệm vụ",
        "initiative": "",
    }  # fmt: skip
    issuing = {
        "number": "12/QĐ-BTN", "signed_on": "16/12/2024", "signer_name": "Đặng Văn",
        "confirm_word": "BAN HÀNH", "signer_position": "Thứ trưởng", "version": str(decision.version),
    }  # fmt: skip
    new_round = {
        "name": "Đợt", "year": "2024", "ground": "merit", "campaign": "", "opens_on": "01/12/2024",
        "closes_on": "31/12/2024", "council_on": "",
    }  # fmt: skip
    account = {
        "full_name": "Đinh Thị Mới", "sex": "female", "birth_year": "1990", "unit": str(agency.pk),
        "title": "Chuyên viên", "leader_level": "none", "since": "01/12/2024", "username": "dinh.thi.moi",
        "email": "moi@example.test",
    }  # fmt: skip
    role = {"role": "auditor", "unit": str(agency.pk), "valid_from": "01/12/2024", "valid_to": "",
            "document": "QĐ 1"}  # fmt: skip
    person = world.officer.user.pk

    def form(actor: Actor, route: str, values: dict[str, Any], *args: int) -> Form:
        return Form(actor, reverse(route, args=args), values)

    specialist, officer = world.specialist, world.officer
    edited = {"version": str(dossier.version), "person": str(dossier.person_id)}
    drafting = {"title": "Về việc khen thưởng", "nominations": [str(other.pk)]}
    return {
        "campaign": form(officer, "campaigns:campaign-create", campaign_post()),
        "pledge": form(officer, "campaigns:pledge-edit", pledge_post(draft), draft.pk),
        "pledge start": form(
            world.division_officer,
            "campaigns:pledge-create",
            {"campaign": str(campaign.pk), "year": "2024"},
        ),
        "return": form(world.head, "campaigns:pledge-reopen", {"note": "Lý do"}, target.pledge_id),
        "receipt": form(
            officer,
            "campaigns:receipt-confirm",
            {"response": "Đã quán triệt"},
            submitted.campaign.receipts.get(unit=agency).pk,
        ),
        "progress": form(
            officer,
            "campaigns:progress-record",
            {"value": "2", "reported_on": "10/12/2024", "note": "Kết quả"},
            target.pk,
        ),
        "initiative": form(officer, "campaigns:initiative-create", initiative_post(officer)),
        "initiative edit": form(
            officer, "campaigns:initiative-edit", initiative_post(officer, version="1"), initiative.pk
        ),
        "grade": form(
            specialist,
            "campaigns:result-edit",
            {"grade": "HTXSNV", "is_outstanding": "on", "document": "QĐ 3"},
            agency.pk,
            2024,
        ),
        "round": form(specialist, "awards:round-create", new_round),
        "round edit": form(specialist, "awards:round-edit", new_round | {"version": "1"}, round_.pk),
        "dossier": form(officer, "awards:nomination-create", proposal | {"person": str(own)}),
        "collective dossier": form(
            officer,
            "awards:nomination-create-collective",
            proposal | {"collective": str(agency.pk), "award": str(kind("TTLDTT").pk)},
        ),
        "many dossiers": form(
            officer,
            "awards:nomination-create-many",
            {"round": str(round_.pk), "award": str(kind("LDTT").pk), "people": [str(own)]},
        ),
        "dossier edit": form(officer, "awards:nomination-edit", proposal | edited, dossier.pk),
        "vote": form(world.secretary, "awards:nomination-record-result", council, waiting.pk),
        "draft decision": Form(
            specialist, f"{reverse('awards:decision-create')}?round={round_.pk}", drafting
        ),
        "decision edit": form(
            specialist, "awards:decision-edit", drafting | {"version": str(decision.version)}, decision.pk
        ),
        "issue": form(world.leader, "awards:decision-issue", issuing, decision.pk),
        "report": form(
            officer, "reports:run-new", {"kind": "year_end", "year": "2024", "unit": str(agency.pk)}
        ),
        "account": form(world.admin, "units:account-create", account),
        "role": form(world.admin, "units:role-assign", role, person),
    }


def _stored() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in CONTENTS} | {
        "trail": [AuditEntry.objects.count()]
    }


def _tried(form: Form, client: Client, **changes: Any) -> HttpResponse:
    """The answer, with everything it wrote taken back."""
    with transaction.atomic():
        response = form.send(client, **changes)
        response.entries = AuditEntry.objects.count()
        transaction.set_rollback(True)
    return response


def test_every_form_accepts_what_is_right(forms: dict[str, Form], sign_in: Sign) -> None:
    refused = {}
    for name, form in forms.items():
        answer = _tried(form, sign_in(form.actor))
        if answer.status_code != 303:
            found = answer.context["form"] if answer.context and "form" in answer.context else None
            refused[name] = (answer.status_code, found.errors if found else "")
    assert refused == {}


@pytest.mark.parametrize("word", CORPUS)
def test_rubbish_in_any_field_is_answered_and_leaves_no_trace(
    forms: dict[str, Form], sign_in: Sign, word: str
) -> None:
    # each word goes into every third field, each field gets every third word
    wrong, before, turn = [], AuditEntry.objects.count(), list(CORPUS).index(word)
    for name, form in forms.items():
        client = sign_in(form.actor)
        client.raise_request_exception = False
        for field in list(form.values)[turn % 3 :: 3]:
            answer = _tried(form, client, **{field: CORPUS[word]})
            if answer.status_code >= 500:
                wrong.append(f"{name}.{field}: {answer.status_code}")
            elif answer.status_code != 303 and answer.entries != before:
                wrong.append(f"{name}.{field}: {answer.status_code}, yet the trail has grown")
            elif b"<script>alert" in answer.content:
                wrong.append(f"{name}.{field}: script on the page")
    assert wrong == []


@pytest.mark.parametrize("word", CORPUS)
def test_rubbish_in_the_address_and_in_drafts_is_answered(world: World, sign_in: Sign, word: str) -> None:
    names = (
        "page", "sort", "q", "year", "state", "round", "award", "unit", "on", "as_of", "tab", "only", "turn",
        "campaign", "kind", "mine",
    )  # fmt: skip
    routes = (
        "units:unit-tree", "units:notices", "campaigns:campaign-list", "campaigns:pledge-list",
        "campaigns:pledge-create", "campaigns:initiative-list", "campaigns:result-list", "awards:round-list",
        "awards:nomination-list", "awards:nomination-inbox", "awards:nomination-create",
        "awards:decision-list", "awards:decision-create", "awards:honour-list", "awards:catalogue",
        "reports:dashboard", "reports:run-list", "reports:run-new", "units:account-list", "units:audit-list",
    )  # fmt: skip
    value = CORPUS[word][:6000]
    wrong = []
    for actor in (world.officer, world.specialist, world.admin):
        client = sign_in(actor)
        client.raise_request_exception = False
        for route in routes:
            status = client.get(reverse(route), dict.fromkeys(names, value)).status_code
            wrong += [f"{route} {actor.role}: {status}"] if status >= 500 else []
    assert wrong == []


# --- numbers of what is not theirs -------------------------------------------------------------------
def _smuggled(world: World, forms: dict[str, Form]) -> Iterator[tuple[str, Form, dict[str, Any]]]:
    """(what is tried, the form, the values that point outside)."""
    theirs = make_objects(world.institute)
    above = make_objects(world.ministry)
    person, initiative = str(theirs["person"]), str(theirs["initiative"])
    Initiative.objects.filter(pk=theirs["initiative"]).update(
        state="recognised", number="1/QĐ", recognised_on="2024-05-01", recognised_scope="bo"
    )
    Campaign.objects.filter(pk=theirs["campaign"]).update(state="launched")
    Nomination.objects.filter(pk=theirs["nomination"]).update(state="passed")
    content = str(Campaign.objects.get(pk=theirs["campaign"]).contents.get().pk)
    row = {"content": content, "name": "Chỉ tiêu", "value": "1", "due_on": "30/11/2024", "measure": "number"}
    yield "campaign of another unit", forms["pledge start"], {"campaign": theirs["campaign"]}
    yield "draft of the level above", forms["pledge start"], {"campaign": above["campaign"]}
    yield "content of another campaign", forms["pledge"], rows("targets", row)
    aims = {"title_code": "LDTT", "person": person}
    yield "person of another unit as aim", forms["pledge"], rows("aims", aims)
    yield "parent campaign", forms["campaign"], {"parent": theirs["campaign"]}
    author = rows("authors", {"person": person, "share": "100"})
    yield "author of another unit", forms["initiative"], author
    yield "author of another unit", forms["initiative edit"], author
    for name in ("dossier", "dossier edit"):
        yield "person of another unit", forms[name], {"person": person}
        yield "person above", forms[name], {"person": str(above["person"])}
        yield "initiative of another unit", forms[name], {"initiative": initiative}
        yield "initiative above", forms[name], {"initiative": str(above["initiative"])}
    for name in ("dossier", "collective dossier", "many dossiers"):
        yield "round of another unit", forms[name], {"round": theirs["round"]}
    yield "another unit as collective", forms["collective dossier"], {"collective": world.institute.pk}
    yield "unit above as collective", forms["collective dossier"], {"collective": world.ministry.pk}
    people = [*forms["many dossiers"].values["people"], person]
    yield "one of several people", forms["many dossiers"], {"people": people}
    for name in ("draft decision", "decision edit"):
        lines = [*forms[name].values["nominations"], str(theirs["nomination"])]
        yield "line of another round", forms[name], {"nominations": lines}
    yield "draft of a unit below", forms["round"], {"campaign": make_objects(world.division)["campaign"]}
    yield "report on another unit", forms["report"], {"unit": world.institute.pk}
    yield "report on the level above", forms["report"], {"unit": world.ministry.pk}
    local = make_member(Role.SYSTEM_ADMIN, world.agency)
    for name in ("account", "role"):
        form = Form(local, forms[name].url, forms[name].values)
        yield "another unit", form, {"unit": world.institute.pk}
        yield "the level above", form, {"unit": world.ministry.pk}


def test_numbers_of_what_is_not_theirs_change_nothing_and_tell_nothing(
    world: World, forms: dict[str, Form], sign_in: Sign
) -> None:
    cases = list(_smuggled(world, forms))
    before, wrong = _stored(), []
    for what, form, changes in cases:
        answer = form.send(sign_in(form.actor), **changes)
        where = f"{form.url}: {what}"
        if answer.status_code not in (403, 404, 422):
            wrong.append(f"{where} answered {answer.status_code}")
        unseen = [world.institute] if form.actor.unit == world.ministry else [world.institute, world.ministry]
        wrong += [
            f"{where} tells of {unit.name}"
            for unit in unseen
            if not unit.is_within(form.actor.unit) and canary(unit).encode() in answer.content
        ]
        after = _stored()
        wrong += [f"{where} changed {name}" for name in before if before[name] != after[name]]
        before = after
    assert wrong == []


def test_numbers_in_the_address_of_a_form_tell_nothing(world: World, sign_in: Sign) -> None:
    theirs = make_objects(world.institute)
    client, word = sign_in(world.officer), canary(world.institute).encode()
    for route in ("campaigns:pledge-create", "awards:nomination-create", "reports:run-new"):
        asked = {"campaign": theirs["campaign"], "round": theirs["round"], "unit": world.institute.pk}
        assert word not in client.get(reverse(route), asked).content
