"""People and the posts they held."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from core.text import name_sort_key, search_key
from core.wall import ScopedManager
from units.choices import LeaderLevel, LeadingPost, PersonStatus, Sex
from units.models.unit import Unit


class Person(models.Model):
    """One person who can pledge, author, be nominated or sign.

    Minimum personal data: no address; the identity number is optional and shown masked. None = not known.
    """

    code = models.CharField("mã nhân sự", max_length=20, unique=True)
    full_name = models.CharField("họ và tên", max_length=120)
    search_key = models.CharField(max_length=160, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)
    sex = models.CharField("giới tính", max_length=10, choices=Sex)
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    id_number = models.CharField("số định danh cá nhân", max_length=12, blank=True)
    status = models.CharField("đối tượng", max_length=20, choices=PersonStatus, blank=True)
    recruited_on = models.DateField("ngày tuyển dụng", null=True, blank=True)
    sector_since = models.DateField("làm việc trong ngành từ ngày", null=True, blank=True)
    hard_area_years = models.DecimalField(
        "số năm liên tục ở vùng đặc biệt khó khăn", max_digits=4, decimal_places=1, null=True, blank=True
    )
    higher_retirement_age = models.BooleanField("thuộc diện tuổi nghỉ hưu cao hơn", null=True, blank=True)
    retiring_on = models.DateField("ngày nghỉ hưu", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "cá nhân"
        verbose_name_plural = "cá nhân"
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["search_key"], name="person_search", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["sort_key", "id"], name="person_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number"],
                condition=~Q(id_number=""),
                name="one_id_number",
                violation_error_message="Số định danh cá nhân này đã được dùng.",
            ),
            models.CheckConstraint(
                condition=Q(id_number="") | Q(id_number__regex=r"^\d{12}$"),
                name="id_number_digits",
                violation_error_message="Số định danh cá nhân gồm đúng 12 chữ số.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.index_name()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def index_name(self) -> None:
        """Make the keys of search and order follow the name; writers in bulk call it themselves."""
        self.search_key = search_key(self.full_name)[:160]
        self.sort_key = name_sort_key(self.full_name)[:600]

    @property
    def masked_id_number(self) -> str:
        """The identity number with only its last three digits, or nothing."""
        return f"•••••••••{self.id_number[-3:]}" if self.id_number else ""


class PostingQuerySet(models.QuerySet["Posting"]):
    def held_on(self, day: date) -> Self:
        """Posts held on the day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class Posting(models.Model):
    """A post a person held at a unit from–to (exclusive): title, leader level, whether they work directly."""

    person = models.ForeignKey(
        Person, verbose_name="cá nhân", on_delete=models.PROTECT, related_name="postings"
    )
    unit = models.ForeignKey(Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="postings")
    title = models.CharField("chức vụ, vị trí việc làm", max_length=150)
    leader_level = models.CharField(
        "cấp lãnh đạo", max_length=20, choices=LeaderLevel, default=LeaderLevel.NONE
    )
    is_unit_head = models.BooleanField("là thủ trưởng đơn vị", default=False)
    is_direct_worker = models.BooleanField("người lao động trực tiếp", default=False)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến trước ngày", null=True, blank=True)
    post = models.CharField(
        "chức vụ tính thời gian cống hiến", max_length=24, choices=LeadingPost, blank=True
    )
    document = models.CharField("quyết định", max_length=250, blank=True)
    old_unit_comment = models.BooleanField("đơn vị cũ đã có nhận xét", null=True, blank=True)

    objects = ScopedManager.from_queryset(PostingQuerySet)()

    class Meta:
        verbose_name = "chức vụ"
        ordering = ["-valid_from"]
        indexes = [
            # people of a unit on a day
            models.Index(fields=["unit", "valid_from"], name="posting_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="posting_period",
                violation_error_message="Ngày thôi giữ chức vụ phải sau ngày bắt đầu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.title}, {self.unit}"

    @property
    def is_leader(self) -> bool:
        return self.leader_level != LeaderLevel.NONE
