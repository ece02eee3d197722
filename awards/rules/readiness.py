"""Whether a dossier is complete enough to be sent: a list n/m where each line says what is missing, and
findings.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from awards.choices import Ground, Paper, SubjectKind
from core.errors import Outcome, RuleBroken, Verdict

SHORT_SUMMARY_WORDS = 25
# The letter and the list belong to the whole sending of a unit; the receiving office asks for them when they
# lack.
COVER_PAPERS = frozenset({Paper.LETTER, Paper.LIST})
# Grounds on which the criteria of the campaign itself decide.
CAMPAIGN_GROUNDS = frozenset({Ground.MERIT, Ground.CAMPAIGN})
_SCOPE_ORDER = ("co_so", "bo", "toan_quoc")
_SCOPE_WORDS = {"co_so": "cấp cơ sở", "bo": "cấp Bộ", "toan_quoc": "toàn quốc"}
# Title → the scope its initiative must have. Source: R-INI-2
SCOPE_FOR_TITLE = {"CSTDCS": "co_so", "CSTD_BO": "bo", "CSTDTQ": "toan_quoc"}


@dataclass(frozen=True)
class AwardFacts:
    """What the catalogue says about the award on the day. papers: needed each; one_of:
    one of them is enough.
    """

    code: str
    name: str
    is_in_force: bool
    receivers: Collection[str]
    papers: Sequence[str] = ()
    one_of: Sequence[str] = ()


@dataclass(frozen=True)
class InitiativeFacts:
    """The initiative a dossier rests on. recognised_scope: "" while not recognised; used_in:
    other dossiers' codes.
    """

    title: str
    recognised_scope: str = ""
    number: str = ""
    is_author: bool = True
    is_research: bool = False
    used_in: Sequence[str] = ()


@dataclass(frozen=True)
class DossierFacts:
    """Everything readiness asks. has_post: a person holds a post in the unit today, a collective exists
    today.

    papers: kinds that are present. campaign_findings: findings of the campaign the round belongs to;
    those about other
    campaigns go into other_findings and never refuse.
    """

    subject_kind: str
    subject_name: str
    has_post: bool
    award: AwardFacts
    achievement: str
    papers: Collection[str]
    ground: str
    is_round_open: bool
    round_note: str = ""
    initiative: InitiativeFacts | None = None
    campaign_findings: Sequence[Verdict] = ()
    other_findings: Sequence[Verdict] = ()


@dataclass(frozen=True)
class ReadinessItem:
    """One line of the list. anchor: part of the page that mends it; blocking:
    sending is refused while it is missing.
    """

    label: str
    done: bool
    anchor: str
    blocking: bool = True
    note: str = ""


@dataclass(frozen=True)
class Readiness:
    """The list and the findings of one dossier."""

    items: tuple[ReadinessItem, ...]
    verdicts: tuple[Verdict, ...]
    refusing: tuple[Verdict, ...]

    @property
    def done_count(self) -> int:
        return sum(item.done for item in self.items)

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def missing(self) -> list[ReadinessItem]:
        return [item for item in self.items if not item.done]

    @property
    def blocking(self) -> list[ReadinessItem]:
        """Missing lines that refuse sending."""
        return [item for item in self.missing if item.blocking]

    @property
    def is_ready(self) -> bool:
        return not self.blocking and not self.refusing

    def or_raise(self) -> None:
        """Raises RuleBroken that names what is missing and which finding refuses, with its source."""
        if self.is_ready:
            return
        parts = []
        if self.blocking:
            names = "; ".join(item.note or item.label for item in self.blocking)
            parts.append(f"Còn thiếu {len(self.blocking)}/{self.total} mục bắt buộc: {names}.")
        for verdict in self.refusing:
            parts.append(
                f"{verdict.reason.rstrip('.')}. Căn cứ: {verdict.source}."
                if verdict.source
                else verdict.reason
            )
        raise RuleBroken(" ".join(parts), verdicts=self.refusing)


def readiness(facts: DossierFacts) -> Readiness:
    """The list of a dossier: subject, award, summary, papers, round; and what the rules found.

    Source: R-DOS-1, R-DOS-2
    """
    items = [_subject(facts), _award(facts), _summary(facts), *_papers(facts)]
    items.append(
        ReadinessItem(
            "Đợt xét đang nhận hồ sơ",
            facts.is_round_open,
            "round",
            note="" if facts.is_round_open else facts.round_note,
        )
    )
    counts = facts.ground in CAMPAIGN_GROUNDS
    refusing = [v for v in facts.campaign_findings if counts and v.outcome == Outcome.NOT_MET]
    verdicts = [
        *facts.campaign_findings,
        *facts.other_findings,
        *_initiative_findings(facts),
        *_summary_finding(facts),
    ]
    return Readiness(tuple(items), tuple(verdicts), tuple(refusing))


def _subject(facts: DossierFacts) -> ReadinessItem:
    kind = "Cá nhân" if facts.subject_kind == SubjectKind.PERSON else "Tập thể"
    note = ""
    if not facts.has_post:
        what = (
            "không giữ chức vụ, vị trí nào tại"
            if facts.subject_kind == SubjectKind.PERSON
            else "không còn thuộc"
        )
        note = f"{facts.subject_name} hiện {what} đơn vị đề nghị"
    return ReadinessItem(f"{kind} thuộc đơn vị đề nghị", facts.has_post, "subject", note=note)


def _award(facts: DossierFacts) -> ReadinessItem:
    award = facts.award
    suits = facts.subject_kind in award.receivers
    note = ""
    if not award.is_in_force:
        note = f"{award.name} không có trong danh mục hiện hành"
    elif not suits:
        note = (
            f"{award.name} không dành cho "
            f"{'cá nhân' if facts.subject_kind == SubjectKind.PERSON else 'tập thể'}"
        )
    return ReadinessItem(
        "Danh hiệu, hình thức còn hiệu lực, đúng đối tượng", suits and award.is_in_force, "award", note=note
    )


def _summary(facts: DossierFacts) -> ReadinessItem:
    return ReadinessItem("Tóm tắt thành tích", bool(facts.achievement.strip()), "achievement")


def _summary_finding(facts: DossierFacts) -> list[Verdict]:
    words = len(facts.achievement.split())
    if not 0 < words < SHORT_SUMMARY_WORDS:
        return []
    return [
        Verdict(
            Outcome.NEEDS_JUDGEMENT, f"Tóm tắt thành tích chỉ có {words} từ; nên nêu kết quả, số liệu cụ thể."
        )
    ]


def _papers(facts: DossierFacts) -> list[ReadinessItem]:
    present = set(facts.papers) | _proven_by_initiative(facts)
    items = [
        ReadinessItem(Paper(kind).label, kind in present, "papers", blocking=kind not in COVER_PAPERS)
        for kind in facts.award.papers
    ]
    if facts.award.one_of:
        words = " hoặc ".join(Paper(kind).label.lower() for kind in facts.award.one_of)
        done = bool(present & set(facts.award.one_of))
        items.append(ReadinessItem(f"Giấy tờ chứng minh: {words}", done, "papers"))
    return items


def _proven_by_initiative(facts: DossierFacts) -> set[str]:
    """A work of the nominated, recognised in this system for a scope wide enough, proves itself: its number
    and date are on record. Source: R-INI-2, R-INI-3
    """
    initiative = facts.initiative
    if initiative is None or not initiative.is_author or not _is_wide_enough(initiative, facts.award.code):
        return set()
    return {str(Paper.RESEARCH if initiative.is_research else Paper.INITIATIVE)}


def _is_wide_enough(initiative: InitiativeFacts, award_code: str) -> bool:
    """Whether the recognised scope, if any, is at least the one the title asks for. Source: R-INI-2"""
    if not initiative.recognised_scope:
        return False
    needed = SCOPE_FOR_TITLE.get(award_code, _SCOPE_ORDER[0])
    return _SCOPE_ORDER.index(initiative.recognised_scope) >= _SCOPE_ORDER.index(needed)


def _initiative_findings(facts: DossierFacts) -> list[Verdict]:
    """Source: R-INI-2, R-ONE-1"""
    initiative = facts.initiative
    if initiative is None:
        return []
    found = []
    if not initiative.recognised_scope:
        found.append(Verdict(Outcome.NEEDS_JUDGEMENT, f"Sáng kiến «{initiative.title}» chưa được công nhận."))
    needed = SCOPE_FOR_TITLE.get(facts.award.code)
    if needed and initiative.recognised_scope:
        enough = _is_wide_enough(initiative, facts.award.code)
        found.append(
            Verdict(
                Outcome.MET if enough else Outcome.NOT_MET,
                f"Sáng kiến được công nhận {_SCOPE_WORDS[initiative.recognised_scope]} theo số "
                f"{initiative.number}; "
                f"{facts.award.name} cần phạm vi từ {_SCOPE_WORDS[needed]}.",
                "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 21, 22, 23",
                None if enough else f"sáng kiến được công nhận {_SCOPE_WORDS[needed]}",
            )
        )
    if not initiative.is_author:
        found.append(
            Verdict(
                Outcome.NEEDS_JUDGEMENT,
                f"{facts.subject_name} không có tên trong nhóm tác giả của sáng kiến.",
            )
        )
    if initiative.used_in:
        found.append(
            Verdict(
                Outcome.NEEDS_JUDGEMENT,
                f"Sáng kiến này còn được dùng trong hồ sơ {', '.join(initiative.used_in)}; không lấy "
                "một thành tích để xét nhiều lần.",
                "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5",
            )
        )
    return found
