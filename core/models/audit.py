"""The trail: one append-only, hash-chained row per change. Triggers number, chain and protect the rows."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One change of business data: who, in which role, did what to which object.

    Written by core.audit.record.

    sequence, at, previous_hash and hash are set by the database trigger; UPDATE, DELETE and TRUNCATE are
    refused.
    """

    sequence = models.BigIntegerField("số thứ tự", unique=True, editable=False, default=0)
    at = models.DateTimeField("thời điểm", db_default=models.functions.Now())
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người thực hiện", null=True, on_delete=models.PROTECT
    )
    actor_label = models.CharField("vai trò", max_length=400)
    action = models.CharField("hành động", max_length=80)
    object_type = models.CharField("loại đối tượng", max_length=80)
    object_id = models.CharField("mã đối tượng", max_length=40)
    object_label = models.CharField("đối tượng", max_length=400)
    unit_id_text = models.CharField("mã đơn vị", max_length=40, blank=True)
    changes = models.JSONField("thay đổi", default=dict)
    note = models.TextField("ghi chú", blank=True)
    request_id = models.CharField("mã yêu cầu", max_length=40, blank=True)
    address = models.CharField("địa chỉ", max_length=60, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "dòng nhật ký"
        ordering = ["-sequence"]
        indexes = [
            # timeline of one object
            models.Index(fields=["object_type", "object_id", "sequence"], name="audit_object"),
            # search by person
            models.Index(fields=["user", "sequence"], name="audit_user"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.object_label}"


class AuditHead(models.Model):
    """The single row that holds the end of the chain; the insert trigger locks it."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.sequence}"
