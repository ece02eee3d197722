"""Shapes of the forms of a handover."""

from typing import Any

from django import forms

from core.forms import CleanForm
from units.models import User
from units.role_forms import DOCUMENT_EXAMPLE, UserField


class HandoverStartForm(CleanForm):
    """To whom, from which day, by which document."""

    successor = UserField(label="Người nhận", queryset=User.objects.none(), empty_label="Chọn người nhận")
    on = forms.DateField(label="Ngày bàn giao", help_text="Người nhận xác nhận được từ ngày này.")
    document = forms.CharField(
        label="Văn bản phân công người nhận", max_length=250, help_text=DOCUMENT_EXAMPLE
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]


class HandoverForm(HandoverStartForm):
    """The pack's free part: what the successor should know, and whom to ask."""

    notes = forms.CharField(
        label="Điều người nhận cần biết",
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Việc đang dở, lời hẹn, khó khăn, nơi để hồ sơ giấy.",
    )
    contacts = forms.CharField(
        label="Đầu mối liên hệ",
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Mỗi dòng một đầu mối; hệ thống đã điền sẵn, có thể sửa, thêm số điện thoại.",
    )
