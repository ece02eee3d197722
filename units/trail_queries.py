"""Reading the trail: whose entries an inspector sees, search, the timeline of one object, who saw a person.

Reach: entries written by accounts of the units at or under the inspector's own (a closed unit hangs under its
successor, so its entries pass to it), and for inspectors at the top of the tree those of the system too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.models import AccessEntry, AccessKind, AuditEntry, StepRecord, StoredFile
from units.models import Person, Posting, RoleAssignment, Unit, User
from units.permissions import Actor, holds
from units.trail_words import Change, changes_of, model_of, names_in

PAGE = 50
MOST_OF_EACH = 200  # rows of each source in one timeline
MOST_EXPORTED = 20_000
# models about a person: model → lookup that leads to the person; apps add theirs at start-up
_about: dict[type[models.Model], str] = {User: "person"}


def register_about_person(model: type[models.Model], lookup: str) -> None:
    """Declare a kind of object that holds data of a person (a nomination, an honour …)."""
    _about[model] = lookup


# --- reach -----------------------------------------------------------------------------------------
def _within(actor: Actor) -> Q:
    if not holds(actor, "audit.view") or actor.unit is None:
        return Q(pk__in=[])
    reach = Q(unit_id_text__in=Unit.objects.below(actor.unit).values("code"))
    is_top = actor.unit.path.strip("/").count("/") == 0
    return reach | Q(unit_id_text="") if is_top else reach


def changes_for(actor: Actor) -> QuerySet[AuditEntry]:
    """Entries of the trail within the inspector's reach, newest first."""
    return AuditEntry.objects.filter(_within(actor)).order_by("-sequence")


def accesses_for(actor: Actor) -> QuerySet[AccessEntry]:
    """Accesses by accounts within the inspector's reach, newest first."""
    return AccessEntry.objects.filter(_within(actor)).order_by("-at", "-pk")


# --- search ----------------------------------------------------------------------------------------
def _instants(wanted: Mapping[str, Any]) -> Q:
    """at within the days asked for, in local time, the last one included."""
    found = Q()
    if wanted.get("since"):
        found &= Q(at__gte=timezone.make_aware(datetime.combine(wanted["since"], time.min)))
    if wanted.get("until"):
        last = wanted["until"] + timedelta(days=1)
        found &= Q(at__lt=timezone.make_aware(datetime.combine(last, time.min)))
    return found


def _common(wanted: Mapping[str, Any]) -> Q:
    found = _instants(wanted)
    if wanted.get("who"):
        found &= Q(actor_label__icontains=wanted["who"])
    if wanted.get("what"):
        found &= Q(object_label__icontains=wanted["what"])
    if wanted.get("request"):
        found &= Q(request_id=wanted["request"])
    if wanted.get("unit"):
        found &= Q(unit_id_text__in=Unit.objects.below(wanted["unit"]).values("code"))
    return found


def search_changes(rows: QuerySet[AuditEntry], wanted: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    """Entries by person, action, object, unit, days and request code, as far as given."""
    rows = rows.filter(_common(wanted))
    return rows.filter(action=wanted["action"]) if wanted.get("action") else rows


def search_accesses(rows: QuerySet[AccessEntry], wanted: Mapping[str, Any]) -> QuerySet[AccessEntry]:
    """Accesses by person, kind, object, unit, days and request code, as far as given."""
    rows = rows.filter(_common(wanted))
    return rows.filter(kind=wanted["kind"]) if wanted.get("kind") else rows


@dataclass
class Slice:
    """One page of a long list, without counting it. older: the mark of the next page, "" at the end."""

    rows: list[Any]
    older: str = ""


def changes_page(rows: QuerySet[AuditEntry], mark: str) -> Slice:
    """The entries below the mark (a number of the trail)."""
    if mark.isdecimal() and len(mark) < 19:
        rows = rows.filter(sequence__lt=int(mark))
    found = list(rows[: PAGE + 1])
    return Slice(found[:PAGE], str(found[PAGE - 1].sequence) if len(found) > PAGE else "")


def accesses_page(rows: QuerySet[AccessEntry], mark: str) -> Slice:
    """The accesses before the mark (microseconds since 1970 and number)."""
    micros, _, number = mark.partition("-")
    if micros.isdecimal() and number.isdecimal() and len(micros) < 18 and len(number) < 19:
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(micros))
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=int(number)), at__lte=at)
    found = list(rows[: PAGE + 1])
    if len(found) <= PAGE:
        return Slice(found)
    last = found[PAGE - 1]
    micros = str((last.at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1))
    return Slice(found[:PAGE], f"{micros}-{last.pk}")


