"""Papers of the organisation as document trees: the minute of a handover."""

from datetime import date
from typing import Any

from django.utils import timezone

from core.documents.tree import (
    Column,
    Document,
    Header,
    Heading,
    Paragraph,
    Signature,
    Table,
)
from units.choices import HandoverState
from units.models import Handover, Unit

_STATES = {
    HandoverState.DRAFT: "Bản đang chuẩn bị, chưa gửi người nhận",
    HandoverState.OFFERED: "Bản chờ người nhận xác nhận",
    HandoverState.DECLINED: "Người nhận đã từ chối",
    HandoverState.CANCELLED: "Đã hủy",
}


def handover_minute(handover: Handover, superior: Unit | None) -> Document:
    """The minute of one handover in the layout of official papers; a draft until it is confirmed."""
    unit, pack = handover.assignment.unit, handover.pack
    done = timezone.localtime(handover.confirmed_at) if handover.confirmed_at else None
    day = done.date() if done else handover.on
    when = f"ngày {day:%d/%m/%Y}"
    if done:
        when = f"{done.hour} giờ {done.minute:02d} phút {when}"
    role = handover.assignment.get_role_display()
    blocks: list[Any] = [
        Paragraph(f"Căn cứ {handover.document};", style="basis"),
        Paragraph(f"Hôm nay, {when}, tại {unit.name}, hai bên tiến hành bàn giao công việc như sau:"),
        Heading("I. Thành phần"),
        Paragraph(_person(pack.get("giver", {}), handover.giver_name), lead_in="Bên giao:"),
        Paragraph(_person(pack.get("successor", {}), handover.successor_name), lead_in="Bên nhận:"),
        Heading("II. Nội dung bàn giao"),
        Paragraph(
            f"Vai trò «{role}» tại {unit.name} trên hệ thống quản lý thi đua, khen thưởng cùng toàn bộ "
            f"công việc của "
            "vai trò, gồm:"
        ),
        *_content(pack),
        *_notes(handover),
        Heading("IV. Cam kết"),
        Paragraph(
            "Bên nhận đã xem đủ nội dung trên. Từ lúc xác nhận, quyền thao tác, công việc đang mở, bản "
            "đang viết và nhắc "
            "hạn thuộc bên nhận; quyền của bên giao kết thúc."
        ),
        Paragraph(_confirmation(handover, when, done is not None)),
    ]
    is_done = handover.state == HandoverState.CONFIRMED
    return Document(
        header=Header(
            superior=superior.name if superior else "",
            issuer=unit.name,
            number="/BB-BG",
            place="",
            day=day,
            kind="Biên bản",
            summary="Bàn giao công việc thi đua, khen thưởng",
        ),
        blocks=blocks,
        left_signature=Signature(position="Bên giao", name=handover.giver_name),
        signature=Signature(position="Bên nhận", name=handover.successor_name),
        confirmation=Signature(position="Xác nhận của thủ trưởng đơn vị"),
        title=f"Biên bản bàn giao công việc – {unit.name}",
        draft_note=None if is_done else _STATES[HandoverState(handover.state)],
    )


def _person(party: dict[str, str], name: str) -> str:
    parts = [f"đồng chí {name}"]
    if party.get("post"):
        parts.append(f"{party['post']}, {party['unit']}" if party.get("unit") else party["post"])
    return "; ".join(parts) + "."


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _content(pack: dict[str, Any]) -> list[Any]:
    work = [
        (n, row["what"], row["about"], _day(row["due_on"])) for n, row in enumerate(pack.get("work", []), 1)
    ]
    waiting = [
        (n, row["what"], f"{row['about']}; chờ {row['waiting_for']}", _day(row["due_on"]))
        for n, row in enumerate(pack.get("waiting", []), 1)
    ]
    drafts = [(n, row["title"], _day(row["saved_at"])) for n, row in enumerate(pack.get("drafts", []), 1)]
    dates = [(n, _day(row["on"]), row["what"]) for n, row in enumerate(pack.get("dates", []), 1)]
    number, due = Column("Số TT", "integer", width=5), Column("Hạn", "date", width=15)
    what, about = Column("Công việc", width=26), Column("Nội dung", width=46)
    return [
        *_table("work", "1. Công việc đang chờ xử lý", [number, what, about, due], work),
        *_table("waiting", "2. Công việc đang chờ người khác", [number, what, about, due], waiting),
        *_table(
            "drafts",
            "3. Văn bản, biểu mẫu đang viết dở",
            [number, Column("Biểu mẫu", width=66), Column("Lưu ngày", "date", width=15)],
            drafts,
        ),
        *_table(
            "dates",
            "4. Các mốc thời gian trong 90 ngày tới",
            [number, Column("Ngày", "date", width=15), Column("Nội dung", width=66)],
            dates,
        ),
        Heading("5. Thông báo chưa đọc", level=2),
        Paragraph(_unread(len(pack.get("notices", [])))),
    ]


def _unread(count: int) -> str:
    if not count:
        return "Không có."
    return f"{count} thông báo về công việc của vai trò được chuyển đến bên nhận."


def _table(key: str, title: str, columns: list[Column], rows: list[tuple[Any, ...]]) -> list[Any]:
    head = Heading(title, level=2)
    return [head, Table(key, "", columns, rows)] if rows else [head, Paragraph("Không có.")]


def _notes(handover: Handover) -> list[Any]:
    contacts = [line.strip() for line in handover.contacts.splitlines() if line.strip()]
    return [
        Heading("III. Điều cần biết và đầu mối liên hệ"),
        *[
            Paragraph(line)
            for line in (handover.notes or "Không có lưu ý thêm.").splitlines()
            if line.strip()
        ],
        *_table(
            "contacts",
            "Đầu mối liên hệ",
            [Column("Số TT", "integer", width=5), Column("Đầu mối", width=88)],
            list(enumerate(contacts, 1)),
        ),
    ]


def _confirmation(handover: Handover, when: str, is_done: bool) -> str:
    if is_done:
        return (
            f"Bên nhận đã xác nhận trên hệ thống lúc {when}. Biên bản lập thành ba bản, mỗi bên giữ một bản, "
            "lưu đơn vị một bản."
        )
    return "Biên bản có giá trị khi bên nhận xác nhận trên hệ thống."
