"""One line of the sheet for each item of a member: rounds, counted score, sentence, questions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from campaigns.scoring import words
from campaigns.scoring.facts import ZERO, Facts
from campaigns.scoring.formulas import HUNDRED, Ask, Worked
from campaigns.scoring.results import Member, Result
from campaigns.scoring.scheme import (
    ASKED,
    BASE,
    BONUS,
    CONDITION,
    HEAD,
    NOT_ASKED,
    OFFICE,
    PENALTY,
    UNIT,
    Item,
    Scheme,
)

UNKNOWN, COMMENT, EVIDENCE = "unknown", "comment", "evidence"
POINT_WORDS = {BASE: "điểm", BONUS: "điểm thưởng", PENALTY: "điểm trừ"}
_ASK_WORDS = {
    UNIT: "đơn vị tự chấm",
    HEAD: "Trưởng khối, Phó khối chấm",
    OFFICE: "cơ quan thường trực chấm",
}
# What «not written means there was none» stands for.
_NONE: Facts = {"yes": False, "count": ZERO, "days_late": ZERO, "awards": []}


@dataclass(frozen=True, slots=True)
class Question:
    """What people have to settle. blocks: the line has no points until then."""

    item: str
    kind: str
    sentence: str
    blocks: bool
    fact: str = ""


@dataclass(frozen=True, slots=True)
class RoundScore:
    """One scorer's view of an item. points: None when his facts do not suffice (ask says why)."""

    points: Decimal | None
    bonus: Decimal
    raw: Decimal | None
    sentence: str
    ask: Ask | None = None
    differs: str = ""

    @property
    def value(self) -> Decimal | None:
        """Points with their bonus; None when unknown."""
        return None if self.points is None else self.points + self.bonus


@dataclass(frozen=True, slots=True)
class Line:
    """One item of one member: the three rounds, and what counts. A deduction is positive and is taken off."""

    item: str
    group: str
    name: str
    kind: str
    scorer: str
    is_known: bool
    points: Decimal
    bonus: Decimal
    deduction: Decimal
    raw: Decimal | None
    sentence: str
    rounds: Mapping[str, RoundScore]
    questions: tuple[Question, ...]
    facts: Facts
    is_void: bool = False

    @property
    def net(self) -> Decimal:
        """What the line adds to the total."""
        return self.points + self.bonus - self.deduction

    @property
    def difference(self) -> Decimal | None:
        """Counted minus self score; None while one of them is unknown."""
        own = self.rounds.get(UNIT)
        if own is None or own.value is None or not self.is_known or self.scorer == UNIT:
            return None
        return self.points + self.bonus + self.deduction - own.value


