from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from campaigns import rules
from campaigns.choices import Measure
from campaigns.forms.base import NOT_A_NUMBER, NumberField, read_number
from core.errors import Outcome

START, END = date(2024, 1, 1), date(2024, 12, 31)
CENTS = st.decimals(min_value="0.01", max_value="100", places=2)


def shape(**facts):
    known = {
        "content": 1,
        "name": "Chỉ tiêu",
        "measure": "number",
        "value": Decimal(4),
        "due_on": date(2024, 6, 30),
    }
    return rules.TargetShape(**(known | facts))


@given(st.lists(CENTS, min_size=1, max_size=8))
def test_shares_are_met_exactly_when_they_sum_to_100(shares):
    assert rules.shares_sum(shares).is_met == (sum(shares) == 100)


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=6).filter(lambda found: sum(found) < 10000))
def test_shares_completed_to_100_are_met_without_rounding(hundredths):
    shares = [Decimal(value) / 100 for value in hundredths]

    assert rules.shares_sum([*shares, 100 - sum(shares)]).is_met


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        ([], "Chưa ghi tác giả"),
        (["60", "30"], "còn thiếu 10 %"),
        (["60", "40.5"], "thừa 0,5 %"),
        (["100", "0"], "lớn hơn 0"),
    ],
)
def test_wrong_shares_say_what_is_wrong(shares, word):
    verdict = rules.shares_sum(Decimal(share) for share in shares)

    assert verdict.outcome == Outcome.NOT_MET
    assert word in verdict.reason


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ((2024, 2023, START, END, None), "year_to"),
        ((2024, 2024, END, START, None), "ends_on"),
        ((1800, 2024, START, END, None), "year_from"),
        ((2024, 2024, date(2026, 1, 1), date(2026, 2, 1), None), "starts_on"),
        ((2024, 2024, START, END, date(2025, 1, 1)), "pledge_due_on"),
    ],
)
def test_wrong_period_names_the_field(facts, field):
    assert list(rules.check_period(*facts)) == [field]


def test_sound_period_has_no_complaint():
    assert rules.check_period(2024, 2024, START, END, date(2024, 1, 31)) == {}


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"value": Decimal(0)}, "lớn hơn 0"),
        ({"measure": Measure.PERCENT, "value": Decimal("100.01")}, "vượt quá 100"),
        ({"measure": Measure.YES_NO, "value": Decimal(2)}, "mức đăng ký là 1"),
        ({"due_on": date(2025, 1, 1)}, "ngoài thời gian"),
        ({"due_on": date(2023, 12, 31)}, "ngoài thời gian"),
    ],
)
def test_wrong_target_is_refused_with_its_number(facts, word):
    (verdict,) = rules.check_targets([shape(**facts)], START, END)

    assert verdict.reason.startswith("Chỉ tiêu 1")
    assert word in verdict.reason


@pytest.mark.parametrize("due_on", [START, END])
def test_due_date_may_be_the_first_or_last_day(due_on):
    assert rules.check_targets([shape(due_on=due_on)], START, END) == []


def test_content_without_target_is_a_warning_not_a_refusal():
    (verdict,) = rules.check_pledge_complete([shape()], [1, 2], START, END)

    assert verdict.outcome == Outcome.NEEDS_JUDGEMENT
    assert "Nội dung 2" in verdict.reason


def test_pledge_without_target_is_refused():
    assert rules.check_pledge_complete([], [1], START, END)[0].outcome == Outcome.NOT_MET


@given(st.decimals(0, 10**9, places=2), st.decimals("0.01", 10**9, places=2))
def test_share_lies_between_0_and_100_and_is_full_when_reached(reached, pledged):
    share = rules.reached_share(reached, pledged)

    assert 0 <= share <= 100
    assert reached < pledged or share == 100


@given(st.lists(st.decimals(0, 100, places=2), max_size=20))
def test_mean_share_lies_between_the_extremes(shares):
    mean = rules.mean_share(shares)

    assert (min(shares) <= mean <= max(shares)) if shares else mean == 0


@pytest.mark.parametrize(
    ("due_on", "is_reached", "late"),
    [
        (date(2024, 12, 15), False, True),
        (date(2024, 12, 16), False, False),
        (date(2024, 12, 15), True, False),
    ],
)
def test_late_means_past_its_day_and_not_reached(due_on, is_reached, late):
    assert rules.is_late(due_on, date(2024, 12, 16), is_reached=is_reached) is late


@pytest.mark.parametrize(
    ("known", "outcome"), [(True, Outcome.MET), (False, Outcome.NOT_MET), (None, Outcome.NEEDS_JUDGEMENT)]
)
def test_unit_outstanding(known, outcome):
    verdict = rules.check_unit_outstanding(known, unit="Cục A", year=2024)

    assert verdict.outcome == outcome
    assert "2024" in verdict.reason


def test_unknown_result_says_it_is_not_recorded():
    assert (
        "Chưa có kết quả xếp loại năm 2024"
        in rules.check_unit_outstanding(None, unit="Cục A", year=2024).reason
    )


def test_lawmaking_names_what_is_left():
    facts = [
        rules.TargetFact("Nghị định", Decimal(1), Decimal(1)),
        rules.TargetFact("Thông tư", Decimal(2), Decimal(4)),
    ]

    verdict = rules.check_lawmaking(facts)

    assert verdict.outcome == Outcome.NOT_MET
    assert "1/2" in verdict.reason
    assert "Thông tư" in verdict.missing
    assert "Nghị định" not in verdict.missing


@pytest.mark.parametrize(("reached", "outcome"), [(4, Outcome.MET), (5, Outcome.MET), (3, Outcome.NOT_MET)])
def test_lawmaking_counts_reached_targets(reached, outcome):
    assert rules.check_lawmaking([rules.TargetFact("A", Decimal(reached), Decimal(4))]).outcome == outcome


def test_lawmaking_without_targets_needs_judgement():
    assert rules.check_lawmaking([]).outcome == Outcome.NEEDS_JUDGEMENT


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234", "1234"),
        ("98.4", "98.4"),
        ("1 000", "1000"),
        ("-3", "-3"),
        ("0,25", "0.25"),
    ],
)
def test_numbers_as_people_type_them(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["abc", "1,2,3", "1.23,4", "NaN", "Infinity", "1e5", "12a", "١٢"])
def test_what_is_no_number_is_refused_in_words(text):

    with pytest.raises(ValidationError) as caught:
        NumberField().clean(text)
    assert caught.value.messages == [NOT_A_NUMBER]


@given(st.decimals(0, 10**9, places=2))
def test_numbers_survive_showing_and_reading(value):
    assert read_number(rules.number_text(value)) == value
