from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from awards import queries
from awards.actions import decisions, nominations, results, rounds
from awards.choices import Ground, NominationState, Paper
from awards.models import CouncilResult, Decision, HonourRecord, Nomination, Round
from campaigns.models import Campaign, Criterion, UnitYearResult
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import AuditEntry, Notice
from tests.builders import TODAY, make_member, make_unit
from tests.builders_awards import (
    COUNCIL,
    SUMMARY,
    attach_required,
    issue,
    kind,
    make_awaiting_council,
    make_decision,
    make_draft,
    make_passed,
    make_round,
    make_submitted,
    make_worker,
    pdf_upload,
)
from tests.world import World
from units.choices import Role

pytestmark = pytest.mark.django_db
S = NominationState
VOTE = COUNCIL | {
    "voted_on": TODAY,
    "members": 14,
    "in_favour": 14,
    "against": 0,
    "blank": 0,
    "concluded": True,
}


@pytest.fixture
def round_(world: World) -> Round:
    return make_round(world)


def audited(act: Callable[[], Any]) -> list[str]:
    """The audit entries that the action wrote."""
    before = AuditEntry.objects.count()
    act()
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))[before:]


# --- each change writes exactly one entry ------------------------------------------------------------
def test_each_step_of_the_whole_way_writes_one_entry(world: World, round_: Round) -> None:
    draft = make_draft(world, round_, "LDTT")
    pk = draft.pk
    values = {"award": draft.award, "subject_kind": "person", "person": draft.person, "achievement": "Mới"}
    steps: list[Callable[[], Any]] = [
        lambda: nominations.save_nomination(pk, values | {"initiative": None}, actor=world.officer),
        lambda: nominations.attach_paper(pk, Paper.REPORT, pdf_upload(), actor=world.officer),
        lambda: nominations.attach_paper(pk, Paper.MINUTES, pdf_upload(), actor=world.officer),
        lambda: nominations.ask_signature(pk, actor=world.officer),
        lambda: nominations.return_to_officer(pk, note="Thiếu số liệu", actor=world.head),
        lambda: nominations.ask_signature(pk, actor=world.officer),
        lambda: nominations.submit_nomination(pk, actor=world.head),
        lambda: nominations.withdraw_nomination(pk, actor=world.officer),
        lambda: nominations.ask_signature(pk, actor=world.officer),
        lambda: nominations.submit_nomination(pk, actor=world.head),
        lambda: nominations.receive_nomination(pk, actor=world.specialist),
        lambda: nominations.return_nomination(pk, note="Bổ sung", actor=world.specialist),
        lambda: nominations.ask_signature(pk, actor=world.officer),
        lambda: nominations.submit_nomination(pk, actor=world.head),
        lambda: nominations.receive_nomination(pk, actor=world.specialist),
        lambda: nominations.forward_nomination(pk, actor=world.specialist),
        lambda: results.record_result(pk, **VOTE, actor=world.secretary),
        lambda: make_decision(world, round_, Nomination.objects.get(pk=pk)),
        lambda: issue(world, Decision.objects.get()),
    ]

    written = [audited(step) for step in steps]

    assert [len(one) for one in written] == [1] * len(steps)
    assert Nomination.objects.get(pk=pk).state == S.AWARDED
    assert written[-1] == ["decision.issue"]


def test_rounds_write_one_entry_each(world: World) -> None:
    made: list[Round] = []
    assert audited(lambda: made.append(make_round(world))) == ["round.open"]
    pk = made[0].pk

    assert audited(lambda: rounds.save_round(pk, {"name": "Tên mới"}, actor=world.specialist)) == [
        "round.edit"
    ]
    assert audited(lambda: rounds.close_round(pk, actor=world.specialist)) == ["round.close"]
    assert audited(lambda: rounds.reopen_round(pk, actor=world.specialist)) == ["round.reopen"]


# --- who may not -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "who", ["head", "foreign_officer", "division_officer", "specialist", "leader", "auditor"]
)
def test_only_the_officer_of_the_unit_sends_for_signature(world: World, round_: Round, who: str) -> None:
    draft = make_draft(world, round_)
    attach_required(draft, world.officer)

    with pytest.raises(Forbidden):
        nominations.ask_signature(draft.pk, actor=getattr(world, who))

    draft.refresh_from_db()
    assert draft.state == S.DRAFT


