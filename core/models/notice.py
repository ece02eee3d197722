"""Notices: what a person is told. Work is never a notice, it is computed from states (see units.desk)."""

from django.conf import settings
from django.db import models

from core import clock


class Notice(models.Model):
    """One sentence for one person, with a link; kept until read and afterwards.

    key names the event: one event is told to one person once. Empty = told as often as it is sent.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField("loại", max_length=60)
    key = models.CharField("khóa", max_length=200, blank=True)
    text = models.CharField("nội dung", max_length=500)
    url = models.CharField("đường dẫn", max_length=300, blank=True)
    created_at = models.DateTimeField("gửi lúc", default=clock.now)
    read_at = models.DateTimeField("đọc lúc", null=True)

    class Meta:
        verbose_name = "thông báo"
        ordering = ["-created_at", "-pk"]
        indexes = [
            # count of unread notices beside the bell
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["user", "-created_at"], name="notice_list"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=~models.Q(key=""), name="one_notice_per_event"
            )
        ]

    def __str__(self) -> str:
        return self.text
