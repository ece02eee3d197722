"""A handover in a real browser: the pack, the confirmation, the first sign-in of the new officer."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from campaigns.choices import CampaignState, PledgeState
from campaigns.models import Campaign, ContentItem, Pledge
from tests.builders import make_person, make_posting, make_user
from tests.e2e.test_journeys import press
from tests.world import World
from units.models import User
from units.permissions import Actor, actor_for

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SignedIn = Callable[[Actor], Page]
NOTES = "Hồ sơ giấy năm 2023 ở tủ số 3; hẹn gửi số liệu cho Văn phòng trước ngày 25/12."


@pytest.fixture
def heir(small_ministry: World) -> User:
    person = make_person("Phan Thị Kế Nhiệm")
    make_posting(person, small_ministry.agency, "Chuyên viên chính")
    return make_user("ke-nhiem", person)


@pytest.fixture
def open_pledge(small_ministry: World) -> Pledge:
    campaign = Campaign.objects.create(
        unit=small_ministry.ministry, issuer_name="Bộ Thử nghiệm", title="Phong trào thi đua năm 2024",
        year_from=2024, year_to=2024, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31),
        state=CampaignState.LAUNCHED, pledge_due_on=date(2024, 12, 30),
    )  # fmt: skip
    ContentItem.objects.create(campaign=campaign, position=1, text="Hoàn thành nhiệm vụ năm 2024.")
    return Pledge.objects.create(
        campaign=campaign, unit=small_ministry.agency, year=2024, state=PledgeState.DRAFT
    )


def write_a_draft(page: Page, pledge: Pledge) -> None:
    page.goto(f"{pledge.get_absolute_url()}edit/")
    page.fill("[name=summary]", "Dẫn đầu khối thi đua, hoàn thành sớm mọi chỉ tiêu.")
    expect(page.locator("[data-autosave-status]").first).to_contain_text("Đã lưu lúc")


def prepare_and_offer(page: Page) -> None:
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Bản đang viết dở")
    page.get_by_role("link", name="Bàn giao, cử người thay").click()
    page.get_by_role("link", name="Bàn giao công việc").click()
    expect(page.locator("main")).to_contain_text("Hoàn thiện đăng ký thi đua năm 2024")
    page.select_option("[name=successor]", label="Phan Thị Kế Nhiệm (ke-nhiem)")
    page.fill("[name=document]", "Quyết định số 15/QĐ-TCCB ngày 10/12/2024")
    page.get_by_role("button", name="Lập gói bàn giao").click()
    page.wait_for_url(re.compile(r"/handovers/\w+/edit/"))
    page.fill("[name=notes]", NOTES)
    expect(page.locator("[data-autosave-status]").first).to_contain_text("Đã lưu lúc")
    page.get_by_role("button", name="Lưu và xem gói bàn giao").click()
    expect(page.locator("main")).to_contain_text(NOTES)
    press(page, "Gửi người nhận")
    expect(page.locator("main")).to_contain_text("Chờ người nhận xác nhận")


def test_an_officer_hands_over_and_the_successor_finds_everything_at_the_first_sign_in(
    small_ministry: World, heir: User, open_pledge: Pledge, signed_in: SignedIn
) -> None:
    officer = signed_in(small_ministry.officer)
    write_a_draft(officer, open_pledge)
    prepare_and_offer(officer)

    successor = signed_in(actor_for(heir))
    expect(successor.locator("main")).to_contain_text("Nhận bàn giao công việc")
    successor.locator(".desk-item", has_text="Nhận bàn giao").locator("a").first.click()
    expect(successor.locator("main")).to_contain_text(NOTES)
    press(successor, "Xác nhận nhận bàn giao")
    expect(successor.locator("main")).to_contain_text("Công việc của vai trò nay ở «Việc của tôi»")
    with successor.expect_download() as waiting:
        successor.get_by_role("link", name="Tải biên bản").first.click()
    assert waiting.value.suggested_filename.endswith(".pdf")

    # the first sign-in in the new role: welcome, the inherited work, the inherited draft
    first = signed_in(actor_for(heir))
    main = first.locator("main")
    expect(main).to_contain_text("Bạn vừa nhận bàn giao từ Trần Thị Cán Bộ ngày 16/12/2024.")
    expect(first.locator(".desk-item", has_text="Hoàn thiện đăng ký thi đua năm 2024")).to_be_visible()
    first.locator(".desk-item", has_text="bản của Trần Thị Cán Bộ").get_by_role(
        "button", name="Viết tiếp"
    ).click()
    expect(first.locator("[name=summary]")).to_have_value(
        "Dẫn đầu khối thi đua, hoàn thành sớm mọi chỉ tiêu."
    )

    # the giver's open window has lost the role at its next request, and is told to whom it went
    officer.goto("/")
    expect(officer.locator("main")).to_contain_text("Bạn đã bàn giao")
    answer = officer.goto(f"{open_pledge.get_absolute_url()}edit/")
    assert answer is not None
    assert answer.status in (403, 404)

    head = signed_in(small_ministry.head)
    head.goto("/handovers/")
    expect(head.locator("main")).to_contain_text("Phan Thị Kế Nhiệm")
    expect(head.locator("main")).to_contain_text("Đã bàn giao")