@pytest.mark.parametrize("who", ["officer", "foreign_head", "specialist", "leader"])
def test_only_the_head_of_the_unit_submits(world: World, round_: Round, who: str) -> None:
    draft = make_draft(world, round_)
    attach_required(draft, world.officer)
    nominations.ask_signature(draft.pk, actor=world.officer)

    with pytest.raises(Forbidden):
        nominations.submit_nomination(draft.pk, actor=getattr(world, who))


@pytest.mark.parametrize("who", ["officer", "head", "foreign_officer", "secretary", "leader"])
def test_only_the_unit_that_holds_the_dossier_receives_it(world: World, round_: Round, who: str) -> None:
    sent = make_submitted(world, round_)

    with pytest.raises(Forbidden):
        nominations.receive_nomination(sent.pk, actor=getattr(world, who))


@pytest.mark.parametrize("who", ["officer", "specialist", "leader", "auditor"])
def test_only_the_secretary_records_the_vote(world: World, round_: Round, who: str) -> None:
    waiting = make_awaiting_council(world, round_)

    with pytest.raises(Forbidden):
        results.record_result(waiting.pk, **VOTE, actor=getattr(world, who))

    assert not CouncilResult.objects.exists()


@pytest.mark.parametrize("who", ["officer", "specialist", "secretary", "auditor"])
def test_only_the_leadership_issues(world: World, round_: Round, who: str) -> None:
    decision = make_decision(world, round_, make_passed(world, round_))
    facts = {"number": "1/QĐ", "signed_on": TODAY, "signer_name": "A", "signer_position": "Bộ trưởng"}

    with pytest.raises(Forbidden):
        decisions.issue_decision(decision.pk, **facts, actor=getattr(world, who))

    assert not HonourRecord.objects.exists()


# --- someone was faster ------------------------------------------------------------------------------
def test_a_step_out_of_turn_is_stale(world: World, round_: Round) -> None:
    sent = make_submitted(world, round_)
    nominations.receive_nomination(sent.pk, actor=world.specialist)

    with pytest.raises(StaleState, match="Đã tiếp nhận"):
        nominations.receive_nomination(sent.pk, actor=world.specialist)
    with pytest.raises(StaleState):
        nominations.withdraw_nomination(sent.pk, actor=world.officer)


def test_an_old_version_is_stale(world: World, round_: Round) -> None:
    draft = make_draft(world, round_)
    values = {"award": draft.award, "subject_kind": "person", "person": draft.person, "initiative": None}
    nominations.save_nomination(draft.pk, values | {"achievement": "Một"}, actor=world.officer, version=1)

    with pytest.raises(StaleState):
        nominations.save_nomination(draft.pk, values | {"achievement": "Hai"}, actor=world.officer, version=1)

    draft.refresh_from_db()
    assert draft.achievement == "Một"


def test_a_decision_is_issued_once(world: World, round_: Round) -> None:
    decision = make_decision(world, round_, make_passed(world, round_))
    issue(world, decision)

    with pytest.raises(StaleState):
        issue(world, decision, number="9999/QĐ")

    assert HonourRecord.objects.count() == 1


# --- the rules of sending ----------------------------------------------------------------------------
def test_an_incomplete_dossier_is_not_sent_and_says_what_is_missing(world: World, round_: Round) -> None:
    draft = make_draft(world, round_, "CSTDCS")

    with pytest.raises(RuleBroken, match="Biên bản họp bình xét; Kết quả bỏ phiếu; Giấy tờ chứng minh"):
        nominations.ask_signature(draft.pk, actor=world.officer)


