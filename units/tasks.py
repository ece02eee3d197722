"""Scheduled work of the organisation."""

import logging

from celery import shared_task

from core import clock
from units.actions import changes
from units.permissions import system_actor

log = logging.getLogger(__name__)


@shared_task(name="units.follow_organisation")
def follow_organisation() -> None:
    """Carry out the changes whose day has come, then bring paths and grants in line with today's facts.

    What is refused waits for people; it is logged and administrators are told.
    """
    for refusal in changes.follow_organisation(today=clock.today(), actor=system_actor("theo tổ chức")):
        log.warning("change of the organisation refused: %s", refusal)
