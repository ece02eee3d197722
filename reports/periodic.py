"""The six-month and the year-end report as a document: words around the figures, nothing counted here.

Every number in a sentence stands in a table of the same section. What only people know (causes, lessons)
is left to them and said to be so.
"""

from decimal import Decimal

from core.documents.tree import (
    Annex,
    Block,
    Document,
    Header,
    Heading,
    Items,
    Paragraph,
    Recipients,
    Signature,
    number_text,
    percent_text,
)
from reports import sheets
from reports.choices import ReportKind
from reports.sheets import Figures
from units.choices import UnitKind
from units.models import Unit

_SMALL_WORDS = {"và", "của", "các", "thuộc"}


def document_of(figures: Figures, unit: Unit, parent: Unit | None) -> Document:
    """The report of a unit as a document without number and day, which the signer gives."""
    blocks: list[Block] = [
        *_opening(figures),
        *_launching(figures),
        *_response(figures),
        *_results(figures),
        *_initiatives(figures),
        *_honours(figures),
        *_comparison(figures),
        *_missing(figures),
        *_proposals(figures),
    ]
    return Document(
        header=_header(figures, unit, parent),
        blocks=blocks,
        signature=_signature(unit),
        recipients=_recipients(unit, parent),
        annexes=[
            Annex("Kết quả khen thưởng trong kỳ", [sheets.honour_list(figures)], landscape=True),
            Annex("Tình hình thi đua, khen thưởng của các đơn vị", [sheets.units(figures)]),
        ],
        title=f"Báo cáo {_title(figures)} – {unit.name}",
    )


# --- head and foot ---
def _title(figures: Figures) -> str:
    start = "Sơ kết" if figures["kind"] == ReportKind.SIX_MONTH else "Tổng kết"
    return f"{start} phong trào thi đua và công tác khen thưởng {figures['period']['label']}"


def _is_ministry(unit: Unit) -> bool:
    return unit.kind == UnitKind.MINISTRY


def _header(figures: Figures, unit: Unit, parent: Unit | None) -> Header:
    initials = "".join(word[0] for word in unit.name.split() if word.lower() not in _SMALL_WORDS).upper()
    return Header(
        superior="" if _is_ministry(unit) or parent is None else parent.name,
        issuer=unit.name,
        number=f"/BC-{initials}" if _is_ministry(unit) else "/BC-…",
        place="Hà Nội" if _is_ministry(unit) else "…………",
        day=None,
        kind="BÁO CÁO",
        summary=_title(figures),
    )


def _signature(unit: Unit) -> Signature:
    if _is_ministry(unit):
        return Signature("TL. BỘ TRƯỞNG", "VỤ TRƯỞNG VỤ TỔ CHỨC CÁN BỘ")
    return Signature("", "THỦ TRƯỞNG ĐƠN VỊ")


def _recipients(unit: Unit, parent: Unit | None) -> Recipients:
    if _is_ministry(unit):
        return Recipients(
            [
                "Bộ trưởng (để báo cáo)",
                "Các Thứ trưởng (để báo cáo)",
                "Các đơn vị trực thuộc Bộ",
                "Lưu: VT, Vụ TCCB",
            ]
        )
    above = [f"{parent.name} (để báo cáo)"] if parent else []
    return Recipients([*above, "Các đơn vị trực thuộc", "Lưu: VT"])


# --- words ---
def _n(value: int) -> str:
    return number_text(value)


def _p(value: str | None) -> str:
    return percent_text(Decimal(value)) if value is not None else "chưa tính được"


def _none(figures: Figures, what: str) -> Paragraph:
    return Paragraph(f"Không có số liệu về {what} trong {figures['period']['label']}.")


def _day(text: str) -> str:
    year, month, day = text.split("-")
    return f"{day}/{month}/{year}"


