"""Paragraphs become blocks: one per item, heading or plain paragraph, each with its depth."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from campaigns.importing.extracted import Extracted
from campaigns.importing.lines import grouped, is_wrapped
from campaigns.importing.numbering import DASHES, Mark, inner_marks, mark_at
from campaigns.importing.words import Role, opening, role_of_clause, role_of_heading, role_of_start

HEADING_LIMIT = 130
_TERMINAL = re.compile(r"[.;,…]\W*$")
_CHROME = re.compile(
    r"^(?:phản hồi|các tin khác|tin (?:liên quan|khác|mới)|tin cùng chuyên mục|"
    r"bài viết (?:liên quan|khác)|mới nhất|những tin (?:mới|cũ) hơn|nguồn(?: tin)?\s*:.*|"
    r"tác giả(?: bài viết)?\s*:.*|ý kiến bạn đọc|bình luận.*|chia sẻ.*facebook.*|xem thêm.*|"
    r"tổng số điểm của bài viết.*|bạn đã không sử dụng site.*|từ khóa\s*:.*|tags?\s*:.*|"
    r"lượt xem\s*:?.*|in bài viết|gửi bài viết.*|quay lại|về trang chủ|đọc nhiều(?: nhất)?|"
    r"video|trang chủ|về đầu trang|tải về.*|file đính kèm.*|tệp đính kèm.*)$",
    re.I,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_BARE_ENOUGH = re.compile(r"\w")


@dataclass
class Block:
    """A piece of the text with its mark. head: where the mark begins; start: where the words begin."""

    head: int
    start: int
    end: int
    kind: str = "text"  # item, heading, text, caption
    style: str = ""
    value: int | None = None
    level: int = 0
    role: Role | None = None
    rest: int | None = None  # where the words after the announcement begin
    in_table: bool = False
    last: int = field(default=0)  # number of the last block that belongs to it
    is_open: bool = False  # the next number of its list comes later


@dataclass(frozen=True)
class Span:
    """A paragraph as it is meant: several lines may make one."""

    start: int
    end: int
    style: str = ""
    in_table: bool = False


def spans_of(extracted: Extracted) -> list[Span]:
    """Paragraphs with broken lines put together."""
    paragraphs = extracted.paragraphs
    lines = [extracted.text[p.start : p.end] for p in paragraphs]
    wrapped = extracted.kind == "txt" and is_wrapped(lines)
    return [
        Span(
            paragraphs[group[0]].start,
            paragraphs[group[-1]].end,
            paragraphs[group[0]].style,
            paragraphs[group[0]].in_table,
        )
        for group in grouped(lines, is_wrapped=wrapped)
    ]


def without_chrome(text: str, spans: list[Span]) -> list[Span]:
    """Without the frame of a web site behind the article, and its single lines inside."""
    kept: list[Span] = []
    for at, span in enumerate(spans):
        line = text[span.start : span.end]
        if len(line) < 120 and _CHROME.match(line.strip()):
            if at * 2 > len(spans) and not _goes_on_after(text, spans[at + 1 :]):
                break
            continue
        if _BARE_ENOUGH.search(line):
            kept.append(span)
    return kept


def _goes_on_after(text: str, spans: list[Span]) -> bool:
    """Whether real paragraphs of a document follow."""
    return sum(span.end - span.start > 300 for span in spans) >= 3


def is_upper(text: str) -> bool:
    """Whether a line is written in capitals."""
    letters = "".join(_LETTERS.findall(text[:300]))
    return len(letters) >= 3 and sum(map(str.isupper, letters)) >= 0.9 * len(letters)


def blocks_of(text: str, spans: list[Span]) -> list[Block]:
    """The blocks of the body with their roles and depths."""
    marks = [mark_at(text[span.start : span.end]) for span in spans]
    blocks: list[Block] = []
    for at, span in enumerate(spans):
        following = marks[at + 1] if at + 1 < len(spans) else None
        blocks += _cut(text, span, marks[at], following)
    for at, block in enumerate(blocks):
        _classify(text, block, blocks[at + 1] if at + 1 < len(blocks) else None)
    _place(text, blocks)
    return blocks


def _cut(text: str, span: Span, mark: Mark | None, following: Mark | None) -> list[Block]:
    words = text[span.start : span.end]
    found = [] if span.in_table else inner_marks(words, mark, following)
    kind = "heading" if span.style.startswith(("heading", "title")) and mark is None else "text"
    first = Block(
        span.start,
        span.start + (mark.end if mark else 0),
        span.start + found[0].start if found else span.end,
        "item" if mark else kind,
        mark.style if mark else "",
        mark.value if mark else None,
        in_table=span.in_table,
    )
    blocks = [first] if first.end > first.start else []
    for place, one in enumerate(found):
        end = span.start + (found[place + 1].start if place + 1 < len(found) else len(words))
        blocks.append(Block(span.start + one.start, span.start + one.end, end, "item", one.style, one.value))
    return blocks


def _classify(text: str, block: Block, following: Block | None) -> None:
    words = text[block.start : block.end].strip()
    colon = words.find(":")
    if block.kind == "item":
        head = words[:colon] if 0 <= colon <= HEADING_LIMIT else words
        if block.in_table and " | " in words:
            return
        has_rest = 0 <= colon <= HEADING_LIMIT and len(words) > colon + 2
        goes_deeper = following is not None and (following.kind != "item" or following.style != block.style)
        if len(head) <= HEADING_LIMIT and (colon >= 0 or not _TERMINAL.search(head) or len(head) < 45):
            role = role_of_start(head)
            if role is not None and (has_rest or goes_deeper):
                block.role = role
                block.rest = (
                    block.start + colon + 1 + (len(text[block.start :]) - len(text[block.start :].lstrip()))
                    if has_rest
                    else None
                )
                return
        if words.endswith(":"):
            block.role = role_of_clause(words[:-1]) if len(words) > 60 else None
            if block.role in (Role.REQUEST, Role.LAUNCH, Role.TASKS, Role.TARGETS):
                block.role = None
            return
        found = opening(words)
        if (
            found
            and found[0] in (Role.CONTENTS, Role.CRITERIA)
            and colon > 0
            and _announces(words[: found[1]])
        ):
            block.role, block.rest = found[0], block.start + found[1]
        return
    if block.kind == "heading" or (is_upper(words) and len(words) <= 250):
        block.kind, block.role = "heading", role_of_heading(words)
        return
    if words.startswith(("**", "#")) and words.endswith("**") and len(words) <= 200:
        block.kind, block.role = "heading", role_of_heading(words)
        return
    if words.endswith(":"):
        last = max(words.rfind(". "), words.rfind("; ")) + 1
        clause = words[last:-1].strip()
        role = role_of_start(words[:-1]) if len(words) <= HEADING_LIMIT else None
        role = role or role_of_clause(clause) or (role_of_clause(words[:-1]) if last else None)
        if role is not None or len(words) <= 90:
            block.kind, block.role = "heading", role
        return
    if len(words) <= HEADING_LIMIT and not _TERMINAL.search(words):
        role = role_of_heading(words) if colon < 0 else role_of_start(words[:colon])
        if role is not None and colon < 0:
            block.kind, block.role = "heading", role
            return
        if role is not None:
            block.kind, block.role, block.rest = "heading", role, block.start + colon + 1
            return
        block.kind = "caption" if colon < 0 else "text"
        return
    if 0 <= colon <= 70:
        role = role_of_start(words[:colon])
        if role is not None:
            block.kind, block.role, block.rest = "heading", role, block.start + colon + 1
            return
    found = opening(words)
    if found:
        block.kind, block.role, block.rest = "heading", found[0], block.start + found[1]


def _announces(words: str) -> bool:
    """An item that is itself an announcement is short and speaks of a list."""
    return len(words) <= 160 and bool(
        re.search(r"(?:sau|gồm|là|nội dung|tiêu chí|tiêu chuẩn)[^:]{0,25}:$", words)
    )


def _place(text: str, blocks: list[Block]) -> None:
    """Depth of every block: a list goes on where its style is found again, and deeper lists end there."""
    following: dict[str, list[int]] = {}
    for at, block in enumerate(blocks):
        if block.kind == "item":
            following.setdefault(block.style, []).append(at)
    for at, block in enumerate(blocks):
        if block.kind == "item" and block.value is not None:
            others = following[block.style]
            place = bisect_right(others, at)
            block.is_open = place < len(others) and blocks[others[place]].value == block.value + 1
    stack: list[tuple[str, int]] = []
    for at, block in enumerate(blocks):
        if block.kind == "item":
            styles = [style for style, _ in stack]
            if block.style in styles and not _restarts_inside(blocks, stack, block):
                del stack[styles.index(block.style) :]
            block.level = len(stack)
            stack.append((block.style, at))
        elif block.kind == "heading":
            while stack and not _stays_open(blocks, stack[-1], _rank(text, block)):
                stack.pop()
            block.level = len(stack)
            stack.append((f"heading {_rank(text, block)}", at))
        else:
            block.level = len(stack)
    for at, block in enumerate(blocks):
        block.last = at
    _close(blocks)


def _restarts_inside(blocks: list[Block], stack: list[tuple[str, int]], block: Block) -> bool:
    """«1.» again under an item that announced a list («2. Gồm:») is a deeper list, when it counts from 1
    while the outer one goes on.
    """
    if block.value != 1 or block.style in DASHES:
        return False
    outer = next(at for style, at in stack if style == block.style)
    return blocks[outer].is_open and stack[-1][1] != outer


def _rank(text: str, heading: Block) -> int:
    """Headings in capitals stand above those that announce a part, these above «Đối với tập thể:»."""
    if is_upper(text[heading.start : heading.end]):
        return 0
    return 1 if heading.role is not None else 2


def _stays_open(blocks: list[Block], entry: tuple[str, int], rank: int) -> bool:
    style, place = entry
    if style in DASHES:
        return False
    if style.startswith("heading"):
        return int(style[-1]) < rank
    return blocks[place].is_open


def _close(blocks: list[Block]) -> None:
    """The last block that belongs to each item or heading."""
    stack: list[int] = []
    for at, block in enumerate(blocks):
        if block.kind in ("item", "heading"):
            while stack and blocks[stack[-1]].level >= block.level:
                blocks[stack.pop()].last = at - 1
            stack.append(at)
    for at in stack:
        blocks[at].last = len(blocks) - 1
