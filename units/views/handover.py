"""Handover: the giver starts and completes the pack, the successor confirms or declines; the minute."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core import audit, clock
from core.documents.pdf import render_pdf
from core.forms import NoteForm
from core.web import (
    SIGNED_IN,
    card,
    find_or_404,
    keep_version,
    page_of,
    perform,
    render_page,
    run_action,
    version_of,
)
from units.actions import handover as actions
from units.choices import HandoverState
from units.documents import handover_minute
from units.handover_forms import HandoverForm, HandoverStartForm
from units.handover_pack import (
    build_pack,
    handovers_for,
    managed_for,
    may_read_pack,
    readable,
    roles_to_hand_over,
)
from units.models import Handover
from units.permissions import Actor
from units.queries import parent_of
from units.role_matrix import PRIVILEGED
from units.role_queries import successors

_STEPS: dict[str, tuple[Callable[..., Handover], str]] = {
    "offer": (actions.offer_handover, "Đã gửi người nhận. Việc tiếp theo: người nhận xác nhận."),
    "withdraw": (actions.withdraw_handover, "Đã thu hồi. Sửa xong hãy gửi lại."),
    "cancel": (actions.cancel_handover, "Đã hủy bàn giao. Vai trò vẫn thuộc người giao."),
    "confirm": (
        actions.confirm_handover,
        "Bạn đã nhận bàn giao. Công việc của vai trò nay ở «Việc của tôi».",
    ),
}


@card(SIGNED_IN)
def handover_list(request: HttpRequest) -> HttpResponse:
    """Bàn giao: those of the person, of the unit one heads, of the units one administers."""
    rows = handovers_for(request.actor)
    return render_page(request, "units/handover_list.html", {"page": page_of(request, rows)})


@card(SIGNED_IN, methods=("GET", "POST"), loads="role_assignment")
def handover_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Bàn giao công việc: choose the successor; one button makes the pack."""
    actor = request.actor
    assignment = find_or_404(roles_to_hand_over(actor), pk=pk)
    is_giver = assignment.user_id == actor.user_id
    people = successors(assignment, clock.today(), wide=not is_giver)
    form = HandoverStartForm(request.POST or None, people=people, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.prepare_handover(assignment.pk, form.cleaned_data, actor=actor),
            to=lambda made: reverse("units:handover-edit", args=[made.pk]),
            said="Đã lập gói bàn giao. Hãy ghi thêm điều cần biết rồi gửi người nhận.",
        )
        if done:
            return done
    context = {"form": form, "assignment": assignment, "is_privileged": assignment.role in PRIVILEGED}
    if is_giver:
        context["pack"] = readable(build_pack(assignment, clock.today()))
    return render_page(request, "units/handover_start.html", context)


@card(SIGNED_IN, methods=("GET", "POST"), loads="handover")
def handover_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete the pack before it is sent: notes, contacts, day, successor."""
    actor = request.actor
    handover = find_or_404(managed_for(actor).filter(state=HandoverState.DRAFT), pk=pk)
    is_giver = handover.giver_id == actor.user_id
    people = successors(handover.assignment, clock.today(), wide=not is_giver)
    initial = {name: getattr(handover, name) for name in ("successor", "on", "document", "notes", "contacts")}
    form = HandoverForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        done = run_action(
            request,
            form,
            lambda: actions.save_handover(handover.pk, form.cleaned_data, version=version, actor=actor),
            to=handover.get_absolute_url(),
            said="Đã lưu gói bàn giao.",
        )
        if done:
            return done
    keep_version(request, handover)
    return render_page(request, "units/handover_form.html", {"form": form, "handover": handover})


@card(SIGNED_IN, loads="handover")
def handover_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One handover on one page: state, both sides, the pack, what happened."""
    handover = find_or_404(handovers_for(request.actor), pk=pk)
    return render_page(request, "units/handover_detail.html", _context(handover, request.actor))


def _context(handover: Handover, actor: Actor) -> dict[str, object]:
    today = clock.today()
    return {
        "handover": handover,
        "pack": readable(handover.pack),
        "contacts": [line for line in handover.contacts.splitlines() if line.strip()],
        "may_read": may_read_pack(actor, handover),
        "is_giver": handover.giver_id == actor.user_id,
        "is_successor": handover.successor_id == actor.user_id,
        "may_manage": managed_for(actor).filter(pk=handover.pk).exists(),
        "is_due": handover.on <= today,
        "events": [
            {"at": row.at, "who": row.actor_label, "label": audit.label_of(row.action), "note": row.note}
            for row in audit.timeline(handover).order_by("sequence")[:40]
        ],
    }


@card(SIGNED_IN, methods=("POST",), loads="handover")
def handover_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Offer, withdraw, cancel (whoever prepares it) or confirm (the successor)."""
    actor = request.actor
    mine = handovers_for(actor).filter(successor=actor.user_id) if step == "confirm" else managed_for(actor)
    if step not in _STEPS:
        raise Http404
    handover = find_or_404(mine, pk=pk)
    action, said = _STEPS[step]
    to = (
        reverse("units:desk")
        if step == "confirm" and actor.assignment is None
        else handover.get_absolute_url()
    )
    return perform(request, lambda: action(handover.pk, actor=actor), to=to, said=said)


@card(SIGNED_IN, methods=("GET", "POST"), loads="handover")
def handover_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The successor refuses, with the reason."""
    actor = request.actor
    rows = handovers_for(actor).filter(successor=actor.user_id, state=HandoverState.OFFERED)
    handover = find_or_404(rows, pk=pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.decline_handover(handover.pk, form.cleaned_data["note"], actor=actor),
            to=handover.get_absolute_url(),
            said="Đã từ chối. Người giao được báo lý do.",
        )
        if done:
            return done
    return render_page(request, "units/handover_decline.html", {"form": form, "handover": handover})


@card(SIGNED_IN, loads="handover", downloads=True)
def handover_minute_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Biên bản bàn giao as PDF, for those who may read the pack."""
    handover = find_or_404(handovers_for(request.actor), pk=pk)
    if not may_read_pack(request.actor, handover):
        raise Http404
    document = handover_minute(handover, parent_of(handover.assignment.unit, handover.on))
    response = HttpResponse(render_pdf(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="bien-ban-ban-giao-{handover.pk}.pdf"'
    return response
