"""Changes of the organisation. It loads the known history and opens units below existing ones."""

from datetime import date
from typing import Any

from django.db import transaction

from core import audit
from core.errors import RuleBroken
from core.text import clean, search_key, sort_key
from units.choices import PlacementKind, SuccessionKind
from units.models import Person, Placement, Posting, Succession, Unit
from units.permissions import Actor


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _keys(unit: Unit) -> None:
    unit.search_key = search_key(f"{unit.name} {unit.short_name} {unit.code}")[:400]
    unit.sort_key = sort_key(unit.name)


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    name = clean(row["name"])
    short = clean(row.get("short_name") or "")
    return {
        "name": name,
        "short_name": short,
        "kind": row["kind"],
        "valid_from": _day(row.get("valid_from")),
        "valid_to": _day(row.get("valid_to")),
        "is_verified": bool(row.get("verified")),
        "source": clean(row.get("source_note") or ""),
        "note": clean(row.get("note") or ""),
    }


@transaction.atomic
def rebuild_paths(today: date) -> int:
    """Make every unit's path follow the placement in force on the day, else the last one;
    returns how many changed.

    Raises RuleBroken on a cycle. The nightly task calls it, so a merger takes effect on its day.
    """
    units = {unit.pk: unit for unit in Unit.objects.select_for_update()}
    parents: dict[int, int] = {}
    for place in sorted(Placement.objects.all(), key=lambda p: p.valid_from or date.min):
        # the placement in force, else the last one before the day, else (not yet open) the first one
        if place.unit_id not in parents or (place.valid_from or date.min) <= today:
            parents[place.unit_id] = place.parent_id
    paths: dict[int, str] = {}

    def path(pk: int, seen: tuple[int, ...]) -> str:
        if pk in seen:
            raise RuleBroken(
                "Đơn vị cấp trên tạo thành vòng: " + " → ".join(units[s].code for s in (*seen, pk))
            )
        if pk not in paths:
            above = path(parents[pk], (*seen, pk)) if pk in parents else "/"
            paths[pk] = f"{above}{units[pk].code}/"
        return paths[pk]

    changed = [unit for unit in units.values() if unit.path != path(unit.pk, ())]
    for unit in changed:
        unit.path = paths[unit.pk]
    Unit.objects.bulk_update(changed, ["path"], batch_size=500)
    return len(changed)


@transaction.atomic
def load_organisation(data: dict[str, Any], *, actor: Actor) -> dict[str, int]:
    """Bring units, placements and successions in line with the data file; repeatable, nothing is removed.

    data: {"units": [{code, name, kind, placements: [{parent, valid_from, valid_to, kind}], successors: [code]
    …}]}, dates ISO, valid_to exclusive. Returns counts {"created", "changed", "unchanged"}. One audit entry
    when anything changed.
    """
    rows = data["units"]
    codes = [row["code"] for row in rows]
    known = {unit.code: unit for unit in Unit.objects.select_for_update().filter(code__in=codes)}
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        facts = _facts(row)
        unit = known.get(row["code"])
        if unit is None:
            unit = known[row["code"]] = Unit(code=row["code"], path=f"/{row['code']}/", **facts)
            _keys(unit)
            unit.full_clean()
            unit.save()
            counts["created"] += 1
        elif any(getattr(unit, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(unit, name, value)
            _keys(unit)
            unit.full_clean()
            unit.save()
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    links = [_load_links(row, known) for row in rows]
    moved = rebuild_paths(actor.today)
    if counts["created"] or counts["changed"] or any(links) or moved:
        roots = [known[row["code"]] for row in rows if not row["placements"]]
        audit.record(
            actor, "organisation.load", max(roots, key=lambda u: u.valid_from or date.min), changes=counts
        )
    return counts


def _parent(known: dict[str, Unit], row: dict[str, Any], place: dict[str, Any]) -> Unit:
    if place["parent"] not in known:
        raise RuleBroken(f"Đơn vị {row['code']}: đơn vị cấp trên «{place['parent']}» không có trong tệp.")
    return known[place["parent"]]


def _load_links(row: dict[str, Any], known: dict[str, Unit]) -> bool:
    unit, changed = known[row["code"]], False
    for place in row["placements"]:
        _, is_new = Placement.objects.get_or_create(
            unit=unit,
            parent=_parent(known, row, place),
            valid_from=_day(place.get("valid_from")),
            defaults={
                "valid_to": _day(place.get("valid_to")),
                "kind": place.get("kind", PlacementKind.ADMINISTRATIVE),
            },
        )
        changed |= is_new
    successors = [known[code] for code in row.get("successors", []) if code in known]
    kind = row.get("succession_kind") or (
        SuccessionKind.SPLIT if len(successors) > 1 else SuccessionKind.MERGED
    )
    for successor in successors:
        _, is_new = Succession.objects.get_or_create(
            predecessor=unit, successor=successor, defaults={"kind": kind, "on": unit.valid_to}
        )
        changed |= is_new
    return changed


@transaction.atomic
def open_unit(
    code: str,
    name: str,
    kind: str,
    parent: Unit,
    *,
    valid_from: date,
    document: str,
    actor: Actor,
    short_name: str = "",
) -> Unit:
    """Open a unit under a parent from a day on.

    Raises ValidationError (code taken) or RuleBroken (parent closed).
    """
    parent = Unit.objects.select_for_update().get(pk=parent.pk)
    if not parent.is_open_on(valid_from):
        raise RuleBroken(f"{parent.name} không hoạt động vào ngày {valid_from:%d/%m/%Y}.")
    unit = Unit(
        code=clean(code),
        name=clean(name),
        short_name=clean(short_name),
        kind=kind,
        path=f"{parent.path}{clean(code)}/",
        valid_from=valid_from,
        source=clean(document),
    )
    _keys(unit)
    unit.full_clean()
    unit.save()
    Placement.objects.create(unit=unit, parent=parent, valid_from=valid_from)
    audit.record(actor, "unit.open", unit, changes={"parent": parent.code, "kind": kind}, note=document)
    return unit


@transaction.atomic
def appoint(
    person: Person,
    unit: Unit,
    title: str,
    *,
    valid_from: date,
    actor: Actor,
    leader_level: str = "none",
    is_unit_head: bool = False,
    is_direct_worker: bool = False,
) -> Posting:
    """Give a person a post at a unit from a day on. Raises ValidationError on a bad period."""
    posting = Posting(
        person=person,
        unit=unit,
        title=clean(title),
        leader_level=leader_level,
        is_unit_head=is_unit_head,
        is_direct_worker=is_direct_worker,
        valid_from=valid_from,
    )
    posting.full_clean()
    posting.save()
    audit.record(
        actor, "post.appoint", posting, changes={"person": person.code, "unit": unit.code, "title": title}
    )
    return posting
