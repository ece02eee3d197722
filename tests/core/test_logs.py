"""Logs: one line per event, the cause in each, and nothing of any person. Written by real processes."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from core import logs, outbox, tasks
from core.models import Notice
from tests.builders import PASSWORD, make_user
from tests.smtp_server import free_port
from tests.test_repository import text
from tests.workers import worker
from tests.world import World, build_world
from units.models import User
from units.permissions import Actor

SignIn = Callable[[Actor | None], Client]
CANARY = "Chim Hoàng Yến"
MAIL = "chimhoangyen@bo.example"
NUMBER = "001199000123"


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[io.StringIO]:
    """Everything the run logs, as the formatter writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def accesses(stream: io.StringIO) -> list[dict]:
    return [line for line in lines(stream) if line["logger"] == "thidua.access"]


# --- requests ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_request_is_one_line_without_address_and_query(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    with written(logs.JsonLine()) as stream:
        answer = client.get(reverse("units:unit-detail", args=[world.agency.pk]), {"q": CANARY})

    (line,) = accesses(stream)
    assert set(line) == {
        *("time", "level", "logger", "message", "request_id"),
        *("method", "route", "status", "duration_ms", "actor"),
    }
    assert line["route"] == "units:unit-detail"
    assert (line["method"], line["status"], line["actor"]) == ("GET", 200, world.officer.user_id)
    assert line["request_id"] == answer["X-Request-ID"]
    assert datetime.fromisoformat(line["time"]).utcoffset().total_seconds() == 0
    assert CANARY not in stream.getvalue()


