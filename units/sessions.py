"""The life of a session: how long it may rest, what a page is told when it is over, and the second factor
that privileged roles must have before they may do anything.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.web import EXTERNAL_CARDS, PUBLIC
from units.models import User

SEEN, BEGAN = "seen_at", "began_at"
TOUCH_SECONDS = 60
ENDED = "Phiên làm việc đã hết hạn. Hãy đăng nhập lại; nội dung đang soạn vẫn còn trên trang."
FACTOR_NEEDED = (
    "Vai trò của tài khoản này bắt buộc xác thực hai lớp. Hãy thiết lập ứng dụng tạo mã hoặc khóa truy cập "
    "trước khi làm việc tiếp."
)
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Routes that stay open to an account that still has to set up its second factor.
SETTING_UP = {
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
    *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("account_logout", "account_change_password", "units:session"),
}


def begin(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Start both clocks of a session when its account signs in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


user_logged_in.connect(begin, dispatch_uid="units.sessions.begin")


def seconds_left(request: HttpRequest) -> int:
    """How long the session still lives without activity; 0 when it is over or nobody is signed in."""
    return max(0, min(_ends(request)))


def is_final(request: HttpRequest) -> bool:
    """Whether the session ends at its greatest age next, which no activity moves."""
    idle, whole = _ends(request)
    return whole < idle


def _ends(request: HttpRequest) -> tuple[int, int]:
    """Seconds until the session has rested too long, and until it is too old."""
    if not request.user.is_authenticated:
        return 0, 0
    now = int(time.time())
    seen, began = request.session.get(SEEN, now), request.session.get(BEGAN, now)
    return seen + settings.SESSION_IDLE_SECONDS - now, began + settings.SESSION_COOKIE_AGE - now


def instant(seconds: int | None) -> datetime | None:
    """The moment a clock of a session shows."""
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None


def end_sessions(user: User, *, but: str | None = None, only: int | None = None) -> int:
    """End an account's sessions on all devices (but: the key of the one to keep; only: the number of one).

    Returns how many ended.
    """
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    if only is not None:
        rows = rows.filter(pk=only)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store(key).delete()
    rows.delete()
    return len(keys)


def wants_data(request: HttpRequest) -> bool:
    """Whether a script asked (htmx, fetch), which cannot show a sign-in page."""
    return (
        "HX-Request" in request.headers
        or "application/json" in request.headers.get("Accept", "")
        or request.headers.get("Sec-Fetch-Dest") == "empty"
    )


def session_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """End sessions that rested too long or live too long, note activity once a minute, and tell pages and
    scripts why they are sent to sign in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        had_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.user.is_authenticated:
            if seconds_left(request) <= 0:
                logout(request)
            else:
                _touch(request)
        request.session_left = seconds_left(request)
        response = get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        location = response.headers.get("Location", "")
        if response.status_code != 302 or not location.startswith(f"{sign_in}?next="):
            return response
        if request.user.is_authenticated:
            return response
        if wants_data(request):
            answer = JsonResponse({"error": ENDED, "location": sign_in}, status=401)
            answer["WWW-Authenticate"] = "Session"
            return answer
        if had_session:
            response["Location"] = f"{sign_in}?{urlencode(_way_back(request))}"
        return response

    return middleware


def _touch(request: HttpRequest) -> None:
    """Note that the session is in use. Asking how long it lives is not using it."""
    now = int(time.time())
    request.session.setdefault(BEGAN, now)
    is_question = request.method == "GET" and request.path == reverse("units:session")
    if not is_question and now - request.session.get(SEEN, 0) >= TOUCH_SECONDS:
        request.session[SEEN] = now


def _way_back(request: HttpRequest) -> dict[str, str]:
    """Where to go after signing in again: the page itself, or the page whose form was sent in vain."""
    if request.method in ("GET", "HEAD"):
        return {"next": request.get_full_path(), "ended": "1"}
    came_from = request.headers.get("Referer", "")
    inside = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(came_from)
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return {"next": page if inside and parts.path else "/", "ended": "sent"}


def must_have_factor(user: User) -> bool:
    """Whether the account holds a role today that must not work without a second factor."""
    if not settings.MFA_REQUIRED_ROLES:
        return False
    held = user.assignments.active_on(clock.today()).filter(role__in=settings.MFA_REQUIRED_ROLES)
    return held.exists()


def needs_factor(user: User) -> bool:
    """Whether the account must have a second factor and has none."""
    return must_have_factor(user) and not Authenticator.objects.filter(user=user, type__in=STRONG).exists()


def factor_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Lead an account that must have a second factor to its set-up page, whatever it asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        card = getattr(view, "card", None) or EXTERNAL_CARDS.get(name)
        is_open = name in SETTING_UP or (card is not None and card.permission == PUBLIC)
        if is_open or not request.user.is_authenticated or not needs_factor(request.user):
            return None
        page = reverse("mfa_index")
        if wants_data(request):
            answer = JsonResponse({"error": FACTOR_NEEDED, "location": page}, status=403)
            answer["HX-Redirect"] = page
            return answer
        messages.warning(request, FACTOR_NEEDED)
        return redirect(page)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
