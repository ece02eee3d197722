"""Reporting periods: from which day to which day a report counts, and with which period it is compared."""

from dataclasses import dataclass
from datetime import date, timedelta

from reports.choices import ReportKind

FIRST_YEAR = 2000


@dataclass(frozen=True)
class Period:
    """One half year or year; starts_on is inside, ends_before is the first day after it."""

    kind: str
    year: int
    starts_on: date
    ends_before: date

    @property
    def last_day(self) -> date:
        return self.ends_before - timedelta(days=1)

    @property
    def label(self) -> str:
        """«6 tháng đầu năm 2024» or «năm 2024», as it stands in a sentence."""
        return f"6 tháng đầu năm {self.year}" if self.kind == ReportKind.SIX_MONTH else f"năm {self.year}"

    @property
    def previous(self) -> "Period":
        """The comparable period one year before."""
        return period_of(self.kind, self.year - 1)

    def contains(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_before


def period_of(kind: str, year: int) -> Period:
    """The period of a kind of report. Raises ValueError for another kind."""
    if kind == ReportKind.SIX_MONTH:
        return Period(kind, year, date(year, 1, 1), date(year, 7, 1))
    if kind == ReportKind.YEAR_END:
        return Period(kind, year, date(year, 1, 1), date(year + 1, 1, 1))
    raise ValueError(f"unknown kind of report: {kind!r}")


def complaint_about(kind: str, year: int, today: date) -> str | None:
    """Why no report can be made of this period, as a Vietnamese sentence; None when it can."""
    if not FIRST_YEAR <= year <= today.year:
        return f"Năm báo cáo phải từ {FIRST_YEAR} đến {today.year}. Hãy nhập lại năm, ví dụ {today.year}."
    return None
