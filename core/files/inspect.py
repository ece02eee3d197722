"""What may be handed in, and why a file cannot be accepted; each sentence says how to mend it.

Name, size and first bytes are looked at here; the content is opened by a child process (core.inspection) with
little time and memory.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from core.files.names import clean_name, extension_of

# extension → media type
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
PICTURES = {"png", "jpg", "jpeg"}
OLD_OFFICE = {"doc": ".docx", "rtf": ".docx", "odt": ".docx", "xls": ".xlsx", "ods": ".xlsx", "csv": ".xlsx"}
WITH_MACROS = {"docm": ".docx", "dotm": ".docx", "xlsm": ".xlsx", "xltm": ".xlsx", "xlsb": ".xlsx"}
PHONE_PICTURES = {"heic", "heif", "avif"}
SECONDS = {"pdf": 10}
OTHER_SECONDS = 25
ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); from core.inspection.child import main; main()"

EMPTY = "Tệp rỗng, hãy chọn lại."
ONLY = "Chỉ nhận tệp .pdf, .docx, .xlsx, .png hoặc .jpg. Hãy chuyển tệp sang một trong các định dạng này."
HEIC = (
    "Ảnh HEIC của điện thoại chưa dùng được. Hãy mở ảnh và lưu (xuất) thành .jpg rồi tải lên; trên iPhone "
    "có thể chọn "
    "Cài đặt → Camera → Định dạng → «Tương thích nhất»."
)
MACRO = (
    "Tệp .{extension} có thể chứa macro nên không được nhận. Hãy mở tệp, chọn «Lưu thành» (Save As) dạng "
    "{wanted} rồi "
    "tải lên."
)
OLD = "Tệp .{extension} không được nhận. Hãy mở tệp, chọn «Lưu thành» (Save As) dạng {wanted} rồi tải lên."
OTHER_CONTENT = "Nội dung tệp không phải .{extension}{seems}. Hãy mở tệp gốc và lưu lại đúng định dạng."
UNREADABLE = "Tệp quá phức tạp nên không kiểm tra được. Hãy giảm dung lượng hoặc chia thành nhiều tệp."


@dataclass
class Examined:
    """What became of an upload. content: the file to keep, without particulars (None with a complaint)."""

    complaint: str = ""
    notes: list[str] = field(default_factory=list)
    content: Path | None = None


def megabytes(size: int) -> str:
    """«12,3 MB»."""
    return f"{size / 1048576:.1f} MB".replace(".", ",")


def complaint_about(upload: UploadedFile) -> str | None:
    """The Vietnamese sentence saying why an upload cannot be accepted and how to mend it, or None
    when it is good.
    """
    with examined(upload) as found:
        return found.complaint or None


@contextmanager
def examined(upload: UploadedFile) -> Iterator[Examined]:
    """Look at an upload; the file to keep lies in a folder that is gone after the block."""
    extension = extension_of(upload.name or "")
    complaint = _complaint_about_name(extension) or _complaint_about_size(upload)
    if complaint:
        yield Examined(complaint)
        return
    with tempfile.TemporaryDirectory(prefix="thidua-upload-") as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        with source.open("wb") as copy:
            upload.seek(0)
            shutil.copyfileobj(upload, copy)
        upload.seek(0)
        complaint = _complaint_about_head(source, extension)
        yield Examined(complaint) if complaint else _opened(source, target, extension)


def _complaint_about_name(extension: str) -> str:
    if extension in KINDS:
        return ""
    if extension in WITH_MACROS:
        return MACRO.format(extension=extension, wanted=WITH_MACROS[extension])
    if extension in OLD_OFFICE:
        return OLD.format(extension=extension, wanted=OLD_OFFICE[extension])
    return HEIC if extension in PHONE_PICTURES else ONLY


def _complaint_about_size(upload: UploadedFile) -> str:
    limit = settings.UPLOAD_LIMIT_BYTES
    if not upload.size:
        return EMPTY
    if upload.size > limit:
        return (
            f"Tệp nặng {megabytes(upload.size)}, vượt mức {limit // 1048576} MB. Hãy nén ảnh hoặc chia nhỏ "
            "tệp."
        )
    return ""


def _complaint_about_head(source: Path, extension: str) -> str:
    """Whether the content begins as its name promises. Office files are told apart by what lies in them."""
    with source.open("rb") as file:
        head = file.read(1024)
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"):
        return HEIC
    begins = {
        "pdf": b"%PDF-" in head,
        "png": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "jpg": head.startswith(b"\xff\xd8\xff"),
        "jpeg": head.startswith(b"\xff\xd8\xff"),
    }
    if begins.get(extension, True):
        return ""
    return OTHER_CONTENT.format(extension=extension, seems=_seems(source))


def _seems(source: Path) -> str:
    """What the content looks like, when that is known: people recognise the file they meant."""
    try:
        found = [match.extension for match in puremagic.magic_file(str(source))[:1] if match.byte_match]
    except (puremagic.PureError, ValueError):
        found = []
    return f" (có vẻ là {found[0]})" if found and found[0] else ""


def _opened(source: Path, target: Path, extension: str) -> Examined:
    kind = "picture" if extension in PICTURES else extension
    command = [sys.executable, "-I", "-c", PROGRAM, str(ROOT), kind, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            command, capture_output=True, timeout=SECONDS.get(extension, OTHER_SECONDS), check=True
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, ValueError):
        return Examined(UNREADABLE)
    if answer["fault"]:
        return Examined(answer["fault"])
    return Examined("", answer["notes"], target if answer["written"] else source)


__all__ = ["ACCEPT", "KINDS", "Examined", "clean_name", "complaint_about", "examined", "megabytes"]
