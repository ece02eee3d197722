"""The campaign of 2024 as the demo ministry lived it: receipts, pledges, progress, initiatives,
results of units.
"""

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from campaigns.actions import campaigns as campaign_actions
from campaigns.actions import initiatives as initiative_actions
from campaigns.actions import pledges as pledge_actions
from campaigns.actions import results as result_actions
from campaigns.choices import Measure, UnitGrade
from campaigns.models import Campaign, Pledge, Receipt, Target
from demo.calendar import Cast, on_day
from units.choices import Role, UnitKind
from units.models import Posting, Unit

TEXTS = Path(__file__).resolve().parents[1] / "campaigns" / "data" / "demo_texts.json"
# How far the year went: share of units by fate of their pledge.
FATES = ["approved"] * 16 + ["submitted"] + ["draft"] + ["returned"] + ["none"]
TITLES_OF_PEOPLE = ["LDTT", "CSTDCS", "BK_BO"]


class CampaignYear:
    """Tells the story unit by unit; the same seed tells the same story."""

    def __init__(self, campaign: Campaign, cast: Cast, seed: int) -> None:
        self.campaign = campaign
        self.cast = cast
        self.dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.texts = json.loads(TEXTS.read_text(encoding="utf-8"))
        self.contents = {content.position: content for content in campaign.contents.all()}

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.dice.randrange((last - first).days + 1))

    # --- receipts and pledges ----------------------------------------------------------------------
    def receive(self, unit: Unit) -> None:
        """The unit confirms the launch, with what it did."""
        receipt = Receipt.objects.filter(campaign=self.campaign, unit=unit, received_at=None).first()
        if receipt is None:
            return
        day = self.day(date(2024, 1, 15), date(2024, 2, 20))
        with on_day(day):
            note = self.dice.choice(self.texts["response_notes"])
            campaign_actions.confirm_receipt(
                receipt.pk, note, actor=self.cast.at(unit, Role.UNIT_OFFICER, day)
            )

    def targets(self, unit: Unit, *, per_content: int) -> list[dict[str, Any]]:
        rows = []
        for block in self.texts["target_templates"]:
            suitable = [t for t in block["targets"] if not t["unit_kinds"] or unit.kind in t["unit_kinds"]]
            for template in self.dice.sample(suitable, min(per_content, len(suitable))):
                value = Decimal(str(template["typical_value"]))
                if template["measure"] == Measure.NUMBER and value > 3:
                    value = (value * Decimal(self.dice.randint(70, 140)) / 100).quantize(Decimal(1))
                rows.append(
                    {
                        "id": None,
                        "content": self.contents[block["content_position"]].pk,
                        "name": template["name"],
                        "measure": template["measure"],
                        "unit_of_measure": template["unit_of_measure"] or "",
                        "value": value,
                        "due_on": self.dice.choice(
                            [date(2024, 9, 30), date(2024, 11, 30), date(2024, 12, 31)]
                        ),
                        "is_lawmaking": template["lawmaking"],
                    }
                )
        return rows

    def aims(self, unit: Unit) -> list[dict[str, Any]]:
        people = list(
            Posting.objects.filter(unit=unit, valid_to=None).order_by("pk").values_list("person", flat=True)
        )
        chosen = self.dice.sample(people, min(4, len(people)))
        rows: list[dict[str, Any]] = [
            {"title_code": self.dice.choice(TITLES_OF_PEOPLE), "person": person} for person in chosen
        ]
        return [*rows, {"title_code": "TTLDXS", "person": None}]

    def pledge(self, unit: Unit, fate: str, *, per_content: int) -> Pledge | None:
        """The unit's pledge, brought to its fate; approved ones get progress up to June and November."""
        if fate == "none":
            return None
        drafted = self.day(date(2024, 2, 1), date(2024, 2, 20))
        with on_day(drafted):
            officer = self.cast.at(unit, Role.UNIT_OFFICER, drafted)
            pledge = pledge_actions.create_pledge(self.campaign.pk, 2024, actor=officer)
            data = {
                "summary": f"{unit.name} phấn đấu hoàn thành toàn diện nhiệm vụ năm 2024 theo phong trào "
                "thi đua của Bộ.",
                "targets": self.targets(unit, per_content=per_content),
                "aims": self.aims(unit),
            }
            pledge_actions.save_pledge(pledge.pk, data, version=None, actor=officer)
            if fate == "draft":
                return pledge
            pledge_actions.submit_pledge(pledge.pk, actor=officer)
        decided = drafted + timedelta(days=self.dice.randint(1, 6))
        with on_day(decided):
            head = self.cast.at(unit, Role.UNIT_HEAD, decided)
            if fate == "returned":
                pledge_actions.return_pledge(
                    pledge.pk, self.dice.choice(self.texts["return_reasons"]), actor=head
                )
            elif fate == "approved":
                pledge_actions.approve_pledge(pledge.pk, actor=head)
        if fate == "approved":
            self.progress(unit, pledge)
        return pledge

    def progress(self, unit: Unit, pledge: Pledge) -> None:
        """Two reports a year: half-way, and before the year's end; not every target is reached."""
        for first, last, low, high in (
            (date(2024, 6, 10), date(2024, 6, 28), 30, 62),
            (date(2024, 11, 18), date(2024, 12, 10), 72, 112),
        ):
            for target in Target.objects.filter(pledge=pledge).order_by("pk"):
                if self.dice.random() < 0.08:
                    continue
                day = self.day(first, last)
                with on_day(day):
                    pledge_actions.record_progress(
                        target.pk,
                        value=self.reached(target, low, high),
                        reported_on=day,
                        note=self.dice.choice(self.texts["progress_notes"])
                        if self.dice.random() < 0.5
                        else "",
                        today=day,
                        actor=self.cast.at(unit, Role.UNIT_OFFICER, day),
                    )

    def reached(self, target: Target, low: int, high: int) -> Decimal:
        share = self.dice.randint(low, high)
        if target.measure == Measure.YES_NO:
            return Decimal(1 if share >= 80 else 0)
        is_counted = target.measure == Measure.NUMBER and target.value == target.value.to_integral_value()
        value = (target.value * share / 100).quantize(Decimal(1) if is_counted else Decimal("0.1"))
        return min(value, Decimal(100)) if target.measure == Measure.PERCENT else value

    # --- initiatives -------------------------------------------------------------------------------
    def initiatives(self, units: list[Unit]) -> None:
        """Thirty initiatives of the ministry's units: most recognised, some waiting or refused, one draft."""
        fates = ["recognised"] * 23 + ["submitted"] * 4 + ["refused"] * 2 + ["draft"]
        for number, (text, fate) in enumerate(zip(self.texts["initiatives"], fates, strict=True), start=1):
            self.initiative(units[(number * 7) % len(units)], text, fate, number)

    def initiative(self, unit: Unit, text: dict[str, Any], fate: str, number: int) -> None:
        """One initiative of a unit, with one to three authors, brought to its fate."""
        day = self.day(date(2024, 3, 1), date(2024, 9, 30))
        people = list(
            Posting.objects.filter(unit=unit, valid_to=None).order_by("pk").values_list("person", flat=True)
        )
        shares = self.dice.choice([[100], [60, 40], [50, 30, 20]])[: len(people)] or [100]
        shares[0] += 100 - sum(shares)
        authors = self.dice.sample(people, len(shares))
        scope = self.dice.choice(["co_so", "co_so", "bo"])
        with on_day(day):
            officer = self.cast.at(unit, Role.UNIT_OFFICER, day)
            data = {
                name: text[name] for name in ("title", "field", "kind", "problem", "solution", "benefit")
            } | {
                "year": 2024,
                "scope": scope,
                "authors": [{"person": p, "share": Decimal(s)} for p, s in zip(authors, shares, strict=True)],
            }
            initiative = initiative_actions.create_initiative(data, actor=officer)
            if fate == "draft":
                return
            initiative_actions.submit_initiative(initiative.pk, actor=officer)
        decided = min(day + timedelta(days=self.dice.randint(15, 45)), date(2024, 12, 10))
        with on_day(decided):
            office = self.cast.office(Role.AWARD_SPECIALIST, decided)
            if fate == "recognised":
                initiative_actions.recognise_initiative(
                    initiative.pk,
                    number=f"{100 + number}/QĐ-HĐSK",
                    recognised_on=decided,
                    scope=scope,
                    today=decided,
                    actor=office,
                )
            elif fate == "refused":
                reason = (
                    "Giải pháp chưa có điểm mới so với quy trình đang áp dụng tại đơn vị; đề nghị bổ "
                    "sung kết quả áp dụng thử."
                )
                initiative_actions.refuse_initiative(initiative.pk, reason, actor=office)

    # --- results of units --------------------------------------------------------------------------
    def results(self, units: list[Unit], year: int, day: date, share: float) -> None:
        """Grades of units for a year as the standing office recorded them; part of them outstanding."""
        with on_day(day):
            office = self.cast.office(Role.AWARD_SPECIALIST, day)
            for unit in units:
                if self.dice.random() > share:
                    continue
                grade = self.dice.choices(
                    [UnitGrade.EXCELLENT, UnitGrade.GOOD, UnitGrade.COMPLETED], [3, 6, 1]
                )[0]
                result_actions.save_result(
                    unit.pk,
                    year,
                    grade=grade,
                    is_outstanding=grade == UnitGrade.EXCELLENT and self.dice.random() < 0.7,
                    document=f"Thông báo kết quả xếp loại năm {year} (dữ liệu trình diễn)",
                    actor=office,
                )

    @transaction.atomic
    def live(self, units: list[Unit], provinces: list[Unit]) -> None:
        """The whole year for the units of the ministry and the provincial departments."""
        for number, unit in enumerate([*units, *provinces]):
            is_province = unit.kind == UnitKind.PROVINCE_DEPARTMENT
            fate = "approved" if unit.code == "U031" else FATES[(number * 7) % len(FATES)]
            if is_province and number % 3 == 0 and fate == "approved":
                fate = "none"
            if fate != "none" or number % 2:
                self.receive(unit)
            self.pledge(unit, fate, per_content=1 if is_province else 2)
        self.initiatives(units)
        self.results(units, 2023, date(2024, 1, 12), 1.0)
        self.results(units, 2024, date(2024, 12, 12), 0.8)
