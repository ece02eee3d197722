"""What holds for every sheet: sums, ceilings, growth, order, and that nothing makes the engine fall over."""

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.scoring import (
    BadData,
    MemberScore,
    check_scheme,
    load_scheme,
    rank,
    read_members,
    score_member,
)
from campaigns.scoring.output import block_data
from campaigns.scoring.ranking import DivisionRanking
from tests.campaigns.scoring.sheets import exact, item, line, read_file, scheme, scheme_data

# A busy machine is no fault of the engine: no example is failed for its time.
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BONUS = {"per_percent": 1, "cap_percent": 10}
STEPS = [
    {"below": 50, "points": 0},
    {"at_least": 50, "below": 80, "points": 4.5},
    {"at_least": 80, "at_most": 100, "points": 9},
    {"above": 100, "points": 10},
]
amounts = st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False)
positive = st.decimals(min_value="0.001", max_value=10**6, places=3, allow_nan=False)
maxima = st.decimals(min_value="0.01", max_value=1000, places=2, allow_nan=False)


def number(value: Any) -> float | int:
    return float(value)


# --- growth ----------------------------------------------------------------------------------------------
@SLOW
@given(maximum=maxima, plan=positive, first=amounts, second=amounts)
def test_more_result_never_gives_less(maximum: Any, plan: Any, first: Any, second: Any) -> None:
    formula = {"type": "ratio", "bonus": BONUS}
    less, more = (
        line(formula, {"plan": number(plan), "actual": number(actual)}, maximum=number(maximum)).net
        for actual in sorted((first, second))
    )

    assert less <= more


@SLOW
@given(plan=positive, first=positive, second=positive)
def test_a_lower_figure_never_gives_less_where_lower_is_better(plan: Any, first: Any, second: Any) -> None:
    formula = {"type": "inverse", "bonus": BONUS}
    better, worse = (
        line(formula, {"plan": number(plan), "actual": number(actual)}).net
        for actual in sorted((first, second))
    )

    assert better >= worse


@SLOW
@given(whole=st.integers(1, 10**6), first=st.data())
def test_a_larger_share_never_gives_less(whole: int, first: st.DataObject) -> None:
    parts = sorted(first.draw(st.lists(st.integers(0, whole), min_size=2, max_size=2)))
    bands = {"type": "bands", "of": "share", "bands": STEPS[:3]}

    for formula in ({"type": "fraction"}, bands):
        less, more = (line(formula, {"part": part, "whole": whole}).points for part in parts)
        assert less <= more


@SLOW
@given(first=amounts, second=amounts)
def test_a_higher_step_never_gives_less(first: Any, second: Any) -> None:
    less, more = (
        line({"type": "bands", "bands": STEPS}, {"value": number(value)}).points
        for value in sorted((first, second))
    )

    assert less <= more


@SLOW
@given(days=st.lists(st.integers(0, 60), min_size=2, max_size=2))
def test_a_longer_delay_never_costs_less(days: list[int]) -> None:
    bands = [{"at_least": 5, "below": 10, "points": 5}, {"at_least": 10, "points": 10}]
    short, long = (
        line({"type": "lateness", "bands": bands}, {"days_late": late}, kind="penalty").deduction
        for late in sorted(days)
    )

    assert short <= long


# --- an independent way to the same points --------------------------------------------------------------
@SLOW
@given(maximum=maxima, plan=positive, actual=amounts, places=st.integers(0, 4))
def test_points_equal_those_of_exact_fractions(maximum: Any, plan: Any, actual: Any, places: int) -> None:
    grain = Fraction(1, 10**places)
    top = Fraction(int(maximum) + 1)
    of = scheme(item({"type": "ratio", "bonus": BONUS}, maximum=int(top)), rounding={"places": places})
    member = read_members(
        of, [{"code": "M", "name": "M", "results": {"T": {"plan": plan, "actual": actual}}}]
    )[0]

    found = score_member(of, member).lines[0]

    def rounded(value: Fraction) -> Fraction:
        return (value / grain + Fraction(1, 2)).__floor__() * grain

    raw = Fraction(actual) / Fraction(plan) * top
    over = min(max(raw - top, Fraction(0)), top / 10)
    assert Fraction(found.points) == rounded(min(raw, top))
    assert Fraction(found.bonus) == min(rounded(over), (top / 10 / grain).__floor__() * grain)


