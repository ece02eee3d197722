import json
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from tests.builders import make_person, make_posting, make_unit
from units import queries
from units.actions.organisation import load_organisation, open_unit, rebuild_paths
from units.models import Placement, Unit
from units.permissions import system_actor

pytestmark = pytest.mark.django_db
DATA = json.loads((Path(__file__).parents[2] / "units/data/organisation.json").read_text(encoding="utf-8"))


def test_the_real_organisation_loads_and_loads_again_without_change() -> None:
    actor = system_actor("thử")
    assert load_organisation(DATA, actor=actor) == {"created": 288, "changed": 0, "unchanged": 0}
    assert load_organisation(DATA, actor=actor) == {"created": 0, "changed": 0, "unchanged": 288}
    assert AuditEntry.objects.filter(action="organisation.load").count() == 1


def test_the_tree_of_a_day_and_the_succession_across_the_merger() -> None:
    load_organisation(DATA, actor=system_actor("thử"))
    ministry = Unit.objects.get(code="M1")
    names = {unit.name for _, unit in queries.tree_below(ministry, date(2024, 12, 16))}
    assert {"Vụ Tổ chức cán bộ", "Cục Viễn thám quốc gia", "Tổng cục Khí tượng Thủy văn"} <= names
    assert "Vụ Thi đua, Khen thưởng và Tuyên truyền" not in names
    old = Unit.objects.get(code="U004")
    assert [s.successor.name for s in old.successions.all()] == ["Vụ Tổ chức cán bộ"]
    assert [s.successor.code for s in ministry.successions.all()] == ["M2"]


def test_paths_follow_the_placement_of_the_day() -> None:
    load_organisation(DATA, actor=system_actor("thử"))
    rebuild_paths(date(2024, 12, 16))
    assert Unit.objects.get(code="U059").path == "/M1/U051/U059/"
    assert rebuild_paths(date(2026, 1, 1)) > 0
    assert Unit.objects.get(code="U059").path.startswith("/M2/")


def test_a_unit_stands_under_one_parent_at_a_time() -> None:
    ministry = make_unit("Bộ")
    agency = make_unit("Cục", ministry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(unit=agency, parent=make_unit("Bộ khác"), valid_from=date(2022, 1, 1))


def test_opening_a_unit_places_and_records_it() -> None:
    ministry = make_unit("Bộ", code="B")
    unit = open_unit(
        "B-1",
        "Phòng Một",
        "division",
        ministry,
        valid_from=date(2024, 1, 1),
        document="QĐ 5",
        actor=system_actor("thử"),
    )
    assert unit.path == "/B/B-1/"
    assert queries.parent_of(unit, date(2024, 6, 1)) == ministry
    assert AuditEntry.objects.get().action == "unit.open"


def test_search_needs_no_diacritics() -> None:
    make_unit("Cục Viễn thám quốc gia", make_unit("Bộ"))
    assert [u.name for u in queries.search_units(Unit.objects.all(), "vien tham")] == [
        "Cục Viễn thám quốc gia"
    ]
    assert [u.name for u in queries.search_units(Unit.objects.all(), "THÁM viễn")] == [
        "Cục Viễn thám quốc gia"
    ]


def test_people_of_a_unit_come_heads_first_then_in_name_order() -> None:
    unit = make_unit("Cục")
    for name, head in (("Trần Văn Bình", False), ("Lê Thị An", False), ("Vũ Văn Ý", True)):
        make_posting(make_person(name), unit, is_unit_head=head)
    assert [p.person.full_name for p in queries.posts_of(unit, date(2024, 1, 1))] == [
        "Vũ Văn Ý", "Lê Thị An", "Trần Văn Bình",
    ]  # fmt: skip
