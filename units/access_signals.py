"""Sign-ins, sign-outs and failed attempts go to the access log, new passwords and factors to the trail.

What somebody typed as user name is kept only when it names an account: people type passwords there.
"""

from hashlib import sha256
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from core import access, audit, clock, notices
from core.models import AccessKind
from core.trail_tasks import alarm
from units.models import Unit, User
from units.permissions import Actor, actor_for, holders

UNKNOWN_NAME = "Tên đăng nhập không có trong hệ thống."
WRONG_PASSWORD = "Sai mật khẩu."  # noqa: S105
WRONG_CODE = "Sai mã xác thực hai lớp."
BLOCKED = "Tài khoản đang bị khóa."
FACTORS = {
    "totp": "ứng dụng tạo mã",
    "webauthn": "khóa bảo mật",
    "recovery_codes": "mã dự phòng",
}


def _actor(request: HttpRequest | None, user: User) -> Actor:
    return actor_for(
        user,
        request_id=getattr(request, "request_id", ""),
        address=getattr(request, "client_address", ""),
    )


def _note(request: HttpRequest | None, kind: str, user: User | None, detail: str = "") -> None:
    """One line about an account that the request itself does not (yet or any more) act for."""
    if request is None or request.resolver_match is None:
        return  # a command or a test client: nobody stands before a screen
    facts: dict[str, Any] = {}
    if user is not None:
        actor = _actor(request, user)
        facts = {"user_id": user.pk, "actor_label": actor.label, "unit_id_text": actor.unit_code}
    access.note(request, kind, detail=detail, **facts)


@receiver(account.user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """A person is in: after the password and, where it is asked, the second factor."""
    _note(request, AccessKind.SIGN_IN, user)


@receiver(auth.user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    """A person left by the button."""
    if user is not None:
        _note(request, AccessKind.SIGN_OUT, user)


@receiver(auth.user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A wrong password, or a name nobody has; for the latter only where it came from is kept."""
    name = str(credentials.get("username") or credentials.get("email") or credentials.get("login") or "")
    user = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first() if name else None
    address = getattr(request, "client_address", "")
    if user is None:
        _note(request, AccessKind.SIGN_IN_FAILED, None, f"{UNKNOWN_NAME} Từ {address}")
    else:
        sentence = WRONG_PASSWORD if user.is_active else BLOCKED
        _note(request, AccessKind.SIGN_IN_FAILED, user, f"{sentence} Từ {address}")


@receiver(mfa.authentication_failed)
def second_factor_failed(request: HttpRequest, user: User, **_: Any) -> None:
    """The password was right, the second factor was not: somebody may know the password."""
    _note(
        request, AccessKind.SIGN_IN_FAILED, user, f"{WRONG_CODE} Từ {getattr(request, 'client_address', '')}"
    )


# --- into the trail --------------------------------------------------------------------------------
def _record(request: HttpRequest, user: User, action: str, **changes: Any) -> None:
    """Routes of the account library run in one transaction (config.urls): entry and change are one."""
    actor = getattr(request, "actor", None)
    with transaction.atomic():
        audit.record(actor or _actor(request, user), action, user, changes=changes)


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _record(request, user, "account.password")


for _signal in (account.password_changed, account.password_set, account.password_reset):
    _signal.connect(_password_changed)


def _factor(authenticator: Any) -> str:
    return FACTORS.get(str(authenticator.type), str(authenticator.type))


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """A second factor more."""
    _record(request, user, "account.factor_added", factor=_factor(authenticator))


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """A second factor less."""
    _record(request, user, "account.factor_removed", factor=_factor(authenticator))


@receiver(mfa.authenticator_reset)
def factor_renewed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """New recovery codes; the old ones are worth nothing."""
    _record(request, user, "account.factor_renewed", factor=_factor(authenticator))


# --- when the proof fails --------------------------------------------------------------------------
@receiver(alarm)
def tell_the_watchers(sentence: str, **_: Any) -> None:
    """Auditors and administrators at the top learn at once that the trail does not add up."""
    today = clock.today()
    for unit in Unit.objects.filter(path__regex=r"^/[^/]+/$").open_on(today):
        watchers = holders("audit.view", unit, today)
        text = f"Nhật ký có vấn đề: {sentence} Giữ nguyên hiện trạng và báo cơ quan kiểm tra."
        event = f"trail:{today}:{sha256(sentence.encode()).hexdigest()[:16]}"
        notices.send(watchers, "trail.alarm", text, reverse("units:trail-integrity"), key=event)
