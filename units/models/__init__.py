"""Units by date, people and posts, accounts and roles."""

from units.models.account import RoleAssignment, UnitGroupGrant, UnitUserGrant, User
from units.models.person import Person, Posting
from units.models.unit import Placement, Succession, Unit

__all__ = [
    "Person",
    "Placement",
    "Posting",
    "RoleAssignment",
    "Succession",
    "Unit",
    "UnitGroupGrant",
    "UnitUserGrant",
    "User",
]
