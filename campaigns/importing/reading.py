"""From the extracted text to the draft: asks each part of the document for what it states."""

import re

from campaigns.importing.basis import bases_of, key_of
from campaigns.importing.blocks import Span, blocks_of, spans_of, without_chrome
from campaigns.importing.contents import contents_and_tasks
from campaigns.importing.criteria import criteria_of, pieces
from campaigns.importing.dates import days, years_of
from campaigns.importing.deadlines import cycles_of, deadlines_of, period_of
from campaigns.importing.doubts import doubts_about
from campaigns.importing.draft import LaunchDraft
from campaigns.importing.extracted import Extracted, Piece, piece
from campaigns.importing.head import Head, head_of
from campaigns.importing.movements import movements_of
from campaigns.importing.numbering import mark_at
from campaigns.importing.offices import asked_of, board_of, issuer_of, launching, responsible_of
from campaigns.importing.quotes import quotes_of
from campaigns.importing.sections import Outline
from campaigns.importing.theme import themes_of
from campaigns.importing.verdict import Signs, is_launch, kind_of

TITLE_LIMIT = 320
PART_LIMIT = 12_000
_DATELINE = re.compile(
    r"^(?:Thứ\s+\S+|Chủ nhật)\b.{0,60}\d{4}|^\(?\d{1,2}[/-]\d{1,2}[/-]\d{4}.{0,30}$|"
    r"^(?:Cập nhật|Đăng|Ngày đăng)\b.{0,80}\d{4}|^date \d{4}|^\d{1,2}:\d\d",
    re.I,
)
_OWN_DOCUMENT = re.compile(
    r"(?:ban hành|ký ban hành|có)\s+(?P<kind>Kế hoạch|Chỉ thị|Quyết định|Công văn|Văn bản|"
    r"Chương trình|Hướng dẫn)\s+(?:số\s*:?\s*)?(?P<number>\d{1,"
    r"5}\s*[-/]\s*[A-ZĐ][\w&]*(?:[-/][A-ZĐ][\w&]*)*)(?P<behind>[^.;]{0,120})",
    re.I,
)
_SIGNED = re.compile(
    r"(?:^|[.\n]\s*|\n)(?P<day>Ngày\s+\d{1,2}\s*(?:/|-|\s+tháng\s+)\s*\d{1,2}(?:\s*(?:/|-|"
    r"\s+năm\s+)\s*\d{4})?)\s*,?\s+[^.\n]{3,160}?(?:đã\s+|"
    r"vừa\s+)?(?:ký\s+)?ban hành\s+(?:Kế hoạch|Chỉ thị|Công văn|Quyết định|văn bản|Văn bản|"
    r"Chương trình|kế hoạch)"
)


def read_extracted(extracted: Extracted) -> LaunchDraft:
    """The draft of one document."""
    return _Reading(extracted).draft()


