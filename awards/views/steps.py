"""Steps of a dossier: one route each; who may not act here finds nothing."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from awards import queries, workflow
from awards.actions import nominations as actions
from awards.actions import results
from awards.forms import ResultForm
from awards.models import CouncilResult, Nomination
from core import clock
from core.errors import StaleState
from core.forms import NoteForm
from core.web import (
    card,
    find_or_404,
    keep_version,
    perform,
    render_page,
    run_action,
    see_other,
    version_of,
)


def _found(request: HttpRequest, pk: int, permission: str) -> Nomination:
    return find_or_404(queries.nominations_for(request.actor, permission), pk=pk)


def _one_button(
    request: HttpRequest, nomination: Nomination, act: Callable[..., Nomination], said: str
) -> HttpResponse:
    version = version_of(request) or None  # the state alone guards a step: nothing is edited meanwhile
    to = nomination.get_absolute_url()
    return perform(
        request, lambda: act(nomination.pk, actor=request.actor, version=version), to=to, said=said
    )


def _not_now(request: HttpRequest, nomination: Nomination, step: str) -> HttpResponse | None:
    """Back to the dossier with a sentence when the step is not open in its state."""
    try:
        workflow.NOMINATION.step(step, nomination)
    except StaleState as error:
        messages.error(request, str(error))
        return see_other(nomination.get_absolute_url())
    return None


@card("nomination.edit", methods=("POST",), loads="nomination")
def ask_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft to the unit's head."""
    nomination = _found(request, pk, "nomination.edit")
    said = "Đã gửi thủ trưởng ký trình. Việc tiếp theo: chờ thủ trưởng."
    return _one_button(request, nomination, actions.ask_signature, said)


@card("nomination.approve", methods=("POST",), loads="nomination")
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """The head signs and sends."""
    nomination = _found(request, pk, "nomination.approve")
    target = queries.next_level(nomination.unit, nomination.round.unit, clock.today())
    said = f"Hồ sơ {nomination.code} đã trình lên {target.name}. Việc tiếp theo: chờ tiếp nhận."
    return _one_button(request, nomination, actions.submit_nomination, said)


@card("nomination.edit", methods=("POST",), loads="nomination")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what nobody has received yet."""
    nomination = _found(request, pk, "nomination.edit")
    return _one_button(
        request, nomination, actions.withdraw_nomination, "Đã thu hồi hồ sơ. Có thể sửa và trình lại."
    )


@card("nomination.appraise", methods=("POST",), loads="nomination")
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dossier in for appraisal."""
    nomination = _found(request, pk, "nomination.appraise")
    said = f"Đã tiếp nhận hồ sơ {nomination.code}. Việc tiếp theo: thẩm định."
    return _one_button(request, nomination, actions.receive_nomination, said)


@card("nomination.appraise", methods=("POST",), loads="nomination")
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an appraised dossier up, or to the council."""
    nomination = _found(request, pk, "nomination.appraise")
    if workflow.is_at_end(nomination):
        said = f"Đã chuyển hồ sơ {nomination.code} đến Hội đồng. Việc tiếp theo: chờ bình xét."
    else:
        target = queries.next_level(nomination.held_by, nomination.round.unit, clock.today())
        said = f"Đã chuyển hồ sơ {nomination.code} lên {target.name}. Việc tiếp theo: chờ tiếp nhận."
    return _one_button(request, nomination, actions.forward_nomination, said)


def _return(
    request: HttpRequest, nomination: Nomination, step: str, act: Callable[..., Nomination], to_whom: str
) -> HttpResponse:
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note, version = form.cleaned_data["note"], version_of(request) or None
        done = run_action(
            request,
            form,
            lambda: act(nomination.pk, note=note, actor=request.actor, version=version),
            to=nomination.get_absolute_url(),
            said=f"Đã trả lại hồ sơ {nomination.code} kèm lý do cho {to_whom}.",
        )
        if done:
            return done
    elif request.method != "POST" and (stop := _not_now(request, nomination, step)):
        return stop
    keep_version(request, nomination)
    context = {"form": form, "nomination": nomination, "to_whom": to_whom}
    return render_page(request, "awards/nomination_return.html", context)


@card("nomination.approve", methods=("GET", "POST"), loads="nomination")
def return_to_officer(request: HttpRequest, pk: int) -> HttpResponse:
    """The head returns a dossier with a reason."""
    nomination = _found(request, pk, "nomination.approve")
    return _return(request, nomination, "return_to_officer", actions.return_to_officer, "cán bộ lập hồ sơ")


@card("nomination.appraise", methods=("GET", "POST"), loads="nomination")
def return_nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """The level whose turn it is returns a dossier with a reason."""
    nomination = _found(request, pk, "nomination.appraise")
    return _return(request, nomination, "return", actions.return_nomination, nomination.unit.name)


@card("nomination.record", methods=("GET", "POST"), loads="nomination")
def record_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretary types the vote from the signed minutes."""
    nomination = _found(request, pk, "nomination.record")
    award = nomination.award
    form = ResultForm(
        request.POST or None, initial=_last_meeting(nomination), has_share=award.vote_share is not None
    )
    if request.method == "POST" and form.is_valid():
        version = version_of(request) or None
        done = run_action(
            request,
            form,
            lambda: results.record_result(
                nomination.pk, **form.cleaned_data, actor=request.actor, version=version
            ),
            to=nomination.get_absolute_url(),
            said=f"Đã ghi kết quả bình xét hồ sơ {nomination.code}.",
        )
        if done:
            return done
    elif request.method != "POST" and (stop := _not_now(request, nomination, "pass")):
        return stop
    keep_version(request, nomination)
    return render_page(
        request, "awards/result_form.html", {"form": form, "nomination": nomination, "award": award}
    )


def _last_meeting(nomination: Nomination) -> dict[str, object]:
    """Council, day, minutes and membership of the last result typed in the round:
    usually the same meeting.
    """
    last = (
        CouncilResult.objects.filter(nomination__round=nomination.round)
        .order_by("-recorded_at", "-pk")
        .first()
    )
    if last is None:
        return {"council_name": f"Hội đồng Thi đua - Khen thưởng {nomination.round.unit.name}"}
    names = ("council_name", "voted_on", "minutes_number", "members")
    return {name: getattr(last, name) for name in names}
