"""Proof of the trail: finds the first bad entry of the chain, compares with anchors, exports for inspectors.

The database recomputes every hash itself. What the chain alone cannot show – a tail cut together with the
head, a chain rebuilt from some entry on – shows against the signed anchors kept outside the database.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connection

from core.anchors import Anchor, AnchorFault

FORMAT = "thidua-trail-1"
NEAR = 1000  # how far from its place a moved entry is looked for when its neighbour is gone

_COLUMNS = (
    "user_id, actor_label, action, object_type, object_id, object_label, unit_id_text, changes, note, "
    "request_id, address"
)
_BODY = (
    "jsonb_build_array(previous_hash, sequence, to_char(at AT TIME ZONE 'UTC', "
    f"'YYYY-MM-DD\"T\"HH24:MI:SS.US'), {_COLUMNS})::text"
)


class Kind(StrEnum):
    """What was done to the trail, as the reports name it."""

    EDITED = "sửa"
    MISSING = "thiếu"
    INSERTED = "thêm"
    SWAPPED = "đảo"
    CUT = "cắt đuôi"
    MISMATCH = "neo không khớp"
    SIGNATURE = "chữ ký neo sai"
    LOST_ANCHOR = "mất neo"


@dataclass(frozen=True)
class Fault:
    """The first bad entry: its number, the kind, one sentence for the person who has to act."""

    sequence: int
    kind: Kind
    detail: str

    def as_dict(self) -> dict[str, Any]:
        return {"sequence": self.sequence, "kind": str(self.kind), "detail": self.detail}


@dataclass(frozen=True)
class Report:
    """What a verification saw. fault is the first one; anchored: the last number an anchor vouches for."""

    entries: int
    last: int
    faults: Sequence[Fault] = ()
    anchors: int = 0
    anchored: int = 0
    anchored_at: str = ""
    span: tuple[int, int | None] = field(default=(1, None))

    @property
    def fault(self) -> Fault | None:
        return self.faults[0] if self.faults else None

    def as_dict(self) -> dict[str, Any]:
        """The answer of the command, as monitoring reads it."""
        return {
            "entries": self.entries,
            "from": self.span[0],
            "to": self.span[1] or self.last,
            "fault": self.fault.as_dict() if self.fault else None,
            "faults": len(self.faults),
            "anchors": {
                "checked": self.anchors,
                "last_sequence": self.anchored,
                "last_at": self.anchored_at,
                "unanchored": max(self.last - self.anchored, 0),
            },
        }


def _one(sql: str, params: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


# --- the chain -------------------------------------------------------------------------------------
_FIRST_FAULT = f"""
SELECT sequence, position, expected FROM (
  SELECT sequence, position, expected,
         sequence <> position OR previous_hash IS DISTINCT FROM expected
         OR hash IS DISTINCT FROM core_audit_digest(previous_hash, sequence, at, {_COLUMNS}) AS is_bad
  FROM (SELECT *, %(first)s - 1 + row_number() OVER (ORDER BY sequence) AS position,
               coalesce(lag(hash) OVER (ORDER BY sequence), %(before)s) AS expected
        FROM core_auditentry WHERE sequence <= %(last)s AND (sequence >= %(first)s OR %(first)s = 1)) entries
) checked WHERE is_bad ORDER BY sequence LIMIT 1
"""  # noqa: S608 - constants of this file

# The number an entry was chained under: right behind the entry it points to, or near to where it stands.
_TRUE_PLACE = f"""
SELECT number FROM core_auditentry entry, LATERAL (
    SELECT other.sequence + 1 AS number FROM core_auditentry other WHERE other.hash = entry.previous_hash
    UNION SELECT generate_series(greatest(entry.sequence - {NEAR}, 1), entry.sequence + {NEAR})
) candidates
WHERE entry.sequence = %(sequence)s
  AND hash = core_audit_digest(previous_hash, number, at, {_COLUMNS}) ORDER BY number <> %(sequence)s LIMIT 1
"""  # noqa: S608

_BELONGS_HERE = f"""
SELECT sequence FROM core_auditentry
WHERE previous_hash = %(expected)s AND sequence <> %(place)s
  AND hash = core_audit_digest(previous_hash, %(place)s, at, {_COLUMNS}) LIMIT 1
