# ruff: noqa: E501 (tables of inputs: one line each)
"""Text nobody should type, in every field of every form: cleaned, kept literally or refused in words; never
executed, never half written.
"""

import time
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms as django_forms
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.forms import CleanForm
from core.models import AuditEntry
from core.text import clean, search_key
from tests.test_smuggling import Form, Sign, forms  # noqa: F401 (the fixture)
from tests.world import World

NFD = unicodedata.normalize("NFD", "Nguyễn Thị Hoà")
# number in the list of inputs → name → (text sent, text kept, or None when it must be refused)
TEXTS: dict[str, tuple[str, str | None]] = {
    "58 a million letters": ("Thi đua " * 125_000, None),
    "60 NFD": (NFD, "Nguyễn Thị Hoà"),
    "61 tone on the other letter": ("Hòa Thuý", "Hòa Thuý"),
    "62 Cyrillic a": ("Nguyễn Vаn An", None),
    "62 all Cyrillic": ("Москва", "Москва"),
    "62 micro metre": ("12 μm", "12 μm"),
    "63 no-break spaces": ("Báo\u00a0cáo\u202fnăm", "Báo cáo năm"),
    "63 zero width": ("Báo\u200bcáo\ufeff", "Báocáo"),
    "63 soft hyphen": ("Báo\u00ad cáo", "Báo cáo"),
    "64 marks in wrong order": ("e\u0323\u0302", "ệ"),
    "64 200 marks": ("a" + "\u0301" * 200, None),
    "64 five marks": ("q" + "\u0301\u0302\u0323\u0307\u0308", None),
    "65 emoji": ("Tốt 👩‍🔬🎉", "Tốt 👩‍🔬🎉"),
    "65 half a pair": ("a\ud800b", "ab"),
    "65 private use": ("a\ue000b\U000f0001", "ab"),
    "65 NUL": ("a\x00b", "ab"),
    "66 turned direction": ("\u202eabc\u2066", "abc"),
    "68 script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "68 picture": ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
    "68 template": ("{{ 7|add:42 }}{% load x %}{7*7}${7*7}#{7*7}", "{{ 7|add:42 }}{% load x %}{7*7}${7*7}#{7*7}"),
    "69 markdown link": ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
    "71 formula": ("=HYPERLINK(\"http://evil.test\")", "=HYPERLINK(\"http://evil.test\")"),
    "71 full-width formula": ("＝1+1", "＝1+1"),
    "72 at": ("@SUM(A1)", "@SUM(A1)"),
    "73 line breaks": ("a\r\nSet-Cookie: x=1\r\n\r\nb", "a\nSet-Cookie: x=1\n\nb"),
    "73 terminal": ("\x1b[2J\x1b]0;x\x07", "[2J]0;x"),
    "74 quotes": ("'; DROP TABLE units_unit; --", "'; DROP TABLE units_unit; --"),
    "74 wildcards": ("100%_\\", "100%_\\"),
}  # fmt: skip


class Sample(CleanForm):
    text = django_forms.CharField(max_length=2000, widget=django_forms.Textarea)


@pytest.mark.parametrize("case", TEXTS)
def test_text_is_cleaned_or_refused_in_time(case: str) -> None:
    sent, wanted = TEXTS[case]
    begun = time.perf_counter()

    form = Sample({"text": sent})

    assert form.is_valid() == (wanted is not None)
    assert time.perf_counter() - begun < 1
    if wanted is not None:
        assert form.cleaned_data["text"] == wanted
        assert clean(wanted) == wanted


def test_refusals_say_where_and_how_to_mend() -> None:
    def said(text: str) -> str:
        return Sample({"text": text}).errors["text"][0]

    assert said(TEXTS["62 Cyrillic a"][0]) == (
        "Ký tự lạ «а» ở vị trí 9, trong từ «Vаn»: trông giống chữ tiếng Việt nhưng thuộc bảng chữ khác. Hãy gõ lại từ này."
    )
    assert (
        said("Tốt lắm a" + "\u0301" * 9)
        == "Chữ ở vị trí 9 có quá nhiều dấu chồng lên nhau. Hãy gõ lại chữ này."
    )
    assert "2000" in said("ă" * 2001).replace(".", "")
    assert Sample({"text": "ă" * 2000}).is_valid()
    assert Sample({"text": unicodedata.normalize("NFD", "ệ" * 2000)}).is_valid()  # counted after NFC


