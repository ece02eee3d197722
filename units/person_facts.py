"""What units know about people for the rules of the law, gathered for one or for fifty thousand at once.

None or a missing key = not known, never «no». Discipline, holds, training and secondment are registers
that the unit keeps: an empty one says there is nothing in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from units.choices import LeadingPost, PersonStatus
from units.models import Discipline, Hold, Person, Posting, Secondment, Training, YearRecord
from units.people_rules import merged, months_in_year_before, whole_months, whole_years

STATUS_CODES: dict[Any, str] = {
    PersonStatus.OFFICIAL: "can_bo",
    PersonStatus.CIVIL_SERVANT: "cong_chuc",
    PersonStatus.PUBLIC_EMPLOYEE: "vien_chuc",
    PersonStatus.WORKER: "nguoi_lao_dong",
    PersonStatus.OTHER: "khac",
}
# A first post that begins at most this many days after recruitment: the career is told from its beginning.
GRACE_DAYS = 31


@dataclass(frozen=True)
class DisciplineFact:
    kind: str
    decided_on: date
    ended_on: date | None


@dataclass(frozen=True)
class HoldFact:
    kind: str
    opened_on: date
    closed_on: date | None
    clean: bool | None


@dataclass(frozen=True)
class TrainingFact:
    """months: length of the course; result "" and rules_kept None = not known."""

    year: int
    months: Decimal
    result: str
    rules_kept: bool | None


@dataclass(frozen=True)
class TransferFact:
    """A move between units. months_in_old_unit: of the year of the move."""

    on: date
    old_unit: str
    new_unit: str
    months_in_old_unit: int
    old_unit_comment: bool | None


@dataclass(frozen=True)
class SecondmentFact:
    from_unit_decides: bool | None
    receiving_unit_confirms: bool | None


@dataclass(frozen=True)
class PostFact:
    """Time in one of the posts the law counts; `to` None = still held."""

    post: str
    months: int
    first: date
    to: date | None

    @property
    def post_label(self) -> str:
        return LeadingPost(self.post).label


@dataclass
class PersonFacts:
    """One person on a day. career_is_known: the posts on record begin with recruitment; only then are the
    sums over posts (leader_years, posts) complete.

    months_worked is without maternity leave; sector_years is before deduction of disciplinary time;
    hard_area_years is consecutive. status: code of the contract («cong_chuc»).
    """

    person_id: int
    full_name: str
    sex: str
    status: str | None = None
    birth_year: int | None = None
    is_head: bool | None = None
    direct_worker: bool | None = None
    leader_level: str | None = None
    unit_id: int | None = None
    recruited_on: date | None = None
    retiring_on: date | None = None
    grades: dict[int, str] = field(default_factory=dict)
    months_worked: dict[int, Decimal] = field(default_factory=dict)
    maternity_months: dict[int, Decimal] = field(default_factory=dict)
    discipline: list[DisciplineFact] = field(default_factory=list)
    holds: list[HoldFact] = field(default_factory=list)
    training: list[TrainingFact] = field(default_factory=list)
    transfers: list[TransferFact] = field(default_factory=list)
    secondment: SecondmentFact | None = None
    work_years: int | None = None
    sector_years: int | None = None
    hard_area_years: Decimal | None = None
    leader_years: int | None = None
    higher_retirement_age: bool | None = None
    posts: list[PostFact] = field(default_factory=list)
    career_from: date | None = None
    career_is_known: bool = False

    def subject(self) -> dict[str, Any]:
        """The facts in the shape of a `subject` of check_eligibility: what is not known has no key."""
        known: dict[str, Any] = {"kind": "person", "sex": self.sex}
        names = (
            "status is_head direct_worker recruited_on work_years sector_years hard_area_years leader_years"
            " higher_retirement_age"
        )
        known |= {name: getattr(self, name) for name in names.split() if getattr(self, name) is not None}
        for name in ("grades", "months_worked", "maternity_months"):
            if getattr(self, name):
                known[name] = {str(year): value for year, value in sorted(getattr(self, name).items())}
        known["discipline"] = [vars(fact) for fact in self.discipline]
        known["holds"] = [vars(fact) for fact in self.holds]
        known["training"] = [_known(vars(fact)) for fact in self.training]
        known["transfers"] = [
            _known(
                {
                    "on": move.on,
                    "months_in_old_unit": move.months_in_old_unit,
                    "old_unit_comment": move.old_unit_comment,
                }
            )
            for move in self.transfers
        ]
        known["secondment"] = _known(vars(self.secondment)) if self.secondment else None
        known["retiring_on"] = self.retiring_on
        if self.career_is_known:
            known["posts"] = [
                {"post": row.post, "months": row.months, "from": row.first, "to": row.to}
                for row in self.posts
            ]
        return {name: _plain(value) for name, value in known.items()}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    """Days as ISO texts, numbers as JSON knows them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _among(rows: QuerySet[Any], ids: list[int], name: str = "person_id") -> QuerySet[Any]:
    """Rows of the people, however many: the ids travel as one array."""
    return rows.filter(**{f"{name}__in": RawSQL("SELECT unnest(%s::bigint[])", [ids])})


