import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from core import clock
from core.errors import Forbidden, RuleBroken
from core.models import AuditEntry, FormDraft, Notice, OutboxMessage
from tests.builders import PASSWORD, TODAY, give_role, make_member, make_person, make_posting, make_user
from tests.world import World
from units import sessions
from units.actions import accounts as actions
from units.checks import check_accounts
from units.choices import Role
from units.models import UnitUserGrant, User
from units.password_links import PasswordLinkGenerator
from units.permissions import Actor
from units.queries import standing_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]
LOGIN = "/accounts/login/"
NEW = "voi tím uống cà phê muối"


def sign_in_as(name: str, password: str = PASSWORD, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(LOGIN, {"login": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get(reverse("units:session")).json()["account"])


def age(client: Client, **clocks: int) -> None:
    """Put the clocks of a session back by so many seconds."""
    session = client.session
    for name, seconds in clocks.items():
        session[name] = int(time.time()) - seconds
    session.save()


def page(response: Any) -> str:
    return response.content.decode()


# --- signing in ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["an", "AN@example.test"])
def test_the_user_name_or_the_address_signs_in(name: str) -> None:
    make_user("an")

    assert is_in(sign_in_as(name))


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer() -> None:
    make_user("an")

    answers = [
        Client().post(LOGIN, {"login": name, "password": "sai-mat-khau"}) for name in ("an", "khong-co")
    ]

    said = [re.search(r"data-error-summary.*?</div>", page(answer), re.S) for answer in answers]
    assert said[0]
    assert said[1]
    assert said[0].group() == said[1].group()


def test_too_many_wrong_passwords_pause_one_account_and_say_until_when() -> None:
    make_user("an")
    make_user("binh")
    for _ in range(5):
        Client().post(LOGIN, {"login": "an", "password": "sai"})

    answer = Client().post(LOGIN, {"login": "an", "password": PASSWORD})

    assert re.search(r"Hãy thử lại sau \d\d:\d\d; nếu quên mật khẩu", page(answer))
    assert is_in(sign_in_as("binh"))


def test_too_many_requests_from_one_address_get_our_page() -> None:
    for number in range(30):
        answer = Client().post(LOGIN, {"login": f"người{number}", "password": "sai"})
    answer = Client().post(LOGIN, {"login": "an", "password": "sai"})

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Thử lại sau ít phút" in page(answer)


@pytest.mark.parametrize("sends_mail", [True, False])
def test_the_sign_in_page_says_what_to_do_without_the_password(sends_mail: bool, settings: Any) -> None:
    settings.MAIL_ENABLED = sends_mail

    text = page(Client().get(LOGIN))

    assert ("Nhận thư đặt lại mật khẩu" in text) is sends_mail
    assert "Liên hệ quản trị hệ thống của đơn vị" in text


def test_a_forgotten_password_is_reset_by_mail_once() -> None:
    user = make_user("an")

    Client().post(reverse("account_reset_password"), {"email": "AN@example.test"})
    mail = OutboxMessage.objects.get()
    link = re.search(r"http://[^/]+(/\S+)", mail.body)
    assert link
    holder = Client()
    form = holder.get(link.group(1), follow=True).redirect_chain[-1][0]
    holder.post(form, {"password1": NEW, "password2": NEW})

    assert mail.user == user
    assert is_in(sign_in_as("an", NEW))
    assert "đã hết hạn" in page(Client().get(link.group(1), follow=True))


def test_a_reset_for_an_unknown_address_answers_the_same_and_mails_nobody() -> None:
    make_user("an")

    known, unknown = (
        Client().post(reverse("account_reset_password"), {"email": f"{name}@example.test"}, follow=True)
        for name in ("an", "khong-co")
    )

    assert known.redirect_chain == unknown.redirect_chain
    assert [mail.address for mail in OutboxMessage.objects.all()] == ["an@example.test"]


def test_without_mail_the_reset_page_names_whom_to_ask(settings: Any) -> None:
    settings.MAIL_ENABLED = False
    make_user("an")

    answer = Client().post(reverse("account_reset_password"), {"email": "an@example.test"})

    assert "Hệ thống chưa gửi thư. Liên hệ quản trị hệ thống" in page(answer)
    assert not OutboxMessage.objects.exists()


# --- the session -----------------------------------------------------------------------------------
def test_a_session_at_rest_ends_after_half_an_hour(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    age(client, seen_at=29 * 60)
    assert client.get("/").status_code == 200

    age(client, seen_at=31 * 60)
    answer = client.get("/pledges/?page=2")

    assert answer["Location"] == f"{LOGIN}?next=%2Fpledges%2F%3Fpage%3D2&ended=1"
    assert "Phiên làm việc đã hết hạn" in page(client.get(answer["Location"]))


def test_a_busy_session_ends_after_twelve_hours(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    age(client, seen_at=5, began_at=12 * 3600 + 1)

    assert client.get("/").status_code == 302


def test_asking_how_long_is_no_activity_and_posting_is(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    age(client, seen_at=28 * 60)
    asked = client.get(reverse("units:session")).json()
    again = client.get(reverse("units:session")).json()

    kept = client.post(reverse("units:session")).json()

    assert asked["left"] <= 120
    assert again["left"] <= asked["left"]
    assert kept["left"] > 29 * 60
    assert kept["account"] == str(world.officer.user_id)
    assert [answer["final"] for answer in (asked, kept)] == [False, False]


def test_the_page_is_told_when_no_activity_helps_any_more(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    age(client, seen_at=5, began_at=12 * 3600 - 90)

    told = client.post(reverse("units:session")).json()

    assert told["left"] <= 90
    assert told["final"] is True


def test_activity_is_noted_once_a_minute(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    age(client, seen_at=30)
    before = client.session[sessions.SEEN]
    client.get("/")
    assert client.session[sessions.SEEN] == before

    age(client, seen_at=61)
    client.get("/")

    assert time.time() - client.session[sessions.SEEN] < 30


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"HX-Request": "true"}])
def test_a_script_in_a_dead_session_gets_401_in_words(
    world: World, sign_in: SignIn, headers: dict[str, str]
) -> None:
    client = sign_in(world.officer)
    Session.objects.all().delete()

    answer = client.post(
        "/drafts/x/", '{"values": {"a": "b"}}', content_type="application/json", headers=headers
    )

    assert answer.status_code == 401
    assert "nội dung đang soạn vẫn còn trên trang" in answer.json()["error"]
    assert not FormDraft.objects.exists()


def test_a_form_sent_into_a_dead_session_leads_back_to_its_page(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    Session.objects.all().delete()

    answer = client.post(
        "/initiatives/new/", {}, headers={"Referer": "http://testserver/initiatives/new/?a=1"}
    )

    assert answer["Location"] == f"{LOGIN}?next=%2Finitiatives%2Fnew%2F%3Fa%3D1&ended=sent"
    assert "chưa được ghi nhận" in page(client.get(answer["Location"]))


def test_a_foreign_page_is_never_the_way_back(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    Session.objects.all().delete()

    answer = client.post("/initiatives/new/", {}, headers={"Referer": "https://example.test/x"})

    assert answer["Location"] == f"{LOGIN}?next=%2F&ended=sent"


def test_one_session_or_all_others_are_ended_from_the_list() -> None:
    make_user("an")
    here, second, third = (sign_in_as("an") for _ in range(3))
    number = UserSession.objects.get(session_key=second.session.session_key).pk

    here.post(reverse("units:sessions"), {"which": number})
    assert (is_in(second), is_in(third)) == (False, True)
    here.post(reverse("units:sessions"), {"which": "others"})

    assert (is_in(here), is_in(third)) == (True, False)
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"session.end"}


def test_nobody_ends_the_session_of_another_account() -> None:
    make_user("an")
    make_user("binh")
    an, binh = sign_in_as("an"), sign_in_as("binh")
    number = UserSession.objects.get(session_key=binh.session.session_key).pk

    an.post(reverse("units:sessions"), {"which": number})

    assert is_in(binh)


def test_a_new_password_ends_the_other_sessions() -> None:
    make_user("an")
    here, there = sign_in_as("an"), sign_in_as("an")

    here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert (is_in(here), is_in(there)) == (True, False)


# --- the second factor -------------------------------------------------------------------------------
@pytest.fixture
def strict(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = [Role.SYSTEM_ADMIN]


def test_a_privileged_role_is_led_to_its_second_factor_and_may_sign_out(
    strict: None, world: World, sign_in: SignIn
) -> None:
    admin = sign_in(world.admin)

    answer = admin.get(reverse("units:account-list"))

    assert answer["Location"] == reverse("mfa_index")
    assert "bắt buộc xác thực hai lớp" in page(admin.get(answer["Location"]))
    assert sign_in(world.officer).get("/").status_code == 200
    assert admin.post(reverse("account_logout")).status_code == 302
    assert not is_in(admin)


def test_scripts_are_told_so_too_and_change_nothing(strict: None, world: World, sign_in: SignIn) -> None:
    admin = sign_in(world.admin)

    answer = admin.post(
        "/drafts/x/", '{"values": {}}', content_type="application/json", headers={"HX-Request": "true"}
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (403, reverse("mfa_index"))
    assert "bắt buộc xác thực hai lớp" in answer.json()["error"]
    assert not FormDraft.objects.exists()


def test_any_role_of_today_counts_not_only_the_one_in_use(
    strict: None, world: World, sign_in: SignIn
) -> None:
    give_role(world.officer.user, Role.SYSTEM_ADMIN, world.division, valid_to=TODAY)
    assert sign_in(world.officer).get("/").status_code == 200

    give_role(world.officer.user, Role.SYSTEM_ADMIN, world.agency)

    assert sign_in(world.officer).get("/").status_code == 302


def test_recovery_codes_alone_are_no_second_factor(strict: None, world: World, sign_in: SignIn) -> None:
    RecoveryCodes.activate(world.admin.user)
    assert sign_in(world.admin).get("/").status_code == 302

    TOTP.activate(world.admin.user, generate_totp_secret())

    assert sign_in(world.admin).get("/").status_code == 200


def test_the_last_factor_a_role_demands_stays(strict: None, world: World) -> None:
    TOTP.activate(world.admin.user, generate_totp_secret())
    client = sign_in_as(world.admin.user.username)
    codes = RecoveryCodes.activate(world.admin.user).get_unused_codes()
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    answer = client.post(reverse("mfa_deactivate_totp"))

    assert "không gỡ được" in page(answer)
    assert Authenticator.objects.filter(type="totp").exists()


def test_factors_are_changed_only_after_confirming_the_password() -> None:
    make_user("an")
    client = sign_in_as("an")
    age(client, seen_at=0)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_session_waiting_for_the_code_opens_nothing() -> None:
    user = make_user("an")
    TOTP.activate(user, generate_totp_secret())

    client = sign_in_as("an")

    assert not is_in(client)
    assert client.get("/").status_code == 302


def test_guessing_codes_is_paused() -> None:
    user = make_user("an")
    TOTP.activate(user, generate_totp_secret())
    client = sign_in_as("an")

    for _ in range(6):
        answer = client.post(reverse("mfa_authenticate"), {"code": "12345"})

    assert "quá nhiều" in page(answer)


def test_secrets_are_sealed_and_open_after_the_key_was_changed(settings: Any) -> None:
    user = make_user("an")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "khóa mới của hệ thống, đủ dài để không ai đoán ra được"

    kept = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap()
    assert kept.get_unused_codes() == codes


def test_the_administrator_removes_lost_factors_and_the_holder_is_told(world: World) -> None:
    TOTP.activate(world.officer.user, generate_totp_secret())

    actions.remove_factors(world.officer.user_id, actor=world.admin)

    assert not Authenticator.objects.exists()
    assert Notice.objects.get().user == world.officer.user
    with pytest.raises(RuleBroken, match="chưa thiết lập"):
        actions.remove_factors(world.officer.user_id, actor=world.admin)
    with pytest.raises(Forbidden):
        actions.remove_factors(world.officer.user_id, actor=world.specialist)


# --- invitations -----------------------------------------------------------------------------------
@pytest.fixture
def newcomer(world: World) -> User:
    person = make_person("Trịnh Thị Mới")
    make_posting(person, world.agency)
    user = make_user("moi", person)
    user.set_unusable_password()
    user.save()
    return user


def link_of(mail: OutboxMessage) -> str:
    found = re.search(r"http://[^/]+(/\S+)", mail.body)
    assert found
    return found.group(1)


def opens(link: str) -> bool:
    return "đã hết hạn" not in page(Client().get(link, follow=True))


def test_an_invitation_is_mailed_and_a_second_one_makes_it_void(
    world: World, newcomer: User, sign_in: SignIn
) -> None:
    admin = sign_in(world.admin)
    said = admin.post(reverse("units:account-invite", args=[newcomer.pk]), follow=True)
    first = link_of(OutboxMessage.objects.get())
    assert "Đã gửi thư tới moi@example.test" in page(said)
    assert f"Đã mời ngày {TODAY:%d/%m/%Y}" in page(said)
    assert opens(first)

    User.objects.filter(pk=newcomer.pk).update(invited_at=clock.now() - timedelta(minutes=1))
    admin.post(reverse("units:account-invite", args=[newcomer.pk]))
    second = link_of(OutboxMessage.objects.latest("pk"))

    assert not opens(first)
    assert opens(second)
    assert AuditEntry.objects.filter(action="account.invite").count() == 2


def test_a_revoked_invitation_opens_nothing(world: World, newcomer: User, sign_in: SignIn) -> None:
    actions.send_invitation(newcomer.pk, actor=world.admin)
    link = link_of(OutboxMessage.objects.get())

    sign_in(world.admin).post(reverse("units:account-revoke", args=[newcomer.pk]))

    assert not opens(link)
    with pytest.raises(RuleBroken, match="không có lời mời"):
        actions.revoke_invitation(newcomer.pk, actor=world.admin)


@pytest.mark.parametrize(("has_password", "hours", "works"), [
    (False, 7 * 24 - 1, True), (False, 7 * 24 + 1, False), (True, 23, True), (True, 25, False),
])  # fmt: skip
def test_an_invitation_lives_seven_days_and_a_reset_one(has_password: bool, hours: int, works: bool) -> None:
    user = make_user("an")
    if not has_password:
        user.set_unusable_password()
    keys = PasswordLinkGenerator()
    made = keys._num_seconds(keys._now() - timedelta(hours=hours))
    key = keys._make_token_with_timestamp(user, made, keys.secret)

    assert keys.check_token(user, key) is works


def test_without_mail_the_link_is_handed_over_instead(
    world: World, newcomer: User, sign_in: SignIn, settings: Any
) -> None:
    settings.MAIL_ENABLED = False
    admin = sign_in(world.admin)

    said = admin.post(reverse("units:account-invite", args=[newcomer.pk]), follow=True)
    shown = page(admin.post(reverse("units:account-link", args=[newcomer.pk])))

    assert "Hệ thống chưa gửi thư" in page(said)
    assert "trong 7 ngày" in shown
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(("facts", "label"), [
    ({}, "Chưa đặt mật khẩu"),
    ({"invited_at": timedelta(days=2)}, "Đã mời ngày 14/12/2024"),
    ({"invited_at": timedelta(days=8)}, "Lời mời đã hết hạn"),
    ({"last_login": timedelta(days=3)}, "Đang hoạt động"),
    ({"last_login": timedelta(days=44)}, "Đang hoạt động"),
    ({"last_login": timedelta(days=45)}, "45 ngày chưa đăng nhập"),
    ({"suspended_at": timedelta(days=1), "is_active": False}, "Tạm khóa từ 15/12/2024"),
])  # fmt: skip
def test_the_list_says_where_an_account_stands(facts: dict[str, Any], label: str, newcomer: User) -> None:
    now = clock.now()
    for name, value in facts.items():
        setattr(newcomer, name, now - value if isinstance(value, timedelta) else value)

    assert standing_of(newcomer, now).label == label


# --- suspension ------------------------------------------------------------------------------------
def test_a_suspended_account_is_out_at_once_everywhere(world: World, sign_in: SignIn) -> None:
    user = world.officer.user
    here, there = sign_in_as(user.username), sign_in(world.officer)
    make_member(Role.SYSTEM_ADMIN, world.ministry, "Quản Trị Hai")

    answer = sign_in(world.admin).post(
        reverse("units:account-suspend", args=[user.pk]), {"reason": "Nghỉ hưu từ 16/12/2024"}, follow=True
    )

    assert "mọi phiên đăng nhập đã kết thúc" in page(answer)
    assert (is_in(here), is_in(there)) == (False, False)
    assert not is_in(sign_in_as(user.username))
    assert not UnitUserGrant.objects.filter(user=user).exists()
    assert not UserSession.objects.filter(user=user).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.note) == ("account.suspend", "Nghỉ hưu từ 16/12/2024")
    assert "Nghỉ hưu từ 16/12/2024" in Notice.objects.get().text


def test_a_restored_account_works_again(world: World) -> None:
    user = world.officer.user
    actions.suspend_account(user.pk, "Điều tra nội bộ", actor=world.admin)

    actions.restore_account(user.pk, actor=world.admin)

    assert is_in(sign_in_as(user.username))
    assert UnitUserGrant.objects.filter(user=user).exists()
    with pytest.raises(RuleBroken, match="hoạt động bình thường"):
        actions.restore_account(user.pk, actor=world.admin)


def test_nobody_suspends_oneself_the_last_administrator_or_twice(world: World) -> None:
    second = make_member(Role.SYSTEM_ADMIN, world.ministry, "Quản Trị Hai")
    with pytest.raises(RuleBroken, match="chính mình"):
        actions.suspend_account(world.admin.user_id, "thử", actor=world.admin)
    actions.suspend_account(world.admin.user_id, "Thuyên chuyển", actor=second)
    with pytest.raises(RuleBroken, match="từ trước"):
        actions.suspend_account(world.admin.user_id, "thử", actor=second)

    assert User.objects.get(pk=second.user_id).is_active


def test_two_administrators_who_lock_each_other_at_once_leave_one(world: World) -> None:
    second = make_member(Role.SYSTEM_ADMIN, world.ministry, "Quản Trị Hai")
    assert "account.manage" in second.permissions  # read before the other one was faster
    actions.suspend_account(second.user_id, "Thuyên chuyển", actor=world.admin)

    with pytest.raises(RuleBroken, match="quản trị hệ thống duy nhất"):
        actions.suspend_account(world.admin.user_id, "thử", actor=second)

    assert User.objects.get(pk=world.admin.user_id).is_active


def test_an_administrator_below_does_not_suspend_somebody_above(world: World) -> None:
    local = make_member(Role.SYSTEM_ADMIN, world.agency, "Quản Trị Cục")
    with pytest.raises(Forbidden):
        actions.suspend_account(world.leader.user_id, "thử", actor=local)

    assert User.objects.get(pk=world.leader.user_id).is_active


def test_a_suspended_account_gets_no_link(world: World) -> None:
    actions.suspend_account(world.officer.user_id, "Nghỉ việc", actor=world.admin)

    with pytest.raises(RuleBroken, match="đang bị khóa"):
        actions.password_link(world.officer.user_id, actor=world.admin)


def test_my_account_shows_roles_factors_and_sessions(world: World) -> None:
    client = sign_in_as(world.officer.user.username)

    text = page(client.get(reverse("units:me")))

    role = ("Cán bộ TĐKT đơn vị – Cục Quan trắc Thử nghiệm", "từ 01/01/2020")
    for words in (*role, "Xác thực hai lớp", "Chỉ đang đăng nhập ở đây", "Đổi mật khẩu"):
        assert words in text


def test_settings_that_would_surprise_are_refused_at_the_start(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["giam_doc", Role.AUDITOR]
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.HTTPS = "http://dinh.danh", "", True

    assert [found.id for found in check_accounts()] == ["units.E001", "units.E002", "units.E003"]