class Sheet:
    """The lines of one member while they are made: prerequisites look at other lines first."""

    def __init__(self, scheme: Scheme, member: Member) -> None:
        self.scheme, self.member = scheme, member
        self.lines: dict[str, Line] = {}
        self.open: set[str] = set()

    def line(self, item: Item) -> Line:
        """The line of an item, made once."""
        if item.code in self.lines:
            return self.lines[item.code]
        if item.code in self.open:
            raise ValueError(f"prerequisites of {item.code} run in a circle: check the scheme first")
        self.open.add(item.code)
        made = self._make(item)
        if item.requires:
            made = self._with_requirements(item, made)
        self.lines[item.code] = made
        return made

    def _make(self, item: Item) -> Line:
        result = self.member.results.get(item.code)
        if result is None or not (result.facts or result.rounds):
            if item.absent_is_none:
                shown = "không ghi nhận"
                text = (
                    f"{shown} → {self._points(ZERO)} {POINT_WORDS[item.kind]}" if item.has_points else shown
                )
                return self._line(item, {}, RoundScore(ZERO, ZERO, None, text), _NONE)
            if result is None:
                return self._line(item, {}, _unscored(item), {})
        rounds = {
            scorer: self._round(item, result.of(scorer))
            for scorer in (UNIT, HEAD, OFFICE)
            if scorer in result.rounds or (scorer == item.scorer and result.facts)
        }
        counted, scorer = self._counted(item, rounds)
        line = self._line(item, rounds, counted, result.of(scorer))
        return self._with_questions(item, result, line, counted)

    def _counted(self, item: Item, rounds: dict[str, RoundScore]) -> tuple[RoundScore, str]:
        """The round that counts, by the rule of the scheme."""
        final = self.scheme.final
        if item.scorer == HEAD and final.office_overrides and OFFICE in rounds:
            return rounds[OFFICE], OFFICE
        counted = rounds.get(item.scorer) or _unscored(item)
        if item.scorer != HEAD or not final.self_share or not item.has_points or counted.points is None:
            return counted, item.scorer
        own = rounds.get(UNIT)
        if own is None or own.points is None:
            return _unscored(item, UNIT), item.scorer
        share, rest = final.self_share, HUNDRED - final.self_share
        points = self._round_half_up((own.points * share + counted.points * rest) / HUNDRED)
        bonus = self._round_half_up((own.bonus * share + counted.bonus * rest) / HUNDRED)
        sentence = (
            f"{words.number(share)} % điểm tự chấm {self._points(own.points)} + {words.number(rest)} % điểm"
            f" thẩm định {self._points(counted.points)} → {self._points(points)} {POINT_WORDS[item.kind]}"
        )
        if bonus:
            sentence += f", thưởng {self._points(bonus)}"
        return replace(counted, points=points, bonus=bonus, sentence=sentence), item.scorer

    # --- one round ---------------------------------------------------------------------------------
    def _round(self, item: Item, facts: Facts) -> RoundScore:
        as_of, period = facts.get("as_of"), self.scheme.period
        typed = facts.get("points")
        if as_of and period and as_of not in period:
            sentence = f"Số liệu tính đến {words.day(as_of)} nằm ngoài kỳ {period}: cần số liệu đúng kỳ."
            return RoundScore(None, ZERO, None, sentence, Ask("as_of", sentence))
        worked = item.formula.work(facts, item.maximum, period)
        if not item.has_points:
            return _answer(worked)
        computed = self._computed(item, worked) if isinstance(worked, Worked) else None
        if typed is None:
            if computed is None and isinstance(worked, Ask):
                return RoundScore(None, ZERO, None, worked.sentence, worked)
            return computed or _unscored(item)
        return self._typed(item, facts, typed, computed)

    def _computed(self, item: Item, worked: Worked) -> RoundScore:
        raw = self._round_half_up(worked.raw)
        value, why = raw, ""
        if item.maximum is not None and worked.raw > item.maximum:
            value, why = item.maximum, "điểm tối đa"
        elif worked.raw < item.floor:
            value, why = item.floor, "điểm sàn"
        bonus = ZERO
        if worked.bonus:
            bonus = min(self._round_half_up(worked.bonus), self._down(item.formula.bonus_cap(item.maximum)))
        text = f"{worked.shown} = {self._points(raw)}" if worked.is_sum else worked.shown
        if not worked.is_sum or value != raw:
            text += f" → {self._points(value)}"
        text += f" {POINT_WORDS[item.kind]}"
        if bonus:
            text += f", thưởng {self._points(bonus)}"
        notes = [note for note in (worked.note, why if why and not bonus else "") if note]
        if notes:
            text += f" ({'; '.join(notes)})"
        return RoundScore(value.quantize(self._grain), bonus, raw, text)

    def _typed(self, item: Item, facts: Facts, typed: Decimal, computed: RoundScore | None) -> RoundScore:
        points = self._round_half_up(max(typed, item.floor))
        if item.maximum is not None:
            points = min(points, item.maximum)
        bonus = min(
            self._round_half_up(facts.get("bonus") or ZERO), self._down(item.formula.bonus_cap(item.maximum))
        )
        text = f"chấm {self._points(points)} {POINT_WORDS[item.kind]}"
        if bonus:
            text += f", thưởng {self._points(bonus)}"
        if (
            computed is None
            or computed.points is None
            or (computed.points, computed.bonus) == (points, bonus)
        ):
            return RoundScore(points, bonus, computed.raw if computed else None, text)
        differs = f"điểm chấm khác điểm theo công thức: {computed.sentence}"
        return RoundScore(
            points, bonus, computed.raw, f"{text} (theo công thức: {computed.sentence})", None, differs
        )

    # --- lines -------------------------------------------------------------------------------------
    def _line(self, item: Item, rounds: dict[str, RoundScore], counted: RoundScore, facts: Facts) -> Line:
        known = counted.points is not None
        points = counted.points if counted.points is not None and item.has_points else ZERO
        questions: tuple[Question, ...] = ()
        if counted.ask and not known:
            blocks = item.has_points
            questions = (Question(item.code, UNKNOWN, counted.ask.sentence, blocks, counted.ask.fact),)
        return Line(
            item=item.code,
            group=item.group,
            name=item.name,
            kind=item.kind,
            scorer=item.scorer,
            is_known=known,
            points=points if item.kind == BASE else ZERO,
            bonus=counted.bonus if item.kind == BASE else points if item.kind == BONUS else ZERO,
            deduction=points if item.kind == PENALTY else ZERO,
            raw=counted.raw,
            sentence=counted.sentence,
            rounds=rounds,
            questions=questions,
            facts=facts,
        )

    def _with_questions(self, item: Item, result: Result, line: Line, counted: RoundScore) -> Line:
        """Questions about evidence, differences and points that do not follow the formula."""
        questions = list(line.questions)
        if counted.differs and not result.comment:
            sentence = f"{counted.differs}. Hãy ghi ý kiến giải thích."
            questions.append(Question(item.code, COMMENT, sentence[0].upper() + sentence[1:], blocks=False))
        gap = self._wide_difference(item, line)
        if gap and not result.comment:
            questions.append(Question(item.code, COMMENT, gap, blocks=False))
        line = replace(line, questions=tuple(questions)) if len(questions) != len(line.questions) else line
        if item.evidence == NOT_ASKED or not line.is_known or result.has_evidence:
            return line
        return self._without_evidence(item, line, result.has_evidence)

    def _wide_difference(self, item: Item, line: Line) -> str:
        limit, gap = self.scheme.comment_limit, line.difference
        if limit is None or gap is None:
            return ""
        most = limit.points
        if most is None:
            if limit.percent is None or item.maximum is None:
                return ""
            most = limit.percent * item.maximum / HUNDRED
        if abs(gap) <= most:
            return ""
        return (
            f"Điểm được tính và điểm tự chấm chênh {self._points(abs(gap))}, quá {words.number(most)} điểm:"
            " cần ghi ý kiến giải thích."
        )

    def _without_evidence(self, item: Item, line: Line, has_evidence: bool | None) -> Line:
        if line.net == 0:
            return line
        if item.evidence == ASKED:
            sentence = "Chưa có minh chứng kèm theo; hãy bổ sung."
            question = Question(item.code, EVIDENCE, sentence, blocks=False)
            return replace(line, questions=(*line.questions, question))
        if has_evidence is None:
            sentence = "Chưa rõ có minh chứng hay không; tiêu chí này phải có minh chứng mới được tính điểm."
            question = Question(item.code, EVIDENCE, sentence, blocks=True, fact="evidence")
            return _open_line(line, sentence, question)
        return _void(line, "Không có minh chứng nên không tính điểm", self._points(ZERO))

    def _with_requirements(self, item: Item, line: Line) -> Line:
        for requirement in item.requires:
            other = self.scheme.items[requirement.item]
            state = _is_met(self.line(other), other, requirement.points)
            if state is None:
                sentence = (
                    f"Chưa rõ đã đạt điều kiện «{other.name}» hay chưa; cần xác định trước khi tính điểm."
                )
                return _open_line(line, sentence, Question(item.code, UNKNOWN, sentence, True, other.code))
            if not state:
                return _void(
                    line, f"Chưa đạt điều kiện «{other.name}» nên không tính điểm", self._points(ZERO)
                )
        return line

    # --- numbers -----------------------------------------------------------------------------------
    @property
    def _grain(self) -> Decimal:
        return words.GRAINS[self.scheme.places]

    def _round_half_up(self, value: Decimal) -> Decimal:
        return words.rounded(value, self.scheme.places)

    def _down(self, value: Decimal) -> Decimal:
        return value.quantize(self._grain, "ROUND_FLOOR")

    def _points(self, value: Decimal) -> str:
        return words.points(value, self.scheme.places)


