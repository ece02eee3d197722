"""Shapes of the forms about changes of the organisation; each turns into the plan of a change."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from core.forms import CleanForm
from units import rules
from units.choices import ChangeKind, PlacementKind, UnitKind
from units.models import Unit
from units.queries import search_units

IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
MOST_ROWS = 6
SHOWN_ROWS = 3
SPLIT_ROWS = 4


def unit_text(unit: Unit) -> str:
    """A unit as the fields show and read it: «Cục Viễn thám quốc gia (U031)»."""
    return f"{unit.name} ({unit.code})"


class UnitInput(forms.TextInput):
    """A text box that suggests units while typing; without script the code or the name is typed."""

    template_name = "units/_unit_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggest_url"] = reverse("units:unit-suggest")
        return context


class UnitField(forms.CharField):
    """A unit by its code, by «name (code)», or by words that only one unit has."""

    widget = UnitInput

    def __init__(self, *, label: str, required: bool = True, help_text: str = "") -> None:
        super().__init__(label=label, required=required, help_text=help_text, max_length=320)
        self.rows: QuerySet[Unit] = Unit.objects.none()

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        bracket = IN_BRACKETS.search(text)
        found = self.rows.filter(code=bracket.group(1).strip() if bracket else text).first()
        if found is not None:
            return found
        matches = list(search_units(self.rows, text)[:4])
        exact = [unit for unit in matches if text in (unit.name, unit.short_name)]
        if len(exact) == 1:
            return exact[0]
        if len(matches) == 1:
            return matches[0]
        if not matches:
            raise forms.ValidationError(
                f"Không có đơn vị đang hoạt động nào khớp với «{text}» trong phạm vi của bạn."
            )
        names = "; ".join(unit_text(unit) for unit in matches[:3]) + ("; …" if len(matches) > 3 else "")
        raise forms.ValidationError(f"Nhiều đơn vị khớp với «{text}»: {names}. Hãy ghi mã của đơn vị.")


class ChangeForm(CleanForm):
    """What every decision says: the day, the document, and a note."""

    kind = ""
    on = forms.DateField(label="Ngày hiệu lực", help_text="Ngày đầu tiên theo tổ chức mới, ví dụ 01/03/2025.")
    document = forms.CharField(
        label="Văn bản quyết định", max_length=250,
        help_text="Số, ký hiệu, ngày và cơ quan ban hành, ví dụ: Quyết định số 123/QĐ-BNNMT ngày 28/02/2025.",
    )  # fmt: skip
    note = forms.CharField(
        label="Ghi chú", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, UnitField):
                field.rows = units
        self.order_fields(
            [n for n in self.fields if n not in ("on", "document", "note")] + ["on", "document", "note"]
        )

    def plan(self) -> dict[str, Any]:
        """The plan of the change (see units.change_plans)."""
        raise NotImplementedError

    def _code(self, name: str) -> str:
        unit = self.cleaned_data.get(name)
        return unit.code if unit else ""

    def _new(self, suffix: str = "") -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "code": data[f"new_code{suffix}"], "name": data[f"new_name{suffix}"],
            "short_name": data.get(f"new_short_name{suffix}", ""), "kind": data[f"new_kind{suffix}"],
        }  # fmt: skip

    def _check_new(self, suffix: str, wanted: bool) -> None:
        """A unit to open needs a name, a code and a kind."""
        for name, sentence in (
            (f"new_name{suffix}", "Hãy ghi tên đơn vị mới."),
            (f"new_code{suffix}", "Hãy ghi mã đơn vị mới."),
            (f"new_kind{suffix}", "Hãy chọn loại đơn vị mới."),
        ):
            if wanted and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, sentence)


def _name(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=250, required=required)


def _short_name() -> forms.CharField:
    return forms.CharField(label="Tên viết tắt", max_length=120, required=False)


def _code(*, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        r"^[^\s/()]+$", label="Mã đơn vị", max_length=40, required=required,
        help_text="Không trùng với đơn vị nào, không có khoảng trắng; ví dụ CNMT-01.",
        error_messages={"invalid": "Mã chỉ gồm chữ, số, dấu gạch nối; không có khoảng trắng, dấu gạch chéo."},
    )  # fmt: skip


def _kind(*, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Loại đơn vị", choices=[("", "Chọn loại"), *UnitKind.choices], required=required
    )


def _placement() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Quan hệ với đơn vị cấp trên",
        choices=PlacementKind.choices,
        initial=PlacementKind.ADMINISTRATIVE,
    )


class OpenForm(ChangeForm):
    """A new unit under an existing one."""

    kind = ChangeKind.OPEN
    new_name = _name("Tên đơn vị")
    new_short_name = _short_name()
    new_code = _code()
    new_kind = _kind()
    parent = UnitField(label="Đơn vị cấp trên")
    placement = _placement()

    def plan(self) -> dict[str, Any]:
        return {
            "heirs": [self._new()],
            "parent": self._code("parent"),
            "placement": self.cleaned_data["placement"],
        }


class RenameForm(ChangeForm):
    """Another name for a unit that goes on."""

    kind = ChangeKind.RENAME
    unit = UnitField(label="Đơn vị đổi tên")
    name = _name("Tên mới")
    short_name = _short_name()

    def plan(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"units": [self._code("unit")], "name": data["name"], "short_name": data["short_name"]}


class MoveForm(ChangeForm):
    """Another parent for a unit."""

    kind = ChangeKind.MOVE
    unit = UnitField(label="Đơn vị chuyển")
    parent = UnitField(label="Đơn vị cấp trên mới")
    placement = _placement()

    def plan(self) -> dict[str, Any]:
        return {
            "units": [self._code("unit")], "parent": self._code("parent"),
            "placement": self.cleaned_data["placement"],
        }  # fmt: skip


class CloseForm(ChangeForm):
    """The end of a unit, with or without a successor."""

    kind = ChangeKind.CLOSE
    unit = UnitField(label="Đơn vị giải thể")
    heir = UnitField(
        label="Đơn vị kế thừa", required=False,
        help_text="Nơi tiếp nhận người, việc và hồ sơ. Để trống khi không có; hồ sơ khi đó chỉ để tra cứu.",
    )  # fmt: skip

    def plan(self) -> dict[str, Any]:
        heir = self._code("heir")
        return {"units": [self._code("unit")], "heirs": [heir] if heir else []}


class MergeForm(ChangeForm):
    """Several units that go on as one: an existing one, or one that opens on the day."""

    kind = ChangeKind.MERGE
    heir = UnitField(
        label="Đơn vị kế thừa đang hoạt động", required=False,
        help_text="Khi một đơn vị tiếp nhận các đơn vị khác. Để trống nếu lập đơn vị mới.",
    )  # fmt: skip
    new_name = _name("Tên đơn vị mới", required=False)
    new_short_name = _short_name()
    new_code = _code(required=False)
    new_kind = _kind(required=False)
    parent = UnitField(
        label="Đơn vị cấp trên của đơn vị mới", required=False,
        help_text="Để trống khi giữ nguyên cấp trên của đơn vị thứ nhất.",
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, units=units, **kwargs)
        for number in range(1, MOST_ROWS + 1):
            field = UnitField(label=f"Đơn vị thứ {number}", required=number == 1)
            field.rows = units
            self.fields[f"unit_{number}"] = field

    @property
    def shown_units(self) -> list[Any]:
        return [self[f"unit_{number}"] for number in range(1, SHOWN_ROWS + 1)]

    @property
    def more_units(self) -> list[Any]:
        return [self[f"unit_{number}"] for number in range(SHOWN_ROWS + 1, MOST_ROWS + 1)]

    @property
    def has_more_units(self) -> bool:
        """Whether one of the rows folded away is in use."""
        return any(bound.value() or bound.errors for bound in self.more_units)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wants_new = any(data.get(name) for name in ("new_name", "new_code", "new_kind"))
        if data.get("heir") and wants_new:
            self.add_error("heir", "Hãy chọn một: đơn vị đang hoạt động hoặc đơn vị mới.")
        elif not data.get("heir") and "heir" not in self.errors:
            self._check_new("", True)
        return data

    def plan(self) -> dict[str, Any]:
        codes = [self._code(f"unit_{number}") for number in range(1, MOST_ROWS + 1)]
        heir = self._code("heir")
        return {
            "units": list(dict.fromkeys(code for code in codes if code)),
            "heirs": [heir] if heir else [self._new()],
            "parent": self._code("parent"),
        }  # fmt: skip


class SplitForm(ChangeForm):
    """One unit that goes on as several: existing ones, or ones that open on the day."""

    kind = ChangeKind.SPLIT
    unit = UnitField(label="Đơn vị được chia")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, units=units, **kwargs)
        makers: list[tuple[str, Callable[[], forms.Field]]] = [
            ("heir", lambda: UnitField(label="Đơn vị đang hoạt động", required=False)),
            ("new_name", lambda: _name("Hoặc tên đơn vị mới", required=False)),
            ("new_code", lambda: _code(required=False)),
            ("new_kind", lambda: _kind(required=False)),
        ]
        for number in range(1, SPLIT_ROWS + 1):
            for name, make in makers:
                field = make()
                if isinstance(field, UnitField):
                    field.rows = units
                self.fields[f"{name}_{number}"] = field
        self.fields["work_heir"] = forms.ChoiceField(
            label="Đơn vị nhận công việc đang dở", required=False,
            choices=[("", "Chưa giao đơn vị nào"), *((str(n), f"Đơn vị kế thừa thứ {n}") for n in "1234")],
            help_text="Hồ sơ, đăng ký chưa quyết định chuyển về đây. Người thì bố trí từng người.",
        )  # fmt: skip
        parent = UnitField(
            label="Đơn vị cấp trên của các đơn vị mới", required=False,
            help_text="Để trống khi giữ nguyên cấp trên của đơn vị được chia.",
        )  # fmt: skip
        parent.rows = units
        self.fields["parent"] = parent

    @property
    def heir_rows(self) -> list[tuple[int, list[Any]]]:
        names = ("heir", "new_name", "new_code", "new_kind")
        return [(n, [self[f"{name}_{n}"] for name in names]) for n in range(1, SPLIT_ROWS + 1)]

    @property
    def has_more_heirs(self) -> bool:
        """Whether one of the rows folded away (the third and on) is in use."""
        return any(bound.value() or bound.errors for _, row in self.heir_rows[2:] for bound in row)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, SPLIT_ROWS + 1):
            wants_new = any(data.get(f"{name}_{number}") for name in ("new_name", "new_code", "new_kind"))
            if data.get(f"heir_{number}") and wants_new:
                self.add_error(f"heir_{number}", "Hãy chọn một: đơn vị đang hoạt động hoặc đơn vị mới.")
            elif wants_new:
                self._check_new(f"_{number}", True)
        work = data.get("work_heir")
        if work and not self._row(int(work)):
            self.add_error("work_heir", f"Đơn vị kế thừa thứ {work} còn để trống.")
        return data

    def _row(self, number: int) -> str | dict[str, Any] | None:
        if self._code(f"heir_{number}"):
            return self._code(f"heir_{number}")
        return self._new(f"_{number}") if self.cleaned_data.get(f"new_name_{number}") else None

    def plan(self) -> dict[str, Any]:
        rows = {number: self._row(number) for number in range(1, SPLIT_ROWS + 1)}
        work = rows.get(int(self.cleaned_data["work_heir"] or 0))
        return {
            "units": [self._code("unit")],
            "heirs": [row for row in rows.values() if row],
            "heir": work if isinstance(work, str) else (work or {}).get("code", ""),
            "parent": self._code("parent"),
        }  # fmt: skip


FORMS: dict[str, type[ChangeForm]] = {
    form.kind: form for form in (OpenForm, RenameForm, MoveForm, MergeForm, SplitForm, CloseForm)
}


class ConfirmForm(CleanForm):
    """The last word before a change: what is asked for grave ones is typed."""

    word = forms.CharField(label="Từ xác nhận", max_length=60, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["word"].required = bool(self.asked)
        self.fields["word"].error_messages["required"] = f"Hãy gõ «{self.asked}» rồi bấm lại."
        self.fields["word"].label = f"Gõ «{self.asked}» để xác nhận"

    @property
    def asked(self) -> str:
        """The word to type; empty when none is asked."""
        return rules.CONFIRM_WORDS.get(self.kind, "")

    def clean_word(self) -> str:
        word = self.cleaned_data["word"]
        if not rules.is_confirmed(self.kind, word):
            raise forms.ValidationError(f"Hãy gõ đúng «{self.asked}» rồi bấm lại.")
        return word

    def choices(self) -> dict[str, Any]:
        """What was ticked and chosen beside the word: roles to carry, parents of the units below."""
        chosen = [value for value in self.data.getlist("carry") if value.isdecimal() and len(value) < 18]
        below = {
            name.removeprefix("child:"): value
            for name, value in self.data.items()
            if name.startswith("child:") and value
        }
        return {"carry": [int(value) for value in chosen], "children": below}
