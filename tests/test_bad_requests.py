# ruff: noqa: E501 (tables of inputs: one line each)
"""Requests nobody should send, to every route: answered with 4xx or the nearest right page, never with 5xx,
in our words; nothing is echoed, nothing leaves the house.
"""

from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch

from core.models import AuditEntry
from core.web import EXTERNAL_CARDS, PUBLIC, Card
from tests.test_permission_matrix import EXTRA, routes
from tests.world import World
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]
pytestmark = pytest.mark.django_db

IDS = ["0", "-1", "987654321", "9" * 19, "9" * 40, "9" * 5000, "1.5", "1e9", "٠١٢", "１２", "abc", "%00", "%FF%FE",
       "%C0%AF", "..%2f..%2fetc", "1%0d%0aSet-Cookie:x=1", "<script>", "'; DROP TABLE x;--", "1;2", "null", "True",
       "0x10", "+1", " 1", "1 OR 1=1", "{{7*7}}", "%ED%A0%80", "%F0%9F%8E%89",
       "a" * 26, "2" * 26, "A" * 26, "0" * 26, "a" * 10_000]  # fmt: skip
QUERIES = {
    "page": ["-1", "0", "1000000000000", "abc", "١", "1.5", "NaN", "9" * 5000, "last", ""],
    "per_page": ["1000000000", "-1", "abc"],
    "sort": [
        "password",
        "-password",
        "unit__officer__password",
        "user__password",
        "pk;drop",
        "?",
        "--name",
        "*",
        "",
    ],
    "ordering": ["password", "user__password"],
    "fields": ["unit__officer__password"],
    "year": ["0", "-1", "99999999999", "abc", "١٢", "9" * 5000],
    "unit": ["0", "-1", "9" * 30, "abc", "None", "\x00"],
    "state": ["khong-co", "<script>", "\x00"],
    "format": ["../../etc/passwd", "exe"],
    "q": ["\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202e", "a" * 10_000],
}
ELSEWHERE = ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "\thttps://evil.test",
             "https:evil.test", "http:///evil.test", "https://testserver@evil.test", "data:text/html,x"]  # fmt: skip


def _own(name: str, card: Card, **arguments: object) -> str:
    """The address of a route, its object's number replaced by a word."""
    known = dict(EXTRA.get(name, {})) | arguments
    return reverse(name, kwargs=known)


def _lists() -> list[str]:
    """Routes that show a page without naming an object; what machines ask about our health is no page."""
    found = []
    for name, card in sorted(routes().items()):
        is_page = name not in EXTERNAL_CARDS and "GET" in card.methods and card.permission != PUBLIC
        if card.loads or not is_page:
            continue
        try:
            found.append(_own(name, card))
        except NoReverseMatch:
            continue
    return found


def _objects() -> list[tuple[str, str]]:
    """(method, address with «{}» where the object's number or code stands)."""
    found = []
    for name, card in sorted(routes().items()):
        if not card.loads or name in EXTERNAL_CARDS:
            continue
        one, other = (_own(name, card, pk=pk).split("/") for pk in (987654321, 123456789))
        parts = ["{}" if part != twin else part for part, twin in zip(one, other, strict=True)]
        assert "{}" in parts
        found.append((next(iter(card.methods)), "/".join(parts)))
    return found


def _client(sign_in: SignIn, actor: Actor | None) -> Client:
    client = sign_in(actor)
    client.raise_request_exception = False
    return client


def _raw(client: Client, method: str, path: str, query: str = "", **extra: str) -> HttpResponse:
    """A request whose path goes out as it is written."""
    return client.generic(method, path, QUERY_STRING=query, **extra)


