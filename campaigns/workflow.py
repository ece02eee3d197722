"""Steps of campaigns, pledges and initiatives: who may do what in which state."""

from typing import Any

from campaigns.choices import CampaignState, InitiativeState, PledgeState
from core.flow import Flow, Step

C: Any = CampaignState
P: Any = PledgeState
S: Any = InitiativeState

CAMPAIGN = Flow(
    noun="phong trào",
    state_label=lambda state: CampaignState(state).label,
    steps=(
        Step(
            "launch",
            "Phát động",
            (C.DRAFT,),
            C.LAUNCHED,
            "campaign.launch",
            button="Phát động",
        ),
        Step(
            "close",
            "Kết thúc phong trào",
            (C.LAUNCHED,),
            C.CLOSED,
            "campaign.launch",
            note_required="Hãy ghi căn cứ kết thúc phong trào, ví dụ số văn bản tổng kết.",
            button="Kết thúc phong trào",
        ),
    ),
)

PLEDGE = Flow(
    noun="đăng ký thi đua",
    state_label=lambda state: PledgeState(state).label,
    steps=(
        Step(
            "submit",
            "Gửi thủ trưởng duyệt",
            (P.DRAFT, P.RETURNED),
            P.SUBMITTED,
            "pledge.edit",
            button="Gửi thủ trưởng duyệt",
        ),
        Step(
            "withdraw",
            "Thu hồi",
            (P.SUBMITTED,),
            P.DRAFT,
            "pledge.edit",
            button="Thu hồi",
        ),
        Step(
            "approve",
            "Duyệt",
            (P.SUBMITTED,),
            P.APPROVED,
            "pledge.approve",
            button="Duyệt",
        ),
        Step(
            "return",
            "Trả lại",
            (P.SUBMITTED,),
            P.RETURNED,
            "pledge.approve",
            note_required="Hãy ghi lý do trả lại để đơn vị biết cần sửa gì.",
            button="Trả lại",
            tone="danger",
        ),
        Step(
            "reopen",
            "Mở lại để điều chỉnh",
            (P.APPROVED,),
            P.RETURNED,
            "pledge.approve",
            note_required="Hãy ghi lý do điều chỉnh đăng ký đã duyệt.",
            button="Mở lại để điều chỉnh",
        ),
    ),
)

INITIATIVE = Flow(
    noun="sáng kiến",
    state_label=lambda state: InitiativeState(state).label,
    steps=(
        Step(
            "submit",
            "Gửi xét công nhận",
            (S.DRAFT,),
            S.SUBMITTED,
            "initiative.edit",
            button="Gửi xét công nhận",
        ),
        Step(
            "recognise",
            "Công nhận",
            (S.SUBMITTED,),
            S.RECOGNISED,
            "initiative.recognise",
            button="Công nhận",
        ),
        Step(
            "refuse",
            "Không công nhận",
            (S.SUBMITTED,),
            S.REFUSED,
            "initiative.recognise",
            note_required="Hãy ghi lý do không công nhận.",
            button="Không công nhận",
            tone="danger",
        ),
        Step(
            "return",
            "Trả lại để bổ sung",
            (S.SUBMITTED,),
            S.DRAFT,
            "initiative.recognise",
            note_required="Hãy ghi nội dung cần bổ sung để đơn vị biết cần sửa gì.",
            button="Trả lại để bổ sung",
        ),
    ),
)
