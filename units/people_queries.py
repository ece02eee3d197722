"""Reading people: who may see whom and what of a record, the list with its filters, posts, duplicates.

Who sees what, in one place:
- a person, their posts, grades, training and secondment: whoever may see one of the units the person
  belongs to (unit.view), and the person themself;
- discipline, holds and the full identity number: holders of person.edit at such a unit, and the person
  themself.
A person belongs to the units of the posts held now or later; when there are none, to that of the last post.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.text import search_key
from units.choices import LeaderLevel
from units.models import Discipline, Hold, Person, Posting, Secondment, Training, Unit, YearRecord
from units.permissions import Actor, allows, holds, scope

WORKING, LEFT, ALL = "", "left", "all"
LEADERS, DIRECT, OTHERS = "leader", "direct", "other"


# --- who sees whom ---------------------------------------------------------------------------------
def _lasting(day: date, prefix: str = "") -> Q:
    """Posts that have not ended on the day, begun or not."""
    return Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})


def _posts_that_count(posts: QuerySet[Posting], day: date, state: str) -> Q:
    """Of the given posts those that make a person belong to their unit, as a filter of people."""
    lasting = Q(pk__in=posts.filter(_lasting(day)).values("person"))
    if state == WORKING:
        return lasting
    later = Posting.objects.filter(person=OuterRef("person")).filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to"))
    )
    last = posts.filter(valid_to__lte=day).exclude(Exists(later))
    gone = Q(pk__in=last.values("person"))
    return gone if state == LEFT else lasting | gone


def _self(actor: Actor) -> Q:
    own = actor.user.person_id if actor.user else None
    return Q(pk=own) if own is not None else Q(pk__in=[])


def people_for(actor: Actor, day: date, permission: str = "unit.view") -> QuerySet[Person]:
    """People of the units in the actor's reach (see the head of this file); with unit.view also oneself."""
    reach = _posts_that_count(Posting.objects.filter(scope(actor, permission)), day, ALL)
    if permission == "unit.view" and holds(actor, permission):
        reach |= _self(actor)
    return Person.objects.filter(reach)


def people_with_records_for(actor: Actor, day: date) -> QuerySet[Person]:
    """People whose discipline, holds and full identity number the actor may see."""
    reach = _posts_that_count(Posting.objects.filter(scope(actor, "person.edit")), day, ALL)
    return Person.objects.filter(reach | _self(actor))


def units_of(person: Person, day: date) -> list[Unit]:
    """The units a person belongs to on the day. One query."""
    posts = list(Posting.objects.filter(person=person).select_related("unit"))
    lasting = [post for post in posts if post.valid_to is None or post.valid_to > day]
    ends = [post.valid_to for post in posts if post.valid_to is not None]
    chosen = lasting or [post for post in posts if post.valid_to == max(ends)]
    return list({post.unit_id: post.unit for post in chosen}.values())


def may_edit(actor: Actor, person: Person, day: date) -> bool:
    """Whether the actor keeps the person's record."""
    return any(allows(actor, "person.edit", unit) for unit in units_of(person, day))


def may_see_record(actor: Actor, person: Person, day: date) -> bool:
    """Whether discipline, holds and the full identity number are shown to the actor."""
    return may_edit(actor, person, day) or (actor.user is not None and actor.user.person_id == person.pk)


# --- the list --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Wanted:
    """What the list is asked for. state: WORKING, LEFT or ALL; kind: LEADERS, DIRECT, OTHERS or "";
    without_grade: the year in which the grade is still missing.
    """

    text: str = ""
    unit: Unit | None = None
    status: str = ""
    sex: str = ""
    kind: str = ""
    without_grade: int | None = None
    state: str = WORKING


def people_list(actor: Actor, wanted: Wanted, day: date) -> QuerySet[Person]:
    """People of the actor's reach that meet every condition, in the order of Vietnamese names."""
    posts = Posting.objects.filter(scope(actor, "unit.view"))
    if wanted.unit is not None:
        posts = posts.filter(unit__path__startswith=wanted.unit.path)
    if wanted.kind == LEADERS:
        posts = posts.exclude(leader_level=LeaderLevel.NONE)
    elif wanted.kind == DIRECT:
        posts = posts.filter(is_direct_worker=True)
    elif wanted.kind == OTHERS:
        posts = posts.filter(leader_level=LeaderLevel.NONE, is_direct_worker=False)
    rows = Person.objects.filter(_posts_that_count(posts, day, wanted.state))
    if wanted.status:
        rows = rows.filter(status="" if wanted.status == "unknown" else wanted.status)
    if wanted.sex:
        rows = rows.filter(sex=wanted.sex)
    if wanted.without_grade is not None:
        graded = YearRecord.objects.filter(person=OuterRef("pk"), year=wanted.without_grade).exclude(grade="")
        rows = rows.filter(~Exists(graded))
    return search(rows, wanted.text).order_by("sort_key", "pk")


