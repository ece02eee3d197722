"""The second wall: nobody acts → nothing is read; the database narrows even when the first wall is gone."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test import Client

from awards.models import CouncilResult, Nomination, NominationPaper
from campaigns.models import ProgressEntry, UnitYearResult
from core import files, wall
from core.models import StoredFile
from tests.permission_objects import RELATIONS, make_objects, units_by_relation
from tests.test_permission_matrix import ROLES, address, routes
from tests.world import World
from units import permissions
from units.models import Discipline, Hold, Person, Posting, Secondment, Training, Unit, User, YearRecord
from units.permissions import Actor

PROTECTED = {
    "units_person", "units_yearrecord", "units_discipline", "units_hold", "units_training",
    "units_secondment", "awards_nomination", "awards_nominationpaper", "awards_councilresult",
    "campaigns_unityearresult", "core_storedfile",
}  # fmt: skip
# Tables of our apps that may be read while nobody acts, each with its reason.
OPEN = {
    # the ground the actor itself is built from
    "units.Unit", "units.Placement", "units.Succession", "units.UnitName", "units.OrganisationChange",
    "units.User", "units.RoleAssignment", "units.UnitUserGrant", "units.UnitGroupGrant",
    # written on behalf of whoever acts, also at the moment of signing in; read through scoped pages only
    "core.AuditEntry", "core.AuditHead", "core.AccessEntry", "core.StepRecord",
    # belong to one account and are always filtered by it
    "core.FormDraft", "core.FormSubmission", "core.Notice", "core.NoticePreference",
    # machinery without business data
    "core.OutboxMessage", "core.Heartbeat", "core.BackupRun", "core.SheetMapping",
    # the law, the same for everybody
    "awards.AwardKind",
}  # fmt: skip


def test_every_business_table_refuses_a_reader_who_is_nobody() -> None:
    found = {
        model._meta.label
        for label in ("core", "units", "campaigns", "awards", "reports")
        for model in apps.get_app_config(label).get_models()
        if not isinstance(model._default_manager, wall.ScopedManager)
    }

    assert found == OPEN


@pytest.mark.django_db
def test_nobody_reads_nothing(world: World) -> None:
    with wall.acting(None), pytest.raises(wall.NoActor, match=r"units\.Person"):
        Person.objects.count()


@pytest.mark.django_db
def test_the_protected_tables_are_protected_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE 'thidua_app' = ANY (roles)")
        policies = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        enabled = {row[0] for row in cursor.fetchall()}

    assert policies == PROTECTED
    assert enabled == PROTECTED


def database_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_an_account_works_in_the_role_that_owns_nothing_and_the_system_does_not(world: World) -> None:
    with wall.acting(world.officer):
        assert database_role() == wall.DB_ROLE
        with wall.as_system("kiểm thử"):
            assert database_role() != wall.DB_ROLE
        assert database_role() == wall.DB_ROLE
    assert database_role() != wall.DB_ROLE


@pytest.mark.django_db
def test_a_rollback_does_not_loosen_the_wall(world: World) -> None:
    """PostgreSQL takes SET back on rollback; the next statement must be told again."""

    def broken(during: str) -> None:
        with transaction.atomic():
            assert (database_role() == wall.DB_ROLE) == (during == "account")
            connection.cursor().execute("SELECT 1/0")

    with wall.acting(world.officer), pytest.raises(DatabaseError, match="division by zero"):
        broken("account")
    assert database_role() != wall.DB_ROLE

    with wall.acting(world.officer):
        with wall.as_system("kiểm thử"), pytest.raises(DatabaseError, match="division by zero"):
            broken("system")
        assert database_role() == wall.DB_ROLE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET note = 'x'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "UPDATE core_audithead SET sequence = 0",
        "DELETE FROM core_audithead",
        "DELETE FROM core_accessentry",
        "UPDATE core_accessentry SET detail = 'x'",
        "ALTER TABLE units_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY second_wall ON units_person",
        "DROP TRIGGER audit_chain ON core_auditentry",
    ],
)
def test_a_web_request_cannot_touch_the_trail_or_the_wall(world: World, statement: str) -> None:
    with (
        wall.acting(world.admin),
        pytest.raises(DatabaseError, match="permission denied|must be owner"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


# --- rows of the protected tables, with a word that stands nowhere else ------------------------------
def marker(unit: Unit) -> str:
    return f"TUONG{unit.code}bencung"


def protected_rows(unit: Unit, objects: dict[str, int], user: User) -> dict[str, int]:
    """One row in every protected table that belongs to the unit and names it by its marker."""
    word = marker(unit)
    person = Person.objects.create(
        code=f"W{unit.pk}", full_name=f"Nguyễn {word}", sex="female", birth_year=1980
    )
    Posting.objects.create(person=person, unit=unit, title="Chuyên viên", valid_from=date(2020, 1, 1))
    YearRecord.objects.create(person=person, year=2023, grade="HTTNV", document=word)
    Discipline.objects.create(person=person, kind="khien_trach", decided_on=date(2019, 1, 1), document=word)
    Hold.objects.create(unit=unit, kind="inspection", opened_on=date(2024, 1, 1), document=word)
    Training.objects.create(person=person, year=2022, name=word, months=Decimal(6))
    Secondment.objects.create(person=person, to_unit=word, valid_from=date(2021, 1, 1))
    old = Nomination.objects.get(pk=objects["nomination"])
    nomination = Nomination.objects.create(
        round=old.round, unit=unit, held_by=unit, award=old.award, subject_kind="person", person=person,
        achievement=word, state="submitted",
    )  # fmt: skip
    paper = NominationPaper.objects.create(nomination=nomination, kind="bao_cao")
    CouncilResult.objects.create(
        nomination=nomination, council_name=word, voted_on=date(2024, 12, 1), minutes_number="1", members=9,
        in_favour=9, against=0, blank=0, is_passed=True, sentence=word, recorded_by=user,
    )  # fmt: skip
    UnitYearResult.objects.create(unit=unit, year=2024, grade="HTTNV", document=word)
    entry = ProgressEntry.objects.get(target=objects["target"])
    stored = files.keep(ContentFile(word.encode()), f"{word}.pdf", entry, actor=None)
    StoredFile.objects.filter(pk=stored.pk).update(scope_id=unit.pk)
    return objects | {"person": person.pk, "nomination": nomination.pk, "paper": paper.pk, "file": stored.pk}


TABLES: tuple[type[Any], ...] = (
    Person, YearRecord, Discipline, Hold, Training, Secondment, Nomination, NominationPaper, CouncilResult,
    UnitYearResult, StoredFile,
)  # fmt: skip


@pytest.fixture
def rows(world: World) -> dict[str, dict[str, int]]:
    return {
        relation: protected_rows(unit, make_objects(unit), world.secretary.user)
        for relation, unit in units_by_relation(world).items()
    }


def marked(model: type[Any]) -> set[str]:
    """Codes of the units whose markers the table shows."""
    found = set()
    texts = [
        field.attname
        for field in model._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "TextField")
    ]
    for row in model.objects.values_list(*texts) if texts else ():
        for text in row:
            if str(text).find("TUONG") >= 0:
                found.add(str(text).split("TUONG")[1].removesuffix(".pdf").removesuffix("bencung"))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_the_database_shows_an_actor_only_the_own_part_of_the_tree(
    world: World, rows: dict[str, dict[str, int]], model: type[Any]
) -> None:
    if model is NominationPaper:  # it has no text of its own
        with wall.acting(world.officer):
            mine = set(NominationPaper.objects.values_list("pk", flat=True))
        assert rows["own"]["paper"] in mine
        assert rows["child"]["paper"] in mine
        assert not {rows["foreign"]["paper"], rows["parent"]["paper"]} & mine
        return

    with wall.acting(world.officer):
        officer = marked(model)
    with wall.acting(world.division_officer):
        division = marked(model)
    with wall.acting(world.specialist):
        specialist = marked(model)
    with wall.acting(Actor(user=world.officer.user, assignment=None)):
        without_role = marked(model)

    assert officer == {"C1", "P1"}
    assert division == {"P1"}
    assert specialist == {"B0", "C1", "P1", "V1"}
    assert without_role == set()


@pytest.mark.django_db
def test_the_database_refuses_a_row_for_a_foreign_unit(world: World) -> None:
    with (
        wall.acting(world.officer),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        UnitYearResult.objects.create(unit=world.institute, year=2024, grade="HTTNV", document="x")


@pytest.mark.django_db
def test_contacts_above_and_oneself_are_seen(world: World) -> None:
    with wall.acting(world.division_officer):
        seen = set(Person.objects.values_list("full_name", flat=True))

    assert {"Vũ Thị Phòng", "Đỗ Văn Phòng", "Lê Văn Thủ Trưởng", "Phạm Thị Chuyên Viên"} <= seen
    assert "Bùi Thị Viện" not in seen


def open_the_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question of the policy module answer yes, wherever it has been imported."""
    yes: dict[str, Callable[..., Any]] = {
        "scope": lambda actor, permission, field_name="unit": Q(pk__isnull=False),
        "allows": lambda actor, permission, unit: True,
        "require": lambda actor, permission, unit: None,
        "holds": lambda actor, permission: True,
    }
    for name, answer in yes.items():
        monkeypatch.setattr(getattr(permissions, name), "__code__", answer.__code__)


