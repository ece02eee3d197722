"""Search forms of the trail."""

from typing import Any

from django import forms

from core.audit import labels
from core.forms import CleanForm
from core.models import AccessKind
from units.models import Unit


class _Days(CleanForm):
    since = forms.DateField(label="Từ ngày", required=False)
    until = forms.DateField(label="Đến ngày", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "«Đến ngày» phải từ «Từ ngày» trở đi.")
        return data


class _Search(_Days):
    who = forms.CharField(label="Người thực hiện, vai trò", max_length=100, required=False)
    what = forms.CharField(label="Đối tượng", max_length=100, required=False)
    unit = forms.ModelChoiceField(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="Tất cả",
    )
    request = forms.CharField(label="Mã yêu cầu", max_length=40, required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class ChangeSearch(_Search):
    """What to look for among the changes."""

    action = forms.ChoiceField(label="Hành động", required=False)
    field_order = ["who", "action", "what", "unit", "since", "until", "request"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sorted(labels().items(), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", "Tất cả"), *found]


class AccessSearch(_Search):
    """What to look for among the accesses."""

    kind = forms.ChoiceField(
        label="Loại truy cập", required=False, choices=[("", "Tất cả"), *AccessKind.choices]
    )
    field_order = ["who", "kind", "what", "unit", "since", "until", "request"]


class AboutSearch(_Days):
    """What to look for among the accesses to one person's data."""

    who = forms.CharField(label="Người xem, vai trò", max_length=100, required=False)
    kind = forms.ChoiceField(
        label="Loại truy cập", required=False, choices=[("", "Tất cả"), *AccessKind.choices]
    )
    field_order = ["who", "kind", "since", "until"]
