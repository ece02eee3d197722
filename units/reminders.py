"""What letters need of the organisation: names to greet by, and the work that waits for each person."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser

from core import wall
from core.notices import DigestPart
from units.desk import DeskItem, desk_of
from units.models import RoleAssignment, User
from units.permissions import WITH_ROLE, Actor

SOON = timedelta(days=7)


def names_of(user_ids: list[int]) -> dict[int, str]:
    """Names by the numbers of accounts. A letter greets its own receiver, so the second wall has no say."""
    with wall.as_system("lời chào trong thư"):
        rows = User.objects.filter(pk__in=user_ids).select_related("person")
        return {user.pk: user.display_name for user in rows}


def work_of(user: AbstractBaseUser, today: date) -> Iterable[DigestPart]:
    """Overdue work and work due within a week, over all roles of the person; nothing when it is done."""
    assignments = RoleAssignment.objects.active_on(today).filter(user_id=user.pk).select_related(*WITH_ROLE)
    overdue: list[tuple[str, str]] = []
    soon: list[tuple[str, str]] = []
    for number, assignment in enumerate(assignments.order_by("pk")):
        assignment.user = user
        actor = Actor(user=user, assignment=assignment, today=today)
        with wall.acting(actor):
            items = desk_of(actor, today, with_personal=number == 0).mine
        for item in items:
            if item.due_on is not None and item.due_on <= today + SOON:
                (overdue if item.is_overdue(today) else soon).append(_line(item))
    yield DigestPart("Việc quá hạn", _once(overdue))
    yield DigestPart("Việc đến hạn trong 7 ngày", _once(soon))


def _line(item: DeskItem) -> tuple[str, str]:
    return f"{item.what} – {item.about} (hạn {item.due_on:%d/%m/%Y})", item.url


def _once(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same work seen in two roles is told once."""
    return list(dict.fromkeys(lines))
