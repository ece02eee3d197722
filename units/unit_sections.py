"""Sections that apps above add to a unit's page (honours): registered once at start-up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from units.models import Unit
from units.permissions import Actor
from units.tree import Ancestor


@dataclass(frozen=True)
class Section:
    """One tab: key in the address, title, the template that draws it, its context, how much it holds."""

    key: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    count: int | None = None


Provider = Callable[[Actor, Unit, list[Ancestor], date], Section | None]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider: (actor, unit, predecessors, day) → a section, or None for an actor who may not see it;
    a constant number of queries, rows read only by the template.
    """
    _providers.append(provider)
    return provider


def sections_of(actor: Actor, unit: Unit, ancestors: list[Ancestor], day: date) -> list[Section]:
    """Everything the apps above tell about the unit."""
    found = [provider(actor, unit, ancestors, day) for provider in _providers]
    return [section for section in found if section is not None]
