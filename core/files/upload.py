"""How uploads arrive: what is too much is refused before it is read, and no more than the limit is ever
kept.
"""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from core.files.store import FULL, NO_SPACE


class UploadRefused(RequestDataTooBig):
    """The request cannot be taken; the text is the sentence of the error page, status what it answers."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class TooLargeFile(UploadedFile):
    """A file beyond the limit: its size is known, its content was thrown away."""


class LimitedUpload(FileUploadHandler):
    """Stands before the handlers that keep bytes: passes on what is within the limit."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: bytes,
        encoding: Any = None,
    ) -> None:
        """Refuse a request that announces more than all files of a form may weigh, without reading it."""
        limit = settings.REQUEST_LIMIT_BYTES
        if content_length > limit:
            raise UploadRefused(
                f"Nội dung gửi lên nặng {content_length / 1048576:.0f} MB, vượt mức {limit // 1048576} MB "
                f"cho một lần "
                f"gửi (mỗi tệp tối đa {settings.UPLOAD_LIMIT_BYTES // 1048576} MB). Hãy quay lại trang "
                f"trước, chọn tệp "
                "nhỏ hơn hoặc gửi thành nhiều lần.",
                413,
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The bytes, or None beyond the limit: they reach neither memory nor disk."""
        return raw_data if start + len(raw_data) <= settings.UPLOAD_LIMIT_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """A stand-in for a file beyond the limit, so that its form can say how much too large it is."""
        if file_size <= settings.UPLOAD_LIMIT_BYTES:
            return None
        return TooLargeFile(BytesIO(), self.file_name, self.content_type, file_size)


class DiskUpload(TemporaryFileUploadHandler):
    """Larger uploads, in a temporary file; a full disk is said in words."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write on."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            raise UploadRefused(FULL, 507) from error
