import pytest

from campaigns.importing import read
from campaigns.importing.readers import extract
from tests.campaigns.importing import other_formats
from tests.campaigns.importing.agreement import CORPUS, SEEDS, compare, documents, expected_of

PRINTED = (
    "bao-cong-ty-cao-su-2020",
    "benh-vien-2024",
    "bo-ke-hoach-chuyen-doi-so",
    "bo-tnmt-2021",
    "bo-tnmt-2024",
    "chi-thi-ubnd-tinh-2023",
    "cong-van-truong-hoc-20-11",
    "dang-uy-khoi-2021-2025",
    "giu-lai-08-dai-hoc-nghien-cuu",
    "ke-hoach-so-noi-vu-2025",
    "so-tnmt-kon-tum-2021",
    "toa-an-tinh-2022",
    "vien-nghien-cuu-cau-don",
    "xa-ke-hoach-bo-trong-2019",
)


def text_of(name: str) -> str:
    return (CORPUS / f"{name}.txt").read_text(encoding="utf-8")


def faults(name: str, draft) -> list[str]:
    scores = compare(expected_of(name), draft.to_json(), is_seed=name in SEEDS)
    return [fault for score in scores.values() for fault in score.faults]


@pytest.mark.parametrize("name", documents())
def test_word_file_with_lists_of_word_and_a_head_in_two_columns_reads_like_the_text(name):
    assert faults(name, read(other_formats.as_docx(text_of(name)), f"{name}.docx")) == []


@pytest.mark.parametrize("name", documents())
def test_web_page_reads_like_the_text_without_the_frame_of_the_site(name):
    draft = read(other_formats.as_html(text_of(name)).encode(), f"{name}.html")

    assert faults(name, draft) == []
    assert "Trang chủ" not in draft.text
    assert "Bản quyền" not in draft.text


@pytest.mark.parametrize("name", PRINTED)
def test_pdf_reads_like_the_text(name):
    assert faults(name, read(other_formats.as_pdf(text_of(name)), f"{name}.pdf")) == []


def test_numbers_of_word_lists_stand_in_the_text():
    raw = other_formats.as_docx(
        "1. Thi đua dạy tốt\n2. Thi đua học tốt\n- ý một\n- ý hai\n1. Mục khác\n2. Mục cuối"
    )

    extracted = extract(raw, "a.docx")

    assert extracted.text.split("\n") == [
        "1. Thi đua dạy tốt", "2. Thi đua học tốt", "- ý một", "- ý hai", "1. Mục khác", "2. Mục cuối"
    ]  # fmt: skip
    assert [p.numbering for p in extracted.paragraphs] == ["1.", "2.", "-", "-", "1.", "2."]


def test_rows_of_a_word_table_become_lines_with_marks_between_the_cells():
    word = other_formats.Word()
    word.body.append(word.table([[["STT"], ["Nội dung"]], [["01"], ["Dạy tốt"]], [["02"], ["Học tốt"]]]))

    extracted = extract(word.file(), "a.docx")

    assert extracted.text.split("\n") == ["STT | Nội dung", "01 | Dạy tốt", "02 | Học tốt"]
    assert all(paragraph.in_table for paragraph in extracted.paragraphs)


def test_what_was_deleted_with_track_changes_is_not_read():
    word = other_formats.Word()
    word.body.append(
        "<w:p><w:r><w:t>Thi đua </w:t></w:r><w:del><w:r><w:delText>dạy kém</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>dạy tốt</w:t></w:r></w:ins></w:p>"
    )

    assert extract(word.file(), "a.docx").text == "Thi đua dạy tốt"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_usual_encoding(encoding):
    draft = read(text_of("ke-hoach-so-noi-vu-2025").encode(encoding), "a.txt")

    assert faults("ke-hoach-so-noi-vu-2025", draft) == []


def test_windows_1258_is_read():
    written = "Thi đua là yêu nước, các đơn vị và cán bộ của Bộ"
    # the code page writes the tone behind the letter
    raw = (
        written.replace("ướ", "ươ\u0301")
        .replace("á", "a\u0301")
        .replace("ị", "i\u0323")
        .replace("ộ", "ô\u0323")
        .replace("ủ", "u\u0309")
        .encode("cp1258")
    )

    assert extract(raw, "a.txt").text == written


def test_old_fonts_are_turned_into_unicode():
    raw = "Bé Tµi nguyªn ph¸t ®éng phong trµo thi ®ua cña c¸c ®¬n vÞ vµ c¸n bé".encode("latin-1")

    assert extract(raw, "a.txt").text == "Bộ Tài nguyên phát động phong trào thi đua của các đơn vị và cán bộ"


def test_decomposed_letters_soft_hyphens_and_hard_spaces_are_made_plain():
    raw = "Thi\u00a0đua dạy\u00ad tô\u0301t".encode()

    assert extract(raw, "a.txt").text == "Thi đua dạy tốt"
