import io
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from awards.models import HonourRecord
from core.models import AccessEntry, AuditEntry
from tests.builders import make_person, make_posting, make_unit
from tests.permission_objects import make_objects
from tests.world import World
from units.models import Discipline, Hold, Person, Posting, YearRecord
from units.permissions import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]
LIST = "units:person-list"
NUMBER = "001085012345"
FORM = {
    "full_name": "Nguyễn Thị Hoà",
    "sex": "female",
    "birth_year": "1985",
    "title": "Chuyên viên",
    "leader_level": "none",
    "valid_from": "01/01/2021",
}


def staff(unit: Any, *names: str, **facts: Any) -> list[Person]:
    people = [make_person(name, **facts) for name in names]
    for person in people:
        make_posting(person, unit)
    return people


def shown(client: Client, **query: Any) -> list[str]:
    page = client.get(reverse(LIST), query)
    assert page.status_code == 200
    return [person.full_name for person in page.context["page"]]


def page_of(client: Client, person: Person, **query: Any) -> str:
    answer = client.get(reverse("units:person-detail", args=[person.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the list --------------------------------------------------------------------------------------
def test_names_stand_in_vietnamese_order(world: World, sign_in: SignIn) -> None:
    unit = make_unit("Phòng Tên", world.agency)
    names = ["Nguyễn Thị An", "Vũ Văn Ánh", "Trần Bình", "Lê Văn Dũng", "Bùi Thị Đào", "Ngô Văn Ý"]
    staff(unit, *reversed(names))
    assert shown(sign_in(world.officer), unit=unit.code) == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hoa", ["Trần Thị Hoà", "Lê Thị Hòa"]),
        ("Hoà", ["Trần Thị Hoà", "Lê Thị Hòa"]),
        ("HÒA", ["Trần Thị Hoà", "Lê Thị Hòa"]),
        ("hòa trần", ["Trần Thị Hoà"]),
        ("thuý", ["Phan Thúy"]),
        ("qúy", ["Đỗ Văn Quý"]),
        ("do quy", ["Đỗ Văn Quý"]),
        ("\u00d0ỗ", ["Đỗ Văn Quý"]),
        ("đo", ["Đỗ Văn Quý"]),
        ("oa", []),
        ("ma-007", ["Phan Thúy"]),
        ("khongcoai", []),
        ("%", []),
        ("'; DROP TABLE", []),
    ],
)
def test_search_ignores_marks_tone_placement_and_order(
    world: World, sign_in: SignIn, text: str, found: list[str]
) -> None:
    unit = make_unit("Phòng Tìm", world.agency)
    staff(unit, "Trần Thị Hoà", "Lê Thị Hòa", "Đỗ Văn Quý")
    [person] = staff(unit, "Phan Thúy")
    Person.objects.filter(pk=person.pk).update(code="MA-007")
    client = sign_in(world.officer)
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, text)
        assert sorted(shown(client, q=typed, unit=unit.code)) == sorted(found)


def test_filters_narrow_the_list(world: World, sign_in: SignIn) -> None:
    unit = make_unit("Phòng Lọc", world.division)
    [chief] = staff(unit, "Lê Văn Trưởng", sex="male", status="civil_servant")
    Posting.objects.filter(person=chief).update(leader_level="division_head")
    [driver] = staff(unit, "Trần Văn Lái", sex="male", status="worker")
    Posting.objects.filter(person=driver).update(is_direct_worker=True)
    [gone] = staff(unit, "Bùi Thị Nghỉ")
    Posting.objects.filter(person=gone).update(valid_to=date(2024, 1, 1))
    YearRecord.objects.create(person=chief, year=2024, grade="HTTNV")
    client = sign_in(world.officer)

    def names(**query: Any) -> list[str]:
        return shown(client, unit="phong loc", **query)

    assert names() == ["Trần Văn Lái", "Lê Văn Trưởng"]
    assert names(kind="leader") == ["Lê Văn Trưởng"]
    assert names(kind="direct") == ["Trần Văn Lái"]
    assert names(status="worker") == ["Trần Văn Lái"]
    assert names(sex="female") == []
    assert names(without_grade="2024") == ["Trần Văn Lái"]
    assert names(state="left") == ["Bùi Thị Nghỉ"]
    assert names(state="all") == ["Trần Văn Lái", "Bùi Thị Nghỉ", "Lê Văn Trưởng"]
    assert "Lê Văn Trưởng" in shown(client, unit=world.agency.code)
    assert "không khớp" not in client.get(reverse(LIST), {"unit": unit.code}).content.decode()


