"""The component tags and the Vietnamese formats of every page: one way to draw each thing.

Registered as builtins, so templates need no ``{% load %}``. A wrong argument is a TemplateSyntaxError.
Directly in the body of a ``{% for %}`` the word ``{% empty %}`` belongs to the loop; our tag works after it
or in an ``{% if %}``.
"""

import unicodedata
import uuid
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.template.exceptions import TemplateSyntaxError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import conflict
from core.icons import ICONS

register = template.Library()

TONES = ("neutral", "info", "ok", "warn", "danger", "honour")
BUTTON_KINDS = ("primary", "secondary", "danger", "quiet")
FIELD_SIZES = ("small", "medium", "full")
# Shape, word, tone. The shapes are drawn, because not every font has the signs ● ▲ ✕ ⏸.
FINDINGS = {
    "met": ("M6 1a5 5 0 1 0 .01 0z", "Đạt", "ok"),
    "needs_judgement": ("M6 .5 12 11.5H0z", "Cần xem xét", "warn"),
    "not_met": ("M2 .6 6 4.6l4-4L11.4 2l-4 4 4 4L10 11.4l-4-4-4 4L.6 10l4-4-4-4z", "Chưa đạt", "danger"),
    "hold": ("M1.5 1h3.2v10H1.5zM7.3 1h3.2v10H7.3z", "Tạm dừng", "neutral"),
}
STEP_WORDS = {"done": "Đã xong", "now": "Đang xử lý", "next": "Chưa đến"}


def _text(value: object) -> str:
    """The value as text in normal form C; safe markup stays safe, everything else is escaped on output."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFC", str(value))
    return mark_safe(text) if isinstance(value, SafeString) else text  # noqa: S308 - was safe before


def _one_of(value: str, allowed: tuple[str, ...] | dict, tag: str, argument: str) -> str:
    if value not in allowed:
        raise TemplateSyntaxError(f"{tag}: {argument} là {value!r}; chỉ nhận {', '.join(allowed)}.")
    return value


def _get(item: object, name: str) -> object:
    return item.get(name) if isinstance(item, dict) else getattr(item, name, None)


# --- formats -----------------------------------------------------------------------------------


def _number(value: object) -> Decimal | None:
    try:
        if isinstance(value, Fraction):
            return Decimal(value.numerator) / Decimal(value.denominator)
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def format_decimal(value: object, places: int = 2) -> str:
    """1246.50 → «1.246,5»: at most `places` decimals, trailing zeros dropped, dots between thousands."""
    number = _number(value)
    if number is None:
        return "" if value is None else str(value)
    text = f"{number:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.translate(str.maketrans(",.", ".,"))
    return "0" if text == "-0" else text.replace("-", "−")


@register.filter
def decimal(value: object, places: int = 2) -> str:
    """A number as Vietnamese readers expect it; empty stays empty."""
    return format_decimal(value, int(places)) if value not in (None, "") else ""


@register.filter
def percent(value: object, places: int = 1) -> str:
    """81.8 → «81,8 %» (a number of per cent; only a Fraction is a share of one: 9/11 → «81,8 %»)."""
    if value in (None, ""):
        return ""
    if isinstance(value, Fraction):
        value *= 100
    return f"{format_decimal(value, int(places))}\u00a0%"


@register.filter
def day(value: object) -> str:
    """dd/mm/yyyy, in local time for an instant."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else _text(value)


