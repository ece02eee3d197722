"""The faulty rows as a workbook to mend: every faulty cell carries a comment saying what and how."""

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from core.models import RowState, SheetImport
from core.sheets.child import place_of
from core.sheets.kinds import SheetKind
from core.sheets.workbooks import BODY, FAULT, HEAD, put, saved

AUTHOR = "Hệ thống"
SUMMARY = "Cần sửa"


def faulty_workbook(run: SheetImport, kind: SheetKind) -> bytes:
    """The workbook: the columns in the order of the sheet that was handed in, under the names of the
    template, so that it can be handed in again as it is; then one column with everything to mend.
    """
    rows = list(run.rows.filter(state=RowState.FAULTY).order_by("number"))
    columns = {name: column for name, column in run.mapping.items() if column}
    names = sorted((n for n in columns if kind.field_named(n)), key=lambda n: place_of(columns[n]))
    faulty = {fault["field"] for row in rows for fault in row.faults}
    names += [of.name for of in kind.fields if of.name in faulty and of.name not in columns]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Dòng cần sửa"
    for at, name in enumerate(names, start=1):
        of = kind.field_named(name)
        put(sheet, 1, at, of.label if of else name, HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = 22
    put(sheet, 1, len(names) + 1, SUMMARY, HEAD)
    sheet.column_dimensions[get_column_letter(len(names) + 1)].width = 70
    for number, row in enumerate(rows, start=2):
        found: dict[str, list[str]] = {}
        for fault in row.faults:
            name = fault["field"] if fault["field"] in names else names[0]
            found.setdefault(name, []).append(fault["text"])
        for at, name in enumerate(names, start=1):
            cell = put(sheet, number, at, row.values.get(name, ""), FAULT if name in found else BODY)
            if name in found:
                comment = Comment("\n".join(found[name]), AUTHOR)
                comment.width, comment.height = 320, 40 + 40 * len(found[name])
                cell.comment = comment
        texts = [f"{_label(kind, fault['field'])}{fault['text']}" for fault in row.faults]
        put(sheet, number, len(names) + 1, f"Dòng {row.number} của tệp đã tải lên. " + " ".join(texts), BODY)
    sheet.freeze_panes = "A2"
    return saved(book)


def _label(kind: SheetKind, name: str) -> str:
    of = kind.field_named(name)
    return f"{of.label}: " if of else ""
