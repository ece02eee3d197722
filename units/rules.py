"""Rules of changes to the organisation: pure functions over names and days, each with its sentence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import Outcome, Verdict
from core.text import search_key

MOST_UNITS = 40

CONFIRM_WORDS = {
    "move": "CHUYỂN ĐƠN VỊ",
    "merge": "SÁP NHẬP",
    "split": "CHIA TÁCH",
    "close": "GIẢI THỂ",
}


@dataclass(frozen=True)
class Life:
    """When a unit exists and since when it has been as it is (its last opening, placement or name)."""

    code: str
    name: str
    since: date | None = None
    until: date | None = None
    settled_on: date | None = None

    def is_open_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or self.until > day)


def _met(reason: str) -> Verdict:
    return Verdict(Outcome.MET, reason)


def _not(reason: str) -> Verdict:
    return Verdict(Outcome.NOT_MET, reason)


def changes_on(unit: Life, on: date, *, ends: bool = False) -> Verdict:
    """The unit exists on the day, nothing of it begins on that day or later, and its end is not known yet
    when the change ends it.
    """
    if unit.until is not None and unit.until <= on:
        return _not(
            f"{unit.name} đã kết thúc hoạt động từ ngày {unit.until:%d/%m/%Y} nên không thay đổi được "
            f"vào ngày {on:%d/%m/%Y}."
        )
    if unit.until is not None and ends:
        return _not(
            f"{unit.name} đã được ghi là kết thúc hoạt động từ ngày {unit.until:%d/%m/%Y}; không ghi thêm "
            "quyết định sáp nhập, chia tách, giải thể cho đơn vị này."
        )
    begun = max((day for day in (unit.since, unit.settled_on) if day is not None), default=None)
    if begun is not None and begun >= on:
        return _not(
            f"{unit.name} có thay đổi gần nhất từ ngày {begun:%d/%m/%Y}. Ngày hiệu lực phải sau ngày đó."
        )
    return _met(f"{unit.name} đang hoạt động vào ngày {on:%d/%m/%Y}.")


def takes_over(successor: Life, predecessors: Collection[str], on: date) -> Verdict:
    """The successor exists on the day and is none of the units that end."""
    if successor.code in predecessors:
        return _not(
            f"{successor.name} vừa là đơn vị kết thúc vừa là đơn vị kế thừa. Khi đơn vị này tiếp nhận đơn vị "
            "khác, chỉ chọn nó làm đơn vị kế thừa."
        )
    if not successor.is_open_on(on):
        return _not(f"{successor.name} không hoạt động vào ngày {on:%d/%m/%Y}. Hãy chọn đơn vị kế thừa khác.")
    return _met(f"{successor.name} tiếp nhận được vào ngày {on:%d/%m/%Y}.")


def stands_under(unit: Life, parent: Life, above_parent: Iterable[str], on: date) -> Verdict:
    """The parent exists on the day and does not stand under the unit itself."""
    if not parent.is_open_on(on):
        return _not(f"{parent.name} không hoạt động vào ngày {on:%d/%m/%Y}. Hãy chọn đơn vị cấp trên khác.")
    if unit.code in above_parent:
        return _not(f"{parent.name} đang trực thuộc {unit.name}, nên không thể làm cấp trên của đơn vị này.")
    return _met(f"{unit.name} trực thuộc được {parent.name}.")


def enough_units(kind: str, predecessors: int, successors: int) -> Verdict:
    """A merger has one successor, a division at least two; a list nobody could check is refused."""
    if kind == "merge" and (predecessors < 1 or successors != 1):
        return _not("Sáp nhập, hợp nhất cần ít nhất một đơn vị kết thúc và đúng một đơn vị kế thừa.")
    if kind == "split" and (predecessors != 1 or successors < 2):
        return _not(
            "Chia đơn vị cần ít nhất hai đơn vị kế thừa. Nếu đơn vị cũ vẫn hoạt động và chỉ tách một phần, "
            "hãy dùng «Thành lập»."
        )
    if max(predecessors, successors) > MOST_UNITS:
        return _not(f"Một quyết định ghi nhiều nhất {MOST_UNITS} đơn vị. Hãy chia thành nhiều lần ghi.")
    return _met("Số đơn vị phù hợp.")


def renames(unit: Life, name: str) -> Verdict:
    """The new name is another one."""
    if search_key(unit.name) == search_key(name) and unit.name == name:
        return _not(f"Tên mới trùng với tên hiện nay của {unit.name}. Hãy kiểm tra lại tên.")
    return _met("Tên mới khác tên hiện nay.")


def moves(unit: Life, parent_code: str | None, new_parent_code: str) -> Verdict:
    """The new parent is another one."""
    if parent_code == new_parent_code:
        return _not(f"{unit.name} đã trực thuộc đơn vị này. Hãy chọn đơn vị cấp trên khác.")
    return _met("Đơn vị cấp trên mới khác hiện nay.")


def administrators_left(before: int, after: int) -> Verdict:
    """A change never leaves the organisation without anybody who can give roles."""
    if before and not after:
        return _not(
            "Sau thay đổi này không còn ai giữ vai trò Quản trị hệ thống. Hãy chọn chuyển ít nhất một vai "
            "trò Quản trị hệ thống sang đơn vị kế thừa, hoặc phân vai trò đó tại đơn vị khác trước."
        )
    return _met("Còn người giữ vai trò Quản trị hệ thống.")


def begins_later(what: str, unit: Life, names: Sequence[str], on: date) -> Verdict:
    """Nothing of the closing unit begins on its last day or later: it could not be closed."""
    if names:
        shown = "; ".join(names[:5]) + ("; …" if len(names) > 5 else "")
        return _not(
            f"{unit.name} có {what} bắt đầu từ ngày {on:%d/%m/%Y} trở đi: {shown}. Hãy chọn ngày hiệu lực "
            "sau đó hoặc sửa những mục này trước."
        )
    return _met(f"Không có {what} nào bắt đầu sau ngày kết thúc.")


def is_wider(before: Collection[int], after: Collection[int], opened: Collection[int]) -> bool:
    """Whether a role carried to the successor would show a unit its holder could not see before.

    opened: units that begin on the day and hold no records yet.
    """
    return bool(set(after) - set(before) - set(opened))


def is_confirmed(kind: str, typed: str) -> bool:
    """Whether the person typed the word a grave change asks for; marks and capitals do not matter."""
    return kind not in CONFIRM_WORDS or search_key(typed) == search_key(CONFIRM_WORDS[kind])


def broken(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that refuse."""
    return [verdict for verdict in verdicts if not verdict.is_met]
