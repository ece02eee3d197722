from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.choices import Ground, Level
from awards.rules.council import count_faults, vote_verdict, votes_needed
from awards.rules.decisions import LineFacts, authority_verdict, issue_faults
from awards.rules.readiness import AwardFacts, DossierFacts, InitiativeFacts, readiness
from core.errors import Outcome, RuleBroken, Verdict

TODAY = date(2024, 12, 16)
EIGHTY, NINETY = Fraction(8, 10), Fraction(9, 10)


@st.composite
def votes(draw: st.DrawFn) -> tuple[int, int, int, int]:
    members = draw(st.integers(1, 200))
    in_favour = draw(st.integers(0, members))
    against = draw(st.integers(0, members - in_favour))
    blank = draw(st.integers(0, members - in_favour - against))
    return members, in_favour, against, blank


@pytest.mark.parametrize(
    ("share", "members", "needed"),
    [(NINETY, 14, 13), (EIGHTY, 14, 12), (NINETY, 10, 9), (EIGHTY, 5, 4), (NINETY, 1, 1), (EIGHTY, 15, 12)],
)
def test_votes_needed_are_counted_on_all_members(share: Fraction, members: int, needed: int) -> None:
    assert votes_needed(share, members) == needed


@pytest.mark.parametrize(
    ("in_favour", "passed", "sentence"),
    [
        (11, False, "11/14 đồng ý = 78,6 % tổng số thành viên; cần từ 80 % (12 phiếu) → không đạt"),
        (12, True, "12/14 đồng ý = 85,7 % tổng số thành viên; cần từ 80 % (12 phiếu) → đạt"),
        (14, True, "14/14 đồng ý = 100 % tổng số thành viên; cần từ 80 % (12 phiếu) → đạt"),
    ],
)
def test_the_sentence_explains_the_result(in_favour: int, passed: bool, sentence: str) -> None:
    result = vote_verdict(EIGHTY, 14, in_favour, 0, 0, source="R-VOTE-3")

    assert (result.passed, result.sentence, result.source) == (passed, sentence, "R-VOTE-3")
    assert result.verdict.is_met is passed


@given(votes(), st.sampled_from([EIGHTY, NINETY, Fraction(1, 2), Fraction(2, 3), Fraction(1)]))
def test_the_vote_passes_exactly_when_the_share_of_all_members_is_reached(
    vote: tuple[int, int, int, int], share: Fraction
) -> None:
    members, in_favour, against, blank = vote

    result = vote_verdict(share, members, in_favour, against, blank)

    assert result.passed is (in_favour * share.denominator >= members * share.numerator)
    assert result.sentence.endswith("→ đạt" if result.passed else "→ không đạt")


@given(votes())
def test_a_failed_vote_never_reads_as_if_the_threshold_were_reached(vote: tuple[int, int, int, int]) -> None:
    result = vote_verdict(NINETY, *vote)

    shown = Fraction(result.sentence.split(" = ")[1].split(" %")[0].replace(",", "."))
    assert result.passed or shown < 90


@given(votes(), st.booleans())
def test_without_a_share_the_minutes_decide_and_the_sentence_says_so(
    vote: tuple[int, int, int, int], concluded: bool
) -> None:
    result = vote_verdict(None, *vote, concluded=concluded)

    assert result.passed is concluded
    assert result.needed is None
    assert "ghi theo kết luận của biên bản" in result.sentence


@given(st.integers(-5, 60), st.integers(-5, 60), st.integers(-5, 60), st.integers(-5, 60))
def test_counts_that_cannot_be_are_refused(members: int, in_favour: int, against: int, blank: int) -> None:
    possible = (
        members >= 1
        and min(in_favour, against, blank) >= 0
        and len([*range(in_favour), *range(against), *range(blank)]) <= members
    )

    assert (not count_faults(members, in_favour, against, blank)) is possible
    if not possible:
        with pytest.raises(ValueError, match="thành viên|âm"):
            vote_verdict(EIGHTY, members, in_favour, against, blank)


# --- readiness -----------------------------------------------------------------------------------
COMPLETE = DossierFacts(
    subject_kind="person",
    subject_name="Nguyễn Thị Hoa",
    has_post=True,
    award=AwardFacts(
        "CSTDCS",
        "Chiến sĩ thi đua cơ sở",
        True,
        ["person"],
        ["to_trinh", "danh_sach", "bao_cao", "bien_ban", "ket_qua_phieu"],
        ["chung_nhan_sang_kien", "nghiem_thu_de_tai", "xac_nhan_xep_loai"],
    ),
    achievement="Kết quả cụ thể " * 20,
    papers={"to_trinh", "danh_sach", "bao_cao", "bien_ban", "ket_qua_phieu", "xac_nhan_xep_loai"},
    ground=Ground.MERIT,
    is_round_open=True,
)
NOT_OUTSTANDING = Verdict(Outcome.NOT_MET, "Đơn vị không là tập thể tiêu biểu xuất sắc.", "Phong trào 2024")


