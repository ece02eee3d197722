"""A document tree as PDF, in the layout of official papers.

The markup is built here from escaped text only and nothing is ever fetched: style and pictures are inside
the page, so the fetcher refuses every address. The same tree gives the same bytes: dates come from the tree,
never from a clock.

Long tables are laid out in pieces, and a document with very many rows is not tagged (tagging costs a quarter
more memory and time). About 7 ms a row of nine cells: lists nobody prints belong in the workbook.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from core.documents.charts import chart_svg
from core.documents.layout import cell_text, column_places, column_weights, head_groups
from core.documents.measure import balanced, text_width
from core.documents.tree import (
    Annex,
    Block,
    Chart,
    Column,
    Document,
    Header,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Recipients,
    Signature,
    Table,
    Value,
    value_text,
)

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# A table of so few rows stays on one page.
SHORT_ROWS = 8
PIECE_ROWS = 500
TAGGED_ROWS = 1000
CHART_WIDTH = 580
MM = 72 / 25.4
LEFT_WIDTH, BODY_WIDTH = 67 * MM, 160 * MM
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

_STYLE = Path(__file__).with_name("document.css")


class NothingFetched(URLFetcher):
    """Refuses every address: a document never reads a file or the network."""

    def fetch(self, url: str, headers: object = None) -> None:
        raise FatalURLFetchingError(f"A document may not fetch {url!r}")


@cache
def document_css() -> str:
    """The style sheet of documents, read once."""
    return _STYLE.read_text(encoding="utf-8")


def render_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1 (plain PDF for very long lists)."""
    rows = sum(len(table.rows) for table in document.tables())
    return render_html_pdf(render_html(document), document_css(), tagged=rows < TAGGED_ROWS)


def render_html_pdf(html: str, css: str, *, tagged: bool = True) -> bytes:
    """Any complete page with its style as PDF; the page must carry ``lang`` and a title."""
    fetcher = NothingFetched()
    sheet = CSS(string=css, url_fetcher=fetcher)
    page = HTML(string=html, url_fetcher=fetcher)
    result = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1" if tagged else None)
    if result is None:
        raise RuntimeError("WeasyPrint returned no PDF")
    return result


def render_html(document: Document) -> str:
    """The whole page; also what a preview shows."""
    head = document.header
    draft = f' data-draft="{escape(document.draft_note)}"' if document.draft_note else ' data-draft=""'
    day = head.day.isoformat() if head.day else ""
    created = f'<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}">'
    return "".join(
        [
            f'<!DOCTYPE html><html lang="{escape(document.lang)}"><head><meta charset="utf-8">',
            f"<title>{escape(document.name)}</title>",
            f'<meta name="author" content="{escape(head.issuer)}">',
            created if day else "",
            f"<style>{_annex_pages(document.annexes)}</style></head><body{draft}>",
            _head(head, bool(document.draft_note)),
            '<div class="main">',
            *(_block(block) for block in document.blocks),
            "</div>",
            _foot(document),
            *(_annex(document, annex, at) for at, annex in enumerate(document.annexes)),
            "</body></html>",
        ]
    )


# --- Head and foot ---


def _head(head: Header, draft: bool) -> str:
    superior = f'<div class="superior">{_lines(head.superior.upper(), LEFT_WIDTH, 12)}</div>'
    issuer = f'<div class="issuer">{_lines(head.issuer.upper(), LEFT_WIDTH, 12, bold=True)}</div>'
    about = "" if head.kind or not head.summary else f'<div class="about">V/v {escape(head.summary)}</div>'
    box = '<div class="draft"><span>DỰ THẢO</span></div>' if draft else ""
    return (
        '<div class="head"><div class="head-row"><div class="head-left">'
        f'{superior if head.superior else ""}{issuer}<div class="short-rule"></div></div>'
        f'<div class="head-right"><div class="country">{COUNTRY}</div>'
        f'<div class="motto"><span>{MOTTO}</span></div></div></div>'
        '<div class="head-row head-second"><div class="head-left">'
        f'<div class="number">{escape(head.number_text)}</div>{about}{box}</div>'
        f'<div class="head-right"><div class="day">{escape(head.date_text)}</div></div></div></div>'
        f"{_title(head)}{_addressees(head.addressees)}"
    )


