"""Reading rounds, nominations, decisions and the archive: lists by scope, whose turn it is, boards,
trackers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from awards.choices import DecisionState, Level, NominationState, RoundState, SubjectKind
from awards.models import AwardKind, Decision, DecisionLine, HonourRecord, Nomination, NominationPaper, Round
from awards.models.rulebook import AwardKindQuerySet
from campaigns.models import Initiative
from core.models import StepRecord, StoredFile
from core.text import search_key
from units.models import Person, RoleAssignment, Unit
from units.permissions import Actor, holders, holds, scope
from units.queries import children_of, parent_of, paths_above
from units.role_matrix import ROLE_MATRIX

S = NominationState
# Rights that are used where the dossier lies now; all others belong to the unit that proposed it.
HOLDER_PERMISSIONS = frozenset({"nomination.appraise", "nomination.record"})
EDITABLE = (S.DRAFT, S.RETURNED, S.WITHDRAWN)
NOT_SENT = (S.DRAFT, S.WITHDRAWN, S.AWAITING_HEAD)


# --- catalogue -----------------------------------------------------------------------------------
def catalogue(day: date, subject_kind: str = "") -> AwardKindQuerySet:
    """Titles and forms in force on the day (for one kind of receiver), titles first, by rank."""
    rows = AwardKind.objects.in_force_on(day)
    if subject_kind:
        rows = rows.filter(receivers__contains=[subject_kind])
    return rows.order_by("rank", "code")


def title_pairs(day: date, subject_kind: str) -> list[tuple[str, str]]:
    """(code, name) of what may be aimed at; campaigns reads it through its registry."""
    return list(catalogue(day, subject_kind).values_list("code", "name"))


# --- rounds --------------------------------------------------------------------------------------
def rounds_for(actor: Actor, permission: str = "round.view") -> QuerySet[Round]:
    """Rounds the actor may see: of units in reach, and of the units above, where it may nominate.

    Acting: own only.
    """
    reach = scope(actor, permission)
    if permission == "round.view" and holds(actor, permission) and actor.unit is not None:
        reach |= Q(unit__path__in=paths_above(actor.unit))
        # past rounds of a unit above that has ended since: those its own units took part in
        mine = Nomination.objects.filter(round=OuterRef("pk"), unit__path__startswith=actor.unit.path)
        reach |= Exists(mine)
    return Round.objects.filter(reach).select_related("unit", "campaign")


def open_rounds(unit: Unit, today: date) -> QuerySet[Round]:
    """Rounds that take dossiers of the unit today, the nearest end first."""
    rows = Round.objects.filter(state=RoundState.OPEN, opens_on__lte=today, closes_on__gte=today)
    return rows.filter(unit__path__in=paths_above(unit)).select_related("unit").order_by("closes_on", "pk")


def officers_below(unit: Unit, today: date) -> list[int]:
    """User ids of the people who draft nominations in the unit and under it."""
    roles = [role for role, permissions in ROLE_MATRIX.items() if "nomination.edit" in permissions]
    rows = RoleAssignment.objects.active_on(today).filter(role__in=roles, user__is_active=True)
    return list(rows.filter(unit__path__startswith=unit.path).values_list("user_id", flat=True).distinct())


@dataclass
class BoardRow:
    """One unit directly below the round's unit, with all dossiers of its subtree by state."""

    unit: Unit
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count_of(self, *states: Any) -> int:
        """Dossiers in any of the states."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def drafts(self) -> int:
        """Still inside the unit: drafts, waiting for the head, returned, withdrawn."""
        return self.count_of(*EDITABLE, S.AWAITING_HEAD)

    @property
    def on_the_way(self) -> int:
        """Sent and not yet decided by the council."""
        return self.count_of(S.SUBMITTED, S.RECEIVED, S.AWAITING_COUNCIL)

    @property
    def decided(self) -> int:
        """With the council's result."""
        return self.count_of(S.PASSED, S.NOT_PASSED, S.AWARDED)

    @property
    def sent(self) -> int:
        return self.total - self.count_of(*NOT_SENT)


@dataclass(frozen=True)
class Board:
    """How a round stands: dossiers at each step, unit by unit, and the units that sent nothing."""

    by_state: list[tuple[str, str, int]]
    rows: list[BoardRow]
    silent: list[Unit]
    total: int


