from datetime import date
from decimal import Decimal

import pytest

from campaigns import findings
from campaigns.actions import campaigns, initiatives, pledges, results
from campaigns.choices import CampaignState, InitiativeState
from campaigns.desk import SOURCES
from campaigns.models import Campaign, Target, UnitYearResult
from core.errors import Forbidden, Outcome, RuleBroken, StaleState
from core.models import Notice
from tests.builders import TODAY
from tests.builders_campaigns import (
    approved,
    campaign_data,
    initiative_data,
    launched,
    make_initiative,
    make_pledge,
    target_row,
)
from tests.campaigns.samples import campaign_entry, outcomes, record

pytestmark = pytest.mark.django_db


def test_lawmaking_criterion_follows_the_progress(world):
    campaign = launched(world)
    assert outcomes(world.agency) == [Outcome.NEEDS_JUDGEMENT]
    pledge = approved(campaign, world.officer, world.head)
    assert outcomes(world.agency) == [Outcome.NOT_MET]

    record(pledge, world.officer, "4")

    assert outcomes(world.agency) == [Outcome.MET]


def test_leader_criterion_follows_the_result_of_the_unit(world):
    launched(world)
    person = world.head.user.person
    save = {"grade": "HTXSNV", "document": "QĐ 1", "actor": world.specialist}

    assert [v.outcome for v in findings.leader_findings(person, 2024, TODAY)] == [Outcome.NEEDS_JUDGEMENT]
    result = results.save_result(world.agency.pk, 2024, is_outstanding=False, **save)
    assert [v.outcome for v in findings.leader_findings(person, 2024, TODAY)] == [Outcome.NOT_MET]
    results.save_result(world.agency.pk, 2024, is_outstanding=True, version=result.version, **save)
    assert [v.outcome for v in findings.leader_findings(person, 2024, TODAY)] == [Outcome.MET]


def test_people_who_head_nothing_have_no_leader_findings(world):
    launched(world)

    assert findings.leader_findings(world.officer.user.person, 2024, TODAY) == []


def test_initiative_is_recognised_with_number_and_date(world, entries):
    initiative = make_initiative(world.officer)
    initiatives.submit_initiative(initiative.pk, actor=world.officer)
    initiatives.return_initiative(initiative.pk, "Bổ sung số liệu", actor=world.specialist)
    initiatives.submit_initiative(initiative.pk, actor=world.officer)

    done = initiatives.recognise_initiative(
        initiative.pk, number="12/QĐ", recognised_on=TODAY, scope="bo", today=TODAY, actor=world.specialist
    )

    assert (done.state, done.held_by, done.recognised_scope) == (
        InitiativeState.RECOGNISED,
        world.ministry,
        "bo",
    )
    assert entries() == [
        "initiative.create", "initiative.submit",
        "initiative.return", "initiative.submit", "initiative.recognise",
    ]  # fmt: skip


def test_initiative_is_refused_with_a_reason(world):
    initiative = make_initiative(world.officer)
    initiatives.submit_initiative(initiative.pk, actor=world.officer)
    with pytest.raises(RuleBroken):
        initiatives.refuse_initiative(initiative.pk, "", actor=world.specialist)

    done = initiatives.refuse_initiative(initiative.pk, "Không có điểm mới", actor=world.specialist)

    assert (done.state, done.refused_reason) == (InitiativeState.REFUSED, "Không có điểm mới")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"number": " "}, "number"),
        ({"recognised_on": date(2024, 12, 17)}, "recognised_on"),
        ({"recognised_on": date(2023, 12, 31)}, "recognised_on"),
        ({"scope": "vu_tru"}, "scope"),
    ],
)
def test_wrong_recognition_is_refused(world, facts, field):
    initiative = make_initiative(world.officer)
    initiatives.submit_initiative(initiative.pk, actor=world.officer)
    known = {"number": "12/QĐ", "recognised_on": TODAY, "scope": "co_so"} | facts

    with pytest.raises(RuleBroken) as caught:
        initiatives.recognise_initiative(initiative.pk, **known, today=TODAY, actor=world.specialist)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize("actor", ["officer", "head", "foreign_officer", "secretary", "leader"])
def test_only_the_standing_office_recognises(world, actor):
    initiative = make_initiative(world.officer)
    initiatives.submit_initiative(initiative.pk, actor=world.officer)

    with pytest.raises(Forbidden):
        initiatives.refuse_initiative(initiative.pk, "Lý do", actor=getattr(world, actor))


@pytest.mark.parametrize("shares", [[("officer", 60)], [("officer", 60), ("head", 50)], []])
def test_shares_that_do_not_sum_to_100_are_refused(world, shares):
    authors = [
        {"person": getattr(world, who).user.person_id, "share": Decimal(share)} for who, share in shares
    ]

    with pytest.raises(RuleBroken):
        make_initiative(world.officer, authors=authors)


