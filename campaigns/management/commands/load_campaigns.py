"""Take over the campaigns of past years from the data file; repeatable."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from campaigns.actions.campaigns import import_campaign
from campaigns.models import Campaign
from core.text import clean
from units.models import Unit
from units.permissions import system_actor
from units.queries import ministry_of

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "data" / "campaigns.json"


class Command(BaseCommand):
    help = (
        "Nạp các phong trào thi đua đã phát động; chạy lại không tạo trùng. Ví dụ: manage.py load_campaigns"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", type=Path, default=DEFAULT_FILE, help="tệp dữ liệu (mặc định: tệp kèm sản phẩm)"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = json.loads(options["file"].read_text(encoding="utf-8"))["campaigns"]
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"Không đọc được tệp {options['file']}: {error}") from error
        actor = system_actor("nạp phong trào đã phát động")
        taken: dict[str, Campaign] = {}
        created = 0
        for entry in sorted(entries, key=lambda row: row["parent"] is not None):
            unit = self._unit(entry, entries)
            parent = taken.get(entry["parent"]) if entry["parent"] else None
            campaign = import_campaign(entry, unit=unit, parent=parent, actor=actor)
            created += campaign is not None
            taken[entry["code"]] = campaign or Campaign.objects.get(
                unit=unit, title=clean(entry["title"]), year_from=entry["year_from"], year_to=entry["year_to"]
            )
        answer = {"created": created, "kept": len(entries) - created}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _unit(self, entry: dict[str, Any], entries: list[dict[str, Any]]) -> Unit:
        """The issuer; for one outside the system the ministry of the units that answer it, else the
        configured one.
        """
        if entry["issuer_unit_code"]:
            return self._by_code(entry["issuer_unit_code"])
        answers = (row["issuer_unit_code"] for row in entries if row["parent"] == entry["code"])
        code = next(filter(None, answers), None)
        ministry = ministry_of(self._by_code(code)) if code else self._by_code(settings.MINISTRY_CODE)
        day = date(entry["year_from"], 1, 1)
        if not ministry.is_open_on(day):
            raise CommandError(f"{ministry.name} chưa có hoặc đã kết thúc vào ngày {day:%d/%m/%Y}.")
        return ministry

    def _by_code(self, code: str) -> Unit:
        try:
            return Unit.objects.get(code=code)
        except Unit.DoesNotExist as error:
            raise CommandError(f"Chưa có đơn vị mã {code}; hãy chạy load_organisation trước.") from error
