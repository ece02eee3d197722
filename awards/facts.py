"""Everything the rules need to know about a dossier, gathered once from the organisation, the campaign
and the papers.
"""

from datetime import date

from awards.choices import NominationState, RoundState, SubjectKind
from awards.models import Nomination, Round
from awards.rules.readiness import AwardFacts, DossierFacts, InitiativeFacts, Readiness, readiness
from campaigns import findings as campaign_findings
from campaigns.choices import Audience, InitiativeKind, InitiativeState
from core.errors import Verdict
from units import queries as unit_queries
from units.models import Posting


def post_of(nomination: Nomination, today: date) -> Posting | None:
    """The post of the nominated person inside the proposing unit, or None."""
    if nomination.person is None:
        return None
    return unit_queries.post_of(nomination.person, today, within=nomination.unit)


def round_note(round_: Round, today: date) -> str:
    """Why the round takes no dossier today, or "" when it does."""
    if round_.state == RoundState.CLOSED:
        return f"Đợt xét «{round_.name}» đã kết thúc nhận hồ sơ"
    if today < round_.opens_on:
        return f"Đợt xét nhận hồ sơ từ ngày {round_.opens_on:%d/%m/%Y}"
    if today > round_.closes_on:
        return f"Đợt xét đã hết hạn nhận hồ sơ ngày {round_.closes_on:%d/%m/%Y}"
    return ""


def of(nomination: Nomination, today: date) -> DossierFacts:
    """The facts of one dossier on the day; a dossier once sent may come back after the round has closed."""
    post = post_of(nomination, today)
    note = "" if nomination.submitted_at else round_note(nomination.round, today)
    own, others = _findings(nomination, post, today)
    award = nomination.award
    decided = nomination.received_on or today
    if nomination.person is not None:
        has_post = post is not None or nomination.submitted_at is not None and not nomination.is_editable
    else:
        collective = nomination.collective
        has_post = (
            collective is not None and collective.is_within(nomination.unit) and collective.is_open_on(today)
        )
    return DossierFacts(
        subject_kind=nomination.subject_kind,
        subject_name=nomination.subject_name,
        has_post=has_post,
        award=AwardFacts(
            award.code,
            award.name,
            (award.valid_from is None or award.valid_from <= decided)
            and (award.valid_to is None or decided < award.valid_to),
            award.receivers,
            award.required_papers,
            award.one_of_papers,
        ),
        achievement=nomination.achievement,
        papers=set(nomination.papers.filter(is_replaced=False).values_list("kind", flat=True)),
        ground=nomination.round.ground,
        is_round_open=not note,
        round_note=note,
        initiative=_initiative(nomination),
        campaign_findings=own,
        other_findings=others,
    )


def readiness_of(nomination: Nomination, today: date) -> Readiness:
    """The readiness list of one dossier with its findings."""
    return readiness(of(nomination, today))


def _findings(
    nomination: Nomination, post: Posting | None, today: date
) -> tuple[list[Verdict], list[Verdict]]:
    """(findings of the round's own campaign, findings of other campaigns of the year)."""
    head = post if post is not None and post.is_unit_head else None
    if nomination.subject_kind == SubjectKind.PERSON and head is None:
        return [], []
    campaign, year = nomination.round.campaign, nomination.round.year
    if campaign is not None:
        audience = str(Audience.LEADER if head else Audience.COLLECTIVE)
        unit = head.unit if head else nomination.collective
        if unit is None:
            return [], []
        as_of = min(today, date(year, 12, 31))
        found = campaign_findings.criterion_findings(campaign, unit, year, as_of, audience)
        return [verdict for _, verdict in found], []
    if head and nomination.person is not None:
        return [], campaign_findings.leader_findings(nomination.person, year, today)
    if nomination.collective is not None:
        return [], campaign_findings.collective_findings(nomination.collective, year, today)
    return [], []


def _initiative(nomination: Nomination) -> InitiativeFacts | None:
    initiative = nomination.initiative
    if initiative is None:
        return None
    is_recognised = initiative.state == InitiativeState.RECOGNISED
    others = (
        Nomination.objects.filter(initiative=initiative)
        .exclude(pk=nomination.pk)
        .exclude(state__in=(NominationState.WITHDRAWN, NominationState.NOT_PASSED))
        .filter(person=nomination.person, collective=nomination.collective)
    )
    return InitiativeFacts(
        title=initiative.title,
        recognised_scope=initiative.recognised_scope if is_recognised else "",
        number=initiative.number,
        is_author=nomination.person_id is None
        or initiative.authors.filter(person=nomination.person_id).exists(),
        is_research=initiative.kind == InitiativeKind.RESEARCH,
        used_in=[other.code for other in others[:5]],
    )
