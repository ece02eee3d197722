"""Actions that forms of other tests do not reach, each called by somebody who must be refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from awards.actions.decisions import rebuild_papers
from awards.actions.honours import HonourPlan, take_honours
from awards.actions.nominations import attach_paper
from awards.models import Decision, Round
from core.errors import Forbidden
from reports.actions import check_scope
from reports.models import ReportRun
from tests.builders import START, TODAY, give_role, make_member, make_person, make_posting, make_user
from tests.builders_awards import kind, make_draft, pdf_upload
from tests.world import World
from units.actions import accounts, changes, handover, people, people_bulk, records, roles
from units.choices import ChangeKind, HoldKind, Role
from units.models import Hold, RoleAssignment

Calls = dict[str, Callable[[], Any]]


def calls_by_strangers(world: World) -> Calls:
    """name → a call that must raise Forbidden and nothing else."""
    strangers = {role: make_member(role, world.institute) for role in Role.values}
    officer, admin = strangers[Role.UNIT_OFFICER], strangers[Role.SYSTEM_ADMIN]
    specialist, leader = strangers[Role.AWARD_SPECIALIST], strangers[Role.MINISTRY_LEADER]
    person = make_person("Người Của Cục")
    post = make_posting(person, world.agency)
    own_post = make_posting(make_person("Người Của Viện"), world.institute)
    hold = Hold.objects.create(unit=world.agency, kind=HoldKind.COMPLAINT, opened_on=START)
    member = make_member(Role.UNIT_OFFICER, world.agency)
    alone = make_user("khong-don-vi")
    waiting = give_role(make_user("cho-xac-nhan"), Role.UNIT_HEAD, world.agency)
    RoleAssignment.objects.filter(pk=waiting.pk).update(
        needs_confirmation=True, assigned_by=world.admin.user, confirmed_at=None
    )
    issued = Decision.objects.filter(state="issued").latest("pk")
    run = ReportRun(kind="year_end", year=2024, unit=world.agency)
    run.requested_by, run.assignment = specialist.user, specialist.assignment
    first_post = {
        "unit": world.agency, "title": "Chuyên viên", "leader_level": "none", "is_unit_head": False,
        "is_direct_worker": True, "valid_from": START,
    }  # fmt: skip
    newcomer = {"full_name": "Đinh Văn Mới", "sex": "male", "birth_year": 1990, **first_post}
    account = newcomer | {"since": START, "username": "dinh.van.moi", "email": "dvm@example.test"}
    honour = HonourPlan(
        award=kind("BK_BO"), person=person, unit=world.agency, unit_name="Cục", issuer=world.ministry,
        year=2022, number="1/QĐ", decided_on=date(2023, 1, 1), ground="merit",
    )  # fmt: skip
    renaming = {"units": [world.agency.code], "name": "Cục Tên Mới"}
    to_end = people_bulk.PersonPlan(person, post={**first_post, "valid_from": TODAY}, ends=post)
    to_mend = people_bulk.PersonPlan(person, mends=post, mended={"title": "Khác"})
    to_appoint = people_bulk.PersonPlan(person, post=first_post)
    draft = make_draft(world, Round.objects.latest("pk"))
    leaving = give_role(make_user("nguoi-sap-giao"), Role.UNIT_HEAD, world.agency)
    heir = make_member(Role.AUDITOR, world.agency)
    parting = {"successor": heir.user, "document": "QĐ bàn giao", "on": TODAY}
    holding = {"kind": HoldKind.PRESS, "opened_on": START, "document": "x"}
    return {
        "rebuild papers": lambda: rebuild_papers(issued.pk, actor=specialist),
        "report of another unit": lambda: check_scope(run),
        "old honours": lambda: take_honours([honour], actor=specialist, note=""),
        "paper": lambda: attach_paper(draft.pk, "bao_cao", pdf_upload(), actor=officer),
        "handover": lambda: handover.prepare_handover(leaving.pk, parting, actor=admin),
        "person": lambda: people.save_person(person.pk, {"birth_year": 1980}, actor=officer),
        "new person": lambda: people.save_person(None, newcomer, actor=officer),
        "appoint": lambda: people.appoint(person, world.agency, "Khác", valid_from=START, actor=officer),
        "end a post": lambda: people.end_posting(post.pk, valid_to=TODAY, actor=officer),
        "move a post away": lambda: people.correct_posting(
            own_post.pk, {"unit": world.agency}, reason="nhầm", actor=officer
        ),
        "year grid": lambda: people.save_year_grid(
            world.agency.pk, 2023, [(person.pk, 0, {"grade": "HTTNV"})], actor=officer
        ),
        "sheet: end": lambda: people_bulk._end([to_end], officer, ""),
        "sheet: mend": lambda: people_bulk._mend([to_mend], officer, ""),
        "sheet: appoint": lambda: people_bulk._appoint([to_appoint], officer, ""),
        "hold of a unit": lambda: records.open_hold(holding, actor=officer, unit_id=world.agency.pk),
        "end of a hold": lambda: records.close_hold(hold.pk, closed_on=TODAY, is_clean=True, actor=officer),
        "give a role": lambda: roles.assign_role(
            alone.pk, Role.UNIT_OFFICER, world.agency, valid_from=TODAY, document="QĐ", actor=admin
        ),
        "confirm a role": lambda: roles.confirm_role(waiting.pk, actor=leader),
        "reject a role": lambda: roles.reject_role(waiting.pk, "Không đúng", actor=leader),
        "account": lambda: accounts.create_account(account, actor=admin),
        "link for another unit": lambda: accounts.password_link(member.user.pk, actor=admin),  # type: ignore[union-attr]
        "link by an officer": lambda: accounts.password_link(alone.pk, actor=officer),
        "rename": lambda: changes.plan_change(ChangeKind.RENAME, TODAY, "QĐ 1", renaming, actor=admin),
        "known history": lambda: changes.look_ahead_known(date(2025, 3, 1), actor=officer),
    }


def accepted(calls: Calls) -> list[str]:
    """Calls that were not refused as forbidden; everything they wrote is taken back."""
    found = []
    for name, call in calls.items():
        try:
            with transaction.atomic():
                call()
                transaction.set_rollback(True)
        except Forbidden:
            continue
        except Exception as error:  # noqa: BLE001 - whatever else happens, the wall did not hold
            found.append(f"{name}: {type(error).__name__} {error}")
            continue
        found.append(name)
    return found
