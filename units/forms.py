"""Shapes of the organisation's forms."""

from typing import Any

from django import forms

from core.forms import CleanForm
from units.choices import LeaderLevel, Sex
from units.models import Unit


class AccountForm(CleanForm):
    """A new person with a first post and an account."""

    full_name = forms.CharField(label="Họ và tên", max_length=120)
    sex = forms.ChoiceField(label="Giới tính", choices=[("", "Chọn"), *Sex.choices])
    birth_year = forms.IntegerField(
        label="Năm sinh", min_value=1930, max_value=2010, required=False, localize=False
    )
    unit = forms.ModelChoiceField(
        label="Đơn vị công tác", queryset=Unit.objects.none(), empty_label="Chọn đơn vị"
    )
    title = forms.CharField(
        label="Chức vụ, vị trí việc làm", max_length=150, help_text="Ví dụ: Chuyên viên chính"
    )
    leader_level = forms.ChoiceField(
        label="Cấp lãnh đạo", choices=LeaderLevel.choices, initial=LeaderLevel.NONE
    )
    is_unit_head = forms.BooleanField(label="Là thủ trưởng đơn vị", required=False)
    is_direct_worker = forms.BooleanField(label="Là người lao động trực tiếp", required=False)
    since = forms.DateField(label="Giữ vị trí từ ngày")
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=150,
        help_text="Chữ không dấu, số và các ký tự . _ - @; ví dụ: nguyen.van.an",
    )
    email = forms.EmailField(label="Thư điện tử", max_length=254)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
