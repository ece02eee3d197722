from datetime import date

import pytest

from campaigns import queries
from campaigns.actions import campaigns
from campaigns.choices import CampaignState
from campaigns.models import Campaign, Receipt
from core.errors import Forbidden, RuleBroken, StaleState
from core.flow import history
from core.models import Notice
from tests.builders import TODAY, make_unit
from tests.builders_campaigns import (
    approved,
    launched,
    make_campaign,
)
from tests.campaigns.samples import record

pytestmark = pytest.mark.django_db


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
