"""The process that opens an unknown workbook: 60 seconds, 512 MB, no database, no network, no Django.

Asked by JSON on standard input, it answers by JSON on standard output (see reader.read for both). Every value
goes out as the text a person would type: what can be corrected on the screen is exactly what is checked.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from core.sheets.headings import Wanted, key_of, recognise
from core.text import clean

HEAD_SEARCH = 15
COLUMN_LIMIT = 100
TEXT_LIMIT = 4000
SHEET_LIMIT = 12
SAMPLES = 3
# Trailing rows that only carry a format are many in real files; a hole inside the data is not that long.
EMPTY_LIMIT = 20_000
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')

Cells = list[tuple[Any, Any]]  # (formula or value, stored value)


class Unreadable(Exception):
    """The workbook cannot be taken; code names the sentence in reader.SENTENCES."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def letter(place: int) -> str:
    """0 → A, 26 → AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def place_of(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number - 1


# --- values as text ------------------------------------------------------------------------------
def number_text(value: float) -> str:
    """A number as it is written in Vietnamese, without dots; never with exactly three decimals, which
    would read as thousands.
    """
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    text = f"{value:.10f}".rstrip("0") if abs(value) < 1e15 else repr(value)
    whole, _, decimals = text.partition(".")
    return f"{whole},{decimals}{'0' if len(decimals) == 3 else ''}" if decimals else whole


def text_of(value: Any) -> str:
    """A stored value as the text a person would type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.year >= 1000 else value.isoformat()
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        return number_text(value)
    return clean(_INVISIBLE.sub("", _NO_BREAK.sub(" ", str(value))))[:TEXT_LIMIT]


class Reading:
    """What is noticed while cells become text."""

    def __init__(self) -> None:
        self.hidden: list[str] = []
        self.external: list[str] = []

    def cell(self, formula: Any, stored: Any, address: str) -> str:
        """The text of one cell. A formula gives its stored value; without one it is shown as the formula."""
        if isinstance(formula, str) and formula.startswith("=") and len(formula) > 1:
            if "[" in formula and re.search(r"\[[^\]]+\][^!]*!", formula):
                self.external.append(address)
            if stored is None:
                return formula[:200]
        elif stored is None and formula is not None and not isinstance(formula, str):
            return "=…"  # an array formula or a data table without a stored value
        if isinstance(stored, str) and (_INVISIBLE.search(stored) or _NO_BREAK.search(stored)):
            self.hidden.append(address)
        return text_of(stored)


# --- the workbook --------------------------------------------------------------------------------
def _rows(sheet: Any, stored: Any) -> Iterator[tuple[int, Cells]]:
    """(row number, cells) with what stands in a cell and the value stored for it, side by side."""
    # what the file says about its own size may be wrong in both directions
    sheet.reset_dimensions()
    stored.reset_dimensions()
    pairs = zip_longest(
        sheet.iter_rows(max_col=COLUMN_LIMIT, values_only=True),
        stored.iter_rows(max_col=COLUMN_LIMIT, values_only=True),
        fillvalue=(),
    )
    for number, (formulas, values) in enumerate(pairs, start=1):
        yield number, list(zip_longest(formulas, values))


def _merges(path: str, part: str) -> dict[tuple[int, int], tuple[int, int]]:
    """(row, place) of a covered cell → (row, place) of the cell whose value it shows; only narrow, tall
    merges, which stand for «the same for all these rows».
    """
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    with zipfile.ZipFile(path) as archive, archive.open(part) as content:
        tail = b""
        while chunk := content.read(1 << 20):
            block = tail + chunk
            for found in _MERGE.finditer(block):
                left, top, right, bottom = (x.decode() for x in found.groups())
                if left == right and len(left) <= 2 and int(bottom) - int(top) <= 5000:
                    column = place_of(left)
                    for row in range(int(top) + 1, int(bottom) + 1):
                        covered[row, column] = (int(top), column)
            tail = block[-200:]
            if len(covered) > 100_000:
                break
    return covered


def _head_texts(rows: Sequence[tuple[int, list[str]]], at: int, two: bool) -> list[list[str]]:
    """For every column the texts it may be known by, when the head begins in rows[at]."""
    top = rows[at][1]
    if not two:
        return [[text] for text in top]
    low = rows[at + 1][1] if at + 1 < len(rows) else []
    found, above = [], ""
    for upper, lower in zip_longest(top, low, fillvalue=""):
        above = upper or (above if lower else "")
        found.append([f"{above} {lower}", lower, above] if lower and above else [lower or upper])
    return found


def _find_head(
    rows: Sequence[tuple[int, list[str]]], wanted: Sequence[Wanted], forced: int | None
) -> tuple[int, bool, dict[str, int]]:
    """(index of the head's first row, whether it has two lines, recognised columns)."""
    best: tuple[tuple[int, bool], int, bool, dict[str, int]] = ((-1, False), 0, False, {})
    for at, (number, texts) in enumerate(rows):
        if forced is not None and number != forced:
            continue
        if not any(texts):
            continue
        for two in (False, True):
            if two and (at + 1 >= len(rows) or not any(rows[at + 1][1])):
                continue
            mapping = recognise(_head_texts(rows, at, two), wanted)
            score = (len(mapping), not two)  # of two equally good heads the one with a single line
            if score > best[0]:
                best = (score, at, two, mapping)
    if best[0][0] >= 2 or (forced is not None and best[0][0] >= 0):
        return best[1], best[2], best[3]
    # nothing is recognised: the first row with the most texts is the most likely head
    words = re.compile(r"[^\W\d]")
    filled = [(sum(bool(words.search(text)) for text in texts), -at) for at, (_, texts) in enumerate(rows)]
    most = max(filled, default=(0, 0))
    at = -most[1]
    return at, False, recognise(_head_texts(rows, at, False), wanted) if rows else {}


