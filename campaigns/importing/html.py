"""Web pages: the article without the frame of the site, list items with their numbers, rows of tables."""

import re
from html.parser import HTMLParser

from campaigns.importing.extracted import Extracted, Line, of_lines
from campaigns.importing.legacy import decoded, from_old_fonts

_BLOCKS = {
    *(
        "p",
        "div",
        "section",
        "article",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "table",
    ),
    *("tr", "blockquote", "pre", "figure", "figcaption", "dl", "dt", "dd", "center", "body", "address", "hr"),
}
_SKIPPED = {
    "script",
    "style",
    "nav",
    "noscript",
    "template",
    "form",
    "select",
    "button",
    "aside",
    "iframe",
    "svg",
    "head",
}
_VOID = {
    "br",
    "img",
    "hr",
    "input",
    "meta",
    "link",
    "wbr",
    "source",
    "col",
    "area",
    "base",
    "embed",
    "track",
    "param",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
_FRAME = re.compile(
    r"(?:^|[\s_-])(?:menu|breadcrumb|footer|sidebar|navbar|related|comment|share|banner)s?(?:$|[\s_-])", re.I
)


class _Page(HTMLParser):
    """Collects lines; depth of what is skipped, of lists and of tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.article: list[tuple[int, int]] = []
        self._text: list[str] = []
        self._skip: list[str] = []
        self._lists: list[tuple[str, int, str]] = []
        self._tables: list[list[list[str]]] = []
        self._mark, self._style = "", ""
        self._open_article: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skip:
            if tag not in _VOID:
                self._skip.append(tag)
            return
        facts = {key: value or "" for key, value in attrs}
        frame = tag in ("div", "section", "ul", "footer") and _FRAME.search(
            f"{facts.get('class', '')} {facts.get('id', '')}"
        )
        if (tag in _SKIPPED or tag == "footer" or frame or "hidden" in facts) and tag not in _VOID:
            self.close_line()
            self._skip.append(tag)
            return
        if tag == "br":
            self.close_line() if not self._tables else self._text.append(" ")
        elif tag in ("td", "th"):
            self.close_cell()
        elif tag in _BLOCKS:
            self.close_line()
        if tag in ("ol", "ul"):
            start = facts.get("start", "1")
            self._lists.append(
                (tag, int(start) if start.isdecimal() and len(start) < 5 else 1, facts.get("type", "1"))
            )
        elif tag == "li":
            self._mark = self._next_mark()
        elif tag == "table":
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in ("article", "main"):
            self._open_article.append(len(self.lines))
        if tag in _HEADINGS:
            self._style = f"heading {tag[1]}"

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag in self._skip:
                while self._skip and self._skip.pop() != tag:
                    pass
            return
        if tag in ("td", "th"):
            self.close_cell()
        elif tag in _BLOCKS:
            self.close_line()
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        elif tag == "table" and self._tables:
            self._close_table()
        elif tag in ("article", "main") and self._open_article:
            self.article.append((self._open_article.pop(), len(self.lines)))

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._text.append(data)

    def _next_mark(self) -> str:
        if not self._lists:
            return "-"
        tag, number, form = self._lists[-1]
        self._lists[-1] = (tag, number + 1, form)
        if tag == "ul":
            return "-"
        return f"{chr(96 + number)})" if form in "aA" and number <= 26 else f"{number}."

    def close_line(self) -> None:
        """What was collected becomes a line, or a part of the cell in a table."""
        text = " ".join("".join(self._text).split())
        self._text = []
        if not text:
            return
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(f"{self._mark} {text}".strip())
        else:
            self.lines.append(Line(text, self._mark, max(len(self._lists) - 1, 0), self._style))
        self._mark, self._style = "", ""

    def close_cell(self) -> None:
        """A cell ends: its paragraphs stand beside those of the next one."""
        self.close_line()
        if self._tables and self._tables[-1] and self._tables[-1][-1] and self._tables[-1][-1][-1] != "\0":
            self._tables[-1][-1].append("\0")

    def _close_table(self) -> None:
        rows = self._tables.pop()
        for row in rows:
            cells = [cell.split("\n") for cell in "\n".join(row).split("\0")]
            filled = [[text for text in cell if text] for cell in cells]
            filled = [cell for cell in filled if cell]
            if len(rows) >= 3 and len(filled) > 1 and all(len(cell) == 1 for cell in filled):
                self._emit(" | ".join(cell[0] for cell in filled))
            else:
                for cell in filled:
                    for text in cell:
                        self._emit(text)

    def _emit(self, text: str) -> None:
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(text)
        else:
            self.lines.append(Line(text, in_table=True))


def read_html(raw: bytes, name: str) -> Extracted:
    """The paragraphs of a page; of its <article> or <main> alone when that holds most of the words."""
    found = _CHARSET.search(raw[:4096])
    text = ""
    if found:
        try:
            text = from_old_fonts(raw.decode(found[1].decode("ascii")))
        except (LookupError, UnicodeDecodeError):
            text = ""
    page = _Page()
    page.feed(text or decoded(raw))
    page.close()
    page.close_line()
    lines = page.lines
    for start, end in page.article:
        inside = sum(len(line.text) for line in lines[start:end])
        if inside > 400 and inside * 2 > sum(len(line.text) for line in lines):
            lines = lines[start:end]
            break
    return of_lines(lines, "html")
