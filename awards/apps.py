"""The awards app: registers its pages, its work on the desk, who may read its files, and the titles to
aim at.
"""

from django.apps import AppConfig

NOTICE_KINDS = {
    "round.opened": "Mở đợt xét khen thưởng",
    "decision.draft": "Dự thảo quyết định chờ ban hành",
    "decision.issue": "Quyết định khen thưởng được ban hành",
}


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = "Khen thưởng"

    def ready(self) -> None:
        # Models are loaded only now.
        from awards import desk, invariants, queries, workflow  # noqa: PLC0415
        from awards.choices import ACTION_LABELS  # noqa: PLC0415
        from awards.importing import KIND as OLD_HONOURS  # noqa: PLC0415
        from awards.models import Decision, HonourRecord, Nomination, NominationPaper  # noqa: PLC0415
        from awards.moving import MOVER  # noqa: PLC0415
        from awards.person_section import honours_section  # noqa: PLC0415
        from awards.unit_section import honours_of_unit  # noqa: PLC0415
        from campaigns.catalogue import register_titles  # noqa: PLC0415
        from core import audit, files, notices  # noqa: PLC0415
        from core.sheets import kinds as sheet_kinds  # noqa: PLC0415
        from units import desk as desks  # noqa: PLC0415
        from units import moving, navigation, person_sections, trail_queries, unit_sections  # noqa: PLC0415

        steps = {f"nomination.{step.name}": f"Hồ sơ: {step.label}" for step in workflow.NOMINATION.steps}
        audit.register_labels(ACTION_LABELS | steps)
        trail_queries.register_about_person(Nomination, "person")
        trail_queries.register_about_person(NominationPaper, "nomination__person")
        trail_queries.register_about_person(HonourRecord, "person")
        register_titles(queries.title_pairs)
        told = {f"nomination.{step.name}": f"Hồ sơ: {step.label}" for step in workflow.NOMINATION.steps}
        notices.register_kinds(NOTICE_KINDS | told, group="Khen thưởng")
        invariants.register()
        moving.register(MOVER)
        unit_sections.register(honours_of_unit)
        desks.register(desk.work_of)
        sheet_kinds.register(OLD_HONOURS)
        person_sections.register(honours_section)
        files.register_owner(
            NominationPaper,
            queries.can_read_paper,
            lambda paper: paper.nomination.unit_id,
            lambda paper: NominationPaper.objects.filter(nomination_id=paper.nomination_id),
        )
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
