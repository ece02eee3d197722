"""PDF files that people hand in: whole, without anything that acts by itself, and rid of their authors'
names.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from core.inspection.errors import Refused

BROKEN = (
    "Tệp PDF bị hỏng hoặc tải về chưa đủ. Hãy mở tệp gốc, in lại ra PDF (Print → Save as PDF) rồi tải lên."
)
TOO_COMPLEX = "Tệp PDF quá phức tạp nên không kiểm tra được. Hãy in lại ra PDF hoặc chia thành nhiều tệp."
PASSWORD = "Tệp PDF có mật khẩu hoặc bị khóa quyền. Hãy mở tệp, bỏ mật khẩu (in lại ra PDF) rồi tải lên."  # noqa: S105
ACTIVE = (
    "Tệp PDF có mã lệnh tự chạy (JavaScript hoặc lệnh mở chương trình) nên không được nhận. Hãy in lại ra "
    "PDF rồi "
    "tải lên."
)
EMBEDDED = (
    "Tệp PDF có tệp khác đính kèm bên trong nên không được nhận. Hãy tách các tệp đó ra và tải lên riêng."
)
TOO_MANY_PAGES = "Tệp PDF có hơn 500 trang. Hãy chia thành nhiều tệp, mỗi tệp tối đa 500 trang."
TOO_LARGE_PAGE = (
    "Tệp PDF có trang khổ quá lớn (cạnh dài hơn 5 m). Hãy in lại ra PDF với khổ giấy A0 trở xuống."
)
SEAL = (
    "Chữ ký số không hợp lệ: nội dung tệp PDF đã bị thay đổi sau khi ký. Hãy xin lại bản đã ký từ nơi "
    "phát hành."
)
NO_TEXT = "là bản chụp không có lớp chữ nên không tìm được theo nội dung."
ADDED_AFTER_SEAL = "có phần được thêm sau lần ký số cuối cùng; hãy đối chiếu với bản gốc."

MAX_PAGES = 500
MAX_SIDE = 14_400  # points: 200 inches, the limit of the format's first readers
MAX_OBJECTS = 400_000
MAX_OUTLINE = 50_000
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/RichMediaExecute"}
ACTIVE_KINDS = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"}
SIGNATURE_DIGEST = re.compile(
    rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04\x31.\x04(?:\x14(.{20})|\x20(.{32})|\x30(.{48})|\x40(.{64}))",
    re.S,
)
DIGESTS = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}


def _walk(root: Any) -> tuple[list[Any], list[Any]]:
    """(signature dictionaries, dictionaries naming fonts) reachable from the catalogue; what acts by itself
    is a fault.
    """
    seen: set[tuple[int, int]] = set()
    todo: list[Any] = [root]
    signatures: list[Any] = []
    fonts: list[Any] = []
    while todo:
        value = todo.pop()
        if isinstance(value, IndirectObject):
            key = (value.idnum, value.generation)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > MAX_OBJECTS:
                raise Refused(TOO_COMPLEX)
            value = value.get_object()
        if isinstance(value, DictionaryObject):
            _refuse_active(value)
            if "/ByteRange" in value and "/Contents" in value:
                signatures.append(value)
            if "/Font" in value:
                fonts.append(value)
            todo.extend(dict.values(value))
        elif isinstance(value, ArrayObject):
            todo.extend(list.__iter__(value))
    return signatures, fonts


def _refuse_active(value: Any) -> None:
    if value.get("/S") in ACTIVE_ACTIONS or "/JS" in value or "/JavaScript" in value:
        raise Refused(ACTIVE)
    if "/XFA" in value:
        raise Refused(ACTIVE)
    if "/EF" in value or (value.get("/Subtype") in ACTIVE_KINDS and "/Rect" in value):
        raise Refused(EMBEDDED)
    names = value.get("/EmbeddedFiles")
    if names and (names.get("/Names") or names.get("/Kids")):
        raise Refused(EMBEDDED)


def _pages(root: Any) -> list[Any]:
    """The pages in order; the tree is walked here because its own counts and links may lie."""
    seen: set[int] = set()
    pages: list[Any] = []
    todo: list[tuple[Any, Any]] = [(root.raw_get("/Pages"), None)]
    while todo:
        link, box = todo.pop()
        if isinstance(link, IndirectObject):
            if link.idnum in seen:
                raise Refused(BROKEN)
            seen.add(link.idnum)
        node = link.get_object()
        if not isinstance(node, DictionaryObject):
            raise Refused(BROKEN)
        box = node.get("/MediaBox", box)
        kids = node.get("/Kids")
        if kids is None:
            _refuse_huge(box, float(node.get("/UserUnit", 1)))
            pages.append(node)
            if len(pages) > MAX_PAGES:
                raise Refused(TOO_MANY_PAGES)
        else:
            todo.extend((kid, box) for kid in reversed(list(list.__iter__(kids))))
    if not pages:
        raise Refused(BROKEN)
    return pages


def _refuse_huge(box: Any, unit: float) -> None:
    if box is None:
        return
    left, bottom, right, top = (float(side) for side in box)
    if max(abs(right - left), abs(top - bottom)) * unit > MAX_SIDE:
        raise Refused(TOO_LARGE_PAGE)


def _refuse_circles(root: Any) -> None:
    """An outline that leads back to itself hangs readers."""
    seen: set[int] = set()
    todo = [root.raw_get("/Outlines")] if "/Outlines" in root else []
    while todo:
        link = todo.pop()
        if isinstance(link, IndirectObject):
            if link.idnum in seen or len(seen) > MAX_OUTLINE:
                raise Refused(BROKEN)
            seen.add(link.idnum)
        node = link.get_object()
        if node and hasattr(node, "raw_get"):
            todo.extend(node.raw_get(key) for key in ("/First", "/Next") if key in node)


def _read_contents(pages: list[Any]) -> None:
    """Unpack what the pages draw: broken streams, bombs and pictures without an end are found here."""
    for page in pages:
        contents = page.get("/Contents")
        parts = [contents] if contents is None or hasattr(contents, "get_data") else list(contents)
        data = b"\n".join(part.get_object().get_data() for part in parts if part is not None)
        begun = list(re.finditer(rb"(?:^|\s)BI\s(?:[^()]{0,600}?)\sID\s", data))
        if begun and not re.search(rb"\sEI(?:\s|$)", data[begun[-1].end() - 1 :]):
            raise Refused(BROKEN)


def _broken_seal(signatures: list[Any], raw: bytes) -> bool:
    """Whether the bytes that a signature covers are no longer those that were signed.

    Who signed is not asked here: only the digest inside the signature is compared with the file.
    """
    for signature in signatures:
        ranges = [int(number) for number in signature["/ByteRange"]]
        if len(ranges) != 4 or min(ranges) < 0 or ranges[0] or ranges[2] + ranges[3] > len(raw):
            return True
        if signature.get("/SubFilter") not in ("/adbe.pkcs7.detached", "/ETSI.CAdES.detached"):
            continue
        contents = signature["/Contents"]
        sealed = getattr(contents, "original_bytes", contents)
        found = [next(filter(None, match)) for match in SIGNATURE_DIGEST.findall(bytes(sealed))]
        covered = raw[: ranges[1]] + raw[ranges[2] : ranges[2] + ranges[3]]
        if found and not any(hashlib.new(DIGESTS[len(one)], covered).digest() == one for one in found):
            return True
    return False


def _last_seal_ends(signatures: list[Any]) -> int:
    return max(int(one["/ByteRange"][2]) + int(one["/ByteRange"][3]) for one in signatures)


def _without_particulars(reader: Any, target: Path) -> None:
    """Write the file anew without names of authors and programs; a PDF/A keeps what makes it one."""
    kept = _conformance(reader)
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    if reader.pdf_header.startswith("%PDF-"):  # it may lie behind other bytes, which go
        writer.pdf_header = reader.pdf_header
    for value in list(writer._objects):
        if isinstance(value, DictionaryObject):
            for name in ("/Metadata", "/PieceInfo"):
                link = dict.pop(value, name, None)
                if isinstance(link, IndirectObject):  # or the object would be written, named by nobody
                    writer._objects[link.idnum - 1] = None
    if kept:
        stream = StreamObject()
        stream.set_data(kept)
        stream.update(
            {NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")}
        )
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
    with target.open("wb") as file:
        writer.write(file)


def _conformance(reader: Any) -> bytes:
    """A packet that says only which standard the file keeps to, or nothing."""
    metadata = reader.root_object.get("/Metadata")
    if metadata is None:
        return b""
    text = metadata.get_data()
    said = [
        f'<pdf{kind}id:{name} xmlns:pdf{kind}id="http://www.aiim.org/pdf{kind}/ns/id/">{found[1].decode()}</pdf{kind}id:{name}>'
        for kind, name in (("a", "part"), ("a", "conformance"), ("ua", "part"))
        if (found := re.search(rf"pdf{kind}id:{name}(?:=[\"']|>)\s*([0-9A-Za-z]{{1,3}})".encode(), text))
    ]
    if not said:
        return b""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="">'
        f'{"".join(said)}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def examine(source: Path, target: Path) -> list[str]:
    """Look at the file and write it without particulars; a signed one is not written. Returns the notes.

    Raises Refused.
    """
    raw = source.read_bytes()
    _refuse_truncated(raw)
    reader = PdfReader(source)
    if reader.is_encrypted:
        raise Refused(PASSWORD)
    root = reader.root_object
    pages = _pages(root)
    signatures, fonts = _walk(reader.trailer.raw_get("/Root"))
    _refuse_circles(root)
    _read_contents(pages)
    notes = [] if fonts else [NO_TEXT]
    if signatures:
        if _broken_seal(signatures, raw):
            raise Refused(SEAL)
        if _last_seal_ends(signatures) < len(raw.rstrip()):
            notes.append(ADDED_AFTER_SEAL)
        return notes
    _without_particulars(reader, target)
    if len(_pages(PdfReader(target).root_object)) != len(pages):
        raise Refused(BROKEN)
    return notes


def _refuse_truncated(raw: bytes) -> None:
    """A PDF ends with the place of its table of contents; readers guess when it is gone, and guess
    differently.
    """
    found = re.findall(rb"startxref\s+(\d+)\s*%%EOF", raw)
    if not found:
        raise Refused(BROKEN)
    place = int(found[-1]) + max(raw.find(b"%PDF-"), 0)
    at = raw[int(found[-1]) : int(found[-1]) + 32].lstrip() + b"|" + raw[place : place + 32].lstrip()
    if not re.search(rb"(?:^|\|)(?:xref|\d+\s+\d+\s+obj)", at):
        raise Refused(BROKEN)
    linear = re.search(rb"/Linearized\s[^>]{0,200}?/L\s+(\d+)", raw[:2048])
    if linear and int(linear[1]) > len(raw):
        raise Refused(BROKEN)
