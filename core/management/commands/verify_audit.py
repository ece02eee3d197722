"""Walk the audit chain and name the first broken entry."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import audit


class Command(BaseCommand):
    help = "Kiểm tra chuỗi nhật ký; in số dòng và lỗi đầu tiên. Ví dụ: manage.py verify_audit"

    def handle(self, *args: Any, **options: Any) -> None:
        count, fault = audit.verify()
        answer = {
            "entries": count,
            "fault": None if fault is None else {"sequence": fault[0], "kind": fault[1]},
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if fault is not None:
            sys.exit(1)
