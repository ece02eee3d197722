"""Every bad file at every place that takes files: refused in words that help, in time, and nothing is
kept.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from pypdf import PdfReader

from awards.choices import Paper
from awards.models import NominationPaper
from campaigns.models import ProgressEntry
from core import files
from core.errors import RuleBroken
from core.files.upload import LimitedUpload
from core.models import StoredFile
from tests.bad_files import GOOD, SECRET, bad_files, good_pdf, package, photo, relation, signed_pdf
from tests.builders import make_user
from tests.builders_awards import make_draft, make_round
from tests.builders_campaigns import approved, launched
from tests.world import World
from units.permissions import Actor

pytestmark = pytest.mark.django_db
BAD = bad_files()
SignIn = Callable[[Actor | None], Client]
Post = Callable[[SimpleUploadedFile], Any]


# --- the ground ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_words_in_time_and_leaves_nothing(case: str) -> None:
    bad, begun = BAD[case], monotonic()
    upload = SimpleUploadedFile(bad.name, bad.content())

    with pytest.raises(RuleBroken) as refused:
        files.keep(upload, upload.name, make_user("nguoi-gui"), actor=None)

    (sentence,) = refused.value.fields["file"]
    assert sentence.startswith(f"«{files.clean_name(bad.name)}»: ")
    assert bad.words in sentence
    assert files.complaint_about(upload) in sentence
    assert monotonic() - begun < 25  # twice looked at; each look ends after ten seconds at the latest
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("case", GOOD)
def test_a_good_file_is_kept_without_its_authors(case: str) -> None:
    name, build = GOOD[case]
    sent = build()

    stored = files.keep(SimpleUploadedFile(name, sent), name, make_user("nguoi-gui"), actor=None)

    content = files.read(stored)
    assert SECRET.encode() not in content
    assert files.complaint_about(SimpleUploadedFile(name, content)) is None
    again = files.keep(SimpleUploadedFile(name, sent), name, make_user("nguoi-khac"), actor=None)
    assert (again.sha256, again.size) == (stored.sha256, len(content))


def kept(name: str, content: bytes) -> tuple[bytes, list[str]]:
    upload = SimpleUploadedFile(name, content)
    stored = files.keep(upload, name, make_user(f"nguoi-{StoredFile.objects.count()}"), actor=None)
    return files.read(stored), upload.notes


def test_a_signed_pdf_is_kept_byte_for_byte() -> None:
    content = signed_pdf()
    assert kept("a.pdf", content) == (content, [])


def test_what_was_added_after_the_signature_is_told() -> None:
    added = b"\n% them vao sau\nstartxref\n0\n%%EOF\n"
    content = signed_pdf()
    place = content.split(b"startxref\n")[1].split(b"\n")[0]
    content, notes = kept("a.pdf", content + added.replace(b"\n0\n", b"\n" + place + b"\n"))
    assert notes == ["Tệp «a.pdf» có phần được thêm sau lần ký số cuối cùng; hãy đối chiếu với bản gốc."]


def test_a_pdf_keeps_its_standard_and_its_pages() -> None:
    content, _ = kept("a.pdf", good_pdf())
    reader = PdfReader(ContentFile(content))
    assert reader.pages[0].extract_text() == "Bao cao"
    assert reader.metadata is None
    assert b">2</pdfaid:part>" in reader.root_object["/Metadata"].get_data()


def test_a_photo_loses_place_and_author_and_stands_upright() -> None:
    from io import BytesIO  # noqa: PLC0415 (only here)

    from PIL import Image  # noqa: PLC0415

    plain, _ = kept("a.jpg", photo())
    turned, _ = kept("b.jpg", photo(turned=6))
    png, _ = kept("c.png", photo("PNG"))

    with Image.open(BytesIO(photo())) as before, Image.open(BytesIO(plain)) as after:
        assert before.tobytes() == after.tobytes()  # not written anew
    with Image.open(BytesIO(turned)) as image:
        assert image.size == (40, 60)
        assert dict(image.getexif()) == {}
        red, _, blue = image.convert("RGB").getpixel((35, 5))
        assert blue > 200 > 100 > red
    assert b"eXIf" not in png
    assert b"Exif" not in plain


def test_what_lies_behind_a_picture_goes() -> None:
    content, _ = kept("a.jpg", photo(tail=b"<script>alert(1)</script>"))
    assert b"<script>" not in content


def test_traces_of_changes_and_links_to_other_books_are_told() -> None:
    changed = {"word/document.xml": '<w:document><w:ins w:id="1" w:author="A">x</w:ins></w:document>'}
    linked = {"xl/externalLinks/_rels/externalLink1.xml.rels": relation("externalLinkPath", "khac.xlsx")}

    assert "còn dấu vết sửa đổi (Track Changes)" in kept("a.docx", package("docx", changed))[1][0]
    assert "có công thức lấy số từ tệp bảng tính khác" in kept("a.xlsx", package("xlsx", linked))[1][0]


def test_a_signed_office_file_is_kept_byte_for_byte() -> None:
    content = package("docx", {"_xmlsignatures/sig1.xml": "<Signature/>"})
    assert kept("a.docx", content)[0] == content


# --- the forms of the apps -----------------------------------------------------------------------------
@pytest.fixture
def evidence(world: World, sign_in: SignIn) -> Post:
    """Sends a file as evidence of a pledge."""
    target, client = (
        approved(launched(world), world.officer, world.head).targets.get(),
        sign_in(world.officer),
    )
    url = reverse("campaigns:progress-record", args=[target.pk])
    facts = {"value": "2", "reported_on": "10/12/2024", "note": "Kết quả"}
    return lambda upload: client.post(url, facts | {"evidence": upload})


@pytest.fixture
def paper(world: World, sign_in: SignIn) -> Post:
    """Sends a file as a paper of a dossier."""
    draft, client = make_draft(world, make_round(world)), sign_in(world.officer)
    url = reverse("awards:paper-add", args=[draft.pk])
    return lambda upload: client.post(url, {"kind": Paper.REPORT, "file": upload})


@pytest.mark.parametrize("place", ["evidence", "paper"])
def test_the_forms_of_the_apps_say_it_and_write_nothing(request, place: str) -> None:
    send, wrong = request.getfixturevalue(place), []
    # every case goes through the one or the other form; the ground has tried all of them
    for number, (key, bad) in enumerate(BAD.items()):
        if number % 2 != ("evidence", "paper").index(place):
            continue
        answer = send(SimpleUploadedFile(bad.name, bad.content()))
        page = answer.content.decode()
        if answer.status_code != 422 or not (
            bad.words.replace("«", "") in page.replace("«", "") or bad.number == 1
        ):
            wrong.append(f"{key}: {answer.status_code}")
        if bad.number == 1 and "Tệp rỗng" not in page:
            wrong.append(f"{key}: not said")
    assert wrong == []
    assert not ProgressEntry.objects.exists()
    assert not NominationPaper.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("place", ["evidence", "paper"])
def test_a_file_one_byte_too_large_is_named_with_limit_and_size(request, settings, place: str) -> None:
    send = request.getfixturevalue(place)
    limit = settings.UPLOAD_LIMIT_BYTES

    answer = send(SimpleUploadedFile("to.pdf", b"%PDF-" + b"0" * (limit - 4)))

    assert answer.status_code == 422
    assert "Tệp nặng 25,0 MB, vượt mức 25 MB. Hãy nén ảnh hoặc chia nhỏ tệp." in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_bytes_beyond_the_limit_are_kept_nowhere(settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    handler = LimitedUpload()

    assert handler.receive_data_chunk(b"0" * 60, 0) == b"0" * 60
    assert handler.receive_data_chunk(b"0" * 60, 60) is None
    assert handler.receive_data_chunk(b"0" * 60, 120) is None
    assert handler.file_complete(100) is None
    handler.new_file("file", "a.pdf", "application/pdf", None)
    stand_in = handler.file_complete(180)
    assert (stand_in.size, stand_in.read()) == (180, b"")


class Unread:
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_a_request_that_announces_too_much_is_refused_before_it_is_read(world, sign_in, settings) -> None:
    draft = make_draft(world, make_round(world))
    client = sign_in(world.officer)

    answer = client.generic(
        "POST",
        reverse("awards:paper-add", args=[draft.pk]),
        b"x",
        MULTIPART_CONTENT,
        CONTENT_LENGTH=str(500 * 1048576),
        **{"wsgi.input": Unread()},
    )

    page = answer.content.decode()
    assert answer.status_code == 413
    assert "Nội dung gửi lên nặng 500 MB, vượt mức 127 MB cho một lần gửi (mỗi tệp tối đa 25 MB)." in page
    assert "<html" in page


def test_more_files_than_a_form_takes_are_refused(world, sign_in) -> None:
    draft = make_draft(world, make_round(world))
    many = {"file": [SimpleUploadedFile(f"{n}.pdf", b"x") for n in range(21)]}

    answer = sign_in(world.officer).post(reverse("awards:paper-add", args=[draft.pk]), many)

    assert answer.status_code == 413
    assert "nhiều mục hơn mức hệ thống nhận" in answer.content.decode()


@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_cut_leaves_nothing(world, sign_in, live_server, part: float) -> None:
    import socket  # noqa: PLC0415 (only here)
    from urllib.parse import urlsplit  # noqa: PLC0415

    draft = make_draft(world, make_round(world))
    cookie = sign_in(world.officer).cookies["sessionid"].value
    body = encode_multipart(
        BOUNDARY, {"kind": Paper.REPORT, "file": SimpleUploadedFile("a.pdf", good_pdf() + b"%" * 200_000)}
    )
    place = urlsplit(live_server.url)
    head = (
        f"POST {reverse('awards:paper-add', args=[draft.pk])} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Cookie: sessionid={cookie}\r\nContent-Type: {MULTIPART_CONTENT}\r\nContent-Length: "
        f"{len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection((place.hostname, place.port)) as line:
        line.sendall(head + body[: int(len(body) * part)])
        line.shutdown(socket.SHUT_WR)
        line.settimeout(30)
        while line.recv(65536):
            pass

    connection.close()
    assert not NominationPaper.objects.exists()
    assert not StoredFile.objects.exists()
