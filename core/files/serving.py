"""Downloads: always an attachment that no browser renders, and never bytes that are waiting, harmful or
altered.
"""

import contextlib
import logging
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse

from core.files import scan, store
from core.files.names import attachment_header
from core.models import ScanState, StoredFile

log = logging.getLogger(__name__)

WAITING = (
    "Tệp đang chờ quét mã độc nên người khác chưa tải được. Việc quét thường xong trong vài phút; hãy thử "
    "lại sau."
)
BLOCKED = f"{scan.INFECTED}. Không ai tải được tệp này; người gửi cần kiểm tra máy và tải lên bản sạch."
MENDING = (
    "Tệp đang được khôi phục: bản trong kho lưu trữ bị thiếu hoặc không còn nguyên vẹn. Hệ thống đã ghi "
    "nhận và đang "
    "lấy lại từ bản sao; hãy thử lại sau, nếu sang ngày hôm sau vẫn vậy hãy báo quản trị hệ thống."
)


@dataclass(frozen=True)
class Refusal:
    """Why a file is not served now, and the status that says so."""

    sentence: str
    status: int


def opened(stored: StoredFile, actor: Any) -> File | Refusal:
    """The content, checked against its checksum, or why it is not served; the caller has checked may_read."""
    if stored.scan_state == ScanState.INFECTED:
        return Refusal(BLOCKED, 403)
    if stored.scan_state == ScanState.WAITING and (actor is None or stored.created_by_id != actor.user_id):
        return Refusal(WAITING, 409)
    try:
        content = default_storage.open(stored.path)
        if store.summed(content).sha256 == stored.sha256:
            return content
        content.close()
    except FileNotFoundError:
        pass
    except (OSError, BotoCoreError, ClientError):
        log.exception("the store of files does not answer")
        return Refusal(store.UNREACHABLE, 503)
    _mend_soon(stored.pk)
    return Refusal(MENDING, 503)


def _mend_soon(file_id: int) -> None:
    """Ask for the repair now; the nightly sweep finds it in any case."""
    from core.file_tasks import mend  # noqa: PLC0415 (the task imports this package)

    with contextlib.suppress(Exception):  # a broker that is down must not turn the page into an error
        mend.apply_async([file_id], retry=False)


def download(stored: StoredFile, content: File | None = None) -> FileResponse:
    """The file as an attachment that no browser renders or sniffs, whole (ranges are not served); the caller
    has checked may_read and opened it.
    """
    content = content or default_storage.open(stored.path)
    response = FileResponse(content, content_type=stored.media_type)
    response["Content-Length"] = stored.size
    response["Content-Disposition"] = attachment_header(stored.name)
    response["Accept-Ranges"] = "none"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
