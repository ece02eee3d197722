"""Days, years and spans of years as Vietnamese documents write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

DAY = re.compile(
    r"(?:ngày\s*)?(?<![\d/.\-])(?P<d>\d{1,2})\s*(?:/|-|\.|"
    r"\s+tháng\s+)\s*(?P<m>\d{1,2})(?:\s*(?:/|-|\.|\s+năm\s+|,\s*năm\s+|"
    r"\s*năm\s+)\s*(?P<y>(?:19|20)\d\d))?(?![\d/]|\.\d|-\d|%|/[A-ZĐ])",
    re.I,
)
RANGE = re.compile(
    r"(?:từ\s+năm\s+|giai đoạn\s*(?:từ\s+năm\s+)?|nhiệm kỳ\s+|năm học\s+|năm\s+|"
    r"\()?(?<![\d/])(?P<a>20[0-4]\d)\s*(?:[-–—−]|đến hết năm|đến năm|"
    r"đến)\s*(?P<b>20[0-4]\d)(?!\d)",
    re.I,
)
YEAR = re.compile(r"(?<![\d/.\-])(20[0-4]\d)(?![\d/]|[-–]\d|\.\d)")
_FULL_DATE = re.compile(
    r"(?:ngày\s*)?(?<!\d)\d{1,2}\s*(?:/|-|\.|\s+tháng\s+)\s*\d{1,2}\s*(?:/|-|\.|,?\s+năm\s+|"
    r"\s*năm\s+)\s*(?:19|20)\d\d|"
    r"(?<!\d)\d{1,2}\s*[/-]\s*20\d\d",
    re.I,
)
_NUMBERED = re.compile(r"\d+\s*/\s*(?:19|20)\d\d\s*/\s*[A-ZĐ][\w\-]*|\d+\s*[-/]\s*[A-ZĐ]{2}[\w/\-]*")

# The term of a congress is no time of a campaign.
_TERM = re.compile(r"nhiệm kỳ\s+20\d\d\s*[-–—]\s*20\d\d", re.I)


@dataclass(frozen=True)
class Day:
    """A day found in a text; year is None when it is not written."""

    day: int
    month: int
    year: int | None
    start: int
    end: int

    def on(self, year: int | None = None) -> date | None:
        """The date, with the given year when the text has none."""
        chosen = self.year or year
        try:
            return date(chosen, self.month, self.day) if chosen else None
        except ValueError:
            return None


def days(text: str) -> Iterator[Day]:
    """The days in a text."""
    for match in DAY.finditer(text):
        day, month = int(match["d"]), int(match["m"])
        has_sign = match["y"] or "tháng" in match[0].lower() or "/" in match[0] or "ngày" in match[0].lower()
        if 1 <= day <= 31 and 1 <= month <= 12 and has_sign:
            yield Day(day, month, int(match["y"]) if match["y"] else None, match.start(), match.end())


def years_of(text: str) -> tuple[int, int] | None:
    """(from, to) of the first span of years, else of the years named; days and numbers of documents are no
    years.
    """
    text = _TERM.sub(lambda m: " " * len(m[0]), text)
    plain = _FULL_DATE.sub(lambda m: " " * len(m[0]), _NUMBERED.sub(lambda m: " " * len(m[0]), text))
    spans = [(int(m["a"]), int(m["b"])) for m in RANGE.finditer(plain)]
    spans = [pair for pair in spans if pair[0] < pair[1] <= pair[0] + 15]
    if spans:
        return spans[0]
    found = sorted({int(m[1]) for m in YEAR.finditer(plain)})
    if not found:
        return None
    return (found[0], found[-1]) if found[-1] - found[0] <= 10 else (found[0], found[0])
