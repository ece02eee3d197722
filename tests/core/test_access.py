"""Who saw what: disclosures, downloads, exports, sign-ins, refusals; once in ten minutes; kept for a time."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from core import access
from core.models import AccessEntry, AccessKind, AuditEntry
from core.web import NO_ROLE, OUT_OF_REACH
from tests.builders import PASSWORD, make_person, make_posting
from tests.permission_objects import make_objects
from tests.world import World
from units.access_signals import UNKNOWN_NAME
from units.permissions import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]


def only() -> AccessEntry:
    return AccessEntry.objects.get()


def person_page(world: World, client: Client) -> int:
    person = make_person("Nguyễn Thị Xem")
    make_posting(person, world.agency)
    return int(client.get(reverse("units:person-detail", args=[person.pk])).status_code)


# --- disclosure ------------------------------------------------------------------------------------
def test_seeing_a_person_leaves_who_what_and_where_from(world: World, sign_in: SignIn) -> None:
    assert person_page(world, sign_in(world.officer)) == 200

    row = only()
    assert (row.kind, row.user_id, row.unit_id_text) == (AccessKind.VIEW, world.officer.user_id, "C1")
    assert row.actor_label.startswith("Trần Thị Cán Bộ")
    assert (row.object_type, row.object_label) == ("units.person", "Nguyễn Thị Xem")
    assert (row.route, row.address) == ("units:person-detail", "127.0.0.1")
    assert len(row.session) == 64
    assert len(row.request_id) == 12


def test_the_same_page_within_ten_minutes_is_one_row(world: World, sign_in: SignIn) -> None:
    person = make_person("Nguyễn Thị Xem")
    make_posting(person, world.agency)
    client = sign_in(world.officer)
    for _ in range(3):
        client.get(reverse("units:person-detail", args=[person.pk]))
    sign_in(world.head).get(reverse("units:person-detail", args=[person.pk]))

    assert AccessEntry.objects.count() <= 4  # the clock may pass a border of the ten minutes
    assert AccessEntry.objects.values("user").distinct().count() == 2


def test_windows_begin_every_ten_minutes() -> None:
    at = datetime(2024, 12, 16, 9, 37, 12, 345, tzinfo=UTC)

    assert access._window(AccessKind.VIEW, at) == datetime(2024, 12, 16, 9, 30, tzinfo=UTC)
    assert access._window(AccessKind.SIGN_IN, at) == at


def test_a_list_of_personal_data_is_noted_by_its_page(world: World, sign_in: SignIn) -> None:
    sign_in(world.admin).get(reverse("units:account-list"))

    row = only()
    assert (row.kind, row.route, row.object_type) == (AccessKind.VIEW, "units:account-list", "")


def test_a_download_names_the_file(world: World, sign_in: SignIn) -> None:
    pk = make_objects(world.agency)["file"]

    response = sign_in(world.officer).get(reverse("core:file-download", args=[pk]))

    b"".join(response.streaming_content)
    row = only()
    assert (row.kind, row.object_type, row.object_id) == (AccessKind.DOWNLOAD, "core.storedfile", str(pk))


def test_an_export_is_an_export(world: World, sign_in: SignIn) -> None:
    person = world.officer.user.person

    sign_in(world.auditor).get(reverse("units:person-accesses-export", args=[person.pk]))

    row = only()
    assert (row.kind, row.object_type, row.object_id) == (AccessKind.EXPORT, "units.person", str(person.pk))


def test_public_and_impersonal_pages_leave_nothing(world: World, sign_in: SignIn) -> None:
    sign_in(None).get(reverse("account_login"))
    sign_in(world.officer).get(reverse("units:desk"))

    assert not AccessEntry.objects.exists()


def break_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left'; END $$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON core_accessentry"
            " FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )


def test_what_cannot_be_noted_is_not_shown(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    break_the_log()

    with pytest.raises(DatabaseError, match="no space left"):
        person_page(world, client)


def test_a_refusal_stays_a_refusal_when_it_cannot_be_noted(
    world: World, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in(world.officer)
    break_the_log()

    with caplog.at_level(logging.ERROR, "core.access"):
        status = client.get(reverse("units:audit-list")).status_code

    assert status == 403
    assert "refusal not noted" in caplog.text


# --- refusals --------------------------------------------------------------------------------------
def test_a_page_without_the_role_is_noted(world: World, sign_in: SignIn) -> None:
    sign_in(world.officer).get(reverse("units:audit-list"))

    row = only()
    assert (row.kind, row.route, row.detail) == (AccessKind.REFUSED, "units:audit-list", NO_ROLE)


def test_asking_for_a_foreign_object_is_noted_without_its_name(world: World, sign_in: SignIn) -> None:
    foreign = world.foreign_officer.user.person

    response = sign_in(world.officer).get(reverse("units:person-detail", args=[foreign.pk]))

    row = only()
    assert response.status_code == 404
    assert (row.kind, row.detail, row.object_label) == (AccessKind.REFUSED, OUT_OF_REACH, "")
    assert (row.object_type, row.object_id) == ("units.person", str(foreign.pk))


def test_a_foreign_file_is_noted_as_refused(world: World, sign_in: SignIn) -> None:
    pk = make_objects(world.institute)["file"]

    assert sign_in(world.officer).get(reverse("core:file-download", args=[pk])).status_code == 404

    row = only()
    assert (row.kind, row.object_id, row.object_label) == (AccessKind.REFUSED, str(pk), "")


# --- signing in ------------------------------------------------------------------------------------
def sign(client: Client, login: str, password: str) -> None:
    client.post(reverse("account_login"), {"login": login, "password": password})


def test_signing_in_and_out_are_noted(world: World) -> None:
    client, user = Client(), world.officer.user
    sign(client, user.username, PASSWORD)
    client.post(reverse("account_logout"))

    rows = AccessEntry.objects.order_by("pk").values_list("kind", "user", "unit_id_text")
    assert list(rows) == [(AccessKind.SIGN_IN, user.pk, "C1"), (AccessKind.SIGN_OUT, user.pk, "C1")]


def test_a_wrong_password_names_the_account(world: World) -> None:
    sign(Client(), world.officer.user.username.upper(), "sai-hoàn-toàn")

    row = only()
    assert (row.kind, row.user_id) == (AccessKind.SIGN_IN_FAILED, world.officer.user_id)
    assert row.detail == "Sai mật khẩu. Từ 127.0.0.1"


def test_a_name_nobody_has_is_never_kept(world: World) -> None:
    sign(Client(), "MatKhau-cua-toi-2024", "x")

    row = only()
    assert (row.kind, row.user_id, row.detail) == (
        AccessKind.SIGN_IN_FAILED, None, f"{UNKNOWN_NAME} Từ 127.0.0.1",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_accessentry e WHERE e::text ILIKE '%MatKhau%'")
        assert cursor.fetchone()[0] == 0


def test_a_new_password_is_in_the_trail(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    new = "mat-khau-moi-that-dai-2025"

    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert response.status_code == 302
    entry = AuditEntry.objects.get(action="account.password")
    assert (entry.user_id, entry.object_id) == (world.officer.user_id, str(world.officer.user_id))
    assert entry.changes == {}


def test_no_new_password_without_its_entry(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    before = world.officer.user.password
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION no_trail() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left'; END $$;"
            "CREATE TRIGGER no_trail BEFORE INSERT ON core_auditentry"
            " FOR EACH ROW EXECUTE FUNCTION no_trail()"
        )
    new = "mat-khau-moi-that-dai-2025"

    with pytest.raises(DatabaseError, match="no space left"):
        client.post(
            reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

    world.officer.user.refresh_from_db()
    assert world.officer.user.password == before


# --- retention -------------------------------------------------------------------------------------
def test_months_are_counted_by_the_calendar() -> None:
    assert access.kept_since(datetime(2026, 5, 31, 1, tzinfo=UTC), 3) == datetime(2026, 2, 28, 1, tzinfo=UTC)
    assert access.kept_since(datetime(2026, 1, 15, tzinfo=UTC), 24) == datetime(2024, 1, 15, tzinfo=UTC)


def test_old_accesses_are_deleted_in_batches_and_changes_never(world: World, settings: object) -> None:
    settings.ACCESS_LOG_MONTHS = 12  # type: ignore[attr-defined]
    for month, number in ((1, 1), (2, 2), (3, 3), (11, 4)):
        access.note(world.officer, AccessKind.VIEW, detail=f"số {number}")
        AccessEntry.objects.filter(detail=f"số {number}").update(at=datetime(2024, month, 5, tzinfo=UTC))

    deleted = access.sweep(datetime(2025, 6, 1, tzinfo=UTC), batch=2)

    assert deleted == 3
    assert only().detail == "số 4"
