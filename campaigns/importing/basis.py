"""Other documents a text names: number, day, what they are about."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from campaigns.importing.dates import days
from campaigns.importing.extracted import Piece, tidy
from campaigns.importing.words import OFFICE

_KIND = (
    r"Chỉ thị|Quyết định|Nghị quyết|Kế hoạch|Công văn|Luật|Nghị định|Thông tư|Hướng dẫn|Văn bản|Thông báo|"
    r"Kết luận|Chương trình|Quy định|Công điện|Tờ trình|Pháp lệnh|Báo cáo|Thông tri|Quy chế|Đề án|"
    r"Giao ước|Thư"
)
_REFERENCE = re.compile(
    rf"(?P<kind>(?:{_KIND})(?:\s+(?:liên tịch|hành động|phối hợp|phát động|thi đua|"
    rf"công tác))?)\s*(?:số\s*:?\s*)?"
    r"(?P<number>\d{1,5}\s*[-/]\s*(?:\d{4}\s*/\s*)?[A-ZĐƯ][\w&]*(?:\s?[-/.]\s?[A-ZĐƯ][\w&]*)*)",
    re.I,
)
_LAW = re.compile(
    r"(?P<kind>Luật|Pháp lệnh|Bộ luật)\s+(?P<name>[^.;:\n]{4,90}?)\s+(?:số\s+\d+|(?:được [^.;]{0,40})?ngày)",
    re.I,
)
_DATE_BEHIND = re.compile(
    r"^\s*[\"”»*]*\s*,?\s*\(?\s*(?:(?:ban hành|ký)\s+)?(?:ngày|:)?\s*(?=\d{1,2}\s*[/\-. t])"
)
_OF = re.compile(
    r"^\s*,?\s*(?:của|do)\s+(?P<who>[^.;:“\"]{2,110}?)(?=\s+(?:về|quy định|hướng dẫn|ban hành|"
    r"triển khai|thực hiện|phát động|phê duyệt|tổ chức|sửa đổi)\b|\s*[;.,:()“\"]|$)"
)
_ABOUT = re.compile(
    r"^[\s,*]*(?:về\s+việc|về)\s*[*_]*[“\"]?(?P<title>[^;]{6,420})|^[\s,]*(?P<act>(?:quy định|"
    r"hướng dẫn|ban hành|triển khai|phát động|phê duyệt|sửa đổi|tổ chức|đẩy mạnh)\b[^;]{6,420})",
    re.I,
)
_ENDS = re.compile(
    r"(?:\.\s|\.$|\.\*|;|\n|\s\((?:sau đây|gọi|viết tắt|dưới đây)|,\s+(?:đến|nhằm|tạo|kịp thời|"
    r"các đơn vị|Sở|Bộ|Ủy ban|UBND|Công đoàn|Trường|Ban|Kế hoạch|Chỉ thị|Quyết định|Công văn|"
    r"Nghị quyết|Hướng dẫn|Cục|Tổng cục|Viện|Bệnh viện|Tòa án|Đảng ủy|Liên đoàn|Hội|Đoàn)\b|"
    r"\s+và\s+(?:Kế hoạch|Chỉ thị|Quyết định|Công văn|Nghị quyết|Hướng dẫn)\s+số)"
)
_NEXT_OFFICE = re.compile(rf",\s+(?={OFFICE.pattern})")
_TRAIL = re.compile(r"[\s,.;:*“”\"]+$")


@dataclass(frozen=True)
class Basis:
    """One document named in the text."""

    number: str | None
    on: date | None
    title: str | None
    span: Piece

    def to_json(self) -> dict[str, object]:
        """As the contract writes it."""
        return {"number": self.number, "date": self.on.isoformat() if self.on else None, "title": self.title}


def key_of(number: str) -> str:
    """«19/CT-TTg», «19-CT/TTg» and «19/CTTTg» are one document."""
    return re.sub(r"[^0-9a-zđ]", "", number.casefold())


def bases_of(text: str, upto: int, own: set[str]) -> list[Basis]:
    """The documents named before a place, each once, in the order they appear; own numbers left out."""
    found: dict[str, list[Basis]] = {}
    for match in _REFERENCE.finditer(text, 0, upto):
        number = re.sub(r"\s+", "", match["number"]).rstrip("-/.")
        key = key_of(number)
        if key not in own:
            found.setdefault(key, []).append(_basis(text, match.start(), match.end(), number))
    laws = [_law(text, match) for match in _LAW.finditer(text, 0, upto)]
    for law in laws:
        if law is not None:
            found.setdefault(f"luật {(law.title or '').casefold()}", []).append(law)
    merged = [_merged(group) for group in found.values()]
    return sorted(merged, key=lambda one: one.span.start)


def _basis(text: str, start: int, end: int, number: str) -> Basis:
    on, end_of_date = _date_behind(text, end)
    at = end_of_date
    who = _OF.match(text[at : at + 160])
    if who:
        at += who.end()
        if on is None:
            on, at = _date_behind(text, at)
    title = _title(text, at)
    return Basis(number, on, title, Piece(tidy(text[start:end_of_date]), start, end_of_date))


def _date_behind(text: str, at: int) -> tuple[date | None, int]:
    begin = _DATE_BEHIND.match(text[at : at + 60])
    if begin is None:
        return None, at
    offset = at + begin.end()
    for day in days(text[offset : offset + 40]):
        if day.start <= 1:
            return day.on(), offset + day.end
    return None, at


def _title(text: str, at: int) -> str | None:
    tail = text[at : at + 460]
    found = _ABOUT.match(tail)
    if not found:
        return None
    title = found["title"] or found["act"]
    offset = found.start("title") if found["title"] else found.start("act")
    quote = re.match(r"[\s*_]*[“\"]([^”\"]{6,300})[”\"]", tail[max(offset - 2, 0) :])
    if quote:
        return tidy(quote[1])
    ends = [found.start() for found in (_ENDS.search(title), _NEXT_OFFICE.search(title)) if found]
    if ends:
        title = title[: min(ends)]
    title = _TRAIL.sub("", tidy(title))
    return title or None


def _law(text: str, match: re.Match[str]) -> Basis | None:
    """A law named by its name and day, where the document states its bases («Căn cứ Luật …»)."""
    line = text.rfind("\n", 0, match.start()) + 1
    if not re.match(r"[\s*_\-–]*Căn cứ", text[line : match.start() + 10]) or re.search(
        r"số\s+\d+$", match[0]
    ):
        return None
    on = next((day.on() for day in days(text[match.end() - 4 : match.end() + 40]) if day.start < 8), None)
    name = tidy(f"{match['kind']} {match['name']}")
    return Basis(None, on, name, Piece(tidy(match[0]), match.start(), match.end())) if on else None


def _merged(group: list[Basis]) -> Basis:
    """The best of what the text says at several places: the most usual spelling, the first day, the title."""
    numbers = Counter(one.number for one in group)
    number = (
        max(numbers, key=lambda n: (_is_regular(n or ""), not (n or "").isupper(), numbers[n]))
        if group[0].number
        else None
    )
    on = next((one.on for one in group if one.on), None)
    title = next((one.title for one in group if one.title), None)
    return Basis(number, on, title, group[0].span)


def _is_regular(number: str) -> bool:
    return "/" in number and "-" in number
