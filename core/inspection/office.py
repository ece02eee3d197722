"""Word and Excel files: looked at part by part before any program opens them, and rid of their authors'
names.
"""

import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO
from zlib import error as ZlibError

from core.inspection.errors import Refused
from core.inspection.pictures import BrokenPicture, read_picture

MAX_ENTRIES = 2000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
SMALL = 1024 * 1024  # an entry below this is no bomb, whatever its ratio
MAX_NAME = 400
MAIN_PART = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = "Tệp bị hỏng. Hãy mở bằng phần mềm văn phòng, lưu lại rồi tải lên lần nữa."
MACRO = (
    "Tệp có chứa macro nên không được nhận. Hãy mở tệp, chọn «Lưu thành» (Save As) dạng .docx hoặc .xlsx "
    "không có macro."
)
PASSWORD = "Tệp có mật khẩu nên không đọc được. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi tải lên."  # noqa: S105 (a sentence)
TOO_BIG = "Tệp khi giải nén quá lớn (trên 200 MB). Hãy giảm dung lượng ảnh hoặc chia nhỏ tệp rồi tải lại."
BOMB = "Tệp có cấu trúc nén bất thường nên không được nhận. Hãy mở tệp, lưu lại rồi tải lên lần nữa."
NESTED = "Bên trong tệp có tệp nén khác nên không được nhận. Hãy lấy các tệp đó ra và tải lên riêng."
EMBEDDED = (
    "Bên trong tệp có nhúng tệp hoặc chương trình khác (đối tượng OLE) nên không được nhận. Hãy xóa đối "
    "tượng nhúng, "
    "hoặc in ra PDF rồi tải lên."
)
LINKED = (
    "Tệp có liên kết tự mở tới tệp ở ngoài ({what}) nên không được nhận. Hãy bỏ liên kết đó (Tệp → Thông "
    "tin → Sửa liên "
    "kết tới tệp), hoặc in ra PDF rồi tải lên."
)
LINK_NAMES = {
    "attachedTemplate": "mẫu văn bản",
    "oleObject": "đối tượng nhúng",
    "image": "ảnh",
    "externalLinkPath": "bảng tính khác",
}
CHANGES = "còn dấu vết sửa đổi (Track Changes); nên chấp nhận hoặc bỏ các sửa đổi trước khi trình."
OTHER_BOOK = "có công thức lấy số từ tệp bảng tính khác; hệ thống chỉ giữ giá trị đã tính, không mở tệp đó."

_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")
_AUTHOR = re.compile(
    r"<((?:\w+:)?(?:creator|lastModifiedBy|Company|Manager|HyperlinkBase))(\s[^>]*)?>[^<]*</\1>"
)
_OWN_VALUE = re.compile(r"<((?:\w+:)?(?:lpwstr|lpstr|bstr))(\s[^>]*)?>[^<]*</\1>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_DATED = (1980, 1, 1, 0, 0, 0)


@dataclass
class Looked:
    """What was seen: bytes unpacked so far (chart books inside count too), notes, whether it is signed."""

    unpacked: int = 0
    notes: list[str] = field(default_factory=list)
    is_signed: bool = False

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def examine(source: Path, target: Path, extension: str) -> list[str]:
    """Look at every part, then write the file without its authors' names (a signed one is not written).

    Returns the notes; raises Refused.
    """
    with source.open("rb") as file:
        looked = Looked()
        _look(file, extension, looked)
        if not looked.is_signed:
            file.seek(0)
            with target.open("wb") as copy:
                _copy_without_particulars(file, copy)
    return looked.notes


def _look(file: IO[bytes], extension: str, looked: Looked, *, is_inner: bool = False) -> None:
    head = file.read(8)
    file.seek(0)
    if head == OLE:
        content = file.read()
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refused(PASSWORD if is_locked else old_format(extension))
    if not head.startswith(b"PK\x03\x04"):
        raise Refused(not_of_kind(extension))
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _look_at_list(entries, looked)
            for entry in entries:
                with archive.open(entry) as part:
                    _look_at_part(entry, part, looked, is_inner=is_inner)
            _look_at_types(archive, extension, looked)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        ZlibError,
    ) as error:
        raise Refused(BROKEN) from error
    except RuntimeError as error:  # zipfile says so of an entry with a password
        raise Refused(PASSWORD) from error


def not_of_kind(extension: str) -> str:
    """The sentence for a file that is something else than its name says."""
    return f"Nội dung tệp không phải .{extension}. Hãy mở tệp gốc và lưu lại đúng định dạng."


def old_format(extension: str) -> str:
    """The sentence for files of office programs before 2007."""
    wanted = ".docx" if extension in ("doc", "docx", "rtf") else ".xlsx"
    return f"Tệp ở định dạng văn phòng cũ. Hãy mở tệp, chọn «Lưu thành» (Save As) dạng {wanted} rồi tải lên."


