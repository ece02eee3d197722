"""Pledges: list, detail, open, edit, send, approve, return; progress and the check on a day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from campaigns import catalogue, findings, queries, workflow
from campaigns.actions import pledges as actions
from campaigns.choices import Audience, PledgeState
from campaigns.forms.base import ListFilter
from campaigns.forms.pledges import PledgeForm, PledgeStartForm, ProgressForm, pledge_initial, target_choices
from campaigns.models import Pledge
from campaigns.views.parts import AS_OF, as_of, not_editable, ordered, past, pledge_tracker, sent
from core import clock
from core.flow import history
from core.forms import NoteForm
from core.web import card, find_or_404, page_of, perform, render_page, run_action, version_of
from units.queries import search_units

# findings on individuals belong to their nominations
SHOWN: tuple[Any, ...] = (Audience.COLLECTIVE, Audience.LEADER)
SORTS = {"unit": "unit__sort_key", "year": "year", "state": "state", "sent": "submitted_at"}


@card("pledge.view")
def pledge_list(request: HttpRequest) -> HttpResponse:
    """Pledges of the actor's unit and the units below, with what has been reached by today."""
    scope = queries.pledges_for(request.actor)
    filters = ListFilter(
        request.GET, label="Tìm đơn vị", years=queries.years_of(scope), states=PledgeState.choices
    )
    rows = scope
    if filters.get("year"):
        rows = rows.filter(year=filters.get("year"))
    if filters.get("state"):
        rows = rows.filter(state=filters.get("state"))
    if filters.get("q"):
        rows = rows.filter(unit__in=search_units(queries.Unit.objects.all(), filters.get("q")))
    rows = ordered(request, rows, SORTS, ["-year", "unit__sort_key", "pk"])
    page = page_of(request, rows)
    progress = queries.progress_of([row.pk for row in page], clock.today())
    for row in page:
        row.totals = queries.totals(progress.get(row.pk, []))
    context = {"page": page, "filters": filters}
    return render_page(request, "campaigns/pledge_list.html", context, status=200)


@card("pledge.view", loads="pledge", personal=True)
def pledge_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One pledge: whose turn, targets with what has been reached, titles aimed at, findings, history."""
    pledge = find_or_404(queries.pledges_for(request.actor), pk=pk)
    today, records = clock.today(), list(history(pledge))
    items = queries.progress_table(pledge, today)
    entries, titles = queries.entries_by_target(pledge), catalogue.names(today)
    rows = [row for item in items for row in item.rows]
    for row in rows:
        row.target.entries = entries.get(row.target.pk, [])
    context: dict[str, Any] = {
        "pledge": pledge,
        "items": items,
        "totals": queries.totals(rows),
        "aims": [
            (titles.get(aim.title_code, aim.title_code), aim) for aim in pledge.aims.select_related("person")
        ],
        "findings": findings.pledge_findings(pledge, today, SHOWN)
        if pledge.state == PledgeState.APPROVED
        else [],
        "readiness": queries.readiness(pledge) if pledge.is_editable else [],
        "tracker": pledge_tracker(pledge, records, queries.heads_of(pledge.unit, today)),
        "past": past(records),
    }
    return render_page(request, "campaigns/pledge_detail.html", context)


@card("pledge.edit", methods=("GET", "POST"))
def pledge_create(request: HttpRequest) -> HttpResponse:
    """Open the unit's pledge in a running campaign."""
    today = clock.today()
    campaigns = queries.open_to_pledge(request.actor, today)
    initial = {"campaign": request.GET.get("campaign"), "year": today.year}
    form = PledgeStartForm(sent(request), initial=initial, campaigns=campaigns)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = run_action(
            request,
            form,
            lambda: actions.create_pledge(data["campaign"].pk, data["year"], actor=request.actor),
            to=lambda pledge: reverse("campaigns:pledge-edit", args=[pledge.pk]),
            said="Đã mở đăng ký thi đua. Việc tiếp theo: ghi chỉ tiêu và danh hiệu.",
        )
        if done:
            return done
    return render_page(request, "campaigns/pledge_start.html", {"form": form, "campaigns": campaigns})


def _form(request: HttpRequest, pledge: Pledge) -> PledgeForm:
    today = clock.today()
    saved = [aim.person for aim in pledge.aims.select_related("person") if aim.person]
    options = {
        "targets": {"contents": target_choices(pledge), "due_on": pledge.campaign.ends_on},
        "aims": {
            "person_titles": catalogue.titles(today, catalogue.PERSON),
            "collective_titles": catalogue.titles(today, catalogue.COLLECTIVE),
            "people": queries.person_choices(pledge.unit, today, saved),
        },
    }
    return PledgeForm(
        sent(request),
        initial={"summary": pledge.summary},
        rows_initial=pledge_initial(pledge),
        rows_options=options,
    )