def test_a_wrong_condition_is_named_and_filters_nothing(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.officer).get(reverse(LIST), {"unit": "Viện không có", "kind": "vua", "page": "x"})
    assert page.status_code == 200
    assert "Không thấy đơn vị nào khớp với «Viện không có»" in page.content.decode()
    assert page.context["page"].paginator.count > 0


def test_people_of_other_units_are_neither_listed_nor_offered(world: World, sign_in: SignIn) -> None:
    staff(world.institute, "Hồ Thị Bí Mật")
    client = sign_in(world.officer)
    assert shown(client, q="bi mat") == []
    assert "Viện Nghiên cứu" not in client.get(reverse(LIST)).content.decode()
    assert shown(sign_in(world.specialist), q="bi mat") == ["Hồ Thị Bí Mật"]


def test_a_person_who_left_stays_with_the_last_unit_and_one_to_come_is_there(
    world: World, sign_in: SignIn
) -> None:
    [left, moved, coming] = staff(world.agency, "Lê Thị Nghỉ", "Lê Thị Chuyển", "Lê Thị Mới")
    Posting.objects.filter(person__in=[left, moved]).update(valid_to=date(2024, 1, 1))
    make_posting(moved, world.institute, valid_from=date(2024, 1, 1))
    Posting.objects.filter(person=coming).update(valid_from=date(2025, 1, 1))
    client = sign_in(world.officer)
    assert shown(client, q="le thi", state="all") == ["Lê Thị Mới", "Lê Thị Nghỉ"]
    assert client.get(reverse("units:person-detail", args=[moved.pk])).status_code == 404
    assert (
        sign_in(world.foreign_officer).get(reverse("units:person-detail", args=[moved.pk])).status_code == 200
    )


@pytest.mark.parametrize("name", [LIST, "units:person-export"])
def test_lists_cost_the_same_with_one_and_with_fifty(world: World, sign_in: SignIn, name: str) -> None:
    client, url = sign_in(world.specialist), reverse(name)

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    staff(world.agency, "Một Người")
    few = cost()
    staff(world.agency, *(f"Nguyễn Văn Thứ {n}" for n in range(49)))
    assert cost() == few
    assert few <= 30


def test_the_workbook_holds_what_is_seen_with_the_number_masked(world: World, sign_in: SignIn) -> None:
    unit = make_unit("Phòng Tải", world.agency)
    staff(unit, "Trần Thị Ước", "Lê Văn Ấm", "=1+1 Văn")
    Person.objects.filter(full_name="Lê Văn Ấm").update(id_number=NUMBER)
    answer = sign_in(world.officer).get(reverse("units:person-export"), {"unit": unit.code})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[1]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names = [str(row[2]) for row in cells if isinstance(row[0], int)]

    assert answer["Content-Disposition"] == 'attachment; filename="ca-nhan-2024-12-16.xlsx"'
    assert names == ["Lê Văn Ấm", "Trần Thị Ước", "'=1+1 Văn"]
    everything = str(cells)
    assert NUMBER not in everything
    assert "•••••••••345" in everything
    assert AccessEntry.objects.filter(kind="export", user=world.officer.user).exists()
    plain = sign_in(world.head).get(reverse("units:person-export"), {"unit": unit.code})
    assert "345" not in str(
        [[c.value for c in r] for r in load_workbook(io.BytesIO(plain.content)).worksheets[1]]
    )


# --- the page of a person --------------------------------------------------------------------------
def with_secrets(world: World) -> Person:
    [person] = staff(world.agency, "Trần Thị Kín", id_number=NUMBER)
    Discipline.objects.create(
        person=person, kind="canh_cao", decided_on=date(2023, 3, 1), document="QĐ-KYLUAT-9"
    )
    Hold.objects.create(person=person, kind="complaint", opened_on=date(2024, 3, 1), document="DON-TO-CAO-9")
    return person


SECRETS = ("Cảnh cáo", "QĐ-KYLUAT-9", "Có đơn khiếu nại, tố cáo đang xem xét", "DON-TO-CAO-9", "canh_cao")


