from datetime import date
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from awards import queries, rulebook_files
from awards.actions.catalogue import load_catalogue
from awards.models import AwardKind
from campaigns import catalogue
from core.models import AuditEntry
from tests.builders_awards import kind, load_kinds, make_draft, make_round
from tests.world import World
from units.permissions import system_actor

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_rulebook", stdout=out)
    return out.getvalue()


def test_the_rule_book_loads_once_and_again_without_change() -> None:
    first = load()
    count = AwardKind.objects.count()
    entries = AuditEntry.objects.count()

    second = load()

    assert f"thêm {count}" in first
    assert f"thêm 0, đổi 0, giữ nguyên {count}" in second
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("day", [date(2021, 5, 1), date(2024, 12, 16), date(2025, 6, 1), date(2026, 12, 1)])
def test_each_day_has_one_row_per_code(day: date) -> None:
    load_kinds()

    codes = list(AwardKind.objects.in_force_on(day).values_list("code", flat=True))

    assert len(codes) == len(set(codes))
    assert {"LDTT", "CSTDCS", "CSTD_BO", "TTLDXS", "BK_BO", "GIAY_KHEN"} <= set(codes)


def test_shares_and_papers_come_from_the_law_of_the_day() -> None:
    title = kind("CSTDCS")
    before = AwardKind.objects.in_force_on(date(2021, 5, 1)).get(code="CSTDCS")

    assert title.vote_share == Fraction(8, 10)
    assert title.one_of_papers == ["chung_nhan_sang_kien", "nghiem_thu_de_tai", "xac_nhan_xep_loai"]
    assert "bao_cao" in title.required_papers
    assert before.vote_share is None


def test_a_used_row_is_not_changed_silently(world: World) -> None:
    make_draft(world, make_round(world), "LDTT")
    AwardKind.objects.filter(code="LDTT", regime="L2022").update(name="Tên đã bị sửa tay")

    with pytest.raises(CommandError, match=r"LDTT \(L2022\): name"):
        load()

    assert AwardKind.objects.get(code="LDTT", regime="L2022").name == "Tên đã bị sửa tay"


def test_a_used_row_changes_with_a_reason_that_is_recorded(world: World) -> None:
    make_draft(world, make_round(world), "LDTT")
    AwardKind.objects.filter(code="LDTT", regime="L2022").update(name="Tên cũ")

    done = load_catalogue(rulebook_files.rows(), actor=system_actor("thử"), because="Văn bản đính chính số 1")

    assert done.changed == ["LDTT (L2022)"]
    entry = AuditEntry.objects.filter(action="award_kind.change").get()
    assert (entry.note, entry.changes["name"]) == (
        "Văn bản đính chính số 1",
        ["Tên cũ", "Lao động tiên tiến"],
    )


def test_campaigns_read_the_titles_of_the_day() -> None:
    load_kinds()

    codes = dict(catalogue.titles(date(2024, 12, 16), "collective"))

    assert codes["TTLDXS"] == "Tập thể lao động xuất sắc"
    assert "LDTT" not in codes
    assert list(codes) == [row.code for row in queries.catalogue(date(2024, 12, 16), "collective")]


def test_the_documents_in_force_on_a_day_are_the_grounds_of_a_decision() -> None:
    titles = rulebook_files.sources_on(date(2024, 12, 16))

    assert titles[0] == "Luật Thi đua, khen thưởng 06/2022/QH15"
    assert "Nghị định 98/2023/NĐ-CP" in titles
    assert "Nghị định 152/2025/NĐ-CP" not in titles