"""  # noqa: S608


def _name(sequence: int, position: int, expected: str) -> Fault:
    """What happened around the first entry that does not fit."""
    moved = _one(_BELONGS_HERE, {"expected": expected, "place": position})
    place = _one(_TRUE_PLACE, {"sequence": sequence})
    if moved and (sequence != position or place):
        detail = f"Dòng {position} bị đổi chỗ: nội dung của nó đang ở số {moved[0]}."
        return Fault(position, Kind.SWAPPED, detail)
    if sequence > position:
        return Fault(position, Kind.MISSING, f"Dòng {position} không còn; dòng kế tiếp là {sequence}.")
    if sequence < position:
        return Fault(sequence, Kind.INSERTED, f"Dòng {sequence} nằm ngoài dãy số.")
    if place is None:
        if moved:
            return Fault(
                sequence, Kind.INSERTED, f"Dòng {sequence} được chèn vào, các dòng sau bị đánh số lại."
            )
        return Fault(sequence, Kind.EDITED, f"Nội dung dòng {sequence} không khớp mã băm của nó.")
    if place[0] > sequence:
        return Fault(sequence, Kind.MISSING, f"Dòng {sequence} bị xóa, các dòng sau bị đánh số lại.")
    if place[0] < sequence:
        return Fault(place[0], Kind.INSERTED, f"Dòng {place[0]} được chèn vào, các dòng sau bị đánh số lại.")
    culprit = max(sequence - 1, 1)
    return Fault(
        culprit, Kind.EDITED, f"Dòng {culprit} bị sửa và băm lại: dòng {sequence} nối với mã băm khác."
    )


def _chain_fault(first: int, last: int) -> Fault | None:
    before = ""
    if first > 1:
        row = _one("SELECT hash FROM core_auditentry WHERE sequence = %(n)s", {"n": first - 1})
        if row is None:
            return Fault(first - 1, Kind.MISSING, f"Dòng {first - 1} không còn.")
        before = row[0]
    found = _one(_FIRST_FAULT, {"first": first, "last": last, "before": before})
    return _name(*found) if found else None


def _head_fault(last: int, last_hash: str) -> Fault | None:
    head, head_hash = _one("SELECT sequence, hash FROM core_audithead WHERE id = 1", {}) or (0, "")
    if head > last:
        return Fault(last + 1, Kind.CUT, f"Mất các dòng từ {last + 1} đến {head}.")
    if head < last:
        return Fault(
            head + 1, Kind.INSERTED, f"Dòng {head + 1} không do hệ thống ghi: đầu chuỗi dừng ở {head}."
        )
    if head_hash != last_hash:
        return Fault(last, Kind.EDITED, f"Mã băm của dòng cuối {last} khác mã băm ở đầu chuỗi.")
    return None


# --- against the anchors ---------------------------------------------------------------------------
def _anchor_faults(anchors: Sequence[Anchor], last: int) -> tuple[list[Fault], Anchor | None]:
    """Faults in the order of numbers, and the last anchor that agrees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, hash FROM core_auditentry WHERE sequence = ANY(%s)",
            [[anchor.sequence for anchor in anchors]],
        )
        hashes = dict(cursor.fetchall()) | {0: ""}
    faults: list[Fault] = []
    good: Anchor | None = None
    for anchor in anchors:
        if anchor.sequence > last:
            detail = f"Mất các dòng từ {last + 1}: neo {anchor.name} xác nhận có đến dòng {anchor.sequence}."
            return [*faults, Fault(last + 1, Kind.CUT, detail)], good
        if hashes.get(anchor.sequence) != anchor.hash:
            since = good.sequence + 1 if good else 1
            detail = (
                f"Dòng {anchor.sequence} khác mã băm đã neo trong {anchor.name}: chuỗi bị dựng lại từ một "
                f"dòng trong khoảng {since}–{anchor.sequence}."
            )
            faults.append(Fault(anchor.sequence, Kind.MISMATCH, detail))
        elif not faults:
            good = anchor
    return faults, good


def verify(
    anchors: Sequence[Anchor] = (),
    anchor_faults: Sequence[AnchorFault] = (),
    *,
    first: int = 1,
    last: int | None = None,
) -> Report:
    """Recompute the chain from the first number to the last and compare it with the anchors.

    The earliest fault comes first; what is wrong with anchor files comes after the faults of the chain.
    """
    end, end_hash = _one("SELECT sequence, hash FROM core_auditentry ORDER BY sequence DESC LIMIT 1", {}) or (
        0,
        "",
    )
    until = end if last is None else min(last, end)
    count = _one(
        "SELECT count(*) FROM core_auditentry WHERE sequence BETWEEN %(first)s AND %(until)s",
        {"first": first, "until": until},
    )[0]
    found = [_chain_fault(first, until)]
    if last is None or last > end:
        found.append(_head_fault(end, end_hash))
    wanted = [
        anchor for anchor in anchors if anchor.sequence >= first and (last is None or anchor.sequence <= last)
    ]
    mismatches, good = _anchor_faults(sorted(wanted, key=lambda a: (a.sequence, a.at)), end)
    faults = sorted([f for f in [*found, *mismatches] if f is not None], key=lambda f: f.sequence)
    faults += [Fault(f.sequence, Kind(f.kind), f.detail) for f in anchor_faults]
    return Report(
        entries=count,
        last=end,
        faults=faults,
        anchors=len(wanted),
        anchored=good.sequence if good else 0,
        anchored_at=good.at if good else "",
        span=(first, last),
    )


# --- export ----------------------------------------------------------------------------------------
def export_lines(first: int = 1, last: int | None = None) -> Iterator[str]:
    """The trail as JSON lines: a head line, then one line per entry in order (docs/trail_format.md).

    One statement with a server-side cursor: head and entries are of one instant, memory stays small.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT head.sequence, head.hash, entry.sequence, entry.hash, entry.body"  # noqa: S608
            f" FROM (VALUES (1)) one LEFT JOIN core_audithead head ON head.id = 1"
            f" LEFT JOIN (SELECT sequence, hash, {_BODY} AS body FROM core_auditentry"
            " WHERE sequence >= %(first)s OR %(first)s = 1) entry"
            " ON entry.sequence <= coalesce(%(last)s, entry.sequence) ORDER BY entry.sequence",
            {"first": first, "last": last},
        )
        is_first = True
        while rows := cursor.fetchmany(2000):
            for head, head_hash, sequence, entry_hash, body in rows:
                if is_first:
                    facts = {
                        "from": first,
                        "to": last,
                        "head_sequence": head or 0,
                        "head_hash": head_hash or "",
                    }
                    yield json.dumps({"format": FORMAT} | facts)
                    is_first = False
                if sequence is not None:
                    line = {"sequence": sequence, "hash": entry_hash, "body": body}
                    yield json.dumps(line, ensure_ascii=False)
