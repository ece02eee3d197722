"""The template workbook of a kind: grouped headings, explanations, lists to choose from, a filled example."""

from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from core.sheets.kinds import SheetKind
from core.sheets.reader import ROW_LIMIT
from core.sheets.values import Field
from core.sheets.workbooks import BODY, HEAD, HELP, NOTE, TITLE, put, saved

LISTS = "Danh mục"
GUIDE = (
    "Điền từ dòng 6; mỗi dòng một mục. Cột có dấu (*) bắt buộc. Tối đa 5.000 dòng. Không cần giữ thứ tự cột."
)
FIRST = 6


def template_workbook(kind: SheetKind, actor: Any) -> bytes:
    """The template as an .xlsx file; lists of the actor's own scope are in it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Nhập liệu"
    example = book.create_sheet("Ví dụ")
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for one in (sheet, example):
        _head(one, kind)
    for at, of in enumerate(kind.fields, start=1):
        put(example, FIRST, at, of.example, BODY)
    own = kind.lists(actor)
    column = 0
    for at, of in enumerate(kind.fields, start=1):
        _format(sheet, at)
        choices = own.get(of.name) or [row[1] for row in of.choices]
        if of.type == "yes_no":
            choices = ["Có", "Không"]
        if choices:
            column += 1
            _list(lists, column, choices)
            _validate(sheet, at, of, column, len(choices), is_strict=of.name not in own)
    sheet.freeze_panes = example.freeze_panes = f"A{FIRST}"
    return saved(book)


def _head(sheet: Any, kind: SheetKind) -> None:
    put(sheet, 1, 1, f"Mẫu nhập: {kind.label}", TITLE)
    put(sheet, 2, 1, GUIDE, {"font": NOTE["font"]})
    start = 1
    for at, of in enumerate(kind.fields, start=1):
        put(sheet, 3, at, of.group if at == 1 or kind.fields[at - 2].group != of.group else "", HEAD)
        put(sheet, 4, at, f"{of.label} (*)" if of.is_required else of.label, HEAD)
        put(sheet, 5, at, of.help, HELP)
        sheet.column_dimensions[get_column_letter(at)].width = max(16, min(len(of.label) + 6, 34))
        is_last = at == len(kind.fields) or kind.fields[at].group != of.group
        if is_last and at > start:
            sheet.merge_cells(start_row=3, end_row=3, start_column=start, end_column=at)
        if is_last:
            start = at + 1
    sheet.row_dimensions[4].height = 34
    sheet.row_dimensions[5].height = 64


def _format(sheet: Any, at: int) -> None:
    """Whole columns are text: codes keep their zeros, dates stay as typed."""
    sheet.column_dimensions[get_column_letter(at)].number_format = "@"


def _list(sheet: Any, column: int, choices: list[str]) -> None:
    for row, text in enumerate(choices, start=1):
        put(sheet, row, column, text, {})


def _validate(sheet: Any, at: int, of: Field, column: int, rows: int, *, is_strict: bool) -> None:
    letter = get_column_letter(column)
    rule = DataValidation(
        type="list",
        formula1=f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${rows}",
        allow_blank=True,
        showErrorMessage=is_strict,
        errorTitle="Không có trong danh mục",
        error=f"Hãy chọn «{of.label}» trong danh sách.",
    )
    mark = get_column_letter(at)
    rule.add(f"{mark}{FIRST}:{mark}{FIRST + ROW_LIMIT - 1}")
    sheet.add_data_validation(rule)
