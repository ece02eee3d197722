"""Background work of awards: papers of an issued decision."""

import logging
from collections.abc import Callable
from io import BytesIO

from celery import shared_task
from django.core.files.base import File
from django.db import models, transaction

from awards import documents, queries
from awards.choices import DecisionState
from awards.models import CouncilResult, Decision, HonourRecord
from core import files
from core.documents.certificate import certificate_pdf
from core.documents.pdf import render_pdf
from core.text import search_key

log = logging.getLogger(__name__)


@shared_task(name="awards.build_certificates", acks_late=True)
def build_certificates(decision_id: int) -> None:
    """Make the decision and a certificate per honour as PDF;
    what exists is left alone, so it may run any number of times.
    """
    decision = Decision.objects.select_related("unit", "round__campaign").filter(pk=decision_id).first()
    if decision is None or decision.state != DecisionState.ISSUED:
        log.warning("decision %s is not issued: nothing to build", decision_id)
        return
    honours = list(decision.honours.order_by("book_number", "pk"))
    _keep_once(decision, lambda: _decision_pdf(decision, honours), f"quyet-dinh-{_slug(decision.number)}.pdf")
    for honour in honours:
        build = _certificate_of(honour, decision)
        _keep_once(
            honour, build, f"{_slug(honour.award_code)}-{_slug(honour.subject_name)}-{honour.year}.pdf"
        )


@shared_task(name="awards.sweep_papers")
def sweep_papers() -> None:
    """Ask again for papers that are still missing: a task may be lost with its worker or its queue."""
    for decision_id in queries.decisions_without_papers():
        build_certificates.delay(decision_id)


def _slug(text: str) -> str:
    return search_key(text).replace(" ", "-")[:80]


def _decision_pdf(decision: Decision, honours: list[HonourRecord]) -> bytes:
    results = list(CouncilResult.objects.filter(nomination__decision_line__decision=decision))
    return render_pdf(documents.decision_document(decision, honours, results))


def _certificate_of(honour: HonourRecord, decision: Decision) -> Callable[[], bytes]:
    return lambda: certificate_pdf(documents.certificate_text(honour, decision))


def _keep_once(owner: models.Model, build: Callable[[], bytes], name: str) -> None:
    """Build and store a file unless the owner has one; the owner's row is locked, so two workers make one
    file.
    """
    with transaction.atomic():
        locked = type(owner)._default_manager.select_for_update().get(pk=owner.pk)
        if locked.files.exists():
            return
        files.keep(File(BytesIO(build()), name=name), name, locked, actor=None)
