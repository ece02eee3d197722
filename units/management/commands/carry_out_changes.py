"""Carry out, or only preview, the changes of the organisation whose day has come."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date

from core import clock
from core.errors import Refused
from units import change_plans as plans
from units.actions import changes
from units.choices import ChangeKind, ChangeState
from units.models import OrganisationChange
from units.permissions import system_actor


class Command(BaseCommand):
    help = (
        "Thực hiện các thay đổi tổ chức đã đến ngày: quyết định ghi trên trang và kế thừa có trong dữ liệu "
        "tổ chức. Ví dụ: manage.py carry_out_changes --preview; manage.py carry_out_changes --on 2025-03-01 "
        "--carry quantri"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="chỉ những thay đổi của ngày này (NĂM-THÁNG-NGÀY)")
        parser.add_argument(
            "--preview", action="store_true", help="chỉ cho biết sẽ chuyển gì, không thay đổi"
        )
        parser.add_argument(
            "--carry", action="append", default=[], metavar="TÀI_KHOẢN",
            help="chuyển vai trò của tài khoản này sang đơn vị kế thừa dù phạm vi rộng hơn; lặp lại được",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        only = self._day(options["on"])
        today = clock.today()
        planned = OrganisationChange.objects.filter(state=ChangeState.PLANNED)
        due = [(row.on, row.pk) for row in planned] + [(day, 0) for day in plans.known_days()]
        due = sorted(row for row in due if (row[0] == only if only else row[0] <= today))
        if not due:
            self.stdout.write("Không có thay đổi tổ chức nào cần thực hiện.")
        for on, pk in due:
            if options["preview"]:
                self._preview(on, pk)
                continue
            try:
                change = self._carry_out(on, pk, today, options["carry"])
            except Refused as error:
                raise CommandError(f"{on:%d/%m/%Y}: {error}") from error
            if change is not None:
                self._say(on, change.summary)

    def _day(self, text: str | None) -> date | None:
        try:
            day = parse_date(text) if text else None
        except ValueError:
            day = None
        if text and day is None:
            raise CommandError(f"«{text}» không phải một ngày. Hãy viết theo mẫu 2025-03-01.")
        return day

    def _carry_out(self, on: date, pk: int, today: date, carry: list[str]) -> OrganisationChange | None:
        actor = system_actor("lệnh carry_out_changes")
        if pk:
            return changes.carry_out(pk, actor=actor, today=today)
        return changes.carry_out_known(on, actor=actor, today=today, carry=carry)

    def _preview(self, on: date, pk: int) -> None:
        draft = (
            plans.draft_of(OrganisationChange.objects.get(pk=pk))
            if pk
            else plans.read(ChangeKind.MERGE, on, changes.KNOWN, {"known": True})
        )
        found = plans.preview(draft)
        self.stdout.write(f"{on:%d/%m/%Y}: {draft.document}")
        for unit in found.units:
            heirs = ", ".join(heir.name for heir in unit.transfer.successors) or "không có đơn vị kế thừa"
            self.stdout.write(f"  {unit.transfer.predecessor.name} → {heirs}")
            for line in unit.lines:
                self.stdout.write(f"    {line.count} {line.what}: {line.where_to}")
        for role in found.roles:
            fate = "kết thúc"
            if role.can_carry and role.target is not None:
                fate = (
                    "kết thúc; phạm vi mới rộng hơn, cần --carry"
                    if role.is_wider
                    else f"→ {role.target.name}"
                )
            self.stdout.write(f"  {role.assignment.user.username}, {role.assignment}: {fate}")
        for verdict in found.refusals:
            self.stdout.write(f"  CHƯA THỰC HIỆN ĐƯỢC: {verdict.reason}")

    def _say(self, on: date, summary: dict[str, Any]) -> None:
        roles = summary["roles"]
        self.stdout.write(
            f"{on:%d/%m/%Y}: {len(summary['units'])} đơn vị kết thúc, {len(summary['heirs'])} kế thừa; "
            f"{roles['ended']} vai trò kết thúc, {roles['carried']} vai trò tiếp tục."
        )
        for name, count, what, where_to in summary["lines"]:
            self.stdout.write(f"  {name}: {count} {what}: {where_to}")
