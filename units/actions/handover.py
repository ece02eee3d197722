"""Handover of a role: the giver prepares the pack and offers it, the successor confirms, and in that one
transaction role, drafts and reminders change hands.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from core import audit, clock, notices
from core.errors import Forbidden, RuleBroken, StaleState
from core.flow import check_version
from core.models import FormDraft
from core.text import clean
from units.actions.roles import close_role
from units.choices import HandoverState
from units.handover_pack import build_pack, contact_lines, drafts_of, party, unread_of
from units.models import Handover, RoleAssignment, User
from units.permissions import Actor, allows, holders, may_give, rebuild_grants
from units.role_matrix import PRIVILEGED
from units.role_queries import may_stand_in

MOST_DRAFT_KEY = 120
EMPTY_AT_FIRST = ("offered_at", "confirmed_at", "new_assignment")


def _require_giver(actor: Actor, assignment: RoleAssignment) -> None:
    """Raises Forbidden unless it is the actor's own role or one the actor, as administrator, may give."""
    if actor.user_id == assignment.user_id:
        return
    if not (allows(actor, "account.manage", assignment.unit) and may_give(actor, assignment.role)):
        raise Forbidden("Chỉ người giữ vai trò hoặc quản trị được lập bàn giao vai trò này.")


def _check_parties(
    assignment: RoleAssignment, successor: User, begins: date, document: str, *, actor: Actor
) -> None:
    """Raises RuleBroken with the field that is wrong."""
    if successor.pk == assignment.user_id:
        raise RuleBroken(fields={"successor": ["Người nhận phải khác người giao."]})
    is_giver = actor.user_id == assignment.user_id
    if not is_giver and successor.pk == actor.user_id:
        raise RuleBroken(
            fields={"successor": ["Quản trị không lập bàn giao cho chính mình. Hãy nhờ người giao lập."]}
        )
    if not may_stand_in(successor, assignment, actor.today, wide=not is_giver):
        raise RuleBroken(
            fields={"successor": ["Người nhận phải có tài khoản đang hoạt động và giữ vị trí tại đơn vị."]}
        )
    if begins < actor.today:
        raise RuleBroken(fields={"on": ["Ngày bàn giao không được trước hôm nay."]})
    if not clean(document):
        raise RuleBroken(fields={"document": ["Chưa điền văn bản phân công người nhận."]})


def _check_in_force(assignment: RoleAssignment, today: date) -> None:
    if not RoleAssignment.objects.active_on(today).filter(pk=assignment.pk).exists():
        raise StaleState("Vai trò này không còn hiệu lực nên không bàn giao được.")
    if assignment.substitute_for_id:
        raise RuleBroken(
            "Người đang thay không bàn giao vai trò; vai trò trở về người giữ khi hết thời gian thay."
        )


def _fill_pack(handover: Handover, today: date) -> None:
    unit = handover.assignment.unit
    handover.pack = build_pack(handover.assignment, today) | {
        "giver": party(handover.giver, unit, today),
        "successor": party(handover.successor, unit, today),
        "unit": unit.name,
        "role": handover.assignment.get_role_display(),
    }


