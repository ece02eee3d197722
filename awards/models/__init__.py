"""Catalogue, rounds, nominations, council results, decisions and the honour archive."""

from awards.models.decision import Decision, DecisionLine
from awards.models.honour import HonourRecord
from awards.models.nomination import CouncilResult, Nomination, NominationPaper, Round
from awards.models.rulebook import AwardKind

__all__ = [
    "AwardKind",
    "CouncilResult",
    "Decision",
    "DecisionLine",
    "HonourRecord",
    "Nomination",
    "NominationPaper",
    "Round",
]
