"""Load the real organisation of the sector from the project's data file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.errors import RuleBroken
from units.actions.changes import follow_organisation
from units.actions.organisation import load_organisation
from units.permissions import system_actor

DATA = Path(__file__).resolve().parents[2] / "data" / "organisation.json"


class Command(BaseCommand):
    help = (
        "Nạp tổ chức của ngành theo thời gian (đơn vị, cấp trên, kế thừa) từ tệp dữ liệu; chạy lại không tạo "
        "trùng. Ví dụ: manage.py load_organisation"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", default=str(DATA), help="tệp JSON; mặc định là dữ liệu của dự án"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(Path(options["file"]).read_text(encoding="utf-8"))
            actor = system_actor("nạp tổ chức")
            counts = load_organisation(data, actor=actor)
            refused = follow_organisation(today=clock.today(), actor=actor)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(
                f"Không đọc được tệp {options['file']}: {error}. Hãy kiểm tra đường dẫn và định dạng JSON."
            ) from error
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        for refusal in refused:
            self.stderr.write(f"Chưa thực hiện được: {refusal}")
        self.stdout.write(json.dumps(counts, ensure_ascii=False))
