"""The small ministry and its cast, used by most tests.

ministry
├── agency (with division under it)     ← «own» in the permission tests, division is its child
├── institute                            ← the foreign unit
└── (standing office, leadership act at the ministry)
"""

from dataclasses import dataclass

from tests.builders import make_member, make_unit
from units.choices import LeaderLevel, Role, UnitKind
from units.models import Unit
from units.permissions import Actor


@dataclass
class World:
    """Units and one actor per role; officers and heads at each unit."""

    ministry: Unit
    agency: Unit
    division: Unit
    institute: Unit
    officer: Actor
    head: Actor
    division_officer: Actor
    division_head: Actor
    foreign_officer: Actor
    foreign_head: Actor
    specialist: Actor
    secretary: Actor
    leader: Actor
    auditor: Actor
    admin: Actor


def build_world() -> World:
    ministry = make_unit("Bộ Thử nghiệm", code="B0", kind=UnitKind.MINISTRY)
    agency = make_unit("Cục Quan trắc Thử nghiệm", ministry, code="C1")
    division = make_unit("Phòng Đo đạc Thử nghiệm", agency, code="P1", kind=UnitKind.DIVISION)
    institute = make_unit("Viện Nghiên cứu Thử nghiệm", ministry, code="V1", kind=UnitKind.INSTITUTE)
    head = {"leader_level": LeaderLevel.DEPARTMENT_HEAD, "is_unit_head": True}
    worker = {"is_direct_worker": True}
    return World(
        ministry=ministry,
        agency=agency,
        division=division,
        institute=institute,
        officer=make_member(Role.UNIT_OFFICER, agency, "Trần Thị Cán Bộ", **worker),
        head=make_member(Role.UNIT_HEAD, agency, "Lê Văn Thủ Trưởng", **head),
        division_officer=make_member(Role.UNIT_OFFICER, division, "Vũ Thị Phòng", **worker),
        division_head=make_member(
            Role.UNIT_HEAD,
            division,
            "Đỗ Văn Phòng",
            leader_level=LeaderLevel.DIVISION_HEAD,
            is_unit_head=True,
        ),
        foreign_officer=make_member(Role.UNIT_OFFICER, institute, "Bùi Thị Viện", **worker),
        foreign_head=make_member(Role.UNIT_HEAD, institute, "Hồ Văn Viện", **head),
        specialist=make_member(Role.AWARD_SPECIALIST, ministry, "Phạm Thị Chuyên Viên"),
        secretary=make_member(Role.COUNCIL_SECRETARY, ministry, "Ngô Văn Thư Ký"),
        leader=make_member(
            Role.MINISTRY_LEADER, ministry, "Đặng Văn Lãnh Đạo", leader_level=LeaderLevel.DEPUTY_MINISTER
        ),
        auditor=make_member(Role.AUDITOR, ministry, "Dương Văn Thanh Tra"),
        admin=make_member(Role.SYSTEM_ADMIN, ministry, "Lý Văn Quản Trị"),
    )