@pytest.mark.parametrize("role", ["officer", "specialist"])
def test_who_keeps_the_record_sees_discipline_and_holds(world: World, sign_in: SignIn, role: str) -> None:
    page = page_of(sign_in(getattr(world, role)), with_secrets(world))
    assert all(word in page for word in SECRETS[:4])
    assert NUMBER not in page
    assert "•••••••••345" in page


@pytest.mark.parametrize("role", ["head", "leader", "secretary", "auditor", "admin"])
def test_others_see_neither_discipline_nor_holds_nor_the_number(
    world: World, sign_in: SignIn, role: str
) -> None:
    person, client = with_secrets(world), sign_in(getattr(world, role))
    page = page_of(client, person)
    assert [word for word in (*SECRETS, NUMBER) if word in page] == []
    answer = client.post(reverse("units:person-id-number", args=[person.pk]))
    assert answer.status_code == 404
    assert NUMBER not in answer.content.decode()


def test_people_see_their_own_record_also_without_keeping_any(world: World, sign_in: SignIn) -> None:
    person = world.head.user.person
    Person.objects.filter(pk=person.pk).update(id_number=NUMBER)
    Discipline.objects.create(
        person=person, kind="khien_trach", decided_on=date(2023, 3, 1), document="QĐ-CUA-TOI"
    )
    client = sign_in(world.head)
    assert "QĐ-CUA-TOI" in page_of(client, person)
    assert "Ghi kỷ luật" not in page_of(client, person)
    assert NUMBER in client.post(reverse("units:person-id-number", args=[person.pk])).content.decode()


def test_showing_the_number_is_a_post_and_is_noted(world: World, sign_in: SignIn) -> None:
    person, client = with_secrets(world), sign_in(world.officer)
    url = reverse("units:person-id-number", args=[person.pk])
    assert client.get(url).status_code == 405
    answer = client.post(url)
    assert NUMBER in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    noted = AccessEntry.objects.filter(
        object_type="units.person", object_id=str(person.pk), user=world.officer.user
    )
    assert noted.filter(detail="Hiện đầy đủ số định danh cá nhân").count() == 1
    assert NUMBER not in str(list(noted.values()))


def test_posts_are_shown_as_of_a_day(world: World, sign_in: SignIn) -> None:
    [person] = staff(world.agency, "Lê Thị Ngày")
    Posting.objects.filter(person=person).update(valid_to=date(2023, 1, 1), title="Chức vụ cũ")
    make_posting(person, world.agency, "Chức vụ mới", valid_from=date(2023, 1, 1))
    client = sign_in(world.officer)

    def lead(text: str) -> str:
        return re.sub(r"\s+", " ", text.split('class="page-lead">')[1].split("</div>")[0])

    assert "Chức vụ mới" in lead(page_of(client, person))
    assert "Chức vụ cũ" in lead(page_of(client, person, on="31/12/2022"))
    assert "Chức vụ mới" in lead(page_of(client, person, on="2023-01-01"))
    assert "Chức vụ mới" in lead(page_of(client, person, on="99/99/9999"))


def test_the_page_names_what_is_missing_to_who_can_mend_it(world: World, sign_in: SignIn) -> None:
    [person] = staff(world.agency, "Lê Thị Thiếu")
    page = page_of(sign_in(world.officer), person)
    assert "Còn thiếu để xét điều kiện năm 2024" in page
    assert reverse("units:year-edit", args=[person.pk, 2024]) in page
    assert "Ngày tuyển dụng" in page
    assert "Còn thiếu" not in page_of(sign_in(world.head), person)


def test_honours_and_initiatives_of_a_life_stand_on_the_page_and_foreign_ones_have_no_link(
    world: World, sign_in: SignIn
) -> None:
    made = make_objects(world.institute)
    person = Person.objects.get(pk=made["person"])
    Posting.objects.filter(person=person).update(valid_to=date(2024, 6, 1))
    make_posting(person, world.agency, valid_from=date(2024, 6, 1))
    honour = HonourRecord.objects.get(pk=made["honour"])
    mine, theirs = page_of(sign_in(world.officer), person), page_of(sign_in(world.specialist), person)
    assert "1/QĐ" in mine
    assert "Viện Nghiên cứu Thử nghiệm" in mine
    assert honour.get_absolute_url() not in mine
    assert honour.get_absolute_url() in theirs
    admin = page_of(sign_in(world.admin), person)
    assert "1/QĐ" not in admin
    assert "Sáng kiến" not in admin.split("<main")[1]


