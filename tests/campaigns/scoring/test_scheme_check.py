"""What is wrong with a scheme is said when it is set up, all of it, with its place."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from campaigns.scoring import check_scheme, copy_scheme, empty_scheme, load_scheme
from tests.campaigns.scoring.sheets import advice, exact, item, read_file, scheme, scheme_data, sentences

MANUAL = {"type": "manual"}
T = "groups[0].items[0]"


def bands(*rows: dict[str, Any], of: str = "value") -> dict[str, Any]:
    return {"type": "bands", "of": of, "bands": list(rows)}


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        (
            bands({"below": 80, "points": 1}, {"at_least": 90, "points": 2}),
            (
                f"{T}.formula.bands: giữa «dưới 80» và «từ 90 trở lên» có khoảng trống: giá trị từ 80 đến 90"
                " chưa có điểm."
            ),
        ),
        (
            bands({"below": 90, "points": 1}, {"above": 90, "points": 2}),
            f"{T}.formula.bands: mốc 90 không thuộc khoảng nào trong hai khoảng «dưới 90» và «trên 90».",
        ),
        (
            bands({"below": 95, "points": 1}, {"at_least": 90, "points": 2}),
            (
                f"{T}.formula.bands: hai khoảng «dưới 95» và «từ 90 trở lên» chồng lên nhau; mỗi giá trị chỉ"
                " được thuộc một khoảng."
            ),
        ),
        (
            bands(
                {"below": 5, "points": 1},
                {"at_least": 5, "below": 5, "points": 2},
                {"at_least": 5, "points": 2},
            ),
            f"{T}.formula.bands[1]: khoảng «đúng 5» không chứa giá trị nào.",
        ),
        (
            bands({"below": 5, "points": 11}, {"at_least": 5, "points": 1}),
            f"{T}.formula.bands[0].points: khoảng này 11 điểm, lớn hơn điểm tối đa 10 của tiêu chí.",
        ),
        (
            bands({"below": 5, "points": -1}, {"at_least": 5, "points": 1}),
            f"{T}.formula.bands[0].points: không được âm, hiện là -1.",
        ),
        (
            bands({"at_least": 88, "points": 5}, of="share"),
            (
                f"{T}.formula.bands: giá trị dưới 88 % chưa thuộc khoảng nào; hãy thêm một khoảng, kể cả khi"
                " khoảng đó được 0 điểm."
            ),
        ),
        (
            bands({"below": 100, "points": 5}, of="share"),
            (
                f"{T}.formula.bands: giá trị từ 100 % trở lên chưa thuộc khoảng nào; hãy thêm một khoảng, kể"
                " cả khi khoảng đó được 0 điểm."
            ),
        ),
        (bands(), f"{T}.formula.bands: chưa có khoảng nào; hãy thêm ít nhất một khoảng."),
        (
            bands({"at_least": 1, "above": 2, "points": 5}),
            (
                f"{T}.formula.bands[0]: mỗi khoảng chỉ có một đầu dưới (at_least hoặc above) và một đầu trên"
                " (below hoặc at_most)."
            ),
        ),
        (
            {"type": "ratio", "bonus": {"per_percent": 1}},
            (
                f"{T}.formula.bonus: thưởng vượt kế hoạch chưa có mức chặn; hãy ghi tối đa bao nhiêu % điểm"
                " chuẩn (cap_percent)."
            ),
        ),
        (
            {"type": "ratio", "bonus": {"per_percent": -1, "cap_percent": 10}},
            f"{T}.formula.bonus.per_percent: phải lớn hơn 0 và không quá 100, hiện là -1.",
        ),
        (
            {"type": "tỷ lệ"},
            (
                f"{T}.formula.type: không có công thức «tỷ lệ»; các công thức: ratio, inverse, fraction,"
                " bands, grades, count, yes_no, awards, deduction, lateness, manual, figure."
            ),
        ),
        (
            {"type": "grades", "grades": {"A": 10, "B": 11}},
            f"{T}.formula.grades.B: mức B: 11 điểm, lớn hơn điểm tối đa 10 của tiêu chí.",
        ),
        (
            {"type": "grades", "grades": {"A": 10, "B": 4, "C": 6}},
            f"{T}.formula.grades.C: mức C (6) cao điểm hơn mức B (4) đứng trước nó.",
        ),
        (
            {"type": "grades", "grades": {"A": 10, "B": -4}},
            f"{T}.formula.grades.B: mức B: điểm không được âm, hiện là -4.",
        ),
        ({"type": "count", "factor": 0}, f"{T}.formula.factor: hệ số phải lớn hơn 0."),
        (
            {"type": "count", "factor": 1, "most": 50},
            f"{T}.formula.factor: 50 × 1 = 50, khác điểm tối đa 10.",
        ),
        (
            {"type": "yes_no", "points": 12},
            f"{T}.formula.points: 12 điểm, lớn hơn điểm tối đa 10 của tiêu chí.",
        ),
        (
            {"type": "awards", "points": {"CO": 12}, "take": "sum"},
            f"{T}.formula.points.CO: CO: 12 điểm, lớn hơn điểm tối đa 10 của tiêu chí.",
        ),
        (
            {"type": "awards", "points": {"CO": 10}},
            f"{T}.formula: thiếu «take».",
        ),
        (
            {"type": "deduction", "points": 5},
            f"{T}.formula.type: công thức «trừ theo lần» chỉ dùng cho điểm trừ, không dùng cho điểm chuẩn.",
        ),
        ({"type": "manual", "maxium": 3}, None),
    ],
)
def test_formula_faults(formula: dict[str, Any], sentence: str | None) -> None:
    found = sentences(scheme_data(item(formula)))

    assert found
    assert sentence is None or found == [sentence]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"maximum": 0}, f"{T}.maximum: điểm tối đa phải lớn hơn 0 và không quá 1.000.000, hiện là 0."),
        ({"maximum": -5}, f"{T}.maximum: điểm tối đa phải lớn hơn 0 và không quá 1.000.000, hiện là -5."),
        ({"maximum": None}, f"{T}.maximum: chưa có điểm tối đa."),
        ({"maximum": 33.335}, f"{T}.maximum: có nhiều chữ số lẻ hơn mức làm tròn (2)."),
        ({"maximum": "10"}, None),
        ({"floor": 11}, f"{T}.floor: điểm sàn phải từ 0 đến điểm tối đa."),
        ({"kind": "thuong"}, None),
        ({"scorer": "ban"}, None),
        ({"requires": ["KHONG"]}, f"{T}.requires[0]: tiêu chí điều kiện «KHONG» không có trong thang."),
        (
            {"requires": ["T"]},
            f"{T}.requires: điều kiện tiên quyết vòng tròn: T → T; hãy bỏ một điều kiện.",
        ),
        (
            {"if_absent": "none"},
            (
                f"{T}.if_absent: tiêu chí này phải có số liệu; chỉ điểm trừ, điểm thưởng và điều kiện mới"
                " được hiểu «không ghi là không có»."
            ),
        ),
        ({"code": "có dấu cách"}, None),
        ({"name": "  "}, f"{T}.name: đang để trống; hãy ghi nội dung."),
    ],
)
def test_item_faults(more: dict[str, Any], sentence: str | None) -> None:
    found = sentences(scheme_data({**item(MANUAL), **more}))

    assert found
    assert sentence is None or found == [sentence]


def test_nan_and_infinity_are_no_points() -> None:
    data = scheme_data(item(MANUAL))
    for value in (float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")):
        data["groups"][0]["items"][0]["maximum"] = value

        assert sentences(data) == [f"{T}.maximum: không phải là một số hữu hạn (NaN hoặc vô cực)."]


def test_a_built_scheme_is_checked_too() -> None:
    of = scheme(item(MANUAL))
    first = replace(of.groups[0].items[0], maximum=Decimal("NaN"))
    broken = replace(of, groups=(replace(of.groups[0], items=(first,)),))

    assert [fault.place for fault in check_scheme(broken)] == [f"{T}.maximum"]
    assert check_scheme(of) == []


def test_codes_are_used_once() -> None:
    data = scheme_data(item(MANUAL, "A"), item(MANUAL, "B"), item(MANUAL, "A"))

    assert sentences(data) == [
        "groups[0].items[2].code: mã tiêu chí «A» dùng 2 lần; mỗi mã chỉ được dùng một lần."
    ]


def test_a_circle_of_prerequisites_is_named_once() -> None:
    data = scheme_data(
        item(MANUAL, "A", requires=["B"]),
        item(MANUAL, "B", requires=["C"]),
        item(MANUAL, "C", requires=["A"]),
        item(MANUAL, "D", requires=["A"]),
    )

    assert sentences(data) == [
        "groups[0].items[0].requires: điều kiện tiên quyết vòng tròn: A → B → C → A; hãy bỏ một điều kiện."
    ]


# --- sums -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        ({"base": 90}, "scale.base: thang ghi 90 điểm chuẩn nhưng các tiêu chí cộng lại 100."),
        (
            {"base": 100, "bonus": 15},
            "scale.bonus: thang ghi tối đa 15 điểm thưởng nhưng theo tiêu chí và mức chặn là 18.",
        ),
        (
            {"base": 100, "bonus": 18, "total": 115},
            "scale.total: tổng ghi 115 nhưng điểm chuẩn + điểm thưởng là 100 + 18.",
        ),
        ({"may_exceed": False}, "scale.total: thang không cho vượt tổng thì phải ghi tổng điểm."),
        ({"base": 100, "bonus": 18, "total": 118}, None),
    ],
)
def test_declared_sums_are_compared(scale: dict[str, Any], sentence: str | None) -> None:
    surplus = {"type": "ratio", "bonus": {"per_percent": 1, "cap_percent": 10}}
    data = scheme_data(
        item(surplus, "A", maximum=60),
        item(surplus, "B", maximum=40),
        item(MANUAL, "C", kind="bonus", maximum=10),
        ceilings={"quantitative_bonus": 8},
        scale=scale,
    )

    assert sentences(data) == ([sentence] if sentence else [])


def test_declared_sum_of_a_group_is_compared() -> None:
    data = scheme_data(item(MANUAL))
    data["groups"][0]["maximum"] = Decimal(20)

    assert sentences(data) == ["groups[0].maximum: nhóm «G» ghi 20 điểm nhưng các tiêu chí cộng lại 10."]


# --- ties, gates, allocations ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"tie_chain": [{"item": "KHONG"}]},
            "tie_chain[0].item: tiêu chí phụ «KHONG» không có trong thang.",
        ),
        ({"tie_chain": [{"item": "T"}, {"item": "T"}]}, None),
        ({"tie_chain": [{"item": "T", "group": "G"}]}, None),
        (
            {"tie_chain": [{"group": "H"}]},
            "tie_chain[0].group: nhóm «H» không có trong thang của nhóm đơn vị này.",
        ),
        (
            {"tie_chain": [{"item": "T", "by": "plan"}]},
            "tie_chain[0].by: «T» không có số liệu «plan»; chọn một trong: points.",
        ),
        (
            {"allocations": [{"award": "CO", "name": "Cờ", "percent": 101}]},
            "allocations[0].percent: tỷ lệ phải lớn hơn 0 và không quá 100.",
        ),
        (
            {"allocations": [{"award": "CO", "name": "Cờ", "number": 1, "minimum_score": 11}]},
            "allocations[0].minimum_score: điểm tối thiểu 11 cao hơn tổng điểm có thể đạt (10).",
        ),
        ({"allocations": [{"award": "CO", "name": "Cờ", "number": 1, "percent": 5}]}, None),
        ({"allocations": [{"award": "CO", "name": "Cờ", "number": 1.5}]}, None),
        (
            {"gates": [{"code": "G1", "name": "Kỷ luật", "item": "KHONG", "when": "yes"}]},
            "gates[0].item: tiêu chí «KHONG» không có trong thang.",
        ),
        (
            {"gates": [{"code": "G1", "name": "Kỷ luật", "item": "T", "when": "at_least"}]},
            "gates[0].limit: chưa ghi mốc so sánh.",
        ),
        (
            {"gates": [{"code": "G1", "name": "Kỷ luật", "item": "T", "when": "yes"}]},
            "gates[0].when: «T» không phải tiêu chí «có hoặc không».",
        ),
        (
            {
                "gates": [
                    {"code": "G", "name": "K", "item": "T", "when": "below", "limit": 5, "excludes": ["HC"]}
                ]
            },
            "gates[0].excludes[0]: danh hiệu «HC» không có trong phân bổ suất.",
        ),
        ({"ceilings": {"penalty": -1}}, "ceilings.penalty: mức chặn không được âm, hiện là -1."),
        (
            {"comment_limit": {}},
            "comment_limit: ghi một trong hai: points (điểm) hoặc percent (% điểm tối đa).",
        ),
        (
            {"period": {"from": "2025-11-15", "to": "2024-11-15"}},
            "period: ngày cuối kỳ số liệu phải sau ngày đầu.",
        ),
        ({"final": {"self_share": 120}}, None),
        ({"rounding": {"places": 9}}, None),
        ({"format": "khac"}, "format: định dạng phải là «thidua-scoring-1»."),
        (
            {"tie_chian": []},
            "tie_chian: khóa «tie_chian» không có trong định dạng. Có phải «tie_chain»?",
        ),
    ],
)
def test_faults_of_the_frame(more: dict[str, Any], sentence: str | None) -> None:
    found = sentences(scheme_data(item(MANUAL), **more))

    assert found
    assert sentence is None or found == [sentence]


def test_ranking_only_groups_hold_no_points_and_need_a_chain() -> None:
    group = {"code": "G", "name": "Nhóm", "ranking_only": True, "items": [item(MANUAL)]}
    silent = {**group, "items": [item({"type": "figure"}, kind="side")]}
    data = {"name": "x", "year": 2025}

    assert sentences(exact({**data, "groups": [group]}))[0].startswith(f"{T}.kind: nhóm «G» chỉ để xếp hạng")
    assert sentences(exact({**data, "groups": [silent]})) == [
        "tie_chain: nhóm chỉ xếp hạng cần ít nhất một bước nói xếp theo số liệu nào."
    ]


def test_parts_of_a_division_stand_in_the_division() -> None:
    division = {"code": "A", "name": "Nhóm A", "groups": ["G", "H"]}

    assert sentences(scheme_data(item(MANUAL), divisions=[division], tie_chain=[{"item": "T"}])) == [
        "tie_chain: thang chia nhóm đơn vị (divisions) thì «tie_chain» ghi trong từng nhóm.",
        "divisions[0].groups[1]: nhóm tiêu chí «H» không có trong thang.",
    ]


def test_faults_of_shape_and_of_sense_come_together() -> None:
    data = scheme_data(
        {**item(MANUAL, "A"), "maximum": "mười"},
        item({"type": "count", "factor": 0}, "B"),
        item(MANUAL, "C", requires=["A", "Z"]),
    )

    assert [fault.place for fault in check_scheme(data)] == [
        "groups[0].items[0].maximum",
        "groups[0].items[1].formula.factor",
        "groups[0].items[2].requires[1]",
    ]


@pytest.mark.parametrize("data", [None, [], "x", 3, {}, {"groups": 5}, {"groups": [None, {"items": [None]}]}])
def test_nothing_at_all_is_a_fault_and_no_crash(data: Any) -> None:
    assert sentences(exact(data))


# --- advice ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            scheme_data(item(MANUAL), period={"from": "2024-11-15", "to": "2025-11-15"}),
            (
                "period: kỳ 15/11/2024 – 15/11/2025 dài hơn một năm (tính cả hai đầu), nên ngày 15/11/2025"
                " thuộc cả kỳ năm sau; nếu không chủ ý, hãy lùi một đầu một ngày."
            ),
        ),
        (
            scheme_data(item(bands({"at_least": 0, "points": 10}))),
            f"{T}.formula.bands: giá trị dưới 0 chưa thuộc khoảng nào; khi gặp, người chấm phải tự xác định.",
        ),
        (
            scheme_data(item({"type": "grades", "grades": {"A": 9}})),
            f"{T}.formula.grades: mức cao nhất chỉ được 9, thấp hơn điểm tối đa.",
        ),
        (
            scheme_data(item(MANUAL, scorer="unit")),
            f"{T}.scorer: điểm do đơn vị tự chấm được tính thẳng vào tổng, không ai thẩm định.",
        ),
    ],
)
def test_advice_does_not_forbid(data: Any, sentence: str) -> None:
    assert sentences(data) == []
    assert advice(data) == [sentence]


# --- beginning a year ------------------------------------------------------------------------------------
def test_an_empty_scheme_says_what_is_missing() -> None:
    assert sentences(empty_scheme("Thang điểm Khối IV", 2026)) == [
        "groups: thang chưa có tiêu chí nào; hãy thêm nhóm và tiêu chí."
    ]


def test_last_years_scheme_is_copied_with_its_period_moved() -> None:
    data = read_file("can_tho_2025.json")
    data["period"] = {"from": "2024-02-29", "to": "2025-02-28"}

    made = copy_scheme(data, 2027)

    assert (made["year"], made["period"]) == (2027, {"from": "2026-02-28", "to": "2027-02-28"})
    assert made["note"] == "Sao từ thang điểm năm 2025."
    assert load_scheme(made)[0].groups == load_scheme(data)[0].groups
    assert data["year"] == 2025
