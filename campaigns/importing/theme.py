"""The theme: «với chủ đề “…”», «khẩu hiệu: …», «mục tiêu xuyên suốt là …», «với tinh thần “…”»."""

import re

from campaigns.importing.extracted import Piece, piece
from campaigns.importing.quotes import Quote, quotes_of

_WORDS = (
    (re.compile(r"\bchủ đề\b", re.I), 40),
    (re.compile(r"\bkhẩu hiệu(?: hành động)?\b", re.I), 30),
    (re.compile(r"\b(?:mục tiêu|tư tưởng|tinh thần|phương châm) xuyên suốt\b", re.I), 28),
    (re.compile(r"\bthông điệp\b", re.I), 20),
    (re.compile(r"\b(?:với|theo|trên|nêu cao)\s+(?:tinh thần|phương châm(?: hành động)?)\b", re.I), 16),
    (re.compile(r"\bphương châm(?: hành động)?\b", re.I), 12),
)
_BETWEEN = re.compile(r"^[^.;“\"«”»\n]{0,90}$")
_LINE = re.compile(
    r"^[ \t*_\-–+•\d.IVX)(a-e]{0,14}(?:về\s+)?(?:Chủ đề|Khẩu hiệu|Tên gọi|CHỦ ĐỀ|"
    r"KHẨU HIỆU)(?:\s+(?:của\s+)?(?:phong trào|đợt|năm|thi đua|hành động|"
    r"công tác)[^:\n]{0,50})?\s*(?:là\s*)?[:\n]\s*(?P<theme>[^\n]{4,200})",
    re.M,
)
_OTHERS = re.compile(
    r"\b(?:hội thảo|cuộc thi|hội thi|tọa đàm|triển lãm|diễn đàn|giao lưu|"
    r"chương trình nghệ thuật|bài viết|chuyên đề học tập|sinh hoạt|ngày hội|phát biểu|tuần lễ|"
    r"tháng hành động|hội nghị)\b[^.;\n]{0,60}$",
    re.I,
)
_EARLIER = re.compile(
    r"\b(?:phong trào|đợt|năm)\b[^.;]{0,40}\b(?:trước|vừa qua|đã kết thúc|năm ngoái)\b", re.I
)
_LAUNCH = re.compile(r"phát động|phong trào|đợt thi đua|thi đua", re.I)
_NOT_QUOTED = re.compile(
    r"^\s*(?:năm \d{4}\s*)?(?:là|:)\s+(?P<theme>[^.;“\"\n]{6,140}?)(?=[.;\n]|$|,\s+(?:nhằm|với|"
    r"trong đó|tập trung))"
)


def themes_of(text: str, quotes: list[Quote], begin: int, end: int) -> list[tuple[int, Piece]]:
    """(weight, theme) of every theme stated in the part, the heaviest first."""
    found: list[tuple[int, Piece]] = []
    for pattern, weight in _WORDS:
        for match in pattern.finditer(text, begin, end):
            candidate = _behind(text, match, quotes, end)
            if candidate is None:
                continue
            own, is_quoted = candidate
            before = text[max(begin, match.start() - 160) : match.start()]
            sentence = re.split(r"[.;]\s|\n", before)[-1]
            other = _OTHERS.search(sentence)
            if (other and not _LAUNCH.search(sentence[other.start() :])) or _EARLIER.search(sentence):
                continue
            has_launch = bool(_LAUNCH.search(sentence))
            if weight < 25 and not has_launch:
                continue
            if weight == 12 and not re.search(r"phát động|phong trào", sentence):
                continue
            score = (
                weight
                + (10 if "phát động" in sentence else 0)
                + (5 if has_launch else 0)
                + (3 if is_quoted else 0)
            )
            found.append((score, own))
    for match in _LINE.finditer(text, begin, end):
        inside = [
            quote
            for quote in quotes_of(text, match.start("theme"), match.end("theme"))
            if len(quote.text) > 5
        ]
        own = _piece(text, inside[0]) if inside else piece(text, match.start("theme"), match.end("theme"))
        if own.text and len(own.text) < 200 and not re.match(r"(?:của|được|này|năm)\b", own.text):
            found.append((55 if "hủ đề" in match[0] or "HỦ ĐỀ" in match[0] else 45, own))
    found.sort(key=lambda pair: (-pair[0], pair[1].start))
    return found


def _behind(text: str, match: re.Match[str], quotes: list[Quote], end: int) -> tuple[Piece, bool] | None:
    for quote in quotes:
        if quote.start > match.end() + 100:
            break
        if quote.start >= match.end() and _BETWEEN.match(text[match.end() : quote.start - 1].strip("*_ ")):
            return _piece(text, quote), True
    bare = _NOT_QUOTED.match(text[match.end() : min(end, match.end() + 200)])
    if bare and "chủ đề" in match[0].lower():
        return piece(text, match.end() + bare.start("theme"), match.end() + bare.end("theme")), False
    return None


def _piece(text: str, quote: Quote) -> Piece:
    own = piece(text, quote.start, quote.end)
    return Piece(own.text.strip("“”\"'«»"), own.start, own.end)
