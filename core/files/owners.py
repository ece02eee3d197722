"""Whose a file is decides who may read it, which unit's people the database shows it to, and how many there
may be.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from core.models import StoredFile

BATCH = 500


@dataclass(frozen=True)
class Owner:
    """What an app declares of a model whose objects own files.

    scope_of: object → number of the unit whose people may see its files, None = everybody may_read allows.
    dossier_of: object → all objects that lie in one dossier with it, whose files are counted together.
    """

    may_read: Callable[[Any, Any], bool]
    scope_of: Callable[[Any], int | None] | None = None
    dossier_of: Callable[[Any], models.QuerySet[Any]] | None = None


_owners: dict[str, Owner] = {}
_watchers: list[Callable[[int], Iterable[int]]] = []


def register_owner(
    model: type[models.Model],
    may_read: Callable[[Any, Any], bool],
    scope_of: Callable[[Any], int | None] | None = None,
    dossier_of: Callable[[Any], models.QuerySet[Any]] | None = None,
) -> None:
    """Declare who may read files owned by objects of a model (see Owner); called at start-up."""
    _owners[model._meta.label_lower] = Owner(may_read, scope_of, dossier_of)


def register_watchers(people_of: Callable[[int], Iterable[int]]) -> None:
    """Install the function unit number → user ids of those who are told of harmful files; called once at
    start-up.
    """
    _watchers[:] = [people_of]


def watchers_of(scope_id: int | None) -> set[int]:
    """Users who answer for the unit of a file."""
    return set() if scope_id is None else {user for people_of in _watchers for user in people_of(scope_id)}


def may_read(actor: Any, stored: StoredFile) -> bool:
    """Whether the owner of the file shows it to the actor now;
    a file without a known owner is shown to nobody.
    """
    owner = stored.owner
    known = _owners.get(owner._meta.label_lower) if owner is not None else None
    return bool(known and known.may_read(actor, owner))


def scope_of(owner: models.Model) -> int | None:
    """The unit whose people the database shows the owner's files to; None = no second wall."""
    known = _owners.get(owner._meta.label_lower)
    return known.scope_of(owner) if known and known.scope_of else None


def files_beside(owner: models.Model) -> int | None:
    """How many files the dossier of the owner holds; None when its kind has no limit."""
    known = _owners.get(owner._meta.label_lower)
    if known is None or known.dossier_of is None:
        return None
    kind = ContentType.objects.get_for_model(owner)
    beside = known.dossier_of(owner).values("pk")
    return StoredFile.objects.filter(content_type=kind, object_id__in=beside).count()


def rescope_owner(owner: models.Model) -> int:
    """Let the files of an owner follow it to the unit it belongs to now; returns how many changed."""
    kind, scope = ContentType.objects.get_for_model(owner), scope_of(owner)
    rows = StoredFile.objects.filter(content_type=kind, object_id=owner.pk)
    if scope is None:
        return rows.filter(scope_id__isnull=False).update(scope_id=None)
    return rows.filter(~Q(scope_id=scope) | Q(scope_id=None)).update(scope_id=scope)


def rescope() -> int:
    """Set the unit of every file from its owner; repeatable. Returns how many files changed.

    For the first time after this column came, and whenever owners moved without rescope_owner. Kinds of
    owners that name no unit keep what they wrote themselves.
    """
    changed = 0
    for kind_id in StoredFile.objects.order_by().values_list("content_type", flat=True).distinct():
        kind = ContentType.objects.get_for_id(kind_id)
        model = kind.model_class()
        known = _owners.get(model._meta.label_lower) if model else None
        if model is None or known is None or known.scope_of is None:
            continue
        rows = StoredFile.objects.filter(content_type=kind).order_by("object_id")
        ids = list(rows.values_list("object_id", flat=True).distinct())
        for start in range(0, len(ids), BATCH):
            owners = model._default_manager.in_bulk(ids[start : start + BATCH])
            changed += sum(rescope_owner(owner) for owner in owners.values())
    return changed