# --- one object ------------------------------------------------------------------------------------
def _is_within(actor: Actor, subject: models.Model) -> bool:
    """Whether the object belongs to a unit in the inspector's reach."""
    below = Unit.objects.below(actor.unit)
    if isinstance(subject, Unit):
        return below.filter(pk=subject.pk).exists()
    if isinstance(subject, Person):
        return Posting.objects.filter(person=subject, unit__in=below).exists()
    if isinstance(subject, User):
        return RoleAssignment.objects.filter(user=subject, unit__in=below).exists()
    unit_id = getattr(subject, "unit_id", None)
    return unit_id is not None and below.filter(pk=unit_id).exists()


def subject_for(actor: Actor, kind: str, number: int) -> str | None:
    """The name of an object whose history the inspector may see, or None.

    May be seen: what belongs to a unit in reach, and what somebody in reach has changed.
    """
    model = model_of(kind)
    if model is None or not holds(actor, "audit.view") or actor.unit is None:
        return None
    subject = model._default_manager.filter(pk=number).first()
    touched = changes_for(actor).filter(object_type=kind, object_id=str(number)).first()
    if subject is not None and (touched is not None or _is_within(actor, subject)):
        return str(subject)
    return touched.object_label if touched is not None else None


@dataclass
class Event:
    """One line of a timeline."""

    at: datetime
    source: str
    tone: str
    label: str
    who: str
    note: str = ""
    changes: list[Change] = field(default_factory=list)
    number: int | None = None


@dataclass
class History:
    """Everything known about one object, newest first. is_cut: older lines were left out."""

    events: list[Event]
    is_cut: bool


def history_of(kind: str, number: int, name_of: Callable[[str], str]) -> History:
    """Changes, steps, files and accesses of one object in one line of time. name_of: action key → words."""
    entries = list(
        AuditEntry.objects.filter(object_type=kind, object_id=str(number)).order_by("-sequence")[
            :MOST_OF_EACH
        ]
    )
    names = names_in(entries)
    events = [
        Event(
            e.at,
            "Thay đổi",
            "info",
            name_of(e.action),
            e.actor_label,
            e.note,
            changes_of(e, names),
            e.sequence,
        )
        for e in entries
    ]
    sources: list[list[Event]] = [events, _steps_and_files(kind, number), _seen(kind, number)]
    merged = sorted((e for source in sources for e in source), key=lambda e: e.at, reverse=True)
    return History(merged, any(len(source) >= MOST_OF_EACH for source in sources))


def _steps_and_files(kind: str, number: int) -> list[Event]:
    model = model_of(kind)
    if model is None:
        return []
    owner = {"content_type": ContentType.objects.get_for_model(model), "object_id": number}
    steps = StepRecord.objects.filter(**owner).order_by("-at", "-pk")[:MOST_OF_EACH]
    files = StoredFile.objects.filter(**owner).select_related("created_by__person").order_by("-created_at")
    return [Event(s.at, "Bước xử lý", "ok", s.label, s.actor_label, s.note) for s in steps] + [
        Event(
            f.created_at, "Tệp", "neutral", f"Tải lên tệp {f.name}",
            f.created_by.display_name if f.created_by else "Hệ thống",
        )
        for f in files[:MOST_OF_EACH]
    ]  # fmt: skip


def _seen(kind: str, number: int) -> list[Event]:
    rows = AccessEntry.objects.filter(object_type=kind, object_id=str(number)).order_by("-at")[:MOST_OF_EACH]
    return [
        Event(
            row.at,
            "Truy cập",
            "danger" if row.kind == AccessKind.REFUSED else "neutral",
            row.get_kind_display(),
            row.actor_label or "Người chưa đăng nhập",
            row.detail,
        )
        for row in rows
    ]


# --- one person ------------------------------------------------------------------------------------
def accesses_about(person: Person) -> QuerySet[AccessEntry]:
    """Who opened, downloaded, took out or was refused data of the person, newest first.

    The person's record and account, what the apps declared about people, and the files of all these.
    """
    numbers: dict[str, set[str]] = {Person._meta.label_lower: {str(person.pk)}}
    for about, lookup in _about.items():
        rows = about._default_manager.filter(**{lookup: person})
        numbers[about._meta.label_lower] = {str(pk) for pk in rows.values_list("pk", flat=True)}
    owned = Q(pk__in=[])
    for kind, keys in numbers.items():
        model = model_of(kind)
        if model is not None and keys:
            owned |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    numbers[StoredFile._meta.label_lower] = {
        str(pk) for pk in StoredFile.objects.filter(owned).values_list("pk", flat=True)
    }
    found = Q(pk__in=[])
    for kind, keys in numbers.items():
        if keys:
            found |= Q(object_type=kind, object_id__in=keys)
    return AccessEntry.objects.filter(found).order_by("-at", "-pk")


def search_about(rows: QuerySet[AccessEntry], wanted: Mapping[str, Any]) -> QuerySet[AccessEntry]:
    """Accesses to one person's data by who, kind and days."""
    return search_accesses(rows, {k: v for k, v in wanted.items() if k in ("who", "kind", "since", "until")})
