from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Forbidden, RuleBroken, StaleState
from core.models import AuditEntry, Notice
from tests.builders import (
    START,
    TODAY,
    actor_of,
    give_role,
    make_member,
    make_person,
    make_posting,
    make_user,
)
from tests.world import World
from units import permissions
from units.actions import roles
from units.actions.accounts import password_link
from units.choices import Role
from units.desk import desk_of
from units.models import RoleAssignment, UnitUserGrant, User
from units.permissions import Actor, actor_for
from units.role_matrix import PRIVILEGED, ROLE_MATRIX

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def colleague(world: World, username: str = "dong-nghiep", name: str = "Phan Thị Đồng Nghiệp") -> User:
    person = make_person(name)
    make_posting(person, world.agency)
    return make_user(username, person)


def assign(world: World, role: str, user: User, **facts: object) -> RoleAssignment:
    given = {"valid_from": TODAY, "document": "QĐ 7/QĐ-TCCB", "actor": world.admin} | facts
    return roles.assign_role(user.pk, role, given.pop("unit", world.agency), **given)  # type: ignore[arg-type]


# --- dates ---------------------------------------------------------------------------------------
@pytest.fixture
def real_calendar(settings, monkeypatch) -> Callable[[datetime], None]:
    """real_calendar(instant): the product has no working date and the wall clock shows the instant."""
    settings.WORKING_DATE = None

    def show(instant: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)

    return show


def test_an_open_session_loses_the_role_in_the_minute_it_ends(
    world: World, sign_in: SignIn, real_calendar
) -> None:
    last_day = date(2031, 3, 31)
    user = colleague(world)
    give_role(user, Role.UNIT_OFFICER, world.agency, valid_to=last_day + timedelta(days=1))
    real_calendar(datetime(2031, 3, 31, 23, 59, 59, tzinfo=HANOI))
    client = sign_in(actor_for(user))
    page = reverse("campaigns:pledge-create")

    assert client.get(page).status_code == 200

    real_calendar(datetime(2031, 4, 1, 0, 0, 0, tzinfo=HANOI))  # still 31 March in Greenwich
    refused = client.get(page)
    assert refused.status_code == 403
    # no nightly job has run: the grants are still there, and give nothing
    assert UnitUserGrant.objects.filter(user=user).count() == len(ROLE_MATRIX[Role.UNIT_OFFICER])
    assert actor_for(user).permissions == frozenset()


def test_a_role_given_for_later_works_on_its_first_day_without_the_nightly_job(
    world: World, sign_in: SignIn, real_calendar
) -> None:
    user = colleague(world)
    first = date(2031, 4, 1)
    real_calendar(datetime(2031, 3, 30, 9, 0, tzinfo=HANOI))
    today = date(2031, 3, 30)
    admin = actor_of(world.admin.assignment)
    admin.today = today
    assign(world, Role.UNIT_OFFICER, user, valid_from=first, actor=admin)
    real_calendar(datetime(2031, 3, 31, 23, 59, 59, tzinfo=HANOI))
    client = sign_in(None)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = reverse("campaigns:pledge-create")

    assert client.get(page).status_code == 403

    real_calendar(datetime(2031, 4, 1, 0, 0, 0, tzinfo=HANOI))
    assert client.get(page).status_code == 200


def test_the_projection_drops_what_ended_and_keeps_what_is_to_come(world: World) -> None:
    user = colleague(world)
    give_role(user, Role.UNIT_OFFICER, world.agency, valid_from=TODAY + timedelta(days=3))
    give_role(user, Role.AUDITOR, world.division, valid_from=START, valid_to=TODAY)
    permissions.rebuild_grants(TODAY)
    units = set(UnitUserGrant.objects.filter(user=user).values_list("content_object", flat=True))
    assert units == {world.agency.pk}
    assert actor_for(user).permissions == frozenset()


def test_overlapping_periods_of_one_role_are_refused(world: World) -> None:
    user = colleague(world)
    assign(world, Role.UNIT_OFFICER, user, valid_to=TODAY + timedelta(days=30))
    with pytest.raises(RuleBroken, match="đã có vai trò này"):
        assign(world, Role.UNIT_OFFICER, user, valid_from=TODAY + timedelta(days=10))
    assign(world, Role.UNIT_OFFICER, user, valid_from=TODAY + timedelta(days=30))


