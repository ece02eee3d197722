"""Decisions that change the organisation: planned, cancelled, carried out on their day in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from core import audit, clock, files, notices
from core.errors import Refused, RuleBroken, StaleState
from core.flow import check_version
from core.text import clean
from core.wall import as_system
from units import change_plans as plans
from units import rules
from units.actions.organisation import rebuild_paths, set_keys
from units.change_plans import Draft, Preview, RoleLine
from units.choices import ChangeKind, ChangeState, HandoverState, Role, SuccessionKind
from units.models import (
    Handover,
    OrganisationChange,
    Placement,
    RoleAssignment,
    Succession,
    Unit,
    UnitName,
)
from units.moving import movers
from units.permissions import Actor, allows, rebuild_grants, require
from units.role_matrix import PRIVILEGED
from units.role_queries import confirmers

KNOWN = "Dữ liệu tổ chức của ngành"
SUCCESSION_KINDS = {ChangeKind.SPLIT: SuccessionKind.SPLIT}


def _require(actor: Actor, draft: Draft, carry: Iterable[int]) -> None:
    """A person needs the right at every unit the decision names; carrying roles is giving roles."""
    if actor.user is None:
        return
    for unit in draft.named:
        require(actor, "organisation.edit", unit)
    if list(carry):
        require(actor, "account.manage", actor.unit)


def _lock(draft: Draft) -> None:
    """The units that end: pending work at them is waited for, what comes later sees them closed."""
    keys = sorted(unit.pk for unit in draft.named)
    list(Unit.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))


def _carried(draft: Draft, roles: Sequence[RoleLine]) -> list[int]:
    """Roles to carry: those chosen, or those nobody needs to decide about when nobody chose."""
    chosen = draft.plan.get("carry")
    if chosen is None:
        return [line.assignment.pk for line in roles if line.is_default]
    return [line.assignment.pk for line in roles if line.can_carry and line.assignment.pk in set(chosen)]


def look_ahead(kind: str, on: date, document: str, plan: Mapping[str, Any], *, actor: Actor) -> Preview:
    """What a decision would do, without doing it. Raises Forbidden, RuleBroken (unknown unit)."""
    draft = plans.read(kind, on, clean(document), dict(plan))
    _require(actor, draft, ())
    with as_system("xem trước thay đổi tổ chức"):
        return plans.preview(draft, plan.get("carry"))


def look_ahead_known(on: date, *, actor: Actor) -> Preview:
    """What the loaded history would do on a day, narrowed to the units the actor may change."""
    require(actor, "organisation.edit", actor.unit)
    with as_system("xem trước thay đổi tổ chức"):
        draft = plans.read(ChangeKind.MERGE, on, KNOWN, {"known": True})
        seen = plans.preview(draft)
    mine = {unit.pk for unit in draft.units if allows(actor, "organisation.edit", unit)}
    units = [unit for unit in seen.units if unit.transfer.predecessor.pk in mine]
    roles = [line for line in seen.roles if line.assignment.unit_id in mine]
    return replace(seen, units=units, roles=roles)


@transaction.atomic
def plan_change(
    kind: str,
    on: date,
    document: str,
    plan: Mapping[str, Any],
    *,
    actor: Actor,
    note: str = "",
    today: date | None = None,
) -> OrganisationChange:
    """Record a decision; it is carried out at once when its day has come, else on its day.

    plan: see units.change_plans. Raises Forbidden, RuleBroken with everything that stands against it.
    """
    today = today or actor.today
    if not clean(document):
        raise RuleBroken(fields={"document": ["Hãy ghi văn bản quyết định thay đổi tổ chức."]})
    draft = plans.read(kind, on, clean(document), dict(plan))
    _require(actor, draft, plan.get("carry") or ())
    _lock(draft)
    with as_system("thay đổi tổ chức"):
        roles = plans.role_lines(draft)
        carried = _carried(draft, roles)
        refused = rules.broken(plans.verdicts_on(draft, roles, carried))
    if refused:
        raise RuleBroken(verdicts=refused)
    subject = draft.units[0] if draft.units else draft.parent
    change = OrganisationChange(
        kind=kind, on=on, document=clean(document), note=clean(note), unit=subject,
        plan=dict(plan) | ({"carry": carried} if draft.transfers else {}), created_by=actor.user,
    )  # fmt: skip
    change.full_clean(exclude=["plan", "summary", "unit", "created_by", "done_at"])
    change.save()
    codes = [unit.code for unit in draft.units]
    audit.record(
        actor,
        "organisation.plan",
        change,
        changes={"kind": kind, "on": on, "units": codes},
        note=change.document,
    )
    if on <= today:
        return carry_out(change.pk, actor=actor, today=today)
    return change


@transaction.atomic
def cancel_change(change_id: int, *, actor: Actor, version: int | None = None) -> OrganisationChange:
    """Take back a decision that is only planned. Raises StaleState, Forbidden."""
    change = OrganisationChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    check_version(change, version)
    if change.state != ChangeState.PLANNED:
        raise StaleState("Chỉ hủy được quyết định còn chờ đến ngày hiệu lực.")
    _require(actor, plans.draft_of(change), ())
    change.state, change.version = ChangeState.CANCELLED, change.version + 1
    change.save(update_fields=["state", "version"])
    audit.record(actor, "organisation.cancel", change, note=change.document)
    return change


@transaction.atomic
def carry_out(change_id: int, *, actor: Actor, today: date | None = None) -> OrganisationChange:
    """Carry out a planned decision whose day has come: units, work, people, roles, reach – all or nothing.

    Raises StaleState, Forbidden, RuleBroken (the day has not come, or a rule is broken by now).
    """
    today = today or actor.today
    change = OrganisationChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if change.state != ChangeState.PLANNED:
        raise StaleState("Quyết định này đã được thực hiện hoặc đã hủy.")
    if change.on > today:
        raise RuleBroken(f"Chưa đến ngày hiệu lực {change.on:%d/%m/%Y}.")
    draft = plans.draft_of(change)
    _require(actor, draft, ())
    _lock(draft)
    with as_system("thay đổi tổ chức"):
        roles = plans.role_lines(draft)
        carried = _carried(draft, roles)
        refused = rules.broken(plans.verdicts_on(draft, roles, carried))
        if refused:
            raise RuleBroken(verdicts=refused)
        _STRUCTURE[ChangeKind(change.kind)](draft, change)
        change.summary = _move(draft, roles, carried, actor, today, change.created_by)
        change.plan = change.plan | {"below": [place.unit.code for place, _ in draft.children]}
        change.state, change.done_at = ChangeState.DONE, clock.now()
        change.version += 1
        change.save(update_fields=["state", "done_at", "version", "summary", "unit", "plan"])
    audit.record(actor, "organisation.change", change, changes=change.summary, note=change.document)
    _tell(change, draft, roles, carried)
    return change


@transaction.atomic
def carry_out_known(
    on: date, *, actor: Actor, today: date | None = None, carry: Sequence[str] = ()
) -> OrganisationChange | None:
    """Carry out what the loaded history knows of one day; None when there is nothing left to do.

    carry: names of accounts whose roles go on at the successor although they would then see more; the roles
    of others go on only where they see nothing new. For the schedule and the command line: no permission is
    asked. Raises RuleBroken (the day has not come, no administrator would be left).
    """
    today = today or actor.today
    if on > today:
        raise RuleBroken(f"Chưa đến ngày hiệu lực {on:%d/%m/%Y}.")
    with as_system("thay đổi tổ chức"):
        draft = plans.read(ChangeKind.MERGE, on, KNOWN, {"known": True})
        if not draft.transfers:
            return None
        _lock(draft)
        roles = plans.role_lines(draft)
        by_name = [r.assignment.pk for r in roles if r.can_carry and r.assignment.user.username in carry]
        carried = sorted({*_carried(draft, roles), *by_name})
        refused = rules.broken(plans.verdicts_on(draft, roles, carried))
        if refused:
            raise RuleBroken(verdicts=refused)
        codes = [unit.code for unit in draft.units]
        change = OrganisationChange.objects.create(
            kind=ChangeKind.MERGE, on=on, document=KNOWN, unit=draft.units[0], state=ChangeState.DONE,
            plan={"known": True, "units": codes, "carry": carried}, done_at=clock.now(),
            created_by=actor.user,
        )  # fmt: skip
        keys = [unit.pk for unit in draft.units]
        rows = Succession.objects.filter(predecessor__in=keys, carried_out_at=None, change=None, on=on)
        rows.update(change=change, carried_out_at=clock.now())
        for place, target in draft.children:
            _place(place.unit, target, on)
        change.summary = _move(draft, roles, carried, actor, today, None)
        change.save(update_fields=["summary"])
    audit.record(actor, "organisation.change", change, changes=change.summary, note=KNOWN)
    _tell(change, draft, roles, carried)
    return change


def follow_organisation(*, today: date, actor: Actor) -> list[str]:
    """Carry out everything whose day has come, the earliest first; each in a transaction of its own.

    What is refused stays for people to decide; administrators are told once. Returns the refusals.
    """
    planned = OrganisationChange.objects.filter(state=ChangeState.PLANNED, on__lte=today)
    due = [(row.on, row.pk) for row in planned] + [(day, 0) for day in plans.known_days(today)]
    refused: list[str] = []
    for on, pk in sorted(due):
        try:
            if pk:
                carry_out(pk, actor=actor, today=today)
            else:
                carry_out_known(on, actor=actor, today=today)
        except Refused as error:
            refused.append(f"{on:%d/%m/%Y}: {error}")
            _tell_refused(on, pk, str(error), today)
    rebuild_paths(today)
    rebuild_grants(today)
    return refused


# --- structure -----------------------------------------------------------------------------------
def _place(unit: Unit, parent: Unit, on: date, kind: str | None = None) -> None:
    """End the placement in force and begin another one on the day."""
    rows = (
        Placement.objects.select_for_update().filter(unit=unit).filter(Q(valid_to=None) | Q(valid_to__gt=on))
    )
    before = rows.order_by("valid_from").first()
    until = before.valid_to if before else None
    if before is not None:
        before.valid_to = on
        before.save(update_fields=["valid_to"])
    kind = kind or (before.kind if before else plans.placement_kind({}))
    Placement.objects.create(unit=unit, parent=parent, kind=kind, valid_from=on, valid_to=until)


def _open_heirs(draft: Draft, change: OrganisationChange) -> None:
    for unit in draft.opened:
        unit.source = change.document
        set_keys(unit)
        unit.full_clean()
        unit.save()
        if draft.parent is not None:
            kind = plans.placement_kind(draft.plan)
            Placement.objects.create(unit=unit, parent=draft.parent, kind=kind, valid_from=draft.on)


def _open(draft: Draft, change: OrganisationChange) -> None:
    _open_heirs(draft, change)
    change.unit = draft.heirs[0]


def _rename(draft: Draft, change: OrganisationChange) -> None:
    unit = draft.units[0]
    begun = unit.former_names.order_by("-valid_to").values_list("valid_to", flat=True).first()
    UnitName.objects.create(
        unit=unit, name=unit.name, short_name=unit.short_name, valid_from=begun or unit.valid_from,
        valid_to=draft.on, document=change.document,
    )  # fmt: skip
    unit.name, unit.short_name = clean(draft.plan["name"]), clean(draft.plan.get("short_name", ""))
    set_keys(unit)
    unit.full_clean()
    unit.save()


def _relocate(draft: Draft, change: OrganisationChange) -> None:
    if draft.parent is not None:
        kind = draft.plan.get("placement")
        _place(draft.units[0], draft.parent, draft.on, plans.placement_kind(draft.plan) if kind else None)


def _end(draft: Draft, change: OrganisationChange) -> None:
    """Open new successors, move the units below, close the predecessors and say who took over."""
    _open_heirs(draft, change)
    for place, target in draft.children:
        _place(place.unit, target, draft.on)
    for unit in draft.units:
        unit.valid_to = draft.on
        unit.save(update_fields=["valid_to"])
        running = Placement.objects.filter(unit=unit).filter(Q(valid_to=None) | Q(valid_to__gt=draft.on))
        running.update(valid_to=draft.on)
    kind = SUCCESSION_KINDS.get(ChangeKind(change.kind), SuccessionKind.MERGED)
    Succession.objects.bulk_create(
        Succession(
            predecessor=transfer.predecessor, successor=heir, kind=kind, on=draft.on,
            document=change.document,
            change=change, carried_out_at=clock.now(),
        )
        for transfer in draft.transfers
        for heir in transfer.successors
    )  # fmt: skip


_STRUCTURE = {
    ChangeKind.OPEN: _open,
    ChangeKind.RENAME: _rename,
    ChangeKind.MOVE: _relocate,
    ChangeKind.MERGE: _end,
    ChangeKind.SPLIT: _end,
    ChangeKind.CLOSE: _end,
}


# --- work, people, roles, reach ------------------------------------------------------------------
def _move(
    draft: Draft, roles: Sequence[RoleLine], carried: Sequence[int], actor: Actor, today: date, by: Any
) -> dict[str, Any]:
    names = {unit.pk: unit.name for unit in draft.units}
    lines = (
        [line for mover in movers() for line in mover.move(draft.passages, actor)] if draft.transfers else []
    )
    ended, kept = _move_roles(draft, roles, set(carried), actor, by)
    rebuild_paths(today)
    rebuild_grants(today)
    files.rescope()
    return {
        "units": [unit.name for unit in draft.units],
        "heirs": [unit.name for unit in draft.heirs],
        "children": [[place.unit.name, target.name] for place, target in draft.children],
        "lines": [[names[line.unit], line.count, line.what, line.where_to] for line in lines],
        "roles": {"ended": ended, "carried": kept},
    }


def _move_roles(
    draft: Draft, roles: Sequence[RoleLine], carried: set[int], actor: Actor, by: Any
) -> tuple[int, int]:
    """End every role at the units that end; those chosen begin anew at the successor. (ended, carried)."""
    begun: list[RoleAssignment] = []
    for line in roles:
        role = line.assignment
        was = role.valid_to
        if line.target is not None and role.pk in carried:
            begun += _carry(line, line.target, draft, by or actor.user)
        # a role that would only begin later is over after its first day: it never outlives its unit
        role.valid_to = max(draft.on, role.valid_from + timedelta(days=1))
        role.save(update_fields=["valid_to"])
        audit.record(actor, "role.end", role, changes={"valid_to": [was, role.valid_to]}, note=draft.document)
    for role in begun:
        changes = {"user": role.user.username, "role": role.role, "unit": role.unit.code, "from": draft.on}
        audit.record(actor, "role.carry", role, changes=changes, note=draft.document)
        if role.is_pending:
            text = f"Cần xác nhận vai trò «{role}» cho {role.user.display_name}, căn cứ: {role.document}."
            notices.send(confirmers(role, draft.on), "role.assign", text, reverse("units:role-pending"))
    open_handovers = Handover.objects.filter(assignment__in=[line.assignment.pk for line in roles])
    open_handovers.filter(state__in=[HandoverState.DRAFT, HandoverState.OFFERED]).update(
        state=HandoverState.CANCELLED
    )
    return len(roles), len(begun)


def _carry(line: RoleLine, target: Unit, draft: Draft, by: Any) -> list[RoleAssignment]:
    role = line.assignment
    running = RoleAssignment.objects.filter(user=role.user, role=role.role, unit=target)
    if running.filter(Q(valid_to=None) | Q(valid_to__gt=draft.on)).exists():
        return []
    follow = RoleAssignment(
        user=role.user, role=role.role, unit=target, valid_from=draft.on, valid_to=role.valid_to,
        document=draft.document[:250], assigned_by=by, needs_confirmation=role.needs_confirmation,
        confirmed_by=role.confirmed_by, confirmed_at=role.confirmed_at,
    )  # fmt: skip
    if line.is_wider and by is not None and role.role in PRIVILEGED:
        # a person who widens such a role needs a second one, as with any role of this kind
        follow.needs_confirmation, follow.confirmed_by, follow.confirmed_at = True, None, None
    follow.save()  # a copy of a valid role; the constraints of the database stand
    return [follow]


# --- telling -------------------------------------------------------------------------------------
def _sentence(draft: Draft, unit: Unit) -> str:
    on = f"từ ngày {draft.on:%d/%m/%Y}"
    if not draft.transfers:
        return f"{unit.display_name}: {ChangeKind(draft.kind).label.lower()} {on}."
    heirs = next((t.successors for t in draft.transfers if t.predecessor.pk == unit.pk), ())
    if heirs:
        return f"{unit.display_name} kết thúc hoạt động {on}, {_names(heirs)} kế thừa."
    from_units = [t.predecessor for t in draft.transfers if unit.pk in {heir.pk for heir in t.successors}]
    if from_units:
        return f"{unit.display_name} kế thừa {_names(from_units)} {on}."
    return f"{unit.display_name} kết thúc hoạt động {on}."


def _names(units: Sequence[Unit]) -> str:
    names = ", ".join(unit.display_name for unit in units[:3])
    return f"{names} và {len(units) - 3} đơn vị khác" if len(units) > 3 else names


def _tell(
    change: OrganisationChange, draft: Draft, roles: Sequence[RoleLine], carried: Sequence[int]
) -> None:
    """One notice per holder of a role at a unit concerned: what happens to the unit and to the role."""
    told, kept, key = set(), set(carried), f"change-{change.pk}"
    for line in roles:
        role, url = line.assignment, ""
        end = f"Vai trò {role.get_role_display()} của bạn tại đây đã kết thúc."
        if role.pk in kept and line.target is not None:
            end = f"Vai trò {role.get_role_display()} của bạn tiếp tục tại {line.target.display_name}."
            url = reverse("units:unit-detail", args=[line.target.pk])
        text = f"{_sentence(draft, role.unit)} {end}"
        notices.send([role.user_id], "organisation.change", text, url, f"{key}-{role.pk}")
        told.add(role.user_id)
    staying = draft.heirs if draft.transfers else draft.units
    rows = RoleAssignment.objects.active_on(draft.on).filter(unit__in=staying, user__is_active=True)
    by_unit: dict[int, set[int]] = {}
    for unit_id, user_id in rows.values_list("unit", "user"):
        by_unit.setdefault(unit_id, set()).add(user_id)
    for unit in staying:
        url = reverse("units:unit-detail", args=[unit.pk])
        users = by_unit.get(unit.pk, set()) - told
        notices.send(users, "organisation.change", _sentence(draft, unit), url, key)
        told |= users


def _tell_refused(on: date, pk: int, reason: str, today: date) -> None:
    admins = RoleAssignment.objects.active_on(today).filter(role=Role.SYSTEM_ADMIN, user__is_active=True)
    url = reverse("units:change-detail", args=[pk]) if pk else reverse("units:change-known", args=[on])
    notices.send(
        admins.values_list("user_id", flat=True),
        "organisation.refused",
        f"Chưa thực hiện được thay đổi tổ chức của ngày {on:%d/%m/%Y}: {reason}",
        url,
        f"change-refused-{on}-{pk}",
    )