# --- whole blocks ----------------------------------------------------------------------------------------
ITEMS = [
    item({"type": "ratio", "bonus": BONUS}, "R", maximum=33.33),
    item({"type": "inverse", "bonus": BONUS}, "I", maximum=20),
    item({"type": "fraction"}, "F", maximum=12.5),
    item({"type": "grades", "grades": {"A": 10, "B": 7, "C": 0}}, "Q"),
    item({"type": "bands", "bands": STEPS}, "S"),
    item({"type": "manual"}, "B", kind="bonus", maximum=9),
    item({"type": "deduction", "points": 2.5}, "X", kind="penalty", maximum=20, if_absent="none"),
    item({"type": "yes_no"}, "K", kind="condition"),
    item({"type": "figure"}, "P", kind="side"),
]
FRAME: dict[str, Any] = {
    "ceilings": {"quantitative_bonus": 3, "bonus": 8, "penalty": 15},
    "scale": {"base": 85.83, "bonus": 8, "total": 93.83, "may_exceed": False, "floor": 0},
    "tie_chain": [{"item": "P"}, {"item": "R", "by": "actual", "direction": "asc"}],
    "gates": [{"code": "G", "name": "Kỷ luật", "item": "K", "when": "yes"}],
    "allocations": [
        {"award": "CO", "name": "Cờ", "number": 2, "minimum_score": 20},
        {"award": "BK", "name": "Bằng khen", "percent": 30},
    ],
}
small = st.integers(0, 4)


@st.composite
def results(draw: st.DrawFn, *, complete: bool = False) -> dict[str, Any]:
    """Few different values, so that equals are common."""
    entered: dict[str, Any] = {
        "R": {"plan": draw(st.sampled_from([2, 4])), "actual": draw(small)},
        "I": {"plan": 2, "actual": draw(st.integers(1, 4))},
        "F": {"part": draw(small), "whole": 4},
        "Q": {"grade": draw(st.sampled_from("ABC"))},
        "S": {"value": draw(st.sampled_from([10, 50, 80, 100, 101]))},
        "B": {"points": draw(st.sampled_from([0, 4.5, 9]))},
        "X": {"count": draw(st.integers(0, 9))},
        "K": {"yes": draw(st.booleans())},
        "P": {"value": draw(small)},
    }
    if complete:
        return entered
    return {code: value for code, value in entered.items() if draw(st.integers(0, 9))}


def members_of(entered: list[dict[str, Any]]) -> Any:
    return exact([{"code": f"M{n}", "name": f"Sở {n % 3}", "results": one} for n, one in enumerate(entered)])


BLOCK = scheme(*ITEMS, **FRAME)


def scored(data: Any) -> list[MemberScore]:
    return [score_member(BLOCK, member) for member in read_members(BLOCK, data)]


@SLOW
@given(st.lists(results(), max_size=6))
def test_totals_are_the_sum_of_their_lines_to_the_last_digit(entered: list[dict[str, Any]]) -> None:
    for one in scored(members_of(entered)):
        lines = sum(found.net for found in one.lines if found.is_known)
        adjustments = sum(found.amount for found in one.adjustments)

        assert one.known_total == lines + adjustments
        assert one.total in (None, one.known_total)
        assert (one.total is None) == (one.open_count > 0)


@SLOW
@given(st.lists(results(), max_size=6))
def test_ceilings_are_never_exceeded(entered: list[dict[str, Any]]) -> None:
    for one in scored(members_of(entered)):
        assert one.bonus <= 8
        assert one.deduction <= 15
        assert 0 <= one.known_total <= scheme_total()
        for found in one.lines:
            rule = BLOCK.items[found.item]
            if rule.maximum is not None:
                assert 0 <= found.points <= rule.maximum
                assert found.deduction <= rule.maximum
                surplus = rule.formula.bonus_cap(rule.maximum)
                assert found.bonus <= (rule.maximum if rule.kind == "bonus" else surplus)


def scheme_total() -> Any:
    return BLOCK.divisions[0].scale.total


