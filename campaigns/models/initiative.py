"""Initiatives (sáng kiến) and research works, their authors and recognition."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from campaigns.choices import NEXT_STEPS, TONES, InitiativeKind, InitiativeState, Scope
from core.wall import ScopedManager


class Initiative(models.Model):
    """One solution of a unit's people, from draft to recognition. held_by is the unit whose turn it is."""

    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị", on_delete=models.PROTECT, related_name="initiatives"
    )
    held_by = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    kind = models.CharField("loại", max_length=20, choices=InitiativeKind, default=InitiativeKind.INITIATIVE)
    title = models.CharField("tên sáng kiến, đề tài", max_length=400)
    search_key = models.CharField(max_length=500, editable=False)
    field = models.CharField("lĩnh vực áp dụng", max_length=200)
    problem = models.TextField("tình trạng giải pháp đã biết")
    solution = models.TextField("nội dung giải pháp")
    benefit = models.TextField("hiệu quả, lợi ích")
    scope = models.CharField("phạm vi đề nghị", max_length=20, choices=Scope, default=Scope.UNIT)
    state = models.CharField(
        "trạng thái", max_length=20, choices=InitiativeState, default=InitiativeState.DRAFT
    )
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    recognised_scope = models.CharField("phạm vi được công nhận", max_length=20, choices=Scope, blank=True)
    number = models.CharField("số quyết định công nhận", max_length=60, blank=True)
    recognised_on = models.DateField("ngày công nhận", null=True, blank=True)
    refused_reason = models.TextField("lý do không công nhận", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "sáng kiến"
        verbose_name_plural = "sáng kiến"
        ordering = ["-year", "-pk"]
        indexes = [
            models.Index(fields=["unit", "-year"], name="initiative_unit_year"),
            models.Index(fields=["held_by"], condition=Q(state="submitted"), name="initiative_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="recognised") | (~Q(number="") & Q(recognised_on__isnull=False)),
                name="recognised_has_number",
                violation_error_message="Công nhận sáng kiến phải có số và ngày quyết định.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaigns:initiative-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")

    @property
    def next_step(self) -> str:
        return NEXT_STEPS["initiative"][self.state]

    @property
    def is_editable(self) -> bool:
        return self.state == InitiativeState.DRAFT


class InitiativeAuthor(models.Model):
    """One author's share of an initiative, in per cent; the shares of one initiative sum to 100."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(
        "units.Person", verbose_name="tác giả", on_delete=models.PROTECT, related_name="initiatives"
    )
    share = models.DecimalField("tỷ lệ đóng góp (%)", max_digits=5, decimal_places=2)

    objects = ScopedManager()

    class Meta:
        verbose_name = "tác giả"
        ordering = ["-share", "person__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "person"],
                name="author_once",
                violation_error_message="Mỗi tác giả chỉ được ghi một lần.",
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=100),
                name="share_range",
                violation_error_message="Tỷ lệ đóng góp phải lớn hơn 0 và không quá 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.share} %)"
