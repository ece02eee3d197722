"""The three ways an action can refuse, and the verdict every rule returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule says; «needs judgement» is never turned into yes or no by the machine."""

    MET = "met"
    NOT_MET = "not_met"
    NEEDS_JUDGEMENT = "needs_judgement"
    HOLD = "hold"


@dataclass(frozen=True)
class Verdict:
    """One finding of one rule: outcome, a Vietnamese sentence, the source, and what is missing (or None)."""

    outcome: Outcome
    reason: str
    source: str = ""
    missing: str | None = None

    @property
    def is_met(self) -> bool:
        return self.outcome == Outcome.MET


class Refused(Exception):
    """Base of every refusal; str() is a Vietnamese sentence for the person who acted."""


class Forbidden(Refused):
    """The actor does not hold the right at this unit."""


class StaleState(Refused):
    """Someone was faster: the object has changed since the person saw it.

    version: the stored version, when an edited object may be compared and saved again; None when its state
    forbids that.
    """

    def __init__(self, message: str = "", *, version: int | None = None) -> None:
        super().__init__(message)
        self.version = version


class RuleBroken(Refused):
    """The law, a business rule or the shape of the data forbids it.

    fields: field name → sentences, for the form; verdicts: the findings that refused.
    """

    def __init__(
        self,
        message: str = "",
        *,
        fields: dict[str, list[str]] | None = None,
        verdicts: Sequence[Verdict] = (),
    ) -> None:
        self.fields = fields or {}
        self.verdicts = tuple(verdicts)
        parts = [message] if message else []
        parts += [v.reason for v in self.verdicts]
        parts += (
            [sentence for sentences in self.fields.values() for sentence in sentences] if not parts else []
        )
        super().__init__(" ".join(parts))
        self.message = message or " ".join(v.reason for v in self.verdicts)
