"""Criteria by audience: collectives, persons, leaders, and whoever else a document names."""

import re

from campaigns.importing.extracted import Piece, piece
from campaigns.importing.sections import Item, Outline
from campaigns.importing.splitting import split
from campaigns.importing.words import NOT_ITEM, OFFICE, Role, is_item_like

# key of the JSON → how the audience is called at the beginning of a part; the first that fits decides
AUDIENCES = (
    ("leader", r"(?:cá nhân|cán bộ|công chức|viên chức|người)?\s*(?:là\s+|"
        r"giữ chức vụ\s+)?(?:cán bộ\s+)?(?:lãnh đạo|người đứng đầu|thủ trưởng|cấp trưởng|"
        r"giữ chức vụ|quản lý|chỉ huy các)"),
    ("household", r"(?:hộ gia đình|gia đình|hộ nông dân|hộ kinh doanh|hộ dân)"),
    ("enterprise", r"(?:doanh nghiệp|doanh nhân|công ty|tổ chức kinh tế)"),
    ("cooperative", r"(?:hợp tác xã|HTX|tổ hợp tác)"),
    ("residential_area", r"(?:khu dân cư|thôn|tổ dân phố|ấp|bản|khu phố|cộng đồng dân cư)"),
    ("commune", r"(?:xã, phường|xã\b|cấp xã|phường\b|(?:các )?địa phương)"),
    ("district", r"(?:huyện|cấp huyện)"),
    ("province", r"(?:tỉnh|cấp tỉnh)"),
    ("teacher", r"(?:giáo viên|cán bộ, giáo viên|nhà giáo|giảng viên|thầy)"),
    ("student", r"(?:học sinh|sinh viên|học viên|thiếu nhi|đội viên)"),
    ("class", r"(?:lớp|chi đội|tập thể lớp|khối lớp)"),
    ("union_member", r"(?:đoàn viên|công đoàn viên|hội viên)"),
    ("collective", r"(?:tập thể|đơn vị|cơ quan|phòng|khoa|tổ|ban|chi bộ|đảng bộ|công đoàn cơ sở|trường|cụm|"
        r"khối|các đơn vị|đại đội|tiểu đoàn|chi đoàn|chi hội|tổ chức)"),
    ("individual", r"(?:cá nhân|cán bộ|công chức|viên chức|người lao động|nhân viên|chiến sĩ|quân nhân|"
        r"công nhân|thẩm phán|mỗi người|đảng viên|thanh niên|bác sĩ)"),
)  # fmt: skip
LABELS = {
    "collective": "tập thể",
    "individual": "cá nhân",
    "leader": "lãnh đạo",
    "household": "hộ gia đình",
    "enterprise": "doanh nghiệp",
    "cooperative": "hợp tác xã",
    "residential_area": "khu dân cư",
    "commune": "cấp xã",
    "district": "cấp huyện",
    "province": "cấp tỉnh",
    "teacher": "giáo viên",
    "student": "học sinh",
    "class": "lớp",
    "union_member": "đoàn viên",
    "general": "chung",
}
_NAMES = [
    (key, re.compile(rf"(?:các |mỗi |những |từng |một )?{pattern}(?![\w])", re.I))
    for key, pattern in AUDIENCES
]
_OWN = re.compile(r"(?:(?:đối với|dành cho|với|riêng|về|của|cho)\s+)+", re.I)
_LEAD = re.compile(
    r"[*_\s]*(?:(?:các\s+)?(?:tiêu chí|tiêu chuẩn|điều kiện|nội dung)(?:\s*(?:,|"
    r"và)\s*(?:tiêu chí|tiêu chuẩn|điều kiện))*(?:\s+(?:thi đua|khen thưởng|chung|riêng|"
    r"bình xét|xét|cụ thể|xét khen thưởng|đánh giá|áp dụng))*\s*:?\s*)?"
    r"(?P<for>(?:(?:áp dụng\s+)?(?:đối với|dành cho|riêng với|riêng|về|của|cho|với)\s+)*)",
    re.I,
)
_ALSO = re.compile(
    r"\s*(?:,|và|/|hoặc)\s*(?:các |mỗi )?(?P<other>tập thể|cá nhân|hộ gia đình|doanh nghiệp|"
    r"doanh nhân|đơn vị|người lao động)\b",
    re.I,
)
_INSIDE = re.compile(
    r"(?:(?<=[.;:,…])|^)\s*(?P<words>(?:(?:[Tt]iêu chí|"
    r"[Tt]iêu chuẩn)[^:;.]{0,30}?\s)?(?:[Đđ]ối với|[Vv]ới|[Rr]iêng(?: với)?|"
    r"[Vv]ề phía)\s+(?:các |mỗi )?(?:tập thể|cá nhân|đơn vị|cán bộ|hộ gia đình|doanh nghiệp|"
    r"người đứng đầu|lãnh đạo|thủ trưởng|học sinh|giáo viên)[^:,.;]{0,90}?)\s*(?P<sign>[,:]|"
    r"(?=\s(?:phải|cần)\s))"
)
_ORDER = re.compile(
    r"^[^.;:]{0,60}?\b(?:đề nghị|yêu cầu|quy định|đặt ra)\s+(?:các |mỗi )?(?:đơn vị|tập thể|"
    r"cá nhân|cơ quan|cán bộ)[^,.;:]{0,30}?\s+(?=(?:có|phải|cần|đạt|thực hiện|hoàn thành|"
    r"xây dựng|chấp hành|tích cực|là)\b)",
    re.I,
)
_COMMON = re.compile(r"chung\b|^tiêu chí$|^tiêu chuẩn$", re.I)


