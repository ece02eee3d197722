"""Harmful files: new ones wait until a ClamAV daemon has seen them, infected ones go where nobody reaches
them.
"""

import logging
import socket
import struct
from contextlib import closing
from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core import audit, notices
from core.files import owners, store
from core.files.system import SystemActor
from core.models import ScanState, StoredFile

log = logging.getLogger(__name__)

SECONDS = 60
PIECE = 1 << 16
BATCH = 200
INFECTED = "Tệp bị chặn do phát hiện mã độc"
ACTOR = SystemActor("quét mã độc")


class EngineDown(Exception):
    """The daemon does not answer, or not as it should: the file keeps waiting."""


def is_on() -> bool:
    """Whether a daemon is configured."""
    return bool(settings.CLAMD_ADDRESS)


def _connect() -> socket.socket:
    address = settings.CLAMD_ADDRESS
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            connection.connect(address.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def ask(content: BinaryIO) -> str:
    """What the daemon found in the bytes, "" = nothing. Raises EngineDown."""
    try:
        with closing(_connect()) as connection:
            connection.sendall(b"zINSTREAM\0")
            while piece := content.read(PIECE):
                connection.sendall(struct.pack(">I", len(piece)) + piece)
            connection.sendall(struct.pack(">I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (piece := connection.recv(4096)):
                answer += piece
    except (OSError, ValueError) as error:
        raise EngineDown(str(error)) from error
    words = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if words.endswith(" OK"):
        return ""
    if words.endswith(" FOUND"):
        return words.removeprefix("stream: ").removesuffix(" FOUND") or "?"
    raise EngineDown(words or "no answer")


def scan(file_id: int) -> str:
    """Scan a waiting file; run twice it does nothing. Returns the state it is in afterwards ("" = no such
    file).

    Raises EngineDown, store.StoreDown: the file keeps waiting.
    """
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or stored.scan_state != ScanState.WAITING:
        return stored.scan_state if stored else ""
    if store.look(default_storage, stored.path).sha256 != stored.sha256:
        return stored.scan_state  # the sweep repairs it or says so
    with default_storage.open(stored.path) as content:
        found = ask(content)
    return _block(stored.sha256, found) if found else _clear(stored.sha256)


@transaction.atomic
def _clear(sha256: str) -> str:
    rows = StoredFile.objects.filter(sha256=sha256, scan_state=ScanState.WAITING)
    rows.update(scan_state=ScanState.CLEAN, scanned_at=timezone.now())
    return str(ScanState.CLEAN)


@transaction.atomic
def _block(sha256: str, found: str) -> str:
    rows = list(StoredFile.objects.select_for_update().filter(sha256=sha256).order_by("pk"))
    fresh = [row for row in rows if row.scan_state != ScanState.INFECTED]
    for stored in fresh:
        stored.scan_state, stored.scanned_at = ScanState.INFECTED, timezone.now()
        stored.save(update_fields=["scan_state", "scanned_at"])
        audit.record(ACTOR, "file.block", stored, note=f"{INFECTED}: {found}", changes={"sha256": sha256})
        told = owners.watchers_of(stored.scope_id) | (
            {stored.created_by_id} if stored.created_by_id else set()
        )
        notices.send(
            told,
            "file.blocked",
            f"{INFECTED}: «{stored.name}». Không ai tải được tệp này; hãy kiểm tra máy đã gửi tệp và tải "
            f"lên bản sạch.",
            key=f"file.blocked:{stored.pk}",
        )
    # bytes move after the rows say so: between the two nobody is served
    transaction.on_commit(lambda: store.move_to_quarantine(sha256))
    return str(ScanState.INFECTED)


def scan_waiting() -> dict[str, int]:
    """Scan what still waits (a task may be lost, the daemon may have been down); stops when the daemon is
    down.
    """
    done = {"scanned": 0, "waiting": 0}
    if not is_on():
        return done
    waiting = StoredFile.objects.filter(scan_state=ScanState.WAITING).order_by("pk")
    for file_id in list(waiting.values_list("pk", flat=True)[:BATCH]):
        try:
            scan(file_id)
        except (EngineDown, store.StoreDown) as error:
            log.warning("scanning stopped: %s", type(error).__name__)
            break
        done["scanned"] += 1
    # infected bytes whose way into quarantine was cut short
    for sha256 in (
        StoredFile.objects.filter(scan_state=ScanState.INFECTED).values_list("sha256", flat=True).distinct()
    ):
        if default_storage.exists(store.path_of(sha256)):
            store.move_to_quarantine(sha256)
    done["waiting"] = waiting.count()
    return done
