"""The catalogue of titles and forms of commendation, by date."""

from datetime import date
from fractions import Fraction
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from awards.choices import RECEIVERS, Category, Level, Paper, SubjectKind

ANY_OF = "any:"


class AwardKindQuerySet(models.QuerySet["AwardKind"]):
    def in_force_on(self, day: date) -> Self:
        """Kinds that exist on the day; one row per code."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
        )


class AwardKind(models.Model):
    """One title or form as the law had it from–to (exclusive). Loaded by load_rulebook, never typed.

    regime: the rule-book file the row comes from. papers: codes of papers;
    those written "any:…" form one group of
    which one paper is enough.
    """

    code = models.CharField("mã", max_length=20)
    regime = models.CharField("chế độ pháp lý", max_length=20)
    name = models.CharField("tên", max_length=200)
    short_name = models.CharField("tên viết tắt", max_length=60, blank=True)
    category = models.CharField("nhóm", max_length=10, choices=Category)
    level = models.CharField("cấp", max_length=10, choices=Level)
    rank = models.PositiveSmallIntegerField("thứ bậc", default=0)
    receivers = ArrayField(models.CharField(max_length=12), verbose_name="đối tượng")
    decided_by = models.CharField("thẩm quyền quyết định", max_length=250)
    cadence = models.CharField("thời điểm xét", max_length=120, blank=True)
    vote_numerator = models.PositiveSmallIntegerField("tử số tỷ lệ phiếu", null=True)
    vote_denominator = models.PositiveSmallIntegerField("mẫu số tỷ lệ phiếu", null=True)
    vote_source = models.CharField("căn cứ tỷ lệ phiếu", max_length=250, blank=True)
    papers = ArrayField(models.CharField(max_length=30, choices=Paper), verbose_name="giấy tờ", default=list)
    source = models.CharField("căn cứ", max_length=300)
    is_open_question = models.BooleanField("còn nội dung cần cơ quan thẩm quyền làm rõ", default=False)
    open_question = models.TextField("nội dung cần làm rõ", blank=True)
    valid_from = models.DateField("có hiệu lực từ", null=True)
    valid_to = models.DateField("hết hiệu lực từ", null=True)

    objects = AwardKindQuerySet.as_manager()

    class Meta:
        verbose_name = "danh hiệu, hình thức khen thưởng"
        ordering = ["rank", "code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "regime", "valid_from"], nulls_distinct=False, name="award_code_from"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def suits(self, subject_kind: str) -> bool:
        return subject_kind in self.receivers

    @property
    def required_papers(self) -> list[str]:
        """Papers that every dossier needs."""
        return [paper for paper in self.papers if not paper.startswith(ANY_OF)]

    @property
    def one_of_papers(self) -> list[str]:
        """Papers of which one is enough; empty when the award asks for none of them."""
        return [paper.removeprefix(ANY_OF) for paper in self.papers if paper.startswith(ANY_OF)]

    @property
    def paper_labels(self) -> list[str]:
        """The papers as a person reads them."""
        labels = [Paper(paper).label for paper in self.required_papers]
        if self.one_of_papers:
            labels.append(
                "Một trong các loại: " + "; ".join(Paper(paper).label for paper in self.one_of_papers)
            )
        return labels

    @property
    def receiver_labels(self) -> list[str]:
        return [RECEIVERS[receiver] for receiver in self.receivers if receiver in RECEIVERS]

    @property
    def vote_share(self) -> Fraction | None:
        """The part of all members that must agree, or None when the law names none."""
        if self.vote_numerator is None or not self.vote_denominator:
            return None
        return Fraction(self.vote_numerator, self.vote_denominator)

    @property
    def is_for_person(self) -> bool:
        return SubjectKind.PERSON in self.receivers
