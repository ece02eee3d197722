"""Who is acting now: the ambient actor that scoped managers demand and the second wall of the database obeys.

A web request acts for the account that sent it, a scheduled task or a command for the system with a reason.
Business tables cannot be read while nobody acts. For an account the database connection takes the role
DB_ROLE, which row-level security binds to the actor's part of the tree (docs/decisions/0013-second-wall.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models

DB_ROLE = "thidua_app"


class NoActor(RuntimeError):
    """A business table was asked while nobody acts: the code runs outside a request, task or command."""


class Actor(Protocol):
    """What the wall needs to know about who acts."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...
    @property
    def wall_scope(self) -> str | None: ...


@dataclass(frozen=True)
class Ground:
    """On whose behalf the code runs. reason: why the system acts, "" for a person. scope: the part of the
    tree the database shows, "" = nothing of it; None = the system, which the second wall does not bind.
    """

    reason: str
    user_id: int | None = None
    scope: str | None = None


_ground: ContextVar[Ground | None] = ContextVar("ground", default=None)


def current() -> Ground | None:
    """On whose behalf the code runs now; None = nobody's."""
    return _ground.get()


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Run a block on the actor's behalf; None = nobody acts (a page for everybody)."""
    ground = None
    if actor is not None:
        # the label of a person costs a query; the number says who it is
        reason = actor.label if actor.user_id is None else ""
        ground = Ground(reason, actor.user_id, actor.wall_scope)
    token = _ground.set(ground)
    try:
        yield
    finally:
        _ground.reset(token)


@contextmanager
def as_system(reason: str) -> Iterator[None]:
    """Run a block for the system: scheduled work, a command, or the part of an action that must reach beyond
    the actor's own units (a merger moves rows to units the administrator does not see yet). The first wall
    has decided before.
    """
    token = _ground.set(Ground(reason))
    try:
        yield
    finally:
        _ground.reset(token)


def enter_system(reason: str) -> Ground | None:
    """Let what follows in this thread run for the system; returns what was before, for back_to."""
    before = _ground.get()
    _ground.set(Ground(reason))
    return before


def back_to(before: Ground | None) -> None:
    """Undo enter_system."""
    _ground.set(before)


class ScopedManager(models.Manager[Any]):
    """The manager of every business table: it raises NoActor while nobody acts.

    It narrows nothing by itself: queries start from a function …_for(actor), and the database narrows again.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        if _ground.get() is None:
            raise NoActor(
                f"{self.model._meta.label} was asked while nobody acts: "
                "use core.wall.acting(actor) or as_system(reason)"
            )
        return super().get_queryset()

    def none(self) -> models.QuerySet[Any]:
        """No rows: nothing is asked, so nobody has to act (forms name their model when they are defined)."""
        return super().get_queryset().none()
