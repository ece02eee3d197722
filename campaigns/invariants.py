"""What must be true of campaigns, pledges and initiatives at every moment."""

from core import invariants

_WITHOUT_APPROVAL = """
SELECT row.id FROM campaigns_pledge row WHERE row.state = 'approved' AND NOT EXISTS (
    SELECT 1 FROM core_steprecord step JOIN django_content_type kind ON kind.id = step.content_type_id
    WHERE kind.app_label = 'campaigns' AND kind.model = 'pledge'
      AND step.object_id = row.id AND step.to_state = 'approved')
"""


def register() -> None:
    """Add the checks of this app to verify_all."""
    invariants.register_sql(
        "pledges",
        "campaigns_pledge",
        _WITHOUT_APPROVAL,
        "Đăng ký «Đã duyệt» nhưng không có bước duyệt nào được ghi.",
    )
    invariants.register_sql(
        "receipts",
        "campaigns_receipt",
        "SELECT row.id FROM campaigns_receipt row JOIN campaigns_campaign c ON c.id = row.campaign_id "
        "WHERE c.state = 'draft' AND row.received_at IS NOT NULL",
        "Đã xác nhận nhận một phong trào chưa phát động.",
    )
    invariants.register_sql(
        "initiatives",
        "campaigns_initiative",
        "SELECT row.id FROM campaigns_initiative row WHERE row.state = 'submitted' AND (SELECT "
        "coalesce(sum(a.share), 0) FROM campaigns_initiativeauthor a WHERE a.initiative_id = row.id) <> 100",
        "Sáng kiến đã gửi xét nhưng tổng tỷ lệ đóng góp khác 100 %.",
    )
