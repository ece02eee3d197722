"""Build a periodic report from the command line, through the same code as the worker."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from reports.building import RENDERERS, build
from reports.choices import ReportKind
from reports.periods import complaint_about
from units.models import Unit

EXAMPLE = "build_report --kind year_end --year 2024 --unit M1 --formats pdf,xlsx --out /tmp/bao-cao"


class BadInput(Exception):
    """A Vietnamese sentence: what, where, how to mend it."""


class Command(BaseCommand):
    help = "Lập báo cáo sơ kết 6 tháng hoặc tổng kết năm của một đơn vị (gồm các đơn vị trực thuộc)."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = (
            f"Ví dụ: manage.py {EXAMPLE}\n"
            "Kết quả là một dòng JSON trên đầu ra chuẩn: files (định dạng → đường dẫn), figures, checksum.\n"
            "Mã thoát: 0 xong, 1 đầu vào sai, 2 sai cách dùng."
        )
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, choices=ReportKind.values, help="loại báo cáo")
        parser.add_argument("--year", required=True, type=int, help="năm, ví dụ 2024")
        parser.add_argument("--unit", required=True, metavar="CODE", help="mã đơn vị, ví dụ M1")
        parser.add_argument(
            "--formats", default="pdf,xlsx", help="các định dạng, cách nhau bằng dấu phẩy: pdf,xlsx"
        )
        parser.add_argument(
            "--out", required=True, metavar="DIR", help="thư mục ghi tệp (được tạo nếu chưa có)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._build(**options)
        except BadInput as error:
            self.stderr.write(str(error))
            sys.exit(1)

    def _build(self, **options: Any) -> None:
        formats = _formats(options["formats"])
        unit = _unit(options["unit"])
        complaint = complaint_about(options["kind"], options["year"], clock.today())
        if complaint:
            raise BadInput(f"--year {options['year']}: {complaint}")
        folder = _folder(Path(options["out"]))
        built = build(options["kind"], options["year"], unit, formats, tell=self._tell)
        written = {}
        for name, content in built.files.items():
            path = folder / name
            draft = path.with_name(f".{name}.new")
            draft.write_bytes(content)
            draft.replace(path)
            written[path.suffix[1:]] = str(path)
        answer = {"files": written, "figures": built.figures, "checksum": built.checksum}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")

    def _tell(self, step: str, done: int) -> None:
        self.stderr.write(f"{step}…", ending="\n")


def _formats(text: str) -> list[str]:
    names = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    known = ", ".join(RENDERERS)
    if not names:
        raise BadInput(f"--formats: chưa nêu định dạng nào. Hãy chọn trong: {known}.")
    for name in names:
        if name == "docx":
            raise BadInput(
                f"--formats: bản Word (docx) chưa có. Hãy chọn trong: {known}; bản PDF in và ký được ngay."
            )
        if name not in RENDERERS:
            raise BadInput(f"--formats: không có định dạng «{name}». Hãy chọn trong: {known}.")
    return names


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code.strip()).first()
    if unit is None:
        raise BadInput(f"--unit: không có đơn vị mã «{code}». Hãy xem mã tại trang Đơn vị, ví dụ M1.")
    return unit


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".ghi-thu"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BadInput(
            f"--out: không ghi được vào thư mục «{path}» ({error.strerror}). Hãy chọn thư mục khác."
        ) from error
    return path
