"""What must be true of the data at every moment, whatever happened: apps register checks, verify_all runs
them.

A check reads only and names the first row that breaks it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from core import anchors, files, trail
from core.models import AuditHead, OutboxMessage, OutboxState

MAIL_LIMIT = timedelta(hours=24)


@dataclass(frozen=True)
class Fault:
    """The first row that breaks a check: which one, and what is wrong with it in one sentence."""

    where: str
    sentence: str


Check = Callable[[], tuple[int, Fault | None]]
_checks: dict[str, Check] = {}
_trials: dict[str, Callable[[], str]] = {}


def register(name: str, check: Check) -> None:
    """Add a check: () → (how many things were looked at, first fault or None)."""
    _checks[name] = check


def register_sql(name: str, table: str, offending: str, sentence: str) -> None:
    """Add a check as a query that gives the numbers of the rows of a table that break it; none = in order."""

    def check() -> tuple[int, Fault | None]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (names are ours)
            count = cursor.fetchone()[0]
            cursor.execute(f"SELECT id FROM ({offending}) found(id) ORDER BY id LIMIT 1")  # noqa: S608
            row = cursor.fetchone()
        return count, Fault(f"{table} {row[0]}", sentence) if row else None

    _checks[name] = check


def register_trial(name: str, trial: Callable[[], str]) -> None:
    """Add a trial for restored copies: it may change the copy; returns what it saw, raises when it fails."""
    _trials[name] = trial


def run(*, restored: bool = False) -> dict[str, Any]:
    """Run all checks: {"checks": {name: count}, "fault": None or the first fault}. Later checks still run.

    restored: the data come from a backup, and the anchors of the trail may be newer.
    """
    counts: dict[str, Any] = {}
    first = None
    ground: dict[str, Check] = {"audit": partial(_trail, restored=restored), "files": _files, "mail": _mail}
    for name, check in {**ground, **_checks}.items():
        count, fault = check()
        counts[name] = count
        if fault and first is None:
            first = {"check": name, "where": fault.where, "kind": fault.sentence}
    return {"checks": counts, "fault": first}


def run_trials() -> dict[str, str]:
    """Run all trials; only ever on a restored copy."""
    return {name: trial() for name, trial in _trials.items()}


# --- checks of the ground --------------------------------------------------------------------------
def _trail(*, restored: bool) -> tuple[int, Fault | None]:
    """The chain and its anchors. A restored copy ends where its backup ended: later anchors do not speak of
    it.
    """
    known, faults = anchors.read_all()
    if restored:
        head = AuditHead.objects.values_list("sequence", flat=True).first() or 0
        known = [anchor for anchor in known if anchor.sequence <= head]
    report = trail.verify(known, faults)
    fault = report.faults[0] if report.faults else None
    return report.entries, Fault(f"nhật ký, dòng {fault.sequence}", fault.detail) if fault else None


def _files() -> tuple[int, Fault | None]:
    """Every stored file has its bytes, and they are those its checksum names."""
    counts, fault = files.verify()
    return counts["contents"], Fault(f"tệp {fault['sha256']}", fault["kind"]) if fault else None


def _mail() -> tuple[int, Fault | None]:
    limit = timezone.now() - MAIL_LIMIT
    row = OutboxMessage.objects.filter(state=OutboxState.WAITING, not_before__lt=limit).order_by("pk").first()
    count = OutboxMessage.objects.count()
    return count, Fault(f"thư {row.pk}", "Đến hạn quá 24 giờ mà chưa gửi.") if row else None
