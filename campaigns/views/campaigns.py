"""Campaigns: list, detail, draft, launch, confirm receipt, end."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from campaigns import queries
from campaigns.actions import campaigns as actions
from campaigns.choices import Audience, CampaignState
from campaigns.forms.base import ListFilter
from campaigns.forms.campaigns import CampaignForm, ReceiptForm, campaign_initial
from campaigns.models import Campaign
from campaigns.views.parts import campaign_tracker, not_editable, ordered, past, sent
from core import clock
from core.flow import history
from core.forms import NoteForm
from core.web import card, find_or_404, page_of, render_page, run_action, version_of
from units.choices import UnitKind

TABS = {"content": "Nội dung", "criteria": "Tiêu chí", "responses": "Đơn vị hưởng ứng", "document": "Văn bản"}
ONLY = {"all": "Tất cả đơn vị", "unconfirmed": "Chưa xác nhận", "unpledged": "Chưa đăng ký"}
SORTS = {"title": "title", "year": "year_from", "state": "state"}


@card("campaign.view")
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns the actor may see: its own, those received from above, those below."""
    scope = queries.campaigns_for(request.actor)
    filters = ListFilter(
        request.GET, label="Tìm phong trào", years=queries.campaign_years(scope), states=CampaignState.choices
    )
    rows = queries.search_campaigns(scope, filters.get("q") or "")
    if filters.get("year"):
        rows = queries.campaigns_of_year(rows, filters.get("year"))
    if filters.get("state"):
        rows = rows.filter(state=filters.get("state"))
    rows = ordered(request, queries.with_counts(rows), SORTS, ["-year_from", "-pk"])
    context = {"page": page_of(request, rows), "filters": filters}
    return render_page(request, "campaigns/campaign_list.html", context, status=200)


@card("campaign.view", loads="campaign")
def campaign_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign as its document states it, and how the units within reach responded."""
    campaign = find_or_404(queries.campaigns_for(request.actor).select_related("parent"), pk=pk)
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "content"
    records = list(history(campaign))
    context: dict[str, Any] = {
        "campaign": campaign,
        "tab": tab,
        "tabs": TABS,
        "tracker": campaign_tracker(campaign, records),
        "past": past(records),
        "counts": queries.response_counts(campaign, request.actor),
        "mine": queries.receipts_for(request.actor, "campaign.receive").filter(campaign=campaign).first(),
        "my_pledge": queries.pledges_for(request.actor, "pledge.edit").filter(campaign=campaign).first(),
    }
    context["may_pledge"] = context["my_pledge"] is None and queries.may_pledge(request.actor, campaign)
    if tab == "responses":
        only = request.GET.get("only") if request.GET.get("only") in ONLY else "all"
        rows = queries.responses(campaign, request.actor, only)
        context |= {"only": only, "only_choices": ONLY, "page": page_of(request, rows)}
    elif tab == "criteria":
        found = list(campaign.criteria.all())
        context["criteria"] = [
            (label, [r for r in found if r.audience == code]) for code, label in Audience.choices
        ]
    return render_page(request, "campaigns/campaign_detail.html", context)


def _form(request: HttpRequest, campaign: Campaign | None) -> CampaignForm:
    unit = request.actor.unit
    parents = queries.campaigns_for(request.actor).exclude(state=CampaignState.DRAFT)
    initial, rows = (
        campaign_initial(campaign)
        if campaign
        else ({"issuer_name": unit.name, "year_from": clock.today().year, "year_to": clock.today().year}, {})
    )
    return CampaignForm(
        sent(request),
        initial=initial,
        rows_initial=rows,
        parents=parents.exclude(pk=campaign.pk if campaign else None),
        may_be_external=unit.kind == UnitKind.MINISTRY,
    )


@card("campaign.edit", methods=("GET", "POST"))
def campaign_create(request: HttpRequest) -> HttpResponse:
    """Draft a campaign of the actor's unit."""
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.create_campaign(form.values, actor=request.actor),
            to=lambda campaign: campaign.get_absolute_url(),
            said="Đã lưu dự thảo phong trào. Việc tiếp theo: kiểm tra rồi phát động.",
        )
        if done:
            return done
    return render_page(request, "campaigns/campaign_form.html", {"form": form})


@card("campaign.edit", methods=("GET", "POST"), loads="campaign")
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    campaign = find_or_404(queries.campaigns_for(request.actor, "campaign.edit"), pk=pk)
    if away := not_editable(request, campaign):
        return away
    form = _form(request, campaign)
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.update_campaign(pk, form.values, version=version, actor=request.actor),
            to=campaign.get_absolute_url(),
            said="Đã lưu dự thảo phong trào.",
        )
        if done:
            return done
    context = {"form": form, "campaign": campaign, "version": request.POST.get("version") or campaign.version}
    return render_page(request, "campaigns/campaign_form.html", context)


@card("campaign.launch", methods=("GET", "POST"), loads="campaign")
def campaign_launch(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm how many units will receive the campaign, then launch it."""
    campaign = find_or_404(queries.campaigns_for(request.actor, "campaign.launch"), pk=pk)
    today, form = clock.today(), NoteForm(sent(request))
    form.fields["note"].required = False
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.launch_campaign(pk, actor=request.actor, today=today),
            to=campaign.get_absolute_url(),
            said="Đã phát động phong trào. Cán bộ đầu mối và thủ trưởng các đơn vị nhận được thông báo.",
        )
        if done:
            return done
    units = queries.recipients_of(campaign, today).order_by("sort_key", "pk")
    context = {"campaign": campaign, "form": form, "units": units, "contents": campaign.contents.count()}
    return render_page(request, "campaigns/campaign_launch.html", context)


@card("campaign.launch", methods=("GET", "POST"), loads="campaign")
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a campaign, with the ground for it."""
    campaign = find_or_404(queries.campaigns_for(request.actor, "campaign.launch"), pk=pk)
    form = NoteForm(sent(request))
    form.fields["note"].label = "Căn cứ kết thúc"
    form.fields["note"].help_text = "Ví dụ: Báo cáo tổng kết số 123/BC-BTNMT ngày 20/12/2024."
    form.fields["note"].error_messages["required"] = "Hãy ghi căn cứ kết thúc phong trào."
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.close_campaign(pk, form.cleaned_data["note"], actor=request.actor),
            to=campaign.get_absolute_url(),
            said="Đã kết thúc phong trào. Số liệu được giữ nguyên để tổng kết.",
        )
        if done:
            return done
    context = {"campaign": campaign, "form": form, "counts": queries.response_counts(campaign, request.actor)}
    return render_page(request, "campaigns/campaign_close.html", context)


@card("campaign.receive", methods=("GET", "POST"), loads="receipt")
def receipt_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit confirms that it received a campaign and says how it responds."""
    receipt = find_or_404(queries.receipts_for(request.actor, "campaign.receive"), pk=pk)
    form = ReceiptForm(sent(request))
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.confirm_receipt(pk, form.cleaned_data["response"], actor=request.actor),
            to=receipt.campaign.get_absolute_url(),
            said="Đã xác nhận tiếp nhận phong trào. Việc tiếp theo: đăng ký thi đua.",
        )
        if done:
            return done
    return render_page(request, "campaigns/receipt_form.html", {"receipt": receipt, "form": form})
