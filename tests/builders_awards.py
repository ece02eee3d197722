"""make_… functions of awards: a catalogue, a round, dossiers brought to a state through the real actions."""

from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from awards import rulebook_files
from awards.actions import decisions, nominations, results, rounds
from awards.actions.catalogue import load_catalogue
from awards.choices import Ground, Paper, SubjectKind
from awards.models import AwardKind, Decision, Nomination, Round
from tests.builders import TODAY, make_person, make_posting
from tests.world import World
from units.models import Person, Unit
from units.permissions import Actor, system_actor

SUMMARY = (
    "Hoàn thành tốt công tác vận hành 12 trạm quan trắc tự động, bảo đảm tỷ lệ số liệu hợp lệ đạt 96%. Chủ "
    "động đề xuất giải pháp phát hiện số liệu bất thường, được đơn vị áp dụng từ quý II năm 2024."
)
COUNCIL = {"council_name": "Hội đồng Thi đua - Khen thưởng Bộ", "minutes_number": "05/BB-HĐTĐKT"}


def pdf_upload(name: str = "bao-cao.pdf") -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    content = BytesIO()
    writer.write(content)
    return SimpleUploadedFile(name, content.getvalue(), content_type="application/pdf")


def load_kinds() -> None:
    load_catalogue(rulebook_files.rows(), actor=system_actor("thử"))


def kind(code: str, day: date = TODAY) -> AwardKind:
    if not AwardKind.objects.exists():
        load_kinds()
    return AwardKind.objects.in_force_on(day).get(code=code)


def make_round(world: World, **facts: Any) -> Round:
    data = {
        "year": 2024,
        "name": "Xét khen thưởng năm 2024",
        "ground": Ground.MERIT,
        "opens_on": date(2024, 11, 1),
        "closes_on": date(2024, 12, 31),
        "council_on": date(2025, 1, 20),
        "campaign": None,
    }
    return rounds.open_round(data | facts, actor=world.specialist)


def make_worker(unit: Unit, name: str = "", **post: Any) -> Person:
    person = make_person(name)
    make_posting(person, unit, "Quan trắc viên", **({"is_direct_worker": True} | post))
    return person


def make_draft(
    world: World,
    round_: Round,
    code: str = "LDTT",
    *,
    person: Person | None = None,
    actor: Actor | None = None,
    **facts: Any,
) -> Nomination:
    actor = actor or world.officer
    data = {
        "award": kind(code),
        "subject_kind": SubjectKind.PERSON,
        "person": person or make_worker(actor.unit),
        "collective": None,
        "achievement": SUMMARY,
        "initiative": None,
    }
    return nominations.create_nomination(round_.pk, data | facts, actor=actor)


def attach_required(nomination: Nomination, actor: Actor) -> None:
    award = nomination.award
    for paper in [*award.required_papers, *award.one_of_papers[:1]]:
        if paper not in (Paper.LETTER, Paper.LIST):
            nominations.attach_paper(nomination.pk, paper, pdf_upload(f"{paper}.pdf"), actor=actor)


def make_submitted(world: World, round_: Round, code: str = "LDTT", **facts: Any) -> Nomination:
    nomination = make_draft(world, round_, code, **facts)
    attach_required(nomination, world.officer)
    nominations.ask_signature(nomination.pk, actor=world.officer)
    return nominations.submit_nomination(nomination.pk, actor=world.head)


def make_awaiting_council(world: World, round_: Round, code: str = "LDTT", **facts: Any) -> Nomination:
    nomination = make_submitted(world, round_, code, **facts)
    nominations.receive_nomination(nomination.pk, actor=world.specialist)
    return nominations.forward_nomination(nomination.pk, actor=world.specialist)


def make_passed(world: World, round_: Round, code: str = "LDTT", **facts: Any) -> Nomination:
    nomination = make_awaiting_council(world, round_, code, **facts)
    vote = {"members": 14, "in_favour": 14, "against": 0, "blank": 0, "concluded": True, "voted_on": TODAY}
    results.record_result(nomination.pk, **(COUNCIL | vote), actor=world.secretary)
    nomination.refresh_from_db()
    return nomination


def make_decision(world: World, round_: Round, *passed: Nomination) -> Decision:
    ids = [nomination.pk for nomination in passed]
    title = "Về việc khen thưởng thành tích năm 2024"
    return decisions.create_decision(round_.pk, title=title, nomination_ids=ids, actor=world.specialist)


def issue(world: World, decision: Decision, **facts: Any) -> Decision:
    data = {
        "number": "4321/QĐ-BTN",
        "signed_on": TODAY,
        "signer_name": "Đặng Văn Lãnh Đạo",
        "signer_position": "Thứ trưởng",
    }
    return decisions.issue_decision(decision.pk, **(data | facts), actor=world.leader)