def _choose(book: Any, stored: Any, wanted: Sequence[Wanted], asked: dict[str, Any]) -> tuple[str, int, bool]:
    """The sheet whose head says most, with its head."""
    best: tuple[int, int, str, int, bool] | None = None
    names = [
        sheet.title
        for sheet in book.worksheets[:SHEET_LIMIT]
        if sheet.sheet_state == "visible" and hasattr(sheet, "iter_rows")
    ]
    if asked.get("sheet") in names:
        names = [asked["sheet"]]
    reading = Reading()
    for order, name in enumerate(names):
        first: list[tuple[int, list[str]]] = []
        for number, cells in _rows(book[name], stored[name]):
            first.append((number, [reading.cell(f, s, "") for f, s in cells]))
            if number > max(HEAD_SEARCH, asked.get("header_row") or 0):
                break
        if not any(any(texts) for _, texts in first):
            continue
        at, two, mapping = _find_head(first, wanted, asked.get("header_row"))
        score = (len(mapping), -order, name, first[at][0], two)
        if best is None or score > best:
            best = score
    if best is None:
        raise Unreadable("empty")
    return best[2], best[3], best[4]


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """Open the workbook and give its head, its recognised columns and its rows as texts."""
    import openpyxl  # noqa: PLC0415 (after the limits are set)

    wanted = [Wanted(f["name"], f["label"], tuple(f["synonyms"]), f["is_required"]) for f in asked["fields"]]
    open_ = {"read_only": True, "keep_links": False}
    book = openpyxl.load_workbook(asked["path"], data_only=False, **open_)
    stored = openpyxl.load_workbook(asked["path"], data_only=True, **open_)
    name, head_row, two = _choose(book, stored, wanted, asked)
    merges = _merges(asked["path"], book[name]._worksheet_path)
    helps = {key_of(text) for text in asked["helps"] if text}
    reading = Reading()
    head: list[tuple[int, list[str]]] = []
    rows: list[tuple[int, dict[str, str]]] = []
    seen: dict[tuple[int, int], str] = {}
    tops = set(merges.values())
    empty = 0
    last_head = head_row + (1 if two else 0)
    for number, cells in _rows(book[name], stored[name]):
        if number < head_row:
            continue
        texts = [reading.cell(f, s, f"{letter(at)}{number}") for at, (f, s) in enumerate(cells)]
        if number <= last_head:
            head.append((number, texts))
            continue
        if number == last_head + 1 and helps and sum(key_of(t) in helps for t in texts if t) >= 2:
            continue  # the row of explanations of the template
        for at, text in enumerate(texts):
            if (number, at) in tops:
                seen[number, at] = text
            elif not text and (number, at) in merges:
                texts[at] = seen.get(merges[number, at], "")
        if not any(text for at, text in enumerate(texts) if (number, at) not in merges):
            empty += 1
            if empty > EMPTY_LIMIT:
                break
            continue
        empty = 0
        rows.append((number, {letter(at): text for at, text in enumerate(texts) if text}))
        if len(rows) > asked["limit"]:
            raise Unreadable("too_many", limit=asked["limit"])
    named = _head_texts(head, 0, two)
    used = max((at for at, names in enumerate(named) if any(names)), default=-1)
    used = max([used, *(place_of(column) for _, row in rows for column in row)])
    headings = []
    for at in range(used + 1):
        names = named[at] if at < len(named) else [""]
        samples = [row[letter(at)] for _, row in rows[:200] if letter(at) in row][:SAMPLES]
        headings.append({"column": letter(at), "text": " ".join(names[0].split())[:200], "samples": samples})
    mapping = {field: letter(at) for field, at in recognise(named, wanted).items()}
    return {
        "sheet": name,
        "header_row": head_row,
        "headings": headings,
        "mapping": mapping,
        "rows": rows,
        "hidden": reading.hidden[:200],
        "external": reading.external[:200],
    }


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What read says, or {"error": code, …facts} for a workbook that cannot be taken."""
    try:
        return read(asked)
    except Unreadable as error:
        return {"error": error.code, **error.facts}
    except MemoryError:
        return {"error": "too_large"}
    except Exception as error:
        chain: list[BaseException] = [error]
        while cause := chain[-1].__cause__ or chain[-1].__context__:
            chain.append(cause)
        names = {type(one).__name__ for one in chain}
        hostile = names & {"EntitiesForbidden", "DTDForbidden", "ExternalReferenceForbidden"}
        detail = f"{type(error).__name__}: {error}"[:300]
        # a library in C tells in words that it was given no memory; what could not be loaded was not either
        told = any(
            word in detail.lower() for word in ("memory", "error -4", "cannot allocate", "importerror")
        )
        # so does the interpreter itself when it could not even make the error: SystemError
        if names & {"MemoryError", "SystemError"} or told:
            return {"error": "too_large", "detail": detail}
        return {"error": "hostile" if hostile else "broken", "detail": detail}


def main() -> None:
    """Set the limits, then read what is asked for."""
    asked = json.loads(sys.stdin.read())
    memory, seconds = asked["memory"], asked["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(answer(asked)))


if __name__ == "__main__":
    main()
