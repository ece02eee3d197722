import unicodedata
import uuid
from datetime import date

import pytest
from django.urls import reverse

from campaigns.actions import campaigns as campaign_actions
from campaigns.models import Campaign, ContentItem
from core.models import AuditEntry
from tests.builders_campaigns import (
    launched,
    make_campaign,
)
from tests.campaigns.posts import campaign_post, page, rows

pytestmark = pytest.mark.django_db


def test_campaign_is_drafted_in_the_browser_with_all_its_parts(world, sign_in):
    client = sign_in(world.specialist)

    response = client.post(reverse("campaigns:campaign-create"), campaign_post())

    campaign = Campaign.objects.get()
    assert response.status_code == 303
    assert response["Location"] == campaign.get_absolute_url()
    assert campaign.recipients == ["Các đơn vị", "Các Sở"]
    assert list(campaign.contents.values_list("text", flat=True)) == ["Một", "Hai"]
    assert campaign.tasks.count() == 0
    assert campaign.criteria.get().check_code == "unit_outstanding"
    assert campaign.legal_bases.get().date == date(2021, 7, 16)


def test_contents_follow_the_typed_order(world, sign_in):
    typed = rows("contents", {"position": "2", "text": "Sau"}, {"position": "1", "text": "Trước"})

    sign_in(world.specialist).post(reverse("campaigns:campaign-create"), campaign_post(**typed))

    assert list(ContentItem.objects.values_list("position", "text")) == [(1, "Trước"), (2, "Sau")]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title": ""}, "Chưa điền mục này."),
        ({"title": "x" * 501}, "tối đa 500 ký tự"),
        ({"year_from": "abc"}, "Hãy nhập số nguyên"),
        ({"year_to": "2023"}, "Năm cuối phải bằng hoặc sau năm đầu."),
        (
            {"starts_on": "31/12/2024", "ends_on": "01/01/2024"},
            "Ngày kết thúc phải bằng hoặc sau ngày bắt đầu.",
        ),
        ({"starts_on": "2024-13-45"}, "Hãy nhập ngày theo dạng ngày/tháng/năm"),
        ({"ends_on": "31/02/2024"}, "Hãy nhập ngày theo dạng ngày/tháng/năm"),
        ({"kind": "zzz"}, "Hãy chọn một mục trong danh sách."),
        ({"parent": "999999"}, "Hãy chọn một mục trong danh sách."),
        ({"contents-TOTAL_FORMS": "x"}, "Biểu mẫu thiếu dữ liệu"),
        (rows("contents", {"text": "x" * 10001}), "tối đa 10000 ký tự"),
        (rows("legal_bases", {"number": "", "title": "Không số"}), "Chưa điền mục này."),
    ],
)
def test_wrong_campaign_form_says_so_and_changes_nothing(world, sign_in, facts, sentence):
    response = sign_in(world.specialist).post(reverse("campaigns:campaign-create"), campaign_post(**facts))

    assert response.status_code == 422
    assert sentence in page(response)
    assert not Campaign.objects.exists()


def test_decomposed_text_is_stored_composed_and_controls_are_dropped(world, sign_in):
    title = unicodedata.normalize("NFD", "Phong trào thi đua quyết thắng") + "\u202e\x00"

    sign_in(world.specialist).post(reverse("campaigns:campaign-create"), campaign_post(title=title))

    assert Campaign.objects.get().title == "Phong trào thi đua quyết thắng"


def test_markup_in_text_is_shown_as_text(world, sign_in):
    evil = "<script>alert(1)</script><b>đậm</b>"
    campaign = make_campaign(world.specialist, title=evil, contents=[evil], criteria=[], theme=evil)
    client = sign_in(world.specialist)

    for name in ("campaign-detail", "campaign-edit", "campaign-launch"):
        text = page(client.get(reverse(f"campaigns:{name}", args=[campaign.pk])))
        assert evil not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_markup_typed_into_a_wrong_row_is_not_run_in_the_summary(world, sign_in):
    typed = rows("legal_bases", {"number": "<img src=x>" * 9, "title": ""})

    response = sign_in(world.specialist).post(reverse("campaigns:campaign-create"), campaign_post(**typed))

    assert response.status_code == 422
    assert "<img src=x>" not in page(response)


def test_stale_campaign_form_answers_409_and_keeps_what_was_typed(world, sign_in):
    campaign = make_campaign(world.specialist)
    campaign_actions.update_campaign(campaign.pk, {"theme": "Người khác"}, version=1, actor=world.specialist)

    url = reverse("campaigns:campaign-edit", args=[campaign.pk])
    response = sign_in(world.specialist).post(url, campaign_post(version="1", title="Tôi gõ"))

    assert response.status_code == 409
    assert "vừa được người khác thay đổi" in page(response)
    assert "Tôi gõ" in page(response)
    campaign.refresh_from_db()
    assert campaign.title == "Phong trào thi đua thử nghiệm"


def test_form_without_a_version_is_stale(world, sign_in):
    campaign = make_campaign(world.specialist)

    url = reverse("campaigns:campaign-edit", args=[campaign.pk])

    assert sign_in(world.specialist).post(url, campaign_post()).status_code == 409


def test_the_same_form_sent_twice_has_one_effect(world, sign_in):
    client, data = sign_in(world.specialist), campaign_post(form_key=str(uuid.uuid4()))

    first = client.post(reverse("campaigns:campaign-create"), data)
    second = client.post(reverse("campaigns:campaign-create"), data)

    assert first["Location"] == second["Location"]
    assert Campaign.objects.count() == 1
    assert AuditEntry.objects.filter(action="campaign.create").count() == 1


def test_launch_page_names_how_many_units_receive(world, sign_in):
    campaign = make_campaign(world.specialist)
    client, url = sign_in(world.specialist), reverse("campaigns:campaign-launch", args=[campaign.pk])

    assert "<strong>3 đơn vị</strong>" in page(client.get(url))
    assert client.post(url).status_code == 303
    assert campaign.receipts.count() == 3
    assert client.post(url).status_code == 409


def test_closing_needs_a_ground(world, sign_in):
    campaign = launched(world)
    client, url = sign_in(world.specialist), reverse("campaigns:campaign-close", args=[campaign.pk])

    assert client.post(url, {"note": ""}).status_code == 422
    assert client.post(url, {"note": "Báo cáo tổng kết"}).status_code == 303
