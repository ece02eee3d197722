"""Faults found by reading awards again: lost updates, a round closed meanwhile, what an initiative proves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.actions import nominations
from awards.choices import Paper
from awards.models import Decision
from awards.rules.readiness import AwardFacts, DossierFacts, InitiativeFacts, readiness
from core.models import AuditEntry
from tests.builders_awards import SUMMARY, make_decision, make_draft, make_passed, make_round
from tests.world import World

ISSUE = {
    "number": "12/QĐ-BTN", "signed_on": "16/12/2024", "signer_name": "Đặng Văn Lãnh Đạo",
    "signer_position": "Thứ trưởng", "confirm_word": "BAN HÀNH",
}  # fmt: skip


def test_a_refused_form_sent_again_does_not_overwrite_what_came_between(world: World, sign_in) -> None:
    draft = make_draft(world, make_round(world))
    seen = draft.version
    data = {"achievement": "Bản của đồng nghiệp"}
    nominations.save_nomination(draft.pk, data, actor=world.officer)
    client, url = sign_in(world.officer), reverse("awards:nomination-edit", args=[draft.pk])
    mine = {
        "person": draft.person_id, "award": draft.award_id, "initiative": "", "achievement": "Bản của tôi",
        "version": seen,
    }  # fmt: skip
    first = client.post(url, mine)
    assert first.status_code == 409
    shown = first.context["nomination"].version
    assert f'name="version" value="{shown}"' in first.content.decode()
    assert client.post(url, mine | {"version": shown}).status_code == 409
    draft.refresh_from_db()
    assert draft.achievement == "Bản của đồng nghiệp"


def test_a_form_that_does_not_say_what_it_was_made_from_changes_nothing(world: World, sign_in) -> None:
    round_ = make_round(world)
    decision = make_decision(world, round_, make_passed(world, round_))
    before = AuditEntry.objects.count()
    answer = sign_in(world.leader).post(reverse("awards:decision-issue", args=[decision.pk]), ISSUE)
    assert answer.status_code == 409
    assert Decision.objects.get(pk=decision.pk).state == "draft"
    assert AuditEntry.objects.count() == before


def test_a_decision_that_grew_while_the_leader_read_it_is_not_issued(world: World, sign_in) -> None:
    round_ = make_round(world)
    decision = make_decision(world, round_, make_passed(world, round_))
    Decision.objects.filter(pk=decision.pk).update(version=decision.version + 1)
    client, url = sign_in(world.leader), reverse("awards:decision-issue", args=[decision.pk])
    first = client.post(url, ISSUE | {"version": decision.version})
    assert first.status_code == 409
    again = client.post(url, ISSUE | {"version": first.context["decision"].version})
    assert again.status_code == 409


def test_a_draft_is_made_with_its_round_locked(world: World) -> None:
    round_ = make_round(world)
    with CaptureQueriesContext(connection) as found:
        make_draft(world, round_)
    assert any("FOR NO KEY UPDATE" in q["sql"] and 'FROM "awards_round"' in q["sql"] for q in found)


# --- what an initiative proves (R-INI-2, R-INI-3) ----------------------------------------------------
def _dossier(code: str, initiative: InitiativeFacts) -> DossierFacts:
    award = AwardFacts(
        code, "Danh hiệu", True, ["person"], papers=(), one_of=(str(Paper.INITIATIVE), str(Paper.RESEARCH))
    )
    return DossierFacts(
        "person", "Trần Thị A", True, award, SUMMARY, set(), "merit", True, initiative=initiative
    )


def _is_proven(code: str, initiative: InitiativeFacts) -> bool:
    return readiness(_dossier(code, initiative)).is_ready


@pytest.mark.parametrize("is_research", [False, True])
@pytest.mark.parametrize(
    ("code", "scope", "proves"),
    [
        ("CSTDCS", "co_so", True), ("CSTDCS", "bo", True), ("CSTD_BO", "co_so", False),
        ("CSTD_BO", "bo", True), ("CSTDTQ", "bo", False), ("CSTDTQ", "toan_quoc", True),
        ("CSTDCS", "", False), ("BK_BO", "co_so", True),
    ],
)  # fmt: skip
def test_a_work_proves_a_title_only_when_its_scope_is_wide_enough(
    code: str, scope: str, proves: bool, is_research: bool
) -> None:
    work = InitiativeFacts("Sáng kiến", scope, "1/QĐ", is_research=is_research)
    assert _is_proven(code, work) is proves


def test_the_work_of_others_proves_nothing() -> None:
    assert not _is_proven("CSTDCS", InitiativeFacts("Sáng kiến", "bo", "1/QĐ", is_author=False))
