"""Pledges: what a unit will reach, which titles it aims at, and how far it has come."""

from decimal import Decimal

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse

from campaigns.choices import NEXT_STEPS, TONES, Measure, PledgeState
from campaigns.models.campaign import Campaign, ContentItem
from core import clock
from core.wall import ScopedManager


class Pledge(models.Model):
    """One unit's pledge in one campaign and year. Drafted by the officer, approved by the head."""

    campaign = models.ForeignKey(
        Campaign, verbose_name="phong trào", on_delete=models.PROTECT, related_name="pledges"
    )
    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị", on_delete=models.PROTECT, related_name="pledges"
    )
    year = models.PositiveSmallIntegerField("năm")
    summary = models.TextField("phương hướng chung", blank=True)
    state = models.CharField("trạng thái", max_length=20, choices=PledgeState, default=PledgeState.DRAFT)
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    approved_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    return_reason = models.TextField("lý do trả lại", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "đăng ký thi đua"
        verbose_name_plural = "đăng ký thi đua"
        ordering = ["-year", "unit__sort_key", "pk"]
        indexes = [models.Index(fields=["year", "state"], name="pledge_year_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "year"],
                name="one_pledge_a_year",
                violation_error_message="Đơn vị đã có đăng ký thi đua trong phong trào và năm này.",
            )
        ]

    def __str__(self) -> str:
        return f"Đăng ký thi đua năm {self.year} – {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("campaigns:pledge-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")

    @property
    def next_step(self) -> str:
        return NEXT_STEPS["pledge"][self.state]

    @property
    def is_editable(self) -> bool:
        return self.state in (PledgeState.DRAFT, PledgeState.RETURNED)


class Target(models.Model):
    """One target under one content item: measure, value, due date. YES_NO targets have the value 1."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="targets")
    content = models.ForeignKey(
        ContentItem, verbose_name="nội dung thi đua", on_delete=models.PROTECT, related_name="targets"
    )
    name = models.CharField("chỉ tiêu", max_length=400)
    measure = models.CharField("cách đo", max_length=20, choices=Measure, default=Measure.NUMBER)
    unit_of_measure = models.CharField("đơn vị tính", max_length=40, blank=True)
    value = models.DecimalField("mức đăng ký", max_digits=14, decimal_places=2)
    due_on = models.DateField("hoàn thành trước ngày")
    is_lawmaking = models.BooleanField("nhiệm vụ xây dựng văn bản quy phạm pháp luật", default=False)

    objects = ScopedManager()

    class Meta:
        verbose_name = "chỉ tiêu"
        ordering = ["content__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="target_positive",
                violation_error_message="Mức đăng ký phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.PERCENT) | Q(value__lte=100),
                name="target_percent",
                violation_error_message="Tỷ lệ phần trăm không được vượt quá 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def suffix(self) -> str:
        """What stands after a value: «%», the unit of measure, or nothing."""
        return "%" if self.measure == Measure.PERCENT else self.unit_of_measure


class TitleAim(models.Model):
    """A title the unit aims at: for one of its people, or for the collective itself (person empty)."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="aims")
    title_code = models.CharField("danh hiệu, hình thức", max_length=20)
    person = models.ForeignKey(
        "units.Person",
        verbose_name="cá nhân",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="aims",
    )

    objects = ScopedManager()

    class Meta:
        verbose_name = "danh hiệu đăng ký"
        ordering = ["title_code", "person__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "title_code", "person"],
                name="one_aim",
                nulls_distinct=False,
                violation_error_message="Danh hiệu này đã được đăng ký cho cùng đối tượng.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_code} – {self.person or 'tập thể'}"


class ProgressEntry(models.Model):
    """What had been reached of a target on a day (cumulative), with evidence. Never edited: a new entry
    corrects.
    """

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="progress")
    reported_on = models.DateField("tính đến ngày")
    value = models.DecimalField("kết quả cộng dồn", max_digits=14, decimal_places=2, default=Decimal(0))
    note = models.TextField("diễn giải", blank=True)
    files = GenericRelation("core.StoredFile")
    recorded_by = models.ForeignKey("units.User", null=True, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("ghi lúc", default=clock.now)

    objects = ScopedManager()

    class Meta:
        verbose_name = "kết quả thực hiện"
        ordering = ["-reported_on", "-pk"]
        indexes = [models.Index(fields=["target", "-reported_on", "-id"], name="progress_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="progress_not_negative",
                violation_error_message="Kết quả không được âm.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.value}"
