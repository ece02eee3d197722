"""How the sentences of the engine write numbers, days and lists in Vietnamese."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

GRAINS = tuple(Decimal(1).scaleb(-places) for places in range(17))
_SWAP = str.maketrans(",.", ".,")


def number(value: Decimal, places: int = 4) -> str:
    """1234.50 → «1.234,5»; at most so many decimals."""
    text = f"{rounded(value, places):,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).translate(_SWAP)


def apart(first: Decimal, second: Decimal) -> tuple[str, str]:
    """Two different values with as many decimals as it takes to see the difference."""
    for places in (4, 8, 12):
        texts = number(first, places), number(second, places)
        if texts[0] != texts[1]:
            return texts
    return number(first, 16), number(second, 16)


def points(value: Decimal, places: int) -> str:
    """54 → «54,00» with two places; the value is rounded half up."""
    return f"{rounded(value, places):,f}".translate(_SWAP)


def rounded(value: Decimal, places: int) -> Decimal:
    """The value rounded half up to the places."""
    return value.quantize(GRAINS[places], ROUND_HALF_UP) + 0  # no minus zero


def day(value: date) -> str:
    """2025-11-15 → «15/11/2025»."""
    return f"{value:%d/%m/%Y}"


def listed(names: Sequence[str], total: int | None = None, most: int = 3) -> str:
    """«A, B, C và 4 đơn vị khác»; total: how many there are, when names holds only the first ones."""
    left = (len(names) if total is None else total) - min(len(names), most)
    shown = ", ".join(names[:most])
    return f"{shown} và {left} đơn vị khác" if left > 0 else shown
