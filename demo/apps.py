"""The demo ministry: a marked, generated year on the real organisation.

Above every other app, used by nobody.
"""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "Bộ trình diễn"

    def ready(self) -> None:
        # The trail is loaded with the models only now.
        from core import audit  # noqa: PLC0415

        audit.register_labels(
            {
                "demo.people": "Sinh người của bộ trình diễn",
                "demo.accounts": "Tạo tài khoản trình diễn",
                "demo.honours": "Nhận khen thưởng cũ của bộ trình diễn",
            }
        )
