"""Imports from sheets: one run, its rows, and the columns remembered for the next time."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.wall import ScopedManager


class SheetState(models.TextChoices):
    READING = "reading", "Đang đọc tệp"
    MAPPING = "mapping", "Chờ ghép cột"
    CHECKING = "checking", "Đang kiểm tra"
    READY = "ready", "Chờ xác nhận"
    TAKING = "taking", "Đang nhập"
    DONE = "done", "Đã nhập xong"
    FAILED = "failed", "Không đọc được"


SHEET_TONES = {
    SheetState.READING: "info",
    SheetState.MAPPING: "warn",
    SheetState.CHECKING: "info",
    SheetState.READY: "warn",
    SheetState.TAKING: "info",
    SheetState.DONE: "ok",
    SheetState.FAILED: "danger",
}


class RowState(models.TextChoices):
    NEW = "new", "Thêm mới"
    CHANGE = "change", "Sẽ thay đổi"
    SAME = "same", "Đã có, không đổi"
    FAULTY = "faulty", "Có lỗi"
    TAKEN = "taken", "Đã nhập"


class SheetImport(models.Model):
    """One workbook somebody wants to take in: read, mapped, previewed, then taken.

    kind: key of the registered kind (core.sheets). scope_id: number of the unit it was started for (opaque
    here); assignment_id: the role in use when it was started, asked again by the worker.
    """

    kind = models.CharField("loại dữ liệu", max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    assignment_id = models.BigIntegerField(null=True)
    scope_id = models.BigIntegerField(null=True)
    state = models.CharField("trạng thái", max_length=10, choices=SheetState, default=SheetState.READING)
    files = GenericRelation("core.StoredFile")
    sheet_name = models.CharField("trang tính", max_length=100, blank=True)
    header_row = models.PositiveIntegerField("dòng tiêu đề", default=1)
    headings = models.JSONField("tiêu đề các cột", default=list)
    mapping = models.JSONField("ghép cột", default=dict)
    total = models.PositiveIntegerField("số dòng", default=0)
    done = models.PositiveIntegerField("đã xử lý", default=0)
    counts = models.JSONField("kết quả theo loại", default=dict)
    error = models.TextField("lỗi", blank=True)
    created_at = models.DateTimeField("bắt đầu lúc", default=clock.now)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("xong lúc", null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "lần nhập từ bảng tính"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "-created_at"], name="sheet_user")]

    def __str__(self) -> str:
        return f"Bảng tính ngày {timezone.localtime(self.created_at):%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("core:sheet-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return SHEET_TONES[SheetState(self.state)]

    @property
    def is_live(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in (SheetState.READING, SheetState.CHECKING, SheetState.TAKING)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class SheetRow(models.Model):
    """One row of the sheet. values: field → text as read or corrected on screen; changes: field → [old, new];
    faults: list of {"field", "cell", "text"}.
    """

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("dòng")
    values = models.JSONField("nội dung", default=dict)
    state = models.CharField("kết quả", max_length=10, choices=RowState, default=RowState.NEW)
    changes = models.JSONField("thay đổi", default=dict)
    faults = models.JSONField("lỗi", default=list)

    objects = ScopedManager()

    class Meta:
        verbose_name = "dòng nhập"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet_import", "number"], name="sheet_row_once")]
        indexes = [models.Index(fields=["sheet_import", "state", "number"], name="sheet_row_state")]

    def __str__(self) -> str:
        return f"Dòng {self.number}"


class SheetMapping(models.Model):
    """The columns a unit's sheets have, remembered by their headings, so that nobody maps them twice."""

    kind = models.CharField(max_length=40)
    scope_id = models.BigIntegerField(null=True)
    fingerprint = models.CharField("dấu của tiêu đề", max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "ghép cột đã nhớ"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope_id", "fingerprint"], nulls_distinct=False, name="one_mapping"
            )
        ]

    def __str__(self) -> str:
        return self.kind