def _unscored(item: Item, scorer: str = "") -> RoundScore:
    who = _ASK_WORDS[scorer or item.scorer]
    sentence = f"Chưa có số liệu; cần {who}." if item.has_points else "Chưa có số liệu."
    return RoundScore(None, ZERO, None, sentence, Ask("", sentence))


def _answer(worked: Worked | Ask) -> RoundScore:
    if isinstance(worked, Ask):
        return RoundScore(None, ZERO, None, worked.sentence, worked)
    return RoundScore(ZERO, ZERO, worked.raw, worked.shown)


def _is_met(line: Line, item: Item, points: Decimal | None) -> bool | None:
    """Whether a prerequisite is met; None while it is unknown."""
    if item.kind == CONDITION:
        return line.facts.get("yes")
    if not line.is_known:
        return None
    reached = line.points + line.bonus
    return reached > 0 if points is None else reached >= points


def _open_line(line: Line, sentence: str, question: Question) -> Line:
    return replace(
        line,
        is_known=False,
        points=ZERO,
        bonus=ZERO,
        deduction=ZERO,
        sentence=sentence,
        questions=(*line.questions, question),
    )


def _void(line: Line, why: str, zero: str) -> Line:
    by_figures = f"; theo số liệu: {line.sentence}" if line.is_known and line.kind in POINT_WORDS else ""
    return replace(
        line,
        is_known=True,
        is_void=True,
        points=ZERO,
        bonus=ZERO,
        deduction=ZERO,
        sentence=f"{why} → {zero} {POINT_WORDS.get(line.kind, 'điểm')}{by_figures}",
        questions=tuple(question for question in line.questions if not question.blocks),
    )
