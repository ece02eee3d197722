"""Two people edited the same thing: what it was, what I typed, what it is now, field by field."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from core.text import clean

MAX_SEEN_CHARACTERS = 200_000
NOTHING = "—"


@dataclass(frozen=True)
class Difference:
    """One field two people left differently. was: None when the form did not say what it had shown.

    raw: the newest value as its control writes it, for «take this one»; None when a button cannot do that.
    """

    label: str
    was: str | None
    mine: str
    now: str
    target: str = ""
    raw: str | None = None

    @property
    def only_theirs(self) -> bool:
        """The other person changed it and I did not."""
        return self.was is not None and self.was == self.mine


@dataclass(frozen=True)
class Conflict:
    """Everything two people left differently, and the version that is stored now."""

    differences: list[Difference]
    version: int


def shown(field: forms.Field, value: Any) -> str:
    """A value of a field as a person reads it."""
    if isinstance(field, forms.BooleanField):
        return "Có" if value in (True, "on", "true", "True", "1") else "Không"
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, list | tuple | set):
        return ", ".join(shown(field, one) for one in value)
    if isinstance(field, forms.ModelChoiceField):
        chosen = value if not isinstance(value, str | int) else field.queryset.filter(pk=value).first()
        return field.label_from_instance(chosen) if chosen else NOTHING
    if isinstance(field, forms.ChoiceField):
        words = {str(key): str(label) for key, label in _flat(field.choices)}
        return words.get(str(value), str(value))
    value = field.prepare_value(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return clean(str(value)) or NOTHING


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(key, label)]
    return found


def _fields(form: forms.BaseForm) -> list[forms.BoundField]:
    return [
        form[name]
        for name, field in form.fields.items()
        if not isinstance(field, forms.FileField)
        and not form[name].is_hidden
        and "data-private" not in field.widget.attrs  # what is never sent to the page is not compared on it
    ]


def _row_text(row: forms.BaseForm) -> str:
    return "; ".join(f"{bound.label}: {shown(bound.field, bound.value())}" for bound in _fields(row))


def contents(form: forms.BaseForm) -> dict[str, tuple[str, str, forms.BoundField | None]]:
    """key → (label, text, control or None) of the form's fields, and of each row of its row sets (`sets`)."""
    found: dict[str, tuple[str, str, forms.BoundField | None]] = {
        bound.name: (str(bound.label), shown(bound.field, bound.value()), bound) for bound in _fields(form)
    }
    for row_set, heading in getattr(form, "sets", list)():
        for number, row in enumerate(row_set.forms, start=1):
            if form.is_bound and not row.has_changed():
                continue
            identity = row["id"].value() if "id" in row.fields else ""
            key = f"{row_set.prefix}:{identity or f'#{number}'}"
            found[key] = (f"{heading} {number}", _row_text(row), None)
    return found


def seen_text(form: forms.BaseForm) -> str:
    """What the form shows now, to be sent back with it; a refused form hands on what it was sent."""
    if form.is_bound:
        return str(form.data.get("seen", ""))[:MAX_SEEN_CHARACTERS]
    text = json.dumps({key: entry[1] for key, entry in contents(form).items()}, ensure_ascii=False)
    return text if len(text) <= MAX_SEEN_CHARACTERS else ""


def _seen(form: forms.BaseForm) -> dict[str, str]:
    try:
        found = json.loads(str(form.data.get("seen", "")) or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def twin_of(form: Any) -> forms.BaseForm:
    """The same form as it would open now, filled from what is stored."""
    args, kwargs = form.made_with
    kept = {name: value for name, value in kwargs.items() if name not in ("data", "files")}
    return type(form)(*([None, *args[1:]] if args else []), **kept)


def compare(form: Any, version: int) -> Conflict:
    """What the sender of a bound form and the person before left differently; version is the stored one."""
    was, mine, now = _seen(form), contents(form), contents(twin_of(form))
    differences = []
    for key in [*mine, *(key for key in now if key not in mine)]:
        label, my_text, control = mine.get(key, (now.get(key, ("", "", None))[0], NOTHING, None))
        _, new_text, new_control = now.get(key, ("", NOTHING, None))
        if my_text == new_text:
            continue
        raw = None
        if new_control is not None and not isinstance(new_control.field, forms.BooleanField):
            value = new_control.field.widget.format_value(new_control.value())
            raw = str(value[0] if value else "") if isinstance(value, list) else str(value or "")
        differences.append(
            Difference(
                label=label,
                was=was.get(key, NOTHING if was else None),
                mine=my_text,
                now=new_text,
                target=control.id_for_label if control is not None else "",
                raw=raw,
            )
        )
    return Conflict(differences, version)
