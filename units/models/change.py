"""Decisions that change the organisation, and the names units had."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core import clock
from units.choices import ChangeKind, ChangeState
from units.models.unit import Unit


class OrganisationChange(models.Model):
    """One decision that opens, renames, moves, merges, splits or closes units on a day.

    plan holds what the action needs on that day (codes of units, names, chosen roles); summary what it moved,
    as the preview had counted it. Written by actions.changes.
    """

    kind = models.CharField("hình thức", max_length=10, choices=ChangeKind)
    on = models.DateField("ngày hiệu lực")
    document = models.CharField("văn bản quyết định", max_length=250)
    note = models.TextField("ghi chú", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=ChangeState, default=ChangeState.PLANNED)
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", null=True, on_delete=models.PROTECT, related_name="changes"
    )
    plan = models.JSONField("nội dung", default=dict)
    summary = models.JSONField("kết quả chuyển", default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField("lập lúc", default=clock.now)
    done_at = models.DateTimeField("thực hiện lúc", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "quyết định về tổ chức"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["on"], condition=Q(state="planned"), name="change_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.on:%d/%m/%Y})"

    def get_absolute_url(self) -> str:
        return reverse("units:change-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {"planned": "warn", "done": "ok", "cancelled": "neutral"}[self.state]


class UnitName(models.Model):
    """A name a unit had before its present one, until a day (exclusive), by a document."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField("tên", max_length=250)
    short_name = models.CharField("tên viết tắt", max_length=120, blank=True)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến trước ngày")
    document = models.CharField("văn bản đổi tên", max_length=250, blank=True)

    class Meta:
        verbose_name = "tên cũ của đơn vị"
        ordering = ["-valid_to"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to__gt=F("valid_from")), name="unit_name_period"
            ),
            models.UniqueConstraint(fields=["unit", "valid_to"], name="one_name_until_a_day"),
        ]

    def __str__(self) -> str:
        return self.name
