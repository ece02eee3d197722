"""Messages that leave the house, and how each person wishes to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock


class OutboxState(models.TextChoices):
    WAITING = "waiting", "Chờ gửi"
    SENT = "sent", "Đã gửi"
    FAILED = "failed", "Không gửi được"


class OutboxMessage(models.Model):
    """One e-mail to one person, written in the transaction of what it tells; a relay sends it afterwards.

    key: what it tells to whom, so that no event is told twice. not_before: when the next try is due.
    """

    key = models.CharField("khóa", max_length=250, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    address = models.EmailField("gửi tới")
    subject = models.CharField("tiêu đề", max_length=250)
    body = models.TextField("nội dung")
    state = models.CharField("trạng thái", max_length=10, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    not_before = models.DateTimeField("gửi từ lúc", default=clock.now)
    created_at = models.DateTimeField("lập lúc", default=clock.now)
    sent_at = models.DateTimeField("đã gửi lúc", null=True)
    error = models.CharField("lỗi", max_length=300, blank=True)

    class Meta:
        verbose_name = "thư gửi đi"
        ordering = ["pk"]
        indexes = [models.Index(fields=["not_before", "id"], condition=Q(state="waiting"), name="outbox_due")]

    def __str__(self) -> str:
        return self.subject


class MailMode(models.TextChoices):
    EACH = "each", "Gửi từng thông báo"
    DIGEST = "digest", "Gộp một thư mỗi ngày"
    NONE = "none", "Không gửi thư"


class NoticePreference(models.Model):
    """How one person wishes to be told by e-mail; in-app notices always arrive. No row = one digest a day."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference"
    )
    mail_mode = models.CharField("thư điện tử", max_length=10, choices=MailMode, default=MailMode.DIGEST)
    muted_kinds = models.JSONField("loại không gửi thư", default=list, blank=True)

    class Meta:
        verbose_name = "tùy chọn thông báo"

    def __str__(self) -> str:
        return self.get_mail_mode_display()
