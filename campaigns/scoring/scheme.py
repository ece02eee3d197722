"""A scoring scheme as data: groups of items with formulas, ceilings, gates, ties and allocations.

Everything is frozen; reading.py and scheme_reading.py make it from JSON, scheme_check.py says what is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from campaigns.scoring.facts import Period
from campaigns.scoring.formulas import (
    BASE,
    BONUS,
    CONDITION,
    PENALTY,
    SIDE,
    Awards,
    Count,
    Figure,
    Formula,
    Grades,
    Inverse,
    Manual,
    Ratio,
    YesNo,
)
from campaigns.scoring.formulas import Fraction as Share
from campaigns.scoring.steps import Bands, Deduction, Lateness

FORMAT = "thidua-scoring-1"
FORMULAS = {
    kind.name: kind
    for kind in (
        Ratio,
        Inverse,
        Share,
        Bands,
        Grades,
        Count,
        YesNo,
        Awards,
        Deduction,
        Lateness,
        Manual,
        Figure,
    )
}
KINDS = {
    BASE: "điểm chuẩn",
    BONUS: "điểm thưởng",
    PENALTY: "điểm trừ",
    SIDE: "số liệu phụ",
    CONDITION: "điều kiện",
}
UNIT, HEAD, OFFICE = "unit", "block_head", "standing_office"
SCORERS = {UNIT: "đơn vị tự chấm", HEAD: "Trưởng khối, Phó khối", OFFICE: "cơ quan thường trực"}
NOT_ASKED, ASKED, REQUIRED = "no", "asked", "required"
DESCENDING, ASCENDING = "desc", "asc"
GATE_TESTS = ("yes", "no", "at_least", "below")


@dataclass(frozen=True)
class Requirement:
    """Another item that has to be met before this one counts: answered yes, or with points at least this
    (None: more than 0).
    """

    item: str
    points: Decimal | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Item:
    """One criterion. maximum: None only where a kind has none; absent_is_none: no entry means there was none
    (else it is unknown).
    """

    code: str
    name: str
    group: str
    kind: str
    formula: Formula
    maximum: Decimal | None = None
    floor: Decimal = Decimal(0)
    scorer: str = HEAD
    requires: Sequence[Requirement] = ()
    evidence: str = NOT_ASKED
    absent_is_none: bool = False
    place: str = field(default="", compare=False)

    @property
    def has_points(self) -> bool:
        return self.kind in (BASE, BONUS, PENALTY)


@dataclass(frozen=True)
class Group:
    """A part of the scheme. maximum: what the sheet declares for its items; is_ranking_only: no points."""

    code: str
    name: str
    items: Sequence[Item]
    maximum: Decimal | None = None
    is_ranking_only: bool = False
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class TieStep:
    """One step of the tie chain: a number of an item, or the points of a group. by: "" = the natural one."""

    item: str = ""
    group: str = ""
    by: str = ""
    direction: str = DESCENDING
    label: str = ""
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Allocation:
    """How many of an award may be proposed: a number, or per cent of the members (rounded down)."""

    award: str
    name: str
    number: int | None = None
    percent: Decimal | None = None
    minimum_score: Decimal | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Scale:
    """What the sheet declares: base, bonus, total. may_exceed: the total is not cut at the declared one."""

    base: Decimal | None = None
    bonus: Decimal | None = None
    total: Decimal | None = None
    may_exceed: bool = True
    floor: Decimal | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Division:
    """Members compared with each other: their groups of items, tie chain and allocations."""

    code: str
    name: str
    groups: Sequence[str]
    scale: Scale = Scale()
    tie_chain: Sequence[TieStep] = ()
    allocations: Sequence[Allocation] = ()
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Gate:
    """A finding that keeps a member from being proposed, never from being ranked. excludes: () = all."""

    code: str
    name: str
    item: str
    test: str
    limit: Decimal | None = None
    by: str = ""
    excludes: Sequence[str] = ()
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Ceilings:
    """Ceilings over all items: surplus of plans, all bonus, all deductions."""

    quantitative_bonus: Decimal | None = None
    bonus: Decimal | None = None
    penalty: Decimal | None = None


@dataclass(frozen=True)
class CommentLimit:
    """A difference between self score and counted score beyond this needs a comment."""

    points: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class Final:
    """How rounds make the counted score. self_share: per cent of the self score in items of the block head;
    office_overrides: a score of the standing office replaces the head's.
    """

    self_share: Decimal = Decimal(0)
    office_overrides: bool = False


@dataclass(frozen=True)
class Scheme:
    """A whole scheme of one year."""

    name: str
    year: int
    groups: Sequence[Group]
    divisions: Sequence[Division]
    period: Period | None = None
    places: int = 2
    ceilings: Ceilings = Ceilings()
    gates: Sequence[Gate] = ()
    comment_limit: CommentLimit | None = None
    final: Final = Final()
    vote_after_tie: bool = True

    @cached_property
    def items(self) -> dict[str, Item]:
        """Items by code."""
        return {item.code: item for group in self.groups for item in group.items}

    @cached_property
    def _division_items(self) -> dict[str, tuple[Item, ...]]:
        groups = {group.code: group for group in self.groups}
        return {
            division.code: tuple(
                item for code in division.groups if code in groups for item in groups[code].items
            )
            for division in self.divisions
        }

    def items_of(self, division: str) -> tuple[Item, ...]:
        """The items of a division in the order of its groups."""
        return self._division_items[division]

    def division(self, code: str) -> Division:
        """The division with this code."""
        return next(division for division in self.divisions if division.code == code)

    def group(self, code: str) -> Group:
        """The group with this code."""
        return next(group for group in self.groups if group.code == code)

    def has_points(self, division: str) -> bool:
        """Whether the division is ranked by points; else by its chain of figures."""
        return any(item.has_points for item in self.items_of(division))
