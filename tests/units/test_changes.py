"""Decisions about the organisation: each kind, what it refuses, and what happens on the day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from campaigns.models import Pledge, Receipt
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import AuditEntry, Notice
from tests.builders import TODAY, give_role, make_member, make_person, make_posting, make_unit, make_user
from tests.builders_awards import make_draft, make_round, make_submitted
from tests.builders_campaigns import approved, launched, make_initiative, make_pledge
from tests.world import World
from units import queries, rules, tree
from units.actions import changes
from units.actions.organisation import load_organisation, rebuild_paths
from units.choices import ChangeKind, ChangeState, Role, UnitKind
from units.models import OrganisationChange, Placement, Posting, RoleAssignment, Succession, Unit, UnitName
from units.permissions import Actor, scope, system_actor
from units.tasks import follow_organisation

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]
DOCUMENT = "Quyết định số 123/QĐ-B0 ngày 10/12/2024"
NEW = {"code": "M9", "name": "Cục Mới", "short_name": "", "kind": UnitKind.AGENCY}
DAY = date(2024, 12, 16)


def decide(world: World, kind: str, plan: dict[str, Any], on: date = DAY, **facts: Any) -> OrganisationChange:
    return changes.plan_change(kind, on, DOCUMENT, plan, actor=world.admin, **facts)


def merge(world: World, **plan: Any) -> OrganisationChange:
    return decide(world, ChangeKind.MERGE, {"units": ["C1", "V1"], "heirs": [NEW]} | plan)


def sees(actor: Actor) -> set[str]:
    actor.unit.refresh_from_db()
    return set(Unit.objects.filter(scope(actor, "unit.view", "")).values_list("code", flat=True))


# --- kinds ---------------------------------------------------------------------------------------
def test_opening_places_the_unit_and_names_the_document(world: World) -> None:
    change = decide(world, ChangeKind.OPEN, {"heirs": [NEW], "parent": "B0"})
    unit = Unit.objects.get(code="M9")
    assert (unit.path, unit.valid_from, unit.source) == ("/B0/M9/", DAY, DOCUMENT)
    assert queries.parent_of(unit, DAY) == world.ministry
    assert (change.state, change.unit) == (ChangeState.DONE, unit)
    assert AuditEntry.objects.filter(action="organisation.change").count() == 1


def test_renaming_keeps_the_unit_and_its_former_name(world: World) -> None:
    decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Cục Giám sát Thử nghiệm"})
    world.agency.refresh_from_db()
    assert world.agency.name == "Cục Giám sát Thử nghiệm"
    assert tree.name_on(world.agency, DAY - timedelta(days=1)) == "Cục Quan trắc Thử nghiệm"
    assert tree.name_on(world.agency, DAY) == "Cục Giám sát Thử nghiệm"
    found = queries.search_units(Unit.objects.all(), "quan trac thu nghiem")
    assert [unit.code for unit in found] == ["C1"]


def test_two_renamings_give_each_day_its_name(world: World) -> None:
    decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Tên Hai"}, date(2022, 5, 1))
    decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Tên Ba"}, date(2023, 5, 1))
    world.agency.refresh_from_db()
    days = [date(2022, 4, 30), date(2022, 5, 1), date(2023, 4, 30), date(2023, 5, 1)]
    names = [tree.name_on(world.agency, day) for day in days]
    assert names == ["Cục Quan trắc Thử nghiệm", "Tên Hai", "Tên Hai", "Tên Ba"]


def test_moving_closes_one_placement_and_opens_another(world: World) -> None:
    decide(world, ChangeKind.MOVE, {"units": ["P1"], "parent": "V1"})
    world.division.refresh_from_db()
    assert world.division.path == "/B0/V1/P1/"
    assert queries.parent_of(world.division, DAY - timedelta(days=1)) == world.agency
    assert queries.parent_of(world.division, DAY) == world.institute
    assert list(Placement.objects.filter(unit=world.division).values_list("valid_to", flat=True)) == [
        DAY,
        None,
    ]
    assert "P1" not in sees(world.officer)
    assert "P1" in sees(world.foreign_officer)


def test_merging_closes_the_predecessors_and_keeps_their_history(world: World) -> None:
    merge(world)
    heir = Unit.objects.get(code="M9")
    for unit in (world.agency, world.institute):
        unit.refresh_from_db()
        assert unit.valid_to == DAY
        assert unit.path == f"/B0/M9/{unit.code}/"
        assert [row.successor for row in unit.successions.all()] == [heir]
    world.division.refresh_from_db()
    assert world.division.path == "/B0/M9/P1/"
    before = [unit.code for _, unit in queries.tree_below(world.ministry, DAY - timedelta(days=1))]
    after = [unit.code for _, unit in queries.tree_below(world.ministry, DAY)]
    assert before == ["B0", "C1", "P1", "V1"]
    assert after == ["B0", "M9", "P1"]


def test_one_unit_takes_another_over(world: World) -> None:
    decide(world, ChangeKind.MERGE, {"units": ["V1"], "heirs": ["C1"]})
    assert sees(world.officer) == {"C1", "P1", "V1"}
    assert not RoleAssignment.objects.active_on(DAY).filter(user=world.foreign_officer.user).exists()


def test_dividing_hangs_the_old_unit_under_what_stands_above_its_successors(world: World) -> None:
    rows = [NEW, NEW | {"code": "M8", "name": "Cục Mới Hai"}]
    decide(world, ChangeKind.SPLIT, {"units": ["C1"], "heirs": rows, "children": {"P1": "M8"}})
    world.agency.refresh_from_db()
    world.division.refresh_from_db()
    assert world.agency.path == "/B0/C1/"
    assert world.division.path == "/B0/M8/P1/"
    assert sorted(row.successor.code for row in world.agency.successions.all()) == ["M8", "M9"]
    assert {row.kind for row in Succession.objects.all()} == {"split"}


def test_closing_without_successor_leaves_people_without_a_place_as_work_of_the_unit_above(
    world: World, sign_in: SignIn
) -> None:
    decide(world, ChangeKind.CLOSE, {"units": ["P1"]})
    assert Posting.objects.held_on(DAY).filter(unit=world.division).count() == 0
    names = [row.person.full_name for row in queries.unplaced_of(world.division, DAY)]
    assert names == ["Đỗ Văn Phòng", "Vũ Thị Phòng"]
    desk = sign_in(world.officer).get(reverse("units:desk")).content.decode()
    assert "Bố trí 2 người của đơn vị đã kết thúc" in desk
    page = sign_in(world.officer).get(reverse("units:unit-detail", args=[world.division.pk])).content.decode()
    assert "Chưa bố trí" in page


def test_units_below_a_closing_unit_go_to_the_unit_above(world: World) -> None:
    decide(world, ChangeKind.CLOSE, {"units": ["C1"]})
    world.division.refresh_from_db()
    assert world.division.path == "/B0/P1/"


# --- planned -------------------------------------------------------------------------------------
def test_a_planned_change_waits_for_its_day(world: World, settings: Any) -> None:
    change = decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Tên Sau"}, date(2025, 1, 1))
    assert change.state == ChangeState.PLANNED
    settings.WORKING_DATE = date(2024, 12, 31)
    follow_organisation()
    assert Unit.objects.get(code="C1").name == "Cục Quan trắc Thử nghiệm"
    settings.WORKING_DATE = date(2025, 1, 1)
    follow_organisation()
    follow_organisation()
    assert Unit.objects.get(code="C1").name == "Tên Sau"
    assert UnitName.objects.count() == 1
    change.refresh_from_db()
    assert change.state == ChangeState.DONE


def test_a_planned_change_can_be_taken_back_once(world: World) -> None:
    change = decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Tên Sau"}, date(2025, 1, 1))
    changes.cancel_change(change.pk, actor=world.admin)
    with pytest.raises(StaleState, match="còn chờ"):
        changes.cancel_change(change.pk, actor=world.admin)
    with pytest.raises(StaleState, match="đã được thực hiện hoặc đã hủy"):
        changes.carry_out(change.pk, actor=world.admin, today=date(2025, 2, 1))


def test_before_its_day_nothing_is_carried_out(world: World) -> None:
    change = decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Tên Sau"}, date(2025, 1, 1))
    with pytest.raises(RuleBroken, match=r"Chưa đến ngày hiệu lực 01/01/2025\."):
        changes.carry_out(change.pk, actor=world.admin, today=TODAY)


def test_a_change_refused_on_its_day_leaves_the_others_alone_and_is_told_once(
    world: World, settings: Any
) -> None:
    on = date(2025, 1, 1)
    decide(world, ChangeKind.CLOSE, {"units": ["P1"]}, on)
    decide(world, ChangeKind.RENAME, {"units": ["P1"], "name": "Phòng Khác"}, on)
    decide(world, ChangeKind.RENAME, {"units": ["V1"], "name": "Viện Khác"}, on)
    settings.WORKING_DATE = on
    follow_organisation()
    follow_organisation()
    assert Unit.objects.get(code="V1").name == "Viện Khác"
    assert Unit.objects.get(code="P1").name == "Phòng Đo đạc Thử nghiệm"
    told = Notice.objects.filter(kind="organisation.refused", user=world.admin.user)
    assert told.count() == 1
    assert "đã kết thúc hoạt động từ ngày 01/01/2025" in told.get().text


# --- refusals ------------------------------------------------------------------------------------
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (ChangeKind.MERGE, {"units": ["C1", "V1"], "heirs": ["C1"]}, "vừa là đơn vị kết thúc vừa là"),
    (ChangeKind.MERGE, {"units": ["C1"], "heirs": [NEW, NEW | {"code": "M8"}]}, "đúng một đơn vị kế thừa"),
    (ChangeKind.SPLIT, {"units": ["C1"], "heirs": [NEW]}, "ít nhất hai đơn vị kế thừa"),
    (ChangeKind.MOVE, {"units": ["C1"], "parent": "P1"}, "đang trực thuộc Cục Quan trắc Thử nghiệm"),
    (ChangeKind.MOVE, {"units": ["C1"], "parent": "B0"}, "đã trực thuộc đơn vị này"),
    (ChangeKind.RENAME, {"units": ["C1"], "name": "Cục Quan trắc Thử nghiệm"}, "trùng với tên hiện nay"),
    (ChangeKind.OPEN, {"heirs": [NEW | {"code": "C1"}], "parent": "B0"}, "đã dùng cho đơn vị khác"),
    (ChangeKind.OPEN, {"heirs": [NEW]}, "Hãy chọn đơn vị cấp trên"),
    (ChangeKind.CLOSE, {"units": ["KHONG-CO"]}, "Không có đơn vị mang mã KHONG-CO"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "plan", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_with_its_reason_and_changes_nothing(
    world: World, kind: str, plan: dict[str, Any], sentence: str
) -> None:
    before = list(Unit.objects.order_by("pk").values_list("code", "path", "valid_to", "name"))
    with pytest.raises(RuleBroken, match=sentence):
        decide(world, kind, plan)
    assert list(Unit.objects.order_by("pk").values_list("code", "path", "valid_to", "name")) == before
    assert not OrganisationChange.objects.exists()


def test_a_closed_unit_neither_changes_nor_takes_over(world: World) -> None:
    decide(world, ChangeKind.CLOSE, {"units": ["V1"]})
    with pytest.raises(RuleBroken, match="đã kết thúc hoạt động từ ngày 16/12/2024"):
        decide(world, ChangeKind.RENAME, {"units": ["V1"], "name": "Khác"})
    with pytest.raises(RuleBroken, match="Hãy chọn đơn vị kế thừa khác"):
        decide(world, ChangeKind.MERGE, {"units": ["C1"], "heirs": ["V1"]})


def test_a_day_before_the_last_change_is_refused(world: World) -> None:
    decide(world, ChangeKind.MOVE, {"units": ["P1"], "parent": "V1"}, date(2024, 6, 1))
    with pytest.raises(RuleBroken, match="Ngày hiệu lực phải sau ngày đó"):
        decide(world, ChangeKind.MOVE, {"units": ["P1"], "parent": "B0"}, date(2024, 5, 1))


def test_posts_that_begin_after_the_day_stand_against_closing(world: World) -> None:
    make_posting(make_person("Nguyễn Thị Sau"), world.division, valid_from=date(2024, 12, 20))
    with pytest.raises(RuleBroken, match=r"Nguyễn Thị Sau \(20/12/2024\)"):
        decide(world, ChangeKind.CLOSE, {"units": ["P1"]})


def test_the_last_administrator_is_never_lost(world: World) -> None:
    above = make_unit("Chính phủ Thử nghiệm", code="TOP", kind=UnitKind.OTHER)
    actor = system_actor("thử")
    plan = {"units": ["B0"], "heirs": [NEW | {"code": "B9", "kind": UnitKind.MINISTRY}], "parent": "TOP"}
    assert above.pk
    with pytest.raises(RuleBroken, match="không còn ai giữ vai trò Quản trị hệ thống"):
        changes.plan_change(ChangeKind.MERGE, DAY, DOCUMENT, plan | {"carry": []}, actor=actor)
    carried = plan | {"carry": [world.admin.assignment.pk]}
    changes.plan_change(ChangeKind.MERGE, DAY, DOCUMENT, carried, actor=actor)
    rows = RoleAssignment.objects.active_on(DAY).filter(role=Role.SYSTEM_ADMIN)
    assert [row.unit.code for row in rows] == ["B9"]


def test_only_where_the_right_reaches(world: World) -> None:
    local = make_member(Role.SYSTEM_ADMIN, world.agency)
    with pytest.raises(Forbidden, match="Viện Nghiên cứu Thử nghiệm"):
        changes.plan_change(ChangeKind.MERGE, DAY, DOCUMENT, {"units": ["P1"], "heirs": ["V1"]}, actor=local)
    for actor in (world.officer, world.head, world.specialist, world.leader):
        with pytest.raises(Forbidden):
            changes.plan_change(ChangeKind.RENAME, DAY, DOCUMENT, {"units": ["P1"], "name": "X"}, actor=actor)


def test_without_a_document_nothing_is_decided(world: World) -> None:
    with pytest.raises(RuleBroken, match="văn bản quyết định"):
        changes.plan_change(ChangeKind.CLOSE, DAY, "  ", {"units": ["P1"]}, actor=world.admin)


# --- what moves ----------------------------------------------------------------------------------
def test_open_work_moves_and_decided_rows_stay(world: World) -> None:
    campaign = launched(world)
    pledge = approved(campaign, world.officer, world.head)
    draft_initiative = make_initiative(world.officer)
    round_ = make_round(world)
    draft, sent = make_draft(world, round_), make_submitted(world, round_)
    merge(world)
    heir = Unit.objects.get(code="M9")
    pledge.refresh_from_db()
    draft_initiative.refresh_from_db()
    assert (pledge.unit, draft_initiative.unit, draft_initiative.held_by) == (heir, heir, heir)
    for nomination in (draft, sent):
        nomination.refresh_from_db()
        assert nomination.unit == heir
    assert draft.held_by == heir
    assert sent.held_by == world.ministry
    assert Receipt.objects.filter(campaign=campaign, unit=heir).count() == 1
    trail = AuditEntry.objects.get(action="pledge.move")
    assert trail.changes == {"unit": ["Cục Quan trắc Thử nghiệm", "Cục Mới"]}


def test_of_two_pledges_in_one_campaign_the_approved_one_goes_and_the_preview_says_so(world: World) -> None:
    campaign = launched(world)
    theirs = make_pledge(campaign, world.foreign_officer)
    mine = approved(campaign, world.officer, world.head)
    plan = {"units": ["C1", "V1"], "heirs": [NEW]}
    seen = changes.look_ahead(ChangeKind.MERGE, DAY, DOCUMENT, plan, actor=world.admin)
    lines = {
        unit.transfer.predecessor.code: [
            line.where_to for line in unit.lines if line.what == "đăng ký thi đua của năm"
        ]
        for unit in seen.units
    }
    assert lines == {
        "C1": ["Cục Mới"],
        "V1": ["ở lại: đơn vị kế thừa đã có đăng ký trong phong trào và năm này"],
    }
    merge(world)
    assert Pledge.objects.get(pk=mine.pk).unit.code == "M9"
    assert Pledge.objects.get(pk=theirs.pk).unit.code == "V1"


def test_the_preview_is_what_happens(world: World) -> None:
    approved(launched(world), world.officer, world.head)
    make_submitted(world, make_round(world))
    plan = {"units": ["C1", "V1"], "heirs": [NEW]}
    seen = changes.look_ahead(ChangeKind.MERGE, DAY, DOCUMENT, plan, actor=world.admin)
    shown = [
        [unit.transfer.predecessor.name, line.count, line.what, line.where_to]
        for unit in seen.units
        for line in unit.lines
    ]
    assert not OrganisationChange.objects.exists()
    change = merge(world)
    assert sorted(change.summary["lines"]) == sorted(shown)
    assert len(shown) >= 5


def test_posts_go_on_at_the_only_successor_and_of_two_heads_none_is_head(world: World) -> None:
    merge(world)
    heir = Unit.objects.get(code="M9")
    held = Posting.objects.held_on(DAY).filter(unit=heir)
    assert sorted(row.person.full_name for row in held) == [
        "Bùi Thị Viện", "Hồ Văn Viện", "Lê Văn Thủ Trưởng", "Trần Thị Cán Bộ",
    ]  # fmt: skip
    assert not held.filter(is_unit_head=True).exists()
    assert {row.valid_from for row in held} == {DAY}
    assert (
        Posting.objects.held_on(DAY - timedelta(days=1)).filter(unit=world.agency, is_unit_head=True).exists()
    )


def test_the_only_head_stays_head(world: World) -> None:
    decide(world, ChangeKind.MERGE, {"units": ["P1"], "heirs": [NEW], "parent": "C1"})
    head = Posting.objects.held_on(DAY).get(unit__code="M9", is_unit_head=True)
    assert head.person.full_name == "Đỗ Văn Phòng"


def test_of_several_successors_the_chosen_one_takes_the_work_and_nobody_the_people(world: World) -> None:
    pledge = approved(launched(world), world.officer, world.head)
    rows = [NEW, NEW | {"code": "M8", "name": "Cục Mới Hai"}]
    decide(world, ChangeKind.SPLIT, {"units": ["C1"], "heirs": rows, "heir": "M8"})
    pledge.refresh_from_db()
    assert pledge.unit.code == "M8"
    assert not Posting.objects.held_on(DAY).filter(unit__code__in=["M8", "M9"]).exists()
    assert len(queries.unplaced_of(world.agency, DAY)) == 2


def test_dossiers_of_others_waiting_at_a_unit_that_closes_wait_above_it(world: World) -> None:
    nomination = make_submitted(world, make_round(world))
    nomination.held_by = world.institute
    nomination.save(update_fields=["held_by"])
    decide(world, ChangeKind.CLOSE, {"units": ["V1"]})
    nomination.refresh_from_db()
    assert (nomination.unit, nomination.held_by) == (world.agency, world.ministry)


# --- roles ---------------------------------------------------------------------------------------
def test_roles_end_unless_the_holder_sees_nothing_new(world: World) -> None:
    merge(world)
    assert not RoleAssignment.objects.active_on(DAY).filter(unit__code__in=["C1", "V1", "M9"]).exists()
    told = Notice.objects.get(user=world.officer.user, kind="organisation.change").text
    assert told == (
        "Cục Quan trắc Thử nghiệm kết thúc hoạt động từ ngày 16/12/2024, Cục Mới kế thừa. "
        "Vai trò Cán bộ TĐKT đơn vị của bạn tại đây đã kết thúc."
    )


def test_a_unit_that_only_changes_its_shape_keeps_its_roles(world: World) -> None:
    decide(world, ChangeKind.MERGE, {"units": ["C1"], "heirs": [NEW]})
    rows = RoleAssignment.objects.active_on(DAY).filter(unit__code="M9")
    assert sorted(rows.values_list("role", "document")) == [
        ("unit_head", DOCUMENT),
        ("unit_officer", DOCUMENT),
    ]


def test_a_wider_role_is_marked_and_goes_on_only_when_chosen(world: World) -> None:
    plan = {"units": ["C1", "V1"], "heirs": [NEW]}
    seen = changes.look_ahead(ChangeKind.MERGE, DAY, DOCUMENT, plan, actor=world.admin)
    assert [(line.is_wider, line.is_default) for line in seen.roles] == [(True, False)] * 4
    merge(world, carry=[world.officer.assignment.pk])
    rows = RoleAssignment.objects.active_on(DAY).filter(unit__code="M9")
    assert [(row.user, row.role) for row in rows] == [(world.officer.user, "unit_officer")]


def test_a_privileged_role_that_grows_waits_for_a_second_person(world: World) -> None:
    local = make_member(Role.SYSTEM_ADMIN, world.agency)
    merge(world, carry=[local.assignment.pk])
    row = RoleAssignment.objects.get(user=local.user, unit__code="M9")
    assert row.needs_confirmation
    assert not RoleAssignment.objects.active_on(DAY).filter(pk=row.pk).exists()


def test_a_role_that_would_begin_later_never_outlives_its_unit(world: World) -> None:
    later = give_role(make_user("sau"), Role.UNIT_OFFICER, world.agency, valid_from=date(2025, 1, 5))
    merge(world)
    later.refresh_from_db()
    assert later.valid_to == date(2025, 1, 6)


# --- loaded history and commands -----------------------------------------------------------------
def known(world: World) -> Unit:
    heir = make_unit("Cục Kế thừa", world.ministry, code="K1", valid_from=date(2024, 12, 1))
    Unit.objects.filter(code="C1").update(valid_to=date(2024, 12, 1))
    Placement.objects.filter(unit=world.division).update(valid_to=date(2024, 12, 1))
    Placement.objects.create(unit=world.division, parent=heir, valid_from=date(2024, 12, 1))
    Succession.objects.create(predecessor=world.agency, successor=heir, on=date(2024, 12, 1))
    return heir


def test_successions_of_the_loaded_history_are_carried_out_on_their_day(world: World, settings: Any) -> None:
    heir = known(world)
    settings.WORKING_DATE = DAY
    follow_organisation()
    assert Succession.objects.get().carried_out_at is not None
    assert Posting.objects.held_on(DAY).filter(unit=heir).count() == 2
    assert RoleAssignment.objects.active_on(DAY).filter(unit=heir).count() == 2
    assert Unit.objects.get(code="C1").path == "/B0/K1/C1/"
    assert OrganisationChange.objects.get().plan["known"] is True
    follow_organisation()
    assert OrganisationChange.objects.count() == 1


def test_people_of_a_unit_closed_by_the_loaded_history_lose_roles_and_wait_for_a_place(
    world: World, settings: Any
) -> None:
    Unit.objects.filter(code="V1").update(valid_to=date(2024, 12, 1))
    settings.WORKING_DATE = DAY
    follow_organisation()
    assert not RoleAssignment.objects.active_on(DAY).filter(unit=world.institute).exists()
    assert len(queries.unplaced_of(world.institute, DAY)) == 2


def test_the_command_previews_and_carries_out(world: World, settings: Any, capsys: Any) -> None:
    known(world)
    settings.WORKING_DATE = DAY
    call_command("carry_out_changes", "--preview")
    seen = capsys.readouterr().out
    assert "Cục Quan trắc Thử nghiệm → Cục Kế thừa" in seen
    assert "2 người giữ vị trí: Cục Kế thừa" in seen
    assert not OrganisationChange.objects.exists()
    call_command("carry_out_changes", "--on", "2024-12-01")
    assert "1 đơn vị kết thúc, 1 kế thừa; 2 vai trò kết thúc, 2 vai trò tiếp tục." in capsys.readouterr().out
    call_command("carry_out_changes")
    assert "Không có thay đổi tổ chức nào cần thực hiện." in capsys.readouterr().out
    with pytest.raises(CommandError, match="không phải một ngày"):
        call_command("carry_out_changes", "--on", "hôm nay")


def test_loading_the_data_file_again_does_not_undo_a_decision(world: World) -> None:
    row = {"code": "C1", "name": "Cục Quan trắc Thử nghiệm", "kind": "agency", "placements": []}
    decide(world, ChangeKind.RENAME, {"units": ["C1"], "name": "Tên Mới"})
    load_organisation({"units": [row]}, actor=system_actor("thử"))
    assert Unit.objects.get(code="C1").name == "Tên Mới"


# --- rules ---------------------------------------------------------------------------------------
def test_wider_is_what_shows_something_that_was_hidden() -> None:
    assert rules.is_wider({1, 2}, {1, 2, 9}, {9}) is False
    assert rules.is_wider({1, 2}, {1, 2, 3}, set()) is True
    assert rules.is_wider({1, 2}, {2}, set()) is False


@pytest.mark.parametrize(
    ("typed", "is_right"), [("SÁP NHẬP", True), ("sap nhap", True), ("có", False), ("", False)]
)
def test_the_word_of_a_grave_change(typed: str, is_right: bool) -> None:
    assert rules.is_confirmed("merge", typed) is is_right
    assert rules.is_confirmed("rename", typed) is True


def test_rebuilding_paths_twice_changes_nothing_more(world: World) -> None:
    merge(world)
    assert rebuild_paths(DAY) == 0


# --- pages ---------------------------------------------------------------------------------------
MERGE_FORM = {
    "kind": "merge", "unit_1": "C1", "unit_2": "Viện Nghiên cứu Thử nghiệm (V1)", "new_name": "Cục Mới",
    "new_code": "M9", "new_kind": "agency", "on": "16/12/2024", "document": DOCUMENT,
}  # fmt: skip


def test_a_merger_by_pages_form_preview_word_result(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)
    assert client.get(reverse("units:change-new"), {"kind": "merge", "of": "C1"}).status_code == 200
    url = reverse("units:change-preview", query=MERGE_FORM)
    seen = client.get(url).content.decode()
    assert "Phạm vi rộng hơn trước: cần quyết định phân vai trò" in seen
    assert "Người giữ vị trí" in seen
    again = client.get(reverse("units:change-new", query=MERGE_FORM)).content.decode()
    assert 'value="Viện Nghiên cứu Thử nghiệm (V1)"' in again  # the way back keeps what was filled in
    wrong = client.post(url, {"word": "đồng ý"})
    assert wrong.status_code == 422
    assert "Hãy gõ đúng «SÁP NHẬP» rồi bấm lại." in wrong.content.decode()
    assert not OrganisationChange.objects.exists()
    done = client.post(url, {"word": "SÁP NHẬP", "carry": [world.officer.assignment.pk]})
    change = OrganisationChange.objects.get()
    assert (done.status_code, done["Location"]) == (303, change.get_absolute_url())
    assert RoleAssignment.objects.active_on(DAY).filter(unit__code="M9").count() == 1
    page = client.get(change.get_absolute_url()).content.decode()
    assert "Đã chuyển" in page
    assert "Cục Mới" in page
    assert "Đã thực hiện" in client.get(reverse("units:change-list")).content.decode()


@pytest.mark.parametrize("kind", ChangeKind.values)
def test_every_kind_has_its_form_and_says_what_is_missing(world: World, sign_in: SignIn, kind: str) -> None:
    client = sign_in(world.admin)
    assert client.get(reverse("units:change-new"), {"kind": kind}).status_code == 200
    empty = client.get(reverse("units:change-preview"), {"kind": kind})
    assert empty.status_code == 422
    assert "Ngày hiệu lực" in empty.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("thu nghiem", "Nhiều đơn vị khớp"), ("không có nơi nào", "Không có đơn vị đang hoạt động nào khớp")],
)
def test_a_unit_is_found_by_code_name_or_words(
    world: World, sign_in: SignIn, typed: str, sentence: str
) -> None:
    client = sign_in(world.admin)
    form = {"kind": "rename", "unit": typed, "name": "X", "on": "16/12/2024", "document": DOCUMENT}
    assert sentence in client.get(reverse("units:change-preview"), form).content.decode()
    for good in ("C1", "Cục Quan trắc Thử nghiệm", "quan trac", "gì đó (C1)"):
        assert client.get(reverse("units:change-preview"), form | {"unit": good}).status_code == 200


def test_suggestions_while_typing(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.admin).get(reverse("units:unit-suggest"), {"unit_1": "vien nghien"})
    assert answer.content.decode().strip() == '<option value="Viện Nghiên cứu Thử nghiệm (V1)"></option>'


def test_a_planned_change_page_previews_and_cancels(world: World, sign_in: SignIn) -> None:
    change = decide(world, ChangeKind.CLOSE, {"units": ["P1"]}, date(2025, 1, 1))
    client = sign_in(world.admin)
    page = client.get(change.get_absolute_url()).content.decode()
    assert "Chờ đến ngày hiệu lực" in page
    assert "Chưa bố trí" in page
    client.post(reverse("units:change-cancel", args=[change.pk]), {"version": change.version})
    change.refresh_from_db()
    assert change.state == ChangeState.CANCELLED


def test_the_known_history_has_a_preview(world: World, sign_in: SignIn) -> None:
    known(world)
    client = sign_in(world.admin)
    assert "01/12/2024" in client.get(reverse("units:change-list")).content.decode()
    page = client.get(reverse("units:change-known", args=["2024-12-01"])).content.decode()
    assert "Cục Kế thừa" in page
    assert client.get(reverse("units:change-known", args=["2024-12-02"])).status_code == 404
