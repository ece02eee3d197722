from datetime import date

import pytest

from reports.choices import ReportKind
from reports.periods import complaint_about, period_of


@pytest.mark.parametrize(
    ("kind", "first", "ends_before", "last"),
    [
        (ReportKind.SIX_MONTH, date(2024, 1, 1), date(2024, 7, 1), date(2024, 6, 30)),
        (ReportKind.YEAR_END, date(2024, 1, 1), date(2025, 1, 1), date(2024, 12, 31)),
    ],
)
def test_period_of_a_kind(kind: str, first: date, ends_before: date, last: date) -> None:
    period = period_of(kind, 2024)

    assert (period.starts_on, period.ends_before, period.last_day) == (first, ends_before, last)
    assert period.contains(first)
    assert period.contains(last)
    assert not period.contains(ends_before)


def test_previous_period_is_the_same_kind_one_year_before() -> None:
    assert period_of(ReportKind.SIX_MONTH, 2024).previous == period_of(ReportKind.SIX_MONTH, 2023)


def test_labels_as_they_stand_in_a_sentence() -> None:
    assert period_of(ReportKind.SIX_MONTH, 2024).label == "6 tháng đầu năm 2024"
    assert period_of(ReportKind.YEAR_END, 2024).label == "năm 2024"


def test_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        period_of("monthly", 2024)


@pytest.mark.parametrize(("year", "is_refused"), [(1999, True), (2000, False), (2024, False), (2025, True)])
def test_years_without_a_report(year: int, is_refused: bool) -> None:
    assert bool(complaint_about(ReportKind.YEAR_END, year, date(2024, 12, 16))) == is_refused
