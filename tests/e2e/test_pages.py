"""Every page a role can open, at both widths: sound for script, layout and accessibility."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from core.web import Card
from tests.permission_objects import make_objects
from tests.test_permission_matrix import EXTRA, expected, routes
from tests.world import World
from units.permissions import Actor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
# Pages that do not open as they are: downloads, plain answers, the end of the session.
NOT_PAGES = {
    "core:alive", "core:ready", "core:draft", "core:file-download", "account_logout", "account_signup",
    "core:sheet-template", "units:session", "units:unit-suggest",
}  # fmt: skip
WIDTHS = (1440, 390)


def pages_of(role: str, objects: dict[str, int]) -> list[str]:
    """Addresses of the pages the table allows the role to open for its own unit."""

    def address(route: str, card: Card) -> str:
        arguments = dict(EXTRA.get(route, {}))
        return reverse(route, kwargs=arguments | ({"pk": objects[card.loads]} if card.loads else {}))

    return [
        address(route, card)
        for route, card in sorted(routes().items())
        if "GET" in card.methods
        and not card.downloads
        and route not in NOT_PAGES
        and expected()[route][role][0] == "A"
    ]


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("unit_officer", "officer"),
        ("unit_head", "head"),
        ("award_specialist", "specialist"),
        ("system_admin", "admin"),
    ],
)
def test_pages_are_sound(
    small_ministry: World, signed_in: Callable[[Actor], Page], role: str, name: str
) -> None:
    objects = make_objects(small_ministry.agency)
    page = signed_in(getattr(small_ministry, name))
    faults, seen = [], 0
    for address in pages_of(role, objects):
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        response = page.goto(address)
        assert response is not None
        if response.status != 200:
            faults.append(f"{address}: {response.status}")
            continue
        seen += 1
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
        faults += [f"{address}: {v['id']} {v['nodes'][0]['target']}" for v in found.response["violations"]]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{address}: {wide} px wide on {width} px")
    assert faults == []
    assert seen > 8


def test_the_sign_in_page_is_sound(live_server: object, page: Page) -> None:
    page.goto(f"{live_server.url}/accounts/login/")  # type: ignore[attr-defined]
    assert Axe().run(page).response["violations"] == []


def test_a_long_form_survives_the_loss_of_the_page(
    small_ministry: World, signed_in: Callable[[Actor], Page]
) -> None:
    page = signed_in(small_ministry.officer)
    page.goto("/initiatives/new/")
    with page.expect_response(lambda r: "/drafts/" in r.url and r.request.method == "POST"):
        page.fill("[name=title]", "Giải pháp đang viết dở")
    page.goto("about:blank")
    page.goto("/initiatives/new/")
    page.wait_for_function("document.querySelector('[name=title]').value === 'Giải pháp đang viết dở'")


def test_the_desk_can_be_reached_and_left_by_keyboard_alone(
    small_ministry: World, signed_in: Callable[[Actor], Page]
) -> None:
    page = signed_in(small_ministry.officer)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/pledges/":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/pledges/")
