"""Two officers, one dossier: nobody overwrites unknowingly; the second sees old, mine and theirs."""

import html
import re
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from awards.models import Nomination, Round
from campaigns.models import Pledge
from core import wall
from core.models import FormSubmission
from tests.permission_objects import make_objects
from tests.world import World
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]


def hidden(page: str, name: str) -> str:
    """The value of a hidden input of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found.group(1))


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def form_of(world: World, sign_in: SignIn) -> Callable[[], tuple[Client, str, dict[str, str]]]:
    """Open the round's form: (client, address, what a browser would send unchanged)."""
    round_ = Round.objects.get(pk=make_objects(world.ministry)["round"])
    client = sign_in(world.specialist)
    url = reverse("awards:round-edit", args=[round_.pk])

    def opened() -> tuple[Client, str, dict[str, str]]:
        page = client.get(url).content.decode()
        sent = {
            "year": "2024", "name": round_.name, "ground": "merit", "opens_on": "01/11/2024",
            "closes_on": "31/12/2024", "version": hidden(page, "version"), "seen": hidden(page, "seen"),
            "form_key": hidden(page, "form_key"),
        }  # fmt: skip
        return client, url, sent

    return opened


@pytest.mark.django_db
def test_the_second_editor_sees_old_mine_and_theirs(
    form_of: Callable[[], tuple[Client, str, dict[str, str]]],
) -> None:
    client, url, first = form_of()
    _, _, second = form_of()
    assert (
        client.post(url, first | {"name": "Đợt của người thứ nhất", "closes_on": "20/12/2024"}).status_code
        == 303
    )

    answer = client.post(url, second | {"name": "Đợt của tôi"})

    page = plain(answer.content.decode())
    assert answer.status_code == 409
    assert "Có người khác vừa lưu nội dung này" in page
    assert "Đợt xét chung Đợt của tôi Đợt của người thứ nhất" in page
    assert "chỉ người kia sửa 31/12/2024 31/12/2024 20/12/2024" in page
    assert 'value="Đợt của tôi"' in html.unescape(answer.content.decode())
    assert Round.objects.get().name == "Đợt của người thứ nhất"


@pytest.mark.django_db
def test_having_compared_one_may_save_over_it(
    form_of: Callable[[], tuple[Client, str, dict[str, str]]],
) -> None:
    client, url, first = form_of()
    _, _, second = form_of()
    client.post(url, first | {"name": "Đợt của người thứ nhất"})
    page = client.post(url, second | {"name": "Đợt của tôi"}).content.decode()
    newest = re.findall(r'<button[^>]*name="version" value="(\d+)"', page)

    answer = client.post(
        url, second | {"name": "Đợt của tôi", "version": newest[0], "form_key": str(uuid.uuid4())}
    )

    assert answer.status_code == 303
    assert Round.objects.get().name == "Đợt của tôi"


@pytest.mark.django_db
def test_a_form_refused_twice_still_knows_what_it_first_showed(
    form_of: Callable[[], tuple[Client, str, dict[str, str]]],
) -> None:
    client, url, first = form_of()
    _, _, second = form_of()
    client.post(url, first | {"name": "Đợt của người thứ nhất"})
    page = client.post(url, second | {"name": "Đợt của tôi"}).content.decode()

    assert hidden(page, "version") == second["version"]
    assert hidden(page, "seen") == second["seen"]


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["", "{", "[]", "1", '{"name": {"a": 1}}', "x" * 300_000])
def test_what_the_browser_says_it_saw_is_only_shown(
    form_of: Callable[[], tuple[Client, str, dict[str, str]]], seen: str
) -> None:
    client, url, first = form_of()
    client.post(url, first | {"name": "Đợt của người thứ nhất"})

    answer = client.post(url, first | {"name": "Đợt của tôi", "seen": seen, "form_key": str(uuid.uuid4())})

    assert answer.status_code == 409
    assert "Đợt của người thứ nhất" in answer.content.decode()


@pytest.mark.django_db
def test_rows_of_a_pledge_are_compared_row_by_row(world: World, sign_in: SignIn) -> None:
    pledge = Pledge.objects.get(pk=make_objects(world.agency)["pledge"])
    client = sign_in(world.officer)
    url = reverse("campaigns:pledge-edit", args=[pledge.pk])
    page = client.get(url).content.decode()
    sent = {
        "summary": "Đăng ký của tôi", "version": hidden(page, "version"), "seen": hidden(page, "seen"),
        "targets-TOTAL_FORMS": "0", "targets-INITIAL_FORMS": "0", "aims-TOTAL_FORMS": "0",
        "aims-INITIAL_FORMS": "0",
    }  # fmt: skip
    Pledge.objects.filter(pk=pledge.pk).update(version=pledge.version + 1, summary="Đăng ký của người khác")

    page = plain(client.post(url, sent).content.decode())

    assert "Đăng ký KNC1chimhoangyen Đăng ký của tôi Đăng ký của người khác" in page
    assert "Chỉ tiêu: Chỉ tiêu KNC1chimhoangyen" in page


@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_sendings_have_one_effect(world: World, sign_in: SignIn) -> None:
    """A double click, a retry, an impatient officer: one dossier, and everybody is led to it."""
    objects = make_objects(world.agency)
    round_ = Round.objects.get(pk=make_objects(world.ministry)["round"])
    nomination = Nomination.objects.get(pk=objects["nomination"])
    person = nomination.person
    before = Nomination.objects.count()
    client = sign_in(world.officer)
    cookie = client.cookies["sessionid"].value
    sent = {
        "round": str(round_.pk), "award": str(nomination.award_id), "person": str(person.pk if person else 0),
        "achievement": "Hoàn thành xuất sắc nhiệm vụ", "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    url = reverse("awards:nomination-create")
    answers: list[tuple[int, str]] = []
    gate = threading.Barrier(10)

    def send() -> None:
        with wall.acting(None):
            one = Client()
            one.cookies["sessionid"] = cookie
            try:
                gate.wait()
                for _ in range(10):
                    answer = one.post(url, sent)
                    answers.append((answer.status_code, answer.headers.get("Location", "")))
            finally:
                connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 100
    assert Nomination.objects.count() == before + 1
    assert len(set(answers)) == 1, set(answers)
    assert answers[0][0] == 303
    assert FormSubmission.objects.count() == 1
