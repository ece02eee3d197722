"""The archive of honours and the dated catalogue."""

from django.http import HttpRequest, HttpResponse

from awards import queries
from awards.choices import Category
from awards.forms import DayForm, HonourFilter
from awards.models import AwardKind
from core import clock
from core.web import card, find_or_404, page_of, render_page
from units.models import Unit
from units.queries import search_units

SORTS = {
    "name": ("subject_search",),
    "award": ("award__rank", "award_code"),
    "unit": ("unit_name",),
    "year": ("year",),
    "day": ("decided_on",),
}


@card("honour.view", personal=True)
def honour_list(request: HttpRequest) -> HttpResponse:
    """Honours in reach by receiver, year, award and unit."""
    rows = queries.honours_for(request.actor)
    kinds = AwardKind.objects.filter(pk__in=rows.order_by().values("award"))
    form = HonourFilter(request.GET or None, awards=queries.award_choices(kinds))
    data = form.cleaned_data if form.is_valid() else {}
    if data.get("q"):
        rows = queries.search_honours(rows, data["q"])
    if data.get("year"):
        rows = rows.filter(year=data["year"])
    if data.get("award"):
        rows = rows.filter(award_code=data["award"])
    if data.get("unit"):
        rows = rows.filter(unit__in=search_units(Unit.objects.all(), data["unit"]))
    asked = request.GET.get("sort", "")
    names = SORTS.get(asked.removeprefix("-"), ())
    sign = "-" if asked.startswith("-") else ""
    rows = rows.order_by(*(f"{sign}{name}" for name in names), "-decided_on", "-pk")
    return render_page(
        request, "awards/honour_list.html", {"page": page_of(request, rows), "filter": form}, status=200
    )


@card("honour.view", loads="honour", personal=True)
def honour_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One honour with its certificate; while that is being made, the part of the page asks again (htmx)."""
    honour = find_or_404(queries.honours_for(request.actor), pk=pk)
    same = queries.honours_for(request.actor).exclude(pk=honour.pk)
    if honour.person_id:
        others = same.filter(person=honour.person_id)
    else:
        others = same.filter(unit=honour.unit_id, person=None)
    context = {
        "honour": honour,
        "certificate": honour.files.order_by("-pk").first(),
        "others": others.order_by("-decided_on", "-pk")[:20],
        "fragment": "awards/_certificate.html",
    }
    return render_page(request, "awards/honour_detail.html", context)


@card("honour.view")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Titles and forms in force on a day, with source, vote, papers and what is still open."""
    form = DayForm(request.GET or None)
    asked = form.cleaned_data.get("on") if form.is_valid() else None
    day = asked or clock.today()
    rows = list(queries.catalogue(day))
    groups = [(category.label, [row for row in rows if row.category == category]) for category in Category]
    context = {"filter": form, "day": day, "groups": groups, "today": clock.today()}
    return render_page(
        request, "awards/catalogue.html", context, status=200 if form.is_valid() or not form.is_bound else 422
    )
