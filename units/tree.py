"""The organisation of a day as a tree: dated placements inside the actor's scope, names of that day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count
from django.db.models.functions import Coalesce

from core.text import search_key
from units.choices import PlacementKind, UnitKind
from units.models import Placement, Posting, Succession, Unit, UnitName
from units.permissions import Actor
from units.queries import in_force, kind_order, units_for

# So many units of one kind under one parent are shown as one folded group; fewer under a parent of many.
GROUP_FROM, MANY, GROUP_FROM_OF_MANY = 9, 20, 4


@dataclass(slots=True)
class Branch:
    """One unit of the tree with what stands under it on the day."""

    pk: int
    code: str
    name: str
    short_name: str
    kind: str
    sort_key: str
    search: str
    parent: "Branch | None" = None
    children: list["Branch"] = field(default_factory=list)
    people: int = 0
    people_below: int = 0

    @property
    def kind_label(self) -> str:
        return UnitKind(self.kind).label if self.kind in UnitKind.values else self.kind

    @property
    def chain(self) -> list["Branch"]:
        """Units above, from the top down."""
        line: list[Branch] = []
        above = self.parent
        while above is not None and above not in line:
            line.append(above)
            above = above.parent
        return line[::-1]

    @property
    def below(self) -> int:
        """How many units stand under it."""
        return sum(1 for _ in self.walk()) - 1

    def walk(self, depth: int = 0) -> Iterator[tuple[int, "Branch"]]:
        """The unit and everything under it, parents first."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    @property
    def groups(self) -> list["Group"]:
        """Children by kind; a kind with many units is folded."""
        found: dict[str, list[Branch]] = {}
        for child in self.children:
            found.setdefault(child.kind, []).append(child)
        return [Group(self, kind, rows) for kind, rows in found.items()]


@dataclass(frozen=True)
class Group:
    """Units of one kind under one parent."""

    parent: Branch
    kind: str
    rows: list[Branch]

    @property
    def label(self) -> str:
        return self.rows[0].kind_label

    @property
    def is_folded(self) -> bool:
        least = GROUP_FROM_OF_MANY if len(self.parent.children) > MANY else GROUP_FROM
        return len(self.rows) >= least

    @property
    def people(self) -> int:
        return sum(row.people_below for row in self.rows)


@dataclass(frozen=True)
class Organogram:
    """Everything open on the day that the actor may see, as a forest."""

    day: date
    branches: dict[int, Branch]
    roots: list[Branch]

    @property
    def people(self) -> int:
        return sum(root.people_below for root in self.roots)

    def search(self, text: str) -> list[Branch]:
        """Units whose name, short name or code holds all words, marks ignored; the best named first."""
        words = search_key(text).split()
        found = [b for b in self.branches.values() if all(word in b.search for word in words)]
        joined = " ".join(words)
        return sorted(found, key=lambda b: (joined not in b.search, len(b.chain), b.sort_key))


def organogram(actor: Actor, day: date) -> Organogram:
    """The tree of the day within the actor's scope. Four queries, whatever its size."""
    columns = ("pk", "code", "name", "short_name", "kind", "sort_key", "search_key")
    seen = units_for(actor)
    units = seen.open_on(day).values_list(*columns)
    names = UnitName.objects.filter(in_force(day), unit__in=seen)
    former = {row[0]: row[1:] for row in names.values_list("unit", "name", "short_name")}
    branches = {
        row[0]: Branch(row[0], row[1], *former.get(row[0], row[2:4]), row[4], row[5], row[6]) for row in units
    }
    places = Placement.objects.filter(in_force(day), unit__in=seen)
    for unit, parent in places.values_list("unit", "parent"):
        if unit in branches and parent in branches:
            branches[unit].parent = branches[parent]
            branches[parent].children.append(branches[unit])
    posts = Posting.objects.held_on(day).filter(unit__in=seen).order_by().values_list("unit")
    for unit, people in posts.annotate(people=Count("person", distinct=True)):
        if unit in branches:
            branches[unit].people = people
    for branch in branches.values():
        branch.children.sort(key=_order)
    roots = sorted((b for b in branches.values() if b.parent is None), key=_order)
    for root in roots:
        _add_up(root)
    return Organogram(day, branches, roots)


