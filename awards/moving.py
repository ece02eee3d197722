"""What happens to rounds and dossiers when a unit ends. Decided rows and the archive never change."""

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q

from awards.choices import DecisionState, NominationState, RoundState
from awards.models import Decision, Nomination, Round
from units.moving import MoveLine, Mover, Parting, Passage, by_unit, hand_over, lines_of, part, rows_of
from units.permissions import Actor

FINISHED = (NominationState.NOT_PASSED, NominationState.AWARDED)


def _rounds(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Open rounds, and closed ones in which something still waits for the council or a decision."""
    unfinished = Nomination.objects.filter(round=OuterRef("pk")).exclude(
        state__in=[*FINISHED, NominationState.DRAFT, NominationState.RETURNED, NominationState.WITHDRAWN]
    )
    drafted = Decision.objects.filter(round=OuterRef("pk"), state=DecisionState.DRAFT)
    rows = rows_of(Round, lock=lock).filter(unit__in=by_unit(passages))
    rows = rows.filter(Q(state=RoundState.OPEN) | Exists(unfinished) | Exists(drafted)).order_by("pk")
    return part(rows, passages, lambda row: row.unit_id)


def _decisions(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Decisions that were only drafted: the successor's leader issues them."""
    rows = rows_of(Decision, lock=lock).filter(unit__in=by_unit(passages), state=DecisionState.DRAFT)
    return part(rows.order_by("pk"), passages, lambda row: row.unit_id)


def _own(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Dossiers the unit proposed and nobody has decided."""
    rows = rows_of(Nomination, lock=lock).filter(unit__in=by_unit(passages))
    rows = rows.exclude(state__in=FINISHED).select_related("award", "person", "collective").order_by("pk")
    return part(rows, passages, lambda row: row.unit_id)


def _held(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Undecided dossiers that wait at the unit, proposed by others; without successor they wait above it."""
    rows = rows_of(Nomination, lock=lock).filter(held_by__in=by_unit(passages)).exclude(unit=F("held_by"))
    rows = rows.exclude(state__in=FINISHED).select_related("award", "person", "collective").order_by("pk")
    found = part(rows, passages, lambda row: row.held_by_id)
    return [Parting(p.passage, p.target or p.passage.fallback, p.rows) for p in found]


def _line(nomination: Nomination) -> str:
    return f"{nomination.code}: {nomination} ({nomination.get_state_display().lower()})"


def _found(passages: Sequence[Passage], *, lock: bool) -> dict[str, list[Parting]]:
    return {
        "rounds": _rounds(passages, lock),
        "decisions": _decisions(passages, lock),
        "own": _own(passages, lock),
        "held": _held(passages, lock),
    }


def _lines(found: dict[str, list[Parting]]) -> list[MoveLine]:
    return [
        *lines_of(found["rounds"], "đợt xét chưa xong"),
        *lines_of(found["decisions"], "dự thảo quyết định khen thưởng"),
        *lines_of(found["own"], "hồ sơ đề nghị chưa quyết định", say=_line),
        *lines_of(found["held"], "hồ sơ của đơn vị khác đang ở đơn vị", say=_line),
    ]


def preview(passages: Sequence[Passage]) -> list[MoveLine]:
    """What would move, and what would stay."""
    return _lines(_found(passages, lock=False))


def move(passages: Sequence[Passage], actor: Actor) -> list[MoveLine]:
    """Hand rounds, drafted decisions and undecided dossiers to the successors."""
    found = _found(passages, lock=True)
    lines = _lines(found)
    hand_over(found["rounds"], "round.move", actor)
    hand_over(found["decisions"], "decision.move", actor)
    hand_over(found["own"], "nomination.move", actor, fields=("unit", "held_by"))
    # anew: a dossier of one unit that ends may have waited at another one
    hand_over(_held(passages, lock=True), "nomination.move", actor, fields=("held_by",))
    return lines


MOVER = Mover("awards", preview, move)
