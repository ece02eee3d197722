"""Scheduled work of the trail: hourly anchors, the nightly proof, the retention of the access log."""

import logging

from celery import shared_task
from django.dispatch import Signal
from django.utils import timezone

from core import access, anchors, trail
from core.models import Heartbeat

log = logging.getLogger(__name__)

ANCHORED, VERIFIED, SWEPT = "trail.anchored", "trail.verified", "trail.swept"
# Sent with sentence=…: what the people who watch the trail must be told at once.
alarm = Signal()


def beat(name: str, /, **detail: object) -> None:
    """Note what the page about the trail's integrity tells; the commands do the same."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "detail": detail})


@shared_task(name="core.write_anchor")
def write_anchor() -> None:
    """Sign the end of the chain; a refusal is noted and told, and tried again in an hour."""
    try:
        anchor = anchors.write()
    except (anchors.AnchorRefused, OSError) as error:
        beat(ANCHORED, error=str(error))
        log.error("anchor refused: %s", error)
        alarm.send(sender=write_anchor, sentence=str(error))
        return
    if anchor is not None:
        beat(ANCHORED, sequence=anchor.sequence, name=anchor.name)


@shared_task(name="core.verify_trail", soft_time_limit=55 * 60, time_limit=60 * 60)
def verify_trail() -> None:
    """Recompute the whole chain against the anchors; the first bad entry is noted and told."""
    known, faults = anchors.read_all()
    report = trail.verify(known, faults).as_dict()
    beat(VERIFIED, **report)
    if report["fault"]:
        log.error("trail broken: %s", report["fault"])
        alarm.send(sender=verify_trail, sentence=report["fault"]["detail"])


@shared_task(name="core.sweep_access")
def sweep_access() -> None:
    """Delete what the access log may no longer hold."""
    deleted = access.sweep()
    beat(SWEPT, deleted=deleted)
    log.info("access log: %s entries past their retention deleted", deleted)
