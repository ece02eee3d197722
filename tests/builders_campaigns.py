"""Campaigns, pledges and initiatives in the state a test needs; made through actions."""

from datetime import date
from decimal import Decimal
from typing import Any

from campaigns.actions import campaigns as campaign_actions
from campaigns.actions import initiatives as initiative_actions
from campaigns.actions import pledges as pledge_actions
from campaigns.models import Campaign, Initiative, Pledge
from tests.builders import TODAY
from tests.world import World
from units.permissions import Actor

LAWMAKING = {"audience": "collective", "text": "Hoàn thành 100% nhiệm vụ", "check_code": "lawmaking_100"}
OUTSTANDING = {"audience": "leader", "text": "Đơn vị tiêu biểu xuất sắc", "check_code": "unit_outstanding"}


def campaign_data(**facts: Any) -> dict[str, Any]:
    return {
        "title": "Phong trào thi đua thử nghiệm",
        "kind": "regular",
        "year_from": 2024,
        "year_to": 2024,
        "contents": ["Nội dung một", "Nội dung hai"],
        "tasks": ["Nhiệm vụ một"],
        "criteria": [LAWMAKING, OUTSTANDING],
        "legal_bases": [{"number": "19/CT-TTg", "date": date(2021, 7, 16), "title": "Chỉ thị"}],
        "movements": ["Cả nước chung sức xây dựng nông thôn mới"],
    } | facts


def make_campaign(actor: Actor, **facts: Any) -> Campaign:
    return campaign_actions.create_campaign(campaign_data(**facts), actor=actor)


def launched(world: World, **facts: Any) -> Campaign:
    campaign = make_campaign(world.specialist, **facts)
    return campaign_actions.launch_campaign(campaign.pk, actor=world.specialist, today=TODAY)


def target_row(campaign: Campaign, **facts: Any) -> dict[str, Any]:
    return {
        "id": None,
        "content": campaign.contents.order_by("position").values_list("pk", flat=True)[0],
        "name": "Số văn bản trình đúng hạn",
        "measure": "number",
        "unit_of_measure": "văn bản",
        "value": Decimal(4),
        "due_on": date(2024, 12, 20),
        "is_lawmaking": True,
    } | facts


def make_pledge(campaign: Campaign, actor: Actor, *, rows: list[dict[str, Any]] | None = None) -> Pledge:
    pledge = pledge_actions.create_pledge(campaign.pk, 2024, actor=actor)
    data = {"summary": "Trọng tâm", "targets": [target_row(campaign)] if rows is None else rows, "aims": []}
    return pledge_actions.save_pledge(pledge.pk, data, version=pledge.version, actor=actor)


def approved(
    campaign: Campaign, officer: Actor, head: Actor, *, rows: list[dict[str, Any]] | None = None
) -> Pledge:
    pledge = make_pledge(campaign, officer, rows=rows)
    pledge_actions.submit_pledge(pledge.pk, actor=officer)
    return pledge_actions.approve_pledge(pledge.pk, actor=head)


def initiative_data(actor: Actor, **facts: Any) -> dict[str, Any]:
    return {
        "year": 2024,
        "kind": "initiative",
        "title": "Quy trình phát hiện số liệu bất thường",
        "field": "quan trắc môi trường",
        "problem": "Kiểm tra thủ công",
        "solution": "Kiểm tra tự động",
        "benefit": "Nhanh hơn",
        "scope": "co_so",
        "authors": [{"person": actor.user.person_id, "share": Decimal(100)}],
    } | facts


def make_initiative(actor: Actor, **facts: Any) -> Initiative:
    return initiative_actions.create_initiative(initiative_data(actor, **facts), actor=actor)
