"""Rows reports count, made directly: one function per kind, valid unless the test says otherwise."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from awards.choices import Category, Ground, Level, NominationState, SubjectKind
from awards.models import AwardKind, HonourRecord, Nomination, Round
from campaigns.choices import CampaignState, InitiativeState, PledgeState
from campaigns.models import (
    Campaign,
    ContentItem,
    Criterion,
    Initiative,
    Pledge,
    ProgressEntry,
    Receipt,
    Target,
    UnitYearResult,
)
from core.text import search_key
from tests.builders import make_person
from units.models import Unit

_numbers = count(1)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


def make_campaign(
    unit: Unit, receivers: list[Unit] | None = None, *, year: int = 2024, contents: int = 2, **facts: Any
):
    campaign = Campaign.objects.create(
        **{
            "unit": unit,
            "issuer_name": f"Thủ trưởng {unit.name}",
            "title": f"Phong trào thi đua năm {year}",
            "year_from": year,
            "year_to": year,
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
            "state": CampaignState.LAUNCHED,
            "document_number": "01/KH",
            "document_date": date(year, 1, 15),
        }
        | facts
    )
    for position in range(1, contents + 1):
        ContentItem.objects.create(
            campaign=campaign, position=position, text=f"nội dung thi đua thứ {position}"
        )
    for receiver in receivers or []:
        Receipt.objects.create(campaign=campaign, unit=receiver, sent_at=at(year, 1, 16))
    return campaign


def make_pledge(campaign: Campaign, unit: Unit, state: str = PledgeState.APPROVED, **facts: Any) -> Pledge:
    year = facts.pop("year", campaign.year_from)
    return Pledge.objects.create(
        **{
            "campaign": campaign,
            "unit": unit,
            "year": year,
            "state": state,
            "submitted_at": None if state == PledgeState.DRAFT else at(year, 2, 1),
            "approved_at": at(year, 2, 10) if state == PledgeState.APPROVED else None,
        }
        | facts
    )


def make_target(pledge: Pledge, position: int = 1, value: Any = 10, **facts: Any) -> Target:
    content = ContentItem.objects.get(campaign=pledge.campaign, position=position)
    defaults = {"name": f"Chỉ tiêu {next(_numbers)}", "due_on": date(pledge.year, 12, 1)}
    return Target.objects.create(pledge=pledge, content=content, value=Decimal(value), **(defaults | facts))


def make_progress(target: Target, value: Any, on: date) -> ProgressEntry:
    return ProgressEntry.objects.create(target=target, value=Decimal(value), reported_on=on)


def make_initiative(
    unit: Unit, state: str = InitiativeState.RECOGNISED, *, year: int = 2024, **facts: Any
) -> Initiative:
    is_recognised = state == InitiativeState.RECOGNISED
    title = facts.pop("title", f"Sáng kiến số {next(_numbers)}")
    return Initiative.objects.create(
        **{
            "unit": unit,
            "held_by": unit,
            "year": year,
            "title": title,
            "search_key": search_key(title),
            "field": "Quan trắc",
            "problem": "Cách làm cũ",
            "solution": "Cách làm mới",
            "benefit": "Tiết kiệm",
            "state": state,
            "submitted_at": None if state == InitiativeState.DRAFT else at(year, 5, 2),
            "recognised_scope": "co_so" if is_recognised else "",
            "number": "12/QĐ" if is_recognised else "",
            "recognised_on": date(year, 6, 1) if is_recognised else None,
        }
        | facts
    )


def make_award(code: str = "CSTDCS", **facts: Any) -> AwardKind:
    return AwardKind.objects.create(
        **{
            "code": code,
            "regime": "L2022",
            "name": {"CSTDCS": "Chiến sĩ thi đua cơ sở", "BK_BO": "Bằng khen của Bộ trưởng"}.get(
                code, f"Danh hiệu {code}"
            ),
            "category": Category.FORM if code.startswith("BK") else Category.TITLE,
            "level": Level.MINISTRY if code.startswith("BK") else Level.UNIT,
            "rank": next(_numbers),
            "receivers": ["person", "collective"],
            "decided_by": "Bộ trưởng",
            "source": "Luật 06/2022/QH15",
        }
        | facts
    )


def make_round(unit: Unit, *, year: int = 2024, **facts: Any) -> Round:
    return Round.objects.create(
        **{
            "unit": unit,
            "year": year,
            "name": f"Xét khen thưởng năm {year}",
            "opens_on": date(year, 11, 1),
            "closes_on": date(year, 12, 31),
        }
        | facts
    )


def make_nomination(
    round_: Round, unit: Unit, award: AwardKind, state: str = NominationState.SUBMITTED, **facts: Any
):
    is_open = state in (NominationState.DRAFT, NominationState.AWAITING_HEAD)
    return Nomination.objects.create(
        **{
            "round": round_,
            "unit": unit,
            "held_by": unit,
            "award": award,
            "subject_kind": SubjectKind.PERSON,
            "person": facts.pop("person", None) or make_person(),
            "achievement": "Hoàn thành xuất sắc nhiệm vụ",
            "state": state,
            "submitted_at": None if is_open else at(round_.year, 12, 2),
        }
        | facts
    )


def make_honour(
    unit: Unit, award: AwardKind, issuer: Unit, *, on: date = date(2024, 12, 10), **facts: Any
) -> HonourRecord:
    kind = facts.pop("subject_kind", SubjectKind.PERSON)
    person = None if kind == SubjectKind.COLLECTIVE else facts.pop("person", None) or make_person()
    name = facts.pop("subject_name", person.full_name if person else unit.name)
    return HonourRecord.objects.create(
        **{
            "award": award,
            "award_code": award.code,
            "award_name": award.name,
            "category": award.category,
            "level": award.level,
            "ground": Ground.MERIT,
            "subject_kind": kind,
            "person": person,
            "unit": unit,
            "subject_name": name,
            "subject_search": search_key(name),
            "unit_name": unit.name,
            "position_title": "Chuyên viên" if person else "",
            "leader_level": "none" if person else "",
            "is_direct_worker": False,
            "sex": person.sex if person else "",
            "year": on.year,
            "issuer_unit": issuer,
            "decision_number": f"{on.year}/QĐ-KT",
            "decided_on": on,
        }
        | facts
    )


def make_criterion(
    campaign: Campaign, check_code: str, position: int = 1, audience: str = "leader"
) -> Criterion:
    return Criterion.objects.create(
        campaign=campaign,
        audience=audience,
        position=position,
        text=f"tiêu chí {position}",
        check_code=check_code,
    )


def make_result(
    unit: Unit, year: int = 2024, grade: str = "HTXSNV", *, is_outstanding: bool = False
) -> UnitYearResult:
    return UnitYearResult.objects.create(
        unit=unit, year=year, grade=grade, is_outstanding=is_outstanding, document="QĐ xếp loại"
    )


def fill_year(ministry: Unit, agency: Unit, institute: Unit, *, honours: int = 12) -> Campaign:
    """One year with something of everything: pledges, results, works, nominations, honours, also of the year
    before.
    """
    campaign = make_campaign(ministry, [agency, institute], theme="Kỷ cương, sáng tạo", contents=3)
    make_criterion(campaign, "unit_outstanding", 1)
    make_criterion(campaign, "lawmaking_100", 2)
    pledge = make_pledge(campaign, agency)
    make_progress(make_target(pledge, 1, 10), 10, date(2024, 5, 2))
    make_progress(make_target(pledge, 1, 4, is_lawmaking=True), 1, date(2024, 11, 2))
    make_target(pledge, 2, 100, measure="percent")
    make_pledge(campaign, institute, PledgeState.SUBMITTED)
    make_result(agency, is_outstanding=True)
    make_initiative(agency)
    make_initiative(agency, InitiativeState.SUBMITTED)
    title, praise = make_award("CSTDCS"), make_award("BK_BO")
    round_ = make_round(ministry)
    make_nomination(round_, agency, title, NominationState.AWARDED)
    make_nomination(round_, agency, praise, NominationState.NOT_PASSED)
    for number in range(honours):
        make_honour(
            agency if number % 3 else ministry,
            title if number % 2 else praise,
            ministry,
            person=make_person(f"Nguyễn Thị Số {number:04d}"),
            is_direct_worker=number % 4 == 0,
            leader_level="division_head" if number % 5 == 0 else "none",
        )
    make_honour(agency, praise, ministry, subject_kind=SubjectKind.COLLECTIVE)
    make_honour(agency, title, ministry, on=date(2023, 12, 20))
    return campaign
