"""Web machinery of every app: route cards, actor-aware rendering, running an action from a form."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from core import access, conflict
from core.errors import Forbidden, Refused, RuleBroken, StaleState
from core.models import FormDraft, FormSubmission

Result = TypeVar("Result")

PUBLIC = "public"
SIGNED_IN = "signed_in"
PAGE_SIZE = 50
BUSY = (
    "Nội dung này đang được người khác xử lý. Hãy thử lại sau ít giây; những gì vừa nhập vẫn còn trên "
    "màn hình."
)
UNIQUE_VIOLATION = "23505"  # the code PostgreSQL gives it
TAKEN = "Người khác vừa lưu nội dung trùng với nội dung này. Hãy xem lại danh sách rồi thử lại nếu vẫn cần."
NO_ROLE = "Vai trò đang dùng không có quyền dùng trang này."
OUT_OF_REACH = "Không có, hoặc ngoài phạm vi của vai trò đang dùng."
ALREADY_SENT = "Biểu mẫu này đã được gửi trước đó; dưới đây là kết quả."


@dataclass(frozen=True)
class Card:
    """What a route declares: who may use it, by which methods, what it loads, what it discloses.

    permission: a key of the role matrix, PUBLIC or SIGNED_IN. loads: the kind of object named in the address
    ("" = none).
    """

    permission: str
    methods: tuple[str, ...] = ("GET",)
    loads: str = ""
    personal: bool = False
    downloads: bool = False


# Routes that live in libraries: route name → card. Our own views carry theirs as an attribute.
EXTERNAL_CARDS: dict[str, Card] = {}
_policy: list[Callable[[Any, str], bool]] = []


def register_policy(decides: Callable[[Any, str], bool]) -> None:
    """Install the function (actor, permission) → bool that cards ask; called once at start-up."""
    _policy[:] = [decides]


def is_allowed(actor: Any, permission: str) -> bool:
    """What the installed policy says, for views whose right depends on what they show."""
    return actor is not None and _policy[0](actor, permission)


def card(
    permission: str,
    *,
    methods: Iterable[str] = ("GET",),
    loads: str = "",
    personal: bool = False,
    downloads: bool = False,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Guard a view by its route card: 405 for other methods, 403 with a reason when no role of
    the actor allows it.
    """
    declared = Card(permission, tuple(methods), loads, personal, downloads)
    allowed = {*declared.methods, "HEAD"} if "GET" in declared.methods else set(declared.methods)

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            if permission not in (PUBLIC, SIGNED_IN) and not _policy[0](request.actor, permission):
                access.note_refusal(request, detail=NO_ROLE)
                raise PermissionDenied(
                    "Vai trò đang dùng không có quyền thực hiện việc này. Nếu có vai trò khác, hãy đổi vai "
                    "trò ở đầu trang; nếu cần được phân quyền, hãy liên hệ quản trị hệ thống của đơn vị."
                )
            return _watched(request, declared, view, args, kwargs)

        guarded.card = declared  # type: ignore[attr-defined]
        guarded.login_required = permission != PUBLIC  # type: ignore[attr-defined]
        return guarded

    return guard


def _watched(
    request: HttpRequest,
    declared: Card,
    view: Callable[..., HttpResponse],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> HttpResponse:
    """Run the view and note in the access log what it disclosed or refused (core.access)."""
    if declared.permission == PUBLIC:
        return view(request, *args, **kwargs)
    with access.watching() as found:
        try:
            response = view(request, *args, **kwargs)
        except PermissionDenied as error:
            access.note_refusal(request, found, detail=str(error))
            raise
        except Http404:
            if declared.loads:
                access.note_refusal(request, found, detail=OUT_OF_REACH)
            raise
    refused = getattr(request, "refused_because", "")
    if refused:
        access.note_refusal(request, found, detail=refused)
    has_body = response.status_code < 300 or response.status_code in (403, 409, 422)
    if has_body and (declared.personal or declared.downloads):
        access.note_disclosure(request, found, downloads=declared.downloads)
    return response


# --- rendering -----------------------------------------------------------------------------------
def draft_key(request: HttpRequest) -> str:
    """The autosave key of the form at this address."""
    return request.path.strip("/").replace("/", ".")[:120]


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int | None = None
) -> HttpResponse:
    """Render a page, or its fragment for htmx when the context names one (key `fragment`).

    The status follows the bound forms in the context: 422 with errors, or what run_action noted (403, 409).
    """
    context = {"draft_key": draft_key(request), **(context or {})}
    if status is None:
        status = getattr(request, "refused_status", None) or (
            422
            if any(isinstance(v, forms.BaseForm) and v.is_bound and v.errors for v in context.values())
            else 200
        )
    fragment = context.get("fragment")
    name = fragment if fragment and getattr(request, "htmx", False) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def see_other(url: str) -> HttpResponseRedirect:
    """Redirect after a change (303): the browser asks anew with GET."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def find_or_404(rows: models.QuerySet[Any], **lookup: Any) -> Any:
    """The one row inside the actor's scope. Missing and foreign are the same 404."""
    try:
        subject = rows.get(**lookup)
    except (rows.model.DoesNotExist, ValueError, OverflowError) as error:
        access.remember_missing(rows.model, lookup)
        raise Http404 from error
    access.remember(subject)
    return subject


