"""The reports app: menu, dates of the desk, who may read report files."""

from django.apps import AppConfig

AUDIT_LABELS = {
    "report.request": "Yêu cầu lập báo cáo",
    "report.requeue": "Lập lại báo cáo sau gián đoạn",
    "report.finish": "Lập xong báo cáo",
    "report.fail": "Không lập được báo cáo",
    "report.expire": "Xóa tệp báo cáo hết hạn lưu",
}

NOTICE_KINDS = {
    "report.ready": "Báo cáo đã lập xong",
    "report.failed": "Báo cáo không lập được",
}


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        # Models are loaded only now.
        from core import audit, files, notices  # noqa: PLC0415
        from reports import invariants, queries  # noqa: PLC0415
        from reports.models import ReportRun  # noqa: PLC0415
        from units import desk, navigation  # noqa: PLC0415

        audit.register_labels(AUDIT_LABELS)
        files.register_owner(ReportRun, queries.may_read_files, lambda run: run.unit_id)
        notices.register_kinds(NOTICE_KINDS, group="Báo cáo")
        invariants.register()
        desk.register(queries.desk_dates)
        item = navigation.NavItem
        navigation.register(
            item("", "Tổng quan", "reports:dashboard", "home", "report.view", 5),
            item("Tra cứu, báo cáo", "Báo cáo", "reports:run-list", "chart", "report.view", 600),
        )
