"""One year of one unit, from the pledge to the honour in the year-end report, in a real browser
with a real worker.
"""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import Download, Page, expect
from pypdf import PdfReader, PdfWriter

from awards.actions.rounds import open_round
from awards.choices import Ground
from awards.models import HonourRecord
from campaigns.actions.campaigns import import_campaign
from campaigns.models import Initiative, Pledge
from core import trail
from tests.builders import make_person, make_posting
from tests.world import World
from units.permissions import Actor, system_actor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CAMPAIGNS = Path(__file__).resolve().parents[2] / "campaigns" / "data" / "campaigns.json"
HERO = "Nguyễn Thị Thuỳ Dương"
SUMMARY = (
    "Chủ trì xây dựng quy trình giám sát ảnh viễn thám thời gian gần thực, rút ngắn thời gian xử lý từ 10 "
    "ngày còn 3 ngày; được áp dụng tại 12 tỉnh và góp phần hoàn thành nhiệm vụ trọng tâm của đơn vị năm 2024."
)
SignedIn = Callable[[Actor], Page]


def press(page: Page, text: str) -> None:
    """Press the one main button with this text, and that of the dialog that asks again, if one opens."""
    page.get_by_role("button", name=text, exact=True).first.click()
    dialog = page.locator("dialog[open]")
    if dialog.count():
        dialog.locator(
            "button[value=confirm], [data-dialog-confirm], button.primary, button.danger"
        ).last.click()
    page.wait_for_load_state("networkidle")


def open_work(page: Page, text: str) -> None:
    """Open, from the desk, the piece of work that speaks of the text."""
    page.goto("/")
    page.locator(".desk-item", has_text=text).locator("a").first.click()


def pdf_file() -> dict[str, object]:
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=300, height=300)
    writer.write(content)
    return {"name": "Báo cáo thành tích.pdf", "mimeType": "application/pdf", "buffer": content.getvalue()}


def attach_missing_papers(page: Page) -> None:
    """Add every paper the dossier still asks for, through the form a person uses."""
    page.get_by_role("link", name=re.compile("Thêm giấy tờ")).first.click()
    kinds = page.locator("[name=kind] option").evaluate_all(
        "options => options.map(o => o.value).filter(v => v)"
    )
    address = page.url
    for kind in ("bao_cao", "bien_ban", "ket_qua_phieu", "xac_nhan_xep_loai", "to_trinh", "danh_sach"):
        if kind in kinds:
            page.goto(address)
            page.select_option("[name=kind]", kind)
            page.set_input_files("[name=file]", files=[pdf_file()])  # type: ignore[list-item]
            page.locator("main form button.primary").click()
            page.wait_for_load_state("networkidle")


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile(name)).first.click()
    download: Download = waiting.value
    return Path(download.path()).read_bytes()


@pytest.fixture
def campaign_2024(small_ministry: World) -> World:
    """The real launching document of 2024, launched by the small ministry, and its award round."""
    entry = next(
        c for c in json.loads(CAMPAIGNS.read_text(encoding="utf-8"))["campaigns"] if c["code"] == "PT-2024"
    )
    campaign = import_campaign(entry, unit=small_ministry.ministry, parent=None, actor=system_actor("thử"))
    call_command("load_rulebook")
    make_posting(make_person(HERO), small_ministry.agency, "Kỹ sư viễn thám", is_direct_worker=True)
    open_round(
        {
            "name": "Xét khen thưởng năm 2024", "year": 2024, "ground": Ground.MERIT,
            "opens_on": date(2024, 11, 18),
            "closes_on": date(2025, 1, 31), "council_on": None, "campaign": campaign,
        },
        actor=small_ministry.specialist,
    )  # fmt: skip
    return small_ministry


def pledge(page: Page) -> None:
    page.goto("/pledges/new/")
    page.select_option("[name=campaign]", index=1)
    page.locator("main form button.primary").click()
    page.wait_for_url("**/edit/")
    page.fill("[name=summary]", "Dẫn đầu phong trào thi đua năm 2024.")
    if not page.locator("[name=targets-0-name]").is_visible():
        page.locator("[data-formset=targets] [data-formset-add]").click()
    page.select_option("[name=targets-0-content]", index=3)
    page.fill("[name=targets-0-name]", "Tỷ lệ hồ sơ giải quyết đúng hạn")
    page.select_option("[name=targets-0-measure]", "percent")
    page.fill("[name=targets-0-value]", "98,5")
    page.fill("[name=targets-0-due_on]", "30/11/2024")
    page.locator("main form button.primary").last.click()
    page.wait_for_url(re.compile(r"/pledges/[a-z2-7]{26}/$"))
    press(page, "Gửi thủ trưởng duyệt")
    expect(page.locator("main")).to_contain_text("Chờ thủ trưởng duyệt")


def approve(page: Page) -> None:
    open_work(page, "Đăng ký")
    press(page, "Duyệt")
    expect(page.locator("main")).to_contain_text("Đã duyệt")


