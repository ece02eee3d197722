"""Bands with ends that are declared closed or open in words: at_least / above, below / at_most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaigns.scoring import words
from campaigns.scoring.faults import Fault
from campaigns.scoring.reading import Node

_LOW, _HIGH = ("at_least", "above"), ("below", "at_most")
KEYS = (*_LOW, *_HIGH)


@dataclass(frozen=True)
class Band:
    """One band and its points. low, high: None = without an end; is_low_in, is_high_in: the end belongs."""

    low: Decimal | None
    is_low_in: bool
    high: Decimal | None
    is_high_in: bool
    points: Decimal
    place: str = ""

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies in the band."""
        above = self.low is None or value > self.low or (self.is_low_in and value == self.low)
        below = self.high is None or value < self.high or (self.is_high_in and value == self.high)
        return above and below

    def text(self, unit: str = "") -> str:
        """«từ 90 đến dưới 95 %», «trên 20», «dưới 88 %»."""
        low = high = ""
        if self.low is not None:
            low = f"{'từ' if self.is_low_in else 'trên'} {words.number(self.low)}"
        if self.high is not None:
            word = "dưới" if not self.is_high_in else "không quá" if self.low is None else ""
            high = f"{word} {words.number(self.high)}".strip()
        if not low and not high:
            return "mọi giá trị"
        if self.low is not None and self.low == self.high:
            return f"đúng {words.number(self.low)}{unit}"
        if low and not high:
            return f"{low}{unit} trở lên" if self.is_low_in else f"{low}{unit}"
        return f"{low} đến {high}{unit}" if low else f"{high}{unit}"


def read_bands(node: Node) -> tuple[Band, ...] | None:
    """The bands of a list, lowest first; None after a fault."""
    bands = []
    broken = len(node.faults)
    for item in node.items():
        found = item.fields(["points"], KEYS)
        low = [name for name in _LOW if name in found]
        high = [name for name in _HIGH if name in found]
        if len(low) > 1 or len(high) > 1:
            item.say(
                "mỗi khoảng chỉ có một đầu dưới (at_least hoặc above) và một đầu trên (below hoặc at_most)."
            )
            continue
        bottom = found[low[0]].number() if low else None
        top = found[high[0]].number() if high else None
        points = found["points"].number(least=0) if "points" in found else None
        if points is not None:
            bands.append(Band(bottom, low == ["at_least"], top, high == ["at_most"], points, item.place))
    if len(node.faults) > broken:
        return None
    return tuple(sorted(bands, key=_low_first))


def _low_first(band: Band) -> tuple[bool, Decimal, bool]:
    return band.low is not None, band.low or Decimal(0), not band.is_low_in


def find(bands: Sequence[Band], value: Decimal) -> Band | None:
    """The band the value lies in."""
    return next((band for band in bands if band.holds(value)), None)


def faults(bands: Sequence[Band], place: str, unit: str = "") -> Iterator[Fault]:
    """Empty, overlapping and gapped bands, each with the value that is in two bands or in none."""
    if not bands:
        yield Fault(place, "chưa có khoảng nào; hãy thêm ít nhất một khoảng.")
    for band in bands:
        if band.low is not None and band.high is not None:
            is_point = band.low == band.high and band.is_low_in and band.is_high_in
            if band.low > band.high or (band.low == band.high and not is_point):
                yield Fault(band.place, f"khoảng «{band.text(unit)}» không chứa giá trị nào.")
    reach: Band | None = None  # of the bands so far, the one that reaches highest
    for band in bands:
        if reach:
            fault = _overlap(reach, band, place, unit) or _gap(reach, band, place, unit)
            if fault:
                yield fault
        reach = max(reach or band, band, key=_high_last)


def _overlap(lower: Band, upper: Band, place: str, unit: str) -> Fault | None:
    names = f"«{lower.text(unit)}» và «{upper.text(unit)}»"
    if lower.high is None or upper.low is None or lower.high > upper.low:
        return Fault(place, f"hai khoảng {names} chồng lên nhau; mỗi giá trị chỉ được thuộc một khoảng.")
    if lower.high == upper.low and lower.is_high_in and upper.is_low_in:
        mark = words.number(upper.low)
        return Fault(
            place,
            f"mốc {mark} thuộc hai khoảng {names}. Hãy để một khoảng: «dưới {mark}» ở khoảng thấp"
            f" hoặc «trên {mark}» ở khoảng cao.",
        )
    return None


def _gap(lower: Band, upper: Band, place: str, unit: str) -> Fault | None:
    names = f"«{lower.text(unit)}» và «{upper.text(unit)}»"
    if lower.high is None or upper.low is None:
        return None
    if lower.high < upper.low:
        first, last = words.number(lower.high), words.number(upper.low)
        return Fault(place, f"giữa {names} có khoảng trống: giá trị từ {first} đến {last} chưa có điểm.")
    if lower.high == upper.low and not (lower.is_high_in or upper.is_low_in):
        return Fault(place, f"mốc {words.number(upper.low)} không thuộc khoảng nào trong hai khoảng {names}.")
    return None


def ends(bands: Sequence[Band], bottom: Decimal | None, top: Decimal | None, unit: str = "") -> Iterator[str]:
    """What lies outside all bands: below the first and above the last; bottom, top: ends of what can be."""
    if not bands:
        return
    first = bands[0]
    low = first.low
    if low is not None and (bottom is None or low > bottom or (low == bottom and not first.is_low_in)):
        yield f"{'dưới' if first.is_low_in else 'không quá'} {words.number(low)}{unit}"
    last = max(bands, key=_high_last)
    high = last.high
    if high is not None and (top is None or high < top or (high == top and not last.is_high_in)):
        number = f"{words.number(high)}{unit}"
        yield f"trên {number}" if last.is_high_in else f"từ {number} trở lên"


def _high_last(band: Band) -> tuple[bool, Decimal, bool]:
    return band.high is None, band.high or Decimal(0), band.is_high_in
