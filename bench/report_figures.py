"""Goal S5: all figures of the ministry's year-end report, as ratios inside one run.

    STATE_DIR=/tmp/bench-state .venv/bin/python bench/report_figures.py [HONOURS]

Fills an empty database with 95 branches, 3,000 units and HONOURS (500,000) honours of ten years. Compares
one sequential scan of the honours, `reports.figures.compute`, and the same honour counts asked one by one:
for each branch, award and period a COUNT of all, of persons, women, leaders, direct workers. Prints a table
and writes report_figures.json into STATE_DIR.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402

from awards.models import HonourRecord  # noqa: E402
from config import services  # noqa: E402
from reports.choices import ReportKind  # noqa: E402
from reports.figures import compute  # noqa: E402
from reports.periods import period_of  # noqa: E402
from units.models import Unit  # noqa: E402

BRANCHES, UNITS, AWARDS, YEARS = 95, 3000, 12, 10
ROUNDS = 3
GOAL_SCAN, GOAL_NAIVE = 60.0, 10.0

FILL = """
INSERT INTO units_unit (code, name, short_name, search_key, sort_key, kind, path, is_verified, source, note)
SELECT 'B' || n, 'Đơn vị ' || n, '', '', lpad(n::text, 6, '0'),
       CASE n WHEN 0 THEN 'ministry' ELSE 'agency' END,
       CASE WHEN n = 0 THEN '/B0/' WHEN n <= %(branches)s THEN '/B0/B' || n || '/'
            ELSE '/B0/B' || (1 + n %% %(branches)s) || '/B' || n || '/' END, true, '', ''
FROM generate_series(0, %(units)s) n;
INSERT INTO awards_awardkind (code, regime, name, short_name, category, level, rank, receivers, decided_by,
                              cadence, vote_source, papers, source, is_open_question, open_question)
SELECT 'D' || n, 'L2022', 'Danh hiệu ' || n, '', CASE WHEN n %% 2 = 0 THEN 'title' ELSE 'form' END,
       (ARRAY['unit', 'ministry', 'state'])[1 + n %% 3], n, '{person,collective}', '', '', '', '{}', '',
       false, ''
FROM generate_series(1, %(awards)s) n;
INSERT INTO awards_honourrecord (award_id, award_code, award_name, category, level, ground, subject_kind,
    unit_id, subject_name, subject_search, unit_name, position_title, leader_level, is_direct_worker, sex,
    year,
    issuer_unit_id, decision_number, decided_on, achievement)
SELECT a.id, a.code, a.name, a.category, a.level, (ARRAY['merit', 'spot', 'thematic'])[1 + n %% 3],
       'collective', u.id,
       'Tập thể ' || n, 'tap the ' || n, u.name, '', '', false, '', 2015 + n %% %(years)s, u.id, '1',
       make_date(2015 + n %% %(years)s, 1 + n %% 12, 1 + n %% 28), ''
FROM generate_series(1, %(honours)s) n
JOIN awards_awardkind a ON a.code = 'D' || (1 + (n * 7) %% %(awards)s)
JOIN units_unit u ON u.code = 'B' || ((n * 31) %% (%(units)s + 1));
ANALYZE;
"""


def fill(honours: int) -> None:
    facts = {"branches": BRANCHES, "units": UNITS, "awards": AWARDS, "years": YEARS, "honours": honours}
    with connection.cursor() as cursor:
        cursor.execute(FILL, facts)


def scan() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off"
        )
        cursor.execute("SELECT count(*) FILTER (WHERE decided_on >= '2024-01-01') FROM awards_honourrecord")
        cursor.execute("RESET enable_indexscan; RESET enable_indexonlyscan; RESET enable_bitmapscan")


def naive(branches: list[Unit]) -> None:
    """A COUNT for each branch, award, period and column: how such tables are often made."""
    person = Q(subject_kind="person")
    columns = (
        Q(),
        person,
        person & Q(sex="female"),
        person & ~Q(leader_level="none"),
        Q(is_direct_worker=True),
    )
    for branch, number, year in product(branches, range(1, AWARDS + 1), (2023, 2024)):
        rows = HonourRecord.objects.filter(
            unit__path__startswith=branch.path,
            award_code=f"D{number}",
            decided_on__gte=date(year, 1, 1),
            decided_on__lt=date(year + 1, 1, 1),
        )
        for column in columns:
            rows.filter(column).count()


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(honours: int) -> int:
    call_command("migrate", verbosity=0)
    if not HonourRecord.objects.exists():
        fill(honours)
    ministry = Unit.objects.get(code="B0")
    branches = list(Unit.objects.filter(path__regex=r"^/B0/B[0-9]+/$"))
    period = period_of(ReportKind.YEAR_END, 2024)
    found = {
        "honours": HonourRecord.objects.count(),
        "scan_ms": median(scan) * 1000,
        "figures_ms": median(lambda: compute(ministry, period, with_list=False)) * 1000,
        "figures_with_list_ms": median(lambda: compute(ministry, period)) * 1000,
        "naive_ms": median(lambda: naive(branches), 1) * 1000,
    }
    found["figures_to_scan"] = found["figures_ms"] / found["scan_ms"]
    found["naive_to_figures"] = found["naive_ms"] / found["figures_ms"]
    found["passed"] = found["figures_to_scan"] <= GOAL_SCAN and found["naive_to_figures"] >= GOAL_NAIVE
    for name, value in found.items():
        print(f"{name:24}{value:>14,.1f}" if isinstance(value, float) else f"{name:24}{value!s:>14}")
    Path(settings.STATE_DIR, "report_figures.json").write_text(
        json.dumps(found, indent=2) + "\n", encoding="utf-8"
    )
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    with services.for_command(["manage.py", "migrate"]):
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000))