def _opening(figures: Figures) -> list[Block]:
    period = figures["period"]
    word = "sơ kết" if figures["kind"] == ReportKind.SIX_MONTH else "tổng kết"
    blocks: list[Block] = [
        Paragraph(
            f"Thực hiện chế độ báo cáo định kỳ về phong trào thi đua, {figures['unit']['name']} báo cáo "
            f"{word} phong trào thi đua và công tác khen thưởng {period['label']} như sau (số liệu trong kỳ "
            f"từ ngày {_day(period['first'])} đến hết ngày {_day(period['last'])}, tổng hợp từ hệ thống "
            "quản lý thi đua, khen thưởng, gồm đơn vị và toàn bộ các đơn vị trực thuộc):"
        )
    ]
    if figures["is_empty"]:
        blocks.append(
            Paragraph(
                f"Trong {period['label']}, hệ thống không có số liệu nào về đơn vị; các bảng dưới đây để "
                "trống."
            )
        )
    return blocks


def _launching(figures: Figures) -> list[Block]:
    blocks: list[Block] = [Heading("I. CÔNG TÁC CHỈ ĐẠO, PHÁT ĐỘNG")]
    rows = figures["campaigns"]
    if not rows:
        return [*blocks, _none(figures, "phong trào thi đua")]
    new = sum(row["is_new"] for row in rows)
    blocks.append(
        Paragraph(
            f"Trong kỳ có {_n(len(rows))} phong trào thi đua có hiệu lực, trong đó {_n(new)} phong trào mới "
            "phát động trong kỳ:"
        )
    )
    lines = []
    for row in rows:
        line = f"“{row['title']}” do {row['issuer']} phát động"
        if row["number"]:
            dated = f" ngày {_day(row['date'])}" if row["date"] else ""
            line += f" (văn bản số {row['number']}{dated})"
        line += f", chủ đề “{row['theme']}”" if row["theme"] else ""
        lines.append(f"{line};" if row is not rows[-1] else f"{line}.")
    return [*blocks, Items(lines), sheets.campaigns(figures)]


def _response(figures: Figures) -> list[Block]:
    blocks: list[Block] = [Heading("II. KẾT QUẢ HƯỞNG ỨNG, ĐĂNG KÝ")]
    found = figures["response"]
    if not found["required"]:
        blocks.append(_none(figures, "đơn vị nhận phát động"))
        return [*blocks, sheets.response_by_campaign(figures)] if figures["campaigns"] else blocks
    blocks.append(
        Paragraph(
            f"Có {_n(found['required'])} đơn vị nhận phát động, {_n(found['confirmed'])} đơn vị đã xác "
            f"nhận. Đến hết kỳ, {_n(found['approved'])} đơn vị có đăng ký thi đua được duyệt (đạt "
            f"{_p(found['rate'])}); {_n(found['submitted'])} đơn vị chờ duyệt, {_n(found['draft'])} đơn vị "
            f"đang soạn và {_n(found['none'])} đơn vị chưa lập đăng ký."
        )
    )
    return [*blocks, sheets.response(figures), sheets.response_by_campaign(figures)]


def _results(figures: Figures) -> list[Block]:
    blocks: list[Block] = [Heading("III. KẾT QUẢ THỰC HIỆN THEO NỘI DUNG")]
    found = figures["targets"]
    if found["targets"]:
        blocks.append(
            Paragraph(
                f"Các đơn vị đăng ký {_n(found['targets'])} chỉ tiêu, đã hoàn thành {_n(found['reached'])} "
                f"chỉ tiêu; mức hoàn thành bình quân của các chỉ tiêu đạt {_p(found['average'])} (xem thêm "
                "bảng so sánh tại mục VI)."
            )
        )
    else:
        blocks.append(_none(figures, "chỉ tiêu thi đua đăng ký"))
    if any(row["contents"] for row in figures["campaigns"]):
        blocks.append(sheets.contents(figures))
    if found["targets"]:
        blocks.append(sheets.contents_chart(figures))
    if figures["criteria"]:
        blocks += [
            Paragraph("Kết quả đối chiếu các tiêu chí hệ thống kiểm tra được từ số liệu của đơn vị:"),
            sheets.criteria(figures),
        ]
    graded = figures["grades"]
    if graded["rows"]:
        blocks += [
            Paragraph(
                f"Đã có kết quả xếp loại năm {figures['year']} của {_n(graded['units'])} tập thể, trong đó "
                f"{_n(graded['outstanding'])} tập thể tiêu biểu xuất sắc."
            ),
            sheets.grades(figures),
        ]
    else:
        blocks.append(_none(figures, "kết quả xếp loại tập thể"))
    return blocks


