"""What every renderer of a table needs to know: decimal places, words of a cell, common heads, widths."""

from collections.abc import Iterable
from decimal import Decimal

from core.documents.tree import Column, Table, Value, number_text, to_decimal, value_text


def column_places(table: Table, at: int) -> int | None:
    """How many decimal places all figures of a numeric column show, so that they line up."""
    kind = table.columns[at].kind
    if kind not in {"number", "percent"}:
        return None
    most = 0
    for row in table.rows:
        value = row[at]
        if not isinstance(value, (float, Decimal)):
            continue
        exponent = to_decimal(value).normalize().as_tuple().exponent
        most = max(most, -exponent if isinstance(exponent, int) else 0)
    return min(most, 1 if kind == "percent" else 2)


def cell_text(value: Value, column: Column, places: int | None) -> str:
    """A value as the cell shows it, with the column's decimal places when they are common to all."""
    if places is not None and isinstance(value, (int, float, Decimal)):
        text = number_text(value, places)
        return f"{text}\u00a0%" if column.kind == "percent" else text
    return value_text(value, column.kind)


def head_groups(columns: Iterable[Column]) -> list[tuple[str, list[Column]]]:
    """Neighbouring columns under one common head; a column without a group stands alone."""
    groups: list[tuple[str, list[Column]]] = []
    for column in columns:
        if column.group and groups and groups[-1][0] == column.group:
            groups[-1][1].append(column)
        else:
            groups.append((column.group, [column]))
    return groups


def column_weights(table: Table) -> list[float]:
    """Widths in characters: as told, or measured on the first rows (texts wrap, codes and figures do not)."""
    weights = []
    for at, column in enumerate(table.columns):
        if column.width:
            weights.append(float(column.width))
            continue
        texts = [value_text(row[at], column.kind) for row in table.rows[:200]]
        word = max((len(word) for text in [column.title, *texts] for word in text.split()), default=4)
        if column.kind == "text":
            lengths = sorted(len(text) for text in texts)
            usual = lengths[int(len(lengths) * 0.9)] if lengths else 16
            weights.append(max(word + 1.0, min(usual, 34.0), 4.0))
        else:
            longest = max((len(text) for text in texts), default=0)
            head = -(-len(column.title) // 3)
            weights.append(max(min(longest, 16) + 1.5, min(word + 1.0, 12.0), min(head, 12.0), 4.5))
    return weights
