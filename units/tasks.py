"""Scheduled work of the organisation."""

import logging

from celery import shared_task

from core import clock
from units.actions.organisation import rebuild_paths
from units.permissions import rebuild_grants

log = logging.getLogger(__name__)


@shared_task(name="units.verify_grants")
def verify_grants() -> None:
    """Bring the projections in line with the facts in force today: paths of units, then grants.

    Drift is logged.
    """
    moved = rebuild_paths(clock.today())
    if moved:
        log.warning("unit paths: %s changed", moved)
    granted, removed = rebuild_grants(clock.today())
    if granted or removed:
        log.warning("grants: %s added, %s removed", granted, removed)
