"""Places, ties, the ballot, allocations, and members who are not fully scored."""

from typing import Any

import pytest

from campaigns.scoring import Scheme
from campaigns.scoring.proposals import Proposal
from campaigns.scoring.ranking import DivisionRanking
from tests.campaigns.scoring.sheets import item, ranking, scheme, typed

SIDE = item({"type": "figure"}, "S", kind="side")


def block(*more_items: dict[str, Any], **more: Any) -> Scheme:
    return scheme(item({"type": "manual"}, maximum=100), *more_items, **more)


def of(the_scheme: Scheme, *members: dict[str, Any]) -> DivisionRanking:
    return ranking(the_scheme, list(members)).divisions[0]


def places(found: DivisionRanking) -> list[tuple[int | None, str]]:
    return [(one.place, one.score.code) for one in found.entries]


def states(proposal: Proposal) -> dict[str, str]:
    return {one.code: one.state for one in proposal.lines}


def side(code: str, points: float, value: float | None, **more: Any) -> dict[str, Any]:
    return typed(code, points, results={"S": {"value": value}}, **more)


# --- places ----------------------------------------------------------------------------------------------
def test_places_are_one_two_two_four() -> None:
    found = of(block(), typed("A", 90), typed("B", 80), typed("C", 80), typed("D", 70))

    assert places(found) == [(1, "A"), (2, "B"), (2, "C"), (4, "D")]
    assert [one.tied_with for one in found.entries] == [(), ("C",), ("B",), ()]


def test_equals_stand_in_the_order_of_the_alphabet() -> None:
    found = of(block(), typed("1", 80, "Sở Y"), typed("2", 80, "Sở Đ"), typed("3", 80, "Sở D"))

    assert [one.score.name for one in found.entries] == ["Sở D", "Sở Đ", "Sở Y"]


def test_who_is_not_fully_scored_stands_last_without_a_place() -> None:
    the_scheme = block(item({"type": "manual"}, "U"))

    found = of(
        the_scheme,
        {"code": "A", "name": "A"},
        typed("B", 99),
        typed("C", 10, results={"U": {"points": 1}}),
    )

    assert places(found) == [(1, "C"), (None, "A"), (None, "B")]
    assert [one.sentence for one in found.entries] == [
        "",
        "Chưa xếp hạng: chưa chấm.",
        "Chưa xếp hạng: còn 1 tiêu chí chưa có điểm.",
    ]
    assert found.is_final is False
    assert found.remarks == ("Còn 2 đơn vị chưa đủ điểm: thứ hạng và đề nghị dưới đây là tạm tính.",)


def test_an_empty_block_has_no_ranking() -> None:
    found = of(block())

    assert (found.entries, found.is_final) == ((), False)


# --- ties ------------------------------------------------------------------------------------------------
def test_the_chain_decides_and_says_so_to_both() -> None:
    found = of(block(SIDE, tie_chain=[{"item": "S"}]), side("A", 95, 980), side("B", 95, 1020))

    assert places(found) == [(1, "B"), (2, "A")]
    assert [one.sentence for one in found.entries] == [
        "Bằng điểm 95,00; xếp trên Đơn vị A nhờ «Tiêu chí S» 1.020 so với 980.",
        "Bằng điểm 95,00; xếp dưới Đơn vị B vì «Tiêu chí S» 980 so với 1.020.",
    ]
    assert found.is_final


def test_a_chain_may_prefer_the_lower_figure() -> None:
    chain = [{"item": "S", "direction": "asc", "label": "số ngày chậm"}]

    found = of(block(SIDE, tie_chain=chain), side("A", 95, 3), side("B", 95, 1))

    assert places(found) == [(1, "B"), (2, "A")]
    assert found.entries[0].sentence == "Bằng điểm 95,00; xếp trên Đơn vị A nhờ «số ngày chậm» 1 so với 3."


def test_a_chain_may_look_at_points_of_a_group_and_at_facts() -> None:
    items = [item({"type": "manual"}), item({"type": "fraction"}, "F")]
    chain = [{"group": "G"}, {"item": "F", "by": "whole"}]
    results = {"A": {"F": {"part": 5, "whole": 10}}, "B": {"F": {"part": 10, "whole": 20}}}

    found = of(
        scheme(*items, tie_chain=chain), *(typed(code, 5, results=own) for code, own in results.items())
    )

    assert places(found) == [(1, "B"), (2, "A")]