# --- roles of the unit ---------------------------------------------------------------------------
def test_a_deputy_has_the_rights_of_the_head(world: World) -> None:
    deputy = make_member(Role.DEPUTY_HEAD, world.agency, "Mai Văn Phó")
    assert deputy.permissions == world.head.permissions
    approvers = set(permissions.holders("pledge.approve", world.agency, TODAY))
    assert approvers == {world.head.user.pk, deputy.user.pk}


def test_the_unit_administrator_gives_the_roles_of_the_unit_only(world: World) -> None:
    local = make_member(Role.UNIT_ADMIN, world.agency)
    user = colleague(world)
    assign(world, Role.UNIT_OFFICER, user, unit=world.division, actor=local)
    for role in (Role.UNIT_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR, Role.AWARD_SPECIALIST):
        with pytest.raises(Forbidden, match="Hãy nhờ quản trị hệ thống"):
            assign(world, role, user, actor=local)
    with pytest.raises(Forbidden):
        assign(world, Role.UNIT_OFFICER, user, unit=world.institute, actor=local)


def test_the_unit_administrator_ends_no_role_it_may_not_give(world: World) -> None:
    local = make_member(Role.UNIT_ADMIN, world.agency)
    other = make_member(Role.AUDITOR, world.agency)
    with pytest.raises(Forbidden):
        roles.end_role(other.assignment.pk, ends_on=TODAY, actor=local)
    assert actor_for(other.user).assignment == other.assignment


def test_the_unit_administrator_opens_no_way_into_an_account_with_other_roles(world: World) -> None:
    local = make_member(Role.UNIT_ADMIN, world.agency)
    inspector = make_member(Role.AUDITOR, world.agency)
    with pytest.raises(Forbidden, match="hãy nhờ quản trị hệ thống"):
        password_link(inspector.user.pk, actor=local)
    assert password_link(world.officer.user.pk, actor=local)


def test_the_form_offers_the_unit_administrator_three_roles(world: World, sign_in: SignIn) -> None:
    local = make_member(Role.UNIT_ADMIN, world.agency)
    page = sign_in(local).get(reverse("units:role-assign", args=[world.officer.user.pk])).content.decode()
    offered = [role for role in Role if f'value="{role}"' in page]
    assert offered == [Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.DEPUTY_HEAD]


def test_accounts_without_a_role_are_shown_to_their_own_units_administrator_only(world: World) -> None:
    local = make_member(Role.UNIT_ADMIN, world.institute)
    user = colleague(world)
    page = reverse("units:account-list")
    client = Client()
    client.force_login(local.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert user.username not in client.get(page).content.decode()


# --- two persons ---------------------------------------------------------------------------------
@pytest.mark.parametrize("role", sorted(PRIVILEGED))
def test_a_role_that_decides_gives_nothing_until_another_person_confirms(world: World, role: str) -> None:
    user = colleague(world)
    given = assign(world, role, user)
    assert actor_for(user).assignment is None
    assert not UnitUserGrant.objects.filter(user=user).exists()

    with pytest.raises(Forbidden, match="cần một người khác"):
        roles.confirm_role(given.pk, actor=world.admin)
    roles.confirm_role(given.pk, actor=world.leader)

    assert actor_for(user).permissions == ROLE_MATRIX[role]
    with pytest.raises(StaleState):
        roles.confirm_role(given.pk, actor=world.leader)


def test_an_officer_needs_no_second_person(world: World) -> None:
    given = assign(world, Role.UNIT_OFFICER, colleague(world))
    assert not given.is_pending


def test_a_role_given_to_oneself_needs_another_person(world: World) -> None:
    given = assign(world, Role.UNIT_OFFICER, world.admin.user)
    assert given.is_pending
    with pytest.raises(Forbidden):
        roles.confirm_role(given.pk, actor=world.admin)


def test_who_receives_the_role_cannot_confirm_it(world: World) -> None:
    given = assign(world, Role.UNIT_HEAD, world.leader.user)
    with pytest.raises(Forbidden, match="được phân công"):
        roles.confirm_role(given.pk, actor=world.leader)


def test_confirming_needs_the_right_above_the_unit(world: World) -> None:
    given = assign(world, Role.UNIT_HEAD, colleague(world))
    with pytest.raises(Forbidden):
        roles.confirm_role(given.pk, actor=world.head)


def test_the_second_person_finds_the_work_and_confirms_on_the_page(world: World, sign_in: SignIn) -> None:
    user = colleague(world)
    given = assign(world, Role.UNIT_HEAD, user)
    assert [item.what for item in desk_of(world.leader, TODAY).mine] == ["Xác nhận phân vai trò"]
    assert [item.what for item in desk_of(world.admin, TODAY).mine] == []
    assert Notice.objects.filter(user=world.leader.user, kind="role.assign").count() == 1

    client = sign_in(world.leader)
    page = client.get(reverse("units:role-pending")).content.decode()
    for words in ("Phan Thị Đồng Nghiệp", "Thủ trưởng đơn vị", "QĐ 7/QĐ-TCCB", "Lý Văn Quản Trị"):
        assert words in page
    client.post(reverse("units:role-confirm", args=[given.pk]))

    assert actor_for(user).role == Role.UNIT_HEAD
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "role.assign",
        "role.confirm",
    ]


