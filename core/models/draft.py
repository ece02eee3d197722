"""Form drafts: what a person was typing, so that nothing typed is ever lost."""

from django.conf import settings
from django.db import models

from core import clock


class FormDraft(models.Model):
    """The last values of one form of one person, saved while typing; removed when the form is sent.

    path and title lead back to the form; scope_id is the number of the unit whose work it is (opaque
    here), so that a handover can pass the draft on.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField("biểu mẫu", max_length=120)
    values = models.JSONField("nội dung")
    path = models.CharField("địa chỉ trang", max_length=300, blank=True)
    title = models.CharField("tên biểu mẫu", max_length=200, blank=True)
    scope_id = models.BigIntegerField(null=True)
    saved_at = models.DateTimeField("lưu lúc", default=clock.now)

    class Meta:
        verbose_name = "bản đang viết"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.key
