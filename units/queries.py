"""Reading the organisation: units by scope and date, people, posts, parents."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from core.text import search_key
from units.choices import UnitKind
from units.models import Person, Placement, Posting, RoleAssignment, Unit
from units.permissions import Actor, scope


def units_for(actor: Actor) -> QuerySet[Unit]:
    """Units the actor may see."""
    return Unit.objects.filter(scope(actor, "unit.view", ""))


def people_for(actor: Actor, day: date) -> QuerySet[Person]:
    """People who hold a post in the actor's scope on the day."""
    posts = Posting.objects.held_on(day).filter(scope(actor, "unit.view"))
    return Person.objects.filter(pk__in=posts.values("person"))


def posts_of(unit: Unit, day: date) -> QuerySet[Posting]:
    """Posts held directly in the unit on the day, heads first, then in the order of names."""
    rows = Posting.objects.held_on(day).filter(unit=unit).select_related("person")
    return rows.order_by("-is_unit_head", "person__sort_key", "pk")


def people_within(unit: Unit, day: date) -> QuerySet[Person]:
    """People with a post in the unit or under it on the day."""
    posts = Posting.objects.held_on(day).filter(unit__path__startswith=unit.path)
    return Person.objects.filter(pk__in=posts.values("person"))


def post_of(person: Person, day: date, within: Unit | None = None) -> Posting | None:
    """The post a person held on the day (inside a unit, when given); of several the leading one."""
    rows = Posting.objects.held_on(day).filter(person=person).select_related("unit")
    if within is not None:
        rows = rows.filter(unit__path__startswith=within.path)
    return rows.order_by("-is_unit_head", "-valid_from").first()


def posts_by_person(person_ids: Iterable[int], day: date) -> dict[int, Posting]:
    """person id → the post held on the day; one query."""
    rows = Posting.objects.held_on(day).filter(person__in=list(person_ids)).select_related("unit")
    return {row.person_id: row for row in rows.order_by("is_unit_head", "valid_from")}


def head_of(unit: Unit, day: date) -> Posting | None:
    """Who heads the unit on the day, or None."""
    return Posting.objects.held_on(day).filter(unit=unit, is_unit_head=True).select_related("person").first()


def _on(day: date, prefix: str = "") -> Q:
    begins = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": day})
    ends = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    return begins & ends


def parent_of(unit: Unit, day: date) -> Unit | None:
    """The unit above on the day, or None for a root."""
    row = Placement.objects.filter(_on(day), unit=unit).select_related("parent").first()
    return row.parent if row else None


def children_of(unit: Unit, day: date) -> QuerySet[Unit]:
    """Units directly below on the day."""
    return Unit.objects.open_on(day).filter(
        pk__in=Placement.objects.filter(_on(day), parent=unit).values("unit")
    )


def paths_above(unit: Unit) -> list[str]:
    """Paths of the unit and of everything above it: «/M1/U012/» → «/M1/», «/M1/U012/»."""
    parts = unit.path.strip("/").split("/")
    return ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]


def ministry_of(unit: Unit) -> Unit:
    """The top of the unit's tree; its standing office handles what goes beyond the units."""
    root_code = unit.path.strip("/").partition("/")[0]
    return unit if unit.code == root_code else Unit.objects.get(code=root_code)


def tree_below(root: Unit, day: date) -> list[tuple[int, Unit]]:
    """(depth, unit) of everything under the root that is open on the day, parents first. One query."""
    rows = Unit.objects.below(root).open_on(day).order_by("path")
    children: dict[str, list[Unit]] = {}
    by_path: dict[str, Unit] = {}
    for unit in rows:
        by_path[unit.path] = unit
        children.setdefault(unit.path[: unit.path.rstrip("/").rfind("/") + 1], []).append(unit)
    found: list[tuple[int, Unit]] = []

    def walk(unit: Unit, depth: int) -> None:
        found.append((depth, unit))
        for child in sorted(children.get(unit.path, ()), key=lambda u: (_kind_order(u.kind), u.sort_key)):
            walk(child, depth + 1)

    if root.path in by_path:
        walk(by_path[root.path], 0)
    return found


def _kind_order(kind: str) -> int:
    return list(UnitKind.values).index(kind) if kind in UnitKind.values else 99


def search_units(rows: QuerySet[Unit], text: str) -> QuerySet[Unit]:
    """Units whose name, short name or code holds the words, marks and tone placement ignored."""
    for word in search_key(text).split():
        rows = rows.filter(search_key__contains=word)
    return rows


def search_people(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    """People whose name holds the words, marks and tone placement ignored."""
    for word in search_key(text).split():
        rows = rows.filter(search_key__contains=word)
    return rows


def officers_of(units: Iterable[Unit], role: str, today: date) -> QuerySet[RoleAssignment]:
    """Active assignments of a role at the units."""
    return (
        RoleAssignment.objects.active_on(today)
        .filter(unit__in=list(units), role=role)
        .select_related("user", "unit")
    )
