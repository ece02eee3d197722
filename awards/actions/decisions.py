"""Draft and issue award decisions; issuing writes the honours of the archive."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from awards import queries, workflow
from awards.choices import DecisionState, NominationState, SubjectKind
from awards.models import Decision, DecisionLine, HonourRecord, Nomination, Round
from awards.rules.decisions import LineFacts, authority_verdict, issue_faults
from core import audit, notices
from core.errors import RuleBroken, StaleState
from core.flow import advance, check_version
from core.text import clean, search_key
from units.choices import UnitKind
from units.models import Unit
from units.permissions import Actor, holders, require


def _is_ministry(unit: Unit) -> bool:
    return unit.kind == UnitKind.MINISTRY


def _passed(round_: Round, ids: Sequence[int], decision: Decision | None) -> list[Nomination]:
    """The chosen dossiers, locked, in the order of a list. Raises RuleBroken when one cannot stand in
    this decision.
    """
    if not ids:
        raise RuleBroken(fields={"nominations": ["Hãy chọn ít nhất một hồ sơ đạt."]})
    list(
        Nomination.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    related = ("award", "person", "collective", "unit", "result")
    rows = Nomination.objects.filter(pk__in=ids, round=round_, state=NominationState.PASSED).select_related(
        *related
    )
    rows = (
        rows.exclude(pk__in=DecisionLine.objects.exclude(decision=decision).values("nomination"))
        if decision
        else (rows.filter(decision_line=None))
    )
    found = list(rows.order_by("award__rank", "subject_kind", "unit__sort_key", "person__sort_key", "pk"))
    if len(found) != len(set(ids)):
        raise RuleBroken(
            fields={
                "nominations": [
                    "Có hồ sơ không còn ở trạng thái «Đạt» hoặc đã nằm trong quyết định khác. Hãy chọn lại."
                ]
            }
        )
    verdicts = [
        authority_verdict(
            n.award.level, n.award.name, n.award.decided_by, is_ministry=_is_ministry(round_.unit)
        )
        for n in found
    ]
    refused = sorted({verdict.reason for verdict in verdicts if not verdict.is_met})
    if refused:
        raise RuleBroken(fields={"nominations": refused})
    return found


def _write_lines(decision: Decision, nominations: Sequence[Nomination]) -> None:
    decision.lines.all().delete()
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, nomination=nomination, position=position)
        for position, nomination in enumerate(nominations, start=1)
    )


@transaction.atomic
def create_decision(
    round_id: int, *, title: str, nomination_ids: Sequence[int], actor: Actor, today: date | None = None
) -> Decision:
    """Draft a decision of the round's unit from passed dossiers; those who issue are told.
    Raises Forbidden, RuleBroken.
    """
    round_ = Round.objects.select_related("unit").get(pk=round_id)
    require(actor, "decision.edit", round_.unit)
    nominations = _passed(round_, nomination_ids, None)
    decision = Decision(unit=round_.unit, round=round_, title=clean(title), state=DecisionState.DRAFT)
    decision.full_clean()
    decision.save()
    _write_lines(decision, nominations)
    codes = [nomination.code for nomination in nominations]
    audit.record(actor, "decision.create", decision, changes={"title": decision.title, "lines": codes})
    notices.send(
        holders("decision.issue", round_.unit, today or actor.today),
        "decision.draft",
        f"Dự thảo quyết định «{decision.title[:250]}» gồm {len(codes)} hồ sơ, chờ ban hành.",
        decision.get_absolute_url(),
        key=f"decision.draft:{decision.pk}",
    )
    return decision


def _locked(decision_id: int) -> Decision:
    rows = Decision.objects.select_for_update(of=("self",)).select_related("unit", "round__unit")
    return rows.get(pk=decision_id)


@transaction.atomic
def save_decision(
    decision_id: int, *, title: str, nomination_ids: Sequence[int], actor: Actor, version: int | None = None
) -> Decision:
    """Change title and lines of a draft. Raises StaleState, Forbidden, RuleBroken."""
    decision = _locked(decision_id)
    workflow.DECISION.step("issue", decision)
    check_version(decision, version)
    require(actor, "decision.edit", decision.unit)
    before = {"title": decision.title, "lines": [line.nomination.code for line in queries.lines_of(decision)]}
    nominations = _passed(decision.round, nomination_ids, decision)
    decision.title = clean(title)
    decision.version += 1
    decision.full_clean()
    decision.save()
    _write_lines(decision, nominations)
    after = {"title": decision.title, "lines": [nomination.code for nomination in nominations]}
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    audit.record(actor, "decision.edit", decision, changes=changed)
    return decision


@transaction.atomic
def issue_decision(
    decision_id: int,
    *,
    number: str,
    signed_on: date,
    signer_name: str,
    signer_position: str,
    actor: Actor,
    version: int | None = None,
    today: date | None = None,
) -> Decision:
    """Issue a draft: number, day, signer; dossiers become awarded and honours enter the archive, all or
    nothing.

    After commit the papers are built by a task. Raises StaleState, Forbidden, RuleBroken (fields of the
    form).
    """
    today = today or actor.today
    decision = _locked(decision_id)
    step = workflow.DECISION.step("issue", decision)
    check_version(decision, version)
    require(actor, step.permission, decision.unit)
    lines = list(queries.lines_of(decision))
    list(
        Nomination.objects.select_for_update()
        .filter(pk__in=[line.nomination_id for line in lines])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    lines = list(queries.lines_of(decision))
    _check(decision, lines, signed_on, number, signer_name, signer_position, today)
    decision.number, decision.signed_on = _number(number), signed_on
    decision.signer_name, decision.signer_position = clean(signer_name), clean(signer_position)
    decision.state = step.target
    decision.full_clean()
    decision.state = DecisionState.DRAFT
    advance(
        decision,
        step,
        actor=actor,
        number=decision.number,
        signed_on=signed_on,
        signer_name=decision.signer_name,
        signer_position=decision.signer_position,
    )
    award_step = workflow.NOMINATION.named("award")
    for line in lines:
        line.nomination.round = decision.round
        advance(line.nomination, award_step, actor=actor, note=str(decision))
    HonourRecord.objects.bulk_create(_honour(decision, line) for line in lines)
    changes = {
        "number": decision.number,
        "signed_on": signed_on,
        "signer_name": decision.signer_name,
        "lines": [line.nomination.code for line in lines],
    }
    audit.record(actor, "decision.issue", decision, changes=changes)
    _tell(decision, lines, today)
    _build_after_commit(decision.pk)
    return decision


def _build_after_commit(decision_id: int) -> None:
    def enqueue() -> None:
        # The task stands to the left of this module; it is needed only when the transaction is over.
        from awards.tasks import build_certificates  # noqa: PLC0415

        build_certificates.delay(decision_id)

    transaction.on_commit(enqueue, robust=True)


def rebuild_papers(decision_id: int, *, actor: Actor) -> Decision:
    """Ask again for papers that are missing; what exists is kept. Raises StaleState, Forbidden."""
    decision = Decision.objects.select_related("unit").get(pk=decision_id)
    if decision.state != DecisionState.ISSUED:
        raise StaleState("Chỉ quyết định đã ban hành mới có bằng và bản PDF.")
    require(actor, "decision.edit", decision.unit)
    _build_after_commit(decision.pk)
    return decision


def _number(number: str) -> str:
    """«Số: 12/QĐ-BTNMT» and «12/QĐ-BTNMT» are the same number."""
    number = clean(number)
    return number[2:].lstrip(" :.") if number.lower().startswith("số") else number


def _check(
    decision: Decision,
    lines: Sequence[DecisionLine],
    signed_on: date,
    number: str,
    name: str,
    position: str,
    today: date,
) -> None:
    line_facts = [
        LineFacts(
            line.nomination.code,
            line.nomination.state == NominationState.PASSED,
            line.nomination.result.voted_on if hasattr(line.nomination, "result") else None,
        )
        for line in lines
    ]
    faults = issue_faults(signed_on, line_facts, today)
    if not _number(number):
        faults["number"] = ["Hãy ghi số, ký hiệu của quyết định, ví dụ 123/QĐ-BTNMT."]
    if not clean(name):
        faults["signer_name"] = ["Hãy ghi họ tên người ký."]
    if not clean(position):
        faults["signer_position"] = ["Hãy ghi chức vụ người ký."]
    if any(line.nomination.state == NominationState.AWARDED for line in lines):
        raise StaleState("Có hồ sơ đã được khen thưởng theo quyết định khác. Hãy xem lại dự thảo.")
    if faults:
        raise RuleBroken(fields=faults)


def _honour(decision: Decision, line: DecisionLine) -> HonourRecord:
    """The archive row of one line, with names as they are on this day."""
    nomination = line.nomination
    award = nomination.award
    unit = nomination.collective if nomination.collective is not None else nomination.unit
    return HonourRecord(
        award=award,
        award_code=award.code,
        award_name=award.name,
        category=award.category,
        level=award.level,
        ground=decision.round.ground,
        subject_kind=nomination.subject_kind,
        person=nomination.person if nomination.subject_kind == SubjectKind.PERSON else None,
        unit=unit,
        subject_name=nomination.subject_name,
        subject_search=search_key(nomination.subject_name)[:400],
        unit_name=unit.name,
        position_title=nomination.position_title,
        leader_level=nomination.leader_level,
        is_direct_worker=nomination.is_direct_worker,
        sex=nomination.sex,
        year=decision.round.year,
        decision=decision,
        issuer_unit=decision.unit,
        decision_number=decision.number,
        decided_on=decision.signed_on,
        book_number=line.position,
        achievement=nomination.achievement,
    )


def _tell(decision: Decision, lines: Sequence[DecisionLine], today: date) -> None:
    """One notice per proposing unit for its officers: how many of theirs are honoured."""
    by_unit: dict[int, list[DecisionLine]] = {}
    for line in lines:
        by_unit.setdefault(line.nomination.unit_id, []).append(line)
    for mine in by_unit.values():
        text = (
            f"{decision} ngày {decision.signed_on:%d/%m/%Y}: {len(mine)} cá nhân, tập thể do đơn vị "
            "đề nghị được khen thưởng."
        )
        told = holders("nomination.edit", mine[0].nomination.unit, today)
        event = f"decision.issue:{decision.pk}:{mine[0].nomination.unit_id}"
        notices.send(told, "decision.issue", text, decision.get_absolute_url(), key=event)
