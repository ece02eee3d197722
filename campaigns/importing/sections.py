"""Parts of the document and the items in them."""

import re
from dataclasses import dataclass

from campaigns.importing.blocks import Block
from campaigns.importing.extracted import Piece, piece, tidy
from campaigns.importing.splitting import at_semicolons, split
from campaigns.importing.words import Role, is_item_like

_LOWER_ITEM = re.compile(r"^[^\W\d_]")
_ASKED = re.compile(r"^[*_]*(?:Các|Thủ trưởng|Giám đốc các|Trưởng các|Chủ tịch các|Yêu cầu|Đề nghị)\s")
_ET_CETERA = re.compile(r"^(?:v\.?v\.*|…|\.{2,})\W*$")


@dataclass(frozen=True)
class Item:
    """One item: its piece, the blocks it covers (first, last), and whether it had a mark."""

    piece: Piece
    first: int
    last: int
    is_marked: bool = True


@dataclass
class Section:
    """A heading or an announcement and the items behind it."""

    role: Role
    head: int
    items: list[Item]


class Outline:
    """The blocks of the body, asked for sections."""

    def __init__(self, text: str, blocks: list[Block]) -> None:
        self.text, self.blocks = text, blocks

    def words(self, at: int) -> str:
        """The words of a block without its mark."""
        return self.text[self.blocks[at].start : self.blocks[at].end]

    def heads(self, *roles: Role) -> list[int]:
        """Numbers of the blocks that open a part of one of these roles."""
        return [at for at, block in enumerate(self.blocks) if block.role in roles]

    def section(self, head: int, count: int | None = None) -> Section:
        """The part a block opens. count: how many items the document states."""
        block = self.blocks[head]
        items = self._marked(head)
        if not items and block.rest is not None:
            items = self._of_rest(head, count)
        elif items and block.rest is not None and self.text[block.rest : block.end].strip():
            items = self._with_first(head, items)
        if not items:
            items = self._paragraphs(head, count)
        return Section(
            block.role or Role.OTHER, head, [item for item in items if not _ET_CETERA.match(item.piece.text)]
        )

    def _marked(self, head: int) -> list[Item]:
        block = self.blocks[head]
        inside = range(head + 1, block.last + 1)
        skipped_to = head
        numbers: list[int] = []
        for at in inside:
            one = self.blocks[at]
            if at <= skipped_to:
                continue
            if one.kind in ("item", "heading") and one.role is not None and one.role != block.role:
                skipped_to = one.last
            elif one.kind == "item" and one.role is None:
                numbers.append(at)
        if not numbers:
            return []
        level = min(self.blocks[at].level for at in numbers)
        chain: list[int] = []
        for at in numbers:
            one = self.blocks[at]
            if one.level != level:
                continue
            if (
                chain
                and one.value == 1
                and self.blocks[chain[-1]].value is not None
                and not self._heading_between(chain[-1], at)
            ):
                break
            chain.append(at)
        return [self.item(at) for at in chain]

    def _heading_between(self, first: int, second: int) -> bool:
        return any(self.blocks[at].kind in ("heading", "text") for at in range(first + 1, second))

    def item(self, at: int) -> Item:
        """An item with what belongs to it: deeper items, and paragraphs while its list goes on."""
        block = self.blocks[at]
        last = at
        for deeper in range(at + 1, block.last + 1):
            one = self.blocks[deeper]
            if (
                one.kind == "item"
                or (block.is_open and one.kind == "text")
                or one.kind == "heading"
                and deeper < block.last
                and self._holds_items(deeper)
            ):
                last = deeper
            elif one.kind == "text":
                if self.text[block.start : block.end].rstrip().endswith(":") and last == at:
                    last = deeper
                else:
                    break
        return Item(piece(self.text, block.start, self.blocks[last].end), at, last)

    def _holds_items(self, at: int) -> bool:
        return (
            self.blocks[at].last > at and self.blocks[at + 1].kind == "item" and self.blocks[at].role is None
        )

    def _with_first(self, head: int, items: list[Item]) -> list[Item]:
        """«Nội dung: A» followed by «- B», «- C»: A is an item too, when it reads like one."""
        block = self.blocks[head]
        first = piece(self.text, block.rest or block.start, block.end)
        if (
            self.blocks[items[0].first].value in (None, 2)
            and is_item_like(first.text)
            and not first.text.endswith(":")
        ):
            if self.text[block.start : block.end].rstrip().endswith(":"):
                return items
            return [Item(first, head, head, is_marked=False), *items]
        return items

    def _of_rest(self, head: int, count: int | None) -> list[Item]:
        """Items that begin in the announcing paragraph: its own parts, or this one and paragraphs after
        it.
        """
        block = self.blocks[head]
        begin = block.rest or block.start
        own = split(self.text, begin, block.end, count)
        if count is not None and len(own) == count:
            return [Item(one, head, head, is_marked=False) for one in own]
        following = self._item_like_after(head)
        whole = piece(self.text, begin, block.end)
        wanted = None if count is None else count - 1
        if following and whole.text and (wanted is None or len(following) >= wanted):
            if wanted is not None:
                following = following[:wanted]
            if len(own) < 3 or wanted is not None or self._alike(own, following):
                first = Item(whole, head, head, is_marked=False)
                return [first, *(self._paragraph(at) for at in following)]
        return [Item(one, head, head, is_marked=False) for one in own]

    def _alike(self, own: list[Piece], following: list[int]) -> bool:
        """Paragraphs of about the length of the first one are its sisters, not an afterthought."""
        size = own[-1].end - own[0].start
        return len(following) >= 2 and all(size < 4 * len(self.words(at)) for at in following)

    def _item_like_after(self, head: int) -> list[int]:
        found: list[int] = []
        for at in range(head + 1, len(self.blocks)):
            block = self.blocks[at]
            if block.kind == "caption":
                continue
            if block.kind != "text" or not is_item_like(self.words(at)):
                break
            found.append(at)
        return found

    def _paragraph(self, at: int) -> Item:
        block = self.blocks[at]
        return Item(piece(self.text, block.start, block.end), at, at, is_marked=False)

    def _paragraphs(self, head: int, count: int | None) -> list[Item]:
        """Plain paragraphs under a heading: each an item; a single one is taken apart."""
        block = self.blocks[head]
        inside = [
            at
            for at in range(head + 1, block.last + 1)
            if self.blocks[at].kind == "text" and not self.words(at).rstrip().endswith(":")
        ]
        stop = next(
            (at for at in range(head + 1, block.last + 1) if self.blocks[at].role is not None),
            len(self.blocks),
        )
        inside = [at for at in inside if at < stop]
        acts = [at for at in inside if is_item_like(self.words(at))]
        if block.role == Role.ORGANISATION:
            return [
                self._paragraph(at)
                for at in inside
                if is_item_like(self.words(at)) or _ASKED.match(self.words(at))
            ]
        if len(inside) == 1:
            only = self.blocks[inside[0]]
            return [
                Item(one, inside[0], inside[0], is_marked=False)
                for one in split(self.text, only.start, only.end, count)
            ]
        if count is not None and len(acts) >= count:
            return [self._paragraph(at) for at in acts[:count]]
        return [self._paragraph(at) for at in acts]


def parts_of(text: str, found: Piece) -> list[Piece]:
    """An item taken apart at its semicolons."""
    return at_semicolons(text, found.start, found.end)


def shown(text: str) -> str:
    """For comparing: one line, lower case."""
    return tidy(text).casefold()
