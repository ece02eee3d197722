"""One line: the other formulas, the rounds, evidence, prerequisites, points typed by hand."""

from typing import Any

import pytest

from campaigns.scoring import BadData
from tests.campaigns.scoring.sheets import d, item, line, scheme, score

GRADES = {"type": "grades", "grades": {"A": 10, "B": 8, "C": 5, "D": 0}}
LATE = {
    "type": "lateness",
    "bands": [{"at_least": 5, "below": 10, "points": 5}, {"at_least": 10, "points": 10}],
    "never": 20,
}
PERIOD = {"from": "2024-11-16", "to": "2025-11-15"}


@pytest.mark.parametrize(
    ("formula", "result", "more", "net", "sentence"),
    [
        (GRADES, {"grade": "B"}, {}, "8", "mức B → 8,00 điểm"),
        ({"type": "yes_no"}, {"yes": True}, {}, "10", "có → 10,00 điểm"),
        ({"type": "yes_no"}, {"yes": False}, {}, "0", "không → 0,00 điểm"),
        ({"type": "yes_no", "points": 4}, {"yes": True}, {}, "4", "có → 4,00 điểm"),
        ({"type": "fraction"}, {"part": 1, "whole": 3}, {}, "3.33", "1/3 × 10 = 3,33 điểm"),
        ({"type": "fraction"}, {"part": 2, "whole": 3}, {}, "6.67", "2/3 × 10 = 6,67 điểm"),
        ({"type": "count", "factor": 3}, {"count": 4}, {}, "10", "4 × 3 = 12,00 → 10,00 điểm (điểm tối đa)"),
        (
            {"type": "ratio"},
            {"plan": 8, "actual": 1},
            {"floor": 3},
            "3",
            "1/8 × 10 = 1,25 → 3,00 điểm (điểm sàn)",
        ),
        ({"type": "ratio"}, {"plan": 8, "actual": -4}, {}, "0", "-4/8 × 10 = -5,00 → 0,00 điểm (điểm sàn)"),
        ({"type": "manual"}, {"points": 7.125}, {}, "7.13", "chấm 7,13 điểm"),
        (LATE, {"due": "2025-12-31", "received": "2026-01-09"}, {"kind": "penalty"}, "-5", None),
        (LATE, {"due": "2025-12-31", "received": "2026-01-10"}, {"kind": "penalty"}, "-10", None),
        (
            LATE,
            {"due": "2025-12-31", "received": "2025-12-01"},
            {"kind": "penalty"},
            "0",
            "đúng hạn → 0,00 điểm trừ",
        ),
        (LATE, {"never": True}, {"kind": "penalty"}, "-20", "không gửi → 20,00 điểm trừ"),
        (LATE, {"days_late": 3}, {"kind": "penalty"}, "0", "chậm 3 ngày, chưa đến mức trừ → 0,00 điểm trừ"),
        (
            LATE,
            {"days_late": 7},
            {"kind": "penalty"},
            "-5",
            "chậm 7 ngày, thuộc mức «từ 5 đến dưới 10 ngày» → 5,00 điểm trừ",
        ),
        (
            {"type": "deduction", "points": 5},
            {"count": 2},
            {"kind": "penalty"},
            "-10",
            "2 lần × 5 = 10,00 điểm trừ",
        ),
        (
            {"type": "deduction", "points": 5},
            {"count": 9},
            {"kind": "penalty", "maximum": 20},
            "-20",
            "9 lần × 5 = 45,00 → 20,00 điểm trừ (điểm tối đa)",
        ),
        (
            {"type": "deduction", "points": 5, "per": "once"},
            {"count": 9},
            {"kind": "penalty"},
            "-5",
            "có, trừ một lần → 5,00 điểm trừ",
        ),
    ],
)
def test_formula(
    formula: dict[str, Any], result: dict[str, Any], more: Any, net: str, sentence: str | None
) -> None:
    found = line(formula, result, **more)

    assert found.net == d(net)
    assert sentence is None or found.sentence == sentence


def test_bands_can_look_at_the_fulfilment_of_a_plan() -> None:
    bands = [{"below": 100, "points": 5}, {"at_least": 100, "points": 10}]

    found = line({"type": "bands", "of": "plan", "bands": bands}, {"plan": 7, "actual": 7})

    assert found.sentence == "100 % thuộc mức «từ 100 % trở lên» → 10,00 điểm"


def test_bands_compare_before_rounding_and_show_why() -> None:
    bands = [{"below": 90, "points": 2}, {"at_least": 90, "points": 3}]

    found = line({"type": "bands", "of": "share", "bands": bands}, {"part": 89999999, "whole": 100000000})

    assert found.sentence == "89,999999 % thuộc mức «dưới 90 %» → 2,00 điểm"


