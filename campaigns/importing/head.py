"""The head of an official document (agency, number, place and date, kind, title, «Kính gửi») and its foot."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from campaigns.importing.blocks import Span, is_upper
from campaigns.importing.extracted import Piece, piece, tidy
from campaigns.importing.numbering import mark_at
from campaigns.importing.words import OFFICE

HEAD_SPANS = 45
KINDS = {
    "kế hoạch": "kế hoạch",
    "chỉ thị": "chỉ thị",
    "quyết định": "quyết định",
    "hướng dẫn": "hướng dẫn",
    "thông báo": "thông báo",
    "báo cáo": "báo cáo",
    "nghị quyết": "nghị quyết",
    "chương trình": "chương trình",
    "lời kêu gọi": "lời kêu gọi",
    "thư kêu gọi": "thư kêu gọi",
    "tờ trình": "tờ trình",
    "thể lệ": "thể lệ",
    "quy chế": "quy chế",
    "biên bản": "biên bản",
    "giao ước thi đua": "giao ước thi đua",
    "giao ước": "giao ước thi đua",
    "bản phát động": "bản phát động",
    "công điện": "công điện",
    "đề án": "đề án",
    "kết luận": "kết luận",
    "thông tri": "thông tri",
    "quy định": "quy định",
    "phát động": "bản phát động",
    "giấy mời": "giấy mời",
    "thư ngỏ": "thư ngỏ",
}
_KIND = re.compile(rf"({'|'.join(sorted(KINDS, key=len, reverse=True))})\b[\s:]*", re.I)
_NUMBER = re.compile(
    r"(?:^|[\s|*])(?:Số|"
    r"SỐ)\s*:?\s*(?P<serial>[\d.…_]*(?:\s*\d+)?)\s*(?P<sign>(?:\s*[-/]\s?[A-ZĐƯÔƠ&][\w.&]*|"
    r"\s*/\s*\d{4})(?:\s?[-/]\s?[A-ZĐƯÔƠ&\w][\w.&]*)*)"
)
_SIGNED = re.compile(
    r"(?P<place>[^\W\d_][^\d,;:|()]{1,40}?)\s*,\s*ngày\s*(?P<d>[\d.…_]*)\s*(?:tháng|"
    r"/)\s*(?P<m>[\d.…_]*)\s*(?:năm|/)\s*(?P<y>\d{4})?",
    re.I,
)
_STATE = re.compile(r"CỘNG\s+HÒA\s+XÃ\s+HỘI|CỘNG\s+HOÀ\s+XÃ\s+HỘI|ĐẢNG CỘNG SẢN VIỆT NAM$", re.I)
_MOTTO = re.compile(r"độc lập\s*[-–—]\s*tự do|^[\W_]*$", re.I)
_ABOUT = re.compile(r"[(*_\s]*(?:V/v|Về việc|V/V)\b\s*:?\s*", re.I)
_TO = re.compile(r"[*_\s]*Kính gửi\s*:?\s*", re.I)
_TITLE_ENDS = re.compile(
    r"^[*_]*(?:Căn cứ|Thực hiện (?:Kế|Chỉ|Công|Nghị|Quyết|Hướng|Chương|nhiệm|sự|ý|chủ|văn|chức)|"
    r"Để |Nhằm |Kính gửi|Xét |Theo |Hưởng ứng |Thiết thực |Tiếp tục |Năm \d|Trong |Nay |"
    r"Ban hành kèm|\(?Kèm theo|"
    r"Với |Phát huy |Quán triệt |Điều \d|Các đồng chí|Kính thưa|QUYẾT ĐỊNH|"
    r"Lập thành tích chào mừng [^.]{100,})",
)
_FOOT = re.compile(r"^[*_\s]*Nơi nhận\s*:?", re.I)
_SIGNER = re.compile(
    r"^(?:TM\.|KT\.|TL\.|TUQ\.|Q\.)|^(?:[A-ZĐ ]*(?:GIÁM ĐỐC|CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|"
    r"HIỆU TRƯỞNG|CHÁNH ÁN|TRƯỞNG BAN|BÍ THƯ|CỤC TRƯỞNG|VIỆN TRƯỞNG|THỦ TƯỚNG|TRƯỞNG PHÒNG|"
    r"CHÍNH ỦY|TRUNG ĐOÀN TRƯỞNG))$"
)
_NEW_LINE_OF_NAME = re.compile(
    r"^(?:TỈNH|THÀNH PHỐ|TP\.?|HUYỆN|QUẬN|XÃ|PHƯỜNG|THỊ XÃ|THỊ TRẤN|ĐẶC KHU|KHU VỰC|VÀ|VIỆT NAM|"
    r"TRUNG ƯƠNG|KHỐI|CƠ QUAN|SỐ|CẤP)\b"
)
_PARENT = re.compile(
    r"^(?:ĐẢNG BỘ|ĐẢNG ỦY|UBND|ỦY BAN NHÂN DÂN|UỶ BAN|BỘ|TỔNG CỤC|CỤC|SỞ|TỔNG LIÊN ĐOÀN|"
    r"LIÊN ĐOÀN|TẬP ĐOÀN|TỔNG CÔNG TY|TRUNG ƯƠNG|TỈNH|QUÂN KHU|SƯ ĐOÀN|HUYỆN|PHÒNG|CÔNG ĐOÀN|"
    r"HỘI|ĐOÀN|TÒA|TOÀ|BAN|THÀNH)"
)
_COPY_ONLY = re.compile(r"^(?:như\s|lưu\b|lưu:|website|cổng thông tin|trang thông tin)", re.I)
_PLACES = re.compile(r"(?<=\s)(?:tỉnh|thành phố|xã|phường|quận|huyện|thị trấn|thị xã|đặc khu)(?=\s)")


@dataclass
class Head:
    """What stands above the body and below it."""

    kind: str | None = None
    number: Piece | None = None
    signed: date | None = None
    signed_year: int | None = None
    signed_at: Piece | None = None
    place: str = ""
    issuer: Piece | None = None
    title: Piece | None = None
    recipients: list[Piece] = field(default_factory=list)
    copies: list[Piece] = field(default_factory=list)
    body: list[Span] = field(default_factory=list)
    is_official: bool = False
    warnings: list[str] = field(default_factory=list)


def head_of(text: str, spans: list[Span]) -> Head:
    """Read the head and the foot; the body is what lies between."""
    reader = _Reader(text, spans)
    head = reader.read()
    if not head.is_official:
        head.body = list(spans)
    return head


class _Reader:
    def __init__(self, text: str, spans: list[Span]) -> None:
        self.text, self.spans, self.head = text, spans, Head()
        self.agencies: list[tuple[int, int]] = []
        self.state = self.kind_at = self.number_at = -1

    def words(self, at: int) -> str:
        return self.text[self.spans[at].start : self.spans[at].end]

    def read(self) -> Head:
        head = self.head
        limit = min(HEAD_SPANS, len(self.spans))
        last, at = -1, 0
        while at < limit:
            taken = self._line(at)
            if taken:
                last = at = max(at, taken - 1)
            elif self._is_body(at, last):
                break
            at += 1
        head.is_official = bool(
            head.number or head.recipients or self.state >= 0 or (head.kind and self.kind_at < 12)
        )
        if not head.is_official:
            return Head()
        self._issuer()
        begin = last + 1
        head.body = self._without_foot(begin)
        if head.kind is None and (
            head.recipients or (head.title and _ABOUT.match(self.text[head.title.start :][:12]))
        ):
            head.kind = "công văn"
        if head.kind is None and head.number:
            sign = re.search(r"[-/](KH|CT|QĐ|HD|TB|BC|NQ|TTr|CTr|TT)\b", head.number.text)
            names = {
                "KH": "kế hoạch",
                "CT": "chỉ thị",
                "QĐ": "quyết định",
                "HD": "hướng dẫn",
                "TB": "thông báo",
                "BC": "báo cáo",
                "NQ": "nghị quyết",
                "TTr": "tờ trình",
                "CTr": "chương trình",
            }
            head.kind = names.get(sign[1], "công văn") if sign else "công văn"
        if head.number and not re.match(r"\d", head.number.text):
            head.warnings.append("Văn bản bỏ trống số; hãy bổ sung số khi đã phát hành.")
        if head.signed_at and head.signed is None:
            head.warnings.append("Văn bản bỏ trống ngày, tháng ký; hãy bổ sung khi đã phát hành.")
        return head

    def _is_body(self, at: int, last: int) -> bool:
        """Whether the head is over: a list begins, or long text after what was found. last: line taken."""
        mark = mark_at(self.words(at))
        if mark is not None and mark.style in ("roman", "arabic", "article") and last >= 0:
            return True
        has_begun = bool(self.head.kind or self.head.number or self.head.title)
        return at - last > 3 and (has_begun or len(self.words(at)) > 250)

    def _line(self, at: int) -> int:
        """Take one line of the head; the number of the span behind what was taken, 0 when it is none."""
        head, words, span = self.head, self.words(at), self.spans[at]
        taken = 0
        state = _STATE.search(words)
        if state and len(words) < 160:
            self.state = at
            self._agency_in(span.start, words[: state.start()])
            return at + 1
        motto = _MOTTO.search(words)
        if motto and len(words) < 120:
            self._agency_in(span.start, words[: motto.start()])
            return at + 1
        clean = words.strip("*_ ")
        if len(words) < 220:
            taken = self._number_and_date(at)
        if head.title is None and _ABOUT.match(words) and len(words) < 500:
            taken = self._rest_of_about(at)
            head.title = piece(self.text, span.start, self.spans[taken - 1].end)
        if not head.recipients and _TO.match(words):
            return self._recipients(at)
        kind = _KIND.match(clean)
        if head.kind is None and kind and (is_upper(words[:60]) or (is_upper(kind[1]) and len(words) < 300)):
            return self._kind(at, kind)
        if taken or head.kind is not None or not is_upper(words) or len(words) >= 120:
            return taken
        if _begins_agency(clean):
            if self.number_at < 0 or not self.agencies:
                self.agencies.append((span.start, span.end))
            return at + 1
        if self.agencies and head.number is None and at < 10:
            self.agencies.append((span.start, span.end))
            return at + 1
        return taken

    def _rest_of_about(self, at: int) -> int:
        """«V/v …» on two or three lines of a narrow column; the number of the span behind it."""
        upto = at + 1
        while upto < min(at + 4, len(self.spans)):
            line = self.words(upto)
            if len(line) > 100 or not (line[:1].islower() or line[:1].isdigit()) or mark_at(line):
                break
            upto += 1
        return upto

    def _agency_in(self, start: int, words: str) -> None:
        """An agency on the same line as the name of the state or its motto (two columns on one line)."""
        core = words.strip(" |\t*_")
        if core and is_upper(core):
            start += words.index(core)
            self.agencies.append((start, start + len(core)))

    def _number_and_date(self, at: int) -> int:
        head, words, span = self.head, self.words(at), self.spans[at]
        taken = 0
        number = _NUMBER.search(words)
        if (
            number
            and head.number is None
            and number.start() < 60
            and not _ABOUT.match(words)
            and not re.match(r"(?:Căn cứ|Thực hiện|Theo)", words)
        ):
            shown = re.sub(r"\s+", "", number["serial"].strip(".…_ ") + number["sign"])
            start = span.start + number.start("serial")
            head.number = Piece(shown.rstrip("."), start, span.start + number.end())
            self.number_at = at
            self._agency_in(span.start, words[: number.start()])
            taken = at + 1
            rest = _ABOUT.search(words[number.end() :])
            if rest and head.title is None:
                head.title = piece(self.text, span.start + number.end() + rest.start(), span.end)
        signed = _SIGNED.search(words)
        if signed and head.signed_at is None and (number or len(words) < 90):
            head.signed_at = piece(self.text, span.start + signed.start(), span.start + signed.end())
            place = signed["place"].split("|")[-1].split("  ")[-1]
            head.place = re.sub(r"^.*?[\d/]\S*\s+", "", place).strip(" *_")
            if number:
                head.place = words[number.end() : signed.end("place")].strip(" |*_\t") or head.place
            head.signed_year = int(signed["y"]) if signed["y"] else None
            if signed["d"].isdecimal() and signed["m"].isdecimal() and signed["y"]:
                try:
                    head.signed = date(int(signed["y"]), int(signed["m"]), int(signed["d"]))
                except ValueError:
                    head.signed = None
            taken = at + 1
        return taken

    def _kind(self, at: int, kind: re.Match[str]) -> int:
        """The kind of the document and its title behind or below it."""
        head, words, span = self.head, self.words(at), self.spans[at]
        head.kind = KINDS[kind[1].lower()]
        self.kind_at = at
        offset = span.start + words.index(kind[1])
        begin = offset if kind[1].lower() == "phát động" else offset + len(kind[0])
        end = span.end if self.text[begin : span.end].strip(" *_:.") else -1
        start = begin if end > 0 else -1
        upto = at + 1
        while upto < len(self.spans) and upto <= at + 6:
            line = self.words(upto)
            if len(line) < 60 and (_MOTTO.search(line) or _STATE.search(line)):
                upto += 1
                continue
            clean = line.strip("*_ ")
            mark = mark_at(line)
            if (
                _TITLE_ENDS.match(clean)
                and not is_upper(clean[:40])
                and not _ABOUT.match(clean)
                and not (
                    start < 0
                    and clean[-1:] not in ".,:;"
                    and len(clean) < 200
                    and not clean.startswith("Căn cứ")
                )
            ):
                break
            if (
                len(clean) > 420
                or (mark is not None and mark.style not in DASH_LIKE)
                or clean[-1:] in ".:;"
                or (OFFICE_LINE.match(clean) and is_upper(clean))
                or clean.startswith(("Thưa", "Kính thưa"))
            ):
                break
            if (
                start >= 0
                and not is_upper(clean)
                and not clean[:1].islower()
                and not clean.startswith(("“", '"', "(", "V/v", "Về việc"))
                and len(clean) > 160
                and not is_upper(self.words(upto - 1))
            ):
                break
            if head.signed_at is None and _SIGNED.search(clean) and len(clean) < 80:
                break
            start = self.spans[upto].start if start < 0 else start
            end = self.spans[upto].end
            upto += 1
        if start >= 0 and end > start:
            head.title = piece(self.text, start, end)
        return upto

    def _recipients(self, at: int) -> int:
        head, words, span = self.head, self.words(at), self.spans[at]
        begin = _TO.match(words)
        rest = span.start + (begin.end() if begin else 0)
        upto = at + 1
        if self.text[rest : span.end].strip(" :*_"):
            self._add(head.recipients, rest, span.end)
            while upto < len(self.spans) and words.rstrip().endswith((";", ",")):
                words = self.words(upto)
                self._add(head.recipients, self.spans[upto].start, self.spans[upto].end)
                upto += 1
            return upto
        while upto < len(self.spans) and upto < at + 40:
            words = self.words(upto)
            mark = mark_at(words)
            if mark is None and (
                len(words) > 200 or upto > at + 1 and not self.words(upto - 1).rstrip().endswith(";")
            ):
                break
            if mark is not None and mark.style in ("roman", "arabic", "article", "letter"):
                break
            self._add(
                head.recipients, self.spans[upto].start + (mark.end if mark else 0), self.spans[upto].end
            )
            upto += 1
        return upto

    def _add(self, into: list[Piece], start: int, end: int) -> None:
        at = start
        for part in self.text[start:end].split(";"):
            one = piece(self.text, at, at + len(part))
            if sum(char.isalpha() for char in one.text) > 2:
                into.append(one)
            at += len(part) + 1

    def _without_foot(self, begin: int) -> list[Span]:
        """The body up to «Nơi nhận» or the signature; a plan enclosed behind a decision goes on after it."""
        spans = self.spans
        foot = next((at for at in range(begin, len(spans)) if _FOOT.match(self.words(at))), None)
        signer = next(
            (
                at
                for at in range(begin, len(spans))
                if len(self.words(at)) < 60 and _SIGNER.match(self.words(at).strip("*_ "))
            ),
            None,
        )
        ends = [at for at in (foot, signer) if at is not None]
        if not ends:
            return spans[begin:]
        end = min(ends)
        if foot is not None:
            self._copies(foot)
        annex = next(
            (
                at
                for at in range(end + 1, len(spans))
                if len(self.words(at)) < 200
                and is_upper(self.words(at)[:40])
                and _KIND.match(self.words(at).strip("*_ "))
                and len(spans) - at > 4
            ),
            None,
        )
        return spans[begin:end] + (spans[annex:] if annex is not None else [])

    def _copies(self, foot: int) -> None:
        found: list[Piece] = []
        for at in range(foot, min(foot + 25, len(self.spans))):
            words = self.words(at)
            begin = _FOOT.match(words)
            if at > foot and (
                _SIGNER.match(words.strip("*_ ")) or (not mark_at(words) and not words[:1].islower())
            ):
                break
            mark = mark_at(words)
            start = self.spans[at].start + (begin.end() if begin and at == foot else mark.end if mark else 0)
            self._add(found, start, self.spans[at].end)
        self.head.copies = [one for one in found if not _COPY_ONLY.match(one.text)]

    def _issuer(self) -> None:
        """The lowest agency in the head; a name on two lines is put together."""
        names: list[list[int]] = []
        for start, end in self.agencies:
            words = self.text[start:end].strip("*_ ")
            if names and (_NEW_LINE_OF_NAME.match(words) or not _begins_agency(words)):
                names[-1][1] = end
            else:
                names.append([start, end])
        if not names:
            return
        start, end = names[-1]
        written = tidy(self.text[start:end])
        name = self._as_in_body(written, end) or spoken(written)
        above = tidy(self.text[names[-2][0] : names[-2][1]]) if len(names) > 1 else ""
        if above and _GENERIC.fullmatch(name):
            name = f"{name} {self._as_in_body(above, end) or spoken(above)}"
        if name.startswith("Sở") and not _PLACES.search(name):
            place = re.search(r"\b(TỈNH|THÀNH PHỐ)\s+(.+)$", above)
            if place:
                name += f" {place[1].lower()} {spoken(place[2])}"
        self.head.issuer = Piece(name, start, end)

    def _place_behind(self, at: int) -> str:
        """«tỉnh Thanh Hóa» right behind a name in the body; "" when none is named there."""
        found = _PLACE_BEHIND.match(self.text, at)
        if not found:
            return ""
        words = list(takewhile(lambda word: word[0].isupper(), found["name"].split()))
        return " ".join([found["kind"], *words]) if words else ""

    def _as_in_body(self, written: str, after: int) -> str:
        """The same name with small letters, as the body writes it."""
        found = re.search(re.escape(written).replace(r"\ ", r"\s+"), self.text[after:], re.I)
        while found:
            if not is_upper(found[0]):
                name = tidy(found[0])
                place = "" if _PLACES.search(name) else self._place_behind(after + found.end())
                return " ".join(filter(None, (name[0].upper() + name[1:], place)))
            after += found.end()
            found = re.search(re.escape(written).replace(r"\ ", r"\s+"), self.text[after:], re.I)
        return ""


# The place the body names behind «Ủy ban nhân dân»: «tỉnh Thanh Hóa».
_PLACE_BEHIND = re.compile(
    r"\s+(?P<kind>tỉnh|thành phố|xã|phường|quận|huyện|thị trấn|đặc khu)(?P<name>(?:[ ][^\W\d_]+){1,5})"
)
_GENERIC = re.compile(
    r"(?:Ban (?:Thường vụ|Chấp hành|Giám đốc|Giám hiệu)|Thường trực|Văn phòng|Hội đồng Thi đua - Khen thưởng)"
)
DASH_LIKE = {"dash", "plus", "bullet"}
OFFICE_LINE = re.compile(
    r"^(?:CHỦ TỊCH|BỘ TRƯỞNG|GIÁM ĐỐC|ỦY BAN NHÂN DÂN|HIỆU TRƯỞNG|CHÁNH ÁN|TỔNG GIÁM ĐỐC|BAN THƯỜNG VỤ)\b"
)


def _begins_agency(words: str) -> bool:
    return bool(OFFICE.match(words.strip("*_ ").capitalize()) or _PARENT.match(words))


_NAMES_AFTER = re.compile(
    r"\b(tỉnh|thành phố|xã|phường|quận|huyện|thị trấn|thị xã|đặc khu|tp\.?)\s+(.+)$", re.I
)
_CAPITALS = re.compile(
    r"\b(UBND|HĐND|THPT|THCS|LĐLĐ|CĐCS|TNHH|MTV|MTTQ|BHXH|TX|TP|TH|TNCS|II|III|IV|VI|VII|QĐND)\b"
)


def spoken(written: str) -> str:
    """«ỦY BAN NHÂN DÂN TỈNH NGHỆ AN» → «Ủy ban nhân dân tỉnh Nghệ An»; other text as it is."""
    if not is_upper(written):
        return written
    low = written.lower()
    for match in _CAPITALS.finditer(written):
        low = low[: match.start()] + match[0] + low[match.end() :]
    place = _NAMES_AFTER.search(low)
    if place:
        name = " ".join(word[:1].upper() + word[1:] for word in place[2].split())
        low = low[: place.start(2)] + name
    elif not re.search(r"\b(?:ủy ban|uỷ ban|sở|tòa án|tỉnh ủy|huyện ủy)\b", low):
        words = low.split()
        if len(words) <= 2:
            low = " ".join(word[:1].upper() + word[1:] for word in words)
    return low[:1].upper() + low[1:]