def _initiatives(figures: Figures) -> list[Block]:
    found = figures["initiatives"]
    blocks: list[Block] = [Heading("IV. SÁNG KIẾN")]
    if not found["rows"]:
        return [*blocks, _none(figures, "sáng kiến, đề tài")]
    text = (
        f"Các đơn vị gửi xét {_n(found['registered'])} sáng kiến, đề tài; được công nhận "
        f"{_n(found['recognised'])}, không công nhận {_n(found['refused'])}, đang chờ xét "
        f"{_n(found['waiting'])}."
    )
    return [*blocks, Paragraph(text), sheets.initiatives(figures)]


def _honours(figures: Figures) -> list[Block]:
    blocks: list[Block] = [Heading("V. CÔNG TÁC KHEN THƯỞNG"), Heading("1. Đề nghị khen thưởng", 2)]
    asked, given = figures["nominations"], figures["honours"]
    if asked["rows"]:
        blocks += [
            Paragraph(
                f"Đã trình {_n(asked['proposed'])} hồ sơ đề nghị khen thưởng: đang xét "
                f"{_n(asked['pending'])}, bình xét đạt {_n(asked['passed'])}, không đạt "
                f"{_n(asked['not_passed'])}; đã có quyết định {_n(asked['awarded'])} hồ sơ."
            ),
            sheets.nominations(figures),
        ]
    else:
        blocks.append(_none(figures, "hồ sơ đề nghị khen thưởng"))
    blocks.append(Heading("2. Kết quả khen thưởng", 2))
    if not given["rows"]:
        return [*blocks, _none(figures, "khen thưởng")]
    blocks += [
        Paragraph(
            f"Có {_n(given['honours'])} lượt khen thưởng: {_n(given['collectives'])} lượt tập thể và "
            f"{_n(given['persons'])} lượt cá nhân."
        ),
        sheets.honours(figures),
        sheets.honours_by_level(figures),
        sheets.honours_by_ground(figures),
    ]
    if given["persons"]:
        blocks += [
            Paragraph(
                f"Trong {_n(given['persons'])} lượt cá nhân được khen thưởng có {_n(given['direct'])} lượt "
                f"người lao động trực tiếp ({_p(given['direct_rate'])}), {_n(given['women'])} lượt nữ "
                f"({_p(given['women_rate'])}), {_n(given['leaders'])} lượt lãnh đạo "
                f"({_p(given['leaders_rate'])})."
            ),
            sheets.people(figures),
        ]
    return [*blocks, sheets.branches(figures)]


def _has_honours(figures: Figures) -> bool:
    row = next(row for row in figures["comparison"] if row["key"] == "honours")
    return bool(row["value"] or row["previous"])


def _comparison(figures: Figures) -> list[Block]:
    return [
        Heading("VI. SO SÁNH VỚI KỲ TRƯỚC"),
        Paragraph(f"Số liệu {figures['period']['label']} so với cùng kỳ năm {figures['year'] - 1}:"),
        sheets.comparison(figures),
        sheets.comparison_of_rates(figures),
        *([sheets.honours_chart(figures)] if _has_honours(figures) else []),
    ]


