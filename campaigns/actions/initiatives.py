"""Initiatives: register, send to the standing office, recognise, refuse or send back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from campaigns import rules, workflow
from campaigns.choices import Scope
from campaigns.models import Initiative, InitiativeAuthor
from core import audit, clock, flow, notices
from core.errors import RuleBroken, StaleState
from core.flow import Step
from core.text import clean, search_key
from units.permissions import Actor, holders, require
from units.queries import ministry_of, people_within

FIELDS = ("year", "kind", "title", "field", "problem", "solution", "benefit", "scope")


def _locked(initiative_id: int) -> Initiative:
    rows = Initiative.objects.select_for_update(of=("self",)).select_related("unit", "held_by")
    return rows.get(pk=initiative_id)


def _fill(initiative: Initiative, data: Mapping[str, Any]) -> dict[str, list[Any]]:
    changes = {}
    for name in FIELDS:
        if name in data:
            value = data[name]
            new = clean(value) if isinstance(value, str) else value
            if getattr(initiative, name) != new:
                changes[name] = [getattr(initiative, name), new]
            setattr(initiative, name, new)
    if not rules.FIRST_YEAR <= (initiative.year or 0) <= rules.LAST_YEAR:
        raise RuleBroken(fields={"year": [f"Năm phải từ {rules.FIRST_YEAR} đến {rules.LAST_YEAR}."]})
    initiative.search_key = search_key(f"{initiative.title} {initiative.field}")[:500]
    initiative.full_clean(exclude=["unit", "held_by", "search_key"])
    return changes


def _write_authors(initiative: Initiative, rows: Sequence[Mapping[str, Any]], today: date) -> None:
    """Replace the authors. rows: person (id) and share (per cent); they sum to 100 and work in the unit."""
    people = [row["person"] for row in rows]
    if len(set(people)) != len(people):
        raise RuleBroken("Mỗi tác giả chỉ được ghi một lần. Hãy bỏ dòng trùng.")
    verdict = rules.shares_sum(row["share"] for row in rows)
    if not verdict.is_met:
        raise RuleBroken(verdicts=[verdict])
    allowed = set(people_within(initiative.unit, today).filter(pk__in=people).values_list("pk", flat=True))
    allowed |= set(initiative.authors.values_list("person_id", flat=True))
    if set(people) - allowed:
        raise RuleBroken("Có tác giả không công tác tại đơn vị. Hãy chọn người trong danh sách của đơn vị.")
    initiative.authors.all().delete()
    InitiativeAuthor.objects.bulk_create(
        [InitiativeAuthor(initiative=initiative, person_id=row["person"], share=row["share"]) for row in rows]
    )


@transaction.atomic
def create_initiative(data: Mapping[str, Any], *, actor: Actor) -> Initiative:
    """Register an initiative of the actor's unit as a draft.

    data: the fields named in FIELDS, and authors (dicts of person id and share in per cent, summing to 100).
    Raises Forbidden, RuleBroken, ValidationError.
    """
    require(actor, "initiative.edit", actor.unit)
    initiative = Initiative(unit=actor.unit, held_by=actor.unit)
    _fill(initiative, data)
    initiative.save()
    _write_authors(initiative, data["authors"], actor.today)
    audit.record(actor, "initiative.create", initiative, changes={"authors": len(data["authors"])})
    return initiative


@transaction.atomic
def save_initiative(
    initiative_id: int, data: Mapping[str, Any], *, version: int | None, actor: Actor
) -> Initiative:
    """Save a draft. Same data as create_initiative."""
    initiative = _locked(initiative_id)
    flow.check_version(initiative, version)
    if not initiative.is_editable:
        raise StaleState(
            f"Sáng kiến đang ở trạng thái «{initiative.get_state_display()}» nên không sửa được."
        )
    require(actor, "initiative.edit", initiative.unit)
    changes: dict[str, Any] = dict(_fill(initiative, data))
    if "authors" in data:
        _write_authors(initiative, data["authors"], actor.today)
        changes["authors"] = len(data["authors"])
    initiative.version += 1
    initiative.save()
    audit.record(actor, "initiative.update", initiative, changes=changes)
    return initiative


# --- steps -----------------------------------------------------------------------------------------
def _begin(initiative_id: int, name: str, actor: Actor) -> tuple[Initiative, Step]:
    initiative = _locked(initiative_id)
    step = workflow.INITIATIVE.step(name, initiative)
    require(actor, step.permission, initiative.held_by)
    return initiative, step


def _tell_unit(initiative: Initiative, kind: str, text: str, actor: Actor) -> None:
    ids = holders("initiative.edit", initiative.unit, actor.today)
    event = f"{kind}:{initiative.pk}:{initiative.version}"
    notices.send(ids, kind, text, initiative.get_absolute_url(), key=event)


@transaction.atomic
def submit_initiative(initiative_id: int, *, actor: Actor) -> Initiative:
    """Send a draft to the ministry's standing office, whose specialists are told. Raises RuleBroken unless
    shares are 100.
    """
    initiative, step = _begin(initiative_id, "submit", actor)
    verdict = rules.shares_sum(initiative.authors.values_list("share", flat=True))
    if not verdict.is_met:
        raise RuleBroken(verdicts=[verdict])
    ministry = ministry_of(initiative.unit)
    flow.advance(initiative, step, actor=actor, submitted_at=clock.now(), held_by=ministry)
    audit.record(actor, "initiative.submit", initiative, changes={"held_by": ministry})
    notices.send(
        holders("initiative.recognise", ministry, actor.today),
        "initiative.submitted",
        f"{initiative.unit.display_name} đề nghị công nhận «{initiative.title[:300]}».",
        initiative.get_absolute_url(),
        key=f"initiative.submitted:{initiative.pk}:{initiative.version}",
    )
    return initiative


@transaction.atomic
def recognise_initiative(
    initiative_id: int, *, number: str, recognised_on: date, scope: str, today: date, actor: Actor
) -> Initiative:
    """Record the recognition with number, date and scope; the unit is told.

    Raises StaleState, Forbidden, RuleBroken (number missing, date in the future, unknown scope).
    """
    initiative, step = _begin(initiative_id, "recognise", actor)
    number = clean(number)
    faults: dict[str, list[str]] = {}
    if not number:
        faults["number"] = ["Hãy ghi số quyết định công nhận."]
    if recognised_on > today:
        faults["recognised_on"] = ["Ngày quyết định không được sau ngày hôm nay."]
    elif recognised_on.year < initiative.year:
        faults["recognised_on"] = [f"Ngày quyết định không được trước năm của sáng kiến ({initiative.year})."]
    if scope not in Scope.values:
        faults["scope"] = ["Hãy chọn phạm vi được công nhận."]
    if faults:
        raise RuleBroken(fields=faults)
    flow.advance(
        initiative, step, actor=actor, number=number, recognised_on=recognised_on, recognised_scope=scope
    )
    audit.record(
        actor,
        "initiative.recognise",
        initiative,
        changes={"number": number, "recognised_on": recognised_on, "recognised_scope": scope},
    )
    where = Scope(scope).label
    _tell_unit(
        initiative,
        "initiative.recognised",
        f"«{initiative.title[:300]}» được công nhận, số {number}; phạm vi: {where}.",
        actor,
    )
    return initiative


@transaction.atomic
def refuse_initiative(initiative_id: int, reason: str, *, actor: Actor) -> Initiative:
    """Refuse with a reason; the unit is told."""
    initiative, step = _begin(initiative_id, "refuse", actor)
    flow.advance(initiative, step, actor=actor, note=reason, refused_reason=clean(reason))
    audit.record(actor, "initiative.refuse", initiative, note=clean(reason))
    text = f"«{initiative.title[:200]}» không được công nhận: {initiative.refused_reason}"
    _tell_unit(initiative, "initiative.refused", text, actor)
    return initiative


@transaction.atomic
def return_initiative(initiative_id: int, reason: str, *, actor: Actor) -> Initiative:
    """Send back to the unit for completion, with a reason; the unit is told."""
    initiative, step = _begin(initiative_id, "return", actor)
    flow.advance(initiative, step, actor=actor, note=reason, held_by=initiative.unit, submitted_at=None)
    audit.record(actor, "initiative.return", initiative, note=clean(reason))
    text = f"«{initiative.title[:200]}» cần bổ sung: {clean(reason)}"
    _tell_unit(initiative, "initiative.returned", text, actor)
    return initiative
