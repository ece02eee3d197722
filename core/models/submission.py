"""Idempotency: one rendered form has one effect, however often it is sent."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class FormSubmission(models.Model):
    """A form that has been carried out, and where its sender was led afterwards."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.UUIDField("mã biểu mẫu")
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "lần gửi biểu mẫu"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_effect_per_form")]

    def __str__(self) -> str:
        return str(self.key)