def audience_at(words: str, *, is_bare: bool) -> tuple[list[str], int] | None:
    """(keys, where the words about the audience end) of a part that begins by naming its audience.

    is_bare: whether «Tập thể:» without «Đối với» counts too.
    """
    lead = _LEAD.match(words)
    at = lead.end() if lead else 0
    has_lead = bool(lead and (lead["for"].strip() or at > 0 and lead[0].strip(" *_")))
    if not has_lead and not is_bare:
        return None
    for key, pattern in _NAMES:
        found = pattern.match(words, at)
        if not found:
            continue
        keys, end = [key], found.end()
        also = _ALSO.match(words, end)
        if also and key in ("collective", "individual", "household", "enterprise"):
            other = audience_at(also["other"], is_bare=True)
            if other and other[0][0] not in keys:
                keys += other[0]
                end = also.end()
        if (
            key in ("individual", "collective")
            and re.match(
                r"[^:,.;]{0,40}(?:là |giữ chức )?(?:lãnh đạo|thủ trưởng|người đứng đầu|cấp trưởng)",
                words[end:],
                re.I,
            )
            and key == "individual"
        ):
            keys = ["leader"]
        return keys, end
    return None


def criteria_of(outline: Outline, begin: int = 0) -> dict[str, list[Item]]:
    """Audience → criteria, from the parts about criteria; «general» when a part names no audience."""
    heads = outline.heads(Role.CRITERIA)
    covered: set[int] = set()
    found: dict[str, list[Item]] = {}
    for head in heads:
        if head in covered:
            continue
        block = outline.blocks[head]
        last = max(block.last, _reach(outline, head))
        covered.update(range(head, last + 1))
        _of_part(outline, head, last, found)
    if not found:
        _loose(outline, found)
    return {key: _once(items) for key, items in found.items() if items}


def _once(items: list[Item]) -> list[Item]:
    seen: set[tuple[int, int]] = set()
    kept = []
    for item in items:
        key = (item.piece.start, item.piece.end)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def _reach(outline: Outline, head: int) -> int:
    """Paragraphs behind the part that go on naming audiences belong to it («Đối với cá nhân, …»)."""
    last = outline.blocks[head].last
    at = last + 1
    while at < len(outline.blocks):
        block = outline.blocks[at]
        if block.role is not None and block.role not in (Role.CRITERIA, Role.REQUEST):
            break
        if audience_at(outline.words(at), is_bare=False) is None or outline.blocks[head].kind == "item":
            break
        last = at = max(at, block.last)
        at += 1
    return last


