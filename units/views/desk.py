"""The desk."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from core import clock
from core.models import FormDraft
from core.web import SIGNED_IN, card, render_page
from units.desk import desk_of
from units.handover_pack import given_by, received_by
from units.role_queries import standing_in_for

MOST_DRAFTS = 10
WELCOME = timedelta(days=30)


@card(SIGNED_IN)
def desk(request: HttpRequest) -> HttpResponse:
    """Việc của tôi: what waits for me, from whom, until when, one button each."""
    today = clock.today()
    drafts = FormDraft.objects.filter(user=request.user).exclude(path="").order_by("-saved_at", "pk")
    context = {
        "desk": desk_of(request.actor, today),
        "drafts": drafts[:MOST_DRAFTS],
        "welcome": received_by(request.actor, today - WELCOME),
        "given": given_by(request.actor, today - WELCOME),
        "standing_in": standing_in_for(request.actor),
        "today": today,
    }
    return render_page(request, "units/desk.html", context)
