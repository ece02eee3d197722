import io
import struct
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter

from campaigns.importing import Unreadable, read
from core.errors import RuleBroken
from tests import bad_files
from tests.campaigns.importing import other_formats

TEXT = "Bộ trưởng phát động phong trào thi đua năm 2025."


def refusal(raw: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(raw, name)
    assert isinstance(caught.value, RuleBroken)
    return str(caught.value)


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(other_formats.as_pdf(TEXT))))
    writer.encrypt("mat-khau", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    word = other_formats.Word()
    word.body.append(word.paragraph(TEXT))
    return word.file(**{"word/media/a.bin": b"\0" * 40_000_000})


def locked_zip() -> bytes:
    raw = bytearray(other_formats.as_docx(TEXT))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(sign)
        while at >= 0:
            flags = struct.unpack_from("<H", raw, at + place)[0]
            struct.pack_into("<H", raw, at + place, flags | 1)
            at = raw.find(sign, at + 4)
    return bytes(raw)


def entity_bomb() -> bytes:
    with zipfile.ZipFile(io.BytesIO(other_formats.as_docx(TEXT))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["word/document.xml"] = b'<!DOCTYPE a [<!ENTITY b "c">]>' + files["word/document.xml"]
    return other_formats.packed(files)


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "a.txt", "rỗng"),
        (b" \n\t ", "a.docx", "rỗng"),
        (b"12 34 --", "a.txt", "không có chữ nào"),
        (b"a" * (20 * 1024 * 1024 + 1), "a.txt", "vượt mức 20 MB"),
        (bad_files.OLE, "a.doc", "Word cũ"),
        (bad_files.OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "có mật khẩu"),
        (b"MZ" + b"\0" * 400, "a.txt", "chỉ nhận .docx"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a.pdf", "chỉ nhận .docx"),
        ("Văn bản".encode(), "a.docx", "không phải tệp Word"),
        ("Văn bản".encode(), "a.pdf", "không phải tệp PDF"),
        ("Văn bản".encode(), "a.xlsx", "chỉ nhận .docx"),
        ("Văn bản".encode(), "a.docm", "macro"),
        (b"%PDF-1.7\nhong", "a.pdf", "hỏng"),
        (other_formats.as_docx(TEXT)[:200], "a.docx", "hỏng"),
        (other_formats.packed({"a.txt": "x"}), "a.docx", "chỉ nhận .docx"),
    ],
)
def test_unreadable_file_is_refused_with_the_reason_and_the_remedy(raw, name, words):
    sentence = refusal(raw, name)

    assert words in sentence
    assert "Hãy" in sentence


def test_scan_without_text_is_refused():
    assert "là bản quét" in refusal(bad_files.scanned_pdf(), "a.pdf")


def test_pdf_with_a_password_is_refused():
    assert "có mật khẩu" in refusal(locked_pdf(), "a.pdf")


def test_word_file_with_locked_parts_is_refused():
    assert "có mật khẩu" in refusal(locked_zip(), "a.docx")


def test_word_file_that_unpacks_to_a_multiple_is_refused():
    assert "cấu trúc nén bất thường" in refusal(bomb(), "a.docx")


def test_word_file_with_entities_is_refused():
    assert "cấu trúc nén bất thường" in refusal(entity_bomb(), "a.docx")


def test_word_file_with_a_macro_is_refused():
    word = other_formats.Word()
    word.body.append(word.paragraph(TEXT))

    assert "macro" in refusal(word.file(**{"word/vbaProject.bin": b"x"}), "a.docx")


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="Không mở được tệp «khong-co.txt»"):
        read(tmp_path / "khong-co.txt")


def test_pasted_text_is_read_without_a_name():
    assert read(TEXT.encode(), "-").year_from == 2025
