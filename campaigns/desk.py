"""What of this app waits for whom: receipts, pledges, targets, initiatives."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from campaigns import queries
from campaigns.choices import CampaignState, InitiativeState, PledgeState
from campaigns.models import Initiative, Pledge, Target
from core.models import StepRecord
from units.desk import DeskDate, DeskItem, Source
from units.permissions import Actor, holds

LIMIT = 20


def _short(text: str, limit: int = 90) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def receipts(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """The officer: campaigns received and not confirmed; one query."""
    if not holds(actor, "pledge.edit"):
        return
    rows = queries.receipts_for(actor, "campaign.receive").filter(received_at=None)
    rows = rows.filter(campaign__state=CampaignState.LAUNCHED, campaign__ends_on__gte=today)
    for row in rows.order_by("sent_at", "pk")[:LIMIT]:
        yield DeskItem(
            what="Xác nhận đã nhận phong trào",
            about=_short(f"{row.campaign.title} – {row.campaign.issuer_name}"),
            url=reverse("campaigns:receipt-confirm", args=[row.pk]),
            button="Xác nhận",
            due_on=row.campaign.pledge_due_on,
        )


def campaigns_to_launch(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """Drafts of the unit: the officer completes, whoever may launch launches; one query."""
    permission = "campaign.edit" if holds(actor, "campaign.edit") else "campaign.launch"
    may_launch = holds(actor, "campaign.launch")
    rows = queries.campaigns_for(actor, permission).filter(state=CampaignState.DRAFT)
    for row in rows.order_by("pk")[:LIMIT]:
        yield DeskItem(
            what="Phát động phong trào" if may_launch else "Hoàn thiện dự thảo phong trào",
            about=_short(row.title),
            url=row.get_absolute_url(),
            button="Xem và phát động" if may_launch else "Soạn tiếp",
        )


def campaigns_to_pledge(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """The officer: running campaigns without the unit's pledge this year; one query."""
    if not holds(actor, "pledge.edit") or actor.unit is None:
        return
    mine = Pledge.objects.filter(unit=actor.unit, year=today.year)
    rows = queries.pledgeable_campaigns(actor.unit, today).exclude(pk__in=mine.values("campaign"))
    for row in queries.campaigns_of_year(rows, today.year).order_by("pledge_due_on", "pk")[:LIMIT]:
        yield DeskItem(
            what=f"Đăng ký thi đua năm {today.year}",
            about=_short(row.title),
            url=f"{reverse('campaigns:pledge-create')}?campaign={row.pk}",
            button="Đăng ký",
            due_on=row.pledge_due_on,
        )