class _Reading:
    def __init__(self, extracted: Extracted) -> None:
        self.extracted, self.text = extracted, extracted.text
        self.spans = spans_of(extracted)
        self.head: Head = head_of(self.text, self.spans)
        self.body = without_chrome(self.text, self.head.body)
        self.dateline: int | None = None
        self.article_title = None if self.head.is_official else self._title_of_article()
        blocks = blocks_of(self.text, self.body)
        self.outline = Outline(self.text, blocks)
        self.begin = self.body[0].start if self.body else 0
        self.end = self.body[-1].end if self.body else 0
        self.quotes = quotes_of(self.text, 0, self.end)
        # No sentence that matters is longer than this; a hostile line of megabytes is.
        self.parts = [(span.start, min(span.end, span.start + PART_LIMIT)) for span in self.body]

    def draft(self) -> LaunchDraft:
        """Put everything together."""
        head, text = self.head, self.text
        draft = LaunchDraft(text, warnings=list(head.warnings))
        draft.doc_number, draft.doc_date, draft.doc_date_at = head.number, head.signed, head.signed_at
        draft.title = head.title or self.article_title
        own = self._own_document(draft)
        launches = launching(text, self.begin, self.end)
        found = contents_and_tasks(self.outline, criteria=criteria_of(self.outline))
        themes = themes_of(text, self.quotes, self.title_begin(), self.end)
        draft.contents, draft.tasks, draft.criteria = found.contents, found.tasks, pieces(found.criteria)
        draft.stated_counts = found.counts
        signs = Signs(
            head.is_official, head.kind, draft.title.text if draft.title else "", len(launches),
            sum(who is not None for _, who in launches), len(draft.contents),
            sum(len(items) for items in draft.criteria.values()), bool(themes), text[self.begin : self.end],
        )  # fmt: skip
        draft.is_launch = is_launch(signs)
        is_article = not head.is_official and bool(
            launches or re.search(r"thi đua|khen thưởng|phong trào", signs.body)
        )
        draft.doc_kind = kind_of(signs, launch=draft.is_launch, is_article=is_article)
        draft.theme = themes[0][1] if themes else None
        self._years(draft, launches)
        own_year = draft.year_from if draft.year_from == draft.year_to else None
        single = own_year or head.signed_year
        draft.period = period_of(text, self.parts, draft.doc_date, single)
        if draft.year_from is None:
            self._years_of_period(draft)
        draft.issuer = self._issuer()
        draft.responsible_unit = responsible_of(text, [self._around(part) for part in self.parts])
        if draft.responsible_unit is None and not draft.is_launch:
            draft.responsible_unit = board_of(text, self.begin, self.end)
        draft.recipients = head.recipients or (asked_of(text, self.parts) if not head.copies else head.copies)
        draft.legal_basis = bases_of(text, self.end, own)
        theme_keys = {re.sub(r"[\W_]+", " ", one.text).casefold().strip() for _, one in themes}
        draft.movements_named = movements_of(text, self.quotes, self.title_begin(), self.end, theme_keys)
        draft.deadlines = deadlines_of(text, self.parts, single)
        draft.report_cycle = cycles_of(draft.deadlines)
        if not draft.is_launch:
            draft.theme, draft.contents, draft.tasks = None, [], []
            draft.criteria = {"collective": [], "individual": [], "leader": []}
            draft.stated_counts = {}
        draft.warnings += doubts_about(draft, self.extracted, themes, launches)
        return draft

    def title_begin(self) -> int:
        """Where the title or the body begins."""
        title = self.head.title or self.article_title
        return min(title.start, self.begin) if title else self.begin

    def _around(self, part: tuple[int, int]) -> tuple[int, int]:
        """A paragraph with the next one: «1. Sở Nội vụ» stands above what it has to do."""
        at = self.parts.index(part) if len(self.parts) < 400 else -1
        short = part[1] - part[0] < 120
        return (part[0], self.parts[at + 1][1]) if short and 0 <= at < len(self.parts) - 1 else part

    def _title_of_article(self) -> Piece | None:
        """The first line of an article when it is a title: short, no sentence, with more behind it."""
        while self.body and self._is_dateline(self.body[0]):
            self._remember(self.body.pop(0))
        if len(self.body) < 2:
            return None
        first = self.body[0]
        words = self._words(first)
        is_title = first.style.startswith(("heading", "title")) or (
            len(words) <= TITLE_LIMIT and not re.search(r"[.;:,…]\W*$", words) and mark_at(words) is None
        )
        if not is_title:
            return None
        self.body.pop(0)
        while self.body and self._is_dateline(self.body[0]):
            self._remember(self.body.pop(0))
        return piece(self.text, first.start, first.end)

    def _is_dateline(self, span: Span) -> bool:
        words = self._words(span)
        return len(words) < 80 and bool(_DATELINE.match(words))

    def _remember(self, span: Span) -> None:
        year = re.search(r"(?:19|20)\d\d", self._words(span))
        self.dateline = int(year[0]) if year else self.dateline

    def _words(self, span: Span) -> str:
        return self.text[span.start : span.end].strip("*_# ")

    def _own_document(self, draft: LaunchDraft) -> set[str]:
        """The document an article is about; the keys of own numbers, which are no legal bases."""
        own = {key_of(draft.doc_number.text)} if draft.doc_number else set()
        if self.head.is_official:
            return own
        opening_end = min(self.end, self.begin + 2500)
        match = _OWN_DOCUMENT.search(self.text, self.begin, opening_end)
        if match and re.search(
            r"phát động|thi đua|phong trào", match["behind"] + self.text[match.end() : match.end() + 60], re.I
        ):
            before = self.text[max(self.begin, match.start() - 60) : match.start()]
            title = draft.title.text if draft.title else ""
            opens = match.start() < self.begin + 160
            if opens or "Thủ tướng" not in before or "Thủ tướng" in title:
                number = re.sub(r"\s+", "", match["number"])
                draft.doc_number = Piece(number, match.start("number"), match.end("number"))
                own.add(key_of(number))
                for day in days(match["behind"][:40]):
                    draft.doc_date = day.on()
                    place = match.start("behind")
                    draft.doc_date_at = piece(self.text, place + day.start, place + day.end)
                    break
        signed = _SIGNED.search(self.text, max(self.begin - 1, 0), opening_end)
        if signed and draft.doc_date is None:
            year = self.dateline or self._year_near(signed.end())
            for day in days(signed["day"]):
                draft.doc_date = day.on(year)
                draft.doc_date_at = (
                    piece(self.text, signed.start("day"), signed.end("day")) if draft.doc_date else None
                )
                break
        return own

    def _year_near(self, at: int) -> int | None:
        found = years_of(self.text[at : at + 300])
        return found[0] if found and found[0] == found[1] else None

    def _issuer(self) -> Piece | None:
        spoken = issuer_of(self.text, self.begin, self.end)
        own = self.head.issuer
        if own is not None and own.text:
            return own
        if spoken is None:
            return self._issuer_of_title()
        if (
            self.head.place
            and re.match(r"(?:Sở|Ủy ban|UBND)", spoken.text)
            and not re.search(r"\b(?:tỉnh|thành phố|xã|phường)\s+[^\W\d_]", spoken.text)
        ):
            place = re.search(rf"\b(tỉnh|thành phố)\s+{re.escape(self.head.place)}\b", self.text)
            if place:
                return Piece(f"{spoken.text} {place[0]}", spoken.start, spoken.end)
        return spoken

    def _issuer_of_title(self) -> Piece | None:
        title = self.head.title or self.article_title
        if title is None:
            return None
        return issuer_of(self.text, title.start, title.end)

    def _years(self, draft: LaunchDraft, launches: list[tuple[int, Piece | None]]) -> None:
        """From the title, then from the sentence that launches, then from the documents it carries out."""
        text = self.text
        places: list[tuple[int, int]] = []
        if draft.title:
            places.append((draft.title.start, draft.title.end))
        for at, who in launches:
            if who is not None:
                stop = re.search(r"[.;]\s|\n|:", text[at : at + 400])
                places.append((at, at + (stop.start() if stop else 400)))
        places += [(at, self._sentence_end(at)) for at, who in launches if who is None][:2]
        stated = period_of(text, self.parts, draft.doc_date, None)
        if stated.words is not None and (stated.start or stated.end):
            places.append((stated.words.start, stated.words.end))
        places += self.parts[:6] if draft.title or self.head.is_official else self.parts[:2]
        found: tuple[int, int] | None
        for start, end in places:
            edges = [day.year for day in (stated.start, stated.end) if day]
            if edges and stated.words is not None and start == stated.words.start:
                found = (edges[0], edges[-1])
            else:
                found = years_of(text[start:end])
            if found:
                draft.year_from, draft.year_to = found
                draft.years_at = piece(text, start, end)
                return

    def _years_of_period(self, draft: LaunchDraft) -> None:
        edges = [day.year for day in (draft.period.start, draft.period.end) if day]
        if edges:
            draft.year_from, draft.year_to, draft.years_at = edges[0], edges[-1], draft.period.words

    def _sentence_end(self, at: int) -> int:
        stop = re.search(r"[.;]\s|\n", self.text[at : at + 500])
        return at + (stop.start() if stop else 500)
