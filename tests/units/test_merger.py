"""The merger of 2025 on the demo ministry: what was recorded in 2023 is reached from the successor of 2026,
and at no moment does anybody see more than before.
"""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards import queries as award_queries
from awards.choices import Category, Ground, Level, NominationState, SubjectKind
from awards.models import HonourRecord, Nomination, Round
from campaigns import queries as campaign_queries
from campaigns.models import Campaign, ContentItem, Pledge, Receipt, Target
from core.models import Notice
from demo.people import Names, open_accounts, populate
from tests.builders import make_person, make_posting, make_user
from tests.builders_awards import kind
from units import tree
from units.actions.organisation import load_organisation, rebuild_paths
from units.choices import Role
from units.models import OrganisationChange, Posting, RoleAssignment, Succession, Unit, User
from units.permissions import Actor, actor_for, rebuild_grants, system_actor
from units.tasks import follow_organisation

pytestmark = pytest.mark.django_db
DATA = json.loads((Path(__file__).parents[2] / "units/data/organisation.json").read_text(encoding="utf-8"))
EVE, MERGER, PROVINCES = date(2025, 2, 28), date(2025, 3, 1), date(2025, 7, 1)
OLD, MIDDLE, NOW = "S-Bắc_Giang", "T-Bắc_Giang", "N-Bắc_Ninh"
OLD_NAME = "Sở Tài nguyên và Môi trường Bắc Giang"
SignIn = Callable[[Actor | None], Client]
Records = dict[str, Any]


@pytest.fixture
def records(settings: Any) -> Records:
    """The demo ministry with its people and accounts on the eve of the merger, and records of one Sở."""
    settings.WORKING_DATE = date(2024, 12, 16)
    actor = system_actor("thử")
    load_organisation(DATA, actor=actor)
    ministry = Unit.objects.get(code="M1")
    units = list(Unit.objects.below(ministry).open_on(settings.WORKING_DATE).order_by("path"))
    populate(units, Names(2024), actor=actor)
    open_accounts(units, actor=actor)
    settings.WORKING_DATE = EVE
    follow_organisation()  # what the history knows of 2022
    return make_records(ministry, Unit.objects.get(code=OLD))


def make_records(ministry: Unit, unit: Unit) -> Records:
    award = kind("BK_BO", date(2024, 1, 1))
    honour = HonourRecord.objects.create(
        award=award, award_code=award.code, award_name=award.name, category=Category.FORM,
        level=Level.MINISTRY, ground=Ground.MERIT, subject_kind=SubjectKind.COLLECTIVE,
        unit=unit, subject_name=unit.name,
        subject_search="so", unit_name=unit.name, year=2023, issuer_unit=ministry,
        decision_number="7/QĐ-BTNMT", decided_on=date(2024, 1, 8),
    )  # fmt: skip
    campaign = Campaign.objects.create(
        unit=ministry, issuer_name="Bộ trưởng", title="Phong trào 2023 – 2025", year_from=2023, year_to=2025,
        starts_on=date(2023, 1, 1), ends_on=date(2025, 12, 31), state="launched",
    )  # fmt: skip
    content = ContentItem.objects.create(campaign=campaign, position=1, text="Nội dung")
    for code in (OLD, "S-Bắc_Ninh", "U031"):
        Receipt.objects.create(campaign=campaign, unit=Unit.objects.get(code=code))
    pledges = {}
    for year, state in ((2023, "approved"), (2025, "draft")):
        pledges[year] = Pledge.objects.create(campaign=campaign, unit=unit, year=year, state=state)
        Target.objects.create(
            pledge=pledges[year], content=content, name="Chỉ tiêu", value=Decimal(1), due_on=date(year, 12, 1)
        )
    neighbour = Pledge.objects.create(
        campaign=campaign,
        unit=Unit.objects.get(code="S-Bắc_Ninh"),
        year=2025,
        state="approved",
        approved_at=timezone.now(),
    )
    round_ = Round.objects.create(
        unit=ministry, year=2025, name="Đợt xét", opens_on=date(2025, 1, 1), closes_on=date(2025, 12, 31)
    )
    person = Posting.objects.filter(unit=unit).order_by("pk").first().person
    facts = {"round": round_, "award": award, "subject_kind": SubjectKind.PERSON, "achievement": "Thành tích"}
    draft = Nomination.objects.create(**facts, unit=unit, held_by=unit, person=person)
    decided = Nomination.objects.create(
        **facts, unit=unit, held_by=ministry, state=NominationState.AWARDED, person=make_person("Đã Khen")
    )
    return {
        "honour": honour, "campaign": campaign, "pledges": pledges, "neighbour": neighbour, "round": round_,
        "draft": draft, "decided": decided,
    }  # fmt: skip


