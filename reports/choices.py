"""Words of reports."""

from django.db import models


class ReportKind(models.TextChoices):
    SIX_MONTH = "six_month", "Báo cáo sơ kết 6 tháng"
    YEAR_END = "year_end", "Báo cáo tổng kết năm"


class RunState(models.TextChoices):
    REQUESTED = "requested", "Đang chờ"
    RUNNING = "running", "Đang lập"
    READY = "ready", "Đã xong"
    FAILED = "failed", "Không lập được"
    EXPIRED = "expired", "Đã hết hạn lưu"


TONES: dict[str, str] = {
    RunState.REQUESTED: "info",
    RunState.RUNNING: "info",
    RunState.READY: "ok",
    RunState.FAILED: "danger",
}
