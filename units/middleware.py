"""Gives every request its actor: account, role in use, unit, request code, address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from units.permissions import actor_for

SESSION_KEY = "assignment"


def actor_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set request.actor (None when signed out).

    Roles are read anew on every request, never cached in the session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.actor = actor_for(  # type: ignore[attr-defined]
                request.user,  # type: ignore[arg-type]
                request.session.get(SESSION_KEY),
                request_id=getattr(request, "request_id", ""),
                address=request.META.get("REMOTE_ADDR", ""),
            )
        return get_response(request)

    return middleware