def board_of(round_: Round, actor: Actor, today: date) -> Board:
    """The board of a round within the actor's reach. Three queries.

    A unit below counts for itself and everything under it; dossiers of the round's own unit form a row
    when there are any.
    """
    rows = nominations_for(actor).filter(round=round_).order_by()
    grouped = rows.values_list("unit__path", "state").annotate(count=Count("pk"))
    units = list(children_of(round_.unit, today).order_by("sort_key", "pk"))
    if actor.unit is not None and not round_.unit.is_within(actor.unit):
        units = [unit for unit in units if actor.unit.is_within(unit) or unit.is_within(actor.unit)]
    by_path = {unit.path: BoardRow(unit) for unit in units}
    own = BoardRow(round_.unit)
    totals: dict[str, int] = {}
    for path, state, count in grouped:
        totals[state] = totals.get(state, 0) + count
        row = next((by_path[above] for above in by_path if path.startswith(above)), own)
        row.counts[state] = row.counts.get(state, 0) + count
    found = ([own] if own.total else []) + list(by_path.values())
    states = [(value, label, totals.get(value, 0)) for value, label in S.choices]
    silent = [row.unit for row in by_path.values() if not row.sent]
    return Board(states, [row for row in found if row.total], silent, sum(totals.values()))


# --- nominations ---------------------------------------------------------------------------------
def nominations_for(actor: Actor, permission: str = "nomination.view") -> QuerySet[Nomination]:
    """Dossiers the actor may see or act on: proposed in reach; and those it holds."""
    if permission in HOLDER_PERMISSIONS:
        reach = scope(actor, permission, "held_by")
    else:
        reach = scope(actor, permission)
        if permission == "nomination.view" and holds(actor, permission) and actor.unit is not None:
            reach |= Q(held_by=actor.unit.pk)
    related = ("round__unit", "unit", "held_by", "award", "person", "collective")
    return Nomination.objects.filter(reach).select_related(*related)


def my_turn(actor: Actor) -> Q:
    """Dossiers that wait for the actor in its present role."""
    mine = Q(pk__in=[])
    if actor.unit is None:
        return mine
    here, held = Q(unit=actor.unit.pk), Q(held_by=actor.unit.pk)
    if holds(actor, "nomination.edit"):
        mine |= here & Q(state__in=(S.DRAFT, S.RETURNED))
    if holds(actor, "nomination.approve"):
        mine |= here & Q(state=S.AWAITING_HEAD)
    if holds(actor, "nomination.appraise"):
        mine |= held & Q(state__in=(S.SUBMITTED, S.RECEIVED))
    if holds(actor, "nomination.record"):
        mine |= held & Q(state=S.AWAITING_COUNCIL)
    if holds(actor, "decision.edit"):
        mine |= held & Q(state=S.PASSED, decision_line=None) & ~Q(award__level=Level.STATE)
    return mine


def search_nominations(rows: QuerySet[Nomination], text: str) -> QuerySet[Nomination]:
    """Dossiers whose person, collective or number holds the words; marks and tone placement are ignored."""
    digits = text.strip().lower().removeprefix("hs-").removeprefix("hs").lstrip("0")
    if digits.isdecimal() and len(digits) < 12:
        return rows.filter(pk=int(digits))
    for word in search_key(text).split():
        rows = rows.filter(Q(person__search_key__contains=word) | Q(collective__search_key__contains=word))
    return rows


def initiatives_of(unit: Unit) -> QuerySet[Initiative]:
    """Initiatives that dossiers of the unit may rest on: recognised ones of the unit and below,
    newest first.
    """
    rows = Initiative.objects.filter(unit__path__startswith=unit.path, state="recognised")
    return rows.order_by("-year", "title")


def papers_of(nomination: Nomination) -> list[NominationPaper]:
    """Papers in force with their files, in the order of the catalogue of papers. Two queries."""
    rows = nomination.papers.filter(is_replaced=False).order_by("kind", "-added_at")
    return list(rows.prefetch_related(Prefetch("files", queryset=StoredFile.objects.order_by("-pk"))))


def can_read_paper(actor: Actor, paper: NominationPaper) -> bool:
    """Whether the files of a paper are shown to the actor: whoever sees the dossier sees its papers."""
    return nominations_for(actor).filter(pk=paper.nomination_id).exists()


