"""What several pages of this app show: the order of a list, the way an object went, what happened to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from campaigns.choices import CampaignState, InitiativeState, PledgeState
from campaigns.models import Campaign, Initiative, Pledge
from core.models import StepRecord
from core.web import see_other


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, however little that is; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def not_editable(request: HttpRequest, subject: Campaign | Pledge | Initiative) -> HttpResponse | None:
    """Back to the object, with a sentence, when its state no longer allows writing; None when it does."""
    is_open = subject.state == CampaignState.DRAFT if isinstance(subject, Campaign) else subject.is_editable
    if is_open or request.method == "POST":
        return None
    state = subject.get_state_display().lower()
    messages.info(request, f"Nội dung đang ở trạng thái «{state}» nên không sửa được.")
    return see_other(subject.get_absolute_url())


def ordered(
    request: HttpRequest, rows: QuerySet[Any], allowed: Mapping[str, str], default: list[str]
) -> QuerySet[Any]:
    """Rows in the order asked for by ?sort=name or -name; unknown names give the default order."""
    asked = request.GET.get("sort", "")
    column = allowed.get(asked.removeprefix("-"))
    if column is None:
        return rows.order_by(*default)
    return rows.order_by(f"-{column}" if asked.startswith("-") else column, *default)


def past(records: list[StepRecord]) -> list[dict[str, Any]]:
    """Step history for the timeline, newest first."""
    return [
        {"at": row.at, "who": row.actor_label, "label": row.label, "note": row.note}
        for row in reversed(records)
    ]


def _step(label: str, status: str, record: StepRecord | None = None, **more: Any) -> dict[str, Any]:
    found = {"who": record.actor_label, "when": record.at} if record is not None else {}
    return {"label": label, "status": status, **found, **more}


def _last(records: list[StepRecord], name: str) -> StepRecord | None:
    return next((row for row in reversed(records) if row.step == name), None)


def campaign_tracker(campaign: Campaign, records: list[StepRecord]) -> list[dict[str, Any]]:
    """Draft → launched → ended."""
    if campaign.state == CampaignState.DRAFT:
        return [
            _step("Soạn thảo", "now"),
            _step("Phát động, đăng ký thi đua", "next"),
            _step("Kết thúc", "next"),
        ]
    launched = _last(records, "launch")
    drafted = _step("Phát động", "done", launched, **({} if launched else {"when": campaign.launched_at}))
    if campaign.state == CampaignState.LAUNCHED:
        running = _step("Hưởng ứng, đăng ký, thực hiện", "now", until=campaign.ends_on)
        return [drafted, running, _step("Kết thúc, tổng kết", "next")]
    return [
        drafted,
        _step("Hưởng ứng, thực hiện", "done"),
        _step("Kết thúc", "done", _last(records, "close")),
    ]


def pledge_tracker(pledge: Pledge, records: list[StepRecord], heads: str) -> list[dict[str, Any]]:
    """Written → approved by the head → carried out → summed up. heads: names of those whose turn it is."""
    submitted, approved = _last(records, "submit"), _last(records, "approve")
    later = [_step("Thực hiện, cập nhật kết quả", "next"), _step("Tổng kết", "next")]
    if pledge.state in (PledgeState.DRAFT, PledgeState.RETURNED):
        word = "Sửa theo lý do trả lại" if pledge.state == PledgeState.RETURNED else "Đơn vị lập đăng ký"
        return [_step(word, "now"), _step("Thủ trưởng duyệt", "next"), *later]
    written = _step("Đơn vị lập, gửi duyệt", "done", submitted)
    if pledge.state == PledgeState.SUBMITTED:
        waiting = {"who": heads, "when": pledge.submitted_at}
        return [written, _step("Thủ trưởng duyệt", "now", **waiting), *later]
    is_over = pledge.campaign.state == CampaignState.CLOSED
    carried = _step(
        "Thực hiện, cập nhật kết quả",
        "done" if is_over else "now",
        until=None if is_over else pledge.campaign.ends_on,
    )
    return [
        written,
        _step("Thủ trưởng duyệt", "done", approved),
        carried,
        _step("Tổng kết", "now" if is_over else "next"),
    ]


def initiative_tracker(initiative: Initiative, records: list[StepRecord]) -> list[dict[str, Any]]:
    """Written → examined → recognised or refused."""
    if initiative.state == InitiativeState.DRAFT:
        rest = [_step("Cơ quan thường trực xét", "next"), _step("Kết quả", "next")]
        return [_step("Đơn vị lập hồ sơ", "now"), *rest]
    written = _step("Đơn vị lập, gửi xét", "done", _last(records, "submit"))
    if initiative.state == InitiativeState.SUBMITTED:
        waiting = {"who": initiative.held_by.display_name, "when": initiative.submitted_at}
        return [written, _step("Cơ quan thường trực xét", "now", **waiting), _step("Kết quả", "next")]
    decided = _last(records, "recognise") or _last(records, "refuse")
    return [
        written,
        _step("Cơ quan thường trực xét", "done"),
        _step(initiative.get_state_display(), "done", decided),
    ]


AS_OF = {"mid": "30/6", "end": "31/12", "today": "Hôm nay"}


def as_of(choice: str, year: int, today: date) -> date:
    """The day a check looks at: 30 June or 31 December of the year, or today."""
    if choice == "today":
        return today
    return date(year, 12, 31) if choice == "end" else date(year, 6, 30)
