"""Sections that apps above add to a person's page (honours, initiatives): registered once at start-up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from units.models import Person
from units.permissions import Actor


@dataclass(frozen=True)
class Section:
    """One section: heading, the template that draws it, its context, and where it stands."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    count: int | None = None
    order: int = 100


Provider = Callable[[Actor, Person, date], Section | None]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider: (actor, person, day) → a section, or None for an actor who may not see it; a constant
    number of queries.
    """
    _providers.append(provider)
    return provider


def sections_of(actor: Actor, person: Person, day: date) -> list[Section]:
    """Everything the apps tell about the person, in order."""
    found = [provider(actor, person, day) for provider in _providers]
    return sorted((section for section in found if section is not None), key=lambda section: section.order)
