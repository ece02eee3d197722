"""The formulas of items: each reads its own settings, says what is wrong with them, and turns facts into
points before ceilings. Arithmetic is exact: products first, one division last.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from campaigns.scoring import words
from campaigns.scoring.facts import LABELS, ZERO, AwardWon, Facts, Period
from campaigns.scoring.faults import Fault
from campaigns.scoring.reading import Node

HUNDRED = Decimal(100)
# Kinds of items; choices of the data file.
BASE, BONUS, PENALTY, SIDE, CONDITION = "base", "bonus", "penalty", "side", "condition"
# Facts that are numbers; «yes» counts as 1 or 0.
NUMBERS = frozenset({"plan", "actual", "part", "whole", "value", "count", "yes", "days_late"})
TYPE_IN = "cần người chấm xác định, ghi điểm trực tiếp kèm ý kiến."


@dataclass(frozen=True, slots=True)
class Worked:
    """A result before ceilings and rounding. shown: the left side of the sentence; is_sum: «shown = raw»."""

    raw: Decimal
    shown: str
    is_sum: bool = True
    bonus: Decimal = ZERO
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Why no points can be given: the fact that is missing or impossible, and what to do."""

    fact: str
    sentence: str


class Formula(ABC):
    """What all formulas answer. kinds: item kinds it fits; needs: facts it reads."""

    name: ClassVar[str]
    label: ClassVar[str]
    kinds: ClassVar[frozenset[str]]
    needs: ClassVar[frozenset[str]]

    @classmethod
    @abstractmethod
    def read(cls, node: Node) -> "Formula":
        """The settings as written; faults of shape are noted at the node."""

    def reads(self) -> frozenset[str]:
        """Names of the facts this formula works from."""
        return self.needs

    @abstractmethod
    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        """Points of the facts before ceilings, or what has to be asked."""

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        """What is wrong with the settings."""
        return iter(())

    def bonus_cap(self, maximum: Decimal | None) -> Decimal:
        """The most the surplus of one item can bring."""
        return ZERO

    def figures(self) -> frozenset[str]:
        """Names of the numbers that a tie chain or a gate may look at."""
        names = self.reads() & NUMBERS
        return names | {"percent"} if names >= {"part", "whole"} or names >= {"plan", "actual"} else names

    def figure(self, facts: Facts, by: str, period: Period | None) -> Decimal | None:
        """A number of the facts for tie chains and gates; None when unknown."""
        if by == "percent":
            return _percent(facts)
        value: object = facts.get(by)
        if isinstance(value, bool):
            return Decimal(value)
        return value if isinstance(value, Decimal) else None


def missing(*names: str) -> Ask:
    """The question for facts nobody has entered."""
    return Ask(
        names[0], f"Chưa có {' và '.join(LABELS[name] for name in names)}; cần nhập trước khi tính điểm."
    )


def _lacking(facts: Facts, *names: str) -> Ask:
    """The question for those of the facts that are missing; for the first when only the maximum is."""
    return missing(*[name for name in names if facts.get(name) is None] or names[:1])


def _percent(facts: Facts) -> Decimal | None:
    part, whole = facts.get("part"), facts.get("whole")
    if part is None and whole is None:
        part, whole = facts.get("actual"), facts.get("plan")
    if part is None or whole is None or whole <= 0:
        return None
    return part * HUNDRED / whole


# --- plan and actual -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Surplus:
    """Bonus for going beyond the plan: per_percent of the maximum for each 1 % over, at most cap_percent."""

    per_percent: Decimal
    cap_percent: Decimal
    is_whole_only: bool = False

    def of(self, over: Decimal, base: Decimal, maximum: Decimal) -> tuple[Decimal, str]:
        """(bonus, note) for a result that goes beyond by over / base."""
        if over <= 0:
            return ZERO, ""
        percent = over * HUNDRED / base
        if self.is_whole_only:
            percent = percent.to_integral_value(ROUND_FLOOR)
            bonus = percent * self.per_percent * maximum / HUNDRED
        else:
            bonus = over * self.per_percent * maximum / base
        cap = self.cap_percent * maximum / HUNDRED
        if bonus <= cap:
            return bonus, ""
        return cap, f"vượt {words.number(percent)} %, chặn ở {words.number(self.cap_percent)} % điểm chuẩn"


