"""Reads the rule-book files: award kinds as rows of the catalogue, and the documents in force on a day."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from awards.models.rulebook import ANY_OF

FOLDER = Path(__file__).with_name("rulebook")
TO_CHECK = "Kế thừa quy định trước đó; cần đối chiếu với văn bản đang có hiệu lực."
_STATUS = {
    "status": "Nội dung quy định chưa được xác nhận.",
    "name_status": "Tên gọi chưa được xác nhận.",
    "authority_status": "Thẩm quyền quyết định chưa được đối chiếu.",
    "vote_status": "Tỷ lệ phiếu chưa được xác nhận.",
}


class RulebookError(ValueError):
    """A rule-book file is not as it must be; the message names file and award."""


@cache
def books(folder: Path = FOLDER) -> tuple[dict[str, Any], ...]:
    """All files of the folder, in the order of their regimes."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RulebookError(f"{path.name}: {error}") from error
    return tuple(sorted(found, key=lambda book: book["regime"].get("valid_from") or date.min))


def rows(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Every award of every regime as values of AwardKind. Raises RulebookError naming what is wrong."""
    found = [_row(book, award) for book in books(folder) for award in book["award"]]
    keys = [(row["code"], row["regime"], row["valid_from"]) for row in found]
    twice = sorted({f"{key[0]} ({key[1]}, {key[2]})" for key in keys if keys.count(key) > 1})
    if twice:
        raise RulebookError(f"Trùng dòng: {', '.join(twice)}.")
    return found


def _row(book: dict[str, Any], award: dict[str, Any]) -> dict[str, Any]:
    regime, code = book["regime"], award.get("code", "?")
    try:
        question = _question(award)
        return {
            "code": award["code"],
            "regime": regime["code"],
            "name": award["name"],
            "short_name": award.get("short_name", ""),
            "category": award["category"],
            "level": award["level"],
            "rank": award["rank"],
            "receivers": award["receivers"],
            "decided_by": book["deciders"][award["decided_by"]],
            "cadence": book["cadences"].get(award.get("cadence", ""), ""),
            "vote_numerator": award.get("vote_numerator"),
            "vote_denominator": award.get("vote_denominator"),
            "vote_source": award.get("vote_citation", ""),
            "papers": [*award["papers"], *(f"{ANY_OF}{paper}" for paper in award.get("papers_one_of", ()))],
            "source": award["citation"],
            "is_open_question": bool(question),
            "open_question": question,
            "valid_from": award.get("valid_from"),
            "valid_to": award.get("valid_to"),
        }
    except KeyError as error:
        raise RulebookError(f"{regime.get('code')}, {code}: thiếu {error}.") from error


def _question(award: dict[str, Any]) -> str:
    """What is not known yet, in sentences; "" when everything is confirmed."""
    parts = [award["question"]] if award.get("question") else []
    if not parts:
        parts = [sentence for key, sentence in _STATUS.items() if award.get(key) == "open"]
    if award.get("legal_check"):
        parts.append(TO_CHECK)
    return " ".join(parts)


def sources_on(day: date) -> list[str]:
    """Titles of the law and the decrees in force on the day, the law first."""
    found = [
        source["title"]
        for book in books()
        if _covers(book["regime"], day)
        for source in book["regime"].get("sources", ())
        if _covers(source, day)
    ]
    return sorted(found, key=lambda title: not title.startswith("Luật"))


def _covers(thing: dict[str, Any], day: date) -> bool:
    return (thing.get("valid_from") or date.min) <= day < (thing.get("valid_to") or date.max)
