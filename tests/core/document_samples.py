"""What the tests beside this file share."""

import io
from datetime import date
from decimal import Decimal

from pypdf import PdfReader

from core.documents.certificate import CertificateText
from core.documents.tree import (
    Annex,
    Chart,
    Column,
    Document,
    Header,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Recipients,
    Signature,
    Table,
)

DAY = date(2024, 12, 16)


HEADER = Header(
    "Bộ Nông nghiệp và Môi trường",
    "Vụ Tổ chức cán bộ",
    "5/BC-TCCB",
    "Hà Nội",
    DAY,
    "Báo cáo",
    "Kết quả năm 2024 và phương hướng năm 2025",
    ["Lãnh đạo Bộ", "Hội đồng"],
)


TABLE = Table(
    "units",
    "Bảng 1. Kết quả theo đơn vị",
    [
        Column("STT", "code"),
        Column("Đơn vị"),
        Column("Đăng ký", "integer", total=True, group="Chỉ tiêu"),
        Column("Đạt", "integer", total=True, group="Chỉ tiêu"),
        Column("Tỷ lệ", "percent"),
        Column("Giá trị", "number", total=True),
        Column("Ngày nộp", "date"),
    ],
    [
        (None, "Khối cơ quan", 30, 24, None, None, None),
        (1, "Vụ Tổ chức cán bộ", 10, 9, 90, Decimal("1234.5"), DAY),
        (2, "Văn phòng Bộ", 20, 15, Decimal("75.25"), 1000, None),
        (None, "Khối đơn vị sự nghiệp", 5, 5, None, None, None),
        (3, "Viện Khoa học", 5, 5, 100, 0, DAY),
    ],
    group_rows=[0, 3],
    note="Nguồn: báo cáo của các đơn vị.",
    unit="chỉ tiêu",
)


BAR = Chart(
    "bar", "Sáng kiến", "bar", ["Vụ A", "Vụ B"], [("Kỳ này", [12, 30]), ("Kỳ trước", [10, None])], "sáng kiến"
)


LINE = Chart(
    "line", "Qua các năm", "line", ["2022", "2023", "2024"], [("Toàn ngành", [5, 8, Decimal("9.5")])]
)


SHARE = Chart("share", "Cơ cấu", "share", ["Tập thể", "Cá nhân"], [("Năm 2024", [25, 75])])


def document(*blocks, header=HEADER, **parts):
    return Document(header, blocks, **parts)


def full_document():
    return document(
        Paragraph("Căn cứ Luật Thi đua, khen thưởng;", "basis"),
        Heading("I. KẾT QUẢ"),
        Paragraph("Nội dung báo cáo. " * 30),
        Items(["Một;", "Hai."]),
        TABLE,
        BAR,
        LINE,
        SHARE,
        PageBreak(),
        Paragraph("Trang sau./."),
        signature=Signature("TL. BỘ TRƯỞNG", "Vụ trưởng", "Trần Văn Đức"),
        recipients=Recipients(["Như trên", "Lưu: VT, TCCB"]),
        annexes=[Annex("Danh sách", [TABLE], landscape=True), Annex("Giải thích", [Paragraph("Ghi chú.")])],
    )


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf):
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def one_line(text):
    return " ".join(text.split())


def fonts_of(pdf):
    names = set()
    for page in read(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(font.get_object()["/BaseFont"].split("+")[-1])
    return names


CERTIFICATE = CertificateText(
    "",
    "Bộ trưởng Bộ Nông nghiệp và Môi trường",
    "Tặng",
    "Bằng khen",
    "Ông Nguyễn Văn Hưởng",
    "Chuyên viên chính, Văn phòng Bộ",
    "Đã có thành tích xuất sắc trong công tác năm 2024",
    "Quyết định số 1234/QĐ-BNNMT ngày 16 tháng 12 năm 2024",
    "Hà Nội",
    DAY,
    Signature("", "Bộ trưởng", "Trần Đức Thắng"),
    "Số sổ vàng: 0567/2024",
)