def test_an_unknown_figure_stops_the_chain_and_is_asked() -> None:
    the_scheme = block(
        SIDE, item({"type": "figure"}, "R", kind="side"), tie_chain=[{"item": "S"}, {"item": "R"}]
    )

    found = of(the_scheme, side("A", 95, 3), side("B", 95, None))

    assert places(found) == [(1, "A"), (1, "B")]
    assert [one.state for one in found.entries] == ["needs_data", "needs_data"]
    assert (
        found.entries[0].sentence
        == "Bằng điểm 95,00 với Đơn vị B; chưa xét được «Tiêu chí S» vì chưa có số liệu của Đơn vị B: cần bổ"
        " sung."
    )
    assert found.remarks == ("2 đơn vị bằng nhau và thiếu số liệu phụ để xét tiếp: cần bổ sung.",)


def test_an_unknown_figure_does_not_matter_without_a_tie() -> None:
    found = of(block(SIDE, tie_chain=[{"item": "S"}]), side("A", 95, None), side("B", 94, None))

    assert found.is_final


def test_what_the_chain_leaves_is_for_the_ballot() -> None:
    found = of(block(SIDE, tie_chain=[{"item": "S"}]), side("A", 95, 3), side("B", 95, 3))

    assert [one.state for one in found.entries] == ["needs_vote", "needs_vote"]
    assert (
        found.entries[0].sentence
        == "Bằng điểm 95,00 với Đơn vị B sau khi xét hết tiêu chí phụ: cần bỏ phiếu."
    )
    assert found.remarks == ("2 đơn vị bằng nhau sau mọi tiêu chí phụ: cần bỏ phiếu.",)


def test_the_ballot_decides_once_all_equals_have_their_votes() -> None:
    one_missing = of(block(), typed("A", 95, votes=3), typed("B", 95))
    decided = of(block(), typed("A", 95, votes=3), typed("B", 95, votes=4))
    again = of(block(), typed("A", 95, votes=4), typed("B", 95, votes=4))

    assert places(one_missing) == [(1, "A"), (1, "B")]
    assert places(decided) == [(1, "B"), (2, "A")]
    assert decided.entries[0].sentence == "Bằng điểm 95,00; xếp trên Đơn vị A nhờ «số phiếu bầu» 4 so với 3."
    assert [one.state for one in again.entries] == ["needs_vote", "needs_vote"]


def test_without_a_ballot_equals_share_the_place() -> None:
    found = of(block(vote_after_tie=False), typed("A", 95, votes=3), typed("B", 95, votes=4))

    assert places(found) == [(1, "A"), (1, "B")]
    assert found.entries[0].sentence == "Bằng điểm 95,00 với Đơn vị B: đồng hạng."
    assert found.is_final


def test_who_lacks_the_first_figure_of_a_ranking_without_points_stands_last() -> None:
    the_scheme = scheme(SIDE, tie_chain=[{"item": "S"}])
    members = [
        {"code": "A", "name": "A", "results": {"S": {"value": None}}},
        {"code": "B", "name": "B", "results": {"S": {"value": 0}}},
    ]

    found = of(the_scheme, *members)

    assert places(found) == [(1, "B"), (None, "A")]
    assert found.entries[1].sentence == "Chưa xếp hạng: chưa có số liệu «Tiêu chí S»."


# --- allocations ------------------------------------------------------------------------------------------
TWO_AWARDS = [
    {"award": "CO", "name": "Cờ", "number": 2},
    {"award": "BK", "name": "Bằng khen", "number": 1},
]


def test_awards_are_given_in_their_order_and_one_each() -> None:
    members = [typed(code, points) for code, points in zip("ABCD", (90, 80, 70, 60), strict=True)]

    flag, certificate = of(block(allocations=TWO_AWARDS), *members).proposals

    assert states(flag) == {"A": "proposed", "B": "proposed", "C": "outside", "D": "outside"}
    assert states(certificate) == {"C": "proposed", "D": "outside"}
    assert flag.lines[3].sentence == "Đã đủ 2 suất Cờ cho các đơn vị xếp trên."


