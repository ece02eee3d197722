from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import findings, queries
from campaigns.actions import campaigns, initiatives, pledges, results
from campaigns.choices import CampaignState, InitiativeState, PledgeState
from campaigns.desk import SOURCES
from campaigns.models import Campaign, ProgressEntry, Receipt, Target, UnitYearResult
from core import files
from core.errors import Forbidden, Outcome, RuleBroken, StaleState
from core.flow import history
from core.models import AuditEntry, Notice, StoredFile
from tests.builders import TODAY, make_unit
from tests.builders_campaigns import (
    approved,
    campaign_data,
    initiative_data,
    launched,
    make_campaign,
    make_initiative,
    make_pledge,
    target_row,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries():
    before = set(AuditEntry.objects.values_list("sequence", flat=True))
    return lambda: list(
        AuditEntry.objects.exclude(sequence__in=before).order_by("sequence").values_list("action", flat=True)
    )


# --- campaigns -------------------------------------------------------------------------------------
def test_create_campaign_numbers_its_parts_and_records_once(world, entries):
    campaign = make_campaign(world.specialist)

    assert list(campaign.contents.values_list("position", "text")) == [
        (1, "Nội dung một"),
        (2, "Nội dung hai"),
    ]
    assert (campaign.starts_on, campaign.ends_on) == (date(2024, 1, 1), date(2024, 12, 31))
    assert campaign.unit == world.ministry
    assert entries() == ["campaign.create"]


@pytest.mark.parametrize("actor", ["head", "leader", "auditor", "admin"])
def test_create_campaign_is_for_those_who_edit(world, actor):
    with pytest.raises(Forbidden):
        make_campaign(getattr(world, actor))
    assert not Campaign.objects.exists()


def test_update_campaign_with_an_old_version_is_stale_and_changes_nothing(world):
    campaign = make_campaign(world.specialist)
    campaigns.update_campaign(campaign.pk, {"theme": "Mới"}, version=1, actor=world.specialist)

    with pytest.raises(StaleState):
        campaigns.update_campaign(campaign.pk, {"theme": "Cũ"}, version=1, actor=world.specialist)
    campaign.refresh_from_db()
    assert campaign.theme == "Mới"


def test_update_campaign_of_another_unit_is_forbidden(world):
    campaign = make_campaign(world.specialist)

    with pytest.raises(Forbidden):
        campaigns.update_campaign(campaign.pk, {"theme": "Khác"}, version=1, actor=world.officer)


def test_launch_sends_receipts_and_notices_to_units_below(world, entries):
    campaign = launched(world)

    assert campaign.state == CampaignState.LAUNCHED
    assert set(campaign.receipts.values_list("unit__code", flat=True)) == {"C1", "V1", "P1"}
    told = set(Notice.objects.values_list("user_id", flat=True))
    assert {world.officer.user_id, world.head.user_id, world.division_officer.user_id} <= told
    assert world.auditor.user_id not in told
    assert entries() == ["campaign.create", "campaign.launch"]
    assert [row.step for row in history(campaign)] == ["launch"]


def test_launch_leaves_out_closed_units_and_deep_units_without_officer(world):
    make_unit("Cục Đã Giải thể", world.ministry, valid_to=date(2024, 1, 1))
    make_unit("Phòng Không Đầu mối", world.agency)

    campaign = launched(world)

    assert set(campaign.receipts.values_list("unit__code", flat=True)) == {"C1", "V1", "P1"}


def test_launch_without_contents_is_refused(world):
    campaign = make_campaign(world.specialist, contents=[])

    with pytest.raises(RuleBroken, match="nội dung"):
        campaigns.launch_campaign(campaign.pk, actor=world.specialist, today=TODAY)
    assert not Receipt.objects.exists()


def test_launch_twice_is_stale(world):
    campaign = launched(world)

    with pytest.raises(StaleState):
        campaigns.launch_campaign(campaign.pk, actor=world.specialist, today=TODAY)


def test_launched_campaign_is_not_changed(world):
    campaign = launched(world)

    with pytest.raises(StaleState):
        campaigns.update_campaign(
            campaign.pk, {"theme": "X"}, version=campaign.version, actor=world.specialist
        )


def test_confirm_receipt_once_by_the_unit_itself(world, entries):
    receipt = launched(world).receipts.get(unit=world.agency)

    with pytest.raises(Forbidden):
        campaigns.confirm_receipt(receipt.pk, actor=world.foreign_officer)
    campaigns.confirm_receipt(receipt.pk, "Đã quán triệt", actor=world.officer)
    with pytest.raises(StaleState):
        campaigns.confirm_receipt(receipt.pk, "Lần hai", actor=world.officer)
    receipt.refresh_from_db()
    assert receipt.response == "Đã quán triệt"
    assert entries()[-1:] == ["receipt.confirm"]


def test_close_needs_a_ground_and_stops_progress(world):
    campaign = launched(world)
    pledge = approved(campaign, world.officer, world.head)
    with pytest.raises(RuleBroken):
        campaigns.close_campaign(campaign.pk, " ", actor=world.specialist)

    campaigns.close_campaign(campaign.pk, "Báo cáo tổng kết", actor=world.specialist)

    with pytest.raises(RuleBroken):
        record(pledge, world.officer)


# --- scope -----------------------------------------------------------------------------------------
def test_units_see_campaigns_from_above_once_launched(world):
    draft = make_campaign(world.specialist)
    assert draft not in queries.campaigns_for(world.officer)

    campaign = launched(world)

    assert campaign in queries.campaigns_for(world.officer)
    assert campaign in queries.campaigns_for(world.division_officer)
    assert campaign not in queries.campaigns_for(world.officer, "campaign.edit")


def test_campaign_of_one_unit_is_unknown_to_another(world):
    campaign = make_campaign(world.officer)

    assert campaign in queries.campaigns_for(world.specialist)
    assert campaign not in queries.campaigns_for(world.foreign_officer)


def test_search_finds_campaigns_without_marks(world):
    campaign = launched(world, title="Thi đua xây dựng Đảng, chính quyền trong sạch")

    assert campaign in queries.search_campaigns(queries.campaigns_for(world.officer), "xay dung dang")
    assert campaign not in queries.search_campaigns(queries.campaigns_for(world.officer), "khoang san")


def test_responses_show_only_the_units_within_reach(world):
    campaign = launched(world)

    assert {row.unit for row in queries.responses(campaign, world.officer)} == {world.agency, world.division}
    assert queries.response_counts(campaign, world.specialist).sent == 3


# --- pledges ---------------------------------------------------------------------------------------
def record(pledge, actor, value="2", on=TODAY, **more):
    target = pledge.targets.first()
    return pledges.record_progress(
        target.pk, value=Decimal(value), reported_on=on, today=TODAY, actor=actor, **more
    )


def test_pledge_goes_through_its_steps_with_one_entry_each(world, entries):
    campaign = launched(world)
    start = len(entries())

    pledge = make_pledge(campaign, world.officer)
    pledges.submit_pledge(pledge.pk, actor=world.officer)
    pledges.return_pledge(pledge.pk, "Thiếu chỉ tiêu", actor=world.head)
    pledges.submit_pledge(pledge.pk, actor=world.officer)
    pledges.withdraw_pledge(pledge.pk, actor=world.officer)
    pledges.submit_pledge(pledge.pk, actor=world.officer)
    pledges.approve_pledge(pledge.pk, actor=world.head)
    record(pledge, world.officer)
    reopened = pledges.reopen_pledge(pledge.pk, "Điều chỉnh", actor=world.head)

    assert entries()[start:] == [
        "pledge.create", "pledge.update",
        "pledge.submit", "pledge.return", "pledge.submit", "pledge.withdraw",
        "pledge.submit", "pledge.approve", "progress.record", "pledge.reopen",
    ]  # fmt: skip
    assert reopened.state == PledgeState.RETURNED


def test_head_is_told_of_a_sent_pledge_and_officer_of_its_return(world):
    pledge = make_pledge(launched(world), world.officer)
    Notice.objects.all().delete()

    pledges.submit_pledge(pledge.pk, actor=world.officer)
    pledges.return_pledge(pledge.pk, "Thiếu chỉ tiêu", actor=world.head)

    assert set(Notice.objects.values_list("user_id", "kind")) == {
        (world.head.user_id, "pledge.submitted"),
        (world.officer.user_id, "pledge.returned"),
    }


@pytest.mark.parametrize("actor", ["officer", "division_head", "foreign_head", "specialist", "leader"])
def test_only_the_units_own_head_approves(world, actor):
    pledge = make_pledge(launched(world), world.officer)
    pledges.submit_pledge(pledge.pk, actor=world.officer)

    with pytest.raises(Forbidden):
        pledges.approve_pledge(pledge.pk, actor=getattr(world, actor))


def test_return_without_a_reason_is_refused(world):
    pledge = make_pledge(launched(world), world.officer)
    pledges.submit_pledge(pledge.pk, actor=world.officer)

    with pytest.raises(RuleBroken) as caught:
        pledges.return_pledge(pledge.pk, "  ", actor=world.head)
    assert "note" in caught.value.fields


def test_approving_a_draft_is_stale(world):
    pledge = make_pledge(launched(world), world.officer)

    with pytest.raises(StaleState):
        pledges.approve_pledge(pledge.pk, actor=world.head)


def test_pledge_without_targets_is_not_sent(world):
    pledge = make_pledge(launched(world), world.officer, rows=[])

    with pytest.raises(RuleBroken, match="Chưa có chỉ tiêu"):
        pledges.submit_pledge(pledge.pk, actor=world.officer)


def test_second_pledge_of_the_year_is_refused(world):
    campaign = launched(world)
    make_pledge(campaign, world.officer)

    with pytest.raises(ValidationError, match="đã có đăng ký"):
        pledges.create_pledge(campaign.pk, 2024, actor=world.officer)


def test_pledge_outside_the_years_of_the_campaign_is_refused(world):
    with pytest.raises(RuleBroken) as caught:
        pledges.create_pledge(launched(world).pk, 2023, actor=world.officer)
    assert "year" in caught.value.fields


def test_pledge_in_a_draft_campaign_or_of_another_unit_is_refused(world):
    own = make_campaign(world.officer)
    for actor in (world.officer, world.foreign_officer):
        with pytest.raises(RuleBroken):
            pledges.create_pledge(own.pk, 2024, actor=actor)


def test_stale_pledge_form_changes_nothing(world):
    campaign = launched(world)
    pledge = make_pledge(campaign, world.officer)

    with pytest.raises(StaleState):
        pledges.save_pledge(pledge.pk, {"targets": []}, version=1, actor=world.officer)
    assert pledge.targets.count() == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"value": Decimal(0)},
        {"measure": "percent", "value": Decimal(101)},
        {"due_on": date(2025, 1, 1)},
        {"content": 0},
    ],
)
def test_wrong_target_is_refused_and_nothing_is_written(world, facts):
    campaign = launched(world)
    pledge = make_pledge(campaign, world.officer)

    with pytest.raises(RuleBroken):
        pledges.save_pledge(
            pledge.pk,
            {"targets": [target_row(campaign, **facts)]},
            version=pledge.version,
            actor=world.officer,
        )
    assert list(pledge.targets.values_list("value", flat=True)) == [Decimal(4)]


