from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports import actions, tasks
from reports.choices import ReportKind, RunState
from reports.models import ReportRun
from tests.builders import TODAY, make_unit
from tests.reports.data import fill_year, make_campaign
from tests.world import World
from units.desk import desk_of
from units.permissions import Actor

LIST, NEW, HOME = "/reports/", "/reports/new/", "/overview/"


def ready(world: World, actor: Actor | None = None, **filled) -> ReportRun:
    fill_year(world.ministry, world.agency, world.institute, **{"honours": 2} | filled)
    actor = actor or world.specialist
    run = actions.request_report(ReportKind.YEAR_END, 2024, actor.unit, actor=actor, today=TODAY)
    tasks.build(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.READY
    return run


def post(client: Client, **values):
    return client.post(NEW, {"kind": "year_end", "year": "2024"} | values)


# --- request -----------------------------------------------------------------------------------------
def test_request_leads_to_its_progress(world: World, sign_in) -> None:
    answer = post(sign_in(world.specialist), unit=world.ministry.pk)

    run = ReportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, run.get_absolute_url())
    page = sign_in(world.specialist).get(run.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "Báo cáo đang xếp hàng" in page


def test_the_same_form_twice_has_one_effect(world: World, sign_in) -> None:
    client, key = sign_in(world.specialist), str(uuid4())
    for _ in range(2):
        assert post(client, unit=world.ministry.pk, form_key=key).status_code == 303

    assert ReportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"year": "hai nghìn"}, "Năm phải là số có bốn chữ số, ví dụ 2024."),
        ({"year": ""}, "Hãy nhập năm báo cáo, ví dụ 2024."),
        ({"year": "1890"}, "Năm báo cáo phải từ 2000 trở đi."),
        ({"year": "2031"}, "Năm báo cáo phải từ 2000 đến 2024."),
        ({"kind": "monthly"}, "Hãy chọn báo cáo sơ kết 6 tháng hoặc báo cáo tổng kết năm."),
        ({"unit": "999999"}, "Hãy chọn một đơn vị trong phạm vi của vai trò đang dùng."),
        ({"unit": "'; drop"}, "Hãy chọn một đơn vị trong phạm vi của vai trò đang dùng."),
        ({"unit": ""}, "Hãy chọn đơn vị lập báo cáo."),
    ],
)
def test_bad_request_says_what_to_mend_and_changes_nothing(world: World, sign_in, values, sentence) -> None:
    answer = post(sign_in(world.specialist), **({"unit": world.ministry.pk} | values))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ReportRun.objects.exists()


def test_a_foreign_unit_cannot_be_asked_for(world: World, sign_in) -> None:
    for unit in (world.institute, world.ministry):
        assert post(sign_in(world.officer), unit=unit.pk).status_code == 422

    assert not ReportRun.objects.exists()


def test_an_auditor_sees_but_does_not_ask(world: World, sign_in) -> None:
    client = sign_in(world.auditor)

    assert client.get(LIST).status_code == 200
    assert "Lập báo cáo mới" not in client.get(LIST).content.decode()
    assert (client.get(NEW).status_code, post(client, unit=world.ministry.pk).status_code) == (403, 403)


# --- result ------------------------------------------------------------------------------------------
def test_result_shows_headline_sheets_and_downloads(world: World, sign_in) -> None:
    run = ready(world)
    client = sign_in(world.leader)

    page = client.get(run.get_absolute_url()).content.decode()

    for row in run.figures["headline"]:
        assert row["label"] in page
    assert "Tải bản PDF" in page
    assert "Tải bảng tính Excel" in page
    for stored in run.files.all():
        answer = client.get(reverse("core:file-download", args=[stored.pk]))
        assert answer.status_code == 200
        assert len(b"".join(answer.streaming_content)) == stored.size


def test_own_child_and_foreign_runs(world: World, sign_in) -> None:
    run = ready(world, world.officer)
    stored = run.files.first()
    file_url = reverse("core:file-download", args=[stored.pk])
    expected = {
        "officer": 200, "head": 200, "specialist": 200, "leader": 200, "auditor": 200,
        "division_officer": 404, "foreign_officer": 404, "admin": 403,
    }  # fmt: skip

    for name, status in expected.items():
        client = sign_in(getattr(world, name))
        assert client.get(run.get_absolute_url()).status_code == status, name
        assert (client.get(file_url).status_code == 200) == (status == 200), name