def test_a_complete_dossier_is_ready() -> None:
    found = readiness(COMPLETE)

    assert (found.done_count, found.total, found.is_ready) == (10, 10, True)
    found.or_raise()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"has_post": False}, "Cá nhân thuộc đơn vị đề nghị"),
        ({"achievement": "  "}, "Tóm tắt thành tích"),
        ({"is_round_open": False, "round_note": "Đã hết hạn"}, "Đợt xét đang nhận hồ sơ"),
        ({"papers": COMPLETE.papers - {"bien_ban"}}, "Biên bản họp bình xét"),
        ({"papers": COMPLETE.papers - {"ket_qua_phieu"}}, "Kết quả bỏ phiếu"),
    ],
)
def test_a_missing_part_refuses_and_is_named(change: dict, missing: str) -> None:
    found = readiness(replace(COMPLETE, **change))

    assert [item.label for item in found.missing] == [missing]
    with pytest.raises(RuleBroken, match="Còn thiếu 1/10"):
        found.or_raise()


@pytest.mark.parametrize("cover", ["to_trinh", "danh_sach"])
def test_cover_papers_are_asked_for_but_do_not_refuse(cover: str) -> None:
    found = readiness(replace(COMPLETE, papers=COMPLETE.papers - {cover}))

    assert (found.done_count, found.is_ready) == (9, True)


def test_one_proof_of_the_group_is_enough_and_none_is_not() -> None:
    without = readiness(replace(COMPLETE, papers=COMPLETE.papers - {"xac_nhan_xep_loai"}))
    recognised = InitiativeFacts("Cảm biến", recognised_scope="co_so", number="12/QĐ")
    with_initiative = readiness(
        replace(COMPLETE, papers=COMPLETE.papers - {"xac_nhan_xep_loai"}, initiative=recognised)
    )

    assert not without.is_ready
    assert with_initiative.is_ready


@pytest.mark.parametrize(
    ("ground", "refuses"),
    [(Ground.MERIT, True), (Ground.CAMPAIGN, True), (Ground.SPOT, False), (Ground.DEDICATION, False)],
)
def test_a_campaign_criterion_that_is_not_met_refuses_only_on_its_grounds(ground: str, refuses: bool) -> None:
    found = readiness(replace(COMPLETE, ground=ground, campaign_findings=[NOT_OUTSTANDING]))

    assert found.is_ready is not refuses
    if refuses:
        with pytest.raises(RuleBroken, match="Căn cứ: Phong trào 2024"):
            found.or_raise()


def test_other_campaigns_and_open_judgements_only_warn() -> None:
    doubtful = replace(NOT_OUTSTANDING, outcome=Outcome.NEEDS_JUDGEMENT)

    assert readiness(replace(COMPLETE, other_findings=[NOT_OUTSTANDING])).is_ready
    assert readiness(replace(COMPLETE, campaign_findings=[doubtful])).is_ready


@pytest.mark.parametrize(
    ("code", "scope", "outcome"),
    [
        ("CSTDCS", "co_so", Outcome.MET),
        ("CSTDCS", "bo", Outcome.MET),
        ("CSTD_BO", "co_so", Outcome.NOT_MET),
        ("CSTD_BO", "bo", Outcome.MET),
        ("CSTDTQ", "bo", Outcome.NOT_MET),
        ("CSTDTQ", "toan_quoc", Outcome.MET),
    ],
)
def test_the_scope_of_the_initiative_must_fit_the_title(code: str, scope: str, outcome: Outcome) -> None:
    facts = replace(
        COMPLETE,
        award=replace(COMPLETE.award, code=code),
        initiative=InitiativeFacts("Cảm biến", recognised_scope=scope, number="12/QĐ"),
    )

    assert [verdict.outcome for verdict in readiness(facts).verdicts] == [outcome]


def test_a_reused_initiative_and_a_stranger_to_it_are_pointed_out() -> None:
    initiative = InitiativeFacts("Cảm biến", "co_so", "12/QĐ", is_author=False, used_in=["HS-000007"])

    reasons = " ".join(
        verdict.reason for verdict in readiness(replace(COMPLETE, initiative=initiative)).verdicts
    )

    assert "HS-000007" in reasons
    assert "không có tên trong nhóm tác giả" in reasons


# --- decisions -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("level", "is_ministry", "may"),
    [
        (Level.STATE, True, False),
        (Level.STATE, False, False),
        (Level.MINISTRY, True, True),
        (Level.MINISTRY, False, False),
        (Level.UNIT, True, True),
        (Level.UNIT, False, True),
    ],
)
def test_who_may_decide_what(level: str, is_ministry: bool, may: bool) -> None:
    assert authority_verdict(level, "Bằng khen", "Bộ trưởng", is_ministry=is_ministry).is_met is may


@pytest.mark.parametrize(
    ("signed_on", "lines", "field"),
    [
        (date(2024, 12, 17), [LineFacts("HS-1", True, TODAY)], "signed_on"),
        (date(2024, 12, 15), [LineFacts("HS-1", True, TODAY)], "signed_on"),
        (TODAY, [], "__all__"),
        (TODAY, [LineFacts("HS-1", False, TODAY)], "__all__"),
        (TODAY, [LineFacts("HS-1", True, TODAY)], None),
        (TODAY, [LineFacts("HS-1", True, None)], None),
    ],
)
def test_a_decision_is_refused_for_its_date_or_its_lines(
    signed_on: date, lines: list, field: str | None
) -> None:
    assert list(issue_faults(signed_on, lines, TODAY)) == ([field] if field else [])
