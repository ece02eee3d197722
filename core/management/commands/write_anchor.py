"""Sign the end of the trail into a write-once file outside the database."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import anchors, trail_tasks


class Command(BaseCommand):
    help = (
        "Ghi một neo đã ký của nhật ký; in JSON (null: neo gần nhất vẫn đúng). Ví dụ: manage.py write_anchor"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, help="Thư mục neo (mặc định ANCHOR_DIR).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            anchor = anchors.write(options["anchors"])
        except anchors.AnchorRefused as error:
            raise CommandError(str(error)) from error
        if anchor is not None and not options["anchors"]:
            trail_tasks.beat(trail_tasks.ANCHORED, sequence=anchor.sequence, name=anchor.name)
        self.stdout.write(json.dumps({"anchor": asdict(anchor) if anchor else None}, ensure_ascii=False))
