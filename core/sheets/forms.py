"""Forms of imports: the upload, the matching of columns, the correction of one row."""

from typing import Any

from django import forms

from core.forms import CleanForm
from core.models import SheetImport, SheetRow
from core.sheets.kinds import SheetKind
from core.sheets.reader import ROW_LIMIT
from core.sheets.values import Wrong, parse

PICK = "pick_"


class UploadForm(CleanForm):
    """The workbook."""

    file = forms.FileField(
        label="Tệp bảng tính (.xlsx)",
        help_text="Tối đa 5.000 dòng, 25 MB. Chưa có gì được ghi vào hệ thống cho đến khi xem trước và "
        "xác nhận.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "Hãy chọn tệp bảng tính.",
            "empty": "Tệp rỗng, hãy chọn lại.",
            "missing": "Hãy chọn tệp bảng tính.",
            "invalid": "Tệp không gửi lên được. Hãy chọn lại.",
        },
    )

    def clean_file(self) -> Any:
        """Only workbooks; old and macro formats are told how to become one."""
        upload = self.cleaned_data["file"]
        extension = (upload.name or "").rpartition(".")[2].lower()
        if extension in ("xls", "xlsm", "xlsb", "ods", "csv"):
            raise forms.ValidationError(
                f"Chưa nhận tệp .{extension}. Hãy mở tệp, chọn «Lưu thành» (Save As), loại «Excel "
                "Workbook (.xlsx)», rồi "
                "tải tệp mới lên."
            )
        if extension != "xlsx":
            raise forms.ValidationError("Chỉ nhận bảng tính Excel (.xlsx). Hãy chọn tệp khác.")
        return upload


class MappingForm(CleanForm):
    """Which column is which field, and in which row the headings stand."""

    header_row = forms.IntegerField(
        label="Dòng tiêu đề",
        min_value=1,
        max_value=ROW_LIMIT,
        help_text="Số của dòng ghi tên các cột. Đổi số này thì tệp được đọc lại từ dòng đó.",
        error_messages={"invalid": "Hãy ghi số dòng.", "required": "Hãy ghi số dòng."},
    )

    def __init__(self, *args: Any, kind: SheetKind, run: SheetImport, **kwargs: Any) -> None:
        initial = {"header_row": run.header_row} | run.mapping
        super().__init__(*args, initial=initial, **kwargs)
        self.kind = kind
        columns = [
            (h["column"], f"{h['column']} – {h['text'] or 'không có tiêu đề'}"[:90]) for h in run.headings
        ]
        for of in kind.fields:
            self.fields[of.name] = forms.ChoiceField(
                label=of.label,
                required=of.is_required,
                choices=[("", "– không có trong tệp –"), *columns],
                help_text="Cột bắt buộc." if of.is_required else "",
                error_messages={
                    "required": f"Hãy chọn cột của «{of.label}»; đây là cột bắt buộc.",
                    "invalid_choice": "Tệp không có cột này. Hãy chọn lại.",
                },
            )
        self.head = run.header_row
        self._clean_text_fields()

    def clean(self) -> dict[str, Any]:
        """With another row of headings the columns are read anew; what was chosen does not matter then."""
        data = super().clean() or self.cleaned_data
        if data.get("header_row") not in (None, self.head):
            for of in self.kind.fields:
                self.errors.pop(of.name, None)
        return data

    @property
    def mapping(self) -> dict[str, str]:
        """field → column, as chosen."""
        return {of.name: self.cleaned_data.get(of.name, "") for of in self.kind.fields}

    @property
    def column_fields(self) -> list[Any]:
        """The bound fields of the columns."""
        return [self[of.name] for of in self.kind.fields]


class RowForm(CleanForm):
    """The texts of one row; where candidates are known they can be picked."""

    def __init__(self, *args: Any, kind: SheetKind, row: SheetRow, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=row.values, **kwargs)
        self.kind = kind
        self.wrong: dict[str, list[str]] = {}
        for fault in row.faults:
            self.wrong.setdefault(fault["field"], []).append(fault["text"])
            if fault.get("choices") and f"{PICK}{fault['field']}" not in self.fields:
                self.fields[f"{PICK}{fault['field']}"] = forms.ChoiceField(
                    label="Chọn một trong các kết quả gần đúng",
                    required=False,
                    choices=[*map(tuple, fault["choices"]), ("", "Không chọn, ghi ở ô bên dưới")],
                    widget=forms.RadioSelect,
                )
        for of in kind.fields:
            text = row.values.get(of.name, "")
            choices = [("", "– để trống –"), *((c[1], c[1]) for c in of.choices)]
            if of.type == "yes_no":
                choices = [("", "– để trống –"), ("Có", "Có"), ("Không", "Không")]
            if len(choices) > 1:
                try:
                    value = parse(of, text, today)
                    shown = {c[0]: c[1] for c in of.choices} | {True: "Có", False: "Không"}
                    self.initial[of.name] = shown.get(value, "")
                except Wrong:
                    choices.append((text, f"{text[:60]} (đang ghi, chưa đúng)"))
                widget = forms.ChoiceField(label=of.label, required=False, choices=choices)
            else:
                widget = forms.CharField(label=of.label, required=False, max_length=4000)
            self.fields[of.name] = widget
        self._clean_text_fields()

    @property
    def texts(self) -> dict[str, str]:
        """field → text, with what was picked."""
        found = {of.name: self.cleaned_data.get(of.name, "") for of in self.kind.fields}
        for name, value in self.cleaned_data.items():
            if name.startswith(PICK) and value:
                found[name.removeprefix(PICK)] = value
        return found

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Fields with their faults first, then the others: {"field", "pick", "faults"}."""
        rows = [
            {
                "field": self[of.name],
                "pick": self[f"{PICK}{of.name}"] if f"{PICK}{of.name}" in self.fields else None,
                "faults": self.wrong.get(of.name, []),
            }
            for of in self.kind.fields
        ]
        return sorted(rows, key=lambda row: not row["faults"])
