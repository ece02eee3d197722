import pytest
from django.urls import reverse

from campaigns.actions import campaigns as campaign_actions
from campaigns.models import Campaign, Initiative, Pledge, ProgressEntry, Target, UnitYearResult
from tests.builders import TODAY, make_unit
from tests.builders_campaigns import (
    approved,
    launched,
    make_campaign,
    make_initiative,
    make_pledge,
    target_row,
)
from tests.campaigns.posts import _query_count, page, rows

pytestmark = pytest.mark.django_db


def test_foreign_and_missing_objects_are_the_same_404(world, sign_in):
    campaign = launched(world)
    own_campaign = make_campaign(world.foreign_officer)
    pledge = approved(campaign, world.foreign_officer, world.foreign_head)
    initiative = make_initiative(world.foreign_officer)
    client = sign_in(world.officer)
    gets = {
        "campaign-detail": own_campaign.pk, "campaign-edit": own_campaign.pk, "pledge-detail": pledge.pk,
        "pledge-edit": pledge.pk, "pledge-check": pledge.pk, "progress-record": pledge.targets.get().pk,
        "initiative-detail": initiative.pk, "initiative-edit": initiative.pk,
        "receipt-confirm": campaign.receipts.get(unit=world.institute).pk,
    }  # fmt: skip

    for name, pk in gets.items():
        for number in (pk, 987654321, 2**63 + 1):
            assert client.get(reverse(f"campaigns:{name}", args=[number])).status_code == 404, name
    for name, pk in (("pledge-submit", pledge.pk), ("initiative-submit", initiative.pk)):
        assert client.post(reverse(f"campaigns:{name}", args=[pk])).status_code == 404, name


def test_lower_units_are_seen_but_not_acted_for(world, sign_in):
    pledge = make_pledge(launched(world), world.division_officer)
    client = sign_in(world.officer)

    assert client.get(pledge.get_absolute_url()).status_code == 200
    assert client.get(reverse("campaigns:pledge-edit", args=[pledge.pk])).status_code == 404
    assert client.post(reverse("campaigns:pledge-submit", args=[pledge.pk])).status_code == 404


@pytest.mark.parametrize("name", ["campaign-list", "pledge-list", "initiative-list", "result-list"])
def test_lists_ask_the_same_number_of_questions_for_1_and_50_rows(world, sign_in, name):
    client, url = sign_in(world.specialist), reverse(f"campaigns:{name}")
    campaign = launched(world)
    approved(campaign, world.officer, world.head)
    make_initiative(world.officer)
    few = _query_count(client, url)

    content = campaign.contents.first()
    for number in range(49):
        unit = make_unit(f"Đơn vị {number}", world.ministry)
        pledge = Pledge.objects.create(campaign=campaign, unit=unit, year=2024, state="approved")
        target = Target.objects.create(pledge=pledge, content=content, name="A", value=1, due_on=TODAY)
        ProgressEntry.objects.create(target=target, value=1, reported_on=TODAY)
        Campaign.objects.create(
            unit=unit,
            issuer_name="A",
            title=f"P{number}",
            year_from=2024,
            year_to=2024,
            starts_on=TODAY,
            ends_on=TODAY,
        )
        UnitYearResult.objects.create(unit=unit, year=2024, grade="HTTNV", document="QĐ")
        copy = make_initiative(world.officer)
        Initiative.objects.filter(pk=copy.pk).update(unit=unit)

    assert _query_count(client, url) == few


def test_pledge_page_asks_the_same_number_of_questions_for_1_and_20_targets(world, sign_in):
    campaign = launched(world)
    small = approved(campaign, world.officer, world.head)
    large = approved(campaign, world.foreign_officer, world.foreign_head, rows=[target_row(campaign)] * 20)
    client = sign_in(world.specialist)
    for pledge in (small, large):
        for target in pledge.targets.all():
            ProgressEntry.objects.create(target=target, value=1, reported_on=TODAY)

    assert _query_count(client, small.get_absolute_url()) == _query_count(client, large.get_absolute_url())


@pytest.mark.parametrize(
    "query", ["q=phong+trao", "year=2024", "year=abc", "state=zzz", "sort=-title", "sort=--x", "page=99"]
)
def test_list_survives_any_filter(world, sign_in, query):
    launched(world)

    response = sign_in(world.officer).get(f"{reverse('campaigns:campaign-list')}?{query}")

    assert response.status_code == 200
    assert "Phong trào thi đua thử nghiệm" in page(response)


@pytest.mark.parametrize("tab", ["content", "criteria", "responses", "document", "zzz"])
def test_campaign_page_has_every_tab(world, sign_in, tab):
    campaign = launched(world)

    assert sign_in(world.officer).get(campaign.get_absolute_url(), {"tab": tab}).status_code == 200


def test_years_are_written_without_thousand_dots(world, sign_in):
    campaign = launched(world)
    pledge = approved(campaign, world.officer, world.head)
    client = sign_in(world.officer)

    for url in (campaign.get_absolute_url(), pledge.get_absolute_url(), reverse("campaigns:pledge-list")):
        assert "2.024" not in page(client.get(url))


def test_saving_an_unchanged_form_keeps_every_row(world, sign_in):
    campaign = launched(world)
    pledge = make_pledge(campaign, world.officer)
    target, content = pledge.targets.get(), campaign.contents.first()
    row = {
        "id": str(target.pk), "content": str(content.pk), "name": target.name, "measure": "number",
        "unit_of_measure": "văn bản", "value": "4", "due_on": "20/12/2024", "is_lawmaking": "on",
    }  # fmt: skip
    data = {"summary": "Trọng tâm", "version": str(pledge.version)} | rows("targets", row) | rows("aims")

    response = sign_in(world.officer).post(reverse("campaigns:pledge-edit", args=[pledge.pk]), data)

    assert response.status_code == 303
    assert list(pledge.targets.values_list("pk", "is_lawmaking")) == [(target.pk, True)]


@pytest.mark.parametrize("only", ["all", "unconfirmed", "unpledged", "zzz"])
def test_responses_can_be_narrowed_to_who_is_missing(world, sign_in, only):
    campaign = launched(world)
    campaign_actions.confirm_receipt(campaign.receipts.get(unit=world.agency).pk, "", actor=world.officer)
    approved(campaign, world.foreign_officer, world.foreign_head)

    text = page(
        sign_in(world.specialist).get(campaign.get_absolute_url(), {"tab": "responses", "only": only})
    )
    table = text[text.index("<tbody>") :]

    assert (world.agency.name in table) == (only != "unconfirmed")
    assert (world.institute.name in table) == (only != "unpledged")


def test_edit_pages_of_what_is_closed_lead_back_with_a_sentence(world, sign_in):
    pledge = approved(launched(world), world.officer, world.head)

    response = sign_in(world.officer).get(reverse("campaigns:pledge-edit", args=[pledge.pk]), follow=True)

    assert response.redirect_chain == [(pledge.get_absolute_url(), 303)]
    assert "không sửa được" in page(response)