def facts_of(people: Iterable[int], on: date, years: Iterable[int] | None = None) -> dict[int, PersonFacts]:
    """person id → facts as they stand on the day; years: those whose grades are asked (None = all up to it).

    What had not yet happened on the day is left out. Seven queries, for one person and for all.
    """
    ids = sorted(set(people))
    rows = _among(Person.objects.order_by(), ids, "pk")
    facts = {row.pk: _of_person(row, on) for row in rows.iterator(chunk_size=5000)}
    _add_years(facts, ids, on, years)
    registers: tuple[tuple[QuerySet[Any], Any], ...] = (
        (
            Discipline.objects.filter(is_revoked=False, decided_on__lte=on).order_by("decided_on"),
            _add_discipline,
        ),
        (Hold.objects.filter(opened_on__lte=on).order_by("opened_on"), _add_hold),
        (Training.objects.filter(year__lte=on.year).order_by("year"), _add_training),
        (Secondment.objects.filter(valid_from__lte=on).order_by("valid_from"), _add_secondment),
    )
    for rows, add in registers:
        for row in _among(rows, ids):
            add(facts[row.person_id], row, on)
    careers: dict[int, list[Posting]] = {}
    posts = Posting.objects.filter(valid_from__lte=on).select_related("unit").order_by("valid_from", "pk")
    posts = posts.only(
        "person_id", "unit_id", "unit__name", "leader_level", "is_unit_head", "is_direct_worker",
        "valid_from", "valid_to", "post", "old_unit_comment",
    )  # fmt: skip
    for post in _among(posts, ids):
        careers.setdefault(post.person_id, []).append(post)
    for pk, career in careers.items():
        _add_career(facts[pk], career, on)
    return facts


def _of_person(person: Person, on: date) -> PersonFacts:
    return PersonFacts(
        person_id=person.pk,
        full_name=person.full_name,
        sex=person.sex,
        status=STATUS_CODES.get(person.status),
        birth_year=person.birth_year,
        recruited_on=person.recruited_on,
        retiring_on=person.retiring_on,
        work_years=whole_years(person.recruited_on, on),
        sector_years=whole_years(person.sector_since, on),
        hard_area_years=person.hard_area_years,
        higher_retirement_age=person.higher_retirement_age,
    )


def _add_years(facts: dict[int, PersonFacts], ids: list[int], on: date, years: Iterable[int] | None) -> None:
    rows = _among(YearRecord.objects.filter(year__lte=on.year).order_by("year"), ids)
    if years is not None:
        rows = rows.filter(year__in=list(years))
    for row in rows:
        person = facts[row.person_id]
        if row.grade:
            person.grades[row.year] = row.grade
        if row.months_worked is not None:
            person.months_worked[row.year] = row.months_worked
        if row.maternity_months is not None:
            person.maternity_months[row.year] = row.maternity_months


def _add_discipline(facts: PersonFacts, row: Discipline, on: date) -> None:
    facts.discipline.append(DisciplineFact(row.kind, row.decided_on, row.ended_on))


def _add_hold(facts: PersonFacts, row: Hold, on: date) -> None:
    is_over = row.closed_on is not None and row.closed_on <= on
    clean = row.is_clean if is_over else None
    facts.holds.append(HoldFact(row.kind, row.opened_on, row.closed_on if is_over else None, clean))


def _add_training(facts: PersonFacts, row: Training, on: date) -> None:
    facts.training.append(TrainingFact(row.year, row.months, row.result, row.rules_kept))


def _add_secondment(facts: PersonFacts, row: Secondment, on: date) -> None:
    if row.valid_to is None or row.valid_to > on:
        facts.secondment = SecondmentFact(row.from_unit_decides, row.receiving_unit_confirms)


