"""Letters that leave the house: written in the transaction of what they tell, sent afterwards by a relay.

A letter is kept or lost together with its change; the mail server may be down for a day. Each letter
carries a
Message-ID made from its key: a copy sent again after a crash is recognised by the receiving side.
"""

import hashlib
import logging
import random
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone

from core import audit
from core.audit import ActorLike, NotInTransaction
from core.errors import StaleState
from core.models import OutboxMessage, OutboxState
from core.text import clean

log = logging.getLogger(__name__)

PRODUCT_NAME = "Thi đua · Khen thưởng"
KEEP_SENT_DAYS = 90
# Minutes until the next try after each one: eight tries in about a day. The first is longer than any relay
# runs,
# so a letter in the hands of one relay is never taken by another.
WAITS = (2, 10, 30, 60, 180, 420, 720)
TRIES = len(WAITS) + 1
SERVER_DOWN = "Không kết nối được máy chủ thư; hệ thống tự thử lại."
GIVEN_UP = (
    "Máy chủ thư không nhận sau nhiều lần thử. Hãy kiểm tra máy chủ thư và cấu hình EMAIL_*, rồi bấm Gửi lại."
)
BAD_ADDRESS = "Địa chỉ thư không hợp lệ. Hãy sửa địa chỉ của tài khoản, rồi bấm Gửi lại."
REFUSED_ADDRESS = (
    "Máy chủ thư từ chối địa chỉ này (mã {code}). Hãy sửa địa chỉ của tài khoản, rồi bấm Gửi lại."
)
REFUSED_LETTER = "Máy chủ thư từ chối nội dung thư (mã {code}). Hãy báo người quản trị máy chủ thư."


