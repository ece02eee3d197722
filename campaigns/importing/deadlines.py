"""Dates by which something is due, recurring reports, the period of the campaign."""

import re
from dataclasses import dataclass
from datetime import date

from campaigns.importing.dates import Day, days
from campaigns.importing.extracted import Piece, piece, tidy
from campaigns.importing.splitting import at_semicolons, sentences

_DUE = re.compile(
    r"(?:trước|chậm nhất(?: là)?(?: vào| đến| trước)?|muộn nhất(?: là)?|hạn cuối(?: là)?|"
    r"thời hạn(?: [^.;:]{0,40})?(?: là|:)|hạn (?:chót|nộp|gửi)[^.;:\d]{0,40}:?|xong trước|"
    r"hoàn thành trước|đến hết|đến|vào|trong|xong|từ|hết|là|:)\s*(?:thời điểm\s+|hết\s+|"
    r"hết ngày\s+)?$",
    re.I,
)
_FIRM = re.compile(
    r"(?:trước|chậm nhất|muộn nhất|hạn cuối|thời hạn|hạn (?:chót|nộp|gửi))(?: là)?(?: vào| đến|"
    r" trước)?(?: hết)?\s*:?\s*"
    r"(?:\d{1,2}\s*(?:giờ|h|g)\s*(?:\d{2}\s*(?:phút)?)?\s*,?\s*)?$",
    re.I,
)
_ACT = re.compile(
    r"\b(?:báo cáo|gửi|đăng ký|nộp|sơ kết|tổng kết|hoàn thành|tổng hợp|đề nghị khen thưởng|"
    r"trình|bình xét|nghiệm thu|ký kết|ký giao ước|phát động|xong|chấm điểm|hồ sơ|triển khai|"
    r"tổ chức|đánh giá|kết thúc|xây dựng kế hoạch)\b",
    re.I,
)
_REPORT = re.compile(r"\b(?:báo cáo|sơ kết|sơ, tổng kết|tổng kết|gửi|tổng hợp|đánh giá kết quả)\b", re.I)
_RULE = re.compile(
    r"(?:(?:định kỳ|Định kỳ)\s+(?:(?:6|sáu|3|ba|9)\s+tháng|hằng\s+\w+|hàng\s+\w+|tháng|quý|năm|"
    r"một năm|\d+ năm|mỗi)(?:\s*(?:,|và|hoặc)\s*(?:(?:kết thúc\s+|cuối\s+|hằng\s+|hàng\s+|"
    r"một\s+|cả\s+|9\s+tháng|6\s+tháng)?(?:năm|quý|tháng)|khi\s+[^,.;]{3,40}|đột xuất))*"
    r"|(?:báo cáo|sơ kết)\s+(?:(?:(?!định kỳ|vào|trong|hằng|"
    r"hàng)[^.;,\d]){0,40}?\s)?(?:0?6 tháng|quý|giữa kỳ)(?! đầu| cuối)(?:\s*(?:,|và)\s*(?:năm|"
    r"cuối năm|cả năm|tổng kết))*"
    r"|(?<!nhiệm vụ )(?<!kế hoạch )\b(?:hằng|hàng)\s+(?:năm|quý|tháng|tuần)\b)",
    re.I,
)
_YEARLY_DAY = re.compile(
    r"^\s*(?:hằng năm|hàng năm|mỗi năm|của năm(?: sau| liền kề| kế tiếp)?|năm sau)", re.I
)
_QUARTER = re.compile(
    r"(?:trong |vào |hết |xong )?(?:(?:cuối|đầu)\s+)?(?:quý\s+(?:IV|I{1,3}|[1-4])|"
    r"tháng\s+\d{1,2}|(?<!tháng )cuối năm|(?<!tháng )đầu năm)\s*(?:/|\s+năm\s+|"
    r"\s*-\s*)?\s*(?:(?:19|20)\d\d)?",
    re.I,
)
_PLAN_YEARLY = re.compile(
    r"(?:nhiệm vụ|kế hoạch|chỉ tiêu|công việc|công tác|phát triển|mục tiêu|kinh tế)[^.;]{0,60}$", re.I
)
_OTHER_DOCUMENT = re.compile(
    r"(?:số\s+\S+|[A-ZĐ]{2}[\w\-/]*|Luật[^.;,]{0,60}|khóa \w+|"
    r"lần thứ \w+)\s*,?\s*(?:ban hành\s+|ký\s+)?(?:ngày\s*)?$"
)
_ANNIVERSARY = re.compile(
    r"(?:kỷ niệm|chào mừng|truyền thống|thành lập|ngày sinh|giải phóng|ngày hội|lần thứ|"
    r"sinh nhật)[^.;]{0,80}$",
    re.I,
)
CYCLES = (
    ("monthly", re.compile(r"(?:hằng|hàng) tháng|định kỳ (?:mỗi )?tháng", re.I)),
    (
        "quarterly",
        re.compile(r"(?:hằng|hàng) quý|định kỳ[^|]{0,20}\bquý\b|báo cáo quý|định kỳ (?:3|ba) tháng", re.I),
    ),
    ("six_month", re.compile(r"(?:6|06|sáu) tháng", re.I)),
    (
        "year_end",
        re.compile(
            r"kết thúc năm|cuối năm|(?:hằng|hàng) năm|mỗi năm|tổng kết năm|một năm|(?:,|và|"
            r"hoặc)\s+(?:cả\s+)?năm\b|báo cáo (?:tổng kết )?năm|định kỳ năm",
            re.I,
        ),
    ),
)