@dataclass(frozen=True)
class _Planned(Formula):
    surplus: Surplus | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS})
    needs: ClassVar[frozenset[str]] = frozenset({"plan", "actual"})

    @classmethod
    def read(cls, node: Node) -> "_Planned":
        """The settings; a bonus without its cap is a fault, not an endless bonus."""
        found = node.fields(["type"], ["bonus"])
        if "bonus" not in found or found["bonus"].is_null:
            return cls()
        bonus = found["bonus"].fields(["per_percent"], ["cap_percent", "whole_percents"])
        if isinstance(found["bonus"].value, Mapping) and "cap_percent" not in bonus:
            found["bonus"].say(
                "thưởng vượt kế hoạch chưa có mức chặn; hãy ghi tối đa bao nhiêu % điểm chuẩn (cap_percent)."
            )
        per = bonus["per_percent"].number() if "per_percent" in bonus else None
        cap = bonus["cap_percent"].number() if "cap_percent" in bonus else None
        whole = bonus["whole_percents"].flag() if "whole_percents" in bonus else False
        return cls(Surplus(per or ZERO, cap or ZERO, bool(whole)))

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        if not self.surplus:
            return
        if kind != BASE:
            yield Fault(f"{place}.bonus", "chỉ tiêu chí tính điểm chuẩn mới có thưởng vượt kế hoạch.")
        for name, value in (
            ("per_percent", self.surplus.per_percent),
            ("cap_percent", self.surplus.cap_percent),
        ):
            if not 0 < value <= HUNDRED:
                shown = words.number(value)
                yield Fault(f"{place}.bonus.{name}", f"phải lớn hơn 0 và không quá 100, hiện là {shown}.")

    def bonus_cap(self, maximum: Decimal | None) -> Decimal:
        return self.surplus.cap_percent * maximum / HUNDRED if self.surplus and maximum else ZERO

    def _share(self, top: Decimal, bottom: Decimal, maximum: Decimal) -> Worked:
        """top / bottom of the maximum, and the bonus for what goes beyond; bottom is above 0."""
        bonus, note = self.surplus.of(top - bottom, bottom, maximum) if self.surplus else (ZERO, "")
        shown = f"{words.number(top)}/{words.number(bottom)} × {words.number(maximum)}"
        return Worked(top * maximum / bottom, shown, bonus=bonus, note=note)


@dataclass(frozen=True)
class Ratio(_Planned):
    """actual / plan × maximum."""

    name: ClassVar[str] = "ratio"
    label: ClassVar[str] = "tỷ lệ thuận: thực hiện / kế hoạch × điểm tối đa"

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        plan, actual = facts.get("plan"), facts.get("actual")
        if plan is None or actual is None or maximum is None:
            return _lacking(facts, "plan", "actual")
        if plan <= 0:
            zero = "bằng 0" if plan == 0 else "âm"
            return Ask("plan", f"Kế hoạch {zero} nên không tính được tỷ lệ: {TYPE_IN}")
        return self._share(actual, plan, maximum)


@dataclass(frozen=True)
class Inverse(_Planned):
    """plan / actual × maximum: lower is better."""

    name: ClassVar[str] = "inverse"
    label: ClassVar[str] = "tỷ lệ nghịch: kế hoạch / thực hiện × điểm tối đa"

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        plan, actual = facts.get("plan"), facts.get("actual")
        if plan is None or actual is None or maximum is None:
            return _lacking(facts, "plan", "actual")
        for name, word, value in (("plan", "Kế hoạch", plan), ("actual", "Thực hiện", actual)):
            if value <= 0:
                zero = "bằng 0" if value == 0 else "âm"
                return Ask(
                    name,
                    f"{word} {zero} với chỉ tiêu «càng thấp càng tốt» nên không tính được tỷ lệ: {TYPE_IN}",
                )
        return self._share(plan, actual, maximum)


# --- shares, counts, yes and no ------------------------------------------------------------------------
@dataclass(frozen=True)
class Fraction(Formula):
    """part / whole × maximum."""

    name: ClassVar[str] = "fraction"
    label: ClassVar[str] = "tỷ lệ b/a × điểm tối đa"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS})
    needs: ClassVar[frozenset[str]] = frozenset({"part", "whole"})

    @classmethod
    def read(cls, node: Node) -> "Fraction":
        """No settings."""
        node.fields(["type"])
        return cls()

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        part, whole = facts.get("part"), facts.get("whole")
        if part is None or whole is None or maximum is None:
            return _lacking(facts, "part", "whole")
        ask = impossible_share(part, whole)
        if ask:
            return ask
        shown = f"{words.number(part)}/{words.number(whole)} × {words.number(maximum)}"
        return Worked(part * maximum / whole, shown)


