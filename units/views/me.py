"""What a person manages of the own account: the overview, the sessions, and how long this one still lives."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from core.web import PUBLIC, SIGNED_IN, card, render_page, see_other
from units import sessions
from units.actions import identities
from units.devices import device_of


@card(SIGNED_IN, personal=True)
def me(request: HttpRequest) -> HttpResponse:
    """Tài khoản của tôi: name, address, roles with their dates, factors, sessions, password."""
    user = request.user
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    return render_page(
        request,
        "units/me.html",
        {
            "roles": user.assignments.active_on(request.actor.today).select_related("unit").order_by("pk"),
            "strong": [factor for factor in factors if factor.type in sessions.STRONG],
            "codes": next((f for f in factors if f.type == Authenticator.Type.RECOVERY_CODES), None),
            "must_have_factor": sessions.must_have_factor(user),
            "sessions": len(_rows(request)),
            "identity": SocialAccount.objects.filter(user=user).first(),
            "preferences_url": _preferences_url(),
        },
    )


def _preferences_url() -> str:
    for name in ("core:notice-preferences", "units:notice-preferences"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@card(SIGNED_IN, methods=("GET", "POST"), personal=True)
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in now; POST ends one of the sessions, or all the others."""
    if request.method == "POST":
        which = request.POST.get("which", "")
        if which == "others":
            ended = identities.end_other_sessions(
                request.user, request.session.session_key, actor=request.actor
            )
            text = f"Đã đăng xuất khỏi {ended} phiên khác." if ended else "Không còn phiên nào khác."
        else:
            known = {str(row["number"]) for row in _rows(request) if not row["is_current"]}
            ended = which in known and identities.end_session(request.user, int(which), actor=request.actor)
            text = "Đã kết thúc phiên đăng nhập." if ended else "Phiên này đã kết thúc từ trước."
        messages.success(request, text)
        return see_other(request.path)
    return render_page(request, "units/session_list.html", {"rows": _rows(request)})


def _rows(request: HttpRequest) -> list[dict[str, object]]:
    """Sessions that still live, the one in use first; a session nobody listed yet is the one in use."""
    found = []
    for row in UserSession.objects.filter(user=request.user).order_by("-created_at"):
        is_current = row.session_key == request.session.session_key
        store: SessionBase = request.session if is_current else type(request.session)(row.session_key)
        if not is_current and store.get("_auth_user_id") != str(request.user.pk):
            continue
        found.append(
            {
                "number": row.pk,
                "device": device_of(row.user_agent),
                "address": row.ip,
                "began": row.created_at,
                "seen": sessions.instant(store.get(sessions.SEEN)) or row.last_seen_at,
                "is_current": is_current,
            }
        )
    return sorted(found, key=lambda row: not row["is_current"])


@card(PUBLIC, methods=("GET", "POST"))
def session_state(request: HttpRequest) -> HttpResponse:
    """For the script of the page: who is signed in here, for how long, and a fresh form token.

    GET only asks; POST counts as activity.
    """
    answer = JsonResponse(
        {
            "account": str(request.user.pk or ""),
            "left": sessions.seconds_left(request),
            "final": sessions.is_final(request),
            "csrf": get_token(request),
        }
    )
    answer["Cache-Control"] = "no-store"
    return answer


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for whoever asks too often."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response
