"""Reading campaigns, pledges and initiatives: lists by scope, progress on a day, who responded, what people
may choose.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce

from campaigns import rules
from campaigns.choices import CampaignState, PledgeState
from campaigns.models import (
    Campaign,
    ContentItem,
    Initiative,
    Pledge,
    ProgressEntry,
    Receipt,
    Target,
    UnitYearResult,
)
from core.errors import Verdict
from core.text import search_key
from units.models import Person, RoleAssignment, Unit
from units.permissions import Actor, holds, scope
from units.queries import children_of, paths_above, people_within, posts_by_person
from units.role_matrix import ROLE_MATRIX

_MARKED = [
    (char, base)
    for code in (*range(0xC0, 0x250), *range(0x1EA0, 0x1EFA))
    if (base := search_key(char := chr(code))) and len(base) == 1
]
_FROM = "".join(char for char, _ in _MARKED)
_TO = "".join(base for _, base in _MARKED)


class Plain(Func):
    """Text in lower case without Vietnamese marks, for searching columns that keep no search key."""

    function = "TRANSLATE"
    output_field = TextField()

    def __init__(self, name: str) -> None:
        super().__init__(Func(F(name), function="LOWER"), Value(_FROM), Value(_TO))


# --- scopes ----------------------------------------------------------------------------------------
def campaigns_for(actor: Actor, permission: str = "campaign.view") -> QuerySet[Campaign]:
    """Campaigns the actor may see: of its own reach, and launched ones of the units above. Acting
    permissions: own only.
    """
    rows = Campaign.objects.select_related("unit")
    reach = scope(actor, permission)
    if permission == "campaign.view" and holds(actor, permission) and actor.unit is not None:
        launched = ~Q(state=CampaignState.DRAFT)
        received = Receipt.objects.filter(campaign=OuterRef("pk"), unit__path__startswith=actor.unit.path)
        above = launched & (Q(unit__path__in=paths_above(actor.unit)) | Exists(received))
        reach = reach | above
    return rows.filter(reach)


def receipts_for(actor: Actor, permission: str = "campaign.view") -> QuerySet[Receipt]:
    """Receipts of units within the actor's reach."""
    return Receipt.objects.filter(scope(actor, permission)).select_related(
        "campaign__unit", "unit", "received_by"
    )


def pledges_for(actor: Actor, permission: str = "pledge.view") -> QuerySet[Pledge]:
    """Pledges of units within the actor's reach."""
    return Pledge.objects.filter(scope(actor, permission)).select_related("unit", "campaign")


def targets_for(actor: Actor, permission: str = "pledge.view") -> QuerySet[Target]:
    """Targets of pledges within the actor's reach."""
    rows = Target.objects.filter(scope(actor, permission, "pledge__unit"))
    return rows.select_related("pledge__unit", "pledge__campaign", "content")


def initiatives_for(actor: Actor, permission: str = "initiative.view") -> QuerySet[Initiative]:
    """Initiatives within the actor's reach; for recognising, those whose turn it is at the actor's unit."""
    where = "held_by" if permission == "initiative.recognise" else "unit"
    return Initiative.objects.filter(scope(actor, permission, where)).select_related("unit", "held_by")


def result_units_for(actor: Actor, day: date) -> QuerySet[Unit]:
    """Units whose yearly result the actor follows: its own and those directly below on the day."""
    if not holds(actor, "result.view") or actor.unit is None:
        return Unit.objects.none()
    below = Q(pk__in=children_of(actor.unit, day).values("pk"))
    mine = Q(pk=actor.unit.pk) & ~Q(path=f"/{actor.unit.code}/")
    return Unit.objects.filter(below | mine)


def units_to_grade(actor: Actor, day: date) -> QuerySet[Unit]:
    """Units whose result the actor may record: those directly below its own unit on the day."""
    if actor.unit is None:
        return Unit.objects.none()
    return children_of(actor.unit, day).filter(scope(actor, "result.edit", ""))


