"""What others do changes nothing on my pages: counts, order, paging, charts, suggestions, badges."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.builders import make_member, make_unit
from tests.permission_objects import make_objects
from tests.test_permission_matrix import address, masked, routes
from tests.world import World
from units.choices import Role
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]
# Answers that tell of the whole system on purpose: no unit's data, only whether it works.
ABOUT_THE_SYSTEM = {"core:ready"}
# A person may move to any unit of the ministry, so the form names them all; names of units are no secret.
NAMES_ALL_UNITS = {"units:post-transfer"}


def pages_of(client: Client, objects: dict[str, int]) -> dict[str, str]:
    """route → what it shows, without what differs in every answer."""
    client.raise_request_exception = False
    found = {}
    for route, card in sorted(routes().items()):
        if "GET" not in card.methods or route in ABOUT_THE_SYSTEM | NAMES_ALL_UNITS | {"account_logout"}:
            continue
        response = client.get(address(route, card, objects))
        if response.streaming:
            continue
        text = masked(response) if response.headers.get("Content-Type", "").startswith("text/") else ""
        found[route] = f"{response.status_code} {re.sub(r'[0-9]{2}:[0-9]{2}(:[0-9]{2})?', '', text)}"
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["unit_officer", "unit_head", "award_specialist", "auditor", "system_admin"])
def test_rows_of_others_change_nothing_i_see(world: World, sign_in: SignIn, role: str) -> None:
    me = make_member(role, world.agency)
    mine = make_objects(world.agency)
    make_objects(world.institute)
    client = sign_in(me)
    pages_of(client, mine)  # the first visit may open what later ones show (a session, an access entry)
    before = pages_of(client, mine)

    others = make_unit("Trung tâm Người Khác", world.institute, code="NGUOIKHAC")
    for unit in (world.institute, others):
        for _ in range(2):
            make_objects(unit)
        make_member(Role.UNIT_OFFICER, unit)
    after = pages_of(client, mine)

    assert [route for route in before if before[route] != after[route]] == []
    assert sum(text.startswith("200") for text in before.values()) > 15
