"""Generated people of the demo ministry: names drawn from common parts, posts by kind of unit.

Nobody is real.
"""

import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core import audit
from core.text import name_sort_key, search_key
from units.choices import LeaderLevel, LeadingPost, PersonGrade, PersonStatus, Role, Sex, UnitKind
from units.models import (
    Discipline,
    Hold,
    Person,
    Posting,
    RoleAssignment,
    Secondment,
    Training,
    Unit,
    User,
    YearRecord,
)
from units.permissions import Actor, rebuild_grants

NAMES = Path(__file__).resolve().parents[1] / "units" / "data" / "names.json"
SINCE = date(2019, 1, 1)
PASSWORD = "Trinh-dien-2024"  # noqa: S105 - printed on purpose, for the demo ministry only
STAFF = {UnitKind.PROVINCE_DEPARTMENT: 5, UnitKind.DIVISION: 7, UnitKind.MINISTRY: 0}
DOCUMENT = "Dữ liệu trình diễn"
PUBLIC_SERVICE = {UnitKind.INSTITUTE, UnitKind.SCHOOL, UnitKind.CENTRE, UnitKind.PRESS, UnitKind.HOSPITAL}
BUSINESS = {UnitKind.COMPANY, UnitKind.ENTERPRISE, UnitKind.FEDERATION}
# leader level → the post whose years the law counts; at a Sở others than at a Vụ
COUNTED = {
    LeaderLevel.MINISTER: LeadingPost.MINISTER,
    LeaderLevel.DEPUTY_MINISTER: LeadingPost.DEPUTY_MINISTER,
    LeaderLevel.DEPARTMENT_HEAD: LeadingPost.DEPARTMENT_HEAD,
    LeaderLevel.DEPARTMENT_DEPUTY: LeadingPost.DEPARTMENT_DEPUTY,
}
COUNTED_IN_PROVINCE = {
    LeaderLevel.DEPARTMENT_HEAD: LeadingPost.DIRECTOR,
    LeaderLevel.DEPARTMENT_DEPUTY: LeadingPost.DEPUTY_DIRECTOR,
}
GRADES = (
    PersonGrade.EXCELLENT,
    PersonGrade.GOOD,
    PersonGrade.COMPLETED,
    PersonGrade.FAILED,
    PersonGrade.NONE,
)
GRADE_WEIGHTS = (20, 68, 10, 1, 1)
# role, user name, code of the unit, level of the post the account belongs to
CAST = [
    (Role.UNIT_OFFICER, "canbo", "U031", "officer"),
    (Role.UNIT_HEAD, "thutruong", "U031", "head"),
    (Role.AWARD_SPECIALIST, "chuyenvien", "M1", "U014"),
    (Role.COUNCIL_SECRETARY, "thuky", "M1", "U014"),
    (Role.MINISTRY_LEADER, "lanhdao", "M1", "leader"),
    (Role.AUDITOR, "thanhtra", "M1", "U017"),
    (Role.SYSTEM_ADMIN, "quantri", "M1", "U018"),
]


class Names:
    """Draws full names; the same seed gives the same people."""

    def __init__(self, seed: int) -> None:
        self.data = json.loads(NAMES.read_text(encoding="utf-8"))
        self.dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.families = [row["name"] for row in self.data["family_names"]]
        self.weights = [row["weight"] for row in self.data["family_names"]]

    def full_name(self, sex: str) -> str:
        family = self.dice.choices(self.families, self.weights)[0]
        middle, given = (
            self.dice.choice(self.data["middle_names"][sex]),
            self.dice.choice(self.data["given_names"][sex]),
        )
        return f"{family} {middle} {given}"

    def posts(self, unit: Unit) -> Iterator[dict[str, Any]]:
        """Posts of one unit: its leaders, then staff; the first of the staff does the emulation work."""
        for row in self.data["posts"].get(unit.kind, self.data["posts"]["other"]):
            for _ in range(min(row["count"], 2)):
                yield {
                    "title": row["name"],
                    "leader_level": row["leader_level"],
                    "is_unit_head": row["is_unit_head"],
                    "is_direct_worker": False,
                }
        jobs = [row for row in self.data["job_titles"] if unit.kind in row["unit_kinds"]]
        for _ in range(STAFF.get(unit.kind, 9)):
            job = self.dice.choices(jobs, [row["weight"] for row in jobs])[0] if jobs else None
            yield {
                "title": job["name"] if job else "Chuyên viên",
                "leader_level": "none",
                "is_unit_head": False,
                "is_direct_worker": bool(job and job["direct_worker"]),
            }


