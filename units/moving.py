"""What moves when a unit ends: apps register their movers; posts are the organisation's own.

A mover looks (preview) and acts (move) by the same selection, so the page shows before what happens after.
Rows that are decided never change: they stay with the unit of their day and are read through its successor.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from core import audit
from units.models import Placement, Posting, Unit
from units.permissions import Actor

NOT_PLACED = "chưa bố trí"
STAYS = "ở lại, chỉ để tra cứu"


@dataclass(frozen=True)
class Passage:
    """One unit that ends on a day and where its open work goes.

    successor: the only successor, or of several the one chosen to take the work, or None. is_only: whether
    it is the only one: then the people go there too. Unsaved when it opens on that day. fallback: the unit
    above, where work of others waits on when there is no successor.
    """

    predecessor: Unit
    successor: Unit | None
    on: date
    document: str = ""
    is_only: bool = True
    fallback: Unit | None = None

    @property
    def heir_key(self) -> int:
        """The successor's primary key; 0 when it does not exist yet or there is none."""
        return (self.successor.pk or 0) if self.successor else 0


@dataclass(frozen=True)
class MoveLine:
    """One line of the preview and of the summary: so many of something of one unit go somewhere."""

    unit: int
    count: int
    what: str
    where_to: str
    items: tuple[str, ...] = ()
    tone: str = "neutral"


@dataclass(frozen=True)
class Mover:
    """What one kind of work does when units end. Both functions take all passages of the change at once."""

    key: str
    preview: Callable[[Sequence[Passage]], Iterable[MoveLine]]
    move: Callable[[Sequence[Passage], Actor], Iterable[MoveLine]]


_movers: list[Mover] = []


def register(mover: Mover) -> None:
    """Add a mover; done once per app at start-up."""
    _movers[:] = [m for m in _movers if m.key != mover.key] + [mover]


def movers() -> list[Mover]:
    """All movers, the organisation's own first."""
    return [Mover("posting", preview_posts, move_posts), *_movers]


def rows_of(model: type[Any], *, lock: bool) -> Any:
    """All rows of a model, locked when they are about to change."""
    return model.objects.select_for_update(of=("self",), no_key=True) if lock else model.objects.all()


def by_unit(passages: Sequence[Passage]) -> dict[int, Passage]:
    """predecessor → its passage."""
    return {passage.predecessor.pk: passage for passage in passages}


@dataclass(frozen=True)
class Parting:
    """Rows of one unit that go one way: to the successor, or (target None) nowhere."""

    passage: Passage
    target: Unit | None
    rows: list[Any]


def part(
    rows: Iterable[Any],
    passages: Sequence[Passage],
    unit_of: Callable[[Any], int],
    *,
    clash_key: Callable[[Any], tuple[Any, ...]] | None = None,
    taken: Iterable[tuple[Any, ...]] = (),
) -> list[Parting]:
    """Rows by unit and by where they go.

    clash_key: what must be unique at a successor; taken: (successor, *key) that exist there. A row that
    would clash stays; of two predecessors the first (by the order of rows) goes.
    """
    known = by_unit(passages)
    used = set(taken)
    going: dict[int, list[Any]] = {}
    staying: dict[int, list[Any]] = {}
    for row in rows:
        passage = known[unit_of(row)]
        key = (_target_key(passage), *clash_key(row)) if clash_key else None
        if passage.successor is None or (key is not None and key in used):
            staying.setdefault(unit_of(row), []).append(row)
            continue
        if key is not None:
            used.add(key)
        going.setdefault(unit_of(row), []).append(row)
    found = [Parting(known[unit], known[unit].successor, rows) for unit, rows in going.items()]
    return found + [Parting(known[unit], None, rows) for unit, rows in staying.items()]


def _target_key(passage: Passage) -> Any:
    return passage.heir_key or (passage.successor.code if passage.successor else "")


def lines_of(
    partings: Iterable[Parting], what: str, *, stays: str = STAYS, say: Callable[[Any], str] = str
) -> list[MoveLine]:
    """The lines of a preview or summary."""
    return [
        MoveLine(
            parting.passage.predecessor.pk,
            len(parting.rows),
            what,
            parting.target.name if parting.target else stays,
            tuple(say(row) for row in parting.rows[:200]),
            "neutral" if parting.target else "warn",
        )
        for parting in partings
        if parting.rows
    ]


