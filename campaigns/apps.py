"""The campaigns app: registers its menu, its work on the desk, its files and the words of the trail."""

from django.apps import AppConfig

AUDIT_LABELS = {
    "campaign.create": "Soạn dự thảo phong trào",
    "campaign.update": "Sửa dự thảo phong trào",
    "campaign.launch": "Phát động phong trào",
    "campaign.close": "Kết thúc phong trào",
    "campaign.import": "Nạp phong trào đã phát động",
    "receipt.confirm": "Xác nhận đã nhận phong trào",
    "campaign.move": "Chuyển phong trào sang đơn vị kế thừa",
    "receipt.move": "Chuyển việc tiếp nhận phong trào sang đơn vị kế thừa",
    "pledge.move": "Chuyển đăng ký thi đua sang đơn vị kế thừa",
    "initiative.move": "Chuyển sáng kiến sang đơn vị kế thừa",
    "pledge.create": "Mở đăng ký thi đua",
    "pledge.update": "Sửa đăng ký thi đua",
    "pledge.submit": "Gửi đăng ký thi đua",
    "pledge.withdraw": "Thu hồi đăng ký thi đua",
    "pledge.approve": "Duyệt đăng ký thi đua",
    "pledge.return": "Trả lại đăng ký thi đua",
    "pledge.reopen": "Mở lại đăng ký thi đua",
    "progress.record": "Ghi kết quả chỉ tiêu",
    "initiative.create": "Đăng ký sáng kiến",
    "initiative.update": "Sửa sáng kiến",
    "initiative.submit": "Gửi sáng kiến",
    "initiative.recognise": "Công nhận sáng kiến",
    "initiative.refuse": "Không công nhận sáng kiến",
    "initiative.return": "Trả lại sáng kiến",
    "result.save": "Ghi kết quả xếp loại tập thể",
}


NOTICE_KINDS = {
    "campaign.launched": "Phát động phong trào thi đua",
    "campaign.closed": "Kết thúc phong trào thi đua",
    "pledge.submitted": "Đăng ký thi đua chờ duyệt",
    "pledge.approved": "Đăng ký thi đua được duyệt",
    "pledge.returned": "Đăng ký thi đua bị trả lại",
    "pledge.reopened": "Đăng ký thi đua được mở lại",
    "initiative.submitted": "Sáng kiến chờ xét công nhận",
    "initiative.recognised": "Sáng kiến được công nhận",
    "initiative.refused": "Sáng kiến không được công nhận",
    "initiative.returned": "Sáng kiến được trả lại để bổ sung",
}


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "Thi đua"

    def ready(self) -> None:
        # Models are loaded only now; files, desk and menu hang on them.
        from campaigns import desk as work  # noqa: PLC0415
        from campaigns import invariants  # noqa: PLC0415
        from campaigns.models import Initiative, ProgressEntry  # noqa: PLC0415
        from campaigns.moving import MOVER  # noqa: PLC0415
        from campaigns.person_section import initiatives_section  # noqa: PLC0415
        from campaigns.queries import may_read_evidence  # noqa: PLC0415
        from core import audit, files, notices  # noqa: PLC0415
        from units import desk, moving, navigation, person_sections, trail_queries  # noqa: PLC0415

        trail_queries.register_about_person(Initiative, "authors__person")
        files.register_owner(
            ProgressEntry,
            may_read_evidence,
            lambda entry: entry.target.pledge.unit_id,
            lambda entry: ProgressEntry.objects.filter(target__pledge_id=entry.target.pledge_id),
        )
        person_sections.register(initiatives_section)
        audit.register_labels(AUDIT_LABELS)
        notices.register_kinds(NOTICE_KINDS, group="Thi đua")
        invariants.register()
        moving.register(MOVER)
        for source in work.SOURCES:
            desk.register(source)
        item = navigation.NavItem
        navigation.register(
            item("Thi đua", "Phong trào", "campaigns:campaign-list", "flag", "campaign.view", 100),
            item("Thi đua", "Đăng ký thi đua", "campaigns:pledge-list", "edit", "pledge.view", 110),
            item("Thi đua", "Xếp loại tập thể", "campaigns:result-list", "star", "result.view", 120),
            item("Thi đua", "Sáng kiến", "campaigns:initiative-list", "lightbulb", "initiative.view", 150),
        )
