from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.text import name_sort_key, search_key
from tests.builders import make_person, make_posting, make_unit
from units.models import Discipline, Hold, Person, Posting, Secondment, Training, Unit, YearRecord
from units.person_facts import facts_of, missing_of

pytestmark = pytest.mark.django_db
ON = date(2024, 12, 16)


def test_nothing_known_is_nothing_said() -> None:
    person = make_person("Nguyễn Văn An", birth_year=None)
    facts = facts_of([person.pk], ON)[person.pk]

    assert facts.subject() == {
        "kind": "person", "sex": "female", "discipline": [], "holds": [], "training": [], "transfers": [],
        "secondment": None, "retiring_on": None,
    }  # fmt: skip


def test_everything_known_has_the_shape_of_the_contract() -> None:
    unit = make_unit("Vụ Thử", valid_from=None)
    person = make_person(
        "Nguyễn Văn An", sex="male", birth_year=1975, status="civil_servant", recruited_on=date(2000, 3, 1),
        sector_since=date(2004, 3, 1), hard_area_years=Decimal("4.0"), higher_retirement_age=False,
    )  # fmt: skip
    make_posting(person, unit, "Chuyên viên", valid_from=date(2000, 3, 1), valid_to=date(2019, 1, 1))
    make_posting(
        person, unit, "Vụ trưởng", valid_from=date(2019, 1, 1), leader_level="department_head",
        is_unit_head=True, post="vu_truong",
    )  # fmt: skip
    YearRecord.objects.create(person=person, year=2023, grade="HTXSNV", months_worked=12, maternity_months=0)
    YearRecord.objects.create(person=person, year=2022, grade="")
    Discipline.objects.create(person=person, kind="khien_trach", decided_on=date(2022, 5, 10), document="QĐ")
    Discipline.objects.create(
        person=person, kind="canh_cao", decided_on=date(2021, 1, 1), document="QĐ", is_revoked=True
    )
    Hold.objects.create(person=person, kind="inspection", opened_on=date(2024, 11, 3))
    Training.objects.create(person=person, year=2022, months=14, result="kha", rules_kept=True)
    Secondment.objects.create(
        person=person, to_unit="Sở A", valid_from=date(2024, 1, 1), from_unit_decides=True
    )

    assert facts_of([person.pk], ON)[person.pk].subject() == {
        "kind": "person", "status": "cong_chuc", "sex": "male", "is_head": True, "direct_worker": False,
        "recruited_on": "2000-03-01", "grades": {"2023": "HTXSNV"}, "months_worked": {"2023": 12},
        "maternity_months": {"2023": 0}, "work_years": 24, "sector_years": 20, "hard_area_years": 4,
        "leader_years": 5, "higher_retirement_age": False, "retiring_on": None,
        "discipline": [{"kind": "khien_trach", "decided_on": "2022-05-10", "ended_on": None}],
        "holds": [{"kind": "inspection", "opened_on": "2024-11-03", "closed_on": None, "clean": None}],
        "training": [{"year": 2022, "months": 14, "result": "kha", "rules_kept": True}],
        "transfers": [], "secondment": {"from_unit_decides": True},
        "posts": [{"post": "vu_truong", "months": 71, "from": "2019-01-01", "to": None}],
    }  # fmt: skip


def test_sums_over_posts_are_not_told_when_the_career_is_not_known_from_its_beginning() -> None:
    person = make_person(recruited_on=date(2000, 3, 1))
    make_posting(person, make_unit("Vụ"), leader_level="department_head", post="vu_truong")
    facts = facts_of([person.pk], ON)[person.pk]

    assert facts.leader_years is None
    assert "posts" not in facts.subject()
    assert [row.months for row in facts.posts] == [59]
    assert "quá trình công tác trước ngày 01/01/2020" in [fact.label for fact in missing_of(facts, 2024)]


def test_the_facts_are_those_of_the_day() -> None:
    person = make_person()
    unit = make_unit("Vụ")
    make_posting(person, unit, "Vụ trưởng", is_unit_head=True, valid_to=date(2024, 7, 1))
    Hold.objects.create(
        person=person, kind="press", opened_on=date(2024, 2, 1), closed_on=date(2024, 3, 1), is_clean=True
    )
    Discipline.objects.create(person=person, kind="canh_cao", decided_on=date(2024, 6, 1), document="QĐ")
    YearRecord.objects.create(person=person, year=2024, grade="HTNV")

    early = facts_of([person.pk], date(2023, 12, 31))[person.pk]
    middle = facts_of([person.pk], date(2024, 2, 15))[person.pk]
    late = facts_of([person.pk], ON)[person.pk]
    assert (early.holds, early.discipline, early.grades, early.is_head) == ([], [], {}, True)
    assert (middle.holds[0].closed_on, middle.holds[0].clean) == (None, None)
    assert (late.holds[0].closed_on, late.holds[0].clean) == (date(2024, 3, 1), True)
    assert (late.is_head, late.direct_worker) == (None, None)
    assert len(late.discipline) == 1


