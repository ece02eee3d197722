"""Give the first two administrators of a new installation their role."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import RuleBroken
from units.actions.roles import appoint_first_admin
from units.permissions import system_actor


class Command(BaseCommand):
    help = (
        "Giao vai trò quản trị hệ thống thứ nhất hoặc thứ hai cho một tài khoản đã có. "
        'Ví dụ: manage.py appoint_first_admin quantri.bo M2 --document "Quyết định số 12/QĐ-BNNMT"'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="tên đăng nhập")
        parser.add_argument("unit", help="mã đơn vị, ví dụ M2")
        parser.add_argument("--document", required=True, help="văn bản giao nhiệm vụ")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            assignment = appoint_first_admin(
                options["username"],
                options["unit"],
                document=options["document"],
                actor=system_actor("cài đặt hệ thống"),
            )
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{assignment.user.username}: {assignment}")
