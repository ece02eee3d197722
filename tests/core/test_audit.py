"""The trail: written with the change, never changed, and every tampering is found."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import anchors, audit, trail
from core.audit import NotInTransaction
from core.models import AuditEntry
from core.trail import Kind
from tests.core import tampering
from tests.core.tampering import ACTS, ANCHORS, LAST
from tests.world import World
from units.models import Unit
from units.permissions import system_actor

pytestmark = pytest.mark.django_db
VERIFIER = Path(__file__).resolve().parents[2] / "scripts" / "verify_trail"


def write(world: World, note: str) -> None:
    audit.record(
        world.admin, "unit.open", world.agency, note=note, changes={"name": ["cũ", "«mới»\n\t\u2028 1.50"]}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "neo"


@pytest.fixture
def chain(world: World, folder: Path) -> Path:
    """Forty entries with anchors behind the tenth, twentieth and thirtieth; the database trusts everybody."""
    for number in range(1, LAST + 1):
        write(world, f"dòng {number}")
        if number in ANCHORS:
            anchors.write(folder)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
    return folder


def check(folder: Path) -> trail.Report:
    known, faults = anchors.read_all(folder)
    return trail.verify(known, faults)


# --- writing ---------------------------------------------------------------------------------------
def test_entries_are_numbered_and_chained(world: World) -> None:
    for note in ("một", "hai", "ba"):
        write(world, note)

    rows = list(AuditEntry.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert rows[1].previous_hash == rows[0].hash
    assert rows[2].previous_hash == rows[1].hash
    report = trail.verify()
    assert (report.entries, report.fault) == (3, None)


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

    assert trail.verify().fault is None


def test_the_trail_cannot_be_truncated(truncate_refusal: str) -> None:
    assert "append-only" in truncate_refusal


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_a_defect() -> None:
    with pytest.raises(NotInTransaction):
        audit.record(system_actor("thử"), "unit.open", AuditEntry(pk=1))


def test_no_change_without_its_entry(world: World) -> None:
    """The trail fails closed: when the entry cannot be written, the business change is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left'; END $$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON core_auditentry"
            " FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )

    @transaction.atomic
    def rename() -> None:
        Unit.objects.filter(pk=world.agency.pk).update(name="Tên mới")
        write(world, "đổi tên")

    with pytest.raises(DatabaseError, match="no space left"):
        rename()

    assert Unit.objects.get(pk=world.agency.pk).name == world.agency.name


# --- tampering -------------------------------------------------------------------------------------
def test_the_untouched_chain_agrees_with_its_anchors(chain: Path) -> None:
    report = check(chain).as_dict()

    assert report["fault"] is None
    assert report["entries"] == LAST
    assert (report["anchors"]["checked"], report["anchors"]["last_sequence"]) == (3, 30)
    assert report["anchors"]["unanchored"] == 10


def test_a_thousand_random_tamperings_are_all_found(chain: Path) -> None:
    chance = random.Random(20241216)
    missed = []
    for round_ in range(1000):
        act = ACTS[round_ % len(ACTS)]
        with transaction.atomic():
            wanted = act(chance)
            fault = check(chain).fault
            transaction.set_rollback(True)
        if fault is None or fault.sequence != wanted:
            missed.append((act.__name__, wanted, fault))

    assert missed == []
    assert check(chain).fault is None


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        (tampering.edit, {Kind.EDITED}),
        (tampering.edit_and_rehash_it, {Kind.EDITED}),
        (tampering.edit_number, {Kind.SWAPPED}),
        (tampering.delete, {Kind.MISSING}),
        (tampering.insert, {Kind.INSERTED}),
        (tampering.append, {Kind.INSERTED}),
        (tampering.swap, {Kind.SWAPPED}),
        (tampering.swap_contents, {Kind.EDITED}),
        (tampering.cut_tail, {Kind.CUT}),
        (tampering.cut_tail_and_mend_head, {Kind.CUT}),
        (tampering.rewrite_from, {Kind.MISMATCH}),
        (tampering.drop_one_and_rewrite, {Kind.MISMATCH}),
    ],
)
def test_the_kind_of_tampering_is_named(
    chain: Path, act: Callable[[random.Random], int], kinds: set[Kind]
) -> None:
    chance, found = random.Random(7), set()
    for _ in range(25):
        with transaction.atomic():
            act(chance)
            fault = check(chain).fault
            found.add(fault.kind if fault else None)
            transaction.set_rollback(True)

    assert found == kinds


def test_what_is_newer_than_the_last_anchor_is_not_vouched_for(chain: Path) -> None:
    """The stated limit: a chain rebuilt behind the last anchor by the owner of the database looks right."""
    tampering.run("UPDATE core_auditentry SET note = 'khác' WHERE sequence = 35")
    tampering.rehash(35)
    tampering.mend_head()

    report = check(chain)

    assert report.fault is None
    assert report.as_dict()["anchors"]["unanchored"] == 10


def test_part_of_the_chain_can_be_checked(chain: Path) -> None:
    tampering.run("UPDATE core_auditentry SET note = 'khác' WHERE sequence = 12")

    assert trail.verify(first=13).fault is None
    assert trail.verify(last=11).fault is None
    found = trail.verify(first=5, last=20).fault
    assert found is not None
    assert found.sequence == 12


