"""Word files: paragraphs with the numbers Word computes, rows of tables, no more memory than promised."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zlib import error as ZlibError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from campaigns.importing import refusals
from campaigns.importing.extracted import Extracted, Line, of_lines
from campaigns.importing.legacy import from_old_fonts
from campaigns.importing.refusals import Unreadable

MAX_ENTRIES = 2000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_XML = 60 * 1024 * 1024
MAX_RATIO = 150
SMALL = 1024 * 1024
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DROPPED = {
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "rPr",
    "pPr",
    "Fallback",
    "footnoteReference",
    "drawing",
    "object",
}
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_BULLETS = {"-": "-", "–": "-", "—": "-", "+": "+", "o": "•", "*": "*"}
_OL_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: Element | None, key: str = "val") -> str:
    if element is None:
        return ""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == key), "")


def _child(element: Element | None, *path: str) -> Element | None:
    for step in path:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == step), None)
    return element


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


class Numbering:
    """The lists of the document: which number a paragraph shows, counted as Word counts."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._of_style: dict[str, tuple[str, int]] = {}
        self.names: dict[str, str] = {}
        for element in numbering if numbering is not None else ():
            if _name(element) == "abstractNum":
                self._levels[_value(element, "abstractNumId")] = self._read_levels(element)
            elif _name(element) == "num":
                self._read_instance(element)
        for style in _children(styles, "style") if styles is not None else ():
            key = _value(style, "styleId")
            self.names[key] = _value(_child(style, "name")).lower()
            found = _child(style, "pPr", "numPr")
            if found is not None and _child(found, "numId") is not None:
                level = _value(_child(found, "ilvl")) or "0"
                self._of_style[key] = (_value(_child(found, "numId")), int(level))

    def _read_levels(self, element: Element) -> dict[int, tuple[str, str, int]]:
        levels = {}
        for level in _children(element, "lvl"):
            start = _value(_child(level, "start")) or "1"
            levels[_number(_value(level, "ilvl"))] = (
                _value(_child(level, "numFmt")) or "decimal",
                _value(_child(level, "lvlText")),
                _number(start, 1),
            )
        return levels

    def _read_instance(self, element: Element) -> None:
        key = _value(element, "numId")
        self._abstract[key] = _value(_child(element, "abstractNumId"))
        for override in _children(element, "lvlOverride"):
            start = _value(_child(override, "startOverride"))
            if start:
                self._starts[key, _number(_value(override, "ilvl"))] = _number(start, 1)

    def shown(self, properties: Element | None) -> tuple[str, int]:
        """(the number or bullet of the paragraph, its level); ("", 0) outside lists."""
        found = _child(properties, "numPr")
        style = _value(_child(properties, "pStyle"))
        if found is not None and _child(found, "numId") is not None:
            key, level = _value(_child(found, "numId")), _number(_value(_child(found, "ilvl")))
        elif style in self._of_style:
            key, level = self._of_style[style]
        else:
            return "", 0
        levels = self._levels.get(self._abstract.get(key, ""), {})
        if key == "0" or level not in levels:
            return "", 0
        return self._count(key, level, levels), level

    def _count(self, key: str, level: int, levels: dict[int, tuple[str, str, int]]) -> str:
        own = (key, level) in self._starts
        counts = self._counts.setdefault(key if own else self._abstract[key], {})
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        start = self._starts.get((key, level), levels[level][2])
        counts[level] = counts.get(level, start - 1) + 1
        form, pattern, _ = levels[level]
        if form == "bullet":
            return _BULLETS.get(pattern.strip()[:1], "•")
        if form == "none":
            return ""

        def one(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            written = levels.get(at, ("decimal", "", 1))
            return _written(counts.get(at, written[2]), written[0])

        return re.sub(r"%([1-9])", one, pattern).strip()


def _number(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        letter = chr(96 + number)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and number < 40:
        text, rest = "", number
        for worth, sign in _ROMAN:
            text, rest = text + sign * (rest // worth), rest % worth
        return text if form == "lowerRoman" else text.upper()
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("cardinalText", "vietnameseCounting") and 1 <= number <= 10:
        return _OL_WORDS[number - 1].capitalize()
    return str(number)


def _text_of(element: Element) -> str:
    parts: list[str] = []
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        name = _name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in ("tab", "br", "cr", "ptab"):
            parts.append("\n" if name in ("br", "cr") and _value(child, "type") != "page" else " ")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name not in _DROPPED and name not in ("p", "tbl", "txbxContent"):
            stack.append(iter(child))
    return "".join(parts)


def _lines(body: Element, numbering: Numbering, *, in_table: bool = False) -> Iterator[Line]:
    for child in body:
        name = _name(child)
        if name == "p":
            yield from _paragraph(child, numbering, in_table=in_table)
        elif name == "tbl":
            yield from _table(child, numbering)
        elif name in ("sdt", "sdtContent", "customXml", "ins", "smartTag"):
            yield from _lines(child, numbering, in_table=in_table)


def _paragraph(element: Element, numbering: Numbering, *, in_table: bool) -> Iterator[Line]:
    properties = _child(element, "pPr")
    style = numbering.names.get(_value(_child(properties, "pStyle")), "")
    text = _text_of(element)
    if text.strip():
        shown, level = numbering.shown(properties)
        first, *rest = [part for part in text.split("\n") if part.strip()]
        yield Line(first, shown, level, style, in_table)
        yield from (Line(part, "", level, style, in_table) for part in rest)
    for box in element.iter():
        if _name(box) == "txbxContent":
            yield from _lines(box, numbering, in_table=in_table)
            break


def _table(element: Element, numbering: Numbering) -> Iterator[Line]:
    rows = list(_children(element, "tr"))
    for row in rows:
        cells = [list(_lines(cell, numbering, in_table=True)) for cell in _children(row, "tc")]
        filled = [cell for cell in cells if cell]
        if len(rows) >= 3 and len(filled) > 1 and all(len(cell) == 1 for cell in filled):
            words = [f"{c[0].numbering} {c[0].text}".strip() for c in filled]
            yield Line(" | ".join(words), in_table=True)
        else:
            yield from (line for cell in cells for line in cell)


def _checked(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable(refusals.BOMB, name=name)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Unreadable(refusals.PASSWORD, name=name)
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise Unreadable(refusals.BOMB, name=name)
        if entry.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")):
            raise Unreadable(refusals.MACRO, name=name)


def _part(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    try:
        with archive.open(part) as file:
            content = file.read(MAX_XML + 1)
    except KeyError:
        return None
    if len(content) > MAX_XML:
        raise Unreadable(refusals.BOMB, name=name)
    return ElementTree.fromstring(content, forbid_dtd=True)


def read_docx(raw: bytes, name: str) -> Extracted:
    """The paragraphs of a Word file, numbers resolved, rows of tables as « | » lines.

    Raises Unreadable.
    """
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _checked(archive, name)
            types = (
                archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.namelist() else b""
            )
            if b"macroEnabled" in types:
                raise Unreadable(refusals.MACRO, name=name)
            if b"wordprocessingml" not in types:
                raise Unreadable(refusals.OTHER_KIND, name=name)
            document = _part(archive, "word/document.xml", name)
            numbering = Numbering(
                _part(archive, "word/numbering.xml", name), _part(archive, "word/styles.xml", name)
            )
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ZlibError,
        ParseError,
        ValueError,
    ) as error:
        if isinstance(error, DefusedXmlException):
            raise Unreadable(refusals.BOMB, name=name) from error
        raise Unreadable(refusals.BROKEN, name=name) from error
    except RuntimeError as error:
        raise Unreadable(refusals.PASSWORD, name=name) from error
    body = _child(document, "body")
    if body is None:
        raise Unreadable(refusals.BROKEN, name=name)
    lines = list(_lines(body, numbering))
    turned = from_old_fonts("\n".join(line.text for line in lines)).split("\n")
    if len(turned) == len(lines):
        lines = [
            Line(text, line.numbering, line.level, line.style, line.in_table)
            for line, text in zip(lines, turned, strict=True)
        ]
    return of_lines(lines, "docx")
