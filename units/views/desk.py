"""The desk, the notices and the trail."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from core import clock, notices
from core.models import AuditEntry, Notice
from core.text import clean
from core.web import SIGNED_IN, card, page_of, render_page, see_other
from units.desk import desk_of
from units.models import Unit


@card(SIGNED_IN)
def desk(request: HttpRequest) -> HttpResponse:
    """Việc của tôi: what waits for me, from whom, until when, one button each."""
    today = clock.today()
    return render_page(request, "units/desk.html", {"desk": desk_of(request.actor, today), "today": today})


@card(SIGNED_IN, methods=("GET", "POST"))
def notice_list(request: HttpRequest) -> HttpResponse:
    """The person's notices, newest first; POST marks all as read."""
    if request.method == "POST":
        notices.mark_all_read(request.user.pk)
        return see_other(request.path)
    rows = Notice.objects.filter(user=request.user)
    return render_page(request, "units/notices.html", {"page": page_of(request, rows)})


@card("audit.view", personal=True)
def audit_list(request: HttpRequest) -> HttpResponse:
    """The trail within the actor's scope, newest first; search by person, action, object."""
    text = clean(request.GET.get("q", ""))[:100]
    codes = Unit.objects.below(request.actor.unit).values("code")
    rows = AuditEntry.objects.filter(unit_id_text__in=codes)
    if text:
        rows = rows.filter(
            Q(actor_label__icontains=text) | Q(object_label__icontains=text) | Q(action__icontains=text)
        )
    return render_page(request, "units/audit_list.html", {"page": page_of(request, rows), "q": text})
