"""Who launches, who is asked, who watches over it."""

import re
from collections import Counter
from itertools import islice

from campaigns.importing.extracted import Piece, piece, tidy
from campaigns.importing.words import OFFICE, POSITION

MOST_LAUNCHES = 400
_LAUNCHES = re.compile(
    r"\s+(?:(?:vừa|đã|chính thức|vừa qua|long trọng|sẽ|tiếp tục|liên tịch|trân trọng|"
    r"quyết định)\s+)*(?:(?:ký\s+)?(?:ban hành|có)\s+(?:\S+\s+){1,8}?)?(?:(?:phối hợp\s+[^.;]{3,"
    r"80}?\s+)?(?:tổ chức\s+)(?:(?:Lễ|lễ|hội nghị|Hội nghị)\s+)?)?(?:tới\s+|"
    r"đến\s+)?(?:phát động|Phát động)\b",
)
_SIGNS = re.compile(
    r"\s+(?:(?:vừa|đã)\s+)*(?:ký\s+)?(?:ký\s+)?ban hành\s+(?:Kế hoạch|Chỉ thị|Quyết định|"
    r"Công văn|văn bản|kế hoạch|Văn bản|Hướng dẫn|chỉ thị|Chương trình|công văn|quyết định)"
)
_HOLDS = re.compile(
    r"\s+(?:(?:vừa|đã|long trọng|sẽ)\s+)*tổ chức\s+(?:trọng thể\s+)?(?:Hội nghị|hội nghị|Lễ|lễ|"
    r"Đại hội|cuộc thi|Cuộc thi|Hội thi|hội thi|buổi)"
)
_ISSUES = re.compile(
    r"\s+(?:(?:vừa|đã)\s+)*(?:ban hành|xây dựng|tổ chức|triển khai|hướng dẫn|thông báo|ra|lập)\b"
)
_LAST_SENTENCE = re.compile(r"(?:[.;:!?]\s+|\n)(?=[^.;:!?\n]*$)")
_BEHALF = re.compile(
    rf"[Tt]hay mặt (?:cho )?(?:tập thể )?(?:lãnh đạo |"
    rf"Lãnh đạo )?(?P<who>(?:{OFFICE.pattern})[^.;:]{{2,110}}?),\s+(?:tôi|chúng tôi|"
    rf"đồng chí[^,]{{3,60}})\s*$"
)
_NOT_ISSUER = re.compile(r"\b(?:do|được|mà|phong trào|hưởng ứng|các phong trào)\s+[^,;]{0,80}$")
_DROP = re.compile(
    r"^(?:[Nn]gày|[Ss]áng|[Cc]hiều|[Tt]ối|[Vv]ừa qua|[Tt]heo đó|[Đđ]ồng thời|[Nn]ay|[Tt]ại|"
    r"[Tt]rong|[Mm]ới đây)\b[^,]*$"
)


def subject_before(text: str, at: int, begin: int = 0) -> Piece | None:
    """The office in front of a verb: the last parts between commas, back to one that begins with an
    office.
    """
    lead_start = max(begin, at - 260)
    lead = text[lead_start:at]
    cut = _LAST_SENTENCE.search(lead)
    if cut:
        lead_start, lead = lead_start + cut.end(), lead[cut.end() :]
    behalf = _BEHALF.search(lead)
    if behalf:
        return piece(text, lead_start + behalf.start("who"), lead_start + behalf.end("who"))
    edges = [0, *(m.end() for m in re.finditer(r",\s+|\s[-–]\s(?=\S)", lead))]
    for edge in reversed(edges[-5:]):
        part = lead[edge:].lstrip("*_ ")
        shift = len(lead[edge:]) - len(part)
        found = OFFICE.match(part)
        if not found:
            inner = re.search(
                rf"(?:^|\s)(?:Nay|nay|đó|qua|này|nước|ngành|là|thời|trên|đề ra|được giao|"
                rf"năm \d{{4}})\s+(?P<who>(?:{OFFICE.pattern}).*)$",
                part,
            )
            if inner and edge == edges[-1]:
                shift += inner.start("who")
                found = OFFICE.match(inner["who"])
                part = inner["who"]
        if found and len(part) < 170:
            return piece(text, lead_start + edge + shift, at)
    return None


