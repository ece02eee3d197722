import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from core.models import AuditEntry, FormDraft, Notice
from tests.builders import PASSWORD, give_role, make_member, make_person, make_posting, make_unit, make_user
from tests.world import World
from units.choices import Role
from units.middleware import client_address
from units.models import RoleAssignment, User
from units.permissions import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # content types and the like are cached by the first request
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def fill(world: World, number: int) -> None:
    """More of everything the pages of this app list."""
    for _ in range(number):
        unit = make_unit("Phòng Thêm", world.agency)
        make_posting(make_person(), world.agency)
        make_member(Role.UNIT_OFFICER, unit)
        Notice.objects.create(user=world.admin.user, kind="x", text="Tin mới")
        audit.record(world.admin, "role.assign", unit)


@pytest.mark.parametrize(
    "name", ["units:desk", "units:notices", "units:unit-tree", "units:account-list", "units:audit-list"]
)
def test_lists_cost_the_same_with_one_row_and_with_fifty(world: World, sign_in: SignIn, name: str) -> None:
    client = sign_in(world.admin)
    fill(world, 1)
    few = queries_of(client, reverse(name))
    fill(world, 49)
    assert queries_of(client, reverse(name)) == few
    assert few <= 30


def test_a_unit_page_costs_the_same_with_one_person_and_with_fifty(world: World, sign_in: SignIn) -> None:
    client, url = sign_in(world.admin), reverse("units:unit-detail", args=[world.agency.pk])
    few = queries_of(client, url)
    fill(world, 49)
    assert queries_of(client, url) == few


def test_signing_in_and_out(world: World) -> None:
    client = Client()
    page = client.get("/")
    assert page.status_code == 302
    assert page.url.startswith(reverse("account_login"))
    answer = client.post(
        reverse("account_login"), {"login": world.officer.user.username, "password": PASSWORD, "next": "/"}
    )
    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


def test_a_wrong_password_is_answered_in_vietnamese_and_tells_nothing(world: World) -> None:
    url = reverse("account_login")
    known = Client().post(url, {"login": world.officer.user.username, "password": "sai-mat-khau-123"})
    unknown = Client().post(url, {"login": "khong-co-ai", "password": "sai-mat-khau-123"})
    assert "không đúng" in known.content.decode()
    assert "không đúng" in unknown.content.decode()


def test_nobody_signs_up(db: None) -> None:
    Client().post(
        reverse("account_signup"),
        {
            "username": "la",
            "email": "la@example.test",
            "password1": "mot-mat-khau-dai",
            "password2": "mot-mat-khau-dai",
        },
    )
    assert not User.objects.filter(username="la").exists()


def test_switching_to_ones_other_role(world: World, sign_in: SignIn) -> None:
    other = give_role(world.officer.user, Role.UNIT_HEAD, world.division)
    client = sign_in(world.officer)
    assert client.post(reverse("units:switch-role"), {"assignment": other.pk}).status_code == 303
    assert "Thủ trưởng đơn vị – Phòng Đo đạc Thử nghiệm" in client.get("/").content.decode()


@pytest.mark.parametrize("value", ["", "abc", "999999999999999999999", "-1"])
def test_switching_to_a_role_one_does_not_hold_is_not_found(
    world: World, sign_in: SignIn, value: str
) -> None:
    assert sign_in(world.officer).post(reverse("units:switch-role"), {"assignment": value}).status_code == 404


