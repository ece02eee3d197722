"""Changes of the registers about people: discipline, holds, training, secondment.

What was written wrongly is taken out with a reason; the trail keeps it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models, transaction

from core import audit
from core.errors import StaleState
from core.text import clean
from units import people_rules as rules
from units.actions.people import differences, locked_person, refuse, shown
from units.models import Discipline, Hold, Person, Secondment, Training, Unit
from units.permissions import Actor, require

DISCIPLINE_FIELDS = ("kind", "decided_on", "ended_on", "document")
TRAINING_FIELDS = ("year", "name", "months", "result", "rules_kept")
SECONDMENT_FIELDS = (
    "to_unit", "valid_from", "valid_to", "from_unit_decides", "receiving_unit_confirms", "document",
)  # fmt: skip
GONE = "Dòng này vừa được người khác kết thúc hoặc bỏ. Hãy tải lại trang."


def _cleaned(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: data[name] for name in names if name in data}
    return {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}


def _row(model: type[Any], pk: int, actor: Actor) -> Any:
    """A row of a register with its person locked. Raises Forbidden, StaleState (gone)."""
    person_id = model.objects.filter(pk=pk).values_list("person_id", flat=True).first()
    if person_id is None:
        raise StaleState(GONE)
    locked_person(person_id, actor)
    return model.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)


def _write(actor: Actor, action: str, row: models.Model, values: dict[str, Any], person: Person) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    audit.record(
        actor,
        action,
        row,
        changes={"person": person.code} | {k: shown(v) for k, v in values.items() if v not in (None, "")},
    )


# --- discipline ------------------------------------------------------------------------------------
@transaction.atomic
def add_discipline(person_id: int, data: Mapping[str, Any], *, actor: Actor) -> Discipline:
    """Write down a disciplinary decision (kind, decided_on, ended_on or None while in effect, document).

    Raises Forbidden, RuleBroken, StaleState (the same decision is there), ValidationError.
    """
    person = locked_person(person_id, actor)
    values = _cleaned(data, DISCIPLINE_FIELDS)
    refuse(rules.discipline_problems(values["decided_on"], values.get("ended_on"), actor.today))
    same = Discipline.objects.filter(
        person=person, kind=values["kind"], decided_on=values["decided_on"], is_revoked=False
    )
    if same.exists():
        raise StaleState("Quyết định kỷ luật này (cùng hình thức, cùng ngày) đã được ghi.")
    row = Discipline(person=person)
    _write(actor, "discipline.add", row, values, person)
    return row


@transaction.atomic
def end_discipline(discipline_id: int, *, ended_on: date, actor: Actor) -> Discipline:
    """Write down from which day a discipline is no longer in effect.

    Raises Forbidden, RuleBroken, StaleState (ended or taken out already).
    """
    row = _row(Discipline, discipline_id, actor)
    if row.ended_on is not None or row.is_revoked:
        raise StaleState(GONE)
    refuse(rules.discipline_problems(row.decided_on, ended_on, actor.today))
    row.ended_on = ended_on
    row.full_clean()
    row.save(update_fields=["ended_on"])
    audit.record(actor, "discipline.end", row, changes={"ended_on": [None, ended_on]})
    return row


@transaction.atomic
def revoke_discipline(discipline_id: int, *, reason: str, actor: Actor) -> Discipline:
    """Strike out a discipline that was cancelled or written by mistake; it stays readable as struck out.

    Raises Forbidden, StaleState (struck out already).
    """
    row = _row(Discipline, discipline_id, actor)
    if row.is_revoked:
        raise StaleState(GONE)
    row.is_revoked = True
    row.save(update_fields=["is_revoked"])
    audit.record(actor, "discipline.revoke", row, changes={"is_revoked": [False, True]}, note=clean(reason))
    return row


# --- holds -----------------------------------------------------------------------------------------
@transaction.atomic
def open_hold(
    data: Mapping[str, Any], *, actor: Actor, person_id: int | None = None, unit_id: int | None = None
) -> Hold:
    """Write down a reason to wait with awards, for a person or for a unit (kind, opened_on, document).

    Raises Forbidden, RuleBroken, StaleState (the same one is open), ValidationError.
    """
    hold = Hold()
    if person_id is not None:
        hold.person = locked_person(person_id, actor)
    else:
        hold.unit = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit_id)
        require(actor, "person.edit", hold.unit)
    values = _cleaned(data, ("kind", "opened_on", "document"))
    refuse(rules.hold_problems(values["opened_on"], None, None, actor.today))
    same = Hold.objects.filter(person=hold.person, unit=hold.unit, kind=values["kind"], closed_on=None)
    if same.exists():
        raise StaleState("Lý do tạm dừng này đang mở. Hãy kết thúc nó trước khi ghi lần mới.")
    for name, value in values.items():
        setattr(hold, name, value)
    hold.full_clean()
    hold.save()
    subject = {"person": hold.person.code} if hold.person else {"unit": hold.unit.code if hold.unit else None}
    audit.record(actor, "hold.open", hold, changes=subject | {k: shown(v) for k, v in values.items()})
    return hold


@transaction.atomic
def close_hold(
    hold_id: int, *, closed_on: date, is_clean: bool | None, document: str = "", actor: Actor
) -> Hold:
    """End a hold with its conclusion: clean, or a fault (which then counts through discipline and grades).

    Raises Forbidden, RuleBroken, StaleState (ended already).
    """
    owner = Hold.objects.filter(pk=hold_id).select_related("unit").first()
    if owner is None:
        raise StaleState(GONE)
    if owner.person_id is not None:
        locked_person(owner.person_id, actor)
    else:
        require(actor, "person.edit", owner.unit)
    hold = Hold.objects.select_for_update(of=("self",)).get(pk=hold_id)
    if hold.closed_on is not None:
        raise StaleState(f"Lý do tạm dừng này đã kết thúc ngày {hold.closed_on:%d/%m/%Y}.")
    refuse(rules.hold_problems(hold.opened_on, closed_on, is_clean, actor.today))
    hold.closed_on, hold.is_clean = closed_on, is_clean
    hold.full_clean()
    hold.save(update_fields=["closed_on", "is_clean"])
    changes = {"closed_on": [None, closed_on], "is_clean": [None, is_clean]}
    audit.record(actor, "hold.close", hold, changes=changes, note=clean(document))
    return hold


# --- training and secondment -----------------------------------------------------------------------
@transaction.atomic
def save_training(
    person_id: int, data: Mapping[str, Any], *, actor: Actor, training_id: int | None = None
) -> Training:
    """Write down a course (year, name, months, result, rules_kept) or put one right.

    Raises Forbidden, RuleBroken, StaleState (gone), ValidationError.
    """
    person = locked_person(person_id, actor)
    values = _cleaned(data, TRAINING_FIELDS)
    if not rules.FIRST_YEAR <= values["year"] <= actor.today.year + 1:
        refuse([("year", f"Năm phải từ {rules.FIRST_YEAR} đến {actor.today.year + 1}.")])
    if training_id is None:
        row = Training(person=person)
        _write(actor, "training.save", row, values, person)
        return row
    return _put_right(Training, training_id, person, values, "training.save", actor)


@transaction.atomic
def save_secondment(
    person_id: int, data: Mapping[str, Any], *, actor: Actor, secondment_id: int | None = None
) -> Secondment:
    """Write down a secondment, end it or put it right (keys of SECONDMENT_FIELDS).

    Raises Forbidden, RuleBroken (overlaps another one), StaleState (gone), ValidationError.
    """
    person = locked_person(person_id, actor)
    values = _cleaned(data, SECONDMENT_FIELDS)
    first, last = values["valid_from"], values.get("valid_to")
    refuse(rules.secondment_problems(first, last, actor.today))
    others = Secondment.objects.filter(person=person).exclude(pk=secondment_id)
    others = others.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=first))
    other = (others.filter(valid_from__lt=last) if last else others).first()
    if other is not None:
        held = rules.period_text(other.valid_from, other.valid_to)
        refuse([("valid_from", f"Người này đã biệt phái tại {other.to_unit} {held}.")])
    if secondment_id is None:
        row = Secondment(person=person)
        _write(actor, "secondment.save", row, values, person)
        return row
    return _put_right(Secondment, secondment_id, person, values, "secondment.save", actor)


def _put_right(
    model: type[Any], pk: int, person: Person, values: dict[str, Any], action: str, actor: Actor
) -> Any:
    row = model.objects.select_for_update(of=("self",)).filter(pk=pk, person=person).first()
    if row is None:
        raise StaleState(GONE)
    changes = differences({name: getattr(row, name) for name in values}, values)
    if changes:
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        audit.record(actor, action, row, changes={"person": person.code} | changes)
    return row


@transaction.atomic
def remove_training(training_id: int, *, reason: str, actor: Actor) -> Person:
    """Take out a course written by mistake; the trail keeps it. Raises Forbidden, StaleState (gone)."""
    row = _row(Training, training_id, actor)
    values = {name: shown(getattr(row, name)) for name in TRAINING_FIELDS}
    audit.record(
        actor, "training.remove", row, changes={"person": row.person.code} | values, note=clean(reason)
    )
    row.delete()
    return row.person


@transaction.atomic
def remove_secondment(secondment_id: int, *, reason: str, actor: Actor) -> Person:
    """Take out a secondment written by mistake; the trail keeps it. Raises Forbidden, StaleState (gone)."""
    row = _row(Secondment, secondment_id, actor)
    values = {name: shown(getattr(row, name)) for name in SECONDMENT_FIELDS}
    changes = {"person": row.person.code} | values
    audit.record(actor, "secondment.remove", row, changes=changes, note=clean(reason))
    row.delete()
    return row.person