def launching(text: str, begin: int, end: int) -> list[tuple[int, Piece | None]]:
    """(place of «phát động», who) for every sentence in which somebody launches a movement now."""
    found: list[tuple[int, Piece | None]] = []
    for match in islice(re.finditer(r"phát động", text[begin:end], re.I), MOST_LAUNCHES):
        at = begin + match.start()
        behind = text[at : at + 160]
        if not re.match(r"phát động\s+(?:[^.;:\n]{0,60}?)(?:thi đua|phong trào|đợt|[“\"])", behind, re.I):
            continue
        near = max(begin, at - 400)
        line = max(text.rfind("\n", near, at), text.rfind(". ", near, at), near - 1) + 1
        lead = text[line:at]
        if _NOT_ISSUER.search(lead[-110:]) and not re.search(r"(?:Nay|nay|đã|vừa|chính thức),?\s*$", lead):
            continue
        if re.search(
            r"(?:đã được|được|do|việc|buổi lễ|lễ|tại lễ|sau|ngay sau|để|tổ chức|chủ động|"
            r"nội dung|kế hoạch|đề nghị)\s*$",
            lead.rstrip(),
            re.I,
        ) and not re.search(r"(?:^|\s)(?:đã|vừa|sẽ)?\s*tổ chức\s*(?:lễ\s*)?$", lead.rstrip(), re.I):
            found.append((at, None))
            continue
        verb = next(
            (m for m in _LAUNCHES.finditer(text, max(line, at - 160), at + 9) if m.end() >= at + 9), None
        )
        found.append((at, subject_before(text, verb.start() if verb else at, begin)))
    return found


def issuer_of(text: str, begin: int, end: int) -> Piece | None:
    """Who launches, as the text says: the subject of «phát động», else of «ký ban hành», «tổ chức hội
    nghị».
    """
    subjects = [who for _, who in launching(text, begin, end) if who is not None]
    for pattern in (_SIGNS, _HOLDS, _ISSUES):
        if subjects:
            break
        for match in pattern.finditer(text, begin, min(end, begin + 6000)):
            who = subject_before(text, match.start(), begin)
            if who is not None:
                subjects.append(who)
                break
    return _without_tail(subjects[0]) if subjects else None


def _without_tail(found: Piece) -> Piece:
    stop = re.search(
        r"\s+(?:đã|vừa|có|yêu cầu|chủ trì|cho biết|phối hợp|đề nghị|tổ chức|ban hành|thông báo|"
        r"nay|long trọng|trân trọng|xây dựng|triển khai)\b",
        found.text,
    )
    if stop:
        return Piece(found.text[: stop.start()], found.start, found.start + stop.start())
    return found


