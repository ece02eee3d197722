"""The ground app."""

from django.apps import AppConfig
from django.core import checks


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Nền tảng"

    def ready(self) -> None:
        # The check reads the fonts of the machine; it needs nothing of the app, only to be registered late.
        from core import audit, files, notices  # noqa: PLC0415
        from core.anchors import check_key  # noqa: PLC0415
        from core.documents.checks import check_fonts  # noqa: PLC0415
        from core.models import SheetImport  # noqa: PLC0415
        from core.sheets import runs as sheet_runs  # noqa: PLC0415

        files.register_owner(
            SheetImport,
            lambda actor, run: sheet_runs.runs_for(actor).filter(pk=run.pk).exists(),
            lambda run: run.scope_id,
        )
        audit.register_labels(
            {
                "sheet.start": "Tải bảng tính lên để nhập",
                "sheet.map": "Ghép cột của bảng tính",
                "sheet.correct": "Sửa dòng của bảng tính trước khi nhập",
                "sheet.confirm": "Xác nhận nhập từ bảng tính",
                "sheet.take": "Nhập xong từ bảng tính",
                "sheet.drop": "Bỏ lần nhập từ bảng tính",
                "file.block": "Chặn tệp có mã độc",
                "file.damage": "Phát hiện tệp lưu trữ bị hỏng hoặc mất",
                "file.repair": "Khôi phục tệp lưu trữ từ bản sao",
            }
        )
        notices.register_kinds(
            {"sheet.done": "Nhập xong từ bảng tính", "sheet.failed": "Không nhập được từ bảng tính"},
            group="Nhập từ bảng tính",
        )
        notices.register_kinds({"file.blocked": "Tệp bị chặn do mã độc"}, group="Tệp lưu trữ", security=True)
        checks.register(check_fonts)
        checks.register(check_key, deploy=True)
