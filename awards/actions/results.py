"""Record what the council voted, from its signed minutes."""

from datetime import date

from django.db import transaction

from awards import workflow
from awards.models import CouncilResult, Nomination
from awards.rules.council import count_faults, vote_verdict
from core import audit, notices
from core.errors import Forbidden, RuleBroken
from core.flow import advance, check_version
from core.text import clean
from units.permissions import Actor, holders, require


@transaction.atomic
def record_result(
    nomination_id: int,
    *,
    council_name: str,
    voted_on: date,
    minutes_number: str,
    members: int,
    in_favour: int,
    against: int,
    blank: int,
    concluded: bool = False,
    actor: Actor,
    version: int | None = None,
    today: date | None = None,
) -> CouncilResult:
    """Write the vote of one dossier; the share of the law decides, or the minutes where the law names none.

    Raises StaleState, Forbidden, RuleBroken (counts, dates). The state becomes «đạt» or «không đạt».
    """
    today = today or actor.today
    rows = Nomination.objects.select_for_update(of=("self",)).select_related(
        "round__unit", "unit", "held_by", "award", "person", "collective"
    )
    nomination = rows.get(pk=nomination_id)
    step = workflow.NOMINATION.step("pass", nomination)
    check_version(nomination, version)
    require(actor, step.permission, nomination.held_by)
    if actor.user is None:
        raise Forbidden("Kết quả bình xét phải do thư ký Hội đồng ghi.")
    faults = count_faults(members, in_favour, against, blank) | _date_faults(nomination, voted_on, today)
    if not clean(minutes_number):
        faults["minutes_number"] = ["Hãy ghi số biên bản họp Hội đồng."]
    if faults:
        raise RuleBroken(fields=faults)
    award = nomination.award
    vote = vote_verdict(
        award.vote_share,
        members,
        in_favour,
        against,
        blank,
        concluded=concluded,
        source=award.vote_source or award.source,
    )
    result = CouncilResult(
        nomination=nomination,
        council_name=clean(council_name),
        voted_on=voted_on,
        minutes_number=clean(minutes_number),
        members=members,
        in_favour=in_favour,
        against=against,
        blank=blank,
        is_passed=vote.passed,
        sentence=vote.sentence,
        recorded_by=actor.user,
    )
    result.full_clean()
    result.save()
    advance(
        nomination,
        workflow.NOMINATION.named("pass" if vote.passed else "fail"),
        actor=actor,
        note=vote.sentence,
    )
    counts = {
        "members": members,
        "in_favour": in_favour,
        "against": against,
        "blank": blank,
        "is_passed": vote.passed,
    }
    audit.record(
        actor, "nomination.result", nomination, note=vote.sentence, changes=counts | {"voted_on": voted_on}
    )
    _tell(nomination, vote.passed, today)
    return result


def _date_faults(nomination: Nomination, voted_on: date, today: date) -> dict[str, list[str]]:
    if voted_on > today:
        return {"voted_on": [f"Ngày họp {voted_on:%d/%m/%Y} ở tương lai; hôm nay là {today:%d/%m/%Y}."]}
    opens_on = nomination.round.opens_on
    if voted_on < opens_on:
        sentence = f"Ngày họp {voted_on:%d/%m/%Y} trước ngày đợt xét bắt đầu nhận hồ sơ {opens_on:%d/%m/%Y}."
        return {"voted_on": [sentence]}
    return {}


def _tell(nomination: Nomination, passed: bool, today: date) -> None:
    label = f"Hồ sơ {nomination.code} ({nomination.subject_name[:150]})"
    if passed:
        told = holders("decision.edit", nomination.held_by, today)
        notices.send(
            told,
            "nomination.pass",
            f"{label}: Hội đồng thông qua, chờ đưa vào quyết định.",
            nomination.get_absolute_url(),
            key=f"nomination.pass:{nomination.pk}:{nomination.version}",
        )
    else:
        told = holders("nomination.edit", nomination.unit, today)
        notices.send(
            told,
            "nomination.fail",
            f"{label}: Hội đồng bình xét không đạt.",
            nomination.get_absolute_url(),
            key=f"nomination.fail:{nomination.pk}:{nomination.version}",
        )
