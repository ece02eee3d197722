"""The tree of units, one unit, one person."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date

from core import clock
from core.text import clean
from core.web import card, find_or_404, page_of, render_page
from units import queries
from units.models import Person, Posting


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


@card("unit.view")
def unit_tree(request: HttpRequest) -> HttpResponse:
    """The units of the actor's scope as a tree on a day, or the matches of a search."""
    text, day = clean(request.GET.get("q", ""))[:100], _day(request)
    context = {"q": text, "day": day, "today": clock.today()}
    if text:
        rows = queries.search_units(queries.units_for(request.actor).open_on(day), text)
        return render_page(request, "units/unit_tree.html", context | {"page": page_of(request, rows)})
    tree = queries.tree_below(request.actor.unit, day)
    return render_page(request, "units/unit_tree.html", context | {"tree": tree})


@card("unit.view", loads="unit")
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit on a day: where it stands, who works there, what became of it."""
    unit = find_or_404(queries.units_for(request.actor), pk=pk)
    day = _day(request)
    context = {
        "unit": unit,
        "day": day,
        "today": clock.today(),
        "parent": queries.parent_of(unit, day),
        "children": queries.children_of(unit, day),
        "page": page_of(request, queries.posts_of(unit, day)),
        "successions": unit.successions.select_related("successor"),
        "origins": unit.origins.select_related("predecessor"),
        "placements": unit.placements.select_related("parent"),
    }
    return render_page(request, "units/unit_detail.html", context)


@card("unit.view", loads="person", personal=True)
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person of the actor's scope and the posts held."""
    people = queries.people_for(request.actor, clock.today())
    person = find_or_404(Person.objects.filter(pk__in=people.values("pk")), pk=pk)
    posts = Posting.objects.filter(person=person).select_related("unit")
    return render_page(request, "units/person_detail.html", {"person": person, "posts": posts})
