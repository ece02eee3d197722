from datetime import date
from decimal import Decimal

import pytest

from units import people_rules as rules

TODAY = date(2024, 12, 16)


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({}, []),
        ({"birth_year": 1985, "recruited_on": date(2008, 3, 1)}, []),
        ({"birth_year": 1899}, ["birth_year"]),
        ({"birth_year": 2010}, ["birth_year"]),
        ({"birth_year": 2009}, []),
        ({"birth_year": 1985, "recruited_on": date(1999, 12, 31)}, ["recruited_on"]),
        ({"birth_year": 1985, "recruited_on": date(2000, 1, 1)}, []),
        ({"recruited_on": date(2024, 12, 17)}, ["recruited_on"]),
        ({"recruited_on": date(1900, 1, 1)}, ["recruited_on"]),
        ({"sector_since": date(2030, 1, 1)}, ["sector_since"]),
        ({"recruited_on": date(2008, 3, 1), "retiring_on": date(2008, 3, 1)}, ["retiring_on"]),
        ({"birth_year": 1985, "retiring_on": date(2024, 12, 31)}, ["retiring_on"]),
        ({"recruited_on": date(2020, 1, 1), "hard_area_years": Decimal(9)}, ["hard_area_years"]),
        ({"recruited_on": date(2010, 1, 1), "hard_area_years": Decimal(9)}, []),
    ],
)
def test_the_facts_of_a_person_must_fit_one_another(facts: dict, fields: list[str]) -> None:
    assert [name for name, _ in rules.person_problems(facts, TODAY)] == fields


def post(first: date, last: date | None = None, *, unit: int = 1, title: str = "Chuyên viên") -> rules.Post:
    return rules.Post(unit, "Cục Thử", title, first, last)


@pytest.mark.parametrize(
    ("new", "old", "collides"),
    [
        (post(date(2022, 1, 1)), post(date(2020, 1, 1)), True),
        (post(date(2022, 1, 1)), post(date(2020, 1, 1), date(2022, 1, 1)), False),
        (post(date(2022, 1, 1)), post(date(2020, 1, 1), date(2022, 1, 2)), True),
        (post(date(2019, 1, 1), date(2020, 1, 1)), post(date(2020, 1, 1)), False),
        (post(date(2022, 1, 1), title="CHUYÊN VIÊN"), post(date(2020, 1, 1)), True),
        (post(date(2022, 1, 1), unit=2), post(date(2020, 1, 1)), False),
        (post(date(2022, 1, 1), title="Trưởng phòng"), post(date(2020, 1, 1)), False),
    ],
)
def test_the_same_post_is_not_held_twice_at_once(new: rules.Post, old: rules.Post, collides: bool) -> None:
    assert bool(rules.post_problems(new, [old], TODAY)) is collides


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 1, 1), None, "valid_from"),
        (date(1940, 1, 1), None, "valid_from"),
        (date(2024, 1, 1), date(2024, 1, 1), "valid_to"),
        (date(2024, 1, 1), date(2030, 1, 1), "valid_to"),
    ],
)
def test_days_of_a_post_are_plausible(first: date, last: date | None, field: str) -> None:
    assert [name for name, _ in rules.post_problems(post(first, last), [], TODAY)] == [field]


@pytest.mark.parametrize(
    ("first", "last", "ok"),
    [
        (date(2021, 1, 1), None, True),
        (date(2020, 1, 1), None, False),
        (date(2021, 1, 1), date(2023, 1, 1), True),
        (date(2021, 1, 1), date(2023, 1, 2), False),
        (date(2020, 12, 31), date(2022, 1, 1), False),
        (date(2023, 1, 1), None, False),
    ],
)
def test_a_post_lies_within_the_life_of_its_unit(first: date, last: date | None, ok: bool) -> None:
    found = rules.unit_problems("Cục Cũ", date(2021, 1, 1), date(2023, 1, 1), first, last)
    assert (not found) is ok


def test_an_open_post_may_stand_at_a_unit_that_closes_later() -> None:
    assert rules.unit_problems("Cục Cũ", None, date(2025, 3, 1), date(2021, 1, 1), None) == []


@pytest.mark.parametrize(
    ("year", "months", "maternity", "fields"),
    [
        (2024, Decimal(6), Decimal(6), []),
        (2024, Decimal(7), Decimal(6), ["maternity_months"]),
        (2024, None, Decimal(13), ["maternity_months"]),
        (2025, None, None, ["year"]),
        (1989, None, None, ["year"]),
        (1999, None, None, ["year"]),
    ],
)
def test_a_year_and_its_months(
    year: int, months: Decimal | None, maternity: Decimal | None, fields: list[str]
) -> None:
    found = rules.year_problems(year, TODAY, born=1985, months=months, maternity=maternity)
    assert [name for name, _ in found] == fields


def test_a_hold_ends_with_a_day_and_a_conclusion() -> None:
    opened = date(2024, 3, 1)
    assert rules.hold_problems(opened, None, None, TODAY) == []
    assert rules.hold_problems(opened, date(2024, 6, 1), True, TODAY) == []
    assert [n for n, _ in rules.hold_problems(opened, date(2024, 6, 1), None, TODAY)] == ["is_clean"]
    assert [n for n, _ in rules.hold_problems(opened, date(2024, 2, 1), True, TODAY)] == ["closed_on"]
    assert [n for n, _ in rules.hold_problems(date(2025, 1, 1), None, None, TODAY)] == ["opened_on"]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 1, 1), date(2024, 8, 1), 7),
        (date(2024, 1, 15), date(2024, 8, 14), 6),
        (date(2024, 1, 15), date(2024, 8, 15), 7),
        (date(2023, 12, 31), date(2024, 1, 1), 0),
        (date(2024, 5, 1), date(2024, 1, 1), 0),
    ],
)
def test_months_are_full_months(first: date, last: date, months: int) -> None:
    assert rules.whole_months(first, last) == months


def test_time_in_posts_held_side_by_side_counts_once() -> None:
    spans = [
        (date(2020, 1, 1), date(2022, 1, 1)),
        (date(2021, 1, 1), date(2023, 1, 1)),
        (date(2024, 1, 1), date(2024, 2, 1)),
    ]
    assert rules.merged(spans) == [(date(2020, 1, 1), date(2023, 1, 1)), (date(2024, 1, 1), date(2024, 2, 1))]


def test_months_in_the_old_unit_are_those_of_the_year_of_the_move() -> None:
    assert rules.months_in_year_before(date(2022, 8, 1), date(2015, 1, 1)) == 7
    assert rules.months_in_year_before(date(2022, 8, 1), date(2022, 6, 1)) == 2
    assert rules.months_in_year_before(date(2023, 1, 1), date(2015, 1, 1)) == 12


def test_the_year_in_hand_changes_in_december() -> None:
    assert rules.grading_year(date(2024, 11, 30)) == 2023
    assert rules.grading_year(date(2024, 12, 1)) == 2024
