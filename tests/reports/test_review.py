"""Faults found by reading reports again: years in the address, one rounding for words and tables."""

import pytest
from django.urls import reverse

from core.documents.tree import to_decimal
from reports import sheets
from reports.figures import rate
from tests.world import World


@pytest.mark.parametrize("year", ["020249", "020241111", "9" * 5000, "٢٠٢٤", "-2024", "2024.0", "0000"])
def test_a_wrong_year_shows_the_present_one(world: World, sign_in, year: str) -> None:
    client = sign_in(world.specialist)
    client.raise_request_exception = False
    answer = client.get(reverse("reports:dashboard"), {"year": year})
    assert answer.status_code == 200
    assert answer.context["year"] <= world.specialist.today.year


@pytest.mark.parametrize(("part", "whole"), [(1, 16), (3, 16), (5, 16), (1, 80), (1, 3), (0, 7)])
def test_words_and_table_give_the_same_share(part: int, whole: int) -> None:
    answered = {"required": whole, "confirmed": part, "approved": part, "submitted": 0, "draft": 0, "none": 0}
    table = sheets.response({"response": answered})
    row = next(row for row in table.rows if "được duyệt" in str(row[0]))
    assert row[2] == to_decimal(rate(part, whole))
