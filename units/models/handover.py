"""Handover of a post: the pack one officer leaves to the next."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core import clock
from core.wall import ScopedManager
from units.choices import HandoverState
from units.models.account import RoleAssignment


class Handover(models.Model):
    """One handover of one role at one unit from its holder to a successor.

    pack is frozen when it is offered: open work, drafts, dates, contacts, as lists of texts and addresses.
    When the successor confirms, the giver's role ends and the successor's begins in the same transaction.
    """

    assignment = models.ForeignKey(
        RoleAssignment, verbose_name="vai trò bàn giao", on_delete=models.PROTECT, related_name="handovers"
    )
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người giao", on_delete=models.PROTECT, related_name="given"
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người nhận", on_delete=models.PROTECT, related_name="received"
    )
    document = models.CharField("văn bản phân công", max_length=250)
    on = models.DateField("ngày bàn giao")
    notes = models.TextField("điều cần biết", blank=True)
    contacts = models.TextField("đầu mối liên hệ", blank=True)
    pack = models.JSONField("nội dung bàn giao", default=dict)
    state = models.CharField("trạng thái", max_length=10, choices=HandoverState, default=HandoverState.DRAFT)
    new_assignment = models.ForeignKey(
        RoleAssignment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_reason = models.TextField("lý do từ chối", blank=True)
    created_at = models.DateTimeField("lập lúc", default=clock.now)
    offered_at = models.DateTimeField("gửi lúc", null=True)
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True)
    files = GenericRelation("core.StoredFile")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "bàn giao"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state__in=["draft", "offered"]),
                name="one_open_handover",
                violation_error_message="Vai trò này đang có một lần bàn giao chưa xong.",
            )
        ]

    def __str__(self) -> str:
        return f"Bàn giao {self.assignment}"

    def get_absolute_url(self) -> str:
        return reverse("units:handover-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        tones = {"draft": "neutral", "offered": "warn", "confirmed": "ok", "declined": "danger"}
        return tones.get(self.state, "neutral")

    @property
    def is_open(self) -> bool:
        """Whether it still waits for one of the two sides."""
        return self.state in (HandoverState.DRAFT, HandoverState.OFFERED)

    @property
    def giver_name(self) -> str:
        """The giver as the minute names them: kept in the pack, for readers who may not see the person."""
        return self.pack.get("giver", {}).get("name") or self.giver.display_name

    @property
    def successor_name(self) -> str:
        """The successor as the minute names them."""
        return self.pack.get("successor", {}).get("name") or self.successor.display_name

    @property
    def next_step(self) -> str:
        """What happens next, and who does it."""
        return {
            HandoverState.DRAFT: f"Việc tiếp theo: {self.giver_name} xem lại rồi gửi người nhận.",
            HandoverState.OFFERED: f"Việc tiếp theo: {self.successor_name} xem và xác nhận "
            f"(từ ngày {self.on:%d/%m/%Y}).",
            HandoverState.CONFIRMED: f"Từ lúc xác nhận, công việc thuộc về {self.successor_name}.",
            HandoverState.DECLINED: "Vai trò vẫn thuộc người giao; có thể lập lần bàn giao khác.",
            HandoverState.CANCELLED: "Vai trò vẫn thuộc người giao.",
        }[HandoverState(self.state)]
