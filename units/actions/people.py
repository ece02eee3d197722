"""Changes of people: the record itself, posts and moves, and the year's grades. Registers are in records.py.

Posts end, they are not edited away; a correction keeps the old values in the trail. The identity number never
enters the trail.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from core import audit, notices
from core.errors import Forbidden, RuleBroken, StaleState
from core.text import clean, fix_look_alikes, foreign_letters
from units import people_queries as queries
from units import people_rules as rules
from units.models import Person, Posting, Unit, YearRecord
from units.permissions import Actor, holders, require

PERSON_FIELDS = (
    "code", "full_name", "sex", "birth_year", "id_number", "status", "recruited_on", "sector_since",
    "hard_area_years", "higher_retirement_age", "retiring_on",
)  # fmt: skip
POST_FIELDS = (
    "unit", "title", "leader_level", "is_unit_head", "is_direct_worker", "valid_from", "valid_to", "post",
    "document", "old_unit_comment",
)  # fmt: skip
CHANGED = "đã thay đổi"
FASTER = "Hồ sơ vừa được người khác cập nhật. Hãy xem lại nội dung mới rồi sửa tiếp."


# --- what all actions on people share --------------------------------------------------------------
def refuse(problems: rules.Problems) -> None:
    """Raises RuleBroken with the problems beside their fields; nothing when there are none."""
    fields: dict[str, list[str]] = {}
    for name, sentence in problems:
        fields.setdefault(name, []).append(sentence)
    if fields:
        raise RuleBroken(fields=fields)


def locked_person(person_id: int, actor: Actor) -> Person:
    """The person, locked for this transaction, when the actor keeps the record. Raises Forbidden."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    if not queries.may_edit(actor, person, actor.today):
        raise Forbidden("Vai trò đang dùng không cập nhật được hồ sơ của người này.")
    return person


def shown(value: Any) -> Any:
    """A value as the trail keeps it: units by code, nothing as None."""
    return value.code if isinstance(value, Unit) else value if value != "" else None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """field → [old, new] of what changed; the identity number only as the fact that it changed."""
    changes: dict[str, Any] = {
        name: [shown(before[name]), shown(after[name])] for name in after if before[name] != after[name]
    }
    if "id_number" in changes:
        changes["id_number"] = CHANGED
    return changes


# --- the person ------------------------------------------------------------------------------------
def _settled(data: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: data[name] for name in PERSON_FIELDS if name in data}
    facts = {name: clean(value) if isinstance(value, str) else value for name, value in facts.items()}
    if "full_name" in facts:
        facts["full_name"] = " ".join(fix_look_alikes(facts["full_name"]).split())
    if "id_number" in facts:
        facts["id_number"] = "".join((facts["id_number"] or "").split())
    return facts


def name_problems(name: str) -> rules.Problems:
    """What is wrong with a full name as somebody typed it."""
    if len(name.split()) < 2:
        return [("full_name", "Hãy ghi đủ họ và tên.")]
    return [
        (
            "full_name",
            f"Ký tự lạ ở vị trí {position}: «{char}» không phải chữ cái tiếng Việt dù trông giống. Hãy "
            "xóa và "
            "gõ lại bằng bàn phím tiếng Việt.",
        )
        for position, char in foreign_letters(name)[:1]
    ]


@transaction.atomic
def save_person(
    person_id: int | None, data: Mapping[str, Any], *, actor: Actor, version: int | None = None
) -> Person:
    """Change a person's record, or take a new person in with a first post (person_id None).

    data: any of PERSON_FIELDS; keys that are absent stay as they are. For a new person full_name, sex and the
    first post (keys of `appoint`: unit, title, valid_from, …) are needed, code is made when absent; namesakes
    of the same birth year in reach refuse unless data["is_other_person"]. version: the one the form was made
    from, None = not asked. Raises Forbidden, RuleBroken, StaleState, ValidationError.
    """
    facts = _settled(data)
    if person_id is None:
        return _take_in(facts, data, actor)
    person = locked_person(person_id, actor)
    if version is not None and version != person.version:
        raise StaleState(FASTER, version=person.version)
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    after = before | facts
    name_is_new = after["full_name"] != before["full_name"]
    problems = name_problems(after["full_name"]) if name_is_new else []
    refuse(problems + rules.person_problems(after, actor.today))
    changes = differences(before, after)
    if not changes:
        return person
    for name, value in facts.items():
        setattr(person, name, value)
    person.version += 1
    person.full_clean()
    person.save()
    audit.record(actor, "person.update", person, changes=changes, note=clean(data.get("note") or ""))
    return person


