"""What the tests beside this file share."""

import unicodedata

from django.db import connection
from django.test.utils import CaptureQueriesContext


def page(response):
    return unicodedata.normalize("NFC", response.content.decode())


def rows(prefix, *found):
    data = {f"{prefix}-TOTAL_FORMS": str(len(found)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, row in enumerate(found):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


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


def initiative_post(actor, *authors, **facts):
    found = authors or ({"person": str(actor.user.person_id), "share": "100"},)
    return {
        "title": "Sáng kiến gõ tay", "kind": "initiative", "year": "2024", "field": "đất đai", "problem": "A",
        "solution": "B", "benefit": "C", "scope": "co_so",
    } | rows("authors", *found) | facts  # fmt: skip


def _query_count(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)
