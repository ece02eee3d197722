"""Rounds, nominations with their papers, and the council's result."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from awards.choices import (
    NEXT_STEPS,
    TONES,
    Ground,
    NominationState,
    Paper,
    RoundState,
    SubjectKind,
)
from awards.models.rulebook import AwardKind
from core import clock
from core.wall import ScopedManager


class Round(models.Model):
    """One round of a unit (usually the ministry) in which units under it nominate.
    Opened by the standing office.
    """

    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị mở đợt", on_delete=models.PROTECT, related_name="rounds"
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        verbose_name="phong trào",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rounds",
    )
    year = models.PositiveSmallIntegerField("năm xét")
    name = models.CharField("tên đợt", max_length=250)
    ground = models.CharField("loại hình khen thưởng", max_length=20, choices=Ground, default=Ground.MERIT)
    opens_on = models.DateField("nhận hồ sơ từ ngày")
    closes_on = models.DateField("hết ngày")
    council_on = models.DateField("ngày họp Hội đồng dự kiến", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=RoundState, default=RoundState.OPEN)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "đợt xét khen thưởng"
        ordering = ["-year", "-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="round_period",
                violation_error_message="Ngày kết thúc nhận hồ sơ phải bằng hoặc sau ngày bắt đầu.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("awards:round-detail", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")


class Nomination(models.Model):
    """One proposal: this person or this collective for this award in this round.

    unit proposed it (and stays its owner), held_by is the unit whose turn it is.
    The facts of statistics (sex,
    leader level, direct worker) are taken from the post on the day of submission and frozen here.
    """

    round = models.ForeignKey(
        Round, verbose_name="đợt xét", on_delete=models.PROTECT, related_name="nominations"
    )
    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị đề nghị", on_delete=models.PROTECT, related_name="nominations"
    )
    held_by = models.ForeignKey(
        "units.Unit", verbose_name="đang ở", on_delete=models.PROTECT, related_name="+"
    )
    award = models.ForeignKey(
        AwardKind, verbose_name="danh hiệu, hình thức", on_delete=models.PROTECT, related_name="nominations"
    )
    subject_kind = models.CharField("đối tượng", max_length=12, choices=SubjectKind)
    person = models.ForeignKey(
        "units.Person",
        verbose_name="cá nhân",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="nominations",
    )
    collective = models.ForeignKey(
        "units.Unit",
        verbose_name="tập thể",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="nominated",
    )
    achievement = models.TextField("tóm tắt thành tích")
    initiative = models.ForeignKey(
        "campaigns.Initiative",
        verbose_name="sáng kiến làm căn cứ",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="nominations",
    )
    position_title = models.CharField("chức vụ khi đề nghị", max_length=150, blank=True)
    leader_level = models.CharField("cấp lãnh đạo", max_length=20, blank=True)
    is_direct_worker = models.BooleanField("người lao động trực tiếp", default=False)
    sex = models.CharField("giới tính", max_length=10, blank=True)
    state = models.CharField(
        "trạng thái", max_length=20, choices=NominationState, default=NominationState.DRAFT
    )
    submitted_at = models.DateTimeField("trình lúc", null=True, blank=True)
    received_on = models.DateField("ngày tiếp nhận thẩm định", null=True, blank=True)
    return_reason = models.TextField("lý do trả lại", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "hồ sơ đề nghị khen thưởng"
        verbose_name_plural = "hồ sơ đề nghị khen thưởng"
        ordering = ["-pk"]
        indexes = [
            # lists of a round and of a unit; work waiting at a unit
            models.Index(fields=["round", "state"], name="nomination_round_state"),
            models.Index(fields=["unit", "-id"], name="nomination_unit"),
            models.Index(fields=["held_by", "state"], name="nomination_held"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.PERSON, person__isnull=False, collective=None)
                | Q(subject_kind=SubjectKind.COLLECTIVE, collective__isnull=False, person=None),
                name="nomination_one_subject",
                violation_error_message="Hãy chọn đúng một đối tượng: cá nhân hoặc tập thể.",
            ),
            models.UniqueConstraint(
                fields=["round", "award", "person", "collective"],
                condition=~Q(state="withdrawn"),
                nulls_distinct=False,
                name="nomination_once",
                violation_error_message="Đối tượng này đã được đề nghị danh hiệu, hình thức này trong "
                "đợt xét.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name} – {self.award}"

    def get_absolute_url(self) -> str:
        return reverse("awards:nomination-detail", args=[self.pk])

    @property
    def code(self) -> str:
        """The number people quote («HS-000127»)."""
        return f"HS-{self.pk:06d}"

    @property
    def subject_name(self) -> str:
        return self.person.full_name if self.person else (self.collective.name if self.collective else "")

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "neutral")

    @property
    def next_step(self) -> str:
        return NEXT_STEPS["nomination"][self.state]

    @property
    def is_editable(self) -> bool:
        return self.state in (NominationState.DRAFT, NominationState.RETURNED, NominationState.WITHDRAWN)


class NominationPaper(models.Model):
    """One typed paper of a dossier with its file; replacing a paper adds a newer row."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField("loại giấy tờ", max_length=30, choices=Paper)
    files = GenericRelation("core.StoredFile")
    added_at = models.DateTimeField("thêm lúc", default=clock.now)
    is_replaced = models.BooleanField("đã thay bằng bản mới", default=False)

    objects = ScopedManager()

    class Meta:
        verbose_name = "giấy tờ hồ sơ"
        ordering = ["kind", "-added_at"]

    def __str__(self) -> str:
        return self.get_kind_display()


class CouncilResult(models.Model):
    """The council's vote on one nomination, typed by the secretary from the signed minutes."""

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="result")
    council_name = models.CharField("Hội đồng", max_length=250)
    voted_on = models.DateField("ngày họp")
    minutes_number = models.CharField("số biên bản", max_length=60)
    members = models.PositiveSmallIntegerField("tổng số thành viên")
    in_favour = models.PositiveSmallIntegerField("đồng ý")
    against = models.PositiveSmallIntegerField("không đồng ý")
    blank = models.PositiveSmallIntegerField("phiếu trắng")
    is_passed = models.BooleanField("đạt")
    sentence = models.TextField("kết luận")
    recorded_by = models.ForeignKey("units.User", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("ghi lúc", default=clock.now)

    objects = ScopedManager()

    class Meta:
        verbose_name = "kết quả bình xét"
        constraints = [
            models.CheckConstraint(
                condition=Q(members__gt=0) & Q(members__gte=F("in_favour") + F("against") + F("blank")),
                name="result_counts",
                violation_error_message="Tổng số phiếu không được nhiều hơn tổng số thành viên Hội đồng.",
            )
        ]

    def __str__(self) -> str:
        return self.sentence
