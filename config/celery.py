"""The Celery application: queues and the beat schedule live in settings."""

import os
from typing import Any

from celery import Celery, signals

from core import wall

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("thidua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_before: dict[str, wall.Ground | None] = {}


@signals.task_prerun.connect
def act_for_the_system(task_id: str = "", task: Any = None, **_: Any) -> None:
    """A task runs for the system, named by the task; what it does for a person it scopes by that person."""
    _before[task_id] = wall.enter_system(f"tác vụ {task.name}")


@signals.task_postrun.connect
def act_for_nobody(task_id: str = "", **_: Any) -> None:
    """Whatever acted before the task acts again: nobody in a worker."""
    wall.back_to(_before.pop(task_id, None))
