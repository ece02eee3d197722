"""Decisions about the organisation: list, form by kind, preview and confirmation, result."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date

from core import clock
from core.errors import Refused
from core.text import clean
from core.web import card, find_or_404, page_of, perform, render_page, run_action, see_other, version_of
from units import change_plans as plans
from units import queries
from units.actions import changes as actions
from units.change_forms import FORMS, ChangeForm, ConfirmForm, unit_text
from units.choices import ChangeKind, ChangeState
from units.models import OrganisationChange, Unit
from units.permissions import Actor, scope

EXPLAINED = {
    ChangeKind.OPEN: ("plus", "Lập đơn vị mới dưới một đơn vị đang hoạt động."),
    ChangeKind.RENAME: ("edit", "Đơn vị tiếp tục hoạt động dưới tên khác; tên cũ còn tra cứu được."),
    ChangeKind.MOVE: ("arrow-right", "Đơn vị và mọi cấp dưới chuyển sang đơn vị cấp trên khác."),
    ChangeKind.MERGE: ("users", "Các đơn vị kết thúc, một đơn vị kế thừa người, việc và hồ sơ."),
    ChangeKind.SPLIT: ("list", "Một đơn vị kết thúc, nhiều đơn vị kế thừa."),
    ChangeKind.CLOSE: ("archive", "Đơn vị kết thúc hoạt động, có hoặc không có đơn vị kế thừa."),
}


def _units_for(actor: Actor) -> Any:
    return Unit.objects.filter(scope(actor, "organisation.edit", "")).open_on(clock.today())


def _changes_for(actor: Actor) -> Any:
    rows = OrganisationChange.objects.filter(scope(actor, "organisation.edit"))
    return rows.select_related("unit", "created_by__person")


@card("organisation.edit")
def change_list(request: HttpRequest) -> HttpResponse:
    """Decisions planned and carried out, and what the loaded history still has ahead."""
    rows = _changes_for(request.actor).order_by("-on", "-pk")
    context = {
        "planned": rows.filter(state=ChangeState.PLANNED).order_by("on", "pk"),
        "page": page_of(request, rows.exclude(state=ChangeState.PLANNED)),
        "known": [(day, day <= clock.today()) for day in plans.known_days()],
    }
    return render_page(request, "units/change_list.html", context)


def _form(request: HttpRequest, data: Any = None) -> ChangeForm:
    kind = request.GET["kind"]
    start = find_unit(request)
    names = ("unit_1",) if kind == ChangeKind.MERGE else ("unit",)
    names = ("parent",) if kind == ChangeKind.OPEN else names
    initial = dict.fromkeys(names, unit_text(start)) if start else {}
    return FORMS[kind](data, units=_units_for(request.actor), initial=initial)


def find_unit(request: HttpRequest) -> Unit | None:
    """The unit a person came from (?of=code), when it is in reach."""
    code = clean(request.GET.get("of", ""))[:40]
    return _units_for(request.actor).filter(code=code).first() if code else None


@card("organisation.edit")
def change_new(request: HttpRequest) -> HttpResponse:
    """Choose the kind of decision, then fill in its form; the preview follows, and leads back here with what
    was filled in.
    """
    if request.GET.get("kind") not in FORMS:
        kinds = [(value, label, *EXPLAINED[ChangeKind(value)]) for value, label in ChangeKind.choices]
        return render_page(request, "units/change_kinds.html", {"kinds": kinds, "start": find_unit(request)})
    return _form_page(request, _form(request, request.GET if "document" in request.GET else None))


def _form_page(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    context = {"form": form, "kind": form.kind, "kind_label": ChangeKind(form.kind).label}
    return render_page(request, "units/change_form.html", context)


@card("organisation.edit", methods=("GET", "POST"))
def change_preview(request: HttpRequest) -> HttpResponse:
    """What the decision would do; POST with the asked word decides it."""
    if request.GET.get("kind") not in FORMS:
        return see_other(reverse("units:change-new"))
    form = _form(request, request.GET)
    if not form.is_valid():
        return _form_page(request, form)
    facts = (form.kind, form.cleaned_data["on"], form.cleaned_data["document"])
    plan, confirm = form.plan(), ConfirmForm(request.POST or None, kind=form.kind)
    if request.method == "POST" and confirm.is_valid():
        done = run_action(
            request,
            confirm,
            lambda: actions.plan_change(
                *facts, plan | confirm.choices(), note=form.cleaned_data["note"], actor=request.actor
            ),
            to=lambda change: change.get_absolute_url(),
            said="Đã ghi quyết định.",
        )
        if done:
            return done
    if confirm.is_bound:
        plan |= confirm.choices()
    return _preview_page(request, form, confirm, facts, plan)


def _preview_page(
    request: HttpRequest, form: ChangeForm, confirm: ConfirmForm, facts: Any, plan: dict[str, Any]
) -> HttpResponse:
    try:
        seen = actions.look_ahead(*facts, plan, actor=request.actor)
    except Refused as error:
        form.add_error(None, str(error))
        return _form_page(request, form)
    context = {
        "form": form, "confirm": confirm, "seen": seen, "plan": plan, "chosen": plan.get("carry"),
        "kind_label": ChangeKind(form.kind).label, "is_due": facts[1] <= clock.today(),
        "back": request.GET.urlencode(),
    }  # fmt: skip
    return render_page(request, "units/change_preview.html", context)


@card("organisation.edit", loads="change")
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: what it will do while it waits, what it did once it is done."""
    change = find_or_404(_changes_for(request.actor), pk=pk)
    seen, fault = None, ""
    if change.state == ChangeState.PLANNED:
        try:
            seen = actions.look_ahead(
                change.kind, change.on, change.document, change.plan, actor=request.actor
            )
        except Refused as error:
            fault = str(error)
    context = {
        "change": change, "seen": seen, "fault": fault, "is_due": change.on <= clock.today(),
        "chosen": change.plan.get("carry"),
    }  # fmt: skip
    return render_page(request, "units/change_detail.html", context)