def _take_in(facts: dict[str, Any], data: Mapping[str, Any], actor: Actor) -> Person:
    unit: Unit = data["unit"]
    require(actor, "person.edit", unit)
    refuse(name_problems(facts["full_name"]) + rules.person_problems(facts, actor.today))
    if not data.get("is_other_person"):
        born = facts.get("birth_year")
        twins = queries.duplicates_of(actor, facts["full_name"], born, actor.today)
        if twins:
            sentence = (
                f"Đã có {len(twins)} người cùng họ tên và năm sinh trong phạm vi. Hãy xem danh sách; nếu "
                "đây là"
                " người khác thì đánh dấu xác nhận rồi lưu lại."
            )
            raise RuleBroken(fields={"is_other_person": [sentence]})
    person = Person(
        **({"code": f"NS{uuid.uuid4().hex[:10].upper()}"} | {k: v for k, v in facts.items() if v})
    )
    for name in ("hard_area_years", "higher_retirement_age"):  # 0 and «no» are known
        setattr(person, name, facts.get(name))
    person.full_clean()
    person.save()
    changes = {name: shown(facts[name]) for name in facts if facts[name] not in (None, "")}
    if "id_number" in changes:
        changes["id_number"] = CHANGED
    audit.record(actor, "person.create", person, changes=changes | {"code": person.code})
    post = {name: data[name] for name in POST_FIELDS if name in data}
    _open_post(Posting(person=person, **post), actor)
    return person


# --- posts -----------------------------------------------------------------------------------------
def _post(posting: Posting) -> rules.Post:
    return rules.Post(posting.unit_id, posting.unit.name, posting.title, posting.valid_from, posting.valid_to)


def _check_post(posting: Posting, actor: Actor) -> None:
    """The rules about a post that is about to be written; the unit is locked when it gets a head."""
    unit, first, last = posting.unit, posting.valid_from, posting.valid_to
    if posting.is_unit_head:
        unit = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    others = Posting.objects.filter(person=posting.person_id).exclude(pk=posting.pk).select_related("unit")
    problems = rules.post_problems(_post(posting), map(_post, others), actor.today)
    problems += rules.unit_problems(unit.name, unit.valid_from, unit.valid_to, first, last)
    if posting.is_unit_head and not problems:
        rows = queries.heads_between(unit, first, last, but=[posting.pk] if posting.pk else [])
        present = rows.select_related("person").first()
        if present is not None:
            name = "người này" if present.person_id == posting.person_id else present.person.full_name
            problems += rules.head_problem(unit.name, name, present.valid_from, present.valid_to)
    refuse(problems)
    posting.full_clean()


def _facts_of_post(posting: Posting) -> dict[str, Any]:
    return {name: getattr(posting, name) for name in POST_FIELDS}


@transaction.atomic
def appoint(
    person: Person,
    unit: Unit,
    title: str,
    *,
    valid_from: date,
    actor: Actor,
    leader_level: str = "none",
    is_unit_head: bool = False,
    is_direct_worker: bool = False,
    valid_to: date | None = None,
    post: str = "",
    document: str = "",
    old_unit_comment: bool | None = None,
) -> Posting:
    """Give a person a post at a unit from a day on.

    Raises Forbidden, RuleBroken (post held already, unit closed, unit has a head), ValidationError.
    """
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    require(actor, "person.edit", unit)
    facts = {
        "title": title,
        "leader_level": leader_level,
        "is_unit_head": is_unit_head,
        "is_direct_worker": is_direct_worker,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "post": post,
        "document": document,
        "old_unit_comment": old_unit_comment,
    }
    return _open_post(Posting(person=person, unit=unit, **facts), actor)


def _open_post(posting: Posting, actor: Actor) -> Posting:
    posting.title, posting.document = " ".join(clean(posting.title).split()), clean(posting.document)
    _check_post(posting, actor)
    posting.save()
    changes = {
        name: shown(value) for name, value in _facts_of_post(posting).items() if value not in (None, "")
    }
    audit.record(actor, "post.appoint", posting, changes={"person": posting.person.code} | changes)
    return posting


