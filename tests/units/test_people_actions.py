from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core import audit
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import AuditEntry, Notice
from tests.builders import make_person, make_posting, make_unit
from tests.world import World
from units.actions import people, records
from units.models import Discipline, Hold, Person, Posting, Training, YearRecord

pytestmark = pytest.mark.django_db
NUMBER = "001085012345"


def new_person(world: World, **more: Any) -> Person:
    data = {
        "full_name": "Nguyễn Thị Hoà",
        "sex": "female",
        "birth_year": 1985,
        "unit": world.agency,
        "title": "Chuyên viên",
        "valid_from": date(2020, 1, 1),
    }
    return people.save_person(None, data | more, actor=world.officer)


def entries() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def in_trail(text: str) -> bool:
    return any(text in f"{e.changes}{e.note}{e.object_label}" for e in AuditEntry.objects.all())


# --- the person ------------------------------------------------------------------------------------
def test_a_new_person_comes_with_a_first_post_and_two_entries(world: World) -> None:
    person = new_person(world, id_number="001 085 012 345", is_direct_worker=True)

    assert (person.id_number, person.search_key) == (NUMBER, "nguyen thi hoa")
    assert person.postings.get().is_direct_worker
    assert entries() == ["person.create", "post.appoint"]


def test_the_identity_number_never_enters_the_trail(world: World) -> None:
    person = new_person(world, id_number=NUMBER)
    people.save_person(person.pk, {"id_number": "001085099999"}, actor=world.officer)

    assert not in_trail(NUMBER)
    assert not in_trail("001085099999")
    assert AuditEntry.objects.order_by("sequence").last().changes == {"id_number": "đã thay đổi"}


def test_a_change_keeps_old_and_new_and_leaves_the_rest(world: World) -> None:
    person = new_person(world)
    people.save_person(person.pk, {"status": "civil_servant"}, actor=world.officer, version=1)

    person.refresh_from_db()
    assert (person.status, person.birth_year, person.version) == ("civil_servant", 1985, 2)
    assert AuditEntry.objects.order_by("sequence").last().changes == {"status": [None, "civil_servant"]}


def test_saving_the_same_again_changes_and_records_nothing(world: World) -> None:
    person = new_person(world)
    before = entries()
    people.save_person(person.pk, {"birth_year": 1985}, actor=world.officer)
    assert entries() == before


def test_a_record_changed_meanwhile_is_not_overwritten(world: World) -> None:
    person = new_person(world)
    people.save_person(person.pk, {"birth_year": 1986}, actor=world.officer, version=1)
    with pytest.raises(StaleState, match="người khác cập nhật"):
        people.save_person(person.pk, {"birth_year": 1987}, actor=world.officer, version=1)
    person.refresh_from_db()
    assert person.birth_year == 1986


def test_a_namesake_of_the_same_year_asks_first(world: World) -> None:
    new_person(world)
    with pytest.raises(RuleBroken, match="cùng họ tên") as refused:
        new_person(world, full_name="NGUYỄN THỊ HÒA")
    assert list(refused.value.fields) == ["is_other_person"]
    new_person(world, full_name="NGUYỄN THỊ HÒA", is_other_person=True)
    new_person(world, birth_year=1990)
    assert Person.objects.filter(search_key="nguyen thi hoa").count() == 3


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"full_name": "Nguyễn Văn \u0430n"}, "full_name", "Ký tự lạ ở vị trí 12"),
        ({"full_name": "Hoà"}, "full_name", "đủ họ và tên"),
        ({"birth_year": 1800}, "birth_year", "Năm sinh phải từ 1900"),
        ({"recruited_on": date(1995, 1, 1)}, "recruited_on", "không hợp với năm sinh 1985"),
        ({"valid_from": date(2030, 1, 1)}, "valid_from", "muộn hơn"),
        ({"valid_from": date(2019, 1, 1)}, "unit", "chỉ có từ ngày 01/01/2020"),
    ],
)
def test_implausible_facts_are_refused_at_their_field(
    world: World, facts: dict[str, Any], field: str, sentence: str
) -> None:
    count = Person.objects.count()
    with pytest.raises(RuleBroken, match=sentence) as refused:
        new_person(world, **facts)
    assert list(refused.value.fields) == [field]
    assert Person.objects.count() == count
    assert entries() == []


def test_a_wrong_or_taken_identity_number_is_refused(world: World) -> None:
    new_person(world, id_number=NUMBER)
    with pytest.raises(ValidationError, match="đúng 12 chữ số"):
        new_person(world, full_name="Lê Văn An", id_number="123")
    with pytest.raises(ValidationError, match="đã được dùng"):
        new_person(world, full_name="Lê Văn An", id_number=NUMBER)


