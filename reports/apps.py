"""The reports app: menu, dates of the desk, who may read report files."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        # Models are loaded only now.
        from core import files  # noqa: PLC0415
        from reports import queries  # noqa: PLC0415
        from reports.models import ReportRun  # noqa: PLC0415
        from units import desk, navigation  # noqa: PLC0415

        files.register_owner(ReportRun, queries.may_read_files)
        desk.register(queries.desk_dates)
        item = navigation.NavItem
        navigation.register(
            item("", "Tổng quan", "reports:dashboard", "home", "report.view", 5),
            item("Báo cáo – thống kê", "Báo cáo", "reports:run-list", "chart", "report.view", 600),
        )