@pytest.mark.django_db
def test_nothing_of_a_person_reaches_the_log_even_when_things_break(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.officer.user.person.full_name = CANARY
    world.officer.user.person.save()
    User.objects.filter(pk=world.officer.user_id).update(email=MAIL)
    client = sign_in(world.officer)
    client.raise_request_exception = False

    def broken(*args: object, **kwargs: object) -> None:
        secret = CANARY  # a local variable
        raise ValueError(f"{secret} {MAIL} {NUMBER}")

    def taken(*args: object, **kwargs: object) -> None:
        make_user("trung-thu").save()
        User.objects.create(username="khac", email=MAIL)

    with written(logs.JsonLine()) as as_json, written(logs.PlainLine()) as as_lines:
        monkeypatch.setattr("units.views.desk.desk_of", broken)
        assert client.get(reverse("units:desk"), {"ten": CANARY, "thu": MAIL}).status_code == 500
        monkeypatch.setattr("units.views.desk.desk_of", taken)
        with transaction.atomic():
            assert client.post(reverse("units:desk"), {"ten": CANARY}).status_code == 405
            assert client.get(reverse("units:desk")).status_code == 500
            transaction.set_rollback(True)
        client.post(reverse("account_login"), {"login": MAIL, "password": CANARY})
        client.get(f"/{MAIL}/{CANARY}/")
        client.get("/", headers={"host": f"{NUMBER}.xau.example"})
        logging.getLogger("django.db.backends").debug("(0.001) SELECT '%s'", CANARY)

    for stream in (as_json, as_lines):
        for secret in (CANARY, "Hoàng", MAIL, NUMBER, PASSWORD):
            assert secret not in stream.getvalue()
    errors = [line["error"] for line in lines(as_json) if "error" in line]
    said = {line["message"] for line in lines(as_json) if line["logger"] == "django.request"}
    assert said == {"Internal Server Error", "Method Not Allowed", "Not Found"}
    assert "Invalid HTTP_HOST header" in {line["message"] for line in lines(as_json)}
    assert "xau.example" not in as_json.getvalue()
    kinds = [error["type"] for error in errors]
    assert kinds[0] == "builtins.ValueError"
    assert any(place.endswith(" broken") for place in errors[0]["places"])
    taken_error = next(error for error in errors if error["type"] == "django.db.utils.IntegrityError")
    assert (taken_error["sqlstate"], taken_error["table"]) == ("23505", "units_user")
    assert [line["status"] for line in accesses(as_json)][:3] == [500, 405, 500]


@pytest.mark.django_db
def test_values_of_database_errors_are_masked() -> None:
    make_user("mot")
    user = make_user("hai")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.filter(pk=user.pk).update(email=User.objects.get(username="mot").email)
    with written(logs.JsonLine()) as stream:
        logging.getLogger("thu").error("không lưu được: %s", caught.value)

    (line,) = lines(stream)
    assert "Key (email)=(…) already exists" in line["message"]


@pytest.mark.parametrize("formatter", [logs.JsonLine(), logs.PlainLine()], ids=["json", "line"])
def test_one_record_is_one_line_that_no_terminal_obeys(formatter: logging.Formatter) -> None:
    with written(formatter) as stream:
        logging.getLogger("thu").info("một\r\n2024-01-01 INFO giả\x1b[2J\x9b31m\u2028hai\u202e")

    written_text = stream.getvalue()
    assert written_text.count("\n") == 1
    assert len(written_text.splitlines()) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", written_text)


@pytest.mark.parametrize(
    ("given", "trusted", "believed"),
    [
        ("0123456789ab", True, True),
        ("8b6f6ad2-4a3f-4a70-9a57-4f4a7d1f0b11", True, True),
        ("0123456789ab", False, False),
        ("ngắn", True, False),
        ("a" * 41, True, False),
        ("abcdefgh\r\nX: y", True, False),
        ("<script>alert</script>", True, False),
        ("", True, False),
    ],
)
def test_the_code_of_a_request_comes_from_our_proxy_or_from_us(
    settings, given: str, trusted: bool, believed: bool
) -> None:
    settings.BEHIND_PROXY = trusted
    code = logs.request_code_of(RequestFactory().get("/", headers={"x-request-id": given}))

    assert (code == given) is believed
    assert re.fullmatch("[0-9A-Za-z-]{8,40}", code)


def test_each_request_has_a_code_of_its_own(client: Client) -> None:
    codes = {client.get(reverse("core:alive"))["X-Request-ID"] for _ in range(5)}

    assert len(codes) == 5
    assert logs.request_code.get() == ""


def ended(log: Path) -> set[str]:
    """Tasks that have ended, well or not."""
    found = re.findall(r'"Task ([a-z_.]+)\[[^\]]+\] (?!received)', log.read_text(errors="replace"))
    return set(found)


# --- workers ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_lines_of_a_task_name_the_task_and_the_request_that_caused_it(tmp_path: Path) -> None:
    world = build_world()
    log = tmp_path / "worker.log"
    with transaction.atomic():
        outbox.write("a", MAIL, CANARY, f"Nội dung {CANARY}", user_id=world.officer.user_id)
    code = logs.request_code.set("0123456789ab")
    sent = tasks.relay_outbox.apply_async()
    tasks.send_some_digests.apply_async([["không phải số", CANARY], "không phải ngày"])
    logs.request_code.reset(code)

    with worker(log, "mail"):
        deadline = time.monotonic() + 90
        while not {"core.relay_outbox", "core.send_some_digests"} <= ended(log):
            assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
            time.sleep(0.05)

    found = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    mine = [line for line in found if line.get("task_id") == sent.id]
    assert mine
    assert {line["request_id"] for line in mine} == {"0123456789ab"}
    assert any(line["message"].startswith("Task core.relay_outbox[") for line in mine)
    assert any(line.get("error", {}).get("type") == "builtins.ValueError" for line in found)
    assert CANARY not in log.read_text()
    assert MAIL not in log.read_text()
    assert Notice.objects.count() == 0


# --- the web server -----------------------------------------------------------------------------------
def test_no_server_writes_an_access_log_of_its_own() -> None:
    """It would hold addresses with query strings; ours is written by the product."""
    for name in ("Dockerfile", "config/supervisor.py"):
        assert "access-logfile" not in text(name)
        assert "config=python:config.web_server" in text(name)


def test_the_real_web_server_logs_json_and_no_query(tmp_path: Path) -> None:
    log, port = tmp_path / "web.log", free_port()
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_FORMAT": "json"}
    line = ["-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--config=python:config.web_server"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, *line, "--no-control-socket"], stdout=output, stderr=output, env=env
        )
        try:
            deadline = time.monotonic() + 60
            while b"Booting worker" not in log.read_bytes():
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            with urlopen(f"http://127.0.0.1:{port}/healthz?thu={MAIL}", timeout=60) as answer:
                assert answer.read() == b"ok"
        finally:
            server.terminate()
            server.wait()

    found = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["route"] for entry in found if entry["logger"] == "thidua.access"] == ["core:alive"]
    assert "gunicorn.error" in {entry["logger"] for entry in found}
    assert MAIL not in log.read_text()
