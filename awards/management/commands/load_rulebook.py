"""Load the rule-book files into the catalogue; repeatable, refuses silent changes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from awards import rulebook_files
from awards.actions.catalogue import load_catalogue
from core.errors import RuleBroken
from units.permissions import system_actor


class Command(BaseCommand):
    """Catalogue of titles and forms, dated, from awards/rulebook/*.toml."""

    help = (
        "Nạp danh mục danh hiệu, hình thức khen thưởng từ awards/rulebook/*.toml (chạy lại được nhiều lần)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--because", default="", help="Văn bản làm căn cứ khi đổi dòng đã được dùng trong hồ sơ."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_catalogue(
                rulebook_files.rows(), actor=system_actor("nạp danh mục"), because=options["because"]
            )
        except (RuleBroken, rulebook_files.RulebookError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Danh mục: thêm {len(done.added)}, đổi {len(done.changed)}, giữ nguyên {done.unchanged} dòng."
        )
