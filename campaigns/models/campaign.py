"""A campaign as its launching document states it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from campaigns.choices import NEXT_STEPS, TONES, CampaignKind, CampaignState, ReportCycle
from core import clock
from core.wall import ScopedManager


class Campaign(models.Model):
    """One emulation campaign launched by one unit, or by a level above the system (is_external).

    What the document does not state stays empty: nothing is filled in from elsewhere. starts_on/ends_on are
    the period in which work counts; when the document names only years it is 1 January of year_from to 31
    December of year_to.
    """

    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị phát động", on_delete=models.PROTECT, related_name="campaigns"
    )
    issuer_name = models.CharField("người, cơ quan phát động", max_length=250)
    is_external = models.BooleanField("do cấp trên ngoài hệ thống phát động", default=False)
    parent = models.ForeignKey(
        "self",
        verbose_name="hưởng ứng phong trào",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responses",
    )
    title = models.CharField("tên phong trào", max_length=500)
    is_title_derived = models.BooleanField("tên đặt theo nội dung văn bản", default=False)
    theme = models.CharField("chủ đề", max_length=300, blank=True)
    kind = models.CharField("hình thức", max_length=20, choices=CampaignKind, default=CampaignKind.REGULAR)
    document_kind = models.CharField("loại văn bản", max_length=120, blank=True)
    document_number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    document_date = models.DateField("ngày văn bản", null=True, blank=True)
    year_from = models.PositiveSmallIntegerField("từ năm")
    year_to = models.PositiveSmallIntegerField("đến năm")
    starts_on = models.DateField("bắt đầu")
    ends_on = models.DateField("kết thúc")
    pledge_due_on = models.DateField("hạn đăng ký thi đua", null=True, blank=True)
    purpose = models.TextField("mục đích, yêu cầu", blank=True)
    responsible_unit = models.CharField("đơn vị chủ trì theo dõi", max_length=250, blank=True)
    recipients = ArrayField(
        models.CharField(max_length=300), verbose_name="nơi nhận", default=list, blank=True
    )
    report_cycle = ArrayField(
        models.CharField(max_length=20, choices=ReportCycle),
        verbose_name="chế độ báo cáo",
        default=list,
        blank=True,
    )
    state = models.CharField("trạng thái", max_length=20, choices=CampaignState, default=CampaignState.DRAFT)
    launched_at = models.DateTimeField("phát động lúc", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "phong trào thi đua"
        verbose_name_plural = "phong trào thi đua"
        ordering = ["-year_from", "-pk"]
        indexes = [
            # list of a scope by year
            models.Index(fields=["unit", "-year_from"], name="campaign_unit_year"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) & Q(year_to__gte=F("year_from")),
                name="campaign_period",
                violation_error_message=(
                    "Ngày kết thúc phải bằng hoặc sau ngày bắt đầu. Hãy kiểm tra lại hai ngày."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")

    @property
    def next_step(self) -> str:
        return NEXT_STEPS["campaign"][self.state]

    @property
    def years(self) -> str:
        """«2024» or «2021–2025»."""
        return str(self.year_from) if self.year_from == self.year_to else f"{self.year_from}–{self.year_to}"


class LegalBasis(models.Model):
    """A document the campaign rests on, as the launching document cites it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="legal_bases")
    number = models.CharField("số, ký hiệu", max_length=60)
    date = models.DateField("ngày", null=True, blank=True)
    title = models.TextField("trích yếu", blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "căn cứ"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number


class ContentItem(models.Model):
    """One numbered content of the campaign; pledges and results hang on it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contents")
    position = models.PositiveSmallIntegerField("thứ tự")
    text = models.TextField("nội dung thi đua")

    objects = ScopedManager()

    class Meta:
        verbose_name = "nội dung thi đua"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["campaign", "position"], name="content_position")]

    def __str__(self) -> str:
        return f"Nội dung {self.position}"


class CampaignTask(models.Model):
    """One task or solution the document asks for."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField("thứ tự")
    text = models.TextField("nhiệm vụ, giải pháp")

    objects = ScopedManager()

    class Meta:
        verbose_name = "nhiệm vụ, giải pháp"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["campaign", "position"], name="task_position")]

    def __str__(self) -> str:
        return f"Nhiệm vụ {self.position}"


class NamedMovement(models.Model):
    """Another movement the document names and asks to respond to."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="movements")
    name = models.CharField("tên phong trào", max_length=300)

    objects = ScopedManager()

    class Meta:
        verbose_name = "phong trào được nêu tên"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Receipt(models.Model):
    """A unit that the campaign reached: waiting, then confirmed with its own response. Created at launch."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="receipts")
    sent_at = models.DateTimeField("gửi lúc", default=clock.now)
    received_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)
    received_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT)
    response = models.TextField("việc hưởng ứng của đơn vị", blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "nơi nhận phát động"
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="one_receipt")]
        indexes = [models.Index(fields=["unit"], condition=Q(received_at=None), name="receipt_waiting")]

    def __str__(self) -> str:
        return f"{self.unit} – {self.campaign}"
