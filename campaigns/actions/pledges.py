"""Pledges: draft, send to the head, approve or return, reopen; progress with evidence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction

from campaigns import queries, rules, workflow
from campaigns.choices import CampaignState, PledgeState
from campaigns.models import Campaign, Pledge, ProgressEntry, Target, TitleAim
from core import audit, clock, files, flow, notices
from core.errors import Outcome, RuleBroken, StaleState
from core.flow import Step
from core.text import clean
from units.models import Unit
from units.permissions import Actor, holders, require
from units.queries import people_within

_TARGET_FIELDS = ("name", "measure", "unit_of_measure", "value", "due_on", "is_lawmaking")


def _locked(pledge_id: int) -> Pledge:
    rows = Pledge.objects.select_for_update(of=("self",)).select_related("campaign", "unit")
    return rows.get(pk=pledge_id)


def _require_running(campaign: Campaign) -> None:
    if campaign.state != CampaignState.LAUNCHED:
        state = campaign.get_state_display().lower()
        raise RuleBroken(f"Phong trào đang ở trạng thái «{state}» nên không đăng ký hoặc cập nhật được.")


@transaction.atomic
def create_pledge(campaign_id: int, year: int, *, actor: Actor) -> Pledge:
    """Open the actor's unit's pledge in a launched campaign for a year.

    Raises RuleBroken when the campaign does not reach the unit, is not running, has no contents, or the year
    is wrong; ValidationError when the unit already has one.
    """
    # two officers opening at once: the second one waits here and is told that it exists
    rows = Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
    campaign = rows.get(pk=campaign_id)
    require(actor, "pledge.edit", actor.unit)
    unit = actor.unit
    if (
        not isinstance(unit, Unit)
        or not queries.pledgeable_campaigns(unit, campaign.ends_on).filter(pk=campaign.pk).exists()
    ):
        _require_running(campaign)
        raise RuleBroken(
            fields={
                "campaign": [
                    "Phong trào này chưa có nội dung thi đua hoặc không dành cho đơn vị. Hãy chọn lại."
                ]
            }
        )
    verdict = rules.check_pledge_year(year, campaign.year_from, campaign.year_to)
    if not verdict.is_met:
        raise RuleBroken(fields={"year": [verdict.reason]})
    pledge = Pledge(campaign=campaign, unit=unit, year=year)
    pledge.full_clean()
    pledge.save()
    audit.record(actor, "pledge.create", pledge, changes={"campaign": campaign, "year": year})
    return pledge


# --- editing ---------------------------------------------------------------------------------------
def _shape(target: Target, positions: Mapping[int, int]) -> rules.TargetShape:
    return rules.TargetShape(
        positions[target.content_id], target.name, target.measure, target.value, target.due_on
    )


def _built_targets(pledge: Pledge, rows: Sequence[Mapping[str, Any]]) -> list[Target]:
    """Targets as typed, unsaved; rows with a known id keep their identity. Raises RuleBroken,
    ValidationError.
    """
    known = {target.pk: target for target in pledge.targets.all()}
    contents = set(pledge.campaign.contents.values_list("pk", flat=True))
    built = []
    for number, row in enumerate(rows, start=1):
        target = known.pop(row.get("id") or 0, None) or Target(pledge=pledge)
        if row["content"] not in contents:
            raise RuleBroken(f"Chỉ tiêu {number}: hãy chọn một nội dung thi đua của phong trào.")
        target.content_id = row["content"]
        for name in _TARGET_FIELDS:
            value = row.get(name, getattr(target, name))
            setattr(target, name, clean(value) if isinstance(value, str) else value)
        target.clean_fields(exclude=["pledge", "content"])
        built.append(target)
    return built


def _write_targets(pledge: Pledge, rows: Sequence[Mapping[str, Any]]) -> int:
    built = _built_targets(pledge, rows)
    positions = dict(pledge.campaign.contents.values_list("pk", "position"))
    faults = rules.check_targets(
        [_shape(target, positions) for target in built], pledge.campaign.starts_on, pledge.campaign.ends_on
    )
    if faults:
        raise RuleBroken(verdicts=faults)
    kept = [target.pk for target in built if target.pk]
    gone = pledge.targets.exclude(pk__in=kept)
    reported = gone.filter(progress__isnull=False).first()
    if reported is not None:
        raise RuleBroken(
            f"Chỉ tiêu «{reported.name}» đã có kết quả thực hiện nên không bỏ được; có thể sửa mức đăng ký."
        )
    gone.delete()
    for target in built:
        target.save()
    return len(built)


def _write_aims(pledge: Pledge, rows: Sequence[Mapping[str, Any]], today: date) -> int:
    """Replace the titles aimed at. rows: title_code and person (id, or None for the collective)."""
    pairs = [(clean(row["title_code"]), row.get("person")) for row in rows]
    if len(set(pairs)) != len(pairs):
        raise RuleBroken("Có danh hiệu được đăng ký hai lần cho cùng đối tượng. Hãy bỏ bớt một dòng.")
    people = {person for _, person in pairs if person is not None}
    allowed = set(people_within(pledge.unit, today).filter(pk__in=people).values_list("pk", flat=True))
    allowed |= set(pledge.aims.exclude(person=None).values_list("person_id", flat=True))
    if people - allowed:
        raise RuleBroken("Có cá nhân không công tác tại đơn vị. Hãy chọn người trong danh sách của đơn vị.")
    pledge.aims.all().delete()
    aims = [TitleAim(pledge=pledge, title_code=code, person_id=person) for code, person in pairs]
    for aim in aims:
        aim.clean_fields(exclude=["pledge", "person"])
    return len(TitleAim.objects.bulk_create(aims))


@transaction.atomic
def save_pledge(pledge_id: int, data: Mapping[str, Any], *, version: int | None, actor: Actor) -> Pledge:
    """Save a draft or a returned pledge.

    data: summary; targets (dicts of id or None, content (id), name, measure, unit_of_measure, value, due_on,
    is_lawmaking) in order; aims (dicts of title_code, person id or None). Parts not given stay.
    Raises StaleState, Forbidden, RuleBroken, ValidationError.
    """
    pledge = _locked(pledge_id)
    flow.check_version(pledge, version)
    if not pledge.is_editable:
        raise StaleState(f"Đăng ký đang ở trạng thái «{pledge.get_state_display()}» nên không sửa được.")
    require(actor, "pledge.edit", pledge.unit)
    _require_running(pledge.campaign)
    changes: dict[str, Any] = {}
    if "summary" in data:
        pledge.summary = clean(data["summary"])
        changes["summary"] = pledge.summary
    if "targets" in data:
        changes["targets"] = _write_targets(pledge, data["targets"])
    if "aims" in data:
        changes["aims"] = _write_aims(pledge, data["aims"], actor.today)
    pledge.version += 1
    pledge.save(update_fields=["summary", "version"])
    audit.record(actor, "pledge.update", pledge, changes=changes)
    return pledge


# --- steps -----------------------------------------------------------------------------------------
def _begin(pledge_id: int, name: str, actor: Actor) -> tuple[Pledge, Step]:
    pledge = _locked(pledge_id)
    step = workflow.PLEDGE.step(name, pledge)
    require(actor, step.permission, pledge.unit)
    return pledge, step


def _tell(pledge: Pledge, permission: str, kind: str, text: str, actor: Actor) -> None:
    ids = set(holders(permission, pledge.unit, actor.today)) - {actor.user_id}
    event = f"{kind}:{pledge.pk}:{pledge.version}"
    notices.send((user_id for user_id in ids if user_id), kind, text, pledge.get_absolute_url(), key=event)


@transaction.atomic
def submit_pledge(pledge_id: int, *, actor: Actor) -> Pledge:
    """Send a pledge to the unit's head. Contents without a target do not hinder; a missing target does."""
    pledge, step = _begin(pledge_id, "submit", actor)
    campaign = pledge.campaign
    _require_running(campaign)
    positions = dict(campaign.contents.values_list("pk", "position"))
    shapes = [_shape(target, positions) for target in pledge.targets.all()]
    found = rules.check_pledge_complete(shapes, positions.values(), campaign.starts_on, campaign.ends_on)
    refused = [verdict for verdict in found if verdict.outcome == Outcome.NOT_MET]
    if refused:
        raise RuleBroken(verdicts=refused)
    flow.advance(pledge, step, actor=actor, submitted_at=clock.now(), return_reason="")
    audit.record(actor, "pledge.submit", pledge, changes={"targets": len(shapes)})
    _tell(pledge, "pledge.approve", "pledge.submitted", f"{pledge} đang chờ duyệt.", actor)
    return pledge


