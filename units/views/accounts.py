"""Switching roles; accounts and their roles for the administrator."""

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.errors import Refused
from core.text import clean
from core.web import SIGNED_IN, card, find_or_404, page_of, perform, render_page, run_action, see_other
from units.actions import accounts as actions
from units.forms import AccountForm, RoleForm
from units.middleware import SESSION_KEY
from units.models import RoleAssignment, User
from units.permissions import scope
from units.queries import units_for


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


def _accounts_for(request: HttpRequest) -> Q:
    inside = RoleAssignment.objects.filter(scope(request.actor, "account.manage"))
    return Q(pk__in=inside.values("user")) | ~Q(pk__in=RoleAssignment.objects.values("user"))


@card("account.manage", personal=True)
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts with their roles today, searchable."""
    text = clean(request.GET.get("q", ""))[:100]
    roles = RoleAssignment.objects.select_related("unit").order_by("valid_from", "pk")
    rows = User.objects.filter(_accounts_for(request)).select_related("person")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(person__full_name__icontains=text))
    rows = rows.prefetch_related(Prefetch("assignments", queryset=roles, to_attr="roles")).order_by(
        "username"
    )
    return render_page(
        request,
        "units/account_list.html",
        {"page": page_of(request, rows), "q": text, "today": clock.today()},
    )


@card("account.manage", methods=("GET", "POST"), personal=True)
def account_create(request: HttpRequest) -> HttpResponse:
    """Take a person in with a post and an account."""
    units = units_for(request.actor).open_on(clock.today()).order_by("path")
    form = AccountForm(request.POST or None, units=units, initial={"since": clock.today()})
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.create_account(form.cleaned_data, actor=request.actor),
            to=lambda user: f"{reverse('units:account-list')}?q={user.username}",
            said="Đã tạo tài khoản. Việc tiếp theo: phân vai trò và cấp đường dẫn đặt mật khẩu.",
        )
        if done:
            return done
    return render_page(request, "units/account_form.html", {"form": form})


@card("account.manage", methods=("POST",), loads="account", personal=True)
def account_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show once the link by which the holder sets a password."""
    account = find_or_404(User.objects.filter(_accounts_for(request)), pk=pk)
    try:
        link = request.build_absolute_uri(actions.password_link(account.pk, actor=request.actor))
    except Refused as error:
        messages.error(request, str(error))
        return see_other(reverse("units:account-list"))
    return render_page(request, "units/account_link.html", {"account": account, "link": link})


@card("account.manage", methods=("GET", "POST"), loads="account", personal=True)
def role_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a role."""
    account = find_or_404(User.objects.filter(_accounts_for(request)), pk=pk)
    units = units_for(request.actor).open_on(clock.today()).order_by("path")
    form = RoleForm(request.POST or None, units=units, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = run_action(
            request,
            form,
            lambda: actions.assign_role(account.pk, actor=request.actor, **data),
            to=reverse("units:account-list"),
            said=f"Đã phân vai trò cho {account.display_name}.",
        )
        if done:
            return done
    return render_page(request, "units/role_form.html", {"form": form, "account": account})


@card("account.manage", methods=("POST",), loads="role_assignment")
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role today."""
    rows = RoleAssignment.objects.filter(scope(request.actor, "account.manage"))
    assignment = find_or_404(rows, pk=pk)
    return perform(
        request,
        lambda: actions.end_role(assignment.pk, ends_on=clock.today(), actor=request.actor),
        to=_back(request),
        said="Đã kết thúc vai trò. Quyền tương ứng hết hiệu lực ngay.",
    )


def _back(request: HttpRequest) -> str:
    """The page the person came from when it is ours, else the list of accounts."""
    came_from = clean(request.POST.get("next", ""))[:400]
    inside = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if inside else reverse("units:account-list")