def _missing(figures: Figures) -> list[Block]:
    blocks: list[Block] = [Heading("VII. ĐƠN VỊ CHƯA GỬI")]
    found = figures["missing"]
    if not figures["units"]:
        return [*blocks, _none(figures, "đơn vị nhận phát động")]
    if not found["pledge"] and not found["nomination"]:
        return [
            *blocks,
            Paragraph("Tất cả đơn vị nhận phát động đã gửi đăng ký thi đua và hồ sơ đề nghị khen thưởng."),
        ]
    return [
        *blocks,
        Paragraph(
            f"{_n(len(found['pledge']))} đơn vị chưa gửi đăng ký thi đua, {_n(len(found['nomination']))} "
            f"đơn vị chưa trình hồ sơ đề nghị khen thưởng, trong đó {_n(len(found['both']))} đơn vị chưa "
            f"gửi cả hai; {_n(len(found['honour']))} đơn vị chưa có tập thể, cá nhân được khen thưởng trong "
            "kỳ."
        ),
        sheets.missing_summary(figures),
        sheets.missing(figures),
    ]


# --- VIII ---
def _proposals(figures: Figures) -> list[Block]:
    """Weaknesses the figures show, each with the step that follows from it; causes are left to people."""
    weaknesses, steps = [], []
    for item in figures["weak"]:
        weaknesses.append(
            f"Nội dung {item['position']} của phong trào “{item['campaign']}” mới hoàn thành bình quân "
            f"{_p(item['average'])} trên {_n(item['targets'])} chỉ tiêu đăng ký (dưới 50 %)."
        )
        steps.append(
            f"Rà soát, đôn đốc các đơn vị có chỉ tiêu thuộc nội dung {item['position']} của phong trào "
            f"“{item['campaign']}”; cập nhật kết quả kèm minh chứng."
        )
    missing = figures["missing"]
    if missing["pledge"]:
        weaknesses.append(f"{_n(len(missing['pledge']))} đơn vị chưa gửi đăng ký thi đua (mục VII).")
        steps.append("Các đơn vị nêu tại mục VII hoàn thành đăng ký thi đua, trình thủ trưởng đơn vị duyệt.")
    if missing["nomination"] and figures["kind"] == ReportKind.YEAR_END:
        weaknesses.append(
            f"{_n(len(missing['nomination']))} đơn vị chưa trình hồ sơ đề nghị khen thưởng trong kỳ (mục "
            "VII)."
        )
        steps.append(
            "Các đơn vị nêu tại mục VII xét, trình hồ sơ đề nghị khen thưởng hoặc báo cáo không có đối "
            "tượng đề nghị."
        )
    waiting = figures["initiatives"]["waiting"]
    if waiting:
        weaknesses.append(f"{_n(waiting)} sáng kiến, đề tài gửi xét nhưng chưa có kết quả (mục IV).")
        steps.append("Cơ quan thường trực thẩm định, trình công nhận các sáng kiến, đề tài còn chờ xét.")
    blocks: list[Block] = [
        Heading("VIII. HẠN CHẾ, ĐỀ XUẤT, KIẾN NGHỊ"),
        Heading("1. Hạn chế thể hiện qua số liệu", 2),
    ]
    if weaknesses:
        blocks.append(Items(weaknesses))
    else:
        blocks.append(
            Paragraph(
                "Số liệu trong kỳ không cho thấy nội dung hoàn thành dưới 50 % hoặc đơn vị chưa gửi đăng ký."
            )
        )
    blocks.append(Heading("2. Đề xuất, kiến nghị", 2))
    blocks += [Paragraph(step, lead_in="Đề xuất:") for step in dict.fromkeys(steps)] or [
        Paragraph("Tiếp tục duy trì nền nếp đăng ký, theo dõi, đánh giá kết quả thi đua.", lead_in="Đề xuất:")
    ]
    blocks.append(
        Paragraph(
            "Hạn chế và đề xuất trên được tổng hợp tự động từ số liệu; nguyên nhân, bài học kinh nghiệm do "
            "đơn vị lập báo cáo bổ sung trước khi trình ký.",
            "note",
        )
    )
    return blocks
