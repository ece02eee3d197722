"""What a person should look at before trusting the draft: plain sentences, never guesses."""

import re

from campaigns.importing.draft import LaunchDraft
from campaigns.importing.extracted import Extracted, Piece
from campaigns.importing.legacy import vietnamese_share

_WORD = re.compile(r"[^\W\d_]+")
_ODD = re.compile(r"[^\w\s.,;:!?()\[\]“”\"'‘’«»/%&+\-–—…*•°#@=<>|~·_§²³×✓▪●○]")
LONG = 400_000
NOT_VIETNAMESE = (
    "Văn bản không viết bằng tiếng Việt có dấu nên không đọc được nội dung. Hãy dùng bản tiếng Việt có dấu."
)
RUBBISH = (
    "Chữ trong văn bản bị lỗi nhiều (có thể do nhận dạng chữ từ bản quét). Hãy đối chiếu từng mục với "
    "bản gốc."
)
TABLES = "Văn bản chủ yếu là bảng; nội dung trong bảng được đọc theo từng dòng. Hãy đối chiếu với bản gốc."
TWO = (
    "Văn bản có vẻ nêu nhiều phong trào hoặc nhiều chủ đề ({themes}); bản nháp chỉ lấy phong trào đầu. "
    "Hãy tách thành từng phong trào nếu cần."
)
LONG_TEXT = (
    "Văn bản rất dài; hãy kiểm tra kỹ phần nội dung, tiêu chí được nhận ra có đúng là của phong trào thi "
    "đua này."
)
NOT_LAUNCH = (
    "Văn bản không có vẻ là văn bản phát động phong trào thi đua. Nếu đúng là văn bản phát động, hãy "
    "nhập nội dung bằng tay."
)
NO_CONTENTS = "Chưa nhận ra nội dung thi đua nào trong văn bản. Hãy nhập nội dung từ bản gốc."
NO_YEAR = "Văn bản không nêu năm hoặc giai đoạn thi đua. Hãy nhập năm."
NAMES = {"contents": "nội dung", "tasks": "nhiệm vụ, giải pháp"}


def doubts_about(
    draft: LaunchDraft,
    extracted: Extracted,
    themes: list[tuple[int, Piece]],
    launches: list[tuple[int, Piece | None]],
) -> list[str]:
    """The sentences to show above the draft."""
    found: list[str] = []
    text = extracted.text
    words = _WORD.findall(text[:20_000])
    if words and vietnamese_share(text) < 0.04 and len(words) > 30:
        found.append(NOT_VIETNAMESE)
    if text and len(_ODD.findall(text[:50_000])) > 0.02 * len(text[:50_000]) or _broken_words(words):
        found.append(RUBBISH)
    in_tables = sum(p.end - p.start for p in extracted.paragraphs if p.in_table)
    if in_tables * 2 > len(text) > 400:
        found.append(TABLES)
    if not draft.is_launch:
        return [*found, NOT_LAUNCH]
    names = _distinct([one for weight, one in themes if weight >= 45])
    if len(names) >= 2:
        found.append(TWO.format(themes="; ".join(f"«{name}»" for name in names[:3])))
    for key, name in NAMES.items():
        stated, got = draft.stated_counts.get(key), len(draft.contents if key == "contents" else draft.tasks)
        if stated is not None and stated != got:
            only = "chỉ nhận ra" if got < stated else "nhận ra"
            found.append(f"nêu {stated} {name} nhưng {only} {got}")
    if not draft.contents and "contents" not in draft.stated_counts:
        found.append(NO_CONTENTS)
    if draft.year_from is None:
        found.append(NO_YEAR)
    if len(text) > LONG:
        found.append(LONG_TEXT)
    del launches
    return found


def _broken_words(words: list[str]) -> bool:
    """Words that mix capitals and digits, or single letters everywhere: what bad recognition leaves."""
    if len(words) < 80:
        return False
    odd = sum(
        1 for word in words if len(word) == 1 or (not word.isupper() and any(c.isupper() for c in word[1:]))
    )
    return odd > 0.25 * len(words)


def _distinct(themes: list[Piece]) -> list[str]:
    kept: list[str] = []
    for one in themes:
        key = re.sub(r"[\W_]+", " ", one.text).casefold().strip()
        if not any(
            key in other or other in key
            for other in (re.sub(r"[\W_]+", " ", k).casefold().strip() for k in kept)
        ):
            kept.append(one.text)
    return kept