# --- campaigns -------------------------------------------------------------------------------------
def search_campaigns(rows: QuerySet[Campaign], text: str) -> QuerySet[Campaign]:
    """Campaigns whose title, theme, issuer or document number holds every word; marks are ignored."""
    words = search_key(text).split()
    if words:
        rows = rows.annotate(
            plain_title=Plain("title"),
            plain_theme=Plain("theme"),
            plain_issuer=Plain("issuer_name"),
            plain_number=Plain("document_number"),
        )
    for word in words:
        rows = rows.filter(
            Q(plain_title__contains=word)
            | Q(plain_theme__contains=word)
            | Q(plain_issuer__contains=word)
            | Q(plain_number__contains=word)
        )
    return rows


def campaigns_of_year(rows: QuerySet[Campaign], year: int) -> QuerySet[Campaign]:
    """Campaigns whose years include the year."""
    return rows.filter(year_from__lte=year, year_to__gte=year)


def roles_with(permission: str) -> list[str]:
    """Roles that hold a permission."""
    return [role for role, permissions in ROLE_MATRIX.items() if permission in permissions]


def user_ids_at(units: Iterable[Unit] | QuerySet[Unit], permission: str, today: date) -> list[int]:
    """Accounts that hold the permission at any of the units; one query."""
    rows = RoleAssignment.objects.active_on(today).filter(
        role__in=roles_with(permission), user__is_active=True
    )
    ids = units.values("pk") if isinstance(units, QuerySet) else [unit.pk for unit in units]
    return list(rows.filter(unit__in=ids).values_list("user_id", flat=True).distinct())


def recipients_of(campaign: Campaign, today: date) -> QuerySet[Unit]:
    """Units a launch reaches: directly below the issuer on the day, and deeper ones that have an officer at
    work.
    """
    officers = RoleAssignment.objects.active_on(today).filter(
        role__in=roles_with("pledge.edit"), user__is_active=True
    )
    direct = Q(pk__in=children_of(campaign.unit, today).values("pk"))
    deeper = Q(path__startswith=campaign.unit.path, pk__in=officers.values("unit"))
    return Unit.objects.open_on(today).filter(direct | deeper).exclude(pk=campaign.unit_id)


def pledgeable_campaigns(unit: Unit, today: date) -> QuerySet[Campaign]:
    """Running campaigns the unit may pledge in: launched by itself or above it, with contents, not past their
    end.
    """
    rows = Campaign.objects.filter(
        state=CampaignState.LAUNCHED, unit__path__in=paths_above(unit), ends_on__gte=today
    )
    return rows.filter(Exists(ContentItem.objects.filter(campaign=OuterRef("pk")))).select_related("unit")


def responses(campaign: Campaign, actor: Actor, only: str = "all") -> QuerySet[Receipt]:
    """Receipts of the campaign within reach, each with its latest pledge (pledge_id, pledge_state,
    pledge_year).
    """
    latest = Pledge.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit")).order_by("-year")
    rows = receipts_for(actor).filter(campaign=campaign).order_by("unit__sort_key", "pk")
    rows = rows.annotate(
        pledge_id=Subquery(latest.values("pk")[:1]),
        pledge_state=Subquery(latest.values("state")[:1]),
        pledge_year=Subquery(latest.values("year")[:1]),
    )
    if only == "unconfirmed":
        return rows.filter(received_at=None)
    if only == "unpledged":
        sent = [PledgeState.SUBMITTED, PledgeState.APPROVED]
        return rows.exclude(Exists(latest.filter(state__in=sent)))
    return rows


@dataclass(frozen=True)
class ResponseCounts:
    """How far a campaign has reached: units it was sent to, that confirmed, that pledged (sent or approved),
    approved.
    """

    sent: int
    received: int
    pledged: int
    approved: int


def response_counts(campaign: Campaign, actor: Actor) -> ResponseCounts:
    """Counts over the receipts within reach; one query."""
    pledges = Pledge.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
    sent = pledges.filter(state__in=[PledgeState.SUBMITTED, PledgeState.APPROVED])
    rows = receipts_for(actor).filter(campaign=campaign)
    found = rows.annotate(
        has_pledge=Exists(sent), has_approved=Exists(pledges.filter(state=PledgeState.APPROVED))
    ).aggregate(
        sent=Count("pk"),
        received=Count("pk", filter=~Q(received_at=None)),
        pledged=Count("pk", filter=Q(has_pledge=True)),
        approved=Count("pk", filter=Q(has_approved=True)),
    )
    return ResponseCounts(**found)