# --- the way of a dossier ------------------------------------------------------------------------
def next_level(unit: Unit, end: Unit, today: date) -> Unit:
    """The unit that takes a dossier next: the nearest one above with someone to appraise, at the latest
    the end.
    """
    above = parent_of(unit, today) if unit.pk != end.pk else None
    while above is not None and above.pk != end.pk:
        if holders("nomination.appraise", above, today):
            return above
        above = parent_of(above, today)
    return end


def route_of(nomination: Nomination, today: date) -> list[Unit]:
    """The levels a dossier passes, from the first that receives it to the unit of the round."""
    end = nomination.round.unit
    route: list[Unit] = []
    level = next_level(nomination.unit, end, today)
    while level.pk != end.pk and len(route) < 10:
        route.append(level)
        level = next_level(level, end, today)
    route.append(end)
    is_away = nomination.state not in EDITABLE and nomination.state != S.AWAITING_HEAD
    if is_away and nomination.held_by_id not in {unit.pk for unit in route}:
        route.insert(len(route) - 1, nomination.held_by)
    return route


_INSIDE = {S.DRAFT: 0, S.RETURNED: 0, S.WITHDRAWN: 0, S.AWAITING_HEAD: 1}
_AFTER = {S.AWAITING_COUNCIL: 0, S.PASSED: 1, S.NOT_PASSED: 1, S.AWARDED: 2}


def tracker(nomination: Nomination, history: list[StepRecord], route: list[Unit]) -> list[dict[str, object]]:
    """The line of steps: done (who, when), now, next. history: oldest first."""
    labels = [
        "Đơn vị lập hồ sơ",
        "Thủ trưởng ký trình",
        *(f"Thẩm định tại {unit.display_name}" for unit in route),
    ]
    labels += ["Hội đồng bình xét", "Quyết định khen thưởng"]
    council = len(route) + 2
    if nomination.state in _INSIDE:
        at = _INSIDE[S(nomination.state)]
    elif nomination.state in _AFTER:
        at = council + _AFTER[S(nomination.state)]
    else:
        at = 2 + next((i for i, unit in enumerate(route) if unit.pk == nomination.held_by_id), 0)
    done = _last_records(history, len(route))
    is_over = nomination.state == S.NOT_PASSED
    steps: list[dict[str, object]] = []
    for position, label in enumerate(labels[: council + 1] if is_over else labels):
        status = "done" if position < at else "now" if position == at else "next"
        record = done.get(position) if status == "done" else None
        step: dict[str, object] = {"label": label, "status": status}
        if record is not None:
            step |= {"who": record.actor_label.partition(" – ")[0], "when": record.at}
        if status == "now":
            step |= {"who": _whose_turn(nomination), "when": history[-1].at if history else None}
        if position == council and status != "done":
            step["until"] = nomination.round.council_on
        steps.append(step)
    return steps


def _last_records(history: list[StepRecord], levels: int) -> dict[int, StepRecord]:
    """Position in the tracker → the record that ended it, of the last way up."""
    found: dict[int, StepRecord] = {}
    level = 0
    for record in history:
        if record.step == "ask_signature":
            found, level = {0: record}, 0
        elif record.step == "submit":
            found[1] = record
        elif record.step in ("forward", "to_council"):
            found[2 + min(level, levels - 1)] = record
            level += 1
        elif record.step in ("pass", "fail"):
            found[2 + levels] = record
        elif record.step == "award":
            found[3 + levels] = record
    return found


def _whose_turn(nomination: Nomination) -> str:
    if nomination.state in _INSIDE:
        return nomination.unit.display_name
    return (
        "Hội đồng Thi đua - Khen thưởng"
        if nomination.state == S.AWAITING_COUNCIL
        else nomination.held_by.display_name
    )


# --- decisions -----------------------------------------------------------------------------------
def decisions_for(actor: Actor, permission: str = "decision.view") -> QuerySet[Decision]:
    """Decisions the actor may see: of units in reach, and issued ones that honour someone of a unit
    in reach.
    """
    reach = scope(actor, permission)
    if permission == "decision.view" and holds(actor, permission) and actor.unit is not None:
        honoured = HonourRecord.objects.filter(
            decision=OuterRef("pk"), unit__path__startswith=actor.unit.path
        )
        reach |= Q(state=DecisionState.ISSUED) & Exists(honoured)
    return Decision.objects.filter(reach).select_related("unit", "round")


