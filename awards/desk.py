"""What waits for the actor in awards, by role: the source of «Việc của tôi»."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from awards import queries
from awards.choices import DecisionState, NominationState, RoundState
from awards.models import Nomination, Round
from units.desk import DeskDate, DeskItem
from units.permissions import Actor, holds, scope
from units.queries import paths_above

S: Any = NominationState
MOST = 20
AHEAD = timedelta(days=30)
_WORK: dict[str, tuple[str, str, str]] = {
    # state → permission, what, button
    S.DRAFT: ("nomination.edit", "Hoàn thiện hồ sơ đề nghị", "Mở hồ sơ"),
    S.RETURNED: ("nomination.edit", "Bổ sung hồ sơ bị trả lại", "Xem lý do"),
    S.AWAITING_HEAD: ("nomination.approve", "Ký trình hồ sơ", "Xem và ký trình"),
    S.SUBMITTED: ("nomination.appraise", "Tiếp nhận hồ sơ", "Tiếp nhận"),
    S.RECEIVED: ("nomination.appraise", "Thẩm định, chuyển hồ sơ", "Thẩm định"),
    S.AWAITING_COUNCIL: ("nomination.record", "Ghi kết quả bình xét", "Ghi kết quả"),
}
_WAITING = {
    S.AWAITING_HEAD: "thủ trưởng đơn vị ký trình",
    S.SUBMITTED: "{} tiếp nhận",
    S.RECEIVED: "{} thẩm định",
    S.AWAITING_COUNCIL: "Hội đồng bình xét",
    S.PASSED: "ban hành quyết định",
}


def work_of(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """Work and dates of the actor; at most six queries whatever the numbers."""
    if holds(actor, "nomination.view"):
        yield from _dossiers(actor)
        yield from _waiting(actor)
        yield from _dates(actor, today)
    yield from _passed(actor)
    yield from _drafts(actor)


def _due(nomination: Nomination) -> date | None:
    """Until when: inside the unit the end of the round, afterwards the day of the council."""
    inside = nomination.state in (*queries.EDITABLE, S.AWAITING_HEAD)
    return nomination.round.closes_on if inside else nomination.round.council_on


def _dossiers(actor: Actor) -> Iterator[DeskItem]:
    rows = queries.nominations_for(actor).filter(queries.my_turn(actor)).exclude(state=S.PASSED)
    for nomination in rows.order_by("round__closes_on", "pk")[:MOST]:
        _, what, button = _WORK[nomination.state]
        about = (
            f"{nomination.subject_name} – {nomination.award.short_name or nomination.award.name} · "
            f"{nomination.code}"
        )
        if nomination.state == S.RETURNED:
            about += f" · Lý do: {nomination.return_reason[:160]}"
        elif nomination.state == S.SUBMITTED:
            about += f" · {nomination.unit.display_name}"
        yield DeskItem(what, about, nomination.get_absolute_url(), button, _due(nomination))


def _waiting(actor: Actor) -> Iterator[DeskItem]:
    if actor.unit is None or not (holds(actor, "nomination.edit") or holds(actor, "nomination.approve")):
        return
    states = [
        state for state in _WAITING if not (state == S.AWAITING_HEAD and holds(actor, "nomination.approve"))
    ]
    rows = (
        queries.nominations_for(actor)
        .filter(unit=actor.unit, state__in=states)
        .exclude(queries.my_turn(actor))
    )
    for nomination in rows.order_by("-pk")[:MOST]:
        about = (
            f"{nomination.subject_name} – {nomination.award.short_name or nomination.award.name} · "
            f"{nomination.code}"
        )
        waiting = _WAITING[S(nomination.state)].format(nomination.held_by.display_name)
        url = nomination.get_absolute_url()
        yield DeskItem(
            "Hồ sơ đề nghị", about, url, "Xem", _due(nomination), is_mine=False, waiting_for=waiting
        )


def _passed(actor: Actor) -> Iterator[DeskItem]:
    for round_ in queries.rounds_to_decide(actor)[:MOST]:
        count = round_.waiting_count
        url = f"{reverse('awards:decision-create')}?round={round_.pk}"
        yield DeskItem(
            "Dự thảo quyết định khen thưởng", f"{count} hồ sơ đạt của đợt «{round_.name}»", url, "Lập dự thảo"
        )


def _drafts(actor: Actor) -> Iterator[DeskItem]:
    rows = queries.with_line_count(queries.decisions_for(actor, "decision.issue")).filter(
        state=DecisionState.DRAFT
    )
    for decision in rows.order_by("pk")[:MOST]:
        about = f"{decision.title} · {decision.line_count or 0} hồ sơ"
        yield DeskItem(
            "Ban hành quyết định khen thưởng", about, decision.get_absolute_url(), "Xem và ban hành"
        )


def _dates(actor: Actor, today: date) -> Iterator[DeskDate]:
    near = Q(closes_on__range=(today, today + AHEAD)) | Q(council_on__range=(today, today + AHEAD))
    where = (
        scope(actor, "round.view") | Q(unit__path__in=paths_above(actor.unit)) if actor.unit else Q(pk__in=[])
    )
    for round_ in Round.objects.filter(near, where).order_by("closes_on", "pk")[:MOST]:
        if round_.state == RoundState.OPEN and today <= round_.closes_on <= today + AHEAD:
            yield DeskDate(round_.closes_on, f"Hết hạn nhận hồ sơ: {round_.name}", round_.get_absolute_url())
        if round_.council_on and today <= round_.council_on <= today + AHEAD:
            yield DeskDate(round_.council_on, f"Hội đồng họp: {round_.name}", round_.get_absolute_url())