def _locked_posting(posting_id: int, actor: Actor) -> Posting:
    """The posting with its person locked. Raises Forbidden."""
    person_id = Posting.objects.values_list("person_id", flat=True).get(pk=posting_id)
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    rows = Posting.objects.select_for_update(of=("self",)).select_related("unit", "person")
    posting = rows.get(pk=posting_id)
    require(actor, "person.edit", posting.unit)
    return posting


@transaction.atomic
def end_posting(posting_id: int, *, valid_to: date, document: str = "", actor: Actor) -> Posting:
    """End a post: valid_to is the first day on which it is no longer held.

    Raises Forbidden, RuleBroken (day before the beginning, too far away), StaleState (ended already).
    """
    posting = _locked_posting(posting_id, actor)
    if posting.valid_to is not None:
        raise StaleState(f"Chức vụ này đã được ghi thôi giữ từ ngày {posting.valid_to:%d/%m/%Y}.")
    posting.valid_to = valid_to
    refuse(rules.post_problems(_post(posting), [], actor.today))
    posting.full_clean()
    posting.save(update_fields=["valid_to"])
    audit.record(actor, "post.end", posting, changes={"valid_to": [None, valid_to]}, note=clean(document))
    return posting


@transaction.atomic
def correct_posting(posting_id: int, data: Mapping[str, Any], *, reason: str, actor: Actor) -> Posting:
    """Put right what was written wrongly about a post; the trail keeps the old values and the reason.

    data: any of POST_FIELDS. Raises Forbidden (also at the new unit), RuleBroken, StaleState (no difference).
    """
    posting = _locked_posting(posting_id, actor)
    before = _facts_of_post(posting)
    for name in POST_FIELDS:
        if name in data:
            value = data[name]
            setattr(posting, name, clean(value) if isinstance(value, str) else value)
    changes = differences(before, _facts_of_post(posting))
    if not changes:
        raise StaleState("Không có nội dung nào khác với bản đang lưu.")
    require(actor, "person.edit", posting.unit)
    _check_post(posting, actor)
    posting.save()
    audit.record(actor, "post.correct", posting, changes=changes, note=clean(reason))
    return posting


@transaction.atomic
def remove_posting(posting_id: int, *, reason: str, actor: Actor) -> Person:
    """Take out a post that never was (written at the wrong person); the trail keeps all of it and the reason.

    Raises Forbidden, RuleBroken (the person's only post).
    """
    posting = _locked_posting(posting_id, actor)
    if not Posting.objects.filter(person=posting.person_id).exclude(pk=posting.pk).exists():
        raise RuleBroken(
            "Đây là chức vụ duy nhất của người này nên không bỏ được. Hãy đính chính thay vì bỏ."
        )
    changes = {name: [shown(value), None] for name, value in _facts_of_post(posting).items()}
    audit.record(
        actor,
        "post.remove",
        posting,
        changes={"person": posting.person.code} | changes,
        note=clean(reason),
    )
    person = posting.person
    posting.delete()
    return person


@transaction.atomic
def transfer(
    posting_id: int,
    unit: Unit,
    title: str,
    *,
    on: date,
    document: str,
    actor: Actor,
    leader_level: str = "none",
    is_unit_head: bool = False,
    is_direct_worker: bool = False,
    post: str = "",
    old_unit_comment: bool | None = None,
) -> Posting:
    """Move a person: the post ends on the day and the new one begins, in one step. Returns the new post.

    The right is needed at the unit left; a receiving unit outside the actor's reach is told and may correct.
    Raises Forbidden, RuleBroken, StaleState (ended already), ValidationError.
    """
    old = _locked_posting(posting_id, actor)
    if old.valid_to is not None and old.valid_to <= on:
        raise StaleState(f"Chức vụ này đã được ghi thôi giữ từ ngày {old.valid_to:%d/%m/%Y}.")
    if not queries.units_to_move_to(actor, on).filter(pk=unit.pk).exists():
        raise RuleBroken(fields={"unit": ["Hãy chọn một đơn vị của Bộ đang hoạt động vào ngày chuyển."]})
    before = old.valid_to
    old.valid_to = on
    problems = rules.post_problems(_post(old), [], actor.today)
    refuse([("on" if name.startswith("valid") else name, text) for name, text in problems])
    old.full_clean()
    old.save(update_fields=["valid_to"])
    new = Posting(
        person=old.person,
        unit=unit,
        title=" ".join(clean(title).split()),
        leader_level=leader_level,
        is_unit_head=is_unit_head,
        is_direct_worker=is_direct_worker,
        valid_from=on,
        post=post,
        document=clean(document),
        old_unit_comment=old_unit_comment,
    )
    _check_post(new, actor)
    new.save()
    told = {
        shown_name: shown(value)
        for shown_name, value in _facts_of_post(new).items()
        if value not in (None, "")
    }
    changes = {"from_unit": old.unit.code, "from_title": old.title, "old_valid_to": [before, on]} | told
    audit.record(actor, "post.transfer", new, changes={"person": old.person.code} | changes)
    if not actor.unit or not unit.is_within(actor.unit):
        text = f"{old.person.full_name} chuyển đến {unit.display_name} từ ngày {on:%d/%m/%Y}. Hãy kiểm "
        "tra hồ sơ."
        url = reverse("units:person-detail", args=[old.person_id])
        notices.send(holders("person.edit", unit, actor.today), "person.arrived", text, url)
    return new


