"""Shapes of the pledge forms: opening, targets and aims, progress with evidence, filters."""

from datetime import date
from typing import Any

from django import forms

from campaigns.choices import Measure
from campaigns.forms.base import FormWithRows, FriendlyForm, NumberField, RowForm, rows_of, text_area
from campaigns.models import Pledge
from core.files import ACCEPT

Choices = list[tuple[Any, Any]]


class PledgeStartForm(FriendlyForm):
    """Which campaign and year to pledge in."""

    campaign = forms.ModelChoiceField(
        label="Phong trào thi đua", queryset=Pledge.objects.none(), empty_label="Chọn phong trào"
    )
    year = forms.IntegerField(label="Năm đăng ký", min_value=1990, max_value=2100)

    def __init__(self, *args: Any, campaigns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns
        self.fields["campaign"].label_from_instance = lambda campaign: (
            f"{campaign.years} – {campaign.title} ({campaign.issuer_name})"
        )


class TargetRow(RowForm):
    """One target under one content item."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    content = forms.TypedChoiceField(label="Nội dung thi đua", coerce=int)
    name = forms.CharField(
        label="Chỉ tiêu", max_length=400, help_text="Ví dụ: Tỷ lệ nhiệm vụ được giao hoàn thành đúng hạn"
    )
    measure = forms.ChoiceField(label="Cách đo", choices=Measure.choices, initial=Measure.NUMBER)
    unit_of_measure = forms.CharField(
        label="Đơn vị tính", max_length=40, required=False, help_text="Ví dụ: văn bản, lượt người"
    )
    value = NumberField(label="Mức đăng ký", help_text="Ví dụ: 1.234,5")
    due_on = forms.DateField(label="Hạn hoàn thành")
    is_lawmaking = forms.BooleanField(
        label="Thuộc chương trình xây dựng văn bản quy phạm pháp luật", required=False
    )

    def __init__(self, *args: Any, contents: Choices, due_on: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].choices = [("", "Chọn nội dung"), *contents]
        self.fields["due_on"].initial = due_on
        if self.data.get(self.add_prefix("measure")) == Measure.YES_NO:
            self.fields["value"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("measure") == Measure.YES_NO:
            data["value"] = data.get("value") or 1
        if data.get("measure") == Measure.PERCENT:
            data["unit_of_measure"] = "%"
        value = data.get("value")
        if value is not None and value <= 0:
            self.add_error("value", "Mức đăng ký phải lớn hơn 0.")
        elif value is not None and data.get("measure") == Measure.PERCENT and value > 100:
            self.add_error("value", "Tỷ lệ phần trăm không được vượt quá 100.")
        return data


def _person_id(value: Any) -> int | None:
    """0 stands for the collective."""
    return int(value) or None


class AimRow(RowForm):
    """A title for one person or for the collective."""

    title_code = forms.ChoiceField(label="Danh hiệu, hình thức khen thưởng")
    person = forms.TypedChoiceField(label="Cho ai", coerce=_person_id, initial=0, empty_value=None)

    def __init__(
        self, *args: Any, person_titles: Choices, collective_titles: Choices, people: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person_codes = {code for code, _ in person_titles}
        self.collective_codes = {code for code, _ in collective_titles}
        groups = [("Cho cá nhân", person_titles), ("Cho tập thể", collective_titles)]
        self.fields["title_code"].choices = [("", "Chọn danh hiệu"), *groups]
        self.fields["person"].choices = [(0, "Tập thể đơn vị"), *people]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = data.get("title_code")
        if code and "person" in data and data["person"] is None and code not in self.collective_codes:
            self.add_error("person", "Danh hiệu này dành cho cá nhân; hãy chọn một người.")
        if code and data.get("person") is not None and code not in self.person_codes:
            self.add_error("person", "Danh hiệu này dành cho tập thể; hãy chọn «Tập thể đơn vị».")
        return data


class PledgeForm(FormWithRows):
    """A pledge with its targets and the titles aimed at."""

    row_sets = {
        "targets": (rows_of(TargetRow, limit=60), "Chỉ tiêu"),
        "aims": (rows_of(AimRow, limit=150), "Danh hiệu"),
    }

    summary = text_area(
        "Phương hướng chung",
        rows=3,
        limit=4000,
        required=False,
        help_text="Một vài câu về trọng tâm thi đua của đơn vị trong năm.",
    )

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return self.cleaned_data | {"targets": self.targets.rows, "aims": self.aims.rows}


def pledge_initial(pledge: Pledge) -> dict[str, list[dict[str, Any]]]:
    """Rows of a stored pledge for its form; two queries."""
    names = ("id", "content", "name", "measure", "unit_of_measure", "value", "due_on", "is_lawmaking")
    aims = pledge.aims.values_list("title_code", "person")
    return {
        "targets": list(pledge.targets.values(*names)),
        "aims": [{"title_code": code, "person": person or 0} for code, person in aims],
    }


class ManyFilesInput(forms.ClearableFileInput):
    """Several files in one field."""

    template_name = "django/forms/widgets/input.html"
    allow_multiple_selected = True

    def format_value(self, value: Any) -> None:
        return None


class ManyFilesField(forms.FileField):
    """A list of uploads, empty when none was chosen."""

    widget = ManyFilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > 5:
            raise forms.ValidationError("Mỗi lần chỉ đính kèm tối đa 5 tệp.")
        return [upload for upload in uploads if upload]


class ProgressForm(FriendlyForm):
    """What has been reached of one target."""

    value = NumberField(label="Kết quả cộng dồn", help_text="Từ đầu kỳ đến ngày báo cáo, ví dụ 1.234,5")
    reported_on = forms.DateField(label="Tính đến ngày")
    note = text_area("Diễn giải", limit=4000, required=False)
    evidence = ManyFilesField(
        label="Minh chứng", required=False, help_text="Tệp .pdf, .docx, .xlsx, .png hoặc .jpg; tối đa 5 tệp."
    )

    def __init__(self, *args: Any, measure: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if measure == Measure.YES_NO:
            self.fields["value"] = forms.TypedChoiceField(
                label="Kết quả",
                coerce=int,
                choices=[(1, "Đã hoàn thành"), (0, "Chưa hoàn thành")],
                widget=forms.RadioSelect,
                error_messages={"required": "Hãy chọn kết quả.", "invalid_choice": "Hãy chọn kết quả."},
            )
            self.order_fields(["value", "reported_on", "note", "evidence"])


def target_choices(pledge: Pledge) -> Choices:
    """(id, «1. first words …») of the campaign's content items; one query."""
    rows = pledge.campaign.contents.values_list("pk", "position", "text")
    return [
        (pk, f"{position}. {text if len(text) <= 110 else text[:109] + '…'}") for pk, position, text in rows
    ]
