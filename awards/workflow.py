"""Steps of a nomination and of a decision: who, from which state, to which."""

from typing import Any

from awards.choices import DecisionState, NominationState
from awards.models import Nomination
from core.flow import Flow, Step
from units.models import Unit

S: Any = NominationState
D: Any = DecisionState
REASON = "Hãy ghi lý do trả lại để đơn vị biết cần bổ sung gì."

NOMINATION = Flow(
    "hồ sơ",
    (
        Step(
            "ask_signature",
            "Gửi thủ trưởng ký trình",
            (S.DRAFT, S.RETURNED, S.WITHDRAWN),
            S.AWAITING_HEAD,
            "nomination.edit",
            button="Gửi thủ trưởng ký trình",
        ),
        Step("submit", "Ký trình", (S.AWAITING_HEAD,), S.SUBMITTED, "nomination.approve", button="Ký trình"),
        Step(
            "return_to_officer",
            "Thủ trưởng trả lại",
            (S.AWAITING_HEAD,),
            S.RETURNED,
            "nomination.approve",
            note_required=REASON,
            button="Trả lại cán bộ lập",
            tone="secondary",
        ),
        Step(
            "withdraw",
            "Thu hồi",
            (S.SUBMITTED,),
            S.WITHDRAWN,
            "nomination.edit",
            button="Thu hồi",
            tone="secondary",
        ),
        Step("receive", "Tiếp nhận", (S.SUBMITTED,), S.RECEIVED, "nomination.appraise", button="Tiếp nhận"),
        Step(
            "return",
            "Trả lại đơn vị",
            (S.SUBMITTED, S.RECEIVED),
            S.RETURNED,
            "nomination.appraise",
            note_required=REASON,
            button="Trả lại (kèm lý do)",
            tone="secondary",
        ),
        Step(
            "forward",
            "Chuyển lên cấp trên",
            (S.RECEIVED,),
            S.SUBMITTED,
            "nomination.appraise",
            button="Chuyển lên cấp trên",
        ),
        Step(
            "to_council",
            "Chuyển Hội đồng bình xét",
            (S.RECEIVED,),
            S.AWAITING_COUNCIL,
            "nomination.appraise",
            button="Chuyển Hội đồng",
        ),
        Step("pass", "Hội đồng bình xét: đạt", (S.AWAITING_COUNCIL,), S.PASSED, "nomination.record"),
        Step(
            "fail", "Hội đồng bình xét: không đạt", (S.AWAITING_COUNCIL,), S.NOT_PASSED, "nomination.record"
        ),
        Step("award", "Quyết định khen thưởng", (S.PASSED,), S.AWARDED, "decision.issue"),
    ),
    lambda state: NominationState(state).label,
)

DECISION = Flow(
    "quyết định",
    (
        Step(
            "issue",
            "Ban hành",
            (D.DRAFT,),
            D.ISSUED,
            "decision.issue",
            button="Ban hành",
        ),
    ),
    lambda state: DecisionState(state).label,
)

# Steps of the proposing unit; all others belong to the unit whose turn it is.
PROPOSER_STEPS = frozenset({"ask_signature", "submit", "return_to_officer", "withdraw"})


def acting_unit(step: Step, nomination: Nomination) -> Unit:
    """The unit at which the step's permission is needed."""
    return nomination.unit if step.name in PROPOSER_STEPS else nomination.held_by


def is_at_end(nomination: Nomination) -> bool:
    """Whether the dossier has reached the unit that opened the round: there the council decides."""
    return nomination.held_by_id == nomination.round.unit_id
