"""Roles of accounts: assign, end; the grants follow in the same transaction."""

from datetime import date

from django.db import transaction

from core import audit
from core.errors import RuleBroken
from core.text import clean
from units.models import RoleAssignment, Unit, User
from units.permissions import Actor, rebuild_grants, require


@transaction.atomic
def assign_role(
    user_id: int,
    role: str,
    unit: Unit,
    *,
    valid_from: date,
    document: str,
    actor: Actor,
    valid_to: date | None = None,
) -> RoleAssignment:
    """Give an account a role at a unit from a day on; its rights follow at once when the day has come.

    Raises Forbidden outside the actor's scope, RuleBroken for a closed unit, ValidationError for a double
    role.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    require(actor, "account.manage", unit)
    if not unit.is_open_on(valid_from):
        raise RuleBroken(
            fields={"unit": ["Đơn vị không hoạt động vào ngày bắt đầu vai trò. Hãy chọn đơn vị kế thừa."]}
        )
    assignment = RoleAssignment(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, document=clean(document)
    )
    assignment.full_clean()
    assignment.save()
    rebuild_grants(actor.today, user)
    audit.record(
        actor,
        "role.assign",
        assignment,
        changes={"user": user.username, "role": role, "unit": unit.code, "from": valid_from, "to": valid_to},
        note=document,
    )
    return assignment


@transaction.atomic
def end_role(assignment_id: int, *, ends_on: date, actor: Actor) -> RoleAssignment:
    """End a role on a day (exclusive); from that day on its rights are gone.

    Raises RuleBroken before its first day.
    """
    assignment = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("unit", "user")
        .get(pk=assignment_id)
    )
    require(actor, "account.manage", assignment.unit)
    if assignment.valid_to is not None and assignment.valid_to <= ends_on:
        raise RuleBroken("Vai trò này đã kết thúc từ trước.")
    if ends_on <= assignment.valid_from:
        raise RuleBroken("Ngày thôi vai trò phải sau ngày bắt đầu giữ vai trò.")
    before = assignment.valid_to
    assignment.valid_to = ends_on
    assignment.save(update_fields=["valid_to"])
    rebuild_grants(actor.today, assignment.user)
    audit.record(actor, "role.end", assignment, changes={"valid_to": [before, ends_on]})
    return assignment
