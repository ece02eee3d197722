import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from awards import queries, tasks
from awards.models import Decision, HonourRecord
from core import files
from core.models import StoredFile
from tests.builders_awards import issue, make_decision, make_passed, make_round, make_worker
from tests.world import World

pytestmark = pytest.mark.django_db
NAME = "Nguyễn Thị Tuyết Ứng"


def text_of(stored: StoredFile) -> str:
    reader = PdfReader(io.BytesIO(files.read(stored)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def decision(world: World) -> Decision:
    round_ = make_round(world)
    passed = make_passed(world, round_, "BK_BO", person=make_worker(world.agency, NAME))
    facts = {"person": None, "subject_kind": "collective", "collective": world.division}
    return issue(world, make_decision(world, round_, passed, make_passed(world, round_, "BK_BO", **facts)))


def test_the_certificate_carries_name_award_and_decision(decision: Decision) -> None:
    tasks.build_certificates(decision.pk)

    text = text_of(HonourRecord.objects.get(subject_name=NAME).files.get())
    assert f"Bà {NAME}" in text
    assert "BẰNG KHEN" in text
    assert "BỘ TRƯỞNG BỘ THỬ NGHIỆM" in text
    assert "Quyết định số 4321/QĐ-BTN, ngày 16 tháng 12 năm 2024" in text
    assert "Số sổ vàng: " in text


def test_the_decision_is_laid_out_with_grounds_articles_and_list(decision: Decision) -> None:
    tasks.build_certificates(decision.pk)

    text = text_of(decision.files.get())
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 4321/QĐ-BTN",
        "Căn cứ Luật Thi đua, khen thưởng;",
        "Căn cứ Nghị định số 98/2023/NĐ-CP của Chính phủ;",
        "Điều 1.",
        "01 cá nhân và 01 tập thể",
        "KT. BỘ TRƯỞNG THỨ TRƯỞNG",
        "Kèm theo Quyết định số 4321/QĐ-BTN",
        NAME,
        "Phòng Đo đạc Thử nghiệm",
    ):
        assert part in text


def test_the_task_runs_twice_with_one_effect(decision: Decision) -> None:
    tasks.build_certificates(decision.pk)
    kept = list(StoredFile.objects.order_by("pk").values_list("pk", "sha256"))

    tasks.build_certificates(decision.pk)

    assert list(StoredFile.objects.order_by("pk").values_list("pk", "sha256")) == kept
    assert [honour.files.count() for honour in HonourRecord.objects.all()] == [1, 1]


def test_the_task_finishes_what_an_interrupted_run_left(decision: Decision) -> None:
    tasks.build_certificates(decision.pk)
    StoredFile.objects.filter(pk=HonourRecord.objects.get(subject_name=NAME).files.get().pk).delete()

    tasks.build_certificates(decision.pk)

    assert [honour.files.count() for honour in HonourRecord.objects.all()] == [1, 1]
    assert decision.files.count() == 1


def test_missing_papers_are_asked_for_again_until_all_are_there(decision: Decision) -> None:
    assert queries.decisions_without_papers() == [decision.pk]
    tasks.build_certificates(decision.pk)
    assert queries.decisions_without_papers() == []
    HonourRecord.objects.get(subject_name=NAME).files.all().delete()
    assert queries.decisions_without_papers() == [decision.pk]


def test_nothing_is_built_for_a_draft_or_a_missing_decision(world: World) -> None:
    round_ = make_round(world)
    draft = make_decision(world, round_, make_passed(world, round_))

    tasks.build_certificates(draft.pk)
    tasks.build_certificates(999_999)

    assert not HonourRecord.objects.exists()
    assert draft.files.count() == 0


def test_markup_in_a_name_is_text_on_the_certificate(world: World) -> None:
    round_ = make_round(world)
    person = make_worker(world.agency, "<b>Đậm</b> & Sắc")
    decision = issue(world, make_decision(world, round_, make_passed(world, round_, "BK_BO", person=person)))

    tasks.build_certificates(decision.pk)

    assert "<b>Đậm</b> & Sắc" in text_of(HonourRecord.objects.get().files.get())


def test_the_page_asks_again_until_the_certificate_is_there(
    decision: Decision, world: World, sign_in: Callable[[Any], Client]
) -> None:
    honour = HonourRecord.objects.get(subject_name=NAME)
    client = sign_in(world.officer)
    before = client.get(honour.get_absolute_url()).content.decode()
    tasks.build_certificates(decision.pk)

    fragment = client.get(honour.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 3s"' in before
    assert "hx-trigger" not in fragment
    assert "<html" not in fragment
    assert "Tải bằng (PDF)" in fragment
    address = reverse("core:file-download", args=[honour.files.get().pk])
    assert client.get(address).status_code == 200
    assert sign_in(world.foreign_officer).get(address).status_code == 404
