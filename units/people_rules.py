"""What may be said of a person: plausible days and years, posts that do not collide, what is still missing.

Pure functions over values. A problem is (field, Vietnamese sentence); no problem is an empty list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

Problems = list[tuple[str, str]]

FIRST_DAY = date(1945, 9, 2)
FIRST_YEAR = 1990
YOUNGEST, OLDEST = 15, 70
AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Post:
    """A post as the rules see it; valid_to exclusive, None = still held."""

    unit_id: int
    unit_name: str
    title: str
    valid_from: date
    valid_to: date | None = None

    def overlaps(self, other: "Post") -> bool:
        """Whether both are held on at least one day."""
        begins = max(self.valid_from, other.valid_from)
        ends = [end for end in (self.valid_to, other.valid_to) if end is not None]
        return not ends or begins < min(ends)


def period_text(valid_from: date, valid_to: date | None) -> str:
    """«từ 01/03/2021 đến nay» or «từ 01/03/2021 đến trước 01/06/2023»."""
    end = f"đến trước {valid_to:%d/%m/%Y}" if valid_to else "đến nay"
    return f"từ {valid_from:%d/%m/%Y} {end}"


def day_problems(field: str, day: date | None, today: date, *, what: str, ahead: bool = False) -> Problems:
    """A day the records can hold: from 02/09/1945 to today (a year ahead for planned things)."""
    if day is None:
        return []
    if day < FIRST_DAY:
        return [(field, f"{what} {day:%d/%m/%Y} quá xa trong quá khứ; hãy kiểm tra lại năm.")]
    limit = today + AHEAD if ahead else today
    if day > limit:
        late = f"muộn hơn {limit:%d/%m/%Y}" if ahead else "ở tương lai"
        return [(field, f"{what} {day:%d/%m/%Y} {late}; hãy kiểm tra lại.")]
    return []


def person_problems(facts: Mapping[str, object], today: date) -> Problems:
    """Birth year, recruitment, entry into the sector and retirement against each other.

    facts: birth_year, recruited_on, sector_since, hard_area_years, retiring_on; missing or None = not known.
    """
    born, recruited = facts.get("birth_year"), facts.get("recruited_on")
    sector, retiring = facts.get("sector_since"), facts.get("retiring_on")
    hard = facts.get("hard_area_years")
    found: Problems = []
    if isinstance(born, int) and not 1900 <= born <= today.year - YOUNGEST:
        found.append(("birth_year", f"Năm sinh phải từ 1900 đến {today.year - YOUNGEST}."))
        born = None
    for field, day, what in (
        ("recruited_on", recruited, "Ngày tuyển dụng"),
        ("sector_since", sector, "Ngày vào ngành"),
    ):
        if not isinstance(day, date):
            continue
        found += day_problems(field, day, today, what=what)
        if isinstance(born, int) and not YOUNGEST <= day.year - born <= OLDEST:
            found.append(
                (field, f"{what} {day:%d/%m/%Y} không hợp với năm sinh {born} ({day.year - born} tuổi).")
            )
    if isinstance(retiring, date):
        if isinstance(recruited, date) and retiring <= recruited:
            found.append(("retiring_on", "Ngày nghỉ hưu phải sau ngày tuyển dụng."))
        if isinstance(born, int) and not 40 <= retiring.year - born <= 80:
            age = retiring.year - born
            found.append(("retiring_on", f"Ngày nghỉ hưu không hợp với năm sinh {born} ({age} tuổi)."))
    if isinstance(hard, Decimal) and isinstance(recruited, date):
        worked = Decimal((today - recruited).days) / Decimal("365.25")
        if hard > worked + 1:
            found.append(("hard_area_years", "Số năm ở vùng đặc biệt khó khăn nhiều hơn số năm công tác."))
    return found


def post_problems(post: Post, others: Iterable[Post], today: date) -> Problems:
    """A post against the calendar and the person's other posts: the same post is not held twice at once."""
    found = day_problems("valid_from", post.valid_from, today, what="Ngày bắt đầu", ahead=True)
    found += day_problems("valid_to", post.valid_to, today, what="Ngày thôi giữ chức vụ", ahead=True)
    if post.valid_to is not None and post.valid_to <= post.valid_from:
        return [*found, ("valid_to", "Ngày thôi giữ chức vụ phải sau ngày bắt đầu.")]
    title = post.title.casefold()
    for other in others:
        if other.unit_id == post.unit_id and other.title.casefold() == title and post.overlaps(other):
            held = period_text(other.valid_from, other.valid_to)
            found.append(("valid_from", f"Người này đã giữ «{other.title}» tại {other.unit_name} {held}."))
            break
    return found


