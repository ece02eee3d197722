"""Telling people: one notice per person, written in the transaction of the change it tells about."""

from collections.abc import Iterable

from core import clock
from core.models import Notice


def send(user_ids: Iterable[int], kind: str, text: str, url: str = "") -> int:
    """Write a notice for each person once; returns how many.

    text: one Vietnamese sentence, at most 500 characters.
    """
    rows = [Notice(user_id=user_id, kind=kind, text=text[:500], url=url) for user_id in sorted(set(user_ids))]
    return len(Notice.objects.bulk_create(rows))


def mark_all_read(user_id: int) -> int:
    """Mark every notice of one person as read; returns how many changed."""
    return Notice.objects.filter(user_id=user_id, read_at=None).update(read_at=clock.now())