@transaction.atomic
def withdraw_pledge(pledge_id: int, *, actor: Actor) -> Pledge:
    """Take a pledge back that the head has not decided yet."""
    pledge, step = _begin(pledge_id, "withdraw", actor)
    flow.advance(pledge, step, actor=actor, submitted_at=None)
    audit.record(actor, "pledge.withdraw", pledge)
    return pledge


@transaction.atomic
def approve_pledge(pledge_id: int, *, actor: Actor) -> Pledge:
    """The head approves; from now on progress is recorded. The officers are told."""
    pledge, step = _begin(pledge_id, "approve", actor)
    _require_running(pledge.campaign)
    flow.advance(pledge, step, actor=actor, approved_at=clock.now())
    audit.record(actor, "pledge.approve", pledge)
    _tell(pledge, "pledge.edit", "pledge.approved", f"{pledge} đã được thủ trưởng duyệt.", actor)
    return pledge


@transaction.atomic
def return_pledge(pledge_id: int, reason: str, *, actor: Actor) -> Pledge:
    """The head sends it back with a reason. The officers are told."""
    pledge, step = _begin(pledge_id, "return", actor)
    flow.advance(pledge, step, actor=actor, note=reason, return_reason=clean(reason))
    audit.record(actor, "pledge.return", pledge, note=clean(reason))
    _tell(pledge, "pledge.edit", "pledge.returned", f"{pledge} bị trả lại: {pledge.return_reason}", actor)
    return pledge


