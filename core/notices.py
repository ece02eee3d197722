"""Telling people: one notice per event and person, written in the transaction of the change it tells about.

The inbox always has it; whether a letter goes out too, each person decides (NoticePreference). Letters are
written to core.outbox by the same call, so a notice and its letter are kept together or not at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max, Q
from django.template.loader import render_to_string
from django.utils import timezone

from core import clock, outbox
from core.models import MailMode, Notice, NoticePreference, OutboxMessage

KEEP_MONTHS = 24
DIGEST_REACH = timedelta(days=7)  # a digest that could not be sent for days does not reach further back
DIGEST_LINES = 20


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice as people see it among their preferences.

    is_security: about the safety of the account; always sent by letter at once and cannot be muted.
    """

    key: str
    label: str
    group: str
    is_security: bool = False


@dataclass(frozen=True)
class DigestPart:
    """A section of the daily letter: heading and lines (sentence, path of the page or "")."""

    heading: str
    lines: list[tuple[str, str]] = field(default_factory=list)


DigestSource = Callable[[AbstractBaseUser, date], Iterable[DigestPart]]

_kinds: dict[str, NoticeKind] = {}
_digest_sources: list[DigestSource] = []
_names: list[Callable[[list[int]], dict[int, str]]] = []


# --- what the apps above declare -------------------------------------------------------------------
def register_kinds(labels: Mapping[str, str], *, group: str, security: bool = False) -> None:
    """Declare an app's kinds of notices: key → Vietnamese label, under a heading of the preferences page."""
    _kinds.update({key: NoticeKind(key, label, group, security) for key, label in labels.items()})


def register_digest(source: DigestSource) -> None:
    """Add a source of the daily letter: (user, today) → sections; nothing for those who are done."""
    _digest_sources.append(source)


def register_names(names_of: Callable[[list[int]], dict[int, str]]) -> None:
    """Install the function user ids → names by which letters greet people; called once at start-up."""
    _names[:] = [names_of]


def kinds() -> dict[str, list[NoticeKind]]:
    """All kinds by heading, in the order of their registration."""
    found: dict[str, list[NoticeKind]] = {}
    for kind in _kinds.values():
        found.setdefault(kind.group, []).append(kind)
    return found


def is_known(kind: str) -> bool:
    """Whether somebody registered the kind."""
    return kind in _kinds


def label_of(kind: str) -> str:
    """The Vietnamese name of a kind; «Thông báo» when nobody registered it (a test forbids that)."""
    return _kinds[kind].label if kind in _kinds else "Thông báo"


# --- telling -------------------------------------------------------------------------------------
@transaction.atomic
def send(user_ids: Iterable[int], kind: str, text: str, url: str = "", key: str = "") -> int:
    """Write a notice for each person, and a letter for those who wish one; returns how many were told.

    text: one Vietnamese sentence, at most 500 characters. key names the event: with it nobody is told twice,
    however often this is called; without it every call tells anew.
    """
    ids = sorted(set(user_ids))
    if key:
        told = set(Notice.objects.filter(user_id__in=ids, key=key).values_list("user_id", flat=True))
        ids = [user_id for user_id in ids if user_id not in told]
    rows = [Notice(user_id=u, kind=kind, text=text[:500], url=url, key=key) for u in ids]
    rows = Notice.objects.bulk_create(rows, ignore_conflicts=bool(key))
    _send_letters(rows, kind)
    return len(rows)


def _send_letters(rows: list[Notice], kind: str) -> None:
    """Letters of the people who want one for each notice; the others find it in their digest, or nowhere."""
    is_security = kind in _kinds and _kinds[kind].is_security
    people = get_user_model().objects.filter(pk__in=[row.user_id for row in rows], is_active=True)
    if not is_security:
        wishes = NoticePreference.objects.filter(mail_mode=MailMode.EACH).exclude(
            muted_kinds__contains=[kind]
        )
        people = people.filter(pk__in=wishes.values("user_id"))
    addresses = dict(people.exclude(email="").values_list("pk", "email"))
    names = _names[0](list(addresses)) if _names and addresses else {}
    letters = []
    for row in rows:
        if row.user_id not in addresses:
            continue
        body = render_to_string(
            "mail/notice.txt",
            {"name": names.get(row.user_id, ""), "text": row.text, "link": absolute(row.url), **_frame()},
        )
        event = f"{row.key}:{row.user_id}" if row.key else str(row.pk)
        letters.append(
            outbox.letter(
                f"notice:{event}", addresses[row.user_id], label_of(kind), body, user_id=row.user_id
            )
        )
    outbox.write_many(letters)


