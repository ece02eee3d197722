"""What can be imported: apps register kinds; a kind knows its columns, judges rows in bulk and takes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import web
from core.models import RowState
from core.sheets.headings import Wanted
from core.sheets.values import Field, Wrong, parse, shown


@dataclass
class Row:
    """One row being judged.

    values: field → text; data: field → parsed value (None = empty or unreadable); plan: what the kind found,
    for taking the row; faults: {"field", "text"} and "choices" ([value, label]…) to pick from on the screen.
    """

    number: int
    values: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    state: str = str(RowState.NEW)
    changes: dict[str, list[str]] = field(default_factory=dict)
    plan: Any = None

    def fault(self, name: str, text: str, choices: Sequence[tuple[str, str]] = ()) -> None:
        """Note what is wrong with a field («» = the whole row)."""
        found: dict[str, Any] = {"field": name, "text": text}
        if choices:
            found["choices"] = [list(choice) for choice in choices]
        self.faults.append(found)

    def has_fault(self, name: str) -> bool:
        """Whether something is wrong with a field already."""
        return any(fault["field"] == name for fault in self.faults)

    def change(self, of: Field, old: Any, new: Any) -> None:
        """Note an old and a new value as a person reads them."""
        self.changes[of.label] = [shown(of, old), shown(of, new)]

    def settle(self, *, exists: bool) -> None:
        """Set the state from what was found."""
        if self.faults:
            self.state, self.changes = str(RowState.FAULTY), {}
        elif not exists:
            self.state = str(RowState.NEW)
        else:
            self.state = str(RowState.CHANGE if self.changes else RowState.SAME)


@dataclass(frozen=True)
class Context:
    """On whose behalf, on which day, for which import rows are judged and taken. all_rows: every row of the
    sheet (for kinds whose rows lean on each other). is_taking: what is found is about to be changed: lock it.
    """

    actor: Any
    today: date
    run: Any
    all_rows: Sequence[Row] = ()
    is_taking: bool = False


@dataclass(frozen=True)
class SheetKind:
    """A kind of import.

    identities: tokens by which two rows of a sheet are the same thing, made of identity_fields. check:
    judges rows with a number of queries that does not depend on theirs. take: writes rows that are new or
    change, inside the caller's transaction. summary: the fields that name a row in lists. is_linked: rows
    lean on each other. lists: for the template, field → what may be chosen, by actor.
    """

    key: str
    label: str
    lead: str
    permission: str
    fields: tuple[Field, ...]
    identities: Callable[[Row], list[tuple[str, str]]]
    identity_fields: tuple[str, ...]
    check: Callable[[Sequence[Row], Context], None]
    take: Callable[[Sequence[Row], Context], None]
    summary: tuple[str, ...]
    is_linked: bool = False
    lists: Callable[[Any], dict[str, list[str]]] = lambda actor: {}

    @property
    def wanted(self) -> list[Wanted]:
        """The columns as the recogniser wants them."""
        return [Wanted(f.name, f.label, f.synonyms, f.is_required) for f in self.fields]

    def field_named(self, name: str) -> Field | None:
        """The field of a name."""
        return next((f for f in self.fields if f.name == name), None)


SLICE = 1000  # rows judged with one set of queries

_kinds: dict[str, SheetKind] = {}
_house: dict[str, Callable[..., Any]] = {}


def register(*found: SheetKind) -> None:
    """Add kinds; done by apps at start-up."""
    _kinds.update({kind.key: kind for kind in found})


def register_house(acting: Callable[[Any, int | None], Any], scope_of: Callable[[Any], int | None]) -> None:
    """Tell how the worker becomes the person again – acting(user, assignment_id) → actor, or None when that
    role is over – and which unit's number an import belongs to.
    """
    _house.update(acting=acting, scope_of=scope_of)


def get(key: str) -> SheetKind | None:
    """The kind of a key."""
    return _kinds.get(key)


def usable_by(actor: Any) -> list[SheetKind]:
    """Kinds the actor may import."""
    return [kind for kind in _kinds.values() if web.is_allowed(actor, kind.permission)]


def all_kinds() -> list[SheetKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def acting(user: Any, assignment_id: int | None) -> Any:
    """The actor an import works for, or None when that role is over."""
    return _house["acting"](user, assignment_id)


def scope_of(actor: Any) -> int | None:
    """The number of the unit an actor works for."""
    return _house["scope_of"](actor)


# --- judging ---------------------------------------------------------------------------------------
def read_row(
    kind: SheetKind, number: int, values: dict[str, str], today: date, only: Sequence[str] = ()
) -> Row:
    """A row with its texts parsed and what is wrong with them noted. only: just these fields."""
    row = Row(number, values)
    for of in kind.fields:
        if only and of.name not in only:
            continue
        try:
            row.data[of.name] = parse(of, values.get(of.name, ""), today)
        except Wrong as wrong:
            row.data[of.name] = None
            row.fault(of.name, str(wrong))
            continue
        if of.is_required and row.data[of.name] is None:
            row.fault(of.name, f"Thiếu «{of.label}». Hãy điền ô này.")
    return row


def mark_twins(kind: SheetKind, rows: Sequence[Row]) -> None:
    """Rows that name the same thing are all faulty, each naming the others."""
    seen: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for token in kind.identities(row):
            seen.setdefault(token, []).append(row)
    for (name, _), twins in seen.items():
        if len(twins) < 2:
            continue
        for row in twins:
            others = [str(twin.number) for twin in twins if twin is not row]
            text = (
                f"Trùng với dòng {', '.join(others[:10])}{'…' if len(others) > 10 else ''} trong tệp. "
                "Hãy giữ một dòng."
            )
            if not any(fault["text"] == text for fault in row.faults):
                row.fault(name, text)
