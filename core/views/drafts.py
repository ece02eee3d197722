"""Autosave: one draft per person and form, saved while typing."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from core import clock
from core.models import FormDraft
from core.text import clean
from core.web import SIGNED_IN, card

MAX_DRAFT_BYTES = 400_000


def _cleaned(values: Any) -> dict[str, Any] | None:
    if not isinstance(values, dict) or len(values) > 1000:
        return None
    return {
        clean(str(k))[:200]: [clean(str(x)) for x in v] if isinstance(v, list) else clean(str(v))
        for k, v in values.items()
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
        try:
            values = (
                _cleaned(json.loads(request.body).get("values"))
                if len(request.body) <= MAX_DRAFT_BYTES
                else None
            )
        except (ValueError, AttributeError, RecursionError):
            values = None
        if values is None:
            return JsonResponse(
                {"error": "Bản lưu tạm quá lớn hoặc không đọc được; hãy bấm Lưu."}, status=400
            )
        FormDraft.objects.update_or_create(
            user=request.user, key=key, defaults={"values": values, "saved_at": clock.now()}
        )
    found = rows.first()
    if found is None:
        return JsonResponse({"values": None, "saved_at": "", "saved_on": ""})
    at = timezone.localtime(found.saved_at)
    body = {"saved_at": f"{at:%H:%M}", "saved_on": f"{at:%d/%m/%Y}"}
    return JsonResponse(body if request.method == "POST" else body | {"values": found.values})