def run_merger(settings: Any) -> None:
    settings.WORKING_DATE = MERGER
    call_command("carry_out_changes", "--carry", "quantri")
    settings.WORKING_DATE = PROVINCES
    follow_organisation()


# --- the matrix ----------------------------------------------------------------------------------
READERS: dict[str, Callable[[Actor], Any]] = {
    "pledge": campaign_queries.pledges_for,
    "campaign": campaign_queries.campaigns_for,
    "initiative": campaign_queries.initiatives_for,
    "round": award_queries.rounds_for,
    "nomination": award_queries.nominations_for,
    "honour": award_queries.honours_for,
    "decision": award_queries.decisions_for,
}


def matrix(usernames: list[str]) -> dict[str, dict[str, set[Any]]]:
    """Account → what it may see now: units by code, and rows of every kind by number."""
    paths = list(Unit.objects.values_list("path", "code"))
    seen: dict[str, dict[str, set[Any]]] = {}
    for user in User.objects.filter(username__in=usernames):
        actor = actor_for(user)
        mine = seen[user.username] = {"unit": set()}
        if actor.assignment is None:
            mine.update({name: set() for name in READERS})
            continue
        may = "unit.view" in actor.permissions
        mine["unit"] = {code for path, code in paths if may and path.startswith(actor.unit.path)}
        for name, reader in READERS.items():
            mine[name] = set(reader(actor).values_list("pk", flat=True))
    return seen


def widened(
    before: dict[str, dict[str, set[Any]]], after: dict[str, dict[str, set[Any]]], born: set[str]
) -> list[str]:
    return sorted(
        f"{name}: {what} {sorted(more)}"
        for name, cells in after.items()
        for what, found in cells.items()
        if (more := found - before[name][what] - (born if what == "unit" else set()))
    )


def test_nobody_sees_more_at_any_moment_of_the_merger(records: Records, settings: Any) -> None:
    names = sorted(User.objects.values_list("username", flat=True))
    assert len(names) > 200
    eve = matrix(names)
    assert records["honour"].pk in eve["canbo.sbacgiang"]["honour"]

    settings.WORKING_DATE = MERGER
    born = set(Unit.objects.filter(valid_from=MERGER).values_list("code", flat=True))
    assert widened(eve, matrix(names), born) == []  # the day has come, nothing is carried out yet
    rebuild_paths(MERGER)
    assert widened(eve, matrix(names), born) == []  # the projection has moved, roles have not
    with pytest.raises(CommandError, match="không còn ai giữ vai trò Quản trị hệ thống"):
        call_command("carry_out_changes")
    assert widened(eve, matrix(names), born) == []  # refused: nothing half done
    call_command("carry_out_changes", "--carry", "quantri")
    after = matrix(names)
    assert {line.partition(":")[0] for line in widened(eve, after, born)} <= {
        "quantri"
    }  # decided by the operator

    settings.WORKING_DATE = PROVINCES
    born = set(Unit.objects.filter(valid_from=PROVINCES).values_list("code", flat=True))
    follow_organisation()
    assert widened(after, matrix(names), born) == []


def test_without_an_administrator_the_merger_waits_and_says_so(records: Records, settings: Any) -> None:
    settings.WORKING_DATE = MERGER
    follow_organisation()
    assert RoleAssignment.objects.active_on(MERGER).filter(unit__code="M1").exists()
    notice = Notice.objects.get(kind="organisation.refused", user__username="quantri")
    assert notice.text.startswith(
        "Chưa thực hiện được thay đổi tổ chức của ngày 01/03/2025: Sau thay đổi này không"
    )
    assert Succession.objects.filter(on=MERGER, carried_out_at=None).count() == 102


# --- what was recorded ---------------------------------------------------------------------------
def officer_of_2026(unit: Unit, name: str) -> Actor:
    person = make_person(name)
    make_posting(person, unit, valid_from=date(2026, 1, 5))
    user = make_user(name.lower().replace(" ", "-"), person)
    assignment = RoleAssignment.objects.create(
        user=user, role=Role.UNIT_OFFICER, unit=unit, valid_from=date(2026, 1, 5), document="QĐ"
    )
    rebuild_grants(date(2026, 3, 2), user)
    return Actor(user=user, assignment=assignment, today=date(2026, 3, 2))


