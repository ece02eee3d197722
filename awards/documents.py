"""Award papers as document trees: the decision with its list, and the certificate of one honour."""

from collections.abc import Sequence
from datetime import date

from awards import rulebook_files
from awards.choices import Category, Ground, Level, SubjectKind
from awards.models import CouncilResult, Decision, HonourRecord
from core.documents.certificate import CertificateText
from core.documents.tree import (
    Annex,
    Column,
    Document,
    Header,
    Items,
    Paragraph,
    Recipients,
    Signature,
    Table,
    place_and_day,
)
from units.choices import Sex, UnitKind
from units.models import Unit

CAPITAL = "Hà Nội"


def _is_ministry(unit: Unit) -> bool:
    return unit.kind == UnitKind.MINISTRY


def _place(unit: Unit) -> str:
    return CAPITAL if _is_ministry(unit) else ""


def _authority(unit: Unit) -> str:
    """Who decides: «Bộ trưởng Bộ …» for a ministry, «Thủ trưởng …» elsewhere."""
    return f"{'Bộ trưởng' if _is_ministry(unit) else 'Thủ trưởng'} {unit.name}"


def _signature(decision: Decision) -> Signature:
    """The block under the paper; a deputy minister signs for the minister."""
    position = decision.signer_position.strip()
    lowered = position.lower()
    if _is_ministry(decision.unit) and lowered.startswith("thứ trưởng"):
        return Signature("KT. Bộ trưởng", "Thứ trưởng", decision.signer_name)
    if _is_ministry(decision.unit) and lowered.startswith("bộ trưởng"):
        position = "Bộ trưởng"
    return Signature("", position, decision.signer_name)


def _merit(decision: Decision) -> str:
    """What was honoured, in the words of the round."""
    round_ = decision.round
    if round_.ground == Ground.CAMPAIGN and round_.campaign is not None:
        return f"đã có thành tích xuất sắc trong {_lower_first(round_.campaign.title)}"
    words = {
        Ground.SPOT: "đã lập thành tích xuất sắc đột xuất",
        Ground.THEMATIC: "đã có thành tích xuất sắc trong phong trào thi đua theo chuyên đề",
        Ground.DEDICATION: "đã có quá trình cống hiến",
        Ground.EXTERNAL: "đã có đóng góp cho sự nghiệp của ngành",
    }
    return f"{words.get(Ground(round_.ground), 'đã có thành tích xuất sắc trong công tác')} năm {round_.year}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[:2] != text[:2].upper() else text


def _number_of(count: int, word: str) -> str:
    return f"{count:02d} {word}" if count < 10 else f"{count} {word}"


def _receivers(honours: Sequence[HonourRecord]) -> str:
    """ "05 cá nhân và 12 tập thể"."""
    people = sum(honour.subject_kind == SubjectKind.PERSON for honour in honours)
    parts = [_number_of(people, "cá nhân")] if people else []
    if len(honours) - people:
        parts.append(_number_of(len(honours) - people, "tập thể"))
    return " và ".join(parts)


def _by_award(honours: Sequence[HonourRecord]) -> list[tuple[str, list[HonourRecord]]]:
    groups: dict[str, list[HonourRecord]] = {}
    for honour in honours:
        groups.setdefault(honour.award_name, []).append(honour)
    return list(groups.items())


def _verb(honour: HonourRecord) -> str:
    return "Tặng danh hiệu" if honour.category == Category.TITLE else "Tặng"


# --- decision ------------------------------------------------------------------------------------
def decision_document(
    decision: Decision, honours: Sequence[HonourRecord], results: Sequence[CouncilResult]
) -> Document:
    """The issued decision: grounds, articles, receivers, signature, list of the honoured in an annex."""
    unit = decision.unit
    superior = "" if _is_ministry(unit) else _root_name(unit)
    return Document(
        header=Header(
            superior,
            unit.name,
            decision.number,
            _place(unit),
            decision.signed_on,
            "Quyết định",
            decision.title,
        ),
        blocks=[
            Paragraph(_authority(unit).upper(), "centred"),
            *(Paragraph(line, "basis") for line in _grounds(decision, results)),
            Paragraph("QUYẾT ĐỊNH:", "centred"),
            *_articles(decision, honours),
        ],
        signature=_signature(decision),
        recipients=Recipients(["Như Điều 3", "Cổng thông tin điện tử", "Lưu: VT, TĐKT"]),
        annexes=[Annex(_annex_title(decision), [_list(honours)])],
        title=f"Quyết định {decision.number}",
    )


def _root_name(unit: Unit) -> str:
    root = Unit.objects.filter(code=unit.path.strip("/").partition("/")[0]).first()
    return root.name if root else ""


def _annex_title(decision: Decision) -> str:
    return f"Danh sách cá nhân, tập thể được khen thưởng năm {decision.round.year}"


