"""Criteria of a campaign by audience."""

from django.db import models

from campaigns.choices import Audience, CriterionCheck
from campaigns.models.campaign import Campaign
from core.wall import ScopedManager


class Criterion(models.Model):
    """One criterion for collectives, individuals or heads of units; the product checks some by itself."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="criteria")
    audience = models.CharField("đối tượng", max_length=20, choices=Audience)
    position = models.PositiveSmallIntegerField("thứ tự")
    text = models.TextField("tiêu chí")
    check_code = models.CharField("cách kiểm tra", max_length=30, choices=CriterionCheck, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "tiêu chí"
        ordering = ["audience", "position"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "audience", "position"], name="criterion_position")
        ]

    def __str__(self) -> str:
        return self.text
