"""Report runs: the row is the truth, the task is only transport."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core import clock
from core.wall import ScopedManager
from reports.choices import TONES, ReportKind, RunState


class ReportRun(models.Model):
    """One report of one unit and period, from request to files. Figures are read once and kept; all files
    are written from them. A worker claims the row by compare-and-set and shows life through heartbeat_at.
    """

    kind = models.CharField("loại báo cáo", max_length=20, choices=ReportKind)
    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị", on_delete=models.PROTECT, related_name="report_runs"
    )
    year = models.PositiveSmallIntegerField("năm")
    requested_by = models.ForeignKey(
        "units.User", null=True, on_delete=models.PROTECT, related_name="report_runs"
    )
    assignment = models.ForeignKey(
        "units.RoleAssignment", null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField("yêu cầu lúc", default=clock.now)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField("trạng thái", max_length=20, choices=RunState, default=RunState.REQUESTED)
    attempt = models.PositiveSmallIntegerField("lần lập", default=0)
    step = models.CharField("bước", max_length=120, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("xong lúc", null=True)
    figures = models.JSONField("số liệu", null=True)
    checksum = models.CharField("mã kiểm tra số liệu", max_length=64, blank=True)
    error = models.TextField("lỗi", blank=True)
    files = GenericRelation("core.StoredFile")

    objects = ScopedManager()

    class Meta:
        verbose_name = "lần lập báo cáo"
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "-requested_at"], name="run_unit"),
            # the sweeper's question
            models.Index(
                fields=["heartbeat_at"], condition=Q(state__in=["requested", "running"]), name="run_live"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state__in=["requested", "running"]),
                name="one_live_run",
                violation_error_message="Báo cáo này đang được lập.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} – {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("reports:run-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")

    @property
    def is_live(self) -> bool:
        return self.state in (RunState.REQUESTED, RunState.RUNNING)

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0
