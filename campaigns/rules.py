"""Rules of campaigns, pledges and initiatives: pure functions over values, each with its reason in
Vietnamese.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from campaigns.choices import Measure
from core.errors import Outcome, Verdict

ZERO, HUNDRED = Decimal(0), Decimal(100)
FIRST_YEAR, LAST_YEAR = 1990, 2100
_CENT = Decimal("0.01")


def number_text(value: Decimal) -> str:
    """1234.50 → «1.234,5», for sentences."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


# --- shares ----------------------------------------------------------------------------------------
def shares_sum(shares: Iterable[Decimal]) -> Verdict:
    """Whether the authors' shares (per cent, each above 0) sum to exactly 100.

    Source: initiative.shares
    """
    values = list(shares)
    if not values:
        return Verdict(Outcome.NOT_MET, "Chưa ghi tác giả nào. Hãy thêm ít nhất một tác giả.")
    if any(value <= 0 or value > HUNDRED for value in values):
        return Verdict(Outcome.NOT_MET, "Tỷ lệ đóng góp của mỗi tác giả phải lớn hơn 0 và không quá 100 %.")
    total = sum(values, Decimal(0))
    if total == HUNDRED:
        return Verdict(Outcome.MET, "Tỷ lệ đóng góp của các tác giả cộng lại bằng 100 %.")
    gap = HUNDRED - total
    how = f"còn thiếu {number_text(gap)} %" if gap > 0 else f"thừa {number_text(-gap)} %"
    return Verdict(
        Outcome.NOT_MET,
        f"Tỷ lệ đóng góp của các tác giả cộng lại là {number_text(total)} %, phải bằng đúng 100 % ({how}).",
        missing=f"{number_text(gap)} %" if gap > 0 else None,
    )


