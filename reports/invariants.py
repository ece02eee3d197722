"""What must be true of report runs at every moment, and the trial of a restored copy."""

from core import invariants
from reports import figures
from reports.building import checksum_of
from reports.choices import RunState
from reports.models import ReportRun
from reports.periods import period_of


def register() -> None:
    """Add the checks of this app to verify_all."""
    invariants.register_sql(
        "stuck_reports",
        "reports_reportrun",
        "SELECT row.id FROM reports_reportrun row WHERE row.state IN ('requested', 'running') "
        "AND row.heartbeat_at < now() - interval '1 hour'",
        "Báo cáo chờ hoặc đang lập nhưng quá một giờ không có dấu hiệu hoạt động.",
    )
    invariants.register("report_figures", figures_kept)
    invariants.register_trial("figure", figure)


def figures_kept() -> tuple[int, invariants.Fault | None]:
    """The figures of finished reports are those their checksum was made of."""
    rows = ReportRun.objects.filter(state__in=(RunState.READY, RunState.EXPIRED)).order_by("pk")
    fault, count = None, 0
    for run in rows.iterator(chunk_size=100):
        count += 1
        if fault is None and (run.figures is None or checksum_of(run.figures) != run.checksum):
            fault = invariants.Fault(f"báo cáo {run.pk}", "Số liệu không khớp mã kiểm tra.")
    return count, fault


def figure() -> str:
    """Trial on a restored copy: count the figures of the newest finished report's unit and period anew."""
    run = ReportRun.objects.filter(state=RunState.READY).select_related("unit").first()
    if run is None:
        return "chưa có báo cáo nào để tính lại"
    found = figures.compute(run.unit, period_of(run.kind, run.year))
    return f"tính lại được {len(found)} nhóm số liệu của báo cáo {run.pk}"