@dataclass(frozen=True)
class Deadline:
    """Something due: what, on which day, or by which rule when it recurs or has no year."""

    what: Piece
    on: date | None
    rule: str | None

    def to_json(self) -> dict[str, object]:
        """As the contract writes it."""
        return {"what": self.what.text, "date": self.on.isoformat() if self.on else None, "rule": self.rule}


def _clauses(text: str, start: int, end: int) -> list[Piece]:
    return [part for one in sentences(text, start, end) for part in at_semicolons(text, one.start, one.end)]


def deadlines_of(text: str, parts: list[tuple[int, int]], year: int | None) -> list[Deadline]:
    """The deadlines in the paragraphs. year: the year of the campaign when it has one only."""
    found: list[Deadline] = []
    for start, end in parts:
        for clause in _clauses(text, start, end):
            found += _of_clause(clause, year)
    kept: list[Deadline] = []
    for one in found:
        if not any(
            one.on == other.on and one.rule == other.rule and one.what.text == other.what.text
            for other in kept
        ):
            kept.append(one)
    return kept


def _of_clause(clause: Piece, year: int | None) -> list[Deadline]:
    words = clause.text
    found = [
        Deadline(
            clause,
            None if _is_yearly(words, day) else day.on(year),
            _rule_of_day(words, day),
        )
        for day in days(words)
        if _is_due(words, day)
    ]
    if found:
        return found
    for match in _RULE.finditer(words):
        low = match[0].casefold()
        is_yearly = low.startswith(("hằng", "hàng"))
        if (
            is_yearly
            and _PLAN_YEARLY.search(words[: match.start()])
            and not _REPORT.search(words[max(0, match.start() - 25) : match.start()])
        ):
            continue
        if (
            is_yearly
            and re.match(r"\s*(?:,|và)?\s*(?:hằng|hàng) (?:quý|năm|tháng)", words[match.end() :])
            and not re.search(r"báo cáo|sơ kết", words, re.I)
        ):
            continue
        if not _REPORT.search(words):
            continue
        if is_yearly and not re.search(r"(?:sơ|tổng) kết|sơ, tổng kết|báo cáo|gửi", words, re.I):
            continue
        return [Deadline(clause, None, tidy(match[0]))]
    for match in _QUARTER.finditer(words):
        has_year = re.search(r"(?:19|20)\d\d", match[0])
        near = words[max(0, match.start() - 90) : match.end() + 40]
        if re.search(r"\b(?:sơ kết|tổng kết|báo cáo|đăng ký|gửi)\b", near, re.I) and (
            re.match(r"(?:trong|vào|hết|xong|trước)", match[0].strip(), re.I)
            or (has_year and re.search(r"(?:vào|trong|trước|đến|xong|:)\s*$", words[: match.start()]))
        ):
            if re.search(r"ngày\s*(?:\d{1,2}\s*)?$", words[: match.start()]) or re.match(
                r"\s*(?:/|-)\d", words[match.end() :]
            ):
                continue
            return [Deadline(clause, None, tidy(match[0]))]
    return []


