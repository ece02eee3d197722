"""The trail of changes: record() writes one entry in the caller's transaction (proof: core.trail)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db import models, transaction

from core.models import AuditEntry


class ActorLike(Protocol):
    """What the trail needs to know about who acts."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...
    @property
    def unit_code(self) -> str: ...
    @property
    def request_id(self) -> str: ...
    @property
    def address(self) -> str: ...


class NotInTransaction(RuntimeError):
    """record() was called outside a transaction: the change and its entry would not be one."""


# action key → what a person reads in the trail; each app adds its own at start-up
_labels: dict[str, str] = {}


def register_labels(labels: dict[str, str]) -> None:
    """Add the Vietnamese names of an app's actions («pledge.submit» → «Gửi đăng ký thi đua»)."""
    _labels.update(labels)


def labels() -> dict[str, str]:
    """All action keys with their names."""
    return dict(_labels)


def label_of(action: str) -> str:
    """The Vietnamese name of an action; the bare key when nobody registered one (a test forbids that)."""
    return _labels.get(action, action)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return value


def record(
    actor: ActorLike,
    action: str,
    subject: models.Model,
    *,
    note: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """Write one entry for one change, in the caller's transaction; the change fails when this fails.

    changes: field → new value, or field → [old, new]. Raises NotInTransaction outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    _entry(actor, action, subject, note, changes).save(force_insert=True)


def record_many(
    actor: ActorLike,
    action: str,
    rows: Iterable[tuple[models.Model, dict[str, Any]]],
    *,
    note: str = "",
) -> None:
    """One entry for each changed object of a bulk change, like record(); the chain numbers each of them."""
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    label = actor.label
    entries = [_entry(actor, action, subject, note, changes, label) for subject, changes in rows]
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def _entry(
    actor: ActorLike,
    action: str,
    subject: models.Model,
    note: str,
    changes: dict[str, Any] | None,
    label: str = "",
) -> AuditEntry:
    return AuditEntry(
        user_id=actor.user_id,
        actor_label=label or actor.label,
        action=action,
        object_type=subject._meta.label_lower,
        object_id=str(subject.pk),
        object_label=str(subject)[:400],
        unit_id_text=actor.unit_code,
        changes=_plain(changes or {}),
        note=note,
        request_id=actor.request_id,
        address=actor.address,
    )


def timeline(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """Entries about one object, newest first."""
    return AuditEntry.objects.filter(object_type=subject._meta.label_lower, object_id=str(subject.pk))
