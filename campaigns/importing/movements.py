"""Movements named in quotation marks: «phong trào “…”», also in a list of them, with their period."""

import re

from campaigns.importing.extracted import Piece
from campaigns.importing.quotes import Quote

_MOVEMENT = re.compile(
    r"phong trào|(?:đợt )?thi đua(?: yêu nước| đặc biệt|"
    r" cao điểm)?(?: do [^.;“\"]{0,120})?(?: phát động)?|phát động",
    re.I,
)
_BEFORE_LIST = re.compile(r"(?:phong trào|phát động)[^.“”\"«»]{0,140}$", re.I)
_OTHER = re.compile(
    r"(?:cuộc vận động|học tập và làm theo|chủ đề|khẩu hiệu|tinh thần|phương châm|mục tiêu|"
    r"danh hiệu|kỷ niệm chương|mô hình|hội thi|cuộc thi|tiêu chí|giải|câu lạc bộ|chương trình|"
    r"đề án|về việc|về|việc|thông điệp|lời dạy|lời kêu gọi|quỹ|chứng nhận|huy hiệu|là|"
    r"lấy)\s*[:,]?\s*[*_]*$",
    re.I,
)
_JOINING = re.compile(
    r"\.\.\.|…|\([^()]{0,80}\)|\bdo\b[^“\".;]{0,80}phát động|(?:giai đoạn|năm(?: học)?)\s[\d\s–-]+|"
    r"\b(?:và|gắn với|cùng|các|phong trào|thi đua|hay|đặc biệt|nhất là)\b|[\s;,*_.&/]",
    re.I,
)
_PERIOD = re.compile(
    r"^[\s*_,]*\(?\s*(?P<period>(?:giai đoạn|năm|năm học)\s+20\d\d(?:\s*[-–—]\s*20\d\d)?)\)?", re.I
)
_TOO_LONG = 160


def movements_of(text: str, quotes: list[Quote], begin: int, end: int, themes: set[str]) -> list[Piece]:
    """Each movement once, in the order of the text; the theme of the campaign itself is none."""
    found: dict[str, Piece] = {}
    before: Quote | None = None
    for quote in quotes:
        if not begin <= quote.start < end or len(quote.text) > _TOO_LONG or len(quote.text) < 5:
            before = None
            continue
        if _is_movement(text, quote, before):
            key = re.sub(r"[\W_]+", " ", quote.text).casefold().strip()
            if key not in themes and len(key.split()) >= 2:
                shown = _with_period(text, quote)
                if key not in found or len(shown.text) > len(found[key].text):
                    found[key] = (
                        Piece(shown.text, found[key].start, found[key].end) if key in found else shown
                    )
            before = quote
        else:
            before = None
    return list(found.values())


def _is_movement(text: str, quote: Quote, before: Quote | None) -> bool:
    line = max(text.rfind("\n", 0, quote.start), quote.start - 260)
    lead = text[line + 1 : quote.start - 1].rstrip("*_ ")
    if before is not None and before.outer_end > line:
        between = text[before.outer_end : quote.start - 1]
        if _OTHER.search(between.rstrip()):
            return False
        if "phong trào" in between.casefold() and not re.search(r"[.!?]\s", between):
            return True
        if len(between) < 120 and not re.search(r"(?<!\.)\.\s", between) and not _JOINING.sub("", between):
            return True
    lead = lead[max(lead.rfind(mark) for mark in '”»"') + 1 :]
    sentence = re.split(r"[.!?]\s", lead)[-1]
    if _OTHER.search(sentence):
        return False
    if quote.text.casefold().startswith("phong trào"):
        return True
    near = sentence[-70:]
    if re.search(
        r"(?:phong trào|đợt thi đua|thi đua)(?:\s+(?:thi đua|yêu nước|đặc biệt|chuyên đề|"
        r"cao điểm))*\s*:?\s*$",
        near,
        re.I,
    ):
        return bool(re.search(r"phong trào|đợt|phát động", sentence, re.I))
    return bool(
        _BEFORE_LIST.search(sentence)
        and re.search(r"(?:như|là|gồm|phát động|trong đó)\s*:?\s*$|:\s*(?:phong trào\s*)?$", near, re.I)
    )


def _with_period(text: str, quote: Quote) -> Piece:
    period = _PERIOD.match(text[quote.outer_end : quote.outer_end + 50])
    if period:
        return Piece(
            f"{quote.text} ({period['period']})", quote.start, quote.outer_end + period.end("period")
        )
    return Piece(quote.text, quote.start, quote.end)
