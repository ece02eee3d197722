"""Faults found by reading campaigns again: closed campaigns, a target named twice."""

from decimal import Decimal

import pytest

from campaigns import desk
from campaigns.actions.campaigns import close_campaign
from campaigns.actions.pledges import approve_pledge, save_pledge, submit_pledge
from campaigns.choices import PledgeState
from core.errors import RuleBroken
from core.models import AuditEntry
from tests.builders import TODAY
from tests.builders_campaigns import launched, make_pledge, target_row
from tests.world import World


@pytest.fixture
def left_over(world: World):
    """A pledge that still waits for the head when the campaign ends."""
    campaign = launched(world)
    pledge = submit_pledge(make_pledge(campaign, world.officer).pk, actor=world.officer)
    close_campaign(campaign.pk, "Báo cáo tổng kết số 1", actor=world.specialist)
    return pledge


def test_the_figures_of_an_ended_campaign_stay_as_they_are(world: World, left_over) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(RuleBroken, match="đã kết thúc"):
        approve_pledge(left_over.pk, actor=world.head)
    left_over.refresh_from_db()
    assert left_over.state == PledgeState.SUBMITTED
    assert AuditEntry.objects.count() == before


def test_what_can_no_longer_be_approved_is_no_work(world: World, left_over) -> None:
    assert list(desk.pledges(world.head, TODAY)) == []


def test_a_target_named_twice_is_not_merged(world: World) -> None:
    campaign = launched(world)
    pledge = make_pledge(campaign, world.officer)
    known = pledge.targets.get().pk
    found = [
        target_row(campaign, id=known, name="Một", value=Decimal(1)),
        target_row(campaign, id=known, name="Hai"),
    ]
    save_pledge(pledge.pk, {"targets": found}, version=pledge.version, actor=world.officer)
    assert sorted(pledge.targets.values_list("name", flat=True)) == ["Hai", "Một"]
    assert pledge.targets.get(name="Một").pk == known
