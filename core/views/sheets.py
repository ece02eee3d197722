"""Imports from sheets: choose a kind, upload, match columns, preview, correct, take, get faulty rows back.

The right of these pages is that of the kind: a role that may import nothing is refused, a kind the role may
not import is refused, an import of somebody else, or of another unit, is not found.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import clock
from core.models import RowState, SheetImport, SheetRow, SheetState
from core.sheets import kinds, runs
from core.sheets.forms import MappingForm, RowForm, UploadForm
from core.sheets.template import template_workbook
from core.web import (
    SIGNED_IN,
    card,
    find_or_404,
    is_allowed,
    page_of,
    perform,
    render_page,
    run_action,
    see_other,
    version_of,
)

NO_RIGHT = (
    "Vai trò đang dùng không có quyền nhập dữ liệu từ bảng tính. Nếu có vai trò khác, hãy đổi vai trò ở "
    "đầu trang; nếu cần "
    "được phân quyền, hãy liên hệ quản trị hệ thống của đơn vị."
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = (
    ("", "Tất cả"),
    (RowState.NEW, "Thêm mới"),
    (RowState.CHANGE, "Sẽ thay đổi"),
    (RowState.SAME, "Không đổi"),
    (RowState.FAULTY, "Có lỗi"),
    (RowState.TAKEN, "Đã nhập"),
)
TONES = {
    RowState.NEW: "ok",
    RowState.CHANGE: "warn",
    RowState.SAME: "neutral",
    RowState.FAULTY: "danger",
    RowState.TAKEN: "ok",
}
View = Callable[..., HttpResponse]


def sheet_card(
    *, methods: Iterable[str] = ("GET",), loads: str = "", personal: bool = False, downloads: bool = False
) -> Callable[[View], View]:
    """A route card whose right is that of the kinds: of the kind in the address, else of any."""

    def guard(view: View) -> View:
        @wraps(view)
        def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not kinds.usable_by(request.actor):
                raise PermissionDenied(NO_RIGHT)
            if "kind" in kwargs:
                kind = kinds.get(kwargs["kind"])
                if kind is None:
                    raise Http404
                if not is_allowed(request.actor, kind.permission):
                    raise PermissionDenied(NO_RIGHT)
                kwargs["kind"] = kind
            return view(request, *args, **kwargs)

        return card(SIGNED_IN, methods=methods, loads=loads, personal=personal, downloads=downloads)(allowed)

    return guard


def _run(request: HttpRequest, pk: int) -> SheetImport:
    run: SheetImport = find_or_404(runs.runs_for(request.actor), pk=pk)
    return run


@sheet_card()
def sheet_list(request: HttpRequest) -> HttpResponse:
    """Kinds that can be imported, and the person's imports, newest first."""
    page = page_of(request, runs.runs_for(request.actor).order_by("-created_at", "-pk"))
    for run in page:
        run.kind_label = runs.kind_of(run).label
        run.source = runs.source_name(run)
    context = {"page": page, "kinds": kinds.usable_by(request.actor)}
    return render_page(request, "core/sheet_list.html", context)


