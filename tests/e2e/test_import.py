"""A unit's own sheet in a real browser with a real worker: match, mend one row, take, get the rest back."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.sheet_files import XLSX, saved, workbook
from tests.world import World
from units.models import Person
from units.permissions import Actor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HEAD = ["STT", "Cán bộ", "Nơi làm việc", "Nam/Nữ", "Chức danh", "Ngày bổ nhiệm"]


def own_sheet() -> bytes:
    return workbook(
        ["DANH SÁCH CÁN BỘ NĂM 2024"],
        [],
        HEAD,
        [1, "Lê Thị Hoà", "Cục Quan trắc Thử nghiệm", "Nữ", "Quan trắc viên", "01/03/2021"],
        [2, "Phạm Văn Bình", "Cục Quan trắc Thử nghiệm", "Nam", "Kỹ sư", "31/02/2021"],
        [3, "Vũ Thị Chi", "Cục Không Có", "Nữ", "Kỹ sư", "01/03/2021"],
    )


def send(page: Page, content: bytes) -> None:
    page.goto("/imports/new/people/")
    page.set_input_files(
        "[name=file]", files=[{"name": "Cán bộ 2024.xlsx", "mimeType": XLSX, "buffer": content}]
    )
    page.get_by_role("button", name="Tải lên và xem trước").click()


def confirm(page: Page, text: str) -> None:
    page.get_by_role("button", name=text).click()
    page.locator("dialog[open] button.primary").click()


def test_an_own_sheet_is_matched_mended_taken_and_its_rest_given_back(
    small_ministry: World, running_worker: None, signed_in: Callable[[Actor], Page]
) -> None:
    page = signed_in(small_ministry.officer)
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)

    send(page, own_sheet())
    expect(page.get_by_role("heading", name="Ghép cột của tệp")).to_be_visible()
    expect(page.get_by_text("Chưa nhận ra cột bắt buộc")).to_contain_text("«Họ và tên»")
    page.get_by_label("Họ và tên").select_option("B")
    page.get_by_label("Đơn vị", exact=False).first.select_option("C")
    page.get_by_role("button", name="Ghép cột và kiểm tra").click()

    expect(page.get_by_role("heading", name=re.compile("Xem trước"))).to_be_visible()
    expect(page.get_by_role("button", name="Nhập 1 dòng hợp lệ")).to_be_visible()
    row = page.locator("#row-5")
    expect(row).to_contain_text("F5 Giữ chức vụ từ ngày: Ngày 31/02/2021 không tồn tại.")
    row.get_by_role("link", name="Sửa").click()
    editing = page.locator("#row-5 form")
    editing.get_by_label("Giữ chức vụ từ ngày").fill("28/02/2021")
    editing.get_by_role("button", name="Sửa và kiểm tra lại").click()
    expect(page.locator("#row-5")).to_contain_text("Thêm mới")

    confirm(page, "Nhập 2 dòng hợp lệ")
    expect(page.get_by_text("Đã nhập 2 dòng; 1 dòng có lỗi được trả lại")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải các dòng cần sửa").click()
    book = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    comments = {cell.coordinate: cell.comment.text for cell in sheet[2] if cell.comment}
    assert [text.partition(".")[0] for text in comments.values()] == [
        "Không có đơn vị «Cục Không Có» trong phạm vi của vai trò đang dùng"
    ]

    sheet[next(iter(comments))].value = "C1"
    send(page, saved(book))
    confirm(page, "Nhập 1 dòng hợp lệ")
    expect(page.get_by_text("Đã nhập 1 dòng.")).to_be_visible()

    send(page, own_sheet())  # the columns are remembered, and nothing is taken twice
    expect(page.get_by_role("heading", name=re.compile("Xem trước"))).to_be_visible()
    names = ["Lê Thị Hoà", "Phạm Văn Bình", "Vũ Thị Chi"]
    assert [Person.objects.filter(full_name=name).count() for name in names] == [1, 1, 1]
