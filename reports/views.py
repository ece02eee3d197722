"""Pages of reports: overview, list, request, progress and result."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from core import clock
from core.documents.charts import chart_svg
from core.documents.pdf import cell_text, column_places, head_groups
from core.documents.tree import Chart, Table
from core.web import card, find_or_404, page_of, render_page, run_action
from reports import actions, queries, sheets
from reports.choices import ReportKind
from reports.forms import RequestForm
from reports.periods import FIRST_YEAR
from units.desk import desk_of
from units.permissions import holds

REPORT_SHEETS = (
    sheets.comparison,
    sheets.comparison_of_rates,
    sheets.response,
    sheets.response_by_campaign,
    sheets.contents,
    sheets.criteria,
    sheets.grades,
    sheets.initiatives,
    sheets.nominations,
    sheets.honours,
    sheets.honours_by_level,
    sheets.honours_by_ground,
    sheets.people,
    sheets.branches,
    sheets.missing_summary,
)
YEARS_SHOWN = 4
CHART_WIDTH = 350
OPEN_SHEETS = {"so-sanh", "noi-dung", "khen-thuong", "chua-gui-tong-hop"}


@card("report.view")
def dashboard(request: HttpRequest) -> HttpResponse:
    """The year of the actor's unit in one look."""
    actor = request.actor
    today = clock.today()
    asked = request.GET.get("year", "")
    is_year = (
        asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= today.year
    )
    year = int(asked) if is_year else today.year
    found = queries.overview(actor.unit, year)
    desk = desk_of(actor, today)
    return render_page(
        request,
        "reports/dashboard.html",
        {
            "figures": found,
            "headline": headline_of(found),
            "year": year,
            "years": range(today.year, max(today.year - YEARS_SHOWN, FIRST_YEAR), -1),
            "contents": drawn(sheets.contents_chart(found)) if found["targets"]["targets"] else None,
            "honours": drawn(sheets.honours_chart(found)) if found["honours"]["honours"] else None,
            "people": shown(sheets.people(found)),
            "branches": shown(sheets.branches(found)),
            "waiting": desk.mine[:5],
            "waiting_count": len(desk.mine),
        },
    )


@card("report.view")
def run_list(request: HttpRequest) -> HttpResponse:
    """Reports of the scope, newest first, beside the form that asks for a new one."""
    actor = request.actor
    mine = request.GET.get("mine") == "1"
    form = RequestForm(actor=actor, initial=_initial(request)) if holds(actor, "report.request") else None
    page = page_of(request, queries.listed_runs(actor, mine=mine))
    return render_page(request, "reports/run_list.html", {"page": page, "mine": mine, "request_form": form})


@card("report.request", methods=("GET", "POST"))
def run_new(request: HttpRequest) -> HttpResponse:
    """Ask for a report."""
    actor = request.actor
    form = RequestForm(request.POST or None, actor=actor, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        done = run_action(
            request,
            form,
            lambda: actions.request_report(
                wanted["kind"], wanted["year"], wanted["unit"], actor=actor, today=clock.today()
            ),
            to=lambda run: run.get_absolute_url(),
        )
        if done:
            return done
    return render_page(request, "reports/run_new.html", {"form": form})


@card("report.view", loads="run")
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress while it is built, then figures and files. The progress asks for its fragment every second."""
    run = find_or_404(queries.runs_for(request.actor), pk=pk)
    context: dict[str, Any] = {"run": run, "fragment": "reports/_run_progress.html"}
    if not getattr(request, "htmx", False):
        context |= {"files": run.files.order_by("name")}
        if run.figures:
            context |= {
                "headline": headline_of(run.figures),
                "sheets": [shown(make(run.figures)) for make in REPORT_SHEETS],
                "missing": run.figures["missing"],
                "gaps": run.figures["gaps"],
            }
    response = render_page(request, "reports/run_detail.html", context)
    if getattr(request, "htmx", False) and not run.is_live:
        response["HX-Refresh"] = "true"
    return response


# --- what templates get --------------------------------------------------------------------------------
def _initial(request: HttpRequest) -> dict[str, Any]:
    actor = request.actor
    today = clock.today()
    asked = {name: request.GET[name] for name in ("kind", "year", "unit") if request.GET.get(name)}
    kind = ReportKind.YEAR_END if today.month > 6 else ReportKind.SIX_MONTH
    return {"kind": kind, "year": today.year, "unit": actor.unit.pk if actor.unit else None} | asked


def headline_of(figures: dict[str, Any]) -> list[dict[str, str]]:
    """The five figures with their change in words."""
    return [row | {"note": _change(row)} for row in figures["headline"]]


def _change(row: dict[str, Any]) -> str:
    if row["previous"] is None or row["difference"] is None:
        return "không có số liệu kỳ trước"
    before = f"kỳ trước {sheets.text_of(row['previous'])}"
    step = row["difference"]
    if not step:
        return f"không đổi so với {before}"
    word = "tăng" if step > 0 else "giảm"
    share = f" ({sheets.text_of(row['change'].lstrip('-'))}\u00a0%)" if row["change"] else ""
    return f"{word} {sheets.text_of(abs(step))}{share}, {before}"


def shown(table: Table) -> dict[str, Any]:
    """A table of the report for the page: the same head, rows, totals and words."""
    places = [column_places(table, at) for at in range(len(table.columns))]
    groups = set(table.group_rows)

    def cells(row: tuple[Any, ...]) -> list[dict[str, Any]]:
        columns = zip(table.columns, row, places, strict=True)
        return [
            {"text": cell_text(value, column, place), "is_number": column.is_numeric, "label": column.title}
            for column, value, place in columns
        ]

    heads = head_groups(table.columns)
    return {
        "key": table.key,
        "is_open": table.key in OPEN_SHEETS,
        "title": table.title,
        "note": table.note,
        "unit": table.unit,
        "has_groups": any(name for name, _ in heads),
        "heads": [{"name": name, "columns": columns, "span": len(columns)} for name, columns in heads],
        "columns": table.columns,
        "rows": [{"is_group": at in groups, "cells": cells(row)} for at, row in enumerate(table.rows)],
        "totals": cells(table.totals()) if table.has_total else [],
        "total_label": table.total_label,
    }


def drawn(chart: Chart) -> dict[str, Any]:
    """A chart as drawing, with its figures as a table beneath."""
    rows = [
        {"label": label, "values": [sheets.text_of(numbers[at]) for _, numbers in chart.series]}
        for at, label in enumerate(chart.labels)
    ]
    return {
        "title": chart.title,
        "svg": chart_svg(chart, CHART_WIDTH),
        "names": [name for name, _ in chart.series],
        "rows": rows,
    }