@pytest.mark.parametrize(("is_outstanding", "refused"), [(False, True), (True, False), (None, False)])
def test_a_head_rests_on_the_result_of_the_unit(
    world: World, is_outstanding: bool | None, refused: bool
) -> None:
    campaign = Campaign.objects.create(
        unit=world.ministry, issuer_name="Bộ trưởng", title="Phong trào 2024", year_from=2024, year_to=2024,
        starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31), state="launched",
    )  # fmt: skip
    Criterion.objects.create(
        campaign=campaign,
        audience="leader",
        position=1,
        text="Tập thể tiêu biểu",
        check_code="unit_outstanding",
    )
    if is_outstanding is not None:
        UnitYearResult.objects.create(
            unit=world.agency, year=2024, grade="HTXSNV", is_outstanding=is_outstanding, document="QĐ 1"
        )
    draft = make_draft(world, make_round(world, campaign=campaign), person=world.head.user.person)
    attach_required(draft, world.officer)

    if refused:
        with pytest.raises(RuleBroken, match="Phong trào 2024"):
            nominations.ask_signature(draft.pk, actor=world.officer)
    else:
        nominations.ask_signature(draft.pk, actor=world.officer)


def test_a_closed_round_takes_no_new_dossier_but_a_returned_one_comes_back(
    world: World, round_: Round
) -> None:
    draft = make_draft(world, round_)
    attach_required(draft, world.officer)
    sent = make_submitted(world, round_)
    nominations.return_nomination(sent.pk, note="Bổ sung", actor=world.specialist)
    rounds.close_round(round_.pk, actor=world.specialist)

    with pytest.raises(RuleBroken, match="đã kết thúc nhận hồ sơ"):
        nominations.ask_signature(draft.pk, actor=world.officer)
    with pytest.raises(RuleBroken, match="đã kết thúc nhận hồ sơ"):
        make_draft(world, round_)
    nominations.ask_signature(sent.pk, actor=world.officer)


def test_the_same_subject_is_proposed_once_for_one_award(world: World, round_: Round) -> None:
    person = make_worker(world.agency)
    make_draft(world, round_, person=person)

    with pytest.raises(Exception, match="đã được đề nghị"):
        make_draft(world, round_, person=person)


def test_people_and_collectives_of_other_units_are_refused(world: World, round_: Round) -> None:
    with pytest.raises(RuleBroken, match="đang công tác tại đơn vị"):
        make_draft(world, round_, person=make_worker(world.institute))
    with pytest.raises(RuleBroken, match="tập thể trực thuộc"):
        make_draft(
            world, round_, "TTLDXS", person=None, subject_kind="collective", collective=world.institute
        )
    with pytest.raises(RuleBroken, match="không dành cho"):
        make_draft(world, round_, "TTLDXS")


def test_a_return_needs_a_reason_that_the_unit_reads(world: World, round_: Round) -> None:
    sent = make_submitted(world, round_)

    with pytest.raises(RuleBroken):
        nominations.return_nomination(sent.pk, note="   ", actor=world.specialist)
    returned = nominations.return_nomination(sent.pk, note=" Thiếu số liệu ", actor=world.specialist)

    assert (returned.state, returned.held_by, returned.return_reason) == (
        S.RETURNED,
        world.agency,
        "Thiếu số liệu",
    )


def test_facts_of_the_post_are_frozen_when_the_head_signs(world: World, round_: Round) -> None:
    sent = make_submitted(world, round_, person=make_worker(world.agency, "Mai Thị Đo"))
    sent.person.postings.update(title="Việc khác", is_direct_worker=False)

    sent.refresh_from_db()
    assert (sent.position_title, sent.is_direct_worker, sent.sex) == ("Quan trắc viên", True, "female")


def test_a_replaced_paper_stays_as_an_older_version(world: World, round_: Round) -> None:
    draft = make_draft(world, round_)
    first = nominations.attach_paper(draft.pk, Paper.REPORT, pdf_upload("cu.pdf"), actor=world.officer)
    second = nominations.attach_paper(draft.pk, Paper.REPORT, pdf_upload("moi.pdf"), actor=world.officer)

    first.refresh_from_db()
    assert first.is_replaced
    assert first.files.get().name == "cu.pdf"
    assert queries.papers_of(draft) == [second]