def absolute(path: str) -> str:
    """The whole address of one of our pages for a letter; empty for anything that is not our own path."""
    if not path.startswith("/") or path.startswith("//"):
        return ""
    return settings.PUBLIC_URL.rstrip("/") + path


def _frame() -> dict[str, str]:
    return {"product": outbox.PRODUCT_NAME, "home": settings.PUBLIC_URL}


# --- the inbox -----------------------------------------------------------------------------------
def mark_all_read(user_id: int) -> int:
    """Mark every notice of one person as read; returns how many changed."""
    return Notice.objects.filter(user_id=user_id, read_at=None).update(read_at=clock.now())


def mark_read(notice: Notice) -> None:
    """Mark one notice as read; the time of the first reading stays."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())


def preference_of(user_id: int) -> NoticePreference:
    """How a person wishes to be told; the ordinary way when nothing was ever chosen."""
    return NoticePreference.objects.filter(user_id=user_id).first() or NoticePreference(user_id=user_id)


def save_preference(user_id: int, mail_mode: str, muted_kinds: Iterable[str]) -> None:
    """Keep how a person wishes to be told. Kinds about the account's safety cannot be muted."""
    muted = sorted(k for k in set(muted_kinds) if k in _kinds and not _kinds[k].is_security)
    NoticePreference.objects.update_or_create(
        user_id=user_id, defaults={"mail_mode": mail_mode, "muted_kinds": muted}
    )


# --- the daily letter ----------------------------------------------------------------------------
def digest_readers() -> list[int]:
    """People who get the daily letter: active, with an address, not those who wish no letters."""
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    people = people.exclude(notice_preference__mail_mode=MailMode.NONE)
    return list(people.order_by("pk").values_list("pk", flat=True))


def send_digest(user_id: int, today: date) -> bool:
    """Write one person's letter of the day: work overdue and due soon, unread news since the last letter.

    Once a day whatever happens; False when there is nothing to tell.
    """
    user = get_user_model().objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    preference = preference_of(user_id)
    key = f"digest:{user_id}:{today:%Y-%m-%d}"
    if (
        user is None
        or preference.mail_mode == MailMode.NONE
        or OutboxMessage.objects.filter(key=key).exists()
    ):
        return False
    parts = [part for source in _digest_sources for part in source(user, today) if part.lines]
    if preference.mail_mode == MailMode.DIGEST:
        parts += _news(user_id, preference.muted_kinds)
    if not parts:
        return False
    sections = [
        {
            "heading": part.heading,
            "lines": [(text, absolute(path)) for text, path in part.lines[:DIGEST_LINES]],
            "more": max(0, len(part.lines) - DIGEST_LINES),
        }
        for part in parts
    ]
    names = _names[0]([user_id]) if _names else {}
    body = render_to_string(
        "mail/digest.txt", {"name": names.get(user_id, ""), "today": today, "parts": sections, **_frame()}
    )
    with transaction.atomic():
        outbox.write(key, user.email, f"Việc và tin ngày {today:%d/%m/%Y}", body, user_id=user_id)
    return True


def _news(user_id: int, muted: list[str]) -> list[DigestPart]:
    """Unread notices since the last digest; those that went out as letters of their own are left out."""
    last = OutboxMessage.objects.filter(user_id=user_id, key__startswith=f"digest:{user_id}:")
    since = clock.now() - DIGEST_REACH
    told = last.aggregate(at=Max("created_at"))["at"]
    if told is not None:
        since = max(since, told - (timezone.now() - clock.now()))  # letters carry the real time
    security = [kind.key for kind in _kinds.values() if kind.is_security]
    rows = Notice.objects.filter(user_id=user_id, read_at=None, created_at__gt=since)
    rows = rows.exclude(Q(kind__in=[*muted, *security]))
    lines = list(rows.values_list("text", "url"))
    return [DigestPart("Thông báo mới", lines)] if lines else []


def sweep(now_months: int = KEEP_MONTHS) -> int:
    """Delete notices older than the months kept; returns how many."""
    return Notice.objects.filter(created_at__lt=clock.now() - timedelta(days=now_months * 30.44)).delete()[0]