def test_a_rejected_role_is_gone_with_its_reason_in_the_trail(world: World, sign_in: SignIn) -> None:
    user = colleague(world)
    given = assign(world, Role.AUDITOR, user)
    client = sign_in(world.leader)
    url = reverse("units:role-reject", args=[given.pk])
    assert client.post(url, {"note": ""}).status_code == 422
    assert client.post(url, {"note": "Chưa có quyết định của Bộ trưởng."}).status_code == 303
    assert not user.assignments.exists()
    entry = AuditEntry.objects.get(action="role.reject")
    assert entry.note == "Chưa có quyết định của Bộ trưởng."
    assert Notice.objects.filter(user=world.admin.user, text__contains="bị từ chối").count() == 1


def test_the_only_administrator_in_office_cannot_be_ended(world: World) -> None:
    second = assign(world, Role.SYSTEM_ADMIN, colleague(world), unit=world.ministry)
    assert second.is_pending
    with pytest.raises(RuleBroken, match="quản trị hệ thống duy nhất"):
        roles.end_role(world.admin.assignment.pk, ends_on=TODAY, actor=world.admin)


def test_a_role_given_by_mistake_today_is_taken_back_at_once(world: World, sign_in: SignIn) -> None:
    user = colleague(world)
    given = assign(world, Role.UNIT_OFFICER, user)
    answer = sign_in(world.admin).post(reverse("units:role-end", args=[given.pk]))
    assert answer.status_code == 303
    assert actor_for(user).assignment is None
    assert not UnitUserGrant.objects.filter(user=user).exists()
    assert AuditEntry.objects.filter(action="role.withdraw").count() == 1


def test_the_account_page_tells_where_each_role_stands(world: World, sign_in: SignIn) -> None:
    user = colleague(world)
    assign(world, Role.UNIT_HEAD, user)
    assign(world, Role.UNIT_OFFICER, user, valid_from=TODAY + timedelta(days=5))
    give_role(user, Role.AUDITOR, world.agency, valid_to=TODAY)
    page = sign_in(world.admin).get(reverse("units:account-list"), {"q": user.username}).content.decode()
    for words in ("Chờ xác nhận", "Có hiệu lực từ 21/12/2024", "Đã thôi từ 16/12/2024"):
        assert words in page


# --- substitutes ---------------------------------------------------------------------------------
def stand_in(world: World, user: User, **facts: object) -> RoleAssignment:
    given = {
        "valid_from": TODAY,
        "valid_to": TODAY + timedelta(days=10),
        "document": "Giấy ủy quyền 3/UQ",
        "actor": world.officer,
    } | facts
    return roles.name_substitute(world.officer.assignment.pk, user, **given)  # type: ignore[arg-type]


def test_the_substitute_works_in_the_role_and_the_trail_says_for_whom(world: World) -> None:
    user = colleague(world)
    stand_in(world, user)
    actor = actor_for(user)
    assert permissions.allows(actor, "pledge.edit", world.agency)
    assert actor.label == (
        "Phan Thị Đồng Nghiệp – Cán bộ TĐKT đơn vị, Cục Quan trắc Thử nghiệm (thay Trần Thị Cán Bộ)"
    )
    assert permissions.allows(actor_for(world.officer.user), "pledge.edit", world.agency)