def test_objects_with_impossible_numbers_are_not_found(world: World, sign_in: SignIn) -> None:
    client, wrong, tried = _client(sign_in, world.specialist), [], 0
    addresses = _objects()
    assert len(addresses) > 40
    # each number at every fifth address, each address with every fifth number: all kinds of both
    for turn, number in enumerate(IDS):
        for method, address in addresses[turn % 5 :: 5]:
            answer = _raw(client, method, address.replace("{}", number))
            tried += 1
            if answer.status_code not in (400, 403, 404, 302):
                wrong.append(f"{method} {address} {number[:20]}: {answer.status_code}")
            if (
                answer.status_code == 302
                and "/accounts/" not in answer["Location"]
                and "evil" in answer["Location"]
            ):
                wrong.append(f"{address} {number[:20]}: {answer['Location']}")
            if b"<script>" in answer.content and b"<script src" not in answer.content:
                wrong.append(f"{address} {number[:20]}: echoed")
            if "Set-Cookie:x" in str(answer.headers):
                wrong.append(f"{address}: header")
    assert wrong == []
    assert tried > 300
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", QUERIES)
def test_wrong_words_in_the_query_bring_the_nearest_page(world: World, sign_in: SignIn, name: str) -> None:
    wrong = []
    clients = [_client(sign_in, actor) for actor in (world.specialist, world.admin)]
    addresses = _lists()
    for turn, value in enumerate(QUERIES[name]):
        for place, address in enumerate(addresses):
            if (place + turn) % 4:  # each value on every fourth page, each page with every fourth value
                continue
            answer = clients[(place + turn) % 2].get(address, {name: value})
            if answer.status_code >= 500 or answer.status_code == 413:
                wrong.append(f"{address} {name}={value[:20]}: {answer.status_code}")
            if (
                answer.headers.get("Content-Type", "").startswith("text/html")
                and b"<script>" in answer.getvalue()
            ):
                wrong.append(f"{address} {name}={value[:20]}: echoed")
    assert wrong == []


def test_lists_cannot_be_sorted_by_what_is_not_shown(world: World, sign_in: SignIn) -> None:
    client = _client(sign_in, world.admin)
    for address in (reverse("units:account-list"), reverse("units:unit-tree")):
        plain, asked = (client.get(address, {"sort": word}).status_code for word in ("", "password"))
        assert (plain, asked) == (200, 200)


# --- heads of requests -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "host", ["evil.test", "testserver.evil.test", "testserver:80@evil.test", "", "a\x00b", "[::1"]
)
def test_a_foreign_host_is_refused_in_our_words(world: World, sign_in: SignIn, host: str) -> None:
    answer = _raw(_client(sign_in, world.officer), "GET", reverse("units:desk"), HTTP_HOST=host)

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "<h1>Yêu cầu không đọc được</h1>" in page
    assert "evil.test" not in page


def test_what_a_client_says_of_its_way_is_not_believed(world: World, sign_in: SignIn, settings) -> None:
    client = _client(sign_in, world.officer)
    extra = {"HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_X_FORWARDED_HOST": "evil.test", "HTTP_X_ORIGINAL_URL": "/x/",
             "HTTP_X_REWRITE_URL": "/x/", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_FORWARDED": "host=evil.test"}  # fmt: skip

    answer = _raw(client, "GET", reverse("units:desk"), **extra)

    assert answer.status_code == 200
    assert answer.wsgi_request.actor.address == "127.0.0.1"
    assert b"evil.test" not in answer.content
    assert not answer.wsgi_request.is_secure()


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_stays_inside(world: World, sign_in: SignIn, target: str) -> None:
    from tests.builders import PASSWORD  # noqa: PLC0415 (only here)

    client = _client(sign_in, None)
    address = reverse("account_login")
    facts = {"login": world.officer.user.username, "password": PASSWORD, "next": target}

    answers = [client.get(address, {"next": target}), client.post(f"{address}?next=/x/", facts)]

    for answer in answers:
        place = answer.headers.get("Location", "/")
        assert urlsplit(place).netloc in ("", "testserver")
        assert urlsplit(place).scheme in ("", "http")
        assert not place.startswith(("//", "/\\"))
        assert b'href="javascript:' not in answer.content


METHODS = ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "XYZ"]


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused_everywhere(world: World, sign_in: SignIn, method: str) -> None:
    client, wrong = _client(sign_in, world.specialist), []
    for name, card in sorted(routes().items()):
        if name in EXTERNAL_CARDS or method in card.methods:
            continue
        address = _own(name, card, pk=987654321) if card.loads else _own(name, card)
        status = _raw(client, method, address).status_code
        wrong += [f"{method} {name}: {status}"] if status not in (403, 405) else []
    assert wrong == []