@transaction.atomic
def populate(units: list[Unit], names: Names, *, actor: Actor) -> int:
    """Give every unit its people and posts; one audit entry for the whole. Returns how many people."""
    people: list[Person] = []
    posts: list[tuple[Unit, dict[str, Any]]] = []
    for unit in units:
        for post in names.posts(unit):
            sex = Sex.FEMALE if names.dice.random() < 0.44 else Sex.MALE
            name = names.full_name(sex)
            people.append(
                Person(
                    code=f"TD{len(people) + 1:05d}",
                    full_name=name,
                    search_key=search_key(name),
                    sort_key=name_sort_key(name),
                    sex=sex,
                    birth_year=names.dice.randint(1966, 1998),
                )
            )
            posts.append((unit, post))
    dice = random.Random(len(people))  # noqa: S311 - reproducible, not secret
    _give_facts(people, [unit for unit, _ in posts], dice)
    Person.objects.bulk_create(people, batch_size=1000)
    rows = [
        Posting(person=p, unit=u, valid_from=SINCE, post=_counted(u, post["leader_level"]), **post)
        for p, (u, post) in zip(people, posts, strict=True)
    ]
    Posting.objects.bulk_create(rows + _earlier_posts(rows, dice), batch_size=1000)
    _give_records(rows, dice)
    audit.record(actor, "demo.people", units[0], changes={"people": len(people), "units": len(units)})
    return len(people)


def _counted(unit: Unit, level: str) -> str:
    counted = COUNTED_IN_PROVINCE if unit.kind == UnitKind.PROVINCE_DEPARTMENT else COUNTED
    return counted.get(LeaderLevel(level), "")


def _give_facts(people: list[Person], units: list[Unit], dice: random.Random) -> None:
    """Status, recruitment and entry into the sector; some stay unknown, as in real life."""
    for person, unit in zip(people, units, strict=True):
        if dice.random() > 0.06:
            person.status = (
                PersonStatus.PUBLIC_EMPLOYEE
                if unit.kind in PUBLIC_SERVICE
                else PersonStatus.WORKER
                if unit.kind in BUSINESS
                else PersonStatus.CIVIL_SERVANT
            )
        born = person.birth_year or 1980
        if dice.random() > 0.05:
            person.recruited_on = min(date(born + dice.randint(22, 27), dice.randint(1, 12), 1), SINCE)
        if person.recruited_on and dice.random() > 0.1:
            later = person.recruited_on.replace(year=person.recruited_on.year + dice.choice((0, 0, 0, 2, 4)))
            person.sector_since = min(later, SINCE)
        if dice.random() < 0.04:
            person.hard_area_years = Decimal(dice.randint(2, 12))


def _earlier_posts(rows: list[Posting], dice: random.Random) -> list[Posting]:
    """What most people did before the post they hold: the career is told from recruitment."""
    return [
        Posting(
            person=row.person,
            unit=row.unit,
            title="Chuyên viên",
            valid_from=row.person.recruited_on,
            valid_to=SINCE,
            document=DOCUMENT,
        )
        for row in rows
        if row.person.recruited_on and row.person.recruited_on < SINCE and dice.random() < 0.8
        if row.unit.valid_from is None or row.unit.valid_from <= row.person.recruited_on
    ]