def _is_yearly(words: str, day: Day) -> bool:
    """«trước ngày 15/11 hằng năm», «Hằng năm: gửi báo cáo … trước ngày 30/11»."""
    return day.year is None and bool(
        _YEARLY_DAY.match(words[day.end :])
        or re.search(r"\b(?:hằng năm|hàng năm|mỗi năm)\b", words[: day.start], re.I)
    )


def _is_due(words: str, day: Day) -> bool:
    before, after = words[: day.start], words[day.end :]
    if _OTHER_DOCUMENT.search(before[-90:]) or re.match(
        r"\s*của (?:Chính phủ|Thủ tướng|Bộ|UBND|Ủy ban|Chủ tịch|Ban)", after
    ):
        return False
    if re.search(r"\(\s*(?:ngày\s*)?$", before) and not _FIRM.search(before):
        return False
    if _ANNIVERSARY.search(before[-100:]) and not _FIRM.search(before):
        return False
    if _FIRM.search(before):
        return True
    return bool(
        _DUE.search(before)
        and _ACT.search(words)
        and re.search(
            r"\b(?:báo cáo|gửi|đăng ký|nộp|sơ kết|tổng kết|hoàn thành|bình xét|hồ sơ|ký kết|ký giao ước)\b",
            before[-120:],
            re.I,
        )
    )


def _rule_of_day(words: str, day: Day) -> str | None:
    if day.year is not None:
        return None
    yearly = _YEARLY_DAY.match(words[day.end :])
    begin = re.search(
        r"(?:trước|chậm nhất|muộn nhất|vào|đến hết|đến|xong)(?:\s+(?:là|vào|đến|trước|hết|ngày))*\s*$",
        words[: day.start],
        re.I,
    )
    start = begin.start() if begin else day.start
    return tidy(words[start : day.end + (yearly.end() if yearly else 0)])


def cycles_of(deadlines: list[Deadline]) -> list[str]:
    """How often reports are asked for."""
    said = " | ".join(f"{one.rule or ''}" for one in deadlines if one.rule)
    found = [name for name, pattern in CYCLES if pattern.search(said)]
    for one in deadlines:
        if re.search(r"báo cáo|sơ kết|tổng kết", one.what.text, re.I):
            near = one.what.text
            if "six_month" not in found and re.search(
                r"(?:sơ kết|báo cáo)(?: kết quả)?(?: thực hiện)?[^.;,]{0,30}(?:6|06|sáu) tháng", near, re.I
            ):
                found.append("six_month")
            if "year_end" not in found and (
                re.search(
                    r"(?:tổng kết|báo cáo)[^.;]{0,50}(?:(?<!tháng )cuối năm|hằng năm|hàng năm|cả năm)",
                    near,
                    re.I,
                )
                or (one.on is None and re.search("hằng năm|hàng năm", near, re.I))
            ):
                found.append("year_end")
    order = [name for name, _ in CYCLES]
    return sorted(set(found), key=order.index)


# --- the period ----------------------------------------------------------------------------------------
_PERIOD_WORDS = re.compile(
    r"(?:thời gian(?: thực hiện| phát động| thi đua| tổ chức)?|thời hạn|kéo dài|đợt thi đua|"
    r"phong trào thi đua|phát động|được (?:triển khai|thực hiện|tổ chức)|thực hiện|bắt đầu|"
    r"diễn ra)",
    re.I,
)
_FROM_TO = re.compile(
    r"(?P<all>(?:kể )?từ\s+(?P<from>(?:ngày|đầu|tháng|nay|năm|khi|quý|"
        r"lúc)?\s*[^.;]{0,40}?)\s*(?:cho )?đến\s+(?P<to>(?:hết\s+)?(?:ngày|tháng|năm|cuối|khi|hết|"
        r"quý)?[^.;:\n]{2,70}))", re.I
)  # fmt: skip
_FROM_ONLY = re.compile(
    r"(?P<all>(?:kể )?từ\s+(?P<from>ngày\s+(?:ký|ban hành|phát động|\d[^.;,]{3,25})))", re.I
)
_SINGLE = re.compile(
    r"thời gian(?: thực hiện| phát động| thi đua| tổ chức)?(?: phong trào|"
    r" đợt thi đua)?\s*:\s*(?P<all>[^.;\n]{4,80})",
    re.I,
)
_FROM_NOW = re.compile(r"từ nay|ngày ký|ngày ban hành|ngày phát động|khi ban hành|khi phát động", re.I)


