"""Gives every request its actor: account, role in use, unit, request code, address."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core import wall
from units.permissions import actor_for

SESSION_KEY = "assignment"


def client_address(request: HttpRequest) -> str:
    """Where the request came from: the address our own proxies name, never one the client wrote itself.

    With TRUSTED_PROXY_COUNT proxies the right one is that many places from the end of X-Forwarded-For.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(named) >= proxies:
        return named[-proxies][:60]
    return request.META.get("REMOTE_ADDR", "")


def actor_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set request.actor (None when signed out).

    Roles are read anew on every request, never cached in the session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.actor = actor_for(  # type: ignore[attr-defined]
                request.user,  # type: ignore[arg-type]
                request.session.get(SESSION_KEY),
                request_id=getattr(request, "request_id", ""),
                address=request.client_address,  # type: ignore[attr-defined]
            )
        with wall.acting(request.actor):  # type: ignore[attr-defined]
            return get_response(request)

    return middleware
