"""Scores and rankings as plain data for JSON: numbers stay numbers, unknown is null."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from campaigns.scoring.faults import Fault
from campaigns.scoring.lines import Line, Question, RoundScore
from campaigns.scoring.proposals import Proposal
from campaigns.scoring.ranking import DivisionRanking, Entry, Ranking
from campaigns.scoring.results import ROUNDS
from campaigns.scoring.scheme import FORMAT, Scheme
from campaigns.scoring.scores import MemberScore


def number(value: Decimal | None) -> int | float | None:
    """The same number: whole ones without a point. Scores have few digits, so a float shows them exactly."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def block_data(
    scheme: Scheme, advice: Sequence[Fault], scores: Sequence[MemberScore], ranking: Ranking
) -> dict[str, Any]:
    """Everything the command prints."""
    return {
        "format": FORMAT,
        "scheme": scheme.name,
        "year": scheme.year,
        "warnings": [{"place": fault.place, "sentence": fault.sentence} for fault in advice],
        "members": [member_data(score) for score in scores],
        "ranking": [_division(division) for division in ranking.divisions],
    }


def member_data(score: MemberScore) -> dict[str, Any]:
    """One member with all lines."""
    return {
        "code": score.code,
        "name": score.name,
        "division": score.division,
        "points": number(score.points),
        "bonus": number(score.bonus),
        "deduction": number(score.deduction),
        "total": number(score.total),
        "known_total": number(score.known_total),
        "lines": [line_data(line) for line in score.lines],
        "adjustments": [
            {"code": one.code, "amount": number(one.amount), "sentence": one.sentence}
            for one in score.adjustments
        ],
        "gates": [
            {
                "code": gate.code,
                "name": gate.name,
                "state": gate.state,
                "excludes": list(gate.excludes),
                "sentence": gate.sentence,
            }
            for gate in score.gates
        ],
    }


def line_data(line: Line) -> dict[str, Any]:
    """One line: the three rounds and what counts."""
    rounds = {name: _round(line.rounds.get(scorer)) for name, scorer in ROUNDS.items()}
    return {
        "item": line.item,
        "group": line.group,
        "name": line.name,
        "kind": line.kind,
        "scorer": line.scorer,
        **rounds,
        "raw": number(line.raw),
        "points": number(line.points) if line.is_known else None,
        "bonus": number(line.bonus) if line.is_known else None,
        "deduction": number(line.deduction) if line.is_known else None,
        "difference": number(line.difference),
        "void": line.is_void,
        "sentence": line.sentence,
        "questions": [_question(question) for question in line.questions],
    }


def _round(score: RoundScore | None) -> dict[str, Any] | None:
    if score is None:
        return None
    return {
        "points": number(score.points),
        "bonus": number(score.bonus) if score.points is not None else None,
        "sentence": score.sentence,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "blocks": question.blocks,
        "fact": question.fact,
        "sentence": question.sentence,
    }


def _division(division: DivisionRanking) -> dict[str, Any]:
    return {
        "division": division.code,
        "name": division.name,
        "by_points": division.has_points,
        "final": division.is_final,
        "remarks": list(division.remarks),
        "places": [_entry(entry) for entry in division.entries],
        "proposals": [_proposal(proposal) for proposal in division.proposals],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "place": entry.place,
        "code": entry.score.code,
        "name": entry.score.name,
        "total": number(entry.score.total),
        "state": entry.state,
        "tied_with": list(entry.tied_with),
        "sentence": entry.sentence,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "award": proposal.award,
        "name": proposal.name,
        "slots": proposal.slots,
        "taken": proposal.taken,
        "sentence": proposal.sentence,
        "members": [
            {"code": line.code, "name": line.name, "state": line.state, "sentence": line.sentence}
            for line in proposal.lines
        ],
    }
