"""What a handover hands over: open work, what waits for others, drafts, dates, contacts, unread notices.

A pack is plain data (texts, addresses, days as ISO text), frozen in the handover when it is offered.
"""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.models import FormDraft, Notice
from units.choices import Role
from units.desk import DeskItem, desk_of
from units.models import Handover, RoleAssignment, Unit, User
from units.permissions import Actor, allows, scope
from units.queries import children_of, ministry_of, parent_of, post_of
from units.role_matrix import ROLE_MATRIX

AHEAD_DAYS = 90
WINDOW_DAYS = 30  # sources of the desk look this far
MOST_NOTICES = 50
# Forms about accounts and roles belong to the person, not to the work; their notices too.
PERSONAL_FORMS = ("handovers.", "roles.", "role.", "accounts.", "account.", "profile.")
PERSONAL_NOTICES = ("role.", "handover.", "account.")


class _Holder(Actor):
    """The role itself at its unit, whoever holds it: an account just locked leaves its work behind too."""

    @cached_property
    def permissions(self) -> frozenset[str]:
        return ROLE_MATRIX.get(self.role, frozenset())


def build_pack(assignment: RoleAssignment, today: date) -> dict[str, Any]:
    """Everything the role at the unit leaves behind today, without the free notes."""
    holder = _Holder(user=assignment.user, assignment=assignment, today=today)
    desk = desk_of(holder, today, with_personal=False)
    dates: dict[tuple[date, str], str] = {}
    for ahead in range(0, AHEAD_DAYS, WINDOW_DAYS):
        for found in desk_of(holder, today + timedelta(days=ahead), with_personal=False).dates:
            dates.setdefault((found.on, found.what), found.url)
    last = today + timedelta(days=AHEAD_DAYS)
    return {
        "built_on": today.isoformat(),
        "work": [_work(item) for item in desk.mine],
        "waiting": [_work(item) for item in desk.waiting],
        "dates": [
            {"on": on.isoformat(), "what": what, "url": url}
            for (on, what), url in sorted(dates.items())
            if today <= on <= last
        ],
        "drafts": [
            {"title": draft.title or "Biểu mẫu", "url": draft.path, "saved_at": _local_day(draft.saved_at)}
            for draft in drafts_of(assignment)
        ],
        "notices": [
            {"text": notice.text, "url": notice.url, "on": _local_day(notice.created_at)}
            for notice in unread_of(assignment, today)
        ],
    }


def _local_day(at: Any) -> str:
    return timezone.localtime(at).date().isoformat()


def _work(item: DeskItem) -> dict[str, Any]:
    return {
        "what": item.what,
        "about": item.about,
        "url": item.url,
        "due_on": item.due_on.isoformat() if item.due_on else None,
        "waiting_for": item.waiting_for,
    }


def drafts_of(assignment: RoleAssignment) -> QuerySet[FormDraft]:
    """The holder's drafts of forms about the work of the unit, the latest first."""
    rows = FormDraft.objects.filter(user=assignment.user_id, scope_id=assignment.unit_id)
    for prefix in PERSONAL_FORMS:
        rows = rows.exclude(key__startswith=prefix)
    return rows.order_by("-saved_at", "pk")


def unread_of(assignment: RoleAssignment, today: date) -> QuerySet[Notice]:
    """Unread notices about the work of the role.

    A notice does not say which role it is for: of somebody who holds roles at other units too none are taken,
    so that no word of another unit reaches the successor.
    """
    elsewhere = RoleAssignment.objects.lasting_on(today - timedelta(days=AHEAD_DAYS)).filter(
        ~Q(unit=assignment.unit_id) | ~Q(role=assignment.role), user=assignment.user_id
    )
    if elsewhere.exists():
        return Notice.objects.none()
    rows = Notice.objects.filter(user=assignment.user_id, read_at=None)
    for prefix in PERSONAL_NOTICES:
        rows = rows.exclude(kind__startswith=prefix)
    return rows.order_by("-created_at", "-pk")[:MOST_NOTICES]