@sheet_card(methods=("GET", "POST"))
def sheet_new(request: HttpRequest, kind: kinds.SheetKind) -> HttpResponse:
    """Upload a workbook of a kind."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: runs.start(kind, form.cleaned_data["file"], actor=request.actor),
            to=lambda run: run.get_absolute_url(),
        )
        if done:
            return done
    return render_page(request, "core/sheet_new.html", {"form": form, "kind": kind})


@sheet_card(downloads=True)
def sheet_template(request: HttpRequest, kind: kinds.SheetKind) -> HttpResponse:
    """The template workbook of a kind, with the lists of the actor's scope."""
    response = HttpResponse(template_workbook(kind, request.actor), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="mau-nhap-{kind.key}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@sheet_card(loads="sheet_import", personal=True)
def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An import in its present state: progress, preview, result, or why it failed."""
    run = _run(request, pk)
    if run.state == SheetState.MAPPING and not getattr(request, "htmx", False):
        return see_other(reverse("core:sheet-columns", args=[run.pk]))
    kind = runs.kind_of(run)
    context: dict[str, Any] = {"run": run, "kind": kind, "fragment": "core/_sheet_progress.html"}
    if not getattr(request, "htmx", False):
        context |= _preview(request, run, kind)
    response = render_page(request, "core/sheet_detail.html", context)
    if getattr(request, "htmx", False) and not run.is_live:
        response["HX-Refresh"] = "true"
    return response


def _tabs(run: SheetImport, chosen: str) -> list[dict[str, Any]]:
    counts = {state: run.counts.get(state, 0) for state in RowState.values}
    found = []
    for state, label in TABS:
        count = counts[state] if state else sum(counts.values())
        is_asked = run.state == SheetState.READY and state in (RowState.NEW, RowState.CHANGE, RowState.FAULTY)
        if count or is_asked or not state:
            found.append({"state": state, "label": label, "count": count, "is_on": state == chosen})
    return found


def _preview(request: HttpRequest, run: SheetImport, kind: kinds.SheetKind) -> dict[str, Any]:
    """What the preview and the result page show of the rows."""
    if run.state not in (SheetState.READY, SheetState.DONE, SheetState.FAILED):
        return {}
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in RowState.values else ""
    rows = run.rows.order_by("number")
    page = page_of(request, rows.filter(state=chosen) if chosen else rows)
    good = run.counts.get(RowState.NEW, 0) + run.counts.get(RowState.CHANGE, 0)
    return {
        "tabs": _tabs(run, chosen),
        "page": page,
        "rows": [_shown(row, kind) for row in page],
        "good": good,
        "faulty": run.counts.get(RowState.FAULTY, 0),
        "taken": run.counts.get(RowState.TAKEN, 0),
        "same": run.counts.get(RowState.SAME, 0),
        "notes": run.counts.get("notes", []),
        "result": runs.result_of(run) if run.state == SheetState.DONE else None,
        "source": runs.source_name(run),
        "matched": [(of.label, run.mapping[of.name]) for of in kind.fields if run.mapping.get(of.name)],
    }


def _shown(row: SheetRow, kind: kinds.SheetKind) -> dict[str, Any]:
    texts = [row.values[name] for name in kind.summary if row.values.get(name)]
    labels = {of.name: of.label for of in kind.fields}
    faults = [fault | {"label": labels.get(fault["field"], "Cả dòng")} for fault in row.faults]
    return {
        "row": row,
        "name": texts[0] if texts else "(dòng trống)",
        "texts": texts[1:],
        "tone": TONES[RowState(row.state)],
        "changes": [(label, old, new) for label, (old, new) in row.changes.items()],
        "faults": faults,
    }


@sheet_card(methods=("GET", "POST"), loads="sheet_import", personal=True)
def sheet_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column of the sheet is which field."""
    run = _run(request, pk)
    kind = runs.kind_of(run)
    form = MappingForm(request.POST or None, kind=kind, run=run)
    if request.method == "POST" and form.is_valid():
        head = form.cleaned_data["header_row"]
        done = run_action(
            request,
            form,
            lambda: runs.map_columns(
                run.pk,
                form.mapping,
                header_row=head,
                version=version_of(request),
                actor=request.actor,
            ),
            to=run.get_absolute_url(),
        )
        if done:
            return done
    elif run.state not in (SheetState.MAPPING, SheetState.READY):
        return see_other(run.get_absolute_url())
    missing = [of for of in kind.fields if of.is_required and not run.mapping.get(of.name)]
    context = {"run": run, "kind": kind, "form": form, "missing": missing, "source": runs.source_name(run)}
    return render_page(request, "core/sheet_columns.html", context)


@sheet_card(methods=("GET", "POST"), loads="sheet_import", personal=True)
def sheet_row(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Correct one row; it is judged again at once."""
    run = _run(request, pk)
    kind = runs.kind_of(run)
    row = find_or_404(run.rows.all(), number=number)
    today = clock.today()
    form = RowForm(request.POST or None, kind=kind, row=row, today=today)
    htmx = getattr(request, "htmx", False)
    if request.method == "POST" and form.is_valid():
        back = f"{run.get_absolute_url()}?state={RowState.FAULTY}"
        done = run_action(
            request,
            form,
            lambda: runs.correct(run.pk, number, form.texts, actor=request.actor, today=today),
            to=lambda _: back,
            said="" if htmx else f"Đã sửa và kiểm tra lại dòng {number}.",
        )
        if done and htmx:
            return _swapped(request, run, kind, number)
        if done:
            return done
    context = {"run": run, "kind": kind, "row": row, "form": form, "fragment": "core/_sheet_row_form.html"}
    return render_page(request, "core/sheet_row.html", context)


def _swapped(request: HttpRequest, run: SheetImport, kind: kinds.SheetKind, number: int) -> HttpResponse:
    """The row after its correction, with the counts of the page, for htmx."""
    run.refresh_from_db()
    shown = _shown(run.rows.get(number=number), kind)
    good = run.counts.get(RowState.NEW, 0) + run.counts.get(RowState.CHANGE, 0)
    context = {
        "run": run,
        "kind": kind,
        "shown": shown,
        "tabs": _tabs(run, ""),
        "good": good,
        "is_swap": True,
    }
    return render(request, "core/_sheet_row_swap.html", context)


@sheet_card(methods=("POST",), loads="sheet_import")
def sheet_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the rows with the data once more."""
    run = _run(request, pk)
    return perform(
        request,
        lambda: runs.check_again(run.pk, actor=request.actor),
        to=run.get_absolute_url(),
    )


@sheet_card(methods=("POST",), loads="sheet_import")
def sheet_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the good rows."""
    run = _run(request, pk)
    return perform(
        request,
        lambda: runs.confirm(run.pk, actor=request.actor),
        to=run.get_absolute_url(),
    )


@sheet_card(methods=("POST",), loads="sheet_import")
def sheet_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw an import away before anything was taken."""
    run = _run(request, pk)
    if run.state not in (SheetState.MAPPING, SheetState.READY, SheetState.FAILED):
        to = run.get_absolute_url()
    else:
        to = reverse("core:sheet-list")
    said = "Đã bỏ lần nhập; chưa có gì được ghi vào hệ thống."
    return perform(request, lambda: runs.drop(run.pk, actor=request.actor), to=to, said=said)
