"""The numbers of a report or a dashboard: read once in one snapshot, combined here and nowhere else.

`compute` returns one dictionary that JSON can carry and that is frozen with the run; page, PDF and workbook
are written from it. Whole numbers are int; per cents and averages are text with at most one decimal ("81.8"),
None when there is nothing to divide by; days are "YYYY-MM-DD" or None. Its keys:

kind, year, period {label, first, last}, unit {code, name}
headline     five rows of `comparison`, for people with ten seconds
comparison   [{key, label, unit, value, previous, difference, change}]; unit "%" or ""; change in per cent
campaigns    [{id, title, theme, number, date, issuer, years, is_own, is_new,
               sent, confirmed, approved, submitted, draft, none, voluntary,
               contents: [{position, text, targets, reached, units, average}]}]
response     {required, confirmed, approved, submitted, draft, none, rate}
targets      {targets, reached, average, rate}
criteria     [{campaign, audience, text, met, not_met, unknown, outside}]
grades       {units, outstanding, rows: [{grade, label, units, outstanding}]}
initiatives  {registered, recognised, refused, waiting, rows: [{kind, label, scope, scope_label, the same}]}
nominations  {proposed, pending, passed, not_passed, awarded,
              rows: [{code, name, category, receiver, and the same}]}
honours      {honours, collectives, persons, women, leaders, direct, women_rate, leaders_rate, direct_rate,
              rows: [{code, name, category, level, receiver, ground, and the six counts}],
              levels, grounds: [{label, and the six counts}],
              branches: [{code, name, honours, collectives, persons}]}
units        [{code, name, confirmed, status, status_label, nominations, is_honoured}] that must respond
missing      {pledge, nomination, both, honour}: names of units that sent no pledge, no nomination, neither of
             them, and of units without an honour
weak         content items below 50 per cent on average: [{campaign, position, text, average, targets}]
gaps         sentences «Không có số liệu …» for parts without a row; is_empty when nothing was found at all
honour_list  [{award, name, receiver, position, unit, number, date}], at most LIST_LIMIT; honour_list_cut
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection, transaction

from awards.choices import Category, Ground, Level, SubjectKind
from campaigns.choices import Audience, InitiativeKind, Scope, UnitGrade
from core.models import AuditEntry
from reports import counts
from reports.counts import Reach, Row
from reports.periods import Period
from units.models import Unit

LIST_LIMIT = 5000
TOP_BRANCHES = 10
WEAK_BELOW = Decimal(50)
STATUS_LABELS = {
    "approved": "Đã duyệt",
    "submitted": "Chờ duyệt",
    "draft": "Đang soạn",
    "none": "Chưa đăng ký",
}
_PEOPLE = ("honours", "collectives", "persons", "women", "leaders", "direct")
_PROPOSED = ("proposed", "pending", "passed", "not_passed", "awarded")
_WORKS = ("registered", "recognised", "refused", "waiting")
_HEADLINE = ("approved", "reached", "recognised", "proposed", "honours")


@contextmanager
def snapshot() -> Iterator[None]:
    """One consistent, read-only view of the database; inside an open transaction, that one's own view."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def data_version() -> int:
    """A number that grows with every audited change of what reports count; one indexed look from the end."""
    rows = AuditEntry.objects.exclude(object_type__startswith="reports.").order_by("-sequence")
    return rows.values_list("sequence", flat=True).first() or 0


def compute(unit: Unit, period: Period, *, with_list: bool = True) -> dict[str, Any]:
    """All figures of the unit's subtree in the period. A constant number of queries whatever the size."""
    with snapshot():
        now, before = _key_figures(Reach(unit, period)), _key_figures(Reach(unit, period.previous))
        return _assemble(Reach(unit, period), now, before, with_list)


# --- arithmetic --------------------------------------------------------------------------------------
def _tenth(value: Decimal) -> str:
    """At most one decimal, half away from zero, without a trailing zero."""
    text = str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return text.removesuffix(".0")


def rate(part: int, whole: int) -> str | None:
    """part of whole in per cent; None when the whole is 0."""
    return _tenth(Decimal(part) * 100 / Decimal(whole)) if whole else None


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else _tenth(Decimal(value))


def _sum(rows: Iterable[Row], keys: Iterable[str]) -> Row:
    rows = list(rows)
    return {key: sum(row[key] for row in rows) for key in keys}


def _grouped(rows: Iterable[Row], field: str, labels: type, keys: Iterable[str]) -> list[Row]:
    """Rows summed by one field, in the order of its words; words without a row are left out."""
    rows = list(rows)
    found = []
    for value, label in labels.choices:  # type: ignore[attr-defined]
        members = [row for row in rows if row[field] == value]
        if members:
            found.append({"label": str(label)} | _sum(members, keys))
    return found


# --- key figures, for two periods --------------------------------------------------------------------
def _key_figures(reach: Reach) -> dict[str, Any]:
    """Everything that is compared with the period before; seven queries."""
    return {
        "campaigns": counts.campaigns(reach),
        "response": counts.response(reach),
        "targets": counts.targets(reach),
        "initiatives": counts.initiatives(reach),
        "nominations": counts.nominations(reach),
        "honours": counts.honours(reach),
    }