def _order(branch: Branch) -> tuple[int, str, int]:
    return kind_order(branch.kind), branch.sort_key, branch.pk


def _add_up(branch: Branch) -> int:
    branch.people_below = branch.people + sum(_add_up(child) for child in branch.children)
    return branch.people_below


# --- through time --------------------------------------------------------------------------------
def names_on(units: Iterable[int], day: date) -> dict[int, str]:
    """unit → the name it had on the day, for units whose name was another one then. One query."""
    rows = UnitName.objects.filter(in_force(day), unit__in=list(units))
    return dict(rows.values_list("unit", "name"))


def name_on(unit: Unit, day: date) -> str:
    """The name of the unit on the day."""
    return names_on([unit.pk], day).get(unit.pk, unit.name)


@dataclass(frozen=True)
class Ancestor:
    """A predecessor with the day its successor took over; depth 1 = directly."""

    unit: Unit
    on: date | None
    depth: int


def predecessors_of(unit: Unit) -> list[Ancestor]:
    """All units this one goes back to, the latest first. Two queries."""
    origins: dict[int, list[tuple[int, date | None]]] = {}
    rows = Succession.objects.values_list("successor", "predecessor", Coalesce("on", "predecessor__valid_to"))
    for successor, predecessor, on in rows:
        origins.setdefault(successor, []).append((predecessor, on))
    found: dict[int, tuple[date | None, int]] = {}
    wave, depth = [unit.pk], 0
    while wave:
        depth += 1
        following = []
        for key in wave:
            for predecessor, on in origins.get(key, []):
                if predecessor not in found and predecessor != unit.pk:
                    found[predecessor] = (on, depth)
                    following.append(predecessor)
        wave = following
    units = Unit.objects.in_bulk(list(found))
    lines = [Ancestor(units[key], on, level) for key, (on, level) in found.items()]
    return sorted(
        lines, key=lambda line: (line.depth, -(line.on or date.min).toordinal(), line.unit.sort_key)
    )


@dataclass(frozen=True)
class Happening:
    """One line of a unit's history; rank orders what happened on the same day."""

    on: date | None
    rank: int
    text: str
    document: str = ""
    other: Unit | None = None


def history_of(unit: Unit) -> list[Happening]:
    """What happened to the unit, newest first: opened, took over, placed, renamed, closed, was taken over."""
    found = [Happening(unit.valid_from, 0, "Bắt đầu hoạt động", unit.source)]
    for row in unit.origins.select_related("predecessor"):
        text = f"Kế thừa ({row.get_kind_display().lower()}):"
        found.append(Happening(row.on, 1, text, row.document, row.predecessor))
    for place in unit.placements.select_related("parent").order_by("valid_from"):
        text = "Theo ngành dọc thuộc" if place.kind == PlacementKind.PROFESSIONAL else "Trực thuộc"
        found.append(Happening(place.valid_from, 2, text, "", place.parent))
    former = list(unit.former_names.order_by("valid_to"))
    for row, following in zip(former, [*(r.name for r in former[1:]), unit.name], strict=False):
        text = f"Đổi tên từ «{row.name}» thành «{following}»"
        found.append(Happening(row.valid_to, 3, text, row.document))
    if unit.valid_to:
        found.append(Happening(unit.valid_to, 4, "Kết thúc hoạt động"))
    for row in unit.successions.select_related("successor"):
        text = f"Được kế thừa ({row.get_kind_display().lower()}) bởi"
        found.append(Happening(row.on, 5, text, row.document, row.successor))
    return sorted(found, key=lambda h: (h.on or date.min, h.rank), reverse=True)
