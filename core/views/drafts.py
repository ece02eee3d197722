"""Autosave: one draft per person and form, saved while typing."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.models import FormDraft
from core.text import clean
from core.web import SIGNED_IN, card, see_other

MAX_DRAFT_BYTES = 400_000


def _cleaned(values: Any) -> dict[str, Any] | None:
    if not isinstance(values, dict) or len(values) > 1000:
        return None
    return {
        clean(str(k))[:200]: [clean(str(x)) for x in v] if isinstance(v, list) else clean(str(v))
        for k, v in values.items()
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    """What the page sent; empty when it is too large or not readable."""
    try:
        body = json.loads(request.body) if len(request.body) <= MAX_DRAFT_BYTES else {}
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _place(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    """Where the form stands, so that the desk can lead back to it: address inside the product, heading, and
    the unit in whose name the person works (its number means nothing here).
    """
    path, title = body.get("path"), body.get("title")
    path = path[:300] if isinstance(path, str) else ""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, None)
    return {
        "path": path if is_ours else "",
        "title": clean(title)[:200] if isinstance(title, str) else "",
        "scope_id": getattr(getattr(getattr(request, "actor", None), "unit", None), "pk", None),
    }


@card(SIGNED_IN, methods=("GET", "POST", "DELETE"))
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """Read, save or drop the signed-in person's draft of one form."""
    key = clean(key)[:120]
    rows = FormDraft.objects.filter(user=request.user, key=key)
    if request.method == "DELETE":
        rows.delete()
        return JsonResponse({})
    if request.method == "POST":
        body = _body(request)
        values = _cleaned(body.get("values"))
        if values is None:
            return JsonResponse(
                {"error": "Bản lưu tạm quá lớn hoặc không đọc được; hãy bấm Lưu."}, status=400
            )
        kept = {"values": values, "saved_at": clock.now(), **_place(request, body)}
        FormDraft.objects.update_or_create(user=request.user, key=key, defaults=kept)
    found = rows.first()
    if found is None:
        return JsonResponse({"values": None, "saved_at": "", "saved_on": ""})
    at = timezone.localtime(found.saved_at)
    answer = {"saved_at": f"{at:%H:%M}", "saved_on": f"{at:%d/%m/%Y}"}
    return JsonResponse(answer if request.method == "POST" else answer | {"values": found.values})


@card(SIGNED_IN, methods=("POST",))
def draft_drop(request: HttpRequest, key: str) -> HttpResponse:
    """Drop one of the person's drafts from the list of drafts; without JavaScript too."""
    FormDraft.objects.filter(user=request.user, key=key).delete()
    return see_other("/")


@card(SIGNED_IN, methods=("POST",))
def draft_use(request: HttpRequest, key: str) -> HttpResponse:
    """Open the form with this draft: one handed over beside the person's own changes places with it."""
    own_key = key.partition("~")[0]
    with transaction.atomic():
        rows = FormDraft.objects.select_for_update().filter(user=request.user, key__in=[key, own_key])
        by_key = {row.key: row for row in rows}
        chosen, own = by_key.get(key), by_key.get(own_key)
        if chosen is not None and key != own_key:
            if own is not None:
                # through a third name: one form has one draft at any moment
                FormDraft.objects.filter(pk=own.pk).update(key=f"{key[:110]}~{own.pk}")
            FormDraft.objects.filter(pk=chosen.pk).update(key=own_key)
            if own is not None:
                FormDraft.objects.filter(pk=own.pk).update(key=key)
    return see_other(chosen.path if chosen is not None and chosen.path else "/")
