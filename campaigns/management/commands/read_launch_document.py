"""Read a launching document and print what it states, as JSON; needs no database and no network."""

import json
import logging
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any, NoReturn, TextIO

from django.core.management.base import BaseCommand, CommandParser

from campaigns.importing import Unreadable, read

EXAMPLE = """\
ví dụ:
  manage.py read_launch_document ke-hoach-phat-dong.docx
  cat van-ban.txt | manage.py read_launch_document -

Kết quả là JSON trên đầu ra chuẩn: is_launch, doc_kind, doc_number, doc_date, title, theme, year_from,
year_to, period, issuer, responsible_unit, recipients, legal_basis, contents, stated_counts, tasks,
criteria, deadlines, movements_named, report_cycle, warnings. Vị trí start, end tính theo ký tự trong
văn bản đã trích. Điều văn bản không nêu thì để trống (null hoặc danh sách rỗng).

mã kết thúc: 0 đã đọc; 1 tệp không đọc được (lý do ở đầu ra lỗi); 2 gọi lệnh chưa đúng.
"""
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Đọc văn bản phát động thi đua (.docx, .pdf có chữ, .html, .txt), in nội dung nhận ra dạng JSON."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=EXAMPLE, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="TỆP", help="đường dẫn tệp; «-» là văn bản ở đầu vào chuẩn")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            draft = read(sys.stdin.buffer.read(), "-") if name == "-" else read(name)
        except Unreadable as error:
            self._refuse(str(error))
        except (MemoryError, RecursionError):
            self._refuse(f"Tệp «{name}» quá phức tạp nên không đọc được. Hãy chia nhỏ tệp rồi thử lại.")
        log.info("read_launch_document: %d characters, %d warnings", len(draft.text), len(draft.warnings))
        content = json.dumps(draft.to_json(), ensure_ascii=False, indent=2)
        self._write(sys.stdout, self.stdout, content)

    def _write(self, stream: TextIO, wrapped: Any, content: str) -> None:
        """To the real stream always as UTF-8, whatever the locale; a stream given by a caller as it is."""
        if getattr(wrapped, "_out", None) is stream and hasattr(stream, "buffer"):
            stream.flush()
            stream.buffer.write(content.encode("utf-8") + b"\n")
            stream.buffer.flush()
        else:
            wrapped.write(content)

    def _refuse(self, sentence: str) -> NoReturn:
        self._write(sys.stderr, self.stderr, sentence)
        raise SystemExit(1)
