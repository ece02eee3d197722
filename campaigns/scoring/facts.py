"""What one scorer states about one item: figures, yes or no, a grade, awards, events, or points typed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from campaigns.scoring import words
from campaigns.scoring.reading import Node

ZERO = Decimal(0)


class AwardWon(TypedDict):
    """An award the member received; date None when the sheet does not say it."""

    award: str
    date: date | None


class Facts(TypedDict, total=False):
    """Facts of one item; a key that is missing or None is unknown, never zero and never «no»."""

    plan: Decimal | None
    actual: Decimal | None
    part: Decimal | None
    whole: Decimal | None
    value: Decimal | None
    count: Decimal | None
    dates: list[date] | None
    yes: bool | None
    grade: str | None
    awards: list[AwardWon] | None
    days_late: Decimal | None
    due: date | None
    received: date | None
    never: bool | None
    as_of: date | None
    points: Decimal | None
    bonus: Decimal | None


# Fact → the word of the sentences that ask for it.
LABELS = {
    "plan": "kế hoạch",
    "actual": "thực hiện",
    "part": "số đạt",
    "whole": "tổng số",
    "value": "giá trị",
    "count": "số lần",
    "dates": "các ngày",
    "yes": "có hoặc không",
    "grade": "mức",
    "awards": "các hình thức được tặng",
    "days_late": "số ngày chậm",
    "due": "hạn",
    "received": "ngày nhận",
    "never": "không gửi",
    "as_of": "ngày tính số liệu",
    "points": "điểm",
    "bonus": "điểm thưởng",
}
# What may stand with every item that carries points.
COMMON = frozenset({"as_of", "points", "bonus"})


@dataclass(frozen=True)
class Period:
    """The days whose figures count, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{words.day(self.first)} – {words.day(self.last)}"


def read_fact(name: str, node: Node) -> object:
    """The value of one fact; null is unknown. Faults are noted at the node."""
    if node.is_null:
        return None
    if name == "count":
        value = node.whole()
        return None if value is None else Decimal(value)
    if name == "days_late":
        value = node.whole(least=-3660, most=3660)
        return None if value is None else Decimal(value)
    if name in ("plan", "actual"):
        return node.number()
    if name in ("part", "whole", "points", "bonus"):
        return node.number(least=0)
    if name == "value":
        return node.number()
    if name in ("yes", "never"):
        return node.flag()
    if name == "grade":
        return node.text()
    if name == "dates":
        return [day for item in node.items() if (day := item.day()) is not None]
    if name == "awards":
        return [won for item in node.items() if (won := _award(item)) is not None]
    return node.day()


def _award(node: Node) -> AwardWon | None:
    if isinstance(node.value, str):
        code = node.code()
        return None if code is None else {"award": code, "date": None}
    found = node.fields(["award"], ["date"])
    code = found["award"].code() if "award" in found else None
    day = found["date"].day() if "date" in found and not found["date"].is_null else None
    return None if code is None else {"award": code, "date": day}


def days_late(facts: Mapping[str, object]) -> int | None:
    """Days between the due day and the day of receipt, 0 when in time; None when a day is unknown."""
    typed = facts.get("days_late")
    if isinstance(typed, Decimal):
        return max(0, int(typed))
    due, received = facts.get("due"), facts.get("received")
    if isinstance(due, date) and isinstance(received, date):
        return max(0, (received - due).days)
    return None
