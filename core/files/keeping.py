"""Keeping a file for its owner: inspected, rid of particulars, within the limits, stored by content."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Sum

from core import clock
from core.audit import ActorLike
from core.errors import RuleBroken
from core.files import owners, scan, store
from core.files.inspect import KINDS, examined, megabytes
from core.files.names import clean_name, extension_of
from core.models import ScanState, StoredFile


def keep(
    content: File, name: str, owner: models.Model, *, actor: ActorLike | None, field: str = "file"
) -> StoredFile:
    """Inspect and store a file for its owner, inside the caller's transaction.

    Raises RuleBroken on a bad upload, a full dossier, a used-up quota, or a store that does not answer. What
    the person should know of an accepted upload stands in its `notes` afterwards (core.web tells it).

    Bytes are written first under their checksum; a rolled-back transaction leaves only unreferenced bytes.
    """
    if not isinstance(content, UploadedFile):
        return _stored(content, clean_name(name), owner, actor, str(ScanState.NOT_NEEDED))
    name = clean_name(name)
    with examined(content) as found:
        if found.content is None:
            raise RuleBroken(fields={field: [f"«{name}»: {found.complaint}"]})
        with found.content.open("rb") as file:
            clean_content = File(file, name)
            _within_limits(clean_content.size, owner, field)
            state = str(ScanState.WAITING) if scan.is_on() else str(ScanState.NOT_NEEDED)
            try:
                stored = _stored(clean_content, name, owner, actor, state)
            except store.StoreDown as error:
                raise store.StoreDown(fields={field: [str(error)]}) from error
    content.notes = [f"Tệp «{name}» {note}" for note in found.notes]
    return stored


def _stored(content: File, name: str, owner: models.Model, actor: ActorLike | None, state: str) -> StoredFile:
    content.seek(0)
    found = store.summed(content)
    stored = StoredFile(
        sha256=found.sha256,
        size=found.size,
        name=name,
        media_type=KINDS.get(extension_of(name), "application/octet-stream"),
        content_type=ContentType.objects.get_for_model(owner),
        object_id=owner.pk,
        created_by_id=actor.user_id if actor else None,
        scope_id=owners.scope_of(owner),
        scan_state=state,
    )
    store.put(found.sha256, content)
    stored.save()
    if state == ScanState.WAITING or settings.FILE_COPY_DIR:
        _after_commit(stored.pk)
    return stored


def _after_commit(file_id: int) -> None:
    """Scan and copy soon; what gets lost on the way is taken up by the schedule."""
    from core.file_tasks import look_after  # noqa: PLC0415 (the task imports this package)

    transaction.on_commit(lambda: look_after.apply_async([file_id], retry=False), robust=True)


def _within_limits(size: int, owner: models.Model, field: str) -> None:
    beside = owners.files_beside(owner)
    if beside is not None and beside >= settings.DOSSIER_FILE_LIMIT:
        raise RuleBroken(
            fields={
                field: [
                    f"Hồ sơ đã có {beside} tệp, mức tối đa là {settings.DOSSIER_FILE_LIMIT} tệp. Hãy gộp "
                    f"các trang rời "
                    "vào một tệp PDF."
                ]
            }
        )
    scope = owners.scope_of(owner)
    if scope is None:
        return
    year, limit = clock.today().year, settings.UNIT_QUOTA_MB * 1048576
    mine = StoredFile.objects.filter(scope_id=scope, created_by__isnull=False, created_at__year=year)
    used = mine.aggregate(total=Sum("size"))["total"] or 0
    if used + size > limit:
        raise RuleBroken(
            fields={
                field: [
                    f"Năm {year} đơn vị đã dùng {megabytes(used)} trong mức {megabytes(limit)}; tệp này nặng "
                    f"{megabytes(size)} nên không đủ chỗ. Hãy giảm dung lượng tệp (quét ở 150–200 dpi), "
                    f"hoặc đề nghị "
                    "quản trị hệ thống nâng mức."
                ]
            }
        )


def read(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Raises store.StoreDown when they are blocked, gone or no longer the
    same.
    """
    if stored.scan_state == ScanState.INFECTED:
        raise store.StoreDown(f"{scan.INFECTED}.")
    if store.look(default_storage, stored.path).sha256 != stored.sha256:
        raise store.StoreDown("Tệp đang được khôi phục. Hãy thử lại sau.")
    with default_storage.open(stored.path) as content:
        return content.read()
