"""Units through time: a unit, where it stood in the tree and when, and what became of it."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from units.choices import PlacementKind, SuccessionKind, UnitKind
from units.role_matrix import grant_names


class DateRange(Func):
    """daterange(from, to) for constraints: from inclusive, to exclusive, null = open."""

    function = "DATERANGE"
    output_field = DateRangeField()


class UnitQuerySet(models.QuerySet["Unit"]):
    def open_on(self, day: date) -> Self:
        """Units that exist on the day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
        )

    def below(self, unit: "Unit") -> Self:
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """One organisation with a life of its own.

    A ministry, a department, a Sở … Created by actions.organisation.

    path is a projection of the last placement ("/M1/U012/"), kept by the same actions: scope and subtree are
    one indexed comparison. valid_to is exclusive.
    """

    code = models.CharField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=250)
    short_name = models.CharField("tên viết tắt", max_length=120, blank=True)
    search_key = models.CharField(max_length=400, editable=False)
    sort_key = models.TextField(editable=False)
    kind = models.CharField("loại", max_length=30, choices=UnitKind)
    path = models.CharField(max_length=400, editable=False)
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    valid_to = models.DateField("hết từ ngày", null=True, blank=True)
    is_verified = models.BooleanField("đã đối chiếu văn bản", default=True)
    source = models.TextField("căn cứ", blank=True)
    note = models.TextField("ghi chú", blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["sort_key", "pk"]
        default_permissions = ()
        permissions = grant_names()
        indexes = [
            # every scope: path LIKE '/M1/…%'
            models.Index(fields=["path"], name="unit_path", opclasses=["varchar_pattern_ops"]),
            # search box
            models.Index(fields=["search_key"], name="unit_search", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="unit_period",
                violation_error_message="Ngày kết thúc của đơn vị phải sau ngày bắt đầu.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    def is_open_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or self.valid_to > day
        )

    def is_within(self, other: "Unit") -> bool:
        """Whether this unit is the other one or stands under it."""
        return self.path.startswith(other.path)


class Placement(models.Model):
    """Where a unit stood: under which parent, from when to when (exclusive)."""

    unit = models.ForeignKey(Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(
        Unit, verbose_name="đơn vị cấp trên", on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(
        "quan hệ", max_length=20, choices=PlacementKind, default=PlacementKind.ADMINISTRATIVE
    )
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến trước ngày", null=True, blank=True)

    class Meta:
        verbose_name = "vị trí trong tổ chức"
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(unit=F("parent")), name="placement_not_self"),
            ExclusionConstraint(
                name="placement_one_at_a_time",
                expressions=[
                    # without btree_gist: the unit as a one-value range
                    (
                        Func("unit_id", "unit_id", models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (DateRange("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Trong một thời gian đơn vị chỉ trực thuộc một đơn vị cấp trên.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.parent}"


class Succession(models.Model):
    """What became of a unit: who took over, on which day, by which document."""

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="origins")
    kind = models.CharField("hình thức", max_length=20, choices=SuccessionKind, default=SuccessionKind.MERGED)
    on = models.DateField("ngày", null=True, blank=True)
    document = models.CharField("văn bản", max_length=250, blank=True)
    change = models.ForeignKey(
        "units.OrganisationChange",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successions",
    )
    carried_out_at = models.DateTimeField("đã chuyển lúc", null=True, blank=True)

    class Meta:
        verbose_name = "kế thừa"
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="one_succession")]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
