"""Who saw one person's data, as a workbook."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from core.documents.excel import render_excel
from core.documents.tree import Column, Document, Header, Table, Value
from core.models import AccessEntry
from units.models import Person
from units.trail_words import dress_accesses


def accesses_workbook(
    person: Person, entries: Sequence[AccessEntry], *, unit_name: str, day: date, is_cut: bool
) -> bytes:
    """The accesses in the order given. is_cut: there are more than the workbook holds, and it says so."""
    columns = [
        Column("STT", "integer"),
        Column("Thời điểm", "code"),
        Column("Người xem, vai trò"),
        Column("Việc"),
        Column("Dữ liệu"),
        Column("Đối tượng"),
        Column("Chi tiết"),
        Column("Địa chỉ", "code"),
        Column("Mã yêu cầu", "code"),
    ]
    rows: list[tuple[Value, ...]] = [
        (
            number,
            f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M:%S}",
            entry.actor_label or "Người chưa đăng nhập",
            entry.get_kind_display(),
            entry.kind_name,
            entry.object_label,
            entry.detail,
            entry.address,
            entry.request_id,
        )
        for number, entry in enumerate(dress_accesses(list(entries)), start=1)
    ]
    title = f"Người đã xem dữ liệu của {person.full_name}"
    note = "Danh sách chưa đủ: còn dòng cũ hơn, hãy chọn khoảng ngày hẹp hơn." if is_cut else ""
    header = Header("", unit_name, "", "", day, "DANH SÁCH", f"{title} ({person.code})")
    table = Table("accesses", title, columns, rows, note=note)
    return render_excel(Document(header=header, blocks=[table], title=title))