def test_substitution_ends_by_itself(world: World, settings) -> None:
    user = colleague(world)
    stand_in(world, user)
    settings.WORKING_DATE = TODAY + timedelta(days=9)
    assert actor_for(user).role == Role.UNIT_OFFICER
    settings.WORKING_DATE = TODAY + timedelta(days=10)
    assert actor_for(user).permissions == frozenset()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"valid_to": TODAY + timedelta(days=91)}, "không quá 90 ngày"),
        ({"valid_from": TODAY - timedelta(days=1)}, "không được trước hôm nay"),
        ({"valid_to": TODAY}, "phải sau ngày bắt đầu"),
    ],
)
def test_a_wrong_period_of_substitution_is_refused(world: World, facts: dict, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        stand_in(world, colleague(world), **facts)
    assert not AuditEntry.objects.exists()


def test_ninety_days_are_allowed(world: World) -> None:
    stand_in(world, colleague(world), valid_to=TODAY + timedelta(days=90))


def test_one_substitute_at_a_time_and_none_for_a_substitute(world: World) -> None:
    first, second = colleague(world), colleague(world, "thu-hai", "Cao Thị Hai")
    given = stand_in(world, first)
    with pytest.raises(RuleBroken, match="chỉ một người thay"):
        stand_in(world, second)
    with pytest.raises(RuleBroken, match="không cử người khác thay tiếp"):
        roles.name_substitute(
            given.pk, second, valid_from=TODAY, valid_to=TODAY + timedelta(days=2), document="x",
            actor=actor_for(first),
        )  # fmt: skip


def test_only_people_of_the_unit_stand_in_for_the_holder(world: World) -> None:
    with pytest.raises(RuleBroken, match="giữ vị trí công tác tại đơn vị"):
        stand_in(world, world.foreign_officer.user)
    with pytest.raises(Forbidden):
        stand_in(world, colleague(world), actor=world.head)


def test_a_substitute_for_the_head_needs_the_second_person(world: World) -> None:
    user = colleague(world)
    given = roles.name_substitute(
        world.head.assignment.pk, user, valid_from=TODAY, valid_to=TODAY + timedelta(days=5),
        document="UQ 1", actor=world.head,
    )  # fmt: skip
    assert actor_for(user).assignment is None
    roles.confirm_role(given.pk, actor=world.admin)
    assert permissions.allows(actor_for(user), "pledge.approve", world.agency)


def test_substitutes_go_with_the_role(world: World) -> None:
    user = colleague(world)
    RoleAssignment.objects.filter(pk=world.officer.assignment.pk).update(valid_from=START)
    running = stand_in(world, user)
    RoleAssignment.objects.filter(pk=running.pk).update(valid_from=TODAY - timedelta(days=3))
    later = stand_in(world, user, valid_from=TODAY + timedelta(days=20), valid_to=TODAY + timedelta(days=25))
    roles.end_role(world.officer.assignment.pk, ends_on=TODAY, actor=world.admin)
    assert actor_for(user).assignment is None
    assert not RoleAssignment.objects.filter(pk=later.pk).exists()


def test_the_holder_sees_and_ends_the_substitution(world: World, sign_in: SignIn) -> None:
    user = colleague(world)
    client = sign_in(world.officer)
    form = {
        "substitute": user.pk, "valid_from": "16/12/2024", "valid_to": "20/12/2024", "document": "UQ 9/UQ",
    }  # fmt: skip
    url = reverse("units:role-substitute", args=[world.officer.assignment.pk])
    assert client.post(url, form).status_code == 303
    assert "Phan Thị Đồng Nghiệp thay bạn" in client.get("/").content.decode()
    given = user.assignments.get()
    mine = client.get(reverse("units:role-mine")).content.decode()
    assert "Phan Thị Đồng Nghiệp thay từ 16/12/2024 đến trước 20/12/2024" in mine

    client.post(reverse("units:role-end", args=[given.pk]))

    assert actor_for(user).assignment is None
    assert user.username not in client.get("/").content.decode()


def test_the_substitute_switches_to_the_role_and_sees_its_name(world: World, sign_in: SignIn) -> None:
    member = make_member(Role.AUDITOR, world.agency, "Tạ Thị Hai Vai")
    given = stand_in(world, member.user)
    client = sign_in(member)
    client.post(reverse("units:switch-role"), {"assignment": given.pk})
    page = client.get("/").content.decode()
    assert "(thay Trần Thị Cán Bộ)" in page
    assert "Cán bộ TĐKT đơn vị – Cục Quan trắc Thử nghiệm" in page
