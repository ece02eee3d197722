"""Shapes of the forms about roles."""

from typing import Any

from django import forms

from core.forms import CleanForm
from units.choices import Role
from units.models import Unit, User
from units.role_matrix import MAY_GIVE

DOCUMENT_EXAMPLE = "Ví dụ: Quyết định số 12/QĐ-TCCB ngày 05/01/2024"


class UserField(forms.ModelChoiceField):
    """One account, named by its person."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.display_name} ({obj.username})"


class RoleForm(CleanForm):
    """A role for an account at a unit; giver: the role of whoever gives it."""

    role = forms.ChoiceField(label="Vai trò")
    unit = forms.ModelChoiceField(label="Tại đơn vị", queryset=Unit.objects.none(), empty_label="Chọn đơn vị")
    valid_from = forms.DateField(label="Từ ngày", help_text="Ví dụ: 01/01/2024")
    valid_to = forms.DateField(
        label="Đến trước ngày", required=False, help_text="Để trống khi chưa xác định ngày thôi vai trò."
    )
    document = forms.CharField(label="Văn bản phân công", max_length=250, help_text=DOCUMENT_EXAMPLE)

    def __init__(self, *args: Any, units: Any, giver: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        may = MAY_GIVE.get(giver, frozenset())
        choices = [(value, label) for value, label in Role.choices if value in may]
        self.fields["role"].choices = [("", "Chọn vai trò"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("valid_from"), data.get("valid_to")
        if begins and ends and ends <= begins:
            self.add_error("valid_to", "Ngày thôi vai trò phải sau ngày bắt đầu.")
        return data


class SubstituteForm(CleanForm):
    """Who stands in, from when to when, by which document."""

    substitute = UserField(label="Người thay", queryset=User.objects.none(), empty_label="Chọn người thay")
    valid_from = forms.DateField(label="Thay từ ngày")
    valid_to = forms.DateField(
        label="Đến trước ngày", help_text="Quyền của người thay tự hết vào 0 giờ ngày này; tối đa 90 ngày."
    )
    document = forms.CharField(label="Văn bản cử người thay", max_length=250, help_text=DOCUMENT_EXAMPLE)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = people  # type: ignore[attr-defined]
