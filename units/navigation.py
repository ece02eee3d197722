"""The menu by role: apps register their pages at start-up; what the actor may not use is not shown."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from core import clock
from core.models import Notice
from core.web import SIGNED_IN
from units.permissions import WITH_ROLE, holds

PRODUCT_NAME = "Thi đua · Khen thưởng"


@dataclass(frozen=True)
class NavItem:
    """One page in the menu. permission: key of the role matrix, or SIGNED_IN.

    order sorts items and their groups.
    """

    group: str
    label: str
    route: str
    icon: str
    permission: str
    order: int


_items: list[NavItem] = []


def register(*items: NavItem) -> None:
    """Add pages to the menu; done once per app at start-up."""
    _items.extend(items)
    _items.sort(key=lambda item: item.order)


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of menu items the actor may use, in order; the present page is marked."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in _items:
        if item.permission != SIGNED_IN and not holds(request.actor, item.permission):  # type: ignore[attr-defined]
            continue
        url = reverse(item.route)
        is_current = request.path == url or (url != "/" and request.path.startswith(url))
        groups.setdefault(item.group, []).append(
            {"label": item.label, "url": url, "icon": item.icon, "count": None, "current": is_current}
        )
    return [{"label": label, "items": items} for label, items in groups.items()]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: product name, actor, roles to switch to, menu, unread notices, working date."""
    context: dict[str, Any] = {
        "product_name": PRODUCT_NAME,
        "working_date": settings.WORKING_DATE,
        "today": clock.today(),
        "actor": None,
        "request_id": getattr(request, "request_id", ""),
    }
    actor = getattr(request, "actor", None)
    if actor is None:
        return context
    return context | {
        "actor": actor,
        "assignments": actor.user.assignments.active_on(actor.today)
        .select_related(*WITH_ROLE)
        .order_by("pk"),
        "nav_groups": menu_for(request),
        "unread_notices": Notice.objects.filter(user=actor.user, read_at=None).count(),
    }
