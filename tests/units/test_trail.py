"""The inspector's pages: changes, accesses, integrity, one object, who saw a person."""

import ast
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core import access, audit, trail_tasks
from core.models import AccessEntry, AccessKind, AuditEntry, Heartbeat, Notice
from tests.builders import make_member, make_unit
from tests.permission_objects import make_objects
from tests.world import World
from units import trail_queries
from units.choices import Role
from units.permissions import Actor, system_actor
from units.trail_words import EMPTY, OTHER, WORDS, changes_of, field_name, kind_name, names_in, page_name

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]


def write(actor: Actor, subject: object, action: str = "unit.open", **facts: object) -> AuditEntry:
    audit.record(actor, action, subject, **facts)  # type: ignore[arg-type]
    return AuditEntry.objects.order_by("-sequence")[0]


def page(client: Client, route: str, *args: object, **query: object) -> str:
    response = client.get(reverse(route, args=args), query)
    assert response.status_code == 200
    return str(response.content.decode())


# --- reach -----------------------------------------------------------------------------------------
def test_an_inspector_sees_the_entries_of_the_own_branch_only(world: World, sign_in: SignIn) -> None:
    inspector = make_member(Role.AUDITOR, world.agency, "Thanh Tra Cục")
    write(world.division_officer, world.division, note="của phòng")
    write(world.foreign_officer, world.institute, note="của viện")
    write(system_actor("thử"), world.ministry, note="của hệ thống")

    own, top = page(sign_in(inspector), "units:audit-list"), page(sign_in(world.auditor), "units:audit-list")

    assert [text in own for text in ("của phòng", "của viện", "của hệ thống")] == [True, False, False]
    assert [text in top for text in ("của phòng", "của viện", "của hệ thống")] == [True, True, True]


def test_entries_of_a_closed_unit_pass_to_its_successor(world: World) -> None:
    old = make_unit("Cục Cũ", world.ministry, code="CU")
    write(make_member(Role.UNIT_OFFICER, old), old, note="trước khi sáp nhập")
    old.path = f"{world.agency.path}CU/"  # a closed unit hangs under what took it over
    old.save()
    inspector = make_member(Role.AUDITOR, world.agency)

    assert [e.note for e in trail_queries.changes_for(inspector)] == ["trước khi sáp nhập"]


# --- search ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"who": "vũ thị phòng"}, ["B"]),
        ({"what": "quan trắc"}, ["A"]),
        ({"action": "role.end"}, ["B"]),
        ({"unit": "P1"}, ["B"]),
        ({"unit": "C1"}, ["A", "B"]),
        ({"request": "thu"}, ["A", "B"]),
        ({"request": "khac"}, []),
        ({"since": "01/01/2020"}, ["A", "B"]),
        ({"until": "01/01/2020"}, []),
    ],
)
def test_changes_are_found_by(world: World, sign_in: SignIn, query: dict[str, str], found: list[str]) -> None:
    write(world.officer, world.agency, note="dòng-A-thử")
    write(world.division_officer, world.division, "role.end", note="dòng-B-thử")

    text = page(sign_in(world.auditor), "units:audit-list", **query)

    assert [letter for letter in "AB" if f"dòng-{letter}-thử" in text] == found


def test_a_wrong_day_is_explained(world: World, sign_in: SignIn) -> None:
    response = sign_in(world.auditor).get(
        reverse("units:audit-list"), {"since": "2/2/2024", "until": "1/1/2024"}
    )

    assert response.status_code in (200, 422)
    assert "«Đến ngày» phải từ «Từ ngày» trở đi." in response.content.decode()


@pytest.mark.parametrize(("query", "count"), [({"kind": "download"}, 1), ({"who": "thị viện"}, 1), ({}, 3)])
def test_accesses_are_found_by(world: World, sign_in: SignIn, query: dict[str, str], count: int) -> None:
    access.note(world.officer, AccessKind.VIEW, world.officer.user.person)
    access.note(world.officer, AccessKind.DOWNLOAD, world.officer.user.person)
    access.note(world.foreign_officer, AccessKind.VIEW, world.officer.user.person)

    text = page(sign_in(world.auditor), "units:access-list", **query)

    assert text.count('data-label="Thời điểm"') == count


def test_long_lists_go_on_where_they_stopped(world: World, sign_in: SignIn) -> None:
    for number in range(60):
        write(world.officer, world.agency, note=f"ghi-chú-{number:02d}")
        access.note(world.officer, AccessKind.VIEW, world.agency, detail=f"lần-{number:02d}")
    client = sign_in(world.auditor)

    for route, word in (("units:audit-list", "ghi-chú"), ("units:access-list", "lần")):
        first = client.get(reverse(route))
        second = client.get(reverse(route), {"before": first.context["older"]})
        seen = [n for n in range(60) if f"{word}-{n:02d}" in first.content.decode()]
        rest = [n for n in range(60) if f"{word}-{n:02d}" in second.content.decode()]
        assert len(seen) == 50 or word == "lần"
        assert sorted(seen + rest) == list(range(60))
        assert second.context["older"] == ""