# --- writing -------------------------------------------------------------------------------------
def letter(
    key: str,
    address: str,
    subject: str,
    body: str,
    *,
    user_id: int | None = None,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """A letter that is not kept yet. The subject is made one line, whatever it held."""
    now = timezone.now()
    row = OutboxMessage(
        key=key if len(key) <= 250 else f"{key[:180]}…{_digest(key)}",
        address=address.strip()[:254],
        subject=" ".join(clean(f"{PRODUCT_NAME}: {subject}").split())[:250],
        body=body,
        user_id=user_id,
        not_before=not_before or now,
        created_at=now,
    )
    try:
        validate_email(row.address)
    except ValidationError:
        row.state, row.error = OutboxState.FAILED, BAD_ADDRESS
    return row


def write(
    key: str,
    address: str,
    subject: str,
    body: str,
    *,
    user_id: int | None = None,
    not_before: datetime | None = None,
) -> None:
    """Keep one letter in the caller's transaction, once for each key. Raises NotInTransaction outside one."""
    write_many([letter(key, address, subject, body, user_id=user_id, not_before=not_before)])


def write_many(letters: Iterable[OutboxMessage]) -> None:
    """Keep letters in the caller's transaction; those whose key is known already are left as they are."""
    rows = list(letters)
    if not rows:
        return
    if not connection.in_atomic_block:
        raise NotInTransaction("outbox")
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if all(_nudge not in entry for entry in connection.run_on_commit):
        transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    """Wake the relay; the schedule does it anyway when nobody can be woken now."""
    from core.tasks import relay_outbox  # noqa: PLC0415 (tasks import this module)

    relay_outbox.apply_async(retry=False)


# --- sending -------------------------------------------------------------------------------------
def relay(batch: int = 100) -> int:
    """Send letters that are due, one after the other, until none is left or the server fails; how many sent.

    Several relays may run: each letter is claimed under SKIP LOCKED and put off before it is sent, so that a
    relay that dies leaves it to a later one.
    """
    line = get_connection(timeout=settings.EMAIL_TIMEOUT)
    sent = 0
    try:
        for _ in range(batch):
            row = _claim()
            if row is None:
                break
            if not _deliver(row, line):
                break
            sent += row.state == OutboxState.SENT
    finally:
        _close(line)
    return sent


@transaction.atomic
def _claim() -> OutboxMessage | None:
    """The next letter that is due; counted as tried, and put off beyond the life of this relay."""
    now = timezone.now()
    due = OutboxMessage.objects.filter(state=OutboxState.WAITING, not_before__lte=now)
    row = due.select_for_update(skip_locked=True).order_by("not_before", "pk").first()
    if row is not None:
        wait = WAITS[min(row.attempts, len(WAITS) - 1)] * random.uniform(1, 1.25)  # noqa: S311 (jitter)
        row.attempts += 1
        row.not_before = now + timedelta(minutes=wait)
        row.save(update_fields=["attempts", "not_before"])
    return row


def _deliver(row: OutboxMessage, line: BaseEmailBackend) -> bool:
    """Send one claimed letter and note what came of it; False when the server itself fails."""
    try:
        line.open()
        _message(row, line).send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next((answer[0] for answer in error.recipients.values()), 0)
        _not_sent(row, REFUSED_ADDRESS.format(code=code), for_good=code >= 500)
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        _not_sent(row, REFUSED_LETTER.format(code=error.smtp_code), for_good=False)
    except ValueError:  # what no header can hold; Django refuses it before anything is sent
        _not_sent(row, BAD_ADDRESS, for_good=True)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("outbox: mail server failed (%s)", type(error).__name__)
        _not_sent(row, SERVER_DOWN, for_good=False)
        return False
    else:
        row.state, row.sent_at, row.error = OutboxState.SENT, timezone.now(), ""
        row.save(update_fields=["state", "sent_at", "error"])
    return True


def _not_sent(row: OutboxMessage, sentence: str, *, for_good: bool) -> None:
    if for_good or row.attempts >= TRIES:
        row.state = OutboxState.FAILED
        sentence = sentence if for_good else GIVEN_UP
        log.warning("outbox: letter %s given up after %s tries", row.pk, row.attempts)
    row.error = sentence
    row.save(update_fields=["state", "error"])


def _message(row: OutboxMessage, line: BaseEmailBackend) -> EmailMessage:
    headers = {"Message-ID": message_id(row.key), "Auto-Submitted": "auto-generated"}
    return EmailMessage(row.subject, row.body, to=[row.address], headers=headers, connection=line)


def message_id(key: str) -> str:
    """The same for every copy of one letter."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{_digest(key)}@{domain}>"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _close(line: BaseEmailBackend) -> None:
    try:
        line.close()
    except (OSError, smtplib.SMTPException):
        log.info("outbox: the mail server was gone at the end")


# --- housekeeping --------------------------------------------------------------------------------
@transaction.atomic
def resend(message_id: int, *, actor: ActorLike) -> OutboxMessage:
    """Put a letter that could not be sent back among those waiting. Raises StaleState when it is not
    failed.
    """
    row = OutboxMessage.objects.select_for_update().filter(pk=message_id, state=OutboxState.FAILED).first()
    if row is None:
        raise StaleState("Thư này không còn ở trạng thái «Không gửi được»; hãy xem lại danh sách.")
    if row.user_id and row.user and row.user.email:
        row.address = row.user.email  # it may have been mended meanwhile
    try:
        validate_email(row.address)
    except ValidationError as error:
        raise StaleState(BAD_ADDRESS) from error
    row.state, row.attempts, row.not_before, row.error = OutboxState.WAITING, 0, timezone.now(), ""
    row.save(update_fields=["address", "state", "attempts", "not_before", "error"])
    audit.record(actor, "mail.resend", row)
    transaction.on_commit(_nudge, robust=True)
    return row


def sweep() -> int:
    """Delete letters sent long ago: what they told stands in the inbox. Returns how many."""
    old = timezone.now() - timedelta(days=KEEP_SENT_DAYS)
    return OutboxMessage.objects.filter(state=OutboxState.SENT, sent_at__lt=old).delete()[0]


def oldest_waiting() -> timedelta | None:
    """How long the oldest letter that should be gone has been waiting; None when there is none."""
    rows = OutboxMessage.objects.filter(state=OutboxState.WAITING, not_before__lte=timezone.now())
    first = rows.order_by("not_before").values_list("not_before", flat=True).first()
    return timezone.now() - first if first else None
