"""Signs of life for machines: /healthz says that the process answers, /readyz whether the system is fit."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from core import health
from core.web import PUBLIC, card, is_allowed


@card(PUBLIC)
def alive(request: HttpRequest) -> HttpResponse:
    """«ok» while the process answers; asks nothing else, so a slow database never restarts the web server."""
    return _uncached(HttpResponse("ok", content_type="text/plain"))


@card(PUBLIC)
def ready(request: HttpRequest) -> HttpResponse:
    """200 when every check is good or a warning, else 503; the details are for our own machines and
    people.
    """
    report = health.recent()
    body = report.as_json()
    if not _may_see_details(request):
        body = {"status": body["status"]}
    answer = JsonResponse(
        body, status=200 if report.is_ready else 503, json_dumps_params={"ensure_ascii": False}
    )
    return _uncached(answer)


def _may_see_details(request: HttpRequest) -> bool:
    if is_allowed(request.actor, "system.watch"):
        return True
    try:
        caller = ipaddress.ip_address(request.client_address)
    except ValueError:
        return False
    return any(caller in network for network in settings.HEALTH_ALLOWED)


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
