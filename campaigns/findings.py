"""Criteria the product checks by itself: what it finds for a unit, for its head, on a day."""

from datetime import date
from typing import Any

from campaigns import queries, rules
from campaigns.choices import Audience, CampaignState, CriterionCheck, PledgeState
from campaigns.models import Campaign, Criterion, Pledge, Target
from core.errors import Verdict
from units.models import Person, Posting, Unit
from units.queries import paths_above

WHO: Any = Audience


def _source(criterion: Criterion, campaign: Campaign) -> str:
    return f"{campaign.title}, tiêu chí {criterion.get_audience_display().lower()} số {criterion.position}"


def _lawmaking(campaign: Campaign, unit: Unit, year: int, as_of: date, source: str) -> Verdict:
    pledges = Pledge.objects.filter(campaign=campaign, unit=unit, year=year, state=PledgeState.APPROVED)
    targets = Target.objects.filter(pledge__in=pledges, is_lawmaking=True)
    reached = {entry.target_id: entry.value for entry in queries.latest_entries(targets, as_of)}
    facts = [
        rules.TargetFact(target.name, reached.get(target.pk, rules.ZERO), target.value) for target in targets
    ]
    return rules.check_lawmaking(facts, source=source)


def _outstanding(unit: Unit, year: int, source: str) -> Verdict:
    result = queries.result_of(unit, year)
    return rules.check_unit_outstanding(
        result.is_outstanding if result else None,
        unit=unit.display_name,
        year=year,
        document=result.document if result else "",
        source=source,
    )


def criterion_findings(
    campaign: Campaign, unit: Unit, year: int, as_of: date, audience: str = ""
) -> list[tuple[Criterion, Verdict]]:
    """What the machine finds for each criterion it can check (of one audience, when given); the others are
    left out.
    """
    rows = campaign.criteria.exclude(check_code=CriterionCheck.NONE)
    if audience:
        rows = rows.filter(audience=audience)
    found = []
    for criterion in rows:
        source = _source(criterion, campaign)
        if criterion.check_code == CriterionCheck.LAWMAKING_COMPLETE:
            found.append((criterion, _lawmaking(campaign, unit, year, as_of, source)))
        elif criterion.check_code == CriterionCheck.UNIT_OUTSTANDING:
            found.append((criterion, _outstanding(unit, year, source)))
    return found


def campaigns_binding(unit: Unit, year: int) -> list[Campaign]:
    """Launched or closed campaigns of the year whose criteria bind the unit: issued above it, or outside the
    system.
    """
    rows = Campaign.objects.exclude(state=CampaignState.DRAFT).select_related("unit")
    rows = queries.campaigns_of_year(rows, year).filter(unit__path__in=paths_above(unit))
    return [row for row in rows.order_by("pk") if row.unit_id != unit.pk or row.is_external]


def _year_end(year: int, today: date) -> date:
    return min(today, date(year, 12, 31))


def collective_findings(unit: Unit, year: int, today: date) -> list[Verdict]:
    """Findings on the collective from every campaign of the year that binds the unit, so far."""
    return [
        verdict
        for campaign in campaigns_binding(unit, year)
        for _, verdict in criterion_findings(campaign, unit, year, _year_end(year, today), WHO.COLLECTIVE)
    ]


def leader_findings(person: Person, year: int, today: date) -> list[Verdict]:
    """Findings on a head of unit from the campaigns of the year; empty for people who head no unit."""
    day = _year_end(year, today)
    headed = Posting.objects.held_on(day).filter(person=person, is_unit_head=True).select_related("unit")
    return [
        verdict
        for post in headed.order_by("unit__path")
        for campaign in campaigns_binding(post.unit, year)
        for _, verdict in criterion_findings(campaign, post.unit, year, day, WHO.LEADER)
    ]


def pledge_findings(
    pledge: Pledge, today: date, audiences: tuple[str, ...]
) -> list[tuple[Criterion, Verdict]]:
    """Findings beside one pledge: criteria of its campaign for its unit, by today or the year's end."""
    if pledge.unit_id == pledge.campaign.unit_id and not pledge.campaign.is_external:
        return []
    found = criterion_findings(pledge.campaign, pledge.unit, pledge.year, _year_end(pledge.year, today))
    return [(criterion, verdict) for criterion, verdict in found if criterion.audience in audiences]
