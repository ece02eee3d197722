"""Anchors: signed notes of the chain's end, kept outside the database, one write-once file each.

Whoever can change the database can rebuild the whole chain; the anchors still hold the hashes it had. They
count as far as they are out of that person's reach: ANCHOR_DIR belongs on write-once storage of another
administration (docs/operations.md).
"""

import hashlib
import json
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.core import checks
from django.db import connection

FORMAT = "thidua-anchor-1"
PATTERN = "audit-*.json"
PUBLIC_KEY = "anchor-public.pem"
_FIELDS = {"format", "sequence", "hash", "count", "at", "version", "previous", "signature"}


class AnchorRefused(Exception):
    """No anchor was written; the text (Vietnamese) says why."""


@dataclass(frozen=True)
class Anchor:
    """One anchor: the last number and hash of the chain, the database's time, where it is kept."""

    name: str
    sequence: int
    hash: str
    count: int
    at: str


@dataclass(frozen=True)
class AnchorFault:
    """An anchor file that cannot be trusted. kind: a value of core.trail.Kind."""

    sequence: int
    kind: str
    detail: str


# --- keys ------------------------------------------------------------------------------------------
def private_key() -> Ed25519PrivateKey:
    """The signing key: AUDIT_ANCHOR_KEY as 64 hexadecimal digits or PEM. Raises AnchorRefused."""
    text = settings.AUDIT_ANCHOR_KEY.strip()
    try:
        if text.startswith("-----BEGIN"):
            key = load_pem_private_key(text.encode(), password=None)
            if isinstance(key, Ed25519PrivateKey):
                return key
            raise ValueError(text[:0])
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AnchorRefused(
            "AUDIT_ANCHOR_KEY không phải khóa Ed25519. Hãy tạo bằng «openssl rand -hex 32» hoặc "
            "«openssl genpkey -algorithm ed25519»."
        ) from error


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as the inspectors keep it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The public key of a file. Raises AnchorRefused."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise AnchorRefused(f"Không đọc được khóa công khai {path}: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise AnchorRefused(f"Khóa trong {path} không phải khóa Ed25519.")
    return key


def check_key(**_: Any) -> list[checks.CheckMessage]:
    """A deployment whose signing key lies beside the data it vouches for is warned."""
    if settings.ANCHOR_KEY_IS_LOCAL:
        return [
            checks.Warning(
                "AUDIT_ANCHOR_KEY chưa đặt: khóa ký neo nằm trong STATE_DIR, cùng máy với dữ liệu.",
                hint="Đặt AUDIT_ANCHOR_KEY_FILE trỏ tới khóa do đơn vị khác quản lý.",
                id="core.W010",
            )
        ]
    return []


# --- writing ---------------------------------------------------------------------------------------
def _canonical(content: dict[str, Any]) -> bytes:
    body = {name: value for name, value in content.items() if name != "signature"}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


@cache
def _version() -> str:
    try:
        with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except OSError:
        return ""


def _write_once(path: Path, content: bytes) -> None:
    """Write, flush to the disk, then give the name: readers see the whole file or none; none is replaced."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike rename it never replaces
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_END = """
SELECT coalesce(entry.sequence, 0), coalesce(entry.hash, ''),
       coalesce(head.sequence, 0), coalesce(head.hash, ''),
       (SELECT count(*) FROM core_auditentry), clock_timestamp() AT TIME ZONE 'UTC'
FROM (VALUES (1)) one
LEFT JOIN (SELECT sequence, hash FROM core_auditentry ORDER BY sequence DESC LIMIT 1) entry ON true
LEFT JOIN core_audithead head ON head.id = 1
"""


def write(folder: Path | None = None) -> Anchor | None:
    """Sign the present end of the chain into a new file; None when the last anchor of the day says the same.

    Raises AnchorRefused instead of vouching for a chain that is visibly broken at its end or shorter than the
    last anchor says.
    """
    folder = folder or settings.ANCHOR_DIR
    key = private_key()
    with connection.cursor() as cursor:
        cursor.execute(_END)
        sequence, hash_, head, head_hash, count, at = cursor.fetchone()
    if (sequence, hash_) != (head, head_hash) or count != sequence:
        raise AnchorRefused(
            f"Không ghi neo: dòng cuối là {sequence}, đầu chuỗi là {head}, có {count} dòng. "
            "Hãy chạy verify_audit."
        )
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    before = sorted(folder.glob(PATTERN))
    last = _read(before[-1]) if before else None
    if last is not None and last["sequence"] > sequence:
        raise AnchorRefused(
            f"Không ghi neo: neo {before[-1].name} xác nhận có đến dòng {last['sequence']}, nay chỉ còn "
            f"đến dòng {sequence}. Hãy chạy verify_audit."
        )
    if last is not None and last["sequence"] == sequence and last["at"][:10] == f"{at:%Y-%m-%d}":
        return None
    return _sign(folder, key, sequence, hash_, count, at, before[-1] if before else None)


def _sign(
    folder: Path,
    key: Ed25519PrivateKey,
    sequence: int,
    hash_: str,
    count: int,
    at: datetime,
    previous: Path | None,
) -> Anchor:
    content: dict[str, Any] = {
        "format": FORMAT,
        "sequence": sequence,
        "hash": hash_,
        "count": count,
        "at": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "version": _version(),
        "previous": _digest(previous) if previous else "",
    }
    content["signature"] = key.sign(_canonical(content)).hex()
    name = f"audit-{at:%Y%m%d-%H%M%S}-{sequence:012d}.json"
    _write_once(folder / name, json.dumps(content, indent=1).encode() + b"\n")
    public = folder / PUBLIC_KEY
    if not public.exists():
        _write_once(public, public_pem(key.public_key()))
    return Anchor(name, sequence, hash_, count, content["at"])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- reading ---------------------------------------------------------------------------------------
def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    well_formed = (
        isinstance(content, dict)
        and set(content) == _FIELDS
        and content["format"] == FORMAT
        and isinstance(content["sequence"], int)
        and isinstance(content["count"], int)
        and all(isinstance(content[name], str) for name in ("hash", "at", "previous", "signature"))
    )
    return content if well_formed else None


def _is_signed(content: dict[str, Any], key: Ed25519PublicKey) -> bool:
    try:
        key.verify(bytes.fromhex(content["signature"]), _canonical(content))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_all(
    folder: Path | None = None, key: Ed25519PublicKey | None = None
) -> tuple[list[Anchor], Sequence[AnchorFault]]:
    """The trustworthy anchors of a folder, oldest first, and what is wrong with the others.

    key: the public key the inspectors keep; without it that of this system. Each anchor names the digest of
    the one before: a file that was taken away shows.
    """
    folder = folder or settings.ANCHOR_DIR
    key = key or private_key().public_key()
    anchors: list[Anchor] = []
    faults: list[AnchorFault] = []
    before = ""
    for path in sorted(folder.glob(PATTERN)):
        content = _read(path)
        if content is None or not _is_signed(content, key):
            claimed = content["sequence"] if content else 0
            faults.append(AnchorFault(claimed, "chữ ký neo sai", f"Neo {path.name} không do khóa này ký."))
        else:
            if content["previous"] != before:
                faults.append(
                    AnchorFault(content["sequence"], "mất neo", f"Thiếu tệp neo ngay trước {path.name}.")
                )
            anchors.append(
                Anchor(path.name, content["sequence"], content["hash"], content["count"], content["at"])
            )
        before = _digest(path)
    return anchors, faults
