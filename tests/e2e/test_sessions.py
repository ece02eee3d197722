"""A session that rests, ages or dies while somebody is at work: warned, taken up again in place.

The page's clock is turned forward, the session in the database is made older; nobody waits.
"""

import re
import time
from collections.abc import Callable
from importlib import import_module

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from campaigns.models import Initiative
from tests.builders import PASSWORD, make_person, make_posting
from tests.e2e.test_accounts import FIRST, KEPT, SECOND, code_of, start_initiative
from tests.world import World
from units import sessions
from units.permissions import Actor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SignedIn = Callable[[Actor], Page]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEAR_THE_END = 28 * 60 + 10  # seconds after which the page looks how long the session still lives


@pytest.fixture
def author(small_ministry: World) -> Actor:
    make_posting(make_person("Nguyễn Thị Thuỳ Dương"), small_ministry.agency, "Kỹ sư", is_direct_worker=True)
    return small_ministry.officer


def open_form(signed_in: SignedIn, actor: Actor) -> Page:
    """The form of an initiative, half written and kept as a draft, on a page whose clock can be turned."""
    page = signed_in(actor)
    page.clock.install()
    start_initiative(page)
    page.fill("[name=problem]", FIRST)
    page.clock.run_for(2_000)
    expect(page.locator("[data-autosave-status]")).to_contain_text("Đã lưu lúc")
    return page


def age(**clocks: int) -> None:
    """Turn the clocks of the one session back by so many seconds."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(Session.objects.get().session_key)
    for name, seconds in clocks.items():
        store[name] = int(time.time()) - seconds
    store.save()


def seen_seconds_ago() -> float:
    return time.time() - Session.objects.get().get_decoded()[sessions.SEEN]


def turn_forward(page: Page, seconds: int) -> None:
    page.clock.fast_forward(seconds * 1000)


def send(page: Page) -> None:
    page.locator("main form button.primary").last.click()


def sign_in_again(page: Page) -> None:
    dialog = page.locator("dialog[data-session-dialog]")
    expect(dialog).to_contain_text("Phiên làm việc đã hết hạn")
    dialog.locator("#session-password").fill(PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập lại").click()
    expect(dialog).to_have_count(0)


def test_signing_in_again_in_place_asks_for_the_second_factor(author: Actor, signed_in: SignedIn) -> None:
    page = open_form(signed_in, author)
    TOTP.activate(author.user, SECRET)
    Session.objects.all().delete()
    page.fill("[name=problem]", FIRST + SECOND)
    page.clock.run_for(2_000)
    expect(page.locator(".session-bar")).to_contain_text("Nội dung vẫn còn ở đây")
    send(page)

    dialog = page.locator("dialog[data-session-dialog]")
    again = dialog.get_by_role("button", name="Đăng nhập lại")
    again.click()
    expect(dialog.get_by_role("alert")).to_have_text("Hãy nhập mật khẩu.")
    dialog.locator("#session-password").fill(PASSWORD)
    again.click()
    expect(dialog.locator("#session-code")).to_be_focused()
    expect(dialog.locator("#session-password")).to_be_hidden()
    dialog.locator("#session-code").fill("000000" if code_of(SECRET) != "000000" else "111111")
    again.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Mã xác nhận không đúng hoặc đã dùng.")
    dialog.locator("#session-code").fill(code_of(SECRET))
    again.click()
    page.wait_for_url(KEPT)

    assert Initiative.objects.get().problem == FIRST + SECOND


def test_a_form_goes_out_when_the_signing_in_was_done_in_another_tab(
    author: Actor, signed_in: SignedIn
) -> None:
    page = open_form(signed_in, author)
    Session.objects.all().delete()
    page.fill("[name=problem]", FIRST + SECOND)
    page.clock.run_for(2_000)
    expect(page.locator(".session-bar")).to_contain_text("Nội dung vẫn còn ở đây")

    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("[name=login]", author.user.username)  # type: ignore[union-attr]
    other.fill("[name=password]", PASSWORD)
    other.press("[name=password]", "Enter")
    other.wait_for_url(re.compile(r":\d+/$"))
    send(page)
    page.wait_for_url(KEPT)

    assert Initiative.objects.get().problem == FIRST + SECOND


def test_putting_the_signing_in_off_keeps_the_text_and_the_way_back(
    author: Actor, signed_in: SignedIn
) -> None:
    page = open_form(signed_in, author)
    Session.objects.all().delete()
    page.fill("[name=problem]", FIRST + SECOND)
    page.clock.run_for(2_000)
    expect(page.locator(".session-bar")).to_contain_text("Nội dung vẫn còn ở đây")
    send(page)
    dialog = page.locator("dialog[data-session-dialog]")
    expect(dialog).to_be_visible()

    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".session-bar")).to_contain_text("Nội dung chỉ còn ở trang này")
    expect(page.locator("[name=problem]")).to_have_value(FIRST + SECOND)
    page.locator(".session-bar button").click()
    sign_in_again(page)
    expect(page.locator(".session-bar")).to_have_count(0)
    send(page)
    page.wait_for_url(KEPT)

    assert Initiative.objects.get().problem == FIRST + SECOND


def test_a_resting_session_is_announced_and_one_press_keeps_it(author: Actor, signed_in: SignedIn) -> None:
    page = open_form(signed_in, author)
    age(seen_at=NEAR_THE_END + 20)
    turn_forward(page, NEAR_THE_END)
    bar = page.locator(".session-bar")
    expect(bar).to_contain_text("Phiên làm việc sắp hết hạn vì lâu không có thao tác.")

    with page.expect_response(lambda r: r.url.endswith("/session/") and r.request.method == "POST"):
        bar.get_by_role("button", name="Tiếp tục làm việc").click()
    expect(bar).to_have_count(0)
    turn_forward(page, 20)

    expect(bar).to_have_count(0)
    assert seen_seconds_ago() < 60


def test_a_session_that_rested_too_long_is_taken_up_again_in_place(
    author: Actor, signed_in: SignedIn
) -> None:
    page = open_form(signed_in, author)
    age(seen_at=31 * 60)
    turn_forward(page, 31 * 60)

    sign_in_again(page)
    expect(page.locator("[name=problem]")).to_have_value(FIRST)
    send(page)
    page.wait_for_url(KEPT)

    assert Initiative.objects.get().problem == FIRST.strip()


def test_after_twelve_hours_even_a_busy_session_ends_and_says_so_before(
    author: Actor, signed_in: SignedIn
) -> None:
    page = open_form(signed_in, author)
    age(began_at=12 * 3600 - 100)
    turn_forward(page, NEAR_THE_END)
    bar = page.locator(".session-bar")
    expect(bar).to_contain_text("Phiên làm việc đã kéo dài 12 giờ và sắp kết thúc.")
    bar.get_by_role("button", name="Đã rõ").click()
    with page.expect_response(lambda r: r.url.endswith("/session/")):
        turn_forward(page, 20)
    expect(bar).to_have_count(0)  # said once is enough

    age(began_at=12 * 3600 + 1)
    turn_forward(page, 60)
    sign_in_again(page)
    send(page)
    page.wait_for_url(KEPT)

    assert Initiative.objects.get().problem == FIRST.strip()