def test_the_page_costs_the_same_with_a_short_and_a_long_record(world: World, sign_in: SignIn) -> None:
    [person] = staff(world.agency, "Lê Thị Dài")
    client, url = sign_in(world.officer), reverse("units:person-detail", args=[person.pk])

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    def more(number: int) -> None:
        for n in range(number):
            make_posting(person, make_unit("Phòng", world.agency), valid_from=date(2021, 1, 1))
            YearRecord.objects.create(person=person, year=2024 - YearRecord.objects.count(), grade="HTTNV")
            Discipline.objects.create(
                person=person, kind="khien_trach", decided_on=date(2020, 1, n + 1), document="Q"
            )

    more(1)
    few = cost()
    more(20)
    assert cost() == few
    assert few <= 50


def test_html_in_facts_is_text(world: World, sign_in: SignIn) -> None:
    [person] = staff(world.agency, "Lê Thị Mã", status="worker")
    Posting.objects.filter(person=person).update(title="<script>alert(1)</script>", document="<b>QĐ</b>")
    page = page_of(sign_in(world.officer), person)
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;QĐ" in page


# --- forms -----------------------------------------------------------------------------------------
def test_an_officer_takes_a_person_in(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    data = FORM | {
        "unit": f"{world.division.name} ({world.division.code})",
        "id_number": NUMBER,
        "form_key": "0b9f4b1e-34a1-4a39-93b1-6f64e3f1a222",
    }
    answers = [client.post(reverse("units:person-create"), data) for _ in range(2)]

    person = Person.objects.get(full_name="Nguyễn Thị Hoà")
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.url for answer in answers} == {reverse("units:person-detail", args=[person.pk])}
    assert person.postings.get().unit == world.division


