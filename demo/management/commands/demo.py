"""Start the whole product for a demonstration.

This command is wiring: it is the one place outside `config` that imports it, because Django looks for
commands only inside applications.
"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.supervisor import Supervisor


class Command(BaseCommand):
    """`manage.py demo`: database, queue, web, worker and scheduler until Ctrl-C."""

    help = (
        "Chạy toàn bộ hệ thống với dữ liệu trình diễn trên một máy: cơ sở dữ liệu, hàng đợi, máy chủ web, "
        "tiến trình nền và bộ lập lịch. Ví dụ: manage.py demo --port 8001"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="127.0.0.1", help="địa chỉ IP để nghe (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="cổng để nghe (8000)")
        parser.add_argument("--reset", action="store_true", help="xoá dữ liệu cũ rồi tạo lại từ đầu")

    def handle(self, *args: Any, **options: Any) -> None:
        def say(text: str) -> None:
            self.stdout.write(text)
            self.stdout.flush()

        supervisor = Supervisor(settings.STATE_DIR, options["address"], options["port"], say)
        sys.exit(supervisor.run(reset=options["reset"]))
