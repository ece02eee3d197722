"""Pages without business: health check, guarded downloads, the component page, error handlers."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core import files
from core.component_page import sample_context
from core.models import StoredFile
from core.web import PUBLIC, SIGNED_IN, card, find_or_404


@card(PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """«ok» when the web server and the database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@card(SIGNED_IN, loads="file", downloads=True)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A stored file, when its owner shows it to the actor at this moment; else as if it did not exist."""
    stored = find_or_404(StoredFile.objects.all(), pk=pk)
    if not files.may_read(request.actor, stored):
        raise Http404
    return files.download(stored)


@card(PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state; routed only in debug."""
    return render(request, "core/components.html", sample_context())