def leaks_of(
    actor: Actor, client: Client, world: World, rows: dict[str, dict[str, int]]
) -> tuple[list[str], int]:
    """(marked words of units out of reach on any page, pages seen); every route is asked for all objects."""
    client.raise_request_exception = False
    strangers = [unit for unit in units_by_relation(world).values() if not unit.is_within(actor.unit)]
    leaks, pages = [], 0
    for route, card in sorted(routes().items()):
        if route == "account_logout":
            continue
        for relation in RELATIONS if card.loads else ("",):
            for method in sorted(set(card.methods) & {"GET", "POST"}):
                response = client.generic(method, address(route, card, rows.get(relation)))
                body = b"".join(response.streaming_content) if response.streaming else response.content
                pages += response.status_code == 200
                found = [unit.name for unit in strangers if marker(unit).encode() in body]
                leaks += [f"{route} {relation} {method}: {name}" for name in found]
    return leaks, pages


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["unit_officer", "unit_head"])
def test_without_the_first_wall_the_database_alone_leaks_nothing(
    world: World,
    rows: dict[str, dict[str, int]],
    sign_in: Callable[[Actor | None], Client],
    monkeypatch: pytest.MonkeyPatch,
    role: str,
) -> None:
    """The other roles of the world stand at its top, where nothing is out of reach."""
    actor: Actor = getattr(world, str(ROLES[role]))
    open_the_first_wall(monkeypatch)

    leaks, pages = leaks_of(actor, sign_in(actor), world, rows)

    assert leaks == []
    assert pages > 60


@pytest.mark.django_db
def test_without_both_walls_it_leaks(
    world: World,
    rows: dict[str, dict[str, int]],
    sign_in: Callable[[Actor | None], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test above can fail: it is the database that held."""
    open_the_first_wall(monkeypatch)
    monkeypatch.setattr(Actor, "wall_scope", None)

    leaks, _ = leaks_of(world.officer, sign_in(world.officer), world, rows)

    routes_leaking = {leak.split()[0] for leak in leaks}
    assert {"units:person-detail", "awards:nomination-detail", "core:file-download"} <= routes_leaking
