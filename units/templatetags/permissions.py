"""{% can %}: whether a button belongs on the page; the same question the action asks."""

from typing import Any

from django import template

from core.audit import label_of
from units.models import Unit
from units.permissions import allows, holds

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: dict[str, Any], permission: str, unit: Unit | None = None) -> bool:
    """True when the actor may use the permission at the unit (or at all, without a unit)."""
    actor = context.get("actor")
    return allows(actor, permission, unit) if unit is not None else holds(actor, permission)


@register.filter
def action_name(action: str) -> str:
    """The Vietnamese name of an action of the trail."""
    return label_of(action)