def _comparison(now: dict[str, Any], before: dict[str, Any]) -> list[Row]:
    return [
        _compared(key, label, unit, _value(now, part, key), _value(before, part, key))
        for part, key, label, unit in (
            ("campaigns", "campaigns", "Phong trào thi đua trong kỳ", ""),
            ("response", "required", "Đơn vị nhận phát động", ""),
            ("response", "approved", "Đơn vị có đăng ký thi đua được duyệt", ""),
            ("response", "response_rate", "Tỷ lệ đơn vị có đăng ký được duyệt", "%"),
            ("targets", "targets", "Chỉ tiêu thi đua đăng ký", ""),
            ("targets", "reached", "Chỉ tiêu đã hoàn thành", ""),
            ("targets", "average", "Mức hoàn thành bình quân", "%"),
            ("initiatives", "registered", "Sáng kiến, đề tài gửi xét", ""),
            ("initiatives", "recognised", "Sáng kiến, đề tài được công nhận", ""),
            ("nominations", "proposed", "Hồ sơ đề nghị khen thưởng", ""),
            ("honours", "honours", "Lượt khen thưởng", ""),
            ("honours", "collectives", "Lượt tập thể được khen", ""),
            ("honours", "persons", "Lượt cá nhân được khen", ""),
            ("honours", "women", "Lượt cá nhân là nữ", ""),
            ("honours", "leaders", "Lượt cá nhân là lãnh đạo", ""),
            ("honours", "direct", "Lượt người lao động trực tiếp", ""),
        )
    ]


def _value(figures: dict[str, Any], part: str, key: str) -> int | str | None:
    rows = figures[part]
    if key == "campaigns":
        return len(rows)
    if key == "response_rate":
        return rate(rows["approved"], rows["required"])
    if isinstance(rows, list):
        return int(sum(row[key] for row in rows))
    return _plain(rows[key]) if key == "average" else rows[key]


def _compared(key: str, label: str, unit: str, value: int | str | None, previous: int | str | None) -> Row:
    difference = change = None
    if value is not None and previous is not None:
        step = Decimal(value) - Decimal(previous)
        difference = _tenth(step) if unit else int(step)
        change = _tenth(step * 100 / Decimal(previous)) if not unit and Decimal(previous) else None
    return {
        "key": key,
        "label": label,
        "unit": unit,
        "value": value,
        "previous": previous,
        "difference": difference,
        "change": change,
    }


# --- the whole ---------------------------------------------------------------------------------------
def _assemble(reach: Reach, now: dict[str, Any], before: dict[str, Any], with_list: bool) -> dict[str, Any]:
    period = reach.period
    comparison = _comparison(now, before)
    campaigns = _campaigns(now["campaigns"], counts.contents(reach))
    units = _units(reach)
    rows = counts.honour_list(reach, LIST_LIMIT) if with_list else []
    figures: dict[str, Any] = {
        "kind": str(period.kind),
        "year": period.year,
        "period": {
            "label": period.label,
            "first": period.starts_on.isoformat(),
            "last": period.last_day.isoformat(),
        },
        "unit": {"code": reach.unit.code, "name": reach.unit.name},
        "headline": [row for row in comparison if row["key"] in _HEADLINE],
        "comparison": comparison,
        "campaigns": campaigns,
        "response": now["response"]
        | {"rate": rate(now["response"]["approved"], now["response"]["required"])},
        "targets": now["targets"]
        | {
            "average": _plain(now["targets"]["average"]),
            "rate": rate(now["targets"]["reached"], now["targets"]["targets"]),
        },
        "criteria": _criteria(counts.checked_criteria(reach), campaigns),
        "grades": _grades(counts.grades(reach)),
        "initiatives": _initiatives(now["initiatives"]),
        "nominations": _nominations(now["nominations"]),
        "honours": _honours(now["honours"], reach),
        "units": units,
        "missing": _missing(units),
        "weak": _weak(campaigns),
        "honour_list": [_honour(row) for row in rows],
    }
    figures["honour_list_cut"] = with_list and figures["honours"]["honours"] > len(rows)
    figures["gaps"] = _gaps(figures)
    figures["is_empty"] = len(figures["gaps"]) == len(_PARTS)
    return figures


def _campaigns(rows: list[Row], contents: list[Row]) -> list[Row]:
    return [
        {
            "id": row["id"],
            "title": row["title"],
            "theme": row["theme"],
            "number": row["number"],
            "date": row["date"].isoformat() if row["date"] else None,
            "issuer": row["issuer"],
            "years": str(row["year_from"])
            if row["year_from"] == row["year_to"]
            else f"{row['year_from']}–{row['year_to']}",
        }
        | {key: row[key] for key in ("is_own", "is_new", "sent", "confirmed")}
        | {key: row[key] for key in ("approved", "submitted", "draft", "none", "voluntary")}
        | {
            "contents": [
                {key: item[key] for key in ("position", "text", "targets", "reached", "units")}
                | {"average": _plain(item["average"])}
                for item in contents
                if item["campaign_id"] == row["id"]
            ]
        }
        for row in rows
    ]


