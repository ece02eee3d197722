"""Campaigns: draft, change, launch, confirm receipt, close; take over campaigns of the past."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from campaigns import queries, rules, workflow
from campaigns.choices import Audience, CampaignKind, CampaignState
from campaigns.models import (
    Campaign,
    CampaignTask,
    ContentItem,
    Criterion,
    LegalBasis,
    NamedMovement,
    Receipt,
)
from core import audit, clock, flow, notices
from core.errors import Forbidden, RuleBroken, StaleState
from core.text import clean
from units.choices import PlacementKind
from units.models import Unit
from units.permissions import Actor, require
from units.queries import children_of

FIELDS = (
    "issuer_name", "is_external", "parent", "title", "is_title_derived", "theme", "kind", "document_kind",
    "document_number", "document_date", "year_from", "year_to", "starts_on", "ends_on", "pledge_due_on",
    "purpose", "responsible_unit", "recipients", "report_cycle",
)  # fmt: skip


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return [_tidy(item) for item in value] if isinstance(value, list | tuple) else value


def _fill(campaign: Campaign, data: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Put the given fields into the campaign; returns field → [old, new] of what changed."""
    changes = {}
    for name in FIELDS:
        if name in data:
            old, new = getattr(campaign, name), _tidy(data[name])
            if old != new:
                changes[name] = [old, new]
            setattr(campaign, name, new)
    campaign.starts_on = campaign.starts_on or date(campaign.year_from, 1, 1)
    campaign.ends_on = campaign.ends_on or date(campaign.year_to, 12, 31)
    faults = rules.check_period(
        campaign.year_from, campaign.year_to, campaign.starts_on, campaign.ends_on, campaign.pledge_due_on
    )
    if faults:
        raise RuleBroken(fields=faults)
    campaign.full_clean(exclude=["unit"])
    return changes


def _texts(rows: Sequence[str]) -> list[str]:
    return [text for row in rows if (text := clean(row))]


def _write_parts(campaign: Campaign, data: Mapping[str, Any]) -> dict[str, int]:
    """Replace the numbered parts that are given, in the given order; returns how many of each."""
    counts = {}
    if "contents" in data:
        campaign.contents.all().delete()
        rows = ContentItem.objects.bulk_create(
            [
                ContentItem(campaign=campaign, position=n, text=t)
                for n, t in enumerate(_texts(data["contents"]), 1)
            ]
        )
        counts["contents"] = len(rows)
    if "tasks" in data:
        campaign.tasks.all().delete()
        tasks = CampaignTask.objects.bulk_create(
            [
                CampaignTask(campaign=campaign, position=n, text=t)
                for n, t in enumerate(_texts(data["tasks"]), 1)
            ]
        )
        counts["tasks"] = len(tasks)
    if "criteria" in data:
        counts["criteria"] = _write_criteria(campaign, data["criteria"])
    if "legal_bases" in data:
        campaign.legal_bases.all().delete()
        bases = [
            LegalBasis(campaign=campaign, **{k: _tidy(v) for k, v in row.items()})
            for row in data["legal_bases"]
        ]
        for basis in bases:
            basis.clean_fields(exclude=["campaign"])
        counts["legal_bases"] = len(LegalBasis.objects.bulk_create(bases))
    if "movements" in data:
        campaign.movements.all().delete()
        names = [NamedMovement(campaign=campaign, name=name) for name in _texts(data["movements"])]
        counts["movements"] = len(NamedMovement.objects.bulk_create(names))
    return counts


def _write_criteria(campaign: Campaign, rows: Sequence[Mapping[str, Any]]) -> int:
    campaign.criteria.all().delete()
    positions = dict.fromkeys(Audience.values, 0)
    criteria = []
    for row in rows:
        positions[row["audience"]] += 1
        criterion = Criterion(
            campaign=campaign,
            audience=row["audience"],
            position=positions[row["audience"]],
            text=clean(row["text"]),
            check_code=row.get("check_code") or "",
        )
        criterion.clean_fields(exclude=["campaign"])
        criteria.append(criterion)
    return len(Criterion.objects.bulk_create(criteria))


def _require_parent(campaign: Campaign, actor: Actor) -> None:
    parent = campaign.parent
    if parent is None:
        return
    if parent.pk == campaign.pk or not queries.campaigns_for(actor).filter(pk=parent.pk).exists():
        raise RuleBroken(fields={"parent": ["Hãy chọn phong trào cấp trên trong danh sách."]})


