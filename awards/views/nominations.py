"""Dossiers: list, inbox, detail, drafting, papers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from awards import facts, queries, workflow
from awards.actions import nominations as actions
from awards.choices import NominationState, SubjectKind
from awards.forms import ManyForm, NominationFilter, NominationForm, PaperForm
from awards.models import AwardKind, Nomination, NominationPaper
from campaigns.queries import person_choices
from core import clock
from core.flow import history
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
from units.models import Person, Unit

SORTS = {
    "code": ("pk",),
    "name": ("person__sort_key", "collective__sort_key"),
    "award": ("award__rank", "award__code"),
    "unit": ("unit__sort_key",),
    "state": ("state",),
    "sent": ("submitted_at",),
}


def _sorted(request: HttpRequest, rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    asked = request.GET.get("sort", "")
    names = SORTS.get(asked.removeprefix("-"))
    if names is None:
        return rows.order_by("-pk")
    sign = "-" if asked.startswith("-") else ""
    return rows.order_by(*(f"{sign}{name}" for name in names), "-pk")


def _filtered(
    request: HttpRequest, rows: QuerySet[Nomination]
) -> tuple[NominationFilter, QuerySet[Nomination], dict[str, Any]]:
    """(form, rows without the state filter, what was asked)."""
    rounds = queries.rounds_for(request.actor).order_by("-year", "-opens_on", "-pk")
    kinds = AwardKind.objects.filter(pk__in=queries.nominations_for(request.actor).order_by().values("award"))
    form = NominationFilter(
        request.GET or None,
        rounds=[(str(row.pk), row.name) for row in rounds[:100]],
        awards=queries.award_choices(kinds),
    )
    data = form.cleaned_data if form.is_valid() else {}
    if data.get("round"):
        rows = rows.filter(round=data["round"])
    if data.get("award"):
        rows = rows.filter(award__code=data["award"])
    if data.get("q"):
        rows = queries.search_nominations(rows, data["q"])
    return form, rows, data


@card("nomination.view", personal=True)
def nomination_list(request: HttpRequest) -> HttpResponse:
    """Dossiers in reach, by filters in the address; chips count the states."""
    form, rows, data = _filtered(request, queries.nominations_for(request.actor))
    mine = queries.my_turn(request.actor)
    is_mine = request.GET.get("turn") == "me"
    mine_count = rows.filter(mine).count()
    chips = queries.counts_by_state(rows)
    if is_mine:
        rows = rows.filter(mine)
    elif data.get("state"):
        rows = rows.filter(state=data["state"])
    context = {
        "page": page_of(request, _sorted(request, rows)),
        "filter": form,
        "chips": chips,
        "total": sum(count for _, _, count in chips),
        "is_mine": is_mine,
        "mine_count": mine_count,
        "state": "" if is_mine else data.get("state", ""),
        "can_create": queries.open_rounds(request.actor.unit, clock.today()).exists(),
    }
    return render_page(request, "awards/nomination_list.html", context, status=200)


@card("nomination.appraise", personal=True)
def nomination_inbox(request: HttpRequest) -> HttpResponse:
    """Dossiers that lie at the actor's unit to be received or appraised, the oldest first."""
    rows = queries.nominations_for(request.actor, "nomination.appraise")
    form, rows, data = _filtered(request, rows)
    waiting = rows.filter(state=NominationState.SUBMITTED)
    appraised = rows.filter(state=NominationState.RECEIVED)
    counts = (waiting.count(), appraised.count())
    tab = "received" if request.GET.get("tab") == "received" or (not counts[0] and counts[1]) else "submitted"
    if request.GET.get("tab") == "submitted":
        tab = "submitted"
    rows = (appraised if tab == "received" else waiting).order_by("submitted_at", "pk")
    context = {
        "page": page_of(request, rows),
        "filter": form,
        "tab": tab,
        "counts": counts,
        "today": clock.today(),
    }
    return render_page(request, "awards/nomination_inbox.html", context, status=200)


