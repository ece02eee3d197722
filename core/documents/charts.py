"""Charts as SVG, the same for the page and for the paper.

Flat and labelled directly: values at the bar ends, names and values at the line ends, parts of a share below.
Only presentation attributes (no style attributes, no scripts), so a strict content policy is met. The fills
stay apart in grey print. Each part carries a class (``chart-fill-1`` …) for the page's CSS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from math import floor, log10

from core.documents.measure import balanced, text_width
from core.documents.tree import Chart, number_text, rounded, to_decimal

Number = int | float | Decimal

FILLS = ("#175e57", "#a9bdb6", "#5f8f86", "#e9dcb4", "#8a6d1f", "#dfe5e2")
ON_FILL = ("#ffffff", "#14211f", "#ffffff", "#14211f", "#ffffff", "#14211f")
DASHES = ("", "7 4", "2 3", "9 3 2 3", "4 2", "1 2")
INK = "#1b2422"
MUTED = "#56615e"
LINE = "#c4ccc9"
SIZE = 13
SMALL = 12


class Svg(str):
    """Markup that is already escaped; templates print it as it is (``__html__`` is what they ask for)."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class _Pen:
    """Where the pieces of one drawing are collected."""

    width: float
    parts: list[str]

    def rect(self, x: float, y: float, width: float, height: float, fill: int) -> None:
        self.parts.append(
            f'<rect class="chart-fill-{fill + 1}" x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" '
            f'height="{_n(height)}" fill="{_fill(fill)}"/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE) -> None:
        self.parts.append(
            f'<line class="chart-line" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
            f'stroke="{colour}" stroke-width="1"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        size: float = SIZE,
        colour: str = INK,
        bold: bool = False,
        name: str = "chart-text",
    ) -> None:
        weight = ' font-weight="700"' if bold else ""
        self.parts.append(
            f'<text class="{name}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" '
            f'font-size="{_n(size)}"{weight} fill="{colour}">{escape(text)}</text>'
        )


def _n(value: float) -> str:
    """A coordinate with at most two decimals: short, and the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _fill(at: int) -> str:
    return FILLS[at % len(FILLS)]


def _figure(value: Number | None) -> float:
    return 0.0 if value is None else float(value)


def _label(value: Number | None, unit: str) -> str:
    if value is None:
        return "–"
    figure = to_decimal(value)
    text = number_text(rounded(figure, 1))
    return f"{text}\u00a0%" if unit == "%" else text


def _wide(text: str, size: float, bold: bool = False) -> float:
    """Room for a text: Times metrics, and a seventh more where the page's own sans-serif may be used."""
    return text_width(text, size, bold) * 1.14


def _wrapped(text: str, width: float, size: float, most: int = 3) -> list[str]:
    lines = balanced(text, width / 1.14, size)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines or [""]


def _ceiling(highest: float) -> float:
    """The next figure above that gives round quarters."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** floor(log10(highest))
    steps = (step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10))
    return next(step for step in steps if step >= highest * (1 - 1e-9))


def _spoken(chart: Chart) -> str:
    """The whole chart in words, for readers who do not see it."""
    unit = f" ({chart.unit})" if chart.unit else ""
    rows = []
    for name, numbers in chart.series:
        shown = ", ".join(
            f"{label} {_label(n, chart.unit)}" for label, n in zip(chart.labels, numbers, strict=True)
        )
        rows.append(f"{name}: {shown}" if name else shown)
    return f"{chart.title}{unit}. " + "; ".join(rows) + "."


def _frame(chart: Chart, width: float, height: float, parts: Sequence[str], font: str) -> Svg:
    family = f' font-family="{escape(font)}"' if font else ""
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{chart.kind}" role="img" '
        f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"{family}>'
        f"<title>{escape(chart.title)}</title><desc>{escape(_spoken(chart))}</desc>{''.join(parts)}</svg>"
    )


def _keys(pen: _Pen, names: Sequence[str], left: float, top: float) -> float:
    """Names of the series beside a patch of their fill, in rows; returns the height used."""
    x, y = left, top
    for at, name in enumerate(names):
        wide = 16 + _wide(name, SMALL) + 18
        if x > left and x + wide > pen.width:
            x, y = left, y + 19
        pen.rect(x, y, 11, 11, at)
        pen.text(x + 16, y + 10, name, size=SMALL)
        x += wide
    return y - top + 24


def bar_svg(chart: Chart, width: float = 640, font: str = "") -> Svg:
    """Horizontal bars, one band for each label; several series (this period, last period) share the band."""
    pen = _Pen(width, [])
    several = len(chart.series) > 1
    name_width = min(width * 0.36, max((_wide(label, SIZE) for label in chart.labels), default=0) + 4)
    names = [_wrapped(label, name_width, SIZE) for label in chart.labels]
    figures = [[_figure(n) for n in numbers] for _, numbers in chart.series]
    highest = max((n for row in figures for n in row), default=0)
    lowest = min((n for row in figures for n in row), default=0)
    low = min(lowest, 0)
    widest = max((_wide(_label(n, chart.unit), SIZE) for _, row in chart.series for n in row), default=0)
    left, right = name_width + 12, width - widest - 8
    span = (max(highest, 0) - low) or 1
    below = widest + 6 if low < 0 else 0
    scale = max(right - left - below, 20) / span
    zero = left + below - low * scale

    y = _keys(pen, [name for name, _ in chart.series], left, 4) if several else 4.0
    if chart.unit and chart.unit != "%":
        pen.text(left, y + 10, f"Đơn vị: {chart.unit}", size=SMALL, colour=MUTED, name="chart-note")
        y += 20
    top, thick = y, 15 if several else 20
    for at, lines in enumerate(names):
        bars = thick * len(chart.series) + 2 * (len(chart.series) - 1)
        band = max(bars, 16 * len(lines)) + 10
        middle = y + band / 2
        for number, line in enumerate(lines):
            pen.text(name_width, middle + 4.5 + 16 * (number - (len(lines) - 1) / 2), line, "end")
        for order, (_, numbers) in enumerate(chart.series):
            value = figures[order][at]
            bar_top = middle - bars / 2 + order * (thick + 2)
            length = abs(value) * scale
            pen.rect(zero if value >= 0 else zero - length, bar_top, length, thick, order)
            end, anchor = (zero + length + 5, "start") if value >= 0 else (zero - length - 5, "end")
            shown = _label(numbers[at], chart.unit)
            pen.text(end, bar_top + thick / 2 + 4.5, shown, anchor, bold=several and order == 0)
        y += band
    pen.line(zero, top, zero, y, MUTED)
    return _frame(chart, width, y + 6, pen.parts, font)


def line_svg(chart: Chart, width: float = 640, font: str = "") -> Svg:
    """Lines over time: quiet grid, values at the points of a single line, names and values at the ends."""
    pen = _Pen(width, [])
    figures = [[None if n is None else float(n) for n in numbers] for _, numbers in chart.series]
    known = [n for row in figures for n in row if n is not None]
    top_value, low_value = _ceiling(max(known, default=1)), min([0.0, *known])
    low_value = -_ceiling(-low_value) if low_value < 0 else 0.0
    ends = []
    for (name, numbers), row in zip(chart.series, figures, strict=True):
        last = max((at for at, n in enumerate(row) if n is not None), default=None)
        shown = "" if last is None else _label(numbers[last], chart.unit)
        ends.append((f"{name} {shown}".strip(), last))
    steps = [low_value + (top_value - low_value) * step / 4 for step in range(5)]
    scale_texts = [_label(round(step, 6), chart.unit) for step in steps]
    left = max(_wide(text, SMALL) for text in scale_texts) + 10
    side = min(width * 0.3, max((_wide(text, SIZE, True) for text, _ in ends), default=0) + 14)
    top = 30.0 if chart.unit and chart.unit != "%" else 18.0
    right, bottom = width - side, top + width * 0.34
    inset = min(28.0, (right - left) / 8)
    if chart.unit and chart.unit != "%":
        pen.text(0, 13, f"Đơn vị: {chart.unit}", size=SMALL, colour=MUTED, name="chart-note")

    def down(value: float) -> float:
        return bottom - (value - low_value) / (top_value - low_value) * (bottom - top)

    def across(at: int) -> float:
        return left + inset + (right - left - inset) * at / max(len(chart.labels) - 1, 1)

    for step, text in zip(steps, scale_texts, strict=True):
        pen.line(left, down(step), right, down(step), MUTED if step == 0 else LINE)
        pen.text(left - 8, down(step) + 4, text, "end", SMALL, MUTED, name="chart-note")
    gap = max((_wide(label, SMALL) for label in chart.labels), default=0) + 8
    every = max(1, -(-int(gap * len(chart.labels)) // max(int(right - left), 1)))
    for at, label in enumerate(chart.labels):
        if (len(chart.labels) - 1 - at) % every == 0:
            pen.text(across(at), bottom + 18, label, "middle", SMALL)

    taken: list[float] = []
    order = sorted(range(len(figures)), key=lambda at: _end_height(figures[at], down))
    for at in order:
        points = [(across(place), down(n), place) for place, n in enumerate(figures[at]) if n is not None]
        if not points:
            continue
        dash = f' stroke-dasharray="{DASHES[at % len(DASHES)]}"' if at else ""
        pen.parts.append(
            f'<polyline class="chart-stroke-{at + 1}" fill="none" stroke="{_stroke(at)}" '
            f'stroke-width="2.2"{dash} points="{" ".join(f"{_n(x)},{_n(y)}" for x, y, _ in points)}"/>'
        )
        for x, y, place in points:
            pen.parts.append(
                f'<circle class="chart-dot-{at + 1}" cx="{_n(x)}" cy="{_n(y)}" r="3.2" fill="{_stroke(at)}"/>'
            )
            if len(figures) == 1 and place != ends[at][1] and place % every == 0:
                pen.text(x, y - 9, _label(chart.series[at][1][place], chart.unit), "middle", SMALL)
        x, y, _ = points[-1]
        height = max(y + 4.5, (taken[-1] + 16) if taken else 0)
        taken.append(height)
        pen.text(x + 9, height, ends[at][0], bold=at == 0)
    return _frame(chart, width, bottom + 28, pen.parts, font)


def _stroke(at: int) -> str:
    return ("#175e57", "#6b7673", "#8a6d1f", "#3f7fa6", "#8c4a4a", "#444444")[at % 6]


def _end_height(row: Sequence[float | None], down: Callable[[float], float]) -> float:
    known = [n for n in row if n is not None]
    return down(known[-1]) if known else 0.0


def share_svg(chart: Chart, width: float = 640, font: str = "") -> Svg:
    """Shares of a whole as one stacked bar for each series; below it the parts with figure and share."""
    pen = _Pen(width, [])
    y = 4.0
    several = len(chart.series) > 1
    for name, numbers in chart.series:
        figures = [max(_figure(n), 0) for n in numbers]
        whole = sum(figures)
        if name and several:
            pen.text(0, y + 12, name, bold=True)
            pen.text(width, y + 12, f"Tổng: {_label(sum_of(numbers), chart.unit)}", "end", SMALL, MUTED)
            y += 20
        x = 0.0
        for at, value in enumerate(figures):
            length = width * value / whole if whole else 0
            # A white hairline keeps the parts apart in grey print.
            pen.rect(x, y, length - (1.5 if x + length < width - 0.5 else 0), 30, at)
            shown = number_text(rounded(value * 100 / whole, 1)) + "\u00a0%" if whole else ""
            if length > _wide(shown, SIZE) + 10:
                colour = ON_FILL[at % len(ON_FILL)]
                middle = x + length / 2
                pen.text(middle, y + 20, shown, "middle", colour=colour, bold=True, name=f"chart-on-{at + 1}")
            x += length
        if not whole:
            pen.line(0, y + 30, width, y + 30, MUTED)
            pen.text(0, y + 20, "Chưa có số liệu", colour=MUTED)
        y += 42
        y += _keys(pen, [_part(chart, at, numbers, whole) for at in range(len(chart.labels))], 0, y) + 4
    return _frame(chart, width, y, pen.parts, font)


def sum_of(numbers: Sequence[Number | None]) -> Decimal:
    """The sum of the known numbers; None counts as nothing."""
    return sum((to_decimal(n) for n in numbers if n is not None), Decimal(0))


def _part(chart: Chart, at: int, numbers: Sequence[Number | None], whole: float) -> str:
    text = f"{chart.labels[at]}: {_label(numbers[at], chart.unit)}"
    if whole and chart.unit != "%":
        text += f" ({number_text(rounded(max(_figure(numbers[at]), 0) * 100 / whole, 1))}\u00a0%)"
    return text


def chart_svg(chart: Chart, width: float = 640, font: str = "") -> Svg:
    """The chart in the form its kind asks for."""
    draw = {"bar": bar_svg, "line": line_svg, "share": share_svg}[chart.kind]
    return draw(chart, width, font)
