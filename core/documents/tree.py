"""An official document as data.

One tree, several renderers (``pdf``, ``excel``): the same words and the same figures on paper and in the
workbook. The tree knows nothing about what the document is about. Every text is normalised when the tree is
built (NFC, no control or direction characters), so that no renderer has to think about it.

Lists given to a constructor are stored as tuples; a finished tree never changes.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

ParagraphStyle = Literal["body", "basis", "lead", "note", "centred"]
ColumnKind = Literal["text", "number", "integer", "percent", "date", "code"]
ChartKind = Literal["bar", "line", "share"]
Value = str | int | float | Decimal | date | None

NUMERIC_KINDS = frozenset({"number", "integer", "percent"})

# Everything XML 1.0 forbids, non-characters, and marks that turn or hide text; tab and line feed stay.
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """The text in NFC, with line ends as \\n and without characters no file format can carry."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _ILLEGAL.sub("", text))


def _settle(value: object) -> object:
    if isinstance(value, str) and type(value) is not str:
        value = str(value)  # enum members and lazy strings become plain text
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (list, tuple)):
        return tuple(_settle(item) for item in value)
    return value


class Node:
    """Base of all parts: settles texts and sequences once, at construction."""

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, one.name, _settle(getattr(self, one.name)))


# --- Head ---


@dataclass(frozen=True)
class Header(Node):
    """The head of an official paper: issuer on the left, national title on the right, then kind and summary.

    ``kind`` empty makes an official letter: the summary then stands under the number as "V/v …".
    """

    superior: str
    issuer: str
    number: str
    place: str
    day: date | None
    kind: str
    summary: str
    addressees: Sequence[str] = ()

    @property
    def number_text(self) -> str:
        """ "Số: 05/BC-ABC": a number below ten gets a leading zero; without a number, room to write it in."""
        number = self.number.strip()
        if not number or number.startswith("/"):
            return f"Số:\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0{number}"
        return "Số: " + re.sub(r"^(\d)(?!\d)", r"0\1", number)

    @property
    def date_text(self) -> str:
        return place_and_day(self.place, self.day)


def place_and_day(place: str, day: date | None) -> str:
    """ "Hà Nội, ngày 05 tháng 02 năm 2026": zero before days below ten and before January and February."""
    if day is None:
        blank = "ngày\u2003 tháng\u2003 năm\u2003\u2003"
        return f"{place}, {blank}" if place else f"N{blank[1:]}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    text = f"ngày {day.day:02d} tháng {month} năm {day.year}"
    return f"{place}, {text}" if place else f"N{text[1:]}"


# --- Blocks ---


@dataclass(frozen=True)
class Heading(Node):
    """A section title; level 1 is "I. …" in capitals or bold, 2 "1. …" bold, 3 "a) …" bold italic."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph(Node):
    """A paragraph. ``lead_in`` is printed in bold before the text ("Điều 1.")."""

    text: str
    style: ParagraphStyle = "body"
    lead_in: str = ""


@dataclass(frozen=True)
class Items(Node):
    """Dash items under a paragraph."""

    items: Sequence[str]


@dataclass(frozen=True)
class Column(Node):
    """A table column.

    ``percent`` values are percentages as read (81.8 prints "81,8 %"); the workbook stores the fraction.
    ``width`` is a weight in characters; None lets the renderer measure the contents.
    ``group``: neighbouring columns with the same group stand under one common head.
    """

    title: str
    kind: ColumnKind = "text"
    width: float | None = None
    total: bool = False
    group: str = ""

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC_KINDS


@dataclass(frozen=True)
class Table(Node):
    """A table of figures. Rows with an index in ``group_rows`` are section rows: bold, left out of totals."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Value, ...]]
    total_label: str = "Tổng cộng"
    note: str = ""
    group_rows: Sequence[int] = ()
    unit: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.columns:
            raise ValueError(f"Table {self.key!r} has no columns")
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                expected = len(self.columns)
                raise ValueError(f"Table {self.key!r}, row {number}: {len(row)} values, {expected} columns")

    @property
    def has_total(self) -> bool:
        return bool(self.rows) and any(column.total for column in self.columns)

    def totals(self) -> tuple[Value, ...]:
        """The sum of each column with ``total``; None elsewhere. Section rows do not count."""
        skip = set(self.group_rows)
        counted = [row for number, row in enumerate(self.rows) if number not in skip]
        return tuple(
            _add([row[at] for row in counted]) if column.total else None
            for at, column in enumerate(self.columns)
        )


