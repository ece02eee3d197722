"""One handover of the demo year: the second officer of a department leaves, a colleague takes over."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from demo.calendar import on_day
from units.actions.handover import confirm_handover, offer_handover, prepare_handover, save_handover
from units.choices import Role
from units.models import Posting, RoleAssignment, Unit, User
from units.permissions import Actor, actor_for, rebuild_grants

SINCE, OFFERED, CONFIRMED = date(2021, 3, 1), date(2024, 12, 6), date(2024, 12, 9)
NOTES = (
    "Hồ sơ giấy các năm 2021–2023 để ở tủ số 3, phòng 405; danh mục đặt trong ngăn trên.\n"
    "Đã hẹn gửi số liệu cho Vụ Thi đua, Khen thưởng trước ngày 25/12.\n"
    "Hai phòng nghiệp vụ còn nợ minh chứng chỉ tiêu quý IV; đã nhắc lần một ngày 02/12."
)


def _account(posting: Posting, username: str) -> User:
    return User.objects.create(
        username=username,
        email=f"{username}@trinhdien.invalid",
        person=posting.person,
        is_demo=True,
        password=make_password(None),
    )


@transaction.atomic
def hand_over(unit: Unit) -> None:
    """Let the second officer of the unit hand over to a colleague, from the pack to the confirmation."""
    free = Posting.objects.held_on(SINCE).filter(unit=unit, leader_level="none", person__user=None)
    before, after = free.select_related("person").order_by("pk")[:2]
    giver, successor = _account(before, "canbo2.cu"), _account(after, "canbo2.moi")
    role = RoleAssignment.objects.create(
        user=giver,
        role=Role.UNIT_OFFICER,
        unit=unit,
        valid_from=SINCE,
        document="Quyết định số 21/QĐ-TCCB ngày 25/02/2021 (trình diễn)",
    )
    with on_day(OFFERED):
        rebuild_grants(OFFERED, giver)
        actor = actor_for(giver)
        facts = {
            "successor": successor,
            "document": "Quyết định số 187/QĐ-TCCB ngày 05/12/2024 (trình diễn)",
            "on": CONFIRMED,
        }
        made = prepare_handover(role.pk, facts, actor=actor)
        facts |= {"notes": NOTES, "contacts": made.contacts}
        save_handover(made.pk, facts, version=made.version, actor=actor)
        offer_handover(made.pk, actor=actor)
    with on_day(CONFIRMED):
        confirm_handover(made.pk, actor=Actor(user=successor, assignment=None))
