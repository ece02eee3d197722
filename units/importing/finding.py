"""Finding what a sheet speaks of: units by code or name, of today or of an old day; people by code, identity
number, or name and birth year. Everything for a slice of rows with a fixed number of queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from django.db.models import Q

from core.sheets.kinds import Context, Row
from core.sheets.values import Field
from core.text import search_key
from units.choices import LeaderLevel
from units.models import Person, Posting, Unit, UnitName
from units.permissions import Actor, allows, scope

PERSON_FIELDS = (
    Field(
        "code",
        "Mã nhân sự",
        synonyms=(
            "Mã NS",
            "Mã cán bộ",
            "Mã CBCC",
            "Mã CBCCVC",
            "Mã nhân viên",
            "Mã số cán bộ",
            "Số hiệu cán bộ",
        ),
        help="Mã trong hệ thống; để trống nếu chưa có.",
        example="NS0001",
        group="Cá nhân",
        max_length=20,
    ),
    Field(
        "full_name",
        "Họ và tên",
        synonyms=("Họ tên", "Họ và tên cá nhân", "Họ tên cán bộ", "Tên cá nhân", "Họ và tên khai sinh"),
        is_required=True,
        help="Đủ họ, tên đệm, tên.",
        example="Nguyễn Thị Thanh Hoà",
        group="Cá nhân",
        max_length=120,
    ),
    Field(
        "birth_year",
        "Năm sinh",
        "year",
        synonyms=("Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "NS", "Năm sinh (yyyy)"),
        help="4 chữ số; nếu là ngày sinh, hệ thống lấy năm.",
        example="1985",
        group="Cá nhân",
    ),
    Field(
        "id_number",
        "Số định danh cá nhân",
        "id_number",
        synonyms=(
            "Số CCCD",
            "CCCD",
            "Số căn cước",
            "Căn cước công dân",
            "Số căn cước công dân",
            "Số định danh",
        ),
        help="12 chữ số; định dạng ô là Văn bản.",
        example="001185012345",
        group="Cá nhân",
    ),
)
UNIT_FIELD = Field(
    "unit",
    "Đơn vị",
    synonyms=(
        "Tên đơn vị",
        "Mã đơn vị",
        "Đơn vị công tác",
        "Cơ quan, đơn vị",
        "Phòng ban",
        "Phòng, ban",
        "Nơi công tác",
    ),
    help="Tên, tên viết tắt hoặc mã đơn vị.",
    example="Vụ Tổ chức cán bộ",
    group="Chức vụ",
)


# --- units ---------------------------------------------------------------------------------------
@dataclass
class UnitIndex:
    """Units by the names they bear or bore. day: only names of that day count first."""

    by_code: dict[str, Unit] = field(default_factory=dict)
    names: dict[str, list[tuple[Unit, date | None, date | None]]] = field(default_factory=dict)

    def add(self, unit: Unit, name: str, first: date | None, last: date | None) -> None:
        """Note a name of a unit and when it was in use (last exclusive)."""
        if key := search_key(name):
            self.names.setdefault(key, []).append((unit, first, last))

    def find(self, text: str, day: date | None = None) -> list[Unit]:
        """The units a text may mean; of several those named so on the day, when there are any."""
        if unit := self.by_code.get(text.strip().casefold()):
            return [unit]
        found = self.names.get(search_key(text), [])
        if day is not None:
            on_day = [r for r in found if (r[1] is None or r[1] <= day) and (r[2] is None or day < r[2])]
            found = on_day or found
        return list({unit.pk: unit for unit, _, _ in found}.values())

    def near(self, text: str) -> list[Unit]:
        """Units with a similar name."""
        keys = get_close_matches(search_key(text), list(self.names), n=4, cutoff=0.75)
        return list({unit.pk: unit for key in keys for unit, _, _ in self.names[key]}.values())


def units_within(actor: Actor, day: date | None, permission: str) -> UnitIndex:
    """Units of the actor's reach: open on the day, or (None) all that ever were, with their former names."""
    index = UnitIndex()
    rows = Unit.objects.filter(scope(actor, permission, ""))
    if day is not None:
        rows = rows.open_on(day)
    units = {unit.pk: unit for unit in rows.order_by("path")}
    former: dict[int, date] = {}
    if day is None:
        for old in UnitName.objects.filter(unit__in=units):
            unit = units[old.unit_id]
            for name in (old.name, old.short_name):
                index.add(unit, name, old.valid_from or unit.valid_from, old.valid_to)
            former[unit.pk] = max(former.get(unit.pk, date.min), old.valid_to)
    for unit in units.values():
        index.by_code[unit.code.casefold()] = unit
        for name in (unit.name, unit.short_name):
            index.add(unit, name, former.get(unit.pk, unit.valid_from), unit.valid_to)
    return index


