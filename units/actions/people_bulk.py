"""Changes of many people at once, as a sheet asks for them: written in bulk, one entry in the trail for each.

The rules are those of actions.people; the caller has asked them row by row (units.importing) in the same
transaction, with the people locked.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import audit
from units.actions.people import CHANGED, differences, shown
from units.models import Person, Posting, Unit, YearRecord
from units.permissions import Actor, require


@dataclass
class PersonPlan:
    """What a row does to a person. facts: field → value to set; post: a new post; ends: the post it follows;
    mends: a present post and what is put right about it.
    """

    person: Person | None
    facts: dict[str, Any] = field(default_factory=dict)
    post: dict[str, Any] | None = None
    ends: Posting | None = None
    mends: Posting | None = None
    mended: dict[str, Any] = field(default_factory=dict)


@dataclass
class YearPlan:
    """What a row does to one person's year. record None = there was none."""

    person: Person
    year: int
    record: YearRecord | None
    facts: dict[str, Any] = field(default_factory=dict)


def _kept(facts: dict[str, Any]) -> dict[str, Any]:
    changes = {name: shown(value) for name, value in facts.items() if value not in (None, "")}
    if "id_number" in changes:
        changes["id_number"] = CHANGED
    return changes


def take_people(plans: Sequence[PersonPlan], *, actor: Actor, note: str) -> None:
    """Write people with their posts. Raises Forbidden at a unit out of the actor's reach; IntegrityError when
    somebody wrote the same code or identity number at this moment.
    """
    new = [plan for plan in plans if plan.person is None]
    for plan in new:
        facts = {"code": f"NS{uuid.uuid4().hex[:10].upper()}"} | {k: v for k, v in plan.facts.items() if v}
        plan.person = Person(**facts)
        plan.person.index_name()
    Person.objects.bulk_create([plan.person for plan in new if plan.person], batch_size=500)
    created = [(plan.person, _kept(plan.facts) | {"code": plan.person.code}) for plan in new if plan.person]
    audit.record_many(actor, "person.create", created, note=note)
    fresh = {id(plan) for plan in new}
    _update([plan for plan in plans if plan.facts and id(plan) not in fresh], actor, note)
    _end([plan for plan in plans if plan.ends is not None], actor, note)
    _mend([plan for plan in plans if plan.mends is not None and plan.mended], actor, note)
    _appoint([plan for plan in plans if plan.post is not None], actor, note)


def _update(plans: Sequence[PersonPlan], actor: Actor, note: str) -> None:
    changed: list[tuple[Person, dict[str, Any]]] = []
    for plan in plans:
        person = plan.person
        assert person is not None  # noqa: S101 (people to update exist)
        before = {name: getattr(person, name) for name in plan.facts}
        for name, value in plan.facts.items():
            setattr(person, name, value)
        person.version += 1
        person.index_name()
        changed.append((person, differences(before, plan.facts)))
    fields = {name for plan in plans for name in plan.facts} | {"version", "search_key", "sort_key"}
    Person.objects.bulk_update([person for person, _ in changed], sorted(fields), batch_size=500)
    audit.record_many(actor, "person.update", changed, note=note)


def _end(plans: Sequence[PersonPlan], actor: Actor, note: str) -> None:
    ended = []
    for plan in plans:
        posting, day = plan.ends, (plan.post or {}).get("valid_from")
        assert posting is not None  # noqa: S101
        require(actor, "person.edit", posting.unit)
        ended.append((posting, {"valid_to": [posting.valid_to, day]}))
        posting.valid_to = day
    Posting.objects.bulk_update([posting for posting, _ in ended], ["valid_to"], batch_size=500)
    audit.record_many(actor, "post.end", ended, note=note)


def _mend(plans: Sequence[PersonPlan], actor: Actor, note: str) -> None:
    mended = []
    for plan in plans:
        posting = plan.mends
        assert posting is not None  # noqa: S101
        require(actor, "person.edit", posting.unit)
        before = {name: getattr(posting, name) for name in plan.mended}
        for name, value in plan.mended.items():
            setattr(posting, name, value)
        mended.append((posting, differences(before, plan.mended)))
    fields = sorted({name for plan in plans for name in plan.mended})
    if mended:
        Posting.objects.bulk_update([posting for posting, _ in mended], fields, batch_size=500)
    audit.record_many(actor, "post.correct", mended, note=note)


def _appoint(plans: Sequence[PersonPlan], actor: Actor, note: str) -> None:
    rows = []
    for plan in plans:
        facts = dict(plan.post or {})
        unit: Unit = facts["unit"]
        require(actor, "person.edit", unit)
        rows.append(Posting(person=plan.person, **facts))
    Posting.objects.bulk_create(rows, batch_size=500)
    names = ("unit", "title", "leader_level", "is_unit_head", "is_direct_worker", "valid_from", "document")
    entries = [
        (row, {"person": row.person.code} | _kept({name: getattr(row, name) for name in names}))
        for row in rows
    ]
    audit.record_many(actor, "post.appoint", entries, note=note)


def take_years(plans: Sequence[YearPlan], *, actor: Actor, note: str) -> None:
    """Write grades and months of people's years."""
    new, old, entries = [], [], []
    for plan in plans:
        record = plan.record or YearRecord(person=plan.person, year=plan.year)
        before = {name: getattr(record, name) for name in plan.facts}
        for name, value in plan.facts.items():
            setattr(record, name, value)
        if plan.record is None:
            new.append(record)
        else:
            record.version += 1
            old.append(record)
        subject = {"person": plan.person.code, "year": plan.year}
        entries.append((record, subject | differences(before, plan.facts)))
    YearRecord.objects.bulk_create(new, batch_size=500)
    YearRecord.objects.bulk_update(
        old, ["grade", "months_worked", "maternity_months", "document", "version"], batch_size=500
    )
    audit.record_many(actor, "year_record.save", entries, note=note)


def note_of(run_label: str, day: date) -> str:
    """What the trail says about where the changes came from."""
    return f"Nhập từ bảng tính «{run_label}» ngày {day:%d/%m/%Y}"
