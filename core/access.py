"""Who saw what: one row per account, page and object in ten minutes, apart from the trail of changes.

Called centrally by the route cards (core.web.card): a page with personal data, a file, a list taken out, a
refusal. Two rules. Disclosure fails closed: when the row cannot be written, the page is not shown. A refusal
fails open: it stays a refusal and the fault goes to the log. Rows are kept for ACCESS_LOG_MONTHS.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone

from core.models import AccessEntry, AccessKind, StoredFile

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
SWEEP_BATCH = 5000
# Every one of these is a row of its own; the others are counted once in a window.
_EACH = {AccessKind.SIGN_IN, AccessKind.SIGN_OUT}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


# --- what the route loaded -------------------------------------------------------------------------
@dataclass
class Loaded:
    """What a view asked the database for: the object it got first, or the kind and number it did not get."""

    subject: models.Model | None = None
    missing: tuple[str, str] | None = None
    facts: dict[str, str] = field(default_factory=dict)


_loaded: ContextVar[Loaded | None] = ContextVar("loaded", default=None)


@contextmanager
def watching() -> Iterator[Loaded]:
    """Notes what find_or_404 loads while the block runs."""
    found = Loaded()
    token = _loaded.set(found)
    try:
        yield found
    finally:
        _loaded.reset(token)


def remember(subject: models.Model) -> None:
    """Name the object a page is about; the first one counts."""
    found = _loaded.get()
    if found is not None and found.subject is None:
        found.subject = subject


def remember_by_name(kind: str, number: str, label: str) -> None:
    """Name the object a page is about by what the trail knows of it: it may not exist any more."""
    found = _loaded.get()
    if found is not None:
        found.facts = {"object_type": kind, "object_id": number, "object_label": label}


def remember_missing(model: type[models.Model], lookup: dict[str, Any]) -> None:
    """Name the object that was asked for and not found inside the actor's scope."""
    found = _loaded.get()
    if found is not None and found.missing is None:
        key = lookup.get("pk", next(iter(lookup.values()), ""))
        found.missing = (model._meta.label_lower, str(key)[:40])


# --- writing ---------------------------------------------------------------------------------------
def session_hash(request: HttpRequest) -> str:
    """The session as the log names it: its hash, so that the log opens no session."""
    key = getattr(getattr(request, "session", None), "session_key", None) or ""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def _window(kind: str, instant: datetime) -> datetime:
    return instant if kind in _EACH else instant - (instant - _EPOCH) % WINDOW


def _who(source: Any) -> dict[str, Any]:
    if not isinstance(source, HttpRequest):
        return {
            "user_id": source.user_id,
            "actor_label": source.label,
            "unit_id_text": source.unit_code,
            "request_id": source.request_id,
            "address": source.address,
        }
    actor = getattr(source, "actor", None)
    match = source.resolver_match
    return (_who(actor) if actor is not None else {}) | {
        "request_id": getattr(source, "request_id", ""),
        "address": getattr(source, "client_address", ""),
        "session": session_hash(source),
        "route": match.view_name if match else "",
    }


def note(
    source: Any,
    kind: str,
    subject: models.Model | None = None,
    *,
    detail: str = "",
    route: str = "",
    **facts: Any,
) -> None:
    """Write one access of a request or an actor; the same one within ten minutes is written once.

    facts: fields of the entry that are known better than the source knows them (object_type, user_id …). Not
    part of the caller's change: a rolled-back action does not take it back unless it ran inside it.
    """
    values = _who(source) | {"kind": kind, "detail": detail, "window": _window(kind, timezone.now())}
    if subject is not None:
        values |= {
            "object_type": subject._meta.label_lower,
            "object_id": str(subject.pk),
            "object_label": str(subject),
        }
    values |= {"route": route} if route else {}
    values |= facts
    entry = AccessEntry(**values)
    for column in entry._meta.concrete_fields:
        value = getattr(entry, column.attname)
        if isinstance(column, models.CharField) and isinstance(value, str):
            setattr(entry, column.attname, value[: column.max_length])
    with transaction.atomic():
        AccessEntry.objects.bulk_create([entry], ignore_conflicts=True)


def note_disclosure(request: HttpRequest, found: Loaded, *, downloads: bool) -> None:
    """A page with personal data or a file is about to be sent. Raises when it cannot be noted."""
    kind = AccessKind.VIEW
    if downloads:
        kind = AccessKind.DOWNLOAD if isinstance(found.subject, StoredFile) else AccessKind.EXPORT
    note(request, kind, found.subject, **found.facts)


def note_refusal(request: HttpRequest, found: Loaded | None = None, *, detail: str = "") -> None:
    """Somebody was refused. The object is named by kind and number only: its name may be secret to those who
    read the refusals. Never raises for a fault of the database.
    """
    facts: dict[str, Any] = {}
    if found is not None and found.subject is not None:
        facts = {"object_type": found.subject._meta.label_lower, "object_id": str(found.subject.pk)}
    elif found is not None and found.missing is not None:
        facts = dict(zip(("object_type", "object_id"), found.missing, strict=True))
    try:
        note(request, AccessKind.REFUSED, detail=detail, **facts)
    except DatabaseError:
        log.exception("refusal not noted: %s", request.path)


# --- retention -------------------------------------------------------------------------------------
def kept_since(instant: datetime, months: int) -> datetime:
    """The instant so many calendar months before; the last day of a shorter month stands for later ones."""
    count = instant.year * 12 + instant.month - 1 - months
    year, month = divmod(count, 12)
    for day in range(instant.day, instant.day - 4, -1):
        try:
            return instant.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError(instant)


def sweep(instant: datetime | None = None, batch: int = SWEEP_BATCH) -> int:
    """Delete entries older than ACCESS_LOG_MONTHS, in batches of short transactions; returns how many.

    The trail of changes is never swept.
    """
    before = kept_since(instant or timezone.now(), settings.ACCESS_LOG_MONTHS)
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM core_accessentry WHERE id IN "
                "(SELECT id FROM core_accessentry WHERE at < %s ORDER BY at LIMIT %s)",
                [before, batch],
            )
            deleted += cursor.rowcount
            if cursor.rowcount < batch:
                return deleted
