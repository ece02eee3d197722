"""Pages without business: guarded downloads, the component page, error handlers."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core import files
from core.component_page import sample_context
from core.files.upload import UploadRefused
from core.models import StoredFile
from core.web import PUBLIC, SIGNED_IN, card, find_or_404, render_page


@card(SIGNED_IN, loads="file", downloads=True)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A stored file, when its owner shows it to the actor at this moment; else as if it did not exist."""
    stored = find_or_404(StoredFile.objects.all(), pk=pk)
    if not files.may_read(request.actor, stored):
        raise Http404
    content = files.opened(stored, request.actor)
    if isinstance(content, files.Refusal):
        return render_page(
            request,
            "core/file_refused.html",
            {"stored": stored, "sentence": content.sentence},
            status=content.status,
        )
    return files.download(stored, content)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Requests that cannot be read (400) or carry too much (413, 507): in our words and look.

    Rendered without the request: it may have failed before anybody was known.
    """
    context: dict[str, Any] = {"request_id": getattr(request, "request_id", "")}
    status = 400
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        status = getattr(exception, "status", 413)
        context["sentence"] = str(exception) if isinstance(exception, UploadRefused) else ""
    template = "400.html" if status == 400 else "413.html"
    return HttpResponse(render_to_string(template, context), status=status)


@card(PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state; routed only in debug."""
    return render(request, "core/components.html", sample_context())
