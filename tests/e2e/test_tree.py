"""The tree of units in a real browser: opened with the keyboard, and used without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders import make_unit
from tests.world import World
from units.permissions import Actor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_branch_opens_and_closes_by_keyboard_and_its_name_is_a_link_of_its_own(
    small_ministry: World, signed_in: Callable[[Actor], Page]
) -> None:
    make_unit("Tổ Máy đo", small_ministry.division, code="T1")
    page = signed_in(small_ministry.admin)
    page.goto("/units/")
    root = page.get_by_role("button", name="Các đơn vị trực thuộc Bộ Thử nghiệm")
    agency = page.get_by_role("button", name="Các đơn vị trực thuộc Cục Quan trắc Thử nghiệm")
    division = page.get_by_role("link", name="Phòng Đo đạc Thử nghiệm", exact=True)
    expect(root).to_have_attribute("aria-expanded", "true")
    expect(agency).to_have_attribute("aria-expanded", "false")

    agency.focus()
    page.keyboard.press("Enter")
    expect(division).to_be_visible()
    expect(agency).to_have_attribute("aria-expanded", "true")
    expect(page.locator(f"#{agency.get_attribute('aria-controls')}")).to_contain_text(
        "Phòng Đo đạc Thử nghiệm"
    )
    expect(agency).to_be_focused()

    page.keyboard.press("ArrowLeft")
    expect(division).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(division).to_be_visible()
    page.get_by_role("button", name="Các đơn vị trực thuộc Phòng Đo đạc Thử nghiệm").click()
    expect(page.get_by_role("link", name="Tổ Máy đo")).to_be_visible()

    page.get_by_role("link", name="Cục Quan trắc Thử nghiệm", exact=True).click()
    expect(page.locator("h1")).to_have_text("Cục Quan trắc Thử nghiệm")


def test_without_scripts_each_branch_leads_to_a_page_of_its_own(
    small_ministry: World, signed_in: Callable[[Actor], Page], browser: Browser, live_server: Any
) -> None:
    state = signed_in(small_ministry.admin).context.storage_state()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto("/units/")

    page.get_by_role("link", name="Các đơn vị trực thuộc Cục Quan trắc Thử nghiệm").click()

    expect(page.locator("h1")).to_have_text("Đơn vị trực thuộc")
    expect(page.locator("main")).to_contain_text("Phòng Đo đạc Thử nghiệm")
    context.close()
