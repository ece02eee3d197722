"""Background work on stored files: scanning, copying, mending, the nightly sweep."""

import logging

from celery import shared_task

from core.files import rescope, scan, store, sweep
from core.models import StoredFile

log = logging.getLogger(__name__)

SWEEP_SECONDS = 8 * 60  # well below the limit of a task; the rest is taken up by the next one


@shared_task(name="core.look_after_file")
def look_after(file_id: int) -> None:
    """Scan a new file and make its second copy; what fails is done by the schedule."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None:
        return
    if scan.is_on():
        try:
            scan.scan(file_id)
        except (scan.EngineDown, store.StoreDown) as error:
            log.warning("file %s keeps waiting: %s", file_id, type(error).__name__)
    if (
        store.second() is not None
        and StoredFile.objects.filter(pk=file_id).exclude(scan_state="infected").exists()
    ):
        sweep.tend(stored.sha256)


@shared_task(name="core.scan_waiting_files")
def scan_waiting() -> dict[str, int]:
    """Scan files that still wait for the scanner."""
    return scan.scan_waiting()


@shared_task(name="core.mend_file")
def mend(file_id: int) -> str:
    """Look at one file that could not be served and mend it."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    return sweep.tend(stored.sha256) if stored else ""


@shared_task(name="core.sweep_files")
def sweep_files() -> dict[str, int]:
    """Read stored files again, the longest unread first; goes on in another task until all have been read."""
    counts = sweep.sweep(SWEEP_SECONDS)
    if counts["left"] and counts["checked"]:
        sweep_files.apply_async(countdown=1)
    else:
        counts |= sweep.sweep_orphans() | {"moved": rescope()}
    log.info("files checked: %s", counts)
    return counts
