"""Fill an empty database with the demo ministry; quick and harmless when it is already there."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F

from awards.models import Round
from campaigns.actions.campaigns import close_campaign
from campaigns.models import Campaign
from core.models import Notice
from demo.award_years import FINISHED, AwardYears
from demo.calendar import Cast, on_day
from demo.campaign_year import CampaignYear
from demo.handovers import hand_over
from demo.people import Names, account_lines, open_accounts, populate
from units.actions.organisation import open_unit
from units.choices import Role, UnitKind
from units.models import Unit, User
from units.permissions import system_actor
from units.queries import children_of

DAY = date(2024, 12, 16)
# Divisions are generated; real ministries have them, the public sources do not list them.
DIVISIONS = {"U031": 3, "U019": 3, "U029": 2}


class Command(BaseCommand):
    help = (
        "Tạo bộ trình diễn trên tổ chức có thật năm 2024: người, tài khoản và số liệu đều do máy sinh, có "
        "đánh dấu. Chạy lại không đổi gì. Ví dụ: manage.py seed_demo --seed 2024"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2024, help="số gốc; cùng số cho cùng dữ liệu")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.WORKING_DATE != DAY:
            raise CommandError(
                f"Bộ trình diễn sống ở ngày {DAY:%d/%m/%Y}. Hãy đặt WORKING_DATE={DAY} rồi chạy lại."
            )
        if not User.objects.filter(is_demo=True).exists():
            if User.objects.exists():
                raise CommandError(
                    "Cơ sở dữ liệu đã có tài khoản thật; bộ trình diễn chỉ tạo trên dữ liệu trống."
                )
            self._fill(options["seed"])
        lines = account_lines()
        accounts = Path(settings.STATE_DIR) / "demo-accounts.txt"
        accounts.parent.mkdir(parents=True, exist_ok=True)
        accounts.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write("\n".join(lines))

    def _say(self, text: str) -> None:
        self.stderr.write(f"  {text}")

    @transaction.atomic
    def _fill(self, seed: int) -> None:
        """All or nothing: a half-told story would be taken for a whole one at the next start."""
        actor = system_actor("bộ trình diễn")
        for command in ("load_organisation", "load_rulebook", "load_campaigns"):
            call_command(command, stdout=self.stderr)
        ministry = Unit.objects.get(code="M1")
        for code, count in DIVISIONS.items():
            parent = Unit.objects.get(code=code)
            for number in range(1, count + 1):
                open_unit(
                    f"{code}-P{number}",
                    f"Phòng Nghiệp vụ {number} – {parent.name}",
                    UnitKind.DIVISION,
                    parent,
                    valid_from=date(2022, 11, 1),
                    document="Đơn vị minh họa của bộ trình diễn",
                    actor=actor,
                )
        everyone = list(Unit.objects.below(ministry).open_on(DAY).order_by("path"))
        people = populate(everyone, Names(seed), actor=actor)
        open_accounts(everyone, actor=actor)
        self._say(f"{len(everyone)} đơn vị, {people} người")
        cast = Cast(ministry)
        top = [unit for unit in children_of(ministry, DAY).order_by("path") if cast.has(unit)]
        units = [unit for unit in top if unit.kind != UnitKind.PROVINCE_DEPARTMENT]
        provinces = [unit for unit in top if unit.kind == UnitKind.PROVINCE_DEPARTMENT]
        with on_day(date(2022, 1, 10)):
            old = Campaign.objects.get(unit=ministry, year_to=2021)
            office = cast.office(Role.AWARD_SPECIALIST, date(2022, 1, 10))
            close_campaign(old.pk, "Đã tổng kết phong trào năm 2021 (dữ liệu trình diễn).", actor=office)
        campaign = Campaign.objects.get(unit=ministry, year_from=2024)
        CampaignYear(campaign, cast, seed).live(units, provinces)
        self._say("phong trào năm 2024: đăng ký, tiến độ, sáng kiến, xếp loại")
        years = AwardYears(cast, units, seed)
        for plan in FINISHED:
            years.finished(plan)
        years.unit_honours(2022, date(2023, 1, 10), 0.5)
        years.unit_honours(2023, date(2024, 1, 8), 0.6)
        years.current(campaign)
        hand_over(Unit.objects.get(code="U031"))
        Notice.objects.filter(created_at__date__lt=date(2024, 12, 1)).update(read_at=F("created_at"))
        self._say(f"khen thưởng: {Round.objects.count()} đợt xét, quyết định và sổ vàng")
