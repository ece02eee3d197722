"""Back up database and files."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import backup


class Command(BaseCommand):
    help = (
        "Sao lưu cơ sở dữ liệu và tệp lưu trữ vào một thư mục mới. Ví dụ: manage.py backup --out "
        "/backups --keep 14. In số liệu "
        "dạng JSON; mã thoát 1 khi không sao lưu được hoặc thiếu tệp."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", required=True, type=Path, help="thư mục chứa các bản sao lưu, nên ở ổ đĩa khác"
        )
        parser.add_argument(
            "--keep",
            type=int,
            default=0,
            help="giữ lại số bản này, xóa bản cũ hơn; 0 = giữ tất cả (mặc định)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 0:
            raise CommandError("--keep phải là số từ 0 trở lên.")
        try:
            made = backup.make(options["out"], keep=options["keep"])
        except (backup.BackupFault, OSError) as error:
            raise CommandError(f"Không sao lưu được. {error}") from error
        self.stdout.write(json.dumps({"path": str(made.folder), **made.figures}, ensure_ascii=False))
        if not made.is_good:
            self.stderr.write(
                f"Bản sao lưu thiếu {made.figures['missing_files']} tệp bị mất hoặc hỏng trong kho; "
                "xem «missing» trong manifest.json."
            )
            sys.exit(1)
