"""The year's result of a unit as recognised by the level above it."""

from django.db import models

from campaigns.choices import UnitGrade
from core.wall import ScopedManager


class UnitYearResult(models.Model):
    """How a unit was graded for a year and whether it is a «tập thể tiêu biểu xuất sắc», with the document
    saying so.
    """

    unit = models.ForeignKey(
        "units.Unit", verbose_name="đơn vị", on_delete=models.PROTECT, related_name="results"
    )
    year = models.PositiveSmallIntegerField("năm")
    grade = models.CharField("mức xếp loại", max_length=10, choices=UnitGrade)
    is_outstanding = models.BooleanField("tập thể tiêu biểu xuất sắc", default=False)
    document = models.CharField("văn bản xác nhận", max_length=250)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        verbose_name = "kết quả năm của tập thể"
        ordering = ["-year", "unit__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                name="one_result_a_year",
                violation_error_message="Đơn vị đã có kết quả xếp loại của năm này.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.year}: {self.get_grade_display()}"