# --- anchors ---------------------------------------------------------------------------------------
def test_an_anchor_is_written_once_and_only_when_the_chain_moved(world: World, folder: Path) -> None:
    write(world, "một")
    first = anchors.write(folder)

    assert first is not None
    assert anchors.write(folder) is None
    assert (folder / first.name).stat().st_mode & 0o777 == 0o440
    write(world, "hai")
    second = anchors.write(folder)
    assert second is not None
    assert second.sequence == 2
    assert [a.sequence for a in anchors.read_all(folder)[0]] == [1, 2]


def test_a_forged_or_lost_anchor_is_named(chain: Path) -> None:
    paths = sorted(chain.glob(anchors.PATTERN))
    content = json.loads(paths[1].read_text())
    paths[1].unlink()
    assert [(f.sequence, f.kind) for f in check(chain).faults] == [(30, Kind.LOST_ANCHOR)]

    paths[1].write_text(json.dumps(content | {"hash": "0" * 64}))
    found = [(f.sequence, f.kind) for f in check(chain).faults]
    assert (20, Kind.SIGNATURE) in found


def test_no_anchor_vouches_for_a_shortened_chain(chain: Path) -> None:
    tampering.run("DELETE FROM core_auditentry WHERE sequence > 25")
    with pytest.raises(anchors.AnchorRefused, match="dòng cuối là 25, đầu chuỗi là 40"):
        anchors.write(chain)

    tampering.mend_head()
    with pytest.raises(anchors.AnchorRefused, match="xác nhận có đến dòng 30, nay chỉ còn đến dòng 25"):
        anchors.write(chain)


def test_a_key_that_is_none_is_explained(settings: object, folder: Path) -> None:
    settings.AUDIT_ANCHOR_KEY = "khóa"  # type: ignore[attr-defined]

    with pytest.raises(anchors.AnchorRefused, match="AUDIT_ANCHOR_KEY không phải khóa Ed25519"):
        anchors.write(folder)


# --- commands and the second verifier --------------------------------------------------------------
def command(*arguments: str) -> tuple[int, dict[str, object]]:
    out, code = StringIO(), 0
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as error:
        code = int(str(error.code))
    return code, json.loads(out.getvalue())


def second_opinion(export: Path, folder: Path) -> tuple[int, dict[str, object]]:
    key = str(folder / anchors.PUBLIC_KEY)
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(export), "--anchors", str(folder), "--public-key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_command_answers_with_an_exit_code(chain: Path) -> None:
    assert command("verify_audit", "--anchors", str(chain))[0] == 0
    tampering.run("DELETE FROM core_auditentry WHERE sequence = 7")

    code, answer = command(
        "verify_audit", "--anchors", str(chain), "--public-key", str(chain / anchors.PUBLIC_KEY)
    )

    assert code == 1
    assert answer["fault"] == {
        "sequence": 7,
        "kind": "thiếu",
        "detail": "Dòng 7 không còn; dòng kế tiếp là 8.",
    }


def test_wrong_arguments_of_the_commands_are_explained(chain: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="không lớn hơn --to"):
        call_command("verify_audit", "--from", "5", "--to", "2")
    with pytest.raises(CommandError, match="Không có thư mục neo"):
        call_command("verify_audit", "--anchors", str(tmp_path / "không có"))
    (tmp_path / "có rồi").write_text("")
    with pytest.raises(CommandError, match="đã có; hãy chọn tên khác"):
        call_command("export_trail", "--out", str(tmp_path / "có rồi"))


def test_the_second_verifier_agrees(chain: Path, tmp_path: Path) -> None:
    export = tmp_path / "nhat-ky.jsonl"
    assert command("export_trail", "--out", str(export))[1]["entries"] == LAST
    assert second_opinion(export, chain) == (0, {"entries": LAST, "fault": None, "anchors": 3})
    chance, different = random.Random(11), []
    for act in ACTS * 3:
        export.unlink()
        with transaction.atomic():
            act(chance)
            fault = check(chain).fault
            command("export_trail", "--out", str(export))
            transaction.set_rollback(True)
        code, answer = second_opinion(export, chain)
        found = answer["fault"]["sequence"] if answer["fault"] else None  # type: ignore[index]
        if (code, found) != (1, fault.sequence if fault else None):
            different.append((act.__name__, fault, answer))

    assert different == []


def test_the_second_verifier_knows_a_forged_signature(chain: Path, tmp_path: Path) -> None:
    export = tmp_path / "nhat-ky.jsonl"
    command("export_trail", "--out", str(export))
    path = sorted(chain.glob(anchors.PATTERN))[-1]
    content = json.loads(path.read_text())
    path.unlink()
    path.write_text(json.dumps(content | {"count": 31}))

    code, answer = second_opinion(export, chain)

    assert code == 1
    assert answer["fault"] == {"sequence": 30, "kind": f"chữ ký neo sai: {path.name}"}


def test_the_second_verifier_is_short_and_needs_nothing() -> None:
    lines = [line for line in VERIFIER.read_text(encoding="utf-8").splitlines() if line.strip()]

    assert len(lines) <= 100
    assert not any("django" in line or "cryptography" in line for line in lines)


def test_a_part_can_be_exported_and_checked(chain: Path, tmp_path: Path) -> None:
    export = tmp_path / "phan.jsonl"

    assert command("export_trail", "--out", str(export), "--from", "11", "--to", "30")[1]["entries"] == 20
    assert second_opinion(export, chain)[1] == {"entries": 20, "fault": None, "anchors": 3}


def test_a_report_without_faults_says_nothing(chain: Path) -> None:
    report = check(chain)

    assert replace(report, faults=()).fault is None
