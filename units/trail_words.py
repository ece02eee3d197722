"""The trail in words: names of objects, fields and pages, values as people write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.models import AccessEntry, AuditEntry
from core.templatetags.ui import day, moment
from core.web import EXTERNAL_CARDS
from units.models import Unit
from units.role_matrix import PERMISSIONS

EMPTY = "(trống)"
OTHER = "Thông tin khác"
# Keys of changes that are no field of the changed model.
WORDS = {
    "accounts": "số tài khoản",
    "address": "địa chỉ",
    "aims": "danh hiệu đăng ký",
    "authors": "số tác giả",
    "campaign": "phong trào",
    "changed": "số dòng thay đổi",
    "checksum": "mã kiểm tra",
    "code": "mã",
    "created": "số dòng thêm mới",
    "factor": "cách xác thực",
    "file": "tệp",
    "files": "tệp",
    "from": "từ ngày",
    "giver": "người giao",
    "honours": "số lần khen thưởng",
    "is_revoked": "đã thu hồi",
    "lines": "số dòng",
    "paper": "loại giấy tờ",
    "parent": "đơn vị cấp trên",
    "parts": "số mục nội dung",
    "people": "số người",
    "person": "cá nhân",
    "recipients": "số nơi nhận",
    "reported_on": "ngày báo cáo",
    "returned": "số việc trả lại",
    "role": "vai trò",
    "fields": "mục đã sửa",
    "row": "dòng",
    "rows": "số dòng",
    "sessions": "số phiên",
    "sha256": "mã băm của tệp",
    "since": "từ ngày",
    "state": "trạng thái",
    "subject": "đối tượng",
    "successor": "người nhận",
    "taken": "số dòng đã nhập",
    "targets": "số chỉ tiêu",
    "title": "tên, chức vụ",
    "to": "đến trước ngày",
    "unchanged": "số dòng giữ nguyên",
    "unit": "đơn vị",
    "units": "số đơn vị",
    "user": "tài khoản",
    "username": "tên đăng nhập",
    "valid_to": "đến trước ngày",
    "value": "kết quả",
    "voted_on": "ngày bỏ phiếu",
    "year": "năm",
}
# Keys whose values are choices of another model than the changed one.
_CHOICES_OF = {"paper": ("awards.nominationpaper", "kind"), "role": ("units.roleassignment", "role")}
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d|Z)?")
_REFERENCE = re.compile(r"([a-z]+\.[a-z]+):(\d+)")
_UNIT_KEYS = {"unit", "parent", "held_by", "successor", "units"}


@dataclass
class Change:
    """One field of an entry: its name, what it was (None = not told), what it became."""

    label: str
    before: str | None
    after: str


@dataclass
class Names:
    """Names of what entries only mention by number or code, asked for once for a whole page."""

    objects: dict[tuple[str, str], str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


def model_of(kind: str) -> type[models.Model] | None:
    """The model of an object type as the trail writes it; None when the product has none of that name."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def kind_name(kind: str) -> str:
    """«awards.nomination» → «Hồ sơ đề nghị khen thưởng»."""
    model = model_of(kind)
    name = str(model._meta.verbose_name) if model else OTHER
    return name[:1].upper() + name[1:]


def field_name(kind: str, key: str) -> str:
    """The name of a changed field as the form shows it."""
    model = model_of(kind)
    name = ""
    if model is not None:
        try:
            found = model._meta.get_field(key)
            # a name that Django made from the identifier is no name
            name = str(getattr(found, "verbose_name", ""))
            name = "" if name == key.replace("_", " ") else name
        except FieldDoesNotExist:
            name = ""
    name = name or WORDS.get(key, OTHER)
    return name[:1].upper() + name[1:]


