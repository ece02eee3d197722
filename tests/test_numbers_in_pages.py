"""Numbers of rows stand in pages as they are: «1234567», never «1.234.567» as a person reads it."""

from django.urls import reverse

from tests.builders import PASSWORD, START, actor_of, give_role, make_person, make_posting
from tests.world import World
from units.choices import Role
from units.models import RoleAssignment, User


def test_a_page_names_the_account_and_its_roles_by_plain_numbers(world: World, sign_in) -> None:
    person = make_person("Người Có Số Lớn")
    make_posting(person, world.agency)
    user = User(pk=1_234_567, username="so-lon", email="so-lon@example.test", person=person)
    user.set_password(PASSWORD)
    user.save()
    role = give_role(user, Role.UNIT_OFFICER, world.agency)
    other = RoleAssignment.objects.create(
        pk=7_654_321, user=user, role=Role.UNIT_OFFICER, unit=world.division, valid_from=START, document="QĐ"
    )

    page = sign_in(actor_of(role)).get(reverse("units:person-list")).content.decode()

    assert 'data-account="1234567"' in page
    assert f'<option value="{other.pk}"' in page