def test_targets_keep_their_identity_and_a_reported_one_is_not_dropped(world):
    campaign = launched(world)
    pledge = approved(campaign, world.officer, world.head)
    record(pledge, world.officer)
    pledge = pledges.reopen_pledge(pledge.pk, "Điều chỉnh mức", actor=world.head)
    target = pledge.targets.get()

    with pytest.raises(RuleBroken, match="đã có kết quả"):
        pledges.save_pledge(pledge.pk, {"targets": []}, version=pledge.version, actor=world.officer)
    rows = [target_row(campaign, id=target.pk, value=Decimal(6))]
    pledges.save_pledge(pledge.pk, {"targets": rows}, version=pledge.version, actor=world.officer)

    target.refresh_from_db()
    assert (target.value, target.progress.count()) == (Decimal(6), 1)


def test_target_id_of_another_pledge_is_not_taken_over(world):
    campaign = launched(world)
    foreign = make_pledge(campaign, world.foreign_officer).targets.get()
    pledge = make_pledge(campaign, world.officer)
    rows = [target_row(campaign, id=foreign.pk, name="Chiếm")]

    pledges.save_pledge(pledge.pk, {"targets": rows}, version=pledge.version, actor=world.officer)

    foreign.refresh_from_db()
    assert foreign.name == "Số văn bản trình đúng hạn"
    assert foreign.pledge.unit == world.institute


