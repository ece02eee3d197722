"""Reading a decision about the organisation: the units it names, what would move, who would see what.

The plan of a change names units by code: {"units": ends or subject, "heirs": [code or {"code", "name",
"short_name", "kind"} of a unit to open], "parent", "name", "short_name", "placement", "children": {code:
code}, "heir": who takes the work of several, "carry": [role assignments], "known": true}.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from core.errors import Outcome, RuleBroken, Verdict
from core.text import clean
from units import rules
from units.choices import ChangeKind, PlacementKind, Role
from units.models import OrganisationChange, Placement, Posting, RoleAssignment, Succession, Unit
from units.moving import MoveLine, Passage, movers, placed_below
from units.paths import Heir, Node, Place, paths_on
from units.permissions import WITH_ROLE
from units.queries import known_heirs, parent_of

ENDING = frozenset({ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.CLOSE})


@dataclass(frozen=True)
class Transfer:
    """One unit that ends and what takes it over."""

    predecessor: Unit
    successors: tuple[Unit, ...]


@dataclass
class Draft:
    """A decision with the units it names, read from the database. Units to open are not saved yet."""

    kind: str
    on: date
    document: str
    plan: dict[str, Any]
    units: list[Unit] = field(default_factory=list)
    heirs: list[Unit] = field(default_factory=list)
    parent: Unit | None = None
    work_heir: Unit | None = None
    transfers: list[Transfer] = field(default_factory=list)
    children: list[tuple[Placement, Unit]] = field(default_factory=list)
    above: dict[int, Unit | None] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        return bool(self.plan.get("known"))

    @property
    def opened(self) -> list[Unit]:
        """Units that begin with this change."""
        return [unit for unit in self.heirs if unit.pk is None]

    @property
    def named(self) -> list[Unit]:
        """Existing units the decision names: the actor needs the right at each."""
        found = [*self.units, *self.heirs, *([self.parent] if self.parent else [])]
        found += [target for _, target in self.children]
        return list({unit.pk: unit for unit in found if unit.pk is not None}.values())

    @property
    def passages(self) -> list[Passage]:
        """What the movers are told."""
        return [self._passage(transfer) for transfer in self.transfers]

    def _passage(self, transfer: Transfer) -> Passage:
        is_only = len(transfer.successors) == 1
        successor = transfer.successors[0] if is_only else self.work_heir
        above = self.above.get(transfer.predecessor.pk)
        return Passage(transfer.predecessor, successor, self.on, self.document, is_only, above)


# --- reading -------------------------------------------------------------------------------------
def _units(codes: Iterable[str]) -> dict[str, Unit]:
    wanted = [code for code in codes if code]
    found = {unit.code: unit for unit in Unit.objects.filter(code__in=wanted)}
    missing = sorted(set(wanted) - found.keys())
    if missing:
        raise RuleBroken(f"Không có đơn vị mang mã {', '.join(missing)}. Hãy kiểm tra lại mã.")
    return found


def _new_unit(facts: dict[str, Any], parent: Unit | None, on: date) -> Unit:
    unit = Unit(
        code=clean(facts["code"]), name=clean(facts["name"]), short_name=clean(facts.get("short_name", "")),
        kind=facts["kind"], valid_from=on,
    )  # fmt: skip
    unit.path = f"{parent.path if parent else '/'}{unit.code}/"
    return unit


def read(kind: Any, on: date, document: str, plan: dict[str, Any]) -> Draft:
    """The decision with its units. Raises RuleBroken for an unknown code."""
    if plan.get("known"):
        return known_draft(on, document, plan)
    heirs = plan.get("heirs", [])
    codes = [*plan.get("units", []), plan.get("parent", ""), *plan.get("children", {}).values()]
    new_codes = {row["code"] for row in heirs if isinstance(row, dict)}
    known = _units([c for c in [*codes, *[h for h in heirs if isinstance(h, str)]] if c not in new_codes])
    draft = Draft(kind, on, document, plan, units=[known[code] for code in plan.get("units", [])])
    draft.parent = known.get(plan.get("parent", ""))
    draft.above = {unit.pk: parent_of(unit, on - timedelta(days=1)) for unit in draft.units}
    if draft.parent is None and draft.units and kind in (ChangeKind.MERGE, ChangeKind.SPLIT):
        draft.parent = draft.above[draft.units[0].pk]
    for row in heirs:
        draft.heirs.append(known[row] if isinstance(row, str) else _new_unit(row, draft.parent, on))
    by_code = {unit.code: unit for unit in draft.heirs}
    draft.work_heir = by_code.get(plan.get("heir", ""))
    if kind in ENDING:
        draft.transfers = [Transfer(unit, tuple(draft.heirs)) for unit in draft.units]
        draft.children = _children(draft, by_code | known)
    return draft


def _children(draft: Draft, by_code: dict[str, Unit]) -> list[tuple[Placement, Unit]]:
    """Where the units below go: as chosen, else to the only successor, else to the unit above."""
    chosen = draft.plan.get("children", {})
    ends = {unit.pk for unit in draft.units}
    heirs = {unit.pk for unit in draft.heirs}
    found = []
    for place in placed_below(draft.units, draft.on):
        if place.unit_id in ends:
            continue
        target = by_code.get(chosen.get(place.unit.code, ""))
        if target is None and len(draft.heirs) == 1 and place.unit_id not in heirs:
            target = draft.heirs[0]
        target = target or draft.above.get(place.parent_id)
        if target is None:
            raise RuleBroken(
                f"{place.unit.name} trực thuộc {place.parent.name} nhưng không còn đơn vị cấp trên. Hãy chọn "
                "đơn vị cấp trên mới cho đơn vị này trước."
            )
        found.append((place, target))
    return found


# --- what the loaded history already knows -------------------------------------------------------
def known_days(until: date | None = None) -> list[date]:
    """Days with successions or closings of the loaded history not yet carried out, the earliest first."""
    rows = Succession.objects.filter(carried_out_at=None, change=None, on__isnull=False)
    days = set(rows.values_list("on", flat=True)) | {unit.valid_to for unit in _left_behind()}
    return sorted(day for day in days if until is None or day <= until)


def _left_behind(on: date | None = None) -> list[Unit]:
    """Units closed without a successor that still have posts or roles running past their end."""
    rows = Unit.objects.filter(valid_to__isnull=False, successions=None)
    rows = rows.filter(valid_to=on) if on else rows
    posts = Posting.objects.filter(unit__in=rows).filter(Q(valid_to=None))
    roles = RoleAssignment.objects.filter(unit__in=rows).filter(Q(valid_to=None))
    with_people = {*posts.values_list("unit", flat=True), *roles.values_list("unit", flat=True)}
    return list(rows.filter(pk__in=with_people).order_by("pk"))


def known_draft(on: date, document: str, plan: dict[str, Any]) -> Draft:
    """All successions and closings of one day of the loaded history, as one change."""
    rows = Succession.objects.filter(carried_out_at=None, change=None, on=on)
    taken: dict[int, list[Unit]] = {}
    units: dict[int, Unit] = {}
    for row in rows.select_related("predecessor", "successor").order_by("predecessor__sort_key", "pk"):
        units[row.predecessor_id] = row.predecessor
        taken.setdefault(row.predecessor_id, []).append(row.successor)
    for unit in _left_behind(on):
        units[unit.pk] = unit
        taken.setdefault(unit.pk, [])
    ended = [unit for unit in units.values() if unit.valid_to is not None and unit.valid_to <= on]
    draft = Draft(ChangeKind.MERGE, on, document, plan, units=ended)
    draft.transfers = [Transfer(unit, tuple(taken[unit.pk])) for unit in ended]
    draft.heirs = list({heir.pk: heir for t in draft.transfers for heir in t.successors}.values())
    lone = {t.predecessor.pk: t.successors[0] for t in draft.transfers if len(t.successors) == 1}
    for transfer in draft.transfers:
        if not transfer.successors:
            above = parent_of(transfer.predecessor, on - timedelta(days=1))
            draft.above[transfer.predecessor.pk] = lone.get(above.pk, above) if above else None
    draft.children = _left_below(draft, lone)
    return draft


def _left_below(draft: Draft, lone: dict[int, Unit]) -> list[tuple[Placement, Unit]]:
    """Units opened here below units whose end the history knows: they go to the only successor."""
    found = []
    for place in placed_below([t.predecessor for t in draft.transfers], draft.on):
        target = lone.get(place.parent_id) or draft.above.get(place.parent_id)
        later = place.unit.placements.filter(valid_from__gte=draft.on).exists()
        if target is not None and not later and target.pk != place.unit_id:
            found.append((place, target))
    return found


# --- rules ---------------------------------------------------------------------------------------
def life_of(unit: Unit, *, of_name: bool = False) -> rules.Life:
    """The unit as the rules see it; for its name only former names count, not where it stood."""
    settled = [place.valid_from for place in unit.placements.all()] if unit.pk and not of_name else []
    settled += [name.valid_to for name in unit.former_names.all()] if unit.pk else []
    latest = max((day for day in settled if day), default=None)
    return rules.Life(unit.code, unit.name, unit.valid_from, unit.valid_to, latest)


def _codes_above(unit: Unit) -> list[str]:
    return unit.path.strip("/").split("/")


def _later_posts(draft: Draft) -> list[Verdict]:
    rows = Posting.objects.filter(unit__in=draft.units, valid_from__gte=draft.on).select_related("person")
    names: dict[int, list[str]] = {}
    for row in rows.order_by("unit", "valid_from", "pk"):
        names.setdefault(row.unit_id, []).append(f"{row.person.full_name} ({row.valid_from:%d/%m/%Y})")
    return [
        rules.begins_later("chức vụ", life_of(unit), names.get(unit.pk, []), draft.on) for unit in draft.units
    ]


def verdicts_on(draft: Draft, roles: Sequence["RoleLine"], carried: Iterable[int]) -> list[Verdict]:
    """Every rule the change has to keep. Of the loaded history only what concerns access is asked."""
    found: list[Verdict] = []
    if not draft.is_known:
        of_name, ends = draft.kind == ChangeKind.RENAME, draft.kind in ENDING
        lives = [life_of(unit, of_name=of_name) for unit in draft.units]
        found += [rules.changes_on(life, draft.on, ends=ends) for life in lives]
        found += _structure_verdicts(draft)
        found += _later_posts(draft) if draft.kind in ENDING else []
    if draft.transfers:
        found.append(_administrators(draft, roles, set(carried)))
    return found


def _structure_verdicts(draft: Draft) -> list[Verdict]:
    on, found = draft.on, []
    ends = {unit.code for unit in draft.units}
    if draft.kind in (ChangeKind.MERGE, ChangeKind.SPLIT):
        found.append(rules.enough_units(draft.kind, len(draft.units), len(draft.heirs)))
    for heir in draft.heirs:
        found.append(rules.takes_over(life_of(heir), ends if draft.kind != ChangeKind.OPEN else (), on))
    taken = Unit.objects.filter(code__in=[unit.code for unit in draft.opened]).values_list("code", flat=True)
    found += [_refused(f"Mã «{code}» đã dùng cho đơn vị khác. Hãy chọn mã khác.") for code in taken]
    if draft.parent is not None and (draft.opened or draft.kind == ChangeKind.MOVE):
        for unit in draft.opened or draft.units:
            above = _codes_above(draft.parent)
            found.append(rules.stands_under(life_of(unit), life_of(draft.parent), above, on))
            if draft.parent.code in ends and draft.kind != ChangeKind.MOVE:
                found.append(_refused(f"{draft.parent.name} kết thúc trong chính quyết định này."))
    if draft.opened and draft.parent is None:
        found.append(_refused("Hãy chọn đơn vị cấp trên của đơn vị mới."))
    for place, target in draft.children:
        above = _codes_above(target)
        found.append(rules.stands_under(life_of(place.unit), life_of(target), above, on))
    if draft.kind == ChangeKind.MOVE and draft.parent is not None:
        old = draft.above.get(draft.units[0].pk)
        found.append(rules.moves(life_of(draft.units[0]), old.code if old else None, draft.parent.code))
    if draft.kind == ChangeKind.RENAME:
        found.append(rules.renames(life_of(draft.units[0]), draft.plan["name"]))
    return found


def _refused(sentence: str) -> Verdict:
    return Verdict(Outcome.NOT_MET, sentence)


# --- roles ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RoleLine:
    """One role at a unit that ends: it ends too, or is carried to the successor when somebody says so."""

    assignment: RoleAssignment
    target: Unit | None
    is_wider: bool

    @property
    def can_carry(self) -> bool:
        return self.target is not None and self.assignment.substitute_for_id is None

    @property
    def is_default(self) -> bool:
        """Carried unless somebody objects: the holder sees nothing that was hidden before."""
        return self.can_carry and not self.is_wider


def roles_ending(draft: Draft) -> list[RoleAssignment]:
    """Roles at the units that end, running past the day."""
    rows = RoleAssignment.objects.filter(unit__in=draft.units if draft.transfers else [])
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=draft.on))
    return list(rows.select_related("user__person", *WITH_ROLE).order_by("unit__sort_key", "role", "pk"))


def paths_after(draft: Draft) -> tuple[dict[int, str], dict[str, str]]:
    """Paths on the day as they will be: (unit → path, code of a unit to open → its path)."""
    ends = {unit.pk: draft.on for unit in draft.units} if draft.transfers else {}
    nodes = {
        key: Node(key, code, ends.get(key, closed) if not draft.is_known else closed)
        for key, code, closed in Unit.objects.values_list("pk", "code", "valid_to")
    }
    places = [Place(*row) for row in Placement.objects.values_list("unit", "parent", "valid_from")]
    heirs = known_heirs()
    keys = {unit.code: unit.pk if unit.pk else -number for number, unit in enumerate(draft.heirs, start=1)}
    for unit in draft.opened:
        nodes[keys[unit.code]] = Node(keys[unit.code], unit.code)
        if draft.parent is not None:
            places.append(Place(keys[unit.code], draft.parent.pk, draft.on))
    for place, target in draft.children:
        places.append(Place(place.unit_id, target.pk or keys[target.code], draft.on))
    if not draft.is_known:
        heirs += [
            Heir(t.predecessor.pk, keys[heir.code], draft.on)
            for t in draft.transfers
            for heir in t.successors
        ]
    paths = paths_on(draft.on, nodes, places, heirs)
    return paths, {code: paths[key] for code, key in keys.items()}


def role_lines(draft: Draft) -> list[RoleLine]:
    """What becomes of every role at the units that end."""
    roles = roles_ending(draft)
    if not roles:
        return []
    after, of_heirs = paths_after(draft)
    stored = dict(Unit.objects.values_list("pk", "path"))
    opened = {unit.pk for unit in draft.heirs if unit.pk and unit.valid_from == draft.on}
    opened |= {key for key in after if key < 0}
    held: dict[tuple[int, str], list[str]] = {}
    same = RoleAssignment.objects.active_on(draft.on - timedelta(days=1))
    for row in same.filter(user__in={role.user_id for role in roles}).select_related("unit"):
        held.setdefault((row.user_id, row.role), []).append(row.unit.path)
    passages = {passage.predecessor.pk: passage for passage in draft.passages}
    lines = []
    for role in roles:
        passage = passages[role.unit_id]
        wider = False
        if passage.successor is not None:
            seen = tuple(held.get((role.user_id, role.role), [role.unit.path]))
            before = [key for key, path in stored.items() if path.startswith(seen)]
            under = of_heirs[passage.successor.code]
            wider = rules.is_wider(before, [k for k, path in after.items() if path.startswith(under)], opened)
        lines.append(RoleLine(role, passage.successor, wider))
    return sorted(lines, key=lambda line: not line.is_wider)


def _administrators(draft: Draft, roles: Sequence[RoleLine], carried: set[int]) -> Verdict:
    rows = RoleAssignment.objects.active_on(draft.on).filter(role=Role.SYSTEM_ADMIN, user__is_active=True)
    in_office = set(rows.values_list("pk", flat=True))
    ending = {line.assignment.pk for line in roles}
    kept = {line.assignment.pk for line in roles if line.can_carry and line.assignment.pk in carried}
    return rules.administrators_left(len(in_office), len((in_office - ending) | (in_office & kept)))


# --- the preview ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class UnitPreview:
    """One unit that ends: to whom, and the lines of what moves."""

    transfer: Transfer
    lines: list[MoveLine]
    children: list[tuple[Placement, Unit]]


@dataclass(frozen=True)
class Preview:
    """Everything a person has to see before the change is decided."""

    draft: Draft
    units: list[UnitPreview]
    roles: list[RoleLine]
    verdicts: list[Verdict]

    @property
    def refusals(self) -> list[Verdict]:
        return rules.broken(self.verdicts)

    @property
    def default_carry(self) -> list[int]:
        return [line.assignment.pk for line in self.roles if line.is_default]

    @property
    def totals(self) -> list[tuple[str, int]]:
        """What moves or stays, summed over all units."""
        found: dict[str, int] = {}
        for unit in self.units:
            for line in unit.lines:
                found[line.what] = found.get(line.what, 0) + line.count
        return list(found.items())


def preview(draft: Draft, carried: Iterable[int] | None = None) -> Preview:
    """Look ahead without changing anything. carried: the roles chosen; None = those carried by default."""
    roles = role_lines(draft)
    chosen = [line.assignment.pk for line in roles if line.is_default] if carried is None else list(carried)
    lines: dict[int, list[MoveLine]] = {}
    for mover in movers() if draft.transfers else ():
        for line in mover.preview(draft.passages):
            lines.setdefault(line.unit, []).append(line)
    below: dict[int, list[tuple[Placement, Unit]]] = {}
    for place, target in draft.children:
        below.setdefault(place.parent_id, []).append((place, target))
    units = [
        UnitPreview(t, lines.get(t.predecessor.pk, []), below.get(t.predecessor.pk, []))
        for t in draft.transfers
    ]
    return Preview(draft, units, roles, verdicts_on(draft, roles, chosen))


def draft_of(change: OrganisationChange) -> Draft:
    """The decision as it was planned, with the units as they are now."""
    return read(change.kind, change.on, change.document, change.plan)


def placement_kind(plan: dict[str, Any]) -> str:
    """The kind of the new placement; administrative unless said otherwise."""
    value = plan.get("placement", PlacementKind.ADMINISTRATIVE)
    return value if value in PlacementKind.values else PlacementKind.ADMINISTRATIVE
