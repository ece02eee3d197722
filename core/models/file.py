"""Stored files: content-addressed, inspected before they are kept, served only through their owner."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core import clock


class StoredFile(models.Model):
    """One file as one owner keeps it (an evidence, a paper, a report); equal contents share
    the bytes on disk.

    Created by core.files.keep. The owner decides who may read it (core.files.register_owner).
    """

    sha256 = models.CharField("mã băm", max_length=64)
    size = models.BigIntegerField("kích thước (byte)")
    name = models.CharField("tên tệp", max_length=200)
    media_type = models.CharField("loại nội dung", max_length=120)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    owner = GenericForeignKey("content_type", "object_id")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField("tải lên lúc", default=clock.now)

    class Meta:
        verbose_name = "tệp lưu trữ"
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="file_owner"),
            # integrity sweep and «is this content still used»
            models.Index(fields=["sha256"], name="file_content"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the bytes lie in the storage; two levels of folders keep each folder small."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"
