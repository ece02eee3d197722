"""«Xếp loại năm»: quality grades and months of a year, person by person."""

from collections.abc import Sequence
from dataclasses import replace

from core.sheets.kinds import Context, Row, SheetKind
from core.sheets.values import Field, labels
from units import people_rules as rules
from units.actions.people_bulk import YearPlan, note_of, take_years
from units.choices import PersonGrade
from units.importing.finding import (
    PERSON_FIELDS,
    UNIT_FIELD,
    find_person,
    find_unit,
    people_of,
    person_tokens,
    units_within,
)
from units.importing.people import unit_lists
from units.models import YearRecord

PERMISSION = "person.edit"
GROUP = "Kết quả năm"
FIELDS = (
    *(replace(of, is_required=False) for of in PERSON_FIELDS),
    replace(UNIT_FIELD, group="Cá nhân"),
    Field(
        "year",
        "Năm",
        "year",
        synonyms=("Năm xếp loại", "Năm đánh giá", "Năm công tác"),
        is_required=True,
        help="4 chữ số.",
        example="2024",
        group=GROUP,
    ),
    Field(
        "grade",
        "Xếp loại chất lượng",
        "choice",
        synonyms=(
            "Xếp loại",
            "Kết quả xếp loại",
            "Mức xếp loại",
            "Đánh giá, xếp loại",
            "Mức độ hoàn thành nhiệm vụ",
        ),
        is_required=True,
        help="Hoàn thành xuất sắc nhiệm vụ; Hoàn thành tốt nhiệm vụ; Hoàn thành nhiệm vụ; Không hoàn "
        "thành nhiệm vụ.",
        example="Hoàn thành tốt nhiệm vụ",
        group=GROUP,
        choices=labels(
            PersonGrade.choices,
            {
                "HTXSNV": ("Hoàn thành xuất sắc", "Xuất sắc"),
                "HTTNV": ("Hoàn thành tốt", "Tốt"),
                "HTNV": ("Hoàn thành",),
                "KHTNV": ("Không hoàn thành",),
                "NONE": ("Không đánh giá", "KXL"),
            },
        ),
    ),
    Field(
        "months_worked",
        "Số tháng làm việc",
        "decimal",
        synonyms=("Số tháng công tác", "Tháng làm việc"),
        help="0 đến 12, ví dụ 10,5; không kể thời gian nghỉ thai sản.",
        example="12",
        group=GROUP,
        least=0,
        most=12,
    ),
    Field(
        "maternity_months",
        "Số tháng nghỉ thai sản",
        "decimal",
        synonyms=("Nghỉ thai sản", "Tháng nghỉ thai sản"),
        help="0 đến 12.",
        group=GROUP,
        least=0,
        most=12,
    ),
    Field(
        "document",
        "Văn bản xếp loại",
        synonyms=("Quyết định xếp loại", "Văn bản", "Căn cứ"),
        help="Số, ngày văn bản.",
        example="120/TB-BTNMT ngày 20/12/2024",
        group=GROUP,
    ),
)
_BY_NAME = {of.name: of for of in FIELDS}
_FACTS = ("grade", "months_worked", "maternity_months", "document")


def check(rows: Sequence[Row], context: Context) -> None:
    """Judge rows: whose year it is, and what differs from what is kept."""
    units = units_within(context.actor, context.today, PERMISSION)
    people = people_of(rows, context)
    found = {}
    for row in rows:
        if not any(row.data.get(name) for name in ("code", "id_number", "full_name")) and not row.faults:
            row.fault("full_name", "Hãy ghi mã nhân sự, số định danh hoặc họ và tên của người được xếp loại.")
        unit = find_unit(row, "unit", units)
        person = find_person(row, people, unit, PERMISSION)
        if person is not None:
            found[row.number] = person
        elif not {"code", "id_number", "full_name", "unit"} & {fault["field"] for fault in row.faults}:
            row.fault(
                "code" if row.data.get("code") else "full_name",
                "Không tìm thấy người này trong phạm vi. Hãy kiểm tra mã, họ tên; người chưa có thì nhập "
                "ở mục «Cá nhân "
                "và vị trí việc làm» trước.",
            )
    kept = {
        (record.person_id, record.year): record
        for record in YearRecord.objects.filter(person__in={person.pk for person in found.values()})
    }
    for row in rows:
        person, year = found.get(row.number), row.data.get("year")
        record = kept.get((person.pk, year)) if person is not None and year else None
        if person is not None and year:
            plan = row.plan = YearPlan(person, year, record)
            for name in _FACTS:
                value, old = row.data.get(name), getattr(record, name, None)
                if value not in (None, "") and value != old:
                    plan.facts[name] = value
                    if record is not None:
                        row.change(_BY_NAME[name], old, value)
            months = plan.facts.get("months_worked", getattr(record, "months_worked", None))
            maternity = plan.facts.get("maternity_months", getattr(record, "maternity_months", None))
            problems = rules.year_problems(
                year, context.today, born=person.birth_year, months=months, maternity=maternity
            )
            for name, sentence in problems:
                row.fault(name, sentence)
        row.settle(exists=record is not None)


def take(rows: Sequence[Row], context: Context) -> None:
    """Write the rows, judged in this transaction."""
    take_years([row.plan for row in rows], actor=context.actor, note=note_of("Xếp loại năm", context.today))


def identities(row: Row) -> list[tuple[str, str]]:
    """The same person's same year twice."""
    return [(name, f"{token}:{row.data.get('year')}") for name, token in person_tokens(row)]


KIND = SheetKind(
    key="years",
    label="Xếp loại năm",
    lead="Mức xếp loại chất lượng và số tháng làm việc của từng người trong năm. Cá nhân phải có trong "
    "hệ thống trước.",
    permission=PERMISSION,
    fields=FIELDS,
    identities=identities,
    identity_fields=("code", "full_name", "birth_year", "id_number", "unit", "year"),
    check=check,
    take=take,
    summary=("full_name", "code", "year", "grade", "unit"),
    lists=unit_lists,
)
