"""Decisions of the authority."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse

from awards.choices import NEXT_STEPS, TONES, DecisionState
from awards.models.nomination import Nomination, Round
from core.wall import ScopedManager


class Decision(models.Model):
    """One award decision: prepared by the standing office, issued by the authority with number, date and
    signer.
    """

    unit = models.ForeignKey(
        "units.Unit", verbose_name="cơ quan ban hành", on_delete=models.PROTECT, related_name="decisions"
    )
    round = models.ForeignKey(
        Round, verbose_name="đợt xét", on_delete=models.PROTECT, related_name="decisions"
    )
    title = models.CharField("trích yếu", max_length=400)
    number = models.CharField("số quyết định", max_length=60, blank=True)
    signed_on = models.DateField("ngày ký", null=True, blank=True)
    signer_name = models.CharField("người ký", max_length=120, blank=True)
    signer_position = models.CharField("chức vụ người ký", max_length=150, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=DecisionState, default=DecisionState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    files = GenericRelation("core.StoredFile")

    objects = ScopedManager()

    class Meta:
        verbose_name = "quyết định khen thưởng"
        verbose_name_plural = "quyết định khen thưởng"
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number", "signed_on"],
                condition=~Q(number=""),
                name="decision_number",
                violation_error_message="Số quyết định này đã được dùng trong cùng ngày ký.",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | (~Q(number="") & Q(signed_on__isnull=False) & ~Q(signer_name="")),
                name="issued_has_number",
                violation_error_message="Quyết định ban hành phải có số, ngày ký và người ký.",
            ),
        ]

    def __str__(self) -> str:
        return f"Quyết định {self.number}" if self.number else f"Dự thảo quyết định: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("awards:decision-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")

    @property
    def next_step(self) -> str:
        return NEXT_STEPS["decision"][self.state]


class DecisionLine(models.Model):
    """One nomination in a decision, in the order of the list."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="lines")
    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="decision_line")
    position = models.PositiveSmallIntegerField("thứ tự")

    objects = ScopedManager()

    class Meta:
        verbose_name = "dòng quyết định"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}. {self.nomination}"