@card("organisation.edit", methods=("POST",), loads="change")
def change_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a planned decision."""
    change = find_or_404(_changes_for(request.actor), pk=pk)
    return perform(
        request,
        lambda: actions.cancel_change(change.pk, actor=request.actor, version=version_of(request) or None),
        to=change.get_absolute_url(),
        said="Đã hủy quyết định. Tổ chức không thay đổi.",
    )


@card("organisation.edit", methods=("POST",), loads="change")
def change_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out a planned decision whose day has come, without waiting for the night."""
    change = find_or_404(_changes_for(request.actor), pk=pk)
    return perform(
        request,
        lambda: actions.carry_out(change.pk, actor=request.actor),
        to=change.get_absolute_url(),
        said="Đã thực hiện thay đổi tổ chức.",
    )


@card("organisation.edit")
def change_known(request: HttpRequest, on: str) -> HttpResponse:
    """What the loaded history will do on a day, as far as the actor's units are concerned."""
    try:
        day = parse_date(on)
    except ValueError:
        day = None
    if day is None or day not in plans.known_days():
        raise Http404
    seen = actions.look_ahead_known(day, actor=request.actor)
    context = {"seen": seen, "day": day, "is_due": day <= clock.today(), "chosen": None}
    return render_page(request, "units/change_known.html", context)


@card("organisation.edit")
def unit_suggest(request: HttpRequest) -> HttpResponse:
    """Units that match what is being typed into a unit field, as options."""
    text = clean(next(iter(request.GET.values()), ""))[:100]
    rows = queries.search_units(_units_for(request.actor), text).order_by("sort_key")[:20] if text else []
    return render(request, "units/_unit_options.html", {"texts": [unit_text(unit) for unit in rows]})