def hand_over(
    partings: Iterable[Parting], action: str, actor: Actor, *, fields: Sequence[str] = ("unit",)
) -> None:
    """Set the fields of the rows to the successor; the version grows, so forms opened before are refused.

    One entry in the trail per row, naming the unit it came from.
    """
    for parting in partings:
        if parting.target is None:
            continue
        for row in parting.rows:
            changed = [
                name for name in fields if getattr(row, f"{name}_id") == parting.passage.predecessor.pk
            ]
            for name in changed:
                setattr(row, name, parting.target)
            if hasattr(row, "version"):
                row.version += 1
                changed.append("version")
            row.save(update_fields=changed)
            move = [parting.passage.predecessor.name, parting.target.name]
            audit.record(actor, action, row, changes={"unit": move}, note=parting.passage.document)


# --- posts ---------------------------------------------------------------------------------------
def _posts(passages: Sequence[Passage], lock: bool) -> list[Posting]:
    known = by_unit(passages)
    rows = rows_of(Posting, lock=lock).filter(unit__in=known).select_related("person")
    rows = rows.order_by("unit", "person__sort_key", "pk")
    return [
        row
        for row in rows
        if row.valid_from < known[row.unit_id].on
        and (row.valid_to is None or row.valid_to > known[row.unit_id].on)
    ]


def _lone_heads(posts: Sequence[Posting], passages: Sequence[Passage]) -> set[int]:
    """Posts of heads who are the only head arriving at (or already heading) the successor: they stay heads.

    Of two heads none is: who heads the new unit is decided by people.
    """
    known = by_unit(passages)
    heads: dict[Any, list[int]] = {}
    for post in posts:
        passage = known[post.unit_id]
        if post.is_unit_head and passage.successor and passage.is_only:
            heads.setdefault(_target_key(passage), []).append(post.pk)
    keys = [key for key in heads if isinstance(key, int)]
    headed = set(
        Posting.objects.filter(unit__in=keys, is_unit_head=True)
        .filter(Q(valid_to=None) | Q(valid_to__gt=passages[0].on))
        .values_list("unit", flat=True)
    )
    return {rows[0] for key, rows in heads.items() if len(rows) == 1 and key not in headed}


def _people(passages: Sequence[Passage], *, lock: bool) -> tuple[list[Posting], list[Parting]]:
    posts = _posts(passages, lock)
    whole = [p if p.is_only else _without_successor(p) for p in passages]
    return posts, part(posts, whole, lambda row: row.unit_id)


def _without_successor(passage: Passage) -> Passage:
    return Passage(passage.predecessor, None, passage.on, passage.document, False)


def _post_line(post: Posting, lone: set[int]) -> str:
    head = ""
    if post.is_unit_head:
        head = " – tiếp tục là thủ trưởng" if post.pk in lone else " – thôi là thủ trưởng, chờ quyết định"
    return f"{post.person.full_name}, {post.title}{head}"


def _post_lines(posts: list[Posting], partings: list[Parting], lone: set[int]) -> list[MoveLine]:
    return lines_of(partings, "người giữ vị trí", stays=NOT_PLACED, say=lambda row: _post_line(row, lone))


def preview_posts(passages: Sequence[Passage]) -> list[MoveLine]:
    """Who continues where, and who has no place yet."""
    posts, partings = _people(passages, lock=False)
    return _post_lines(posts, partings, _lone_heads(posts, passages)) if posts else []


def move_posts(passages: Sequence[Passage], actor: Actor) -> list[MoveLine]:
    """End the posts on the day; at an only successor they go on with the same title from that day."""
    posts, partings = _people(passages, lock=True)
    if not posts:
        return []
    lone = _lone_heads(posts, passages)
    lines = _post_lines(posts, partings, lone)
    continued = []
    for parting in partings:
        for post in parting.rows if parting.target else ():
            head = post.is_unit_head and post.pk in lone
            continued.append(
                Posting(
                    person=post.person, unit=parting.target, title=post.title, leader_level=post.leader_level,
                    is_unit_head=head, is_direct_worker=post.is_direct_worker, valid_from=parting.passage.on,
                    valid_to=post.valid_to, post=post.post, document=parting.passage.document[:250],
                )
            )  # fmt: skip
    on = {p.predecessor.pk: p.on for p in passages}
    for post in posts:
        post.valid_to = on[post.unit_id]
    Posting.objects.bulk_update(posts, ["valid_to"], batch_size=500)
    Posting.objects.bulk_create(continued, batch_size=500)
    return lines


def placed_below(units: Iterable[Unit], on: date) -> list[Placement]:
    """Placements in force on the day under the units, of units that are open."""
    rows = Placement.objects.filter(parent__in=list(units)).select_related("unit", "parent")
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on)).exclude(unit__valid_to__lte=on)
    return list(rows.order_by("unit__sort_key", "pk"))
