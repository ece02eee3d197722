"""Workbooks made in code, and the worker's part done here and now."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core.models import SheetImport
from core.sheets import kinds, runs, worker
from units.permissions import Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PEOPLE_HEAD = [
    "Mã nhân sự", "Họ và tên", "Năm sinh", "Số định danh cá nhân", "Giới tính", "Đối tượng", "Đơn vị",
    "Chức vụ, vị trí việc làm", "Giữ chức vụ từ ngày",
]  # fmt: skip


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return saved(book)


def upload(content: bytes, name: str = "danh-sach.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)


def started(kind: str, content: bytes, actor: Actor, name: str = "danh-sach.xlsx") -> SheetImport:
    found = kinds.get(kind)
    assert found is not None
    return runs.start(found, upload(content, name), actor=actor)


def worked(run: SheetImport) -> SheetImport:
    """The run after a worker has done what its state asks for."""
    run.refresh_from_db()
    claimed = worker.claim(run.pk, run.version)
    if claimed is not None:
        worker.work_on(claimed)
    run.refresh_from_db()
    return run


def previewed(kind: str, content: bytes, actor: Actor) -> SheetImport:
    return worked(started(kind, content, actor))


def taken(kind: str, content: bytes, actor: Actor) -> SheetImport:
    run = previewed(kind, content, actor)
    runs.confirm(run.pk, actor=actor)
    return worked(run)


def faults_of(run: SheetImport) -> list[str]:
    """«C5: what is wrong», in the order of the sheet."""
    rows: Iterable[Any] = run.rows.order_by("number")
    return [f"{fault['cell']}: {fault['text']}" for row in rows for fault in row.faults]


def person_row(number: int, **facts: Any) -> list[Any]:
    """One good row under PEOPLE_HEAD."""
    row = {
        "code": f"M{number:05d}", "name": f"Nguyễn Văn Người {number}", "born": 1970 + number % 30, "id": "",
        "sex": "Nam" if number % 2 else "Nữ", "status": "Viên chức", "unit": "C1", "title": "Quan trắc viên",
        "from": "01/03/2021",
    } | facts  # fmt: skip
    return list(row.values())
