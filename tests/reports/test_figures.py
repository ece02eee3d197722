"""Figures against an independent count in plain Python over all rows, on a small world and on made-up
data.
"""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from awards.choices import NominationState, SubjectKind
from awards.models import HonourRecord, Nomination
from campaigns.choices import CampaignState, InitiativeState, PledgeState
from campaigns.findings import criterion_findings
from campaigns.models import Initiative, Receipt, Target
from reports.choices import ReportKind
from reports.figures import compute, data_version, rate
from reports.periods import Period, period_of
from tests.builders import make_person, make_unit
from tests.reports.data import (
    at,
    fill_year,
    make_award,
    make_campaign,
    make_honour,
    make_initiative,
    make_nomination,
    make_pledge,
    make_progress,
    make_result,
    make_round,
    make_target,
)
from tests.world import World
from units.choices import UnitKind
from units.models import Unit

YEAR = period_of(ReportKind.YEAR_END, 2024)
HALF = period_of(ReportKind.SIX_MONTH, 2024)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_numbers = count(1)


# --- the naive count -----------------------------------------------------------------------------------
def is_under(unit: Unit, top: Unit) -> bool:
    return unit.path.startswith(top.path)


def local(instant):
    return instant.astimezone(ZONE).date() if instant else None


def naive_honours(top: Unit, period: Period) -> dict[str, int]:
    rows = [
        h
        for h in HonourRecord.objects.select_related("unit")
        if is_under(h.unit, top) and period.contains(h.decided_on)
    ]
    people = [h for h in rows if h.subject_kind == "person"]
    return {
        "honours": len(rows),
        "collectives": len(rows) - len(people),
        "persons": len(people),
        "women": len([h for h in people if h.sex == "female"]),
        "leaders": len([h for h in people if h.leader_level not in ("", "none")]),
        "direct": len([h for h in people if h.is_direct_worker]),
    }


def naive_initiatives(top: Unit, period: Period) -> dict[str, int]:
    found = dict.fromkeys(("registered", "recognised", "refused", "waiting"), 0)
    for work in Initiative.objects.select_related("unit"):
        if not is_under(work.unit, top) or work.state == "draft":
            continue
        sent = local(work.submitted_at) or work.recognised_on or date(work.year, 1, 1)
        if period.contains(sent):
            found["registered"] += 1
            found["refused"] += work.state == "refused"
            found["waiting"] += work.state == "submitted"
        if work.state == "recognised" and period.contains(work.recognised_on):
            found["recognised"] += 1
    return found


def naive_nominations(top: Unit, period: Period) -> dict[str, int]:
    found = dict.fromkeys(("proposed", "pending", "passed", "not_passed", "awarded"), 0)
    for row in Nomination.objects.select_related("unit", "round"):
        sent = local(row.submitted_at) or row.received_on or row.round.opens_on
        if not is_under(row.unit, top) or not period.contains(sent):
            continue
        if row.state in ("draft", "awaiting_head", "returned", "withdrawn"):
            continue
        found["proposed"] += 1
        found["pending"] += row.state in ("submitted", "received", "awaiting_council")
        found["passed"] += row.state in ("passed", "awarded")
        found["not_passed"] += row.state == "not_passed"
        found["awarded"] += row.state == "awarded"
    return found


def status_of(pledge, period: Period) -> str:
    if pledge.state == "approved" and local(pledge.approved_at) < period.ends_before:
        return "approved"
    if pledge.state in ("approved", "submitted") and local(pledge.submitted_at) < period.ends_before:
        return "submitted"
    return "draft"


def naive_response(top: Unit, period: Period) -> dict[str, int]:
    order = ["none", "draft", "submitted", "approved"]
    best: dict[int, str] = {}
    confirmed = set()
    for receipt in Receipt.objects.select_related("unit", "campaign"):
        campaign = receipt.campaign
        is_valid = campaign.starts_on < period.ends_before and campaign.ends_on >= period.starts_on
        if not is_under(receipt.unit, top) or campaign.state == "draft" or not is_valid:
            continue
        pledge = campaign.pledges.filter(unit=receipt.unit, year=period.year).first()
        status = status_of(pledge, period) if pledge else "none"
        best[receipt.unit_id] = max(best.get(receipt.unit_id, "none"), status, key=order.index)
        if receipt.received_at and local(receipt.received_at) < period.ends_before:
            confirmed.add(receipt.unit_id)
    counts = {name: list(best.values()).count(name) for name in order}
    return {"required": len(best), "confirmed": len(confirmed)} | counts


