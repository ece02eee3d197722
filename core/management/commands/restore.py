"""Restore a backup, and prove that it is whole."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from core import backup, invariants
from core.models import BackupKind, BackupRun


class Command(BaseCommand):
    help = (
        "Phục hồi một bản sao lưu vào cơ sở dữ liệu đang cấu hình và kho tệp, rồi kiểm tra toàn bộ. "
        "Dừng web, worker và beat "
        "trước. Ví dụ: manage.py restore --from /backups/thidua-20261121T190000Z --yes-i-mean thidua"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", required=True, type=Path, dest="folder", help="thư mục của một bản sao lưu"
        )
        parser.add_argument(
            "--yes-i-mean", required=True, metavar="TÊN", help="gõ đúng tên cơ sở dữ liệu sẽ được ghi"
        )
        parser.add_argument(
            "--replace",
            default="",
            metavar="TÊN",
            help="gõ lại tên đó để XÓA dữ liệu đang có và thay bằng bản sao lưu",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(connection.settings_dict["NAME"])
        for typed in (options["yes_i_mean"], options["replace"] or name):
            if typed != name:
                raise CommandError(
                    f"Cơ sở dữ liệu đang cấu hình là «{name}», không phải «{typed}». Chưa thay đổi gì."
                )
        started = timezone.now()
        try:
            figures = backup.restore(
                options["folder"], connection.settings_dict, replace=bool(options["replace"])
            )
        except (backup.BackupFault, OSError) as error:
            raise CommandError(f"Không phục hồi được. {error}") from error
        connection.close()
        found = invariants.run(restored=True)
        is_good = found["fault"] is None
        BackupRun.objects.create(
            kind=BackupKind.RESTORE, started_at=started, finished_at=timezone.now(), is_good=is_good,
            detail=figures | found, error="" if is_good else str(found["fault"]["kind"]),
        )  # fmt: skip
        self.stdout.write(json.dumps(figures | found, ensure_ascii=False))
        if not is_good:
            sys.exit(1)
