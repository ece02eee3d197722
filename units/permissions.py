"""Who may do what, where: the actor, scope for reading, require for acting, and the projection of grants."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q

from core import clock
from core.errors import Forbidden
from units.models import RoleAssignment, Unit, UnitUserGrant, User
from units.role_matrix import MAY_GIVE, OWN, PERMISSIONS, ROLE_MATRIX, codename

# What an assignment needs to name itself without further queries.
WITH_ROLE = ("unit", "substitute_for__user__person")


@dataclass
class Actor:
    """Who acts now: an account in one role at one unit (assignment), or an account without a role, or
    the system.

    Built per request; nothing of it is kept in the session but the chosen assignment's number.
    """

    user: User | None
    assignment: RoleAssignment | None
    request_id: str = ""
    address: str = ""
    system_reason: str = ""
    today: date = field(default_factory=clock.today)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def unit(self) -> Unit | None:
        return self.assignment.unit if self.assignment else None

    @property
    def wall_scope(self) -> str | None:
        """What the second wall shows: the path of the unit, "" without a role, None = all (the system)."""
        if self.user is None:
            return None
        return self.assignment.unit.path if self.assignment else ""

    @property
    def unit_code(self) -> str:
        return self.assignment.unit.code if self.assignment else ""

    @property
    def role(self) -> str:
        return self.assignment.role if self.assignment else ""

    @property
    def label(self) -> str:
        """Name, role and unit in one line, as the trail and the trackers show it."""
        if self.user is None:
            return f"Hệ thống ({self.system_reason})"
        if self.assignment is None:
            return self.user.display_name
        return (
            f"{self.user.display_name} – {self.assignment.get_role_display()}, "
            f"{self.assignment.unit.display_name}{self.assignment.instead_of}"
        )

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Permissions of the role that the projection grants too: both walls must agree. One query."""
        if self.user is None or self.assignment is None or not self.user.is_active:
            return frozenset()
        granted = set(
            UnitUserGrant.objects.filter(user=self.user, content_object=self.assignment.unit).values_list(
                "permission__codename", flat=True
            )
        )
        return frozenset(p for p in ROLE_MATRIX.get(self.assignment.role, ()) if codename(p) in granted)


def system_actor(reason: str) -> Actor:
    """The actor of scheduled work; it holds no permission and is named with its reason in the trail."""
    return Actor(user=None, assignment=None, system_reason=reason)


def actor_for(
    user: User, assignment_id: int | None = None, *, request_id: str = "", address: str = ""
) -> Actor:
    """The actor of an account today: the chosen assignment if it is in force, else the first one in force,
    else none.
    """
    rows = list(user.assignments.active_on(clock.today()).select_related(*WITH_ROLE).order_by("pk"))
    chosen = next((row for row in rows if row.pk == assignment_id), rows[0] if rows else None)
    for row in rows:
        row.user = user
    return Actor(user=user, assignment=chosen, request_id=request_id, address=address)


def holds(actor: Actor | None, permission: str) -> bool:
    """Whether the actor's present role gives the permission at all (route cards, menus)."""
    return actor is not None and permission in actor.permissions


def scope(actor: Actor, permission: str, field_name: str = "unit") -> Q:
    """The filter for rows the actor may read: rows of the units within reach, nothing without the permission.

    field_name: path of lookups from the row to its unit ("" when the row is a unit).
    """
    if not holds(actor, permission) or actor.unit is None:
        return Q(pk__in=[])
    prefix = f"{field_name}__" if field_name else ""
    if PERMISSIONS[permission][1] == OWN:
        return Q(**{f"{prefix}pk": actor.unit.pk})
    return Q(**{f"{prefix}path__startswith": actor.unit.path})


def allows(actor: Actor | None, permission: str, unit: Unit | None) -> bool:
    """Whether the actor may use the permission at the unit."""
    if actor is None or unit is None or actor.unit is None or not holds(actor, permission):
        return False
    if PERMISSIONS[permission][1] == OWN:
        return unit.pk == actor.unit.pk
    return unit.is_within(actor.unit)


def require(actor: Actor, permission: str, unit: Unit | None) -> None:
    """Raises Forbidden, with the reason, unless the actor may use the permission at the unit."""
    if allows(actor, permission, unit):
        return
    what = PERMISSIONS[permission][0].lower()
    where = f" tại {unit.name}" if unit else ""
    raise Forbidden(f"Vai trò đang dùng không có quyền {what}{where}.")


def may_give(actor: Actor, role: str) -> bool:
    """Whether the actor may give, change and end this role where account.manage reaches."""
    return role in MAY_GIVE.get(actor.role, ())


def holders(permission: str, unit: Unit, today: date) -> list[int]:
    """User ids of the people whose turn it is at the unit: active roles exactly there that hold
    the permission.
    """
    roles = [role for role, permissions in ROLE_MATRIX.items() if permission in permissions]
    rows = RoleAssignment.objects.active_on(today).filter(unit=unit, role__in=roles, user__is_active=True)
    return list(rows.values_list("user_id", flat=True).distinct())


# --- projection ------------------------------------------------------------------------------------
def _expected(rows: Iterable[RoleAssignment], ids: dict[str, int]) -> set[tuple[int, int, int]]:
    return {(row.user_id, row.unit_id, ids[codename(p)]) for row in rows for p in ROLE_MATRIX[row.role]}


@transaction.atomic
def rebuild_grants(today: date, user: User | None = None) -> tuple[int, int]:
    """Make the grant table equal to the assignments in force on the day or later, for one account or for all.

    A role that begins later is projected at once: its first day needs no nightly run, and until then no
    actor has it (actor_for takes roles in force only).
    Returns (granted, taken away). The nightly task and every change of roles call this one function.
    """
    content_type = ContentType.objects.get_for_model(Unit)
    ids = dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))
    assignments = RoleAssignment.objects.lasting_on(today).filter(user__is_active=True)
    grants: models.QuerySet[UnitUserGrant] = UnitUserGrant.objects.select_for_update()
    if user is not None:
        assignments, grants = assignments.filter(user=user), grants.filter(user=user)
    expected = _expected(assignments, ids)
    present = {(g.user_id, g.content_object_id, g.permission_id): g.pk for g in grants}
    surplus = [pk for key, pk in present.items() if key not in expected]
    UnitUserGrant.objects.filter(pk__in=surplus).delete()
    missing = expected - present.keys()
    UnitUserGrant.objects.bulk_create(
        [UnitUserGrant(user_id=u, content_object_id=o, permission_id=p) for u, o, p in sorted(missing)]
    )
    return len(missing), len(surplus)
