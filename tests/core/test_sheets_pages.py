"""The pages of an import, as the browser gets them."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import SheetImport, SheetState
from core.sheets import runs
from tests.sheet_files import PEOPLE_HEAD, person_row, previewed, taken, upload, workbook, worked
from tests.world import World
from units.models import Person
from units.permissions import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def page(client: Client, name: str, *args: object, status: int = 200, **headers: str) -> str:
    response = client.get(reverse(f"core:{name}", args=args), **headers)
    assert response.status_code == status
    return str(response.content.decode())


def content(*rows: list[object]) -> bytes:
    return workbook(PEOPLE_HEAD, *rows)


def test_from_the_list_to_the_result(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    listed = page(client, "sheet-list")
    assert "Cá nhân và vị trí việc làm" in listed
    assert "Khen thưởng các năm trước" not in listed
    assert "Các cột nhận được" in page(client, "sheet-new", "people")

    file = upload(content(person_row(1), person_row(2, sex="Khác")))
    sent = client.post(reverse("core:sheet-new", args=["people"]), {"file": file})
    run = SheetImport.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, run.get_absolute_url())
    progress = page(client, "sheet-detail", run.pk)
    assert "Đang mở tệp và tìm dòng tiêu đề…" in progress
    assert 'hx-trigger="every 1s"' in progress

    worked(run)
    preview = page(client, "sheet-detail", run.pk)
    assert "Nhập 1 dòng hợp lệ" in preview
    assert "E3" in preview
    assert "«Khác» không có trong danh mục." in preview
    assert client.post(reverse("core:sheet-confirm", args=[run.pk])).status_code == 303

    run = worked(run)
    result = page(client, "sheet-detail", run.pk)
    assert "Đã nhập 1 dòng; 1 dòng có lỗi được trả lại trong tệp Excel" in result
    stored = runs.result_of(run)
    assert stored is not None
    assert reverse("core:file-download", args=[stored.pk]) in result
    assert client.get(reverse("core:file-download", args=[stored.pk])).status_code == 200


def test_a_row_is_corrected_in_place(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    run = previewed("people", content(person_row(1), person_row(2, sex="Khác")), world.officer)
    form = page(client, "sheet-row", run.pk, 3, **HTMX)
    assert form.lstrip().startswith('<tr id="row-3"')
    assert "«Khác» không có trong danh mục." in form

    values = {"code": "M00002", "full_name": "Nguyễn Văn Người 2", "unit": "C1", "title": "Quan trắc viên",
              "valid_from": "01/03/2021", "sex": "Nữ", "birth_year": "1972"}  # fmt: skip
    done = client.post(reverse("core:sheet-row", args=[run.pk, 3]), values, **HTMX)

    body = done.content.decode()
    assert done.status_code == 200
    assert '<tr id="row-3"' in body
    assert "Nhập 2 dòng hợp lệ" in body
    assert "hx-swap-oob" in body


def test_a_row_is_corrected_without_scripts_too(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    run = previewed("people", content(person_row(1, sex="Khác")), world.officer)
    values = run.rows.get().values | {"sex": "Nam"}

    done = client.post(reverse("core:sheet-row", args=[run.pk, 2]), values)

    assert (done.status_code, done["Location"]) == (303, f"{run.get_absolute_url()}?state=faulty")
    assert run.rows.get().state == "new"


def test_columns_are_matched_on_a_page_of_their_own(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    run = previewed("people", workbook(["Nhân sự", "Chỗ làm"], ["Lê Thị Mới", "C1"]), world.officer)
    moved = client.get(run.get_absolute_url())
    assert (moved.status_code, moved["Location"]) == (303, reverse("core:sheet-columns", args=[run.pk]))
    form = page(client, "sheet-columns", run.pk)
    assert "Chưa nhận ra cột bắt buộc" in form
    assert "Lê Thị Mới" in form

    url = reverse("core:sheet-columns", args=[run.pk])
    facts = {"header_row": "1", "version": str(run.version), "unit": "B"}
    wrong = client.post(url, facts)
    right = client.post(url, facts | {"full_name": "A"})

    assert wrong.status_code == 422
    assert "Hãy chọn cột của «Họ và tên»" in wrong.content.decode()
    assert right.status_code == 303
    assert worked(run).state == SheetState.READY


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("danh-sach.xls", "Chưa nhận tệp .xls. Hãy mở tệp, chọn «Lưu thành» (Save As)"),
        ("danh-sach.xlsm", "Chưa nhận tệp .xlsm."),
        ("danh-sach.pdf", "Chỉ nhận bảng tính Excel (.xlsx)."),
    ],
)
def test_other_formats_are_told_how_to_become_a_workbook(
    world: World, sign_in: SignIn, name: str, sentence: str
) -> None:
    response = sign_in(world.officer).post(
        reverse("core:sheet-new", args=["people"]), {"file": upload(b"x" * 100, name)}
    )

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not SheetImport.objects.exists()


def test_a_kind_of_another_role_is_refused(world: World, sign_in: SignIn) -> None:
    assert "không có quyền nhập dữ liệu" in page(sign_in(world.officer), "sheet-new", "honours", status=403)
    page(sign_in(world.officer), "sheet-new", "khong-co", status=404)
    page(sign_in(world.head), "sheet-list", status=403)


def test_the_preview_costs_the_same_for_one_row_and_for_fifty(world: World, sign_in: SignIn) -> None:
    client, counts = sign_in(world.officer), []
    for number in (1, 50, 1):
        run = previewed("people", content(*map(person_row, range(1, number + 1))), world.officer)
        with CaptureQueriesContext(connection) as found:
            page(client, "sheet-detail", run.pk)
        counts.append(len(found))

    assert counts[1] == counts[2]


def test_changes_are_shown_old_and_new(world: World, sign_in: SignIn) -> None:
    taken("people", content(person_row(1)), world.officer)
    run = previewed("people", content(person_row(1, status="Công chức")), world.officer)

    body = page(sign_in(world.officer), "sheet-detail", run.pk)

    assert "<del>Viên chức</del>" in body
    assert "<ins>Công chức</ins>" in body


def test_text_of_a_sheet_is_shown_as_text(world: World, sign_in: SignIn) -> None:
    run = previewed("people", content(person_row(1, title="<script>alert(1)</script>{{7*7}}")), world.officer)

    body = page(sign_in(world.officer), "sheet-detail", run.pk)

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in body


def test_a_confirmation_sent_twice_has_one_effect(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    run = previewed("people", content(person_row(1)), world.officer)
    url = reverse("core:sheet-confirm", args=[run.pk])

    assert [client.post(url).status_code for _ in range(2)] == [303, 303]
    worked(run)
    worked(run)

    assert Person.objects.filter(code="M00001").count() == 1


def test_dropping_goes_back_to_the_list(world: World, sign_in: SignIn) -> None:
    run = previewed("people", content(person_row(1)), world.officer)

    done = sign_in(world.officer).post(reverse("core:sheet-drop", args=[run.pk]))

    assert (done.status_code, done["Location"]) == (303, reverse("core:sheet-list"))
    assert not SheetImport.objects.exists()
