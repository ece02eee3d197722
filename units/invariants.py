"""What must be true of projections: they say what the facts say. Compared by rebuilding them and taking it
back.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from core import clock
from core.invariants import Fault
from units.actions.organisation import rebuild_paths
from units.models import RoleAssignment, Unit, UnitUserGrant
from units.permissions import rebuild_grants


def _tried(rebuild: Callable[[date], Any]) -> Any:
    with transaction.atomic():
        answer = rebuild(clock.today())
        transaction.set_rollback(True)
    return answer


def grants() -> tuple[int, Fault | None]:
    """Rights granted are those of the assignments in force."""
    missing, surplus = _tried(rebuild_grants)
    fault = None
    if missing or surplus:
        fault = Fault("bảng quyền đã cấp", f"Thiếu {missing}, thừa {surplus} quyền so với phân công vai trò.")
    return UnitUserGrant.objects.count(), fault


def paths() -> tuple[int, Fault | None]:
    """The path of every unit is that of its placement."""
    moved = _tried(rebuild_paths)
    fault = (
        Fault("đường dẫn đơn vị", f"{moved} đơn vị có đường dẫn khác vị trí trong tổ chức.")
        if moved
        else None
    )
    return Unit.objects.count(), fault


def sign_in() -> str:
    """Trial on a restored copy: give an account a password nobody knows, sign in with it and open the
    desk.
    """
    rows = RoleAssignment.objects.active_on(clock.today()).filter(user__is_active=True)
    assignment = rows.select_related("user").order_by("pk").first()
    if assignment is None:
        return "không có tài khoản nào đang hoạt động"
    user, password = assignment.user, get_random_string(40)
    user.set_password(password)
    user.save(update_fields=["password"])
    if authenticate(username=user.username, password=password) != user:
        raise RuntimeError("the account was refused")
    host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS[0] != "*" else "localhost"
    client = Client(headers={"host": host, "x-forwarded-proto": "https"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = client.get(reverse("units:desk"), secure=True)
    if answer.status_code not in (200, 302):  # 302: a role that has to add a second factor first
        raise RuntimeError(f"the desk answered {answer.status_code}")
    return f"đăng nhập được, trang Việc của tôi trả lời {answer.status_code}"
