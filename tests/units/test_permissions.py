from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from core.errors import Forbidden, RuleBroken
from core.models import AuditEntry
from tests.builders import START, TODAY, actor_of, give_role, make_member, make_unit, make_user
from tests.world import World
from units import permissions, queries
from units.actions.roles import assign_role, end_role
from units.choices import Role
from units.models import RoleAssignment, UnitUserGrant
from units.role_matrix import PERMISSIONS, ROLE_MATRIX

pytestmark = pytest.mark.django_db


def test_every_permission_of_a_role_exists() -> None:
    assert set().union(*ROLE_MATRIX.values()) <= set(PERMISSIONS)
    assert set(ROLE_MATRIX) == set(Role.values)


def test_seeing_reaches_down_and_acting_does_not(world: World) -> None:
    assert permissions.allows(world.officer, "pledge.view", world.division)
    assert permissions.allows(world.officer, "pledge.edit", world.agency)
    assert not permissions.allows(world.officer, "pledge.edit", world.division)
    assert not permissions.allows(world.officer, "pledge.view", world.institute)
    assert not permissions.allows(world.officer, "pledge.view", world.ministry)


def test_scope_holds_the_subtree_only(world: World) -> None:
    assert set(queries.units_for(world.officer)) == {world.agency, world.division}
    assert set(queries.units_for(world.specialist)) == {
        world.ministry, world.agency, world.division, world.institute,
    }  # fmt: skip


def test_a_unit_whose_code_starts_alike_is_outside(world: World) -> None:
    lookalike = make_unit("Cục Khác", world.ministry, code="C10")
    assert lookalike not in queries.units_for(world.officer)


def test_a_role_ends_on_its_day(world: World) -> None:
    user = make_user("tam-thoi")
    give_role(user, Role.UNIT_OFFICER, world.agency, valid_from=START, valid_to=TODAY)
    assert permissions.actor_for(user).assignment is None


def test_a_right_needs_both_the_matrix_and_the_grant(world: World) -> None:
    UnitUserGrant.objects.filter(user=world.officer.user, permission__codename="pledge_edit").delete()
    fresh = actor_of(world.officer.assignment)
    assert not permissions.allows(fresh, "pledge.edit", world.agency)
    assert permissions.rebuild_grants(TODAY) == (1, 0)
    assert permissions.allows(actor_of(world.officer.assignment), "pledge.edit", world.agency)


def test_rebuild_takes_away_what_no_role_gives(world: World) -> None:
    RoleAssignment.objects.filter(pk=world.officer.assignment.pk).update(valid_to=TODAY)
    granted, removed = permissions.rebuild_grants(TODAY)
    assert (granted, removed) == (0, len(ROLE_MATRIX[Role.UNIT_OFFICER]))


def test_a_suspended_account_holds_nothing(world: World) -> None:
    world.officer.user.is_active = False
    world.officer.user.save()
    assert not permissions.holds(actor_of(world.officer.assignment), "pledge.edit")


def test_assigning_and_ending_a_role_leave_one_entry_each(world: World) -> None:
    user = make_user("nguoi-moi")
    given = assign_role(
        user.pk, Role.UNIT_OFFICER, world.agency, valid_from=TODAY, document="QĐ 1/QĐ", actor=world.admin
    )
    assert permissions.holds(permissions.actor_for(user), "pledge.edit")
    end_role(given.pk, ends_on=TODAY + timedelta(days=1), actor=world.admin)
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "role.assign",
        "role.end",
    ]


def test_only_the_administrator_assigns_roles(world: World) -> None:
    user = make_user("nguoi-moi")
    with pytest.raises(Forbidden):
        assign_role(
            user.pk, Role.UNIT_OFFICER, world.agency, valid_from=TODAY, document="QĐ", actor=world.specialist
        )
    assert not user.assignments.exists()
    assert not AuditEntry.objects.exists()


def test_a_role_at_a_closed_unit_is_refused(world: World) -> None:
    closed = make_unit("Cục Đã Giải Thể", world.ministry, valid_to=date(2022, 11, 1))
    with pytest.raises(RuleBroken, match="không hoạt động"):
        assign_role(
            make_user("x").pk, Role.UNIT_OFFICER, closed, valid_from=TODAY, document="QĐ", actor=world.admin
        )


def test_a_double_role_is_refused_in_words(world: World) -> None:
    member = make_member(Role.UNIT_OFFICER, world.agency)
    with pytest.raises(ValidationError, match="đang giữ vai trò này"):
        assign_role(
            member.user.pk,
            Role.UNIT_OFFICER,
            world.agency,
            valid_from=TODAY,
            document="QĐ",
            actor=world.admin,
        )
