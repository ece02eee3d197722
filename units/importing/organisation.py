"""«Đơn vị»: opens units below existing ones. What exists is only compared: a name or a place changes by a
decision («Thay đổi tổ chức»), never by a list.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.sheets.kinds import Context, Row, SheetKind
from core.sheets.values import Field, labels
from core.text import search_key
from units.actions.organisation import open_unit
from units.choices import UnitKind
from units.importing.finding import UnitIndex, find_unit, unit_label, units_within
from units.models import Unit

PERMISSION = "organisation.edit"
BY_DECISION = "Danh sách không đổi đơn vị đã có: hãy dùng «Thay đổi tổ chức»."
FIELDS = (
    Field(
        "code",
        "Mã đơn vị",
        synonyms=("Mã", "Mã số đơn vị", "Mã định danh đơn vị", "Ký hiệu"),
        is_required=True,
        help="Chữ cái không dấu, chữ số, dấu chấm, gạch; mỗi đơn vị một mã.",
        example="C01.P02",
        max_length=40,
    ),
    Field(
        "name",
        "Tên đơn vị",
        synonyms=("Tên", "Đơn vị", "Tên đầy đủ", "Tên cơ quan, đơn vị"),
        is_required=True,
        help="Tên đầy đủ theo quyết định.",
        example="Phòng Tổng hợp",
    ),
    Field(
        "short_name",
        "Tên viết tắt",
        synonyms=("Viết tắt", "Tên ngắn"),
        help="Có thể để trống.",
        example="P. Tổng hợp",
        max_length=120,
    ),
    Field(
        "kind",
        "Loại đơn vị",
        "choice",
        synonyms=("Loại", "Loại hình", "Loại hình đơn vị"),
        is_required=True,
        help="Chọn trong danh sách.",
        example="Phòng, ban",
        choices=labels(
            UnitKind.choices,
            {
                "division": ("Phòng", "Ban"),
                "sub_agency": ("Chi cục", "Chi nhánh"),
                "station": ("Trạm", "Đài"),
                "team": ("Đoàn", "Đội"),
                "company": ("Công ty",),
            },
        ),
    ),
    Field(
        "parent",
        "Đơn vị cấp trên",
        synonyms=("Trực thuộc", "Đơn vị chủ quản", "Cơ quan chủ quản", "Thuộc đơn vị", "Mã đơn vị cấp trên"),
        is_required=True,
        help="Mã hoặc tên; nếu cũng mở trong tệp này thì phải đứng ở dòng trên.",
        example="C01",
    ),
    Field(
        "valid_from",
        "Thành lập từ ngày",
        "date",
        synonyms=("Ngày thành lập", "Từ ngày", "Có từ ngày", "Ngày hiệu lực"),
        is_required=True,
        help="dd/mm/yyyy.",
        example="01/03/2025",
        earliest=date(1945, 8, 28),
    ),
    Field(
        "document",
        "Văn bản thành lập",
        synonyms=("Quyết định thành lập", "Quyết định", "Căn cứ", "Văn bản"),
        is_required=True,
        help="Số, ngày quyết định.",
        example="12/QĐ-BTNMT ngày 15/02/2025",
    ),
)
_BY_NAME = {of.name: of for of in FIELDS}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass
class UnitPlan:
    """A unit to open. parent None: it is opened by an earlier row with parent_code."""

    parent: Unit | None
    parent_code: str


def check(rows: Sequence[Row], context: Context) -> None:
    """Judge rows against the units of the actor's reach and against the rows above them."""
    index = units_within(context.actor, context.today, PERMISSION)
    codes = {row.data["code"].casefold() for row in rows if row.data.get("code")}
    known = {unit.code.casefold(): unit for unit in Unit.objects.all() if unit.code.casefold() in codes}
    parents = _parents(known.values())
    by_text: dict[str, Row] = {}
    for row in sorted(context.all_rows, key=lambda one: one.number, reverse=True):
        for name in ("name", "code"):
            if text := row.data.get(name):
                by_text[search_key(text)] = row
    for row in sorted(rows, key=lambda one: one.number):
        code = row.data.get("code") or ""
        unit = known.get(code.casefold())
        if code and not _CODE.fullmatch(code):
            row.fault(
                "code", f"Mã «{code}» chỉ được gồm chữ cái không dấu, chữ số, dấu chấm và gạch. Hãy sửa mã."
            )
        elif unit is not None:
            _compare(row, unit, index, parents)
        else:
            _open(row, index, by_text)
        row.settle(exists=unit is not None)


def _parents(units: Any) -> dict[str, str]:
    """code of a unit → code of the unit above it."""
    return {unit.code: (unit.path.strip("/").split("/")[-2:-1] or [""])[0] for unit in units}


