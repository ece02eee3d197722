"""Titles and forms a unit may aim at. The app above owns the catalogue and registers how to read it."""

from collections.abc import Callable
from datetime import date

PERSON = "person"
COLLECTIVE = "collective"

# (day, "person" or "collective") → (code, name) in the order of the catalogue
Provider = Callable[[date, str], list[tuple[str, str]]]
_providers: list[Provider] = []


def register_titles(provider: Provider) -> Provider:
    """Install the one reader of the catalogue; done once at start-up."""
    _providers[:] = [provider]
    return provider


def titles(day: date, subject_kind: str) -> list[tuple[str, str]]:
    """(code, name) of what a person or a collective may aim at on the day; empty without a catalogue."""
    return [pair for provider in _providers for pair in provider(day, subject_kind)]


def names(day: date) -> dict[str, str]:
    """code → name of every title and form of the day."""
    return dict(titles(day, PERSON)) | dict(titles(day, COLLECTIVE))
