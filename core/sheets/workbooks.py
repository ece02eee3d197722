"""What the template and the returned rows have in common: looks, text that stays text, the finished bytes."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

FONT = "Times New Roman"
LINE = Side(style="thin", color="8A9491")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD = {
    "font": Font(name=FONT, size=12, bold=True),
    "fill": PatternFill("solid", fgColor="E3ECE9"),
    "border": BOX,
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
}
BODY = {
    "font": Font(name=FONT, size=12),
    "border": BOX,
    "alignment": Alignment(vertical="center", wrap_text=True),
    "number_format": "@",
}
FAULT = {**BODY, "fill": PatternFill("solid", fgColor="FBE3E0")}
HELP = {
    "font": Font(name=FONT, size=10, italic=True, color="4A5552"),
    "border": BOX,
    "alignment": Alignment(vertical="top", wrap_text=True),
}
TITLE = {"font": Font(name=FONT, size=14, bold=True)}
NOTE = {"font": Font(name=FONT, size=11, italic=True), "alignment": Alignment(wrap_text=True, vertical="top")}


def put(sheet: Any, row: int, column: int, text: str, look: dict[str, Any]) -> Any:
    """Write a text that no spreadsheet runs as a formula."""
    cell = sheet.cell(row=row, column=column)
    cell.value = text or None
    if text:
        cell.data_type = "s"
    for name, value in look.items():
        setattr(cell, name, value)
    if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝")):
        cell.quotePrefix = True
    return cell


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
