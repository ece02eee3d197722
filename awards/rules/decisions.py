"""What a decision must satisfy before it is issued: authority, dates, lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from awards.choices import Level
from core.errors import Outcome, Verdict

AUTHORITY_SOURCE = "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 77 – 80"


@dataclass(frozen=True)
class LineFacts:
    """One nomination in a decision: its code, whether it passed and is in no other decision, the
    council's day.
    """

    code: str
    is_passed: bool
    voted_on: date | None


def authority_verdict(level: str, award_name: str, decided_by: str, *, is_ministry: bool) -> Verdict:
    """Whether the issuing body may decide an award of the level itself.

    State awards are never decided here, ministry awards only by the ministry. Source: R-AUTH-1
    """
    if level == Level.STATE:
        reason = (
            f"{award_name} do {decided_by} quyết định; hồ sơ đạt được trình cấp Nhà nước, không "
            "đưa vào quyết định này."
        )
        return Verdict(Outcome.NOT_MET, reason, AUTHORITY_SOURCE)
    if level == Level.MINISTRY and not is_ministry:
        reason = f"{award_name} do {decided_by} quyết định; đơn vị không có thẩm quyền ban hành."
        return Verdict(Outcome.NOT_MET, reason, AUTHORITY_SOURCE)
    return Verdict(Outcome.MET, f"{award_name} thuộc thẩm quyền của cơ quan ban hành.", AUTHORITY_SOURCE)


def issue_faults(signed_on: date, lines: Sequence[LineFacts], today: date) -> dict[str, list[str]]:
    """Field → sentences that forbid issuing; empty when it may be issued."""
    faults: dict[str, list[str]] = {}
    if signed_on > today:
        faults["signed_on"] = [f"Ngày ký {signed_on:%d/%m/%Y} ở tương lai; hôm nay là {today:%d/%m/%Y}."]
    latest = max(
        (line for line in lines if line.voted_on), key=lambda line: line.voted_on or date.min, default=None
    )
    if latest and latest.voted_on and signed_on < latest.voted_on:
        faults["signed_on"] = [
            f"Ngày ký {signed_on:%d/%m/%Y} trước ngày Hội đồng bình xét {latest.voted_on:%d/%m/%Y} (hồ "
            f"sơ {latest.code})."
        ]
    if not lines:
        faults["__all__"] = ["Quyết định chưa có dòng nào. Hãy chọn ít nhất một hồ sơ đạt."]
    stale = [line.code for line in lines if not line.is_passed]
    if stale:
        faults["__all__"] = [
            f"Hồ sơ {', '.join(stale)} không còn ở trạng thái «Đạt». Hãy bỏ khỏi dự thảo rồi ban hành."
        ]
    return faults
