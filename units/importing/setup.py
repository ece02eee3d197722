"""Installs the organisation's kinds of imports, and who acts when a worker takes one."""

from typing import Any

from units.importing import organisation, people, years
from units.models import User
from units.permissions import Actor, actor_for


def acting(user: User, assignment_id: int | None) -> Actor | None:
    """The person in the role the import was started with; None when it is over or the account closed."""
    if not user.is_active or assignment_id is None:
        return None
    actor = actor_for(user, assignment_id)
    return actor if actor.assignment is not None and actor.assignment.pk == assignment_id else None


def scope_of(actor: Any) -> int | None:
    """The number of the unit of the actor's role."""
    return actor.assignment.unit_id if actor is not None and actor.assignment else None


def install(sheet_kinds: Any) -> None:
    """Register everything; called once at start-up."""
    sheet_kinds.register_house(acting, scope_of)
    sheet_kinds.register(people.KIND, years.KIND, organisation.KIND)
