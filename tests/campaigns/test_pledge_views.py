from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from campaigns.actions import pledges as pledge_actions
from campaigns.models import ProgressEntry, Target
from core.models import AuditEntry
from tests.builders_campaigns import (
    approved,
    launched,
    make_pledge,
)
from tests.campaigns.posts import page, pledge_post

pytestmark = pytest.mark.django_db


def test_pledge_is_written_in_the_browser_with_vietnamese_numbers(world, sign_in, titles):
    pledge = make_pledge(launched(world), world.officer, rows=[])
    aims = (
        {"title_code": "CSTDCS", "person": str(world.head.user.person_id)},
        {"title_code": "TTLDXS", "person": "0"},
        {"title_code": "", "person": "0"},
    )
    client, url = sign_in(world.officer), reverse("campaigns:pledge-edit", args=[pledge.pk])

    response = client.post(url, pledge_post(pledge, {}, {"measure": "yes_no", "value": ""}, aims=aims))

    assert response.status_code == 303, page(response)
    assert list(pledge.targets.values_list("value", "due_on").order_by("pk")) == [
        (Decimal("1234.5"), date(2024, 11, 30)),
        (Decimal(1), date(2024, 11, 30)),
    ]
    assert set(pledge.aims.values_list("title_code", "person")) == {
        ("CSTDCS", world.head.user.person_id),
        ("TTLDXS", None),
    }
    shown = page(client.get(reverse("campaigns:pledge-detail", args=[pledge.pk])))
    assert "Chiến sĩ thi đua cơ sở" in shown
    assert "1.234,5" in shown


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"value": "abc"}, "Hãy nhập số, ví dụ 1.234,5."),
        ({"value": ""}, "Hãy nhập số, ví dụ 1.234,5."),
        ({"value": "0"}, "Mức đăng ký phải lớn hơn 0."),
        ({"value": "-5"}, "Mức đăng ký phải lớn hơn 0."),
        ({"value": "9" * 20}, "Số quá lớn"),
        ({"measure": "percent", "value": "100,1"}, "Tỷ lệ phần trăm không được vượt quá 100."),
        ({"due_on": "31/01/2025"}, "nằm ngoài thời gian phong trào"),
        ({"due_on": "hôm qua"}, "Hãy nhập ngày theo dạng ngày/tháng/năm"),
        ({"name": ""}, "Chưa điền mục này."),
        ({"name": "x" * 401}, "tối đa 400 ký tự"),
        ({"content": "999999"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_wrong_target_says_so_and_changes_nothing(world, sign_in, row, sentence):
    pledge = make_pledge(launched(world), world.officer)
    url = reverse("campaigns:pledge-edit", args=[pledge.pk])

    response = sign_in(world.officer).post(url, pledge_post(pledge, row))

    assert response.status_code == 422
    assert sentence in page(response)
    assert list(Target.objects.values_list("name", flat=True)) == ["Số văn bản trình đúng hạn"]


def test_summary_of_mistakes_links_to_the_row(world, sign_in):
    pledge = make_pledge(launched(world), world.officer)

    response = sign_in(world.officer).post(
        reverse("campaigns:pledge-edit", args=[pledge.pk]), pledge_post(pledge, {"value": "abc"})
    )

    assert '<a href="#id_targets-0-value">Chỉ tiêu 1 – Mức đăng ký: Hãy nhập số' in page(response)


@pytest.mark.parametrize("who", ["stranger", "collective_for_person", "person_for_collective"])
def test_wrong_aim_is_refused(world, sign_in, titles, who):
    pledge = make_pledge(launched(world), world.officer)
    aim = {
        "stranger": {"title_code": "CSTDCS", "person": str(world.foreign_head.user.person_id)},
        "collective_for_person": {"title_code": "TTLDXS", "person": str(world.head.user.person_id)},
        "person_for_collective": {"title_code": "CSTDCS", "person": "0"},
    }[who]

    url = reverse("campaigns:pledge-edit", args=[pledge.pk])

    assert sign_in(world.officer).post(url, pledge_post(pledge, aims=(aim,))).status_code == 422
    assert not pledge.aims.exists()


def test_head_approves_on_the_page_and_a_second_click_is_told(world, sign_in):
    pledge = make_pledge(launched(world), world.officer)
    sign_in(world.officer).post(reverse("campaigns:pledge-submit", args=[pledge.pk]))
    client = sign_in(world.head)

    client.post(reverse("campaigns:pledge-approve", args=[pledge.pk]))
    again = client.post(reverse("campaigns:pledge-approve", args=[pledge.pk]), follow=True)

    pledge.refresh_from_db()
    assert pledge.state == "approved"
    assert "không thể «duyệt»" in page(again)
    assert AuditEntry.objects.filter(action="pledge.approve").count() == 1


def test_returning_needs_a_reason(world, sign_in):
    pledge = make_pledge(launched(world), world.officer)
    pledge_actions.submit_pledge(pledge.pk, actor=world.officer)
    client, url = sign_in(world.head), reverse("campaigns:pledge-return", args=[pledge.pk])

    refused = client.post(url, {"note": "  "})
    done = client.post(url, {"note": "Bổ sung chỉ tiêu"})

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Bổ sung chỉ tiêu" in page(sign_in(world.officer).get(pledge.get_absolute_url()))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"value": "abc", "reported_on": "01/12/2024"}, "Hãy nhập số, ví dụ 1.234,5."),
        ({"value": "1", "reported_on": "17/12/2024"}, "không được sau ngày hôm nay"),
        ({"value": "1", "reported_on": "01/12/2023"}, "trong thời gian phong trào"),
        ({"value": "-1", "reported_on": "01/12/2024"}, "không được âm"),
    ],
)
def test_wrong_progress_says_so(world, sign_in, data, sentence):
    target = approved(launched(world), world.officer, world.head).targets.get()

    response = sign_in(world.officer).post(reverse("campaigns:progress-record", args=[target.pk]), data)

    assert response.status_code == 422
    assert sentence in page(response)
    assert not ProgressEntry.objects.exists()


def test_six_month_check_looks_at_30_june(world, sign_in):
    pledge = approved(launched(world), world.officer, world.head)
    target, client = pledge.targets.get(), sign_in(world.officer)
    url = reverse("campaigns:progress-record", args=[target.pk])
    for value, day in (("1,5", "20/06/2024"), ("4", "01/12/2024")):
        assert client.post(url, {"value": value, "reported_on": day}).status_code == 303

    check = reverse("campaigns:pledge-check", args=[pledge.pk])

    assert "<strong>1,5</strong>/4 văn bản" in page(client.get(check))
    assert "<strong>4</strong>/4 văn bản" in page(client.get(check, {"as_of": "today"}))
