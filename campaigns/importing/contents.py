"""What the campaign is about (contents) and what has to be done (tasks)."""

import re
from bisect import bisect_right, insort
from dataclasses import dataclass, field

from campaigns.importing.extracted import Piece, piece
from campaigns.importing.sections import Item, Outline
from campaigns.importing.splitting import at_semicolons
from campaigns.importing.words import OFFICE, STATED, Role, is_item_like, number_of

_GIVEN = re.compile(r"^[*_]*(?:Giao|Phân công|Ủy quyền)\s", re.I)
_DUTY = re.compile(
    r"^[^.;:]{3,140}?\s(?:chịu trách nhiệm|có trách nhiệm|chủ trì|làm đầu mối|theo dõi, đôn đốc|"
    r"phối hợp với)\b"
)
_ASSIGNED = re.compile(
    r"^(?P<who>(?:[^.;:]{0,60}?(?:quy định rõ|quy định|đề nghị|yêu cầu)\s+)?(?:Các|các|"
    r"Thủ trưởng|Giám đốc|Trưởng|Hiệu trưởng|Chủ tịch)\s[^.;:]{3,420}?)\s*,?\s+(?:căn cứ|"
    r"trên cơ sở|có trách nhiệm)\b[^;.]{5,260}?,?\s+(?P<aim>để\s+)?(?P<act>tổ chức|xây dựng|"
    r"triển khai|phát động|chủ động|cụ thể hóa|ban hành|đăng ký|lồng ghép|hướng dẫn)\b"
)
_OWN_COUNT = re.compile(r"\b(?:đó|của (?:Chính phủ|Nghị quyết)|thuộc|trong|đã)\b")
_COUNT_OTHER = re.compile(
    r"^\s*(?:trên|nêu trên|đã nêu|này|đã|của (?:Nghị|Chỉ|Luật|Đề))|^\s*(?:thi đua\s+)?(?:nêu trên|trên)", re.I
)


@dataclass
class Found:
    """Contents, tasks, criteria and the counts the text states."""

    contents: list[Piece] = field(default_factory=list)
    tasks: list[Piece] = field(default_factory=list)
    criteria: dict[str, list[Item]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def contents_and_tasks(outline: Outline, *, criteria: dict[str, list[Item]]) -> Found:
    """The items of the parts about contents and tasks; each block serves one purpose only."""
    found = Found(criteria=criteria, counts=_counts(outline))
    used = {
        at
        for items in criteria.values()
        for item in items
        for at in range(item.first, item.last + 1)
        if item.is_marked
    }
    contents = _items_of(outline, (Role.CONTENTS,), found.counts.get("contents"), used)
    given: list[Item] = []
    if len(contents) < 2:
        spare = _items_of(outline, (Role.LAUNCH,), found.counts.get("contents"), used) or _items_of(
            outline, (Role.TARGETS,), None, used
        )
        if len(spare) > len(contents):
            contents = spare
    given = [item for item in contents if item.is_marked and _is_duty(item.piece.text)]
    contents = [item for item in contents if not (item.is_marked and _is_duty(item.piece.text))]
    used |= {at for item in contents for at in range(item.first, item.last + 1)}
    tasks = _items_of(outline, (Role.TASKS,), found.counts.get("tasks"), used)
    if not contents and tasks and not outline.heads(Role.ORGANISATION):
        tasks, contents = tasks, []
    if not tasks:
        tasks = given + _items_of(outline, (Role.ORGANISATION,), None, used)
    if not tasks and contents:
        tasks = _items_of(outline, (Role.REQUEST,), None, used)
    found.contents = [item.piece for item in contents]
    found.tasks = [item.piece for item in tasks] or _assigned(outline, used)
    return found


def _is_duty(words: str) -> bool:
    """An item that gives one office its duty: a task, not something to compete in."""
    return bool(
        _GIVEN.match(words)
        or (OFFICE.match(words) and _DUTY.match(words) and not words.startswith(("Trưởng", "Các")))
    )


def _items_of(outline: Outline, roles: tuple[Role, ...], count: int | None, used: set[int]) -> list[Item]:
    """The items of all parts with one of the roles; a part inside another is read once."""
    best: list[Item] = []
    seen: set[tuple[int, int]] = set()
    places: list[tuple[int, int]] = []
    for head in outline.heads(*roles):
        for item in outline.section(head, count).items:
            key = (item.piece.start, item.piece.end)
            taken = item.is_marked and any(at in used for at in range(item.first, item.last + 1))
            if key in seen or taken or not item.piece.text or _inside(places, item):
                continue
            seen.add(key)
            insort(places, key)
            best.append(item)
    if count is not None and len(best) > count:
        first = outline_first(best, count)
        if first:
            return first
    return best


def _inside(places: list[tuple[int, int]], item: Item) -> bool:
    """Whether the item begins inside one that was taken; places are sorted and do not overlap."""
    at = bisect_right(places, (item.piece.start, len(item.piece.text) + item.piece.end))
    return at > 0 and item.piece.start < places[at - 1][1]


def outline_first(items: list[Item], count: int) -> list[Item]:
    """When there are more than stated and the marked ones alone agree with the number: those."""
    marked = [item for item in items if item.is_marked]
    return marked if len(marked) == count else []


def _assigned(outline: Outline, used: set[int]) -> list[Piece]:
    """Unnumbered sentences that tell the units what to do: «các đơn vị, căn cứ …, để tổ chức …; đăng ký
    …».
    """
    found: list[Piece] = []
    text = outline.text
    for at, block in enumerate(outline.blocks):
        if at in used or block.kind not in ("text", "item"):
            continue
        words = text[block.start : block.end]
        match = _ASSIGNED.match(words.lstrip("*_ "))
        if not match:
            continue
        shift = len(words) - len(words.lstrip("*_ "))
        start = block.start + shift
        if match["aim"]:
            begin = start + match.start("act")
            parts = at_semicolons(text, begin, block.end)
            found += [part for part in parts if part is parts[0] or is_item_like(part.text)]
        else:
            found.append(piece(text, start, block.end))
    return found


def _counts(outline: Outline) -> dict[str, int]:
    """How many contents and tasks the document itself says it has."""
    counts: dict[str, int] = {}
    for block in outline.blocks:
        words = outline.text[block.start : block.end]
        for match in STATED.finditer(words[:700]):
            number, noun, rest = number_of(match["number"]), match["noun"].lower(), match["rest"]
            if not 2 <= number <= 30 or _COUNT_OTHER.match(rest):
                continue
            name = "contents" if noun == "nội dung" else "tasks"
            before = words[: match.start()][-60:]
            if (
                re.search(
                    r"(?:Nghị quyết|Chỉ thị|Đề án|Chương trình|quý|tháng|năm|khoản|Điều|lần|"
                    r"thứ)\s*(?:[^.;]{0,20})$",
                    before,
                )
                and block.kind != "heading"
                and "tập trung" not in before
            ):
                continue
            is_announced = (
                block.kind == "heading"
                or block.role is not None
                or bool(re.search(r"tập trung|gồm|đề ra|thực hiện|với|có|nêu|theo|các|phát động", before))
            )
            if is_announced and name not in counts:
                counts[name] = number
    return counts
