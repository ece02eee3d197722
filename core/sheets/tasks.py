"""Celery entry points of imports: a number and a version in, claim, work. Delivered twice, one works."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection

from core import clock
from core.sheets import worker

TOO_LONG = (
    "Việc nhập không xong trong thời gian cho phép. Phần đã nhập vẫn giữ; hãy tải tệp lên lại để nhập "
    "phần còn lại, "
    "hoặc chia tệp nhỏ hơn."
)
BROKEN = (
    "Có lỗi ngoài dự kiến khi xử lý tệp. Quản trị hệ thống đã có nhật ký lỗi (lần nhập {pk}). Phần "
    "đã nhập vẫn giữ."
)

log = logging.getLogger(__name__)


@shared_task(name="sheets.work")
def work(run_id: int, version: int) -> str:
    """Do the next piece of work of an import; «nothing» when another delivery has it."""
    run = worker.claim(run_id, version)
    if run is None:
        return "nothing"
    try:
        return worker.work_on(run)
    except (SoftTimeLimitExceeded, MemoryError):
        log.exception("import %s takes too long", run.pk)
        worker.fail(run, TOO_LONG)
    except (DatabaseError, OSError):
        # no sign of life any more: the sweep hands it over again, three times at most
        log.exception("import %s interrupted", run.pk)
        if not connection.in_atomic_block:
            connection.close()
        return "again"
    except Exception:
        log.exception("import %s failed", run.pk)
        worker.fail(run, BROKEN.format(pk=run.pk))
    return "failed"


@shared_task(name="sheets.sweep")
def sweep() -> list[int]:
    """Hand over again what shows no sign of life."""
    return worker.sweep()


@shared_task(name="sheets.expire")
def expire() -> int:
    """Delete imports that are 90 days old."""
    return worker.expire(clock.today())