def unit_label(unit: Unit, names: dict[str, str] | None = None) -> str:
    """A unit as a person tells it from its namesakes."""
    above = unit.path.strip("/").split("/")[-2:-1]
    upper = f", thuộc {(names or {}).get(above[0], above[0])}" if above else ""
    closed = f", đến {unit.valid_to:%d/%m/%Y}" if unit.valid_to else ""
    return f"{unit.name} ({unit.code}{upper}{closed})"


def find_unit(row: Row, name: str, index: UnitIndex, day: date | None = None) -> Unit | None:
    """The unit a row names in a field; a fault with candidates when it is none or several."""
    text = row.data.get(name)
    if not text:
        return None
    names = {unit.code: unit.display_name for unit in index.by_code.values()}
    found = index.find(text, day)
    if len(found) == 1:
        return found[0]
    if found:
        choices = [(unit.code, unit_label(unit, names)) for unit in found]
        row.fault(
            name, f"Có {len(found)} đơn vị tên «{text}». Hãy chọn đúng đơn vị hoặc ghi mã đơn vị.", choices
        )
        return None
    near = [(unit.code, unit_label(unit, names)) for unit in index.near(text)]
    advice = (
        "Hãy chọn đơn vị gần giống hoặc ghi đúng tên, mã." if near else "Hãy ghi đúng tên hoặc mã đơn vị."
    )
    row.fault(name, f"Không có đơn vị «{text[:80]}» trong phạm vi của vai trò đang dùng. {advice}", near)
    return None


# --- people --------------------------------------------------------------------------------------
@dataclass
class PeopleIndex:
    """People a slice of rows may mean, with their posts."""

    actor: Actor
    today: date
    by_code: dict[str, Person] = field(default_factory=dict)
    by_id: dict[str, Person] = field(default_factory=dict)
    by_name: dict[str, list[Person]] = field(default_factory=dict)
    posts: dict[int, list[Posting]] = field(default_factory=dict)

    def posts_that_count(self, person: Person) -> list[Posting]:
        """Posts held now or later; when there are none, the last one."""
        posts = self.posts.get(person.pk, [])
        lasting = self.lasting(person)
        return lasting or sorted(posts, key=lambda p: p.valid_to or date.max)[-1:]

    def lasting(self, person: Person) -> list[Posting]:
        """Posts that have not ended."""
        return [p for p in self.posts.get(person.pk, []) if p.valid_to is None or p.valid_to > self.today]

    def reaches(self, person: Person, permission: str) -> bool:
        """Whether the actor's right extends to a unit the person belongs to."""
        return any(allows(self.actor, permission, post.unit) for post in self.posts_that_count(person))

    def label(self, person: Person) -> str:
        """A person as others tell them from their namesakes."""
        posts = self.posts_that_count(person)
        born = f", sinh năm {person.birth_year}" if person.birth_year else ""
        post = f", {posts[0].title} – {posts[0].unit.display_name}" if posts else ""
        return f"{person.full_name} ({person.code}{born}{post})"

    def choices(self, people: Iterable[Person]) -> list[tuple[str, str]]:
        """Candidates to pick from."""
        return [(person.code, self.label(person)) for person in people][:8]


def people_of(rows: Sequence[Row], context: Context, name_field: str = "full_name") -> PeopleIndex:
    """Everybody the rows may mean; locked when they are about to be changed. Two queries."""
    codes = {row.data["code"] for row in rows if row.data.get("code")}
    numbers = {row.data["id_number"] for row in rows if row.data.get("id_number")}
    names = {search_key(row.data[name_field])[:160] for row in rows if row.data.get(name_field)}
    wanted = Q(code__in=codes) | Q(id_number__in=numbers) | Q(search_key__in=names)
    people = Person.objects.filter(wanted).order_by("pk")
    if context.is_taking:
        people = people.select_for_update(of=("self",), no_key=True)
    index = PeopleIndex(context.actor, context.today)
    found = {person.pk: person for person in people}
    for person in found.values():
        index.by_code[person.code.casefold()] = person
        if person.id_number:
            index.by_id[person.id_number] = person
        index.by_name.setdefault(person.search_key, []).append(person)
    for post in Posting.objects.filter(person__in=found).select_related("unit").order_by("pk"):
        post.person = found[post.person_id]
        index.posts.setdefault(post.person_id, []).append(post)
    return index


