"""Roles of accounts: assign, confirm by a second person, substitute, end; grants follow at once."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.urls import reverse

from core import audit, clock, notices
from core.errors import Forbidden, RuleBroken, StaleState
from core.text import clean
from units.choices import Role
from units.models import RoleAssignment, Unit, User
from units.permissions import Actor, allows, may_give, rebuild_grants, require
from units.role_matrix import PRIVILEGED
from units.role_queries import confirmers, may_stand_in

LONGEST_ABSENCE = timedelta(days=90)
FIRST_ADMINISTRATORS = 2


def needs_second_person(role: str, holder: User, assigned_by: User | None) -> bool:
    """Whether another person has to confirm: roles that decide or watch, and every role given to oneself."""
    return role in PRIVILEGED or (assigned_by is not None and holder.pk == assigned_by.pk)


def _require_giving(actor: Actor, role: str, unit: Unit) -> None:
    """Raises Forbidden unless the actor manages accounts at the unit and may give this role."""
    require(actor, "account.manage", unit)
    if not may_give(actor, role):
        raise Forbidden(
            f"Vai trò đang dùng không được phân, đổi hay kết thúc vai trò «{Role(role).label}». Hãy nhờ quản "
            "trị hệ thống."
        )


def _refuse_overlap(given: RoleAssignment) -> None:
    same = RoleAssignment.objects.filter(
        user=given.user, role=given.role, unit=given.unit, valid_from__lt=given.valid_to or date.max
    )
    other = same.filter(Q(valid_to=None) | Q(valid_to__gt=given.valid_from)).first()
    if other is not None:
        ends = f" đến trước ngày {other.valid_to:%d/%m/%Y}" if other.valid_to else ""
        raise RuleBroken(
            f"Tài khoản đã có vai trò này tại đơn vị từ ngày {other.valid_from:%d/%m/%Y}{ends}. Hãy "
            f"chọn thời "
            "gian khác hoặc kết thúc vai trò cũ trước."
        )


def _keep(given: RoleAssignment, action: str, *, actor: Actor) -> RoleAssignment:
    """Save a new assignment, make its grants, record it, and tell whoever has to confirm."""
    given.document = clean(given.document)
    given.assigned_by = actor.user
    given.needs_confirmation = needs_second_person(given.role, given.user, actor.user)
    given.full_clean()
    _refuse_overlap(given)
    given.save()
    rebuild_grants(actor.today, given.user)
    audit.record(
        actor,
        action,
        given,
        changes={
            "user": given.user.username,
            "role": given.role,
            "unit": given.unit.code,
            "from": given.valid_from,
            "to": given.valid_to,
        },
        note=given.document,
    )
    if given.needs_confirmation:
        text = f"Cần xác nhận vai trò «{given}» cho {given.user.display_name}, căn cứ: {given.document}."
        notices.send(confirmers(given, actor.today), "role.assign", text, reverse("units:role-pending"))
    return given


def _locked_user(user_id: int) -> User:
    """The account, locked: two changes of its roles rebuild its grants in turn."""
    return User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user_id)


def _locked(assignment_id: int) -> RoleAssignment:
    rows = RoleAssignment.objects.select_for_update(of=("self",))
    found = rows.select_related("unit", "user__person", "substitute_for__user__person").filter(
        pk=assignment_id
    )
    assignment = found.first()
    if assignment is None:
        raise StaleState("Vai trò này vừa được thu hồi hoặc từ chối. Hãy xem lại danh sách.")
    _locked_user(assignment.user_id)
    return assignment


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
    """Give an account a role at a unit from a day on; its rights follow when the day has come and, where two
    persons are needed, when the second one has confirmed.

    Raises Forbidden outside the actor's scope, RuleBroken for a closed unit or an overlap in time,
    ValidationError for a double role.
    """
    user = _locked_user(user_id)
    _require_giving(actor, role, unit)
    if not unit.is_open_on(valid_from):
        raise RuleBroken(
            fields={"unit": ["Đơn vị không hoạt động vào ngày bắt đầu vai trò. Hãy chọn đơn vị kế thừa."]}
        )
    given = RoleAssignment(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, document=document
    )
    return _keep(given, "role.assign", actor=actor)


@transaction.atomic
def confirm_role(assignment_id: int, *, actor: Actor) -> RoleAssignment:
    """Confirm, as the second person, a role another one has given; it has effect from its first day on.

    Raises StaleState when it is confirmed already, Forbidden for who gave it or receives it.
    """
    assignment = _locked(assignment_id)
    if not assignment.is_pending:
        raise StaleState("Vai trò này đã được xác nhận. Hãy xem lại danh sách.")
    require(actor, "role.confirm", assignment.unit)
    if actor.user_id in (assignment.assigned_by_id, assignment.user_id):
        raise Forbidden(
            "Người phân công và người được phân công không tự xác nhận; cần một người khác xác nhận."
        )
    if assignment.valid_to is not None and assignment.valid_to <= actor.today:
        raise RuleBroken(
            "Thời hạn của vai trò này đã qua nên không xác nhận được. Hãy từ chối và phân công lại."
        )
    assignment.confirmed_by, assignment.confirmed_at = actor.user, clock.now()
    assignment.save(update_fields=["confirmed_by", "confirmed_at"])
    rebuild_grants(actor.today, assignment.user)
    audit.record(
        actor,
        "role.confirm",
        assignment,
        changes={"user": assignment.user.username},
        note=assignment.document,
    )
    _tell(
        assignment,
        f"Vai trò «{assignment}» của {assignment.user.display_name} đã được xác nhận, có hiệu lực từ ngày "
        f"{max(assignment.valid_from, actor.today):%d/%m/%Y}.",
    )
    return assignment


@transaction.atomic
def reject_role(assignment_id: int, reason: str, *, actor: Actor) -> None:
    """Refuse, as the second person, a role another one has given. It never gave a right; the row goes, the
    trail keeps who, what and why. Raises StaleState when it is confirmed already.
    """
    assignment = _locked(assignment_id)
    if not assignment.is_pending:
        raise StaleState("Vai trò này đã được xác nhận nên không từ chối được. Hãy xem lại danh sách.")
    require(actor, "role.confirm", assignment.unit)
    if actor.user_id == assignment.assigned_by_id:
        raise Forbidden(
            "Người phân công dùng nút «Thu hồi» ở trang tài khoản, không từ chối vai trò mình đã phân."
        )
    audit.record(actor, "role.reject", assignment, changes=_facts(assignment), note=clean(reason))
    _tell(
        assignment,
        f"Vai trò «{assignment}» của {assignment.user.display_name} bị từ chối: {clean(reason)[:250]}",
    )
    assignment.delete()


def _facts(assignment: RoleAssignment) -> dict[str, object]:
    return {
        "user": assignment.user.username,
        "role": assignment.role,
        "unit": assignment.unit.code,
        "from": assignment.valid_from,
        "document": assignment.document,
    }


def _tell(assignment: RoleAssignment, text: str) -> None:
    ids = {assignment.user_id, assignment.assigned_by_id} - {None}
    notices.send((pk for pk in ids if pk), "role.assign", text, reverse("units:role-mine"))


@transaction.atomic
def name_substitute(
    assignment_id: int,
    substitute: User,
    *,
    valid_from: date,
    valid_to: date,
    document: str,
    actor: Actor,
) -> RoleAssignment:
    """Let a colleague hold the role during an absence; it ends by itself. Holder or administrator may.

    valid_to: the first day without the substitute. Raises Forbidden, RuleBroken, ValidationError.
    """
    absent = _locked(assignment_id)
    is_holder = actor.user_id == absent.user_id
    if not is_holder:
        _require_giving(actor, absent.role, absent.unit)
    _check_absence(absent, valid_from, valid_to, actor.today)
    user = _locked_user(substitute.pk)
    if not may_stand_in(user, absent, actor.today, wide=not is_holder):
        raise RuleBroken(
            fields={
                "substitute": [
                    "Người thay phải có tài khoản đang hoạt động và giữ vị trí công tác tại đơn vị."
                ]
            }
        )
    given = RoleAssignment(
        user=user,
        role=absent.role,
        unit=absent.unit,
        valid_from=valid_from,
        valid_to=valid_to,
        document=document,
        substitute_for=absent,
    )
    _keep(given, "role.substitute", actor=actor)
    text = (
        f"{user.display_name} thay {absent.user.display_name} ở vai trò «{absent}» từ {valid_from:%d/%m/%Y} "
        f"đến trước {valid_to:%d/%m/%Y}{', chờ người thứ hai xác nhận' if given.is_pending else ''}."
    )
    notices.send({user.pk, absent.user_id}, "role.substitute", text, reverse("units:role-mine"))
    return given


def _check_absence(absent: RoleAssignment, begins: date, ends: date, today: date) -> None:
    if absent.is_pending or (absent.valid_to is not None and absent.valid_to <= today):
        raise StaleState(
            "Vai trò này không còn hiệu lực hoặc chưa được xác nhận nên không cử người thay được."
        )
    if absent.substitute_for_id:
        raise RuleBroken(
            "Người đang thay không cử người khác thay tiếp. Hãy báo người giữ vai trò hoặc quản trị."
        )
    if begins < max(today, absent.valid_from):
        raise RuleBroken(fields={"valid_from": ["Ngày bắt đầu thay không được trước hôm nay."]})
    if ends <= begins:
        raise RuleBroken(fields={"valid_to": ["Ngày thôi thay phải sau ngày bắt đầu."]})
    if ends - begins > LONGEST_ABSENCE:
        raise RuleBroken(
            fields={
                "valid_to": [f"Mỗi lần thay không quá {LONGEST_ABSENCE.days} ngày. Lâu hơn thì hãy bàn giao."]
            }
        )
    if absent.valid_to is not None and ends > absent.valid_to:
        raise RuleBroken(
            fields={
                "valid_to": [f"Vai trò được thay chỉ có hiệu lực đến trước ngày {absent.valid_to:%d/%m/%Y}."]
            }
        )
    others = absent.substitutes.filter(valid_from__lt=ends, valid_to__gt=begins).select_related(
        "user__person"
    )
    if (other := others.first()) is not None:
        raise RuleBroken(
            f"{other.user.display_name} đã được cử thay từ {other.valid_from:%d/%m/%Y} đến trước "
            f"{other.valid_to:%d/%m/%Y}. Trong một thời gian chỉ một người thay."
        )


@transaction.atomic
def appoint_first_admin(username: str, unit_code: str, *, document: str, actor: Actor) -> RoleAssignment:
    """Make an existing account the first or the second administrator of a unit; every further role is given
    on the pages, where one person gives and another confirms – hence two.

    For the command line of the installer only, hence no permission: it refuses as soon as two administrators
    are in office. Raises RuleBroken.
    """
    in_office = RoleAssignment.objects.active_on(actor.today).filter(
        role=Role.SYSTEM_ADMIN, user__is_active=True
    )
    if in_office.values("user").distinct().count() >= FIRST_ADMINISTRATORS:
        raise RuleBroken(
            "Đã có hai quản trị hệ thống; hãy nhờ một người phân vai trò trên trang «Tài khoản và vai trò», "
            "người kia xác nhận."
        )
    user = User.objects.select_for_update().filter(username=username).first()
    unit = Unit.objects.open_on(actor.today).filter(code=unit_code).first()
    if user is None:
        raise RuleBroken(f"Không có tài khoản «{username}». Hãy tạo bằng manage.py createsuperuser trước.")
    if unit is None:
        raise RuleBroken(f"Không có đơn vị đang hoạt động mang mã «{unit_code}».")
    assignment = RoleAssignment(
        user=user, role=Role.SYSTEM_ADMIN, unit=unit, valid_from=actor.today, document=clean(document)
    )
    assignment.full_clean()
    assignment.save()
    rebuild_grants(actor.today, user)
    audit.record(
        actor, "role.assign", assignment, changes={"user": username, "unit": unit.code}, note=document
    )
    return assignment


def _require_ending(actor: Actor, assignment: RoleAssignment) -> None:
    """The administrator ends any role he may give; the absent holder ends the substitution."""
    absent = assignment.substitute_for
    if absent is None or absent.user_id != actor.user_id:
        _require_giving(actor, assignment.role, assignment.unit)


@transaction.atomic
def end_role(assignment_id: int, *, ends_on: date, actor: Actor) -> RoleAssignment:
    """End a role on a day (exclusive); from that day on its rights, and those of its substitutes, are gone.

    Raises RuleBroken before its first day and for the last administrator.
    """
    assignment = _locked(assignment_id)
    _require_ending(actor, assignment)
    if assignment.valid_to is not None and assignment.valid_to <= ends_on:
        raise RuleBroken("Vai trò này đã kết thúc từ trước.")
    if ends_on <= assignment.valid_from:
        raise RuleBroken("Ngày thôi vai trò phải sau ngày bắt đầu giữ vai trò.")
    _keep_one_administrator(assignment, actor.today)
    return close_role(assignment, ends_on, actor=actor)


def _keep_one_administrator(assignment: RoleAssignment, today: date) -> None:
    rows = RoleAssignment.objects.active_on(today).filter(role=Role.SYSTEM_ADMIN, user__is_active=True)
    others = rows.exclude(pk=assignment.pk)
    if (
        assignment.role == Role.SYSTEM_ADMIN
        and rows.filter(pk=assignment.pk).exists()
        and not others.exists()
    ):
        raise RuleBroken(
            "Đây là quản trị hệ thống duy nhất đang giữ vai trò. Hãy phân và xác nhận một quản trị khác "
            "trước."
        )


def close_role(assignment: RoleAssignment, ends_on: date, *, actor: Actor) -> RoleAssignment:
    """End an assignment and its substitutes in the caller's transaction, with their entries in the trail.

    The caller has locked it and asked for the right.
    """
    before = assignment.valid_to
    assignment.valid_to = ends_on
    assignment.save(update_fields=["valid_to"])
    rebuild_grants(actor.today, assignment.user)
    audit.record(actor, "role.end", assignment, changes={"valid_to": [before, ends_on]})
    rows = assignment.substitutes.filter(valid_to__gt=ends_on)
    for row in rows.select_for_update(of=("self",)).select_related("unit", "user__person"):
        if row.valid_from < ends_on:
            close_role(row, ends_on, actor=actor)
        else:
            _take_back(row, actor=actor)
    return assignment


@transaction.atomic
def withdraw_role(assignment_id: int, *, actor: Actor) -> None:
    """Take back a role given by mistake: not confirmed, not begun, or begun today. The row goes, the trail
    keeps it. Raises RuleBroken when it was in force before today or something stands on it.
    """
    assignment = _locked(assignment_id)
    _require_ending(actor, assignment)
    if not assignment.is_pending and assignment.valid_from < actor.today:
        raise RuleBroken("Vai trò đã có hiệu lực từ những ngày trước; hãy dùng «Kết thúc» thay vì «Thu hồi».")
    _keep_one_administrator(assignment, actor.today)
    _take_back(assignment, actor=actor)


def _take_back(assignment: RoleAssignment, *, actor: Actor) -> None:
    user = assignment.user
    audit.record(actor, "role.withdraw", assignment, changes=_facts(assignment))
    try:
        with transaction.atomic():
            assignment.delete()
    except ProtectedError as error:
        raise RuleBroken(
            "Vai trò này đã có bàn giao hoặc người thay đi kèm nên không thu hồi được. Hãy kết thúc từ "
            "ngày mai."
        ) from error
    rebuild_grants(actor.today, user)


def may_name_substitute(actor: Actor, assignment: RoleAssignment) -> bool:
    """Whether the actor may let somebody stand in: the holder, or an administrator who may give the role."""
    mine = actor.user_id == assignment.user_id
    return mine or (allows(actor, "account.manage", assignment.unit) and may_give(actor, assignment.role))
