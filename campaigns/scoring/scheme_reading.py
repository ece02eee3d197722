"""From the JSON of a scheme to its dataclasses, noting every fault of shape on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from campaigns.scoring.facts import Period
from campaigns.scoring.faults import Fault
from campaigns.scoring.formulas import BASE, HUNDRED, Formula, Manual
from campaigns.scoring.reading import Node
from campaigns.scoring.scheme import (
    ASCENDING,
    ASKED,
    DESCENDING,
    FORMAT,
    FORMULAS,
    GATE_TESTS,
    HEAD,
    KINDS,
    NOT_ASKED,
    REQUIRED,
    SCORERS,
    Allocation,
    Ceilings,
    CommentLimit,
    Division,
    Final,
    Gate,
    Group,
    Item,
    Requirement,
    Scale,
    Scheme,
    TieStep,
)

T = TypeVar("T")
_DIVISION_KEYS = ("scale", "tie_chain", "allocations")


@dataclass
class Reading:
    """What reading found. broken: codes of items that were named but could not be read."""

    scheme: Scheme | None
    faults: list[Fault]
    broken: set[str] = field(default_factory=set)


def _get(found: dict[str, Node], name: str, read: Callable[[Node], T | None], default: T) -> T:
    """The value under an optional key; null and a faulty value give the default (the fault is noted)."""
    if name not in found or found[name].is_null:
        return default
    value = read(found[name])
    return default if value is None else value


def _optional(found: dict[str, Node], name: str, read: Callable[[Node], T | None]) -> T | None:
    return None if name not in found or found[name].is_null else read(found[name])


def read_scheme(data: Any, place: str = "") -> Reading:
    """Read a scheme; reading.scheme is None only when there is nothing that could be looked at further."""
    faults: list[Fault] = []
    node = Node(data, place, faults)
    reading = Reading(None, faults)
    may = ("format", "period", "rounding", "ceilings", "gates", "comment_limit", "final", "vote_after_tie")
    found = node.fields(("name", "year", "groups"), (*may, "divisions", *_DIVISION_KEYS))
    if not found:
        return reading
    if "format" in found and found["format"].value != FORMAT:
        found["format"].say(f"định dạng phải là «{FORMAT}».")
    groups = [
        group
        for item in (found["groups"].items() if "groups" in found else ())
        if (group := _group(item, reading.broken)) is not None
    ]
    reading.scheme = Scheme(
        name=_get(found, "name", Node.text, ""),
        year=_get(found, "year", lambda at: at.whole(1990, 2100), 2000),
        groups=tuple(groups),
        divisions=_divisions(node, found, groups),
        period=_optional(found, "period", _period),
        places=_get(found, "rounding", _places, 2),
        ceilings=_get(found, "ceilings", _ceilings, Ceilings()),
        gates=_get(found, "gates", lambda at: _list(at, _gate), ()),
        comment_limit=_optional(found, "comment_limit", _comment_limit),
        final=_get(found, "final", _final, Final()),
        vote_after_tie=_get(found, "vote_after_tie", Node.flag, True),
    )
    return reading


def _list(node: Node, read: Callable[[Node], T | None]) -> tuple[T, ...]:
    return tuple(value for item in node.items() if (value := read(item)) is not None)


def _period(node: Node) -> Period | None:
    found = node.fields(("from", "to"))
    first = found["from"].day() if "from" in found else None
    last = found["to"].day() if "to" in found else None
    return Period(first, last) if first and last else None


def _places(node: Node) -> int | None:
    found = node.fields(("places",), ("mode",))
    if "mode" in found:
        found["mode"].word(("half_up",))
    return found["places"].whole(0, 4) if "places" in found else None


def _ceilings(node: Node) -> Ceilings:
    found = node.fields((), ("quantitative_bonus", "bonus", "penalty"))
    return Ceilings(
        quantitative_bonus=_optional(found, "quantitative_bonus", Node.number),
        bonus=_optional(found, "bonus", Node.number),
        penalty=_optional(found, "penalty", Node.number),
    )


def _comment_limit(node: Node) -> CommentLimit:
    found = node.fields((), ("points", "percent"))
    return CommentLimit(_optional(found, "points", Node.number), _optional(found, "percent", Node.number))


def _final(node: Node) -> Final:
    found = node.fields((), ("self_share", "office_overrides"))
    share = _get(found, "self_share", Node.number, Decimal(0))
    if not 0 <= share <= HUNDRED:
        found["self_share"].say("phải từ 0 đến 100 (phần trăm điểm tự chấm được tính).")
    return Final(share, _get(found, "office_overrides", Node.flag, False))


# --- groups and items ----------------------------------------------------------------------------------
def _group(node: Node, broken: set[str]) -> Group | None:
    found = node.fields(("code", "name", "items"), ("maximum", "ranking_only"))
    code = found["code"].code() if "code" in found else None
    if "items" not in found:
        return None
    items = [
        item for child in found["items"].items() if (item := _item(child, code or "?", broken)) is not None
    ]
    return Group(
        code=code or "?",
        name=_get(found, "name", Node.text, ""),
        items=tuple(items),
        maximum=_optional(found, "maximum", Node.number),
        is_ranking_only=_get(found, "ranking_only", Node.flag, False),
        place=node.place,
    )


def _item(node: Node, group: str, broken: set[str]) -> Item | None:
    before = len(node.faults)
    may = ("kind", "maximum", "floor", "scorer", "requires", "evidence", "if_absent")
    found = node.fields(("code", "name", "formula"), may)
    code = found["code"].code() if "code" in found else None
    formula = _formula(found["formula"]) if "formula" in found else None
    item = Item(
        code=code or "?",
        name=_get(found, "name", Node.text, ""),
        group=group,
        kind=_get(found, "kind", lambda at: at.word(KINDS), BASE),
        formula=formula or Manual(),  # a stand-in: the fault is noted, the item is thrown away below
        maximum=_optional(found, "maximum", Node.number),
        floor=_get(found, "floor", Node.number, Decimal(0)),
        scorer=_get(found, "scorer", lambda at: at.word(SCORERS), HEAD),
        requires=_get(found, "requires", lambda at: _list(at, _requirement), ()),
        evidence=_get(found, "evidence", lambda at: at.word((NOT_ASKED, ASKED, REQUIRED)), NOT_ASKED),
        absent_is_none=_get(found, "if_absent", lambda at: at.word(("unknown", "none")), "unknown") == "none",
        place=node.place,
    )
    if len(node.faults) > before:
        broken.add(item.code)
        return None
    return item


def _formula(node: Node) -> Formula | None:
    if not isinstance(node.value, dict) or "type" not in node.value:
        node.fields(("type",))
        return None
    name = node.child("type").text()
    if name is None:
        return None
    if name not in FORMULAS:
        known = ", ".join(FORMULAS)
        node.child("type").say(f"không có công thức «{name[:50]}»; các công thức: {known}.")
        return None
    return FORMULAS[name].read(node)


def _requirement(node: Node) -> Requirement | None:
    if isinstance(node.value, str):
        code = node.code()
        return Requirement(code, place=node.place) if code else None
    found = node.fields(("item",), ("points_at_least",))
    code = found["item"].code() if "item" in found else None
    points = _optional(found, "points_at_least", Node.number)
    return Requirement(code, points, node.place) if code else None


# --- divisions, ties, allocations, gates ---------------------------------------------------------------
def _divisions(node: Node, found: dict[str, Node], groups: list[Group]) -> tuple[Division, ...]:
    if "divisions" not in found or found["divisions"].is_null:
        return (_division_parts(found, "", "", tuple(group.code for group in groups), node.place),)
    for name in _DIVISION_KEYS:
        if name in found:
            found[name].say(f"thang chia nhóm đơn vị (divisions) thì «{name}» ghi trong từng nhóm.")
    return _list(found["divisions"], _division)


def _division(node: Node) -> Division | None:
    found = node.fields(("code", "name", "groups"), _DIVISION_KEYS)
    code = found["code"].code() if "code" in found else None
    groups = _list(found["groups"], Node.code) if "groups" in found else ()
    if code is None:
        return None
    return _division_parts(found, code, _get(found, "name", Node.text, ""), groups, node.place)


def _division_parts(
    found: dict[str, Node], code: str, name: str, groups: tuple[str, ...], place: str
) -> Division:
    return Division(
        code=code,
        name=name,
        groups=groups,
        scale=_get(found, "scale", _scale, Scale()),
        tie_chain=_get(found, "tie_chain", lambda at: _list(at, _tie_step), ()),
        allocations=_get(found, "allocations", lambda at: _list(at, _allocation), ()),
        place=place,
    )


def _scale(node: Node) -> Scale:
    found = node.fields((), ("base", "bonus", "total", "may_exceed", "floor"))
    return Scale(
        base=_optional(found, "base", Node.number),
        bonus=_optional(found, "bonus", Node.number),
        total=_optional(found, "total", Node.number),
        may_exceed=_get(found, "may_exceed", Node.flag, True),
        floor=_optional(found, "floor", Node.number),
        place=node.place,
    )


def _tie_step(node: Node) -> TieStep | None:
    found = node.fields((), ("item", "group", "by", "direction", "label"))
    if ("item" in found) == ("group" in found):
        node.say("mỗi bước ghi một trong hai khóa: item (mã tiêu chí) hoặc group (mã nhóm).")
        return None
    return TieStep(
        item=_get(found, "item", Node.code, ""),
        group=_get(found, "group", Node.code, ""),
        by=_get(found, "by", Node.text, ""),
        direction=_get(found, "direction", lambda at: at.word((DESCENDING, ASCENDING)), DESCENDING),
        label=_get(found, "label", Node.text, ""),
        place=node.place,
    )


def _allocation(node: Node) -> Allocation | None:
    found = node.fields(("award", "name"), ("number", "percent", "minimum_score"))
    award = found["award"].code() if "award" in found else None
    if ("number" in found) == ("percent" in found):
        node.say("ghi một trong hai: number (số suất) hoặc percent (phần trăm số đơn vị).")
        return None
    if award is None:
        return None
    return Allocation(
        award=award,
        name=_get(found, "name", Node.text, award),
        number=_optional(found, "number", lambda at: at.whole(0, 10_000)),
        percent=_optional(found, "percent", Node.number),
        minimum_score=_optional(found, "minimum_score", Node.number),
        place=node.place,
    )


def _gate(node: Node) -> Gate | None:
    found = node.fields(("code", "name", "item", "when"), ("limit", "by", "excludes"))
    code = found["code"].code() if "code" in found else None
    item = found["item"].code() if "item" in found else None
    test = found["when"].word(GATE_TESTS) if "when" in found else None
    if code is None or item is None or test is None:
        return None
    return Gate(
        code=code,
        name=_get(found, "name", Node.text, code),
        item=item,
        test=test,
        limit=_optional(found, "limit", Node.number),
        by=_get(found, "by", Node.text, ""),
        excludes=_get(found, "excludes", lambda at: _list(at, Node.code), ()),
        place=node.place,
    )
