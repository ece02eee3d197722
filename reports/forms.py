"""The request of a report: which kind, which year, which unit."""

from typing import Any

from django import forms

from core.forms import CleanForm
from reports.choices import ReportKind
from reports.periods import FIRST_YEAR
from reports.queries import reportable_units
from units.models import Unit
from units.permissions import Actor


class _UnitChoice(forms.ModelChoiceField):
    """Units indented by their place under the actor's unit."""

    top = 2

    def label_from_instance(self, unit: Unit) -> str:
        return f"{'– ' * max(unit.path.count('/') - self.top, 0)}{unit.name}"


class RequestForm(CleanForm):
    """Kind and year of the report, and the unit whose subtree it covers."""

    kind = forms.ChoiceField(
        label="Loại báo cáo",
        choices=ReportKind,
        error_messages={
            "required": "Hãy chọn loại báo cáo.",
            "invalid_choice": "Hãy chọn báo cáo sơ kết 6 tháng hoặc báo cáo tổng kết năm.",
        },
    )
    year = forms.IntegerField(
        label="Năm",
        localize=False,
        min_value=FIRST_YEAR,
        max_value=9999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
        error_messages={
            "required": "Hãy nhập năm báo cáo, ví dụ 2024.",
            "invalid": "Năm phải là số có bốn chữ số, ví dụ 2024.",
            "min_value": f"Năm báo cáo phải từ {FIRST_YEAR} trở đi.",
            "max_value": "Năm phải là số có bốn chữ số, ví dụ 2024.",
        },
    )
    unit = _UnitChoice(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        empty_label=None,
        help_text="Báo cáo gồm đơn vị này và toàn bộ đơn vị trực thuộc.",
        error_messages={
            "required": "Hãy chọn đơn vị lập báo cáo.",
            "invalid_choice": "Hãy chọn một đơn vị trong phạm vi của vai trò đang dùng.",
        },
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.unit is not None:
            self.fields["unit"].top = actor.unit.path.count("/")
        self.fields["unit"].queryset = reportable_units(actor)
