"""Counts the entries of the trail every carried-out form leaves, in every test that sends one.

tests/data/audit_counts.csv declares the routes that leave another number than one, with the reason.
"""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest

from core import web

TABLE = Path(__file__).parent / "data" / "audit_counts.csv"
_INSERT = re.compile(r'^INSERT INTO "core_auditentry"')


def declared() -> dict[str, str]:
    """route → «0», «1», «0-1» or «1+»."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["route"]: row["entries"] for row in rows}


def fits(count: int, rule: str) -> bool:
    low, dash, high = rule.partition("-")
    if rule.endswith("+"):
        return count >= int(rule[:-1])
    return int(low) <= count <= int(high if dash else low)


@contextmanager
def watching() -> Iterator[list[str]]:
    """Runs a test with every form counted; the list names the routes whose number is not the declared one."""
    wrong: list[str] = []
    rules = declared()
    carry_out = web._once

    def counted(
        request: HttpRequest, action: Callable[[], Any], to: Callable[[Any], str]
    ) -> tuple[str, bool]:
        found = [0]

        def count(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
            text = str(sql)
            if _INSERT.match(text):
                found[0] += text.count("(%s")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            location, is_new = carry_out(request, action, to)
        route = request.resolver_match.view_name if request.resolver_match else request.path
        rule = rules.get(route, "1") if is_new else "0"
        if not fits(found[0], rule):
            wrong.append(f"{route}: {found[0]} entries, declared {rule} (tests/data/audit_counts.csv)")
        return location, is_new

    web._once = counted  # type: ignore[assignment]
    try:
        yield wrong
    finally:
        web._once = carry_out  # type: ignore[assignment]
