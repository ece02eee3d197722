"""What of roles and handovers waits for whom."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from units.choices import HandoverState
from units.desk import DeskDate, DeskItem, Source
from units.handover_pack import handovers_for, may_read_pack
from units.models import Handover, RoleAssignment
from units.permissions import Actor, scope
from units.role_matrix import PRIVILEGED
from units.role_queries import pending_for

LIMIT = 20


def roles_to_confirm(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """The second person: roles another one has given; one query."""
    rows = pending_for(actor).exclude(assigned_by=actor.user_id).exclude(user=actor.user_id)
    for row in rows[:LIMIT]:
        yield DeskItem(
            what="Xác nhận phân vai trò",
            about=f"{row.user.display_name}: {row} · {row.document}",
            url=reverse("units:role-pending"),
            button="Xem và xác nhận",
            due_on=row.valid_from,
        )


def successors_without_role(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """The administrator: handovers of roles only administrators give, to whom has not got the role yet."""
    rows = handovers_for(actor).filter(
        scope(actor, "account.manage", "assignment__unit"),
        state=HandoverState.DRAFT,
        assignment__role__in=PRIVILEGED,
    )
    found = list(rows.order_by("on", "pk")[:LIMIT])
    given = set(
        RoleAssignment.objects.filter(
            user__in=[row.successor_id for row in found], substitute_for=None
        ).values_list("user_id", "role", "unit_id")
    )
    for row in found:
        role = row.assignment
        if (row.successor_id, role.role, role.unit_id) not in given:
            link = reverse("units:role-assign", args=[row.successor_id])
            yield DeskItem(
                what="Phân vai trò cho người nhận bàn giao",
                about=f"{row.successor.display_name}: {role} · {row.document}",
                url=f"{link}?role={role.role}&unit={role.unit_id}",
                button="Phân vai trò",
                due_on=row.on,
            )


def handovers(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """Both sides: to finish, to confirm, or waiting for the other; one query."""
    open_states = (HandoverState.DRAFT, HandoverState.OFFERED)
    rows = handovers_for(actor).filter(state__in=open_states).order_by("on", "pk")
    for row in rows[:LIMIT]:
        yield from _handover_items(row, actor)


def _handover_items(row: Handover, actor: Actor) -> Iterator[DeskItem]:
    url, about = row.get_absolute_url(), f"{row.assignment} · {row.document}"
    if row.state == HandoverState.DRAFT:
        if row.giver_id == actor.user_id:
            yield DeskItem("Hoàn thiện biên bản bàn giao", about, url, "Xem và gửi", row.on)
        return
    sentence = f"{row.giver_name} bàn giao: {about}"
    if row.successor_id == actor.user_id:
        yield DeskItem("Nhận bàn giao công việc", sentence, url, "Xem và xác nhận", row.on)
    elif may_read_pack(actor, row):
        yield DeskItem(
            "Bàn giao công việc", sentence, url, "Xem", row.on, is_mine=False, waiting_for=row.successor_name
        )


SOURCES: tuple[Source, ...] = (roles_to_confirm, successors_without_role)
PERSONAL_SOURCES: tuple[Source, ...] = (handovers,)
