"""The draft of a campaign as read from a document: every piece with its place in the text."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.importing.basis import Basis
from campaigns.importing.deadlines import Deadline, Period
from campaigns.importing.extracted import Piece


def _text(piece: Piece | None) -> str | None:
    return piece.text if piece is not None and piece.text else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@dataclass
class LaunchDraft:
    """What a document states; what it does not state is None or empty. text: what all places refer to."""

    text: str
    is_launch: bool = False
    doc_kind: str | None = None
    doc_number: Piece | None = None
    doc_date: date | None = None
    doc_date_at: Piece | None = None
    title: Piece | None = None
    theme: Piece | None = None
    year_from: int | None = None
    year_to: int | None = None
    years_at: Piece | None = None
    period: Period = field(default_factory=Period)
    issuer: Piece | None = None
    responsible_unit: Piece | None = None
    recipients: list[Piece] = field(default_factory=list)
    legal_basis: list[Basis] = field(default_factory=list)
    contents: list[Piece] = field(default_factory=list)
    tasks: list[Piece] = field(default_factory=list)
    criteria: dict[str, list[Piece]] = field(
        default_factory=lambda: {"collective": [], "individual": [], "leader": []}
    )
    stated_counts: dict[str, int] = field(default_factory=dict)
    deadlines: list[Deadline] = field(default_factory=list)
    movements_named: list[Piece] = field(default_factory=list)
    report_cycle: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The keys and shapes of the command's contract."""
        return {
            "is_launch": self.is_launch,
            "doc_kind": self.doc_kind,
            "doc_number": _text(self.doc_number),
            "doc_date": _day(self.doc_date),
            "title": _text(self.title),
            "theme": _text(self.theme),
            "year_from": self.year_from,
            "year_to": self.year_to,
            "period": {
                "from": _day(self.period.start),
                "to": _day(self.period.end),
                "to_text": self.period.end_words,
            },
            "issuer": _text(self.issuer),
            "responsible_unit": _text(self.responsible_unit),
            "recipients": [one.text for one in self.recipients],
            "legal_basis": [one.to_json() for one in self.legal_basis],
            "contents": [one.to_json() for one in self.contents],
            "stated_counts": dict(self.stated_counts),
            "tasks": [one.to_json() for one in self.tasks],
            "criteria": {key: [one.to_json() for one in items] for key, items in self.criteria.items()},
            "deadlines": [one.to_json() for one in self.deadlines],
            "movements_named": [one.text for one in self.movements_named],
            "report_cycle": list(self.report_cycle),
            "warnings": list(self.warnings),
        }

    def spans(self) -> list[tuple[str, Piece]]:
        """(what, piece) of everything that was read from a place in the text, in the order of the text: the
        review page colours them.
        """
        single = {
            "doc_number": self.doc_number,
            "doc_date": self.doc_date_at,
            "title": self.title,
            "theme": self.theme,
            "years": self.years_at,
            "period": self.period.words,
            "issuer": self.issuer,
            "responsible_unit": self.responsible_unit,
        }
        found = [(name, one) for name, one in single.items() if one is not None and one.text]
        many: list[tuple[str, list[Piece]]] = [
            ("recipients", self.recipients),
            ("legal_basis", [one.span for one in self.legal_basis]),
            ("contents", self.contents),
            ("tasks", self.tasks),
            ("deadlines", [one.what for one in self.deadlines]),
            ("movements_named", self.movements_named),
            *((f"criteria.{key}", items) for key, items in self.criteria.items()),
        ]
        found += [(name, one) for name, pieces in many for one in pieces]
        return sorted(found, key=lambda pair: (pair[1].start, pair[1].end, pair[0]))
