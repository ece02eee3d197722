"""Faults found by reading the ground again: text, drafts, uploads, somebody being faster."""

import io
import json
import unicodedata
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.forms import Form
from django.test import RequestFactory

from core import files
from core.errors import StaleState
from core.models import FormDraft
from core.text import clean
from core.web import perform, run_action
from tests.world import World
from units.models import Unit


def test_what_is_taken_out_never_leaves_a_mark_beside_its_letter() -> None:
    text = clean("a\u200b\u0301")
    assert text == "á"
    assert unicodedata.is_normalized("NFC", text)
    assert clean(text) == text


@pytest.mark.parametrize("code", [0xFFFE, 0xFFFF, 0xFDD0, 0xD800, 0xE000, 0x10FFFF, 0x80, 0x9F, 0x61C])
def test_what_is_no_character_for_a_database_or_a_workbook_goes(code: int) -> None:
    assert clean(f"a{chr(code)}b") == "ab"


def test_every_kind_of_line_break_is_the_same_and_emoji_stay() -> None:
    assert clean("a\u2028b\u0085c\r\nd") == "a\nb\nc\nd"
    assert clean("👩\u200d🔬") == "👩\u200d🔬"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"values": {"a\x00b": "c"}}),
        '{"values": {"a": "\\ud800"}}',
        '{"values": {"\\udfff": ["\\u0000"]}}',
        '{"values": {"a": ' + "[" * 100_000 + "]" * 100_000 + "}}",
    ],
    ids=["NUL as name", "half a pair", "half a pair as name", "deep"],
)
def test_a_draft_of_rubbish_is_kept_clean_or_refused(world: World, sign_in, body: str) -> None:
    client = sign_in(world.officer)
    client.raise_request_exception = False
    answer = client.post("/drafts/x/", body, content_type="application/json")
    assert answer.status_code in (200, 400)


def test_the_key_of_a_draft_may_hold_anything(world: World, sign_in) -> None:
    client = sign_in(world.officer)
    client.raise_request_exception = False
    assert client.post("/drafts/a%00b/", '{"values": {}}', content_type="application/json").status_code == 200
    assert FormDraft.objects.get().key == "ab"


def test_an_archive_of_a_later_kind_is_told_not_to_open() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    raw = bytearray(content.getvalue())
    at = raw.index(b"PK\x01\x02")
    raw[at + 6 : at + 8] = (99).to_bytes(2, "little")
    complaint = files.complaint_about(SimpleUploadedFile("a.docx", bytes(raw)))
    assert complaint is not None
    assert "hỏng" in complaint


@pytest.fixture
def request_of(world: World, monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []
    for level in ("success", "info", "error"):
        monkeypatch.setattr(f"core.web.messages.{level}", lambda request, text: told.append(str(text)))
    request = RequestFactory().post("/x/")
    request.user = world.officer.user
    return request, told


def _twice(world: World):
    def action() -> None:
        Unit.objects.create(code=world.agency.code, name="Trùng", kind="agency", path="/X/")

    return action


def test_who_saved_the_same_a_moment_later_is_told_so(world: World, request_of) -> None:
    request, told = request_of
    form = Form({})
    assert form.is_valid()
    assert run_action(request, form, _twice(world), to="/") is None
    assert request.refused_status == 409
    assert "vừa lưu" in form.non_field_errors()[0]
    assert perform(request, _twice(world), to="/").status_code == 303
    assert "vừa lưu" in told[0]


def test_other_faults_of_the_data_are_not_hidden(world: World, request_of) -> None:
    request, _ = request_of

    def broken() -> None:
        Unit.objects.create(code="ZZ", name="Z", kind="agency", path="/Z/", valid_from="2024-02-01",
                            valid_to="2024-01-01")  # fmt: skip

    with pytest.raises(IntegrityError), transaction.atomic():
        perform(request, broken, to="/")
    assert not issubclass(IntegrityError, StaleState)
