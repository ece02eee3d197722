"""Rounds, nominations and decisions of the demo ministry, and honours its units had decided themselves."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from awards.actions import decisions as decision_actions
from awards.actions import nominations as nomination_actions
from awards.actions import results as result_actions
from awards.actions import rounds as round_actions
from awards.choices import Ground, NominationState, Paper, SubjectKind
from awards.models import AwardKind, Decision, HonourRecord, Nomination, Round
from campaigns.choices import InitiativeState
from campaigns.models import Campaign, Initiative
from core import audit
from core.documents.pdf import render_pdf
from core.documents.tree import Document, Header, Paragraph
from core.errors import RuleBroken
from core.text import search_key
from demo.calendar import Cast, on_day
from units.choices import Role
from units.models import Posting, Unit

TEXTS = Path(__file__).resolve().parents[1] / "campaigns" / "data" / "demo_texts.json"
COUNCIL = "Hội đồng Thi đua - Khen thưởng Bộ Tài nguyên và Môi trường"
MEMBERS = 14


@dataclass(frozen=True)
class RoundPlan:
    """One finished round: its days, its awards with weights, how many dossiers, and its decision."""

    name: str
    year: int
    ground: str
    opens_on: date
    closes_on: date
    council_on: date
    decided_on: date
    number: str
    awards: tuple[str, ...]
    dossiers: int


FINISHED = (
    RoundPlan(
        "Xét khen thưởng tổng kết công tác năm 2022", 2022, Ground.MERIT, date(2022, 12, 1),
        date(2023, 1, 31), date(2023, 3, 7), date(2023, 3, 20), "612/QĐ-BTNMT",
        ("BK_BO", "TTLDXS", "CSTD_BO", "BK_BO"), 36,
    ),
    RoundPlan(
        "Khen thưởng đột xuất năm 2023", 2023, Ground.SPOT, date(2023, 8, 1), date(2023, 9, 30),
        date(2023, 10, 10), date(2023, 10, 18), "3015/QĐ-BTNMT", ("BK_BO",), 6,
    ),
    RoundPlan(
        "Xét khen thưởng tổng kết công tác năm 2023", 2023, Ground.MERIT, date(2024, 1, 2), date(2024, 1, 31),
        date(2024, 3, 12), date(2024, 3, 25), "745/QĐ-BTNMT",
        ("BK_BO", "TTLDXS", "BK_BO", "CSTD_BO", "CO_BO"), 48,
    ),
    RoundPlan(
        "Khen thưởng đột xuất 6 tháng cuối năm 2024", 2024, Ground.SPOT, date(2024, 7, 1), date(2024, 10, 31),
        date(2024, 11, 5), date(2024, 11, 12), "3480/QĐ-BTNMT", ("BK_BO",), 9,
    ),
)  # fmt: skip


def sample_paper(kind: str) -> ContentFile:
    """A one-page file that says it is an illustration of the demo ministry."""
    label = Paper(kind).label
    header = Header(
        superior="BỘ TÀI NGUYÊN VÀ MÔI TRƯỜNG", issuer="ĐƠN VỊ TRÌNH DIỄN", number="…/TrD", place="Hà Nội",
        day=date(2024, 12, 2), kind=label.upper(), summary="Tệp minh họa của bộ trình diễn",
    )  # fmt: skip
    body = Paragraph("Tệp này do hệ thống tạo để minh họa; không phải văn bản của cơ quan nào.")
    document = Document(header=header, blocks=[body], title=f"{label} (minh họa)")
    return ContentFile(render_pdf(document), name=f"{kind.replace('_', '-')}-minh-hoa.pdf")


class AwardYears:
    """Brings dossiers through the real steps on their days; the same seed tells the same story."""

    def __init__(self, cast: Cast, units: list[Unit], seed: int) -> None:
        self.cast = cast
        self.units = units
        self.dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.summaries = json.loads(TEXTS.read_text(encoding="utf-8"))["achievement_summaries"]
        self.papers = {kind: sample_paper(kind).read() for kind in Paper.values}
        self.posts: dict[int, list[Posting]] = {}
        for post in (
            Posting.objects.filter(unit__in=units, valid_to=None).select_related("person").order_by("pk")
        ):
            self.posts.setdefault(post.unit_id, []).append(post)

    # --- dossiers ----------------------------------------------------------------------------------
    def summary(self, subject_kind: str) -> str:
        return self.dice.choice([s["text"] for s in self.summaries if s["receiver"] == subject_kind])

    def draft(self, round_: Round, unit: Unit, code: str, day: date) -> Nomination:
        """A draft of the unit for itself or one of its people, with the papers the catalogue asks for."""
        award = AwardKind.objects.in_force_on(day).get(code=code)
        is_person = award.suits(SubjectKind.PERSON) and (
            not award.suits(SubjectKind.COLLECTIVE) or self.dice.random() < 0.75
        )
        data: dict[str, Any] = {"award": award, "person": None, "collective": None, "initiative": None}
        if is_person:
            taken = set(Nomination.objects.filter(round=round_, unit=unit).values_list("person", flat=True))
            free = [p for p in self.posts[unit.pk] if p.person_id not in taken and not p.is_unit_head]
            person = self.dice.choice(free).person
            own = Initiative.objects.filter(
                unit=unit, state=InitiativeState.RECOGNISED, recognised_on__lte=day, authors__person=person
            )
            data |= {"subject_kind": SubjectKind.PERSON, "person": person, "initiative": own.first()}
        else:
            data |= {"subject_kind": SubjectKind.COLLECTIVE, "collective": unit}
        data["achievement"] = self.summary(data["subject_kind"])
        officer = self.cast.at(unit, Role.UNIT_OFFICER, day)
        nomination = nomination_actions.create_nomination(round_.pk, data, actor=officer, today=day)
        for kind in [*award.required_papers, *award.one_of_papers[:1]]:
            file = ContentFile(self.papers[kind], name=f"{kind.replace('_', '-')}-minh-hoa.pdf")
            nomination_actions.attach_paper(nomination.pk, kind, file, actor=officer)
        return nomination

    def bring(self, nomination: Nomination, day: date, last: str) -> None:
        """Take a draft through the route up to the named state, some days between the steps."""
        unit, pk = nomination.unit, nomination.pk
        order = [
            NominationState.AWAITING_HEAD,
            NominationState.SUBMITTED,
            NominationState.RECEIVED,
            NominationState.AWAITING_COUNCIL,
        ]
        for state in order[: order.index(NominationState(last)) + 1]:
            with on_day(day):
                if state == NominationState.AWAITING_HEAD:
                    officer = self.cast.at(unit, Role.UNIT_OFFICER, day)
                    nomination_actions.ask_signature(pk, actor=officer, today=day)
                elif state == NominationState.SUBMITTED:
                    nomination_actions.submit_nomination(
                        pk, actor=self.cast.at(unit, Role.UNIT_HEAD, day), today=day
                    )
                else:
                    office = self.cast.office(Role.AWARD_SPECIALIST, day)
                    act = (
                        nomination_actions.receive_nomination
                        if state == NominationState.RECEIVED
                        else nomination_actions.forward_nomination
                    )
                    act(pk, actor=office, today=day)
            day += timedelta(days=self.dice.randint(0, 2))

    def vote(self, nomination: Nomination, day: date, *, passes: bool) -> None:
        """The council's result as the secretary typed it."""
        in_favour = self.dice.randint(13, 14) if passes else self.dice.randint(5, 8)
        against = self.dice.randint(0, MEMBERS - in_favour)
        with on_day(day):
            result_actions.record_result(
                nomination.pk,
                council_name=COUNCIL,
                voted_on=day,
                minutes_number=f"{day:%d%m}/BB-HĐTĐKT",
                members=MEMBERS,
                in_favour=in_favour,
                against=against,
                blank=MEMBERS - in_favour - against,
                concluded=passes,
                actor=self.cast.office(Role.COUNCIL_SECRETARY, day),
                today=day,
            )

    # --- rounds ------------------------------------------------------------------------------------
    def open(self, plan: RoundPlan, campaign: Campaign | None) -> Round:
        with on_day(plan.opens_on):
            data = {
                "name": plan.name, "year": plan.year, "ground": plan.ground, "opens_on": plan.opens_on,
                "closes_on": plan.closes_on, "council_on": plan.council_on, "campaign": campaign,
            }  # fmt: skip
            office = self.cast.office(Role.AWARD_SPECIALIST, plan.opens_on)
            return round_actions.open_round(data, actor=office, today=plan.opens_on)

    @transaction.atomic
    def finished(self, plan: RoundPlan) -> Decision:
        """A round from opening to its decision."""
        round_ = self.open(plan, None)
        passed = []
        for number in range(plan.dossiers):
            unit = self.units[(number * 5 + plan.year) % len(self.units)]
            day = plan.opens_on + timedelta(days=self.dice.randint(3, 20))
            with on_day(day):
                try:
                    nomination = self.draft(round_, unit, plan.awards[number % len(plan.awards)], day)
                except RuleBroken:
                    continue  # the same collective twice in one round
            self.bring(nomination, day, NominationState.AWAITING_COUNCIL)
            passes = self.dice.random() < 0.9
            self.vote(nomination, plan.council_on, passes=passes)
            nomination.refresh_from_db()
            if nomination.state == NominationState.PASSED:
                passed.append(nomination.pk)
        with on_day(plan.closes_on + timedelta(days=1)):
            closing = plan.closes_on + timedelta(days=1)
            round_actions.close_round(round_.pk, actor=self.cast.office(Role.AWARD_SPECIALIST, closing))
        return self.decide(round_, passed, plan)

    def decide(self, round_: Round, passed: list[int], plan: RoundPlan) -> Decision:
        """Draft and issue the decision of a finished round."""
        day = plan.decided_on
        leader = self.cast.office(Role.MINISTRY_LEADER, day)
        with on_day(day):
            decision = decision_actions.create_decision(
                round_.pk,
                title=f"Về việc {plan.name[0].lower()}{plan.name[1:]}".replace(
                    "xét khen thưởng", "khen thưởng"
                ),
                nomination_ids=passed,
                actor=self.cast.office(Role.AWARD_SPECIALIST, day),
                today=day,
            )
            return decision_actions.issue_decision(
                decision.pk,
                number=plan.number,
                signed_on=day,
                signer_name=leader.user.display_name if leader.user else "",
                signer_position="Thứ trưởng",
                actor=leader,
                today=day,
            )

    @transaction.atomic
    def current(self, campaign: Campaign) -> Round:
        """The round that is open on the demo day, with dossiers at every step."""
        plan = RoundPlan(
            "Xét khen thưởng tổng kết công tác năm 2024", 2024, Ground.MERIT, date(2024, 11, 18),
            date(2025, 1, 31), date(2025, 2, 20), date(2025, 3, 1), "",
            ("BK_BO", "CSTD_BO", "BK_BO", "TTLDXS"), 0,
        )  # fmt: skip
        round_ = self.open(plan, campaign)
        ends = [
            NominationState.DRAFT, NominationState.AWAITING_HEAD, NominationState.SUBMITTED,
            NominationState.SUBMITTED, NominationState.RECEIVED, NominationState.AWAITING_COUNCIL,
            NominationState.AWAITING_COUNCIL,
        ]  # fmt: skip
        for number, unit in enumerate(self.units):
            if number % 4 == 3:
                continue
            for turn in range(2 if unit.code == "U031" else 1):
                day = date(2024, 12, 2) + timedelta(days=self.dice.randint(0, 5))
                with on_day(day):
                    nomination = self.draft(
                        round_, unit, plan.awards[(number + turn) % len(plan.awards)], day
                    )
                end = ends[(number + turn) % len(ends)]
                if end != NominationState.DRAFT:
                    try:
                        with transaction.atomic():
                            self.bring(nomination, day, end)
                    except RuleBroken:
                        # the campaign's own criteria refuse: the draft stays, with the finding on it
                        continue
        return round_

    # --- honours decided by the units themselves ---------------------------------------------------
    @transaction.atomic
    def unit_honours(self, year: int, day: date, share: float) -> int:
        """Titles of the unit level for a past year, taken over into the archive as
        the units had decided them.
        """
        kinds = {kind.code: kind for kind in AwardKind.objects.in_force_on(day)}
        rows = []
        for order, unit in enumerate(self.units, start=1):
            for post in self.posts.get(unit.pk, []):
                if self.dice.random() > share:
                    continue
                kind = kinds["CSTDCS" if self.dice.random() < 0.13 else "LDTT"]
                name = post.person.full_name
                rows.append(
                    HonourRecord(
                        award=kind,
                        award_code=kind.code,
                        award_name=kind.name,
                        category=kind.category,
                        level=kind.level,
                        ground=Ground.MERIT,
                        subject_kind=SubjectKind.PERSON,
                        person=post.person,
                        unit=unit,
                        subject_name=name,
                        subject_search=search_key(name),
                        unit_name=unit.name,
                        position_title=post.title,
                        leader_level=post.leader_level,
                        is_direct_worker=post.is_direct_worker,
                        sex=post.person.sex,
                        year=year,
                        issuer_unit=unit,
                        decision_number=f"{order:02d}/QĐ-TĐKT",
                        decided_on=day,
                    )  # fmt: skip
                )
        HonourRecord.objects.bulk_create(rows, batch_size=1000)
        office = self.cast.office(Role.AWARD_SPECIALIST, day)
        audit.record(office, "demo.honours", self.cast.ministry, changes={"year": year, "honours": len(rows)})
        return len(rows)