# --- progress --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class TargetProgress:
    """One target and the latest progress by the day looked at. reported_on is None before the first entry."""

    target: Target
    as_of: date
    reached: Decimal = Decimal(0)
    reported_on: date | None = None
    note: str = ""
    entry_id: int | None = None

    @property
    def is_reached(self) -> bool:
        return self.reached >= self.target.value

    @property
    def share(self) -> Decimal:
        return rules.reached_share(self.reached, self.target.value)

    @property
    def is_late(self) -> bool:
        return rules.is_late(self.target.due_on, self.as_of, is_reached=self.is_reached)

    @property
    def tone(self) -> str:
        return "ok" if self.is_reached else "danger" if self.is_late else "neutral"

    @property
    def word(self) -> str:
        if self.is_reached:
            return "Hoàn thành"
        if self.is_late:
            return "Quá hạn"
        return "Đang thực hiện" if self.reported_on else "Chưa có kết quả"


@dataclass
class ItemProgress:
    """One content item of the campaign with the pledge's targets under it."""

    content: ContentItem
    rows: list[TargetProgress] = field(default_factory=list)

    @property
    def target_count(self) -> int:
        return len(self.rows)

    @property
    def reached_count(self) -> int:
        return sum(row.is_reached for row in self.rows)

    @property
    def late_count(self) -> int:
        return sum(row.is_late for row in self.rows)

    @property
    def share(self) -> Decimal:
        """Mean of the targets' shares, per cent."""
        return rules.mean_share([row.share for row in self.rows])


def latest_entries(targets: QuerySet[Target], as_of: date) -> QuerySet[ProgressEntry]:
    """The last progress entry of each target reported on the day or before; later entries of one day correct
    earlier.
    """
    rows = ProgressEntry.objects.filter(target__in=targets.order_by().values("pk"), reported_on__lte=as_of)
    return rows.order_by("target_id", "-reported_on", "-pk").distinct("target_id")


def progress_of(pledge_ids: Iterable[int], as_of: date) -> dict[int, list[TargetProgress]]:
    """pledge id → its targets with progress by the day, in the order of the contents; two queries."""
    targets = Target.objects.filter(pledge__in=list(pledge_ids))
    entries = {entry.target_id: entry for entry in latest_entries(targets, as_of)}
    found: dict[int, list[TargetProgress]] = {}
    for target in targets.select_related("content"):
        entry = entries.get(target.pk)
        row = TargetProgress(target, as_of)
        if entry is not None:
            row = TargetProgress(target, as_of, entry.value, entry.reported_on, entry.note, entry.pk)
        found.setdefault(target.pledge_id, []).append(row)
    return found


def progress_table(pledge: Pledge, as_of: date) -> list[ItemProgress]:
    """Pledged and reached per content item by the day, every item of the campaign in its order; three
    queries.
    """
    items = {item.pk: ItemProgress(item) for item in pledge.campaign.contents.all()}
    for row in progress_of([pledge.pk], as_of).get(pledge.pk, []):
        items[row.target.content_id].rows.append(row)
    return list(items.values())


def check_six_month(pledge: Pledge) -> list[ItemProgress]:
    """The table as of 30 June of the pledge's year."""
    return progress_table(pledge, date(pledge.year, 6, 30))


@dataclass(frozen=True)
class Totals:
    """Counts over the targets of one pledge: registered, reached, late; share = mean of their shares."""

    target_count: int
    reached_count: int
    late_count: int
    share: Decimal


def totals(rows: Iterable[TargetProgress]) -> Totals:
    """Sum up targets of one pledge."""
    rows = list(rows)
    return Totals(
        len(rows),
        sum(row.is_reached for row in rows),
        sum(row.is_late for row in rows),
        rules.mean_share([row.share for row in rows]),
    )


# --- results, history, choices -------------------------------------------------------------------
def result_of(unit: Unit, year: int) -> UnitYearResult | None:
    """The recorded result of the unit for the year, or None."""
    return UnitYearResult.objects.filter(unit=unit, year=year).first()


def results_by_unit(units: Iterable[Unit], year: int) -> dict[int, UnitYearResult]:
    """unit id → result of the year; one query."""
    rows = UnitYearResult.objects.filter(unit__in=list(units), year=year)
    return {row.unit_id: row for row in rows}


