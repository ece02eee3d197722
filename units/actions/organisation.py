"""Changes of the organisation. It loads the known history and opens units below existing ones."""

from datetime import date
from typing import Any

from django.db import connection, transaction

from core import audit
from core.errors import RuleBroken
from core.text import clean, search_key, sort_key
from units.choices import ChangeState, PlacementKind, SuccessionKind
from units.models import OrganisationChange, Placement, Succession, Unit
from units.paths import Cycle, Node, Place, paths_on
from units.permissions import Actor
from units.queries import known_heirs


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def set_keys(unit: Unit) -> None:
    """Fill the keys for searching (former names count too) and for the alphabetical order."""
    former = unit.former_names.values_list("name", flat=True) if unit.pk else []
    unit.search_key = search_key(" ".join([unit.name, unit.short_name, unit.code, *former]))[:400]
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


def projected_paths(today: date) -> tuple[dict[int, str], dict[int, str]]:
    """(paths as they are stored, paths as they should be on the day) of all units, which are locked.

    Raises RuleBroken when placements form a circle.
    """
    rows = Unit.objects.select_for_update(no_key=True).order_by("pk")
    stored, nodes = {}, {}
    for key, code, closed_on, path in rows.values_list("pk", "code", "valid_to", "path"):
        stored[key], nodes[key] = path, Node(key, code, closed_on)
    places = [Place(*row) for row in Placement.objects.values_list("unit", "parent", "valid_from")]
    try:
        return stored, paths_on(today, nodes, places, known_heirs())
    except Cycle as cycle:
        codes = " → ".join(nodes[key].code for key in cycle.keys)
        raise RuleBroken(f"Đơn vị cấp trên tạo thành vòng: {codes}") from cycle


@transaction.atomic
def rebuild_paths(today: date) -> int:
    """Make every unit's path follow the organisation of the day (units.paths); returns how many changed.

    Raises RuleBroken on a cycle. The nightly task calls it, so a merger takes effect on its day. One write.
    """
    stored, wanted = projected_paths(today)
    changed = [(key, path) for key, path in wanted.items() if stored[key] != path]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE units_unit u SET path = v.path FROM unnest(%s::bigint[], %s::text[]) AS v(id, path) "
                "WHERE u.id = v.id",
                [[key for key, _ in changed], [path for _, path in changed]],
            )
    return len(changed)


@transaction.atomic
def load_organisation(data: dict[str, Any], *, actor: Actor) -> dict[str, int]:
    """Bring units, placements and successions in line with the data file; repeatable, nothing is removed.

    A unit that a recorded decision has changed since is left as it is: decisions come after the data file.

    data: {"units": [{code, name, kind, placements: [{parent, valid_from, valid_to, kind}], successors: [code]
    …}]}, dates ISO, valid_to exclusive. Returns counts {"created", "changed", "unchanged"}. One audit entry
    when anything changed.
    """
    rows = data["units"]
    codes = [row["code"] for row in rows]
    known = {unit.code: unit for unit in Unit.objects.select_for_update().filter(code__in=codes)}
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    decided = _decided_codes()
    for row in rows:
        facts = _facts(row)
        unit = known.get(row["code"])
        if unit is None:
            unit = known[row["code"]] = Unit(code=row["code"], path=f"/{row['code']}/", **facts)
            set_keys(unit)
            unit.full_clean()
            unit.save()
            counts["created"] += 1
        elif unit.code not in decided and any(getattr(unit, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(unit, name, value)
            set_keys(unit)
            unit.full_clean()
            unit.save()
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    links = [_load_links(row, known) for row in rows if row["code"] not in decided]
    moved = rebuild_paths(actor.today)
    if counts["created"] or counts["changed"] or any(links) or moved:
        roots = [known[row["code"]] for row in rows if not row["placements"]]
        audit.record(
            actor, "organisation.load", max(roots, key=lambda u: u.valid_from or date.min), changes=counts
        )
    return counts


def _decided_codes() -> set[str]:
    """Units that decisions recorded here have renamed, moved or closed."""
    done = OrganisationChange.objects.filter(state=ChangeState.DONE).exclude(plan__has_key="known")
    plans = list(done.values_list("plan", flat=True))
    return {code for plan in plans for code in [*plan.get("units", []), *plan.get("below", [])]}


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
    set_keys(unit)
    unit.full_clean()
    unit.save()
    Placement.objects.create(unit=unit, parent=parent, valid_from=valid_from)
    audit.record(actor, "unit.open", unit, changes={"parent": parent.code, "kind": kind}, note=document)
    return unit