def test_equals_on_the_border_wait_and_the_loser_comes_first_for_the_next_award() -> None:
    members = [typed("A", 90), typed("B", 80), typed("C", 80), typed("D", 70)]

    flag, certificate = of(block(allocations=TWO_AWARDS), *members).proposals

    assert states(flag) == {"A": "proposed", "B": "vote", "C": "vote", "D": "outside"}
    assert flag.lines[1].sentence == "2 đơn vị bằng nhau, còn 1 suất Cờ: cần bỏ phiếu."
    assert states(certificate) == {"B": "vote", "C": "vote", "D": "outside"}
    assert (
        certificate.lines[0].sentence
        == "Đơn vị không được chọn Cờ khi bỏ phiếu được xét Bằng khen; giữ 1 suất."
    )
    assert (flag.taken, certificate.taken) == (2, 1)


def test_equals_on_the_border_who_only_lack_a_figure_are_not_sent_to_the_ballot() -> None:
    the_scheme = block(SIDE, tie_chain=[{"item": "S"}], allocations=[{**TWO_AWARDS[0], "number": 1}])

    found = of(the_scheme, side("A", 95, 3), side("B", 95, None)).proposals[0]

    assert (
        found.lines[0].sentence == "2 đơn vị bằng nhau, còn 1 suất Cờ: cần bổ sung số liệu phụ rồi xét lại."
    )


def test_a_minimum_score_leaves_places_empty() -> None:
    allocation = [{"award": "CO", "name": "Cờ", "number": 2, "minimum_score": 90}]

    found = of(block(allocations=allocation), typed("A", 90), typed("B", 89.99)).proposals[0]

    assert states(found) == {"A": "proposed", "B": "below_minimum"}
    assert found.sentence == "Phân bổ 2 suất. Còn 1 suất chưa có đơn vị đủ điều kiện."
    assert found.lines[1].sentence == "Tổng điểm 89,99, dưới mức tối thiểu 90 của Cờ."


GATE = {"code": "KL", "name": "Lãnh đạo bị kỷ luật", "item": "K", "when": "yes", "excludes": ["CO"]}


@pytest.mark.parametrize(
    ("yes", "flag", "certificate"),
    [
        (False, {"A": "proposed", "B": "outside"}, {"B": "proposed"}),
        (True, {"A": "excluded", "B": "proposed"}, {"A": "proposed"}),
        (None, {"A": "needs_judgement", "B": "outside"}, {"B": "proposed"}),
    ],
)
def test_gates_exclude_from_what_they_name(yes: bool | None, flag: Any, certificate: Any) -> None:
    allocations = [{**TWO_AWARDS[0], "number": 1}, TWO_AWARDS[1]]
    condition = item({"type": "yes_no"}, "K", kind="condition")
    the_scheme = block(condition, gates=[GATE], allocations=allocations)

    found = of(
        the_scheme,
        typed("A", 90, results={"K": {"yes": yes}}),
        typed("B", 80, results={"K": {"yes": False}}),
    )

    assert places(found) == [(1, "A"), (2, "B")]
    assert [states(proposal) for proposal in found.proposals] == [flag, certificate]


@pytest.mark.parametrize(
    ("test", "limit", "value", "state"),
    [
        ("at_least", 2, 2, "hit"),
        ("at_least", 2, 1, "clear"),
        ("below", 2, 1, "hit"),
        ("below", 2, 2, "clear"),
        ("below", 2, None, "unknown"),
    ],
)
def test_gates_compare_figures(test: str, limit: int, value: int | None, state: str) -> None:
    gate = {"code": "G", "name": "Mốc", "item": "S", "when": test, "limit": limit}

    found = of(block(SIDE, gates=[gate]), side("A", 90, value))

    assert found.entries[0].score.gates[0].state == state


def test_no_place_at_all_is_said() -> None:
    allocation = [{"award": "CO", "name": "Cờ", "percent": 10}]

    found = of(block(allocations=allocation), typed("A", 90)).proposals[0]

    assert found.lines[0].sentence == "Không có suất Cờ nào."
    assert found.sentence == "Không quá 10 % của 1 đơn vị: 0 suất."


def test_long_ties_stay_readable() -> None:
    found = of(block(), *(typed(f"{n:03}", 50, f"Sở {n:03}") for n in range(300)))

    assert {one.place for one in found.entries} == {1}
    assert (
        found.entries[299].sentence
        == "Bằng điểm 50,00 với Sở 000, Sở 001, Sở 002 và 296 đơn vị khác sau khi xét hết tiêu chí phụ: cần"
        " bỏ phiếu."
    )