@pytest.mark.parametrize("mark", ["x", "-", "1-", "99999999999999999999", "999999999999999999-1", "1-x"])
def test_a_wrong_mark_is_no_error(world: World, sign_in: SignIn, mark: str) -> None:
    page(sign_in(world.auditor), "units:audit-list", before=mark)
    page(sign_in(world.auditor), "units:access-list", before=mark)


@pytest.mark.parametrize("route", ["units:audit-list", "units:access-list"])
def test_the_number_of_queries_does_not_grow(world: World, sign_in: SignIn, route: str) -> None:
    def fill() -> None:
        write(world.officer, world.agency, changes={"unit": ["C1", "P1"], "parent": world.ministry})
        access.note(world.officer, AccessKind.VIEW, world.agency, detail=str(AuditEntry.objects.count()))

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client, route)
        return len(caught)

    client = sign_in(world.auditor)
    fill()
    count()
    few = count()
    for _ in range(5):
        fill()

    assert count() == few


# --- words -----------------------------------------------------------------------------------------
def test_changes_are_told_field_by_field_in_vietnamese(world: World) -> None:
    entry = write(
        world.officer,
        world.agency,
        changes={
            "name": ["Cục cũ", "Cục mới"],
            "kind": ["agency", "institute"],
            "valid_from": "2024-12-16",
            "parent": "B0",
            "is_verified": [True, False],
            "note": ["", "có"],
            "place": world.division,
        },
    )

    rows = {c.label: (c.before, c.after) for c in changes_of(entry, names_in([entry]))}

    assert rows == {
        "Tên": ("Cục cũ", "Cục mới"),
        "Loại": ("Cục", "Viện"),
        "Có từ ngày": (None, "16/12/2024"),
        "Đơn vị cấp trên": (None, "Bộ Thử nghiệm"),
        "Đã đối chiếu văn bản": ("Có", "Không"),
        "Ghi chú": (EMPTY, "có"),
        OTHER: (None, "Phòng Đo đạc Thử nghiệm"),
    }


def test_kinds_and_pages_have_names() -> None:
    assert kind_name("awards.nomination") == "Hồ sơ đề nghị khen thưởng"
    assert kind_name("khong.co") == OTHER
    assert field_name("units.roleassignment", "from") == "Từ ngày"
    assert page_name("units:account-list") == "Quản lý tài khoản và vai trò"
    assert all(word == word.lower() for word in WORDS.values())


def test_no_code_shows_on_the_page(world: World, sign_in: SignIn) -> None:
    write(world.officer, world.agency, "role.assign", changes={"kind": "agency", "la_lam": 1})

    text = page(sign_in(world.auditor), "units:audit-list")

    assert "Phân vai trò" in text
    assert [raw for raw in ("units.unit<", "la_lam", ">agency<", "role.assign</td>") if raw in text] == []


# --- one object ------------------------------------------------------------------------------------
def test_everything_about_an_object_stands_in_one_line_of_time(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.auditor)
    write(world.officer, world.agency, note="đổi tên", changes={"name": ["Cũ", "Mới"]})
    access.note(world.officer, AccessKind.VIEW, world.agency)

    text = page(client, "units:trail-object", "units.unit", world.agency.pk)

    assert [word in text for word in ("Thay đổi", "Truy cập", "Mở đơn vị", "đổi tên", "Mới")] == [True] * 5


def test_files_and_steps_belong_to_the_timeline(world: World, sign_in: SignIn) -> None:
    stored = make_objects(world.agency)["file"]
    owner = trail_queries.StoredFile.objects.get(pk=stored).owner
    write(world.officer, owner, "progress.record")

    text = page(sign_in(world.auditor), "units:trail-object", "campaigns.progressentry", owner.pk)

    assert "Tải lên tệp" in text


def test_an_object_nobody_in_reach_has_touched_is_not_found(world: World, sign_in: SignIn) -> None:
    inspector = make_member(Role.AUDITOR, world.agency)
    write(world.foreign_officer, world.institute)
    client = sign_in(inspector)

    def status(kind: str, number: int) -> int:
        return client.get(reverse("units:trail-object", args=[kind, number])).status_code

    assert status("units.unit", world.institute.pk) == 404
    assert status("units.unit", world.agency.pk) == 200
    assert status("khong.co", 1) == 404
    assert status("auth.permission", 1) == 404


