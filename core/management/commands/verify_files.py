"""Read every stored file and compare it with its checksum."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import files


class Command(BaseCommand):
    help = (
        "Đọc lại mọi tệp lưu trữ và so với mã băm; in JSON gồm số đếm và lỗi đầu tiên, mã thoát 1 khi có "
        "lỗi. "
        "Không ghi gì. Ví dụ: manage.py verify_files"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts, fault = files.verify()
        except files.StoreDown as error:
            self.stderr.write(f"Không đọc được kho lưu trữ tệp: {error}")
            sys.exit(1)
        self.stdout.write(json.dumps({**counts, "first_fault": fault}, ensure_ascii=False))
        if fault is not None:
            names = ", ".join(fault["files"])
            self.stderr.write(
                f"Tệp {fault['sha256']} ({names}): {fault['kind']}. Lấy lại tệp này từ bản sao lưu vào kho, "
                f"rồi chạy lại."
            )
            sys.exit(1)