@dataclass(frozen=True)
class Period:
    """When the campaign runs, as far as the text says."""

    start: date | None = None
    end: date | None = None
    words: Piece | None = None
    end_words: str | None = None


def period_of(text: str, parts: list[tuple[int, int]], signed: date | None, year: int | None) -> Period:
    """The first stated period; «từ nay», «kể từ ngày ký» begin on the day of the document."""
    for pattern in (_FROM_TO, _SINGLE, _FROM_ONLY):
        for start, end in parts:
            for match in pattern.finditer(text, start, end):
                line = text[start : match.start()]
                sentence = re.split(r"[.;]\s", line)[-1]
                if not _PERIOD_WORDS.search(sentence[-200:] + match[0][:60]) and not _PERIOD_WORDS.search(
                    text[max(0, start - 60) : start]
                ):
                    continue
                made = _period(text, match, signed, year)
                if made is not None:
                    return made
    return Period()


def _period(text: str, match: re.Match[str], signed: date | None, year: int | None) -> Period | None:
    groups = match.groupdict()
    whole = _shortened(piece(text, match.start("all"), match.end("all")))
    if "to" not in groups:
        found = [day.on(year) for day in days(whole.text)]
        if groups.get("from"):
            start = found[0] if found else signed if _FROM_NOW.search(groups["from"]) else None
            return Period(start, None, whole)
        return Period(None, None, whole, whole.text) if re.search(r"\d", whole.text) else None
    later = list(days(groups["to"]))
    first = list(days(groups["from"]))
    end = later[0].on(year) if later else _end_of(groups["to"])
    own_year = first[0].year or (later[0].year if later else None) or year if first else year
    start = (
        first[0].on(own_year)
        if first
        else signed
        if _FROM_NOW.search(match["all"])
        else _begin_of(groups["from"])
    )
    is_time = bool(later or first or start or end or re.search(r"tháng|năm|quý|nay|ngày|tuần", groups["to"]))
    if not is_time or re.match(r"\s*(?:cơ sở|trung ương|tỉnh|xã|địa phương)", groups["to"]):
        return None
    until = re.search(r"(?:cho )?đến\s+(?P<until>.+)$", whole.text)
    return Period(start, end, whole, until["until"] if until else None)


def _shortened(found: Piece) -> Piece:
    """Without the words behind the period: «, nhằm …», «với chủ đề …»."""
    stop = re.search(r"\s*(?:,\s+(?!tháng|năm|20)|\bnhằm\b|\bvới chủ đề\b|\bđể\b|\(|\bgắn với\b)", found.text)
    return (
        Piece(found.text[: stop.start()], found.start, found.start + stop.start())
        if stop and stop.start() > 5
        else found
    )


def _end_of(words: str) -> date | None:
    """«hết năm 2025», «hết tháng 6/2025» end on their last day."""
    month = re.search(r"hết tháng\s*(\d{1,2})\s*(?:/|-|năm|\s)+\s*(20\d\d)", words)
    if month and 1 <= int(month[1]) <= 12:
        number, year = int(month[1]), int(month[2])
        following = date(year + number // 12, number % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)
    year_end = re.match(r"\s*(?:hết|cuối)\s+năm\s+(20\d\d)", words)
    return date(int(year_end[1]), 12, 31) if year_end else None


def _begin_of(words: str) -> date | None:
    month = re.match(r"\s*(?:đầu )?tháng\s*(\d{1,2})\s*(?:/|-|năm|\s)+\s*(20\d\d)", words)
    return date(int(month[2]), int(month[1]), 1) if month and 1 <= int(month[1]) <= 12 else None