# --- the way up --------------------------------------------------------------------------------------
def test_the_way_goes_through_the_staffed_level_above(world: World, round_: Round) -> None:
    sent = make_draft(world, round_, actor=world.division_officer, person=make_worker(world.division))
    attach_required(sent, world.division_officer)
    nominations.ask_signature(sent.pk, actor=world.division_officer)

    sent = nominations.submit_nomination(sent.pk, actor=world.division_head)
    assert sent.held_by == world.agency
    nominations.receive_nomination(sent.pk, actor=world.officer)
    sent = nominations.forward_nomination(sent.pk, actor=world.officer)
    assert (sent.held_by, sent.state) == (world.ministry, S.SUBMITTED)
    with pytest.raises(RuleBroken, match="không thu hồi được"):
        nominations.withdraw_nomination(sent.pk, actor=world.division_officer)


def test_a_level_without_an_officer_is_passed_over(world: World, round_: Round) -> None:
    centre = make_unit("Trung tâm Không Cán bộ", world.ministry)
    station = make_unit("Trạm Quan trắc", centre)
    officer = make_member(Role.UNIT_OFFICER, station)

    assert queries.next_level(station, world.ministry, TODAY) == world.ministry
    assert queries.next_level(world.division, world.ministry, TODAY) == world.agency
    assert officer.unit == station


def test_the_way_of_a_round_ends_at_the_unit_that_opened_it(world: World) -> None:
    specialist = make_member(Role.AWARD_SPECIALIST, world.agency)
    data = {"year": 2024, "name": "Xét cấp cục", "ground": Ground.MERIT, "campaign": None, "council_on": None}
    dates = {"opens_on": TODAY, "closes_on": TODAY}
    round_ = rounds.open_round(data | dates, actor=specialist)

    sent = make_submitted(world, round_)
    nominations.receive_nomination(sent.pk, actor=specialist)
    sent = nominations.forward_nomination(sent.pk, actor=specialist)

    assert (sent.held_by, sent.state) == (world.agency, S.AWAITING_COUNCIL)


def test_a_unit_may_not_nominate_in_a_round_of_another_tree(world: World) -> None:
    specialist = make_member(Role.AWARD_SPECIALIST, world.institute)
    data = {
        "year": 2024,
        "name": "Xét cấp viện",
        "ground": Ground.MERIT,
        "opens_on": TODAY,
        "closes_on": TODAY,
    }
    round_ = rounds.open_round(data, actor=specialist)

    with pytest.raises(RuleBroken, match="không dành cho đơn vị"):
        make_draft(world, round_)


def test_the_day_of_receipt_chooses_the_rules_in_force(world: World) -> None:
    round_ = make_round(world, closes_on=date(2025, 3, 31))
    sent = make_submitted(world, round_, "BK_BO")

    received = nominations.receive_nomination(sent.pk, actor=world.specialist, today=date(2025, 3, 10))

    assert sent.award.name == "Bằng khen của Bộ trưởng Bộ Tài nguyên và Môi trường"
    assert received.award.name == "Bằng khen của Bộ trưởng Bộ Nông nghiệp và Môi trường"


# --- result ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("in_favour", "state"), [(11, S.NOT_PASSED), (12, S.PASSED)])
def test_the_share_of_the_law_decides(world: World, round_: Round, in_favour: int, state: str) -> None:
    waiting = make_awaiting_council(world, round_, "CSTDCS")

    result = results.record_result(
        waiting.pk, **(VOTE | {"in_favour": in_favour, "concluded": not state}), actor=world.secretary
    )

    waiting.refresh_from_db()
    assert (waiting.state, result.is_passed) == (state, state == S.PASSED)
    assert "cần từ 80 % (12 phiếu)" in result.sentence


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"in_favour": 10, "against": 4, "blank": 1}, "in_favour"),
        ({"members": 0}, "members"),
        ({"blank": -1}, "blank"),
        ({"voted_on": TODAY + timedelta(days=1)}, "voted_on"),
        ({"voted_on": date(2024, 10, 31)}, "voted_on"),
        ({"minutes_number": " "}, "minutes_number"),
    ],
)
def test_a_vote_that_cannot_be_changes_nothing(world: World, round_: Round, change: dict, field: str) -> None:
    waiting = make_awaiting_council(world, round_)

    with pytest.raises(RuleBroken) as refused:
        results.record_result(waiting.pk, **(VOTE | change), actor=world.secretary)

    waiting.refresh_from_db()
    assert list(refused.value.fields) == [field]
    assert (waiting.state, CouncilResult.objects.count()) == (S.AWAITING_COUNCIL, 0)