def test_the_polled_fragment_asks_for_a_fresh_page_at_the_end(world: World, sign_in) -> None:
    client = sign_in(world.specialist)
    run = actions.request_report("year_end", 2024, world.ministry, actor=world.specialist, today=TODAY)

    live = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    tasks.build(run.pk)
    done = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})

    assert "<html" not in live.content.decode()
    assert ("HX-Refresh" in live, done["HX-Refresh"]) == (False, "true")


def test_a_failed_run_shows_its_sentence(world: World, sign_in) -> None:
    run = actions.request_report("year_end", 2024, world.ministry, actor=world.specialist, today=TODAY)
    actions.claim(run.pk)
    actions.fail(run.pk, 1, "Vai trò đã kết thúc.")

    page = sign_in(world.specialist).get(run.get_absolute_url()).content.decode()

    assert "Vai trò đã kết thúc." in page
    assert "Lập lại" in page


def test_markup_in_names_is_text_on_the_page(world: World, sign_in) -> None:
    make_campaign(world.ministry, [world.agency], title="<img src=x onerror=alert(1)>")

    run = ready(world)

    for url in (run.get_absolute_url(), HOME):
        assert "<img src=x" not in sign_in(world.leader).get(url).content.decode()


def test_list_filters_mine(world: World, sign_in) -> None:
    ready(world)

    assert "Báo cáo tổng kết năm 2024" in sign_in(world.leader).get(LIST).content.decode()
    assert "Báo cáo tổng kết năm 2024" not in sign_in(world.leader).get(f"{LIST}?mine=1").content.decode()


def test_request_form_takes_the_address_as_a_start(world: World, sign_in) -> None:
    query = urlencode({"kind": "six_month", "year": "2023", "unit": world.agency.pk})

    page = sign_in(world.specialist).get(f"{NEW}?{query}").content.decode()

    assert 'value="2023"' in page
    assert f'<option value="{world.agency.pk}" selected>' in page


# --- dashboard ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["leader", "specialist", "officer", "division_officer", "auditor"])
def test_dashboard_of_every_role_that_sees_reports(world: World, sign_in, who: str) -> None:
    fill_year(world.ministry, world.agency, world.institute)

    answer = sign_in(getattr(world, who)).get(HOME)

    assert answer.status_code == 200
    assert "Tổng quan năm 2024" in answer.content.decode()


def test_dashboard_without_data_is_kind(world: World, sign_in) -> None:
    assert "Chưa có số liệu của năm này" in sign_in(world.leader).get(HOME).content.decode()


@pytest.mark.parametrize("year", ["2023", "99999", "abc", "-1", "²⁰²⁴", "2025"])
def test_dashboard_takes_any_year_in_the_address(world: World, sign_in, year: str) -> None:
    page = sign_in(world.leader).get(HOME, {"year": year}).content.decode()

    assert f"Tổng quan năm {'2023' if year == '2023' else '2024'}" in page


def test_dashboard_figures_are_those_of_the_report(world: World, sign_in) -> None:
    run = ready(world, honours=6)

    answer = sign_in(world.leader).get(HOME)

    assert answer.context["figures"]["comparison"] == run.figures["comparison"]


def test_list_and_dashboard_cost_the_same_for_more_rows(world: World, sign_in) -> None:
    client = sign_in(world.leader)
    run = ready(world)
    costs = []
    for number in range(2):
        client.get(HOME)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
            client.get(HOME)
            client.get(run.get_absolute_url())
        costs.append(len(queries))
        for extra in range(3):
            unit = make_unit(f"Đơn vị {number}{extra}", world.ministry)
            ReportRun.objects.create(
                kind="year_end", year=2020 + extra, unit=unit, fingerprint=f"{number}{extra}"
            )

    assert costs[0] == costs[1]


def test_the_desk_names_the_next_report_date(world: World) -> None:
    dates = [d.what for d in desk_of(world.specialist, TODAY).dates]

    assert "Lập báo cáo tổng kết năm 2024" in dates
    assert "Lập báo cáo tổng kết năm 2024" not in [d.what for d in desk_of(world.officer, TODAY).dates]
