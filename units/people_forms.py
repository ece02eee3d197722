"""Shapes of the forms about people: the record, posts, the year's grades, the registers."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.forms import CleanForm
from core.text import clean, search_key
from units.choices import (
    DisciplineKind,
    HoldKind,
    LeaderLevel,
    LeadingPost,
    PersonGrade,
    PersonStatus,
    Sex,
    TrainingResult,
)
from units.models import Person, Posting, Unit

DAY = "Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 30/06/2024."
NUMBER = "Hãy nhập số, ví dụ 10 hoặc 10,5."
PICK = "Hãy chọn một mục."


# --- parts -----------------------------------------------------------------------------------------
class UnitPicker(forms.TextInput):
    """A text box with the units as suggestions: quick with three thousand of them, and without a mouse."""

    units: Iterable[tuple[str, str]] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}_units"
        box = super().render(name, value, {**(attrs or {}), "list": list_id, "autocomplete": "off"}, renderer)
        rows = ((f"{unit} ({code})",) for code, unit in self.units)
        options = format_html_join("", '<option value="{}"></option>', rows)
        return format_html('{}<datalist id="{}">{}</datalist>', box, list_id, options)


class UnitField(forms.Field):
    """A unit by code, by name, or by words of it (marks ignored) when they fit only one."""

    widget = UnitPicker

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Gõ vài chữ của tên (không cần dấu) hoặc mã, rồi chọn trong gợi ý.")
        super().__init__(**kwargs)
        self.units: QuerySet[Unit] = Unit.objects.none()
        self.error_messages |= {"required": "Hãy chọn đơn vị."}

    def offer(self, units: QuerySet[Unit]) -> None:
        """The units to choose from."""
        self.units = units
        self.widget.units = units.order_by("path").values_list("code", "name")

    def prepare_value(self, value: Any) -> Any:
        return f"{value.name} ({value.code})" if isinstance(value, Unit) else value

    def to_python(self, value: Any) -> Unit | None:
        text = clean(str(value or ""))[:300]
        if isinstance(value, Unit):
            return value
        if not text:  # also when it holds nothing but blanks and control characters
            return None
        code = text.rpartition("(")[2].rstrip(")").strip() if text.endswith(")") else text
        found = self.units.filter(code__iexact=code).first()
        if found is not None:
            return found
        rows = self.units
        for word in search_key(text).split():
            rows = rows.filter(search_key__contains=word)
        matches = list(rows.order_by("sort_key")[:6]) if search_key(text) else []
        same = [unit for unit in matches if search_key(unit.name) == search_key(text)]
        if len(matches) == 1 or len(same) == 1:
            return (same or matches)[0]
        if not matches:
            raise ValidationError(
                f"Không thấy đơn vị nào khớp với «{text}» trong phạm vi của vai trò đang dùng."
            )
        names = "; ".join(f"{unit.name} ({unit.code})" for unit in matches[:5])
        raise ValidationError(f"Có nhiều đơn vị khớp với «{text}»: {names}. Hãy gõ rõ hơn hoặc ghi mã.")


class KnownField(forms.TypedChoiceField):
    """Yes, no, or not known."""

    def __init__(self, label: str, *, yes: str = "Có", no: str = "Không", **kwargs: Any) -> None:
        choices = [("", "Chưa rõ"), ("yes", yes), ("no", no)]
        super().__init__(
            label=label,
            choices=choices,
            coerce=lambda v: v == "yes",
            empty_value=None,
            required=False,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class PersonalForm(CleanForm):
    """Mistakes said in plain Vietnamese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.error_messages |= {"invalid": DAY, "required": DAY}
            elif isinstance(field, forms.DecimalField):
                field.error_messages |= {"invalid": NUMBER, "required": NUMBER}
            elif isinstance(field, forms.ChoiceField):
                field.error_messages |= {
                    "required": PICK,
                    "invalid_choice": "Hãy chọn một mục trong danh sách.",
                }
            elif isinstance(field, forms.IntegerField):
                field.error_messages |= {"invalid": "Hãy nhập số nguyên, ví dụ 1985."}


def _choice(label: str, choices: Any, *, empty: str = "Chọn", required: bool = True, **kwargs: Any) -> Any:
    return forms.ChoiceField(label=label, choices=[("", empty), *choices], required=required, **kwargs)


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text)


