"""Scheduled work of the ground: relay, digests, signs of life, sweeps, backups."""

import logging
from datetime import date, timedelta
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core import backup, clock, health, notices, outbox
from core.models import FormDraft, FormSubmission

log = logging.getLogger(__name__)

DIGEST_CHUNK = 100
KEEP_SUBMISSIONS_DAYS = 7
KEEP_DRAFTS_DAYS = 730


@shared_task(name="core.relay_outbox", soft_time_limit=90, time_limit=110)
def relay_outbox() -> int:
    """Send the letters that are due."""
    return outbox.relay()


@shared_task(name="core.send_digests")
def send_digests() -> int:
    """Share out the letters of the day; returns how many people are looked at."""
    readers, today = notices.digest_readers(), clock.today()
    for start in range(0, len(readers), DIGEST_CHUNK):
        send_some_digests.delay(readers[start : start + DIGEST_CHUNK], today.isoformat())
    return len(readers)


@shared_task(name="core.send_some_digests")
def send_some_digests(user_ids: list[int], today: str) -> int:
    """Write the letters of the day of some people; delivered twice, nobody gets two."""
    return sum(notices.send_digest(user_id, date.fromisoformat(today)) for user_id in user_ids)


@shared_task(name="core.sweep")
def sweep() -> dict[str, int]:
    """Delete what has been kept long enough: notices, sent letters, form keys, abandoned drafts."""
    now = timezone.now()
    old_forms = FormSubmission.objects.filter(created_at__lt=now - timedelta(days=KEEP_SUBMISSIONS_DAYS))
    old_drafts = FormDraft.objects.filter(saved_at__lt=clock.now() - timedelta(days=KEEP_DRAFTS_DAYS))
    return {
        "notices": notices.sweep(),
        "letters": outbox.sweep(),
        "forms": old_forms.delete()[0],
        "drafts": old_drafts.delete()[0],
    }


@shared_task(name="core.beat", ignore_result=True)
def beat(name: str) -> None:
    """Show that a worker takes work from the queue this came through."""
    health.beat(name)


@shared_task(name="core.backup", time_limit=6 * 60 * 60, soft_time_limit=6 * 60 * 60 - 60)
def back_up() -> str:
    """The nightly backup, where BACKUP_DIR is set."""
    if not settings.BACKUP_DIR:
        return "off"
    return str(backup.make(Path(settings.BACKUP_DIR), keep=settings.BACKUP_KEEP).folder)


@shared_task(name="core.restore_drill", time_limit=6 * 60 * 60, soft_time_limit=6 * 60 * 60 - 60)
def restore_drill() -> str:
    """The weekly proof that the newest backup can be restored, where BACKUP_DIR is set."""
    newest = backup.newest(Path(settings.BACKUP_DIR)) if settings.BACKUP_DIR else None
    if newest is None:
        return "off"
    backup.drill(newest)
    return str(newest)
