"""Compares a draft with what a careful reader took from the text, field by field.

An expected item may be the beginning of the item only, and «…» stands for words left out. A field that the
expected file does not name is expected to be empty: nothing may be invented.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[2] / "data" / "launch_documents"
SEEDS = (
    "bo-tnmt-2021",
    "bo-tnmt-2024",
    "khoi-thi-dua-iv-2021",
    "so-tnmt-kon-tum-2021",
    "tong-cuc-moi-truong-2021-2025",
)
TEXTS = ("title", "theme", "issuer", "responsible_unit", "doc_kind")
USUAL = ("collective", "individual", "leader")
# Words of the person who wrote the expected file, not of the text.
NOTES = re.compile(r"\s*\((?:bỏ trống|trong đó|gọi tắt)[^)]*\)")


@dataclass
class Score:
    """Right, invented, missed; and the sentences about what differs."""

    right: int = 0
    invented: int = 0
    missed: int = 0
    faults: list[str] = field(default_factory=list)


def key(text: str | None) -> str:
    return re.sub(r"[\W_]+", " ", text or "").casefold().strip()


def same_item(expected: str, got: str) -> bool:
    """The got item begins like the expected one and holds its words in their order."""
    wanted = [key(part) for part in re.split(r"…|\.\.\.", NOTES.sub("", expected)) if key(part)]
    words = key(got)
    at = words.find(wanted[0])
    if not 0 <= at <= 12:
        return False
    for part in wanted:
        at = words.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def shares(expected: str, got: str, share: float = 0.6) -> bool:
    """Most words of the expected sentence stand in the got one."""
    wanted, words = key(expected).split(), set(key(got).split())
    return sum(word in words for word in wanted) >= share * len(wanted)


def documents() -> list[str]:
    return sorted(path.name.removesuffix(".expected.json") for path in CORPUS.glob("*.expected.json"))


def expected_of(name: str) -> dict:
    return json.loads((CORPUS / f"{name}.expected.json").read_text(encoding="utf-8"))


def compare(expected: dict, got: dict, *, is_seed: bool = False) -> dict[str, Score]:
    """Field → score."""
    scores: dict[str, Score] = {}
    for name in ("is_launch", "year_from", "year_to"):
        _value(scores, name, expected.get(name), got[name])
    for name in TEXTS:
        _value(scores, name, key(expected.get(name)) or None, key(got[name]) or None)
    _value(scores, "doc_number", _number(expected.get("doc_number")), _number(got["doc_number"]))
    day = expected.get("doc_date")
    _value(scores, "doc_date", None if day and "bỏ trống" in day else day, got["doc_date"])
    if not is_seed:
        for end in ("from", "to"):
            _value(scores, f"period.{end}", expected.get("period", {}).get(end), got["period"][end])
        _value(scores, "stated_counts", expected.get("stated_counts", {}), got["stated_counts"])
        _value(scores, "report_cycle", expected.get("report_cycle", []), got["report_cycle"])
        wanted = expected.get("warnings", [])
        _value(scores, "warnings", wanted, [w for w in wanted if any(w in one for one in got["warnings"])])
    for name in ("contents", "tasks"):
        _items(scores, name, expected.get(name, []), [one["text"] for one in got[name]])
    criteria = {
        name: items for name, items in expected.get("criteria", {}).items() if isinstance(items, list)
    }
    for audience in sorted({*USUAL, *criteria, *got["criteria"]}):
        items = got["criteria"].get(audience, [])
        _items(scores, f"criteria.{audience}", criteria.get(audience, []), [one["text"] for one in items])
    _items(
        scores,
        "recipients",
        expected.get("recipients", []) or [],
        got["recipients"],
        is_whole=True,
        skip=is_seed and "recipients" not in expected,
    )
    _items(
        scores, "movements_named", expected.get("movements_named", []), got["movements_named"], is_whole=True
    )
    _matched(scores, "legal_basis", expected.get("legal_basis", []), got["legal_basis"], _same_basis)
    _matched(scores, "deadlines", expected.get("deadlines", []), got["deadlines"], _same_deadline)
    return scores


def _number(number: str | None) -> str | None:
    return re.sub(r"\s+", "", NOTES.sub("", number)) if number else None


def _value(scores: dict[str, Score], name: str, expected: object, got: object) -> None:
    score = scores.setdefault(name, Score())
    if expected == got:
        score.right += expected not in (None, {}, [])
        return
    score.invented += got not in (None, {}, [])
    score.missed += expected not in (None, {}, [])
    score.faults.append(f"{name}: expected {expected!r}, got {got!r}")


def _matched(
    scores: dict[str, Score],
    name: str,
    expected: list[Any],
    got: list[Any],
    is_same: Callable[[Any, Any], bool],
) -> None:
    """Take each expected one out of those found; what is left over was invented."""
    score, left = scores.setdefault(name, Score()), list(got)
    for wanted in expected:
        match = next((one for one in left if is_same(wanted, one)), None)
        if match is None:
            score.missed += 1
            score.faults.append(f"{name}: missed {wanted!r}")
        else:
            left.remove(match)
            score.right += 1
    score.invented += len(left)
    score.faults += [f"{name}: invented {str(one)[:120]!r}" for one in left]


def _items(
    scores: dict[str, Score],
    name: str,
    expected: list[str],
    got: list[str],
    *,
    is_whole: bool = False,
    skip: bool = False,
) -> None:
    if skip:
        scores.setdefault(name, Score())
        return
    _matched(scores, name, expected, got, _same_words if is_whole else same_item)


def _same_words(expected: str, got: str) -> bool:
    return key(expected) == key(got)


def _same_basis(expected: dict, got: dict) -> bool:
    if any(expected[name] != got[name] for name in ("number", "date")):
        return False
    if expected["title"] is None or got["title"] is None:
        return expected["title"] is got["title"]
    return _same_title(expected["title"], got["title"])


def _same_title(expected: str, got: str) -> bool:
    wanted = key(expected).removeprefix("về việc ")
    words = key(got).removeprefix("về việc ")
    return words.startswith(wanted[:60]) and (len(words) <= 1.4 * len(wanted) or len(wanted) >= 60)


def _same_deadline(expected: dict, got: dict) -> bool:
    day, rule = expected.get("date"), expected.get("rule")
    if day and not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        day, rule = None, day  # the first expected files write a rule into «date»
    return got["date"] == day and key(got["rule"]) == key(rule) and shares(expected["what"], got["what"])