@card("pledge.edit", methods=("GET", "POST"), loads="pledge", personal=True)
def pledge_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write targets and titles of a draft or returned pledge."""
    pledge = find_or_404(queries.pledges_for(request.actor, "pledge.edit"), pk=pk)
    if away := not_editable(request, pledge):
        return away
    form = _form(request, pledge)
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_pledge(pk, form.values, version=version, actor=request.actor),
            to=pledge.get_absolute_url(),
            said="Đã lưu đăng ký. Việc tiếp theo: kiểm tra rồi gửi thủ trưởng duyệt.",
        )
        if done:
            return done
    context = {
        "form": form,
        "pledge": pledge,
        "version": request.POST.get("version") or pledge.version,
        "contents": pledge.campaign.contents.all(),
    }
    return render_page(request, "campaigns/pledge_form.html", context)


# --- steps -----------------------------------------------------------------------------------------
def _one_button(request: HttpRequest, pk: int, permission: str, action: Any, said: str) -> HttpResponse:
    pledge = find_or_404(queries.pledges_for(request.actor, permission), pk=pk)
    return perform(request, lambda: action(pk, actor=request.actor), to=pledge.get_absolute_url(), said=said)


@card("pledge.edit", methods=("POST",), loads="pledge")
def pledge_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send to the unit's head."""
    said = "Đã gửi đăng ký thi đua. Việc tiếp theo: chờ thủ trưởng duyệt."
    return _one_button(request, pk, "pledge.edit", actions.submit_pledge, said)


@card("pledge.edit", methods=("POST",), loads="pledge")
def pledge_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back before the head has decided."""
    said = "Đã thu hồi đăng ký; có thể sửa và gửi lại."
    return _one_button(request, pk, "pledge.edit", actions.withdraw_pledge, said)


@card("pledge.approve", methods=("POST",), loads="pledge")
def pledge_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The head approves."""
    said = "Đã duyệt đăng ký thi đua. Việc tiếp theo: đơn vị thực hiện và cập nhật kết quả."
    return _one_button(request, pk, "pledge.approve", actions.approve_pledge, said)


def _with_reason(request: HttpRequest, pk: int, name: str, action: Any, said: str) -> HttpResponse:
    pledge = find_or_404(queries.pledges_for(request.actor, "pledge.approve"), pk=pk)
    form, step = NoteForm(sent(request)), workflow.PLEDGE.named(name)
    form.fields["note"].error_messages["required"] = step.note_required
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        done = run_action(
            request,
            form,
            lambda: action(pk, note, actor=request.actor),
            to=pledge.get_absolute_url(),
            said=said,
        )
        if done:
            return done
    return render_page(request, "campaigns/pledge_step.html", {"form": form, "pledge": pledge, "step": step})


@card("pledge.approve", methods=("GET", "POST"), loads="pledge")
def pledge_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The head sends it back with a reason."""
    return _with_reason(request, pk, "return", actions.return_pledge, "Đã trả lại đăng ký kèm lý do.")


@card("pledge.approve", methods=("GET", "POST"), loads="pledge")
def pledge_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The head opens an approved pledge for change."""
    said = "Đã mở lại đăng ký để điều chỉnh. Đơn vị sửa và gửi duyệt lại."
    return _with_reason(request, pk, "reopen", actions.reopen_pledge, said)


# --- progress --------------------------------------------------------------------------------------
@card("pledge.edit", methods=("GET", "POST"), loads="target")
def progress_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what has been reached of one target, with evidence."""
    target = find_or_404(queries.targets_for(request.actor, "pledge.edit"), pk=pk)
    today = clock.today()
    day = min(today, target.pledge.campaign.ends_on)
    form = ProgressForm(
        sent(request), request.FILES or None, initial={"reported_on": day}, measure=target.measure
    )
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.record_progress(pk, **form.cleaned_data, today=today, actor=request.actor),
            to=target.pledge.get_absolute_url(),
            said="Đã ghi kết quả thực hiện chỉ tiêu.",
        )
        if done:
            return done
    entries = target.progress.prefetch_related("files").select_related("recorded_by__person")
    context = {"form": form, "target": target, "pledge": target.pledge, "entries": entries}
    return render_page(request, "campaigns/progress_form.html", context)


@card("pledge.view", loads="pledge")
def pledge_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Pledged against reached per content item as of 30 June, 31 December or today; fit for printing."""
    pledge = find_or_404(queries.pledges_for(request.actor), pk=pk)
    today = clock.today()
    choice = request.GET.get("as_of") if request.GET.get("as_of") in AS_OF else "mid"
    day = as_of(choice, pledge.year, today)
    items = queries.progress_table(pledge, day)
    context = {
        "pledge": pledge,
        "choice": choice,
        "choices": AS_OF,
        "day": day,
        "is_future": day > today,
        "items": items,
        "totals": queries.totals(row for item in items for row in item.rows),
    }
    return render_page(request, "campaigns/pledge_check.html", context)