def test_an_open_end_does_not_hold_its_own_border() -> None:
    bands = {"type": "bands", "unit": "km", "bands": [{"above": 5, "points": 3}]}

    assert line(bands, {"value": 5.001}).points == 3
    assert line(bands, {"value": 5}).questions[0].sentence == (
        "5 km không thuộc khoảng nào của thang: cần người chấm xác định, ghi điểm trực tiếp kèm ý kiến."
    )


def test_whole_per_cents_only_when_the_scheme_says_so() -> None:
    bonus = {"per_percent": 1, "cap_percent": 10}
    result = {"plan": 100, "actual": 108.9}

    assert line({"type": "ratio", "bonus": bonus}, result).bonus == d("0.89")
    assert line({"type": "ratio", "bonus": {**bonus, "whole_percents": True}}, result).bonus == d("0.80")


def test_rounding_is_half_up_at_the_declared_places() -> None:
    of = scheme(item({"type": "fraction"}, maximum=1), rounding={"places": 1})

    assert score(of, {"T": {"part": 25, "whole": 100}}).total == d("0.3")


def test_a_third_times_its_plan_is_exact() -> None:
    """1/3 × 0,015 is 0,005, which rounds up; a rounded third would lose it."""
    of = scheme(item({"type": "ratio"}, maximum=1), rounding={"places": 2})

    assert score(of, {"T": {"plan": 3, "actual": 0.015}}).total == d("0.01")


# --- what cannot be known --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("formula", "result", "sentence"),
    [
        ({"type": "ratio"}, {"plan": 100}, "Chưa có thực hiện; cần nhập trước khi tính điểm."),
        (
            {"type": "ratio"},
            {"plan": 100, "actual": None},
            "Chưa có thực hiện; cần nhập trước khi tính điểm.",
        ),
        ({"type": "fraction"}, {}, "Chưa có số liệu; cần Trưởng khối, Phó khối chấm."),
        (
            {"type": "fraction"},
            {"part": 0, "whole": 0},
            (
                "Tổng số bằng 0 nên không tính được tỷ lệ: cần người chấm xác định, ghi điểm trực tiếp kèm ý"
                " kiến."
            ),
        ),
        (
            {"type": "fraction"},
            {"part": 5, "whole": 4},
            "Số đạt 5 lớn hơn tổng số 4; hãy kiểm tra lại hai số.",
        ),
        (
            {"type": "count", "factor": 0.2, "most": 50},
            {"count": 51},
            "Số lượng 51 lớn hơn cỡ mẫu 50; hãy kiểm tra lại.",
        ),
        (GRADES, {"grade": "E"}, "Thang không có mức «E»; các mức: A, B, C, D."),
        ({"type": "manual"}, {"self": {"points": 9}}, "Chưa có số liệu; cần Trưởng khối, Phó khối chấm."),
    ],
)
def test_what_is_unknown_is_asked_and_is_not_zero(formula: Any, result: Any, sentence: str) -> None:
    found = score(scheme(item(formula)), {"T": result})

    assert found.total is None
    assert [question.sentence for question in found.questions] == [sentence]


def test_count_and_days_that_disagree_are_asked() -> None:
    found = line({"type": "deduction", "points": 5}, {"count": 3, "dates": ["2025-03-01"]}, kind="penalty")

    assert found.questions[0].sentence == "Ghi 3 lần nhưng có 1 ngày; hãy kiểm tra lại."


def test_nothing_entered_means_none_only_where_the_scheme_says_so() -> None:
    penalty = {"type": "deduction", "points": 5}
    silent = scheme(
        item({"type": "manual"}),
        item(penalty, "X", kind="penalty", if_absent="none"),
        ceilings={"penalty": 20},
    )
    asking = scheme(item({"type": "manual"}), item(penalty, "X", kind="penalty"))

    assert score(silent, {"T": {"points": 9}}).total == 9
    assert score(asking, {"T": {"points": 9}}).total is None


# --- period ----------------------------------------------------------------------------------------------
def test_events_and_awards_outside_the_period_do_not_count() -> None:
    dates = {"dates": ["2024-11-15", "2024-11-16", "2025-11-15", "2025-11-16"]}
    won = {"awards": [{"award": "CO", "date": "2025-11-16"}, {"award": "BK", "date": "2025-11-15"}]}
    prizes = {"type": "awards", "points": {"CO": 10, "BK": 5}, "take": "sum"}

    events = line({"type": "deduction", "points": 5}, dates, kind="penalty", period=PERIOD)
    awards = line(prizes, won, kind="bonus", period=PERIOD)

    assert events.sentence == "2 lần × 5 = 10,00 điểm trừ (2 lần ngoài kỳ 16/11/2024 – 15/11/2025)"
    assert awards.bonus == 5


