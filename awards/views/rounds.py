"""Rounds: list, board, open, change, close."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from awards import queries
from awards.actions import rounds as actions
from awards.choices import Ground, Level, RoundState
from awards.forms import RoundFilter, RoundForm
from awards.models import Round
from campaigns.queries import campaigns_for
from core import clock
from core.web import (
    card,
    find_or_404,
    keep_version,
    page_of,
    perform,
    render_page,
    run_action,
    version_of,
)


@card("round.view")
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds in reach, newest first, with the number of dossiers the actor sees."""
    form = RoundFilter(request.GET or None)
    rows = queries.rounds_for(request.actor)
    data = form.cleaned_data if form.is_valid() else {}
    if data.get("year"):
        rows = rows.filter(year=data["year"])
    if data.get("state"):
        rows = rows.filter(state=data["state"])
    page = page_of(request, rows.order_by("-year", "-opens_on", "-pk"))
    seen = queries.nominations_for(request.actor).filter(round__in=[row.pk for row in page])
    counts = dict(seen.order_by().values_list("round").annotate(count=Count("pk")))
    for row in page:
        row.seen_count = counts.get(row.pk, 0)
    return render_page(
        request, "awards/round_list.html", {"page": page, "filter": form, "today": clock.today()}, status=200
    )


@card("round.view", loads="round")
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The board of a round: how many at each step, unit by unit, who sent nothing."""
    round_ = find_or_404(queries.rounds_for(request.actor), pk=pk)
    today = clock.today()
    board = queries.board_of(round_, request.actor, today)
    context = {
        "round": round_,
        "board": board,
        "states": [state for state in board.by_state if state[2]],
        "is_open": round_.state == RoundState.OPEN,
        "can_nominate": queries.open_rounds(request.actor.unit, today).filter(pk=round_.pk).exists(),
        "decisions": queries.with_line_count(queries.decisions_for(request.actor).filter(round=round_)),
        "waiting_decision": queries.passed_without_decision(round_).exclude(award__level=Level.STATE).count(),
        "today": today,
    }
    return render_page(request, "awards/round_detail.html", context)


def _form(request: HttpRequest, round_: Round | None) -> RoundForm:
    today = clock.today()
    names = ("name", "year", "ground", "campaign", "opens_on", "closes_on", "council_on")
    initial: dict[str, Any] = (
        {name: getattr(round_, name) for name in names}
        if round_
        else {
            "year": today.year,
            "ground": Ground.MERIT,
            "opens_on": today,
        }
    )
    visible = campaigns_for(request.actor).exclude(state="draft")
    current = Q(pk=round_.campaign_id) if round_ else Q(pk=None)
    campaigns = visible.filter(Q(year_to__gte=today.year - 1) | current).order_by("-year_from", "title")
    return RoundForm(request.POST or None, initial=initial, campaigns=campaigns)


@card("round.edit", methods=("GET", "POST"))
def round_create(request: HttpRequest) -> HttpResponse:
    """Open a round of the actor's unit."""
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.open_round(form.cleaned_data, actor=request.actor),
            to=lambda round_: round_.get_absolute_url(),
            said="Đã mở đợt xét. Cán bộ TĐKT của các đơn vị trực thuộc đã được báo.",
        )
        if done:
            return done
    return render_page(request, "awards/round_form.html", {"form": form})


@card("round.edit", methods=("GET", "POST"), loads="round")
def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round."""
    round_ = find_or_404(queries.rounds_for(request.actor, "round.edit"), pk=pk)
    form = _form(request, round_)
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_round(round_.pk, form.cleaned_data, actor=request.actor, version=version),
            to=round_.get_absolute_url(),
            said="Đã lưu đợt xét.",
        )
        if done:
            return done
    keep_version(request, round_)
    return render_page(request, "awards/round_form.html", {"form": form, "round": round_})


@card("round.edit", methods=("POST",), loads="round")
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop taking dossiers."""
    round_ = find_or_404(queries.rounds_for(request.actor, "round.edit"), pk=pk)
    return perform(
        request,
        lambda: actions.close_round(round_.pk, actor=request.actor),
        to=reverse("awards:round-detail", args=[round_.pk]),
        said="Đã kết thúc nhận hồ sơ. Hồ sơ đã trình vẫn tiếp tục được xét.",
    )


@card("round.edit", methods=("POST",), loads="round")
def round_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take dossiers again."""
    round_ = find_or_404(queries.rounds_for(request.actor, "round.edit"), pk=pk)
    return perform(
        request,
        lambda: actions.reopen_round(round_.pk, actor=request.actor),
        to=reverse("awards:round-detail", args=[round_.pk]),
        said="Đợt xét nhận hồ sơ trở lại.",
    )
