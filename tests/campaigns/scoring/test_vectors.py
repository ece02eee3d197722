"""Figures of rules in force somewhere, each as its text computes them."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns.scoring import Scheme, check_scheme, load_scheme
from tests.campaigns.scoring.sheets import d, exact, item, line, ranking, read_file, scheme, score, sentences

SURPLUS = {"per_percent": 1, "cap_percent": 10}
CLEAN: dict[str, Any] = {
    "I.1": {"plan": 100, "actual": 100},
    "I.2": {"plan": 3, "actual": 3},
    "II.1": {"grade": "A"},
    "III.1": {"points": 10},
    "X.3": {"days_late": 0},
    "X.6": {"count": 0},
    "X.7": {"count": 0},
}


@pytest.fixture
def hung_yen() -> Scheme:
    return load_scheme(read_file("hung_yen_2021.json"))[0]


@pytest.fixture
def can_tho() -> Scheme:
    return load_scheme(read_file("can_tho_2025.json"))[0]


def test_the_kept_schemes_have_no_fault() -> None:
    assert check_scheme(read_file("hung_yen_2021.json")) == []
    assert check_scheme(read_file("can_tho_2025.json")) == []


# --- plan and actual ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("formula", "maximum", "plan", "actual", "points", "bonus"),
    [
        ("ratio", 50, 100, 90, "45.00", "0"),
        ("ratio", 50, 100, 100, "50.00", "0"),
        ("ratio", 50, 100, 108, "50.00", "4.00"),
        ("ratio", 50, 100, 125, "50.00", "5.00"),
        ("inverse", 30, 3.0, 2.5, "30.00", "3.00"),
        ("inverse", 30, 3.0, 4.0, "22.50", "0"),
    ],
)
def test_surplus_turns_into_bonus_up_to_a_tenth(
    formula: str, maximum: int, plan: float, actual: float, points: str, bonus: str
) -> None:
    found = line({"type": formula, "bonus": SURPLUS}, {"plan": plan, "actual": actual}, maximum=maximum)

    assert (found.points, found.bonus, found.deduction) == (d(points), d(bonus), 0)


def test_sentence_shows_the_whole_way() -> None:
    found = line({"type": "ratio", "bonus": SURPLUS}, {"plan": 100, "actual": 108}, maximum=50)

    assert found.sentence == "108/100 × 50 = 54,00 → 50,00 điểm, thưởng 4,00"


def test_sentence_says_why_the_bonus_stops() -> None:
    found = line({"type": "ratio", "bonus": SURPLUS}, {"plan": 100, "actual": 125}, maximum=50)

    assert (
        found.sentence == "125/100 × 50 = 62,50 → 50,00 điểm, thưởng 5,00 (vượt 25 %, chặn ở 10 % điểm chuẩn)"
    )


@pytest.mark.parametrize(
    ("formula", "plan", "actual", "sentence"),
    [
        (
            "ratio",
            0,
            5,
            (
                "Kế hoạch bằng 0 nên không tính được tỷ lệ: cần người chấm xác định, ghi điểm trực tiếp kèm ý"
                " kiến."
            ),
        ),
        (
            "inverse",
            0,
            5,
            (
                "Kế hoạch bằng 0 với chỉ tiêu «càng thấp càng tốt» nên không tính được tỷ lệ: cần người chấm"
                " xác định, ghi điểm trực tiếp kèm ý kiến."
            ),
        ),
        (
            "inverse",
            3,
            0,
            (
                "Thực hiện bằng 0 với chỉ tiêu «càng thấp càng tốt» nên không tính được tỷ lệ: cần người chấm"
                " xác định, ghi điểm trực tiếp kèm ý kiến."
            ),
        ),
    ],
)
def test_what_the_text_does_not_rule_is_asked_and_never_divided_by(
    formula: str, plan: int, actual: int, sentence: str
) -> None:
    of = scheme(item({"type": formula, "bonus": SURPLUS}))
    found = score(of, {"T": {"plan": plan, "actual": actual}})

    assert found.lines[0].is_known is False
    assert [question.sentence for question in found.questions] == [sentence]
    assert found.questions[0].blocks
    assert found.total is None


def test_a_result_of_zero_in_a_rising_target_is_zero_points() -> None:
    assert line({"type": "ratio"}, {"plan": 100, "actual": 0}).points == 0


@pytest.mark.parametrize(
    ("days", "deduction"), [(4, 0), (5, 5), (9, 5), (10, 10), (14, 10), (15, 20), (400, 20)]
)
def test_late_reports_cost_by_days(hung_yen: Scheme, days: int, deduction: int) -> None:
    found = score(hung_yen, {**CLEAN, "X.3": {"days_late": days}})

    assert found.by_code["X.3"].deduction == deduction
    assert found.total == 100 - deduction


def test_bonus_of_plans_stops_at_twenty() -> None:
    items = [
        item({"type": "ratio", "bonus": SURPLUS}, f"T{place}", maximum=maximum)
        for place, maximum in enumerate((100, 100, 65))
    ]
    found = score(
        scheme(*items, ceilings={"quantitative_bonus": 20}),
        {f"T{place}": {"plan": 100, "actual": 130} for place in range(3)},
    )

    assert sum(one.bonus for one in found.lines) == d("26.5")
    assert found.bonus == 20
    assert [(one.amount, one.sentence) for one in found.adjustments] == [
        (d("-6.50"), "Tổng thưởng định lượng 26,50 → 20,00 (chặn ở 20)")
    ]
    assert found.total == 285


# --- the whole frame of Hưng Yên ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("results", "total"),
    [
        ({}, "100"),
        ({"II.1": {"grade": "B"}}, "98"),
        ({"T.1": {"yes": True}}, "105"),
        ({"T.1": {"yes": True}, "T.2": {"yes": True}}, "110"),
        ({"X.1": {"count": 3}}, "95"),
        ({"X.2": {"count": 3}}, "85"),
        ({"X.4": {"count": 1}}, "90"),
        ({"X.5": {"count": 1}}, "90"),
        ({"X.6": {"count": 1}}, "90"),
        ({"X.7": {"count": 1}}, "80"),
    ],
)
def test_bonuses_and_deductions_of_the_frame(hung_yen: Scheme, results: dict[str, Any], total: str) -> None:
    assert score(hung_yen, {**CLEAN, **results}).total == d(total)


def test_only_the_head_and_the_standing_office_count(hung_yen: Scheme) -> None:
    results = {
        **CLEAN,
        "I.1": {"plan": 100, "self": {"actual": 120}, "appraised": {"actual": 90}},
        "III.1": {"self": {"points": 10}, "appraised": {"points": 9}, "standing_office": {"points": 7}},
    }
    found = score(hung_yen, results)

    assert found.by_code["I.1"].net == 45
    assert found.by_code["I.1"].difference == -10
    assert found.by_code["III.1"].net == 7
    assert found.total == 92


def test_a_warning_keeps_from_flag_and_certificate_but_not_from_the_ranking(hung_yen: Scheme) -> None:
    warned = {**CLEAN, "I.1": {"plan": 100, "actual": 110}, "T.1": {"yes": True}, "X.7": {"count": 1}}
    late = {**CLEAN, "X.3": {"days_late": 20}, "X.6": {"count": 1}}
    found = ranking(
        hung_yen,
        [
            {"code": "A", "name": "Sở A", "results": warned},
            {"code": "B", "name": "Sở B", "results": late},
            {"code": "C", "name": "Sở C", "results": {**late, "II.1": {"grade": "B"}}},
            {"code": "D", "name": "Sở D", "results": {**late, "II.1": {"grade": "C"}}},
        ],
    ).divisions[0]

    assert [(one.place, one.score.code) for one in found.entries] == [(1, "A"), (2, "B"), (3, "C"), (4, "D")]
    flag, certificate = found.proposals
    assert [(one.code, one.state) for one in flag.lines] == [
        ("A", "excluded"),
        ("B", "proposed"),
        ("C", "proposed"),
        ("D", "outside"),
    ]
    assert flag.lines[0].sentence == "Không được đề nghị Cờ thi đua: Lãnh đạo bị cảnh cáo trở lên."
    assert [(one.code, one.state) for one in certificate.lines] == [("A", "excluded"), ("D", "proposed")]


def test_an_enterprise_block_gives_eight_flags_and_five_certificates_by_cluster() -> None:
    def cluster(code: str, flags: int, certificates: int) -> dict[str, Any]:
        return {
            "code": code,
            "name": f"Cụm {code}",
            "groups": ["G"],
            "allocations": [
                {"award": "CO", "name": "Cờ", "number": flags},
                {"award": "BK", "name": "Bằng khen", "number": certificates},
            ],
        }

    of = scheme(
        item({"type": "manual"}), divisions=[cluster("NN", 2, 1), cluster("A", 3, 2), cluster("B", 3, 2)]
    )
    members = [
        {
            "code": f"{cluster}{n}",
            "name": f"{cluster}{n}",
            "division": cluster,
            "results": {"T": {"points": n}},
        }
        for cluster in ("NN", "A", "B")
        for n in range(1, 8)
    ]
    found = ranking(of, members)

    taken = [[proposal.taken for proposal in division.proposals] for division in found.divisions]
    assert taken == [[2, 1], [3, 2], [3, 2]]
    assert [sum(column) for column in zip(*taken, strict=True)] == [8, 5]


# --- Cần Thơ --------------------------------------------------------------------------------------------
WARD: dict[str, Any] = {
    "1a": {"yes": True},
    "1": {"count": 47},
    "2": {"part": 1020, "whole": 1200},
    "3": {"part": 1020, "whole": 1020},
    "4": {"part": 900, "whole": 1000},
    "5.1": {"yes": False},
    "5.2": {"part": 900, "whole": 1000},
    "5.3": {"yes": True},
}


def test_shares_and_sample_of_a_ward(can_tho: Scheme) -> None:
    found = score(can_tho, WARD, division="XP")

    assert found.by_code["1"].points == d("18.80")
    assert found.by_code["1"].sentence == "47 × 0,4 = 18,80 điểm"
    assert found.by_code["2"].points == d("34.00")
    assert found.by_code["2"].sentence == "1.020/1.200 × 40 = 34,00 điểm"
    assert found.total == d("18.80") + 34 + 20 + 18 + 3 + 5


def test_without_plan_and_papers_the_first_criterion_does_not_count(can_tho: Scheme) -> None:
    found = score(can_tho, {**WARD, "1a": {"yes": False}}, division="XP").by_code["1"]

    assert (found.points, found.is_known, found.is_void) == (0, True, True)
    assert (
        found.sentence
        == "Chưa đạt điều kiện «Có kế hoạch tuyên truyền và tài liệu chứng minh» nên không tính điểm → 0,00"
        " điểm; theo số liệu: 47 × 0,4 = 18,80 điểm"
    )


def test_unknown_whether_there_was_a_plan_leaves_the_criterion_open(can_tho: Scheme) -> None:
    found = score(can_tho, {key: value for key, value in WARD.items() if key != "1a"}, division="XP")

    assert found.by_code["1"].is_known is False
    assert found.total is None


@pytest.mark.parametrize(
    ("part", "bonus"), [(879, 0), (880, 2), (899, 2), (900, 3), (949, 3), (950, 4), (999, 4), (1000, 5)]
)
def test_bands_have_one_answer_at_every_border(can_tho: Scheme, part: int, bonus: int) -> None:
    found = score(can_tho, {**WARD, "5.2": {"part": part, "whole": 1000}}, division="XP")

    assert found.by_code["5.2"].bonus == bonus


def test_the_bands_as_the_text_has_them_are_refused_at_90_and_95() -> None:
    data = read_file("can_tho_2025.json")
    bands = data["groups"][1]["items"][1]["formula"]["bands"]
    bands[1:4] = exact(
        [
            {"at_least": 88, "at_most": 90, "points": 2},
            {"at_least": 90, "at_most": 95, "points": 3},
            {"at_least": 95, "below": 100, "points": 4},
        ]
    )

    assert sentences(data) == [
        (
            "groups[1].items[1].formula.bands: mốc 90 thuộc hai khoảng «từ 88 đến 90 %» và «từ 90 đến 95 %»."
            " Hãy để một khoảng: «dưới 90» ở khoảng thấp hoặc «trên 90» ở khoảng cao."
        ),
        (
            "groups[1].items[1].formula.bands: mốc 95 thuộc hai khoảng «từ 90 đến 95 %» và «từ 95 đến dưới"
            " 100 %». Hãy để một khoảng: «dưới 95» ở khoảng thấp hoặc «trên 95» ở khoảng cao."
        ),
    ]


def test_wards_of_equal_points_go_by_the_chain(can_tho: Scheme) -> None:
    def ward(code: str, accounts: int, transfers: int, updated: int) -> dict[str, Any]:
        side = {"P1": {"value": accounts}, "P2": {"value": transfers}, "P3": {"part": updated, "whole": 100}}
        return {"code": code, "name": f"Xã {code}", "division": "XP", "results": {**WARD, **side}}

    found = ranking(
        can_tho,
        [ward("A", 900, 70, 99), ward("B", 900, 80, 98), ward("C", 950, 1, 1), ward("D", 900, 80, 99)]
        + [ward("E", 900, 80, 98)],
    ).divisions[0]

    assert [(one.place, one.score.code) for one in found.entries] == [
        (1, "C"),
        (2, "D"),
        (3, "B"),
        (3, "E"),
        (5, "A"),
    ]
    assert (
        found.entries[0].sentence == "Bằng điểm 98,80; xếp trên Xã A, Xã B, Xã D và 1 đơn vị khác nhờ "
        "«Số tài khoản và thẻ mở mới» 950 so với 900."
    )
    assert found.entries[2].sentence.endswith(
        "và cùng «Tỷ lệ cập nhật dữ liệu» 98 với Xã E sau khi xét hết tiêu chí phụ: cần bỏ phiếu."
    )
    assert found.is_final is False


def test_providers_are_ranked_by_their_figures_alone(can_tho: Scheme) -> None:
    def bank(code: str, accounts: int, cards: int) -> dict[str, Any]:
        side = {"D1": {"value": accounts}, "D2": {"value": cards}, "D3": {"value": 1}}
        return {"code": code, "name": f"Ngân hàng {code}", "division": "DV", "results": side}

    found = ranking(can_tho, [bank("A", 10, 5), bank("B", 12, 1), bank("C", 10, 6)]).divisions[1]

    assert found.has_points is False
    assert [(one.place, one.score.code, one.score.total) for one in found.entries] == [
        (1, "B", None),
        (2, "C", None),
        (3, "A", None),
    ]
    assert (
        found.entries[1].sentence
        == "Xếp theo «Số tài khoản mở mới»: 10. Cùng «Số tài khoản mở mới» 10; xếp trên Ngân hàng A nhờ "
        "«Số thẻ phát hành» 6 so với 5."
    )


@pytest.mark.parametrize(("wards", "slots"), [(9, 0), (10, 1), (103, 10)])
def test_ten_per_cent_is_an_upper_limit(can_tho: Scheme, wards: int, slots: int) -> None:
    members = [{"code": f"X{n}", "name": f"Xã {n}", "division": "XP", "results": WARD} for n in range(wards)]

    proposal = ranking(can_tho, members).divisions[0].proposals[0]

    assert proposal.slots == slots
    assert proposal.sentence == f"Không quá 10 % của {wards} đơn vị: {slots} suất."


# --- other places ---------------------------------------------------------------------------------------
FLAGS = {"type": "awards", "points": {"CO_TP": 10, "CO_BO": 10, "CO_CP": 15}, "take": "highest"}


def test_a_total_may_go_beyond_the_scale() -> None:
    of = scheme(
        item({"type": "manual"}, maximum=100),
        item(FLAGS, "F", kind="bonus", maximum=15),
        scale={"base": 100, "may_exceed": True},
    )

    assert score(of, {"T": {"points": 97}, "F": {"awards": ["CO_TP"]}}).total == 107


def test_a_scale_that_may_not_be_exceeded_cuts_and_says_so() -> None:
    of = scheme(
        item({"type": "manual"}, maximum=100),
        item(FLAGS, "F", kind="bonus", maximum=15),
        scale={"base": 100, "total": 100, "may_exceed": False},
    )
    found = score(of, {"T": {"points": 97}, "F": {"awards": ["CO_TP"]}})

    assert found.total == 100
    assert found.adjustments[0].sentence == "Tổng điểm 107,00 → 100,00 (chặn ở 100)"


@pytest.mark.parametrize(
    ("take", "awards", "bonus"),
    [
        ("highest", ["CO_TP"], 10),
        ("highest", ["CO_BO", "CO_CP"], 15),
        ("sum", ["CO_BO", "CO_CP"], 25),
        ("sum", [], 0),
    ],
)
def test_points_by_flag(take: str, awards: list[str], bonus: int) -> None:
    assert line({**FLAGS, "take": take}, {"awards": awards}, kind="bonus", maximum=25).bonus == bonus


def test_a_thousand_points_are_950_and_50() -> None:
    items = [
        item({"type": "manual"}, maximum=950),
        item({"type": "manual"}, "B", kind="bonus", maximum=50),
        item({"type": "deduction", "points": 8, "per": "once"}, "X", kind="penalty"),
    ]
    of = scheme(*items, scale={"base": 950, "bonus": 50, "total": 1000})

    found = score(of, {"T": {"points": 940}, "B": {"points": 30}, "X": {"count": 1}})

    assert found.total == Decimal(962)