def search(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    """People in whose name every word begins one, in any order and however marked; or whose code it is."""
    words = search_key(text).split()
    if not words:
        return rows.none() if text.strip() else rows
    named = Q()
    for word in words:
        named &= Q(search_key__startswith=word) | Q(search_key__contains=f" {word}")
    return rows.filter(named | Q(code__iexact=text.strip()))


def shown_posts(person_ids: Sequence[int], day: date) -> dict[int, Posting]:
    """person id → the post to show: held on the day (head first), else the next one, else the last one.

    One query.
    """
    rows = Posting.objects.filter(person__in=list(person_ids)).select_related("unit")
    found: dict[int, Posting] = {}
    for row in sorted(rows, key=lambda post: _prominence(post, day)):
        found.setdefault(row.person_id, row)
    return found


def _prominence(post: Posting, day: date) -> tuple[int, int, int]:
    """Sort value: posts held on the day, heads and newer ones first; then coming ones; then past ones."""
    if post.valid_to is not None and post.valid_to <= day:
        return (2, 0, -post.valid_to.toordinal())
    if post.valid_from > day:
        return (1, 0, post.valid_from.toordinal())
    return (0, not post.is_unit_head, -post.valid_from.toordinal())


def grades_of(person_ids: Sequence[int], year: int) -> dict[int, YearRecord]:
    """person id → the record of the year. One query."""
    return {row.person_id: row for row in YearRecord.objects.filter(person__in=list(person_ids), year=year)}


def duplicates_of(
    actor: Actor, full_name: str, birth_year: int | None, day: date, *, but: int | None = None
) -> list[Person]:
    """People in the actor's reach of the same name (marks ignored) whose birth year is the same or not known
    on one side; at most 10.
    """
    rows = people_for(actor, day).filter(search_key=search_key(full_name)[:160]).exclude(pk=but)
    if birth_year is not None:
        rows = rows.filter(Q(birth_year=birth_year) | Q(birth_year=None))
    return list(rows.order_by("birth_year", "pk")[:10])


# --- one person ------------------------------------------------------------------------------------
@dataclass
class Record:
    """Everything a person's page shows of the record; restricted lists are None for who may not see them."""

    posts: list[Posting]
    years: list[YearRecord]
    trainings: list[Training]
    secondments: list[Secondment]
    disciplines: list[Discipline] | None = None
    holds: list[Hold] | None = None
    units: list[Unit] = field(default_factory=list)


def record_of(person: Person, *, is_restricted: bool) -> Record:
    """The whole record of one person, newest first. Four queries, six with the restricted parts."""
    record = Record(
        posts=list(Posting.objects.filter(person=person).select_related("unit")),
        years=list(YearRecord.objects.filter(person=person)),
        trainings=list(Training.objects.filter(person=person)),
        secondments=list(Secondment.objects.filter(person=person)),
    )
    if not is_restricted:
        record.disciplines = list(Discipline.objects.filter(person=person))
        record.holds = list(Hold.objects.filter(person=person))
    return record


def postings_for(actor: Actor) -> QuerySet[Posting]:
    """Posts the actor keeps: at units where it holds person.edit."""
    return Posting.objects.filter(scope(actor, "person.edit")).select_related("person", "unit")


def holds_for(actor: Actor, day: date) -> QuerySet[Hold]:
    """Holds on people and units whose records the actor keeps."""
    people = people_for(actor, day, "person.edit")
    reach = Q(person__in=people.values("pk")) | scope(actor, "person.edit")
    return Hold.objects.filter(reach).select_related("person", "unit")


def holds_of_unit(unit: Unit) -> QuerySet[Hold]:
    """Holds on the unit as a collective, newest first."""
    return Hold.objects.filter(unit=unit)


def units_to_keep(actor: Actor, day: date) -> QuerySet[Unit]:
    """Units open on the day where the actor keeps people's records."""
    return Unit.objects.filter(scope(actor, "person.edit", "")).open_on(day)


def units_for_posting(actor: Actor, posting: Posting) -> QuerySet[Unit]:
    """The unit of a post that is corrected, open or not."""
    return Unit.objects.filter(scope(actor, "person.edit", "")).filter(pk=posting.unit_id)


def units_to_move_to(actor: Actor, day: date) -> QuerySet[Unit]:
    """Units a person may be moved to: all of the actor's ministry that are open on the day."""
    if not holds(actor, "person.edit") or actor.unit is None:
        return Unit.objects.none()
    root = actor.unit.path.strip("/").partition("/")[0]
    return Unit.objects.filter(path__startswith=f"/{root}/").open_on(day)


def staff_of_year(unit: Unit, year: int, today: date) -> QuerySet[Person]:
    """People to grade in the unit for a year: with a post there at its end, for the running year today."""
    day = min(today, date(year, 12, 31))
    posts = Posting.objects.held_on(day).filter(unit=unit)
    return Person.objects.filter(pk__in=posts.values("person")).order_by("sort_key", "pk")


def heads_between(unit: Unit, first: date, last: date | None, but: Iterable[int] = ()) -> QuerySet[Posting]:
    """Posts of heads of the unit that touch the period (last day exclusive, None = open)."""
    rows = (
        Posting.objects.filter(unit=unit, is_unit_head=True).filter(_lasting(first)).exclude(pk__in=list(but))
    )
    return rows.filter(valid_from__lt=last) if last is not None else rows
