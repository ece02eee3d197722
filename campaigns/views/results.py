"""The yearly results of units."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from campaigns import queries
from campaigns.actions import results as actions
from campaigns.forms.base import ListFilter
from campaigns.forms.initiatives import ResultForm
from campaigns.views.parts import sent
from core import clock
from core.web import card, find_or_404, page_of, render_page, run_action, version_of
from units.permissions import holds
from units.queries import search_units


def _day(year: int) -> date:
    return min(clock.today(), date(year, 12, 31))


def _years() -> list[int]:
    return [clock.today().year - back for back in range(6)]


@card("result.view")
def result_list(request: HttpRequest) -> HttpResponse:
    """Units directly below and how they were graded in a year."""
    filters = ListFilter(request.GET, label="Tìm đơn vị", years=_years(), year=clock.today().year)
    year = filters.get("year") or clock.today().year
    rows = queries.result_units_for(request.actor, _day(year)).order_by("sort_key", "pk")
    page = page_of(request, search_units(rows, filters.get("q") or ""))
    results = queries.results_by_unit(page, year)
    for unit in page:
        unit.result = results.get(unit.pk)
    context = {
        "page": page,
        "filters": filters,
        "year": year,
        "may_edit": holds(request.actor, "result.edit"),
    }
    context["counts"] = queries.result_counts(rows, year)
    return render_page(request, "campaigns/result_list.html", context, status=200)


@card("result.edit", methods=("GET", "POST"), loads="unit")
def result_edit(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Record or correct the result of one unit for one year."""
    if not 1990 <= year <= clock.today().year:
        raise Http404
    unit = find_or_404(queries.units_to_grade(request.actor, _day(year)), pk=pk)
    result = queries.result_of(unit, year)
    names = ("grade", "is_outstanding", "document")
    form = ResultForm(sent(request), initial={n: getattr(result, n) for n in names} if result else {})
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_result(pk, year, **form.cleaned_data, version=version, actor=request.actor),
            to=f"{reverse('campaigns:result-list')}?year={year}",
            said=f"Đã ghi kết quả xếp loại năm {year} của {unit.display_name}.",
        )
        if done:
            return done
    shown = request.POST.get("version") or (result.version if result else "")
    context = {"form": form, "unit": unit, "year": year, "result": result, "version": shown}
    return render_page(request, "campaigns/result_form.html", context)
