"""Export the trail for inspectors, who check it with scripts/verify_trail and nothing of this system."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import trail


class Command(BaseCommand):
    help = (
        "Xuất nhật ký ra tệp JSON Lines theo docs/trail_format.md. "
        "Ví dụ: manage.py export_trail --out nhat-ky.jsonl --from 1 --to 5000"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="Tệp sẽ ghi; phải chưa có.")
        parser.add_argument("--from", dest="first", type=int, default=1, help="Số thứ tự đầu (mặc định 1).")
        parser.add_argument("--to", dest="last", type=int, help="Số thứ tự cuối (mặc định: hết chuỗi).")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = -1  # the head line is no entry
        try:
            with options["out"].open("x", encoding="utf-8") as file:
                for line in trail.export_lines(options["first"], options["last"]):
                    file.write(line + "\n")
                    entries += 1
        except FileExistsError as error:
            raise CommandError(f"Tệp {options['out']} đã có; hãy chọn tên khác.") from error
        except OSError as error:
            raise CommandError(f"Không ghi được {options['out']}: {error}") from error
        self.stdout.write(json.dumps({"entries": entries, "file": str(options["out"])}, ensure_ascii=False))