# --- pages -----------------------------------------------------------------------------------------
def _leaves(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterable[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _leaves(entry, (*names, entry.namespace) if entry.namespace else names)
        else:
            yield ":".join((*names, entry.name or "")), entry


@lru_cache(maxsize=1)
def _purposes() -> dict[str, str]:
    found = {}
    for name, pattern in _leaves(get_resolver()):
        card = getattr(pattern.callback, "card", None) or EXTERNAL_CARDS.get(name)
        meaning = PERMISSIONS.get(card.permission, ("", ""))[0] if card else ""
        found[name] = meaning or "Trang dùng chung"
    return found


def page_name(route: str) -> str:
    """What a page is for: the meaning of the permission that opens it."""
    return _purposes().get(route, "Trang dùng chung")


# --- values ----------------------------------------------------------------------------------------
def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def names_in(entries: Iterable[AuditEntry]) -> Names:
    """Look up all units and objects the changes of the entries mention: one query for each kind."""
    wanted: dict[str, set[str]] = {}
    codes: set[str] = set()
    for entry in entries:
        for key, value in entry.changes.items():
            for text in _strings(value):
                found = _REFERENCE.fullmatch(text)
                if found:
                    wanted.setdefault(found[1], set()).add(found[2])
                elif key in _UNIT_KEYS:
                    codes.add(text)
    names = Names()
    if codes:
        names.units = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    for kind, numbers in wanted.items():
        model = model_of(kind)
        if model is not None:
            rows = model._default_manager.filter(pk__in=numbers)
            names.objects |= {(kind, str(row.pk)): str(row) for row in rows}
    return names


def _one(kind: str, key: str, value: Any, names: Names) -> str:
    if value in (None, "", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, dict):
        return "; ".join(
            f"{field_name(kind, k).lower()}: {_one(kind, k, v, names)}" for k, v in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_one(kind, key, part, names) for part in value)
    text = str(value)
    reference = _REFERENCE.fullmatch(text)
    if reference:
        return names.objects.get((reference[1], reference[2]), kind_name(reference[1]))
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    if _INSTANT.fullmatch(text):
        return moment(datetime.fromisoformat(text))
    if key in _UNIT_KEYS and text in names.units:
        return names.units[text]
    if _HASH.fullmatch(text):
        return f"{text[:16]}…"
    return _choice(*_CHOICES_OF.get(key, (kind, key)), text)


def _choice(kind: str, key: str, text: str) -> str:
    model = model_of(kind)
    try:
        choices = model._meta.get_field(key).flatchoices if model else []
    except (FieldDoesNotExist, AttributeError):
        choices = []
    return next((str(label) for value, label in choices if str(value) == text), text)


def changes_of(entry: AuditEntry, names: Names) -> list[Change]:
    """The changes of an entry, field by field."""
    rows = []
    for key, value in entry.changes.items():
        label = field_name(entry.object_type, key)
        before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
        is_pair = isinstance(value, list) and len(value) == 2
        rows.append(
            Change(
                label,
                _one(entry.object_type, key, before, names) if is_pair else None,
                _one(entry.object_type, key, after, names),
            )
        )
    return rows


def dress(entries: list[AuditEntry]) -> list[AuditEntry]:
    """Give the entries of a page what their template reads: changes, kind_name, timeline_url."""
    names = names_in(entries)
    for entry in entries:
        entry.change_rows = changes_of(entry, names)
        entry.kind_name = kind_name(entry.object_type)
        entry.timeline_url = timeline_url(entry.object_type, entry.object_id)
    return entries


def dress_accesses(entries: list[AccessEntry]) -> list[AccessEntry]:
    """Give accesses of a page what their template reads: what was seen, page_name, timeline_url."""
    for entry in entries:
        entry.kind_name = kind_name(entry.object_type) if entry.object_type else ""
        entry.page_name = page_name(entry.route)
        entry.timeline_url = timeline_url(entry.object_type, entry.object_id)
    return entries


def timeline_url(kind: str, number: str) -> str:
    """Address of the timeline of one object; "" for what is no object of the product."""
    if not number.isdecimal() or len(number) > 18 or model_of(kind) is None:
        return ""
    return reverse("units:trail-object", args=[kind, int(number)])
