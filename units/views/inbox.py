"""The inbox: notices by day, what has been read, and how a person wishes to be told."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock, notices
from core.models import Notice
from core.web import SIGNED_IN, card, find_or_404, page_of, render_page, run_action, see_other
from units.inbox_forms import PreferenceForm


def _day_name(day: date, today: date) -> str:
    names = {today: "Hôm nay", today - timedelta(days=1): "Hôm qua"}
    return f"{names[day]}, {day:%d/%m/%Y}" if day in names else f"{day:%d/%m/%Y}"


def _by_day(page: Page) -> list[tuple[str, list[Notice]]]:
    today = clock.today()
    days = groupby(page.object_list, key=lambda notice: timezone.localdate(notice.created_at))
    return [(_day_name(day, today), list(rows)) for day, rows in days]


@card(SIGNED_IN, methods=("GET", "POST"))
def notice_list(request: HttpRequest) -> HttpResponse:
    """The person's notices, newest first, all or only those not read; POST marks all as read."""
    if request.method == "POST":
        notices.mark_all_read(request.user.pk)
        return see_other(request.path)
    rows = Notice.objects.filter(user=request.user)
    is_unread_only = request.GET.get("show") == "unread"
    page = page_of(request, rows.filter(read_at=None) if is_unread_only else rows)
    context: dict[str, Any] = {
        "page": page,
        "days": _by_day(page),
        "unread_only": is_unread_only,
        "total": rows.count(),
    }
    return render_page(request, "units/notices.html", context)


@card(SIGNED_IN, methods=("POST",), loads="notice")
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of the person's own notices as read and go to what it speaks of."""
    notice = find_or_404(Notice.objects.filter(user=request.user), pk=pk)
    notices.mark_read(notice)
    is_ours = notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return see_other(notice.url if is_ours else reverse("units:notices"))


@card(SIGNED_IN, methods=("POST",), loads="notice")
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of the person's own notices as read and stay in the list."""
    notices.mark_read(find_or_404(Notice.objects.filter(user=request.user), pk=pk))
    return see_other(reverse("units:notices"))


@card(SIGNED_IN, methods=("GET", "POST"))
def notice_preferences(request: HttpRequest) -> HttpResponse:
    """How the person wishes to be told by letter."""
    preference = notices.preference_of(request.user.pk)
    form = PreferenceForm(request.POST or None, preference=preference)
    if request.method == "POST" and form.is_valid():
        mode, muted = form.cleaned_data["mail_mode"], form.muted()
        done = run_action(
            request,
            form,
            lambda: notices.save_preference(request.user.pk, mode, muted),
            to=reverse("units:notice-preferences"),
            said="Đã lưu cách nhận thông báo.",
        )
        if done:
            return done
    return render_page(
        request, "units/notice_preferences.html", {"form": form, "address": request.user.email}
    )
