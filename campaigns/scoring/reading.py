"""Reading of JSON with its place: every fault names the path to the value, nothing is guessed or dropped."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from campaigns.scoring import words
from campaigns.scoring.faults import BadData, Fault

# Beyond these no scoring scheme has a meaning, and exact arithmetic stays exact within them.
MOST_DIGITS, MOST_DECIMALS = 15, 9
TEXT_LIMIT = 2000
_CODE = re.compile(r"[0-9A-Za-zÀ-ỹ](?:[0-9A-Za-zÀ-ỹ._/-]{0,38}[0-9A-Za-zÀ-ỹ])?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FREE_KEYS = ("note", "source")
_KINDS = ((bool, "đúng hoặc sai"), (str, "chữ"), (list, "danh sách"), (dict, "nhóm khóa – giá trị"))


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys written twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        made.repeated = tuple(sorted({name for name in names if names.count(name) > 1}))
    return made


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent beyond every machine
        return Decimal("Infinity")


def load_json(text: str) -> Any:
    """The value of a JSON text with exact decimals; BadData says line and column of what is no JSON."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_decimal,
            parse_constant=float,
        )
    except json.JSONDecodeError as error:
        sentence = (
            f"không phải JSON hợp lệ ở dòng {error.lineno}, cột {error.colno}. "
            "Hãy kiểm tra dấu phẩy, dấu ngoặc và dấu nháy quanh chỗ đó."
        )
        raise BadData([Fault("", f"Nội dung {sentence}")]) from error
    except RecursionError as error:
        raise BadData([Fault("", "Nội dung JSON lồng nhau quá nhiều cấp.")]) from error


def _kind_of(value: Any) -> str:
    if value is None:
        return "để trống (null)"
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "số")


class Node:
    """One value with its path. Readers return None after they have noted a fault."""

    __slots__ = ("faults", "place", "value")

    def __init__(self, value: Any, place: str, faults: list[Fault]) -> None:
        self.value, self.place, self.faults = value, place, faults

    def say(self, sentence: str) -> None:
        """Note a grave fault here."""
        self.faults.append(Fault(self.place, sentence))

    @property
    def is_null(self) -> bool:
        return self.value is None

    def _expected(self, what: str) -> None:
        self.say(f"phải là {what}, hiện là {_kind_of(self.value)}.")

    def child(self, name: str) -> "Node":
        """The value under a key that is known to be there."""
        return Node(self.value[name], f"{self.place}.{name}" if self.place else name, self.faults)

    def pairs(self) -> dict[str, "Node"]:
        """The values of an object by key, in the order written."""
        if not isinstance(self.value, Mapping):
            self._expected("nhóm khóa – giá trị { … }")
            return {}
        for name in getattr(self.value, "repeated", ()):
            self.say(f"khóa «{name}» được ghi hai lần; hãy giữ một.")
        return {str(name): self.child(name) for name in self.value}

    def fields(self, need: Collection[str], may: Collection[str] = ()) -> dict[str, "Node"]:
        """The known keys of an object; missing and unknown ones are faults."""
        found = self.pairs()
        if not isinstance(self.value, Mapping):
            return {}
        known = [*need, *may, *FREE_KEYS]
        for name in found:
            if name not in known:
                near = get_close_matches(name, known, 1, 0.7)
                hint = f" Có phải «{near[0]}»?" if near else f" Các khóa dùng được: {', '.join(known)}."
                found[name].say(f"khóa «{name}» không có trong định dạng.{hint}")
        for name in need:
            if name not in found:
                self.say(f"thiếu «{name}».")
        return {name: node for name, node in found.items() if name in known}

    def items(self) -> Iterator["Node"]:
        """The values of a list."""
        if not isinstance(self.value, list | tuple):
            self._expected("danh sách [ … ]")
            return
        for place, value in enumerate(self.value):
            yield Node(value, f"{self.place}[{place}]", self.faults)

    def number(self, least: int | None = None) -> Decimal | None:
        """A finite number within sense."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
            hint = " Hãy bỏ dấu nháy, dùng dấu chấm cho phần lẻ." if isinstance(value, str) else ""
            self.say(f"phải là số, hiện là {_kind_of(value)}.{hint}")
            return None
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            self.say("không phải là một số hữu hạn (NaN hoặc vô cực).")
        elif not number:
            return Decimal(0)
        elif not -MOST_DECIMALS <= number.adjusted() < MOST_DIGITS:
            self.say(f"số quá lớn hoặc quá nhỏ; chỉ nhận đến {MOST_DIGITS} chữ số trước dấu phẩy.")
        elif isinstance(exponent := number.as_tuple().exponent, int) and -exponent > MOST_DECIMALS:
            self.say(f"có quá {MOST_DECIMALS} chữ số lẻ.")
        elif least is not None and number < least:
            what = "không được âm" if least == 0 else f"phải từ {least} trở lên"
            self.say(f"{what}, hiện là {words.number(number)}.")
        else:
            return number
        return None

    def whole(self, least: int = 0, most: int = 10**9) -> int | None:
        """A whole number within bounds."""
        number = self.number()
        if number is None:
            return None
        if number != int(number) or not least <= number <= most:
            self.say(f"phải là số nguyên từ {least} đến {most}, hiện là {words.number(number)}.")
            return None
        return int(number)

    def text(self) -> str | None:
        """A text that is not empty."""
        if not isinstance(self.value, str):
            self._expected("chữ")
        elif not self.value.strip():
            self.say("đang để trống; hãy ghi nội dung.")
        elif len(self.value) > TEXT_LIMIT:
            self.say(f"dài {len(self.value)} ký tự, quá {TEXT_LIMIT}.")
        else:
            return self.value.strip()
        return None

    def code(self) -> str | None:
        """A short code of letters, digits, dot, dash, underscore, slash."""
        value = self.text()
        if value is not None and not _CODE.fullmatch(value):
            self.say(f"mã «{value[:50]}» chỉ được gồm chữ, số, dấu chấm, gạch và dài không quá 40 ký tự.")
            return None
        return value

    def word(self, known: Collection[str]) -> str | None:
        """One of the known words."""
        value = self.text()
        if value is not None and value not in known:
            self.say(f"«{value[:50]}» không dùng được; hãy chọn một trong: {', '.join(known)}.")
            return None
        return value

    def flag(self) -> bool | None:
        """True or false."""
        if isinstance(self.value, bool):
            return self.value
        self._expected("true hoặc false")
        return None

    def day(self) -> date | None:
        """A day written year-month-day."""
        if isinstance(self.value, str) and _DAY.fullmatch(self.value):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                self.say(f"ngày «{self.value}» không có trong lịch.")
                return None
        self.say("phải là ngày viết theo mẫu 2025-11-15 (năm-tháng-ngày).")
        return None
