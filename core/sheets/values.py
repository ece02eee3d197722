"""What people type into cells, as values: texts, numbers, dates, choices – or the sentence how to mend it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.text import clean, search_key

_ERROR = re.compile(r"^#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)", re.I)
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?\s*E\s*\+?\d+$", re.I)
_DAY = re.compile(r"^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{1,4})$")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?$")
_YES = {"co", "x", "dung", "yes", "1", "true"}
_NO = {"khong", "sai", "no", "0", "false"}
EARLIEST = date(1930, 1, 1)


class Wrong(Exception):
    """The text is not of the kind the field asks for; str() says what is wrong and how to mend it."""


@dataclass(frozen=True)
class Field:
    """One column of a kind.

    type: text, whole, decimal, year, date, choice, yes_no or id_number. choices: (value, label) or more
    labels per value; group: the upper line of the template's head; earliest and latest bound years and dates
    (latest None = the end of next year).
    """

    name: str
    label: str
    type: str = "text"
    synonyms: tuple[str, ...] = ()
    is_required: bool = False
    help: str = ""
    example: str = ""
    group: str = ""
    max_length: int = 250
    choices: tuple[tuple[str, ...], ...] = ()
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    earliest: date = EARLIEST
    latest: date | None = None


def parse(field: Field, text: str, today: date) -> Any:
    """The value of a cell's text, None for an empty one. Raises Wrong."""
    text = clean(text)
    if _ERROR.match(text):
        raise Wrong(f"Ô chứa công thức lỗi {text.split()[0]}. Hãy thay bằng giá trị đúng.")
    if text.startswith("=") and len(text) > 1:
        raise Wrong(
            "Ô chứa công thức lỗi: chưa có kết quả tính sẵn. Hãy mở tệp, tính lại rồi lưu, hoặc thay "
            "bằng giá trị."
        )
    if not text or text in {"-", "–", "—"}:
        return None
    return _PARSERS[field.type](field, text, today)


def _text(field: Field, text: str, today: date) -> str:
    text = re.sub(r"\s+", " ", text)
    if len(text) > field.max_length:
        raise Wrong(f"Dài {len(text)} ký tự, tối đa {field.max_length}. Hãy viết gọn lại.")
    return text