ELSEWHERE = (
    "{what} đang thuộc người của đơn vị ngoài phạm vi của vai trò đang dùng. Nếu người này chuyển đến, "
    "hãy làm thủ tục "
    "chuyển đơn vị; nếu ghi nhầm, hãy sửa ô này."
)


def find_person(
    row: Row, index: PeopleIndex, unit: Unit | None, permission: str, name_field: str = "full_name"
) -> Person | None:
    """The person a row names, None when there is none or it is not clear (then a fault stands in the row)."""
    code, number = row.data.get("code"), row.data.get("id_number")
    name = row.data.get(name_field) or ""
    by_code = index.by_code.get(code.casefold()) if code else None
    by_number = index.by_id.get(number) if number else None
    if by_code is not None and by_number is not None and by_code.pk != by_number.pk:
        row.fault(
            "id_number", "Mã nhân sự và số định danh thuộc hai người khác nhau. Hãy kiểm tra lại hai ô."
        )
        return None
    if code and by_code is None and by_number is not None:
        if index.reaches(by_number, permission):
            text = (
                f"Số định danh này đang ghi cho người có mã {by_number.code}. Hãy sửa mã nhân sự hoặc "
                "số định danh."
            )
            row.fault("id_number", text)
        else:
            row.fault("id_number", ELSEWHERE.format(what="Số định danh này"))
        return None
    person = by_code or by_number
    if person is not None:
        field_name = "code" if by_code is not None else "id_number"
        if not index.reaches(person, permission):
            row.fault(
                field_name,
                ELSEWHERE.format(what="Mã nhân sự này" if by_code is not None else "Số định danh này"),
            )
            return None
        if _is_somebody_else(row, person, name):
            row.fault(
                field_name,
                f"Đang là của {index.label(person)}, khác cả họ tên và năm sinh. Hãy kiểm tra lại ô này.",
            )
            return None
        return person
    return _by_name(row, index, unit, permission, name) if name and not code else None


def _is_somebody_else(row: Row, person: Person, name: str) -> bool:
    born = row.data.get("birth_year")
    differs = born is not None and person.birth_year is not None and born != person.birth_year
    return bool(name) and search_key(name)[:160] != person.search_key and differs


def namesakes(row: Row, index: PeopleIndex, permission: str, name: str) -> list[Person]:
    """People of the actor's reach with the row's name and no other birth year or identity number."""
    born, number = row.data.get("birth_year"), row.data.get("id_number")
    return [
        person
        for person in index.by_name.get(search_key(name)[:160], [])
        if (born is None or person.birth_year is None or person.birth_year == born)
        and not (number and person.id_number and number != person.id_number)
        and index.reaches(person, permission)
    ]


def _by_name(row: Row, index: PeopleIndex, unit: Unit | None, permission: str, name: str) -> Person | None:
    found = namesakes(row, index, permission, name)
    if row.data.get("is_other_person"):
        return None
    if unit is not None and len(found) > 1:
        found = [
            p for p in found if any(post.unit_id == unit.pk for post in index.posts_that_count(p))
        ] or found
    if len(found) == 1:
        return found[0]
    if found:
        text = f"Có {len(found)} người trùng họ tên «{name}». Hãy chọn đúng người hoặc ghi mã nhân sự."
        row.fault("code", text, index.choices(found))
    return None


def person_tokens(row: Row) -> list[tuple[str, str]]:
    """By what two rows are the same person: code, identity number, else name with birth year and unit."""
    tokens = []
    if code := row.data.get("code"):
        tokens.append(("code", f"code:{code.casefold()}"))
    if number := row.data.get("id_number"):
        tokens.append(("id_number", f"id:{number}"))
    if not tokens and row.data.get("full_name"):
        unit = search_key(row.data.get("unit") or "")
        key = f"{search_key(row.data['full_name'])}:{row.data.get('birth_year')}:{unit}"
        tokens.append(("full_name", f"name:{key}"))
    return tokens


LEVEL_LABELS = {
    LeaderLevel.NONE: ("Không", "Không giữ chức vụ lãnh đạo"),
    LeaderLevel.DEPARTMENT_HEAD: ("Cấp trưởng",),
    LeaderLevel.DEPARTMENT_DEPUTY: ("Cấp phó",),
    LeaderLevel.DIVISION_HEAD: ("Trưởng phòng",),
    LeaderLevel.DIVISION_DEPUTY: ("Phó trưởng phòng", "Phó phòng"),
}