@card("nomination.view", loads="nomination", personal=True)
def nomination_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One dossier: where it is, what it says, what is missing, what happened."""
    rows = queries.nominations_for(request.actor).select_related(
        "round__unit",
        "round__campaign",
        "unit",
        "held_by",
        "award",
        "person",
        "collective",
        "initiative",
        "result__recorded_by",
    )
    nomination = find_or_404(rows, pk=pk)
    today = clock.today()
    steps = list(history(nomination))
    line = getattr(nomination, "decision_line", None)
    context = {
        "nomination": nomination,
        "tracker": queries.tracker(nomination, steps, queries.route_of(nomination, today)),
        "history": [_entry(step) for step in reversed(steps)],
        "ready": facts.readiness_of(nomination, today),
        "post": facts.post_of(nomination, today),
        "papers": queries.papers_of(nomination),
        "paper_form": PaperForm(),
        "result": getattr(nomination, "result", None),
        "decision": line.decision
        if line and queries.decisions_for(request.actor).filter(pk=line.decision_id).exists()
        else None,
        "at_end": workflow.is_at_end(nomination),
        "can_withdraw": nomination.state == NominationState.SUBMITTED and nomination.received_on is None,
        "today": today,
    }
    return render_page(request, "awards/nomination_detail.html", context)


def _entry(step: Any) -> dict[str, Any]:
    who, _, role = step.actor_label.partition(" – ")
    return {"at": step.at, "who": who, "role": role, "label": step.label, "note": step.note}


# --- drafting ------------------------------------------------------------------------------------
def _form(
    request: HttpRequest, kind: str, unit: Unit, nomination: Nomination | None = None
) -> NominationForm:
    today = clock.today()
    names = ("achievement", "initiative", "collective")
    initial: dict[str, Any] = {name: getattr(nomination, name) for name in names} if nomination else {}
    if nomination:
        initial |= {"person": nomination.person_id, "award": nomination.award_id}
    else:
        initial |= {"round": request.GET.get("round"), "award": request.GET.get("award")}
    is_person = kind == SubjectKind.PERSON
    collectives = Unit.objects.below(unit).open_on(today).order_by("path")
    return NominationForm(
        request.POST or None,
        initial=initial,
        subject_kind=kind,
        awards=queries.catalogue(today, kind),
        rounds=None if nomination else queries.open_rounds(unit, today),
        people=person_choices(unit, today) if is_person else [],
        collectives=collectives,
        initiatives=queries.initiatives_of(unit),
    )


def _values(form: NominationForm) -> dict[str, Any]:
    data = form.cleaned_data
    values = {"award": data["award"], "subject_kind": form.subject_kind, "achievement": data["achievement"]}
    values |= {"initiative": data["initiative"], "person": None, "collective": data.get("collective")}
    if "person" in data:
        values["person"] = Person.objects.get(pk=data["person"])
    return values


@card("nomination.edit", methods=("GET", "POST"), personal=True)
def nomination_create(request: HttpRequest, kind: str = SubjectKind.PERSON) -> HttpResponse:
    """Start a dossier for one person or one collective."""
    form = _form(request, kind, request.actor.unit)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.create_nomination(
                form.cleaned_data["round"].pk, _values(form), actor=request.actor
            ),
            to=lambda nomination: nomination.get_absolute_url(),
            said="Đã lưu bản nháp. Hãy thêm giấy tờ rồi gửi thủ trưởng ký trình.",
        )
        if done:
            return done
    context = {"form": form, "kind": kind, "has_rounds": form.fields["round"].queryset.exists()}
    return render_page(request, "awards/nomination_form.html", context)


@card("nomination.edit", methods=("GET", "POST"), personal=True)
def nomination_create_many(request: HttpRequest) -> HttpResponse:
    """Start one dossier per ticked person for the same award."""
    unit, today = request.actor.unit, clock.today()
    form = ManyForm(
        request.POST or None,
        initial={"round": request.GET.get("round")},
        awards=queries.catalogue(today, SubjectKind.PERSON),
        rounds=queries.open_rounds(unit, today),
        people=person_choices(unit, today),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        people = Person.objects.filter(pk__in=data["people"]).order_by("sort_key", "pk")
        done = run_action(
            request,
            form,
            lambda: actions.create_for_people(data["round"].pk, data["award"], people, actor=request.actor),
            to=f"{reverse('awards:nomination-list')}?turn=me",
            said=f"Đã lập {len(data['people'])} bản nháp. Hãy bổ sung tóm tắt thành tích và giấy tờ "
            "cho từng hồ sơ.",
        )
        if done:
            return done
    has_rounds = form.fields["round"].queryset.exists()
    return render_page(request, "awards/nomination_many.html", {"form": form, "has_rounds": has_rounds})


@card("nomination.edit", methods=("GET", "POST"), loads="nomination", personal=True)
def nomination_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, a returned or a withdrawn dossier."""
    nomination = find_or_404(queries.nominations_for(request.actor, "nomination.edit"), pk=pk)
    form = _form(request, nomination.subject_kind, nomination.unit, nomination)
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_nomination(
                nomination.pk, _values(form), actor=request.actor, version=version
            ),
            to=nomination.get_absolute_url(),
            said="Đã lưu hồ sơ.",
        )
        if done:
            return done
    keep_version(request, nomination)
    context = {"form": form, "nomination": nomination, "kind": nomination.subject_kind, "has_rounds": True}
    return render_page(request, "awards/nomination_form.html", context)


# --- papers --------------------------------------------------------------------------------------
@card("nomination.edit", methods=("GET", "POST"), loads="nomination")
def paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a paper to a draft."""
    nomination = find_or_404(queries.nominations_for(request.actor, "nomination.edit"), pk=pk)
    form = PaperForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "")}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = run_action(
            request,
            form,
            lambda: actions.attach_paper(nomination.pk, data["kind"], data["file"], actor=request.actor),
            to=f"{nomination.get_absolute_url()}#papers",
            said=f"Đã thêm giấy tờ: {dict(form.fields['kind'].choices)[data['kind']]}.",
        )
        if done:
            return done
    return render_page(request, "awards/paper_form.html", {"form": form, "nomination": nomination})


@card("nomination.edit", methods=("POST",), loads="paper")
def paper_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper out of a draft."""
    mine = queries.nominations_for(request.actor, "nomination.edit").order_by().values("pk")
    paper = find_or_404(NominationPaper.objects.filter(nomination__in=mine), pk=pk)
    return perform(
        request,
        lambda: actions.remove_paper(paper.pk, actor=request.actor),
        to=reverse("awards:nomination-detail", args=[paper.nomination_id]) + "#papers",
        said="Đã bỏ giấy tờ khỏi hồ sơ.",
    )
