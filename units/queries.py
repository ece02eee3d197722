"""Reading the organisation: units by scope and date, people, posts, parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core.text import search_key
from units.choices import Role, UnitKind
from units.models import Person, Placement, Posting, RoleAssignment, Succession, Unit, User
from units.password_links import INVITATION_DAYS
from units.paths import Heir
from units.permissions import Actor, scope

IDLE_DAYS = 45


@dataclass(frozen=True)
class Standing:
    """Where an account stands: key for the buttons, words and tone for the badge."""

    key: str
    label: str
    tone: str


def units_for(actor: Actor) -> QuerySet[Unit]:
    """Units the actor may see."""
    return Unit.objects.filter(scope(actor, "unit.view", ""))


def people_for(actor: Actor, day: date) -> QuerySet[Person]:
    """People who hold a post in the actor's scope on the day."""
    posts = Posting.objects.held_on(day).filter(scope(actor, "unit.view"))
    return Person.objects.filter(pk__in=posts.values("person"))


def accounts_for(actor: Actor) -> QuerySet[User]:
    """Accounts the actor may manage: with a role inside the scope, or without any role yet."""
    inside = RoleAssignment.objects.filter(scope(actor, "account.manage"))
    without = ~Q(pk__in=RoleAssignment.objects.values("user"))
    if actor.role != Role.SYSTEM_ADMIN:
        without &= Q(person__in=people_for(actor, actor.today))
    return User.objects.filter(Q(pk__in=inside.values("user")) | without)


def standing_of(account: User, now: datetime) -> Standing:
    """Where an account stands: suspended, invited, without a password, unused for long, or in use."""
    if not account.is_active:
        on = f" từ {timezone.localtime(account.suspended_at):%d/%m/%Y}" if account.suspended_at else ""
        return Standing("suspended", f"Tạm khóa{on}", "danger")
    if account.last_login is None and not account.has_usable_password():
        if account.invited_at is None:
            return Standing("new", "Chưa đặt mật khẩu", "neutral")
        if now - account.invited_at > timedelta(days=INVITATION_DAYS):
            return Standing("expired", "Lời mời đã hết hạn", "warn")
        return Standing("invited", f"Đã mời ngày {timezone.localtime(account.invited_at):%d/%m/%Y}", "info")
    days = (now - account.last_login).days if account.last_login else 0
    if days >= IDLE_DAYS:
        return Standing("idle", f"{days} ngày chưa đăng nhập", "warn")
    return Standing("active", "Đang hoạt động", "ok")


def posts_of(unit: Unit, day: date) -> QuerySet[Posting]:
    """Posts held directly in the unit on the day, heads first, then in the order of names."""
    rows = Posting.objects.held_on(day).filter(unit=unit).select_related("person")
    return rows.order_by("-is_unit_head", "person__sort_key", "pk")


def people_within(unit: Unit, day: date) -> QuerySet[Person]:
    """People with a post on the day in the unit or in what stood under it that day."""
    below = RawSQL(_BELOW + "SELECT id FROM below", [unit.pk, unit.pk, day, day])  # noqa: S608, S611 - a constant
    posts = Posting.objects.held_on(day).filter(unit__in=below)
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


def unplaced(today: date) -> QuerySet[Posting]:
    """Last posts of people whose unit ended while they were in it and who hold no post since."""
    held = Posting.objects.held_on(today).filter(person=OuterRef("person"))
    rows = Posting.objects.filter(valid_to=F("unit__valid_to"), valid_to__lte=today)
    rows = rows.exclude(person__retiring_on__lte=today)
    later = Posting.objects.filter(person=OuterRef("person"), valid_from__gte=OuterRef("valid_to"))
    return rows.exclude(Exists(held)).exclude(Exists(later)).select_related("person", "unit")


def unplaced_of(unit: Unit, today: date) -> list[Posting]:
    """People of a unit that has ended who have no place yet, in the order of names."""
    return list(unplaced(today).filter(unit=unit).order_by("person__sort_key", "pk"))


def head_of(unit: Unit, day: date) -> Posting | None:
    """Who heads the unit on the day, or None."""
    return Posting.objects.held_on(day).filter(unit=unit, is_unit_head=True).select_related("person").first()


def in_force(day: date, prefix: str = "") -> Q:
    """Rows with valid_from, valid_to (both may be unknown) that hold on the day."""
    begins = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": day})
    ends = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    return begins & ends


def parent_of(unit: Unit, day: date) -> Unit | None:
    """The unit above on the day, or None for a root."""
    row = Placement.objects.filter(in_force(day), unit=unit).select_related("parent").first()
    return row.parent if row else None


def children_of(unit: Unit, day: date) -> QuerySet[Unit]:
    """Units directly below on the day."""
    return Unit.objects.open_on(day).filter(
        pk__in=Placement.objects.filter(in_force(day), parent=unit).values("unit")
    )


def known_heirs() -> list[Heir]:
    """All successions, as units.paths wants them. One query."""
    rows = Succession.objects.values_list("predecessor", "successor", "on", "carried_out_at")
    return [Heir(old, new, on, at is not None) for old, new, on, at in rows]


def paths_above(unit: Unit) -> list[str]:
    """Paths of the unit and of everything above it: «/M1/U012/» → «/M1/», «/M1/U012/»."""
    parts = unit.path.strip("/").split("/")
    return ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]


def ministry_of(unit: Unit) -> Unit:
    """The top of the unit's tree; its standing office handles what goes beyond the units."""
    root_code = unit.path.strip("/").partition("/")[0]
    return unit if unit.code == root_code else Unit.objects.get(code=root_code)


_BELOW = """
WITH RECURSIVE below(id, seen) AS (
  SELECT %s::bigint, ARRAY[%s::bigint]
  UNION ALL
  SELECT p.unit_id, b.seen || p.unit_id FROM units_placement p JOIN below b ON p.parent_id = b.id
  WHERE (p.valid_from IS NULL OR p.valid_from <= %s) AND (p.valid_to IS NULL OR p.valid_to > %s)
    AND NOT p.unit_id = ANY(b.seen)
)
"""


def tree_below(root: Unit, day: date) -> list[tuple[int, Unit]]:
    """(depth, unit) of everything that stood under the root on the day by dated placements and was open,
    parents first; what stood under a closed unit is left out. One query.
    """
    rows = Unit.objects.raw(
        _BELOW  # noqa: S608 - constants
        + """SELECT u.*, b.seen[array_length(b.seen, 1) - 1] AS above_id
        FROM below b JOIN units_unit u ON u.id = b.id""",
        [root.pk, root.pk, day, day],
    )
    children: dict[int, list[Unit]] = {}
    top: Unit | None = None
    for unit in rows:
        if not unit.is_open_on(day):
            continue
        if unit.above_id is None:
            top = unit
        else:
            children.setdefault(unit.above_id, []).append(unit)
    found: list[tuple[int, Unit]] = []

    def walk(unit: Unit, depth: int) -> None:
        found.append((depth, unit))
        for child in sorted(children.get(unit.pk, ()), key=lambda u: (kind_order(u.kind), u.sort_key)):
            walk(child, depth + 1)

    if top is not None:
        walk(top, 0)
    return found


def kind_order(kind: str) -> int:
    """Place of a kind of unit in lists."""
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


def head_ids_of(unit_id: int, today: date) -> list[int]:
    """Users who head the unit on the day."""
    rows = RoleAssignment.objects.active_on(today).filter(unit_id=unit_id, role=Role.UNIT_HEAD)
    return list(rows.filter(user__is_active=True).values_list("user_id", flat=True))
