"""Accounts for the administrator."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core import clock
from core.errors import Refused
from core.text import clean, search_key
from core.web import card, find_or_404, page_of, perform, render_page, run_action, see_other
from units.account_forms import SuspendForm
from units.actions import accounts as actions
from units.forms import AccountForm
from units.models import RoleAssignment, User
from units.password_links import INVITATION_DAYS
from units.queries import accounts_for, standing_of, units_for


@card("account.manage", personal=True)
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts with their roles today, searchable."""
    text = clean(request.GET.get("q", ""))[:100]
    roles = RoleAssignment.objects.select_related("unit").order_by("valid_from", "pk")
    rows = accounts_for(request.actor).select_related("person")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(person__search_key__contains=search_key(text)))
    rows = rows.prefetch_related(Prefetch("assignments", queryset=roles, to_attr="roles")).order_by(
        "username"
    )
    page = page_of(request, rows)
    for account in page:
        account.standing = standing_of(account, clock.now())
    return render_page(
        request,
        "units/account_list.html",
        {"page": page, "q": text, "today": clock.today(), "sends_mail": settings.MAIL_ENABLED},
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
            said="Đã tạo tài khoản. Việc tiếp theo: phân vai trò và mời đặt mật khẩu (Thao tác khác).",
        )
        if done:
            return done
    return render_page(request, "units/account_form.html", {"form": form})


@card("account.manage", methods=("POST",), loads="account", personal=True)
def account_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show once the link by which the holder sets a password."""
    account = find_or_404(accounts_for(request.actor), pk=pk)
    try:
        link = request.build_absolute_uri(actions.password_link(account.pk, actor=request.actor))
    except Refused as error:
        messages.error(request, str(error))
        return see_other(reverse("units:account-list"))
    lasts = "24 giờ" if account.has_usable_password() else f"{INVITATION_DAYS} ngày"
    return render_page(request, "units/account_link.html", {"account": account, "link": link, "lasts": lasts})


@card("account.manage", methods=("POST",), loads="account", personal=True)
def account_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail the holder a link to set a password; again makes the earlier link void."""
    account = find_or_404(accounts_for(request.actor), pk=pk)
    if not settings.MAIL_ENABLED:
        messages.error(request, "Hệ thống chưa gửi thư. Hãy lấy đường dẫn và trao cho người giữ tài khoản.")
        return see_other(_in_list(account))
    return perform(
        request,
        lambda: actions.send_invitation(account.pk, actor=request.actor),
        to=_in_list(account),
        said=f"Đã gửi thư tới {account.email}. Đường dẫn trong các thư trước hết hiệu lực.",
    )


@card("account.manage", methods=("POST",), loads="account", personal=True)
def account_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link that is out void."""
    account = find_or_404(accounts_for(request.actor), pk=pk)
    return perform(
        request,
        lambda: actions.revoke_invitation(account.pk, actor=request.actor),
        to=_in_list(account),
        said="Đã thu hồi lời mời. Đường dẫn đã gửi không dùng được nữa.",
    )


@card("account.manage", methods=("GET", "POST"), loads="account", personal=True)
def account_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock an account, with the reason."""
    account = find_or_404(accounts_for(request.actor), pk=pk)
    form = SuspendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.suspend_account(account.pk, form.cleaned_data["reason"], actor=request.actor),
            to=_in_list(account),
            said=f"Đã tạm khóa tài khoản {account.display_name}; mọi phiên đăng nhập đã kết thúc.",
        )
        if done:
            return done
    return render_page(request, "units/account_suspend.html", {"form": form, "account": account})


@card("account.manage", methods=("POST",), loads="account", personal=True)
def account_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a suspended account again."""
    account = find_or_404(accounts_for(request.actor), pk=pk)
    return perform(
        request,
        lambda: actions.restore_account(account.pk, actor=request.actor),
        to=_in_list(account),
        said=f"Đã mở lại tài khoản {account.display_name}.",
    )


@card("account.manage", methods=("POST",), loads="account", personal=True)
def account_remove_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Take off the second factors of somebody who lost them."""
    account = find_or_404(accounts_for(request.actor), pk=pk)
    return perform(
        request,
        lambda: actions.remove_factors(account.pk, actor=request.actor),
        to=_in_list(account),
        said=f"Đã gỡ xác thực hai lớp của {account.display_name}; các phiên đăng nhập đã kết thúc.",
    )


def _in_list(account: User) -> str:
    return f"{reverse('units:account-list')}?{urlencode({'q': account.username})}"
