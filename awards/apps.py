"""The awards app: registers its pages, its work on the desk, who may read its files, and the titles to
aim at.
"""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = "Khen thưởng"

    def ready(self) -> None:
        # Models are loaded only now.
        from awards import desk, queries, workflow  # noqa: PLC0415
        from awards.choices import ACTION_LABELS  # noqa: PLC0415
        from awards.models import Decision, HonourRecord, NominationPaper  # noqa: PLC0415
        from campaigns.catalogue import register_titles  # noqa: PLC0415
        from core import audit, files  # noqa: PLC0415
        from units import desk as desks  # noqa: PLC0415
        from units import navigation  # noqa: PLC0415

        steps = {f"nomination.{step.name}": f"Hồ sơ: {step.label}" for step in workflow.NOMINATION.steps}
        audit.register_labels(ACTION_LABELS | steps)
        register_titles(queries.title_pairs)
        desks.register(desk.work_of)
        files.register_owner(NominationPaper, queries.can_read_paper)
        files.register_owner(
            HonourRecord, lambda actor, honour: queries.honours_for(actor).filter(pk=honour.pk).exists()
        )
        files.register_owner(
            Decision, lambda actor, decision: queries.decisions_for(actor).filter(pk=decision.pk).exists()
        )
        item = navigation.NavItem
        navigation.register(
            item("Khen thưởng", "Đợt xét", "awards:round-list", "calendar", "round.view", 300),
            item(
                "Khen thưởng", "Hồ sơ đề nghị", "awards:nomination-list", "file-text", "nomination.view", 310
            ),
            item(
                "Khen thưởng",
                "Tiếp nhận – thẩm định",
                "awards:nomination-inbox",
                "inbox",
                "nomination.appraise",
                320,
            ),
            item(
                "Khen thưởng",
                "Quyết định khen thưởng",
                "awards:decision-list",
                "gavel",
                "decision.view",
                400,
            ),
            item("Tra cứu, báo cáo", "Sổ vàng", "awards:honour-list", "award", "honour.view", 450),
            item("Tra cứu, báo cáo", "Danh mục khen thưởng", "awards:catalogue", "book", "honour.view", 460),
        )
