"""Decisions: list, detail, draft, issue."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from awards import queries
from awards.actions import decisions as actions
from awards.choices import DecisionState
from awards.forms import DecisionForm, IssueForm
from awards.models import Decision, Nomination, Round
from awards.rules.decisions import authority_verdict
from core import clock
from core.flow import history
from core.text import clean
from core.web import (
    card,
    find_or_404,
    keep_version,
    page_of,
    perform,
    render_page,
    run_action,
    see_other,
    version_of,
)
from units.choices import UnitKind
from units.queries import head_of


@card("decision.view")
def decision_list(request: HttpRequest) -> HttpResponse:
    """Decisions in reach: drafts first, then the newest."""
    rows = queries.with_line_count(queries.decisions_for(request.actor))
    state = request.GET.get("state", "")
    if state in DecisionState.values:
        rows = rows.filter(state=state)
    text = clean(request.GET.get("q", ""))[:100]
    if text:
        rows = rows.filter(number__icontains=text) | rows.filter(title__icontains=text)
    context = {
        "page": page_of(request, rows.order_by("state", "-signed_on", "-pk")),
        "state": state,
        "states": DecisionState.choices,
        "q": text,
        "rounds": queries.rounds_to_decide(request.actor),
    }
    return render_page(request, "awards/decision_list.html", context)


@card("decision.view", loads="decision", personal=True)
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision with its lines, its paper and the honours it wrote."""
    decision = find_or_404(queries.decisions_for(request.actor), pk=pk)
    seen = queries.nominations_for(request.actor).order_by().values("pk")
    lines = queries.lines_of(decision)
    sees_all = queries.decisions_for(request.actor, "decision.view").filter(
        pk=decision.pk, unit__path__startswith=request.actor.unit.path
    )
    if not sees_all.exists():
        lines = lines.filter(nomination__in=seen)
    honours = dict(decision.honours.values_list("book_number", "pk"))
    page = page_of(request, lines)
    for line in page:
        line.honour_id = honours.get(line.position)
    context = {
        "decision": decision,
        "page": page,
        "history": list(history(decision)),
        "paper": decision.files.order_by("-pk").first(),
        "missing": decision.honours.filter(files=None).count()
        if decision.state == DecisionState.ISSUED
        else 0,
        "total": decision.lines.count(),
    }
    return render_page(request, "awards/decision_detail.html", context)


def _choices(round_: Round, decision: Decision | None) -> QuerySet[Nomination]:
    rows = queries.passed_without_decision(round_)
    if decision is not None:
        mine = Nomination.objects.filter(decision_line__decision=decision).values("pk")
        rows = Nomination.objects.filter(
            pk__in=[*rows.values_list("pk", flat=True), *mine.values_list("pk", flat=True)]
        )
        related = ("award", "person", "collective", "unit", "result", "round")
        rows = rows.select_related(*related)
        rows = rows.order_by("award__rank", "subject_kind", "unit__sort_key", "person__sort_key", "pk")
    return rows


def _rows(form: DecisionForm, round_: Round) -> dict[str, Any]:
    """Lines to tick; what the issuing body may not decide says so and cannot be ticked."""
    is_ministry = round_.unit.kind == UnitKind.MINISTRY
    chosen, rows = form.chosen, []
    for one in form.fields["nominations"].queryset:  # type: ignore[attr-defined]
        verdict = authority_verdict(
            one.award.level, one.award.name, one.award.decided_by, is_ministry=is_ministry
        )
        rows.append(
            {
                "nomination": one,
                "refused": "" if verdict.is_met else verdict.reason,
                "is_chosen": str(one.pk) in chosen,
            }
        )
    return {"rows": rows, "can_choose": any(not row["refused"] for row in rows)}


