"""Check everything that must be true of the data, and name the first fault."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection

from core import invariants
from core.backup.drill import MARK


class Command(BaseCommand):
    help = (
        "Kiểm tra nhật ký, tệp lưu trữ, quyền, đường dẫn đơn vị, trạng thái hồ sơ, thư gửi đi. In số "
        "lượng đã kiểm tra và lỗi "
        "đầu tiên; mã thoát 1 khi có lỗi. Ví dụ: manage.py verify_all"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--trial",
            action="store_true",
            help="chỉ trên bản phục hồi thử: thêm đăng nhập thử và tính một số liệu",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["trial"] and MARK not in str(connection.settings_dict["NAME"]):
            raise CommandError("--trial chỉ chạy trên cơ sở dữ liệu tạm của lệnh restore_drill.")
        try:
            found = invariants.run(restored=options["trial"])
        except ProgrammingError as error:
            raise CommandError(
                "Cơ sở dữ liệu trống hoặc chưa chuyển đổi xong. "
                "Hãy chạy manage.py migrate hoặc manage.py restore trước."
            ) from error
        if options["trial"] and found["fault"] is None:
            try:
                found["checks"] |= invariants.run_trials()
            except Exception as error:
                found["fault"] = {
                    "check": "trial",
                    "where": type(error).__name__,
                    "kind": "thử nghiệm không thành công",
                }
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        if found["fault"] is not None:
            sys.exit(1)
