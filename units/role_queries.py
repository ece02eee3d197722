"""Reading roles: one's own, what waits for a second person, who may take a role over."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from units.models import Posting, RoleAssignment, User
from units.permissions import WITH_ROLE, Actor, scope
from units.queries import paths_above
from units.role_matrix import ROLE_MATRIX


def my_roles(actor: Actor) -> list[RoleAssignment]:
    """All roles of the actor's account with their substitutes: lasting first, the latest first."""
    substitutes = RoleAssignment.objects.filter(valid_to__gt=actor.today).select_related(
        "user__person", "unit"
    )
    rows = (
        RoleAssignment.objects.filter(user=actor.user_id)
        .select_related(*WITH_ROLE)
        .prefetch_related(
            Prefetch("substitutes", queryset=substitutes.order_by("valid_from"), to_attr="standing_in")
        )
    )
    return sorted(rows, key=lambda row: (row.has_ended(actor.today), -row.valid_from.toordinal(), row.pk))


def standing_in_for(actor: Actor) -> list[RoleAssignment]:
    """Who stands in for the actor's present role today or soon."""
    rows = RoleAssignment.objects.lasting_on(actor.today).filter(substitute_for=actor.assignment)
    return list(rows.select_related("user__person").order_by("valid_from")) if actor.assignment else []


def roles_to_stand_in_for(actor: Actor) -> QuerySet[RoleAssignment]:
    """Roles somebody may stand in for at the actor's word: one's own, or those an administrator manages."""
    where = Q(user=actor.user_id) | scope(actor, "account.manage")
    rows = RoleAssignment.objects.filter(where, substitute_for=None)
    return rows.select_related("unit", "user__person")


def roles_to_end(actor: Actor) -> QuerySet[RoleAssignment]:
    """Roles the actor may end: those an administrator manages, and whoever stands in for the actor."""
    where = scope(actor, "account.manage") | Q(substitute_for__user=actor.user_id)
    return RoleAssignment.objects.filter(where)


def two_person_roles_for(actor: Actor) -> QuerySet[RoleAssignment]:
    """Roles that needed or need a second person, where the actor may confirm."""
    rows = RoleAssignment.objects.filter(scope(actor, "role.confirm"), needs_confirmation=True)
    return rows.select_related("user__person", "assigned_by__person", *WITH_ROLE).order_by("pk")


def pending_for(actor: Actor) -> QuerySet[RoleAssignment]:
    """Roles that wait for a second person, where the actor may confirm."""
    return two_person_roles_for(actor).filter(confirmed_at=None)


def confirmers(assignment: RoleAssignment, today: date) -> list[int]:
    """User ids of those who may confirm the role: holders of the right at the unit or above it, neither who
    gave the role nor who receives it.
    """
    roles = [role for role, permissions in ROLE_MATRIX.items() if "role.confirm" in permissions]
    rows = RoleAssignment.objects.active_on(today).filter(
        role__in=roles, unit__path__in=paths_above(assignment.unit), user__is_active=True
    )
    return list(
        rows.exclude(user__in=[assignment.user_id, assignment.assigned_by_id or 0])
        .values_list("user_id", flat=True)
        .distinct()
    )


def successors(assignment: RoleAssignment, today: date, *, wide: bool) -> QuerySet[User]:
    """Active accounts that may take a role over or stand in: their people hold a post in the unit or under
    it; wide (for an administrator): also in the units above. The holder is not among them.
    """
    where = Q(unit__path__startswith=assignment.unit.path)
    if wide:
        where |= Q(unit__path__in=paths_above(assignment.unit))
    posts = Posting.objects.held_on(today).filter(where)
    rows = User.objects.filter(is_active=True, person__in=posts.values("person")).exclude(
        pk=assignment.user_id
    )
    return rows.select_related("person").order_by("person__sort_key", "pk")


def may_stand_in(user: User, assignment: RoleAssignment, today: date, *, wide: bool) -> bool:
    """Whether the account is among those who may take the role over."""
    return successors(assignment, today, wide=wide).filter(pk=user.pk).exists()