def _add_career(facts: PersonFacts, career: list[Posting], on: date) -> None:
    """career: posts begun by the day, the oldest first."""
    facts.career_from = career[0].valid_from
    recruited = facts.recruited_on
    facts.career_is_known = recruited is not None and (facts.career_from - recruited).days <= GRACE_DAYS
    held = [post for post in career if post.valid_to is None or post.valid_to > on]
    if held:
        leading = max(held, key=lambda post: (post.is_unit_head, post.is_leader, post.valid_from))
        facts.is_head = any(post.is_unit_head for post in held)
        facts.direct_worker = any(post.is_direct_worker for post in held)
        facts.leader_level, facts.unit_id = leading.leader_level, leading.unit_id
    if facts.career_is_known:
        spans = merged((post.valid_from, _end(post, on)) for post in career if post.is_leader)
        facts.leader_years = sum(whole_months(*span) for span in spans) // 12
    facts.posts = _leading_posts(career, on)
    facts.transfers = _transfers(career)


def _end(post: Posting, on: date) -> date:
    return on if post.valid_to is None or post.valid_to > on else post.valid_to


def _leading_posts(career: list[Posting], on: date) -> list[PostFact]:
    kinds: dict[str, list[Posting]] = {}
    for post in career:
        if post.post:
            kinds.setdefault(post.post, []).append(post)
    found = []
    for kind, posts in kinds.items():
        is_held = any(post.valid_to is None or post.valid_to > on for post in posts)
        for first, last in merged((post.valid_from, _end(post, on)) for post in posts):
            to = None if is_held and last == on else last
            found.append(PostFact(kind, whole_months(first, last), first, to))
    return sorted(found, key=lambda fact: (fact.first, fact.post))


def _transfers(career: list[Posting]) -> list[TransferFact]:
    """Moves: everything held before has ended, the last of it at another unit. A second post beside one still
    held is no move.
    """
    found = []
    for at, post in enumerate(career):
        earlier = career[:at]
        ended = [old for old in earlier if old.valid_to is not None and old.valid_to <= post.valid_from]
        if not ended or len(ended) < len(earlier):
            continue
        last = max(ended, key=lambda old: old.valid_to)
        if any(old.unit_id == post.unit_id and old.valid_to == last.valid_to for old in ended):
            continue
        spans = merged((old.valid_from, old.valid_to) for old in ended if old.unit_id == last.unit_id)
        months = months_in_year_before(last.valid_to, spans[-1][0])
        found.append(
            TransferFact(post.valid_from, last.unit.name, post.unit.name, months, post.old_unit_comment)
        )
    return found


@dataclass(frozen=True)
class Missing:
    """A fact the rules will ask for. place: the part of the form or page where it is written down."""

    label: str
    place: str


def missing_of(facts: PersonFacts, year: int) -> list[Missing]:
    """What is still unknown for judging the person's titles of the year, in the order of the forms."""
    plain = (
        ("status", "đối tượng (công chức, viên chức, …)"),
        ("recruited_on", "ngày tuyển dụng"),
        ("birth_year", "năm sinh"),
        ("sector_years", "ngày vào ngành"),
    )
    found = [Missing(label, "person") for name, label in plain if getattr(facts, name) is None]
    if facts.is_head is None:
        found.append(Missing("chức vụ, vị trí đang giữ", "posts"))
    if facts.recruited_on is not None and facts.career_from is not None and not facts.career_is_known:
        found.append(Missing(f"quá trình công tác trước ngày {facts.career_from:%d/%m/%Y}", "posts"))
    first = max(year - 1, facts.recruited_on.year if facts.recruited_on else 0)
    years = [y for y in range(first, year + 1) if y not in facts.grades]
    if years:
        found.append(Missing("xếp loại năm " + ", ".join(str(y) for y in years), "years"))
    if year not in facts.months_worked:
        found.append(Missing(f"số tháng làm việc năm {year}", "years"))
    for move in facts.transfers:
        if move.on.year == year and move.months_in_old_unit >= 6 and move.old_unit_comment is None:
            found.append(Missing(f"nhận xét của {move.old_unit} (chuyển {move.on:%d/%m/%Y})", "posts"))
    for course in facts.training:
        if course.year == year and course.months >= 12 and not course.result:
            found.append(Missing(f"kết quả khóa đào tạo năm {course.year}", "training"))
    if facts.secondment is not None and facts.secondment.receiving_unit_confirms is None:
        found.append(Missing("xác nhận của đơn vị nhận biệt phái", "secondment"))
    return found