def test_author_from_another_unit_or_twice_is_refused(world):
    half = {"share": Decimal(50)}
    mine = {"person": world.officer.user.person_id} | half
    stranger = {"person": world.foreign_officer.user.person_id} | half

    for authors in ([mine, stranger], [mine, mine]):
        with pytest.raises(RuleBroken):
            make_initiative(world.officer, authors=authors)


def test_stale_initiative_form_changes_nothing(world):
    initiative = make_initiative(world.officer)
    initiatives.save_initiative(initiative.pk, {"title": "Tên mới"}, version=1, actor=world.officer)

    with pytest.raises(StaleState):
        initiatives.save_initiative(
            initiative.pk, initiative_data(world.officer), version=1, actor=world.officer
        )
    initiative.refresh_from_db()
    assert initiative.title == "Tên mới"


def test_result_is_recorded_once_and_corrected_with_its_version(world, entries):
    facts = {"grade": "HTTNV", "is_outstanding": False, "document": "QĐ 1", "actor": world.specialist}
    results.save_result(world.agency.pk, 2024, **facts)
    with pytest.raises(StaleState):
        results.save_result(world.agency.pk, 2024, **facts)

    results.save_result(world.agency.pk, 2024, version=1, **(facts | {"grade": "HTXSNV"}))

    assert UnitYearResult.objects.get().grade == "HTXSNV"
    assert entries() == ["result.save", "result.save"]


def test_nobody_records_a_result_out_of_scope_or_of_the_own_unit(world):
    facts = {"grade": "HTTNV", "is_outstanding": False, "document": "QĐ 1"}

    for actor, unit in ((world.officer, world.division), (world.specialist, world.ministry)):
        with pytest.raises(Forbidden):
            results.save_result(unit.pk, 2024, actor=actor, **facts)


def test_desk_tells_officer_head_and_specialist_what_waits(world):
    campaign = launched(world, pledge_due_on=date(2024, 12, 20))

    def mine(actor):
        found = [item for source in SOURCES for item in source(actor, TODAY)]
        return [item.what for item in found if getattr(item, "is_mine", False)]

    assert mine(world.officer) == ["Xác nhận đã nhận phong trào", "Đăng ký thi đua năm 2024"]
    pledge = make_pledge(campaign, world.officer, rows=[target_row(campaign, due_on=date(2024, 12, 1))])
    pledges.submit_pledge(pledge.pk, actor=world.officer)
    assert mine(world.head) == ["Duyệt đăng ký thi đua năm 2024"]
    pledges.approve_pledge(pledge.pk, actor=world.head)
    assert mine(world.head) == []
    assert mine(world.officer) == ["Xác nhận đã nhận phong trào", "Cập nhật chỉ tiêu quá hạn"]
    initiatives.submit_initiative(make_initiative(world.officer).pk, actor=world.officer)
    assert mine(world.specialist) == ["Xét công nhận sáng kiến"]
    assert mine(world.foreign_head) == []


def test_desk_names_targets_due_within_30_days(world):
    approved(launched(world), world.officer, world.head)

    dates = [item for source in SOURCES for item in source(world.officer, TODAY) if hasattr(item, "on")]

    assert [item.on for item in dates] == [date(2024, 12, 20)]


def test_imported_campaign_keeps_the_words_and_is_taken_once(world):
    entry = campaign_entry()

    first = campaigns.import_campaign(entry, unit=world.ministry, parent=None, actor=world.specialist)
    second = campaigns.import_campaign(entry, unit=world.ministry, parent=None, actor=world.specialist)

    assert second is None
    assert first.contents.get().text == "thi đua  hoàn thiện;"
    assert first.state == CampaignState.LAUNCHED
    assert first.launched_at is None
    assert set(first.receipts.values_list("unit__code", flat=True)) == {"C1", "V1"}
    assert not Notice.objects.exists()


def test_campaign_data_with_end_before_start_is_refused(world):
    data = campaign_data(starts_on=date(2024, 5, 1), ends_on=date(2024, 4, 1))

    with pytest.raises(RuleBroken) as caught:
        campaigns.create_campaign(data, actor=world.specialist)
    assert list(caught.value.fields) == ["ends_on"]
    assert not Campaign.objects.exists()
    assert not Target.objects.exists()


def test_desk_gathers_the_overdue_targets_of_one_pledge(world):
    campaign = launched(world)
    days = (date(2024, 11, 30), date(2024, 10, 15), date(2024, 12, 1))
    pledge = make_pledge(campaign, world.officer, rows=[target_row(campaign, due_on=day) for day in days])
    pledges.submit_pledge(pledge.pk, actor=world.officer)
    pledges.approve_pledge(pledge.pk, actor=world.head)
    found = [item for source in SOURCES for item in source(world.officer, TODAY)]
    late = [item for item in found if "quá hạn" in item.what]
    assert [(item.what, item.due_on) for item in late] == [
        ("Cập nhật 3 chỉ tiêu quá hạn", date(2024, 10, 15))
    ]
