"""Signing in with all factors, and a session that dies under somebody's hands, in a real browser."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Initiative
from tests.builders import PASSWORD, make_person, make_posting
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.oidc_provider import PASSWORD as PROVIDER_PASSWORD
from tests.world import World
from units.models import User
from units.permissions import Actor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SignedIn = Callable[[Actor], Page]
KEPT = re.compile(r"/initiatives/(?!new/)[^/]+/$")
FIRST = "Số liệu quan trắc còn nhập tay, chậm 10 ngày; "
SECOND = "sai sót lớn, khó đối chiếu giữa các trạm. Giải pháp: số hoá toàn bộ – «đúng, đủ, kịp thời»."


@pytest.fixture
def localhost(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A window at http://localhost: passkeys belong to a name, not to an address."""
    context = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"), locale="vi-VN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield page
    context.close()


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(page: Page, actor: Actor) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", actor.user.username)  # type: ignore[union-attr]
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def confirm_password(page: Page) -> None:
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/accounts/login/")


def start_initiative(page: Page) -> None:
    page.goto("/initiatives/new/")
    page.fill("[name=title]", "Số hoá số liệu quan trắc")
    page.fill("[name=field]", "Quan trắc")
    page.fill("[name=solution]", "Nhập một lần tại trạm.")
    page.fill("[name=benefit]", "Nhanh hơn 10 ngày.")
    page.select_option("[name=authors-0-person]", index=1)
    page.fill("[name=authors-0-share]", "100")


@pytest.fixture
def author(small_ministry: World) -> Actor:
    make_posting(make_person("Nguyễn Thị Thuỳ Dương"), small_ministry.agency, "Kỹ sư", is_direct_worker=True)
    return small_ministry.officer


def test_a_session_killed_while_typing_loses_no_character(author: Actor, signed_in: SignedIn) -> None:
    page = signed_in(author)
    start_initiative(page)
    page.locator("[name=problem]").press_sequentially(FIRST)
    expect(page.locator("[data-autosave-status]")).to_contain_text("Đã lưu lúc")

    Session.objects.all().delete()
    page.locator("[name=problem]").press_sequentially(SECOND)
    expect(page.locator(".session-bar")).to_contain_text("Nội dung vẫn còn ở đây")
    page.locator("main form button.primary").last.click()
    dialog = page.locator("dialog[data-session-dialog]")
    expect(dialog).to_contain_text("Phiên làm việc đã hết hạn")
    dialog.locator("#session-password").fill("sai-mat-khau-roi")
    dialog.get_by_role("button", name="Đăng nhập lại").click()
    expect(dialog.get_by_role("alert")).to_contain_text("không đúng")
    dialog.locator("#session-password").fill(PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập lại").click()
    page.wait_for_url(KEPT)

    assert Initiative.objects.get().problem == FIRST + SECOND


def test_a_form_sent_into_a_dead_session_is_there_again_after_sign_in(
    author: Actor, signed_in: SignedIn
) -> None:
    page = signed_in(author)
    start_initiative(page)
    page.fill("[name=problem]", FIRST + SECOND)
    Session.objects.all().delete()

    page.locator("main form button.primary").last.click()
    expect(page.locator("main")).to_contain_text("Nội dung vừa gửi chưa được ghi nhận")
    page.fill("[name=login]", author.user.username)  # type: ignore[union-attr]
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/initiatives/new/")

    expect(page.locator("[name=problem]")).to_have_value(FIRST + SECOND)
    page.locator("main form button.primary").last.click()
    page.wait_for_url(KEPT)
    assert Initiative.objects.get().problem == FIRST + SECOND


def test_nothing_typed_is_left_for_the_next_person_at_this_browser(
    author: Actor, small_ministry: World, signed_in: SignedIn
) -> None:
    page = signed_in(author)
    start_initiative(page)
    page.fill("[name=problem]", FIRST)
    Session.objects.all().delete()
    page.locator("main form button.primary").last.click()
    expect(page.locator("main")).to_contain_text("Nội dung vừa gửi chưa được ghi nhận")

    sign_in(page, small_ministry.foreign_officer)
    page.wait_for_url("**/")
    page.goto("/initiatives/new/")

    expect(page.locator("[name=problem]")).to_have_value("")


def test_a_passkey_is_added_and_signs_in_without_a_password(small_ministry: World, localhost: Page) -> None:
    page, actor = localhost, small_ministry.admin
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    traits = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True, **traits}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    sign_in(page, actor)
    page.wait_for_url("**/")

    page.goto("/me/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        confirm_password(page)
    page.fill("[name=name]", "Máy tính cơ quan")
    page.get_by_role("button", name="Thêm khóa").click()
    expect(page.locator("h1")).to_have_text("Mã khôi phục")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    sign_out(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))

    expect(page.locator("h1")).to_have_text("Việc của tôi")
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert (key.user, str(key)) == (actor.user, "Máy tính cơ quan")
    assert key.last_used_at is not None


