"""What functions that read tell actors who may not, or may not fully, know: each with the answer expected."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

import awards.queries
import campaigns.queries
import reports.queries
import units.people_queries
import units.queries
from awards.models import Round
from tests.builders import TODAY, make_member, make_person, make_posting, make_unit, make_user
from tests.builders_awards import make_draft, make_passed
from tests.world import World
from units import person_sections, trail_queries, unit_sections
from units.choices import Role
from units.desk import desk_of
from units.importing.finding import units_within
from units.models import Handover, OrganisationChange, Posting, RoleAssignment
from units.permissions import Actor
from units.role_matrix import ROLE_MATRIX

# list → the permission without which it is empty
LISTS: dict[Callable[[Actor], QuerySet[Any]], str] = {
    units.queries.units_for: "unit.view",
    campaigns.queries.campaigns_for: "campaign.view",
    campaigns.queries.receipts_for: "campaign.view",
    campaigns.queries.pledges_for: "pledge.view",
    campaigns.queries.initiatives_for: "initiative.view",
    lambda actor: campaigns.queries.result_units_for(actor, TODAY): "result.view",
    lambda actor: campaigns.queries.units_to_grade(actor, TODAY): "result.edit",
    lambda actor: campaigns.queries.open_to_pledge(actor, TODAY): "pledge.edit",
    awards.queries.rounds_for: "round.view",
    awards.queries.nominations_for: "nomination.view",
    awards.queries.decisions_for: "decision.view",
    awards.queries.honours_for: "honour.view",
    reports.queries.runs_for: "report.view",
    lambda actor: units.people_queries.units_to_move_to(actor, TODAY): "person.edit",
    trail_queries.changes_for: "audit.view",
}


def lists_without_permission(world: World) -> list[str]:
    """Lists that give something to a role that has no right to them."""
    actors = [actor for actor in vars(world).values() if isinstance(actor, Actor)]
    return [
        f"list {number} ({permission}) for {actor.role}"
        for number, (listing, permission) in enumerate(LISTS.items())
        for actor in actors
        if permission not in ROLE_MATRIX[actor.role] and listing(actor).exists()
    ]


def desk_objects(world: World, round_: Round) -> None:
    """Work of every kind that must wait for one role and no other: dossiers to sign and to decide, people
    without a place, a decision that is due, a handover whose successor has no role yet.
    """
    waiting = make_draft(world, round_)
    awards.queries.Nomination.objects.filter(pk=waiting.pk).update(state="awaiting_head")
    make_passed(world, round_)
    for parent, code in ((world.agency, "P9"), (world.institute, "V9")):
        gone = make_unit(f"Phòng đã giải thể {code}", parent, code=code, valid_to=date(2024, 6, 1))
        make_posting(make_person(), gone, valid_to=gone.valid_to)
    for unit in (world.agency, world.ministry):
        OrganisationChange.objects.create(
            kind="rename", on=TODAY, document="QĐ đổi tên", unit=unit,
            plan={"units": [unit.code], "name": "Tên mới"},
        )  # fmt: skip
    giver = make_member(Role.AUDITOR, world.agency, "Người Giao Việc")
    Handover.objects.create(
        assignment=giver.assignment, giver=giver.user, successor=make_user("nguoi-nhan-viec"),
        document="QĐ bàn giao", on=TODAY,
    )  # fmt: skip


class Reads:
    """Questions asked of functions directly; wrong() names those whose answer is not the expected one."""

    def __init__(self, world: World, sign_in: Callable[[Actor | None], Client]) -> None:
        self.world, self.sign_in = world, sign_in
        lost = make_member(Role.UNIT_OFFICER, world.agency)
        RoleAssignment.objects.filter(user=lost.user).delete()
        self.nobody = Actor(user=lost.user, assignment=None, today=TODAY)
        self.keeper = make_member(Role.UNIT_ADMIN, world.agency)
        self.stranger = make_user("khong-vai-tro-noi-khac", make_person("Người Viện Không Vai Trò"))
        make_posting(self.stranger.person, world.institute)
        self.person = make_person("Người Hai Nơi")
        make_posting(self.person, world.agency)
        self.elsewhere = make_posting(self.person, world.institute, "Kiêm nhiệm tại Viện")
        self.onlooker = make_member(Role.AUDITOR, world.agency)
        self.passed = make_passed(world, Round.objects.latest("pk"))

    def _titles_of_person(self, actor: Actor) -> list[str]:
        return [section.title for section in person_sections.sections_of(actor, self.person, TODAY)]

    def _titles_of_unit(self, actor: Actor) -> list[str]:
        return [section.title for section in unit_sections.sections_of(actor, self.world.agency, [], TODAY)]

    def _columns(self, actor: Actor) -> list[str]:
        response = self.sign_in(actor).get(reverse("units:person-export"))
        book = load_workbook(BytesIO(b"".join(response) if response.streaming else response.content))
        rows = [row for sheet in book.worksheets for row in sheet.iter_rows(max_row=20, values_only=True)]
        return [str(value) for row in rows for value in row if value]

    def _edit_links(self, actor: Actor) -> bool:
        page = self.sign_in(actor).get(reverse("units:person-detail", args=[self.person.pk]))
        link = reverse("units:post-correct", args=[self.elsewhere.pk])
        return link in page.content.decode()

    def answers(self) -> dict[str, tuple[Any, Any]]:
        """What is asked → (answer, expected answer)."""
        world, queries = self.world, units.people_queries
        head, admin = world.head, world.admin
        posting = Posting.objects.get(pk=self.elsewhere.pk)
        turn = awards.queries.nominations_for(world.secretary).filter(
            awards.queries.my_turn(world.secretary), pk=self.passed.pk
        )
        return {
            "people for an account without a role": (queries.people_for(self.nobody, TODAY).count(), 0),
            "sections of a person for the administrator": (self._titles_of_person(admin), []),
            "sections of a unit for the administrator": (self._titles_of_unit(admin), []),
            "a dossier that passed, for the secretary": (turn.count(), 0),
            "units a head may import into": (len(units_within(head, TODAY, "person.edit").names), 0),
            "a post elsewhere, for the officer": (
                queries.units_for_posting(world.officer, posting).count(),
                0,
            ),
            "an account elsewhere, for the unit's administrator": (
                units.queries.accounts_for(self.keeper).filter(pk=self.stranger.pk).count(),
                0,
            ),
            "history of a unit for its officer": (
                trail_queries.subject_for(world.officer, "units.unit", world.agency.pk),
                None,
            ),
            "identity numbers in the head's sheet": (
                [name for name in self._columns(head) if "Số định danh" in name],
                [],
            ),
            "what the agency's auditor waits for": (desk_of(self.onlooker, TODAY).waiting, []),
            "what the officer waits for from the head": (
                sum("ký trình" in item.waiting_for for item in desk_of(world.officer, TODAY).waiting),
                1,
            ),
            "editing a post elsewhere": (self._edit_links(world.officer), False),
        }

    def wrong(self) -> list[str]:
        """What was answered otherwise than expected."""
        return [f"{name}: {got}" for name, (got, want) in self.answers().items() if got != want]
