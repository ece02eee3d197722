"""Files people hand in or the product makes: inspected, stored by content, served through their owner."""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import puremagic
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import FileResponse

from core.audit import ActorLike
from core.errors import RuleBroken
from core.models import StoredFile
from core.text import clean

# extension → (media type, what the content must be recognised as)
KINDS = {
    "pdf": ("application/pdf", {".pdf"}),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        {".docx", ".zip", ".xlsx", ".pptx"},
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        {".xlsx", ".zip", ".docx", ".pptx"},
    ),
    "png": ("image/png", {".png"}),
    "jpg": ("image/jpeg", {".jpg", ".jpeg", ".jfif"}),
    "jpeg": ("image/jpeg", {".jpg", ".jpeg", ".jfif"}),
}
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
_OFFICE_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_MAX_UNPACKED = 200 * 1024 * 1024
_MAX_RATIO = 200
_MAX_ENTRIES = 2000

# owner model label → function (actor, owner) → may the actor read its files
_owners: dict[str, Callable[[Any, Any], bool]] = {}


def register_owner(model: type[models.Model], may_read: Callable[[Any, Any], bool]) -> None:
    """Declare who may read files owned by objects of a model."""
    _owners[model._meta.label_lower] = may_read


def may_read(actor: Any, stored: StoredFile) -> bool:
    """Whether the owner of the file shows it to the actor now;
    a file without a known owner is shown to nobody.
    """
    owner = stored.owner
    check = _owners.get(owner._meta.label_lower) if owner is not None else None
    return bool(check and check(actor, owner))


def _inspect_office(path: Path, extension: str) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > _MAX_UNPACKED:
                return "Tệp khi giải nén quá lớn. Hãy giảm dung lượng ảnh hoặc chia nhỏ tệp rồi tải lại."
            if any(
                e.file_size > _MAX_RATIO * max(e.compress_size, 1) and e.file_size > 1_000_000
                for e in entries
            ):
                return (
                    "Tệp có cấu trúc nén bất thường nên không được nhận. Hãy mở tệp, lưu lại rồi tải lên "
                    "lần nữa."
                )
            if _OFFICE_PART[extension] not in names:
                return (
                    f"Nội dung tệp không phải .{extension}. Hãy mở bằng phần mềm văn phòng và lưu lại "
                    "đúng định dạng."
                )
            if any(name.endswith("vbaProject.bin") for name in names):
                return (
                    "Tệp có chứa macro nên không được nhận. Hãy lưu lại thành .docx hoặc .xlsx không có "
                    "macro."
                )
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return "Tệp bị hỏng hoặc có mật khẩu. Hãy mở và lưu lại rồi tải lên lần nữa."
    return None


def complaint_about(upload: UploadedFile) -> str | None:
    """The Vietnamese sentence saying why an upload cannot be accepted and how to mend it, or None
    when it is good.
    """
    limit = settings.UPLOAD_LIMIT_BYTES
    extension = clean(upload.name or "").rpartition(".")[2].lower()
    if extension not in KINDS:
        return (
            "Chỉ nhận tệp .pdf, .docx, .xlsx, .png hoặc .jpg. Hãy chuyển tệp sang một trong các định "
            "dạng này."
        )
    if not upload.size:
        return "Tệp rỗng, hãy chọn lại."
    if upload.size > limit:
        return (
            f"Tệp nặng {upload.size / 1048576:.1f} MB, vượt mức {limit // 1048576} MB. Hãy nén ảnh hoặc "
            "chia nhỏ tệp."
        )
    with tempfile.NamedTemporaryFile(suffix=f".{extension}") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        if extension in _OFFICE_PART:
            return _inspect_office(Path(copy.name), extension)
        try:
            found = {
                m.extension for m in puremagic.magic_file(copy.name)[:3] if m.byte_match
            }  # not by its name
        except (puremagic.PureError, ValueError):
            found = set()
        if not found & KINDS[extension][1]:
            return f"Nội dung tệp không phải .{extension}. Hãy mở tệp gốc và lưu lại đúng định dạng."
    return None


def clean_name(name: str) -> str:
    """A name fit for a file: NFC, no path, no control characters, at most 150 characters before
    the extension.
    """
    name = clean(name).replace("\\", "/").rpartition("/")[2].replace('"', "").replace("\n", " ").strip(". ")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:150]}{dot}{extension[:10]}" if dot else (name[:150] or "tep")


def keep(
    content: File, name: str, owner: models.Model, *, actor: ActorLike | None, field: str = "file"
) -> StoredFile:
    """Inspect and store a file for its owner, inside the caller's transaction.

    Raises RuleBroken on a bad upload.

    Bytes are written first under their checksum; a rolled-back transaction leaves only unreferenced bytes.
    """
    if isinstance(content, UploadedFile):
        complaint = complaint_about(content)
        if complaint:
            raise RuleBroken(fields={field: [complaint]})
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    name = clean_name(name)
    stored = StoredFile(
        sha256=digest.hexdigest(),
        size=content.size,
        name=name,
        media_type=KINDS.get(name.rpartition(".")[2].lower(), ("application/octet-stream",))[0],
        content_type=ContentType.objects.get_for_model(owner),
        object_id=owner.pk,
        created_by_id=actor.user_id if actor else None,
    )
    if not default_storage.exists(stored.path) or default_storage.size(stored.path) != stored.size:
        default_storage.delete(stored.path)  # half-written by a process that was killed
        default_storage.save(stored.path, content)
    stored.save()
    return stored


def read(stored: StoredFile) -> bytes:
    """The bytes of a stored file."""
    with default_storage.open(stored.path) as content:
        return content.read()


def download(stored: StoredFile) -> FileResponse:
    """The file as an attachment that no browser renders or sniffs; the caller has checked may_read."""
    response = FileResponse(default_storage.open(stored.path), content_type=stored.media_type)
    response["Content-Length"] = stored.size
    ascii_name = stored.name.encode("ascii", "ignore").decode() or "tep"
    response["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(stored.name)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