def _locked(handover_id: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related(
        "assignment__unit",
        "assignment__user__person",
        "assignment__substitute_for__user__person",
        "giver__person",
        "successor__person",
    )
    return rows.get(pk=handover_id)


def _check_step(handover: Handover, *states: Any) -> None:
    if handover.state not in states:
        raise StaleState(
            f"Bàn giao đang ở trạng thái «{handover.get_state_display()}» nên không làm được bước này. "
            f"Hãy xem lại."
        )


def _move(handover: Handover, state: Any, *fields: Any) -> None:
    handover.state = state
    handover.version += 1
    handover.save(update_fields=["state", "version", *fields])


def _record(actor: Actor, action: str, handover: Handover, note: str = "") -> None:
    audit.record(
        actor,
        action,
        handover,
        changes={
            "giver": handover.giver.username,
            "successor": handover.successor.username,
            "state": handover.state,
        },
        note=note or handover.document,
    )


def _told(handover: Handover, today: date) -> set[int]:
    """Both sides and the heads of the unit."""
    heads = holders("pledge.approve", handover.assignment.unit, today)
    return {handover.giver_id, handover.successor_id, *heads}


def _tell(handover: Handover, text: str, *, actor: Actor) -> None:
    ids = _told(handover, actor.today) - {actor.user_id}
    notices.send((pk for pk in ids if pk), "handover.step", text, handover.get_absolute_url())


@transaction.atomic
def prepare_handover(assignment_id: int, data: Mapping[str, Any], *, actor: Actor) -> Handover:
    """Make the pack of a role for a successor: open work, drafts, dates, contacts, unread notices.

    data: successor, document, on. Raises Forbidden, StaleState (role not in force), RuleBroken,
    ValidationError (a handover of this role is open).
    """
    rows = RoleAssignment.objects.select_for_update(of=("self",))
    assignment = rows.select_related("unit", "user__person").get(pk=assignment_id)
    _require_giver(actor, assignment)
    _check_in_force(assignment, actor.today)
    _check_parties(assignment, data["successor"], data["on"], data["document"], actor=actor)
    if assignment.valid_from >= actor.today:
        raise RuleBroken(
            "Vai trò mới bắt đầu hôm nay, bàn giao được từ ngày mai. Nếu phân nhầm, hãy nhờ quản trị."
        )
    handover = Handover(
        assignment=assignment,
        giver=assignment.user,
        successor=data["successor"],
        document=clean(data["document"]),
        on=data["on"],
        contacts=contact_lines(assignment, actor.today),
    )
    _fill_pack(handover, actor.today)
    handover.full_clean(exclude=EMPTY_AT_FIRST)
    handover.save()
    _record(actor, "handover.prepare", handover)
    return handover


@transaction.atomic
def save_handover(handover_id: int, data: Mapping[str, Any], *, version: int, actor: Actor) -> Handover:
    """Save successor, document, day, notes and contacts of a handover not yet offered; the pack is made anew.

    Raises Forbidden, StaleState, RuleBroken.
    """
    handover = _locked(handover_id)
    _check_step(handover, HandoverState.DRAFT)
    check_version(handover, version)
    _require_giver(actor, handover.assignment)
    _check_parties(handover.assignment, data["successor"], data["on"], data["document"], actor=actor)
    handover.successor, handover.on = data["successor"], data["on"]
    handover.document, handover.notes = clean(data["document"]), clean(data["notes"])
    handover.contacts = clean(data["contacts"])
    _fill_pack(handover, actor.today)
    handover.full_clean(exclude=EMPTY_AT_FIRST)
    _move(handover, HandoverState.DRAFT, "successor", "on", "document", "notes", "contacts", "pack")
    _record(actor, "handover.save", handover)
    return handover


@transaction.atomic
def offer_handover(handover_id: int, *, actor: Actor) -> Handover:
    """Freeze the pack and send it to the successor; from here on only they can confirm or decline.

    Raises Forbidden, StaleState, RuleBroken (the successor of a privileged role has not got it yet).
    """
    handover = _locked(handover_id)
    _check_step(handover, HandoverState.DRAFT)
    assignment = handover.assignment
    _require_giver(actor, assignment)
    _check_in_force(assignment, actor.today)
    handover.on = max(handover.on, actor.today)
    _check_parties(assignment, handover.successor, handover.on, handover.document, actor=actor)
    if assignment.role in PRIVILEGED and _given_to_successor(handover, actor.today) is None:
        raise RuleBroken(
            f"Vai trò «{assignment.get_role_display()}» do quản trị phân và người thứ hai xác nhận. "
            "Quản trị đã có việc «Phân vai trò cho người nhận bàn giao»; "
            f"gửi được khi {handover.successor_name} có vai trò."
        )
    _fill_pack(handover, actor.today)
    handover.offered_at = clock.now()
    _move(handover, HandoverState.OFFERED, "offered_at", "pack", "on")
    _record(actor, "handover.offer", handover)
    text = (
        f"{handover.giver_name} bàn giao «{assignment}» cho {handover.successor_name}, từ "
        f"{handover.on:%d/%m/%Y}."
    )
    _tell(handover, text, actor=actor)
    return handover


@transaction.atomic
def withdraw_handover(handover_id: int, *, actor: Actor) -> Handover:
    """Take an offered handover back to change it. Raises Forbidden, StaleState."""
    handover = _locked(handover_id)
    _check_step(handover, HandoverState.OFFERED)
    _require_giver(actor, handover.assignment)
    handover.offered_at = None
    _move(handover, HandoverState.DRAFT, "offered_at")
    _record(actor, "handover.withdraw", handover)
    _tell(
        handover, f"{handover.giver_name} thu hồi bàn giao «{handover.assignment}» để sửa lại.", actor=actor
    )
    return handover


@transaction.atomic
def cancel_handover(handover_id: int, *, actor: Actor) -> Handover:
    """Give a handover up before it is confirmed; the role stays where it is. Raises Forbidden, StaleState."""
    handover = _locked(handover_id)
    _check_step(handover, HandoverState.DRAFT, HandoverState.OFFERED)
    _require_giver(actor, handover.assignment)
    was_offered = handover.state == HandoverState.OFFERED
    _move(handover, HandoverState.CANCELLED)
    _record(actor, "handover.cancel", handover)
    if was_offered:
        _tell(handover, f"Bàn giao «{handover.assignment}» đã được hủy.", actor=actor)
    return handover


def _require_successor(actor: Actor, handover: Handover) -> None:
    if actor.user_id != handover.successor_id:
        raise Forbidden("Chỉ người nhận bàn giao được xác nhận hoặc từ chối.")


@transaction.atomic
def decline_handover(handover_id: int, reason: str, *, actor: Actor) -> Handover:
    """Refuse a handover, with the reason for the giver. Raises Forbidden, StaleState."""
    handover = _locked(handover_id)
    _check_step(handover, HandoverState.OFFERED)
    _require_successor(actor, handover)
    handover.declined_reason = clean(reason)
    _move(handover, HandoverState.DECLINED, "declined_reason")
    _record(actor, "handover.decline", handover, note=handover.declined_reason)
    text = (
        f"{handover.successor_name} từ chối nhận bàn giao «{handover.assignment}»: "
        f"{handover.declined_reason[:250]}"
    )
    _tell(handover, text, actor=actor)
    return handover


@transaction.atomic
def confirm_handover(handover_id: int, *, actor: Actor) -> Handover:
    """Take the role over. In one transaction the giver's role ends today and the successor's begins today,
    drafts and unread notices of the work go to the successor, both projections are rebuilt.

    Raises Forbidden (somebody else), StaleState, RuleBroken (before the day of the handover, or a privileged
    role the successor has not got).
    """
    handover = _locked(handover_id)
    _check_step(handover, HandoverState.OFFERED)
    _require_successor(actor, handover)
    list(
        User.objects.select_for_update()
        .filter(pk__in=[handover.giver_id, handover.successor_id])
        .order_by("pk")
    )
    assignment = RoleAssignment.objects.select_for_update(of=("self",)).get(pk=handover.assignment_id)
    assignment.user, assignment.unit = handover.giver, handover.assignment.unit
    if actor.today < handover.on:
        raise RuleBroken(f"Ngày bàn giao là {handover.on:%d/%m/%Y}; xác nhận được từ ngày đó.")
    drafts, unread = list(drafts_of(assignment)), list(unread_of(assignment, actor.today))
    if assignment.valid_to is None or assignment.valid_to > actor.today:
        if assignment.valid_from >= actor.today:
            raise RuleBroken("Vai trò của người giao mới bắt đầu hôm nay; xác nhận được từ ngày mai.")
        close_role(assignment, actor.today, actor=actor)
    handover.new_assignment = _open_role(handover, actor=actor)
    _move_drafts(drafts, handover)
    _pass_on(unread, handover)
    handover.confirmed_at = clock.now()
    _move(handover, HandoverState.CONFIRMED, "new_assignment", "confirmed_at")
    rebuild_grants(actor.today, handover.giver)
    rebuild_grants(actor.today, handover.successor)
    _record(actor, "handover.confirm", handover)
    text = (
        f"{handover.successor_name} đã nhận bàn giao «{assignment}» từ {handover.giver_name} ngày "
        f"{actor.today:%d/%m/%Y}. Công việc, bản đang viết và nhắc hạn từ nay thuộc người nhận."
    )
    notices.send(_told(handover, actor.today), "handover.confirm", text, handover.get_absolute_url())
    return handover


def _given_to_successor(handover: Handover, today: date) -> RoleAssignment | None:
    """The successor's own confirmed assignment of the same role, in force or to come."""
    role = handover.assignment
    rows = RoleAssignment.objects.lasting_on(today).filter(
        user=handover.successor_id, role=role.role, unit=role.unit_id, substitute_for=None
    )
    return rows.order_by("valid_from", "pk").first()


def _open_role(handover: Handover, *, actor: Actor) -> RoleAssignment:
    role, given = handover.assignment, _given_to_successor(handover, actor.today)
    if given is not None and given.valid_from <= actor.today:
        return given
    if role.role in PRIVILEGED:
        when = f" Vai trò của bạn có hiệu lực từ {given.valid_from:%d/%m/%Y}." if given else ""
        raise RuleBroken(
            f"Vai trò «{role.get_role_display()}» phải do quản trị phân và người thứ hai xác nhận "
            f"trước.{when}"
        )
    if given is not None:
        before, given.valid_from = given.valid_from, actor.today
        given.save(update_fields=["valid_from"])
        audit.record(
            actor, "role.assign", given, changes={"from": [before, actor.today]}, note=handover.document
        )
        return given
    opened = RoleAssignment(
        user=handover.successor,
        role=role.role,
        unit=role.unit,
        valid_from=actor.today,
        document=handover.document,
        assigned_by=handover.giver,
    )
    opened.full_clean()
    opened.save()
    changes = {
        "user": handover.successor.username,
        "role": role.role,
        "unit": role.unit.code,
        "from": actor.today,
    }
    audit.record(actor, "role.assign", opened, changes=changes, note=handover.document)
    return opened


def _move_drafts(drafts: list[FormDraft], handover: Handover) -> None:
    """The giver's drafts become the successor's; where they have one of the same form, both are kept."""
    taken = set(FormDraft.objects.filter(user=handover.successor_id).values_list("key", flat=True))
    for draft in drafts:
        draft.user_id = handover.successor_id
        draft.title = f"{draft.title or 'Biểu mẫu'} – bản của {handover.giver_name}"[:200]
        if draft.key in taken:
            suffix = f"~{draft.pk}"
            draft.key = f"{draft.key[: MOST_DRAFT_KEY - len(suffix)]}{suffix}"
        draft.save(update_fields=["user", "title", "key"])


def _pass_on(unread: list[Any], handover: Handover) -> None:
    """Reminders the giver has not read are told to the successor and count as read for the giver."""
    for notice in reversed(unread):
        notices.send([handover.successor_id], notice.kind, notice.text, notice.url)
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
