"""What a superuser of the database could do to the trail: random acts with the number to be found."""

import random
from collections.abc import Callable

from django.db import connection

COLUMNS = (
    "user_id, actor_label, action, object_type, object_id, object_label, unit_id_text, changes, note, "
    "request_id, address"
)
PAYLOAD = f"at, {COLUMNS}"
# column → a value that differs from whatever a test entry holds there
EDITS = {
    "at": "at + interval '1 microsecond'",
    "user_id": "CASE WHEN user_id IS NULL THEN (SELECT min(id) FROM units_user) END",
    "actor_label": "actor_label || ' '",
    "action": "'unit.close'",
    "object_type": "'units.person'",
    "object_id": "object_id || '0'",
    "object_label": "lower(object_label)",
    "unit_id_text": "'KHAC'",
    "changes": "changes || '{\"a\": 1}'",
    "note": "note || '.'",
    "request_id": "'x'",
    "address": "'10.0.0.9'",
    "previous_hash": "md5(previous_hash)",
    "hash": "md5(hash)",
}
ANCHORS, LAST = (10, 20, 30), 40


def run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def shift(since: int, by: int) -> None:
    run("UPDATE core_auditentry SET sequence = -(sequence + %s) WHERE sequence >= %s", by, since)
    run("UPDATE core_auditentry SET sequence = -sequence WHERE sequence < 0")


def rehash(since: int, until: int = LAST) -> None:
    """Chain the entries anew from one number on, as the trigger would."""
    for number in range(since, until + 1):
        run(
            "UPDATE core_auditentry e SET previous_hash = p.hash,"  # noqa: S608
            f" hash = core_audit_digest(p.hash, e.sequence, at, {COLUMNS})"
            " FROM (SELECT coalesce((SELECT hash FROM core_auditentry WHERE sequence = %s), '') AS hash) p"
            " WHERE e.sequence = %s",
            number - 1,
            number,
        )


def mend_head() -> None:
    run(
        "UPDATE core_audithead SET sequence = coalesce((SELECT max(sequence) FROM core_auditentry), 0),"
        " hash = coalesce((SELECT hash FROM core_auditentry ORDER BY sequence DESC LIMIT 1), '')"
    )


def forge(number: int, *, fits: bool) -> None:
    run(
        f"INSERT INTO core_auditentry (sequence, previous_hash, hash, {PAYLOAD})"  # noqa: S608
        " SELECT %s, '', 'bịa', at, user_id, actor_label, action, object_type, object_id, object_label,"
        " unit_id_text, changes, 'bịa', request_id, address FROM core_auditentry LIMIT 1",
        number,
    )
    if fits:
        rehash(number, number)


def anchor_after(number: int) -> int:
    return next(a for a in ANCHORS if a >= number)


# --- acts: each returns the number that has to be named --------------------------------------------
def edit(chance: random.Random) -> int:
    number, column = chance.randint(1, LAST), chance.choice(list(EDITS))
    run(f"UPDATE core_auditentry SET {column} = {EDITS[column]} WHERE sequence = %s", number)  # noqa: S608
    return number


def edit_and_rehash_it(chance: random.Random) -> int:
    number = chance.randint(1, LAST)
    run("UPDATE core_auditentry SET note = 'khác' WHERE sequence = %s", number)
    rehash(number, number)
    return number


def edit_number(chance: random.Random) -> int:
    number = chance.randint(1, LAST - 1)
    run("UPDATE core_auditentry SET sequence = %s WHERE sequence = %s", LAST + chance.randint(1, 9), number)
    return number


def delete(chance: random.Random) -> int:
    number = chance.randint(1, LAST - 1)
    run("DELETE FROM core_auditentry WHERE sequence = %s", number)
    if chance.random() < 0.5:
        shift(number + 1, -1)
        if chance.random() < 0.5:
            mend_head()
    return number


def insert(chance: random.Random) -> int:
    number = chance.randint(1, LAST)
    shift(number, 1)
    forge(number, fits=chance.random() < 0.5)
    mend_head()
    return number


def append(chance: random.Random) -> int:
    forge(LAST + 1, fits=True)
    return LAST + 1


def swap(chance: random.Random) -> int:
    first, second = sorted(chance.sample(range(1, LAST + 1), 2))
    run("UPDATE core_auditentry SET sequence = -%s WHERE sequence = %s", first, second)
    run("UPDATE core_auditentry SET sequence = %s WHERE sequence = %s", second, first)
    run("UPDATE core_auditentry SET sequence = %s WHERE sequence = -%s", first, first)
    if chance.random() < 0.5:
        mend_head()
    return first


def swap_contents(chance: random.Random) -> int:
    first, second = sorted(chance.sample(range(1, LAST + 1), 2))
    run(
        f"UPDATE core_auditentry e SET ({PAYLOAD}) ="  # noqa: S608
        f" (SELECT {PAYLOAD} FROM core_auditentry o WHERE o.sequence ="
        " CASE e.sequence WHEN %s THEN %s ELSE %s END) WHERE e.sequence IN (%s, %s)",
        *(first, second, first, first, second),
    )
    return first


def cut_tail(chance: random.Random) -> int:
    left = chance.randint(0, LAST - 1)
    run("DELETE FROM core_auditentry WHERE sequence > %s", left)
    return left + 1


def cut_tail_and_mend_head(chance: random.Random) -> int:
    left = chance.randint(0, ANCHORS[-1] - 1)
    run("DELETE FROM core_auditentry WHERE sequence > %s", left)
    mend_head()
    return left + 1


def rewrite_from(chance: random.Random) -> int:
    number = chance.randint(1, ANCHORS[-1])
    run("UPDATE core_auditentry SET note = 'khác' WHERE sequence = %s", number)
    rehash(number)
    mend_head()
    return anchor_after(number)


def drop_one_and_rewrite(chance: random.Random) -> int:
    number = chance.randint(1, ANCHORS[-1] - 1)
    run("DELETE FROM core_auditentry WHERE sequence = %s", number)
    shift(number + 1, -1)
    rehash(number, LAST - 1)
    mend_head()
    return anchor_after(number)


ACTS: list[Callable[[random.Random], int]] = [
    edit,
    edit,
    edit,
    edit_and_rehash_it,
    edit_number,
    delete,
    insert,
    append,
    swap,
    swap_contents,
    cut_tail,
    cut_tail_and_mend_head,
    rewrite_from,
    drop_one_and_rewrite,
]