# --- periods ---------------------------------------------------------------------------------------
def check_period(
    year_from: int, year_to: int, starts_on: date, ends_on: date, pledge_due_on: date | None = None
) -> dict[str, list[str]]:
    """Complaints about a campaign's period by field, empty when it is sound."""
    found: dict[str, list[str]] = {}
    for name, year in (("year_from", year_from), ("year_to", year_to)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            found[name] = [f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}."]
    if year_to < year_from:
        found["year_to"] = ["Năm cuối phải bằng hoặc sau năm đầu."]
    if ends_on < starts_on:
        found["ends_on"] = ["Ngày kết thúc phải bằng hoặc sau ngày bắt đầu. Hãy kiểm tra lại hai ngày."]
    if found:
        return found
    if starts_on.year > year_to or ends_on.year < year_from:
        found["starts_on"] = [
            "Thời gian thực hiện nằm ngoài các năm của phong trào. Hãy kiểm tra lại năm và ngày."
        ]
    if pledge_due_on and pledge_due_on > ends_on:
        found["pledge_due_on"] = ["Hạn đăng ký thi đua phải trước ngày kết thúc phong trào."]
    return found


def check_pledge_year(year: int, year_from: int, year_to: int) -> Verdict:
    """Whether a pledge of the year belongs to a campaign of these years."""
    if year_from <= year <= year_to:
        return Verdict(Outcome.MET, f"Năm {year} thuộc thời gian của phong trào.")
    years = str(year_from) if year_from == year_to else f"{year_from}–{year_to}"
    return Verdict(Outcome.NOT_MET, f"Phong trào này dành cho năm {years}; không thể đăng ký cho năm {year}.")


# --- pledges ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class TargetShape:
    """What the rules need of one target. content: number of its content item in the campaign."""

    content: int
    name: str
    measure: str
    value: Decimal
    due_on: date


def check_targets(targets: Sequence[TargetShape], starts_on: date, ends_on: date) -> list[Verdict]:
    """Every fault of the targets as typed, in their order: value, per cent, due date within the campaign
    period.
    """
    found = []
    for number, target in enumerate(targets, start=1):
        where = f"Chỉ tiêu {number} («{_short(target.name)}»)"
        if target.value <= 0:
            found.append(f"{where}: mức đăng ký phải lớn hơn 0.")
        if target.measure == Measure.PERCENT and target.value > HUNDRED:
            found.append(f"{where}: tỷ lệ phần trăm không được vượt quá 100.")
        if target.measure == Measure.YES_NO and target.value != 1:
            found.append(f"{where}: chỉ tiêu hoàn thành / chưa hoàn thành có mức đăng ký là 1.")
        if not starts_on <= target.due_on <= ends_on:
            found.append(
                f"{where}: hạn hoàn thành {target.due_on:%d/%m/%Y} nằm ngoài thời gian phong trào "
                f"({starts_on:%d/%m/%Y} – {ends_on:%d/%m/%Y})."
            )
    return [Verdict(Outcome.NOT_MET, sentence) for sentence in found]


def check_pledge_complete(
    targets: Sequence[TargetShape], contents: Iterable[int], starts_on: date, ends_on: date
) -> list[Verdict]:
    """Findings before a pledge is sent: not met refuses, needs judgement is only a warning (content without
    target).
    """
    if not targets:
        sentence = "Chưa có chỉ tiêu nào. Hãy đăng ký ít nhất một chỉ tiêu trước khi gửi."
        return [Verdict(Outcome.NOT_MET, sentence, missing="ít nhất một chỉ tiêu")]
    found = check_targets(targets, starts_on, ends_on)
    covered = {target.content for target in targets}
    found += [
        Verdict(Outcome.NEEDS_JUDGEMENT, f"Nội dung {position} của phong trào chưa có chỉ tiêu nào.")
        for position in contents
        if position not in covered
    ]
    return found or [Verdict(Outcome.MET, "Mọi nội dung của phong trào đều có chỉ tiêu.")]


def check_progress(
    value: Decimal, measure: str, reported_on: date, *, today: date, starts_on: date, ends_on: date
) -> dict[str, list[str]]:
    """Complaints about a progress entry by field, empty when it is sound."""
    found: dict[str, list[str]] = {}
    if value < 0:
        found["value"] = ["Kết quả không được âm."]
    elif measure == Measure.PERCENT and value > HUNDRED:
        found["value"] = ["Tỷ lệ phần trăm không được vượt quá 100."]
    elif measure == Measure.YES_NO and value not in (0, 1):
        found["value"] = ["Chỉ tiêu này chỉ nhận 1 (hoàn thành) hoặc 0 (chưa hoàn thành)."]
    if reported_on > today:
        found["reported_on"] = ["Ngày tính kết quả không được sau ngày hôm nay."]
    elif not starts_on <= reported_on <= ends_on:
        found["reported_on"] = [
            f"Ngày tính kết quả phải trong thời gian phong trào ({starts_on:%d/%m/%Y} – {ends_on:%d/%m/%Y})."
        ]
    return found


def reached_share(reached: Decimal, pledged: Decimal) -> Decimal:
    """Reached as per cent of pledged, at most 100, two decimals; pledged must be above 0."""
    if reached <= 0:
        return Decimal(0)
    return min(HUNDRED, reached * HUNDRED / pledged).quantize(_CENT, ROUND_HALF_UP)


def mean_share(shares: Sequence[Decimal]) -> Decimal:
    """Plain mean of the shares of several targets, two decimals; 0 without targets."""
    if not shares:
        return Decimal(0)
    return (sum(shares, Decimal(0)) / len(shares)).quantize(_CENT, ROUND_HALF_UP)


def is_late(due_on: date, today: date, *, is_reached: bool) -> bool:
    """Whether a target is past its day and not reached."""
    return not is_reached and due_on < today


# --- criteria the product checks by itself ------------------------------------------------------------
def check_unit_outstanding(
    is_outstanding: bool | None, *, unit: str, year: int, document: str = "", source: str = ""
) -> Verdict:
    """Whether the head's unit was recognised as «tập thể tiêu biểu xuất sắc»; None = not recorded yet.

    Source: campaign.leader_unit_outstanding
    """
    if is_outstanding is None:
        return Verdict(
            Outcome.NEEDS_JUDGEMENT,
            f"Chưa có kết quả xếp loại năm {year} của {unit}.",
            source,
            missing=f"kết quả xếp loại tập thể năm {year}",
        )
    if is_outstanding:
        by = f" ({document})" if document else ""
        return Verdict(Outcome.MET, f"{unit} là tập thể tiêu biểu xuất sắc năm {year}{by}.", source)
    return Verdict(
        Outcome.NOT_MET,
        f"{unit} không được xếp là tập thể tiêu biểu xuất sắc năm {year}.",
        source,
        missing=f"công nhận tập thể tiêu biểu xuất sắc năm {year}",
    )


@dataclass(frozen=True)
class TargetFact:
    """One law-making target: its name, what was reached, what was pledged."""

    name: str
    reached: Decimal
    pledged: Decimal

    @property
    def is_reached(self) -> bool:
        return self.reached >= self.pledged


def check_lawmaking(facts: Sequence[TargetFact], *, source: str = "") -> Verdict:
    """Whether 100 % of the registered law-making tasks are done; none registered needs judgement.

    Source: campaign.lawmaking_complete
    """
    if not facts:
        return Verdict(
            Outcome.NEEDS_JUDGEMENT,
            "Đơn vị chưa đăng ký chỉ tiêu nào thuộc chương trình xây dựng văn bản quy phạm pháp luật; "
            "cần xác định đơn vị có được giao nhiệm vụ này hay không.",
            source,
        )
    done = sum(fact.is_reached for fact in facts)
    if done == len(facts):
        return Verdict(
            Outcome.MET,
            f"Hoàn thành {done}/{len(facts)} nhiệm vụ xây dựng văn bản quy phạm pháp luật (100 %).",
            source,
        )
    left = "; ".join(
        f"«{_short(fact.name)}» đạt {number_text(fact.reached)}/{number_text(fact.pledged)}"
        for fact in facts
        if not fact.is_reached
    )
    return Verdict(
        Outcome.NOT_MET,
        f"Mới hoàn thành {done}/{len(facts)} nhiệm vụ xây dựng văn bản quy phạm pháp luật, cần 100 %.",
        source,
        missing=left,
    )


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
