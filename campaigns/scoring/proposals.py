"""Who is proposed for what, within the allocation, and why the others are not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from campaigns.scoring import words
from campaigns.scoring.scheme import Allocation, Division
from campaigns.scoring.scores import HIT, OPEN, MemberScore

PROPOSED, VOTE, NEEDS_JUDGEMENT = "proposed", "vote", "needs_judgement"
EXCLUDED, BELOW_MINIMUM, OUTSIDE = "excluded", "below_minimum", "outside"


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One member and one award, with the reason."""

    code: str
    name: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One award: how many places there are, how many are taken, who gets them and who does not."""

    award: str
    name: str
    slots: int
    taken: int
    sentence: str
    lines: tuple[ProposalLine, ...]


@dataclass
class _Waiting:
    """Equals on the border of an earlier award: some of them are left over, the ballot says who."""

    members: list[MemberScore]
    left: int
    award: str


def slots_of(allocation: Allocation, members: int) -> tuple[int, str]:
    """(number of places, sentence); per cent is «at most», so it is rounded down."""
    if allocation.number is not None:
        return allocation.number, f"Phân bổ {allocation.number} suất."
    percent = allocation.percent or Decimal(0)
    slots = int((percent * members / 100).to_integral_value(ROUND_FLOOR))
    return slots, f"Không quá {words.number(percent)} % của {members} đơn vị: {slots} suất."


def propose(
    division: Division,
    classes: Sequence[Sequence[MemberScore]],
    members: int,
    places: int,
    lacking: Collection[str] = (),
) -> tuple[Proposal, ...]:
    """The proposals of one division. classes: equal members, best first; members: all of the division;
    lacking: codes of equals that only lack a side figure.

    An award takes the best who are not proposed for one listed before it. Equals on the border wait for the
    ballot; the one left over comes first for the next award.
    """
    queue = [list(group) for group in classes]
    waiting: list[_Waiting] = []
    found = []
    for allocation in division.allocations:
        slots, sentence = slots_of(allocation, members)
        round_ = _Round(allocation, slots, places, lacking)
        waiting = round_.after_ballots(waiting)
        queue = round_.take(queue)
        if round_.free and slots:
            sentence += f" Còn {round_.free} suất chưa có đơn vị đủ điều kiện."
        waiting += round_.border
        lines = tuple(round_.lines)
        found.append(Proposal(allocation.award, allocation.name, slots, slots - round_.free, sentence, lines))
    return tuple(found)


class _Round:
    """The distribution of one award."""

    def __init__(self, allocation: Allocation, slots: int, places: int, lacking: Collection[str]) -> None:
        self.allocation, self.slots, self.places, self.lacking = allocation, slots, places, lacking
        self.free = slots
        self.lines: list[ProposalLine] = []
        self.border: list[_Waiting] = []

    def _sift(self, members: Sequence[MemberScore]) -> tuple[list[MemberScore], list[MemberScore]]:
        """(those nothing stands against, the others); the reasons of the others are noted."""
        fit: list[MemberScore] = []
        out: list[MemberScore] = []
        for score in members:
            against = _against(self.allocation, score, self.places)
            if against:
                self.lines.append(against)
            (out if against else fit).append(score)
        return fit, out

    def _say(self, members: Sequence[MemberScore], state: str, text: str) -> None:
        self.lines += [ProposalLine(score.code, score.name, state, text) for score in members]

    def take(self, queue: list[list[MemberScore]]) -> list[list[MemberScore]]:
        """Give the free places to the best; the classes that are left for the next award."""
        name, rest = self.allocation.name, []
        for members in queue:
            fit, left = self._sift(members)
            if len(fit) <= self.free:
                self.free -= len(fit)
                self.lines += [_proposed(self.allocation, score) for score in fit]
            elif self.free:
                todo = "cần bỏ phiếu"
                if any(score.code in self.lacking for score in fit):
                    todo = "cần bổ sung số liệu phụ rồi xét lại"
                self._say(fit, VOTE, f"{len(fit)} đơn vị bằng nhau, còn {self.free} suất {name}: {todo}.")
                self.border.append(_Waiting(fit, len(fit) - self.free, name))
                self.free = 0
            else:
                text = f"Đã đủ {self.slots} suất {name} cho các đơn vị xếp trên."
                self._say(fit, OUTSIDE, text if self.slots else f"Không có suất {name} nào.")
                left = members
            if left:
                rest.append(left)
        return rest

    def after_ballots(self, waiting: list[_Waiting]) -> list[_Waiting]:
        """Keep places for those who lose the ballot of an earlier award; who still waits afterwards."""
        still = []
        for group in waiting:
            fit, _ = self._sift(group.members)
            kept = min(group.left, len(fit), self.free)
            text = f"Đơn vị không được chọn {group.award} khi bỏ phiếu được xét {self.allocation.name}"
            if kept:
                self._say(fit, VOTE, f"{text}; giữ {kept} suất.")
            else:
                self._say(fit, OUTSIDE, f"{text}, nhưng không còn suất.")
            self.free -= kept
            if group.left > kept:
                still.append(_Waiting(group.members, group.left - kept, self.allocation.name))
        return still


def _against(allocation: Allocation, score: MemberScore, places: int) -> ProposalLine | None:
    """Why the member cannot be proposed at all; None when nothing stands against it."""
    for gate in score.gates:
        if gate.state == HIT and (not gate.excludes or allocation.award in gate.excludes):
            text = f"Không được đề nghị {allocation.name}: {gate.name}."
            return ProposalLine(score.code, score.name, EXCLUDED, text)
    least = allocation.minimum_score
    if least is not None and (score.total is None or score.total < least):
        own = words.points(score.total, places) if score.total is not None else "chưa có"
        text = f"Tổng điểm {own}, dưới mức tối thiểu {words.number(least)} của {allocation.name}."
        return ProposalLine(score.code, score.name, BELOW_MINIMUM, text)
    return None


def _proposed(allocation: Allocation, score: MemberScore) -> ProposalLine:
    for gate in score.gates:
        if gate.state == OPEN and (not gate.excludes or allocation.award in gate.excludes):
            text = (
                f"Đủ thứ hạng cho {allocation.name}, nhưng chưa rõ «{gate.name}»: cần xác định; suất được giữ"
                " lại."
            )
            return ProposalLine(score.code, score.name, NEEDS_JUDGEMENT, text)
    text = f"Đề nghị {allocation.name}: trong số đơn vị xếp đầu và không vướng điều kiện loại."
    return ProposalLine(score.code, score.name, PROPOSED, text)
