"""Formulas by bands (of a value, a share, the fulfilment of a plan, days of delay), and points per event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from campaigns.scoring import bands as band_rules
from campaigns.scoring import words
from campaigns.scoring.bands import Band
from campaigns.scoring.facts import ZERO, Facts, Period, days_late
from campaigns.scoring.faults import Fault
from campaigns.scoring.formulas import (
    BASE,
    BONUS,
    HUNDRED,
    PENALTY,
    TYPE_IN,
    Ask,
    Formula,
    Worked,
    impossible_share,
    missing,
    over_maximum,
)
from campaigns.scoring.reading import Node

# of → facts that give the number which the bands are asked with.
SOURCES = {"value": ("value",), "share": ("part", "whole"), "plan": ("plan", "actual")}


@dataclass(frozen=True)
class Bands(Formula):
    """Points by the band in which a number lies. of: the number itself, part / whole in per cent, or
    actual / plan in per cent.
    """

    bands: Sequence[Band]
    of: str = "value"
    unit: str = ""

    name: ClassVar[str] = "bands"
    label: ClassVar[str] = "bậc thang"
    kinds: ClassVar[frozenset[str]] = frozenset({BASE, BONUS, PENALTY})

    def reads(self) -> frozenset[str]:
        return frozenset(SOURCES[self.of])

    @classmethod
    def read(cls, node: Node) -> "Bands":
        """bands, of, unit."""
        found = node.fields(["type", "bands"], ["of", "unit"])
        of = (found["of"].word(SOURCES) if "of" in found else None) or "value"
        unit = found["unit"].text() if "unit" in found and not found["unit"].is_null else None
        bands = band_rules.read_bands(found["bands"]) if "bands" in found else None
        return cls(bands or (), of, f" {unit}" if unit else "" if of == "value" else " %")

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        value = self._number(facts)
        if isinstance(value, Ask):
            return value
        band = band_rules.find(self.bands, value)
        shown = f"{_shown(value, band)}{self.unit}"
        if band is None:
            return Ask(SOURCES[self.of][0], f"{shown} không thuộc khoảng nào của thang: {TYPE_IN}")
        return Worked(band.points, f"{shown} thuộc mức «{band.text(self.unit)}»", is_sum=False)

    def _number(self, facts: Facts) -> Decimal | Ask:
        lacking = [name for name in SOURCES[self.of] if facts.get(name) is None]
        value = facts.get("value")
        if self.of == "value" and value is not None:
            return value
        part, whole = facts.get("part"), facts.get("whole")
        if self.of == "plan":
            part, whole = facts.get("actual"), facts.get("plan")
        if part is None or whole is None:
            return missing(*lacking)
        ask = impossible_share(part, whole) if self.of == "share" else None
        if self.of == "plan" and whole <= 0:
            zero = "bằng 0" if whole == 0 else "âm"
            ask = Ask("plan", f"Kế hoạch {zero} nên không tính được tỷ lệ: {TYPE_IN}")
        return ask or part * HUNDRED / whole

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        place = f"{place}.bands"
        yield from band_rules.faults(self.bands, place, self.unit)
        for band in self.bands:
            yield from over_maximum(band.points, maximum, f"{band.place or place}.points", "khoảng này ")
        is_share = self.of == "share"
        bottom = ZERO if self.of != "value" else None
        for end in band_rules.ends(self.bands, bottom, HUNDRED if is_share else None, self.unit):
            what = f"giá trị {end} chưa thuộc khoảng nào"
            if is_share:
                yield Fault(place, f"{what}; hãy thêm một khoảng, kể cả khi khoảng đó được 0 điểm.")
            else:
                yield Fault(place, f"{what}; khi gặp, người chấm phải tự xác định.", is_grave=False)


def _shown(value: Decimal, band: Band | None) -> str:
    """The value with as many decimals as it takes not to look like the other side of a border."""
    for places in (4, 8, 12):
        if band is None or band.holds(words.rounded(value, places)):
            return words.number(value, places)
    return words.number(value, 16)


@dataclass(frozen=True)
class Lateness(Formula):
    """Points by whole days of delay; days below the first band cost nothing. never: for what never came."""

    bands: Sequence[Band]
    never: Decimal | None = None

    name: ClassVar[str] = "lateness"
    label: ClassVar[str] = "trừ theo số ngày chậm"
    kinds: ClassVar[frozenset[str]] = frozenset({PENALTY})
    needs: ClassVar[frozenset[str]] = frozenset({"days_late", "due", "received", "never"})

    @classmethod
    def read(cls, node: Node) -> "Lateness":
        """bands, never."""
        found = node.fields(["type", "bands"], ["never"])
        never = found["never"].number() if "never" in found and not found["never"].is_null else None
        bands = band_rules.read_bands(found["bands"]) if "bands" in found else None
        return cls(bands or (), never)

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        if facts.get("never"):
            if self.never is None:
                return Ask("never", f"Thang chưa quy định mức trừ khi không gửi báo cáo: {TYPE_IN}")
            return Worked(self.never, "không gửi", is_sum=False)
        late = days_late(facts)
        if late is None:
            return missing("days_late")
        shown = f"chậm {late} ngày" if late else "đúng hạn"
        band = band_rules.find(self.bands, Decimal(late))
        if band is None:
            return Worked(ZERO, f"{shown}, chưa đến mức trừ" if late else shown, is_sum=False)
        return Worked(band.points, f"{shown}, thuộc mức «{band.text(' ngày')}»", is_sum=False)

    def figure(self, facts: Facts, by: str, period: Period | None) -> Decimal | None:
        if by == "days_late":
            late = days_late(facts)
            return None if late is None else Decimal(late)
        return super().figure(facts, by, period)

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        if self.never is not None:
            yield from over_maximum(self.never, maximum, f"{place}.never", "mức không gửi: ")
        place = f"{place}.bands"
        yield from band_rules.faults(self.bands, place, " ngày")
        above: Band | None = None
        for band in self.bands:
            yield from over_maximum(band.points, maximum, f"{band.place or place}.points", "mức này ")
            if above and band.points < above.points:
                longer = (
                    f"mức «{band.text(' ngày')}» trừ {words.number(band.points)}, ít hơn mức chậm ngắn hơn"
                )
                yield Fault(band.place or place, f"{longer} ({words.number(above.points)}).")
            above = band
        if self.bands and not any(band.high is None for band in self.bands):
            last = words.number(max(band.high or ZERO for band in self.bands))
            yield Fault(
                place,
                f"chậm hơn {last} ngày chưa thuộc mức nào; hãy để mức cuối không có đầu trên.",
                is_grave=True,
            )


@dataclass(frozen=True)
class Deduction(Formula):
    """points for each event, or once however many there are. Events of known days count in the period."""

    points: Decimal
    is_once: bool = False

    name: ClassVar[str] = "deduction"
    label: ClassVar[str] = "trừ theo lần"
    kinds: ClassVar[frozenset[str]] = frozenset({PENALTY})
    needs: ClassVar[frozenset[str]] = frozenset({"count", "dates"})

    @classmethod
    def read(cls, node: Node) -> "Deduction":
        """points, per."""
        found = node.fields(["type", "points"], ["per"])
        points = found["points"].number() if "points" in found else None
        per = found["per"].word(("event", "once")) if "per" in found else "event"
        return cls(points or ZERO, per == "once")

    def work(self, facts: Facts, maximum: Decimal | None, period: Period | None) -> Worked | Ask:
        dates = facts.get("dates")
        count = facts.get("count")
        note = ""
        if dates is not None:
            if count is not None and count != len(dates):
                return Ask(
                    "count", f"Ghi {words.number(count)} lần nhưng có {len(dates)} ngày; hãy kiểm tra lại."
                )
            inside = [day for day in dates if period is None or day in period]
            note = f"{len(dates) - len(inside)} lần ngoài kỳ {period}" if len(inside) < len(dates) else ""
            count = Decimal(len(inside))
        if count is None:
            return missing("count")
        if count == 0:
            return Worked(ZERO, "không có lần nào", is_sum=False, note=note)
        if self.is_once:
            return Worked(self.points, "có, trừ một lần", is_sum=False, note=note)
        return Worked(
            count * self.points, f"{words.number(count)} lần × {words.number(self.points)}", note=note
        )

    def figure(self, facts: Facts, by: str, period: Period | None) -> Decimal | None:
        if by == "count" and facts.get("count") is None and (dates := facts.get("dates")) is not None:
            return Decimal(sum(period is None or day in period for day in dates))
        return super().figure(facts, by, period)

    def faults(self, kind: str, maximum: Decimal | None, place: str) -> Iterator[Fault]:
        if self.points <= 0:
            yield Fault(
                f"{place}.points", "số điểm trừ mỗi lần phải lớn hơn 0 (ghi số dương, máy sẽ trừ khỏi tổng)."
            )
        else:
            yield from over_maximum(self.points, maximum, f"{place}.points", "mỗi lần ")
