"""Faults found by reading the organisation again: who may hand out a password, long addresses, long names."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Forbidden
from core.models import AuditEntry
from tests.builders import TODAY, give_role, make_member, make_person, make_posting, make_user
from tests.world import World
from units.actions.accounts import password_link
from units.actions.roles import end_role
from units.choices import Role


@pytest.fixture
def local_admin(world: World):
    return make_member(Role.SYSTEM_ADMIN, world.agency)


def test_a_local_administrator_gives_links_to_people_of_the_unit(world: World, local_admin) -> None:
    assert password_link(world.division_officer.user.pk, actor=local_admin)


def test_no_link_for_who_also_acts_above(world: World, local_admin) -> None:
    give_role(world.leader.user, Role.AUDITOR, world.agency)
    before = AuditEntry.objects.count()
    with pytest.raises(Forbidden):
        password_link(world.leader.user.pk, actor=local_admin)
    assert AuditEntry.objects.count() == before


def test_no_link_for_who_once_acted_here_and_now_acts_above(world: World, local_admin, sign_in) -> None:
    give_role(world.leader.user, Role.AUDITOR, world.agency, valid_to=date(2022, 1, 1))
    answer = sign_in(local_admin).post(reverse("units:account-link", args=[world.leader.user.pk]))
    assert answer.status_code == 303


def test_no_link_for_an_account_without_a_role_whose_person_works_elsewhere(
    world: World, local_admin
) -> None:
    person = make_person()
    make_posting(person, world.institute)
    with pytest.raises(Forbidden):
        password_link(make_user("moi-o-vien", person).pk, actor=local_admin)


def test_ending_a_role_waits_for_other_changes_of_the_account(world: World) -> None:
    assignment = world.division_officer.assignment
    with CaptureQueriesContext(connection) as found:
        end_role(assignment.pk, ends_on=TODAY, actor=world.admin)
    locked = [q["sql"] for q in found if "FOR UPDATE" in q["sql"] and 'FROM "units_user"' in q["sql"]]
    assert locked


@pytest.mark.parametrize("address", ["/accounts/?q=" + "a" * 2000, "/\x00", "//evil.example/", "/a\r\nX: 1"])
def test_the_way_back_is_never_a_fault(world: World, sign_in, address: str) -> None:
    client = sign_in(world.admin)
    client.raise_request_exception = False
    url = reverse("units:role-end", args=[world.division_officer.assignment.pk])
    values = {"next": address, "form_key": "7b0f3a62-8f70-4c39-a0a9-3b0a4b6ad111"}
    answer = client.post(url, values)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


def test_a_name_whose_keys_grow_is_kept(db: None) -> None:
    assert make_person("ﬃ" * 120).pk