def _of_part(outline: Outline, head: int, last: int, found: dict[str, list[Item]]) -> None:
    """Walk the blocks of one part; the audience named last is the one meant."""
    text, blocks = outline.text, outline.blocks
    own = audience_at(outline.words(head), is_bare=False)
    keys: list[str] = own[0] if own else []
    base: list[str] = keys
    level_of_audience, is_over = -1, False
    at = head
    while at <= last:
        block = blocks[at]
        if at != head and block.role is not None and block.role not in (Role.CRITERIA, Role.REQUEST):
            at = block.last + 1
            continue
        words = outline.words(at)
        if level_of_audience >= 0 and block.kind == "item" and block.level < level_of_audience:
            keys, level_of_audience = base, -1
        named = audience_at(words, is_bare=True)
        is_head = named is not None and _is_audience_head(outline, at, words, named[1], last)
        if at == head:
            keys = _take_opening(outline, at, block.end if block.rest is None else block.rest, keys, found)
            at += 1
            continue
        if is_head and named is not None:
            keys, level_of_audience, is_over = named[0], block.level, False
            start = _after_head(text, block.start + named[1], block.end)
            keys = _take_opening(outline, at, start, keys, found)
            at += 1
            continue
        if block.role == Role.CRITERIA:
            own = audience_at(words, is_bare=False)
            keys = own[0] if own else ([] if _COMMON.search(words[:60]) else keys)
            base = keys
            rest = block.rest if block.rest is not None else block.end
            if text[rest : block.end].strip(" .:*_"):
                _add_run(outline, at, rest, block.end, keys, found)
            at += 1
            continue
        if (
            block.kind == "text"
            and _speaks_of_more(words)
            and not _inner_audiences(text, block.start, block.end)
        ):
            is_over = True
        if is_over and block.kind == "text":
            at += 1
            continue
        at = _add_block(outline, at, last, keys, found)


def _speaks_of_more(words: str) -> bool:
    """A plain paragraph that begins with somebody or with «Để …» is no criterion, nor is what follows it."""
    return bool(NOT_ITEM.match(words) or OFFICE.match(words.lstrip("*_ ")))


def _is_audience_head(outline: Outline, at: int, words: str, end: int, last: int) -> bool:
    """«Đối với tập thể», «a) Cá nhân:», not «Tập thể hoàn thành nhiệm vụ» as an item."""
    rest = words[end:]
    colon = re.match(r"[^:,.;]{0,90}[:,]", rest)
    has_lead = bool(_OWN.match(words.lstrip("*_ "))) or bool(
        re.match(r"[*_\s]*(?:tiêu chí|tiêu chuẩn)", words, re.I)
    )
    if has_lead and colon:
        return True
    if 0 <= rest.find(":") < 45 and not re.search(r"[.;]", rest[: rest.find(":")]):
        return True
    is_short = len(words) < 110 and not words.rstrip().endswith((";", "."))
    block = outline.blocks[at]
    goes_deeper = at < last and (
        block.last > at or outline.blocks[at + 1].level > block.level or block.kind in ("heading", "caption")
    )
    return (
        is_short and (goes_deeper or block.kind == "caption" and has_lead) and (has_lead or len(words) < 60)
    )


def _is_announcement(words: str) -> bool:
    clean = words.strip(" *_\n")
    return clean.endswith(":") or (len(clean) < 25 and not is_item_like(clean.strip(" :.")))


def _after_head(text: str, start: int, end: int) -> int:
    """Where the criteria begin behind «Đối với tập thể …, Bộ đề nghị các đơn vị»."""
    colon = re.match(r"[^:,.;\n]{0,120}?[:,]\s*", text[start:end])
    at = (
        start + colon.end()
        if colon
        else end
        if not re.match(r"\s*(?:phải|cần|có|đạt|hoàn thành)\b", text[start:end])
        else start
    )
    order = _ORDER.match(text[at:end])
    return at + order.end() if order else at


def _inner_audiences(text: str, start: int, end: int) -> list[tuple[list[str], int, int, int]]:
    """(keys, head begins, criteria begin, criteria end) of audiences named inside one paragraph."""
    marks = []
    for match in _INSIDE.finditer(text, start, end):
        named = audience_at(match["words"], is_bare=False)
        if named:
            marks.append((named[0], match.start("words"), match.end()))
    found = []
    for place, (keys, head, begin) in enumerate(marks):
        stop = marks[place + 1][1] if place + 1 < len(marks) else end
        order = _ORDER.match(text[begin:stop].lstrip())
        skip = len(text[begin:stop]) - len(text[begin:stop].lstrip())
        found.append((keys, head, begin + skip + (order.end() if order else 0), stop))
    return found


