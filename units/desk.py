"""«Việc của tôi»: what waits for the actor, computed from states.

Apps above register their sources at start-up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from units.permissions import Actor


@dataclass(frozen=True)
class DeskItem:
    """One piece of work: what, for whom or from whom, until when, one button.

    is_mine: waits for the actor (else for someone else). due_on: None when nothing sets a date.
    """

    what: str
    about: str
    url: str
    button: str
    due_on: date | None = None
    is_mine: bool = True
    waiting_for: str = ""

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True)
class DeskDate:
    """One date in the coming days."""

    on: date
    what: str
    url: str = ""


@dataclass(frozen=True)
class Desk:
    """The whole desk: mine by date (overdue first, undated last), waiting, dates of the next 30 days."""

    mine: list[DeskItem]
    waiting: list[DeskItem]
    dates: list[DeskDate]


Source = Callable[[Actor, date], Iterable[DeskItem | DeskDate]]
_sources: list[Source] = []
_personal: list[Source] = []


def register(source: Source) -> Source:
    """Add a source of work: (actor, today) → items and dates; a bounded number of rows,
    a constant number of queries.
    """
    _sources.append(source)
    return source


def register_personal(source: Source) -> Source:
    """Add a source of work that waits for the person, whatever the role, even without one."""
    _personal.append(source)
    return source


def desk_of(actor: Actor, today: date, *, with_personal: bool = True) -> Desk:
    """Everything that waits for the actor today, from all sources; without the personal ones: what waits for
    the role alone.
    """
    sources = [*(_sources if actor.assignment else []), *(_personal if with_personal else [])]
    found = [item for source in sources for item in source(actor, today)]
    items = sorted(
        (i for i in found if isinstance(i, DeskItem)), key=lambda i: (i.due_on or date.max, i.what)
    )
    dates = sorted((d for d in found if isinstance(d, DeskDate)), key=lambda d: d.on)
    return Desk([i for i in items if i.is_mine], [i for i in items if not i.is_mine], dates)


def count_mine(actor: Actor, today: date) -> int:
    """How many pieces of work wait for the actor (the number beside the menu)."""
    return len(desk_of(actor, today).mine)