def test_a_method_cannot_be_smuggled_in(world: World, sign_in: SignIn) -> None:
    client = _client(sign_in, world.officer)
    address = reverse("core:draft", args=["thu"])
    client.post(address, '{"values": {"a": "b"}}', content_type="application/json")

    for extra in ({"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}, {"HTTP_X_METHOD_OVERRIDE": "DELETE"}):
        assert client.get(address, {"_method": "DELETE"}, **extra).json()["values"] == {"a": "b"}


def test_head_answers_like_get_without_a_body(world: World, sign_in: SignIn) -> None:
    client = _client(sign_in, world.specialist)
    for address in _lists():
        answer = client.head(address)
        assert answer.status_code < 500, address
        assert answer.getvalue() == b"", address


# --- bytes that are no text ------------------------------------------------------------------------
PATHS = ["/%00", "/units/%00/", "/%ff%fe/", "/%C0%AE%C0%AE/", "/..%2f..%2fetc/passwd", "/static/..%2f..%2fmanage.py",
         "/files/../files/1/", "/.git/config", "/.env", "/%0d%0aSet-Cookie:%20x=1", "/" + "a" * 7000, "/%", "/%zz",
         "/\\evil.test", "/units//", "/admin/", "/%e2%80%ae"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
@pytest.mark.parametrize("debug", [False])
def test_paths_that_lead_nowhere(world: World, sign_in: SignIn, path: str, debug: bool, settings) -> None:
    settings.DEBUG = debug
    for actor in (None, world.officer):
        answer = _raw(_client(sign_in, actor), "GET", path)
        assert answer.status_code in (301, 302, 400, 404)
        assert urlsplit(answer.headers.get("Location", "")).netloc in ("", "testserver")
        assert "Set-Cookie: x" not in str(answer.headers)
        if answer.status_code == 404 and not path.startswith("/static"):
            assert "Không tìm thấy trang" in answer.content.decode()


BODIES = {
    "invalid utf-8": (b"full_name=%ff%fe%c0%af&x=\xff\xfe", "application/x-www-form-urlencoded"),
    "foreign charset": ("x=ộ".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    "unknown charset": (b"x=1", "application/x-www-form-urlencoded; charset=khong-co"),
    "no boundary": (b"x=1", "multipart/form-data"),
    "wrong boundary": (b"--a\r\n\r\n", "multipart/form-data; boundary=b"),
    "endless boundary": (b"x", "multipart/form-data; boundary=" + "b" * 5000),
    "unfinished part": (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nabc', "multipart/form-data; boundary=b"),
    "name with NUL": (b'--b\r\nContent-Disposition: form-data; name="a\x00b"; filename="\x00"\r\n\r\nabc\r\n--b--', "multipart/form-data; boundary=b"),
    "wrong base64": (b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--', "multipart/form-data; boundary=b"),
    "json": (b'{"a": 1}', "application/json"),
    "xml": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "text/xml"),
    "nothing": (b"", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_bodies_that_are_no_form_are_answered(world: World, sign_in: SignIn, kind: str) -> None:
    body, content_type = BODIES[kind]
    clients = {role: _client(sign_in, getattr(world, role)) for role in ("officer", "specialist", "admin")}
    wrong = []
    for name, card in sorted(routes().items()):
        if name in EXTERNAL_CARDS or "POST" not in card.methods or card.loads:
            continue
        for role, client in clients.items():
            status = client.generic("POST", _own(name, card), body, content_type).status_code
            wrong += [f"{name} as {role}: {status}"] if status >= 500 else []
    assert wrong == []


def test_too_many_fields_and_too_large_bodies_are_told(world: World, sign_in: SignIn) -> None:
    client, address = _client(sign_in, world.admin), reverse("units:account-create")

    many = client.post(address, {f"x{number}": "1" for number in range(1001)})
    large = client.post(
        address, "x=" + "a" * (2 * 1024 * 1024 + 1), content_type="application/x-www-form-urlencoded"
    )

    for answer in (many, large):
        page = answer.content.decode()
        assert answer.status_code == 413
        assert "<h1>Nội dung gửi lên quá lớn</h1>" in page
        assert "Chưa có gì thay đổi." in page
        assert "Traceback" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "head",
    [
        b"GET /%ff%fe HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n",
        b"POST /accounts/login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: abc\r\n\r\n",
        b"POST /accounts/login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: -5\r\n\r\n",
        b"GET /?a=\xff\xfe HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nCookie: sessionid=\xff\x00; csrftoken=\r\n\r\n",
    ],
    ids=range(6),
)
def test_raw_bytes_on_the_wire_bring_no_server_error(world: World, live_server, head: bytes) -> None:
    import socket  # noqa: PLC0415 (only here)

    place = urlsplit(live_server.url)
    with socket.create_connection((place.hostname, place.port)) as line:
        line.settimeout(30)
        line.sendall(head.replace(b"{host}", place.netloc.encode()))
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(65536):
            answer += piece

    assert answer == b"" or int(answer.split()[1]) < 500
    assert HTTPConnection(place.hostname or "", place.port).host == place.hostname
