"""Stored files: content-addressed, inspected before they are kept, served only through their owner."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core import clock
from core.wall import ScopedManager


class ScanState(models.TextChoices):
    NOT_NEEDED = "not_needed", "Không quét (chưa cấu hình)"
    WAITING = "waiting", "Đang chờ quét mã độc"
    CLEAN = "clean", "Đã quét, an toàn"
    INFECTED = "infected", "Bị chặn do phát hiện mã độc"


class StoredFile(models.Model):
    """One file as one owner keeps it (an evidence, a paper, a report); equal contents share
    the bytes on disk.

    Created by core.files.keep. The owner decides who may read it (core.files.register_owner). scope_id is
    the number of the unit whose people may see it (opaque here; None = everybody the owner allows): the
    second wall of the database reads it. fault says what the integrity sweep found ("" = intact).
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
    scope_id = models.BigIntegerField(null=True, db_index=True)
    scan_state = models.CharField(
        "quét mã độc", max_length=12, choices=ScanState, default=ScanState.NOT_NEEDED
    )
    scanned_at = models.DateTimeField("quét lúc", null=True)
    checked_at = models.DateTimeField("kiểm tra toàn vẹn lúc", null=True)
    fault = models.CharField("lỗi toàn vẹn", max_length=200, blank=True)

    objects = ScopedManager()

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
    def trouble(self) -> str:
        """A few words for pages about a file that not everybody can open now; "" = nothing to say."""
        if self.scan_state in (ScanState.WAITING, ScanState.INFECTED):
            return self.get_scan_state_display()
        return "Tệp đang được khôi phục" if self.fault else ""

    @property
    def path(self) -> str:
        """Where the bytes lie in the storage; two levels of folders keep each folder small."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"
