"""Signs of life: workers that beat, backups that were made and tried."""

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a part of the system last showed that it works (a worker of a queue, the scheduler)."""

    name = models.CharField("thành phần", max_length=80, unique=True)
    at = models.DateTimeField("lần cuối", default=timezone.now)
    detail = models.JSONField("chi tiết", default=dict)

    class Meta:
        verbose_name = "nhịp hoạt động"

    def __str__(self) -> str:
        return self.name


class BackupKind(models.TextChoices):
    BACKUP = "backup", "Sao lưu"
    RESTORE = "restore", "Phục hồi"


class BackupRun(models.Model):
    """One backup, or one restore that was carried out to see whether the backup is good."""

    kind = models.CharField("loại", max_length=10, choices=BackupKind, default=BackupKind.BACKUP)
    started_at = models.DateTimeField("bắt đầu", default=timezone.now)
    finished_at = models.DateTimeField("kết thúc", null=True)
    is_good = models.BooleanField("tốt", default=False)
    size = models.BigIntegerField("kích thước (byte)", default=0)
    checksum = models.CharField("mã băm", max_length=64, blank=True)
    detail = models.JSONField("chi tiết", default=dict)
    error = models.TextField("lỗi", blank=True)

    class Meta:
        verbose_name = "lần sao lưu"
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%d/%m/%Y}"