def impossible_share(part: Decimal, whole: Decimal) -> Ask | None:
    """The question about a share that cannot be: of nothing, or of more than everything."""
    if whole <= 0:
        return Ask("whole", f"Tổng số bằng 0 nên không tính được tỷ lệ: {TYPE_IN}")
    if part > whole:
        return Ask(
            "part",
            f"Số đạt {words.number(part)} lớn hơn tổng số {words.number(whole)}; hãy kiểm tra lại hai số.",
        )
    return None


@dataclass(frozen=True)
class Count(Formula):
    """count × factor; most: the size of the sample."""

    factor: Decimal
    most: int | None = None

    name: ClassVar[str] = "count"
    label: ClassVar[str] = "số lượng × hệ số"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS})
    needs: ClassVar[frozenset[str]] = frozenset({"count"})

    @classmethod
    def read(cls, node: Node) -> "Count":
        """factor, most."""
        found = node.fields(["type", "factor"], ["most"])
        factor = found["factor"].number() if "factor" in found else None
        most = found["most"].whole(least=1) if "most" in found and not found["most"].is_null else None
        return cls(factor or ZERO, most)

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        count = facts.get("count")
        if count is None:
            return missing("count")
        if self.most is not None and count > self.most:
            return Ask(
                "count", f"Số lượng {words.number(count)} lớn hơn cỡ mẫu {self.most}; hãy kiểm tra lại."
            )
        return Worked(count * self.factor, f"{words.number(count)} × {words.number(self.factor)}")

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        if self.factor <= 0:
            yield Fault(f"{place}.factor", "hệ số phải lớn hơn 0.")
        elif self.most and maximum and self.most * self.factor != maximum:
            top = words.number(self.most * self.factor)
            yield Fault(
                f"{place}.factor",
                f"{self.most} × {words.number(self.factor)} = {top}, khác điểm tối đa"
                f" {words.number(maximum)}.",
                is_grave=self.most * self.factor > maximum,
            )


@dataclass(frozen=True)
class YesNo(Formula):
    """All points or none; points None = the item's maximum."""

    points: Decimal | None = None

    name: ClassVar[str] = "yes_no"
    label: ClassVar[str] = "có hoặc không"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS, PENALTY, CONDITION})
    needs: ClassVar[frozenset[str]] = frozenset({"yes"})

    @classmethod
    def read(cls, node: Node) -> "YesNo":
        """points."""
        found = node.fields(["type"], ["points"])
        return cls(found["points"].number() if "points" in found and not found["points"].is_null else None)

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        yes = facts.get("yes")
        if yes is None:
            return missing("yes")
        points = self.points if self.points is not None else maximum
        return Worked((points or ZERO) if yes else ZERO, "có" if yes else "không", is_sum=False)

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        if self.points is not None:
            yield from over_maximum(self.points, maximum, f"{place}.points")
        elif maximum is None and kind == PENALTY:
            yield Fault(f"{place}.points", "chưa ghi số điểm trừ.")


def over_maximum(points: Decimal, maximum: Decimal | None, place: str, what: str = "") -> Iterator[Fault]:
    """Faults of points that are negative or above the item's maximum."""
    if points < 0:
        yield Fault(place, f"{what}điểm không được âm, hiện là {words.number(points)}.")
    elif maximum is not None and points > maximum:
        shown = words.number(points)
        yield Fault(place, f"{what}{shown} điểm, lớn hơn điểm tối đa {words.number(maximum)} của tiêu chí.")


# --- grades and awards ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Grades(Formula):
    """Points by grade, best grade first."""

    grades: Mapping[str, Decimal]

    name: ClassVar[str] = "grades"
    label: ClassVar[str] = "theo mức A, B, C, D"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS})
    needs: ClassVar[frozenset[str]] = frozenset({"grade"})

    @classmethod
    def read(cls, node: Node) -> "Grades":
        """grades: grade → points."""
        found = node.fields(["type", "grades"])
        pairs = found["grades"].pairs() if "grades" in found else {}
        points = {name: child.number() for name, child in pairs.items()}
        return cls({name: value for name, value in points.items() if value is not None})

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        grade = facts.get("grade")
        if grade is None:
            return missing("grade")
        if grade not in self.grades:
            return Ask("grade", f"Thang không có mức «{grade}»; các mức: {', '.join(self.grades)}.")
        return Worked(self.grades[grade], f"mức {grade}", is_sum=False)

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        place = f"{place}.grades"
        if not self.grades:
            yield Fault(place, "chưa có mức nào; hãy ghi mỗi mức với số điểm.")
        above: tuple[str, Decimal] | None = None
        for grade, points in self.grades.items():
            yield from over_maximum(points, maximum, f"{place}.{grade}", f"mức {grade}: ")
            if above and above[1] < points <= (points if maximum is None else maximum):
                higher = f"mức {grade} ({words.number(points)}) cao điểm hơn mức {above[0]}"
                yield Fault(f"{place}.{grade}", f"{higher} ({words.number(above[1])}) đứng trước nó.")
            above = (grade, points)
        if maximum is not None and self.grades and max(self.grades.values()) < maximum:
            top = words.number(max(self.grades.values()))
            yield Fault(place, f"mức cao nhất chỉ được {top}, thấp hơn điểm tối đa.", is_grave=False)


