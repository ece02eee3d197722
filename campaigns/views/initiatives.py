"""Initiatives: list, detail, register, send, recognise, refuse, send back."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from campaigns import queries, workflow
from campaigns.actions import initiatives as actions
from campaigns.choices import InitiativeState
from campaigns.forms.base import ListFilter
from campaigns.forms.initiatives import InitiativeForm, RecogniseForm, initiative_initial
from campaigns.models import Initiative
from campaigns.views.parts import initiative_tracker, not_editable, ordered, past, sent
from core import clock
from core.flow import history
from core.forms import NoteForm
from core.web import card, find_or_404, page_of, perform, render_page, run_action, version_of

SORTS = {"title": "search_key", "unit": "unit__sort_key", "year": "year", "state": "state"}


@card("initiative.view", personal=True)
def initiative_list(request: HttpRequest) -> HttpResponse:
    """Initiatives of the actor's unit and the units below."""
    scope = queries.initiatives_for(request.actor)
    filters = ListFilter(
        request.GET, label="Tìm sáng kiến", years=queries.years_of(scope), states=InitiativeState.choices
    )
    rows = queries.search_initiatives(scope, filters.get("q") or "")
    if filters.get("year"):
        rows = rows.filter(year=filters.get("year"))
    if filters.get("state"):
        rows = rows.filter(state=filters.get("state"))
    rows = ordered(request, rows, SORTS, ["-year", "-pk"]).prefetch_related("authors__person")
    context = {"page": page_of(request, rows), "filters": filters}
    return render_page(request, "campaigns/initiative_list.html", context, status=200)


@card("initiative.view", loads="initiative", personal=True)
def initiative_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One initiative: whose turn, what it is about, authors, recognition."""
    initiative = find_or_404(queries.initiatives_for(request.actor), pk=pk)
    records = list(history(initiative))
    is_draft = initiative.state == InitiativeState.DRAFT
    context = {
        "initiative": initiative,
        "authors": initiative.authors.select_related("person"),
        "tracker": initiative_tracker(initiative, records),
        "past": past(records),
        "returned": next((r for r in reversed(records) if r.step == "return"), None) if is_draft else None,
    }
    return render_page(request, "campaigns/initiative_detail.html", context)


def _form(request: HttpRequest, initiative: Initiative | None) -> InitiativeForm:
    today = clock.today()
    initial: dict[str, Any] = {"year": today.year}
    rows: dict[str, list[dict[str, Any]]] = {}
    authors: list[Any] = []
    if initiative is not None:
        initial, rows = initiative_initial(initiative)
        authors = [author.person for author in initiative.authors.select_related("person")]
    unit = initiative.unit if initiative is not None else request.actor.unit
    options = {"authors": {"people": queries.person_choices(unit, today, authors)}}
    return InitiativeForm(sent(request), initial=initial, rows_initial=rows, rows_options=options)


@card("initiative.edit", methods=("GET", "POST"), personal=True)
def initiative_create(request: HttpRequest) -> HttpResponse:
    """Register an initiative of the actor's unit."""
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.create_initiative(form.values, actor=request.actor),
            to=lambda initiative: initiative.get_absolute_url(),
            said="Đã lưu sáng kiến. Việc tiếp theo: kiểm tra rồi gửi xét công nhận.",
        )
        if done:
            return done
    return render_page(request, "campaigns/initiative_form.html", {"form": form})


@card("initiative.edit", methods=("GET", "POST"), loads="initiative", personal=True)
def initiative_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    initiative = find_or_404(queries.initiatives_for(request.actor, "initiative.edit"), pk=pk)
    if away := not_editable(request, initiative):
        return away
    form = _form(request, initiative)
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_initiative(pk, form.values, version=version, actor=request.actor),
            to=initiative.get_absolute_url(),
            said="Đã lưu sáng kiến.",
        )
        if done:
            return done
    version = request.POST.get("version") or initiative.version
    context = {"form": form, "initiative": initiative, "version": version}
    return render_page(request, "campaigns/initiative_form.html", context)


@card("initiative.edit", methods=("POST",), loads="initiative")
def initiative_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send to the standing office."""
    initiative = find_or_404(queries.initiatives_for(request.actor, "initiative.edit"), pk=pk)
    return perform(
        request,
        lambda: actions.submit_initiative(pk, actor=request.actor),
        to=initiative.get_absolute_url(),
        said="Đã gửi sáng kiến. Việc tiếp theo: chờ cơ quan thường trực xét công nhận.",
    )


@card("initiative.recognise", methods=("GET", "POST"), loads="initiative")
def initiative_recognise(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the recognition with number, date and scope."""
    initiative = find_or_404(queries.initiatives_for(request.actor, "initiative.recognise"), pk=pk)
    today = clock.today()
    form = RecogniseForm(sent(request), initial={"recognised_on": today, "scope": initiative.scope})
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.recognise_initiative(pk, **form.cleaned_data, today=today, actor=request.actor),
            to=initiative.get_absolute_url(),
            said="Đã công nhận sáng kiến. Đơn vị nhận được thông báo.",
        )
        if done:
            return done
    context = {"form": form, "initiative": initiative, "step": workflow.INITIATIVE.named("recognise")}
    return render_page(request, "campaigns/initiative_step.html", context)


def _with_reason(request: HttpRequest, pk: int, name: str, action: Any, said: str) -> HttpResponse:
    initiative = find_or_404(queries.initiatives_for(request.actor, "initiative.recognise"), pk=pk)
    form, step = NoteForm(sent(request)), workflow.INITIATIVE.named(name)
    form.fields["note"].error_messages["required"] = step.note_required
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        done = run_action(
            request,
            form,
            lambda: action(pk, note, actor=request.actor),
            to=initiative.get_absolute_url(),
            said=said,
        )
        if done:
            return done
    context = {"form": form, "initiative": initiative, "step": step}
    return render_page(request, "campaigns/initiative_step.html", context)


@card("initiative.recognise", methods=("GET", "POST"), loads="initiative")
def initiative_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse with a reason."""
    said = "Đã ghi không công nhận. Đơn vị nhận được lý do."
    return _with_reason(request, pk, "refuse", actions.refuse_initiative, said)


@card("initiative.recognise", methods=("GET", "POST"), loads="initiative")
def initiative_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back for completion."""
    said = "Đã trả lại để đơn vị bổ sung."
    return _with_reason(request, pk, "return", actions.return_initiative, said)
