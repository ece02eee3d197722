from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import queries
from campaigns.actions import pledges
from campaigns.choices import PledgeState
from campaigns.models import ProgressEntry
from core import files
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import Notice, StoredFile
from tests.bad_files import photo
from tests.builders import TODAY
from tests.builders_campaigns import (
    approved,
    launched,
    make_campaign,
    make_pledge,
    target_row,
)
from tests.campaigns.samples import record

pytestmark = pytest.mark.django_db


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
    upload = SimpleUploadedFile("minh-chung.png", photo("PNG"))

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
