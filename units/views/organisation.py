"""The tree of units on a day, and one unit through time."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date

from core import clock
from core.text import clean
from core.web import card, find_or_404, page_of, render_page
from units import queries, tree
from units.models import Unit
from units.unit_sections import sections_of


def _day(request: HttpRequest) -> date:
    """The day asked for by ?on=YYYY-MM-DD or dd/mm/yyyy, today when absent or wrong."""
    text = request.GET.get("on", "").strip()
    if text.count("/") == 2:
        day, month, year = text.split("/")
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        return parse_date(text) or clock.today()
    except ValueError:
        return clock.today()


def _on(day: date) -> str:
    """What an address carries on: the day when it is not today."""
    return "" if day == clock.today() else f"?on={day:%d/%m/%Y}"


@card("unit.view")
def unit_tree(request: HttpRequest) -> HttpResponse:
    """The units of the actor's scope as a tree on a day, or the matches of a search with their place."""
    text, day = clean(request.GET.get("q", ""))[:100], _day(request)
    found = tree.organogram(request.actor, day)
    context = {"q": text, "day": day, "today": clock.today(), "on": _on(day), "found": found}
    if text:
        context["page"] = page_of(request, found.search(text))
    return render_page(request, "units/unit_tree.html", context)


@card("unit.view", loads="unit")
def unit_branch(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands under one unit on a day (?kind= narrows it): a fragment, or a page of its own."""
    unit = find_or_404(queries.units_for(request.actor), pk=pk)
    day, kind = _day(request), request.GET.get("kind", "")
    found = tree.organogram(request.actor, day)
    branch = found.branches.get(unit.pk)
    groups = branch.groups if branch else []
    rows = [row for group in groups if group.kind == kind for row in group.rows]
    context = {
        "unit": unit, "branch": branch, "groups": groups, "rows": rows, "day": day, "on": _on(day),
        "today": clock.today(), "is_one_kind": bool(rows),
    }  # fmt: skip
    if getattr(request, "htmx", False):
        return render(request, "units/_unit_level.html", context)
    return render_page(request, "units/unit_branch.html", context)


@card("unit.view", loads="unit")
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit on a day: people and heads, units below, history, and what the apps above tell (?tab=)."""
    unit = find_or_404(queries.units_for(request.actor), pk=pk)
    day = _day(request)
    ancestors = tree.predecessors_of(unit)
    sections = sections_of(request.actor, unit, ancestors, day)
    wanted = request.GET.get("tab", "")
    section = next((s for s in sections if s.key == wanted), None)
    tab = wanted if section or wanted in ("below", "history") else "people"
    heads = queries.posts_of(unit, day).filter(is_unit_head=True)
    context = {
        "unit": unit, "day": day, "today": clock.today(), "on": _on(day), "tab": tab, "section": section,
        "sections": sections, "name": tree.name_on(unit, day), "parent": queries.parent_of(unit, day),
        "scope_path": request.actor.unit.path, "scope_length": f":{len(request.actor.unit.path)}",
        "heads": heads,
        "ancestors": ancestors, "is_open": unit.is_open_on(day),
        "heirs": unit.successions.select_related("successor").order_by("on", "pk"),
        "below": queries.children_of(unit, day).count(), "tabs": _tabs(unit, day, sections, tab),
    }  # fmt: skip
    return render_page(request, "units/unit_detail.html", context | _tab_context(request, unit, day, tab))


def _tabs(unit: Unit, day: date, sections: list, tab: str) -> list[dict[str, object]]:
    titles = [("people", "Người và lãnh đạo"), ("below", "Đơn vị trực thuộc"), ("history", "Lịch sử")]
    titles += [(section.key, section.title) for section in sections]
    base, on = reverse("units:unit-detail", args=[unit.pk]), _on(day)
    link = f"{base}{on}{'&' if on else '?'}tab="
    return [{"title": title, "url": f"{link}{key}", "is_on": key == tab} for key, title in titles]


def _tab_context(request: HttpRequest, unit: Unit, day: date, tab: str) -> dict[str, object]:
    if tab == "people":
        page = page_of(request, queries.posts_of(unit, day))
        unplaced = queries.unplaced_of(unit, clock.today()) if unit.valid_to and unit.valid_to <= day else []
        return {"page": page, "unplaced": unplaced}
    if tab == "below":
        children = list(queries.children_of(unit, day))
        names = tree.names_on([child.pk for child in children], day)
        return {"children": [(child, names.get(child.pk, child.name)) for child in children]}
    return {"history": tree.history_of(unit)} if tab == "history" else {}