def test_eth_becomes_the_vietnamese_letter(world: World) -> None:
    assert new_person(world, full_name="\u00d0ỗ  Thị Lan").full_name == "Đỗ Thị Lan"


def test_records_are_kept_by_the_unit_and_by_those_above_only(world: World) -> None:
    person = new_person(world)
    for stranger in (world.foreign_officer, world.division_officer, world.head, world.auditor):
        with pytest.raises(Forbidden):
            people.save_person(person.pk, {"birth_year": 1990}, actor=stranger)
        with pytest.raises(Forbidden):
            people.save_year_record(person.pk, 2023, {"grade": "HTTNV"}, actor=stranger)
        with pytest.raises(Forbidden):
            records.open_hold(
                {"kind": "press", "opened_on": date(2024, 1, 1)}, person_id=person.pk, actor=stranger
            )
    people.save_person(person.pk, {"birth_year": 1990}, actor=world.specialist)
    assert Person.objects.get(pk=person.pk).birth_year == 1990


# --- posts -----------------------------------------------------------------------------------------
def test_a_post_ends_and_stays_readable(world: World) -> None:
    posting = new_person(world).postings.get()
    people.end_posting(posting.pk, valid_to=date(2024, 10, 1), document="QĐ 7", actor=world.officer)

    posting.refresh_from_db()
    assert posting.valid_to == date(2024, 10, 1)
    assert AuditEntry.objects.order_by("sequence").last().changes == {"valid_to": [None, "2024-10-01"]}
    with pytest.raises(StaleState, match="01/10/2024"):
        people.end_posting(posting.pk, valid_to=date(2024, 11, 1), actor=world.officer)


def test_the_same_post_twice_at_once_is_refused_naming_the_first(world: World) -> None:
    person = new_person(world)
    with pytest.raises(
        RuleBroken, match="đã giữ «Chuyên viên» tại Cục Quan trắc Thử nghiệm từ 01/01/2020 đến nay"
    ):
        people.appoint(person, world.agency, "chuyên viên", valid_from=date(2023, 1, 1), actor=world.officer)


def test_a_closed_unit_takes_nobody(world: World) -> None:
    closed = make_unit("Phòng Cũ", world.agency, valid_to=date(2023, 1, 1))
    with pytest.raises(RuleBroken, match="không còn hoạt động từ ngày 01/01/2023"):
        people.appoint(
            new_person(world), closed, "Chuyên viên", valid_from=date(2023, 1, 1), actor=world.officer
        )


def test_a_unit_has_one_head_and_the_sentence_names_who(world: World) -> None:
    person = new_person(world)
    with pytest.raises(RuleBroken, match="đã có thủ trưởng là Lê Văn Thủ Trưởng") as refused:
        people.appoint(
            person,
            world.agency,
            "Cục trưởng",
            valid_from=date(2024, 1, 1),
            is_unit_head=True,
            actor=world.officer,
        )
    assert list(refused.value.fields) == ["is_unit_head"]

    present = Posting.objects.get(unit=world.agency, is_unit_head=True)
    people.end_posting(present.pk, valid_to=date(2024, 1, 1), actor=world.officer)
    people.appoint(
        person,
        world.agency,
        "Cục trưởng",
        valid_from=date(2024, 1, 1),
        is_unit_head=True,
        actor=world.officer,
    )
    assert Posting.objects.filter(unit=world.agency, is_unit_head=True).count() == 2


def test_a_correction_keeps_the_old_values_and_the_reason(world: World) -> None:
    posting = new_person(world).postings.get()
    data = {"title": "Chuyên viên chính", "valid_from": date(2021, 1, 1)}
    people.correct_posting(posting.pk, data, reason="Nhầm so với QĐ 9", actor=world.officer)

    entry = AuditEntry.objects.order_by("sequence").last()
    assert entry.changes == {
        "title": ["Chuyên viên", "Chuyên viên chính"], "valid_from": ["2020-01-01", "2021-01-01"],
    }  # fmt: skip
    assert entry.note == "Nhầm so với QĐ 9"
    with pytest.raises(StaleState, match="Không có nội dung nào khác"):
        people.correct_posting(posting.pk, data, reason="x", actor=world.officer)


def test_a_correction_does_not_move_a_person_out_of_reach(world: World) -> None:
    posting = new_person(world).postings.get()
    with pytest.raises(Forbidden):
        people.correct_posting(posting.pk, {"unit": world.institute}, reason="x", actor=world.officer)