@transaction.atomic
def create_campaign(data: Mapping[str, Any], *, actor: Actor) -> Campaign:
    """Draft a campaign of the actor's unit.

    data: the fields named in FIELDS, and contents, tasks, movements (lists of texts in order), criteria
    (dicts of audience, text, check_code), legal_bases (dicts of number, date, title). Empty starts_on and
    ends_on become the first and last day of the years. Raises Forbidden, RuleBroken, ValidationError.
    """
    require(actor, "campaign.edit", actor.unit)
    if actor.unit is None:
        raise Forbidden("Hãy chọn vai trò tại đơn vị phát động.")
    campaign = Campaign(unit=actor.unit, issuer_name=actor.unit.name)
    _fill(campaign, data)
    _require_parent(campaign, actor)
    campaign.save()
    counts = _write_parts(campaign, data)
    audit.record(actor, "campaign.create", campaign, changes={"title": campaign.title, "parts": counts})
    return campaign


@transaction.atomic
def update_campaign(
    campaign_id: int, data: Mapping[str, Any], *, version: int | None, actor: Actor
) -> Campaign:
    """Change a draft (never a launched campaign). Same data as create_campaign; parts not given stay."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("unit").get(pk=campaign_id)
    flow.check_version(campaign, version)
    if campaign.state != CampaignState.DRAFT:
        raise StaleState("Phong trào đã phát động nên không sửa được nữa; nội dung đã gửi tới các đơn vị.")
    require(actor, "campaign.edit", campaign.unit)
    changes = _fill(campaign, data)
    _require_parent(campaign, actor)
    campaign.version += 1
    campaign.save()
    counts = _write_parts(campaign, data)
    audit.record(actor, "campaign.update", campaign, changes=changes | {"parts": counts})
    return campaign


@transaction.atomic
def launch_campaign(campaign_id: int, *, actor: Actor, today: date) -> Campaign:
    """Send a draft to the units below: one receipt per unit, officers and heads there are told.

    Raises RuleBroken without a content item, when the period is over, or when no unit would receive it.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("unit").get(pk=campaign_id)
    step = workflow.CAMPAIGN.step("launch", campaign)
    require(actor, step.permission, campaign.unit)
    if not campaign.contents.exists():
        raise RuleBroken(
            "Phong trào chưa có nội dung thi đua nào. Hãy thêm ít nhất một nội dung rồi phát động."
        )
    if campaign.ends_on < today:
        raise RuleBroken(
            f"Thời gian của phong trào đã kết thúc ngày {campaign.ends_on:%d/%m/%Y}. Hãy sửa lại thời gian."
        )
    units = queries.recipients_of(campaign, today)
    now = clock.now()
    receipts = Receipt.objects.bulk_create(
        [Receipt(campaign=campaign, unit=unit, sent_at=now) for unit in units.order_by("pk")]
    )
    if (
        not receipts and campaign.unit.path.count("/") == 2
    ):  # a ministry has units; a division launches for itself
        raise RuleBroken("Không có đơn vị nào đang hoạt động để nhận phong trào này.")
    flow.advance(campaign, step, actor=actor, launched_at=now)
    audit.record(actor, "campaign.launch", campaign, changes={"recipients": len(receipts)})
    due = f" Hạn đăng ký thi đua: {campaign.pledge_due_on:%d/%m/%Y}." if campaign.pledge_due_on else ""
    notices.send(
        queries.user_ids_at(units, "campaign.receive", today),
        "campaign.launched",
        f"{campaign.issuer_name[:120]} phát động «{campaign.title[:200]}».{due}",
        campaign.get_absolute_url(),
        key=f"campaign.launched:{campaign.pk}",
    )
    return campaign


@transaction.atomic
def confirm_receipt(receipt_id: int, response: str = "", *, actor: Actor) -> Receipt:
    """The unit confirms that the campaign reached it and says how it responds. Raises StaleState the second
    time.
    """
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("campaign__unit", "unit")
    receipt = rows.get(pk=receipt_id)
    if receipt.received_at is not None:
        raise StaleState("Đơn vị đã xác nhận phong trào này từ trước.")
    require(actor, "campaign.receive", receipt.unit)
    receipt.received_at, receipt.received_by = clock.now(), actor.user
    receipt.response = clean(response)
    receipt.save(update_fields=["received_at", "received_by", "response"])
    audit.record(actor, "receipt.confirm", receipt, note=receipt.response)
    return receipt