def naive_targets(top: Unit, period: Period) -> tuple[int, int, str | None]:
    done: list[Decimal] = []
    for target in Target.objects.select_related("pledge__unit", "pledge__campaign"):
        pledge = target.pledge
        if (
            not is_under(pledge.unit, top)
            or pledge.year != period.year
            or status_of(pledge, period) != "approved"
        ):
            continue
        results = [e for e in target.progress.all() if e.reported_on < period.ends_before]
        last = max(results, key=lambda e: (e.reported_on, e.pk)).value if results else Decimal(0)
        done.append(min(last / target.value, Decimal(1)))
    reached = len([value for value in done if value == 1])
    average = sum(done) * 100 / len(done) if done else None
    return len(done), reached, average


def assert_same_as_naive(top: Unit, period: Period) -> None:
    found = compute(top, period)

    assert {key: found["honours"][key] for key in naive_honours(top, period)} == naive_honours(top, period)
    works = naive_initiatives(top, period)
    assert {key: found["initiatives"][key] for key in works} == works
    asked = naive_nominations(top, period)
    assert {key: found["nominations"][key] for key in asked} == asked
    answered = naive_response(top, period)
    assert {key: found["response"][key] for key in answered} == answered
    targets, reached, average = naive_targets(top, period)
    assert (found["targets"]["targets"], found["targets"]["reached"]) == (targets, reached)
    if average is None:
        assert found["targets"]["average"] is None
    else:
        assert abs(Decimal(found["targets"]["average"]) - average) <= Decimal("0.05001")
    assert len(found["honour_list"]) == found["honours"]["honours"]
    for row in found["comparison"]:
        if not row["unit"]:
            assert row["difference"] == row["value"] - row["previous"]


# --- a small world ------------------------------------------------------------------------------------
@pytest.mark.parametrize("period", [YEAR, HALF, YEAR.previous], ids=["year", "half", "before"])
def test_figures_equal_a_plain_count(world: World, period: Period) -> None:
    fill_year(world.ministry, world.agency, world.institute)

    for top in (world.ministry, world.agency, world.division, world.institute):
        assert_same_as_naive(top, period)


def test_a_child_counts_only_itself_and_below(world: World) -> None:
    award = make_award()
    make_honour(world.agency, award, world.ministry)
    make_honour(world.division, award, world.ministry)
    make_honour(world.institute, award, world.ministry)

    assert compute(world.ministry, YEAR)["honours"]["honours"] == 3
    assert compute(world.agency, YEAR)["honours"]["honours"] == 2
    assert compute(world.division, YEAR)["honours"]["honours"] == 1


def test_a_path_with_wildcards_matches_only_itself(db: None) -> None:
    odd = make_unit("Đơn vị gạch dưới", code="A_1")
    other = make_unit("Đơn vị khác", code="AX1")
    award = make_award()
    make_honour(odd, award, odd)
    make_honour(other, award, other)

    assert compute(odd, YEAR)["honours"]["honours"] == 1


def test_days_at_the_edges_of_the_period(world: World) -> None:
    award = make_award()
    for day in (
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2024, 6, 30),
        date(2024, 7, 1),
        date(2024, 12, 31),
        date(2025, 1, 1),
    ):
        make_honour(world.agency, award, world.ministry, on=day)

    assert compute(world.ministry, HALF)["honours"]["honours"] == 2
    assert compute(world.ministry, YEAR)["honours"]["honours"] == 4
    assert compute(world.ministry, YEAR.previous)["honours"]["honours"] == 1


def test_midnight_is_that_of_the_ministry(world: World) -> None:
    campaign = make_campaign(world.ministry, [world.agency])
    # 17:30 UTC on 30 June is 0:30 on 1 July in Hà Nội
    pledge = make_pledge(campaign, world.agency)
    pledge.approved_at = at(2024, 6, 30).replace(hour=17, minute=30)
    pledge.save()

    assert compute(world.ministry, HALF)["response"]["submitted"] == 1
    assert compute(world.ministry, YEAR)["response"]["approved"] == 1


def test_the_last_result_up_to_the_end_of_the_period_counts(world: World) -> None:
    campaign = make_campaign(world.ministry, [world.agency])
    target = make_target(make_pledge(campaign, world.agency), 1, 10)
    make_progress(target, 10, date(2024, 3, 1))
    make_progress(target, 6, date(2024, 6, 30))  # a correction
    make_progress(target, 10, date(2024, 9, 1))

    half, year = compute(world.ministry, HALF), compute(world.ministry, YEAR)

    assert (half["targets"]["reached"], half["targets"]["average"]) == (0, "60")
    assert (year["targets"]["reached"], year["targets"]["average"]) == (1, "100")


def test_more_than_pledged_counts_as_hundred_per_cent(world: World) -> None:
    campaign = make_campaign(world.ministry, [world.agency])
    pledge = make_pledge(campaign, world.agency)
    make_progress(make_target(pledge, 1, 10), 40, date(2024, 3, 1))
    make_target(pledge, 1, 10)

    item = compute(world.ministry, YEAR)["campaigns"][0]["contents"][0]

    assert (item["targets"], item["reached"], item["average"]) == (2, 1, "50")