def test_anothers_role_cannot_be_taken(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    answer = client.post(reverse("units:switch-role"), {"assignment": world.specialist.assignment.pk})
    assert answer.status_code == 404
    assert client.get(reverse("units:account-list")).status_code == 403


def test_an_account_without_a_role_gets_a_kind_desk_and_nothing_else(world: World) -> None:
    client = Client()
    client.force_login(make_user("moi"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "chưa được phân vai trò" in client.get("/").content.decode()
    assert client.get(reverse("units:unit-tree")).status_code == 403


def test_the_administrator_assigns_a_role_once_however_often_the_form_is_sent(
    world: World, sign_in: SignIn
) -> None:
    user, client = make_user("moi"), sign_in(world.admin)
    url = reverse("units:role-assign", args=[user.pk])
    form = {
        "role": Role.UNIT_OFFICER,
        "unit": world.agency.pk,
        "valid_from": "01/12/2024",
        "document": "QĐ số 9/QĐ-TCCB",
        "form_key": "0b9f4b1e-34a1-4a39-93b1-6f64e3f1a111",
    }
    answers = [client.post(url, form) for _ in range(3)]
    assert [a.status_code for a in answers] == [303, 303, 303]
    assert len({a.url for a in answers}) == 1
    assert user.assignments.count() == 1
    assert AuditEntry.objects.filter(action="role.assign").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("role", "vua", "không có trong danh sách"),
        ("unit", "999999", "không"),
        ("valid_from", "31/02/2024", "ngày"),
        ("valid_from", "", "bắt buộc"),
        ("valid_to", "01/01/2020", "phải sau ngày bắt đầu"),
        ("document", "x" * 300, "250"),
    ],
)
def test_a_bad_role_form_says_what_is_wrong_and_changes_nothing(
    world: World, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    user = make_user("moi")
    form = {"role": Role.UNIT_OFFICER, "unit": world.agency.pk, "valid_from": "01/12/2024", "document": "QĐ"}
    answer = sign_in(world.admin).post(reverse("units:role-assign", args=[user.pk]), form | {field: value})
    assert answer.status_code == 422
    assert sentence.lower() in answer.content.decode().lower()
    assert not RoleAssignment.objects.filter(user=user).exists()


def test_html_in_a_name_is_shown_as_text(world: World, sign_in: SignIn) -> None:
    make_posting(make_person("<script>alert(1)</script> Văn"), world.agency)
    page = sign_in(world.officer).get(reverse("units:unit-detail", args=[world.agency.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_drafts_are_kept_per_person_and_form(world: World, sign_in: SignIn) -> None:
    mine, yours = sign_in(world.officer), sign_in(world.head)
    url = reverse("core:draft", args=["pledges.1.edit"])
    saved = mine.post(url, {"values": {"summary": "Đang viết dở <b>"}}, content_type="application/json")
    assert saved.status_code == 200
    assert mine.get(url).json()["values"] == {"summary": "Đang viết dở <b>"}
    assert yours.get(url).json()["values"] is None
    mine.delete(url)
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("body", ["", "không phải json", "[]", '{"values": 5}', '{"values": "x"}'])
def test_a_broken_draft_is_refused_in_words(world: World, sign_in: SignIn, body: str) -> None:
    url = reverse("core:draft", args=["x"])
    answer = sign_in(world.officer).post(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert "hãy bấm Lưu" in answer.json()["error"]
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999999999"])
def test_odd_page_numbers_give_the_nearest_page(world: World, sign_in: SignIn, page: str) -> None:
    assert sign_in(world.admin).get(reverse("units:account-list"), {"page": page}).status_code == 200


@pytest.mark.parametrize("day", ["31/02/2024", "x/y/z", "2024-13-01", "//", "99/99/9999"])
def test_an_impossible_day_reads_as_today(world: World, sign_in: SignIn, day: str) -> None:
    page = sign_in(world.officer).get(reverse("units:unit-tree"), {"on": day})
    assert page.status_code == 200
    assert "16/12/2024" in page.content.decode()


def test_missing_and_foreign_answer_alike(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    foreign = client.get(reverse("units:unit-detail", args=[world.institute.pk]))
    missing = client.get(reverse("units:unit-detail", args=[987654]))
    huge = client.get("/units/99999999999999999999999/")
    assert foreign.status_code == missing.status_code == huge.status_code == 404

    def mask(response: HttpResponse) -> str:
        text = response.content.decode().replace(response["X-Request-ID"], "")
        # the form token and the session's clock change with every answer
        return re.sub(r'[A-Za-z0-9]{64}|data-session-left="\d+"', "", text)

    assert mask(foreign) == mask(missing) == mask(huge)


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [(0, "6.6.6.6", "10.0.0.9"), (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"), (2, "203.0.113.5", "10.0.0.9")],
)
def test_only_our_own_proxies_name_the_address(
    rf: RequestFactory, settings: Any, proxies: int, header: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=header, REMOTE_ADDR="10.0.0.9")
    assert client_address(request) == address