# --- the year --------------------------------------------------------------------------------------
YEAR_FIELDS = ("grade", "months_worked", "maternity_months", "document")


def _save_year(
    person: Person, record: YearRecord | None, year: int, data: Mapping[str, Any], actor: Actor
) -> YearRecord | None:
    """Write one person's year; None when nothing differs. The person is locked and the right was asked."""
    is_new = record is None
    record = record or YearRecord(person=person, year=year)
    before = {name: getattr(record, name) for name in YEAR_FIELDS}
    after = before | {name: data[name] for name in YEAR_FIELDS if name in data}
    after = {name: clean(value) if isinstance(value, str) else value for name, value in after.items()}
    changes = differences(before, after)
    if not changes:
        return None
    months: Decimal | None = after["months_worked"]
    maternity: Decimal | None = after["maternity_months"]
    refuse(rules.year_problems(year, actor.today, born=person.birth_year, months=months, maternity=maternity))
    for name, value in after.items():
        setattr(record, name, value)
    record.version += 0 if is_new else 1
    record.full_clean()
    record.save()
    audit.record(actor, "year_record.save", record, changes={"person": person.code, "year": year} | changes)
    return record


@transaction.atomic
def save_year_record(
    person_id: int, year: int, data: Mapping[str, Any], *, actor: Actor, version: int | None = None
) -> YearRecord | None:
    """Write the grade and months of one person's year; None when nothing differs from what is kept.

    data: any of YEAR_FIELDS, absent keys stay. version: of the record the form was made from, 0 = there was
    none, None = not asked. Raises Forbidden, RuleBroken, StaleState, ValidationError.
    """
    person = locked_person(person_id, actor)
    record = YearRecord.objects.filter(person=person, year=year).first()
    if version is not None and version != (record.version if record else 0):
        raise StaleState(f"{person.full_name}: {FASTER}")
    return _save_year(person, record, year, data, actor)


@transaction.atomic
def save_year_grid(
    unit_id: int, year: int, rows: Iterable[tuple[int, int, Mapping[str, Any]]], *, actor: Actor
) -> int:
    """Write the year of many people of one unit; returns how many changed. All or nothing.

    rows: (person id, version of the record seen, 0 = there was none, values). A row that differs from what is
    kept and was made from an older version refuses the whole. Raises Forbidden, RuleBroken, StaleState.
    """
    wanted = {person_id: (version, data) for person_id, version, data in rows}
    unit = Unit.objects.get(pk=unit_id)
    staff = queries.staff_of_year(unit, year, actor.today).filter(pk__in=wanted)
    people = list(
        Person.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=list(staff.values_list("pk", flat=True)))
        .order_by("pk")
    )
    require(actor, "person.edit", unit)
    if len(people) < len(wanted):
        raise StaleState(
            "Danh sách người của đơn vị vừa thay đổi. Hãy tải lại trang; phần đã gõ vẫn được giữ."
        )
    records = queries.grades_of([person.pk for person in people], year)
    count = 0
    for person in people:
        version, data = wanted[person.pk]
        record = records.get(person.pk)
        try:
            saved = _save_year(person, record, year, data, actor)
        except RuleBroken as error:
            raise RuleBroken(f"{person.full_name}: {error}") from error
        if saved is not None and version != (saved.version - 1 if record else 0):
            raise StaleState(
                f"{person.full_name}: kết quả năm {year} vừa được người khác ghi. Hãy tải lại trang."
            )
        count += saved is not None
    return count