def _grounds(decision: Decision, results: Sequence[CouncilResult]) -> list[str]:
    day = decision.signed_on or date.max
    lines = []
    for title in rulebook_files.sources_on(day):
        if title.startswith("Luật"):
            lines.append("Căn cứ Luật Thi đua, khen thưởng")
        else:
            kind, _, number = title.rpartition(" ")
            issuer = " của Chính phủ" if kind == "Nghị định" else ""
            lines.append(f"Căn cứ {kind} số {number}{issuer}")
    meetings = sorted({(result.voted_on, result.minutes_number, result.council_name) for result in results})
    lines += [f"Căn cứ Biên bản số {number} ngày {on:%d/%m/%Y} của {name}" for on, number, name in meetings]
    lines.append("Theo đề nghị của Thường trực Hội đồng Thi đua - Khen thưởng")
    unique = list(dict.fromkeys(lines))
    return [f"{line}{'.' if at == len(unique) - 1 else ';'}" for at, line in enumerate(unique)]


def _articles(decision: Decision, honours: Sequence[HonourRecord]) -> list[Paragraph | Items]:
    groups = _by_award(honours)
    merit = _merit(decision)
    if len(groups) == 1:
        name, rows = groups[0]
        first: list[Paragraph | Items] = [
            Paragraph(
                f"{_verb(rows[0])} {name} cho {_receivers(rows)} {merit} (có danh sách kèm theo).",
                lead_in="Điều 1.",
            )
        ]
    else:
        first = [
            Paragraph(
                f"Khen thưởng {_receivers(honours)} {merit} (có danh sách kèm theo), gồm:", lead_in="Điều 1."
            ),
            Items(
                [
                    f"{_verb(rows[0])} {name} cho {_receivers(rows)}{'.' if at == len(groups) - 1 else ';'}"
                    for at, (name, rows) in enumerate(groups)
                ]
            ),
        ]
    office = "Chánh Văn phòng, " if _is_ministry(decision.unit) else ""
    return [
        *first,
        Paragraph(
            "Tiền thưởng kèm theo danh hiệu, hình thức khen thưởng thực hiện theo quy định của pháp "
            "luật hiện hành.",
            lead_in="Điều 2.",
        ),
        Paragraph(
            f"Quyết định này có hiệu lực kể từ ngày ký. {office}thủ trưởng các cơ quan, đơn vị có liên "
            "quan và các cá nhân, "
            "tập thể có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./."
            if office
            else "Quyết định này có hiệu lực kể từ ngày ký. Các phòng, ban, đơn vị có liên quan và các "
            "cá nhân, tập thể có tên "
            "tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.",
            lead_in="Điều 3.",
        ),
    ]


def _list(honours: Sequence[HonourRecord]) -> Table:
    rows: list[tuple[str | int | None, ...]] = []
    groups = []
    for name, members in _by_award(honours):
        groups.append(len(rows))
        rows.append((None, f"{name} ({_receivers(members)})", None, None))
        rows += [(h.book_number, h.subject_name, h.position_title or "Tập thể", h.unit_name) for h in members]
    columns = [
        Column("TT", "code", width=5),
        Column("Họ và tên, tên tập thể", width=26),
        Column("Chức vụ", width=20),
        Column("Đơn vị", width=26),
    ]
    return Table("danh-sach", "", columns, rows, group_rows=groups)


# --- certificate ---------------------------------------------------------------------------------
def certificate_text(honour: HonourRecord, decision: Decision) -> CertificateText:
    """The words on the certificate of one honour."""
    unit = decision.unit
    title, quoted = _certificate_title(honour)
    reason = _merit(decision)
    is_person = honour.subject_kind == SubjectKind.PERSON
    called = (
        {Sex.MALE: "Ông ", Sex.FEMALE: "Bà "}.get(Sex(honour.sex), "") if is_person and honour.sex else ""
    )
    day = place_and_day("", decision.signed_on).lower()
    return CertificateText(
        issuer_superior="" if _is_ministry(unit) else _root_name(unit),
        issuer=_authority(unit),
        verb_line="Tặng danh hiệu"
        if honour.category == Category.TITLE and not title.startswith("Cờ")
        else "Tặng",
        award_title=title,
        receiver=f"{called}{honour.subject_name}",
        receiver_detail=", ".join(filter(None, [honour.position_title, honour.unit_name]))
        if is_person
        else "",
        reason=f"{quoted + ' – ' if quoted else ''}{reason[:1].upper()}{reason[1:]}",
        number_line=f"Quyết định số {honour.decision_number}, {day}",
        place=_place(unit),
        day=decision.signed_on,
        signature=_signature(decision),
        book_line=f"Số sổ vàng: {honour.book_number}" if honour.book_number else "",
        frame="plain" if honour.level == Level.UNIT else "gold",
    )


def _certificate_title(honour: HonourRecord) -> tuple[str, str]:
    """(the big words, what stands in quotation marks): «Bằng khen», «Kỷ niệm chương» with its full name
    beneath.
    """
    name = honour.award_name
    if "“" in name:
        start, _, rest = name.partition("“")
        return start.strip(), f"“{rest}"
    if honour.category == Category.FORM or name.startswith("Cờ"):
        return name.partition(" của ")[0], ""
    return name, ""
