"""Every question the code asks of the policy module, seen by its place; one place can be made to lie."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from django.db.models import Q

from units import permissions

ROOT = Path(__file__).resolve().parent.parent
POLICY = "units/permissions.py"
YES: dict[str, Any] = {"scope": Q(pk__isnull=False), "allows": True, "holds": True, "require": None}
# The same parameters as the originals: a swapped code object keeps the defaults of its function.
ASKING: dict[str, Callable[..., Any]] = {
    "scope": lambda actor, permission, field_name="unit": _hook("scope", (actor, permission, field_name)),  # type: ignore[name-defined]  # noqa: F821
    "allows": lambda actor, permission, unit: _hook("allows", (actor, permission, unit)),  # type: ignore[name-defined]  # noqa: F821
    "require": lambda actor, permission, unit: _hook("require", (actor, permission, unit)),  # type: ignore[name-defined]  # noqa: F821
    "holds": lambda actor, permission: _hook("holds", (actor, permission)),  # type: ignore[name-defined]  # noqa: F821
}


@dataclass
class Questions:
    """lying: the place that says yes to everything, or None. pages_open: every question outside actions and
    the policy module says yes. asked: places seen since it was last cleared.
    """

    lying: str | None = None
    pages_open: bool = False
    asked: set[str] = field(default_factory=set)
    originals: dict[str, FunctionType] = field(default_factory=dict)

    def answer(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """What the question is answered, now and at this place."""
        frame = sys._getframe(2)
        path = Path(frame.f_code.co_filename)
        if not path.is_relative_to(ROOT):
            return self.originals[name](*arguments)
        where = str(path.relative_to(ROOT))
        place = f"{where}:{frame.f_lineno} {name}"
        view = frame.f_locals.get("view") if where == "core/web.py" else None
        if view is not None:
            place = f"card of {view.__module__}.{view.__name__}"
        if not where.startswith("tests/"):
            self.asked.add(place)
        is_outside = where != POLICY and path.stem != "actions" and path.parent.name != "actions"
        if place == self.lying or (self.pages_open and is_outside):
            return YES[name]
        return self.originals[name](*arguments)

    @contextmanager
    def lies_at(self, place: str) -> Iterator[None]:
        """Let one place say yes."""
        self.lying = place
        try:
            yield
        finally:
            self.lying = None


def install(monkeypatch: pytest.MonkeyPatch) -> Questions:
    """Put the hook under the four functions of the policy, wherever they have been imported."""
    questions = Questions()
    for name, asking in ASKING.items():
        function = getattr(permissions, name)
        questions.originals[name] = FunctionType(
            function.__code__, permissions.__dict__, name, function.__defaults__
        )
        monkeypatch.setattr(function, "__code__", asking.__code__)
    monkeypatch.setattr(permissions, "_hook", questions.answer, raising=False)
    return questions