def test_aims_are_for_people_of_the_unit_and_once(world):
    pledge = make_pledge(launched(world), world.officer)
    version = pledge.version
    stranger = {"title_code": "CSTDCS", "person": world.foreign_officer.user.person_id}
    mine = {"title_code": "CSTDCS", "person": world.officer.user.person_id}

    for aims in ([stranger], [mine, mine]):
        with pytest.raises(RuleBroken):
            pledges.save_pledge(pledge.pk, {"aims": aims}, version=version, actor=world.officer)
    pledges.save_pledge(
        pledge.pk,
        {"aims": [mine, {"title_code": "TTLDXS", "person": None}]},
        version=version,
        actor=world.officer,
    )

    assert pledge.aims.count() == 2


# --- progress --------------------------------------------------------------------------------------
def test_progress_counts_as_of_a_day_and_later_entries_correct(world):
    pledge = approved(launched(world), world.officer, world.head)
    record(pledge, world.officer, "1", date(2024, 6, 15))
    record(pledge, world.officer, "5", date(2024, 12, 1))
    record(pledge, world.officer, "4", date(2024, 12, 1))

    at_mid = queries.check_six_month(pledge)[0]
    at_end = queries.progress_table(pledge, TODAY)[0]

    assert (at_mid.rows[0].reached, at_mid.share, at_mid.reached_count) == (1, Decimal(25), 0)
    assert (at_end.rows[0].reached, at_end.share, at_end.reached_count) == (4, Decimal(100), 1)