def test_drafts_of_campaigns_and_pledges_of_other_years_do_not_count(world: World) -> None:
    make_campaign(world.ministry, [world.agency], state=CampaignState.DRAFT)
    running = make_campaign(
        world.ministry, [world.agency], year=2021, year_to=2025, ends_on=date(2025, 12, 31)
    )
    make_pledge(running, world.agency, year=2023)

    found = compute(world.ministry, YEAR)

    assert [row["years"] for row in found["campaigns"]] == ["2021–2025"]
    assert found["response"] == {
        "required": 1, "confirmed": 0, "approved": 0, "submitted": 0, "draft": 0, "none": 1, "rate": "0",
    }  # fmt: skip


def test_a_pledge_without_a_receipt_is_counted_apart(world: World) -> None:
    campaign = make_campaign(world.ministry, [world.agency])
    make_pledge(campaign, world.institute)

    found = compute(world.ministry, YEAR)

    assert (found["response"]["required"], found["campaigns"][0]["voluntary"]) == (1, 1)


def test_units_that_sent_nothing_are_named(world: World) -> None:
    campaign = make_campaign(world.ministry, [world.agency, world.institute])
    make_pledge(campaign, world.agency)
    make_nomination(make_round(world.ministry), world.agency, make_award())

    missing = compute(world.ministry, YEAR)["missing"]

    assert missing == {
        "pledge": [world.institute.name],
        "nomination": [world.institute.name],
        "both": [world.institute.name],
        "honour": [world.agency.name, world.institute.name],
    }


def test_an_honour_below_a_unit_counts_for_it(world: World) -> None:
    make_campaign(world.ministry, [world.agency, world.institute])
    make_honour(world.division, make_award(), world.ministry)

    found = compute(world.ministry, YEAR)

    assert found["missing"]["honour"] == [world.institute.name]
    assert found["honours"]["branches"] == [
        {"code": "C1", "name": world.agency.name, "honours": 1, "collectives": 0, "persons": 1}
    ]


def test_checked_criteria(world: World) -> None:
    fill_year(world.ministry, world.agency, world.institute)

    outstanding, lawmaking = compute(world.ministry, YEAR)["criteria"]

    assert {key: outstanding[key] for key in ("met", "not_met", "unknown", "outside")} == {
        "met": 1, "not_met": 0, "unknown": 1, "outside": 0,
    }  # fmt: skip
    assert {key: lawmaking[key] for key in ("met", "not_met", "unknown", "outside")} == {
        "met": 0, "not_met": 1, "unknown": 1, "outside": 0,
    }  # fmt: skip


def test_checked_criteria_agree_with_the_findings_of_each_unit(world: World) -> None:
    campaign = fill_year(world.ministry, world.agency, world.institute)
    make_result(world.institute)
    done = make_target(make_pledge(campaign, world.division), 1, 5, is_lawmaking=True)
    make_progress(done, 5, date(2024, 12, 31))
    Receipt.objects.create(campaign=campaign, unit=world.division)
    units = [world.agency, world.institute, world.division]
    found: dict[str, Counter] = {}
    for unit in units:
        for criterion, verdict in criterion_findings(campaign, unit, 2024, YEAR.last_day):
            found.setdefault(criterion.text, Counter())[str(verdict.outcome)] += 1

    for row in compute(world.ministry, YEAR)["criteria"]:
        assert (row["met"], row["not_met"], row["unknown"] + row["outside"]) == (
            found[row["text"]]["met"],
            found[row["text"]]["not_met"],
            found[row["text"]]["needs_judgement"],
        )


def test_change_against_zero_is_not_computed(world: World) -> None:
    make_honour(world.agency, make_award(), world.ministry)

    row = next(r for r in compute(world.ministry, YEAR)["comparison"] if r["key"] == "honours")

    assert (row["value"], row["previous"], row["difference"], row["change"]) == (1, 0, 1, None)


def test_change_with_the_year_before(world: World) -> None:
    award = make_award()
    for day in [date(2023, 5, 1)] * 3 + [date(2024, 5, 1)] * 4:
        make_honour(world.agency, award, world.ministry, on=day)

    row = next(r for r in compute(world.ministry, HALF)["comparison"] if r["key"] == "honours")

    assert (row["value"], row["previous"], row["difference"], row["change"]) == (4, 3, 1, "33.3")


def test_an_empty_period_gives_zeros_and_says_so(world: World) -> None:
    found = compute(world.ministry, period_of(ReportKind.YEAR_END, 2010))

    assert found["is_empty"]
    assert "Không có số liệu về khen thưởng trong năm 2010." in found["gaps"]
    assert [row["value"] for row in found["headline"]] == [0, 0, 0, 0, 0]
    assert found["targets"]["average"] is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        (0, 5, "0"),
        (5, 5, "100"),
        (1, 0, None),
        (1, 2000, "0.1"),
    ],
)
def test_rate(part: int, whole: int, expected: str | None) -> None:
    assert rate(part, whole) == expected


