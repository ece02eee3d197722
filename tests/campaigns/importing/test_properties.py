import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.importing import Unreadable, read
from tests.campaigns.importing.agreement import CORPUS, documents, key

TEXTS = {name: (CORPUS / f"{name}.txt").read_text(encoding="utf-8") for name in documents()}
WORDS = (
    "phát động",
    "phong trào thi đua",
    "nội dung:",
    "Một là,",
    "Thứ hai:",
    "1.",
    "(2)",
    "a)",
    "đ)",
    "-",
    "+",
    "“",
    '"',
    "”",
    "Đối với tập thể,",
    "cá nhân:",
    "tiêu chí",
    "trước ngày 15/11",
    "hằng năm",
    "6 nội dung",
    "giao Sở Nội vụ chủ trì",
    ";",
    ".",
    "\n",
    "\n\n",
    "Kính gửi:",
    "Số: 12/KH-A",
    "KẾ HOẠCH",
    "năm 2025",
    "giai đoạn 2021-2025",
    "Nơi nhận:",
    "|",
    "ngày 31 tháng 2",
    "Điều 1.",
    "I.",
)


def check(text: str) -> None:
    raw = text.encode()
    try:
        draft = read(raw, "-")
    except Unreadable:
        return
    assert draft.to_json() == read(raw, "-").to_json()
    for what, one in draft.spans():
        assert 0 <= one.start <= one.end <= len(draft.text)
        if what in ("contents", "tasks", "theme") or what.startswith("criteria"):
            assert key(one.text) in key(draft.text[one.start : one.end])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=60))
def test_any_heap_of_words_is_read_the_same_twice_with_places_inside_the_text(words):
    check(" ".join(words))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.floats(0, 1), st.integers(0, 10_000))
def test_truncated_and_shuffled_documents_never_raise(name, share, seed):
    text = TEXTS[name]
    check(text[: int(len(text) * share)])
    lines = text.split("\n")
    random.Random(seed).shuffle(lines)
    check("\n".join(lines))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.docx", "a.pdf", "a.html", "-"]))
def test_any_bytes_are_read_or_refused(raw, name):
    try:
        read(raw, name)
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


def test_item_without_numbering_marks_keeps_its_place():
    draft = read(
        "Bộ trưởng phát động phong trào thi đua năm 2025 với các nội dung: a) dạy tốt; b) học tốt.".encode(),
        "-",
    )

    assert [draft.text[one.start : one.end] for one in draft.contents] == ["dạy tốt", "học tốt"]


@pytest.mark.parametrize(
    "part",
    [
        "a 1. ",
        "- a\n",
        "phong trào “ab ",
        "thi đua phát động phong trào, ",
        "Sở Nội vụ đề nghị các đơn vị ",
        "nội dung: a b; ",
        "trước ngày 15/11 báo cáo ",
        "I. A\n1. B\n",
        "((((",
    ],
)
def test_work_grows_with_the_length_and_not_with_its_square(part):
    def effort(size: int) -> float:
        raw = ("Mở đầu văn bản\n" + part * (size // len(part))).encode()
        begin = time.process_time()
        read(raw, "-")
        return time.process_time() - begin

    effort(4_000)
    small, large = max(min(effort(20_000) for _ in range(2)), 0.02), effort(160_000)

    assert large / small < 32  # eight times the text; its square would be sixty-four times the work
