"""Accounts, dated roles, and the grant tables that project them for object permissions."""

from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from units.choices import Role
from units.models.person import Person
from units.models.unit import Unit


class User(AbstractUser):
    """An account of one person. What it may do is decided by its role assignments alone."""

    person = models.OneToOneField(
        Person, verbose_name="cá nhân", null=True, blank=True, on_delete=models.PROTECT, related_name="user"
    )
    email = models.EmailField("thư điện tử", unique=True)
    is_demo = models.BooleanField("tài khoản trình diễn", default=False)
    suspended_at = models.DateTimeField("tạm khóa lúc", null=True, blank=True, editable=False)
    suspended_reason = models.CharField("lý do tạm khóa", max_length=300, blank=True, editable=False)
    invited_at = models.DateTimeField("mời lúc", null=True, blank=True, editable=False)
    last_active_at = models.DateTimeField("hoạt động lần cuối", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "tài khoản"
        verbose_name_plural = "tài khoản"

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The person's name, or the user name of an account without one."""
        return self.person.full_name if self.person else self.username


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def active_on(self, day: date) -> Self:
        """Assignments in force on the day: begun, not ended, confirmed where a second person must."""
        rows = self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))
        return rows.exclude(needs_confirmation=True, confirmed_at=None)

    def lasting_on(self, day: date) -> Self:
        """Assignments in force on the day or later: what the grants are projected from."""
        rows = self.filter(Q(valid_to=None) | Q(valid_to__gt=day))
        return rows.exclude(needs_confirmation=True, confirmed_at=None)

    def pending(self) -> Self:
        """Assignments that give nothing until a second person confirms them."""
        return self.filter(needs_confirmation=True, confirmed_at=None)


class RoleAssignment(models.Model):
    """A role held by an account at a unit, from–to (exclusive), by a document: the truth of permissions."""

    user = models.ForeignKey(
        User, verbose_name="tài khoản", on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField("vai trò", max_length=30, choices=Role)
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="assignments"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến trước ngày", null=True, blank=True)
    document = models.CharField("văn bản phân công", max_length=250, blank=True)
    substitute_for = models.ForeignKey(
        "self",
        verbose_name="thay cho",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="substitutes",
    )
    needs_confirmation = models.BooleanField("cần người thứ hai xác nhận", default=False)
    assigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công vai trò"
        ordering = ["unit", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="role_period",
                violation_error_message="Ngày thôi vai trò phải sau ngày bắt đầu.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(valid_to=None),
                name="one_open_role",
                violation_error_message="Tài khoản đang giữ vai trò này tại đơn vị.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.unit}{self.instead_of}"

    @property
    def instead_of(self) -> str:
        """« (thay …)» when the role is held for an absent colleague, else nothing."""
        return f" (thay {self.substitute_for.user.display_name})" if self.substitute_for else ""

    def has_ended(self, day: date) -> bool:
        """Whether its last day is over on the day."""
        return self.valid_to is not None and self.valid_to <= day

    @property
    def is_pending(self) -> bool:
        """Whether a second person still has to confirm."""
        return self.needs_confirmation and self.confirmed_at is None


class UnitUserGrant(UserObjectPermissionBase):
    """Projection of the assignments in force: one right of one account at one unit."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "quyền đã cấp"


class UnitGroupGrant(GroupObjectPermissionBase):
    """Required by the permission library; the product grants nothing to groups."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "quyền cấp cho nhóm"
