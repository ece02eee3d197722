"""Logs without personal data: one line per event, each with the request or task that caused it.

What a line may hold is decided here, at the last place before it is written: no paths, query strings, bodies,
addresses or values of the database; of an exception its kind and its places in the code. Names of people
cannot be
recognised by a machine, so no message of ours may contain one, and messages of exceptions are not written
at all
unless they speak of code only.
"""

import logging
import re
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import Error as DjangoDatabaseError
from django.http import HttpRequest, HttpResponse
from psycopg2 import Error as DriverError
from pythonjsonlogger.json import JsonFormatter

access = logging.getLogger("thidua.access")

request_code: ContextVar[str] = ContextVar("request_code", default="")
task_code: ContextVar[str] = ContextVar("task_code", default="")

_WELL_FORMED = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,39}")
_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_DATABASE_VALUES = re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*?\)(?= |\.|$)", re.S)
_LONG_NUMBER = re.compile(r"(?<![\w-])\d{9,13}(?![\w-])")
# Control characters, also those of the upper half that terminals obey, and the line breaks of Unicode.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Exceptions whose messages are made of names of the code, never of data.
_SPEAK_OF_CODE = (
    AttributeError, ImportError, MemoryError, NameError, NotImplementedError, RecursionError, TypeError,
    ZeroDivisionError,
)  # fmt: skip
# Loggers that put addresses of pages, hosts or arguments into their messages: only their fixed words stay.
_FIXED_WORDS = ("django.request", "django.security", "django.server")
_EXTRAS = ("route", "method", "status", "duration_ms", "actor", "outcome")


# --- what may be written -------------------------------------------------------------------------
def scrub(text: str) -> str:
    """The text without mail addresses, values of the database and numbers as long as an identity card's."""
    text = _DATABASE_VALUES.sub(lambda found: f"{found[1]}(…)", text)
    return _LONG_NUMBER.sub("…", _MAIL.sub("…@…", text))


def encode(text: str) -> str:
    """One line that no terminal obeys: control characters are written as their numbers."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def message_of(record: logging.LogRecord) -> str:
    """What the record says, without what it may not say."""
    if record.name.startswith(_FIXED_WORDS):
        return _fixed_words(record)
    if record.name == "celery.app.trace":
        return _task_message(record)
    try:
        return scrub(record.getMessage())
    except Exception:
        return scrub(str(record.msg))


def _fixed_words(record: logging.LogRecord) -> str:
    """«Not Found» of «%s: %s» (reason, address): the reason stands first where the words are few."""
    words = str(record.msg)
    if words == "%s: %s" and isinstance(record.args, tuple):
        words = str(record.args[0])
    return scrub(re.split("[%'\"]", words)[0].rstrip(": ("))


def _task_message(record: logging.LogRecord) -> str:
    """Celery adds the result or the exception with its message; the outcome is enough."""
    data: Any = getattr(record, "data", None) or record.args
    if not isinstance(data, dict):
        return scrub(str(record.msg).partition("%")[0])
    words = data.get("description") or ("succeeded" if record.levelno == logging.INFO else "ended")
    runtime = data.get("runtime")
    spent = f" in {runtime:.3f}s" if isinstance(runtime, float) else ""
    return f"Task {data.get('name')}[{data.get('id')}] {words}{spent}"


def describe(error: BaseException) -> dict[str, Any]:
    """An exception by its kind, the places it passed, and for the database its code and constraint."""
    found: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, _SPEAK_OF_CODE):
        found["message"] = scrub(str(error))[:300]
    elif isinstance(error, OSError) and error.strerror:
        found["message"] = f"[Errno {error.errno}] {error.strerror}"
    driver = error if isinstance(error, DriverError) else error.__cause__
    if isinstance(error, DjangoDatabaseError | DriverError) and isinstance(driver, DriverError):
        facts = driver.diag
        found |= {
            name: value
            for name, value in (
                ("sqlstate", driver.pgcode),
                ("constraint", facts.constraint_name),
                ("table", facts.table_name),
            )
            if value
        }  # fmt: skip
    found["places"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and before is not error:
        found["caused_by"] = describe(before)
    return found


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    found: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": message_of(record),
    }
    for name, code in (("request_id", request_code.get()), ("task_id", task_code.get())):
        if code:
            found[name] = code
    found |= {name: value for name in _EXTRAS if (value := getattr(record, name, None)) is not None}
    error = record.exc_info[1] if record.exc_info and not isinstance(record.exc_info, bool) else None
    if error is not None:
        found["error"] = describe(error)
    return found


class JsonLine(JsonFormatter):
    """One JSON object per line, for the log store of production."""

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False, json_default=str)

    def format(self, record: logging.LogRecord) -> str:
        # Not the whole record: what may be written is decided by _facts.
        return encode(self.jsonify_log_record(_facts(record)))


class PlainLine(logging.Formatter):
    """One line for a person at a terminal; the places of an exception follow it, indented."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        codes = " ".join(facts[name] for name in ("request_id", "task_id") if name in facts)
        head = f"{facts['time']} {facts['level']} {facts['logger']} {facts['message']}"
        extras = " ".join(f"{name}={facts[name]}" for name in _EXTRAS if name in facts)
        lines = [" ".join(part for part in (head, extras, codes) if part)]
        error = facts.get("error")
        while error:
            lines += [f"    {place}" for place in error["places"]]
            lines.append(f"    {error['type']}: {error.get('message', error.get('sqlstate', ''))}")
            error = error.get("caused_by")
        return "\n".join(encode(line) for line in lines)


# --- requests ------------------------------------------------------------------------------------
def request_code_of(request: HttpRequest) -> str:
    """The code of a request: the one our proxy gave it when there is a proxy and the code is well-formed,
    else one of our own.
    """
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    if settings.BEHIND_PROXY and _WELL_FORMED.fullmatch(given):
        return given
    return uuid.uuid4().hex[:12]


def access_log_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """One line per request: route, status, time taken, number of the account. Gives the request its code."""

    def middleware(request: HttpRequest) -> HttpResponse:
        code = request_code_of(request)
        request.request_id = code
        token, started = request_code.set(code), perf_counter()
        status = 500
        try:
            response = get_response(request)
            status = response.status_code
            response["X-Request-ID"] = code
            return response
        finally:
            _tell(request, status, perf_counter() - started)
            request_code.reset(token)

    return middleware


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    match = getattr(request, "resolver_match", None)
    actor = getattr(request, "actor", None)
    access.info(
        "request",
        extra={
            "method": request.method if request.method in _METHODS else "other",
            "route": match.view_name if match else "",
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
            "actor": actor.user_id if actor else None,
        },
    )


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