@transaction.atomic
def reopen_pledge(pledge_id: int, reason: str, *, actor: Actor) -> Pledge:
    """The head opens an approved pledge for change, with a reason; it has to be sent and approved again."""
    pledge, step = _begin(pledge_id, "reopen", actor)
    _require_running(pledge.campaign)
    flow.advance(pledge, step, actor=actor, note=reason, return_reason=clean(reason), approved_at=None)
    audit.record(actor, "pledge.reopen", pledge, note=clean(reason))
    _tell(
        pledge,
        "pledge.edit",
        "pledge.reopened",
        f"{pledge} được mở lại để điều chỉnh: {pledge.return_reason}",
        actor,
    )
    return pledge


@transaction.atomic
def record_progress(
    target_id: int,
    *,
    value: Decimal,
    reported_on: date,
    note: str = "",
    evidence: Iterable[File] = (),
    today: date,
    actor: Actor,
) -> ProgressEntry:
    """Record what had been reached of a target by a day (cumulative), with evidence files.

    Entries are never changed: a new one corrects. Raises StaleState unless the pledge is approved, RuleBroken
    for a wrong value, a day in the future or outside the campaign, or a bad file.
    """
    pledge = _locked(Target.objects.values_list("pledge_id", flat=True).get(pk=target_id))
    target = pledge.targets.get(pk=target_id)
    if pledge.state != PledgeState.APPROVED:
        raise StaleState("Chỉ cập nhật kết quả cho đăng ký đã được thủ trưởng duyệt.")
    require(actor, "pledge.edit", pledge.unit)
    campaign = pledge.campaign
    _require_running(campaign)
    faults = rules.check_progress(
        value,
        target.measure,
        reported_on,
        today=today,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )
    if faults:
        raise RuleBroken(fields=faults)
    entry = ProgressEntry(
        target=target,
        value=value,
        reported_on=reported_on,
        note=clean(note),
        recorded_by=actor.user,
        recorded_at=clock.now(),
    )
    entry.clean_fields(exclude=["target", "recorded_by"])
    entry.save()
    kept = [files.keep(item, item.name or "", entry, actor=actor, field="evidence") for item in evidence]
    audit.record(
        actor,
        "progress.record",
        entry,
        changes={"value": value, "reported_on": reported_on, "files": [stored.name for stored in kept]},
        note=entry.note,
    )
    return entry
