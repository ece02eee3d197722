"""Where every unit hangs on a day: the pure computation behind Unit.path, the projection access rests on.

A unit hangs under the parent of its placement in force. A closed unit hangs under what took it over, so that
its records fall in the reach of the successor: one successor – under it; several – under the nearest unit
above all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Node:
    """A unit as the computation sees it; key is its primary key, negative for one that is only planned."""

    key: int
    code: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One placement: unit under parent from a day on."""

    unit: int
    parent: int
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Heir:
    """One succession; is_done when its change has been carried out, whatever the day."""

    predecessor: int
    successor: int
    on: date | None = None
    is_done: bool = False


class Cycle(ValueError):
    """Placements form a circle; keys: the units on it."""

    def __init__(self, keys: list[int]) -> None:
        super().__init__(keys)
        self.keys = keys


def _placed(places: Iterable[Place], day: date) -> dict[int, int]:
    """unit → parent: the placement in force, else the last one before the day, else the first one."""
    parents: dict[int, int] = {}
    for place in sorted(places, key=lambda row: row.since or date.min):
        if place.unit not in parents or (place.since or date.min) <= day:
            parents[place.unit] = place.parent
    return parents


def _above(parents: Mapping[int, int], key: int) -> list[int]:
    """The unit and everything above it, nearest first. Raises Cycle."""
    line = [key]
    seen = {key}
    while line[-1] in parents:
        above = parents[line[-1]]
        if above in seen:
            raise Cycle([*line, above])
        line.append(above)
        seen.add(above)
    return line


def _common(lines: list[list[int]]) -> int | None:
    """The nearest unit that stands in all lines; None when there is none."""
    shared = set(lines[0]).intersection(*lines[1:])
    return next((key for key in lines[0] if key in shared), None)


def parents_on(
    day: date, nodes: Mapping[int, Node], places: Iterable[Place], heirs: Iterable[Heir]
) -> dict[int, int]:
    """unit → the unit it hangs under on the day. Raises Cycle when placements form a circle.

    A succession that would make a circle is left out: the unit stays where it was placed last.
    """
    parents = _placed(places, day)
    for key in parents:
        _above(parents, key)
    taken: dict[int, list[int]] = {}
    since: dict[int, date] = {}
    for row in heirs:
        closed = nodes[row.predecessor].closed_on
        if closed is None or closed > day or not (row.is_done or (row.on or date.max) <= day):
            continue
        taken.setdefault(row.predecessor, []).append(row.successor)
        since[row.predecessor] = row.on or closed
    # the latest first: where a successor ended up itself is known before its predecessors follow it
    for key in sorted(taken, key=lambda k: (since[k], k), reverse=True):
        lines = [_above(parents, heir) for heir in sorted(taken[key])]
        target = lines[0][0] if len(lines) == 1 else _common(lines)
        if target is not None and key not in _above(parents, target):
            parents[key] = target
    return parents


def paths_on(
    day: date, nodes: Mapping[int, Node], places: Iterable[Place], heirs: Iterable[Heir]
) -> dict[int, str]:
    """unit → its path on the day («/M2/U078/»). Raises Cycle."""
    parents = parents_on(day, nodes, places, heirs)
    paths: dict[int, str] = {}

    def path(key: int) -> str:
        line = []
        while key not in paths and key in parents:
            line.append(key)
            key = parents[key]
        paths.setdefault(key, f"/{nodes[key].code}/")
        for below in reversed(line):
            paths[below] = f"{paths[parents[below]]}{nodes[below].code}/"
        return paths[line[0]] if line else paths[key]

    return {key: path(key) for key in nodes}
