"""Honours of earlier years, taken into the archive from the lists units have kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from awards.choices import SubjectKind
from awards.models import AwardKind, HonourRecord
from core import audit
from core.text import search_key
from units.models import Person, Posting, Unit
from units.permissions import Actor, require


@dataclass
class HonourPlan:
    """One honour to write. unit_name: the unit's name on the day of the decision; post: held on that day."""

    award: AwardKind
    person: Person | None
    unit: Unit
    unit_name: str
    issuer: Unit
    year: int
    number: str
    decided_on: date
    ground: str
    title: str = ""
    achievement: str = ""
    post: Posting | None = None


def take_honours(plans: Sequence[HonourPlan], *, actor: Actor, note: str) -> list[HonourRecord]:
    """Write honours in bulk, in the caller's transaction, each with its entry in the trail.

    The caller has looked for the same honour in the archive. Raises Forbidden at a unit out of reach.
    """
    for unit in {plan.unit.pk: plan.unit for plan in plans}.values():
        require(actor, "honour.import", unit)
    honours = HonourRecord.objects.bulk_create([_honour(plan) for plan in plans], batch_size=500)
    entries = [
        (
            honour,
            {
                "award": honour.award_code,
                "year": honour.year,
                "decision_number": honour.decision_number,
                "decided_on": honour.decided_on,
                "unit": plan.unit.code,
            }
            | ({"person": plan.person.code} if plan.person else {}),
        )
        for honour, plan in zip(honours, plans, strict=True)
    ]
    audit.record_many(actor, "honour.import", entries, note=note)
    return honours


def _honour(plan: HonourPlan) -> HonourRecord:
    award, person, post = plan.award, plan.person, plan.post
    name = person.full_name if person else plan.unit_name
    return HonourRecord(
        award=award,
        award_code=award.code,
        award_name=award.name,
        category=award.category,
        level=award.level,
        ground=plan.ground,
        subject_kind=SubjectKind.PERSON if person else SubjectKind.COLLECTIVE,
        person=person,
        unit=plan.unit,
        subject_name=name,
        subject_search=search_key(name)[:400],
        unit_name=plan.unit_name,
        position_title=plan.title or (post.title if post else ""),
        leader_level=post.leader_level if post else "",
        is_direct_worker=bool(post and post.is_direct_worker),
        sex=person.sex if person else "",
        year=plan.year,
        issuer_unit=plan.issuer,
        decision_number=plan.number,
        decided_on=plan.decided_on,
        achievement=plan.achievement,
    )