def _add(values: Sequence[Value]) -> Value:
    figures = [value for value in values if isinstance(value, (int, float, Decimal))]
    if any(isinstance(value, (float, Decimal)) for value in figures):
        return sum((to_decimal(value) for value in figures), Decimal(0))
    return sum(figures)


def to_decimal(value: int | float | Decimal) -> Decimal:
    """The number as people read it: 0.1 is 0.1."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


@dataclass(frozen=True)
class Chart(Node):
    """A chart: ``series`` is a list of (name, numbers), one number for each label."""

    key: str
    title: str
    kind: ChartKind
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int | float | Decimal | None]]]
    unit: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, numbers in self.series:
            if len(numbers) != len(self.labels):
                expected = len(self.labels)
                raise ValueError(f"Chart {self.key!r}, {name!r}: {len(numbers)} values, {expected} labels")


@dataclass(frozen=True)
class PageBreak(Node):
    pass


Block = Heading | Paragraph | Items | Table | Chart | PageBreak


# --- Foot ---


@dataclass(frozen=True)
class Signature(Node):
    """Who signs. ``seal`` keeps room for hand, stamp or the picture of a digital signature."""

    authority: str = ""
    position: str = ""
    name: str = ""
    seal: bool = True


@dataclass(frozen=True)
class Recipients(Node):
    """ "Nơi nhận": one line for each receiver, the last one is the file copy."""

    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Annex(Node):
    """An annex on pages of its own, numbered from 1; ``landscape`` for wide tables."""

    title: str
    blocks: Sequence[Block]
    landscape: bool = False


@dataclass(frozen=True)
class Document(Node):
    """A whole official document.

    ``left_signature`` is the second signer of minutes (the secretary, left of the chair); ``confirmation``
    whoever confirms below the two.
    ``draft_note`` is printed on every page of a paper that is not yet to be signed.
    """

    header: Header
    blocks: Sequence[Block]
    signature: Signature | None = None
    recipients: Recipients | None = None
    annexes: Sequence[Annex] = ()
    title: str = ""
    lang: str = "vi"
    draft_note: str | None = None
    left_signature: Signature | None = field(default=None)
    confirmation: Signature | None = field(default=None)

    @property
    def name(self) -> str:
        """The title for metadata and file properties."""
        return self.title or f"{self.header.kind} {self.header.summary}".strip()

    def all_blocks(self) -> list[Block]:
        """Blocks of the body and of every annex, in reading order."""
        return [*self.blocks, *(block for annex in self.annexes for block in annex.blocks)]

    def tables(self) -> list[Table]:
        return [block for block in self.all_blocks() if isinstance(block, Table)]

    def charts(self) -> list[Chart]:
        return [block for block in self.all_blocks() if isinstance(block, Chart)]


# --- Words for values (shared by every renderer and by the charts) ---


def rounded(value: int | float | Decimal, places: int) -> Decimal:
    """Rounded as people do it by hand: a half goes up (60.25 → 60.3)."""
    return to_decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number_text(value: int | float | Decimal, places: int | None = None) -> str:
    """1234.5 → "1.234,5". Without ``places`` trailing zeros are dropped."""
    figure = to_decimal(value)
    if places is not None:
        figure = rounded(figure, places)
    text = f"{figure:,f}"
    if "." in text and places is None:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    return text.translate(str.maketrans(",.", ".,"))


def percent_text(value: int | float | Decimal) -> str:
    """81.8 → "81,8 %" with a space that never breaks; at most one decimal place."""
    return f"{number_text(rounded(value, 1))}\u00a0%"


def day_text(value: date) -> str:
    """The day as dd/mm/yyyy."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def value_text(value: Value, kind: ColumnKind = "text") -> str:
    """A cell as read on paper; None is empty."""
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return day_text(value)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, (int, float, Decimal)):
        if kind == "percent":
            return percent_text(value)
        if kind in {"text", "code"}:
            return str(value) if isinstance(value, int) else number_text(value)
        return number_text(value, 0) if kind == "integer" else number_text(value)
    return value
