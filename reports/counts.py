"""Every count a report or a dashboard shows, one set-based query each, for a unit with everything under it.

What counts in a period (starts_on inside, ends_before outside):
- a campaign, when it was launched and its validity meets the period, and it concerns the subtree: launched
  there, sent there, or pledged in there;
- it is new in the period when its document (or, without one, its start) falls into it;
- a pledge, by its year; its state is the state at the end of the period as its dates tell it;
- a target, by its approved pledge; reached when the last result up to the period's end is the value or more;
- an initiative, by the day it was handed in, recognised or refused;
- a nomination, by the day it was handed in (then its state of now), unless it is still in its own unit;
- an honour, by the day of the decision, at the unit named in the archive.
Nothing here depends on a clock or loops over units.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from campaigns.choices import CriterionCheck
from reports.periods import Period
from units.models import Unit

Row = dict[str, Any]


def _start_of(day: date) -> datetime:
    """Midnight of the day in the ministry's time zone."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


@dataclass(frozen=True)
class Reach:
    """What is counted: the subtree of a unit and a period."""

    unit: Unit
    period: Period

    @property
    def parameters(self) -> Row:
        return {
            "path": self.unit.path.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%",
            "prefix": len(self.unit.path),
            "year": self.period.year,
            "first": self.period.starts_on,
            "until": self.period.ends_before,
            "from_at": _start_of(self.period.starts_on),
            "until_at": _start_of(self.period.ends_before),
            "zone": settings.TIME_ZONE,
        }


def _rows(sql: str, reach: Reach, **more: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, reach.parameters | more)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# --- campaigns and the response of the units -------------------------------------------------------

_CAMPAIGNS = """
WITH inside AS (SELECT id FROM units_unit WHERE path LIKE %(path)s),
campaign AS (
  SELECT c.*, c.unit_id IN (SELECT id FROM inside) AS is_own
  FROM campaigns_campaign c
  WHERE c.state <> 'draft' AND c.starts_on < %(until)s AND c.ends_on >= %(first)s
    AND (c.unit_id IN (SELECT id FROM inside)
      OR EXISTS (SELECT 1 FROM campaigns_receipt r
                 WHERE r.campaign_id = c.id AND r.unit_id IN (SELECT id FROM inside))
      OR EXISTS (SELECT 1 FROM campaigns_pledge p
                 WHERE p.campaign_id = c.id AND p.year = %(year)s AND p.unit_id IN (SELECT id FROM inside)))
),
pledge AS (
  SELECT p.id, p.campaign_id, p.unit_id,
         CASE WHEN p.state = 'approved' AND coalesce(p.approved_at < %(until_at)s, true) THEN 'approved'
              WHEN p.state IN ('submitted', 'approved') AND coalesce(p.submitted_at < %(until_at)s, true)
                THEN 'submitted'
              ELSE 'draft' END AS status
  FROM campaigns_pledge p
  WHERE p.year = %(year)s AND p.campaign_id IN (SELECT id FROM campaign)
    AND p.unit_id IN (SELECT id FROM inside)
)
"""


def campaigns(reach: Reach) -> list[Row]:
    """Campaigns of the period with the response to each: one row each, newest first.

    sent, confirmed: receipts; approved + submitted + draft + none = sent; voluntary: pledges without receipt.
    """
    return _rows(
        _CAMPAIGNS  # noqa: S608 (constants of this file)
        + """
SELECT c.id, c.title, c.theme, c.issuer_name AS issuer, c.document_number AS number, c.document_date AS date,
       c.year_from, c.year_to, c.is_own,
       coalesce(c.document_date, c.starts_on) >= %(first)s
         AND coalesce(c.document_date, c.starts_on) < %(until)s AS is_new,
       coalesce(s.sent, 0) AS sent, coalesce(s.confirmed, 0) AS confirmed,
       coalesce(s.approved, 0) AS approved,
       coalesce(s.submitted, 0) AS submitted, coalesce(s.draft, 0) AS draft, coalesce(s.none, 0) AS none,
       coalesce(v.voluntary, 0) AS voluntary
FROM campaign c
LEFT JOIN (
  SELECT r.campaign_id, count(*) AS sent, count(*) FILTER (WHERE r.received_at < %(until_at)s) AS confirmed,
         count(*) FILTER (WHERE p.status = 'approved') AS approved,
         count(*) FILTER (WHERE p.status = 'submitted') AS submitted,
         count(*) FILTER (WHERE p.status = 'draft') AS draft, count(*) FILTER (WHERE p.status IS NULL) AS none
  FROM campaigns_receipt r LEFT JOIN pledge p ON p.campaign_id = r.campaign_id AND p.unit_id = r.unit_id
  WHERE r.unit_id IN (SELECT id FROM inside)
  GROUP BY r.campaign_id
) s ON s.campaign_id = c.id
LEFT JOIN (
  SELECT p.campaign_id, count(*) AS voluntary FROM pledge p
  WHERE NOT EXISTS (SELECT 1 FROM campaigns_receipt r
                    WHERE r.campaign_id = p.campaign_id AND r.unit_id = p.unit_id)
  GROUP BY p.campaign_id
) v ON v.campaign_id = c.id
ORDER BY c.year_from DESC, c.id DESC""",
        reach,
    )