# --- who watches over it --------------------------------------------------------------------------------
_NAME = r"(?P<who>(?:{office})[^.;:\n“\"]{{0,170}}?)"
_WATCH = r"(?:theo dõi|đôn đốc|hướng dẫn|kiểm tra|tổng hợp|tham mưu|giám sát|thẩm định)"
_RESPONSIBLE = tuple(
    re.compile(pattern.replace("NAME", _NAME.format(office=OFFICE.pattern)), re.I if "GIAO" in pattern else 0)
    for pattern in (
        r"(?:[Gg]iao|[Pp]hân công|[Uu]ỷ quyền|[Ủủ]y quyền)\s+(?:cho\s+)?NAME\s*,"
        r"?\s+(?=(?:\([^)]*\)\s*)?(?:chủ trì|là\s|làm\s|theo dõi|chịu trách nhiệm|"
        r"có trách nhiệm|phối hợp|tham mưu|tổng hợp|hướng dẫn|đôn đốc|giúp|căn cứ|thường trực|"
        r"triển khai))",
        rf"(?:^|(?<=[.;:\n])|(?<=[.;:]\s))[\s*_\-–+\d.)a-e]{{0,"
        rf"12}}NAME\s*:?\s+(?=(?:\([^)]*\)\s*)?(?:có trách nhiệm\s+|"
        rf"chịu trách nhiệm\s+)?(?:chủ trì|là (?:cơ quan|đơn vị|bộ phận)? ?(?:thường trực|"
        rf"đầu mối)|làm đầu mối)[^.;\n]{{0,160}}{_WATCH})",
        rf"(?:^|(?<=[.;:\n])|(?<=[.;:]\s))[\s*_\-–+\d.)a-e]{{0,12}}NAME\s+(?=(?:có trách nhiệm|"
        rf"chịu trách nhiệm)\s+[^.;\n]{{0,80}}{_WATCH})",
        rf"(?:^|(?<=[.;:\n])|(?<=[.;:]\s))[\s*_\-–+\d.)a-e]{{0,"
        rf"12}}NAME\s*:?\s*\n?[\s\-–+a-e)]{{0,8}}(?=(?:[Cc]hủ trì|[Tt]heo dõi|"
        rf"[Tt]ham mưu)[^.;\n]{{0,120}}{_WATCH})",
        rf"(?:^|(?<=[.;:\n])|(?<=[.;:]\s))[\s*_\-–+\d.)a-e]{{0,12}}NAME\s+(?=(?:theo dõi|đôn đốc|"
        rf"tổng hợp|giúp [^.;\n]{{3,40}}? theo dõi)[^.;\n]{{0,120}}(?:{_WATCH}|báo cáo))",
        r"(?:[Bb]áo cáo|[Gg]ửi|phản ánh)[^.;\n]{0,80}?\((?:qua|thông qua)\s+NAME(?=[),])",
        r"(?:[Bb]áo cáo|[Gg]ửi|phản ánh)[^.;\n]{0,100}?\s(?:qua|thông qua)\s+NAME(?=\s*(?:trước|"
        r"để|\(|,|\.|;|chậm|về\s))",
    )
)
_GENERAL = re.compile(
    r"^(?:Các|Thủ trưởng các|Giám đốc các|Cơ quan, đơn vị|Tổ chức\s|Đoàn viên)|\b(?:các đơn vị|"
    r"các sở|các phòng|các cơ quan)\b",
    re.I,
)
_BOARD = re.compile(
    r"(?P<who>(?:Vụ|Ban|Phòng|Cục) [Tt]hi đua\s*[,\-–]\s*[Kk]hen thưởng(?: và "
    r"[A-ZĐ][^\W\d_]+(?: [^\W\d_]+)?)?)"
)


def responsible_of(text: str, parts: list[tuple[int, int]]) -> Piece | None:
    """The unit that follows the movement for the issuer."""
    for pattern in _RESPONSIBLE:
        for start, end in parts:
            for match in pattern.finditer(text, start, end):
                found = piece(text, match.start("who"), match.end("who"))
                note = re.match(r"\s*\([*_]*([^()]{3,140}?)[*_]*\)", text[match.end("who") :])
                if _GENERAL.match(found.text) or len(found.text.split()) < 2 or "phong trào" in found.text:
                    continue
                name = re.sub(
                    r"\s*(?:,?\s*(?:tiếp tục|phối hợp|kịp thời|giúp|có nhiệm vụ|"
                    r"chịu trách nhiệm|có trách nhiệm|làm|là).*)$",
                    "",
                    found.text,
                )
                if note and (re.search(r"thường trực|đầu mối", note[1]) or OFFICE.match(note[1])):
                    return Piece(f"{name} ({tidy(note[1])})", found.start, match.end("who") + note.end())
                return Piece(name, found.start, found.start + len(name))
    return None


def board_of(text: str, begin: int, end: int) -> Piece | None:
    """The office of emulation and awards a report speaks of more than once."""
    found = list(_BOARD.finditer(text, begin, end))
    if len(found) < 2:
        return None
    names = Counter(tidy(m["who"]).casefold() for m in found)
    usual = max(found, key=lambda m: (names[tidy(m["who"]).casefold()], len(m["who"])))
    return piece(text, usual.start("who"), usual.end("who"))