def _look_at_list(entries: list[zipfile.ZipInfo], looked: Looked) -> None:
    """What the list of parts alone tells: number, sizes, ratios, names, links, passwords."""
    looked.unpacked += sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or looked.unpacked > MAX_UNPACKED:
        raise Refused(TOO_BIG)
    names = set()
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        parts = name.split("/")
        if (
            name.startswith("/")
            or ".." in parts
            or ":" in parts[0]
            or len(name) > MAX_NAME
            or name.lower() in names
        ):
            raise Refused(BOMB)
        names.add(name.lower())
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused(BOMB)
        if entry.flag_bits & 0x1:
            raise Refused(PASSWORD)
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise Refused(BOMB)
    if "[content_types].xml" not in names:
        raise Refused(BROKEN)


def _look_at_part(entry: zipfile.ZipInfo, part: IO[bytes], looked: Looked, *, is_inner: bool) -> None:
    """What one part holds: programs, other archives, links outwards, entities, traces of changes."""
    name = entry.filename.replace("\\", "/").lower()
    if name.endswith("vbaproject.bin") or "/activex/" in name:
        raise Refused(MACRO)
    content = part.read()  # at most what the list said; a wrong sum raises BadZipFile
    head = content[:8]
    if head == OLE or head.startswith((b"MZ", b"\x7fELF")):
        raise Refused(EMBEDDED)
    if head.startswith(_PACKED) or name.endswith((".zip", ".7z", ".rar", ".gz")):
        # the numbers behind a chart in a Word file are a small workbook of their own
        if is_inner or "/embeddings/" not in name or not name.endswith(".xlsx"):
            raise Refused(NESTED)
        _look(BytesIO(content), "xlsx", looked, is_inner=True)
    elif "/embeddings/" in name and not entry.is_dir():
        raise Refused(EMBEDDED)
    if name.endswith((".xml", ".rels", ".vml")):
        _look_at_xml(name, _plain(content), looked)
    looked.is_signed |= name.startswith("_xmlsignatures/") and not is_inner


def _plain(content: bytes) -> bytes:
    """XML in UTF-16 hides words from a search in bytes."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace").encode()
    if content[:4:2] == b"\x00\x00" or content[1:4:2] == b"\x00\x00":
        raise Refused(BROKEN)  # UTF-16 or UTF-32 without a mark: no office program writes it
    return content


def _look_at_xml(name: str, content: bytes, looked: Looked) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused(BOMB)
    if name.endswith(".rels"):
        for relation in _RELATION.findall(content):
            _look_at_relation(relation, looked)
    if name.startswith("xl/externallinks/") and b"ddeLink" in content:
        raise Refused(LINKED.format(what="lệnh DDE"))
    if name.startswith("word/") and re.search(rb"<w:(?:ins|del|moveFrom|moveTo)\s[^>]*w:author", content):
        looked.note(CHANGES)
    if name.startswith("word/") and re.search(rb"<w:instrText[^>]*>\s*DDE(?:AUTO)?\b", content):
        raise Refused(LINKED.format(what="trường tự lấy dữ liệu"))


def _look_at_relation(relation: bytes, looked: Looked) -> None:
    if not re.search(rb"TargetMode\s*=\s*[\"']External[\"']", relation, re.I):
        return
    kind = re.search(rb"Type\s*=\s*[\"'][^\"']*/(\w+)[\"']", relation)
    word = kind[1].decode() if kind else ""
    if word == "hyperlink":
        return
    if word in ("externalLinkPath", "xlExternalLinkPath", "xlPathMissing"):
        looked.note(OTHER_BOOK)
        return
    raise Refused(LINKED.format(what=LINK_NAMES.get(word, "nội dung khác")))


def _look_at_types(archive: zipfile.ZipFile, extension: str, looked: Looked) -> None:
    types = _plain(archive.read(next(n for n in archive.namelist() if n.lower() == "[content_types].xml")))
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Refused(MACRO)
    if MAIN_PART[extension] not in types:
        raise Refused(not_of_kind(extension))


# --- particulars -------------------------------------------------------------------------------------
def _copy_without_particulars(source: IO[bytes], target: IO[bytes]) -> None:
    """The same parts in the same order, without names of people and programs, and without dates: equal
    contents give equal bytes.
    """
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, content in _cleaned(archive):
            entry = zipfile.ZipInfo(name, _DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            copy.writestr(entry, content)


def _cleaned(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for entry in archive.infolist():
        name = entry.filename.replace("\\", "/")
        if entry.is_dir():
            continue
        content = archive.read(entry)
        if name.lower().startswith("docprops/") and name.lower().endswith(".xml"):
            pattern = _OWN_VALUE if name.lower().endswith("custom.xml") else _AUTHOR
            text = pattern.sub(r"<\1\2></\1>", _plain(content).decode("utf-8", "replace"))
            text = text.replace('encoding="utf-16"', 'encoding="UTF-8"').replace(
                'encoding="UTF-16"', 'encoding="UTF-8"'
            )
            content = text.encode()
        elif "/media/" in name and name.lower().endswith((".jpg", ".jpeg", ".png")):
            content = _bare_picture(content)
        yield name, content


def _bare_picture(content: bytes) -> bytes:
    """A picture inside a document without place and date; one that the camera turned stays as it is drawn
    there, and so does what cannot be read.
    """
    try:
        picture = read_picture(content)
    except BrokenPicture:
        return content
    return picture.content
