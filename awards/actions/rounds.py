"""Open, change, close and reopen rounds of awards."""

from datetime import date
from typing import Any

from django.db import transaction

from awards import queries
from awards.choices import RoundState
from awards.models import Round
from campaigns.models import Campaign
from core import audit, notices
from core.errors import RuleBroken, StaleState
from core.flow import check_version
from units.permissions import Actor, require

FIELDS = ("campaign", "year", "name", "ground", "opens_on", "closes_on", "council_on")


def _check(round_: Round) -> None:
    """Raises RuleBroken on dates or a campaign that do not fit; model constraints follow in full_clean."""
    faults: dict[str, list[str]] = {}
    if round_.closes_on < round_.opens_on:
        faults["closes_on"] = ["Ngày kết thúc nhận hồ sơ phải bằng hoặc sau ngày bắt đầu."]
    if round_.council_on and round_.council_on < round_.opens_on:
        faults["council_on"] = ["Ngày họp Hội đồng không thể trước ngày bắt đầu nhận hồ sơ."]
    campaign: Campaign | None = round_.campaign
    if campaign and not campaign.year_from <= round_.year <= campaign.year_to:
        faults["campaign"] = [f"Phong trào này thuộc năm {campaign.years}, không phải năm {round_.year}."]
    if faults:
        raise RuleBroken(fields=faults)
    round_.full_clean()


@transaction.atomic
def open_round(data: dict[str, Any], *, actor: Actor, today: date | None = None) -> Round:
    """Open a round of the actor's unit; the officers of the units below are told.
    Raises Forbidden, RuleBroken.
    """
    require(actor, "round.edit", actor.unit)
    assert actor.unit is not None  # noqa: S101 - require has refused before
    round_ = Round(
        unit=actor.unit, state=RoundState.OPEN, **{name: data[name] for name in FIELDS if name in data}
    )
    _check(round_)
    round_.save()
    audit.record(actor, "round.open", round_, changes={name: getattr(round_, name) for name in FIELDS})
    notices.send(
        queries.officers_below(actor.unit, today or actor.today),
        "round.opened",
        f"Mở đợt xét «{round_.name}»: nhận hồ sơ từ {round_.opens_on:%d/%m/%Y} đến hết "
        f"{round_.closes_on:%d/%m/%Y}.",
        round_.get_absolute_url(),
        key=f"round.opened:{round_.pk}",
    )
    return round_


@transaction.atomic
def save_round(round_id: int, data: dict[str, Any], *, actor: Actor, version: int | None = None) -> Round:
    """Change an open round. Raises StaleState, Forbidden, RuleBroken."""
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state != RoundState.OPEN:
        raise StaleState("Đợt xét đã kết thúc nhận hồ sơ nên không sửa được. Hãy mở lại đợt trước khi sửa.")
    check_version(round_, version)
    require(actor, "round.edit", round_.unit)
    before = {name: getattr(round_, name) for name in FIELDS}
    for name in FIELDS:
        if name in data:
            setattr(round_, name, data[name])
    _check(round_)
    if round_.ground != before["ground"] and round_.nominations.exists():
        raise RuleBroken(fields={"ground": ["Đợt đã có hồ sơ nên không đổi được loại hình khen thưởng."]})
    round_.version += 1
    round_.save()
    changed = {
        name: [old, getattr(round_, name)] for name, old in before.items() if old != getattr(round_, name)
    }
    audit.record(actor, "round.edit", round_, changes=changed)
    return round_


def _switch(round_id: int, state: Any, verb: str, actor: Actor, refused: str) -> Round:
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state == state:
        raise StaleState(refused)
    require(actor, "round.edit", round_.unit)
    round_.state = state
    round_.version += 1
    round_.save(update_fields=["state", "version"])
    audit.record(actor, verb, round_, changes={"state": state})
    return round_


@transaction.atomic
def close_round(round_id: int, *, actor: Actor) -> Round:
    """Stop taking dossiers; those already sent go on. Raises StaleState, Forbidden."""
    return _switch(
        round_id, RoundState.CLOSED, "round.close", actor, "Đợt xét đã kết thúc nhận hồ sơ trước đó."
    )


@transaction.atomic
def reopen_round(round_id: int, *, actor: Actor) -> Round:
    """Take dossiers again. Raises StaleState, Forbidden."""
    return _switch(round_id, RoundState.OPEN, "round.reopen", actor, "Đợt xét đang nhận hồ sơ.")
