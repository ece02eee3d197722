"""Order of the members of a block: totals, then the tie chain, then the ballot; who may be proposed.

Places are 1, 2, 2, 4. Gates keep nobody from being ranked; who is not fully scored stands last without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from campaigns.scoring import words
from campaigns.scoring.facts import ZERO
from campaigns.scoring.proposals import Proposal, propose
from campaigns.scoring.scheme import ASCENDING, Division, Scheme, TieStep
from campaigns.scoring.scores import EXACT, MemberScore, figure_of, natural_figure
from core.text import sort_key

RANKED, NEEDS_VOTE, NEEDS_DATA, NOT_SCORED = "ranked", "needs_vote", "needs_data", "not_scored"
_BALLOT = "số phiếu bầu"


@dataclass(frozen=True, slots=True)
class Entry:
    """One member in the order. place: None when not fully scored; tied_with: codes on the same place."""

    score: MemberScore
    place: int | None
    state: str
    tied_with: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class DivisionRanking:
    """One division. is_final: everybody is scored and no tie is open."""

    code: str
    name: str
    has_points: bool
    entries: tuple[Entry, ...]
    proposals: tuple[Proposal, ...]
    is_final: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The whole block, division by division."""

    divisions: tuple[DivisionRanking, ...]


@dataclass
class _Notes:
    """What was decided on the way, by member."""

    sentences: dict[str, list[str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)

    def say(self, score: MemberScore, sentence: str) -> None:
        self.sentences.setdefault(score.code, []).append(sentence)


def rank(scheme: Scheme, scores: Sequence[MemberScore]) -> Ranking:
    """Rank scored members; the order in which they come does not matter."""
    with localcontext(EXACT):
        return Ranking(tuple(_division(scheme, division, scores) for division in scheme.divisions))


def _division(scheme: Scheme, division: Division, scores: Sequence[MemberScore]) -> DivisionRanking:
    members = sorted(
        (score for score in scores if score.division == division.code),
        key=lambda score: (sort_key(score.name), score.code),
    )
    has_points = scheme.has_points(division.code)
    notes = _Notes()
    placed, last = _placeable(scheme, division, members, has_points=has_points, notes=notes)
    classes = _order(scheme, division, placed, has_points=has_points, notes=notes)
    entries: list[Entry] = []
    for group in classes:
        place = len(entries) + 1
        codes = tuple(score.code for score in group)
        for score in group:
            tied = tuple(code for code in codes if code != score.code)
            state = notes.states.get(score.code, RANKED)
            sentence = " ".join(notes.sentences.get(score.code, ()))
            entries.append(Entry(score, place, state, tied, sentence))
    for score in last:
        sentence = " ".join(notes.sentences[score.code])
        entries.append(Entry(score, None, NOT_SCORED, (), sentence))
    remarks = _remarks(entries)
    lacking = {code for code, state in notes.states.items() if state == NEEDS_DATA}
    return DivisionRanking(
        code=division.code,
        name=division.name,
        has_points=has_points,
        entries=tuple(entries),
        proposals=propose(division, classes, len(members), scheme.places, lacking),
        is_final=bool(entries) and not remarks,
        remarks=remarks,
    )


def _remarks(entries: Sequence[Entry]) -> tuple[str, ...]:
    found = []
    open_ones = sum(entry.place is None for entry in entries)
    if open_ones:
        found.append(f"Còn {open_ones} đơn vị chưa đủ điểm: thứ hạng và đề nghị dưới đây là tạm tính.")
    votes = sum(entry.state == NEEDS_VOTE for entry in entries)
    if votes:
        found.append(f"{votes} đơn vị bằng nhau sau mọi tiêu chí phụ: cần bỏ phiếu.")
    data = sum(entry.state == NEEDS_DATA for entry in entries)
    if data:
        found.append(f"{data} đơn vị bằng nhau và thiếu số liệu phụ để xét tiếp: cần bổ sung.")
    return tuple(found)


def _placeable(
    scheme: Scheme, division: Division, members: Sequence[MemberScore], *, has_points: bool, notes: _Notes
) -> tuple[list[MemberScore], list[MemberScore]]:
    placed, last = [], []
    for score in members:
        if has_points and score.total is None:
            left = "chưa chấm" if not score.is_scored else f"còn {score.open_count} tiêu chí chưa có điểm"
            notes.say(score, f"Chưa xếp hạng: {left}.")
            last.append(score)
        elif not has_points and (
            not division.tie_chain or _figure(scheme, score, division.tie_chain[0]) is None
        ):
            name = f" «{_label(scheme, division.tie_chain[0])}»" if division.tie_chain else ""
            notes.say(score, f"Chưa xếp hạng: chưa có số liệu{name}.")
            last.append(score)
        else:
            placed.append(score)
    return placed, last


def _order(
    scheme: Scheme, division: Division, members: list[MemberScore], *, has_points: bool, notes: _Notes
) -> list[list[MemberScore]]:
    """Classes of equal members, best first."""
    chain = list(division.tie_chain)
    if not has_points:
        if not chain:
            return []
        first = chain.pop(0)
        values = {score.code: _figure(scheme, score, first) or ZERO for score in members}
        label, downwards = _label(scheme, first), first.direction != ASCENDING
        for score in members:
            notes.say(score, f"Xếp theo «{label}»: {words.number(values[score.code])}.")
    else:
        values = {score.code: score.total or ZERO for score in members}
        label, downwards = "", True
    classes = []
    for value, group in _split(members, values, downwards=downwards):
        shown = words.points(value, scheme.places) if has_points else words.number(value)
        equal = f"bằng điểm {shown}" if has_points else f"cùng «{label}» {shown}"
        classes += _break_tie(scheme, chain, group, equal, notes)
    return classes


def _split(
    members: list[MemberScore], values: dict[str, Decimal], *, downwards: bool
) -> list[tuple[Decimal, list[MemberScore]]]:
    by_value: dict[Decimal, list[MemberScore]] = {}
    for score in members:
        by_value.setdefault(values[score.code], []).append(score)
    return sorted(by_value.items(), key=lambda pair: pair[0], reverse=downwards)


def _break_tie(
    scheme: Scheme, chain: Sequence[TieStep], group: list[MemberScore], equal: str, notes: _Notes
) -> list[list[MemberScore]]:
    """Split a class of equals by the next step that tells them apart; say what decided."""
    if len(group) == 1:
        return [group]
    for place, step in enumerate(chain):
        label = _label(scheme, step)
        found = {score.code: _figure(scheme, score, step) for score in group}
        lacking = [score.name for score in group if found[score.code] is None]
        if lacking:
            for score in group:
                notes.states[score.code] = NEEDS_DATA
                notes.say(
                    score,
                    f"{_with(group, score, equal)}; chưa xét được «{label}» vì chưa có số liệu của "
                    f"{words.listed(lacking)}: cần bổ sung.",
                )
            return [group]
        values = {code: value for code, value in found.items() if value is not None}
        parts = _split(group, values, downwards=step.direction != ASCENDING)
        if len(parts) > 1:
            _say_who_won(parts, group, equal, label, notes)
            rest = chain[place + 1 :]
            return [
                members
                for value, part in parts
                for members in _break_tie(
                    scheme, rest, part, f"{equal} và cùng «{label}» {words.number(value)}", notes
                )
            ]
    return _by_ballot(scheme, group, equal, notes)


def _by_ballot(
    scheme: Scheme, group: list[MemberScore], equal: str, notes: _Notes
) -> list[list[MemberScore]]:
    if scheme.vote_after_tie and all(score.votes is not None for score in group):
        values = {score.code: Decimal(score.votes or 0) for score in group}
        parts = _split(group, values, downwards=True)
        if len(parts) > 1:
            _say_who_won(parts, group, equal, _BALLOT, notes)
            classes = [part for _, part in parts]
            for part in classes:
                _still_tied(scheme, part, f"{equal} và cùng số phiếu", notes)
            return classes
    _still_tied(scheme, group, equal, notes)
    return [group]


def _still_tied(scheme: Scheme, group: list[MemberScore], equal: str, notes: _Notes) -> None:
    if len(group) == 1:
        return
    for score in group:
        if scheme.vote_after_tie:
            notes.states[score.code] = NEEDS_VOTE
            notes.say(score, f"{_with(group, score, equal)} sau khi xét hết tiêu chí phụ: cần bỏ phiếu.")
        else:
            notes.say(score, f"{_with(group, score, equal)}: đồng hạng.")


def _with(group: list[MemberScore], score: MemberScore, equal: str) -> str:
    others = [other.name for other in group[:4] if other.code != score.code]
    return f"{equal[0].upper()}{equal[1:]} với {words.listed(others, len(group) - 1)}"


def _say_who_won(
    parts: list[tuple[Decimal, list[MemberScore]]],
    group: list[MemberScore],
    equal: str,
    label: str,
    notes: _Notes,
) -> None:
    for place, (value, part) in enumerate(parts):
        said = []
        if place + 1 < len(parts):
            worse, members = parts[place + 1]
            own, other = words.apart(value, worse)
            names = words.listed([score.name for score in members])
            said.append(f"xếp trên {names} nhờ «{label}» {own} so với {other}")
        if place:
            better, members = parts[place - 1]
            own, other = words.apart(value, better)
            names = words.listed([score.name for score in members])
            said.append(f"xếp dưới {names} vì «{label}» {own} so với {other}")
        for score in part:
            notes.say(score, f"{equal[0].upper()}{equal[1:]}; {'; '.join(said)}.")


def _label(scheme: Scheme, step: TieStep) -> str:
    if step.label:
        return step.label
    return scheme.group(step.group).name if step.group else scheme.items[step.item].name


def _figure(scheme: Scheme, score: MemberScore, step: TieStep) -> Decimal | None:
    if step.group:
        lines = [line for line in score.lines if line.group == step.group]
        return sum((line.net for line in lines), ZERO) if all(line.is_known for line in lines) else None
    line = score.by_code.get(step.item)
    if line is None:
        return None
    return figure_of(scheme, line, step.by or natural_figure(scheme.items[step.item]))