def pledges(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """Officer: drafts, returned ones, those at the head; head: what awaits approval; one query each."""
    running = Q(campaign__state=CampaignState.LAUNCHED)
    rows = queries.pledges_for(actor, "pledge.edit").exclude(state=PledgeState.APPROVED)
    for row in rows.filter(running).order_by("pk")[:LIMIT]:
        yield _pledge_item(row)
    waiting = queries.pledges_for(actor, "pledge.approve").filter(running, state=PledgeState.SUBMITTED)
    for row in waiting.order_by("submitted_at", "pk")[:LIMIT]:
        yield DeskItem(
            what=f"Duyệt đăng ký thi đua năm {row.year}",
            about=_short(row.campaign.title),
            url=row.get_absolute_url(),
            button="Xem và duyệt",
            due_on=row.campaign.pledge_due_on,
        )


def _pledge_item(row: Pledge) -> DeskItem:
    about, url, due = _short(row.campaign.title), row.get_absolute_url(), row.campaign.pledge_due_on
    if row.state == PledgeState.SUBMITTED:
        what, who = f"Đăng ký thi đua năm {row.year} chờ duyệt", "thủ trưởng đơn vị"
        return DeskItem(what, about, url, "Xem", due, is_mine=False, waiting_for=who)
    if row.state == PledgeState.RETURNED:
        what = f"Sửa đăng ký thi đua năm {row.year}"
        return DeskItem(what, _short(f"Lý do: {row.return_reason}"), url, "Xem và sửa", due)
    return DeskItem(f"Hoàn thiện đăng ký thi đua năm {row.year}", about, url, "Soạn tiếp", due)


def targets(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """The officer: targets past their day and not reached, and those due within 30 days; two queries."""
    rows = queries.targets_for(actor, "pledge.edit").filter(
        pledge__state=PledgeState.APPROVED,
        pledge__campaign__state=CampaignState.LAUNCHED,
        due_on__lte=today + timedelta(days=30),
    )
    reached = {entry.target_id: entry.value for entry in queries.latest_entries(rows, today)}
    open_rows = [row for row in rows.order_by("-due_on", "pk")[:500] if reached.get(row.pk, 0) < row.value]
    late = [row for row in open_rows if row.due_on < today]
    by_pledge: dict[Pledge, list[Target]] = {}
    for row in late:
        by_pledge.setdefault(row.pledge, []).append(row)
    for pledge, found in list(by_pledge.items())[:LIMIT]:
        oldest = min(found, key=lambda row: row.due_on)
        is_one = len(found) == 1
        yield DeskItem(
            what="Cập nhật chỉ tiêu quá hạn" if is_one else f"Cập nhật {len(found)} chỉ tiêu quá hạn",
            about=_short(oldest.name if is_one else "; ".join(row.name for row in found)),
            url=reverse("campaigns:progress-record", args=[oldest.pk])
            if is_one
            else pledge.get_absolute_url(),
            button="Cập nhật",
            due_on=oldest.due_on,
        )
    by_day: dict[tuple[date, Pledge], list[Target]] = {}
    for row in open_rows:
        if row.due_on >= today:
            by_day.setdefault((row.due_on, row.pledge), []).append(row)
    for (day, pledge), found in list(by_day.items())[:LIMIT]:
        what = (
            f"Hạn chỉ tiêu: {_short(found[0].name, 60)}"
            if len(found) == 1
            else f"Đến hạn {len(found)} chỉ tiêu thi đua"
        )
        yield DeskDate(day, what, pledge.get_absolute_url())


def initiatives(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """Officer: drafts, those sent back, those under examination; specialist: what awaits recognition."""
    open_states = (InitiativeState.DRAFT, InitiativeState.SUBMITTED)
    own = queries.initiatives_for(actor, "initiative.edit").filter(state__in=open_states)
    rows = list(own.order_by("pk")[:LIMIT])
    reasons = _return_reasons([row.pk for row in rows if row.state == InitiativeState.DRAFT])
    for row in rows:
        yield _initiative_item(row, reasons.get(row.pk))
    waiting = queries.initiatives_for(actor, "initiative.recognise").filter(state=InitiativeState.SUBMITTED)
    for row in waiting.order_by("submitted_at", "pk")[:LIMIT]:
        yield DeskItem(
            "Xét công nhận sáng kiến",
            _short(f"{row.title} – {row.unit.display_name}"),
            row.get_absolute_url(),
            "Xem xét",
        )


def _initiative_item(row: Initiative, reason: str | None) -> DeskItem:
    url = row.get_absolute_url()
    if row.state == InitiativeState.SUBMITTED:
        return DeskItem(
            "Sáng kiến chờ xét",
            _short(row.title),
            url,
            "Xem",
            is_mine=False,
            waiting_for="cơ quan thường trực",
        )
    if reason:
        return DeskItem(
            "Bổ sung sáng kiến", _short(f"{row.title}. Lý do: {reason}", 160), url, "Xem và bổ sung"
        )
    return DeskItem("Hoàn thiện sáng kiến", _short(row.title), url, "Soạn tiếp")


def _return_reasons(ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = StepRecord.objects.filter(
        content_type__app_label="campaigns",
        content_type__model="initiative",
        object_id__in=ids,
        step="return",
    )
    return {row.object_id: row.note for row in rows.order_by("at", "pk")}


SOURCES: tuple[Source, ...] = (
    receipts, campaigns_to_launch, campaigns_to_pledge, pledges, targets, initiatives,
)  # fmt: skip