_RESPONDING = (
    _CAMPAIGNS  # noqa: S608 (constants of this file)
    + """,
required AS (
  SELECT r.unit_id, bool_or(r.received_at < %(until_at)s) AS confirmed,
         max(CASE p.status WHEN 'approved' THEN 3 WHEN 'submitted' THEN 2 WHEN 'draft' THEN 1 ELSE 0 END)
           AS best
  FROM campaigns_receipt r
  LEFT JOIN pledge p ON p.campaign_id = r.campaign_id AND p.unit_id = r.unit_id
  WHERE r.campaign_id IN (SELECT id FROM campaign) AND r.unit_id IN (SELECT id FROM inside)
  GROUP BY r.unit_id
),
nominating AS (
  SELECT n.unit_id, count(*) AS proposed
  FROM awards_nomination n JOIN awards_round r ON r.id = n.round_id
  WHERE n.state IN ('submitted', 'received', 'awaiting_council', 'passed', 'not_passed', 'awarded')
    AND coalesce((n.submitted_at AT TIME ZONE %(zone)s)::date, n.received_on, r.opens_on) >= %(first)s
    AND coalesce((n.submitted_at AT TIME ZONE %(zone)s)::date, n.received_on, r.opens_on) < %(until)s
  GROUP BY n.unit_id
)
"""
)


def responding_units(reach: Reach) -> list[Row]:
    """Units that must respond (have a receipt), each with its best pledge over the campaigns, by name."""
    return _rows(
        _RESPONDING
        + """
SELECT u.code, u.name, coalesce(q.confirmed, false) AS confirmed,
       (ARRAY['none', 'draft', 'submitted', 'approved'])[q.best + 1] AS status,
       coalesce(n.proposed, 0) AS nominations
FROM required q JOIN units_unit u ON u.id = q.unit_id LEFT JOIN nominating n ON n.unit_id = q.unit_id
ORDER BY u.sort_key, u.id""",
        reach,
    )


def response(reach: Reach) -> Row:
    """How many units must respond, have confirmed, have a pledge approved / waiting / in draft / none."""
    return _rows(
        _RESPONDING
        + """
SELECT count(*) AS required, count(*) FILTER (WHERE confirmed) AS confirmed,
       count(*) FILTER (WHERE best = 3) AS approved, count(*) FILTER (WHERE best = 2) AS submitted,
       count(*) FILTER (WHERE best = 1) AS draft, count(*) FILTER (WHERE best = 0) AS none
FROM required""",
        reach,
    )[0]


# --- targets -----------------------------------------------------------------------------------------

_TARGETS = (
    _CAMPAIGNS  # noqa: S608 (constants of this file)
    + """,
target AS (
  SELECT t.id, t.content_id, t.is_lawmaking, p.unit_id, p.campaign_id,
         coalesce(last.value, 0) >= t.value AS is_reached,
         least(coalesce(last.value, 0) / t.value, 1) * 100 AS done
  FROM campaigns_target t JOIN pledge p ON p.id = t.pledge_id
  LEFT JOIN LATERAL (
    SELECT e.value FROM campaigns_progressentry e
    WHERE e.target_id = t.id AND e.reported_on < %(until)s ORDER BY e.reported_on DESC, e.id DESC LIMIT 1
  ) last ON true
  WHERE p.status = 'approved'
)
"""
)


def contents(reach: Reach) -> list[Row]:
    """Every content item of the campaigns with its targets, those fully reached, the average per cent."""
    return _rows(
        _TARGETS
        + """
SELECT c.id AS campaign_id, i.position, i.text, count(t.id) AS targets,
       count(t.id) FILTER (WHERE t.is_reached) AS reached, count(DISTINCT t.unit_id) AS units,
       round(avg(t.done), 1) AS average
FROM campaign c JOIN campaigns_contentitem i ON i.campaign_id = c.id LEFT JOIN target t ON t.content_id = i.id
GROUP BY c.id, c.year_from, i.id ORDER BY c.year_from DESC, c.id DESC, i.position""",
        reach,
    )


