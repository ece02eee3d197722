"""Who saw what: views of personal data, downloads, exports, sign-ins and refusals, apart from the trail."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class AccessKind(models.TextChoices):
    VIEW = "view", "Xem dữ liệu cá nhân"
    DOWNLOAD = "download", "Tải tệp"
    EXPORT = "export", "Xuất danh sách"
    SIGN_IN = "sign_in", "Đăng nhập"
    SIGN_OUT = "sign_out", "Đăng xuất"
    SIGN_IN_FAILED = "sign_in_failed", "Đăng nhập không thành công"
    REFUSED = "refused", "Bị từ chối"


class AccessEntry(models.Model):
    """One access of one account to one object (or page) within a window of ten minutes.

    Written by core.access; kept for ACCESS_LOG_MONTHS, then deleted by a task. window is the start of the ten
    minutes: a page looked at twice in that time is one row. object_type and object_id are empty for accesses
    without an object.
    """

    at = models.DateTimeField("thời điểm", db_default=Now())
    window = models.DateTimeField("khung giờ")
    kind = models.CharField("loại truy cập", max_length=20, choices=AccessKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="tài khoản", null=True, on_delete=models.PROTECT
    )
    actor_label = models.CharField("người truy cập, vai trò", max_length=400, blank=True)
    route = models.CharField("trang", max_length=120, blank=True)
    object_type = models.CharField("loại đối tượng", max_length=80, blank=True)
    object_id = models.CharField("mã đối tượng", max_length=40, blank=True)
    object_label = models.CharField("đối tượng", max_length=400, blank=True)
    unit_id_text = models.CharField("mã đơn vị", max_length=40, blank=True)
    detail = models.CharField("chi tiết", max_length=400, blank=True)
    request_id = models.CharField("mã yêu cầu", max_length=40, blank=True)
    address = models.CharField("địa chỉ", max_length=60, blank=True)
    session = models.CharField("mã phiên (băm)", max_length=64, blank=True)

    class Meta:
        verbose_name = "dòng nhật ký truy cập"
        ordering = ["-at", "-pk"]
        indexes = [
            # «who saw this person's data»
            models.Index(fields=["object_type", "object_id", "-at"], name="access_object"),
            models.Index(fields=["user", "-at"], name="access_user"),
            # retention sweep and the list, newest first
            models.Index(fields=["-at", "-id"], name="access_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "route", "object_type", "object_id", "detail", "window"],
                nulls_distinct=False,
                name="access_once_a_window",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.object_label}"