def test_a_move_ends_one_post_and_opens_the_other_on_the_same_day(world: World) -> None:
    posting = new_person(world).postings.get()
    new = people.transfer(
        posting.pk,
        world.institute,
        "Nghiên cứu viên",
        on=date(2024, 9, 1),
        document="QĐ 3",
        actor=world.officer,
    )

    posting.refresh_from_db()
    assert (posting.valid_to, new.valid_from) == (date(2024, 9, 1), date(2024, 9, 1))
    assert entries()[-1] == "post.transfer"
    assert Notice.objects.get(kind="person.arrived").user == world.foreign_officer.user
    with pytest.raises(Forbidden):
        people.save_person(new.person_id, {"birth_year": 1990}, actor=world.officer)
    people.save_person(new.person_id, {"birth_year": 1990}, actor=world.foreign_officer)


def test_a_move_outside_the_ministry_or_into_the_past_is_refused(world: World) -> None:
    posting = new_person(world).postings.get()
    other = make_unit("Bộ Khác", code="B9")
    with pytest.raises(RuleBroken, match="của Bộ đang hoạt động"):
        people.transfer(posting.pk, other, "X", on=date(2024, 9, 1), document="", actor=world.officer)
    with pytest.raises(RuleBroken, match="phải sau ngày bắt đầu"):
        people.transfer(
            posting.pk, world.division, "X", on=date(2020, 1, 1), document="", actor=world.officer
        )
    assert Posting.objects.get(person=posting.person_id).valid_to is None


def test_a_post_written_by_mistake_is_taken_out_but_never_the_only_one(world: World) -> None:
    person = new_person(world)
    first = person.postings.get()
    with pytest.raises(RuleBroken, match="chức vụ duy nhất"):
        people.remove_posting(first.pk, reason="nhầm", actor=world.officer)
    second = people.appoint(
        person, world.division, "Đội viên", valid_from=date(2022, 1, 1), actor=world.officer
    )
    people.remove_posting(second.pk, reason="nhầm người", actor=world.officer)

    assert person.postings.get() == first
    entry = AuditEntry.objects.order_by("sequence").last()
    assert entry.changes["title"] == ["Đội viên", None]
    assert entry.note == "nhầm người"


# --- the year --------------------------------------------------------------------------------------
def test_a_year_is_written_once_and_then_corrected_with_its_old_value(world: World) -> None:
    person = new_person(world)
    people.save_year_record(
        person.pk, 2023, {"grade": "HTTNV", "months_worked": Decimal(12)}, actor=world.officer, version=0
    )
    people.save_year_record(person.pk, 2023, {"grade": "HTXSNV"}, actor=world.officer, version=1)

    record = YearRecord.objects.get(person=person)
    assert (record.grade, record.months_worked, record.maternity_months, record.version) == (
        "HTXSNV",
        12,
        None,
        2,
    )
    assert AuditEntry.objects.order_by("sequence").last().changes["grade"] == ["HTTNV", "HTXSNV"]
    with pytest.raises(StaleState):
        people.save_year_record(person.pk, 2023, {"grade": "HTNV"}, actor=world.officer, version=1)
    assert people.save_year_record(person.pk, 2023, {"grade": "HTXSNV"}, actor=world.officer) is None


def test_the_grid_saves_all_or_nothing(world: World) -> None:
    one, two = new_person(world), new_person(world, full_name="Trần Văn Bình")
    rows = [(one.pk, 0, {"grade": "HTTNV"}), (two.pk, 0, {"grade": "HTNV", "months_worked": Decimal(9)})]
    assert people.save_year_grid(world.agency.pk, 2024, rows, actor=world.officer) == 2
    assert people.save_year_grid(world.agency.pk, 2024, rows, actor=world.officer) == 0

    bad = [
        (one.pk, 1, {"grade": "HTXSNV"}),
        (two.pk, 1, {"months_worked": Decimal(9), "maternity_months": Decimal(6)}),
    ]
    with pytest.raises(RuleBroken, match="Trần Văn Bình: .*quá 12 tháng"):
        people.save_year_grid(world.agency.pk, 2024, bad, actor=world.officer)
    assert YearRecord.objects.get(person=one).grade == "HTTNV"


def test_the_grid_does_not_overwrite_what_another_has_typed(world: World) -> None:
    person = new_person(world)
    people.save_year_record(person.pk, 2024, {"grade": "HTXSNV"}, actor=world.specialist)
    with pytest.raises(StaleState, match="vừa được người khác ghi"):
        people.save_year_grid(world.agency.pk, 2024, [(person.pk, 0, {"grade": "HTNV"})], actor=world.officer)
    assert YearRecord.objects.get(person=person).grade == "HTXSNV"


