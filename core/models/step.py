"""History of steps: what the tracker on every page shows."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core import clock


class StepRecord(models.Model):
    """One step an object went through (submitted, returned, received …). Written by core.flow.advance."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    step = models.CharField("bước", max_length=60)
    label = models.CharField("tên bước", max_length=120)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    actor_label = models.CharField("vai trò", max_length=400)
    note = models.TextField("ghi chú", blank=True)
    at = models.DateTimeField("thời điểm", default=clock.now)

    class Meta:
        verbose_name = "bước đã qua"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="step_object")]

    def __str__(self) -> str:
        return f"{self.label} ({self.at:%d/%m/%Y})"

    @property
    def who(self) -> str:
        return self.actor_label
