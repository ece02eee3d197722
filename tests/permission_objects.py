"""One object of every kind a route can load, at each of the four units of the world;
each carries a canary word.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from awards.choices import Category, Ground, Level, SubjectKind
from awards.models import AwardKind, Decision, HonourRecord, Nomination, NominationPaper, Round
from campaigns.models import (
    Campaign,
    ContentItem,
    Initiative,
    InitiativeAuthor,
    Pledge,
    ProgressEntry,
    Receipt,
    Target,
)
from core import files
from core.models import Notice, SheetImport, SheetRow
from reports.models import ReportRun
from tests.builders import make_member, make_person, make_posting
from tests.world import World
from units.choices import DisciplineKind, HoldKind, Role, UnitKind
from units.models import (
    Discipline,
    Handover,
    Hold,
    OrganisationChange,
    RoleAssignment,
    Secondment,
    Training,
    Unit,
)

RELATIONS = ("own", "child", "foreign", "parent")


def units_by_relation(world: World) -> dict[str, Unit]:
    """Units seen from the agency, where officer and head of the world work."""
    return dict(zip(RELATIONS, (world.agency, world.division, world.institute, world.ministry), strict=True))


def canary(unit: Unit) -> str:
    """A word that stands in every text of the unit's objects and nowhere else."""
    return f"KN{unit.code}chimhoangyen"


def _award() -> AwardKind:
    kind, _ = AwardKind.objects.get_or_create(
        code="BK_BO",
        regime="L2022",
        valid_from=date(2024, 1, 1),
        defaults={
            "name": "Bằng khen của Bộ trưởng",
            "category": Category.FORM,
            "level": Level.MINISTRY,
            "receivers": ["person", "collective"],
            "decided_by": "Bộ trưởng",
            "source": "Luật 06/2022/QH15, Điều 74",
        },
    )
    return kind


def make_objects(unit: Unit) -> dict[str, int]:
    """kind named by route cards → primary key of such an object belonging to the unit."""
    word = canary(unit)
    person = make_person(f"Người {word}")
    posting = make_posting(person, unit, f"Chuyên viên {word}")
    discipline = Discipline.objects.create(
        person=person, kind=DisciplineKind.REPRIMAND, decided_on=date(2023, 5, 1), document=f"QĐ {word}"
    )
    hold = Hold.objects.create(
        person=person, kind=HoldKind.COMPLAINT, opened_on=date(2024, 5, 1), document=word
    )
    training = Training.objects.create(person=person, year=2023, name=f"Khóa {word}", months=12)
    secondment = Secondment.objects.create(
        person=person, to_unit=f"Nơi nhận {word}", valid_from=date(2024, 1, 1)
    )
    member = make_member(Role.AUDITOR, unit, f"Tài khoản {word}")
    heir = make_member(Role.AUDITOR, unit, f"Người nhận {word}")
    handover = Handover.objects.create(
        assignment=member.assignment, giver=member.user, successor=heir.user,
        document=f"QĐ {word}", on=date(2024, 12, 16), notes=word,
    )  # fmt: skip
    pending = RoleAssignment.objects.create(
        user=heir.user, role=Role.UNIT_HEAD, unit=unit, valid_from=date(2024, 12, 1), document=f"QĐ {word}",
        needs_confirmation=True, assigned_by=member.user,
    )  # fmt: skip
    campaign = Campaign.objects.create(
        unit=unit, issuer_name=word, title=f"Phong trào {word}", year_from=2024, year_to=2024,
        starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31),
    )  # fmt: skip
    content = ContentItem.objects.create(campaign=campaign, position=1, text=f"Nội dung {word}")
    receipt = Receipt.objects.create(campaign=campaign, unit=unit)
    pledge = Pledge.objects.create(campaign=campaign, unit=unit, year=2024, summary=f"Đăng ký {word}")
    target = Target.objects.create(
        pledge=pledge, content=content, name=f"Chỉ tiêu {word}", value=Decimal(5), due_on=date(2024, 12, 1)
    )
    entry = ProgressEntry.objects.create(
        target=target, reported_on=date(2024, 6, 1), value=Decimal(2), note=word
    )
    stored = files.keep(ContentFile(word.encode()), f"{word}.pdf", entry, actor=None)
    initiative = Initiative.objects.create(
        unit=unit, held_by=unit, year=2024, title=f"Sáng kiến {word}",
        search_key=word.lower(), field="Đất đai",
        problem=word, solution=word, benefit=word,
    )  # fmt: skip
    InitiativeAuthor.objects.create(initiative=initiative, person=person, share=Decimal(100))
    # rounds of the ministry are there for every unit below to read: no canary
    name = "Đợt xét chung" if unit.kind == UnitKind.MINISTRY else f"Đợt {word}"
    round_ = Round.objects.create(
        unit=unit, year=2024, name=name, opens_on=date(2024, 11, 1), closes_on=date(2024, 12, 31)
    )
    facts: dict[str, Any] = {
        "round": round_, "unit": unit, "held_by": unit, "award": _award(), "subject_kind": SubjectKind.PERSON,
        "person": person, "achievement": f"Thành tích {word}",
    }  # fmt: skip
    nomination = Nomination.objects.create(**facts)
    paper = NominationPaper.objects.create(nomination=nomination, kind="bao_cao")
    decision = Decision.objects.create(unit=unit, round=round_, title=f"Quyết định {word}")
    honour = HonourRecord.objects.create(
        award=_award(), award_code="BK_BO", award_name="Bằng khen", category=Category.FORM,
        level=Level.MINISTRY,
        ground=Ground.MERIT, subject_kind=SubjectKind.PERSON, person=person, unit=unit,
        subject_name=f"Người {word}",
        subject_search=word.lower(), unit_name=unit.name, year=2024, issuer_unit=unit, decision_number="1/QĐ",
        decided_on=date(2024, 3, 1),
    )  # fmt: skip
    run = ReportRun.objects.create(
        kind="year_end", unit=unit, year=2024, fingerprint=word, state="failed", error=word
    )
    change = OrganisationChange.objects.create(
        kind="rename", on=date(2030, 1, 1), document=f"QĐ {word}", unit=unit,
        plan={"units": [unit.code], "name": f"Tên {word}"},
    )  # fmt: skip
    notice = Notice.objects.create(user=member.user, kind="report.ready", text=f"Tin {word}")
    sheet_import = SheetImport.objects.create(
        kind="people", user=member.user, assignment_id=member.assignment.pk, scope_id=unit.pk, state="ready"
    )
    SheetRow.objects.create(sheet_import=sheet_import, number=2, values={"full_name": word})
    return {
        "sheet_import": sheet_import.pk,
        "notice": notice.pk,
        "unit": unit.pk,
        "change": change.pk,
        "trail_object": unit.pk,
        "person": person.pk,
        "posting": posting.pk,
        "discipline": discipline.pk,
        "hold": hold.pk,
        "training": training.pk,
        "secondment": secondment.pk,
        "account": member.user.pk,
        "role_assignment": member.assignment.pk,
        "pending_role": pending.pk,
        "handover": handover.pk,
        "campaign": campaign.pk,
        "receipt": receipt.pk,
        "pledge": pledge.pk,
        "target": target.pk,
        "file": stored.pk,
        "initiative": initiative.pk,
        "round": round_.pk,
        "nomination": nomination.pk,
        "paper": paper.pk,
        "decision": decision.pk,
        "honour": honour.pk,
        "run": run.pk,
    }  # fmt: skip
