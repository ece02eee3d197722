"""Draft nominations, add papers, and send them through the levels."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction

from awards import facts, queries, workflow
from awards.choices import NominationState, Paper, SubjectKind
from awards.models import AwardKind, Nomination, NominationPaper, Round
from awards.models.rulebook import AwardKindQuerySet
from core import audit, clock, files, notices
from core.errors import RuleBroken, StaleState
from core.flow import Step, advance, check_version
from core.text import clean
from units.models import Person, Unit
from units.permissions import Actor, holders, require
from units.queries import people_within

FIELDS = ("award", "subject_kind", "person", "collective", "achievement", "initiative")


def _locked(nomination_id: int) -> Nomination:
    rows = Nomination.objects.select_for_update(of=("self",))
    related = (
        "round__unit",
        "round__campaign",
        "unit",
        "held_by",
        "award",
        "person",
        "collective",
        "initiative",
    )
    return rows.select_related(*related).get(pk=nomination_id)


def _catalogue(today: date) -> AwardKindQuerySet:
    return AwardKind.objects.in_force_on(today)


# --- drafting ------------------------------------------------------------------------------------
def _check(nomination: Nomination, today: date) -> None:
    """Raises RuleBroken when subject, award and initiative do not fit together on the day."""
    faults: dict[str, list[str]] = {}
    is_person = nomination.subject_kind == SubjectKind.PERSON
    person, collective = nomination.person, nomination.collective
    if is_person and (
        person is None or not people_within(nomination.unit, today).filter(pk=person.pk).exists()
    ):
        faults["person"] = ["Hãy chọn một cá nhân đang công tác tại đơn vị."]
    if not is_person and (
        collective is None or not collective.is_within(nomination.unit) or not collective.is_open_on(today)
    ):
        faults["collective"] = ["Hãy chọn đơn vị mình hoặc một tập thể trực thuộc đang hoạt động."]
    award = nomination.award
    if not _catalogue(today).filter(pk=award.pk).exists():
        faults["award"] = [f"{award.name} không có trong danh mục ngày {today:%d/%m/%Y}."]
    elif not award.suits(nomination.subject_kind):
        faults["award"] = [f"{award.name} không dành cho {'cá nhân' if is_person else 'tập thể'}."]
    initiative = nomination.initiative
    if initiative and not initiative.unit.is_within(nomination.unit):
        faults["initiative"] = ["Sáng kiến không thuộc đơn vị đề nghị."]
    if faults:
        raise RuleBroken(fields=faults)
    nomination.full_clean(exclude=["achievement"])


def _fill(nomination: Nomination, data: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in data:
            setattr(nomination, name, data[name])
    if nomination.subject_kind == SubjectKind.PERSON:
        nomination.collective = None
    else:
        nomination.person = None
    nomination.achievement = clean(nomination.achievement or "")


def _open_round(round_id: int, unit: Unit, today: date) -> Round:
    """The round, locked: nobody closes it, and nobody nominates the same subject, while a draft is made."""
    rows = Round.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "campaign")
    round_ = rows.get(pk=round_id)
    if not unit.is_within(round_.unit):
        raise RuleBroken(fields={"round": ["Đợt xét này không dành cho đơn vị."]})
    note = facts.round_note(round_, today)
    if note:
        raise RuleBroken(fields={"round": [f"{note}."]})
    return round_


@transaction.atomic
def create_nomination(
    round_id: int, data: dict[str, Any], *, actor: Actor, today: date | None = None
) -> Nomination:
    """Start a draft of the actor's unit in an open round.

    data: award, subject_kind, person or collective, achievement, initiative (model instances or None).
    Raises Forbidden, RuleBroken.
    """
    require(actor, "nomination.edit", actor.unit)
    assert actor.unit is not None  # noqa: S101 - require has refused before
    today = today or actor.today
    round_ = _open_round(round_id, actor.unit, today)
    nomination = Nomination(round=round_, unit=actor.unit, held_by=actor.unit, state=NominationState.DRAFT)
    _fill(nomination, data)
    _check(nomination, today)
    nomination.save()
    audit.record(
        actor, "nomination.create", nomination, changes={name: getattr(nomination, name) for name in FIELDS}
    )
    return nomination


@transaction.atomic
def create_for_people(
    round_id: int, award: AwardKind, people: Iterable[Person], *, actor: Actor, today: date | None = None
) -> list[Nomination]:
    """Start one draft per person for the same award; all or none.
    Raises Forbidden, RuleBroken naming the people.
    """
    made: list[Nomination] = []
    people = list(people)
    taken = Nomination.objects.filter(round=round_id, award=award, person__in=people).exclude(
        state=NominationState.WITHDRAWN
    )
    names = sorted(taken.values_list("person__full_name", flat=True))
    if names:
        raise RuleBroken(
            fields={"people": [f"Đã có hồ sơ đề nghị {award.name} trong đợt này: {', '.join(names)}."]}
        )
    for person in people:
        data = {
            "award": award,
            "subject_kind": SubjectKind.PERSON,
            "person": person,
            "achievement": "",
            "initiative": None,
        }
        made.append(create_nomination(round_id, data, actor=actor, today=today))
    return made


@transaction.atomic
def save_nomination(
    nomination_id: int,
    data: dict[str, Any],
    *,
    actor: Actor,
    version: int | None = None,
    today: date | None = None,
) -> Nomination:
    """Change a draft, a returned or a withdrawn dossier. Raises StaleState, Forbidden, RuleBroken."""
    nomination = _locked(nomination_id)
    _must_be_editable(nomination)
    check_version(nomination, version)
    require(actor, "nomination.edit", nomination.unit)
    before = {name: getattr(nomination, name) for name in FIELDS}
    _fill(nomination, data)
    _check(nomination, today or actor.today)
    nomination.version += 1
    nomination.save()
    changed = {
        name: [old, getattr(nomination, name)]
        for name, old in before.items()
        if old != getattr(nomination, name)
    }
    audit.record(actor, "nomination.edit", nomination, changes=changed)
    return nomination


def _must_be_editable(nomination: Nomination) -> None:
    if not nomination.is_editable:
        raise StaleState(
            f"Hồ sơ đang ở trạng thái «{nomination.get_state_display()}» nên không sửa được. "
            "Nếu cần sửa, hãy thu hồi khi chưa được tiếp nhận hoặc đề nghị cơ quan đang giữ hồ sơ trả lại."
        )


# --- papers --------------------------------------------------------------------------------------
@transaction.atomic
def attach_paper(nomination_id: int, kind: str, upload: File, *, actor: Actor) -> NominationPaper:
    """Add a typed paper to a draft; an earlier paper of the kind stays as a replaced version (not for
    «khác»).

    Raises StaleState, Forbidden, RuleBroken (field "file") on an unfit upload.
    """
    nomination = _locked(nomination_id)
    _must_be_editable(nomination)
    require(actor, "nomination.edit", nomination.unit)
    if kind not in Paper.values:
        raise RuleBroken(fields={"kind": ["Hãy chọn loại giấy tờ."]})
    if kind != Paper.OTHER:
        nomination.papers.filter(kind=kind, is_replaced=False).update(is_replaced=True)
    paper = NominationPaper.objects.create(nomination=nomination, kind=kind)
    stored = files.keep(upload, upload.name or "giay-to", paper, actor=actor)
    audit.record(
        actor,
        "nomination.attach",
        nomination,
        changes={"paper": kind, "file": stored.name, "sha256": stored.sha256},
    )
    return paper


@transaction.atomic
def remove_paper(paper_id: int, *, actor: Actor) -> Nomination:
    """Take a paper out of a draft; it stays stored as a replaced version. Raises StaleState, Forbidden."""
    paper = NominationPaper.objects.select_related("nomination").get(pk=paper_id)
    nomination = _locked(paper.nomination_id)
    _must_be_editable(nomination)
    require(actor, "nomination.edit", nomination.unit)
    if not NominationPaper.objects.filter(pk=paper_id, is_replaced=False).update(is_replaced=True):
        raise StaleState("Giấy tờ này đã được bỏ ra trước đó.")
    audit.record(actor, "nomination.detach", nomination, changes={"paper": paper.kind})
    return nomination


# --- steps ---------------------------------------------------------------------------------------
def _begin(nomination_id: int, name: str, actor: Actor, version: int | None) -> tuple[Nomination, Step]:
    """Lock, find the step, ask the permission: the first three moves of every step."""
    nomination = _locked(nomination_id)
    step = workflow.NOMINATION.step(name, nomination)
    check_version(nomination, version)
    require(actor, step.permission, workflow.acting_unit(step, nomination))
    return nomination, step


def _finish(
    nomination: Nomination,
    step: Step,
    *,
    actor: Actor,
    note: str = "",
    tell: Iterable[int] = (),
    text: str = "",
    **changes: Any,
) -> Nomination:
    """Change, audit, tell: the last three moves of every step."""
    advance(nomination, step, actor=actor, note=note, **changes)
    audit.record(
        actor, f"nomination.{step.name}", nomination, note=clean(note), changes={"state": step.target}
    )
    if text:
        notices.send(
            tell,
            f"nomination.{step.name}",
            f"{_label(nomination)}: {text}",
            nomination.get_absolute_url(),
            key=f"nomination.{step.name}:{nomination.pk}:{nomination.version}",
        )
    return nomination


def _label(nomination: Nomination) -> str:
    name = f"{nomination.subject_name} – {nomination.award.short_name or nomination.award.name}"
    return f"Hồ sơ {nomination.code} ({name[:200]})"


@transaction.atomic
def ask_signature(
    nomination_id: int, *, actor: Actor, version: int | None = None, today: date | None = None, note: str = ""
) -> Nomination:
    """Send a complete draft to the unit's head. Raises StaleState, Forbidden, RuleBroken naming what is
    missing.
    """
    today = today or actor.today
    nomination, step = _begin(nomination_id, "ask_signature", actor, version)
    facts.readiness_of(nomination, today).or_raise()
    nomination.state = step.target  # a withdrawn dossier must not meet a second one of the same subject
    nomination.validate_constraints()
    nomination.refresh_from_db(fields=["state"])
    told = holders("nomination.approve", nomination.unit, today)
    return _finish(
        nomination,
        step,
        actor=actor,
        note=note,
        held_by=nomination.unit,
        return_reason="",
        tell=told,
        text="chờ thủ trưởng ký trình.",
    )


@transaction.atomic
def submit_nomination(
    nomination_id: int, *, actor: Actor, version: int | None = None, today: date | None = None, note: str = ""
) -> Nomination:
    """The head signs: the dossier goes to the next level, with the facts of the post as they are today."""
    today = today or actor.today
    nomination, step = _begin(nomination_id, "submit", actor, version)
    facts.readiness_of(nomination, today).or_raise()
    post = facts.post_of(nomination, today)
    frozen: dict[str, Any] = {"position_title": "", "leader_level": "", "is_direct_worker": False, "sex": ""}
    if nomination.person is not None and post is not None:
        frozen = {
            "position_title": post.title,
            "leader_level": post.leader_level,
            "is_direct_worker": post.is_direct_worker,
            "sex": nomination.person.sex,
        }
    target = queries.next_level(nomination.unit, nomination.round.unit, today)
    told = holders("nomination.appraise", target, today)
    return _finish(
        nomination,
        step,
        actor=actor,
        note=note,
        held_by=target,
        submitted_at=clock.now(),
        received_on=None,
        tell=told,
        text=f"{nomination.unit.name} đã trình, chờ tiếp nhận.",
        **frozen,
    )


@transaction.atomic
def return_to_officer(
    nomination_id: int, *, note: str, actor: Actor, version: int | None = None, today: date | None = None
) -> Nomination:
    """The head sends the dossier back to the officer with a reason."""
    nomination, step = _begin(nomination_id, "return_to_officer", actor, version)
    told = holders("nomination.edit", nomination.unit, today or actor.today)
    return _finish(
        nomination,
        step,
        actor=actor,
        note=note,
        return_reason=clean(note),
        tell=told,
        text="thủ trưởng trả lại, xem lý do trong hồ sơ.",
    )


@transaction.atomic
def withdraw_nomination(
    nomination_id: int, *, actor: Actor, version: int | None = None, today: date | None = None, note: str = ""
) -> Nomination:
    """Take a sent dossier back while no level has received it."""
    nomination, step = _begin(nomination_id, "withdraw", actor, version)
    if nomination.received_on is not None:
        raise RuleBroken(
            "Hồ sơ đã được cấp trên tiếp nhận và chuyển tiếp nên không thu hồi được. Hãy đề nghị trả lại."
        )
    told = holders("nomination.appraise", nomination.held_by, today or actor.today)
    return _finish(
        nomination,
        step,
        actor=actor,
        note=note,
        held_by=nomination.unit,
        tell=told,
        text=f"{nomination.unit.name} đã thu hồi.",
    )


@transaction.atomic
def receive_nomination(
    nomination_id: int, *, actor: Actor, version: int | None = None, today: date | None = None, note: str = ""
) -> Nomination:
    """Take a dossier in for appraisal; at the deciding level this day chooses the rules in force. Source:
    R-REG-1
    """
    today = today or actor.today
    nomination, step = _begin(nomination_id, "receive", actor, version)
    changes: dict[str, Any] = {"received_on": today}
    if workflow.is_at_end(nomination):
        award = _catalogue(today).filter(code=nomination.award.code).first()
        if award is None:
            raise RuleBroken(
                f"{nomination.award.name} không còn trong danh mục ngày {today:%d/%m/%Y}. Hãy trả lại "
                "hồ sơ để đơn vị chọn lại."
            )
        changes["award"] = award
    told = holders("nomination.edit", nomination.unit, today)
    return _finish(
        nomination,
        step,
        actor=actor,
        note=note,
        tell=told,
        text=f"{nomination.held_by.name} đã tiếp nhận.",
        **changes,
    )


@transaction.atomic
def return_nomination(
    nomination_id: int, *, note: str, actor: Actor, version: int | None = None, today: date | None = None
) -> Nomination:
    """The level whose turn it is sends the dossier back to the proposing unit with a reason."""
    nomination, step = _begin(nomination_id, "return", actor, version)
    told = holders("nomination.edit", nomination.unit, today or actor.today)
    text = f"{nomination.held_by.name} trả lại, xem lý do trong hồ sơ."
    return _finish(
        nomination,
        step,
        actor=actor,
        note=note,
        held_by=nomination.unit,
        return_reason=clean(note),
        received_on=None,
        tell=told,
        text=text,
    )


@transaction.atomic
def forward_nomination(
    nomination_id: int, *, actor: Actor, version: int | None = None, today: date | None = None, note: str = ""
) -> Nomination:
    """Send an appraised dossier on: one level up, or to the council when it has reached the unit of the
    round.
    """
    today = today or actor.today
    nomination = _locked(nomination_id)
    name = "to_council" if workflow.is_at_end(nomination) else "forward"
    nomination, step = _begin(nomination_id, name, actor, version)
    if name == "to_council":
        told = holders("nomination.record", nomination.held_by, today)
        return _finish(nomination, step, actor=actor, note=note, tell=told, text="chờ Hội đồng bình xét.")
    target = queries.next_level(nomination.held_by, nomination.round.unit, today)
    told = holders("nomination.appraise", target, today)
    text = f"{nomination.held_by.name} đã thẩm định và chuyển lên, chờ tiếp nhận."
    return _finish(nomination, step, actor=actor, note=note, held_by=target, tell=told, text=text)