def test_figures_of_another_day_are_asked() -> None:
    found = line({"type": "ratio"}, {"plan": 1, "actual": 1, "as_of": "2025-12-31"}, period=PERIOD)

    assert found.is_known is False
    assert (
        found.sentence
        == "Số liệu tính đến 31/12/2025 nằm ngoài kỳ 16/11/2024 – 15/11/2025: cần số liệu đúng kỳ."
    )


# --- rounds ----------------------------------------------------------------------------------------------
ROUNDS = {"self": {"points": 10}, "appraised": {"points": 6}, "standing_office": {"points": 4}}


@pytest.mark.parametrize(
    ("scorer", "final", "points"),
    [
        ("unit", {}, "10"),
        ("block_head", {}, "6"),
        ("standing_office", {}, "4"),
        ("block_head", {"office_overrides": True}, "4"),
        ("block_head", {"self_share": 30}, "7.2"),
        ("standing_office", {"self_share": 30}, "4"),
    ],
)
def test_which_round_counts(scorer: str, final: dict[str, Any], points: str) -> None:
    found = score(scheme(item({"type": "manual"}, scorer=scorer), final=final), {"T": ROUNDS})

    assert found.total == d(points)
    assert [one.points for one in found.lines[0].rounds.values()] == [10, 6, 4]


def test_a_share_of_the_self_score_needs_the_self_score() -> None:
    of = scheme(item({"type": "manual"}), final={"self_share": 30})

    found = score(of, {"T": {"appraised": {"points": 6}}})

    assert found.total is None
    assert found.questions[0].sentence == "Chưa có số liệu; cần đơn vị tự chấm."


@pytest.mark.parametrize("limit", [{"points": 2}, {"percent": 20}])
@pytest.mark.parametrize(("own", "asks"), [(8, False), (8.01, True), (4, False), (3.99, True)])
def test_a_wide_difference_needs_a_comment(limit: dict[str, Any], own: float, asks: bool) -> None:
    of = scheme(item({"type": "manual"}), comment_limit=limit)
    rounds = {"self": {"points": own}, "appraised": {"points": 6}}

    silent, explained = score(of, {"T": rounds}), score(of, {"T": {**rounds, "comment": "Theo hồ sơ gốc."}})

    assert [question.kind for question in silent.questions] == (["comment"] if asks else [])
    assert explained.questions == []
    assert silent.total == explained.total == 6


def test_typed_points_that_leave_the_formula_need_a_comment() -> None:
    of = scheme(item({"type": "ratio", "bonus": {"per_percent": 1, "cap_percent": 10}}))
    found = score(of, {"T": {"plan": 100, "actual": 105, "appraised": {"points": 9}}})

    assert found.total == 9
    assert [question.sentence for question in found.questions] == [
        "Điểm chấm khác điểm theo công thức: 105/100 × 10 = 10,50 → 10,00 điểm, thưởng 0,50. Hãy ghi ý kiến"
        " giải thích."
    ]


def test_typed_points_answer_what_the_formula_cannot() -> None:
    found = line(
        {"type": "inverse"}, {"plan": 0, "actual": 0, "points": 10, "comment": "Không còn hộ nghèo."}
    )

    assert (found.points, found.questions) == (10, ())
    assert found.sentence == "chấm 10,00 điểm"


# --- evidence and prerequisites --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "given", "points", "kinds"),
    [
        ("required", True, 8, []),
        ("required", ["ke-hoach.pdf"], 8, []),
        ("required", False, 0, []),
        ("required", [], 0, []),
        ("required", None, None, ["evidence"]),
        ("asked", [], 8, ["evidence"]),
        ("asked", ["bao-cao.pdf"], 8, []),
        ("no", None, 8, []),
    ],
)
def test_evidence(rule: str, given: Any, points: int | None, kinds: list[str]) -> None:
    found = score(scheme(item({"type": "manual"}, evidence=rule)), {"T": {"points": 8, "evidence": given}})

    assert found.total == points
    assert [question.kind for question in found.questions] == kinds


def test_a_void_line_tells_what_it_would_have_been() -> None:
    found = line({"type": "manual"}, {"points": 8, "evidence": []}, evidence="required")

    assert (
        found.sentence == "Không có minh chứng nên không tính điểm → 0,00 điểm; theo số liệu: chấm 8,00 điểm"
    )