def test_queries_do_not_grow_with_units(world: World) -> None:
    campaign = make_campaign(world.ministry, [world.agency])
    make_pledge(campaign, world.agency)
    with CaptureQueriesContext(connection) as one:
        compute(world.ministry, YEAR)
    award = make_award()
    for number in range(50):
        unit = make_unit(f"Đơn vị {number}", world.ministry)
        Receipt.objects.create(campaign=campaign, unit=unit)
        make_target(make_pledge(campaign, unit))
        make_honour(unit, award, world.ministry)

    with CaptureQueriesContext(connection) as fifty:
        found = compute(world.ministry, YEAR)

    assert found["response"]["required"] == 51
    assert len(fifty) == len(one) <= 25


def test_data_version_ignores_the_reports_own_entries(world: World) -> None:
    before = data_version()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_auditentry (sequence, at, actor_label, action, object_type, object_id, "
            "object_label,"
            " unit_id_text, changes, note, request_id, address, previous_hash, hash) VALUES"
            " (0, now(), 'x', 'report.request', 'reports.reportrun', '1', 'x', '', '{}', '', '', '', '', '')"
        )

    assert data_version() == before


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_is_read_only_and_of_one_moment() -> None:
    from reports.figures import snapshot  # noqa: PLC0415 (only this test looks inside)

    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        level = cursor.fetchone()[0]
        cursor.execute("SHOW transaction_read_only")
        only = cursor.fetchone()[0]

    assert (level, only) == ("repeatable read", "on")


# --- made-up data -------------------------------------------------------------------------------------
DAYS = st.sampled_from(
    [
        date(2023, 6, 30),
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2024, 6, 30),
        date(2024, 7, 1),
        date(2024, 12, 31),
    ]
)
PLACES = st.integers(0, 4)


class TestAgainstPlainCount(TestCase):
    """Whatever the rows, the set-based figures equal the plain count at every place of the tree."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        honours=st.lists(
            st.tuples(PLACES, DAYS, st.booleans(), st.booleans(), st.booleans(), st.booleans()), max_size=8
        ),
        pledges=st.dictionaries(
            PLACES, st.tuples(st.sampled_from(PledgeState.values), DAYS, st.booleans()), max_size=5
        ),
        results=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 25), DAYS), max_size=6),
        works=st.lists(st.tuples(PLACES, st.sampled_from(InitiativeState.values), DAYS, DAYS), max_size=6),
        asked=st.lists(st.tuples(PLACES, st.sampled_from(NominationState.values), DAYS), max_size=6),
    )
    def test_any_rows(self, honours, pledges, results, works, asked) -> None:
        root = make_unit("Bộ", code=f"R{next(_numbers)}", kind=UnitKind.MINISTRY)
        left, right = make_unit("Cục A", root), make_unit("Cục B", root)
        units = [root, left, right, make_unit("Phòng A", left), make_unit("Phòng B", right)]
        award = make_award(f"H{next(_numbers)}")
        for place, day, is_person, is_woman, is_leader, is_direct in honours:
            person = make_person(sex="female" if is_woman else "male")
            kind = SubjectKind.PERSON if is_person else SubjectKind.COLLECTIVE
            extra = {"person": person} if is_person else {}
            extra["leader_level"] = "division_head" if is_person and is_leader else ""
            extra["is_direct_worker"] = is_person and is_direct
            make_honour(units[place], award, root, on=day, subject_kind=kind, **extra)
        campaign = make_campaign(root, units[:4])
        made = []
        for place, (state, day, is_confirmed) in pledges.items():
            moment = at(day.year, day.month, day.day)
            made.append(
                make_pledge(campaign, units[place], state, submitted_at=moment, approved_at=moment, year=2024)
            )
            if is_confirmed:
                Receipt.objects.filter(campaign=campaign, unit=units[place]).update(received_at=moment)
        for value, reached, day in results:
            if made:
                make_progress(make_target(made[value % len(made)], 1 + value % 2, value), reached, day)
        for place, state, sent, recognised in works:
            moment = None if state == InitiativeState.DRAFT else at(sent.year, sent.month, sent.day)
            extra = {"recognised_on": recognised} if state == InitiativeState.RECOGNISED else {}
            make_initiative(units[place], state, submitted_at=moment, **extra)
        round_ = make_round(root)
        for place, state, day in asked:
            make_nomination(round_, units[place], award, state, submitted_at=at(day.year, day.month, day.day))
        make_result(left)

        assert_same_as_naive(root, YEAR)
        assert_same_as_naive(root, HALF)
        assert_same_as_naive(left, YEAR)
