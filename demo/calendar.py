"""Living through the demo year: every action of the story happens on its own day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from django.conf import settings

from units.choices import Role
from units.models import RoleAssignment, Unit
from units.permissions import Actor


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """The clock of the product shows this day inside the block."""
    before = settings.WORKING_DATE
    settings.WORKING_DATE = day
    try:
        yield
    finally:
        settings.WORKING_DATE = before


class Cast:
    """Who acts for which unit in the story."""

    def __init__(self, ministry: Unit) -> None:
        rows = RoleAssignment.objects.select_related("user__person", "unit")
        self.by_role = {(row.unit_id, row.role): Actor(user=row.user, assignment=row) for row in rows}
        self.ministry = ministry

    def at(self, unit: Unit, role: str, day: date) -> Actor:
        """The actor of a role at a unit on a day."""
        return replace(self.by_role[unit.pk, role], today=day)

    def has(self, unit: Unit) -> bool:
        """Whether the unit has both an officer and a head."""
        return (unit.pk, Role.UNIT_OFFICER) in self.by_role and (unit.pk, Role.UNIT_HEAD) in self.by_role

    def office(self, role: str, day: date) -> Actor:
        """The actor of a role at the ministry on a day."""
        return self.at(self.ministry, role, day)