def _lines(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text broken into even lines; breaks already in it are kept."""
    lines = [line for part in text.split("\n") for line in balanced(part, width, size, bold)]
    return "<br>".join(escape(line) for line in lines)


def _title(head: Header) -> str:
    if not head.kind:
        return '<div class="letter-gap"></div>'
    room = BODY_WIDTH - 10 * MM
    short = " is-short" if text_width(head.summary, 14, bold=True) < room / 2 else ""
    lines = _lines(head.summary, room, 14, bold=True)
    summary = f'<span class="summary">{lines}</span>' if lines else ""
    return (
        f'<div class="title{short}"><h1><span class="kind">{escape(head.kind.upper())}</span>{summary}</h1>'
        '<div class="short-rule"></div></div>'
    )


def _addressees(names: Iterable[str]) -> str:
    texts = [escape(name.rstrip(" ;.")) for name in names]
    if not texts:
        return ""
    if len(texts) == 1:
        return f'<p class="address">Kính gửi: {texts[0]}</p>'
    lines = "".join(f"<p>- {text}{'.' if at == len(texts) - 1 else ';'}</p>" for at, text in enumerate(texts))
    to = '<div class="to">Kính gửi:</div>'
    return f'<div class="address is-many">{to}<div class="to-list">{lines}</div></div>'


def _signature(signature: Signature | None) -> str:
    if signature is None:
        return ""
    lines = [*signature.authority.splitlines(), *signature.position.splitlines()]
    seal = '<div class="seal"></div>' if signature.seal else '<div class="seal is-none"></div>'
    words = "".join(f"<div>{escape(line.upper())}</div>" for line in lines)
    return f'<div class="signature">{words}{seal}<div>{escape(signature.name)}</div></div>'


def _recipients(recipients: Recipients | None, below: bool) -> str:
    if recipients is None or not recipients.lines:
        return ""
    last = len(recipients.lines) - 1
    lines = "".join(
        f"<p>- {escape(line.rstrip(' ;.'))}{'.' if at == last else ';'}</p>"
        for at, line in enumerate(recipients.lines)
    )
    place = " is-below" if below else ""
    return f'<div class="recipients{place}"><p class="recipients-head">Nơi nhận:</p>{lines}</div>'


def _foot(document: Document) -> str:
    right, left, recipients = document.signature, document.left_signature, document.recipients
    if left is not None:
        signers = f'<div class="foot-row is-signers">{_signature(left)}{_signature(right)}</div>'
        confirms = f'<div class="foot-row is-confirming">{_signature(document.confirmation)}</div>'
        signers += confirms if document.confirmation else ""
        return f'<div class="foot">{signers}{_recipients(recipients, below=True)}</div>'
    if right is None and recipients is None:
        return ""
    return (
        '<div class="foot"><div class="foot-row">'
        f'<div class="foot-left">{_recipients(recipients, below=False)}</div>'
        f'<div class="foot-right">{_signature(right)}</div></div></div>'
    )


# --- Annexes ---


def _annex_pages(annexes: Iterable[Annex]) -> str:
    """A named page for each annex: its own size and its own numbering from 1, no number on its first page."""
    rules = []
    for at, annex in enumerate(annexes, start=1):
        size = "size: A4 landscape; margin: 25mm 20mm 20mm 20mm;" if annex.landscape else "size: A4 portrait;"
        rules.append(
            f"@page annex{at} {{ {size} }} "
            f"@page :nth(1 of annex{at}) {{ counter-reset: page 1; @top-center {{ content: none }} }} "
            f".annex{at} {{ page: annex{at} }}"
        )
    return "".join(rules)


def _annex(document: Document, annex: Annex, at: int) -> str:
    label = "Phụ lục"
    if len(document.annexes) > 1:
        label = f"Phụ lục {ROMAN[at] if at < len(ROMAN) else at + 1}"
    blocks = "".join(_block(block) for block in annex.blocks)
    room = (240 if annex.landscape else 150) * MM
    title = _lines(annex.title.upper(), room, 14, bold=True)
    reference = _lines(f"({_reference(document.header)})", room, 13)
    return (
        f'<section class="annex annex{at + 1}"><div class="annex-head"><h2>{label}</h2>'
        f"<h2>{title}</h2><p>{reference}</p></div>{blocks}</section>"
    )


def _reference(head: Header) -> str:
    number = head.number_text.replace("Số: ", "số ", 1).replace("Số:", "số ", 1)
    day = head.date_text.split(", ")[-1]
    kind = head.kind.capitalize() or "Công văn"
    return f"Kèm theo {kind} {number} {day[0].lower()}{day[1:]} của {head.issuer}"


# --- Blocks ---


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level + 1}>{escape(text)}</h{level + 1}>"
        case Paragraph(text, style, lead_in):
            start = f"<strong>{escape(lead_in)}</strong> " if lead_in else ""
            return "".join(
                f'<p class="{style}">{start if at == 0 else ""}{escape(part)}</p>'
                for at, part in enumerate(text.split("\n"))
                if part.strip() or at == 0
            )
        case Items(items):
            return f"<ul>{''.join(f'<li>- {escape(item)}</li>' for item in items)}</ul>"
        case Table():
            return _table(block)
        case Chart():
            caption = f"<figcaption>{escape(block.title)}</figcaption>" if block.title else ""
            return f"<figure>{caption}{chart_svg(block, CHART_WIDTH, 'Tinos')}</figure>"
        case PageBreak():
            return '<div class="page-break"></div>'
    raise TypeError(f"No layout for {type(block).__name__}")


def _table(table: Table) -> str:
    count = len(table.columns)
    dense = " is-tight" if count > 11 else " is-dense" if count > 7 else ""
    open_table = f'<table class="sheet{dense}">{_widths(table)}{_table_head(table.columns)}<tbody>'
    title = f'<p class="table-title">{escape(table.title)}</p>' if table.title else ""
    unit = f'<p class="table-unit">Đơn vị tính: {escape(table.unit)}</p>' if table.unit else ""
    note = f'<p class="table-note">{escape(table.note)}</p>' if table.note else ""
    if not table.rows:
        none = f'<tr><td class="none" colspan="{count}">Không có số liệu</td></tr>'
        return f'<div class="table-block">{title}{unit}{open_table}{none}</tbody></table>{note}</div>'
    places = [column_places(table, at) for at in range(count)]
    groups = set(table.group_rows)
    pieces = []
    for start in range(0, len(table.rows), PIECE_ROWS):
        rows = table.rows[start : start + PIECE_ROWS]
        body = "".join(_row(table.columns, row, places, start + at in groups) for at, row in enumerate(rows))
        if start + PIECE_ROWS >= len(table.rows) and table.has_total:
            body += _total_row(table, places)
        more = ' class="is-more"' if start else ""
        pieces.append(f"<div{more}>{open_table}{body}</tbody></table></div>")
    short = " is-short" if len(table.rows) <= SHORT_ROWS else ""
    return f'<div class="table-block{short}">{title}{unit}{"".join(pieces)}{note}</div>'


def _cell_class(column: Column) -> str:
    if column.is_numeric:
        return ' class="n"'
    return ' class="c"' if column.kind in {"date", "code"} else ""


def _row(columns: Iterable[Column], row: tuple[Value, ...], places: list[int | None], group: bool) -> str:
    filled = [at for at, value in enumerate(row) if value not in (None, "")]
    if group and len(filled) == 1:
        at = filled[0]
        return f'<tr class="g"><td colspan="{len(row)}">{escape(value_text(row[at]))}</td></tr>'
    cells = "".join(
        f"<td{_cell_class(column)}>{escape(cell_text(value, column, place))}</td>"
        for column, value, place in zip(columns, row, places, strict=True)
    )
    return f'<tr class="g">{cells}</tr>' if group else f"<tr>{cells}</tr>"


def _total_row(table: Table, places: list[int | None]) -> str:
    totals = table.totals()
    first = next(at for at, column in enumerate(table.columns) if column.total)
    label = f'<td class="l" colspan="{first}">{escape(table.total_label)}</td>' if first else ""
    cells = "".join(
        f"<td{_cell_class(column)}>{escape(cell_text(total, column, place))}</td>"
        for column, total, place in list(zip(table.columns, totals, places, strict=True))[first:]
    )
    return f'<tr class="t">{label}{cells}</tr>'


def _table_head(columns: Iterable[Column]) -> str:
    groups = head_groups(columns)
    if not any(name for name, _ in groups):
        cells = "".join(f'<th scope="col">{escape(members[0].title)}</th>' for _, members in groups)
        return f"<thead><tr>{cells}</tr></thead>"
    upper: list[str] = []
    lower: list[str] = []
    for name, members in groups:
        if name:
            upper.append(f'<th scope="colgroup" colspan="{len(members)}">{escape(name)}</th>')
            lower.extend(f'<th scope="col">{escape(member.title)}</th>' for member in members)
        else:
            upper.append(f'<th scope="col" rowspan="2">{escape(members[0].title)}</th>')
    return f"<thead><tr>{''.join(upper)}</tr><tr>{''.join(lower)}</tr></thead>"


def _widths(table: Table) -> str:
    weights = column_weights(table)
    whole = sum(weights)
    cols = "".join(f'<col style="width:{weight * 100 / whole:.2f}%">' for weight in weights)
    return f"<colgroup>{cols}</colgroup>"