@SLOW
@given(st.lists(results(), max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_the_members_does_not_matter(
    entered: list[dict[str, Any]], chance: random.Random
) -> None:
    scores = scored(members_of(entered))
    shuffled = list(scores)
    chance.shuffle(shuffled)

    assert rank(BLOCK, shuffled) == rank(BLOCK, scores)


@SLOW
@given(st.lists(results(), max_size=8))
def test_the_ranking_is_a_total_preorder_with_competition_places(entered: list[dict[str, Any]]) -> None:
    scores = scored(members_of(entered))
    found = rank(BLOCK, scores).divisions[0]
    placed = [one for one in found.entries if one.place is not None]

    assert sorted(one.score.code for one in found.entries) == sorted(one.code for one in scores)
    assert [one.place for one in found.entries[: len(placed)]] == [one.place for one in placed]
    for one in placed:
        assert one.place == 1 + sum(other.place < one.place for other in placed)  # type: ignore[operator]
        assert set(one.tied_with) == {
            other.score.code for other in placed if other.place == one.place and other is not one
        }
    for better, worse in zip(placed, placed[1:], strict=False):
        assert better.score.total is not None
        assert worse.score.total is not None
        assert better.score.total >= worse.score.total


@SLOW
@given(st.lists(results(complete=True), max_size=8))
def test_with_all_figures_known_the_order_is_that_of_the_keys(entered: list[dict[str, Any]]) -> None:
    scores = scored(members_of(entered))
    found = rank(BLOCK, scores).divisions[0]

    def key(one: MemberScore) -> tuple[Any, ...]:
        facts = {code: one.by_code[code].facts for code in "PR"}
        return (-(one.total or 0), -(facts["P"].get("value") or 0), facts["R"].get("actual"))

    keys = sorted(key(one) for one in scores)
    assert [key(entry.score) for entry in found.entries] == keys
    assert [entry.place for entry in found.entries] == [1 + keys.index(one) for one in keys]


@SLOW
@given(st.lists(results(), max_size=8))
def test_proposals_stay_within_the_allocation(entered: list[dict[str, Any]]) -> None:
    found = rank(BLOCK, scored(members_of(entered))).divisions[0]
    certain: set[str] = set()

    for proposal in found.proposals:
        taken = [one for one in proposal.lines if one.state in ("proposed", "needs_judgement")]
        assert len(taken) <= proposal.taken <= proposal.slots
        assert len({one.code for one in proposal.lines}) == len(proposal.lines)
        assert not certain & {one.code for one in proposal.lines}
        certain |= {one.code for one in taken}
    for one in found.entries:
        if any(gate.state == "hit" for gate in one.score.gates):
            assert one.score.code not in certain
    assert_better_first(found)


def assert_better_first(found: DivisionRanking) -> None:
    """Nobody is proposed for the first award before somebody better who may have it."""
    states = {one.code: one.state for one in found.proposals[0].lines} if found.proposals else {}
    may = [
        states[one.score.code]
        for one in found.entries
        if states.get(one.score.code) not in (None, "excluded", "below_minimum")
    ]
    if "outside" in may:
        assert set(may[may.index("outside") :]) == {"outside"}


# --- nothing makes it fall over ---------------------------------------------------------------------------
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("T"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@SLOW
@given(anything)
def test_any_data_is_a_scheme_or_a_list_of_faults(data: Any) -> None:
    assert check_scheme(data)
    with pytest.raises(BadData):
        load_scheme(data)


@settings(SLOW, max_examples=300)
@given(st.data())
def test_a_scheme_with_one_thing_changed_is_taken_or_refused_with_a_sentence(data: st.DataObject) -> None:
    """Replace, drop or repeat one value anywhere in a real scheme."""
    whole = read_file(data.draw(st.sampled_from(["hung_yen_2021.json", "can_tho_2025.json"])))
    change_somewhere(whole, data)
    faults = check_scheme(whole)
    if any(fault.is_grave for fault in faults):
        assert all(fault.sentence for fault in faults)
        return
    of, _ = load_scheme(whole)
    division = of.divisions[0].code
    member = {"code": "M", "name": "M", **({"division": division} if division else {})}
    ranked = rank(of, [score_member(of, one) for one in read_members(of, [member])])
    assert ranked.divisions


def change_somewhere(value: Any, data: st.DataObject) -> None:
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], dict | list) and data.draw(st.integers(0, 3)):
        change_somewhere(value[key], data)
        return
    what = data.draw(st.sampled_from(["drop", "replace", "repeat"]))
    if what == "drop":
        del value[key]
    elif what == "repeat" and isinstance(value, list):
        value.append(value[key])
    else:
        value[key] = data.draw(anything)


@SLOW
@given(st.dictionaries(st.sampled_from([one["code"] for one in ITEMS]), anything, max_size=4))
def test_any_results_are_scored_or_refused_with_their_path(entered: dict[str, Any]) -> None:
    data = [{"code": "M", "name": "M", "results": entered}]
    try:
        members = read_members(BLOCK, data)
    except BadData as refusal:
        strange = [fault for fault in refusal.faults if not fault.place.startswith("members[0]")]
        if strange:
            raise AssertionError(strange) from refusal
        return
    scores = [score_member(BLOCK, member) for member in members]
    assert block_data(BLOCK, [], scores, rank(BLOCK, scores))["members"]


def test_the_schemes_of_these_tests_are_sound() -> None:
    assert check_scheme(scheme_data(*ITEMS, **FRAME)) == []
