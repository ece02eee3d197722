import unicodedata
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import catalogue
from campaigns.actions import campaigns as campaign_actions
from campaigns.actions import initiatives as initiative_actions
from campaigns.actions import pledges as pledge_actions
from campaigns.models import Campaign, ContentItem, Initiative, Pledge, ProgressEntry, Target, UnitYearResult
from core.models import AuditEntry
from tests.builders import TODAY, make_unit
from tests.builders_campaigns import (
    approved,
    launched,
    make_campaign,
    make_initiative,
    make_pledge,
    target_row,
)

pytestmark = pytest.mark.django_db


def page(response):
    return unicodedata.normalize("NFC", response.content.decode())


def rows(prefix, *found):
    data = {f"{prefix}-TOTAL_FORMS": str(len(found)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, row in enumerate(found):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


@pytest.fixture
def titles(monkeypatch):
    found = {
        "person": [("CSTDCS", "Chiến sĩ thi đua cơ sở")],
        "collective": [("TTLDXS", "Tập thể lao động xuất sắc")],
    }
    monkeypatch.setattr(catalogue, "_providers", [lambda day, kind: found[kind]])


# --- campaign form ---------------------------------------------------------------------------------
def campaign_post(**facts):
    return {
        "title": "Phong trào mới",
        "theme": "",
        "kind": "regular",
        "issuer_name": "Bộ trưởng",
        "year_from": "2024",
        "year_to": "2024",
        "starts_on": "01/01/2024",
        "ends_on": "31/12/2024",
        "pledge_due_on": "",
        "recipients": "Các đơn vị\nCác Sở",
        **rows("contents", {"text": "Một"}, {"text": "Hai"}),
        **rows("tasks", {"text": ""}),
        **rows("criteria", {"audience": "leader", "text": "Tiêu biểu", "check_code": "unit_outstanding"}),
        **rows("legal_bases", {"number": "19/CT-TTg", "date": "16/07/2021", "title": "Chỉ thị"}),
        **rows("movements", {"name": "Nông thôn mới"}),
    } | facts


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
        ({"title": ""}, "Hãy nhập nội dung này."),
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
        (rows("legal_bases", {"number": "", "title": "Không số"}), "Hãy nhập nội dung này."),
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


# --- pledge form -----------------------------------------------------------------------------------
def pledge_post(pledge, *targets, aims=(), **facts):
    content = pledge.campaign.contents.order_by("position").first()
    known = {
        "content": str(content.pk), "name": "Chỉ tiêu gõ tay", "measure": "number",
        "unit_of_measure": "hồ sơ",
        "value": "1.234,5", "due_on": "30/11/2024",
    }  # fmt: skip
    found = [known | row for row in (targets or ({},))]
    data = {"summary": "Trọng tâm", "version": str(pledge.version)}
    return data | rows("targets", *found) | rows("aims", *aims) | facts


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
        ({"name": ""}, "Hãy nhập nội dung này."),
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


# --- initiatives, results --------------------------------------------------------------------------
def initiative_post(actor, *authors, **facts):
    found = authors or ({"person": str(actor.user.person_id), "share": "100"},)
    return {
        "title": "Sáng kiến gõ tay", "kind": "initiative", "year": "2024", "field": "đất đai", "problem": "A",
        "solution": "B", "benefit": "C", "scope": "co_so",
    } | rows("authors", *found) | facts  # fmt: skip


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


# --- foreign, missing, lists -----------------------------------------------------------------------
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
        for number in (pk, 987654321, 10**30):
            assert client.get(reverse(f"campaigns:{name}", args=[number])).status_code == 404, name
    for name, pk in (("pledge-submit", pledge.pk), ("initiative-submit", initiative.pk)):
        assert client.post(reverse(f"campaigns:{name}", args=[pk])).status_code == 404, name


def test_lower_units_are_seen_but_not_acted_for(world, sign_in):
    pledge = make_pledge(launched(world), world.division_officer)
    client = sign_in(world.officer)

    assert client.get(pledge.get_absolute_url()).status_code == 200
    assert client.get(reverse("campaigns:pledge-edit", args=[pledge.pk])).status_code == 404
    assert client.post(reverse("campaigns:pledge-submit", args=[pledge.pk])).status_code == 404


def _query_count(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


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
