"""Walk the trail and name the first bad entry."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import anchors, trail, trail_tasks


class Command(BaseCommand):
    help = (
        "Kiểm tra chuỗi nhật ký và đối chiếu với các neo; in JSON, mã thoát 1 khi có lỗi. "
        "Ví dụ: manage.py verify_audit --anchors /mnt/neo --public-key thanh-tra.pem"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=int, default=1, help="Số thứ tự đầu (mặc định 1).")
        parser.add_argument("--to", dest="last", type=int, help="Số thứ tự cuối (mặc định: hết chuỗi).")
        parser.add_argument("--anchors", type=Path, help="Thư mục neo (mặc định ANCHOR_DIR).")
        parser.add_argument(
            "--public-key", type=Path, help="Khóa công khai đã giữ riêng (mặc định: khóa hệ thống)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["anchors"] or settings.ANCHOR_DIR
        if options["first"] < 1 or (options["last"] or options["first"]) < options["first"]:
            raise CommandError("--from phải từ 1 trở lên và không lớn hơn --to.")
        if options["anchors"] and not folder.is_dir():
            raise CommandError(f"Không có thư mục neo {folder}.")
        try:
            key = anchors.read_public_key(options["public_key"]) if options["public_key"] else None
            known, faults = anchors.read_all(folder, key)
        except anchors.AnchorRefused as error:
            raise CommandError(str(error)) from error
        report = trail.verify(known, faults, first=options["first"], last=options["last"])
        if options["first"] == 1 and options["last"] is None and not options["anchors"]:
            trail_tasks.beat(trail_tasks.VERIFIED, **report.as_dict())
        self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        if report.fault is not None:
            sys.exit(1)
