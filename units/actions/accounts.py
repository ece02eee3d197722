"""Accounts: create, invite, password link, suspend, restore."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core import audit, clock, notices, outbox
from core.errors import Forbidden, RuleBroken
from core.text import clean
from units import sessions
from units.choices import Role
from units.models import Person, Posting, RoleAssignment, Unit, User
from units.password_links import INVITATION_DAYS
from units.permissions import Actor, may_give, rebuild_grants, require


@transaction.atomic
def create_account(data: Mapping[str, Any], *, actor: Actor) -> User:
    """Take a person in with a first post and an account that cannot sign in before a password is set by link.

    data: full_name, sex, birth_year (None = not known), unit, title, leader_level, is_unit_head,
    is_direct_worker, since (first day of the post), username, email.
    Raises Forbidden, RuleBroken (closed unit), ValidationError.
    """
    unit: Unit = data["unit"]
    require(actor, "account.manage", unit)
    if not unit.is_open_on(data["since"]):
        raise RuleBroken(
            fields={"unit": ["Đơn vị không hoạt động vào ngày bắt đầu. Hãy chọn đơn vị kế thừa."]}
        )
    person = Person(
        code=f"NS{uuid.uuid4().hex[:10].upper()}",
        full_name=clean(data["full_name"]),
        sex=data["sex"],
        birth_year=data["birth_year"],
    )
    person.full_clean()
    person.save()
    user = User(username=clean(data["username"]), email=clean(data["email"]).lower(), person=person)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    posting = Posting(
        person=person,
        unit=unit,
        title=clean(data["title"]),
        leader_level=data["leader_level"],
        is_unit_head=data["is_unit_head"],
        is_direct_worker=data["is_direct_worker"],
        valid_from=data["since"],
    )
    posting.full_clean()
    posting.save()
    audit.record(
        actor,
        "account.create",
        user,
        changes={
            "username": user.username,
            "unit": unit.code,
            "title": posting.title,
            "since": data["since"],
        },
    )
    return user


def _units_of(user: User, today: date) -> list[Unit]:
    """Units where the account has a role now or later, or its person a post today."""
    lasting = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), user=user)
    posts = Posting.objects.held_on(today).filter(person=user.person_id)
    return list(Unit.objects.filter(Q(pk__in=lasting.values("unit")) | Q(pk__in=posts.values("unit"))))


def _locked(user_id: int, actor: Actor) -> User:
    """The account, locked, when the actor may manage it wherever it counts.

    Whoever hands out its link or locks it could act as its holder or stop their work, so the right is needed
    at every unit where the account holds or will hold a role and where its person holds a post.
    """
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user_id)
    require(actor, "account.manage", actor.unit)
    for unit in _units_of(user, actor.today):
        require(actor, "account.manage", unit)
    lasting = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=actor.today), user=user)
    if not all(may_give(actor, role) for role in lasting.values_list("role", flat=True)):
        raise Forbidden("Tài khoản này giữ vai trò do quản trị hệ thống phân; hãy nhờ quản trị hệ thống.")
    return user


def _fresh_link(user: User) -> str:
    """A new way in; every earlier one of an account without a password dies by it."""
    if not user.is_active:
        raise RuleBroken("Tài khoản đang bị khóa nên không cấp được đường dẫn đặt mật khẩu.")
    if not user.has_usable_password():
        user.invited_at = clock.now()
        user.save(update_fields=["invited_at"])
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


@transaction.atomic
def password_link(user_id: int, *, actor: Actor) -> str:
    """The path where the account's holder sets a password, good once: for INVITATION_DAYS the first time, for
    a day when there is a password already.

    The trail notes that it was given, not the link. Raises Forbidden, RuleBroken (account locked).
    """
    user = _locked(user_id, actor)
    link = _fresh_link(user)
    audit.record(actor, "account.link", user)
    return link


@transaction.atomic
def send_invitation(user_id: int, *, actor: Actor) -> User:
    """Mail the holder the link; sending it again makes the earlier one void.

    Raises Forbidden, RuleBroken (account locked).
    """
    user = _locked(user_id, actor)
    is_first = not user.has_usable_password()
    link = notices.absolute(_fresh_link(user))
    opening = "Quản trị hệ thống đã tạo tài khoản" if is_first else "Quản trị hệ thống cấp lại mật khẩu"
    days = f"{INVITATION_DAYS} ngày" if is_first else "24 giờ"
    outbox.write(
        f"invitation:{user.pk}:{timezone.now().timestamp():.6f}",
        user.email,
        "Mời đặt mật khẩu" if is_first else "Đặt lại mật khẩu",
        f"Kính gửi {user.display_name},\n\n"
        f"{opening} cho ông/bà trên hệ thống quản lý thi đua, khen thưởng. Tên đăng nhập: {user.username}\n\n"
        f"Đặt mật khẩu tại đường dẫn sau (dùng một lần, trong {days}):\n{link}\n\n"
        "Không chuyển tiếp thư này. Nếu ông/bà không phải người nhận, hãy bỏ qua và báo quản trị hệ thống.\n",
        user_id=user.pk,
    )
    audit.record(actor, "account.invite", user, changes={"address": user.email})
    return user


@transaction.atomic
def revoke_invitation(user_id: int, *, actor: Actor) -> User:
    """Make the link sent to an account without a password void.

    Raises Forbidden, RuleBroken (none is out).
    """
    user = _locked(user_id, actor)
    if user.invited_at is None or user.has_usable_password():
        raise RuleBroken("Tài khoản này không có lời mời nào đang chờ.")
    user.invited_at = None
    user.save(update_fields=["invited_at"])
    audit.record(actor, "account.revoke", user)
    return user


@transaction.atomic
def suspend_account(user_id: int, reason: str, *, actor: Actor) -> User:
    """Lock an account now: its sessions end on all devices, its rights go, its roles and work stay recorded.

    Raises Forbidden, RuleBroken (oneself, the last administrator, locked already).
    """
    administrators = RoleAssignment.objects.active_on(actor.today).filter(
        role=Role.SYSTEM_ADMIN, user__is_active=True
    )
    # two administrators who lock each other at once must wait for one another
    list(User.objects.select_for_update().filter(pk__in=administrators.values("user")).order_by("pk"))
    user = _locked(user_id, actor)
    if user.pk == actor.user_id:
        raise RuleBroken("Không thể tự khóa tài khoản của chính mình; hãy nhờ quản trị hệ thống khác.")
    if not user.is_active:
        raise RuleBroken("Tài khoản này đã bị tạm khóa từ trước.")
    held = administrators.filter(user=user)
    if held.exists() and not administrators.exclude(user=user).exists():
        raise RuleBroken(
            "Đây là quản trị hệ thống duy nhất đang hoạt động; hãy phân vai trò cho người khác trước."
        )
    user.is_active = False
    user.suspended_at = clock.now()
    user.suspended_reason = clean(reason)
    user.full_clean()
    user.save(update_fields=["is_active", "suspended_at", "suspended_reason"])
    ended = sessions.end_sessions(user)
    rebuild_grants(actor.today, user)
    audit.record(actor, "account.suspend", user, note=user.suspended_reason, changes={"sessions": ended})
    _tell_administrators(user, f"Đã tạm khóa tài khoản {user}. Lý do: {user.suspended_reason}", actor)
    return user


@transaction.atomic
def restore_account(user_id: int, *, actor: Actor) -> User:
    """Open a suspended account again; roles still in force give their rights back at once.

    Raises Forbidden, RuleBroken (not suspended).
    """
    user = _locked(user_id, actor)
    if user.is_active:
        raise RuleBroken("Tài khoản này đang hoạt động bình thường.")
    user.is_active, user.suspended_at, user.suspended_reason = True, None, ""
    user.save(update_fields=["is_active", "suspended_at", "suspended_reason"])
    rebuild_grants(actor.today, user)
    audit.record(actor, "account.restore", user)
    _tell_administrators(user, f"Đã mở lại tài khoản {user}.", actor)
    return user


@transaction.atomic
def remove_factors(user_id: int, *, actor: Actor) -> User:
    """Take the second factors off an account whose holder lost them, and end its sessions; the next sign-in
    asks for new ones where the role demands it.

    Raises Forbidden, RuleBroken (oneself, none set up).
    """
    user = _locked(user_id, actor)
    if user.pk == actor.user_id:
        raise RuleBroken("Hãy tự quản lý xác thực hai lớp của mình ở trang «Tài khoản của tôi».")
    removed = Authenticator.objects.filter(user=user).delete()[0]
    if not removed:
        raise RuleBroken("Tài khoản này chưa thiết lập xác thực hai lớp.")
    sessions.end_sessions(user)
    audit.record(actor, "account.remove_factors", user)
    text = "Quản trị hệ thống đã gỡ xác thực hai lớp của tài khoản. Nếu không yêu cầu, hãy báo ngay."
    notices.send([user.pk], "account", text, reverse("units:me"))
    return user


def _tell_administrators(user: User, text: str, actor: Actor) -> None:
    """A notice to the other administrators of the units where the account counts."""
    units = _units_of(user, actor.today)
    rows = RoleAssignment.objects.active_on(actor.today).filter(role=Role.SYSTEM_ADMIN, user__is_active=True)
    rows = rows.exclude(user__in=[actor.user_id, user.pk]).select_related("unit")
    told = {row.user_id for row in rows if any(unit.is_within(row.unit) for unit in units)}
    notices.send(told, "account", text[:500], f"{reverse('units:account-list')}?q={user.username}")