class MonthsField(forms.DecimalField):
    """A small number with at most one decimal, written with a comma, without idle zeros."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"max_digits": 4, "decimal_places": 1, "min_value": 0, "widget": box} | kwargs)
        self.error_messages |= {
            "max_decimal_places": "Chỉ nhận một chữ số sau dấu phẩy.",
            "max_digits": "Số quá lớn, hãy kiểm tra lại.",
            "max_whole_digits": "Số quá lớn, hãy kiểm tra lại.",
        }

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.1f}".removesuffix(".0").replace(".", ",") if isinstance(value, Decimal) else value


def _months(label: str, *, required: bool = False, **kwargs: Any) -> MonthsField:
    return MonthsField(label=label, required=required, **kwargs)


def _document(label: str = "Quyết định, văn bản", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=250,
        required=required,
        help_text="Ví dụ: Quyết định số 12/QĐ-TCCB ngày 05/01/2024",
    )


# --- the person ------------------------------------------------------------------------------------
class PersonForm(PersonalForm):
    """The record of a person. The identity number kept is never sent to the page; empty keeps it."""

    full_name = forms.CharField(
        label="Họ và tên", max_length=120, help_text="Ghi đủ họ, tên đệm và tên như giấy tờ."
    )
    code = forms.CharField(
        label="Mã nhân sự", max_length=20, required=False, help_text="Để trống thì hệ thống cấp mã."
    )
    sex = _choice("Giới tính", Sex.choices)
    birth_year = forms.IntegerField(label="Năm sinh", required=False, localize=False)
    id_number = forms.RegexField(
        r"^\s*(?:\d\s*){12}$",
        label="Số định danh cá nhân",
        required=False,
        help_text="12 chữ số; chỉ ghi khi cần phân biệt người trùng họ tên.",
        error_messages={"invalid": "Số định danh cá nhân gồm đúng 12 chữ số."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-private": True}),
    )
    clear_id_number = forms.BooleanField(label="Xóa số định danh đang lưu", required=False)
    status = _choice("Đối tượng", PersonStatus.choices, empty="Chưa rõ", required=False)
    recruited_on = _day("Ngày tuyển dụng", required=False)
    sector_since = _day(
        "Làm việc trong ngành từ ngày", required=False, help_text="Ngày vào ngành tài nguyên và môi trường."
    )
    hard_area_years = _months("Số năm liên tục ở vùng đặc biệt khó khăn", max_value=60)
    higher_retirement_age = KnownField("Thuộc diện tuổi nghỉ hưu cao hơn")
    retiring_on = _day(
        "Ngày nghỉ hưu", required=False, help_text="Ghi khi đã có thông báo hoặc quyết định nghỉ hưu."
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is None or not person.id_number:
            del self.fields["clear_id_number"]
        else:
            self.fields[
                "id_number"
            ].help_text = f"Đang lưu {person.masked_id_number}. Để trống nếu giữ nguyên."

    def values(self) -> dict[str, Any]:
        """What the action gets: an empty identity number means «leave it», unless it is to be cleared."""
        data = dict(self.cleaned_data)
        if data.pop("clear_id_number", False):
            data["id_number"] = ""
        elif not data.get("id_number"):
            data.pop("id_number", None)
        if not data.get("code"):
            data.pop("code", None)
        return data


class PostFields(PersonalForm):
    """What every form of a post asks."""

    unit = UnitField(label="Đơn vị")
    title = forms.CharField(
        label="Chức vụ, vị trí việc làm", max_length=150, help_text="Ví dụ: Chuyên viên chính"
    )
    leader_level = forms.ChoiceField(
        label="Cấp lãnh đạo", choices=LeaderLevel.choices, initial=LeaderLevel.NONE
    )
    post = _choice(
        "Chức vụ tính thời gian cống hiến",
        LeadingPost.choices,
        empty="Không thuộc",
        required=False,
        help_text="Chỉ chọn cho chức vụ mà luật tính thời gian khi xét khen thưởng quá trình cống hiến.",
    )
    is_unit_head = forms.BooleanField(label="Là thủ trưởng đơn vị", required=False)
    is_direct_worker = forms.BooleanField(
        label="Là người lao động trực tiếp (không giữ chức vụ quản lý)", required=False
    )
    document = _document("Quyết định bổ nhiệm, điều động")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_direct_worker") and data.get("leader_level") not in (None, LeaderLevel.NONE):
            self.add_error(
                "is_direct_worker", "Người giữ chức vụ lãnh đạo không phải người lao động trực tiếp."
            )
        return data


class NewPersonForm(PersonForm, PostFields):
    """A new person with a first post."""

    valid_from = _day("Giữ vị trí từ ngày")
    is_other_person = forms.BooleanField(
        label="Tôi đã xem danh sách: đây là người khác, không phải người đã có hồ sơ", required=False
    )


# --- posts -----------------------------------------------------------------------------------------
class PostForm(PostFields):
    """A post held from–to."""

    valid_from = _day("Từ ngày")
    valid_to = _day(
        "Thôi giữ từ ngày", required=False, help_text="Ngày đầu tiên không còn giữ; để trống khi đang giữ."
    )
    old_unit_comment = KnownField(
        "Đơn vị cũ đã có nhận xét",
        help_text="Cần khi chuyển đến sau ít nhất 6 tháng làm việc ở đơn vị cũ trong năm.",
    )


class CorrectPostForm(PostForm):
    """The same, with the reason for the correction."""

    reason = forms.CharField(
        label="Lý do đính chính",
        max_length=500,
        help_text="Ví dụ: nhập nhầm ngày so với Quyết định số 12/QĐ-TCCB",
        error_messages={"required": "Hãy ghi lý do; nội dung cũ và lý do được giữ trong nhật ký."},
    )


class TransferForm(PostFields):
    """A move to another post or unit on a day."""

    on = _day("Chuyển từ ngày")
    old_unit_comment = KnownField("Đơn vị cũ đã có nhận xét")


class EndPostForm(PersonalForm):
    """The end of a post."""

    valid_to = _day("Thôi giữ từ ngày", help_text="Ngày đầu tiên không còn giữ chức vụ này.")
    document = _document()


def post_initial(posting: Posting) -> dict[str, Any]:
    """Start values of a form about an existing post."""
    names = [*PostForm.base_fields]
    return {name: getattr(posting, name) for name in names}


# --- the year --------------------------------------------------------------------------------------
class YearRow(PersonalForm):
    """One person's year in the grid; version: of the record seen, 0 = none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    grade = _choice("Xếp loại", PersonGrade.choices, empty="Chưa có", required=False)
    months_worked = _months("Số tháng làm việc", max_digits=3, max_value=12)
    maternity_months = _months("Số tháng nghỉ thai sản", max_digits=3, max_value=12)

    def values(self) -> dict[str, Any]:
        """The clean values without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class YearForm(YearRow):
    """One person's year on a page of its own."""

    document = _document("Văn bản xếp loại")


