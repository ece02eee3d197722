"""What the forms of this app share: words for mistakes, Vietnamese numbers, rows that can be added and
removed.
"""

import re
from collections.abc import Iterable, Iterator
from copy import copy
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

from campaigns.rules import number_text
from core.forms import CleanForm

NOT_A_NUMBER = "Hãy nhập số, ví dụ 1.234,5."
NOT_A_DATE = "Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 30/06/2024."
TOO_LONG = "Nội dung quá dài: %(show_value)d ký tự, tối đa %(limit_value)d ký tự."
LONG_TEXT = 10000
_GROUPED = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+")


class FriendlyForm(CleanForm):
    """Clean text, and mistakes said in plain Vietnamese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            words = {"max_length": TOO_LONG}
            if isinstance(field, forms.DateField):
                words |= {"invalid": NOT_A_DATE, "required": NOT_A_DATE}
            elif isinstance(field, forms.ChoiceField):
                words |= {
                    "invalid_choice": "Hãy chọn một mục trong danh sách.",
                    "required": "Hãy chọn một mục.",
                }
            elif isinstance(field, forms.IntegerField) and not isinstance(field, NumberField):
                words |= {"invalid": "Hãy nhập số nguyên, ví dụ 2024.", "required": "Hãy nhập một số."}
            else:
                words |= {"required": "Chưa điền mục này."}
            usual: dict[str, Any] = {}
            for ancestor in reversed(type(field).__mro__):
                usual |= getattr(ancestor, "default_error_messages", {})
            for code, sentence in words.items():
                if field.error_messages.get(code) == usual.get(code):
                    field.error_messages[code] = sentence


def read_number(text: str) -> Decimal:
    """«1.234,5», «1234,5», «1.234» and «98.4» as a number; raises InvalidOperation for anything else."""
    text = re.sub(r"\s", "", text)
    if "," in text:
        whole, _, rest = text.partition(",")
        if "." in whole and not _GROUPED.fullmatch(whole):
            raise InvalidOperation
        text = f"{whole.replace('.', '')}.{rest}"
    elif _GROUPED.fullmatch(text):
        text = text.replace(".", "")
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise InvalidOperation
    return Decimal(text)


class NumberField(forms.DecimalField):
    """A number as Vietnamese people type it: dots between thousands, a comma before decimals."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)
        self.error_messages |= {
            "invalid": NOT_A_NUMBER,
            "required": NOT_A_NUMBER,
            "max_digits": "Số quá lớn, hãy kiểm tra lại.",
            "max_whole_digits": "Số quá lớn, hãy kiểm tra lại.",
            "max_decimal_places": "Chỉ nhận tối đa hai chữ số sau dấu phẩy.",
        }

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            return read_number(str(value))
        except InvalidOperation as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return number_text(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


def text_area(label: str, *, rows: int = 4, limit: int = LONG_TEXT, **kwargs: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class ListFilter(FriendlyForm):
    """Filters of a list: words, year, state. A wrong value filters nothing."""

    q = forms.CharField(
        label="Tìm", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    year = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="Trạng thái", required=False)

    def __init__(
        self,
        data: Any,
        *,
        label: str,
        years: Iterable[int],
        states: Iterable[tuple[Any, Any]] = (),
        year: int | None = None,
    ) -> None:
        """year: the one year shown when none is asked for; without it every year is shown."""
        if year is not None and not data.get("year"):
            data = data.copy()
            data["year"] = str(year)
        super().__init__(data)
        self.fields["q"].label = label
        every = [] if year is not None else [("", "Mọi năm")]
        choices = [*every, *((str(found), str(found)) for found in years)]
        self.fields["year"].choices = choices
        self.fields["state"].choices = [("", "Mọi trạng thái"), *states]
        if not states:
            del self.fields["state"]
        self.is_valid()

    def get(self, name: str) -> Any:
        """The clean value, empty when it was wrong or not given."""
        return self.cleaned_data.get(name)


# --- rows ------------------------------------------------------------------------------------------
class RowFormSet(BaseFormSet):
    """Rows in the order of the page; empty rows are left out, removed ones are simply gone."""

    default_error_messages = {
        "missing_management_form": "Biểu mẫu thiếu dữ liệu. Hãy tải lại trang rồi nhập lại.",
        "too_many_forms": "Chỉ nhận tối đa %(num)d dòng. Hãy bỏ bớt.",
        "too_few_forms": "Cần ít nhất %(num)d dòng.",
    }

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        if self.is_bound:
            return super().total_form_count()
        return len(self.initial or []) or self.extra

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Clean values of the rows that hold something."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]


class RowForm(FriendlyForm):
    """One row; its identity alone does not make it filled."""

    def has_changed(self) -> bool:
        return any(name not in ("id", "position") for name in self.changed_data)


def rows_of(form: type[RowForm], *, limit: int, extra: int = 1) -> type[RowFormSet]:
    """A formset class of such rows, at most `limit`."""
    return formset_factory(
        form, formset=RowFormSet, extra=extra, max_num=limit, absolute_max=limit + 1, validate_max=True
    )


class FormWithRows(FriendlyForm):
    """A form and its row sets as one thing: valid together, one summary of mistakes with links.

    row_sets: attribute name → (formset class, heading of a row in the summary). Rows come from
    `rows_initial`.
    """

    row_sets: dict[str, tuple[type[RowFormSet], str]] = {}

    def __init__(
        self,
        data: Any = None,
        *args: Any,
        rows_initial: dict[str, list[dict[str, Any]]] | None = None,
        rows_options: dict[str, dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, *args, **kwargs)
        for name, (factory, _) in self.row_sets.items():
            options = {"form_kwargs": (rows_options or {}).get(name, {})}
            # sent rows are compared with nothing: one that was left as it was must not count as empty
            initial = (rows_initial or {}).get(name) if data is None else None
            row_set = factory(data, prefix=name, initial=initial, **options)
            setattr(self, name, row_set)

    def sets(self) -> Iterable[tuple[RowFormSet, str]]:
        return ((getattr(self, name), heading) for name, (_, heading) in self.row_sets.items())

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        for row_set, heading in self.sets():
            for message in row_set.non_form_errors():
                self.add_error(None, f"{heading}: {message}")
            if any(row_set.errors):
                # under a key that is no field: the form is invalid, the lines come from the rows (see
                # __iter__)
                self._errors[row_set.prefix] = self.error_class(
                    [f"{heading}: hãy sửa các dòng được đánh dấu."]
                )

    def __iter__(self) -> Iterator[forms.BoundField]:
        """The fields, then the wrong fields of the rows, named with their row: the summary links to them."""
        yield from super().__iter__()
        for row_set, heading in self.sets():
            for number, row in enumerate(row_set.forms if self.is_bound else (), start=1):
                for name in row.errors:
                    if name in row.fields:
                        bound = copy(row[name])
                        bound.label = f"{heading} {number} – {bound.label}"
                        yield bound
