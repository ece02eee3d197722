"""What the tests beside this file share."""

from decimal import Decimal

from campaigns import findings
from campaigns.actions import pledges
from tests.builders import TODAY


def record(pledge, actor, value="2", on=TODAY, **more):
    target = pledge.targets.first()
    return pledges.record_progress(
        target.pk, value=Decimal(value), reported_on=on, today=TODAY, actor=actor, **more
    )


def outcomes(unit):
    return [verdict.outcome for verdict in findings.collective_findings(unit, 2024, TODAY)]


def campaign_entry():
    nothing = {"open_list": False, "items": []}
    leader = {"open_list": False, "items": [{"position": 1, "text": "Đơn vị", "check": "unit_outstanding"}]}
    return {
        "code": "X", "parent": None, "issuer_unit_code": "B0",
        "issuer_name": "Bộ trưởng", "doc_kind": "bài báo",
        "doc_number": None, "doc_date": None, "title": "Phong trào cũ",
        "title_is_derived": True, "theme": None,
        "kind": "regular", "year_from": 2021, "year_to": 2025, "period": {"start": None, "end": None},
        "contents": [{"position": 1, "text": "thi đua  hoàn thiện;"}], "tasks": [],
        "criteria": {"collective": nothing, "individual": nothing, "leader": leader},
        "legal_basis": [{"number": "1/CT", "date": None, "title": None}], "movements_named": ["A"],
        "responsible_unit": None, "recipients": ["Các đơn vị"], "recipient_scopes": ["ministry_units"],
        "report_cycle": ["six_month"],
    }  # fmt: skip
