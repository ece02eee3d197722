"""The trail: record() writes one entry in the caller's transaction; verify() walks the chain."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db import connection, models, transaction

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
    AuditEntry.objects.create(
        user_id=actor.user_id,
        actor_label=actor.label,
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


VERIFY_SQL = """
SELECT sequence, kind FROM (
  SELECT sequence,
         CASE WHEN sequence <> position THEN 'thiếu hoặc thừa dòng'
              WHEN previous_hash <> coalesce(lag(hash) OVER (ORDER BY sequence), '') THEN 'đứt chuỗi'
              WHEN hash <> core_audit_digest(previous_hash, sequence, at, user_id, actor_label, action,
                    object_type, object_id, object_label, unit_id_text, changes, note, request_id, address)
                    THEN 'nội dung bị sửa'
         END AS kind
  FROM (SELECT *, row_number() OVER (ORDER BY sequence) AS position FROM core_auditentry) entries
) checked WHERE kind IS NOT NULL ORDER BY sequence LIMIT 1
"""


def verify() -> tuple[int, tuple[int, str] | None]:
    """(number of entries, first fault as (sequence, Vietnamese kind) or None). One query."""
    with connection.cursor() as cursor:
        cursor.execute(VERIFY_SQL)
        fault = cursor.fetchone()
        cursor.execute("SELECT count(*), coalesce(max(sequence), 0) FROM core_auditentry")
        count, last = cursor.fetchone()
        cursor.execute("SELECT coalesce(max(sequence), 0) FROM core_audithead")
        head = cursor.fetchone()[0]
    if fault is None and head != last:
        fault = (last + 1, "mất phần cuối")
    return count, tuple(fault) if fault else None
