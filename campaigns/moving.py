"""What happens to campaigns, pledges and initiatives when a unit ends."""

from collections.abc import Sequence

from campaigns.choices import CampaignState, InitiativeState
from campaigns.models import Campaign, Initiative, Pledge, Receipt
from units.moving import MoveLine, Mover, Parting, Passage, by_unit, hand_over, lines_of, part, rows_of
from units.permissions import Actor

CLASH = "ở lại: đơn vị kế thừa đã có đăng ký trong phong trào và năm này"


def _earliest(passages: Sequence[Passage]) -> int:
    return min(passage.on for passage in passages).year


# --- campaigns and their receipts ----------------------------------------------------------------
def _campaigns(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Drafts, and campaigns that still run on the day: the successor leads them to their end."""
    known = by_unit(passages)
    rows = rows_of(Campaign, lock=lock).filter(unit__in=known).order_by("pk")
    return part(
        [
            row
            for row in rows.exclude(state=CampaignState.CLOSED)
            if row.state == CampaignState.DRAFT or row.ends_on >= known[row.unit_id].on
        ],
        passages,
        lambda row: row.unit_id,
    )


def _receipts(passages: Sequence[Passage], lock: bool, pledges: list[Parting]) -> list[Parting]:
    """Receipts of campaigns that still run. A unit has one receipt of a campaign: of several predecessors the
    one whose pledge goes on hands over its receipt too; the others keep theirs.
    """
    known = by_unit(passages)
    going = {(row.unit_id, row.campaign_id) for p in pledges if p.target for row in p.rows}
    rows = rows_of(Receipt, lock=lock).filter(unit__in=known, campaign__state=CampaignState.LAUNCHED)
    running = [
        row for row in rows.select_related("campaign") if row.campaign.ends_on >= known[row.unit_id].on
    ]
    running.sort(
        key=lambda row: ((row.unit_id, row.campaign_id) not in going, row.received_at is None, row.pk)
    )
    heirs = [passage.heir_key for passage in passages]
    found = part(
        running, passages, lambda row: row.unit_id, clash_key=lambda row: (row.campaign_id,),
        taken=Receipt.objects.filter(unit__in=heirs).values_list("unit", "campaign"),
    )  # fmt: skip
    return [parting for parting in found if parting.target is not None]


# --- pledges and initiatives ---------------------------------------------------------------------
def _pledges(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Pledges of the year of the change and later, whatever their state."""
    rows = rows_of(Pledge, lock=lock).filter(unit__in=by_unit(passages), year__gte=_earliest(passages))
    heirs = [passage.heir_key for passage in passages]
    taken = Pledge.objects.filter(unit__in=heirs).values_list("unit", "campaign", "year")
    # of two that would clash the approved one goes on
    ordered = sorted(
        rows.select_related("campaign"),
        key=lambda row: (row.approved_at is None, row.submitted_at is None, row.pk),
    )
    return part(
        ordered, passages, lambda row: row.unit_id,
        clash_key=lambda row: (row.campaign_id, row.year), taken=taken,
    )  # fmt: skip


def _initiatives(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Initiatives not yet decided, of the unit."""
    rows = rows_of(Initiative, lock=lock).filter(
        unit__in=by_unit(passages), state__in=[InitiativeState.DRAFT, InitiativeState.SUBMITTED]
    )
    return part(rows.order_by("pk"), passages, lambda row: row.unit_id)


def _waiting(passages: Sequence[Passage], lock: bool) -> list[Parting]:
    """Initiatives of other units that wait at a unit that ends; without successor at the unit above it."""
    known = by_unit(passages)
    rows = rows_of(Initiative, lock=lock).filter(held_by__in=known, state=InitiativeState.SUBMITTED)
    found = part(rows.exclude(unit__in=known).order_by("pk"), passages, lambda row: row.held_by_id)
    return [Parting(p.passage, p.target or p.passage.fallback, p.rows) for p in found]


def _pledge_line(pledge: Pledge) -> str:
    return f"{pledge.campaign.title}, năm {pledge.year} ({pledge.get_state_display().lower()})"


def _lines(found: dict[str, list[Parting]]) -> list[MoveLine]:
    pledges = found["pledges"]
    clashing = [p for p in pledges if p.target is None and p.passage.successor is not None]
    others = [p for p in pledges if p not in clashing]
    return [
        *lines_of(found["campaigns"], "phong trào chưa kết thúc"),
        *lines_of(found["receipts"], "phong trào đang tham gia", say=lambda row: row.campaign.title),
        *lines_of(others, "đăng ký thi đua của năm", say=_pledge_line),
        *lines_of(clashing, "đăng ký thi đua của năm", stays=CLASH, say=_pledge_line),
        *lines_of(found["initiatives"], "sáng kiến chưa công nhận"),
        *lines_of(found["waiting"], "sáng kiến của đơn vị khác đang chờ xét"),
    ]


def _found(passages: Sequence[Passage], *, lock: bool) -> dict[str, list[Parting]]:
    pledges = _pledges(passages, lock)
    return {
        "campaigns": _campaigns(passages, lock),
        "receipts": _receipts(passages, lock, pledges),
        "pledges": pledges,
        "initiatives": _initiatives(passages, lock),
        "waiting": _waiting(passages, lock),
    }


def preview(passages: Sequence[Passage]) -> list[MoveLine]:
    """What would move, and what would stay and why."""
    return _lines(_found(passages, lock=False))


def move(passages: Sequence[Passage], actor: Actor) -> list[MoveLine]:
    """Hand the open rows to the successors."""
    found = _found(passages, lock=True)
    lines = _lines(found)
    hand_over(found["campaigns"], "campaign.move", actor)
    hand_over(found["receipts"], "receipt.move", actor)
    hand_over(found["pledges"], "pledge.move", actor)
    hand_over(found["initiatives"], "initiative.move", actor, fields=("unit", "held_by"))
    hand_over(found["waiting"], "initiative.move", actor, fields=("held_by",))
    return lines


MOVER = Mover("campaigns", preview, move)