def person_choices(unit: Unit, today: date, extra: Iterable[Person] = ()) -> list[tuple[str, str]]:
    """(id, «Nguyễn Văn A – Phòng X, sinh 1980») of the people at work in the unit, and of the extra ones; two
    queries.
    """
    people = list(people_within(unit, today).order_by("sort_key", "pk"))
    known = {person.pk for person in people}
    people += [person for person in extra if person.pk not in known]
    posts = posts_by_person([person.pk for person in people], today)
    return [(str(person.pk), _person_label(person, posts.get(person.pk))) for person in people]


def _person_label(person: Person, post: object | None) -> str:
    unit = getattr(post, "unit", None)
    parts = [unit.display_name] if unit is not None else []
    parts += [f"sinh {person.birth_year}"] if person.birth_year else []
    return f"{person.full_name} – {', '.join(parts)}" if parts else person.full_name


def years_of(rows: QuerySet[Pledge] | QuerySet[Initiative]) -> list[int]:
    """Years that occur in the rows, newest first."""
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def search_initiatives(rows: QuerySet[Initiative], text: str) -> QuerySet[Initiative]:
    """Initiatives whose title holds every word; marks are ignored."""
    for word in search_key(text).split():
        rows = rows.filter(search_key__contains=word)
    return rows


def result_counts(units: QuerySet[Unit], year: int) -> dict[str, int]:
    """Over the units: how many there are, graded, outstanding in the year; two queries."""
    found = UnitYearResult.objects.filter(year=year, unit__in=units.order_by().values("pk")).aggregate(
        graded=Count("pk"), outstanding=Count("pk", filter=Q(is_outstanding=True))
    )
    return {"units": units.count(), **found}


# --- for pages -------------------------------------------------------------------------------------
def campaign_years(rows: QuerySet[Campaign]) -> list[int]:
    """Every year some campaign of the rows lasts in, newest first; one query."""
    found = rows.aggregate(first=Min("year_from"), last=Max("year_to"))
    return list(range(found["last"], found["first"] - 1, -1)) if found["first"] else []


def with_counts(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Campaigns with content_count."""
    counted = ContentItem.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return rows.annotate(content_count=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))


def may_pledge(actor: Actor, campaign: Campaign) -> bool:
    """Whether the actor's unit may open a pledge in the campaign today."""
    return open_to_pledge(actor, actor.today).filter(pk=campaign.pk).exists()


def open_to_pledge(actor: Actor, today: date) -> QuerySet[Campaign]:
    """Campaigns the actor's unit may pledge in today."""
    if not holds(actor, "pledge.edit") or actor.unit is None:
        return Campaign.objects.none()
    return pledgeable_campaigns(actor.unit, today)


def readiness(pledge: Pledge) -> list[Verdict]:
    """What stands in the way of sending the pledge (not met) or is worth a look (needs judgement)."""
    positions = dict(pledge.campaign.contents.values_list("pk", "position"))
    shapes = [
        rules.TargetShape(positions[row.content_id], row.name, row.measure, row.value, row.due_on)
        for row in pledge.targets.all()
    ]
    campaign = pledge.campaign
    return rules.check_pledge_complete(shapes, positions.values(), campaign.starts_on, campaign.ends_on)


def entries_by_target(pledge: Pledge) -> dict[int, list[ProgressEntry]]:
    """target id → its progress entries with files, newest first; two or three queries."""
    rows = ProgressEntry.objects.filter(target__pledge=pledge).prefetch_related("files")
    found: dict[int, list[ProgressEntry]] = {}
    for row in rows.select_related("recorded_by__person"):
        found.setdefault(row.target_id, []).append(row)
    return found


def heads_of(unit: Unit, today: date) -> str:
    """Names of those who approve the unit's pledges today."""
    rows = RoleAssignment.objects.active_on(today).filter(
        unit=unit, role__in=roles_with("pledge.approve"), user__is_active=True
    )
    names = [row.user.display_name for row in rows.select_related("user__person").order_by("pk")]
    return ", ".join(dict.fromkeys(names)) or "Chưa phân công thủ trưởng"


def may_read_evidence(actor: Actor, entry: ProgressEntry) -> bool:
    """Whether the actor may open the evidence of a progress entry: as far as pledges are seen."""
    return targets_for(actor).filter(pk=entry.target_id).exists()
