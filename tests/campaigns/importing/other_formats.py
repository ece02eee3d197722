"""The texts of the corpus as Word, PDF and web pages, made the way offices make them: the head is a table of
two columns, numbers of lists are Word's own, pages have numbers.
"""

import html
import io
import re
import zipfile

from weasyprint import HTML

from campaigns.importing.numbering import mark_at

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RIGHT = re.compile(r"^(?:CỘNG HÒA|Độc lập|-{3,}$)|, ngày ")
KIND = re.compile(r"^(?:KẾ HOẠCH|CHỈ THỊ|QUYẾT ĐỊNH|THÔNG BÁO|THỂ LỆ|BÁO CÁO|LỜI KÊU GỌI|Kính gửi)")
FOOT = re.compile(r"^Nơi nhận")
FORMATS = {
    "arabic": ("decimal", "%1."),
    "letter": ("lowerLetter", "%1)"),
    "dash": ("bullet", "-"),
    "plus": ("bullet", "+"),
    "roman": ("upperRoman", "%1."),
}
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def parts(text: str) -> tuple[list[str], list[str], list[str]]:
    """(left column, right column, body) of a text."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    begin = next((at for at, line in enumerate(lines[:14]) if KIND.match(line)), 0)
    if not any(RIGHT.match(line) for line in lines[:begin]):
        return [], [], lines
    right = [line for line in lines[:begin] if RIGHT.search(line)]
    return [line for line in lines[:begin] if line not in right], right, lines[begin:]


def packed(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


class Word:
    """A Word file: paragraphs, lists numbered by Word, the head as a table."""

    def __init__(self) -> None:
        self.body: list[str] = []
        self.lists: list[str] = []
        self.previous: dict[str, int] = {}

    def paragraph(self, words: str, style: str = "") -> str:
        mark = mark_at(words)
        properties = ""
        if (
            mark
            and mark.style in FORMATS
            and "đ)" not in words[:3]
            and self.may_number(mark.style, mark.value)
        ):
            number = self.list_of(mark.style, mark.value)
            properties = f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
            words = words[mark.end :]
        elif style:
            properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        # Word cuts a paragraph into runs wherever somebody typed
        half = len(words) // 2
        runs = "".join(
            f'<w:r><w:t xml:space="preserve">{html.escape(part)}</w:t></w:r>'
            for part in (words[:half], words[half:])
        )
        return f"<w:p>{properties}{runs}</w:p>"

    def may_number(self, style: str, value: int | None) -> bool:
        return value is None or value == 1 or self.previous.get(style) == value - 1

    def list_of(self, style: str, value: int | None) -> int:
        if value in (None, 1) or style not in self.previous:
            self.lists.append(style)
        if value is not None:
            self.previous[style] = value
        return (
            len(self.lists)
            if value in (None, 1)
            else 1 + max(at for at, one in enumerate(self.lists) if one == style)
        )

    def table(self, rows: list[list[list[str]]]) -> str:
        cells = "".join(
            "<w:tr>"
            + "".join(
                f"<w:tc>{''.join(self.paragraph(line) for line in cell) or '<w:p/>'}</w:tc>" for cell in row
            )
            + "</w:tr>"
            for row in rows
        )
        return f"<w:tbl>{cells}</w:tbl>"

    def numbering(self) -> str:
        kinds = "".join(
            f'<w:abstractNum w:abstractNumId="{at}"><w:lvl w:ilvl="0"><w:start '
            f'w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText '
            f'w:val="{shown}"/></w:lvl></w:abstractNum>'
            for at, (form, shown) in enumerate(FORMATS.values())
        )
        order = list(FORMATS)
        instances = "".join(
            f'<w:num w:numId="{at}"><w:abstractNumId '
            f'w:val="{order.index(style)}"/><w:lvlOverride w:ilvl="0"><w:startOverride '
            f'w:val="1"/></w:lvlOverride></w:num>'
            for at, style in enumerate(self.lists, start=1)
        )
        return f'<w:numbering xmlns:w="{NAMESPACE}">{kinds}{instances}</w:numbering>'

    def file(self, **more: str | bytes) -> bytes:
        document = f'<w:document xmlns:w="{NAMESPACE}"><w:body>{"".join(self.body)}</w:body></w:document>'
        return packed(
            {
                "[Content_Types].xml": TYPES,
                "word/document.xml": document,
                "word/numbering.xml": self.numbering(),
                **more,
            }
        )


def as_docx(text: str) -> bytes:
    """A Word file of the text."""
    left, right, body = parts(text)
    word = Word()
    if left:
        word.body.append(word.table([[left, right]]))
    foot = next((at for at, line in enumerate(body) if FOOT.match(line)), len(body))
    word.body += [word.paragraph(line) for line in body[:foot]]
    if body[foot:]:
        signer = next((at for at in range(foot + 1, len(body)) if body[at].isupper()), len(body))
        word.body.append(word.table([[body[foot:signer], body[signer:]]]))
    return word.file()


def as_html(text: str, *, is_printed: bool = False) -> str:
    """A web page of the text with a menu around it; is_printed: the page that is made a PDF."""
    left, right, body = parts(text)
    out = []
    if left:
        cells = "".join(
            "<td>" + "".join(f"<p>{html.escape(line)}</p>" for line in column) + "</td>"
            for column in (left, right)
        )
        out.append(f"<table><tr>{cells}</tr></table>")
    out += [f"<p>{html.escape(line)}</p>" for line in body]
    if is_printed:
        style = (
            "@page{size:A4;margin:20mm;@bottom-center{content:counter(page)}} td{width:50%;"
            "vertical-align:top;text-align:center} body{font:13pt serif;text-align:justify}"
        )
        head = f"<head><title>x</title><style>{style}</style></head>"
        return f'<html lang="vi">{head}<body>{"".join(out)}</body></html>'
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Cổng thông '
        'tin</title><script>var a="phát động";</script></head>'
        '<body><nav><ul><li>Trang chủ</li><li>Tin tức</li></ul></nav><div class="menu">Giới '
        "thiệu</div><article>"
        f"{''.join(out)}</article><aside>Tin nổi bật: phát động phong trào thi đua "
        f"khác</aside><footer>Bản quyền</footer></body></html>"
    )


def as_pdf(text: str) -> bytes:
    """A PDF of the text."""
    return HTML(string=as_html(text, is_printed=True)).write_pdf()
