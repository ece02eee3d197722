"""make_… functions: one object each, valid unless the test says otherwise.

Rows only; changes go through actions.
"""

from datetime import date
from itertools import count
from typing import Any

from core.text import search_key, sort_key
from units.choices import Role, Sex, UnitKind
from units.models import Person, Placement, Posting, RoleAssignment, Unit, User
from units.permissions import Actor, rebuild_grants

TODAY = date(2024, 12, 16)
START = date(2020, 1, 1)
PASSWORD = "mat-khau-kiem-thu-2024"
_numbers = count(1)


def make_unit(
    name: str, parent: Unit | None = None, *, code: str = "", kind: str = UnitKind.AGENCY, **facts: Any
) -> Unit:
    code = code or f"T{next(_numbers):04d}"
    unit = Unit.objects.create(
        code=code,
        name=name,
        kind=kind,
        path=f"{parent.path if parent else '/'}{code}/",
        search_key=search_key(f"{name} {code}"),
        sort_key=sort_key(name),
        **({"valid_from": START} | facts),
    )
    if parent is not None:
        Placement.objects.create(unit=unit, parent=parent, valid_from=START)
    return unit


def make_person(full_name: str = "", *, sex: str = Sex.FEMALE, **facts: Any) -> Person:
    number = next(_numbers)
    return Person.objects.create(
        full_name=full_name or f"Người Thứ {number}",
        sex=sex,
        **({"code": f"P{number:05d}", "birth_year": 1985} | facts),
    )


def make_posting(person: Person, unit: Unit, title: str = "Chuyên viên", **facts: Any) -> Posting:
    return Posting.objects.create(person=person, unit=unit, title=title, **({"valid_from": START} | facts))


def make_user(username: str, person: Person | None = None) -> User:
    user = User(
        username=username,
        email=f"{username}@example.test",
        person=person or make_person(f"Tài Khoản {username}"),
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def give_role(
    user: User, role: str, unit: Unit, *, valid_from: date = START, valid_to: date | None = None
) -> RoleAssignment:
    assignment = RoleAssignment.objects.create(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, document="QĐ phân công thử"
    )
    rebuild_grants(TODAY, user)
    return assignment


def make_member(role: str, unit: Unit, name: str = "", **post: Any) -> Actor:
    """A person with a post at the unit, an account, and a role there: ready to act."""
    number = next(_numbers)
    person = make_person(name or f"{Role(role).label} {number}")
    make_posting(person, unit, **({"title": Role(role).label} | post))
    user = make_user(f"{role}-{number}", person)
    return actor_of(give_role(user, role, unit))


def actor_of(assignment: RoleAssignment) -> Actor:
    """The actor of an assignment, as a request would build it."""
    return Actor(user=assignment.user, assignment=assignment, request_id="thu", today=TODAY)
