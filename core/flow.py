"""The small state machine of all apps: tables of steps, and advance(), which carries one out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.audit import ActorLike
from core.errors import RuleBroken, StaleState
from core.models import StepRecord
from core.text import clean


@dataclass(frozen=True)
class Step:
    """One row of a workflow table.

    permission: key of the role matrix, required at the unit whose turn it is. note_required: the sentence
    shown when the reason is missing, or "" when a note is optional.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: str
    note_required: str = ""
    button: str = ""
    tone: str = "primary"


@dataclass(frozen=True)
class Flow:
    """All steps of one kind of object, with the word a person reads for each state."""

    noun: str
    steps: tuple[Step, ...]
    state_label: Callable[[str], str] = field(default=str)

    def step(self, name: str, subject: Any) -> Step:
        """The step by name, when the object's state allows it.

        Raises StaleState with the present state otherwise.
        """
        step = self.named(name)
        if subject.state not in step.sources:
            raise StaleState(
                f"{self.noun.capitalize()} đang ở trạng thái «{self.state_label(subject.state)}», không thể "
                f"«{step.label.lower()}». Có thể người khác đã xử lý trước; hãy xem lại trạng thái mới."
            )
        return step

    def named(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def open_steps(self, state: str) -> Iterable[Step]:
        """Steps that the state allows, whoever asks."""
        return (step for step in self.steps if state in step.sources)


def advance(subject: Any, step: Step, *, actor: ActorLike, note: str = "", **changes: Any) -> None:
    """Move the locked object along one step: state, version + 1, given fields, and a row of step history.

    Raises RuleBroken when the step needs a reason and none was given.
    """
    note = clean(note)
    if step.note_required and not note:
        raise RuleBroken(fields={"note": [step.note_required]})
    before = subject.state
    subject.state = step.target
    subject.version += 1
    for name, value in changes.items():
        setattr(subject, name, value)
    subject.save(update_fields=["state", "version", *changes])
    StepRecord.objects.create(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        step=step.name,
        label=step.label,
        from_state=before,
        to_state=step.target,
        user_id=actor.user_id,
        actor_label=actor.label,
        note=note,
    )


def history(subject: models.Model) -> models.QuerySet[StepRecord]:
    """Steps the object went through, oldest first."""
    return StepRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
    )


def check_version(subject: Any, version: int | None) -> None:
    """Raises StaleState when the person edited an older version than the one stored (None = not asked)."""
    if version is not None and subject.version != version:
        raise StaleState(
            "Nội dung này vừa được người khác thay đổi nên chưa lưu. Phần vừa nhập vẫn còn trên màn hình; "
            "hãy so với bản mới nhất rồi lưu lại.",
            version=subject.version,
        )
