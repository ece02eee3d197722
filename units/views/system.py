"""«Tình trạng hệ thống»: is everything in order, what to do when it is not, letters that could not be
sent.
"""

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core import health, outbox
from core.models import BackupRun, OutboxMessage, OutboxState, StoredFile
from core.web import card, perform, render_page

FAILED_SHOWN = 50
RUNS_SHOWN = 10


@card("system.watch")
def system(request: HttpRequest) -> HttpResponse:
    """Every check in words, with what to do; queues, letters, backups, storage, version."""
    report = health.recent()
    failed = OutboxMessage.objects.filter(state=OutboxState.FAILED).select_related("user").order_by("-pk")
    letters = dict(OutboxMessage.objects.order_by().values_list("state").annotate(n=Count("pk")))
    stored = StoredFile.objects.aggregate(count=Count("pk"), size=Sum("size"))
    context = {
        "report": report,
        "letters": [(label, letters.get(value, 0)) for value, label in OutboxState.choices],
        "failed": failed[:FAILED_SHOWN],
        "failed_count": letters.get(OutboxState.FAILED, 0),
        "runs": [(run, health.size_words(run.size)) for run in BackupRun.objects.all()[:RUNS_SHOWN]],
        "files": stored["count"],
        "file_size": health.size_words(stored["size"] or 0),
        "version": health.software_version(),
        "backup_dir": settings.BACKUP_DIR,
    }
    return render_page(request, "units/system.html", context)


@card("system.watch", methods=("POST",))
def mail_resend(request: HttpRequest) -> HttpResponse:
    """Put one letter that could not be sent back among those waiting; its number comes with the form."""
    number = request.POST.get("letter", "")
    pk = int(number) if number.isdecimal() and number.isascii() and len(number) < 19 else 0
    return perform(
        request,
        lambda: outbox.resend(pk, actor=request.actor),
        to=reverse("units:system"),
        said="Đã đưa thư vào hàng chờ gửi.",
    )