def with_line_count(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions with `line_count`."""
    counts = (
        DecisionLine.objects.filter(decision=OuterRef("pk"))
        .order_by()
        .values("decision")
        .annotate(n=Count("pk"))
    )
    return rows.annotate(line_count=Subquery(counts.values("n")))


def lines_of(decision: Decision) -> QuerySet[DecisionLine]:
    """Lines in the order of the list, with everything a row shows."""
    related = (
        "nomination__person",
        "nomination__collective",
        "nomination__unit",
        "nomination__award",
        "nomination__result",
    )
    return decision.lines.select_related(*related).order_by("position", "pk")


def passed_without_decision(round_: Round) -> QuerySet[Nomination]:
    """Dossiers of the round that passed and stand in no decision, in the order of a list:
    award, collective first, name.
    """
    rows = round_.nominations.filter(state=S.PASSED, decision_line=None)
    related = ("award", "person", "collective", "unit", "result", "round")
    return rows.select_related(*related).order_by(
        "award__rank", "subject_kind", "unit__sort_key", "person__sort_key", "pk"
    )


def rounds_to_decide(actor: Actor) -> QuerySet[Round]:
    """Rounds of the actor's unit with passed dossiers that wait for a decision of the unit,
    with `waiting_count`.

    State awards are decided above and do not count.
    """
    rows = Round.objects.filter(scope(actor, "decision.edit")).select_related("unit")
    waiting = Count(
        "nominations",
        filter=Q(
            nominations__state=S.PASSED,
            nominations__decision_line=None,
            nominations__award__level__in=(Level.UNIT, Level.MINISTRY),
        ),
    )
    return rows.annotate(waiting_count=waiting).filter(waiting_count__gt=0).order_by("council_on", "pk")


# --- archive -------------------------------------------------------------------------------------
def honours_for(actor: Actor) -> QuerySet[HonourRecord]:
    """Honours of people and units in the actor's reach, newest first."""
    return HonourRecord.objects.filter(scope(actor, "honour.view")).select_related(
        "unit", "award", "decision"
    )


def search_honours(rows: QuerySet[HonourRecord], text: str) -> QuerySet[HonourRecord]:
    """Honours whose receiver holds every word; marks and tone placement are ignored."""
    for word in search_key(text).split():
        rows = rows.filter(subject_search__contains=word)
    return rows


def honours_of_person(person: Person) -> QuerySet[HonourRecord]:
    """What a person has received, newest first."""
    return (
        HonourRecord.objects.filter(person=person)
        .select_related("unit", "award")
        .order_by("-decided_on", "-pk")
    )


def honours_of_unit(unit: Unit) -> QuerySet[HonourRecord]:
    """What a unit has received as a collective, newest first."""
    rows = HonourRecord.objects.filter(unit=unit, subject_kind=SubjectKind.COLLECTIVE)
    return rows.select_related("unit", "award").order_by("-decided_on", "-pk")


def counts_by_state(rows: QuerySet[Nomination]) -> list[tuple[str, str, int]]:
    """(state, label, count) of the states that occur; one query."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return [(value, label, found[value]) for value, label in S.choices if value in found]


def award_choices(rows: Iterable[AwardKind]) -> list[tuple[str, str]]:
    """(code, name) once per code, for filters over many years."""
    seen: dict[str, str] = {}
    for row in rows:
        seen[row.code] = row.short_name or row.name if row.code in seen else row.name
    return sorted(seen.items(), key=lambda pair: pair[1])


def decisions_without_papers(limit: int = 20) -> list[int]:
    """Issued decisions whose own PDF or a certificate has not been built, oldest first, at most `limit`.

    One query.
    """

    def kept(model: type[Decision] | type[HonourRecord]) -> QuerySet[StoredFile]:
        kind = ContentType.objects.get_for_model(model)
        return StoredFile.objects.filter(content_type=kind, object_id=OuterRef("pk"))

    bare = HonourRecord.objects.filter(~Exists(kept(HonourRecord)), decision=OuterRef("pk"))
    rows = Decision.objects.filter(~Exists(kept(Decision)) | Exists(bare), state=DecisionState.ISSUED)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