@dataclass(frozen=True)
class Awards(Formula):
    """Points by award received in the period; takes_sum: all of them, else the highest one."""

    points: Mapping[str, Decimal]
    takes_sum: bool

    name: ClassVar[str] = "awards"
    label: ClassVar[str] = "cộng theo danh hiệu, hình thức khen thưởng"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS})
    needs: ClassVar[frozenset[str]] = frozenset({"awards"})

    @classmethod
    def read(cls, node: Node) -> "Awards":
        """points: award → points; take: highest or sum, to be declared because rules differ."""
        found = node.fields(["type", "points", "take"])
        pairs = found["points"].pairs() if "points" in found else {}
        points = {name: child.number() for name, child in pairs.items()}
        take = found["take"].word(("highest", "sum")) if "take" in found else None
        return cls({name: value for name, value in points.items() if value is not None}, take == "sum")

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        won = facts.get("awards")
        if won is None:
            return missing("awards")
        strange = next((one["award"] for one in won if one["award"] not in self.points), None)
        if strange:
            return Ask("awards", f"Thang không tính điểm cho «{strange}»; các mã: {', '.join(self.points)}.")
        inside = [one for one in won if _counts(one, period)]
        note = f"{len(won) - len(inside)} hình thức ngoài kỳ {period}" if len(inside) < len(won) else ""
        values = [self.points[one["award"]] for one in inside]
        if not values:
            return Worked(ZERO, "không có hình thức nào trong kỳ", is_sum=False, note=note)
        names = " + ".join(f"{one['award']} {words.number(self.points[one['award']])}" for one in inside)
        if self.takes_sum or len(values) == 1:
            return Worked(sum(values, ZERO), names, is_sum=len(values) > 1, note=note)
        return Worked(max(values), f"cao nhất trong {names}", is_sum=False, note=note)

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        if not self.points:
            yield Fault(f"{place}.points", "chưa có hình thức nào; hãy ghi mỗi hình thức với số điểm.")
        for award, points in self.points.items():
            yield from over_maximum(points, maximum, f"{place}.points.{award}", f"{award}: ")


def _counts(won: AwardWon, period: Period | None) -> bool:
    return period is None or won["date"] is None or won["date"] in period


# --- points typed in, and figures without points -------------------------------------------------------
@dataclass(frozen=True)
class Manual(Formula):
    """The scorer types the points."""

    name: ClassVar[str] = "manual"
    label: ClassVar[str] = "người chấm ghi điểm"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS, PENALTY})
    needs: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def read(cls, node: Node) -> "Manual":
        """No settings."""
        node.fields(["type"])
        return cls()

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        return missing("points")


@dataclass(frozen=True)
class Figure(Formula):
    """A figure for the tie chain or a ranking without points. is_share: part / whole, in per cent."""

    is_share: bool = False

    name: ClassVar[str] = "figure"
    label: ClassVar[str] = "số liệu phụ, không có điểm"
    kinds: ClassVar[frozenset[str]] = frozenset({SIDE})

    @classmethod
    def read(cls, node: Node) -> "Figure":
        """of."""
        found = node.fields(["type"], ["of"])
        return cls("of" in found and found["of"].word(("value", "share")) == "share")

    def reads(self) -> frozenset[str]:
        return frozenset({"part", "whole"} if self.is_share else {"value"})

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        if not self.is_share:
            value = facts.get("value")
            return missing("value") if value is None else Worked(value, words.number(value), is_sum=False)
        part, whole = facts.get("part"), facts.get("whole")
        if part is None or whole is None:
            return _lacking(facts, "part", "whole")
        ask = impossible_share(part, whole)
        shown = f"{words.number(part)}/{words.number(whole)}"
        return ask or Worked(part * HUNDRED / whole, shown, is_sum=False)