# --- who is asked ---------------------------------------------------------------------------------------
_HEADS = (
    r"(?:Thủ trưởng|Giám đốc|Khối trưởng|Chủ tịch|Trưởng|Hiệu trưởng|Chánh|Bí thư|Các|các|Phòng|Sở|Ủy ban|"
    r"UBND|Cục trưởng|Viện trưởng|Vụ trưởng|Ban|Hội đồng|Công đoàn|Đoàn|Cụm trưởng|toàn thể|Toàn thể|"
    r"cán bộ|Mặt trận|Tổng cục trưởng|Bộ trưởng|Tổ trưởng|Chỉ huy|cấp ủy|Cấp ủy|Tổng Giám đốc|thủ trưởng|"
    r"giám đốc|hiệu trưởng|trưởng)"
)
_ASKED = re.compile(
    rf"(?:[Đđ]ề nghị|[Yy]êu cầu|quy định rõ|quy định)\s+(?P<who>{_HEADS}\b[^.;:\n]{{3,420}}?)\s*,"
    rf"?\s+(?=căn cứ|tập trung|tổ chức|triển khai|xây dựng|thực hiện|phối hợp|nghiêm túc|"
    rf"khẩn trương|chủ động|quán triệt|phổ biến|tiếp tục|hưởng ứng|đẩy mạnh|báo cáo|gửi|"
    rf"trên cơ sở|cụ thể hóa)"
)
_SUBJECTS = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.;]\s))[\s*_\-–+\d.)a-e]{{0,12}}(?P<who>(?:Các|Thủ trưởng|Giám đốc|"
    rf"Hiệu trưởng|Trưởng)\s[^.;:\n,]{{3,160}}?(?:,\s+{_HEADS}[^.;:\n,]{{3,120}}?){{0,6}})\s*,"
    rf"?\s+(?=căn cứ|có trách nhiệm|chịu trách nhiệm|tổ chức (?:phát động|triển khai)|"
    rf"xây dựng kế hoạch)"
)
_NEXT_HEAD = re.compile(rf",\s+(?={_HEADS}\b)")
_ONLY_HEAD = re.compile(r"^(?:Khối trưởng|Cụm trưởng|Thủ trưởng|Giám đốc|Chủ tịch|Trưởng)$")
_ACTS = re.compile(r"\b(?:có|phải|cần|đạt|được)\b")
_TO_END = re.compile(r"\s+(?:phối hợp|căn cứ|chịu trách nhiệm|trên cơ sở)\b.*$")


def asked_of(text: str, parts: list[tuple[int, int]]) -> list[Piece]:
    """Those the document turns to when it has no «Kính gửi»."""
    vague: list[Piece] = []
    for pattern in (_ASKED, _SUBJECTS):
        for start, end in parts:
            for match in pattern.finditer(text, start, end):
                found = _people(text, match.start("who"), match.end("who"))
                if any(_ACTS.search(one.text) for one in found):
                    continue
                if len(found) >= 2 or (found and len(found[0].text.split()) >= 4):
                    return found
                vague = vague or found
    return vague


def _people(text: str, start: int, end: int) -> list[Piece]:
    words = text[start:end]
    stop = _TO_END.search(words)
    if stop:
        words = words[: stop.start()]
    cuts = [0]
    for match in _NEXT_HEAD.finditer(words):
        if not _ONLY_HEAD.match(words[cuts[-1] : match.start()].strip()):
            cuts.append(match.end())
    cuts.append(len(words))
    found = []
    for begin, stop_at in zip(cuts, cuts[1:], strict=False):
        one = piece(text, start + begin, start + stop_at)
        if len(one.text.split()) >= 2:
            found.append(one)
    return found


def is_position(name: str) -> bool:
    """Whether an issuer is a person's post («Chủ tịch …») rather than an office."""
    return bool(POSITION.match(name))
