"""The arithmetic of a council's vote: counts that add up, the share of all members, one sentence that
explains it.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from core.errors import Outcome, Verdict

MOST_MEMBERS = 500
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class VoteResult:
    """What a vote means. needed: votes in favour the law asks for, None when it names no share."""

    passed: bool
    needed: int | None
    sentence: str
    source: str = ""

    @property
    def verdict(self) -> Verdict:
        return Verdict(Outcome.MET if self.passed else Outcome.NOT_MET, self.sentence, self.source)


def count_faults(members: int, in_favour: int, against: int, blank: int) -> dict[str, list[str]]:
    """Field → sentences about counts that cannot be; empty when they can."""
    faults: dict[str, list[str]] = {}
    if not 0 < members <= MOST_MEMBERS:
        faults["members"] = [f"Tổng số thành viên phải từ 1 đến {MOST_MEMBERS}."]
    for name, count in {"in_favour": in_favour, "against": against, "blank": blank}.items():
        if count < 0:
            faults[name] = ["Số phiếu không được âm."]
    total = in_favour + against + blank
    if not faults and total > members:
        faults["in_favour"] = [
            f"Tổng số phiếu là {total} ({in_favour} đồng ý, {against} không đồng ý, {blank} trắng), "
            "nhiều hơn "
            f"{members} thành viên Hội đồng. Hãy kiểm tra lại biên bản kiểm phiếu."
        ]
    return faults


def votes_needed(share: Fraction, members: int) -> int:
    """The smallest whole number of votes that is at least the share of all members."""
    return -(-members * share.numerator // share.denominator)


def vote_verdict(
    share: Fraction | None,
    members: int,
    in_favour: int,
    against: int,
    blank: int,
    *,
    concluded: bool = False,
    source: str = "",
) -> VoteResult:
    """Whether the vote carries the award, counted on the total membership, with the sentence for the record.

    share: the part of all members the law asks for, or None; then `concluded` (what the minutes say) decides.
    Raises ValueError when the counts cannot be (see count_faults).
    Source: R-VOTE-1, R-VOTE-2, R-VOTE-3
    """
    faults = count_faults(members, in_favour, against, blank)
    if faults:
        raise ValueError("; ".join(sentence for sentences in faults.values() for sentence in sentences))
    count = f"{in_favour}/{members} đồng ý"
    if share is None:
        end = "đạt" if concluded else "không đạt"
        sentence = (
            f"{count} = {_percent(Fraction(in_favour, members))} tổng số thành viên; pháp luật không "
            "quy định tỷ lệ phiếu, "
            f"ghi theo kết luận của biên bản → {end}"
        )
        return VoteResult(concluded, None, sentence, source)
    needed = votes_needed(share, members)
    passed = in_favour >= needed
    reached = _percent(Fraction(in_favour, members), below=None if passed else share)
    sentence = (
        f"{count} = {reached} tổng số thành viên; cần từ {_percent(share)} ({needed} phiếu) → "
        f"{'đạt' if passed else 'không đạt'}"
    )
    return VoteResult(passed, needed, sentence, source)


def _percent(part: Fraction, below: Fraction | None = None) -> str:
    """One decimal place; a share below the threshold is never rounded up to it."""
    exact = Decimal(part.numerator * 100) / Decimal(part.denominator)
    value = exact.quantize(_TENTH, ROUND_HALF_UP)
    if below is not None and value >= Decimal(below.numerator * 100) / Decimal(below.denominator):
        value = exact.quantize(_TENTH, ROUND_FLOOR)
    text = f"{value}".replace(".", ",").removesuffix(",0")
    return f"{text} %"
