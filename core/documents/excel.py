"""A document tree as a workbook: a summary sheet, one sheet for each table, one for each chart.

Figures stay figures (numbers, percentages, dates with formats), totals are formulas over the rows above. Text
is always text: what a spreadsheet could take for a formula gets an apostrophe and the "quote prefix" style.

The same tree gives the same bytes: the archive is written again with fixed dates. On that occasion the totals
computed from the tree are put beside the formulas, for readers that show stored values and do not calculate.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.documents.charts import FILLS
from core.documents.layout import column_places, column_weights, head_groups
from core.documents.tree import Chart, Column, Document, Table, Value, to_decimal, value_text

SUMMARY = "Tóm tắt"
FONT = "Times New Roman"
HEAD_FILL = "E3ECE9"
TEXT_LIMIT = 32_767
EPOCH = (1980, 1, 1, 0, 0, 0)
LONG_CODE = 10**11

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_LINE = Side(style="thin", color="8A9491")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FORMULA_CELL = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)(?:<v\s*/>|<v></v>)')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def render_excel(document: Document) -> bytes:
    """The workbook of all tables and charts of the document, in reading order."""
    return _Book(document).render()


def safe_text(text: str) -> str:
    """Text that no spreadsheet runs as a formula, also after a round through CSV."""
    start = text.lstrip(" \u00a0\u3000")
    guarded = f"'{text}" if start.startswith(_FORMULA_STARTS) else text
    return guarded[:TEXT_LIMIT]


def sheet_name(title: str, key: str, taken: Iterable[str]) -> str:
    """A name Excel accepts: at most 31 characters, without []:*?/\\, unique whatever the case."""
    used = {name.casefold() for name in taken}
    name = " ".join(re.sub(r"[\[\]:*?/\\]", " ", title or key).split()).strip("' ") or "Bảng"
    if len(name) > 31:
        cut = name[:30].rsplit(" ", 1)[0]
        name = f"{(cut if len(cut) > 14 else name[:30]).rstrip(' .,-')}…"
    if name.casefold() == "history":
        name = f"{name} 1"
    unique, number = name, 2
    while unique.casefold() in used:
        tail = f" ({number})"
        unique, number = f"{name[: 31 - len(tail)].rstrip()}{tail}", number + 1
    return unique


@dataclass
class _Book:
    document: Document
    book: Workbook = field(default_factory=Workbook)
    styles: dict[str, Any] = field(default_factory=dict)
    computed: dict[tuple[str, str], Value] = field(default_factory=dict)
    key_figures: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    contents: list[tuple[str, str, int]] = field(default_factory=list)

    def render(self) -> bytes:
        summary = self.book.worksheets[0]
        summary.title = SUMMARY
        self._make_styles(summary)
        for block in self.document.all_blocks():
            if isinstance(block, Table):
                self._table(block)
            elif isinstance(block, Chart):
                self._chart(block)
        self._summary(summary)
        self._properties()
        raw = io.BytesIO()
        self.book.save(raw)
        return self._settled(raw)

    # --- Styles ---

    def _make_styles(self, sheet: Worksheet) -> None:
        """Every style is built once and shared by its cells (a style for each cell costs most of the time).

        A shared style must never be changed through a cell: another look is another style here.
        """
        plain, bold = Font(name=FONT, size=12), Font(name=FONT, size=12, bold=True)
        fill = PatternFill("solid", fgColor=HEAD_FILL)
        left = Alignment(vertical="center", wrap_text=True)
        centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
        right = Alignment(horizontal="right", vertical="center")
        self._add("plain", font=plain, alignment=left)
        self._add("bold", font=bold, alignment=left)
        self._add("plain line", font=plain, alignment=Alignment(vertical="center"))
        self._add("bold line", font=bold, alignment=Alignment(vertical="center"))
        self._add("title", font=Font(name=FONT, size=14, bold=True), alignment=Alignment(vertical="center"))
        self._add("note", font=Font(name=FONT, size=11, italic=True), alignment=Alignment(vertical="center"))
        self._add("link", font=Font(name=FONT, size=12, color="175E57", underline="single"), border=_BOX)
        self._add("head", font=bold, fill=fill, border=_BOX, alignment=centre)
        for suffix, font, ground in (("", plain, None), (" group", bold, None), (" total", bold, fill)):
            extra = {"fill": ground} if ground else {}
            self._add(f"text{suffix}", font=font, border=_BOX, alignment=left, **extra)
            self._add(f"code{suffix}", font=font, border=_BOX, alignment=centre, **extra)
            self._add(
                f"date{suffix}", font=font, border=_BOX, alignment=centre, number_format="dd/mm/yyyy", **extra
            )
            for places, form in ((0, "#,##0"), (1, "#,##0.0"), (2, "#,##0.00")):
                self._add(
                    f"n{places}{suffix}", font=font, border=_BOX, alignment=right, number_format=form, **extra
                )
            self._add(
                f"percent{suffix}", font=font, border=_BOX, alignment=right, number_format="0.0%", **extra
            )
        cell: Any = sheet["A1"]
        for name in list(self.styles):
            cell.style = self.styles[name]
            shown, quoted = copy(cell._style), copy(cell._style)
            quoted.quotePrefix = True
            self.styles[name] = (shown, quoted)
        cell.style = "Normal"

    def _add(self, name: str, **parts: Any) -> None:
        self.styles[name] = NamedStyle(name=f"VB {name}", **parts)

    def _put(self, sheet: Worksheet, row: int, column: int, value: Value, style: str) -> Any:
        cell: Any = sheet.cell(row=row, column=column)
        plain, quoted = self.styles[style]
        cell._style = plain
        if isinstance(value, str):
            text = safe_text(value)
            cell.value = text
            cell.data_type = "s"
            if text != value[:TEXT_LIMIT]:
                cell._style = quoted
        elif value is not None:
            cell.value = value
        return cell

    def _formula(
        self, sheet: Worksheet, row: int, column: int, formula: str, value: Value, style: str
    ) -> None:
        cell: Any = sheet.cell(row=row, column=column)
        cell._style = self.styles[style][0]
        cell.value = formula
        self.computed[sheet.title, cell.coordinate] = value

    # --- Sheets ---

    def _sheet(self, title: str, key: str, rows: int) -> Worksheet:
        sheet: Worksheet = self.book.create_sheet(sheet_name(title, key, self.book.sheetnames))
        self.contents.append((sheet.title, title or key, rows))
        self._put(sheet, 1, 1, title or key, "title")
        head = self.document.header
        self._put(sheet, 2, 1, f"{head.kind.upper()} {head.summary}".strip(), "note")
        return sheet

    def _table(self, table: Table) -> None:
        sheet = self._sheet(table.title, table.key, len(table.rows) - len(set(table.group_rows)))
        if table.unit:
            self._put(sheet, 3, 1, f"Đơn vị tính: {table.unit}", "note")
        head_row = 4
        first = self._table_head(sheet, table.columns, head_row)
        styles = [_column_style(table, at) for at in range(len(table.columns))]
        groups = set(table.group_rows)
        for number, values in enumerate(table.rows):
            suffix = " group" if number in groups else ""
            for at, value in enumerate(values):
                kept = _stored(value, table.columns[at])
                style = styles[at] if _fits(kept, table.columns[at]) else "text"
                self._put(sheet, first + number, at + 1, kept, style + suffix)
        last = first + len(table.rows) - 1
        after = last + 1
        if not table.rows:
            self._put(sheet, first, 1, "Không có số liệu", "text")
            after = first + 1
        if table.has_total:
            self._totals(sheet, table, styles, first, last)
            after += 1
        if table.rows:
            reach = f"A{first - 1}:{get_column_letter(len(table.columns))}{last}"
            sheet.auto_filter.ref = reach
        if table.note:
            self._put(sheet, after, 1, table.note, "note")
        widths = [min(max(weight * 1.25 + 1, 7), 60) for weight in column_weights(table)]
        self._set_up(sheet, widths, head_row, first)

    def _table_head(self, sheet: Worksheet, columns: Sequence[Column], row: int) -> int:
        """Writes one or two head rows; returns the first row of figures."""
        groups = head_groups(columns)
        two = any(name for name, _ in groups)
        column = 1
        for name, members in groups:
            for offset, member in enumerate(members):
                if two:
                    upper = name if name and offset == 0 else member.title if not name else None
                    self._put(sheet, row, column + offset, upper, "head")
                    self._put(sheet, row + 1, column + offset, member.title if name else None, "head")
                else:
                    self._put(sheet, row, column + offset, member.title, "head")
            if two and not name:
                sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
            elif name and len(members) > 1:
                end = column + len(members) - 1
                sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=end)
            column += len(members)
        for at in range(row, row + (2 if two else 1)):
            sheet.row_dimensions[at].height = 33
        return row + (2 if two else 1)

    def _totals(self, sheet: Worksheet, table: Table, styles: list[str], first: int, last: int) -> None:
        row = last + 1
        totals = table.totals()
        free = [at for at, column in enumerate(table.columns) if not column.total]
        named = next((at for at in free if table.columns[at].kind == "text"), free[0] if free else None)
        for at, column in enumerate(table.columns):
            if not column.total:
                self._put(sheet, row, at + 1, table.total_label if at == named else None, "text total")
                continue
            letter = get_column_letter(at + 1)
            stored = _stored(totals[at], column)
            self._formula(sheet, row, at + 1, _sum(table, at, letter, first), stored, f"{styles[at]} total")
            title, place = table.title or table.key, f"{letter}{row}"
            self.key_figures.append((sheet.title, title, _full_title(column), place, styles[at]))

    def _chart(self, chart: Chart) -> None:
        sheet = self._sheet(chart.title, chart.key, len(chart.labels))
        if chart.unit:
            self._put(sheet, 3, 1, f"Đơn vị tính: {chart.unit}", "note")
        self._put(sheet, 4, 1, "Nội dung", "head")
        for column, (name, numbers) in enumerate(chart.series, start=2):
            self._put(sheet, 4, column, name or "Số liệu", "head")
            whole = all(n is None or to_decimal(n) == to_decimal(n).to_integral_value() for n in numbers)
            for row, number in enumerate(numbers, start=5):
                self._put(sheet, row, column, number, "n0" if whole else "n1")
        for row, label in enumerate(chart.labels, start=5):
            self._put(sheet, row, 1, label, "text")
        widths = [max([18.0, *(min(len(label) * 1.1, 44) for label in chart.labels)])]
        widths += [max(12.0, min(len(name) * 1.2, 24)) for name, _ in chart.series]
        self._set_up(sheet, widths, 4, 5, landscape=True)
        if chart.labels and chart.series:
            sheet.add_chart(_native(chart, sheet), f"{get_column_letter(len(chart.series) + 3)}4")

    def _summary(self, sheet: Worksheet) -> None:
        head = self.document.header
        self._put(sheet, 1, 1, head.kind.upper() or "VĂN BẢN", "title")
        self._put(sheet, 2, 1, head.summary, "bold line")
        facts = [
            ("Cơ quan chủ quản", head.superior),
            ("Cơ quan ban hành", head.issuer),
            ("Số, ký hiệu", head.number_text.removeprefix("Số:").strip(" \u00a0")),
            ("Địa danh, ngày tháng", head.date_text if head.day else head.place),
            ("Tình trạng", self.document.draft_note or ""),
        ]
        row = 4
        for label, text in facts:
            if text:
                self._put(sheet, row, 1, label, "bold")
                self._put(sheet, row, 2, text, "plain line")
                row += 1
        if self.key_figures:
            row = self._summary_head(sheet, row + 1, "Số liệu chính", ["Bảng", "Chỉ tiêu", "Tổng cộng"])
            for name, title, column, place, style in self.key_figures:
                self._put(sheet, row, 1, title, "text")
                self._put(sheet, row, 2, column, "text")
                formula = f"={quote_sheetname(name)}!{place}"
                self._formula(sheet, row, 3, formula, self.computed[name, place], style)
                row += 1
        if self.contents:
            row = self._summary_head(sheet, row + 1, "Các trang tính", ["Nội dung", "Trang tính", "Số dòng"])
            for name, title, rows in self.contents:
                self._put(sheet, row, 1, title, "text")
                cell = self._put(sheet, row, 2, name, "link")
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(name)}!A1")
                self._put(sheet, row, 3, rows, "n0")
                row += 1
        self._set_up(sheet, [44, 34, 16], None, None)

    def _summary_head(self, sheet: Worksheet, row: int, title: str, columns: Sequence[str]) -> int:
        self._put(sheet, row, 1, title, "bold")
        for at, column in enumerate(columns, start=1):
            self._put(sheet, row + 1, at, column, "head")
        return row + 2

    def _set_up(
        self,
        sheet: Worksheet,
        widths: Sequence[float],
        head_row: int | None,
        first: int | None,
        *,
        landscape: bool = False,
    ) -> None:
        """Widths, frozen head, and paper: A4, one page wide, head on every page, page n of m."""
        for at, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(at)].width = round(width, 1)
        if head_row and first:
            sheet.freeze_panes = f"A{first}"
            sheet.print_title_rows = f"{head_row}:{first - 1}"
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.paperSize = 9
        sheet.page_setup.orientation = "landscape" if landscape or sum(widths) > 95 else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins.left, sheet.page_margins.right = 0.8, 0.5
        sheet.page_margins.top = sheet.page_margins.bottom = 0.8
        sheet.print_options.horizontalCentered = True
        issuer, name = self.document.header.issuer, self.document.name
        head: Any = sheet.oddHeader
        foot: Any = sheet.oddFooter
        head.left.text = issuer[:80].replace("&", "&&")
        head.right.text = (self.document.draft_note or "")[:90].replace("&", "&&") or None
        foot.left.text = name[:90].replace("&", "&&")
        foot.right.text = "Trang &P/&N"

    # --- File ---

    def _properties(self) -> None:
        day = self.document.header.day
        moment = datetime.combine(day, time()) if day else datetime(*EPOCH)  # noqa: DTZ001 - written as is
        self.book.properties.title = self.document.name
        self.book.properties.creator = self.document.header.issuer
        self.book.properties.language = self.document.lang
        self.book.properties.created = moment
        self.book.calculation.fullCalcOnLoad = True

    def _settled(self, raw: io.BytesIO) -> bytes:
        created = self.book.properties.created.strftime("%Y-%m-%dT%H:%M:%SZ")
        names = {
            f"xl/worksheets/sheet{at}.xml": name for at, name in enumerate(self.book.sheetnames, start=1)
        }
        out = io.BytesIO()
        with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in sorted(old.infolist(), key=lambda one: one.filename != "[Content_Types].xml"):
                content = old.read(info)
                if info.filename == "docProps/core.xml":
                    content = _MODIFIED.sub(rf"\g<1>{created}\g<2>", content.decode()).encode()
                elif info.filename in names:
                    content = self._with_values(content.decode(), names[info.filename]).encode()
                fixed = zipfile.ZipInfo(info.filename, EPOCH)
                fixed.compress_type = zipfile.ZIP_DEFLATED
                fixed.create_system = 3
                fixed.external_attr = 0o600 << 16
                new.writestr(fixed, content)
        return out.getvalue()

    def _with_values(self, xml: str, sheet: str) -> str:
        def filled(found: re.Match[str]) -> str:
            value = self.computed.get((sheet, found[2]))
            return found[0] if value is None else f"{found[1]}<v>{value}</v>"

        return _FORMULA_CELL.sub(filled, xml)


# --- Values and formulas ---


def _column_style(table: Table, at: int) -> str:
    column = table.columns[at]
    if column.kind == "integer":
        return "n0"
    if column.kind == "number":
        return f"n{column_places(table, at) or 0}"
    return column.kind


def _stored(value: Value, column: Column) -> Value:
    """What the cell holds: percentages as fractions, days without a clock, long codes as text."""
    if isinstance(value, bool):
        return value_text(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (int, float, Decimal)):
        if column.kind == "percent":
            return to_decimal(value) / 100
        if column.kind == "code" and value >= LONG_CODE:
            return str(value)
    return value


def _fits(value: Value, column: Column) -> bool:
    """Whether the value is of the column's kind; a word in a column of figures is shown as text."""
    if value is None:
        return True
    if column.is_numeric:
        return isinstance(value, (int, float, Decimal))
    return isinstance(value, date) if column.kind == "date" else True