def test_a_record_of_2023_is_reached_from_the_successor_of_2026(
    records: Records, settings: Any, sign_in: SignIn
) -> None:
    run_merger(settings)
    settings.WORKING_DATE = date(2026, 3, 2)
    heir, old = Unit.objects.get(code=NOW), Unit.objects.get(code=OLD)
    assert old.path == f"/M2/{NOW}/{MIDDLE}/{OLD}/"
    mine = sign_in(officer_of_2026(heir, "Can Bo Moi"))
    other = sign_in(officer_of_2026(Unit.objects.get(code="N-Hà_Nội"), "Can Bo Khac"))
    reached = [
        records["honour"].get_absolute_url(),
        records["pledges"][2023].get_absolute_url(),
        records["decided"].get_absolute_url(),
        reverse("units:unit-detail", args=[old.pk]),
    ]
    assert [mine.get(url).status_code for url in reached] == [200] * 4
    assert [other.get(url).status_code for url in reached] == [404] * 4

    page = mine.get(reverse("units:unit-detail", args=[heir.pk]), {"tab": "honours"}).content.decode()
    assert OLD_NAME in page
    assert "7/QĐ-BTNMT" in page
    history = mine.get(reverse("units:unit-detail", args=[heir.pk]), {"tab": "history"}).content.decode()
    assert OLD_NAME in history
    assert "Sở Nông nghiệp và Môi trường Bắc Giang" in history
    then = mine.get(reverse("units:unit-tree"), {"on": "16/12/2024"}).content.decode()
    then = then.partition('id="tree"')[2]
    assert OLD_NAME in then
    assert "Sở Nông nghiệp và Môi trường Bắc Ninh" not in then


def work_arrived_and_what_was_decided_stayed(records: Records) -> None:
    rows = [*records["pledges"].values(), records["neighbour"], records["draft"], records["decided"]]
    for row in [*rows, records["honour"], records["campaign"], records["round"]]:
        row.refresh_from_db()
    assert records["campaign"].unit.code == "M2"
    assert records["campaign"].issuer_name == "Bộ trưởng"
    assert records["round"].unit.code == "M2"
    assert records["draft"].unit.code == records["draft"].held_by.code == NOW
    assert records["decided"].unit.code == OLD
    assert records["pledges"][2023].unit.code == OLD
    assert (records["honour"].unit.code, records["honour"].unit_name) == (OLD, OLD_NAME)
    # both Sở had pledged in the campaign: the approved one goes on, the draft stays with the unit of July
    assert records["neighbour"].unit.code == NOW
    assert records["pledges"][2025].unit.code == MIDDLE


def people_went_on_and_the_past_is_as_it_was(before: int) -> None:
    assert Posting.objects.held_on(EVE).count() == before
    assert Posting.objects.held_on(PROVINCES).count() == before - people_without_successor()
    assert not Posting.objects.held_on(PROVINCES).filter(unit__valid_to__lte=PROVINCES).exists()
    ministry = Unit.objects.get(code="M1")
    assert {row.unit.code for row in tree.predecessors_of(Unit.objects.get(code="M2"))} == {"M1", "M3"}
    assert ministry.path == "/M2/M1/"
    kinds = OrganisationChange.objects.order_by("on").values_list("on", "state")
    assert list(kinds) == [(date(2022, 11, 1), "done"), (MERGER, "done"), (PROVINCES, "done")]


def people_without_successor() -> int:
    rows = Posting.objects.held_on(EVE).filter(unit__valid_to__lte=PROVINCES, unit__successions=None)
    return rows.count()


def roles_went_on_only_where_nothing_new_is_seen() -> None:
    active = RoleAssignment.objects.active_on(PROVINCES)
    assert not active.filter(unit__valid_to__lte=PROVINCES).exists()
    assert not active.filter(unit__code=NOW).exists()  # two Sở became one: somebody has to decide
    assert active.filter(unit__code="N-Hà_Nội", role=Role.UNIT_OFFICER).count() == 1
    assert list(active.filter(unit__code="M2").values_list("user__username", "role")) == [
        ("quantri", Role.SYSTEM_ADMIN)
    ]


def test_work_people_and_roles_after_both_mergers(records: Records, settings: Any) -> None:
    before = Posting.objects.held_on(EVE).count()
    run_merger(settings)
    work_arrived_and_what_was_decided_stayed(records)
    people_went_on_and_the_past_is_as_it_was(before)
    roles_went_on_only_where_nothing_new_is_seen()