def test_a_possible_double_is_shown_with_its_unit_and_asks_to_confirm(world: World, sign_in: SignIn) -> None:
    staff(world.agency, "Nguyễn Thị Hòa", birth_year=1985)
    client = sign_in(world.officer)
    data = FORM | {"unit": world.agency.code}
    answer = client.post(reverse("units:person-create"), data)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Có thể đã có hồ sơ" in page
    assert "Chuyên viên, Cục Quan trắc Thử nghiệm" in page
    assert client.post(reverse("units:person-create"), data | {"is_other_person": "on"}).status_code == 303
    assert Person.objects.filter(search_key="nguyen thi hoa").count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "bắt buộc"),
        ("full_name", "Nguyễn Văn \u0430n", "ở vị trí 12"),
        ("full_name", "x " * 70, "120"),
        ("birth_year", "19x5", "số nguyên"),
        ("birth_year", "2020", "Năm sinh phải từ 1900"),
        ("id_number", "12345", "đúng 12 chữ số"),
        ("valid_from", "31/02/2024", "ngày/tháng/năm"),
        ("valid_from", "01/01/2030", "muộn hơn"),
        ("unit", "V1", "Không thấy đơn vị"),
        ("unit", "thử nghiệm", "Có nhiều đơn vị khớp"),
        ("hard_area_years", "ba", "Hãy nhập số"),
        ("recruited_on", "01/01/1990", "không hợp với năm sinh"),
    ],
)
def test_a_bad_person_form_says_what_is_wrong_and_changes_nothing(
    world: World, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    people = Person.objects.count()
    data = FORM | {"unit": world.agency.code, field: value}
    answer = sign_in(world.officer).post(reverse("units:person-create"), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Person.objects.count() == people
    assert not AuditEntry.objects.exists()


def test_editing_leaves_an_empty_identity_number_alone_and_clears_it_on_demand(
    world: World, sign_in: SignIn
) -> None:
    [person] = staff(world.agency, "Lê Thị Số", id_number=NUMBER)
    client, url = sign_in(world.officer), reverse("units:person-edit", args=[person.pk])
    page = client.get(url).content.decode()
    assert NUMBER not in page
    assert "data-private" in page
    data = {
        "full_name": "Lê Thị Số",
        "sex": "female",
        "birth_year": "1984",
        "code": person.code,
        "version": "1",
    }
    assert client.post(url, data).status_code == 303
    person.refresh_from_db()
    assert (person.id_number, person.birth_year) == (NUMBER, 1984)
    assert client.post(url, data | {"version": "2", "clear_id_number": "on"}).status_code == 303
    person.refresh_from_db()
    assert person.id_number == ""


def test_a_record_saved_by_another_meanwhile_is_kept_and_the_typed_text_too(
    world: World, sign_in: SignIn
) -> None:
    [person] = staff(world.agency, "Lê Thị Nhanh")
    Person.objects.filter(pk=person.pk).update(version=5)
    data = {"full_name": "Lê Thị Chậm", "sex": "female", "version": "4", "id_number": NUMBER}
    client, url = sign_in(world.officer), reverse("units:person-edit", args=[person.pk])
    answer = client.post(url, data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Có người khác vừa lưu nội dung này" in page
    assert 'data-value="Lê Thị Nhanh"' in page  # one press takes the newest value
    assert page.count(NUMBER) == 1  # in its own field only
    person.refresh_from_db()
    assert person.full_name == "Lê Thị Nhanh"
    assert client.post(url, data | {"version": "5"}).status_code == 303


def test_moving_a_person_away_leads_back_to_the_list(world: World, sign_in: SignIn) -> None:
    [person] = staff(world.agency, "Lê Thị Đi")
    url = reverse("units:post-transfer", args=[person.postings.get().pk])
    data = {"unit": "vien nghien cuu", "title": "Nghiên cứu viên", "leader_level": "none", "on": "01/12/2024"}
    client = sign_in(world.officer)
    assert "Chuyển vị trí" in client.get(url).content.decode()
    answer = client.post(url, data)
    assert (answer.status_code, answer.url) == (303, reverse(LIST))
    assert person.postings.count() == 2


def test_a_second_head_is_refused_in_the_form_with_the_name_of_the_first(
    world: World, sign_in: SignIn
) -> None:
    [person] = staff(world.agency, "Lê Thị Hai")
    url = reverse("units:post-create", args=[person.pk])
    data = {
        "unit": world.agency.code, "title": "Cục trưởng", "leader_level": "department_head",
        "is_unit_head": "on", "valid_from": "01/01/2024",
    }  # fmt: skip
    answer = sign_in(world.officer).post(url, data)
    assert answer.status_code == 422
    assert "đã có thủ trưởng là Lê Văn Thủ Trưởng" in answer.content.decode()


def test_the_grid_is_typed_and_saved_for_a_whole_unit(world: World, sign_in: SignIn) -> None:
    unit = make_unit("Phòng Chấm", world.agency)
    one, two, three = staff(unit, "Lê An", "Lê Bình", "Lê Chi")
    client, url = sign_in(world.officer), reverse("units:year-grid", args=[unit.pk, 2024, 1])
    assert client.get(url).content.decode().index("Lê An") > 0
    data = {
        f"p{one.pk}-version": "0", f"p{one.pk}-grade": "HTXSNV", f"p{one.pk}-months_worked": "11,5",
        f"p{two.pk}-version": "0", f"p{two.pk}-grade": "HTTNV", f"p{two.pk}-maternity_months": "6",
        f"p{three.pk}-version": "0", "fill_months": "on", "document": "QĐ 99/QĐ-PC",
    }  # fmt: skip
    assert client.post(url, data).status_code == 303

    kept = {
        r.person_id: (r.grade, r.months_worked, r.maternity_months, r.document)
        for r in YearRecord.objects.all()
    }
    assert kept == {
        one.pk: ("HTXSNV", 11.5, None, "QĐ 99/QĐ-PC"),
        two.pk: ("HTTNV", 6, 6, "QĐ 99/QĐ-PC"),
    }
    assert AuditEntry.objects.filter(action="year_record.save").count() == 2
    assert "11,5" in client.get(url).content.decode()


def test_a_mistake_in_the_grid_names_the_person_and_saves_nothing(world: World, sign_in: SignIn) -> None:
    unit = make_unit("Phòng Chấm", world.agency)
    one, two = staff(unit, "Lê An", "Lê Bình")
    data = {
        f"p{one.pk}-version": "0", f"p{one.pk}-grade": "HTTNV",
        f"p{two.pk}-version": "0", f"p{two.pk}-months_worked": "13",
    }  # fmt: skip
    answer = sign_in(world.officer).post(reverse("units:year-grid", args=[unit.pk, 2024, 1]), data)
    assert answer.status_code == 422
    assert "Lê Bình – Số tháng làm việc" in answer.content.decode()
    assert not YearRecord.objects.exists()


def test_the_grid_costs_the_same_for_one_and_for_fifty(world: World, sign_in: SignIn) -> None:
    unit = make_unit("Phòng Chấm", world.agency)
    client, url = sign_in(world.officer), reverse("units:year-grid", args=[unit.pk, 2024, 1])

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    staff(unit, "Lê An")
    few = cost()
    staff(unit, *(f"Lê Thứ {n}" for n in range(49)))
    assert cost() == few


@pytest.mark.parametrize("year", [1989, 2025, 9999])
def test_a_year_without_grades_is_not_found(world: World, sign_in: SignIn, year: int) -> None:
    client = sign_in(world.officer)
    assert client.get(reverse("units:year-grid", args=[world.agency.pk, year, 1])).status_code == 404
    assert client.get(reverse("units:year-edit", args=[world.head.user.person_id, year])).status_code == 404


def test_registers_are_kept_through_their_forms(world: World, sign_in: SignIn) -> None:
    [person] = staff(world.agency, "Lê Thị Sổ")
    client = sign_in(world.officer)

    def send(route: str, pk: int, **data: str) -> None:
        url = reverse(f"units:{route}", args=[pk])
        assert client.get(url).status_code == 200
        answer = client.post(url, data)
        assert answer.status_code == 303, route
        assert answer.url.startswith(reverse("units:person-detail", args=[person.pk]))

    send("discipline-create", person.pk, kind="khien_trach", decided_on="01/05/2023", document="QĐ 1")
    send("discipline-end", person.disciplines.get().pk, ended_on="01/05/2024")
    send("discipline-revoke", person.disciplines.get().pk, reason="QĐ hủy")
    send("hold-create", person.pk, kind="press", opened_on="01/05/2024")
    send("hold-close", person.holds.get().pk, closed_on="01/06/2024", is_clean="yes")
    send("training-create", person.pk, year="2023", months="14", name="Cao cấp lý luận")
    send(
        "training-edit", person.trainings.get().pk, year="2023", months="14", result="gioi", rules_kept="yes"
    )
    send("secondment-create", person.pk, to_unit="Sở A", valid_from="01/01/2024")
    send(
        "secondment-edit",
        person.secondments.get().pk,
        to_unit="Sở A",
        valid_from="01/01/2024",
        valid_to="01/07/2024",
    )
    page = page_of(client, person)
    assert all(
        text in page for text in ("Khiển trách", "Đã hủy", "Không có vi phạm, 01/06/2024", "Giỏi", "Sở A")
    )
    send("training-remove", person.trainings.get().pk, reason="nhầm")
    send("secondment-remove", person.secondments.get().pk, reason="nhầm")
    assert (person.trainings.count(), person.secondments.count(), person.disciplines.count()) == (0, 0, 1)


def test_a_unit_waits_with_awards_and_goes_on(world: World, sign_in: SignIn) -> None:
    client, url = sign_in(world.officer), reverse("units:unit-holds", args=[world.division.pk])
    assert client.post(url, {"kind": "inspection", "opened_on": "01/10/2024"}).status_code == 303
    assert "Đang thanh tra, kiểm tra" in client.get(url).content.decode()
    close = reverse("units:hold-close", args=[Hold.objects.get().pk])
    assert client.get(close).status_code == 200
    answer = client.post(close, {"closed_on": "01/11/2024", "is_clean": "no"})
    assert (answer.status_code, answer.url) == (303, url)
    assert Hold.objects.get().is_clean is False


def test_a_very_long_list_is_cut_and_says_so(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("units.views.people.MOST", 3)
    staff(world.agency, *(f"Nguyễn Văn Thứ {n}" for n in range(5)))
    page = sign_in(world.officer).get(reverse(LIST))
    assert page.context["page"].paginator.count == 3
    assert "Hơn 3 người" in page.content.decode()
    assert "lọc theo đơn vị để thấy đủ" in page.content.decode()
