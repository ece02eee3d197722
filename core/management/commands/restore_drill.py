"""Prove that a backup can be restored, beside the running system."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import backup


class Command(BaseCommand):
    help = (
        "Tập phục hồi: nạp bản sao lưu vào một cơ sở dữ liệu tạm, kiểm tra toàn bộ, thử đăng nhập và "
        "tính một số liệu, rồi xóa "
        "cơ sở dữ liệu tạm. Hệ thống đang chạy không bị ảnh hưởng. Ví dụ: manage.py restore_drill "
        "--from /backups"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            required=True,
            type=Path,
            dest="folder",
            help="một bản sao lưu, hoặc thư mục chứa các bản (lấy bản mới nhất)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = backup.newest(options["folder"]) or options["folder"]
        try:
            figures = backup.drill(folder)
        except (backup.BackupFault, OSError) as error:
            raise CommandError(f"Tập phục hồi không thành công. {error}") from error
        self.stdout.write(json.dumps(figures, ensure_ascii=False))
