"""Units by date, people and posts, accounts and roles."""

from units.models.account import RoleAssignment, UnitGroupGrant, UnitUserGrant, User
from units.models.change import OrganisationChange, UnitName
from units.models.handover import Handover
from units.models.person import Person, Posting
from units.models.record import Discipline, Hold, Secondment, Training, YearRecord
from units.models.unit import Placement, Succession, Unit

__all__ = [
    "Discipline",
    "Handover",
    "Hold",
    "OrganisationChange",
    "Person",
    "Placement",
    "Posting",
    "RoleAssignment",
    "Secondment",
    "Succession",
    "Training",
    "Unit",
    "UnitGroupGrant",
    "UnitName",
    "UnitUserGrant",
    "User",
    "YearRecord",
]
