"""Scoring of one member: a line for every item, then the ceilings over all of them, then gates.

What is unknown stays unknown: a member with an open line has no total.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext

from campaigns.scoring import words
from campaigns.scoring.facts import ZERO
from campaigns.scoring.lines import POINT_WORDS, Line, Question, Sheet
from campaigns.scoring.results import Member
from campaigns.scoring.scheme import BASE, BONUS, CONDITION, Gate, Item, Scheme

# Products of what the reader lets in are exact, and one division cannot reach a rounding border by error.
EXACT = Context(prec=80)
CLEAR, HIT, OPEN = "clear", "hit", "unknown"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a ceiling over all items takes off (or a floor adds)."""

    code: str
    amount: Decimal
    sentence: str


@dataclass(frozen=True, slots=True)
class GateFinding:
    """One gate for one member: clear, hit or unknown. excludes: awards, () = all."""

    code: str
    name: str
    state: str
    excludes: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class MemberScore:
    """All of one member. total: None while something is open; known_total: sum of what is known."""

    code: str
    name: str
    division: str
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    gates: tuple[GateFinding, ...]
    points: Decimal
    bonus: Decimal
    deduction: Decimal
    known_total: Decimal
    total: Decimal | None
    is_scored: bool
    votes: int | None = None
    by_code: Mapping[str, Line] = field(default_factory=dict, compare=False, repr=False)

    @property
    def questions(self) -> list[Question]:
        """Everything open about the member."""
        return [question for line in self.lines for question in line.questions]

    @property
    def open_count(self) -> int:
        """How many items have no points yet."""
        return sum(not line.is_known and line.kind in POINT_WORDS for line in self.lines)


def score_member(scheme: Scheme, member: Member) -> MemberScore:
    """Score one member by a scheme without grave faults."""
    with localcontext(EXACT):
        sheet = Sheet(scheme, member)
        lines = tuple(sheet.line(item) for item in scheme.items_of(member.division))
        return _total(scheme, member, lines)


# --- totals and gates ----------------------------------------------------------------------------------
def _total(scheme: Scheme, member: Member, lines: tuple[Line, ...]) -> MemberScore:
    points = sum((line.points for line in lines), ZERO)
    surplus = sum((line.bonus for line in lines if line.kind == BASE), ZERO)
    extra = sum((line.bonus for line in lines if line.kind == BONUS), ZERO)
    deduction = sum((line.deduction for line in lines), ZERO)
    adjustments: list[Adjustment] = []

    def cap(code: str, what: str, value: Decimal, most: Decimal | None, sign: int) -> Decimal:
        if most is None or value <= most:
            return value
        shown = f"{words.points(value, scheme.places)} → {words.points(most, scheme.places)}"
        sentence = f"{what} {shown} (chặn ở {words.number(most)})"
        adjustments.append(Adjustment(code, sign * (most - value), sentence))
        return most

    ceilings, scale = scheme.ceilings, scheme.division(member.division).scale
    surplus = cap("quantitative_bonus", "Tổng thưởng định lượng", surplus, ceilings.quantitative_bonus, 1)
    bonus = cap("bonus", "Tổng điểm thưởng", surplus + extra, ceilings.bonus, 1)
    deduction = cap("penalty", "Tổng điểm trừ", deduction, ceilings.penalty, -1)
    total = points + bonus - deduction
    if not scale.may_exceed:
        total = cap("total", "Tổng điểm", total, scale.total, 1)
    if scale.floor is not None and total < scale.floor:
        shown = f"{words.points(total, scheme.places)} → {words.points(scale.floor, scheme.places)}"
        adjustments.append(Adjustment("floor", scale.floor - total, f"Tổng điểm {shown} (điểm sàn)"))
        total = scale.floor
    grain = words.GRAINS[scheme.places]
    has_points = any(line.kind in POINT_WORDS for line in lines)
    is_complete = all(line.is_known for line in lines if line.kind in POINT_WORDS)
    by_code = {line.item: line for line in lines}
    return MemberScore(
        code=member.code,
        name=member.name,
        division=member.division,
        lines=lines,
        adjustments=tuple(adjustments),
        gates=tuple(_gate(scheme, gate, by_code[gate.item]) for gate in scheme.gates if gate.item in by_code),
        points=points.quantize(grain),
        bonus=bonus.quantize(grain),
        deduction=deduction.quantize(grain),
        known_total=total.quantize(grain),
        total=total.quantize(grain) if is_complete and has_points else None,
        is_scored=any(line.rounds for line in lines),
        votes=member.votes,
        by_code=by_code,
    )


def figure_of(scheme: Scheme, line: Line, by: str) -> Decimal | None:
    """The number of a line that a tie step or a gate looks at; None while it is unknown."""
    item = scheme.items[line.item]
    if by == "points":
        return line.points + line.bonus + line.deduction if line.is_known else None
    return item.formula.figure(line.facts, by, scheme.period)


def natural_figure(item: Item) -> str:
    """What is looked at when the scheme does not say it."""
    if item.has_points:
        return "points"
    return "yes" if item.kind == CONDITION else "percent" if "whole" in item.formula.reads() else "value"


def _gate(scheme: Scheme, gate: Gate, line: Line) -> GateFinding:
    by = gate.by or ("yes" if gate.test in ("yes", "no") else natural_figure(scheme.items[gate.item]))
    value = figure_of(scheme, line, by)
    limit = gate.limit if gate.limit is not None else ZERO
    excludes = tuple(gate.excludes)
    if value is None:
        sentence = f"Chưa rõ «{gate.name}»; cần xác định trước khi đề nghị khen thưởng."
        return GateFinding(gate.code, gate.name, OPEN, excludes, sentence)
    tests = {"yes": value == 1, "no": value == 0, "at_least": value >= limit, "below": value < limit}
    if not tests[gate.test]:
        return GateFinding(gate.code, gate.name, CLEAR, excludes, f"Không thuộc trường hợp «{gate.name}».")
    what = "mọi danh hiệu" if not excludes else ", ".join(excludes)
    return GateFinding(
        gate.code, gate.name, HIT, excludes, f"«{gate.name}»: không được đề nghị {what}; vẫn được xếp hạng."
    )
