"""What must be true of nominations, council results, decisions and the golden book at every moment."""

from core import invariants

# A nomination's state against the council's result and the decision it stands in.
_CONTRADICTED = """
SELECT row.id FROM awards_nomination row
LEFT JOIN awards_councilresult result ON result.nomination_id = row.id
LEFT JOIN awards_decisionline line ON line.nomination_id = row.id
LEFT JOIN awards_decision decision ON decision.id = line.decision_id
WHERE (row.state IN ('passed', 'awarded') AND NOT coalesce(result.is_passed, false))
   OR (row.state = 'not_passed' AND coalesce(result.is_passed, true))
   OR (row.state = 'awarded' AND coalesce(decision.state, '') <> 'issued')
   OR (row.state <> 'awarded' AND decision.state = 'issued')
"""
_WITHOUT_HONOUR = """
SELECT line.id FROM awards_decisionline line JOIN awards_decision decision ON decision.id = line.decision_id
WHERE decision.state = 'issued' AND (
    SELECT count(*) FROM awards_honourrecord honour
    WHERE honour.decision_id = decision.id AND honour.book_number = line.position) <> 1
"""


def register() -> None:
    """Add the checks of this app to verify_all."""
    invariants.register_sql(
        "nominations",
        "awards_nomination",
        _CONTRADICTED,
        "Trạng thái hồ sơ không khớp kết quả Hội đồng hoặc quyết định khen thưởng.",
    )
    invariants.register_sql(
        "decision_lines",
        "awards_decisionline",
        _WITHOUT_HONOUR,
        "Dòng của quyết định đã ban hành không có đúng một dòng trong sổ vàng.",
    )
    invariants.register_sql(
        "honours",
        "awards_honourrecord",
        "SELECT row.id FROM awards_honourrecord row JOIN awards_decision d ON d.id = row.decision_id "
        "WHERE d.state <> 'issued'",
        "Có trong sổ vàng nhưng quyết định chưa ban hành.",
    )
    invariants.register_sql(
        "results",
        "awards_councilresult",
        "SELECT row.id FROM awards_councilresult row "
        "WHERE row.in_favour + row.against + row.blank > row.members",
        "Số phiếu nhiều hơn số thành viên Hội đồng.",
    )