def _compare(row: Row, unit: Unit, index: UnitIndex, parents: dict[str, str]) -> None:
    if unit.code.casefold() not in index.by_code:
        row.fault(
            "code",
            f"Mã «{unit.code}» đã dùng cho một đơn vị khác, đã giải thể hoặc ngoài phạm vi. Hãy chọn mã "
            "khác.",
        )
        return
    if row.data.get("name") and row.data["name"] != unit.name:
        row.fault("name", f"Đơn vị đã có với tên «{unit.name}». {BY_DECISION}")
    if row.data.get("kind") and row.data["kind"] != unit.kind:
        row.fault("kind", f"Đơn vị đã có, thuộc loại «{unit.get_kind_display()}». {BY_DECISION}")
    if row.data.get("parent"):
        above = find_unit(row, "parent", index)
        if above is not None and above.code != parents[unit.code]:
            row.fault("parent", f"Đơn vị đã có, đang trực thuộc «{parents[unit.code]}». {BY_DECISION}")


def _open(row: Row, index: UnitIndex, by_text: dict[str, Row]) -> None:
    text = row.data.get("parent")
    if not text:
        return
    opener = by_text.get(search_key(text))
    if not index.find(text) and opener is not None and opener.number != row.number:
        _below_row(row, opener)
        return
    parent = find_unit(row, "parent", index)
    if parent is None:
        return
    first = row.data.get("valid_from")
    if first is not None and not parent.is_open_on(first):
        row.fault(
            "valid_from",
            f"{parent.name} không hoạt động vào ngày {first:%d/%m/%Y}. Hãy kiểm tra ngày hoặc đơn vị cấp "
            "trên.",
        )
    twins = [
        u
        for u in index.find(row.data.get("name") or "")
        if u.path.startswith(parent.path) and u.pk != parent.pk
    ]
    direct = [u for u in twins if u.path.count("/") == parent.path.count("/") + 1]
    if direct:
        row.fault(
            "name",
            f"{parent.name} đã có đơn vị cùng tên: {unit_label(direct[0])}. Hãy ghi mã của đơn vị đó "
            "hoặc đổi tên.",
        )
    row.plan = UnitPlan(parent, parent.code)


def _below_row(row: Row, opener: Row) -> None:
    if opener.number > row.number:
        row.fault(
            "parent",
            f"Đơn vị cấp trên được mở ở dòng {opener.number}, phía dưới. Hãy đưa dòng đó lên trên dòng này.",
        )
        return
    if opener.faults:
        row.fault("parent", f"Đơn vị cấp trên ở dòng {opener.number} đang có lỗi. Hãy sửa dòng đó trước.")
        return
    first, begins = row.data.get("valid_from"), opener.data.get("valid_from")
    if first is not None and begins is not None and first < begins:
        row.fault("valid_from", f"Đơn vị cấp trên (dòng {opener.number}) chỉ có từ ngày {begins:%d/%m/%Y}.")
    row.plan = UnitPlan(None, opener.data["code"])


def take(rows: Sequence[Row], context: Context) -> None:
    """Open the units, in the order of the sheet; each has its own entry in the trail."""
    opened: dict[str, Unit] = {}
    for row in sorted(rows, key=lambda one: one.number):
        plan: UnitPlan = row.plan
        parent = plan.parent or opened.get(plan.parent_code) or Unit.objects.get(code=plan.parent_code)
        data = row.data
        opened[data["code"]] = open_unit(
            data["code"],
            data["name"],
            data["kind"],
            parent,
            valid_from=data["valid_from"],
            document=data["document"],
            short_name=data.get("short_name") or "",
            actor=context.actor,
        )


def identities(row: Row) -> list[tuple[str, str]]:
    """One code, one unit."""
    code = row.data.get("code")
    return [("code", code.casefold())] if code else []


def parent_lists(actor: Any) -> dict[str, list[str]]:
    """Codes of the units of the actor's reach, for the template."""
    index = units_within(actor, actor.today, PERMISSION)
    return {"parent": [unit.code for unit in index.by_code.values()][:3000]}


KIND = SheetKind(
    key="units",
    label="Đơn vị",
    lead="Mở các đơn vị mới dưới đơn vị đã có. Đơn vị đã có chỉ được đối chiếu; đổi tên, chuyển, sáp "
    "nhập thực hiện ở "
    "«Thay đổi tổ chức».",
    permission=PERMISSION,
    fields=FIELDS,
    identities=identities,
    identity_fields=("code",),
    check=check,
    take=take,
    summary=("name", "code", "kind", "parent"),
    is_linked=True,
    lists=parent_lists,
)
