from dataclasses import replace

import pytest
from defusedxml import ElementTree

from core.documents import checks
from core.documents.certificate import certificate_pdf, certificates_pdf, frame_svg
from tests.core.document_samples import CERTIFICATE, fonts_of, one_line, read, text_of


def test_a_certificate_is_one_page_across_with_all_its_words():
    pdf = certificate_pdf(CERTIFICATE)
    pages = read(pdf).pages
    assert len(pages) == 1
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (842, 595)
    text = one_line(text_of(pdf))
    for words in ("BẰNG KHEN", "Ông Nguyễn Văn Hưởng", "TẶNG", "Số sổ vàng: 0567/2024", "Trần Đức Thắng"):
        assert words in text
    assert fonts_of(pdf) <= {"Tinos", "Tinos-Bold", "Tinos-Italic"}
    assert pdf == certificate_pdf(CERTIFICATE)


def test_a_long_certificate_still_fits_its_page():
    long = replace(
        CERTIFICATE,
        issuer_superior="Bộ Nông nghiệp và Môi trường",
        receiver="Phòng Khoa học công nghệ, Hợp tác quốc tế và Truyền thông về phòng, chống thiên tai",
        reason="Đã có thành tích xuất sắc đột xuất trong công tác tham mưu, chỉ đạo ứng phó bão lũ " * 3,
    )
    pdf = certificates_pdf([long, CERTIFICATE, long])
    assert len(read(pdf).pages) == 3
    assert "Trần Đức Thắng" in read(pdf).pages[0].extract_text()


@pytest.mark.parametrize("frame", ["gold", "plain"])
def test_the_frame_is_drawn_without_pictures(frame):
    svg = frame_svg(frame)
    ElementTree.fromstring(svg)
    assert "href" not in svg


def test_no_certificate_is_a_mistake():
    with pytest.raises(ValueError, match="No certificate"):
        certificates_pdf([])


def test_the_font_check_is_silent_where_the_font_is_installed():
    assert list(checks.check_fonts()) == []


def test_the_font_check_names_the_package_when_the_font_is_missing(monkeypatch):
    monkeypatch.setattr(checks, "_known_to_fontconfig", lambda: {"Tinos-Regular.ttf"})
    (warning,) = checks.check_fonts()
    assert warning.id == "core.W001"
    assert "Bold, Italic, BoldItalic" in warning.msg
    assert "fonts-croscore" in warning.hint


def test_without_fontconfig_the_usual_folders_are_searched(monkeypatch, tmp_path):
    for face in checks.FACES:
        (tmp_path / f"Tinos-{face}.ttf").touch()
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)
    monkeypatch.setattr(checks, "FOLDERS", (tmp_path,))
    assert checks.missing_faces() == []
    monkeypatch.setattr(checks, "FOLDERS", (tmp_path / "none",))
    assert checks.missing_faces() == list(checks.FACES)
