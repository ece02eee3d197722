"""Shapes of the initiative and result forms."""

from typing import Any

from django import forms

from campaigns.choices import InitiativeKind, Scope, UnitGrade
from campaigns.forms.base import FormWithRows, FriendlyForm, NumberField, RowForm, rows_of, text_area
from campaigns.models import Initiative
from campaigns.rules import shares_sum


class AuthorRow(RowForm):
    """One author and the share in per cent."""

    person = forms.TypedChoiceField(label="Tác giả", coerce=int)
    share = NumberField(label="Tỷ lệ đóng góp (%)", max_digits=5)

    def __init__(self, *args: Any, people: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Chọn tác giả"), *people]

    def clean_share(self) -> Any:
        share = self.cleaned_data["share"]
        if not 0 < share <= 100:
            raise forms.ValidationError("Tỷ lệ đóng góp phải lớn hơn 0 và không quá 100.")
        return share


class InitiativeForm(FormWithRows):
    """An initiative with its authors."""

    row_sets = {"authors": (rows_of(AuthorRow, limit=20), "Tác giả")}

    title = forms.CharField(
        label="Tên sáng kiến, đề tài", max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label="Loại", choices=InitiativeKind.choices)
    year = forms.IntegerField(label="Năm áp dụng", min_value=1990, max_value=2100)
    field = forms.CharField(
        label="Lĩnh vực áp dụng", max_length=200, help_text="Ví dụ: quan trắc môi trường, đất đai"
    )
    problem = text_area("Tình trạng giải pháp đã biết", help_text="Trước đây làm thế nào, có gì chưa tốt.")
    solution = text_area("Nội dung giải pháp", rows=6, help_text="Điểm mới, cách thực hiện.")
    benefit = text_area("Hiệu quả, lợi ích", help_text="Kèm số liệu trước và sau khi áp dụng, nếu có.")
    scope = forms.ChoiceField(
        label="Phạm vi đề nghị công nhận",
        choices=Scope.choices,
        help_text="Phạm vi áp dụng, ảnh hưởng của giải pháp.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_bound and self.authors.is_valid():
            verdict = shares_sum([row["share"] for row in self.authors.rows])
            if not verdict.is_met:
                self.add_error(None, verdict.reason)
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return self.cleaned_data | {"authors": self.authors.rows}


def initiative_initial(initiative: Initiative) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """(values, rows) of a stored initiative for its form; one query."""
    names = ("title", "kind", "year", "field", "problem", "solution", "benefit", "scope")
    rows = {"authors": list(initiative.authors.values("person", "share"))}
    return {name: getattr(initiative, name) for name in names}, rows


class RecogniseForm(FriendlyForm):
    """The recognition: number, date, scope."""

    number = forms.CharField(
        label="Số quyết định công nhận", max_length=60, help_text="Ví dụ: 1234/QĐ-BTNMT",
        error_messages={"required": "Hãy ghi số quyết định công nhận."},
    )  # fmt: skip
    recognised_on = forms.DateField(label="Ngày quyết định")
    scope = forms.ChoiceField(label="Phạm vi được công nhận", choices=Scope.choices)


class ResultForm(FriendlyForm):
    """How a unit was graded for a year."""

    grade = forms.ChoiceField(label="Mức xếp loại", choices=[("", "Chọn mức xếp loại"), *UnitGrade.choices])
    is_outstanding = forms.BooleanField(label="Được công nhận là tập thể tiêu biểu xuất sắc", required=False)
    document = forms.CharField(
        label="Văn bản xác nhận",
        max_length=250,
        help_text="Ví dụ: Quyết định số 3210/QĐ-BTNMT ngày 10/12/2024",
        error_messages={"required": "Hãy ghi văn bản xác nhận kết quả."},
    )