def test_the_grid_takes_only_people_of_the_unit(world: World) -> None:
    stranger = make_person("Bùi Văn Lạ")
    make_posting(stranger, world.institute)
    with pytest.raises(StaleState, match="Danh sách người của đơn vị"):
        people.save_year_grid(
            world.agency.pk, 2024, [(stranger.pk, 0, {"grade": "HTNV"})], actor=world.officer
        )
    with pytest.raises(Forbidden):
        people.save_year_grid(
            world.institute.pk, 2024, [(stranger.pk, 0, {"grade": "HTNV"})], actor=world.officer
        )
    assert not YearRecord.objects.exists()


# --- registers -------------------------------------------------------------------------------------
def test_a_discipline_begins_ends_and_can_be_struck_out(world: World) -> None:
    person = new_person(world)
    data = {"kind": "khien_trach", "decided_on": date(2023, 5, 1), "document": "QĐ 1"}
    row = records.add_discipline(person.pk, data, actor=world.officer)
    with pytest.raises(StaleState, match="đã được ghi"):
        records.add_discipline(person.pk, data, actor=world.officer)
    with pytest.raises(RuleBroken, match="không được trước ngày quyết định"):
        records.end_discipline(row.pk, ended_on=date(2023, 4, 1), actor=world.officer)
    records.end_discipline(row.pk, ended_on=date(2024, 5, 1), actor=world.officer)
    with pytest.raises(StaleState):
        records.end_discipline(row.pk, ended_on=date(2024, 6, 1), actor=world.officer)
    records.revoke_discipline(row.pk, reason="Hủy theo QĐ 2", actor=world.officer)

    assert Discipline.objects.get().is_revoked
    assert entries()[-3:] == ["discipline.add", "discipline.end", "discipline.revoke"]


def test_holds_of_people_and_of_units_open_once_and_end_with_a_conclusion(world: World) -> None:
    person = new_person(world)
    data = {"kind": "complaint", "opened_on": date(2024, 11, 3), "document": ""}
    hold = records.open_hold(data, person_id=person.pk, actor=world.officer)
    with pytest.raises(StaleState, match="đang mở"):
        records.open_hold(data, person_id=person.pk, actor=world.officer)
    with pytest.raises(RuleBroken, match="kết luận"):
        records.close_hold(hold.pk, closed_on=date(2024, 12, 1), is_clean=None, actor=world.officer)
    records.close_hold(hold.pk, closed_on=date(2024, 12, 1), is_clean=True, actor=world.officer)
    with pytest.raises(StaleState, match="01/12/2024"):
        records.close_hold(hold.pk, closed_on=date(2024, 12, 2), is_clean=True, actor=world.officer)
    of_unit = records.open_hold(data, unit_id=world.division.pk, actor=world.officer)
    with pytest.raises(Forbidden):
        records.close_hold(
            of_unit.pk, closed_on=date(2024, 12, 1), is_clean=True, actor=world.foreign_officer
        )
    assert Hold.objects.filter(closed_on=None).get() == of_unit


def test_training_and_secondment_are_written_put_right_and_taken_out(world: World) -> None:
    person = new_person(world)
    course = {"year": 2022, "name": "Thạc sĩ", "months": Decimal(14), "result": "", "rules_kept": None}
    row = records.save_training(person.pk, course, actor=world.officer)
    records.save_training(person.pk, course | {"result": "kha"}, training_id=row.pk, actor=world.officer)
    assert AuditEntry.objects.order_by("sequence").last().changes["result"] == [None, "kha"]
    records.remove_training(row.pk, reason="nhầm người", actor=world.officer)
    assert not Training.objects.exists()
    with pytest.raises(StaleState):
        records.remove_training(row.pk, reason="x", actor=world.officer)

    lent = {"to_unit": "Sở A", "valid_from": date(2023, 1, 1), "valid_to": None}
    first = records.save_secondment(person.pk, lent, actor=world.officer)
    with pytest.raises(RuleBroken, match="đã biệt phái tại Sở A"):
        records.save_secondment(person.pk, lent | {"valid_from": date(2024, 1, 1)}, actor=world.officer)
    records.save_secondment(
        person.pk, lent | {"valid_to": date(2024, 1, 1)}, secondment_id=first.pk, actor=world.officer
    )
    records.save_secondment(person.pk, lent | {"valid_from": date(2024, 1, 1)}, actor=world.officer)
    assert person.secondments.count() == 2


def test_every_action_has_a_vietnamese_name(world: World) -> None:
    person = new_person(world)
    records.open_hold(
        {"kind": "press", "opened_on": date(2024, 1, 1)}, person_id=person.pk, actor=world.officer
    )
    assert all(audit.label_of(action) != action for action in entries())