@register.filter
def moment(value: object) -> str:
    """«14:32 ngày 20/11/2026»; a plain date has no hour and is shown as a day."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%H:%M} ngày {local:%d/%m/%Y}"


@register.filter
def person_short(value: object) -> str:
    """«Nguyễn Thị Thu Hà» → «N. T. T. Hà», for places too narrow for the whole name."""
    words = _text(value).split()
    return " ".join([*(f"{word[0].upper()}." for word in words[:-1]), *words[-1:]])


# --- small parts -------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> str:
    """A drawing that says nothing to a screen reader; the words stand beside it."""
    if name not in ICONS:
        raise TemplateSyntaxError(f"icon: không có hình «{name}». Xem core/icons.py.")
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
        "{}</svg>",
        mark_safe(ICONS[name]),  # noqa: S308 - a constant of this project
    )


@register.simple_tag
def badge(text: object, tone: str = "neutral") -> str:
    """A state: dot and word."""
    tone = _one_of(tone or "neutral", TONES, "badge", "tone")
    return format_html('<span class="badge is-{}">{}</span>', tone, _text(text))


@register.simple_tag
def button(text: object, href: str, kind: str = "secondary", icon: str = "", download: bool = False) -> str:
    """A link that looks like a button; buttons that change something are real buttons in forms."""
    kind = _one_of(kind, BUTTON_KINDS, "button", "kind")
    drawing = _drawing(icon)
    return format_html(
        '<a class="button {}" href="{}"{}>{}<span>{}</span></a>',
        kind,
        href,
        mark_safe(" download") if download else "",
        drawing,
        _text(text),
    )


_drawing_of = icon


def _drawing(name: str) -> str:
    return _drawing_of(name) if name else ""


@register.simple_tag
def form_key() -> str:
    """A new key for one sending of a form: a second click or a reload does not act twice."""
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid.uuid4())


@register.simple_tag
def seen(form: forms.BaseForm, version: object) -> str:
    """What the form shows and of which version: sent back, so that nobody overwrites another unknowingly."""
    return format_html(
        '<input type="hidden" name="version" value="{}"><input type="hidden" name="seen" value="{}">',
        str(version),
        conflict.seen_text(form),
    )


@register.inclusion_tag("components/conflict.html")
def differences(form: forms.BaseForm) -> dict:
    """The comparison after another person was faster; nothing otherwise."""
    return {"conflict": getattr(form, "conflict", None)}


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: template.Context,
    text: object,
    url: str,
    kind: str = "secondary",
    icon: str = "",
    confirm: str = "",
    confirm_word: str = "",
    name: str = "",
    value: object = "",
) -> dict:
    """A form with one button. confirm: the sentence asked first; name/value: one hidden value sent along."""
    _one_of(kind, BUTTON_KINDS, "post_button", "kind")
    return {
        "csrf_token": context.get("csrf_token"),
        "text": _text(text),
        "url": url,
        "kind": kind,
        "icon": icon,
        "confirm": _text(confirm),
        "confirm_word": _text(confirm_word),
        "name": name,
        "value": value,
    }


# --- forms -------------------------------------------------------------------------------------


def _shape(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "input"


def _attributes(field: BoundField, shape: str, size: str) -> dict[str, str]:
    widget = field.field.widget
    css = {"select": "select", "file": "file-input", "textarea": "input", "input": "input"}.get(shape, "")
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    attrs = {"class": " ".join(filter(None, [widget.attrs.get("class"), css, f"size-{size}" if css else ""]))}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if widget.attrs.get("placeholder"):
        attrs["placeholder"] = ""  # a hint inside the box disappears while typing; ours stands in the help
    if shape == "textarea" and widget.attrs.get("rows") in (None, "10"):
        attrs["rows"] = "5"
    is_date = isinstance(field.field, forms.DateField) and not isinstance(field.field, forms.DateTimeField)
    if shape == "input" and (is_date or isinstance(widget, forms.DateInput)):
        attrs |= {
            "placeholder": "dd/mm/yyyy",
            "data-date": True,
            "inputmode": "numeric",
            "autocomplete": "off",
        }
    elif shape == "input" and isinstance(field.field, forms.IntegerField):
        is_real = isinstance(field.field, forms.DecimalField | forms.FloatField)
        attrs["inputmode"] = "decimal" if is_real else "numeric"
    return {name: value for name, value in attrs.items() if value or name == "placeholder"}


def _default_size(field: BoundField, shape: str) -> str:
    if shape == "input" and isinstance(
        field.field, forms.IntegerField | forms.DateField | forms.DateTimeField
    ):
        return "small"
    return "full" if shape == "textarea" else "medium"


@register.inclusion_tag("components/field.html")
def field(field: BoundField, size: str = "", suffix: str = "", label: str = "") -> dict:
    """Label, help, input and error of one form field. suffix: the unit written behind the input."""
    if not isinstance(field, BoundField):
        raise TemplateSyntaxError(f"field: cần một ô của biểu mẫu, nhận được {type(field).__name__}.")
    shape = _shape(field)
    size = _one_of(size, FIELD_SIZES, "field", "size") if size else _default_size(field, shape)
    attributes = _attributes(field, shape, size)
    if shape in ("choices", "group"):
        attributes = {}
    return {
        "field": field,
        "shape": shape,
        "widget": field.as_widget(attrs=attributes) if shape != "choices" else "",
        "label": _text(label or field.label),
        "suffix": _text(suffix),
        "size": size,
        "is_optional": not field.field.required and shape != "checkbox",
        "errors": [_text(message) for message in field.errors],
    }


def _form_errors(form: forms.BaseForm, prefix: str = "") -> list[dict]:
    lines = [{"text": f"{prefix}{_text(message)}", "target": ""} for message in form.non_field_errors()]
    for bound in form:
        lines += [
            {
                "text": f"{prefix}{bound.label}: {_text(message)}",
                "target": "" if bound.is_hidden else _target(bound),
            }
            for message in bound.errors
        ]
    return lines


def _target(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if _shape(bound) == "choices" else bound.id_for_label or bound.auto_id


@register.inclusion_tag("components/errors.html")
def errors(form: forms.BaseForm | BaseFormSet | None) -> dict:
    """What is wrong with a form or a formset, each line a link to its field; nothing when all is well."""
    lines: list[dict] = []
    if isinstance(form, BaseFormSet):
        if form.is_bound:
            lines = [{"text": _text(message), "target": ""} for message in form.non_form_errors()]
            for number, row in enumerate(form.forms, start=1):
                if row.errors:
                    lines += _form_errors(row, prefix=f"Dòng {number} – ")
    elif isinstance(form, forms.BaseForm):
        lines = _form_errors(form) if form.is_bound or form.errors else []
    elif form:
        raise TemplateSyntaxError(f"errors: cần một biểu mẫu, nhận được {type(form).__name__}.")
    return {"lines": lines, "has_targets": any(line["target"] for line in lines)}


# --- what happened, whose turn -----------------------------------------------------------------


@register.inclusion_tag("components/steps.html")
def steps(tracker: list, compact: bool = False) -> dict:
    """The way of a dossier: done (who, when), now (whose turn, until), next."""
    rows = []
    for item in tracker or []:
        status = _one_of(str(_get(item, "status")), STEP_WORDS, "steps", "status")
        rows.append(
            {
                "label": _text(_get(item, "label")),
                "status": status,
                "word": STEP_WORDS[status],
                "who": _text(_get(item, "who")),
                "when": _get(item, "when"),
                "until": _get(item, "until"),
            }
        )
    return {"rows": rows, "compact": compact}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: list) -> dict:
    """What was done, in the order given: instant, person, role, act, note."""
    names = ("who", "role", "label", "note")
    rows = [
        {"at": _get(item, "at")} | {name: _text(_get(item, name)) for name in names} for item in entries or []
    ]
    return {"rows": rows}


@register.inclusion_tag("components/finding.html")
def finding(f: object) -> dict:
    """The finding of a rule: symbol, word, sentence, source and what is missing."""
    outcome = _one_of(
        str(getattr(_get(f, "outcome"), "value", _get(f, "outcome"))), FINDINGS, "finding", "outcome"
    )
    shape, word, tone = FINDINGS[outcome]
    texts = {name: _text(_get(f, name)) for name in ("reason", "source", "missing")}
    return texts | {"shape": shape, "word": word, "tone": tone}


# --- figures, lists ----------------------------------------------------------------------------


@register.inclusion_tag("components/empty.html")
def empty(title: object, text: object = "", url: str = "", label: str = "", icon: str = "inbox") -> dict:
    """A list with nothing in it: says so, and what to do next."""
    return {
        "title": _text(title),
        "text": _text(text),
        "url": url,
        "label": _text(label),
        "icon": icon or "inbox",
    }


@register.inclusion_tag("components/stat.html")
def stat(value: object, label: object, note: object = "", tone: str = "neutral", href: str = "") -> dict:
    """One figure with its name; numbers are written the Vietnamese way."""
    _one_of(tone or "neutral", TONES, "stat", "tone")
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    shown = format_decimal(value) if is_number else _text(value)
    return {
        "value": shown,
        "label": _text(label),
        "note": _text(note),
        "tone": tone or "neutral",
        "href": href,
    }


@register.inclusion_tag("components/bullet.html")
def bullet(reached: object, pledged: object, unit: str = "") -> dict:
    """Reached against pledged as a bar with the same figures in words beside it."""
    done, goal = _number(reached) or Decimal(0), _number(pledged) or Decimal(0)
    scale = max(done, goal)
    share = done / goal * 100 if goal > 0 else None
    return {
        "reached": format_decimal(done),
        "pledged": format_decimal(goal),
        "unit": _text(unit),
        "share": percent(share, 0) if share is not None else "",
        "width": f"{float(max(done, Decimal(0)) / scale * 100):.2f}" if scale > 0 else "0",
        "mark": f"{float(goal / scale * 100):.2f}" if scale > 0 else "0",
        "tone": "ok" if share is not None and share >= 100 else "accent",
    }


def _address(context: template.Context, **changes: object) -> str:
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page) -> dict:
    """Pages of a list; filters and order in the address are kept."""
    links = []
    if page and page.paginator.num_pages > 1:
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
            is_page = isinstance(number, int)
            url = _address(context, page=number) if is_page else ""
            links.append({"number": number, "url": url, "current": number == page.number})
    return {
        "page": page,
        "links": links,
        "previous": _address(context, page=page.previous_page_number())
        if page and page.has_previous()
        else "",
        "next": _address(context, page=page.next_page_number()) if page and page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def th(
    context: template.Context, text: object, sort: str = "", numeric: bool = False, width: str = ""
) -> str:
    """A column head; with `sort` a link that orders the list by this column, then turns the order round."""
    css = format_html_join(" ", "{}", [(name,) for name in ("num" if numeric else "", width) if name])
    css = format_html(' class="{}"', css) if css else ""
    if not sort:
        return format_html('<th scope="col"{}>{}</th>', css, _text(text))
    request = context.get("request")
    current = request.GET.get("sort", "") if request is not None else ""
    order = {sort: "ascending", f"-{sort}": "descending"}.get(current, "none")
    arrow, hint = {
        "ascending": ("▲", "đang xếp tăng dần, bấm để xếp giảm dần"),
        "descending": ("▼", "đang xếp giảm dần, bấm để xếp tăng dần"),
        "none": ("↕", "bấm để sắp xếp"),
    }[order]
    return format_html(
        '<th scope="col"{} aria-sort="{}"><a class="th-sort" href="{}">{}'
        '<span class="th-arrow" aria-hidden="true">{}</span>'
        '<span class="visually-hidden"> ({})</span></a></th>',
        css,
        order,
        _address(context, sort=f"-{sort}" if order == "ascending" else sort, page=None),
        _text(text),
        arrow,
        hint,
    )
