"""Members and what was entered for them: facts per item, and over them what self score, appraisal and the
standing office say otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from campaigns.scoring import words
from campaigns.scoring.facts import COMMON, LABELS, Facts, read_fact
from campaigns.scoring.faults import BadData, Fault
from campaigns.scoring.reading import Node
from campaigns.scoring.scheme import BASE, HEAD, OFFICE, UNIT, Item, Scheme

# Keys of the rounds in the data, and who speaks in them.
ROUNDS = {"self": UNIT, "appraised": HEAD, "standing_office": OFFICE}


@dataclass(frozen=True, slots=True)
class Result:
    """What was entered for one item. facts: established for all; rounds: scorer → what differs for him."""

    facts: Facts = field(default_factory=Facts)
    rounds: Mapping[str, Facts] = field(default_factory=dict)
    comment: str = ""
    has_evidence: bool | None = None

    def of(self, scorer: str) -> Facts:
        """The facts of a scorer: the established ones with his own laid over them."""
        own = self.rounds.get(scorer)
        return {**self.facts, **own} if own else self.facts


@dataclass(frozen=True, slots=True)
class Member:
    """A unit of the block with its results by item code. votes: for it in the ballot after a tie."""

    code: str
    name: str
    division: str = ""
    results: Mapping[str, Result] = field(default_factory=dict)
    votes: int | None = None


def read_members(scheme: Scheme, data: Any, place: str = "members") -> tuple[Member, ...]:
    """The members of a file; BadData with every fault and its path."""
    faults: list[Fault] = []
    members: list[Member] = []
    seen: dict[str, str] = {}
    for node in Node(data, place, faults).items():
        member = _member(scheme, node)
        if member is None:
            continue
        if member.code in seen:
            node.say(f"mã đơn vị «{member.code}» đã dùng ở {seen[member.code]}.")
        seen[member.code] = node.place
        members.append(member)
    if faults:
        raise BadData(faults)
    return tuple(members)


def read_results(scheme: Scheme, division: str, data: Any, place: str = "results") -> dict[str, Result]:
    """The results of one member; BadData with every fault and its path."""
    faults: list[Fault] = []
    results = _results(scheme, division, Node(data, place, faults))
    if faults:
        raise BadData(faults)
    return results


def _member(scheme: Scheme, node: Node) -> Member | None:
    found = node.fields(("code", "name"), ("division", "results", "votes"))
    code = found["code"].code() if "code" in found else None
    name = found["name"].text() if "name" in found else None
    division = _division(scheme, node, found)
    if code is None or name is None or division is None:
        return None
    results = found.get("results")
    return Member(
        code=code,
        name=name,
        division=division,
        results={} if results is None or results.is_null else _results(scheme, division, results),
        votes=found["votes"].whole() if "votes" in found and not found["votes"].is_null else None,
    )


def _division(scheme: Scheme, node: Node, found: dict[str, Node]) -> str | None:
    codes = [division.code for division in scheme.divisions]
    if "division" in found and not found["division"].is_null:
        if codes == [""]:
            found["division"].say("thang này không chia nhóm đơn vị; hãy bỏ khóa «division».")
            return ""
        return found["division"].word(codes)
    if len(codes) == 1:
        return codes[0]
    node.say(f"chưa ghi nhóm đơn vị (division); chọn một trong: {', '.join(codes)}.")
    return None


def _results(scheme: Scheme, division: str, node: Node) -> dict[str, Result]:
    results = {}
    inside = {item.code for item in scheme.items_of(division)}
    for code, child in node.pairs().items():
        item = scheme.items.get(code)
        if item is None:
            child.say(f"thang không có tiêu chí «{code}».")
        elif code not in inside:
            child.say(f"tiêu chí «{code}» không dành cho nhóm đơn vị này.")
        elif not child.is_null:
            results[code] = _result(item, child)
    return results


def _result(item: Item, node: Node) -> Result:
    facts: dict[str, object] = {}
    rounds: dict[str, Facts] = {}
    comment, has_evidence = "", None
    known = _known(item)
    for name, child in node.pairs().items():
        if name in ROUNDS:
            if not child.is_null:
                rounds[ROUNDS[name]] = _round(item, child, known)
        elif name == "comment":
            comment = "" if child.is_null else child.text() or ""
        elif name == "evidence":
            has_evidence = _evidence(child)
        elif name in ("note", "source"):
            continue
        else:
            _fact(item, name, child, known, facts)
    return Result(facts, rounds, comment, has_evidence)  # type: ignore[arg-type]


def _known(item: Item) -> frozenset[str]:
    return item.formula.reads() | COMMON if item.has_points else item.formula.reads() | {"as_of"}


def _round(item: Item, node: Node, known: frozenset[str]) -> Facts:
    facts: dict[str, object] = {}
    for name, child in node.pairs().items():
        if name not in ("note", "source"):
            _fact(item, name, child, known, facts)
    return facts  # type: ignore[return-value]


def _fact(item: Item, name: str, node: Node, known: Iterable[str], facts: dict[str, object]) -> None:
    if name not in known:
        usable = ", ".join(fact for fact in LABELS if fact in known)
        if name in LABELS:
            node.say(f"tiêu chí «{item.code}» không dùng «{name}»; dùng được: {usable}.")
        else:
            node.say(f"khóa «{name}» không có trong định dạng; tiêu chí này dùng được: {usable}.")
        return
    value = read_fact(name, node)
    if name in ("points", "bonus") and isinstance(value, Decimal):
        _typed(item, name, value, node)
    facts[name] = value


def _typed(item: Item, name: str, value: Decimal, node: Node) -> None:
    """Points typed by hand stay within the item's own ends."""
    if name == "bonus":
        cap = item.formula.bonus_cap(item.maximum) if item.kind == BASE else Decimal(0)
        if cap == 0:
            node.say(f"tiêu chí «{item.code}» không có điểm thưởng riêng; hãy bỏ «bonus».")
        elif value > cap:
            node.say(f"điểm thưởng {words.number(value)} vượt mức chặn {words.number(cap)} của tiêu chí.")
    elif item.maximum is not None and value > item.maximum:
        node.say(f"điểm {words.number(value)} lớn hơn điểm tối đa {words.number(item.maximum)} của tiêu chí.")
    elif value < item.floor:
        node.say(f"điểm {words.number(value)} thấp hơn điểm sàn {words.number(item.floor)} của tiêu chí.")


def _evidence(node: Node) -> bool | None:
    """True or a list of papers: there is evidence; false or an empty list: none; null: unknown."""
    if node.is_null:
        return None
    if isinstance(node.value, bool):
        return node.value
    if isinstance(node.value, list):
        return bool([paper for child in node.items() if (paper := child.text())])
    node.say("phải là danh sách tên tài liệu, true hoặc false.")
    return None
