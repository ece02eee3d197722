"""The Celery application: queues and the beat schedule live in settings."""

import logging
import os
from typing import Any

from celery import Celery, signals
from django.db import DatabaseError, connection

from core import logs, wall

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("thidua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["core.sheets"])
app.autodiscover_tasks(related_name="trail_tasks")
app.autodiscover_tasks(related_name="file_tasks")

log = logging.getLogger(__name__)
_before: dict[str, wall.Ground | None] = {}


@signals.task_prerun.connect
def act_for_the_system(task_id: str = "", task: Any = None, **_: Any) -> None:
    """A task runs for the system, named by the task; what it does for a person it scopes by that person."""
    _before[task_id] = wall.enter_system(f"tác vụ {task.name}")


@signals.task_postrun.connect
def act_for_nobody(task_id: str = "", **_: Any) -> None:
    """Whatever acted before the task acts again: nobody in a worker."""
    wall.back_to(_before.pop(task_id, None))


@signals.setup_logging.connect
def keep_our_logs(**_: Any) -> None:
    """Celery must not set up logging of its own: the formatters of settings decide what a line may hold."""
    logging.captureWarnings(True)


@signals.before_task_publish.connect
def name_the_cause(headers: dict[str, Any] | None = None, sender: str = "", **_: Any) -> None:
    """A task carries the code of the request that asked for it. Sending a sign of life, the scheduler shows
    its own.
    """
    if headers is not None and logs.request_code.get():
        headers["cause"] = logs.request_code.get()
    if sender == "core.beat":
        from core import health  # noqa: PLC0415 (models, which are not loaded when this file is)

        try:
            health.beat(health.SCHEDULER)
        except DatabaseError:
            log.warning("scheduler: no sign of life written")
            connection.close()


@signals.task_prerun.connect
def name_the_task(task_id: str = "", task: Any = None, **_: Any) -> None:
    """Lines of a task carry its number and the code of the request that caused it."""
    logs.task_code.set(task_id)
    cause = (getattr(task.request, "headers", None) or {}).get("cause") or getattr(task.request, "cause", "")
    logs.request_code.set(str(cause or "")[:40])


@signals.task_postrun.connect
def forget_the_task(**_: Any) -> None:
    """What a worker says between tasks belongs to none."""
    logs.task_code.set("")
    logs.request_code.set("")