def test_years_asked_are_years_answered() -> None:
    person = make_person()
    for year in (2021, 2022, 2023, 2024):
        YearRecord.objects.create(person=person, year=year, grade="HTTNV")
    assert sorted(facts_of([person.pk], ON, [2022, 2024])[person.pk].grades) == [2022, 2024]
    assert sorted(facts_of([person.pk], ON)[person.pk].grades) == [2021, 2022, 2023, 2024]


def test_a_move_counts_the_months_of_the_year_in_the_old_unit() -> None:
    person, old, new = make_person(), make_unit("Cục Cũ"), make_unit("Cục Mới")
    make_posting(person, old, "Chuyên viên", valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    make_posting(person, old, "Chuyên viên chính", valid_from=date(2021, 1, 1), valid_to=date(2024, 8, 1))
    make_posting(person, new, "Phó phòng", valid_from=date(2024, 8, 1), old_unit_comment=False)
    move = facts_of([person.pk], ON)[person.pk].transfers

    assert [(m.on, m.old_unit, m.new_unit, m.months_in_old_unit, m.old_unit_comment) for m in move] == [
        (date(2024, 8, 1), "Cục Cũ", "Cục Mới", 7, False)
    ]


def test_a_second_post_beside_the_first_is_no_move() -> None:
    person, one, two = make_person(), make_unit("Cục Một"), make_unit("Cục Hai")
    make_posting(person, one, "Chuyên viên")
    make_posting(person, two, "Kiêm nhiệm", valid_from=date(2023, 1, 1))
    assert facts_of([person.pk], ON)[person.pk].transfers == []


def test_time_in_a_post_held_twice_is_added_by_period() -> None:
    person, unit = make_person(), make_unit("Vụ")
    make_posting(
        person, unit, "Vụ trưởng", post="vu_truong", valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1)
    )
    make_posting(
        person, unit, "Vụ trưởng", post="vu_truong", valid_from=date(2021, 1, 1), valid_to=date(2022, 1, 1)
    )
    make_posting(person, unit, "Vụ trưởng", post="vu_truong", valid_from=date(2023, 1, 1))
    rows = facts_of([person.pk], ON)[person.pk].posts
    assert [(row.months, row.first, row.to) for row in rows] == [
        (24, date(2020, 1, 1), date(2022, 1, 1)),
        (23, date(2023, 1, 1), None),
    ]


@pytest.fixture
def many() -> Callable[[int], list[int]]:
    def make(count: int) -> list[int]:
        unit = Unit.objects.first() or make_unit("Cục")
        start = Person.objects.count()
        people = Person.objects.bulk_create(
            Person(
                code=f"N{start + n:06d}", full_name="Lê Thị An", sex="female", recruited_on=date(2010, 1, 1),
                search_key=search_key("Lê Thị An"), sort_key=name_sort_key("Lê Thị An"),
            )
            for n in range(count)
        )  # fmt: skip
        Posting.objects.bulk_create(
            Posting(person=p, unit=unit, title="Chuyên viên", valid_from=date(2010, 1, 1)) for p in people
        )
        YearRecord.objects.bulk_create(
            YearRecord(person=p, year=y, grade="HTTNV") for p in people for y in (2022, 2023, 2024)
        )
        Discipline.objects.bulk_create(
            Discipline(person=p, kind="khien_trach", decided_on=date(2020, 1, 1), document="QĐ")
            for p in people
        )
        return [person.pk for person in people]

    return make


def test_one_person_and_fifty_cost_the_same_seven_queries(many: Callable[[int], list[int]]) -> None:
    counts = []
    for number in (1, 50):
        ids = many(number)
        with CaptureQueriesContext(connection) as captured:
            facts = facts_of(ids, ON)
        assert all(len(facts[pk].grades) == 3 and len(facts[pk].discipline) == 1 for pk in ids)
        counts.append(len(captured))
    assert counts == [7, 7]


def test_what_is_missing_is_named_with_the_place_to_mend_it() -> None:
    person = make_person(birth_year=None)
    empty = missing_of(facts_of([person.pk], ON)[person.pk], 2024)
    assert [(fact.label, fact.place) for fact in empty] == [
        ("đối tượng (công chức, viên chức, …)", "person"),
        ("ngày tuyển dụng", "person"),
        ("năm sinh", "person"),
        ("ngày vào ngành", "person"),
        ("chức vụ, vị trí đang giữ", "posts"),
        ("xếp loại năm 2023, 2024", "years"),
        ("số tháng làm việc năm 2024", "years"),
    ]

    full = make_person(
        status="worker", recruited_on=date(2024, 1, 15), sector_since=date(2024, 1, 15), birth_year=2000
    )
    make_posting(full, make_unit("Cục"), valid_from=date(2024, 1, 15))
    YearRecord.objects.create(person=full, year=2024, grade="HTTNV", months_worked=11)
    assert missing_of(facts_of([full.pk], ON)[full.pk], 2024) == []