@card("decision.edit", methods=("GET", "POST"))
def decision_create(request: HttpRequest) -> HttpResponse:
    """Draft a decision from the passed dossiers of a round (?round=)."""
    rounds = queries.rounds_to_decide(request.actor)
    asked = request.GET.get("round", "")
    round_ = rounds.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    if round_ is None:
        found = list(rounds)
        if len(found) == 1 and not asked:
            return see_other(f"{request.path}?round={found[0].pk}")
        return render_page(request, "awards/decision_rounds.html", {"rounds": found})
    rows = _choices(round_, None)
    initial = {"title": f"Về việc khen thưởng thành tích năm {round_.year}", "nominations": list(rows)}
    form = DecisionForm(request.POST or None, initial=initial, nominations=rows)
    if request.method == "POST" and form.is_valid():
        ids = [one.pk for one in form.cleaned_data["nominations"]]
        done = run_action(
            request,
            form,
            lambda: actions.create_decision(
                round_.pk, title=form.cleaned_data["title"], nomination_ids=ids, actor=request.actor
            ),
            to=lambda decision: decision.get_absolute_url(),
            said=f"Đã lập dự thảo gồm {len(ids)} hồ sơ. Lãnh đạo đã được báo để ban hành.",
        )
        if done:
            return done
    return render_page(
        request, "awards/decision_form.html", {"form": form, "round": round_} | _rows(form, round_)
    )


@card("decision.edit", methods=("GET", "POST"), loads="decision")
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title and lines of a draft."""
    decision = find_or_404(queries.decisions_for(request.actor, "decision.edit"), pk=pk)
    if decision.state != DecisionState.DRAFT and request.method != "POST":
        return see_other(decision.get_absolute_url())
    rows = _choices(decision.round, decision)
    chosen = list(Nomination.objects.filter(decision_line__decision=decision))
    form = DecisionForm(
        request.POST or None, initial={"title": decision.title, "nominations": chosen}, nominations=rows
    )
    if request.method == "POST" and form.is_valid():
        ids, version = [one.pk for one in form.cleaned_data["nominations"]], version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_decision(
                decision.pk,
                title=form.cleaned_data["title"],
                nomination_ids=ids,
                actor=request.actor,
                version=version,
            ),
            to=decision.get_absolute_url(),
            said="Đã lưu dự thảo quyết định.",
        )
        if done:
            return done
    keep_version(request, decision)
    context = {"form": form, "round": decision.round, "decision": decision} | _rows(form, decision.round)
    return render_page(request, "awards/decision_form.html", context)


@card("decision.issue", methods=("GET", "POST"), loads="decision")
def decision_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft; the page names how many and which, and asks to type the word."""
    decision = find_or_404(queries.decisions_for(request.actor, "decision.issue"), pk=pk)
    if decision.state != DecisionState.DRAFT and request.method != "POST":
        return see_other(decision.get_absolute_url())
    head = head_of(decision.unit, clock.today())
    initial = {"signed_on": clock.today()}
    if head is not None:
        initial |= {"signer_name": head.person.full_name, "signer_position": head.title}
    form = IssueForm(request.POST or None, initial=initial)
    lines = list(queries.lines_of(decision))
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "confirm_word"}
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.issue_decision(decision.pk, **data, actor=request.actor, version=version),
            to=decision.get_absolute_url(),
            said=f"Đã ban hành quyết định, ghi {len(lines)} dòng vào sổ vàng. Bằng và bản PDF đang được tạo.",
        )
        if done:
            return done
    keep_version(request, decision)
    return render_page(
        request, "awards/decision_issue.html", {"form": form, "decision": decision, "lines": lines}
    )


@card("decision.edit", methods=("POST",), loads="decision")
def decision_rebuild(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again for papers that are missing."""
    decision = find_or_404(queries.decisions_for(request.actor, "decision.edit"), pk=pk)
    return perform(
        request,
        lambda: actions.rebuild_papers(decision.pk, actor=request.actor),
        to=decision.get_absolute_url(),
        said="Đã yêu cầu tạo các bản còn thiếu.",
    )
