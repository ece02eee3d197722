"""Reading report runs, and figures for pages (cached for a minute as long as nothing has changed)."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.urls import reverse

from reports import figures
from reports.choices import ReportKind, RunState
from reports.models import ReportRun
from reports.periods import Period, period_of
from units.choices import UnitKind
from units.desk import DeskDate
from units.models import Unit
from units.permissions import Actor, allows, holds, scope

CACHE_SECONDS = 60
MOST_CHOICES = 400


def runs_for(actor: Actor) -> QuerySet[ReportRun]:
    """Runs of units the actor may see reports of."""
    return ReportRun.objects.filter(scope(actor, "report.view")).select_related(
        "unit", "requested_by__person"
    )


def listed_runs(actor: Actor, *, mine: bool = False) -> QuerySet[ReportRun]:
    """The list: newest first, without the heavy figures; only the actor's own on request."""
    rows = runs_for(actor).defer("figures")
    return rows.filter(requested_by=actor.user) if mine else rows


def may_read_files(actor: Actor, run: ReportRun) -> bool:
    """Whether the actor may download the files of a run: finished, and of a unit whose reports the role
    sees.
    """
    return run.state == RunState.READY and allows(actor, "report.view", run.unit)


def reportable_units(actor: Actor) -> QuerySet[Unit]:
    """Units the actor may ask reports for, the own one first in the tree; in a very large tree the two upper
    levels.
    """
    rows = Unit.objects.filter(scope(actor, "report.request", "")).order_by("path")
    if actor.unit is not None and rows[MOST_CHOICES:].exists():
        levels = actor.unit.path.count("/") - 1 + 2
        rows = rows.filter(path__regex=rf"^/([^/]+/){{1,{levels}}}$")
    return rows


def live_or_ready(fingerprint: str) -> ReportRun | None:
    """The run that already answers the same request, or None."""
    rows = ReportRun.objects.filter(
        fingerprint=fingerprint, state__in=[RunState.REQUESTED, RunState.RUNNING, RunState.READY]
    )
    return rows.order_by("-pk").first()


def fingerprint_of(kind: str, year: int, unit: Unit, version: int) -> str:
    """The same kind, unit, year and state of the data give the same fingerprint."""
    return hashlib.sha256(f"{kind}|{unit.pk}|{year}|{version}".encode()).hexdigest()


def overview(unit: Unit, year: int) -> dict[str, Any]:
    """The year's figures of a unit for the dashboard; kept for a minute unless the data changes."""
    key = f"overview:{unit.pk}:{year}:{figures.data_version()}"
    found = cache.get(key)
    if found is None:
        found = figures.compute(unit, year_of(year), with_list=False)
        cache.set(key, found, CACHE_SECONDS)
    return found


def year_of(year: int) -> Period:
    """The whole year as a period."""
    return period_of(str(ReportKind.YEAR_END), year)


def desk_dates(actor: Actor, today: date) -> list[DeskDate]:
    """The next date on which the ministry's periodic report is built, when it is within thirty days."""
    if not holds(actor, "report.request") or actor.unit is None or actor.unit.kind != UnitKind.MINISTRY:
        return []
    days = {
        date(today.year, 6, 30): ("Lập báo cáo sơ kết 6 tháng", ReportKind.SIX_MONTH),
        date(today.year, 12, 31): ("Lập báo cáo tổng kết năm", ReportKind.YEAR_END),
    }
    return [
        DeskDate(day, f"{words} {day.year}", f"{reverse('reports:run-new')}?kind={kind}&year={day.year}")
        for day, (words, kind) in days.items()
        if today <= day <= today + timedelta(days=30)
    ]
