"""Everything that is wrong with a scheme, said when it is set up: with its place and how to mend it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from campaigns.scoring import words
from campaigns.scoring.faults import BadData, Fault
from campaigns.scoring.formulas import BASE, BONUS, CONDITION, PENALTY, SIDE
from campaigns.scoring.scheme import (
    KINDS,
    NOT_ASKED,
    UNIT,
    Division,
    Gate,
    Group,
    Item,
    Scheme,
    TieStep,
)
from campaigns.scoring.scheme_reading import read_scheme

ZERO = Decimal(0)
LARGEST = Decimal(10**6)


def check_scheme(scheme: Scheme | Mapping[str, Any], place: str = "") -> list[Fault]:
    """All faults of a scheme, or of the JSON of one; grave ones forbid scoring, the others are advice."""
    if isinstance(scheme, Scheme):
        return list(_all(scheme, frozenset(), is_whole=True, place=place))
    reading = read_scheme(scheme, place)
    if reading.scheme is None:
        return reading.faults
    rest = _all(reading.scheme, frozenset(reading.broken), is_whole=not reading.faults, place=place)
    return [*reading.faults, *rest]


def load_scheme(data: Any, place: str = "") -> tuple[Scheme, list[Fault]]:
    """The scheme and the advice about it; BadData with every grave fault."""
    reading = read_scheme(data, place)
    faults = list(reading.faults)
    if reading.scheme is not None:
        faults += _all(reading.scheme, frozenset(reading.broken), is_whole=not faults, place=place)
    grave = [fault for fault in faults if fault.is_grave]
    if grave or reading.scheme is None:
        raise BadData(grave)
    return reading.scheme, faults


def base_capacity(scheme: Scheme, division: Division) -> Decimal:
    """The sum of the maxima of the base items of a division."""
    return sum((item.maximum or ZERO for item in scheme.items_of(division.code) if item.kind == BASE), ZERO)


def bonus_capacity(scheme: Scheme, division: Division) -> Decimal:
    """The most bonus a member of the division can get: surplus of plans, bonus items, under the ceilings."""
    items = scheme.items_of(division.code)
    surplus = sum((item.formula.bonus_cap(item.maximum) for item in items if item.kind == BASE), ZERO)
    if scheme.ceilings.quantitative_bonus is not None:
        surplus = min(surplus, scheme.ceilings.quantitative_bonus)
    extra = sum((item.maximum or ZERO for item in items if item.kind == BONUS), ZERO)
    return surplus + extra if scheme.ceilings.bonus is None else min(surplus + extra, scheme.ceilings.bonus)


def _all(scheme: Scheme, broken: frozenset[str], *, is_whole: bool, place: str) -> Iterator[Fault]:
    """is_whole: every item could be read, so that sums may be compared."""
    at = f"{place}." if place else ""
    yield from _frame(scheme, at)
    yield from _codes(scheme)
    for group in scheme.groups:
        for item in group.items:
            yield from _item(item, group, scheme, broken)
    yield from _cycles(scheme)
    for division in scheme.divisions:
        yield from _division(scheme, division, broken, at, is_whole=is_whole)
    awards = {allocation.award for division in scheme.divisions for allocation in division.allocations}
    for gate in scheme.gates:
        yield from _gate(gate, scheme, broken, awards)
    if is_whole:
        for group in scheme.groups:
            yield from _group_sum(group)
        if not scheme.items:
            yield Fault(f"{at}groups", "thang chưa có tiêu chí nào; hãy thêm nhóm và tiêu chí.")


def _positive(pairs: Iterable[tuple[str, Decimal | None]]) -> Iterator[Fault]:
    for place, value in pairs:
        if value is not None and (not value.is_finite() or value <= 0):
            yield Fault(place, f"phải lớn hơn 0, hiện là {_shown(value)}.")


def _shown(value: Decimal) -> str:
    return words.number(value) if value.is_finite() else str(value)


def _off_grid(value: Decimal | None, places: int) -> bool:
    return value is not None and value.is_finite() and words.rounded(value, places) != value


# --- frame ---------------------------------------------------------------------------------------------
def _frame(scheme: Scheme, at: str) -> Iterator[Fault]:
    period = scheme.period
    if period and period.last < period.first:
        yield Fault(f"{at}period", "ngày cuối kỳ số liệu phải sau ngày đầu.")
    elif period and (period.last.year - period.first.year, period.last.month, period.last.day) >= (
        1,
        period.first.month,
        period.first.day,
    ):
        yield Fault(
            f"{at}period",
            f"kỳ {period} dài hơn một năm (tính cả hai đầu), nên ngày {words.day(period.last)} thuộc cả kỳ"
            " năm sau; nếu không chủ ý, hãy lùi một đầu một ngày.",
            is_grave=False,
        )
    ceilings = {
        "quantitative_bonus": scheme.ceilings.quantitative_bonus,
        "bonus": scheme.ceilings.bonus,
        "penalty": scheme.ceilings.penalty,
    }
    for name, value in ceilings.items():
        if value is not None and value < 0:
            yield Fault(f"{at}ceilings.{name}", f"mức chặn không được âm, hiện là {words.number(value)}.")
        if _off_grid(value, scheme.places):
            yield Fault(f"{at}ceilings.{name}", f"có nhiều chữ số lẻ hơn mức làm tròn ({scheme.places}).")
    limit = scheme.comment_limit
    if limit and (limit.points is None) == (limit.percent is None):
        yield Fault(f"{at}comment_limit", "ghi một trong hai: points (điểm) hoặc percent (% điểm tối đa).")
    for name, value in (("points", limit.points), ("percent", limit.percent)) if limit else ():
        if value is not None and value < 0:
            yield Fault(f"{at}comment_limit.{name}", "giới hạn chênh lệch không được âm.")


def _codes(scheme: Scheme) -> Iterator[Fault]:
    named = [
        ("nhóm tiêu chí", [(group.code, group.place) for group in scheme.groups]),
        ("tiêu chí", [(item.code, item.place) for group in scheme.groups for item in group.items]),
        ("nhóm đơn vị", [(division.code, division.place) for division in scheme.divisions]),
        ("điều kiện loại", [(gate.code, gate.place) for gate in scheme.gates]),
    ]
    for what, pairs in named:
        yield from _repeated(what, pairs)


def _repeated(what: str, pairs: list[tuple[str, str]]) -> Iterator[Fault]:
    counts = Counter(code for code, _ in pairs)
    seen: set[str] = set()
    for code, place in pairs:
        if code in seen:
            yield Fault(
                f"{place}.code", f"mã {what} «{code}» dùng {counts[code]} lần; mỗi mã chỉ được dùng một lần."
            )
        seen.add(code)


# --- items ---------------------------------------------------------------------------------------------
def _item(item: Item, group: Group, scheme: Scheme, broken: frozenset[str]) -> Iterator[Fault]:
    place, maximum = item.place, item.maximum
    if item.kind not in item.formula.kinds:
        fits = " hoặc ".join(KINDS[kind] for kind in KINDS if kind in item.formula.kinds)
        yield Fault(
            f"{place}.formula.type",
            f"công thức «{item.formula.label}» chỉ dùng cho {fits}, không dùng cho {KINDS[item.kind]}.",
        )
    yield from _maximum(item, scheme)
    if maximum is not None and not maximum.is_finite():
        return
    if item.floor < 0 or (maximum is not None and item.floor > max(maximum, ZERO)):
        yield Fault(f"{place}.floor", "điểm sàn phải từ 0 đến điểm tối đa.")
    elif _off_grid(item.floor, scheme.places):
        yield Fault(f"{place}.floor", f"có nhiều chữ số lẻ hơn mức làm tròn ({scheme.places}).")
    if group.is_ranking_only and item.has_points:
        yield Fault(
            f"{place}.kind",
            f"nhóm «{group.code}» chỉ để xếp hạng nên chỉ nhận số liệu phụ và điều kiện.",
        )
    if item.absent_is_none and item.kind in (BASE, SIDE):
        yield Fault(
            f"{place}.if_absent",
            "tiêu chí này phải có số liệu; chỉ điểm trừ, điểm thưởng và điều kiện mới được hiểu «không ghi là"
            " không có».",
        )
    if item.evidence != NOT_ASKED and item.kind not in (BASE, BONUS):
        yield Fault(f"{place}.evidence", "minh chứng chỉ đặt cho tiêu chí được cộng điểm.")
    if item.scorer == UNIT and item.has_points:
        yield Fault(
            f"{place}.scorer",
            "điểm do đơn vị tự chấm được tính thẳng vào tổng, không ai thẩm định.",
            is_grave=False,
        )
    yield from item.formula.faults(item.kind, maximum, f"{place}.formula")
    for requirement in item.requires:
        yield from _requirement(item, requirement.item, requirement.points, requirement.place, scheme, broken)


def _maximum(item: Item, scheme: Scheme) -> Iterator[Fault]:
    place = f"{item.place}.maximum"
    if item.kind in (SIDE, CONDITION):
        if item.maximum is not None:
            yield Fault(place, f"{KINDS[item.kind]} không có điểm; hãy bỏ điểm tối đa.")
    elif item.maximum is None:
        if item.kind != PENALTY:
            yield Fault(place, "chưa có điểm tối đa.")
    elif not item.maximum.is_finite() or not 0 < item.maximum <= LARGEST:
        yield Fault(
            place, f"điểm tối đa phải lớn hơn 0 và không quá 1.000.000, hiện là {_shown(item.maximum)}."
        )
    elif _off_grid(item.maximum, scheme.places):
        yield Fault(place, f"có nhiều chữ số lẻ hơn mức làm tròn ({scheme.places}).")


def _requirement(
    item: Item, needed: str, points: Decimal | None, place: str, scheme: Scheme, broken: frozenset[str]
) -> Iterator[Fault]:
    other = scheme.items.get(needed)
    if other is None:
        if needed not in broken:
            yield Fault(place, f"tiêu chí điều kiện «{needed}» không có trong thang.")
        return
    if not any(
        {item.group, other.group} <= set(division.groups)
        for division in scheme.divisions
        if item.group in division.groups
    ):
        yield Fault(place, f"tiêu chí điều kiện «{needed}» không thuộc cùng nhóm đơn vị với «{item.code}».")
    if other.kind in (SIDE, PENALTY):
        yield Fault(place, f"«{needed}» là {KINDS[other.kind]}, không dùng làm điều kiện tiên quyết được.")
    elif points is not None and (other.maximum is None or not 0 < points <= other.maximum):
        yield Fault(place, f"ngưỡng điểm phải lớn hơn 0 và không quá điểm tối đa của «{needed}».")


def _cycles(scheme: Scheme) -> Iterator[Fault]:
    """Prerequisites that come back to themselves, each circle once."""
    done: set[str] = set()
    for start in scheme.items:
        stack = [(start, iter([r.item for r in scheme.items[start].requires]))] if start not in done else []
        path = [start]
        while stack:
            code, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(code)
            elif following in path:
                circle = [*path[path.index(following) :], following]
                yield Fault(
                    f"{scheme.items[following].place}.requires",
                    f"điều kiện tiên quyết vòng tròn: {' → '.join(circle)}; hãy bỏ một điều kiện.",
                )
            elif following in scheme.items and following not in done:
                stack.append((following, iter([r.item for r in scheme.items[following].requires])))
                path.append(following)


def _group_sum(group: Group) -> Iterator[Fault]:
    place = f"{group.place}.maximum"
    if group.maximum is None:
        return
    kinds = {item.kind for item in group.items if item.has_points}
    if group.is_ranking_only or not kinds:
        yield Fault(place, f"nhóm «{group.code}» không có tiêu chí tính điểm nên không có điểm tối đa.")
        return
    counted = (BASE,) if BASE in kinds else (BONUS,) if BONUS in kinds else (PENALTY,)
    total = sum((item.maximum or ZERO for item in group.items if item.kind in counted), ZERO)
    if total != group.maximum:
        yield Fault(
            place,
            f"nhóm «{group.code}» ghi {words.number(group.maximum)} điểm nhưng các tiêu chí cộng lại "
            f"{words.number(total)}.",
        )


# --- divisions -----------------------------------------------------------------------------------------
def _division(
    scheme: Scheme, division: Division, broken: frozenset[str], at: str, *, is_whole: bool
) -> Iterator[Fault]:
    here = at if not division.code else f"{division.place}."
    known = {group.code for group in scheme.groups}
    for place, code in enumerate(division.groups):
        if division.code and code not in known:
            yield Fault(f"{here}groups[{place}]", f"nhóm tiêu chí «{code}» không có trong thang.")
    yield from _repeated(
        "danh hiệu", [(allocation.award, allocation.place) for allocation in division.allocations]
    )
    items = {item.code: item for item in scheme.items_of(division.code)}
    seen: set[tuple[str, str, str]] = set()
    for step in division.tie_chain:
        key = (step.item, step.group, step.by)
        if key in seen:
            yield Fault(step.place, "bước này đã có ở trên; mỗi bước chỉ ghi một lần.")
        seen.add(key)
        yield from _tie_step(step, items, division, broken)
    is_by_points = scheme.has_points(division.code)
    if is_whole and items and not is_by_points and not division.tie_chain:
        yield Fault(f"{here}tie_chain", "nhóm chỉ xếp hạng cần ít nhất một bước nói xếp theo số liệu nào.")
    if is_whole:
        yield from _scale(scheme, division, here)
    for allocation in division.allocations:
        top = base_capacity(scheme, division) + bonus_capacity(scheme, division)
        if allocation.percent is not None and not 0 < allocation.percent <= 100:
            yield Fault(f"{allocation.place}.percent", "tỷ lệ phải lớn hơn 0 và không quá 100.")
        if allocation.minimum_score is not None and is_whole:
            if not is_by_points:
                yield Fault(f"{allocation.place}.minimum_score", "nhóm chỉ xếp hạng không có điểm tối thiểu.")
            elif allocation.minimum_score > top:
                yield Fault(
                    f"{allocation.place}.minimum_score",
                    f"điểm tối thiểu {words.number(allocation.minimum_score)} cao hơn tổng điểm có thể đạt "
                    f"({words.number(top)}).",
                )


def _tie_step(
    step: TieStep, items: dict[str, Item], division: Division, broken: frozenset[str]
) -> Iterator[Fault]:
    if step.group:
        if step.group not in division.groups:
            yield Fault(
                f"{step.place}.group", f"nhóm «{step.group}» không có trong thang của nhóm đơn vị này."
            )
        elif step.by:
            yield Fault(f"{step.place}.by", "bước theo nhóm luôn xét điểm của nhóm; hãy bỏ mục này.")
        return
    item = items.get(step.item)
    if item is None:
        if step.item not in broken:
            yield Fault(f"{step.place}.item", f"tiêu chí phụ «{step.item}» không có trong thang.")
        return
    yield from _by(item, step.by, f"{step.place}.by")


def _by(item: Item, by: str, place: str) -> Iterator[Fault]:
    known = sorted(item.formula.figures() | ({"points"} if item.has_points else set()))
    if by and by not in known:
        yield Fault(place, f"«{item.code}» không có số liệu «{by}»; chọn một trong: {', '.join(known)}.")


def _scale(scheme: Scheme, division: Division, here: str) -> Iterator[Fault]:
    scale, place = division.scale, f"{here}scale"
    base, bonus = base_capacity(scheme, division), bonus_capacity(scheme, division)
    yield from _positive([(f"{place}.base", scale.base), (f"{place}.total", scale.total)])
    if scale.base is not None and scale.base != base:
        yield Fault(
            f"{place}.base",
            f"thang ghi {words.number(scale.base)} điểm chuẩn nhưng các tiêu chí cộng lại"
            f" {words.number(base)}.",
        )
    if scale.bonus is not None and scale.bonus != bonus:
        yield Fault(
            f"{place}.bonus",
            f"thang ghi tối đa {words.number(scale.bonus)} điểm thưởng nhưng theo tiêu chí và mức chặn là "
            f"{words.number(bonus)}.",
        )
    declared = (base if scale.base is None else scale.base) + (scale.bonus or ZERO)
    if scale.total is not None and scale.total != declared:
        parts = f"{words.number(declared - (scale.bonus or ZERO))} + {words.number(scale.bonus or ZERO)}"
        yield Fault(
            f"{place}.total",
            f"tổng ghi {words.number(scale.total)} nhưng điểm chuẩn + điểm thưởng là {parts}.",
        )
    if not scale.may_exceed and scale.total is None:
        yield Fault(f"{place}.total", "thang không cho vượt tổng thì phải ghi tổng điểm.")
    for name, value in (("total", scale.total), ("floor", scale.floor)):
        if _off_grid(value, scheme.places):
            yield Fault(f"{place}.{name}", f"có nhiều chữ số lẻ hơn mức làm tròn ({scheme.places}).")


def _gate(gate: Gate, scheme: Scheme, broken: frozenset[str], awards: set[str]) -> Iterator[Fault]:
    for place, award in enumerate(gate.excludes):
        if award not in awards:
            yield Fault(
                f"{gate.place}.excludes[{place}]", f"danh hiệu «{award}» không có trong phân bổ suất."
            )
    item = scheme.items.get(gate.item)
    if item is None:
        if gate.item not in broken:
            yield Fault(f"{gate.place}.item", f"tiêu chí «{gate.item}» không có trong thang.")
        return
    if gate.test in ("yes", "no"):
        if "yes" not in item.formula.figures():
            yield Fault(f"{gate.place}.when", f"«{gate.item}» không phải tiêu chí «có hoặc không».")
        return
    if gate.limit is None:
        yield Fault(f"{gate.place}.limit", "chưa ghi mốc so sánh.")
    yield from _by(item, gate.by, f"{gate.place}.by")
