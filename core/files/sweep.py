"""Every stored file is read again, night after night: what is missing or altered is mended from the second
copy, and bytes that belong to nobody any more go after a week.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core import audit
from core.files import store
from core.files.store import UNFINISHED, look, path_of
from core.files.system import SystemActor
from core.models import ScanState, StoredFile

log = logging.getLogger(__name__)

MISSING = "Không còn trong kho lưu trữ"
ALTERED = "Nội dung không còn khớp mã băm"
ACTOR = SystemActor("kiểm tra tệp lưu trữ")
CHUNK = 500
AGAIN_AFTER = timedelta(hours=20)
ORPHANS = "orphans/"  # one small note per content without owner: since when
ORPHAN_AGE = timedelta(hours=24)  # younger bytes may belong to a transaction that still runs
ORPHAN_KEPT = timedelta(days=7)  # a database restored to last week finds the files it names


def _rows(sha256: str | None = None) -> Any:
    rows = StoredFile.objects.exclude(scan_state=ScanState.INFECTED)
    return rows.filter(sha256=sha256) if sha256 else rows


# --- one content -----------------------------------------------------------------------------------
def tend(sha256: str) -> str:
    """Look at one content and mend it when there is a good copy; "" = intact, "mended", or what is wrong with
    it.

    The second copy is made or mended as well. Every finding stands in the trail once.
    """
    path, copy = path_of(sha256), store.second()
    fault = _fault(default_storage, sha256)
    mended = False
    if fault and copy is not None and look(copy, path).sha256 == sha256:
        _carry(copy, default_storage, path)
        mended = not _fault(default_storage, sha256)
    intact = not fault or mended
    _note(sha256, "" if intact else fault, fault if mended else "")
    if intact and copy is not None and look(copy, path).sha256 != sha256:
        _carry(default_storage, copy, path)
    return "mended" if mended else fault


def _fault(storage: Any, sha256: str) -> str:
    found = look(storage, path_of(sha256)).sha256
    return "" if found == sha256 else ALTERED if found else MISSING


def _carry(source: Any, target: Any, path: str) -> None:
    with source.open(path) as content:
        store.write(target, path, ContentFile(content.read()))


@transaction.atomic
def _note(sha256: str, fault: str, mended: str) -> None:
    rows = _rows(sha256).select_for_update().order_by("pk")
    for stored in rows if fault or mended else rows.exclude(fault=""):
        if mended:
            audit.record(ACTOR, "file.repair", stored, note=mended, changes={"sha256": sha256})
        elif fault and stored.fault != fault:
            audit.record(ACTOR, "file.damage", stored, note=fault, changes={"sha256": sha256})
        elif stored.fault and not fault:
            audit.record(ACTOR, "file.repair", stored, note=stored.fault, changes={"sha256": sha256})
    rows.update(fault=fault, checked_at=timezone.now())
    if fault:
        log.error("stored file %s: %s and no good copy", sha256, "altered" if fault == ALTERED else "missing")


# --- the night -------------------------------------------------------------------------------------
def sweep(seconds: float, now: datetime | None = None) -> dict[str, int]:
    """Tend the contents that were looked at longest ago, for so many seconds. `left` says how many still
    wait.
    """
    now = now or timezone.now()
    counts = {"checked": 0, "mended": 0, "faults": 0, "left": 0}
    due = _rows().filter(Q(checked_at=None) | Q(checked_at__lt=now - AGAIN_AFTER))
    ends, seen = monotonic() + seconds, set[str]()
    while monotonic() < ends:
        batch = due.order_by(F("checked_at").asc(nulls_first=True), "pk").values_list("sha256", flat=True)[
            :CHUNK
        ]
        fresh = [sha256 for sha256 in dict.fromkeys(batch) if sha256 not in seen]
        if not fresh:
            break
        for sha256 in fresh:
            if monotonic() > ends:
                break
            seen.add(sha256)
            outcome = tend(sha256)
            counts["checked"] += 1
            counts["mended"] += outcome == "mended"
            counts["faults"] += outcome in (MISSING, ALTERED)
    counts["left"] = due.count()
    return counts


def sweep_orphans(now: datetime | None = None) -> dict[str, int]:
    """Note bytes that no file names, and delete those noted a week ago; left-overs of writing go after a
    day.
    """
    now = now or timezone.now()
    counts = {"orphans": 0, "deleted": 0}
    for sha256, written in _orphans():
        if written < now - ORPHAN_AGE:
            counts["orphans"] += 1
            counts["deleted"] += _age(sha256, now)
    _drop_leftovers(now)
    return counts


def _orphans() -> Iterator[tuple[str, datetime]]:
    """(checksum, when written) of contents no row names, in the first store."""
    found = ((store.CONTENT.fullmatch(path), written) for path, written in store.every_path(default_storage))
    contents = ((match[1], written) for match, written in found if match)
    while chunk := dict(islice(contents, CHUNK)):
        named = set(StoredFile.objects.filter(sha256__in=chunk).values_list("sha256", flat=True))
        yield from ((sha256, written) for sha256, written in chunk.items() if sha256 not in named)


@transaction.atomic
def _age(sha256: str, now: datetime) -> bool:
    """Note an orphan on first sight; delete it when the note is a week old. True when deleted."""
    if not store.claim(sha256) or StoredFile.objects.filter(sha256=sha256).exists():
        return False
    note = ORPHANS + sha256
    if not default_storage.exists(note):
        default_storage.save(note, ContentFile(now.isoformat().encode()))
        return False
    with default_storage.open(note) as file:
        since = datetime.fromisoformat(file.read().decode())
    if since > now - ORPHAN_KEPT:
        return False
    for storage in (default_storage, store.second()):
        if storage is not None:
            store.remove(storage, path_of(sha256))
    store.remove(default_storage, note)
    return True


def _drop_leftovers(now: datetime) -> None:
    """Unfinished writes of processes that died, and notes about contents that found an owner again."""
    for path, written in store.every_path(default_storage):
        is_unfinished = path.endswith(UNFINISHED) and written < now - ORPHAN_AGE
        noted = path.removeprefix(ORPHANS) if path.startswith(ORPHANS) else ""
        if is_unfinished or (noted and StoredFile.objects.filter(sha256=noted).exists()):
            store.remove(default_storage, path)


# --- verification ------------------------------------------------------------------------------------
def verify() -> tuple[dict[str, int], dict[str, Any] | None]:
    """(counts, first fault as {"sha256", "kind", "files": [names]} or None). Reads everything, writes
    nothing.

    Blocked files are counted but not read: their bytes lie in quarantine.
    """
    counts = {
        "files": 0,
        "contents": 0,
        "bytes": 0,
        "blocked": 0,
        "missing": 0,
        "altered": 0,
        "copy_faults": 0,
    }
    first: dict[str, Any] | None = None
    counts["files"] = StoredFile.objects.count()
    counts["blocked"] = StoredFile.objects.filter(scan_state=ScanState.INFECTED).count()
    copy = store.second()
    for sha256, size in _rows().order_by("sha256").values_list("sha256", "size").distinct().iterator():
        counts["contents"] += 1
        counts["bytes"] += size
        fault, place = _fault(default_storage, sha256), ""
        if fault:
            counts["missing" if fault == MISSING else "altered"] += 1
        elif copy is not None and (fault := _fault(copy, sha256)):
            counts["copy_faults"] += 1
            place = " (bản sao thứ hai)"
        if fault and first is None:
            names = list(_rows(sha256).order_by("pk").values_list("name", flat=True)[:5])
            first = {"sha256": sha256, "kind": fault + place, "files": names}
    counts["orphans"] = sum(1 for _ in _orphans())
    return counts, first