# --- every form ------------------------------------------------------------------------------------
def _is_text(value: Any) -> bool:
    """Whether a value of a form is words somebody types, not a choice, number or date."""
    return isinstance(value, str) and (" " in value or any(ord(char) > 127 for char in value))


def _fields(form: Form) -> Iterator[str]:
    return (name for name, value in form.values.items() if _is_text(value))


def _tried(form: Form, client: Client, text: str) -> tuple[Any, int, bytes]:
    """(answer, entries written, page shown in the end) of the text in every text field; all taken back."""
    before = AuditEntry.objects.count()
    with transaction.atomic():
        answer = form.send(client, **dict.fromkeys(_fields(form), text))
        written = AuditEntry.objects.count() - before
        is_markup = answer.status_code == 303 and ("<" in text or "{{" in text)
        shown = client.get(answer["Location"]).content if is_markup else answer.content
        transaction.set_rollback(True)
    return answer, written, shown


def test_every_text_field_of_every_form_takes_it_or_refuses(forms: dict[str, Form], sign_in: Sign) -> None:  # noqa: F811
    wrong, typed = [], {name: form for name, form in forms.items() if any(_fields(form))}
    clients = {name: sign_in(form.actor) for name, form in typed.items()}
    for turn, (case, (sent, wanted)) in enumerate(TEXTS.items()):
        text = sent.encode("utf-8", "replace").decode()
        # each text goes into every second form, each form gets every second text
        for name in list(typed)[turn % 2 :: 2]:
            clients[name].raise_request_exception = False
            answer, written, shown = _tried(typed[name], clients[name], text)
            if answer.status_code >= 500:
                wrong.append(f"{case}, {name}: {answer.status_code}")
            if answer.status_code != 303 and written:
                wrong.append(f"{case}, {name}: refused, yet written")
            if wanted is None and answer.status_code == 303:
                wrong.append(f"{case}, {name}: taken")
            if any(bad in shown for bad in (b"<script>alert(1)", b"<img src=x", b"\x1b", b"\x00")):
                wrong.append(f"{case}, {name}: not literal")
            if "Set-Cookie: x=1" in str(answer.headers):
                wrong.append(f"{case}, {name}: header")
    assert wrong == []
    assert len(typed) >= 10


# --- searching -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Hoà Thuý", "hòa thúy"),
        ("Hòa Thúy", "HOÀ THUÝ"),
        ("Nguyễn Thị Hoà", NFD),
        ("Đặng Quý", "dang qúy"),
        ("Ðặng Quý", "đặng quý"),
    ],
)
def test_names_are_found_by_each_of_their_spellings(stored: str, typed: str) -> None:
    assert search_key(stored) == search_key(typed)


SEARCHES = [
    "%",
    "_",
    "\\",
    "'",
    '"',
    "(a+)+$",
    "[",
    "*",
    ".*" * 500,
    "(" * 2000,
    "a" * 100_000,
    "<script>alert(1)",
    "\x00",
]


@pytest.mark.parametrize("words", SEARCHES, ids=[f"{number}" for number in range(len(SEARCHES))])
def test_searches_are_literal_and_quick(world: World, sign_in: Sign, words: str) -> None:
    client = sign_in(world.specialist)
    client.raise_request_exception = False
    routes = ("units:unit-tree", "units:person-list", "campaigns:campaign-list", "awards:honour-list",
              "awards:nomination-list", "campaigns:initiative-list")  # fmt: skip
    for route in routes:
        begun = time.perf_counter()
        answer = client.get(reverse(route), {"q": words})
        assert answer.status_code in (200, 400, 422), route
        assert time.perf_counter() - begun < 5, route
        assert b"<script>alert(1)" not in answer.content, route


def test_a_wildcard_narrows_to_what_holds_it(world: World, sign_in: Sign) -> None:
    client = sign_in(world.specialist)
    found = {
        words: client.get(reverse("units:person-list"), {"q": words}).content.decode()
        for words in ("can_bo", "canbo", "can bo")
    }

    assert {words: "Trần Thị Cán Bộ" in page for words, page in found.items()} == {
        "can_bo": True, "canbo": False, "can bo": True,
    }  # fmt: skip
