"""The trail: changes, accesses, integrity; the timeline of one object; who saw one person's data."""

from typing import Any
from urllib.parse import quote

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse

from core import access, audit, clock, trail
from core.models import AuditHead, Heartbeat
from core.trail_tasks import ANCHORED, VERIFIED
from core.web import card, find_or_404, render_page
from units import trail_queries as queries
from units.models import Person, Unit
from units.people_queries import people_for
from units.trail_export import accesses_workbook
from units.trail_forms import AboutSearch, AccessSearch, ChangeSearch
from units.trail_words import dress, dress_accesses, kind_name, model_of


def _wanted(form: Form) -> dict[str, Any]:
    """What a search form asks for; nothing is found by a form with an error (it says why)."""
    return form.cleaned_data if form.is_valid() else {}


def _page(
    request: HttpRequest, template: str, form: Form, found: queries.Slice, **context: Any
) -> HttpResponse:
    has_search = any(form.cleaned_data.values()) if form.is_valid() else True
    more = {"form": form, "rows": found.rows, "older": found.older, "has_search": has_search}
    return render_page(request, template, more | context)


@card("audit.view", personal=True)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Changes within reach, newest first: search by person, action, object, unit, days, request code."""
    form = ChangeSearch(request.GET, units=Unit.objects.below(request.actor.unit))
    rows = queries.search_changes(queries.changes_for(request.actor), _wanted(form))
    rows = rows if form.is_valid() else rows.none()
    found = queries.changes_page(rows, request.GET.get("before", ""))
    dress(found.rows)
    return _page(request, "units/audit_list.html", form, found)


@card("audit.view", personal=True)
def access_list(request: HttpRequest) -> HttpResponse:
    """Accesses within reach, newest first: who saw, took out, signed in or was refused."""
    form = AccessSearch(request.GET, units=Unit.objects.below(request.actor.unit))
    rows = queries.search_accesses(queries.accesses_for(request.actor), _wanted(form))
    rows = rows if form.is_valid() else rows.none()
    found = queries.accesses_page(rows, request.GET.get("before", ""))
    dress_accesses(found.rows)
    return _page(request, "units/audit_accesses.html", form, found)


@card("audit.view")
def integrity(request: HttpRequest) -> HttpResponse:
    """Is the trail whole: the last proof, the last anchor, how much is not yet vouched for."""
    beats = {beat.name: beat for beat in Heartbeat.objects.filter(name__in=[ANCHORED, VERIFIED])}
    head = AuditHead.objects.first()
    verified, anchored = beats.get(VERIFIED), beats.get(ANCHORED)
    last = anchored.detail.get("sequence", 0) if anchored else 0
    context = {
        "head": head,
        "verified": verified,
        "anchored": anchored,
        "unanchored": max((head.sequence if head else 0) - last, 0) if last else None,
        "kinds": list(trail.Kind),
    }
    return render_page(request, "units/audit_integrity.html", context)


@card("audit.view", loads="trail_object", personal=True)
def trail_object(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Everything known about one object in one line of time: changes, steps, files, accesses."""
    model = model_of(kind)
    name = queries.subject_for(request.actor, kind, pk)
    if model is None or name is None:
        raise Http404
    access.remember_by_name(kind, str(pk), name)
    context = {
        "name": name,
        "kind_name": kind_name(kind),
        "history": queries.history_of(kind, pk, audit.label_of),
        "person_pk": pk if model is Person else None,
    }
    return render_page(request, "units/trail_object.html", context)


@card("audit.view", loads="person", personal=True)
def person_accesses(request: HttpRequest, pk: int) -> HttpResponse:
    """Who saw the data of one person of the inspector's reach."""
    person = find_or_404(people_for(request.actor, clock.today()), pk=pk)
    form = AboutSearch(request.GET)
    rows = queries.search_about(queries.accesses_about(person), _wanted(form))
    rows = rows if form.is_valid() else rows.none()
    found = queries.accesses_page(rows, request.GET.get("before", ""))
    dress_accesses(found.rows)
    return _page(request, "units/trail_person.html", form, found, person=person)


@card("audit.view", loads="person", personal=True, downloads=True)
def person_accesses_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same list as a workbook."""
    person = find_or_404(people_for(request.actor, clock.today()), pk=pk)
    form = AboutSearch(request.GET)
    rows = queries.search_about(queries.accesses_about(person), _wanted(form))
    entries = list(rows[: queries.MOST_EXPORTED + 1])
    content = accesses_workbook(
        person,
        entries[: queries.MOST_EXPORTED],
        unit_name=request.actor.unit.name,
        day=clock.today(),
        is_cut=len(entries) > queries.MOST_EXPORTED,
    )
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"ai-da-xem-{person.code}.xlsx"
    response["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return response