def plain_number(text: str) -> Decimal:
    """«1.234,5» → 1234.5. Raises Wrong for the English form and for «1.234», which may mean two things."""
    text = text.replace(" ", "").replace("−", "-")
    if re.fullmatch(r"-?\d+", text):
        return Decimal(text)
    if _SCIENTIFIC.match(text):
        raise Wrong(f"«{text}» là số rút gọn của Excel. Hãy định dạng ô là «Văn bản» và ghi đủ các chữ số.")
    if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", text):
        as_thousands, as_decimal = re.sub(r"[.,]", "", text), text.replace(".", ",")
        raise Wrong(
            f"«{text}» có thể hiểu là {as_thousands} hoặc {as_decimal}0. Hãy ghi {as_thousands} (không "
            "dấu chấm) "
            f"hoặc {as_decimal}0."
        )
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+\.\d+|-?\d+\.\d{1,2}|-?\d+\.\d{4,}|-?\d{1,3}(,\d{3}){2,}", text):
        mended = text.replace(",", "").replace(".", ",")
        raise Wrong(f"«{text}» viết theo kiểu Anh. Hãy dùng dấu phẩy cho phần thập phân, ví dụ {mended}.")
    if re.fullmatch(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise Wrong(f"«{text[:40]}» không phải là số. Hãy ghi số, ví dụ 1234,5.")


def _within(field: Field, number: Decimal) -> Decimal:
    if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
        raise Wrong(f"Phải từ {field.least} đến {field.most}.".replace(".0", ""))
    return number


def _decimal(field: Field, text: str, today: date) -> Decimal:
    return _within(field, plain_number(text))


def _whole(field: Field, text: str, today: date) -> int:
    number = plain_number(text)
    if number != number.to_integral_value():
        raise Wrong(f"«{text}» không phải số nguyên.")
    return int(_within(field, number))


def _latest(field: Field, today: date) -> date:
    return field.latest or date(today.year + 1, 12, 31)


def _year(field: Field, text: str, today: date) -> int:
    """A year; of a whole date its year."""
    if _DAY.match(text) or _ISO_DAY.match(text):
        return _date(field, text, today).year
    if not re.fullmatch(r"\d{1,6}", text):
        raise Wrong(f"«{text[:40]}» không phải là năm. Hãy ghi năm gồm 4 chữ số, ví dụ {today.year}.")
    if len(text) < 4:
        raise Wrong(f"«{text}» không rõ năm nào. Hãy ghi năm đủ 4 chữ số, ví dụ {today.year}.")
    first, last = field.earliest.year, _latest(field, today).year
    if not first <= int(text) <= last:
        raise Wrong(f"Năm {text} ngoài giới hạn {first}–{last}.")
    return int(text)


def _date(field: Field, text: str, today: date) -> date:
    if found := _DAY.match(text):
        day, month, year = found.groups()
    elif found := _ISO_DAY.match(text):
        year, month, day = found.groups()
    elif re.fullmatch(r"\d{5}", text):
        raise Wrong(
            f"«{text}» là số thứ tự ngày của Excel. Hãy định dạng ô kiểu ngày, hoặc ghi ngày dạng dd/mm/yyyy."
        )
    else:
        raise Wrong(f"«{text[:40]}» không phải là ngày. Hãy ghi dạng dd/mm/yyyy, ví dụ {today:%d/%m/%Y}.")
    if len(year) < 4:
        raise Wrong(f"«{text}» không rõ năm nào. Hãy ghi năm đủ 4 chữ số, ví dụ {day}/{month}/{today.year}.")
    try:
        value = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Wrong(f"Ngày {text} không tồn tại. Hãy sửa ngày, tháng theo dạng dd/mm/yyyy.") from error
    first, last = field.earliest, _latest(field, today)
    if not first <= value <= last:
        raise Wrong(f"Ngày {text} ngoài giới hạn từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}.")
    return value


def _choice(field: Field, text: str, today: date) -> str:
    key = search_key(text)
    for value, *labels in field.choices:
        if key in {search_key(value), *map(search_key, labels)}:
            return value
    shown = "; ".join(row[1] for row in field.choices)
    raise Wrong(f"«{text[:60]}» không có trong danh mục. Hãy ghi một trong: {shown}.")


def _yes_no(field: Field, text: str, today: date) -> bool:
    key = search_key(text)
    if key in _YES or text in {"✓", "✔"}:
        return True
    if key in _NO:
        return False
    raise Wrong(f"«{text[:40]}» không rõ. Hãy ghi «Có» hoặc «Không».")


def _id_number(field: Field, text: str, today: date) -> str:
    """The twelve digits of an identity number; a zero that Excel cut off in front is put back."""
    text = text.replace(" ", "").replace("'", "")
    if _SCIENTIFIC.match(text) or re.fullmatch(r"[1-9]\d{4,5}0{6}", text):
        raise Wrong(
            f"Số «{text}» đã bị Excel đổi sang dạng rút gọn nên mất các chữ số cuối. Hãy định dạng ô là "
            "«Văn bản» rồi "
            "ghi lại đủ 12 chữ số."
        )
    if re.fullmatch(r"[1-9]\d{10}", text):
        return f"0{text}"
    if not re.fullmatch(r"\d{12}", text):
        raise Wrong(f"«{text[:20]}» không đúng: số định danh cá nhân gồm đúng 12 chữ số.")
    return text


_PARSERS = {
    "text": _text,
    "whole": _whole,
    "decimal": _decimal,
    "year": _year,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
    "id_number": _id_number,
}


def shown(field: Field, value: Any) -> str:
    """A value as a person reads it (old → new)."""
    if value is None or value == "":
        return "(trống)"
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    if field.choices:
        return next((row[1] for row in field.choices if row[0] == value), str(value))
    return str(value)


def labels(
    choices: Iterable[tuple[Any, Any]], more: Mapping[Any, Sequence[str]] | None = None
) -> tuple[tuple[str, ...], ...]:
    """Choices of a model as choices of a field; more: further labels of a value."""
    return tuple((str(value), str(label), *(more or {}).get(value, ())) for value, label in choices)