@transaction.atomic
def close_campaign(campaign_id: int, note: str, *, actor: Actor) -> Campaign:
    """End a launched campaign: no more pledges and progress; the figures stay for the final review."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("unit").get(pk=campaign_id)
    step = workflow.CAMPAIGN.step("close", campaign)
    require(actor, step.permission, campaign.unit)
    flow.advance(campaign, step, actor=actor, note=note)
    audit.record(actor, "campaign.close", campaign, note=note)
    units = Unit.objects.filter(receipts__campaign=campaign)
    notices.send(
        queries.user_ids_at(units, "campaign.receive", actor.today),
        "campaign.closed",
        f"Phong trào «{campaign.title[:250]}» đã kết thúc; số liệu được dùng để tổng kết.",
        reverse("campaigns:campaign-detail", args=[campaign.pk]),
        key=f"campaign.closed:{campaign.pk}",
    )
    return campaign


# --- campaigns of the past -------------------------------------------------------------------------
def _recipients(unit: Unit, scopes: Sequence[str], day: date) -> list[Unit]:
    """Units the document was sent to, by the kinds of recipients it names, as the organisation was on the
    day.
    """
    wanted = []
    if {"ministry_units", "subordinate_units"} & set(scopes):
        wanted.append(PlacementKind.ADMINISTRATIVE)
    if "province_departments" in scopes:
        wanted.append(PlacementKind.PROFESSIONAL)
    rows = children_of(unit, day).filter(placements__parent=unit, placements__kind__in=wanted)
    return list(rows.distinct().order_by("pk"))


@transaction.atomic
def import_campaign(
    entry: Mapping[str, Any], *, unit: Unit, parent: Campaign | None, actor: Actor
) -> Campaign | None:
    """Take over one campaign of the past as launched, word for word; None when it is already there.

    entry: one object of campaigns/data/campaigns.json (dates as ISO texts, null = not stated). Units the
    document names as recipients get a receipt as of the document's day. Used by the command line only: no
    permission is asked, nobody is told.
    """
    title, years = clean(entry["title"]), (entry["year_from"], entry["year_to"])
    ours = Q(unit=unit) | Q(unit__origins__predecessor=unit)  # a successor leads a running campaign on
    if Campaign.objects.filter(ours, title=title, year_from=years[0], year_to=years[1]).exists():
        return None
    stated = date.fromisoformat(entry["doc_date"]) if entry["doc_date"] else None
    first = date.fromisoformat(entry["period"]["start"]) if entry["period"]["start"] else date(years[0], 1, 1)
    last = date.fromisoformat(entry["period"]["end"]) if entry["period"]["end"] else date(years[1], 12, 31)
    sent_on = stated or first
    sent_at = datetime.combine(sent_on, time(8), tzinfo=timezone.get_default_timezone())
    campaign = Campaign(unit=unit, state=CampaignState.LAUNCHED, launched_at=sent_at if stated else None)
    data = {
        "issuer_name": entry["issuer_name"],
        "is_external": entry["issuer_unit_code"] is None,
        "parent": parent,
        "title": title,
        "is_title_derived": entry["title_is_derived"],
        "theme": entry["theme"] or "",
        "kind": entry["kind"] or CampaignKind.REGULAR,
        "document_kind": entry["doc_kind"] or "",
        "document_number": entry["doc_number"] or "",
        "document_date": stated,
        "year_from": years[0],
        "year_to": years[1],
        "starts_on": first,
        "ends_on": last,
        "responsible_unit": entry["responsible_unit"] or "",
        "recipients": entry["recipients"],
        "report_cycle": entry["report_cycle"],
        "contents": [item["text"] for item in entry["contents"]],
        "tasks": [item["text"] for item in entry["tasks"]],
        "criteria": [
            {"audience": audience, "text": item["text"], "check_code": item["check"]}
            for audience, found in entry["criteria"].items()
            for item in found["items"]
        ],
        "legal_bases": [
            {
                "number": row["number"],
                "date": date.fromisoformat(row["date"]) if row["date"] else None,
                "title": row["title"] or "",
            }
            for row in entry["legal_basis"]
        ],
        "movements": entry["movements_named"],
    }
    _fill(campaign, data)
    campaign.save()
    _write_parts(campaign, data)
    units = _recipients(unit, entry["recipient_scopes"], sent_on)
    Receipt.objects.bulk_create([Receipt(campaign=campaign, unit=row, sent_at=sent_at) for row in units])
    audit.record(
        actor, "campaign.import", campaign, changes={"code": entry["code"], "recipients": len(units)}
    )
    return campaign
