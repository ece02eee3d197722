from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.errors import Forbidden, RuleBroken
from core.models import AuditEntry
from tests.builders import TODAY, make_unit, make_user
from tests.world import World
from units.actions.accounts import create_account, password_link
from units.actions.roles import appoint_first_admin
from units.models import Person, Posting, Unit, User
from units.permissions import Actor, actor_for, holds, system_actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]


def facts(unit: Unit, **changes: object) -> dict[str, object]:
    return {
        "full_name": "Nguyễn Thị Thuỳ Dương",
        "sex": "female",
        "birth_year": 1990,
        "unit": unit,
        "title": "Chuyên viên",
        "leader_level": "none",
        "is_unit_head": False,
        "is_direct_worker": True,
        "since": TODAY,
        "username": "thuy.duong",
        "email": "thuy.duong@example.test",
    } | changes


def form(unit: Unit, **changes: object) -> dict[str, object]:
    data = facts(unit) | {"unit": unit.pk, "since": "16/12/2024"} | changes
    return {name: value for name, value in data.items() if value is not False}


def test_a_new_account_has_a_person_a_post_and_no_password(world: World) -> None:
    user = create_account(facts(world.agency), actor=world.admin)
    assert not user.has_usable_password()
    assert Posting.objects.get(person=user.person).unit == world.agency
    assert AuditEntry.objects.get().action == "account.create"


def test_only_the_administrator_creates_accounts(world: World) -> None:
    with pytest.raises(Forbidden):
        create_account(facts(world.agency), actor=world.specialist)
    assert not User.objects.filter(username="thuy.duong").exists()


def test_a_taken_user_name_changes_nothing(world: World) -> None:
    make_user("thuy.duong")
    before = Person.objects.count()
    with pytest.raises(ValidationError):
        create_account(facts(world.agency, email="khac@example.test"), actor=world.admin)
    assert not AuditEntry.objects.exists()
    assert Person.objects.count() >= before


def test_the_holder_sets_a_password_by_the_link_once(world: World, sign_in: SignIn) -> None:
    admin = sign_in(world.admin)
    assert admin.post(reverse("units:account-create"), form(world.agency)).status_code == 303
    user = User.objects.get(username="thuy.duong")
    page = admin.post(reverse("units:account-link", args=[user.pk])).content.decode()
    link = password_link(user.pk, actor=world.admin)
    assert f"http://testserver{link.split('-')[0]}-" in page

    holder = Client()
    step = holder.get(link, follow=True)
    address = step.redirect_chain[-1][0]
    words = {"password1": "song-bien-dat-troi-24", "password2": "song-bien-dat-troi-24"}
    assert holder.post(address, words).status_code == 302
    user.refresh_from_db()
    assert user.check_password("song-bien-dat-troi-24")
    assert "đã dùng rồi hoặc đã hết hạn" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("full_name", "", "Chưa điền"),
        ("username", "tên có dấu!", "hợp lệ"),
        ("email", "không-phải-thư", "thư điện tử"),
        ("birth_year", "1800", "1930"),
        ("since", "31/02/2024", "ngày"),
        ("unit", "99999999", "danh sách"),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_creates_nobody(
    world: World, sign_in: SignIn, field: str, value: str, words: str
) -> None:
    before = Person.objects.count()
    answer = sign_in(world.admin).post(reverse("units:account-create"), form(world.agency) | {field: value})
    assert answer.status_code == 422
    assert words.lower() in answer.content.decode().lower()
    assert Person.objects.count() == before


def test_the_installer_appoints_two_administrators_and_no_third() -> None:
    unit, user = make_unit("Bộ Mới", code="BM"), make_user("quantri.bo")
    appoint_first_admin("quantri.bo", "BM", document="QĐ 1/QĐ", actor=system_actor("cài đặt"))
    assert holds(actor_for(user), "account.manage")
    second = make_user("quantri.hai")
    appoint_first_admin("quantri.hai", "BM", document="QĐ 1/QĐ", actor=system_actor("cài đặt"))
    assert holds(actor_for(second), "role.confirm")
    make_user("ke-den-sau")
    with pytest.raises(RuleBroken, match="Đã có hai quản trị hệ thống"):
        appoint_first_admin("ke-den-sau", unit.code, document="QĐ 2/QĐ", actor=system_actor("cài đặt"))
    assert AuditEntry.objects.filter(action="role.assign").count() == 2


@pytest.mark.parametrize(
    ("username", "unit", "words"), [("khong-co", "BM", "Không có tài khoản"), ("co", "XX", "mã «XX»")]
)
def test_a_wrong_first_administrator_is_refused_in_words(username: str, unit: str, words: str) -> None:
    make_unit("Bộ Mới", code="BM")
    make_user("co")
    with pytest.raises(RuleBroken, match=words):
        appoint_first_admin(username, unit, document="QĐ", actor=system_actor("cài đặt"))