def targets(reach: Reach) -> Row:
    """All pledged targets, those fully reached, the average per cent (None without targets)."""
    return _rows(
        _TARGETS
        + """
SELECT count(*) AS targets, count(*) FILTER (WHERE is_reached) AS reached, round(avg(done), 1) AS average
FROM target""",
        reach,
    )[0]


def checked_criteria(reach: Reach) -> list[Row]:
    """Criteria the product checks itself, over the units that must respond; outside: no such target."""
    return _rows(
        _TARGETS  # noqa: S608 (constants of this file)
        + """,
law AS (SELECT campaign_id, unit_id, bool_and(is_reached) AS is_complete FROM target
        WHERE is_lawmaking GROUP BY campaign_id, unit_id)
SELECT k.campaign_id, k.audience, k.check_code AS code, k.text,
  count(r.id) FILTER (WHERE CASE k.check_code WHEN %(outstanding)s THEN g.is_outstanding
                                              ELSE l.is_complete END) AS met,
  count(r.id) FILTER (WHERE CASE k.check_code WHEN %(outstanding)s THEN NOT g.is_outstanding
                                              ELSE NOT l.is_complete END) AS not_met,
  count(r.id) FILTER (WHERE CASE k.check_code WHEN %(outstanding)s THEN g.id IS NULL
                                              ELSE p.status IS DISTINCT FROM 'approved' END) AS unknown,
  count(r.id) FILTER (WHERE k.check_code = %(lawmaking)s AND p.status = 'approved' AND l.unit_id IS NULL)
    AS outside
FROM campaigns_criterion k JOIN campaign c ON c.id = k.campaign_id
LEFT JOIN campaigns_receipt r ON r.campaign_id = k.campaign_id AND r.unit_id IN (SELECT id FROM inside)
LEFT JOIN campaigns_unityearresult g ON g.unit_id = r.unit_id AND g.year = %(year)s
LEFT JOIN pledge p ON p.campaign_id = k.campaign_id AND p.unit_id = r.unit_id
LEFT JOIN law l ON l.campaign_id = k.campaign_id AND l.unit_id = r.unit_id
WHERE k.check_code IN (%(outstanding)s, %(lawmaking)s)
GROUP BY k.id ORDER BY k.campaign_id DESC, k.audience, k.position""",
        reach,
        outstanding=str(CriterionCheck.UNIT_OUTSTANDING),
        lawmaking=str(CriterionCheck.LAWMAKING_COMPLETE),
    )


def grades(reach: Reach) -> list[Row]:
    """Results of the year: grade → units, and how many of them are «tập thể tiêu biểu xuất sắc»."""
    return _rows(
        """
SELECT g.grade, count(*) AS units, count(*) FILTER (WHERE g.is_outstanding) AS outstanding
FROM campaigns_unityearresult g JOIN units_unit u ON u.id = g.unit_id
WHERE g.year = %(year)s AND u.path LIKE %(path)s GROUP BY g.grade""",
        reach,
    )


# --- initiatives, nominations ------------------------------------------------------------------------


def initiatives(reach: Reach) -> list[Row]:
    """kind, scope (recognised, else asked for) → registered, recognised, refused, waiting in the period."""
    return _rows(
        """
WITH work AS (
  SELECT i.kind, i.state, i.recognised_on, coalesce(nullif(i.recognised_scope, ''), i.scope) AS scope,
         coalesce((i.submitted_at AT TIME ZONE %(zone)s)::date, i.recognised_on, make_date(i.year, 1, 1))
           AS sent_on
  FROM campaigns_initiative i JOIN units_unit u ON u.id = i.unit_id
  WHERE u.path LIKE %(path)s AND i.state <> 'draft'
)
SELECT kind, scope,
       count(*) FILTER (WHERE sent_on >= %(first)s AND sent_on < %(until)s) AS registered,
       count(*) FILTER (WHERE state = 'recognised'
                          AND recognised_on >= %(first)s AND recognised_on < %(until)s)
         AS recognised,
       count(*) FILTER (WHERE state = 'refused' AND sent_on >= %(first)s AND sent_on < %(until)s) AS refused,
       count(*) FILTER (WHERE state = 'submitted' AND sent_on >= %(first)s AND sent_on < %(until)s) AS waiting
FROM work GROUP BY kind, scope ORDER BY kind, scope""",
        reach,
    )