# --- one person ------------------------------------------------------------------------------------
def test_who_saw_a_person_includes_dossiers_honours_and_files(world: World, sign_in: SignIn) -> None:
    objects = make_objects(world.agency)
    client = sign_in(world.specialist)
    for route, kind in (
        ("units:person-detail", "person"),
        ("awards:nomination-detail", "nomination"),
        ("awards:honour-detail", "honour"),
        ("campaigns:initiative-detail", "initiative"),
    ):
        assert client.get(reverse(route, args=[objects[kind]])).status_code == 200
    other = make_objects(world.institute)
    client.get(reverse("units:person-detail", args=[other["person"]]))

    text = page(sign_in(world.auditor), "units:person-accesses", objects["person"])

    assert text.count('data-label="Thời điểm"') == 4
    words = ("Cá nhân", "Hồ sơ đề nghị khen thưởng", "Ghi nhận khen thưởng", "Sáng kiến")
    assert [word in text for word in words] == [True] * 4


def test_the_list_can_be_taken_out_as_a_workbook(world: World, sign_in: SignIn) -> None:
    person = world.officer.user.person
    access.note(world.specialist, AccessKind.VIEW, person)

    response = sign_in(world.auditor).get(reverse("units:person-accesses-export", args=[person.pk]))

    book = load_workbook(io.BytesIO(response.content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("Phạm Thị Chuyên Viên" in cell for cell in cells)
    assert "Xem dữ liệu cá nhân" in cells


def test_a_person_out_of_reach_is_not_found(world: World, sign_in: SignIn) -> None:
    inspector = make_member(Role.AUDITOR, world.agency)
    foreign = world.foreign_officer.user.person

    for route in ("units:person-accesses", "units:person-accesses-export"):
        assert sign_in(inspector).get(reverse(route, args=[foreign.pk])).status_code == 404


# --- integrity and scheduled work ------------------------------------------------------------------
@pytest.fixture
def _own_anchors(settings: object, tmp_path: Path) -> None:
    settings.ANCHOR_DIR = tmp_path / "neo"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_own_anchors")
def test_the_integrity_page_tells_the_last_proof_and_anchor(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.auditor)
    assert "Chuỗi chưa được kiểm tra lần nào" in page(client, "units:trail-integrity")
    write(world.officer, world.agency)
    trail_tasks.write_anchor()
    trail_tasks.verify_trail()
    write(world.officer, world.agency)

    text = page(client, "units:trail-integrity")

    assert "Chuỗi toàn vẹn" in text
    assert "Dòng chưa được neo</dt><dd>1<" in text
    assert Heartbeat.objects.get(name=trail_tasks.VERIFIED).detail["anchors"]["checked"] == 1


@pytest.mark.usefixtures("_own_anchors")
def test_a_broken_trail_is_shown_and_told_once_a_day(world: World, sign_in: SignIn) -> None:
    for _ in range(3):
        write(world.officer, world.agency)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_auditentry SET note = 'sửa' WHERE sequence = 2")

    trail_tasks.verify_trail()
    trail_tasks.verify_trail()

    text = page(sign_in(world.auditor), "units:trail-integrity")
    assert "Chuỗi không toàn vẹn từ dòng 2 (sửa)." in text
    told = Notice.objects.filter(kind="trail.alarm")
    assert sorted(told.values_list("user", flat=True)) == sorted([world.auditor.user_id, world.admin.user_id])
    assert "Nội dung dòng 2 không khớp mã băm của nó." in told[0].text


@pytest.mark.usefixtures("_own_anchors")
def test_a_refused_anchor_is_shown_and_told(world: World, sign_in: SignIn) -> None:
    write(world.officer, world.agency)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_audithead SET sequence = 5")

    trail_tasks.write_anchor()

    assert "Không ký được neo." in page(sign_in(world.auditor), "units:trail-integrity")
    assert Notice.objects.filter(kind="trail.alarm").count() == 2


def test_the_access_log_is_swept_by_the_schedule(world: World) -> None:
    access.note(world.officer, AccessKind.VIEW, world.agency)
    AccessEntry.objects.update(at=datetime(2000, 1, 1, tzinfo=UTC))

    trail_tasks.sweep_access()

    assert not AccessEntry.objects.exists()
    assert Heartbeat.objects.get(name=trail_tasks.SWEPT).detail == {"deleted": 1}


# --- every word ------------------------------------------------------------------------------------
def literal_keys() -> set[str]:
    """Keys written out in the changes of audit.record(...) anywhere in the product."""
    root, found = Path(__file__).resolve().parents[2], set()
    for app in ("core", "units", "campaigns", "awards", "reports", "demo"):
        for path in (root / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or ast.unparse(node.func) != "audit.record":
                    continue
                for one in (keyword for keyword in node.keywords if keyword.arg == "changes"):
                    dicts = [d for d in ast.walk(one.value) if isinstance(d, ast.Dict)]
                    found |= {key.value for d in dicts for key in d.keys if isinstance(key, ast.Constant)}
    return {str(key) for key in found}


def test_every_changed_field_has_a_vietnamese_name() -> None:
    fields = {
        field.name
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field_name(model._meta.label_lower, field.name) != OTHER
    }

    assert len(literal_keys()) > 30
    assert sorted(literal_keys() - fields - WORDS.keys()) == []