def test_an_app_code_and_a_recovery_code_open_the_account_once_each(
    small_ministry: World, localhost: Page, settings: Any
) -> None:
    settings.MFA_REQUIRED_ROLES = ["system_admin"]
    page, actor = localhost, small_ministry.admin
    sign_in(page, actor)
    expect(page.locator("#messages")).to_contain_text("bắt buộc xác thực hai lớp")

    page.get_by_role("link", name="Bật ứng dụng tạo mã").click()
    if "reauthenticate" in page.url:
        confirm_password(page)
    secret = page.input_value("#authenticator_secret")
    page.fill("[name=code]", "000000" if code_of(secret) != "000000" else "111111")
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    expect(page.locator("main")).to_contain_text("Mã xác nhận không đúng")
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    codes = page.locator("#recovery-codes code").all_text_contents()
    assert len(codes) == 10
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tải về").click()
    assert codes[0] in Path(waiting.value.path()).read_text(encoding="utf-8")
    page.reload()
    expect(page.locator("#recovery-codes")).to_have_count(0)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored

    sign_out(page)
    sign_in(page, actor)
    page.fill("[name=code]", codes[0])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    sign_out(page)
    sign_in(page, actor)
    page.fill("[name=code]", codes[0])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.locator("main")).to_contain_text("Mã xác nhận không đúng")
    page.fill("[name=code]", code_of(secret, 1))
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))


def test_the_identity_provider_opens_the_account_in_the_browser(
    small_ministry: World, localhost: Page, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    User.objects.filter(pk=small_ministry.officer.user_id).update(email="an@example.test")
    site = live_server.url.replace("127.0.0.1", "localhost")
    with provider(tmp_path, [f"{site}/accounts/sso/callback/"], ["an:an@example.test:yes"]) as issuer:
        settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "VNeID"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        page = localhost
        page.goto("/pledges/")
        page.get_by_role("link", name="Đăng nhập bằng tài khoản VNeID").click()
        page.fill("[name=username]", "an")
        page.fill("[name=password]", PROVIDER_PASSWORD)
        page.get_by_role("button", name="Xác nhận danh tính").click()
        page.wait_for_url(f"{site}/pledges/")

    assert SocialAccount.objects.get().user_id == small_ministry.officer.user_id


def test_the_session_list_ends_the_other_browser(small_ministry: World, signed_in: SignedIn) -> None:
    here, there = signed_in(small_ministry.head), signed_in(small_ministry.head)

    here.goto("/me/sessions/")
    expect(here.locator("tbody tr")).to_have_count(2)
    expect(here.locator("tbody")).to_contain_text("Chrome trên Linux")
    here.get_by_role("button", name="Đăng xuất mọi nơi khác").click()
    here.locator("dialog[open] button.danger").click()
    expect(here.locator("#messages")).to_contain_text("Đã đăng xuất khỏi 1 phiên khác.")

    there.goto("/pledges/")
    expect(there.locator("main")).to_contain_text("Phiên làm việc đã hết hạn hoặc đã kết thúc")
