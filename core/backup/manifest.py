"""What a backup says of itself, sealed: one changed bit in the dump, a file or the manifest is found."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import Refused

FORMAT = 1
DUMP, LISTING, FILES, MANIFEST = "database.dump", "files.txt", "files", "manifest.json"
PREFIX = "thidua-"
BLOCK = 1024 * 1024


class BackupFault(Refused):
    """A backup could not be made, is damaged, or may not be restored here; a Vietnamese sentence."""


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as content:
        while block := content.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def place(folder: Path, sha256: str) -> Path:
    """Where a stored file lies in a backup: as in the storage itself."""
    return folder / FILES / sha256[:2] / sha256[2:4] / sha256


def _seal(facts: dict[str, Any]) -> str:
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder: Path, facts: dict[str, Any]) -> str:
    """Write the manifest, durably; returns its seal."""
    seal = _seal(facts)
    text = json.dumps(facts | {"seal": seal}, ensure_ascii=False, indent=1, sort_keys=True)
    with open(
        os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return seal


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a finished backup, its seal unbroken. Raises BackupFault otherwise."""
    try:
        facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        seal = facts.pop("seal")
    except FileNotFoundError as error:
        raise BackupFault(
            f"{folder} không phải bản sao lưu hoàn chỉnh: thiếu {MANIFEST}. Hãy chỉ tới thư mục {PREFIX}…"
        ) from error
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BackupFault(
            f"{folder / MANIFEST} bị hỏng, không đọc được. Hãy dùng bản sao lưu khác."
        ) from error
    if seal != _seal(facts):
        raise BackupFault(
            f"{folder / MANIFEST} đã bị sửa: nội dung không khớp dấu niêm. Hãy dùng bản sao lưu khác."
        )
    if facts.get("format") != FORMAT:
        raise BackupFault(
            f"{folder}: định dạng {facts.get('format')} không phải định dạng {FORMAT} của phiên bản này."
        )
    return facts


def listed(folder: Path) -> Iterator[tuple[str, int]]:
    """Checksum and size of each stored file of a backup."""
    with (folder / LISTING).open(encoding="ascii") as lines:
        for line in lines:
            sha256, size = line.split()
            yield sha256, int(size)


def check(folder: Path) -> dict[str, Any]:
    """Read every byte of a backup and compare; returns the manifest. Raises BackupFault, having touched
    nothing.
    """
    facts = read(folder)
    for name in (DUMP, LISTING):
        path, wanted = folder / name, facts["parts"][name]
        if not path.is_file():
            raise BackupFault(f"Bản sao lưu thiếu {name}. Hãy dùng bản sao lưu khác.")
        if path.stat().st_size != wanted["size"]:
            raise BackupFault(
                f"{name} dài {path.stat().st_size} byte, lẽ ra {wanted['size']} byte: bản sao lưu bị cắt. "
                "Chưa thay đổi gì; hãy dùng bản sao lưu khác."
            )
        if digest(path) != wanted["sha256"]:
            raise BackupFault(
                f"{name} bị hỏng: mã băm không khớp. Chưa thay đổi gì; hãy dùng bản sao lưu khác."
            )
    for sha256, size in listed(folder):
        path = place(folder, sha256)
        if not path.is_file() or path.stat().st_size != size or digest(path) != sha256:
            raise BackupFault(
                f"Tệp {sha256[:12]}… trong bản sao lưu bị thiếu hoặc hỏng. Chưa thay đổi gì; hãy dùng "
                "bản sao lưu khác."
            )
    return facts


def finished(out: Path) -> list[Path]:
    """Finished backups in a folder, newest first."""
    if not out.is_dir():
        return []
    return sorted(
        (p for p in out.iterdir() if p.name.startswith(PREFIX) and (p / MANIFEST).is_file()), reverse=True
    )


def is_complete(folder: Path) -> bool:
    """Whether a backup has everything the database refers to, by its own unbroken manifest."""
    try:
        return not read(folder)["missing"]
    except BackupFault:
        return False


def newest(out: Path) -> Path | None:
    """The newest complete backup of a folder."""
    return next((folder for folder in finished(out) if is_complete(folder)), None)