def _full_title(column: Column) -> str:
    return f"{column.group}: {column.title}" if column.group else column.title


def _sum(table: Table, at: int, letter: str, first: int) -> str:
    """=SUM over the rows; section rows that carry a figure of their own are left out."""
    rows = range(len(table.rows))
    skip = {number for number in table.group_rows if table.rows[number][at] is not None}
    if not skip:
        return f"=SUM({letter}{first}:{letter}{first + len(rows) - 1})"
    parts, start = [], None
    for number in [*rows, len(rows)]:
        counted = number < len(rows) and number not in skip
        if counted and start is None:
            start = number
        elif not counted and start is not None:
            parts.append(f"{letter}{first + start}:{letter}{first + number - 1}")
            start = None
    # A function takes at most 255 arguments.
    sums = [f"SUM({','.join(parts[at : at + 200])})" for at in range(0, len(parts), 200)]
    return "=" + ("+".join(sums) or "0")


def _native(chart: Chart, sheet: Worksheet) -> BarChart | LineChart:
    rows, columns = len(chart.labels), len(chart.series)
    native: Any
    if chart.kind == "line":
        native = LineChart()
    else:
        native = BarChart()
        native.type, native.gapWidth = "bar", 60
        native.x_axis.scaling.orientation = "maxMin"
    if chart.kind == "share":
        native.grouping, native.overlap = "percentStacked", 100
        body = Reference(sheet, min_col=1, max_col=columns + 1, min_row=5, max_row=4 + rows)
        native.add_data(body, from_rows=True, titles_from_data=True)
        native.set_categories(Reference(sheet, min_col=2, max_col=columns + 1, min_row=4))
    else:
        body = Reference(sheet, min_col=2, max_col=columns + 1, min_row=4, max_row=4 + rows)
        native.add_data(body, titles_from_data=True)
        native.set_categories(Reference(sheet, min_col=1, min_row=5, max_row=4 + rows))
    for at, series in enumerate(native.series):
        colour = FILLS[at % len(FILLS)].removeprefix("#").upper()
        series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.solidFill = colour
        series.smooth = False if chart.kind == "line" else None
    native.title = chart.title or None
    native.x_axis.delete = native.y_axis.delete = False
    native.y_axis.title = chart.unit or None
    native.y_axis.number_format = "0%" if chart.kind == "share" else "#,##0"
    native.dataLabels = DataLabelList()
    native.dataLabels.showVal = True
    for name in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(native.dataLabels, name, False)
    if columns == 1 and chart.kind != "share":
        native.legend = None
    elif native.legend is not None:
        native.legend.position = "b"
    native.width, native.height = 22, max(8.5, 1.1 * rows * columns + 4) if chart.kind == "bar" else 9.5
    return native
