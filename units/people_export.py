"""The list of people as a workbook: what the page shows, with the identity number masked."""

from collections.abc import Sequence
from datetime import date

from core.documents.excel import render_excel
from core.documents.tree import Column, Document, Header, Table, Value
from units.models import Person, Posting, YearRecord

MOST = 5000


def people_workbook(
    people: Sequence[Person],
    posts: dict[int, Posting],
    grades: dict[int, YearRecord],
    *,
    year: int,
    day: date,
    unit_name: str,
    conditions: str,
    with_numbers: bool,
) -> bytes:
    """The workbook of the people in the order given. with_numbers: also the masked identity number."""
    columns = [
        Column("STT", "integer"),
        Column("Mã nhân sự", "code"),
        Column("Họ và tên"),
        Column("Giới tính"),
        Column("Năm sinh", "code"),
        Column("Đơn vị"),
        Column("Chức vụ, vị trí"),
        Column("Cấp lãnh đạo"),
        Column("Lao động trực tiếp"),
        Column("Đối tượng"),
        Column("Ngày tuyển dụng", "date"),
        Column(f"Xếp loại năm {year}"),
    ]
    if with_numbers:
        columns.append(Column("Số định danh (đã che)", "code"))
    rows: list[tuple[Value, ...]] = []
    for number, person in enumerate(people, start=1):
        post, record = posts.get(person.pk), grades.get(person.pk)
        row: list[Value] = [
            number,
            person.code,
            person.full_name,
            person.get_sex_display(),
            str(person.birth_year or ""),
            post.unit.name if post else "",
            post.title if post else "",
            post.get_leader_level_display() if post and post.is_leader else "",
            ("Có" if post.is_direct_worker else "Không") if post else "",
            person.get_status_display() if person.status else "Chưa rõ",
            person.recruited_on,
            record.get_grade_display() if record and record.grade else "Chưa có",
        ]
        rows.append(tuple([*row, person.masked_id_number] if with_numbers else row))
    title = f"Danh sách cá nhân tại ngày {day:%d/%m/%Y}"
    header = Header("", unit_name, "", "", day, "DANH SÁCH", f"Cá nhân tại ngày {day:%d/%m/%Y}")
    table = Table("people", title, columns, rows, note=conditions)
    return render_excel(Document(header=header, blocks=[table], title=title))