def contact_lines(assignment: RoleAssignment, today: date) -> str:
    """Whom to ask: officers and heads of the unit, above and below, the standing office; one line each."""
    unit = assignment.unit
    above, ministry = parent_of(unit, today), ministry_of(unit)
    near = [unit.pk, *([above.pk] if above else [])]
    working = (Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.DEPUTY_HEAD)
    office = (Role.AWARD_SPECIALIST, Role.COUNCIL_SECRETARY)
    rows = (
        RoleAssignment.objects.active_on(today)
        .filter(
            Q(unit__in=near, role__in=working)
            | Q(unit__in=children_of(unit, today).values("pk"), role=Role.UNIT_OFFICER)
            | Q(unit=ministry, role__in=office),
            user__is_active=True,
            substitute_for=None,
        )
        .exclude(user=assignment.user_id)
        .select_related("user__person", "unit")
        .order_by("unit__path", "role", "pk")[:40]
    )
    lines = [
        f"{row.user.display_name} – {row.get_role_display()}, {row.unit.display_name} – {row.user.email}"
        for row in rows
    ]
    return "\n".join(dict.fromkeys(lines))


def party(user: User, unit: Unit, day: date) -> dict[str, str]:
    """Name and post of one side as the minute states them, kept in the pack."""
    post = (post_of(user.person, day, unit) or post_of(user.person, day)) if user.person else None
    return {
        "name": user.display_name,
        "post": post.title if post else "",
        "unit": post.unit.name if post else "",
        "email": user.email,
    }


# --- who sees a handover ---------------------------------------------------------------------------
def handovers_for(actor: Actor) -> QuerySet[Handover]:
    """Handovers the actor may see: both sides, the head of the unit, the administrators above it."""
    seen = scope(actor, "pledge.approve", "assignment__unit") | scope(
        actor, "account.manage", "assignment__unit"
    )
    rows = Handover.objects.filter(Q(giver=actor.user_id) | Q(successor=actor.user_id) | seen)
    return rows.select_related(
        "assignment__unit", "assignment__user", "giver__person", "successor__person", "new_assignment"
    )


def managed_for(actor: Actor) -> QuerySet[Handover]:
    """Handovers the actor may prepare, offer, take back: the giver, the administrators above."""
    mine = Q(giver=actor.user_id) | scope(actor, "account.manage", "assignment__unit")
    return handovers_for(actor).filter(mine)


def may_read_pack(actor: Actor, handover: Handover) -> bool:
    """Whether the actor may read the work listed: both sides and the head; administrators see only that a
    handover takes place, never what the unit works on.
    """
    if actor.user_id in (handover.giver_id, handover.successor_id):
        return True
    return allows(actor, "pledge.approve", handover.assignment.unit)


def roles_to_hand_over(actor: Actor) -> QuerySet[RoleAssignment]:
    """Roles in force the actor may hand over: one's own, or those an administrator manages."""
    where = Q(user=actor.user_id) | scope(actor, "account.manage")
    rows = RoleAssignment.objects.active_on(actor.today).filter(where, substitute_for=None)
    return rows.select_related("unit", "user__person")


def received_by(actor: Actor, since: date) -> Handover | None:
    """The handover by which the actor's present role came, when it was confirmed on or after the day."""
    if actor.assignment is None:
        return None
    rows = Handover.objects.filter(
        successor=actor.user_id, new_assignment=actor.assignment, confirmed_at__date__gte=since
    )
    return rows.select_related("assignment__unit", "giver__person").order_by("-confirmed_at").first()


def given_by(actor: Actor, since: date) -> Handover | None:
    """The handover by which the actor gave a role away, when it was confirmed on or after the day."""
    rows = Handover.objects.filter(giver=actor.user_id, confirmed_at__date__gte=since)
    rows = rows.select_related("assignment__unit", "assignment__substitute_for", "successor__person")
    return rows.order_by("-confirmed_at").first()


def readable(pack: dict[str, Any]) -> dict[str, Any]:
    """The pack for a page: days as days, not as text."""
    days = {"due_on", "on", "saved_at"}
    lists = {key: rows for key, rows in pack.items() if isinstance(rows, list)}
    shown: dict[str, Any] = {
        key: [
            {
                name: date.fromisoformat(value) if name in days and value else value
                for name, value in row.items()
            }
            for row in rows
        ]
        for key, rows in lists.items()
    }
    return pack | shown
