"""One report from figures to bytes: the worker and the command line build through this one function."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.documents.excel import render_excel
from core.documents.pdf import render_pdf
from core.documents.tree import Document
from core.text import search_key
from reports import figures as numbers
from reports.choices import ReportKind
from reports.periodic import document_of
from reports.periods import period_of
from units import queries as units
from units.models import Unit

RENDERERS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "pdf": ("Trình bày bản PDF", render_pdf),
    "xlsx": ("Ghi bảng tính Excel", render_excel),
}
STEP_COUNT = len(RENDERERS) + 2
_STEMS = {ReportKind.SIX_MONTH: "bao-cao-so-ket", ReportKind.YEAR_END: "bao-cao-tong-ket"}


@dataclass(frozen=True)
class Built:
    """A finished report: figures, their checksum (SHA-256 of the canonical JSON), file name → bytes."""

    figures: dict[str, Any]
    checksum: str
    files: dict[str, bytes]


def checksum_of(figures: dict[str, Any]) -> str:
    """SHA-256 of the figures as JSON with sorted keys and no spaces."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_name(kind: str, year: int, unit: Unit, extension: str) -> str:
    """«bao-cao-tong-ket-2024-M1.pdf»."""
    code = "".join(c for c in unit.code if c.isascii() and (c.isalnum() or c in "-_"))
    return f"{_STEMS[ReportKind(kind)]}-{year}-{code or search_key(unit.name).replace(' ', '-')}.{extension}"


def build(
    kind: str,
    year: int,
    unit: Unit,
    formats: Iterable[str] = tuple(RENDERERS),
    tell: Callable[[str, int], None] = lambda step, done: None,
) -> Built:
    """Read the figures once and write every format from them.

    tell(step, done) is called before each piece of work. The same data gives the same bytes.
    """
    tell("Tổng hợp số liệu", 0)
    period = period_of(kind, year)
    found = numbers.compute(unit, period)
    tell("Dựng nội dung báo cáo", 1)
    document = document_of(found, unit, units.parent_of(unit, period.last_day))
    files = {}
    for done, extension in enumerate(formats, start=2):
        step, render = RENDERERS[extension]
        tell(step, done)
        files[file_name(kind, year, unit, extension)] = render(document)
    return Built(found, checksum_of(found), files)
