"""Roles: one's own, switching, giving, confirming by a second person, substitutes, ending."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.forms import NoteForm
from core.text import clean
from core.web import SIGNED_IN, card, find_or_404, page_of, perform, render_page, run_action, see_other
from units.actions import roles as actions
from units.middleware import SESSION_KEY
from units.models import RoleAssignment
from units.queries import accounts_for, units_for
from units.role_forms import RoleForm, SubstituteForm
from units.role_queries import (
    my_roles,
    pending_for,
    roles_to_end,
    roles_to_stand_in_for,
    successors,
    two_person_roles_for,
)


@card(SIGNED_IN, methods=("POST",))
def switch_role(request: HttpRequest) -> HttpResponse:
    """Use another of one's own roles from now on.

    The role is read anew on each request, only its number is kept.
    """
    rows = request.user.assignments.active_on(clock.today())
    try:
        chosen = rows.get(pk=request.POST.get("assignment", ""))
    except (RoleAssignment.DoesNotExist, ValueError, OverflowError) as error:
        raise Http404 from error
    request.session[SESSION_KEY] = chosen.pk
    return see_other(reverse("units:desk"))


@card(SIGNED_IN)
def role_mine(request: HttpRequest) -> HttpResponse:
    """The person's roles: in force, to come, waiting, ended; substitutes; the way to hand over."""
    return render_page(request, "units/role_mine.html", {"roles": my_roles(request.actor)})


@card("account.manage", methods=("GET", "POST"), loads="account", personal=True)
def role_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a role."""
    actor = request.actor
    account = find_or_404(accounts_for(actor), pk=pk)
    units = units_for(actor).open_on(clock.today()).order_by("path")
    initial = {
        "valid_from": clock.today(),
        "role": request.GET.get("role", ""),
        "unit": request.GET.get("unit", ""),
    }
    form = RoleForm(request.POST or None, units=units, giver=actor.role, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        waits = actions.needs_second_person(data["role"], account, request.user)
        done = run_action(
            request,
            form,
            lambda: actions.assign_role(account.pk, actor=actor, **data),
            to=f"{reverse('units:account-list')}?q={account.username}",
            said=f"Đã phân vai trò cho {account.display_name}"
            + (", chờ người thứ hai xác nhận; trước đó chưa có quyền nào." if waits else "."),
        )
        if done:
            return done
    return render_page(request, "units/role_form.html", {"form": form, "account": account})


@card("role.confirm", personal=True)
def role_pending(request: HttpRequest) -> HttpResponse:
    """Chờ xác nhận: who was given what by whom, by which document."""
    return render_page(
        request, "units/role_pending.html", {"page": page_of(request, pending_for(request.actor))}
    )


@card("role.confirm", methods=("POST",), loads="pending_role")
def role_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a role another person has given."""
    assignment = find_or_404(two_person_roles_for(request.actor), pk=pk)
    return perform(
        request,
        lambda: actions.confirm_role(assignment.pk, actor=request.actor),
        to=reverse("units:role-pending"),
        said=f"Đã xác nhận vai trò của {assignment.user.display_name}.",
    )


@card("role.confirm", methods=("GET", "POST"), loads="pending_role", personal=True)
def role_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a role another person has given, with the reason."""
    assignment = find_or_404(two_person_roles_for(request.actor), pk=pk)
    if not assignment.is_pending:
        messages.info(request, "Vai trò này đã được xác nhận. Danh sách dưới đây là những vai trò còn chờ.")
        return see_other(reverse("units:role-pending"))
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.reject_role(assignment.pk, form.cleaned_data["note"], actor=request.actor),
            to=reverse("units:role-pending"),
            said="Đã từ chối. Người phân công đã được báo lý do.",
        )
        if done:
            return done
    return render_page(request, "units/role_reject.html", {"form": form, "assignment": assignment})


@card(SIGNED_IN, methods=("GET", "POST"), loads="role_assignment")
def role_substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a colleague hold the role during an absence."""
    actor = request.actor
    assignment = find_or_404(roles_to_stand_in_for(actor), pk=pk)
    if assignment.is_pending or assignment.has_ended(clock.today()):
        messages.info(request, "Vai trò không còn hiệu lực hoặc chưa được xác nhận nên không cử người thay.")
        return see_other(_home_of_roles(request, assignment))
    people = successors(assignment, clock.today(), wide=assignment.user_id != actor.user_id)
    initial = {"valid_from": clock.today()}
    form = SubstituteForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        waits = actions.needs_second_person(assignment.role, data["substitute"], request.user)
        done = run_action(
            request,
            form,
            lambda: actions.name_substitute(assignment.pk, actor=actor, **data),
            to=_home_of_roles(request, assignment),
            said="Đã cử người thay" + (", chờ người thứ hai xác nhận." if waits else "."),
        )
        if done:
            return done
    return render_page(request, "units/role_substitute.html", {"form": form, "assignment": assignment})


def _home_of_roles(request: HttpRequest, assignment: RoleAssignment) -> str:
    return reverse("units:role-mine" if assignment.user_id == request.user.pk else "units:account-list")


@card(SIGNED_IN, methods=("POST",), loads="role_assignment")
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role today; one that has not been in force before today is taken back altogether."""
    actor, today = request.actor, clock.today()
    assignment = find_or_404(roles_to_end(actor), pk=pk)
    is_unused = assignment.is_pending or assignment.valid_from >= today

    def end() -> None:
        if is_unused:
            actions.withdraw_role(assignment.pk, actor=actor)
        else:
            actions.end_role(assignment.pk, ends_on=today, actor=actor)

    said = "Đã thu hồi vai trò." if is_unused else "Đã kết thúc vai trò. Quyền tương ứng hết hiệu lực ngay."
    return perform(request, end, to=_back(request), said=said)


def _back(request: HttpRequest) -> str:
    """The page the person came from when it is ours, else one's own roles."""
    came_from = clean(request.POST.get("next", ""))[:400]
    inside = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    if inside:
        return came_from
    return reverse("units:role-mine")
