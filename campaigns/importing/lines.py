"""Lines that are parts of one paragraph: texts broken at a fixed width, sentences cut by a page end."""

import re
from collections.abc import Sequence

from campaigns.importing.numbering import mark_at

_ENDS = re.compile(r"[.;:!?…”»/](?:[\"”»)*]|\s)*$")
_NO_LETTER = re.compile(r"^[\W\d_]+$")
_HEAD_LINE = re.compile(
    r"^(?:Số\s*:|SỐ\s*:|Kính gửi|Nơi nhận|V/v|CỘNG HÒA|CỘNG HOÀ|Độc lập|Căn cứ|Xét đề nghị|"
    r"Theo đề nghị|Thực hiện |TM\.|KT\.|TL\.|Q\.|"
    r"QUYẾT ĐỊNH|Chủ đề|Khẩu hiệu|date \d)"
)
_UNFINISHED = re.compile(r"(?:ngày|tháng|năm|số|và|của|các|về|cho|với|theo|tại|là|trong|những|được)$")


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether the text was broken at a fixed width: most lines are long, none much longer."""
    lengths = sorted(len(line) for line in lines)
    if len(lengths) < 12:
        return False
    longest = lengths[int(len(lengths) * 0.97)]
    return 50 <= longest <= 130 and sum(size > 0.75 * longest for size in lengths) * 2 > len(lengths)


def grouped(lines: Sequence[str], *, is_wrapped: bool) -> list[list[int]]:
    """Numbers of the lines that make one paragraph each."""
    lengths = sorted(len(line) for line in lines)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    groups: list[list[int]] = []
    for at, line in enumerate(lines):
        if groups and at and goes_on(lines[at - 1], line, width if is_wrapped else 0):
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def begins_anew(line: str) -> bool:
    """Whether a line can only be the first of a paragraph: it has a mark, or words that open one."""
    core = line.lstrip("*_ ")
    if not core or _HEAD_LINE.match(core):
        return True
    mark = mark_at(line)
    return mark is not None and not (mark.style in ("cardinal", "ordinal") and core[0].islower())


def goes_on(before: str, line: str, width: int) -> bool:
    """Whether a line goes on with the sentence of the line before. width: of full lines, 0 when not
    broken.
    """
    if begins_anew(line) or _NO_LETTER.match(before):
        return False
    core = line.lstrip("*_ ")
    ended = bool(_ENDS.search(before.rstrip()))
    if _UNFINISHED.search(before) and (core[0].isdigit() or core[0].isupper()) and len(before) > 15:
        return True
    if core[0].islower() and not ended:
        return len(before) > 25 or not before.isupper()
    if not width or before.isupper() or line.isupper():
        return False
    return len(before) >= 0.78 * width and not (ended and core[0].isupper() and len(before) < 0.9 * width)