def nominations(reach: Reach) -> list[Row]:
    """Award and receiver → proposed = pending + passed + not passed; awarded ≤ passed. In catalogue order."""
    return _rows(
        """
SELECT a.code, max(a.name) AS name, a.category, n.subject_kind, count(*) AS proposed,
       count(*) FILTER (WHERE n.state IN ('submitted', 'received', 'awaiting_council')) AS pending,
       count(*) FILTER (WHERE n.state IN ('passed', 'awarded')) AS passed,
       count(*) FILTER (WHERE n.state = 'not_passed') AS not_passed,
       count(*) FILTER (WHERE n.state = 'awarded') AS awarded
FROM awards_nomination n
JOIN awards_round r ON r.id = n.round_id JOIN awards_awardkind a ON a.id = n.award_id
JOIN units_unit u ON u.id = n.unit_id
WHERE u.path LIKE %(path)s
  AND n.state IN ('submitted', 'received', 'awaiting_council', 'passed', 'not_passed', 'awarded')
  AND coalesce((n.submitted_at AT TIME ZONE %(zone)s)::date, n.received_on, r.opens_on) >= %(first)s
  AND coalesce((n.submitted_at AT TIME ZONE %(zone)s)::date, n.received_on, r.opens_on) < %(until)s
GROUP BY a.code, a.category, n.subject_kind
ORDER BY a.category DESC, min(a.rank), a.code, n.subject_kind DESC""",
        reach,
    )


# --- honours -----------------------------------------------------------------------------------------

_HONOURS = """
FROM awards_honourrecord h JOIN units_unit u ON u.id = h.unit_id JOIN awards_awardkind a ON a.id = h.award_id
WHERE h.decided_on >= %(first)s AND h.decided_on < %(until)s AND u.path LIKE %(path)s
"""
_IS_LEADER = "h.subject_kind = 'person' AND h.leader_level NOT IN ('', 'none')"


def honours(reach: Reach) -> list[Row]:
    """Award × receiver × ground with persons by sex, leadership and direct work. In catalogue order."""
    return _rows(
        f"""
SELECT h.award_code AS code, max(h.award_name) AS name, h.category, h.level, h.subject_kind, h.ground,
       count(*) AS honours,
       count(*) FILTER (WHERE h.subject_kind = 'collective') AS collectives,
       count(*) FILTER (WHERE h.subject_kind = 'person') AS persons,
       count(*) FILTER (WHERE h.subject_kind = 'person' AND h.sex = 'female') AS women,
       count(*) FILTER (WHERE {_IS_LEADER}) AS leaders,
       count(*) FILTER (WHERE h.subject_kind = 'person' AND h.is_direct_worker) AS direct
{_HONOURS}
GROUP BY h.award_code, h.category, h.level, h.subject_kind, h.ground
ORDER BY h.category DESC, min(a.rank), h.award_code,
         h.subject_kind DESC, h.ground""",  # noqa: S608 (constants of this file)
        reach,
    )


def honoured_branches(reach: Reach, most: int) -> list[Row]:
    """Units directly under the reported one, by honours of everything under them; at most `most` rows."""
    return _rows(
        f"""
SELECT b.code, b.name, count(*) AS honours,
       count(*) FILTER (WHERE c.subject_kind = 'collective') AS collectives,
       count(*) FILTER (WHERE c.subject_kind = 'person') AS persons
FROM (
  SELECT h.subject_kind,
         coalesce(nullif(split_part(substr(u.path, %(prefix)s + 1), '/', 1), ''), %(own)s) AS branch
  {_HONOURS}
) c JOIN units_unit b ON b.code = c.branch
GROUP BY b.id ORDER BY count(*) DESC, b.sort_key, b.id LIMIT %(most)s""",  # noqa: S608 (constants of this file)
        reach,
        own=reach.unit.code,
        most=most,
    )


def unhonoured_units(reach: Reach, codes: Iterable[str]) -> list[str]:
    """Codes, of those given, of units without one honour in the period for themselves or anyone below."""
    return [
        row["code"]
        for row in _rows(
            """
WITH honoured AS (
  SELECT DISTINCT unnest(string_to_array(trim(both '/' from u.path), '/')) AS code
  FROM awards_honourrecord h JOIN units_unit u ON u.id = h.unit_id
  WHERE h.decided_on >= %(first)s AND h.decided_on < %(until)s AND u.path LIKE %(path)s
)
SELECT code FROM unnest(%(codes)s::text[]) AS asked(code) WHERE code NOT IN (SELECT code FROM honoured)""",
            reach,
            codes=list(codes),
        )
    ]


def honour_list(reach: Reach, most: int) -> list[Row]:
    """The honours one by one in the order of the catalogue, then of names; at most `most` rows."""
    return _rows(
        f"""
SELECT h.award_name, h.subject_name, h.subject_kind, h.position_title, h.unit_name,
       h.decision_number, h.decided_on
{_HONOURS}
ORDER BY h.category DESC, a.rank, h.award_code,
         h.subject_kind DESC, h.subject_search, h.id LIMIT %(most)s""",  # noqa: S608 (constants of this file)
        reach,
        most=most,
    )