@pytest.mark.parametrize(
    ("first", "points"), [({"points": 6}, 8), ({"points": 5}, 8), ({"points": 4.99}, 0), (None, None)]
)
def test_prerequisite_with_points(first: Any, points: int | None) -> None:
    of = scheme(
        item({"type": "manual"}, "A"),
        item({"type": "manual"}, "B", requires=["A", {"item": "A", "points_at_least": 5}]),
    )
    found = score(of, {"A": first, "B": {"points": 8}})

    assert (found.by_code["B"].points if found.by_code["B"].is_known else None) == points


def test_prerequisites_reach_through_a_chain_in_any_order() -> None:
    of = scheme(
        item({"type": "manual"}, "C", requires=["B"]),
        item({"type": "manual"}, "B", requires=["A"]),
        item({"type": "yes_no"}, "A", kind="condition"),
    )
    found = score(of, {"A": {"yes": False}, "B": {"points": 8}, "C": {"points": 8}})

    assert [one.is_void for one in found.lines] == [True, True, False]
    assert found.total == 0


# --- ceilings over all -----------------------------------------------------------------------------------
def test_ceilings_over_bonus_and_deductions_and_a_floor() -> None:
    of = scheme(
        item({"type": "manual"}, maximum=20),
        item({"type": "manual"}, "B", kind="bonus", maximum=9),
        item({"type": "manual"}, "C", kind="bonus", maximum=9),
        item({"type": "deduction", "points": 30}, "X", kind="penalty"),
        ceilings={"bonus": 12, "penalty": 50},
        scale={"floor": 0},
    )
    found = score(of, {"T": {"points": 10}, "B": {"points": 9}, "C": {"points": 9}, "X": {"count": 2}})

    assert (found.bonus, found.deduction, found.total) == (12, 50, 0)
    assert [one.sentence for one in found.adjustments] == [
        "Tổng điểm thưởng 18,00 → 12,00 (chặn ở 12)",
        "Tổng điểm trừ 60,00 → 50,00 (chặn ở 50)",
        "Tổng điểm -28,00 → 0,00 (điểm sàn)",
    ]
    assert found.total == sum(one.net for one in found.lines) + sum(one.amount for one in found.adjustments)


# --- input that cannot be ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("formula", "result", "sentence"),
    [
        (
            {"type": "ratio"},
            {"plan": 100, "actual": "108"},
            (
                "members[0].results.T.actual: phải là số, hiện là chữ. Hãy bỏ dấu nháy, dùng dấu chấm cho"
                " phần lẻ."
            ),
        ),
        ({"type": "ratio"}, {"plan": True}, "members[0].results.T.plan: phải là số, hiện là đúng hoặc sai."),
        (
            {"type": "fraction"},
            {"part": -1, "whole": 3},
            "members[0].results.T.part: không được âm, hiện là -1.",
        ),
        (
            {"type": "manual"},
            {"appraised": {"points": 11}},
            "members[0].results.T.appraised.points: điểm 11 lớn hơn điểm tối đa 10 của tiêu chí.",
        ),
        (
            {"type": "yes_no"},
            {"grade": "A"},
            (
                "members[0].results.T.grade: tiêu chí «T» không dùng «grade»; dùng được: yes, as_of, points,"
                " bonus."
            ),
        ),
        (
            {"type": "ratio"},
            {"plan": 1, "actual": 1, "bonus": 1},
            "members[0].results.T.bonus: tiêu chí «T» không có điểm thưởng riêng; hãy bỏ «bonus».",
        ),
        ({"type": "count", "factor": 1}, {"count": 1.5}, None),
        ({"type": "ratio"}, {"plan": 10**15, "actual": 1}, None),
        ({"type": "ratio"}, {"plan": 1, "actual": 1e-10}, None),
        ({"type": "ratio"}, {"plan": 1, "actual": 1, "as_of": "2025-02-30"}, None),
        ({"type": "manual"}, {"self": 5}, None),
        ({"type": "manual"}, {"points": 1, "evidence": "co"}, None),
    ],
)
def test_input_of_the_wrong_kind_is_refused_with_its_path(
    formula: Any, result: Any, sentence: str | None
) -> None:
    with pytest.raises(BadData) as refusal:
        score(scheme(item(formula)), {"T": result})

    assert refusal.value.faults[0].place.startswith("members[0].results.T.")
    assert sentence is None or str(refusal.value) == sentence


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(BadData) as refusal:
        score(scheme(item({"type": "manual"})), {"T": {"points": "9", "pionts": 3}, "Z": {}})

    assert [fault.place for fault in refusal.value.faults] == [
        "members[0].results.T.points",
        "members[0].results.T.pionts",
        "members[0].results.Z",
    ]
