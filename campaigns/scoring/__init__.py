"""Scoring of emulation blocks (Khối, Cụm): a scheme as data, scores with sentences, a ranking with reasons.

Pure functions over values: no database, no clock, no settings. The format stands in docs/scoring.md.
"""

from campaigns.scoring.blank import copy_scheme, empty_scheme
from campaigns.scoring.faults import BadData, Fault
from campaigns.scoring.ranking import Ranking, rank
from campaigns.scoring.reading import load_json
from campaigns.scoring.results import Member, Result, read_members, read_results
from campaigns.scoring.scheme import Scheme
from campaigns.scoring.scheme_check import check_scheme, load_scheme
from campaigns.scoring.scores import MemberScore, score_member

__all__ = [
    "BadData",
    "Fault",
    "Member",
    "MemberScore",
    "Ranking",
    "Result",
    "Scheme",
    "check_scheme",
    "copy_scheme",
    "empty_scheme",
    "load_json",
    "load_scheme",
    "rank",
    "read_members",
    "read_results",
    "score_member",
]
