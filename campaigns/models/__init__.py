"""Campaigns, criteria, pledges, initiatives and yearly results of units."""

from campaigns.models.campaign import Campaign, CampaignTask, ContentItem, LegalBasis, NamedMovement, Receipt
from campaigns.models.criteria import Criterion
from campaigns.models.initiative import Initiative, InitiativeAuthor
from campaigns.models.pledge import Pledge, ProgressEntry, Target, TitleAim
from campaigns.models.result import UnitYearResult

__all__ = [
    "Campaign",
    "CampaignTask",
    "ContentItem",
    "Criterion",
    "Initiative",
    "InitiativeAuthor",
    "LegalBasis",
    "NamedMovement",
    "Pledge",
    "ProgressEntry",
    "Receipt",
    "Target",
    "TitleAim",
    "UnitYearResult",
]