def _add_inner(
    outline: Outline, at: int, inner: list[tuple[list[str], int, int, int]], found: dict[str, list[Item]]
) -> None:
    for keys, _, begin, stop in inner:
        if stop - begin > 3:
            _add_run(outline, at, begin, stop, keys, found)


def _take_opening(
    outline: Outline, at: int, start: int, keys: list[str], found: dict[str, list[Item]]
) -> list[str]:
    """Items that stand in the line of a heading, from start on; returns the audience meant afterwards."""
    text, end = outline.text, outline.blocks[at].end
    inner = _inner_audiences(text, start, end)
    stop = inner[0][1] if inner else end
    if text[start:stop].strip(" .:*_;") and not _is_announcement(text[start:stop]):
        _add_run(outline, at, start, stop, keys, found)
    _add_inner(outline, at, inner, found)
    return inner[-1][0] if inner else keys


def _add_run(
    outline: Outline, at: int, start: int, end: int, keys: list[str], found: dict[str, list[Item]]
) -> None:
    for one in split(outline.text, start, end):
        if one.text and not re.match(r"^(?:v\.?v|…)", one.text):
            for key in keys or ["general"]:
                found.setdefault(key, []).append(Item(one, at, at, is_marked=False))


def _add_block(outline: Outline, at: int, last: int, keys: list[str], found: dict[str, list[Item]]) -> int:
    """One block as a criterion with what belongs to it; the number of the next block."""
    block = outline.blocks[at]
    words = outline.words(at)
    if block.kind == "item":
        deeper = [n for n in range(at + 1, min(block.last, last) + 1) if outline.blocks[n].kind == "item"]
        if any(
            audience_at(outline.words(n), is_bare=True)
            and _is_audience_head(
                outline,
                n,
                outline.words(n),
                (audience_at(outline.words(n), is_bare=True) or ([], 0))[1],
                last,
            )
            for n in deeper
        ):
            return at + 1
        item = outline.item(at)
        for key in keys or ["general"]:
            found.setdefault(key, []).append(item)
        return item.last + 1
    if block.kind == "text" and not words.rstrip().endswith(":"):
        inner = _inner_audiences(outline.text, block.start, block.end)
        if inner:
            _add_inner(outline, at, inner, found)
        elif is_item_like(words) or (keys and ";" in words and len(words) < 1500):
            _add_run(outline, at, block.start, block.end, keys, found)
    return at + 1


def _loose(outline: Outline, found: dict[str, list[Item]]) -> None:
    """Without a part about criteria: paragraphs «Đối với tập thể: …» and «Đối với cá nhân: …» beside each
    other.
    """
    named: list[tuple[int, list[str], int]] = []
    for at, block in enumerate(outline.blocks):
        words = outline.words(at)
        got = audience_at(words, is_bare=False)
        if (
            got
            and got[0][0] in ("collective", "individual", "leader")
            and _is_audience_head(outline, at, words, got[1], block.last)
        ):
            named.append((at, got[0], got[1]))
    keys = {key for _, some, _ in named for key in some}
    if not {"collective", "individual"} <= keys:
        return
    for at, some, end in named:
        block = outline.blocks[at]
        start = _after_head(outline.text, block.start + end, block.end)
        if re.search(
            r"\b(?:tặng|bằng khen|giấy khen|không quá|số lượng)\b", outline.text[start : block.end][:80], re.I
        ):
            continue
        if piece(outline.text, start, block.end).text and not outline.words(at).rstrip().endswith(":"):
            _add_run(outline, at, start, block.end, some, found)
        place = at + 1
        while place <= block.last:
            place = _add_block(outline, place, block.last, some, found)


def pieces(found: dict[str, list[Item]]) -> dict[str, list[Piece]]:
    """The same without the blocks, the three usual audiences always there."""
    usual: dict[str, list[Piece]] = {"collective": [], "individual": [], "leader": []}
    return usual | {key: [item.piece for item in items] for key, items in found.items()}
