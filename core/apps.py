"""The ground app."""

from django.apps import AppConfig
from django.core import checks


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Nền tảng"

    def ready(self) -> None:
        # The check reads the fonts of the machine; it needs nothing of the app, only to be registered late.
        from core.documents.checks import check_fonts  # noqa: PLC0415

        checks.register(check_fonts)