def page_of(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> Page:
    """The page asked for by ?page=, the nearest one when the number is wrong."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def version_of(request: HttpRequest) -> int:
    """The version a form was made from; 0, which is never current, when it is missing or wrong."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def keep_version(request: HttpRequest, subject: Any) -> None:
    """Make a refused form carry the version it was made from: sent again, it must not overwrite what others
    have saved meanwhile.
    """
    if request.method == "POST":
        subject.version = version_of(request)


# --- running actions -----------------------------------------------------------------------------
def _form_key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None


def _carried_out(
    request: HttpRequest, action: Callable[[], Result], to: Callable[[Result], str]
) -> tuple[str, bool]:
    """_once, with what the database says when somebody was faster put as StaleState."""
    try:
        return _once(request, action, to)
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise StaleState(BUSY) from error
    except IntegrityError as error:
        if getattr(error.__cause__, "pgcode", "") != UNIQUE_VIOLATION:
            raise
        raise StaleState(TAKEN) from error


def _once(
    request: HttpRequest, action: Callable[[], Result], to: Callable[[Result], str]
) -> tuple[str, bool]:
    """(address to go to, whether the effect happened now).

    A form already carried out gives its first address.
    """
    key = _form_key(request)
    with transaction.atomic():
        if key is not None:
            submission, is_new = FormSubmission.objects.get_or_create(user=request.user, key=key)
            if not is_new:
                return submission.location, False
        result = action()
        location = to(result)
        if key is not None:
            FormSubmission.objects.filter(pk=submission.pk).update(location=location)
        FormDraft.objects.filter(user=request.user, key=draft_key(request)).delete()
    return location, True


def _note_forbidden(request: HttpRequest, error: Exception) -> None:
    if isinstance(error, Forbidden):
        request.refused_because = str(error)  # type: ignore[attr-defined]


def _refuse(request: HttpRequest, form: forms.BaseForm, error: Exception) -> None:
    _note_forbidden(request, error)
    if isinstance(error, ValidationError):
        pairs = error.message_dict.items() if hasattr(error, "error_dict") else [("__all__", error.messages)]
        fields = {name: list(found) for name, found in pairs}
        message = ""
    else:
        fields = dict(getattr(error, "fields", {}))
        message = getattr(error, "message", str(error)) if not fields else ""
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if message or not fields:
        form.add_error(None, message or str(error))
    if isinstance(error, StaleState) and error.version is not None and hasattr(form, "made_with"):
        form.conflict = conflict.compare(form, error.version)  # type: ignore[attr-defined]
    statuses = {Forbidden: 403, StaleState: 409}
    request.refused_status = next((code for kind, code in statuses.items() if isinstance(error, kind)), 422)  # type: ignore[attr-defined]


def run_action(
    request: HttpRequest,
    form: forms.BaseForm,
    action: Callable[[], Result],
    *,
    to: Callable[[Result], str] | str,
    said: str = "",
) -> HttpResponse | None:
    """Carry out an action for a valid form: redirect on success, else None with the errors in the form.

    The same form sent twice (form_key) has one effect and leads to the first result. Refusals become form
    errors and the status 403, 409 or 422 of the page rendered next; nothing typed is lost.
    """
    try:
        location, is_new = _carried_out(request, action, to if callable(to) else lambda _: to)
    except (Refused, ValidationError) as error:
        _refuse(request, form, error)
        return None
    messages.success(request, said) if is_new and said else None
    for note in (
        note for _, sent in request.FILES.lists() for one in sent for note in getattr(one, "notes", ())
    ):
        messages.warning(request, note)
    if not is_new:
        messages.info(request, ALREADY_SENT)
    return see_other(location)


def perform(request: HttpRequest, action: Callable[[], Any], *, to: str, said: str = "") -> HttpResponse:
    """Carry out a one-button action and go to `to`; a refusal is told there in one sentence."""
    try:
        location, is_new = _carried_out(request, action, lambda _: to)
    except Refused as error:
        _note_forbidden(request, error)
        messages.error(request, str(error))
        return see_other(to)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return see_other(to)
    if is_new and said:
        messages.success(request, said)
    return see_other(location or to)


# --- middleware ----------------------------------------------------------------------------------
def no_store_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Pages of signed-in people are never kept by a browser or a proxy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


__all__ = [
    "EXTERNAL_CARDS",
    "PUBLIC",
    "SIGNED_IN",
    "Card",
    "RuleBroken",
    "card",
    "draft_key",
    "find_or_404",
    "is_allowed",
    "keep_version",
    "page_of",
    "perform",
    "register_policy",
    "render_page",
    "run_action",
    "see_other",
    "version_of",
]
