"""«Khen thưởng các năm trước»: honours as old lists have them, with the words and the units of their day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.db.models import Q

from awards.actions.honours import HonourPlan, take_honours
from awards.choices import Ground, SubjectKind
from awards.models import AwardKind, HonourRecord
from core.sheets.kinds import Context, Row, SheetKind
from core.sheets.values import Field, labels
from core.text import search_key
from units.importing.finding import (
    PERSON_FIELDS,
    PeopleIndex,
    UnitIndex,
    find_person,
    find_unit,
    namesakes,
    people_of,
    unit_label,
    units_within,
)
from units.models import Person, Posting, Unit, UnitName
from units.queries import ministry_of

PERMISSION = "honour.import"
FIRST = date(1948, 6, 11)  # the first decree on emulation
WHO, WHAT = "Người, tập thể được khen", "Quyết định khen thưởng"
_CODE, _BORN = (replace(of, group=WHO) for of in PERSON_FIELDS if of.name in ("code", "birth_year"))
FIELDS = (
    Field(
        "subject",
        "Cá nhân, tập thể được khen",
        synonyms=(
            "Họ và tên", "Họ tên", "Họ tên cá nhân, tên tập thể", "Tên cá nhân, tập thể", "Cá nhân/tập thể",
            "Tên tập thể", "Tập thể, cá nhân", "Được khen", "Người được khen", "Đối tượng được khen",
        ),
        is_required=True,
        help="Họ và tên cá nhân hoặc tên tập thể.",
        example="Nguyễn Thị Thanh Hoà",
        group=WHO,
    ),
    Field(
        "subject_kind",
        "Đối tượng",
        "choice",
        synonyms=("Loại đối tượng", "Cá nhân hay tập thể"),
        help="Cá nhân hoặc Tập thể; để trống nếu danh hiệu chỉ dành cho một loại.",
        example="Cá nhân",
        group=WHO,
        choices=labels(SubjectKind.choices, {"person": ("CN",), "collective": ("TT",)}),
    ),
    replace(_CODE, help="Để trống nếu không rõ."),
    _BORN,
    Field(
        "unit",
        "Đơn vị",
        synonyms=(
            "Tên đơn vị", "Đơn vị công tác", "Đơn vị tại ngày quyết định", "Cơ quan, đơn vị", "Nơi công tác",
        ),
        help="Đơn vị lúc được khen, theo tên khi đó; bắt buộc với cá nhân.",
        example="Vụ Tổ chức cán bộ",
        group=WHO,
    ),
    Field(
        "title",
        "Chức vụ khi được khen",
        synonyms=("Chức vụ", "Chức danh"),
        help="Để trống nếu không rõ.",
        example="Chuyên viên",
        group=WHO,
        max_length=150,
    ),
    Field(
        "award",
        "Danh hiệu, hình thức khen thưởng",
        synonyms=(
            "Danh hiệu", "Hình thức khen thưởng", "Hình thức", "Danh hiệu thi đua", "Danh hiệu, hình thức",
            "Danh hiệu thi đua, hình thức khen thưởng", "Khen thưởng", "Mã danh hiệu",
        ),
        is_required=True,
        help="Tên, tên viết tắt hoặc mã trong danh mục.",
        example="Bằng khen của Bộ trưởng Bộ Tài nguyên và Môi trường",
        group=WHAT,
    ),
    Field(
        "year",
        "Năm thành tích",
        "year",
        synonyms=("Năm", "Năm khen thưởng", "Năm xét", "Năm đạt"),
        is_required=True,
        help="4 chữ số.",
        example="2022",
        group=WHAT,
        earliest=FIRST,
    ),
    Field(
        "number",
        "Số quyết định",
        synonyms=("Quyết định số", "Số, ký hiệu", "Số QĐ", "Số quyết định khen thưởng", "Quyết định"),
        is_required=True,
        help="Số, ký hiệu.",
        example="1234/QĐ-BTNMT",
        group=WHAT,
        max_length=60,
    ),
    Field(
        "decided_on",
        "Ngày quyết định",
        "date",
        synonyms=("Ngày ký", "Ngày ban hành", "Ngày QĐ", "Ngày tháng năm quyết định"),
        is_required=True,
        help="dd/mm/yyyy.",
        example="28/12/2022",
        group=WHAT,
        earliest=FIRST,
    ),
    Field(
        "issuer",
        "Cơ quan ban hành",
        synonyms=("Cơ quan quyết định", "Cấp quyết định", "Cơ quan khen thưởng"),
        help="Để trống nếu là Bộ.",
        group=WHAT,
    ),
    Field(
        "ground",
        "Loại hình khen thưởng",
        "choice",
        synonyms=("Loại hình",),
        help="Để trống nếu là khen theo công trạng.",
        example="Công trạng",
        group=WHAT,
        choices=labels(Ground.choices, {"merit": ("Thường xuyên", "Theo công trạng")}),
    ),
    Field(
        "achievement",
        "Thành tích",
        synonyms=("Nội dung thành tích", "Lý do khen", "Trích yếu"),
        help="Tóm tắt, nếu có.",
        group=WHAT,
        max_length=2000,
    ),
)  # fmt: skip
NOT_HERE = (
    "Không tìm thấy cá nhân «{name}». Hãy kiểm tra họ tên; người chưa có trong hệ thống thì nhập ở mục "
    "«Cá nhân và vị trí "
    "việc làm» trước."
)


# --- what a row speaks of --------------------------------------------------------------------------
class _Awards:
    """The catalogue by code, name and short name, of every regime."""

    def __init__(self) -> None:
        self.kinds = list(AwardKind.objects.all())
        self.by_text: dict[str, list[AwardKind]] = {}
        for kind in self.kinds:
            for text in {search_key(kind.code), search_key(kind.name), search_key(kind.short_name)} - {""}:
                self.by_text.setdefault(text, []).append(kind)

    def on(self, code: str, day: date) -> AwardKind | None:
        """The row of a code in force on the day; before the oldest regime its oldest row."""
        rows = [kind for kind in self.kinds if kind.code == code]
        for kind in rows:
            if (kind.valid_from is None or kind.valid_from <= day) and (
                kind.valid_to is None or day < kind.valid_to
            ):
                return kind
        oldest = min(rows, key=lambda kind: kind.valid_from or date.min, default=None)
        return oldest if oldest is not None and oldest.valid_from and day < oldest.valid_from else None

    def find(self, row: Row) -> AwardKind | None:
        """The award a row names, as it was on the day of the decision."""
        text, day = row.data.get("award"), row.data.get("decided_on")
        if not text or day is None:
            return None
        codes = sorted({kind.code for kind in self.by_text.get(search_key(text), [])})
        found = [kind for kind in (self.on(code, day) for code in codes) if kind is not None]
        if len(found) == 1:
            return found[0]
        if found:
            row.fault(
                "award", f"«{text}» có thể là nhiều danh hiệu, hình thức. Hãy chọn.", self._choices(found)
            )
        elif codes:
            row.fault(
                "award",
                f"«{text}» không có trong danh mục vào ngày {day:%d/%m/%Y}. Hãy kiểm tra ngày quyết định.",
            )
        else:
            keys = get_close_matches(search_key(text), list(self.by_text), n=6, cutoff=0.6)
            near = {kind.code: self.on(kind.code, day) for key in keys for kind in self.by_text[key]}
            row.fault(
                "award",
                f"Không có danh hiệu, hình thức «{text[:80]}» trong danh mục. Hãy chọn hoặc ghi đúng tên.",
                self._choices([kind for kind in near.values() if kind is not None]),
            )
        return None

    @staticmethod
    def _choices(kinds: Sequence[AwardKind]) -> list[tuple[str, str]]:
        return [(kind.code, kind.name) for kind in kinds][:8]


def _is_collective(row: Row, award: AwardKind | None, units: UnitIndex) -> bool:
    kind = row.data.get("subject_kind")
    if kind or award is None:
        return kind == SubjectKind.COLLECTIVE
    suits = [one for one in (SubjectKind.PERSON, SubjectKind.COLLECTIVE) if award.suits(str(one))]
    if len(suits) == 1:
        return suits[0] == SubjectKind.COLLECTIVE
    return not row.data.get("code") and bool(units.find(row.data.get("subject") or ""))


def _person(row: Row, unit: Unit | None, people: PeopleIndex) -> Person | None:
    name, day = row.data.get("subject") or "", row.data.get("decided_on")
    if not row.data.get("code"):
        found = namesakes(row, people, PERMISSION, name)
        then = [p for p in found if _post_on(people, p, unit, day)]
        if len(found) > 1 and len(then) == 1:
            return then[0]
    person = find_person(row, people, unit, PERMISSION, "subject")
    if person is None and not row.has_fault("code") and name:
        row.fault("code" if row.data.get("code") else "subject", NOT_HERE.format(name=name))
    if person is not None and search_key(name)[:160] != person.search_key:
        row.fault("subject", f"Mã nhân sự {person.code} là của {person.full_name}. Hãy sửa họ tên hoặc mã.")
    return person


def _post_on(people: PeopleIndex, person: Person, unit: Unit | None, day: date | None) -> Posting | None:
    """The post a person held on the day, at the unit when one is named."""
    if day is None:
        return None
    for post in people.posts.get(person.pk, []):
        held = post.valid_from <= day and (post.valid_to is None or day < post.valid_to)
        if held and (unit is None or post.unit_id == unit.pk):
            return post
    return None


def number_key(number: str) -> str:
    """«Số: 12/QĐ-BTNMT» and «12/QĐ-BTNMT» are the same number."""
    return search_key(number).removeprefix("so ")


# --- judging -----------------------------------------------------------------------------------------
def check(rows: Sequence[Row], context: Context) -> None:
    """Judge rows: the award of that day, the person or collective, the unit under its name of that day."""
    actor = context.actor
    awards = _Awards()
    units = units_within(actor, None, PERMISSION)
    people = people_of(rows, context, "subject")
    ministry = ministry_of(actor.unit)
    for row in rows:
        row.plan = _plan(row, awards, units, people, ministry, context)
    _name_units([row.plan for row in rows if row.plan is not None])
    kept = _archive([row.plan for row in rows if row.plan is not None])
    for row in rows:
        same = kept.get(_key(row.plan), []) if row.plan is not None else []
        if same and same[0].decided_on != row.plan.decided_on:
            day = same[0].decided_on
            row.fault(
                "decided_on",
                f"Sổ vàng đã có dòng này với ngày quyết định {day:%d/%m/%Y}. Hãy kiểm tra lại ngày.",
            )
        row.settle(exists=bool(same))


def _plan(
    row: Row, awards: _Awards, units: UnitIndex, people: PeopleIndex, ministry: Unit, context: Context
) -> HonourPlan | None:
    data, day = row.data, row.data.get("decided_on")
    if day is not None and day > context.today:
        row.fault("decided_on", f"Ngày quyết định {day:%d/%m/%Y} ở tương lai. Hãy kiểm tra lại.")
    if day is not None and data.get("year") and data["year"] > day.year:
        row.fault(
            "year", f"Năm thành tích {data['year']} sau năm ký quyết định ({day.year}). Hãy kiểm tra lại."
        )
    award = awards.find(row)
    is_collective = _is_collective(row, award, units)
    issuer = find_unit(row, "issuer", units, day) or ministry
    unit = find_unit(row, "unit", units, day)
    person: Person | None = None
    if is_collective:
        unit = _collective(row, unit, units, day)
    else:
        person = _person(row, unit, people)
        if not data.get("unit"):
            row.fault("unit", "Thiếu «Đơn vị» của cá nhân tại ngày quyết định. Hãy điền ô này.")
    kind = SubjectKind.COLLECTIVE if is_collective else SubjectKind.PERSON
    if award is not None and not award.suits(str(kind)):
        row.fault(
            "award",
            f"«{award.name}» không dành cho {kind.label.lower()}. Hãy kiểm tra danh hiệu hoặc đối tượng.",
        )
    if row.faults or award is None or unit is None or day is None:
        return None
    return HonourPlan(
        award,
        person,
        unit,
        unit.name,
        issuer,
        data["year"],
        data["number"],
        day,
        data.get("ground") or str(Ground.MERIT),
        data.get("title") or "",
        data.get("achievement") or "",
        _post_on(people, person, unit, day) if person else None,
    )


def _collective(row: Row, within: Unit | None, units: UnitIndex, day: date | None) -> Unit | None:
    """The unit honoured; of namesakes the one below the unit named beside it."""
    found = units.find(row.data.get("subject") or "", day)
    if len(found) > 1 and within is not None:
        narrower = [unit for unit in found if unit.is_within(within)]
        if len(narrower) == 1:
            return narrower[0]
    if len(found) > 1:
        choices = [(unit.code, unit_label(unit)) for unit in found]
        row.fault(
            "subject", f"Có {len(found)} đơn vị tên «{row.data['subject']}». Hãy chọn đúng đơn vị.", choices
        )
        return None
    return found[0] if found else find_unit(row, "subject", units, day)


def _name_units(plans: Sequence[HonourPlan]) -> None:
    """The names the units had on the days of the decisions. One query."""
    former: dict[int, list[UnitName]] = {}
    for name in UnitName.objects.filter(unit__in={plan.unit.pk for plan in plans}):
        former.setdefault(name.unit_id, []).append(name)
    for plan in plans:
        for name in former.get(plan.unit.pk, []):
            if (
                name.valid_from is None or name.valid_from <= plan.decided_on
            ) and plan.decided_on < name.valid_to:
                plan.unit_name = name.name


def _key(plan: HonourPlan) -> tuple[Any, ...]:
    subject = ("p", plan.person.pk) if plan.person else ("u", plan.unit.pk)
    return (*subject, plan.award.code, plan.year, number_key(plan.number))


def _archive(plans: Sequence[HonourPlan]) -> dict[tuple[Any, ...], list[HonourRecord]]:
    """What the archive has of these people and units. One query."""
    people = {plan.person.pk for plan in plans if plan.person}
    units = {plan.unit.pk for plan in plans if not plan.person}
    found: dict[tuple[Any, ...], list[HonourRecord]] = {}
    for honour in HonourRecord.objects.filter(Q(person__in=people) | Q(person=None, unit__in=units)):
        subject = ("p", honour.person_id) if honour.person_id else ("u", honour.unit_id)
        key = (*subject, honour.award_code, honour.year, number_key(honour.decision_number))
        found.setdefault(key, []).append(honour)
    return found


def take(rows: Sequence[Row], context: Context) -> None:
    """Write the rows, judged in this transaction."""
    note = f"Nhập từ bảng tính «{KIND.label}» ngày {context.today:%d/%m/%Y}"
    take_honours([row.plan for row in rows], actor=context.actor, note=note)


def identities(row: Row) -> list[tuple[str, str]]:
    """The same honour of the same subject twice."""
    data = row.data
    if not data.get("subject") or not data.get("award"):
        return []
    who = (
        data.get("code")
        or f"{search_key(data['subject'])}|{data.get('birth_year')}|{search_key(data.get('unit') or '')}"
    )
    what = f"{search_key(data['award'])}|{data.get('year')}|{number_key(data.get('number') or '')}"
    return [("subject", f"{who.casefold()}|{what}")]


def lists(actor: Any) -> dict[str, list[str]]:
    """Awards of every regime, for the template."""
    names = AwardKind.objects.order_by("rank").values_list("name", flat=True)
    return {"award": list(dict.fromkeys(names))}


KIND = SheetKind(
    key="honours",
    label="Khen thưởng các năm trước",
    lead="Danh sách cá nhân, tập thể đã được khen thưởng những năm trước, ghi vào sổ vàng theo tên đơn "
    "vị tại ngày quyết "
    "định.",
    permission=PERMISSION,
    fields=FIELDS,
    identities=identities,
    identity_fields=("subject", "code", "birth_year", "unit", "award", "year", "number"),
    check=check,
    take=take,
    summary=("subject", "unit", "award", "year", "number"),
    lists=lists,
)
