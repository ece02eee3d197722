"""Every table has a line that says how long its rows are kept."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

OPERATIONS = Path(__file__).resolve().parent.parent / "docs" / "operations.md"


def lines() -> dict[str, tuple[str, ...]]:
    """table → what stands in the other columns."""
    section = OPERATIONS.read_text(encoding="utf-8").split("\n## Thời hạn lưu\n", 1)[1].split("\n## ", 1)[0]
    found: dict[str, tuple[str, ...]] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        for table in re.findall(r"`(\w+)`", cells[0]) if line.startswith("| `") else ():
            assert table not in found, f"{table} stands twice"
            found[table] = tuple(cells[1:])
    return found


def tables() -> set[str]:
    """Tables of all models; one that stands for a view or a raw query has none."""
    return {
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed
    }


def test_every_table_has_a_retention_and_no_line_is_left_over() -> None:
    assert sorted(tables() ^ lines().keys()) == []


def test_every_line_says_what_how_long_and_by_whom() -> None:
    assert [table for table, cells in lines().items() if len(cells) != 3 or not all(cells)] == []


def test_sweeps_named_there_are_scheduled() -> None:
    named = set(
        re.findall(
            r"`((?:core|units|reports|awards|campaigns)\.\w+)`",
            " ".join(" ".join(c) for c in lines().values()),
        )
    )
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert named
    assert sorted(named - scheduled) == []
