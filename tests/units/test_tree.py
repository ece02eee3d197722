"""The tree of units: 3,000 of them in one screen, names and places of any day, paths that follow heirs."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.text import search_key, sort_key
from tests.builders import START, make_person, make_posting, make_unit
from tests.world import World
from units import queries, tree
from units.actions.organisation import rebuild_paths
from units.choices import UnitKind
from units.models import Placement, Posting, Succession, Unit, UnitName
from units.paths import Cycle, Heir, Node, Place, parents_on, paths_on
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]
DAY = date(2024, 12, 16)
LONG_AGO = date(2021, 6, 1)
HTMX = {"HTTP_HX_REQUEST": "true"}


# --- the projection, without a database ----------------------------------------------------------
def nodes(*rows: tuple[int, date | None]) -> dict[int, Node]:
    return {key: Node(key, f"U{key}", closed) for key, closed in rows}


def test_a_closed_unit_hangs_under_its_only_heir_and_further_under_the_heirs_heir() -> None:
    units = nodes((1, None), (2, date(2022, 1, 1)), (3, date(2023, 1, 1)), (4, None))
    places = [Place(2, 1), Place(3, 1), Place(4, 1)]
    heirs = [Heir(2, 3, date(2022, 1, 1)), Heir(3, 4, date(2023, 1, 1))]
    assert paths_on(DAY, units, places, heirs)[2] == "/U1/U4/U3/U2/"
    assert paths_on(date(2022, 6, 1), units, places, heirs)[2] == "/U1/U3/U2/"
    assert paths_on(date(2021, 6, 1), units, places, heirs)[2] == "/U1/U2/"


def test_of_several_heirs_the_nearest_unit_above_all_of_them() -> None:
    units = nodes((1, None), (2, None), (3, DAY), (4, None), (5, None), (6, None))
    places = [Place(2, 1), Place(3, 2), Place(4, 2), Place(5, 2), Place(6, 1)]
    near = [Heir(3, 4, DAY), Heir(3, 5, DAY)]
    assert paths_on(DAY, units, places, near)[3] == "/U1/U2/U3/"
    assert paths_on(DAY, units, places, [Heir(3, 4, DAY), Heir(3, 6, DAY)])[3] == "/U1/U3/"


def test_an_heir_under_the_unit_itself_makes_no_circle() -> None:
    units = nodes((1, None), (2, DAY), (3, None))
    assert paths_on(DAY, units, [Place(2, 1), Place(3, 2)], [Heir(2, 3, DAY)])[2] == "/U1/U2/"
    crossed = nodes((1, DAY), (2, DAY))
    assert paths_on(DAY, crossed, [], [Heir(1, 2, DAY), Heir(2, 1, DAY)]) == {1: "/U1/", 2: "/U1/U2/"}


def test_placements_in_a_circle_are_named() -> None:
    with pytest.raises(Cycle) as found:
        parents_on(DAY, nodes((1, None), (2, None)), [Place(1, 2), Place(2, 1)], [])
    assert set(found.value.keys) == {1, 2}


def test_a_succession_counts_from_its_day_or_when_it_was_carried_out() -> None:
    units = nodes((1, None), (2, date(2024, 1, 1)), (3, None))
    places = [Place(2, 1), Place(3, 1)]
    assert paths_on(DAY, units, places, [Heir(2, 3, date(2025, 1, 1))])[2] == "/U1/U2/"
    assert paths_on(DAY, units, places, [Heir(2, 3, None, is_done=True)])[2] == "/U1/U3/U2/"


# --- a big ministry ------------------------------------------------------------------------------
@pytest.fixture
def big(world: World) -> World:
    """3,000 units: 40 offices of 14 divisions each, 60 province departments with 39 stations each."""
    rows: list[tuple[Unit, Unit]] = []

    def add(number: int, name: str, kind: str, parent: Unit) -> Unit:
        code = f"L{number}"
        unit = Unit(
            code=code, name=name, kind=kind, path=f"{parent.path}{code}/", valid_from=START,
            search_key=search_key(f"{name} {code}"), sort_key=sort_key(name),
        )  # fmt: skip
        rows.append((unit, parent))
        return unit

    for top in range(100):
        kind, below = (UnitKind.AGENCY, 14) if top < 40 else (UnitKind.PROVINCE_DEPARTMENT, 39)
        unit = add(10_000 * (top + 1), f"Đơn vị Cấp hai số {top}", kind, world.ministry)
        for number in range(below):
            add(10_000 * (top + 1) + number + 1, f"Trạm Khí tượng số {top}-{number}", UnitKind.STATION, unit)
    Unit.objects.bulk_create([unit for unit, _ in rows])
    Placement.objects.bulk_create([Placement(unit=u, parent=p, valid_from=START) for u, p in rows])
    person = make_person("Người Của Trạm")
    Posting.objects.bulk_create(
        [Posting(person=person, unit=u, title="Quan trắc viên", valid_from=START) for u, _ in rows[::2]]
    )
    return world


@pytest.mark.django_db
def test_three_thousand_units_open_in_one_screen(big: World, sign_in: SignIn) -> None:
    client, url = sign_in(big.admin), reverse("units:unit-tree")
    assert Unit.objects.count() > 3000
    client.get(url)
    began = time.process_time()
    answer = client.get(url)
    took = time.process_time() - began
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert took < 2.0
    page = answer.content.decode()
    assert "Sở" in page  # 60 of one kind: one folded line, not 60
    assert "Đơn vị Cấp hai số 50" not in page
    assert "Trạm Khí tượng số 1-1" not in page


@pytest.mark.django_db
def test_a_branch_is_loaded_when_it_is_opened(big: World, sign_in: SignIn) -> None:
    client, url = sign_in(big.admin), reverse("units:unit-branch", args=[big.ministry.pk])
    part = client.get(url, {"kind": "province_department"}, **HTMX).content.decode()
    assert "Đơn vị Cấp hai số 50" in part
    assert "<html" not in part
    whole = client.get(url, {"kind": "province_department"}).content.decode()
    assert "<h1>Đơn vị trực thuộc</h1>" in whole
    leaf = Unit.objects.get(code="L10001")
    assert (
        "Không có đơn vị trực thuộc"
        in client.get(reverse("units:unit-branch", args=[leaf.pk])).content.decode()
    )


@pytest.mark.django_db
def test_the_tree_costs_the_same_however_big(world: World, sign_in: SignIn) -> None:
    client, url = sign_in(world.admin), reverse("units:unit-tree")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(30):
        make_unit("Phòng Thêm", world.agency)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


@pytest.mark.django_db
def test_search_without_marks_shows_where_the_unit_stands(big: World, sign_in: SignIn) -> None:
    client = sign_in(big.admin)
    page = client.get(reverse("units:unit-tree"), {"q": "tram khi tuong so 3-7"}).content.decode()
    assert "Trạm Khí tượng số 3-7" in page
    assert "Bộ Thử nghiệm › Đơn vị Cấp hai số 3" in page
    assert (
        "Không tìm thấy đơn vị" in client.get(reverse("units:unit-tree"), {"q": "khong co"}).content.decode()
    )


@pytest.mark.django_db
def test_all_paths_are_rebuilt_in_one_write(big: World) -> None:
    Unit.objects.filter(code="B0").update(code="B9")
    with CaptureQueriesContext(connection) as captured:
        began = time.process_time()
        assert rebuild_paths(DAY) > 3000
        took = time.process_time() - began
    writes = [query for query in captured if query["sql"].startswith("UPDATE")]
    assert len(writes) == 1
    assert took < 2.0


# --- any day -------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_tree_of_a_past_day_follows_dated_placements(world: World) -> None:
    Placement.objects.filter(unit=world.division).update(valid_to=date(2022, 1, 1))
    Placement.objects.create(unit=world.division, parent=world.institute, valid_from=date(2022, 1, 1))
    rebuild_paths(DAY)
    with CaptureQueriesContext(connection) as captured:
        then = [(depth, unit.code) for depth, unit in queries.tree_below(world.agency, LONG_AGO)]
    assert then == [(0, "C1"), (1, "P1")]
    assert len(captured) == 1
    assert [unit.code for _, unit in queries.tree_below(world.agency, DAY)] == ["C1"]
    world.institute.refresh_from_db()
    assert [unit.code for _, unit in queries.tree_below(world.institute, DAY)] == ["V1", "P1"]
    people = queries.people_within(world.agency, LONG_AGO).values_list("full_name", flat=True)
    assert "Vũ Thị Phòng" in people
    assert "Vũ Thị Phòng" not in queries.people_within(world.agency, DAY).values_list("full_name", flat=True)


@pytest.mark.django_db
def test_a_circle_of_placements_does_not_hang_the_tree(world: World) -> None:
    Placement.objects.create(unit=world.ministry, parent=world.division, valid_from=START)
    assert [unit.code for _, unit in queries.tree_below(world.agency, DAY)] == ["C1", "P1", "B0", "V1"]
    assert queries.people_within(world.agency, DAY).count() > 0


@pytest.mark.django_db
def test_pages_of_a_past_day_show_the_names_of_that_day(world: World, sign_in: SignIn) -> None:
    UnitName.objects.create(unit=world.agency, name="Cục Đo lường Xưa", valid_to=date(2023, 1, 1))
    client = sign_in(world.admin)
    past = {"on": "01/06/2022"}
    assert "Cục Đo lường Xưa" in client.get(reverse("units:unit-tree"), past).content.decode()
    page = client.get(reverse("units:unit-detail", args=[world.agency.pk]), past).content.decode()
    assert "<h1>Cục Đo lường Xưa</h1>" in page
    assert "nay là Cục Quan trắc Thử nghiệm" in page
    today = client.get(reverse("units:unit-detail", args=[world.agency.pk])).content.decode()
    assert "<h1>Cục Quan trắc Thử nghiệm</h1>" in today
    below = client.get(
        reverse("units:unit-detail", args=[world.ministry.pk]), past | {"tab": "below"}
    ).content.decode()
    assert "Cục Đo lường Xưa" in below


@pytest.mark.django_db
def test_the_history_names_predecessors_successors_and_former_names(world: World, sign_in: SignIn) -> None:
    old = make_unit("Trung tâm Cũ", world.ministry, valid_to=date(2022, 1, 1))
    older = make_unit("Đoàn Cũ hơn", world.ministry, valid_to=date(2021, 1, 1))
    Succession.objects.create(predecessor=older, successor=old, on=date(2021, 1, 1), document="QĐ 1")
    Succession.objects.create(predecessor=old, successor=world.agency, on=date(2022, 1, 1), document="QĐ 2")
    UnitName.objects.create(unit=world.agency, name="Tên Đầu", valid_to=date(2023, 1, 1), document="QĐ 3")
    rebuild_paths(DAY)
    lines = [(line.on, line.text, line.document) for line in tree.history_of(world.agency)]
    assert (date(2023, 1, 1), "Đổi tên từ «Tên Đầu» thành «Cục Quan trắc Thử nghiệm»", "QĐ 3") in lines
    assert [(row.unit.code, row.depth) for row in tree.predecessors_of(world.agency)] == [
        (old.code, 1), (older.code, 2),
    ]  # fmt: skip
    url = reverse("units:unit-detail", args=[world.agency.pk])
    page = sign_in(world.officer).get(url, {"tab": "history"}).content.decode()
    for text in ("Trung tâm Cũ", "Đoàn Cũ hơn", "Tên Đầu", "QĐ 2", "Qua 2 lần thay đổi"):
        assert text in page
    gone = sign_in(world.officer).get(reverse("units:unit-detail", args=[old.pk])).content.decode()
    assert "Đơn vị đã kết thúc hoạt động từ ngày 01/01/2022" in gone


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["people", "below", "history", "honours", "khong-co"])
def test_every_tab_of_a_unit_opens(world: World, sign_in: SignIn, tab: str) -> None:
    url = reverse("units:unit-detail", args=[world.agency.pk])
    for actor in (world.officer, world.admin):
        answer = sign_in(actor).get(url, {"tab": tab, "on": "16/12/2024"})
        assert answer.status_code == 200
        assert 'aria-current="page"' in answer.content.decode()


@pytest.mark.django_db
def test_people_are_counted_for_the_branch(world: World, sign_in: SignIn) -> None:
    make_posting(make_person(), world.division)
    found = tree.organogram(world.admin, DAY)
    assert found.branches[world.agency.pk].people_below == 5
    assert "2 đơn vị trực thuộc" not in sign_in(world.admin).get(reverse("units:unit-tree")).content.decode()