def test_progress_table_lists_every_content_item(world):
    pledge = approved(launched(world), world.officer, world.head)

    assert [item.target_count for item in queries.progress_table(pledge, TODAY)] == [1, 0]


@pytest.mark.parametrize(
    ("value", "on", "field"),
    [
        ("-1", TODAY, "value"),
        ("1", date(2024, 12, 17), "reported_on"),
        ("1", date(2023, 12, 31), "reported_on"),
    ],
)
def test_wrong_progress_is_refused(world, value, on, field):
    pledge = approved(launched(world), world.officer, world.head)

    with pytest.raises(RuleBroken) as caught:
        record(pledge, world.officer, value, on)
    assert list(caught.value.fields) == [field]
    assert not ProgressEntry.objects.exists()


def test_progress_is_for_approved_pledges_and_the_units_officer(world):
    campaign = launched(world)
    pledge = make_pledge(campaign, world.officer)
    with pytest.raises(StaleState):
        record(pledge, world.officer)
    pledges.submit_pledge(pledge.pk, actor=world.officer)
    pledges.approve_pledge(pledge.pk, actor=world.head)

    for actor in (world.head, world.foreign_officer, world.division_officer, world.specialist):
        with pytest.raises(Forbidden):
            record(pledge, actor)


def test_evidence_is_kept_and_read_by_those_who_see_the_pledge(world):
    pledge = approved(launched(world), world.officer, world.head)
    upload = SimpleUploadedFile("minh-chung.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)

    record(pledge, world.officer, evidence=[upload])

    stored = StoredFile.objects.get()
    assert files.may_read(world.head, stored)
    assert files.may_read(world.specialist, stored)
    assert not files.may_read(world.foreign_officer, stored)
    assert not files.may_read(world.division_officer, stored)


def test_bad_evidence_refuses_the_whole_entry(world):
    pledge = approved(launched(world), world.officer, world.head)

    with pytest.raises(RuleBroken):
        record(pledge, world.officer, evidence=[SimpleUploadedFile("x.pdf", b"not a pdf")])
    assert not ProgressEntry.objects.exists()


# --- findings --------------------------------------------------------------------------------------
def test_lawmaking_criterion_follows_the_progress(world):
    campaign = launched(world)
    assert outcomes(world.agency) == [Outcome.NEEDS_JUDGEMENT]
    pledge = approved(campaign, world.officer, world.head)
    assert outcomes(world.agency) == [Outcome.NOT_MET]

    record(pledge, world.officer, "4")

    assert outcomes(world.agency) == [Outcome.MET]


def outcomes(unit):
    return [verdict.outcome for verdict in findings.collective_findings(unit, 2024, TODAY)]


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


# --- initiatives -----------------------------------------------------------------------------------
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


# --- results, desk, the past -------------------------------------------------------------------------
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


def campaign_entry():
    nothing = {"open_list": False, "items": []}
    leader = {"open_list": False, "items": [{"position": 1, "text": "Đơn vị", "check": "unit_outstanding"}]}
    return {
        "code": "X", "parent": None, "issuer_unit_code": "B0",
        "issuer_name": "Bộ trưởng", "doc_kind": "bài báo",
        "doc_number": None, "doc_date": None, "title": "Phong trào cũ",
        "title_is_derived": True, "theme": None,
        "kind": "regular", "year_from": 2021, "year_to": 2025, "period": {"start": None, "end": None},
        "contents": [{"position": 1, "text": "thi đua  hoàn thiện;"}], "tasks": [],
        "criteria": {"collective": nothing, "individual": nothing, "leader": leader},
        "legal_basis": [{"number": "1/CT", "date": None, "title": None}], "movements_named": ["A"],
        "responsible_unit": None, "recipients": ["Các đơn vị"], "recipient_scopes": ["ministry_units"],
        "report_cycle": ["six_month"],
    }  # fmt: skip


def test_campaign_data_with_end_before_start_is_refused(world):
    data = campaign_data(starts_on=date(2024, 5, 1), ends_on=date(2024, 4, 1))

    with pytest.raises(RuleBroken) as caught:
        campaigns.create_campaign(data, actor=world.specialist)
    assert list(caught.value.fields) == ["ends_on"]
    assert not Campaign.objects.exists()
    assert not Target.objects.exists()
