"""What is wrong with a scheme or with results: the place in the data and a Vietnamese sentence."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault. is_grave: nothing may be scored before it is mended; the others are advice."""

    place: str
    sentence: str
    is_grave: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


class BadData(Exception):
    """The data cannot be used; str() lists the faults, one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