def _units(reach: Reach) -> list[Row]:
    rows = counts.responding_units(reach)
    unhonoured = set(counts.unhonoured_units(reach, [row["code"] for row in rows]))
    return [
        row | {"status_label": STATUS_LABELS[row["status"]], "is_honoured": row["code"] not in unhonoured}
        for row in rows
    ]


def _missing(units: list[Row]) -> dict[str, list[str]]:
    no_pledge = [row["name"] for row in units if row["status"] in ("none", "draft")]
    return {
        "pledge": no_pledge,
        "nomination": [row["name"] for row in units if not row["nominations"]],
        "both": [
            row["name"] for row in units if row["status"] in ("none", "draft") and not row["nominations"]
        ],
        "honour": [row["name"] for row in units if not row["is_honoured"]],
    }


def _weak(campaigns: list[Row]) -> list[Row]:
    return [
        {"campaign": campaign["title"]}
        | {key: item[key] for key in ("position", "text", "average", "targets")}
        for campaign in campaigns
        for item in campaign["contents"]
        if item["average"] is not None and Decimal(item["average"]) < WEAK_BELOW
    ]


def _criteria(rows: list[Row], campaigns: list[Row]) -> list[Row]:
    titles = {row["id"]: row["title"] for row in campaigns}
    return [
        {
            "campaign": titles[row["campaign_id"]],
            "audience": str(Audience(row["audience"]).label),
            "text": row["text"],
        }
        | {key: row[key] for key in ("met", "not_met", "unknown", "outside")}
        for row in rows
    ]


def _grades(rows: list[Row]) -> dict[str, Any]:
    found = {row["grade"]: row for row in rows}
    listed = [
        {"grade": grade, "label": str(label)} | {key: found[grade][key] for key in ("units", "outstanding")}
        for grade, label in UnitGrade.choices
        if grade in found
    ]
    return {"rows": listed} | _sum(listed, ("units", "outstanding"))


def _initiatives(rows: list[Row]) -> dict[str, Any]:
    """Rows by kind and scope in the order of the words; a row of zeros (an older work) is left out."""
    found = {(row["kind"], row["scope"]): row for row in rows}
    listed = [
        {"kind": kind, "label": str(label), "scope": scope, "scope_label": str(scope_label)}
        | {key: found[kind, scope][key] for key in _WORKS}
        for kind, label in InitiativeKind.choices
        for scope, scope_label in Scope.choices
        if (kind, scope) in found and any(found[kind, scope][key] for key in _WORKS)
    ]
    return {"rows": listed} | _sum(listed, _WORKS)


def _named(row: Row) -> Row:
    return {
        "code": row["code"],
        "name": row["name"],
        "category": str(Category(row["category"]).label),
        "receiver": str(SubjectKind(row["subject_kind"]).label),
    }


def _nominations(rows: list[Row]) -> dict[str, Any]:
    listed = [_named(row) | {key: row[key] for key in _PROPOSED} for row in rows]
    return {"rows": listed} | _sum(listed, _PROPOSED)


def _honours(rows: list[Row], reach: Reach) -> dict[str, Any]:
    total = _sum(rows, _PEOPLE)
    return total | {
        "rows": [
            _named(row)
            | {"level": str(Level(row["level"]).label), "ground": str(Ground(row["ground"]).label)}
            | {key: row[key] for key in _PEOPLE}
            for row in rows
        ],
        "levels": _grouped(rows, "level", Level, _PEOPLE),
        "grounds": _grouped(rows, "ground", Ground, _PEOPLE),
        "branches": counts.honoured_branches(reach, TOP_BRANCHES),
        "women_rate": rate(total["women"], total["persons"]),
        "leaders_rate": rate(total["leaders"], total["persons"]),
        "direct_rate": rate(total["direct"], total["persons"]),
    }


def _honour(row: Row) -> Row:
    return {
        "award": row["award_name"],
        "name": row["subject_name"],
        "receiver": str(SubjectKind(row["subject_kind"]).label),
        "position": row["position_title"],
        "unit": row["unit_name"],
        "number": row["decision_number"],
        "date": row["decided_on"].isoformat(),
    }


_PARTS = {
    "phong trào thi đua": lambda f: f["campaigns"],
    "chỉ tiêu thi đua đăng ký": lambda f: f["targets"]["targets"],
    "sáng kiến, đề tài": lambda f: f["initiatives"]["rows"],
    "hồ sơ đề nghị khen thưởng": lambda f: f["nominations"]["rows"],
    "khen thưởng": lambda f: f["honours"]["rows"],
    "kết quả xếp loại tập thể": lambda f: f["grades"]["rows"],
}


def _gaps(figures: dict[str, Any]) -> list[str]:
    label = figures["period"]["label"]
    return [f"Không có số liệu về {name} trong {label}." for name, has in _PARTS.items() if not has(figures)]
