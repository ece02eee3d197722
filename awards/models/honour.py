"""The archive of honours: what was awarded to whom, with the names of that day, for decades."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse

from awards.choices import Category, Ground, Level, SubjectKind
from awards.models.decision import Decision
from awards.models.rulebook import AwardKind
from core.wall import ScopedManager


class HonourRecord(models.Model):
    """One honour of one person or collective. Written when a decision is issued, or imported from old
    records.

    Names are those of the day of the decision and never change;
    the references follow people and units through time.
    """

    award = models.ForeignKey(AwardKind, on_delete=models.PROTECT, related_name="honours")
    award_code = models.CharField("mã", max_length=20)
    award_name = models.CharField("danh hiệu, hình thức", max_length=200)
    category = models.CharField("nhóm", max_length=10, choices=Category)
    level = models.CharField("cấp", max_length=10, choices=Level)
    ground = models.CharField("loại hình", max_length=20, choices=Ground)
    subject_kind = models.CharField("đối tượng", max_length=12, choices=SubjectKind)
    person = models.ForeignKey("units.Person", null=True, on_delete=models.PROTECT, related_name="honours")
    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị", on_delete=models.PROTECT, related_name="honours"
    )
    subject_name = models.CharField("được khen", max_length=250)
    subject_search = models.CharField(max_length=400, editable=False)
    unit_name = models.CharField("đơn vị tại ngày quyết định", max_length=250)
    position_title = models.CharField("chức vụ", max_length=150, blank=True)
    leader_level = models.CharField("cấp lãnh đạo", max_length=20, blank=True)
    is_direct_worker = models.BooleanField("người lao động trực tiếp", default=False)
    sex = models.CharField("giới tính", max_length=10, blank=True)
    year = models.PositiveSmallIntegerField("năm thành tích")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="honours")
    issuer_unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    decision_number = models.CharField("số quyết định", max_length=60)
    decided_on = models.DateField("ngày quyết định")
    book_number = models.PositiveIntegerField("số sổ vàng", null=True)
    achievement = models.TextField("thành tích", blank=True)
    files = GenericRelation("core.StoredFile")

    objects = ScopedManager()

    class Meta:
        verbose_name = "ghi nhận khen thưởng"
        verbose_name_plural = "sổ vàng"
        ordering = ["-decided_on", "-pk"]
        indexes = [
            # reports of a period; archive by unit; search by name
            models.Index(fields=["decided_on", "level"], name="honour_period"),
            models.Index(fields=["unit", "-decided_on"], name="honour_unit"),
            models.Index(fields=["person", "-year"], name="honour_person"),
            models.Index(fields=["subject_search"], name="honour_search", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.COLLECTIVE, person=None)
                | Q(subject_kind=SubjectKind.PERSON, person__isnull=False),
                name="honour_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.award_name} – {self.subject_name} ({self.year})"

    def get_absolute_url(self) -> str:
        return reverse("awards:honour-detail", args=[self.pk])