def unit_problems(
    name: str, opened: date | None, closed: date | None, first: date, last: date | None
) -> Problems:
    """A post lies within the life of its unit. closed: first day without the unit; last: end of the post
    (exclusive).
    """
    if opened is not None and first < opened:
        return [("unit", f"{name} chỉ có từ ngày {opened:%d/%m/%Y}, sau ngày bắt đầu chức vụ.")]
    if closed is not None and (first >= closed or (last is not None and last > closed)):
        return [("unit", f"{name} không còn hoạt động từ ngày {closed:%d/%m/%Y}. Hãy chọn đơn vị kế thừa.")]
    return []


def head_problem(unit_name: str, head_name: str, valid_from: date, valid_to: date | None) -> Problems:
    """A unit has one head at a time; the sentence names the present one."""
    return [
        (
            "is_unit_head",
            f"{unit_name} đã có thủ trưởng là {head_name} ({period_text(valid_from, valid_to)}). Hãy ghi "
            "người"
            " đó thôi giữ chức vụ trước, hoặc bỏ đánh dấu «thủ trưởng».",
        )
    ]


def year_problems(
    year: int, today: date, *, born: int | None, months: Decimal | None, maternity: Decimal | None
) -> Problems:
    """A year that can have a result, and months that fit into it."""
    found: Problems = []
    if not FIRST_YEAR <= year <= today.year:
        found.append(("year", f"Năm phải từ {FIRST_YEAR} đến {today.year}."))
    elif born is not None and year < born + YOUNGEST:
        found.append(
            ("year", f"Năm {year} người này mới {year - born} tuổi; hãy kiểm tra năm hoặc năm sinh.")
        )
    for field, value in (("months_worked", months), ("maternity_months", maternity)):
        if value is not None and not 0 <= value <= 12:
            found.append((field, "Số tháng phải từ 0 đến 12."))
    if not found and (months or 0) + (maternity or 0) > 12:
        found.append(
            ("maternity_months", "Số tháng làm việc và số tháng nghỉ thai sản cộng lại quá 12 tháng.")
        )
    return found


def discipline_problems(decided_on: date, ended_on: date | None, today: date) -> Problems:
    """A disciplinary decision has been made; it ends after it began, five years later at most."""
    found = day_problems("decided_on", decided_on, today, what="Ngày quyết định")
    if ended_on is not None and ended_on < decided_on:
        found.append(("ended_on", "Ngày hết hiệu lực không được trước ngày quyết định."))
    elif ended_on is not None and ended_on > decided_on + 5 * AHEAD:
        found.append(("ended_on", "Ngày hết hiệu lực cách ngày quyết định quá 5 năm; hãy kiểm tra lại."))
    return found


def hold_problems(opened_on: date, closed_on: date | None, is_clean: bool | None, today: date) -> Problems:
    """A hold has begun; when it ends, both the day and the conclusion are written down."""
    found = day_problems("opened_on", opened_on, today, what="Ngày bắt đầu")
    found += day_problems("closed_on", closed_on, today, what="Ngày kết thúc")
    if closed_on is not None and closed_on < opened_on:
        found.append(("closed_on", f"Ngày kết thúc không được trước ngày bắt đầu {opened_on:%d/%m/%Y}."))
    if closed_on is not None and is_clean is None:
        found.append(("is_clean", "Hãy ghi kết luận: có vi phạm hay không."))
    return found


def secondment_problems(valid_from: date, valid_to: date | None, today: date) -> Problems:
    """A secondment begins within a year from now at the latest and ends after it began."""
    found = day_problems("valid_from", valid_from, today, what="Ngày bắt đầu", ahead=True)
    if valid_to is not None and valid_to <= valid_from:
        found.append(("valid_to", "Ngày kết thúc biệt phái phải sau ngày bắt đầu."))
    elif valid_to is not None and valid_to > valid_from + 10 * AHEAD:
        found.append(("valid_to", "Thời gian biệt phái quá 10 năm; hãy kiểm tra lại."))
    return found


# --- counting time -------------------------------------------------------------------------------
def whole_months(first: date, last: date) -> int:
    """Full months from the first day to the last (exclusive); 0 when they are the wrong way round."""
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(months, 0)


def whole_years(first: date | None, last: date) -> int | None:
    """Full years from the first day to the last; None when the first is not known."""
    return whole_months(first, last) // 12 if first is not None else None


def merged(periods: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Periods (last day exclusive) without overlaps, in order; touching ones become one."""
    result: list[tuple[date, date]] = []
    for first, last in sorted(periods):
        if result and first <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        elif first < last:
            result.append((first, last))
    return result


def months_in_year_before(left_on: date, held_from: date) -> int:
    """Months of the year of a move spent in the unit left (the year before, for a move at new year).

    From six on its written comment is asked. Source: R-LDTT-8
    """
    is_new_year = left_on == date(left_on.year, 1, 1)
    first = date(left_on.year - is_new_year, 1, 1)
    return whole_months(max(held_from, first), left_on)


def grading_year(today: date) -> int:
    """The year whose grades are in hand: this one from December on, else the last."""
    return today.year if today.month == 12 else today.year - 1
