"""Small schemes and members for the tests of scoring."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from campaigns.scoring import (
    MemberScore,
    Ranking,
    Scheme,
    check_scheme,
    load_json,
    load_scheme,
    rank,
    read_members,
    score_member,
)
from campaigns.scoring.lines import Line

DATA = Path(__file__).resolve().parents[2] / "data" / "scoring"


def exact(data: Any) -> Any:
    """The same data as it comes from a file: every number an exact decimal."""
    return load_json(json.dumps(data))


def read_file(name: str) -> Any:
    return load_json((DATA / name).read_text(encoding="utf-8"))


def item(formula: dict[str, Any], code: str = "T", **more: Any) -> dict[str, Any]:
    kind = more.get("kind", "base")
    if kind in ("base", "bonus"):
        more.setdefault("maximum", 10)
    return {"code": code, "name": f"Tiêu chí {code}", "formula": formula, **more}


def scheme_data(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    group = {"code": "G", "name": "Nhóm G", "items": list(items)}
    return exact({"name": "Thang thử", "year": 2025, "groups": [group], **more})


def scheme(*items: dict[str, Any], **more: Any) -> Scheme:
    return load_scheme(scheme_data(*items, **more))[0]


def score(of: Scheme, results: dict[str, Any], **more: Any) -> MemberScore:
    data = {"code": "M1", "name": "Đơn vị 1", "results": results, **more}
    return score_member(of, read_members(of, exact([data]))[0])


def line(formula: dict[str, Any], result: Any, **more: Any) -> Line:
    """The line of a scheme with this one item."""
    period = {"period": more.pop("period")} if "period" in more else {}
    return score(scheme(item(formula, **more), **period), {"T": result}).lines[0]


def ranking(of: Scheme, members: list[dict[str, Any]]) -> Ranking:
    return rank(of, [score_member(of, member) for member in read_members(of, exact(members))])


def typed(code: str, points: float, name: str = "", **more: Any) -> dict[str, Any]:
    """A member with points typed for item T and further results."""
    results = {"T": {"points": points}, **more.pop("results", {})}
    return {"code": code, "name": name or f"Đơn vị {code}", "results": results, **more}


def sentences(data: Any) -> list[str]:
    return [str(fault) for fault in check_scheme(data) if fault.is_grave]


def advice(data: Any) -> list[str]:
    return [str(fault) for fault in check_scheme(data) if not fault.is_grave]


def d(text: str) -> Decimal:
    return Decimal(text)
