"""«Cá nhân và vị trí việc làm»: people with the post they hold, from the list a unit already has."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.sheets.kinds import Context, Row, SheetKind
from core.sheets.values import Field, labels
from core.text import fix_look_alikes
from units import people_rules as rules
from units.actions.people import name_problems
from units.actions.people_bulk import PersonPlan, note_of, take_people
from units.choices import LeaderLevel, PersonStatus, Sex
from units.importing.finding import (
    LEVEL_LABELS,
    PERSON_FIELDS,
    UNIT_FIELD,
    PeopleIndex,
    find_person,
    find_unit,
    namesakes,
    people_of,
    person_tokens,
    units_within,
)
from units.models import Person, Posting, Unit
from units.permissions import allows

PERMISSION = "person.edit"
GROUP_1, GROUP_2 = "Cá nhân", "Chức vụ"
FIELDS = (
    *PERSON_FIELDS,
    Field(
        "sex",
        "Giới tính",
        "choice",
        synonyms=("Nam/Nữ", "Giới", "Nam, nữ", "Phái"),
        help="Nam hoặc Nữ; bắt buộc với người mới.",
        example="Nữ",
        group=GROUP_1,
        choices=labels(Sex.choices),
    ),
    Field(
        "status",
        "Đối tượng",
        "choice",
        synonyms=("Loại đối tượng", "Diện cán bộ", "Phân loại cán bộ", "Ngạch loại"),
        help="Cán bộ, Công chức, Viên chức, Người lao động, Khác.",
        example="Công chức",
        group=GROUP_1,
        choices=labels(PersonStatus.choices, {"worker": ("Hợp đồng lao động", "Hợp đồng")}),
    ),
    Field(
        "recruited_on",
        "Ngày tuyển dụng",
        "date",
        synonyms=("Ngày vào cơ quan", "Tuyển dụng ngày", "Ngày được tuyển dụng"),
        help="dd/mm/yyyy.",
        example="01/09/2010",
        group=GROUP_1,
        earliest=rules.FIRST_DAY,
    ),
    Field(
        "sector_since",
        "Ngày vào ngành",
        "date",
        synonyms=("Làm việc trong ngành từ ngày", "Ngày vào ngành TNMT"),
        help="dd/mm/yyyy.",
        example="01/09/2010",
        group=GROUP_1,
        earliest=rules.FIRST_DAY,
    ),
    Field(
        "is_other_person",
        "Là người khác trùng tên",
        "yes_no",
        synonyms=("Người khác trùng họ tên",),
        help="Ghi «Có» nếu trùng họ tên, năm sinh với người đã có nhưng là người khác.",
        group=GROUP_1,
    ),
    UNIT_FIELD,
    Field(
        "title",
        "Chức vụ, vị trí việc làm",
        synonyms=(
            "Chức vụ", "Vị trí việc làm", "Chức danh", "Chức vụ, chức danh", "Chức vụ/Chức danh",
            "Chức vụ hiện tại", "Chức vụ công tác",
        ),
        help="Bắt buộc với người mới.",
        example="Chuyên viên chính",
        group=GROUP_2,
        max_length=150,
    ),
    Field(
        "leader_level",
        "Cấp lãnh đạo",
        "choice",
        synonyms=("Cấp chức vụ",),
        help="Để trống nếu không giữ chức vụ lãnh đạo.",
        example="Không giữ chức vụ",
        group=GROUP_2,
        choices=labels(LeaderLevel.choices, LEVEL_LABELS),
    ),
    Field(
        "is_unit_head",
        "Là thủ trưởng đơn vị",
        "yes_no",
        synonyms=("Thủ trưởng", "Thủ trưởng đơn vị", "Người đứng đầu"),
        help="Có hoặc Không.",
        example="Không",
        group=GROUP_2,
    ),
    Field(
        "is_direct_worker",
        "Người lao động trực tiếp",
        "yes_no",
        synonyms=("Lao động trực tiếp", "Trực tiếp"),
        help="Có hoặc Không.",
        example="Không",
        group=GROUP_2,
    ),
    Field(
        "valid_from",
        "Giữ chức vụ từ ngày",
        "date",
        synonyms=("Ngày bổ nhiệm", "Ngày giữ chức vụ", "Từ ngày", "Bổ nhiệm từ ngày", "Ngày bố trí"),
        help="dd/mm/yyyy; bắt buộc với người mới và khi đổi chức vụ, đơn vị.",
        example="01/03/2020",
        group=GROUP_2,
        earliest=rules.FIRST_DAY,
    ),
    Field(
        "document",
        "Quyết định bổ nhiệm, bố trí",
        synonyms=("Quyết định", "Số quyết định bổ nhiệm", "Quyết định bổ nhiệm"),
        help="Số, ngày quyết định.",
        example="15/QĐ-BTNMT ngày 25/02/2020",
        group=GROUP_2,
    ),
)  # fmt: skip
_BY_NAME = {of.name: of for of in FIELDS}
_FACTS = ("code", "full_name", "sex", "birth_year", "id_number", "status", "recruited_on", "sector_since")
_ABOUT_POST = ("leader_level", "is_unit_head", "is_direct_worker", "valid_from", "document")
_NEEDED = ("sex", "unit", "title", "valid_from")


def check(rows: Sequence[Row], context: Context) -> None:
    """Judge rows: whose they are, what differs, what the rules say."""
    units = units_within(context.actor, context.today, PERMISSION)
    people = people_of(rows, context)
    places: dict[int, Unit | None] = {}
    for row in rows:
        _settle_name(row)
        places[row.number] = find_unit(row, "unit", units)
    heads = _heads_of({unit.pk for unit in places.values() if unit is not None}, context)
    for row in rows:
        unit = places[row.number]
        person = find_person(row, people, unit, PERMISSION)
        plan = PersonPlan(person)
        if person is None:
            _new(row, plan, unit, people)
        else:
            _differences(row, plan, person)
            _post_of(row, plan, person, unit, people)
        _ask_rules(row, plan, person, people, heads, context)
        row.settle(exists=person is not None)
        row.plan = plan


def _settle_name(row: Row) -> None:
    name = row.data.get("full_name")
    if not name:
        return
    row.data["full_name"] = name = " ".join(fix_look_alikes(name).split())
    for field_name, sentence in name_problems(name):
        row.fault(field_name, sentence)


def _heads_of(unit_ids: Iterable[int], context: Context) -> dict[int, list[Posting]]:
    if context.is_taking:
        list(Unit.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=unit_ids).order_by("pk"))
    rows = Posting.objects.filter(unit__in=unit_ids, is_unit_head=True).select_related("person")
    found: dict[int, list[Posting]] = {}
    for row in rows:
        if row.valid_to is None or row.valid_to > context.today:
            found.setdefault(row.unit_id, []).append(row)
    return found


def _new(row: Row, plan: PersonPlan, unit: Unit | None, people: PeopleIndex) -> None:
    for name in _NEEDED:
        if row.data.get(name) in (None, "") and not row.has_fault(name):
            row.fault(
                name, f"Thiếu «{_BY_NAME[name].label}» của người chưa có trong hệ thống. Hãy điền ô này."
            )
    name = row.data.get("full_name") or ""
    twins = namesakes(row, people, PERMISSION, name) if name and not row.data.get("is_other_person") else []
    if row.data.get("code") and twins and not row.has_fault("code"):
        row.fault(
            "code",
            f"Đã có {len(twins)} người cùng họ tên và năm sinh nhưng khác mã. Hãy chọn mã của người đó; "
            "nếu là người "
            "khác, ghi «Có» ở cột «Là người khác trùng tên».",
            people.choices(twins),
        )
    plan.facts = {name: row.data[name] for name in _FACTS if row.data.get(name) not in (None, "")}
    if unit is not None and row.data.get("title") and row.data.get("valid_from"):
        plan.post = _post_facts(row, unit)


def _post_facts(row: Row, unit: Unit, like: Posting | None = None) -> dict[str, Any]:
    data = row.data
    return {
        "unit": unit,
        "title": data["title"],
        "leader_level": data.get("leader_level") or LeaderLevel.NONE,
        "is_unit_head": bool(data.get("is_unit_head")),
        "is_direct_worker": bool(data.get("is_direct_worker")),
        "valid_from": data["valid_from"],
        "document": data.get("document") or "",
    }


def _differences(row: Row, plan: PersonPlan, person: Person) -> None:
    for name in _FACTS:
        value = row.data.get(name)
        if value in (None, "") or value == getattr(person, name) or name == "code":
            continue
        plan.facts[name] = value
        old = getattr(person, name)
        row.change(_BY_NAME[name], person.masked_id_number if name == "id_number" else old, value)


def _post_of(row: Row, plan: PersonPlan, person: Person, unit: Unit | None, people: PeopleIndex) -> None:
    """The post the row speaks of: a present one (put right where it differs) or a new one, ending the old."""
    data = row.data
    if row.has_fault("unit") or row.has_fault("title"):
        return
    lasting = [post for post in people.lasting(person) if allows(people.actor, PERMISSION, post.unit)]
    title = (data.get("title") or "").casefold()
    same = [
        post
        for post in lasting
        if (unit is None or post.unit_id == unit.pk) and (not title or post.title.casefold() == title)
    ]
    if len(same) == 1:
        _mend(row, plan, same[0])
        return
    if not title and unit is None:
        return
    if same:
        row.fault(
            "title",
            "Người này đang giữ nhiều chức vụ ở đơn vị. Hãy ghi rõ chức vụ hoặc cập nhật trên trang hồ sơ.",
        )
    elif len(lasting) > 1:
        row.fault(
            "title",
            f"Người này đang giữ {len(lasting)} chức vụ. Hãy ghi chức vụ mới trên trang hồ sơ cá nhân.",
        )
    else:
        _move(row, plan, unit or (lasting[0].unit if lasting else None), lasting[0] if lasting else None)


def _mend(row: Row, plan: PersonPlan, post: Posting) -> None:
    plan.mends = post
    for name in _ABOUT_POST:
        value = row.data.get(name)
        if value in (None, "") or value == getattr(post, name):
            continue
        plan.mended[name] = value
        row.change(_BY_NAME[name], getattr(post, name), value)


def _move(row: Row, plan: PersonPlan, unit: Unit | None, old: Posting | None) -> None:
    """A new post from a day on; the present one ends that day."""
    data, was = row.data, f"{old.title} – {old.unit.display_name}" if old else ""
    for name, missing in (("unit", unit is None), ("title", not data.get("title"))):
        if missing and not row.has_fault(name):
            row.fault(name, f"Thiếu «{_BY_NAME[name].label}» của chức vụ mới. Hãy điền ô này.")
    first = data.get("valid_from")
    if first is None:
        if not row.has_fault("valid_from"):
            differs = f"Khác chức vụ đang ghi ({was}). " if was else ""
            row.fault("valid_from", f"{differs}Hãy ghi ngày giữ chức vụ mới.")
        return
    if old is not None and first <= old.valid_from:
        row.fault(
            "valid_from",
            f"Ngày giữ chức vụ mới phải sau ngày {old.valid_from:%d/%m/%Y} của chức vụ đang ghi ({was}).",
        )
        return
    if unit is None or not data.get("title"):
        return
    plan.post, plan.ends = _post_facts(row, unit), old
    row.changes["Chức vụ"] = [was or "(trống)", f"{data['title']} – {unit.display_name} từ {first:%d/%m/%Y}"]


def _ask_rules(
    row: Row,
    plan: PersonPlan,
    person: Person | None,
    people: PeopleIndex,
    heads: dict[int, list[Posting]],
    context: Context,
) -> None:
    facts = {
        name: getattr(person, name, None) for name in (*_FACTS, "hard_area_years", "retiring_on")
    } | plan.facts
    problems = rules.person_problems(facts, context.today)
    post = dict(plan.post or {})
    if plan.mends is not None and plan.mended:
        post = {
            n: getattr(plan.mends, n) for n in ("unit", "title", "valid_from", "is_unit_head")
        } | plan.mended
    if post:
        unit: Unit = post["unit"]
        mine = rules.Post(unit.pk, unit.name, post["title"], post["valid_from"])
        others = [
            rules.Post(p.unit_id, p.unit.name, p.title, p.valid_from, p.valid_to)
            for p in (people.posts.get(person.pk, []) if person else [])
            if p not in (plan.ends, plan.mends)
        ]
        problems += rules.post_problems(mine, others, context.today)
        problems += rules.unit_problems(unit.name, unit.valid_from, unit.valid_to, post["valid_from"], None)
        for head in heads.get(unit.pk, []) if post.get("is_unit_head") else []:
            if head not in (plan.ends, plan.mends):
                problems += rules.head_problem(
                    unit.name, head.person.full_name, head.valid_from, head.valid_to
                )
    for name, sentence in problems:
        if not row.has_fault(name):
            row.fault(name if name in _BY_NAME else "", sentence)


def take(rows: Sequence[Row], context: Context) -> None:
    """Write the rows, judged in this transaction."""
    note = note_of("Cá nhân và vị trí việc làm", context.today)
    take_people([row.plan for row in rows], actor=context.actor, note=note)


def identities(row: Row) -> list[tuple[str, str]]:
    """The same person twice, or two heads of one unit."""
    tokens = person_tokens(row)
    if row.data.get("is_unit_head") and row.data.get("unit"):
        tokens.append(("is_unit_head", f"head:{row.data['unit'].casefold()}"))
    return tokens


def unit_lists(actor: Any) -> dict[str, list[str]]:
    """Units of the actor's reach for the template: a name where it is the only one, else name and code."""
    index = units_within(actor, actor.today, PERMISSION)
    found = []
    for unit in list(index.by_code.values())[:3000]:
        alone = len(index.find(unit.name)) == 1
        found.append(unit.name if alone else unit.code)
    return {"unit": found}


KIND = SheetKind(
    key="people",
    label="Cá nhân và vị trí việc làm",
    lead="Danh sách cán bộ, công chức, viên chức, người lao động với chức vụ đang giữ. Người đã có được "
    "cập nhật, không "
    "tạo trùng.",
    permission=PERMISSION,
    fields=FIELDS,
    identities=identities,
    identity_fields=("code", "full_name", "birth_year", "id_number", "unit", "is_unit_head"),
    check=check,
    take=take,
    summary=("full_name", "code", "birth_year", "title", "unit"),
    lists=unit_lists,
)
