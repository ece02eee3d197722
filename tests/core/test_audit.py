import pytest
from django.db import DatabaseError, connection, transaction

from core import audit
from core.audit import NotInTransaction
from core.models import AuditEntry
from tests.world import World
from units.permissions import system_actor

pytestmark = pytest.mark.django_db


def write(world: World, note: str) -> None:
    audit.record(system_actor("thử"), "unit.open", world.agency, note=note, changes={"name": ["cũ", "mới"]})


def test_entries_are_numbered_and_chained(world: World) -> None:
    for note in ("một", "hai", "ba"):
        write(world, note)
    rows = list(AuditEntry.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert rows[1].previous_hash == rows[0].hash
    assert rows[2].previous_hash == rows[1].hash
    assert audit.verify() == (3, None)


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditentry SET note = 'x'", "DELETE FROM core_auditentry"]
)
def test_entries_cannot_be_changed(world: World, statement: str) -> None:
    write(world, "một")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert audit.verify() == (1, None)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE core_auditentry SET note = 'sửa' WHERE sequence = 2", (2, "nội dung bị sửa")),
        ("UPDATE core_auditentry SET changes = '{\"a\": 1}' WHERE sequence = 3", (3, "nội dung bị sửa")),
        ("DELETE FROM core_auditentry WHERE sequence = 2", (3, "thiếu hoặc thừa dòng")),
        ("DELETE FROM core_auditentry WHERE sequence = 4", (4, "mất phần cuối")),
        ("UPDATE core_auditentry SET previous_hash = 'x' WHERE sequence = 2", (2, "đứt chuỗi")),
    ],
)
def test_a_database_owner_who_lifts_the_triggers_is_found(
    world: World, statement: str, fault: tuple[int, str]
) -> None:
    for note in ("một", "hai", "ba", "bốn"):
        write(world, note)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER USER")
    assert audit.verify()[1] == fault


def test_the_trail_cannot_be_truncated(truncate_refusal: str) -> None:
    assert "append-only" in truncate_refusal


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_a_defect() -> None:
    with pytest.raises(NotInTransaction):
        audit.record(system_actor("thử"), "unit.open", AuditEntry(pk=1))
