"""What the law asks about a person, year by year: grades, discipline, holds, training, secondment."""

from django.db import models
from django.db.models import F, Q

from core.wall import ScopedManager
from units.choices import DisciplineKind, HoldKind, PersonGrade, TrainingResult
from units.models.person import Person
from units.models.unit import Unit


class YearRecord(models.Model):
    """One person's year: quality grade, months worked (without maternity leave), months of maternity leave.

    None = not known, never "no". Typed by the unit officer or taken from a sheet.
    """

    person = models.ForeignKey(
        Person, verbose_name="cá nhân", on_delete=models.CASCADE, related_name="year_records"
    )
    year = models.PositiveSmallIntegerField("năm")
    grade = models.CharField("xếp loại chất lượng", max_length=10, choices=PersonGrade, blank=True)
    months_worked = models.DecimalField(
        "số tháng làm việc", max_digits=3, decimal_places=1, null=True, blank=True
    )
    maternity_months = models.DecimalField(
        "số tháng nghỉ thai sản", max_digits=3, decimal_places=1, null=True, blank=True
    )
    document = models.CharField("văn bản xếp loại", max_length=250, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "kết quả năm của cá nhân"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"],
                name="one_year_record",
                violation_error_message="Cá nhân đã có kết quả của năm này.",
            ),
            models.CheckConstraint(
                condition=(Q(months_worked=None) | Q(months_worked__gte=0, months_worked__lte=12))
                & (Q(maternity_months=None) | Q(maternity_months__gte=0, maternity_months__lte=12)),
                name="year_record_months",
                violation_error_message="Số tháng phải từ 0 đến 12.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.get_grade_display() or 'chưa có xếp loại'}"


class Discipline(models.Model):
    """One disciplinary decision; ended_on = no longer in effect from that day (None = running)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="disciplines")
    kind = models.CharField("hình thức kỷ luật", max_length=20, choices=DisciplineKind)
    decided_on = models.DateField("ngày quyết định")
    ended_on = models.DateField("hết hiệu lực từ ngày", null=True, blank=True)
    document = models.CharField("quyết định", max_length=250)
    is_revoked = models.BooleanField("đã hủy, ghi nhầm", default=False)

    objects = ScopedManager()

    class Meta:
        verbose_name = "kỷ luật"
        ordering = ["-decided_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("decided_on")),
                name="discipline_period",
                violation_error_message="Ngày hết hiệu lực không được trước ngày quyết định.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.decided_on:%d/%m/%Y})"


class Hold(models.Model):
    """A reason to wait with awards: an inspection, an investigation, a complaint.

    is_clean: None while it is open, True when it ended without a fault.
    """

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="holds")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField("lý do tạm dừng", max_length=20, choices=HoldKind)
    opened_on = models.DateField("từ ngày")
    closed_on = models.DateField("kết thúc ngày", null=True, blank=True)
    is_clean = models.BooleanField("kết luận không có vi phạm", null=True, blank=True)
    document = models.CharField("văn bản", max_length=250, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "lý do tạm dừng xét khen thưởng"
        ordering = ["-opened_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None) | Q(person=None, unit__isnull=False),
                name="hold_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, is_clean=None)
                | Q(closed_on__gte=F("opened_on"), is_clean__isnull=False),
                name="hold_period",
                violation_error_message="Khi kết thúc phải ghi ngày (không trước ngày bắt đầu) và kết luận.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} từ {self.opened_on:%d/%m/%Y}"


class Training(models.Model):
    """A long course in one year, with its result."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="trainings")
    year = models.PositiveSmallIntegerField("năm")
    name = models.CharField("khóa đào tạo, bồi dưỡng", max_length=250, blank=True)
    months = models.DecimalField("thời gian (tháng)", max_digits=4, decimal_places=1)
    result = models.CharField("kết quả", max_length=20, choices=TrainingResult, blank=True)
    rules_kept = models.BooleanField("chấp hành quy định của cơ sở đào tạo", null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "đào tạo, bồi dưỡng"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gt=0, months__lte=120),
                name="training_months",
                violation_error_message="Thời gian đào tạo phải từ trên 0 đến 120 tháng.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.months} tháng"


class Secondment(models.Model):
    """A person lent to another unit for a time; the law asks who decides on their titles."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="secondments")
    to_unit = models.CharField("đơn vị nhận biệt phái", max_length=250)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến trước ngày", null=True, blank=True)
    from_unit_decides = models.BooleanField("đơn vị cử đi quyết định xếp loại", null=True, blank=True)
    receiving_unit_confirms = models.BooleanField("đơn vị nhận đã xác nhận", null=True, blank=True)
    document = models.CharField("văn bản", max_length=250, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "biệt phái"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="secondment_period",
                violation_error_message="Ngày kết thúc biệt phái phải sau ngày bắt đầu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.to_unit} từ {self.valid_from:%d/%m/%Y}"