class GridForm(PersonalForm):
    """What holds for the whole grid, and the rows: valid together, one summary of mistakes."""

    document = _document("Văn bản xếp loại")
    fill_months = forms.BooleanField(
        label="Người đã chọn xếp loại mà chưa có số tháng: ghi 12 tháng làm việc, 0 tháng nghỉ thai sản",
        required=False,
    )

    def __init__(self, data: Any, *, people: list[Person], records: dict[int, Any], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.rows: list[tuple[Person, YearRow]] = []
        for person in people:
            record = records.get(person.pk)
            names = ("grade", "months_worked", "maternity_months")
            initial = {name: getattr(record, name) for name in names} if record else {}
            initial["version"] = record.version if record else 0
            row = YearRow(data, prefix=f"p{person.pk}", initial=initial)
            for name, css in (("grade", "select"), ("months_worked", "input"), ("maternity_months", "input")):
                row.fields[name].widget.attrs["class"] = css
            self.rows.append((person, row))

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        for person, row in self.rows:
            for name, sentences in row.errors.items():
                label = row.fields[name].label if name in row.fields else ""
                for sentence in sentences:
                    self.add_error(None, f"{person.full_name} – {label}: {sentence}")

    def values(self, kept: dict[int, Any]) -> list[tuple[int, int, dict[str, Any]]]:
        """Rows for the action: (person id, version, values); the document goes to rows that have a grade."""
        found = []
        for person, row in self.rows:
            data, record = row.values(), kept.get(person.pk)
            if self.cleaned_data["fill_months"] and data["grade"] and data["months_worked"] is None:
                data["months_worked"] = 12 - (data["maternity_months"] or 0)
                data["maternity_months"] = data["maternity_months"] or 0
            grade_is_new = data["grade"] and (record is None or record.grade != data["grade"])
            if self.cleaned_data["document"] and (grade_is_new or (data["grade"] and not record.document)):
                data["document"] = self.cleaned_data["document"]
            if record is not None or any(value not in (None, "") for value in data.values()):
                found.append((person.pk, row.cleaned_data["version"], data))
        return found


# --- registers -------------------------------------------------------------------------------------
class DisciplineForm(PersonalForm):
    kind = _choice("Hình thức kỷ luật", DisciplineKind.choices)
    decided_on = _day("Ngày quyết định")
    ended_on = _day("Hết hiệu lực từ ngày", required=False, help_text="Để trống khi còn hiệu lực.")
    document = _document("Quyết định kỷ luật", required=True)


class DisciplineEndForm(PersonalForm):
    ended_on = _day("Hết hiệu lực từ ngày")


class HoldForm(PersonalForm):
    kind = _choice("Lý do tạm dừng", HoldKind.choices)
    opened_on = _day("Từ ngày")
    document = _document()


class HoldCloseForm(PersonalForm):
    closed_on = _day("Kết thúc ngày")
    is_clean = forms.TypedChoiceField(
        label="Kết luận",
        choices=[("yes", "Không có vi phạm"), ("no", "Có vi phạm")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    document = _document("Văn bản kết luận")


class TrainingForm(PersonalForm):
    year = forms.IntegerField(label="Năm", localize=False)
    name = forms.CharField(label="Khóa đào tạo, bồi dưỡng", max_length=250, required=False)
    months = _months("Thời gian (tháng)", required=True, max_value=120)
    result = _choice("Kết quả", TrainingResult.choices, empty="Chưa có", required=False)
    rules_kept = KnownField("Chấp hành quy định của cơ sở đào tạo")


class SecondmentForm(PersonalForm):
    to_unit = forms.CharField(label="Đơn vị nhận biệt phái", max_length=250)
    valid_from = _day("Từ ngày")
    valid_to = _day("Kết thúc từ ngày", required=False, help_text="Ngày đầu tiên không còn biệt phái.")
    from_unit_decides = KnownField("Đơn vị cử đi quyết định xếp loại")
    receiving_unit_confirms = KnownField("Đơn vị nhận đã xác nhận")
    document = _document()


class RemoveForm(PersonalForm):
    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do; nội dung đã bỏ và lý do được giữ trong nhật ký."},
    )


# --- the list --------------------------------------------------------------------------------------
class PeopleFilter(CleanForm):
    """Conditions of the list; a wrong value filters nothing and is named."""

    q = forms.CharField(
        label="Họ tên (không cần dấu) hoặc mã",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    unit = UnitField(label="Đơn vị (gồm cả cấp dưới)", required=False, help_text="")
    kind = forms.ChoiceField(
        label="Vị trí",
        required=False,
        choices=[
            ("", "Mọi vị trí"),
            ("leader", "Giữ chức vụ lãnh đạo"),
            ("direct", "Lao động trực tiếp"),
            ("other", "Vị trí khác"),
        ],
    )
    status = forms.ChoiceField(
        label="Đối tượng",
        required=False,
        choices=[("", "Mọi đối tượng"), *PersonStatus.choices, ("unknown", "Chưa rõ")],
    )
    sex = forms.ChoiceField(label="Giới tính", required=False, choices=[("", "Nam và nữ"), *Sex.choices])
    without_grade = forms.TypedChoiceField(label="Xếp loại", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label="Công tác",
        required=False,
        choices=[("", "Đang công tác"), ("left", "Đã thôi giữ vị trí"), ("all", "Tất cả")],
    )

    def __init__(self, data: Any, *, units: QuerySet[Unit], year: int) -> None:
        super().__init__(data)
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]
        years = [(y, f"Chưa có xếp loại năm {y}") for y in range(year, year - 6, -1)]
        self.fields["without_grade"].choices = [("", "Mọi người"), *years]  # type: ignore[attr-defined]
        self.is_valid()

    def get(self, name: str) -> Any:
        """The clean value, empty when it was wrong or not given."""
        return self.cleaned_data.get(name)
