"""Where bytes lie: under their own checksum, in a folder or in an S3-compatible store, never under an
address.

In a folder a file is written under another name, flushed to the disk, renamed, and the folder flushed:
whoever sees the name sees the whole content, also after the power failed.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.files.utils import validate_file_name
from django.db import connection
from storages.backends.s3 import S3Storage

from core.errors import RuleBroken
from core.models import StoredFile

CONTENT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})")
QUARANTINE = "quarantine/"
FULL = "Hệ thống tạm hết chỗ lưu tệp, chưa có gì bị mất. Hãy báo quản trị hệ thống rồi tải lên lại sau."
UNREACHABLE = "Kho lưu trữ tệp tạm thời không truy cập được, chưa có gì bị mất. Hãy thử lại sau ít phút."
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
UNFINISHED = ".part"


class StoreDown(RuleBroken):
    """The store cannot be written or read now; nothing was changed."""


def _flush_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class FolderStorage(FileSystemStorage):
    """A folder that never shows half a file."""

    def _save(self, name: str, content: File) -> str:
        place = Path(self.path(name))
        self._make_folder(place.parent)
        part = place.with_name(f".{place.name}.{secrets.token_hex(6)}{UNFINISHED}")
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(number, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(part, self.file_permissions_mode or 0o600)
            os.replace(part, place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _flush_folder(place.parent)
        return name

    def _make_folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            with suppress(FileExistsError):
                new.mkdir(mode=self.directory_permissions_mode or 0o700)
            _flush_folder(new.parent)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: equal names have equal contents."""
        validate_file_name(name, allow_relative_path=True)
        return name

    def paths(self) -> Iterator[tuple[str, datetime]]:
        """(name, when written) of everything in the folder."""
        base = Path(self.base_location)
        for folder, _, names in os.walk(base):
            for name in names:
                place = Path(folder, name)
                with suppress(FileNotFoundError):
                    yield (
                        place.relative_to(base).as_posix(),
                        datetime.fromtimestamp(place.stat().st_mtime, UTC),
                    )


class BucketStorage(S3Storage):
    """A private bucket of an S3-compatible store; nothing in it has an address of its own."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        # a store that does not answer must not hold a page for a minute
        patience = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2})
        self.client_config: Config = self.client_config.merge(patience)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Never: files are served by the product, which asks who may read them."""
        raise NotImplementedError("Stored files have no address of their own")

    def paths(self) -> Iterator[tuple[str, datetime]]:
        """(name, when written) of everything in the bucket."""
        for found in self.bucket.objects.all():
            yield found.key, found.last_modified


@lru_cache(maxsize=4)
def _folder(location: str) -> FolderStorage:
    return FolderStorage(location, file_permissions_mode=0o600, directory_permissions_mode=0o700)


def second() -> FolderStorage | None:
    """The second copy, when one is configured."""
    return _folder(str(settings.FILE_COPY_DIR)) if settings.FILE_COPY_DIR else None


def every_path(storage: Storage) -> Iterator[tuple[str, datetime]]:
    """(name, when written) of everything a storage holds."""
    if not hasattr(storage, "paths"):
        raise TypeError(
            f"{type(storage).__name__} cannot list what it holds: use the storages of core.files.store"
        )
    return storage.paths()


# --- one content -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """What lies under a name: checksum and size; sha256 "" = nothing."""

    sha256: str = ""
    size: int = 0


def path_of(sha256: str) -> str:
    """Where the bytes of a checksum lie."""
    return StoredFile(sha256=sha256).path


def look(storage: Storage, path: str) -> Found:
    """Read what lies there and sum it up; raises StoreDown when the store does not answer."""
    try:
        with storage.open(path) as file:
            return summed(file)
    except FileNotFoundError:
        return Found()
    except (OSError, BotoCoreError, ClientError) as error:
        raise StoreDown(UNREACHABLE) from error


def summed(file: Any) -> Found:
    """Checksum and size of an open file, which stands at its beginning afterwards."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return Found(digest.hexdigest(), size)


def write(storage: Storage, path: str, content: File) -> None:
    """Put bytes there, whole or not at all; raises StoreDown with the sentence for the person."""
    content.seek(0)
    try:
        storage.save(path, content)
    except OSError as error:
        raise StoreDown(FULL if error.errno in NO_SPACE else UNREACHABLE) from error
    except (BotoCoreError, ClientError) as error:
        raise StoreDown(UNREACHABLE) from error


def put(sha256: str, content: File) -> None:
    """Have the bytes of a checksum in the store; what lies there damaged is written anew.

    Until the transaction ends nobody sweeps them away (see hold).
    """
    hold(sha256)
    path = path_of(sha256)
    if look(default_storage, path).sha256 != sha256:
        write(default_storage, path, content)


def remove(storage: Storage, path: str) -> None:
    """Delete what lies there, if anything."""
    with suppress(FileNotFoundError):
        storage.delete(path)


def move_to_quarantine(sha256: str) -> None:
    """Take bytes out of everybody's reach, also the second copy; they stay for those who look into the
    case.
    """
    path = path_of(sha256)
    if look(default_storage, path).sha256:
        with default_storage.open(path) as file:
            content = ContentFile(file.read())
        write(default_storage, QUARANTINE + sha256, content)
        remove(default_storage, path)
    copy = second()
    if copy is not None:
        remove(copy, path)


# --- between keeping and sweeping -------------------------------------------------------------------
def _lock_number(sha256: str) -> int:
    return int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)


def hold(sha256: str) -> None:
    """Keep the sweep away from a content until the transaction ends; those who keep files never wait for one
    another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_lock_number(sha256)])


def claim(sha256: str) -> bool:
    """Whether nobody is keeping this content now; until the transaction ends nobody can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_number(sha256)])
        return bool(cursor.fetchone()[0])