def _give_records(posts: list[Posting], dice: random.Random) -> None:
    """Grades of four years (the last only where the unit has finished), and a few rows of each register."""
    finished: dict[int, bool] = {}
    years: list[YearRecord] = []
    disciplines: list[Discipline] = []
    holds: list[Hold] = []
    courses: list[Training] = []
    lent: list[Secondment] = []
    for post in posts:
        person, is_plain = post.person, not post.is_leader
        is_finished = finished.setdefault(post.unit_id, dice.random() < 0.55)
        leave = dice.choice((2021, 2022, 2023)) if person.sex == Sex.FEMALE and dice.random() < 0.06 else None
        for year in (2021, 2022, 2023, *((2024,) if is_finished else ())):
            away = Decimal(6) if year == leave else Decimal(0)
            years.append(
                YearRecord(
                    person=person,
                    year=year,
                    grade=dice.choices(GRADES, GRADE_WEIGHTS)[0],
                    months_worked=12 - away,
                    maternity_months=away,
                    document=DOCUMENT,
                )
            )
        luck = dice.random()
        if is_plain and luck < 0.006:
            begun = date(dice.randint(2021, 2023), dice.randint(1, 12), 10)
            ended = begun.replace(year=begun.year + 1)
            disciplines.append(
                Discipline(
                    person=person, kind="khien_trach", decided_on=begun, ended_on=ended, document=DOCUMENT
                )
            )
        elif is_plain and luck < 0.009:
            holds.append(
                Hold(person=person, kind="complaint", opened_on=date(2024, 11, 4), document=DOCUMENT)
            )
        elif luck < 0.012:
            holds.append(
                Hold(
                    person=person,
                    kind="inspection",
                    opened_on=date(2023, 5, 8),
                    closed_on=date(2023, 9, 15),
                    is_clean=True,
                    document=DOCUMENT,
                )
            )
        elif luck < 0.04:
            result = dice.choice(("gioi", "kha", "kha", "trung_binh"))
            name = dice.choice(("Cao cấp lý luận chính trị", "Thạc sĩ quản lý đất đai", "Thạc sĩ môi trường"))
            year, months = dice.randint(2021, 2023), dice.choice((8, 12, 18))
            courses.append(
                Training(person=person, year=year, name=name, months=months, result=result, rules_kept=True)
            )
        elif is_plain and luck < 0.048:
            lent.append(
                Secondment(
                    person=person,
                    to_unit="Ban quản lý chương trình (trình diễn)",
                    valid_from=date(2024, 3, 1),
                    from_unit_decides=True,
                    receiving_unit_confirms=dice.choice((True, None)),
                    document=DOCUMENT,
                )
            )
    for rows in (years, disciplines, holds, courses, lent):
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=2000)


@transaction.atomic
def open_accounts(units: list[Unit], *, actor: Actor) -> None:
    """Accounts: an officer and a head for every unit, and the cast of the demonstration
    with a printed password.
    """
    by_code = {unit.code: unit for unit in units}
    taken: set[int] = set()
    users: list[User] = []
    roles: list[RoleAssignment] = []
    hashed = make_password(PASSWORD)

    def account(posting: Posting, username: str, role: str, unit: Unit, *, can_sign_in: bool) -> None:
        taken.add(posting.person_id)
        user = User(
            username=username,
            email=f"{username}@trinhdien.invalid",
            person=posting.person,
            is_demo=True,
            password=hashed if can_sign_in else make_password(None),
        )
        users.append(user)
        roles.append(
            RoleAssignment(
                user=user, role=role, unit=unit, valid_from=SINCE, document="Phân công của bộ trình diễn"
            )
        )

    posts: dict[int, list[Posting]] = {}
    for row in Posting.objects.filter(unit__in=units, valid_to=None).select_related("person").order_by("pk"):
        posts.setdefault(row.unit_id, []).append(row)
    for role, username, code, level in CAST:
        home = by_code[level] if level in by_code else by_code[code]
        holders = [p for p in posts[home.pk] if p.person_id not in taken]
        wanted = {
            "head": [p for p in holders if p.is_unit_head],
            "leader": [p for p in holders if p.leader_level == "deputy_minister"],
        }.get(level, [p for p in holders if not p.is_leader])
        account(wanted[0], username, role, by_code[code], can_sign_in=True)
    cast_units = {(role, code) for role, _, code, _ in CAST}
    for unit in units:
        if unit.kind == UnitKind.MINISTRY:
            continue
        staff = [p for p in posts.get(unit.pk, []) if p.person_id not in taken]
        heads = [p for p in staff if p.is_unit_head]
        others = [p for p in staff if not p.is_leader]
        name = search_key(unit.code).replace(" ", "")
        if heads and (Role.UNIT_HEAD, unit.code) not in cast_units:
            account(heads[0], f"thutruong.{name}", Role.UNIT_HEAD, unit, can_sign_in=False)
        if others and (Role.UNIT_OFFICER, unit.code) not in cast_units:
            account(others[0], f"canbo.{name}", Role.UNIT_OFFICER, unit, can_sign_in=False)
    User.objects.bulk_create(users, batch_size=500)
    RoleAssignment.objects.bulk_create(roles, batch_size=500)
    rebuild_grants(actor.today)
    audit.record(actor, "demo.accounts", units[0], changes={"accounts": len(users)})


def account_lines() -> list[str]:
    """The lines a person reads to sign in: user name, role, unit, and the one password."""
    rows = RoleAssignment.objects.filter(user__username__in=[c[1] for c in CAST]).select_related(
        "user", "unit"
    )
    by_name = {row.user.username: row for row in rows}
    lines = [f"Tài khoản trình diễn (mật khẩu chung: {PASSWORD})"]
    for _, username, _, _ in CAST:
        row = by_name[username]
        lines.append(f"  {username:<11} {row.get_role_display()} – {row.unit.name}")
    return lines
