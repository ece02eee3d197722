"""How a block starts a year: with an empty scheme, or with last year's moved on by the years between."""

from copy import deepcopy
from datetime import date
from typing import Any

from campaigns.scoring.scheme import FORMAT


def empty_scheme(name: str, year: int) -> dict[str, Any]:
    """The JSON of a scheme without any item; checking it says what is missing."""
    return {"format": FORMAT, "name": name, "year": year, "rounding": {"places": 2}, "groups": []}


def copy_scheme(data: dict[str, Any], year: int) -> dict[str, Any]:
    """The JSON of a sound scheme for another year: same rules, period moved, origin noted."""
    made = deepcopy(data)
    old = int(data["year"])
    made["year"] = year
    made["note"] = f"Sao từ thang điểm năm {old}."
    made.pop("source", None)
    for name, value in (data.get("period") or {}).items():
        if name in ("from", "to"):
            made["period"][name] = _moved(date.fromisoformat(value), year - old).isoformat()
    return made


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
