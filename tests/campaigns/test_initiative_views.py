import pytest
from django.urls import reverse

from campaigns.actions import initiatives as initiative_actions
from campaigns.models import Initiative, UnitYearResult
from tests.builders_campaigns import (
    make_initiative,
)
from tests.campaigns.posts import initiative_post, page

pytestmark = pytest.mark.django_db


def test_initiative_is_registered_in_the_browser(world, sign_in):
    half = [{"person": str(who.user.person_id), "share": "50,00"} for who in (world.officer, world.head)]

    response = sign_in(world.officer).post(
        reverse("campaigns:initiative-create"), initiative_post(world.officer, *half)
    )

    assert response.status_code == 303, page(response)
    assert sorted(Initiative.objects.get().authors.values_list("share", flat=True)) == [50, 50]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        (["60"], "phải bằng đúng 100 % (còn thiếu 40 %)"),
        (["60", "50"], "thừa 10 %"),
        (["abc"], "Hãy nhập số, ví dụ 1.234,5."),
        (["0", "100"], "phải lớn hơn 0 và không quá 100"),
        (["33,333", "66,667"], "tối đa hai chữ số"),
    ],
)
def test_shares_that_are_not_100_say_so_and_nothing_is_written(world, sign_in, shares, sentence):
    people = (world.officer, world.head)
    authors = [
        {"person": str(who.user.person_id), "share": s} for who, s in zip(people, shares, strict=False)
    ]

    response = sign_in(world.officer).post(
        reverse("campaigns:initiative-create"), initiative_post(world.officer, *authors)
    )

    assert response.status_code == 422
    assert sentence in page(response)
    assert not Initiative.objects.exists()


def test_specialist_recognises_on_the_page(world, sign_in):
    initiative = make_initiative(world.officer)
    initiative_actions.submit_initiative(initiative.pk, actor=world.officer)
    client, url = sign_in(world.specialist), reverse("campaigns:initiative-recognise", args=[initiative.pk])

    refused = client.post(url, {"number": "", "recognised_on": "20/12/2024", "scope": "bo"})
    done = client.post(url, {"number": "12/QĐ", "recognised_on": "10/12/2024", "scope": "bo"})

    assert refused.status_code == 422
    assert done.status_code == 303
    assert "12/QĐ" in page(sign_in(world.officer).get(initiative.get_absolute_url()))


def test_result_is_recorded_for_a_unit_below(world, sign_in):
    client, url = sign_in(world.specialist), reverse("campaigns:result-edit", args=[world.agency.pk, 2024])
    data = {"grade": "HTXSNV", "is_outstanding": "on", "document": "QĐ 1"}

    assert client.post(url, data | {"document": ""}).status_code == 422
    assert client.post(url, data).status_code == 303
    assert client.post(url, data).status_code == 409
    assert client.post(url, data | {"version": "1", "grade": "HTNV"}).status_code == 422
    assert UnitYearResult.objects.get().is_outstanding
    assert client.get(reverse("campaigns:result-edit", args=[world.ministry.pk, 2024])).status_code == 404
    assert client.get(reverse("campaigns:result-edit", args=[world.agency.pk, 2031])).status_code == 404