def register_initiative(page: Page) -> None:
    page.goto("/initiatives/new/")
    page.fill("[name=title]", "Giám sát ảnh viễn thám thời gian gần thực")
    page.fill("[name=field]", "Viễn thám")
    for name in ("problem", "solution", "benefit"):
        page.fill(f"[name={name}]", SUMMARY)
    value = page.locator("[name=authors-0-person] option", has_text=HERO).get_attribute("value")
    page.select_option("[name=authors-0-person]", value)
    page.fill("[name=authors-0-share]", "100")
    page.locator("main form button.primary").last.click()
    page.wait_for_url(re.compile(r"/initiatives/[a-z2-7]{26}/$"))
    press(page, "Gửi xét công nhận")
    expect(page.locator("main")).to_contain_text("Chờ xét công nhận")


def recognise(page: Page) -> None:
    open_work(page, "Giám sát ảnh viễn thám")
    page.get_by_role("link", name="Công nhận", exact=True).first.click()
    page.fill("[name=number]", "215/QĐ-HĐSK")
    page.fill("[name=recognised_on]", "10/12/2024")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/initiatives/[a-z2-7]{26}/$"))
    expect(page.locator("main")).to_contain_text("Đã công nhận")


def nominate(page: Page) -> None:
    page.goto("/nominations/new/")
    page.select_option("[name=round]", index=1)
    person = page.locator("[name=person] option", has_text=HERO).get_attribute("value")
    page.select_option("[name=person]", person)
    award = page.locator("[name=award] option", has_text="Bằng khen của Bộ trưởng").get_attribute("value")
    page.select_option("[name=award]", award)
    page.fill("[name=achievement]", SUMMARY)
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/nominations/[a-z2-7]{26}/$"))
    dossier = page.url
    attach_missing_papers(page)
    page.goto(dossier)
    press(page, "Gửi thủ trưởng ký trình")
    expect(page.locator("main")).to_contain_text("Chờ thủ trưởng ký trình")


def test_a_year_from_the_pledge_to_the_honour_in_the_report(
    campaign_2024: World, running_worker: None, signed_in: SignedIn, tmp_path: Path
) -> None:
    world = campaign_2024
    officer, head = signed_in(world.officer), signed_in(world.head)
    pledge(officer)
    approve(head)
    assert Pledge.objects.get().state == "approved"

    register_initiative(officer)
    specialist = signed_in(world.specialist)
    recognise(specialist)
    assert Initiative.objects.get().number == "215/QĐ-HĐSK"

    nominate(officer)
    open_work(head, HERO)
    press(head, "Ký trình")
    open_work(specialist, HERO)
    press(specialist, "Tiếp nhận")
    press(specialist, "Chuyển Hội đồng bình xét")

    secretary = signed_in(world.secretary)
    open_work(secretary, HERO)
    secretary.get_by_role("link", name="Ghi kết quả bình xét").first.click()
    for name, value in {
        "council_name": "Hội đồng Thi đua - Khen thưởng Bộ", "voted_on": "16/12/2024",
        "minutes_number": "12/BB-HĐTĐKT",
        "members": "14", "in_favour": "13", "against": "1", "blank": "0",
    }.items():  # fmt: skip
        secretary.fill(f"[name={name}]", value)
    if secretary.locator("[name=concluded]").count():
        secretary.check("[name=concluded]")
    secretary.locator("main form button.primary").click()
    secretary.wait_for_url(re.compile(r"/nominations/[a-z2-7]{26}/$"))
    expect(secretary.locator("main")).to_contain_text("thư ký nhập")

    specialist.goto("/decisions/new/")
    if not specialist.locator("[name=nominations]").count():
        specialist.locator("main a", has_text="Xét khen thưởng năm 2024").first.click()
    specialist.fill("[name=title]", "Về việc tặng Bằng khen của Bộ trưởng")
    if not specialist.locator("[name=nominations]").first.is_checked():
        specialist.locator("[name=nominations]").first.check()
    specialist.locator("main form button.primary").click()
    specialist.wait_for_url(re.compile(r"/decisions/[a-z2-7]{26}/$"))

    leader = signed_in(world.leader)
    open_work(leader, "Bằng khen")
    leader.get_by_role("link", name=re.compile("Ban hành")).first.click()
    leader.fill("[name=number]", "3999/QĐ-BTNMT")
    leader.fill("[name=signed_on]", "16/12/2024")
    leader.fill("[name=signer_name]", "Đặng Văn Lãnh Đạo")
    leader.fill("[name=signer_position]", "Thứ trưởng")
    leader.fill("[name=confirm_word]", "BAN HÀNH")
    leader.locator("main form button.primary").click()
    leader.wait_for_url(re.compile(r"/decisions/[a-z2-7]{26}/$"))
    honour = HonourRecord.objects.get()
    assert (honour.subject_name, honour.decision_number) == (HERO, "3999/QĐ-BTNMT")

    leader.goto("/reports/new/")
    leader.select_option("[name=kind]", "year_end")
    leader.fill("[name=year]", "2024")
    leader.locator("main form button.primary").click()
    leader.wait_for_url(re.compile(r"/reports/[a-z2-7]{26}/$"))
    expect(leader.get_by_role("link", name=re.compile("PDF")).first).to_be_visible(timeout=90_000)
    pdf = PdfReader(io.BytesIO(downloaded(leader, "PDF")))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert HERO in text
    assert "3999/QĐ-BTNMT" in text.replace(" ", "")  # a narrow column may break the number
    book = load_workbook(io.BytesIO(downloaded(leader, "Excel")))
    cells = {
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert HERO in cells
    assert any("3999/QĐ-BTNMT" in cell for cell in cells)
    assert trail.verify().fault is None