# --- decision ----------------------------------------------------------------------------------------
def test_issuing_writes_honours_with_the_names_of_the_day(world: World, round_: Round) -> None:
    person = make_passed(world, round_, "LDTT", person=make_worker(world.agency, "Mai Thị Đo"))
    facts = {"person": None, "subject_kind": "collective", "collective": world.division}
    collective = make_passed(world, round_, "BK_BO", **facts)
    decision = issue(world, make_decision(world, round_, person, collective), number="Số: 4321/QĐ-BTN")
    world.division.name = "Tên mới"
    world.division.save()

    first, second = HonourRecord.objects.order_by("book_number")
    assert decision.number == "4321/QĐ-BTN"
    assert (first.subject_name, first.unit_name, first.person) == ("Phòng Đo đạc Thử nghiệm",) * 2 + (None,)
    assert (first.unit, first.position_title, first.sex) == (world.division, "", "")
    assert (second.subject_name, second.position_title, second.sex) == (
        "Mai Thị Đo",
        "Quan trắc viên",
        "female",
    )
    assert (second.is_direct_worker, second.year, second.ground) == (True, 2024, Ground.MERIT)
    assert [first.book_number, second.book_number] == [1, 2]
    assert {first.decided_on, second.decided_on} == {TODAY}
    assert second.achievement == SUMMARY


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"signed_on": TODAY + timedelta(days=1)}, "signed_on"),
        ({"signed_on": TODAY - timedelta(days=1)}, "signed_on"),
        ({"number": " Số: "}, "number"),
        ({"signer_name": ""}, "signer_name"),
        ({"signer_position": ""}, "signer_position"),
    ],
)
def test_a_faulty_decision_changes_nothing(world: World, round_: Round, change: dict, field: str) -> None:
    passed = make_passed(world, round_)
    decision = make_decision(world, round_, passed)

    with pytest.raises(RuleBroken) as refused:
        issue(world, decision, **change)

    passed.refresh_from_db()
    decision.refresh_from_db()
    assert list(refused.value.fields) == [field]
    assert (passed.state, decision.state, HonourRecord.objects.count()) == (S.PASSED, "draft", 0)


def test_state_awards_and_foreign_dossiers_do_not_enter_a_decision(world: World, round_: Round) -> None:
    state_level = make_passed(world, round_, "BK_TTG")
    waiting = make_awaiting_council(world, round_)

    with pytest.raises(RuleBroken, match="Thủ tướng Chính phủ quyết định"):
        make_decision(world, round_, state_level)
    with pytest.raises(RuleBroken, match="không còn ở trạng thái «Đạt»"):
        make_decision(world, round_, waiting)
    with pytest.raises(RuleBroken, match="ít nhất một hồ sơ"):
        make_decision(world, round_)


def test_a_draft_decision_gains_and_loses_lines(world: World, round_: Round) -> None:
    one, two = make_passed(world, round_), make_passed(world, round_)
    decision = make_decision(world, round_, one)

    decisions.save_decision(
        decision.pk, title="Trích yếu mới", nomination_ids=[two.pk], actor=world.specialist, version=1
    )

    assert [line.nomination for line in queries.lines_of(decision)] == [two]
    assert list(queries.passed_without_decision(round_)) == [one]


def test_the_officers_of_the_proposing_unit_are_told(world: World, round_: Round) -> None:
    issue(world, make_decision(world, round_, make_passed(world, round_), make_passed(world, round_)))

    told = Notice.objects.filter(kind="decision.issue")
    assert [(notice.user, "2 cá nhân, tập thể" in notice.text) for notice in told] == [
        (world.officer.user, True)
    ]


def test_drafts_for_several_people_are_made_together_or_not_at_all(world: World, round_: Round) -> None:
    people = [make_worker(world.agency, f"Người {number}") for number in range(3)]
    award = kind("LDTT")

    made = nominations.create_for_people(round_.pk, award, people, actor=world.officer)
    with pytest.raises(RuleBroken, match="Người 0, Người 1, Người 2"):
        nominations.create_for_people(
            round_.pk, award, [*people, make_worker(world.agency)], actor=world.officer
        )

    assert len(made) == Nomination.objects.count() == 3
