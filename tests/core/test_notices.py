"""Everybody is told once, in the inbox always and by letter as each person wishes."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from core import clock, notices, outbox, tasks
from core.models import FormDraft, FormSubmission, MailMode, Notice, NoticePreference, OutboxMessage
from tests.builders import TODAY
from tests.builders_campaigns import launched
from tests.world import World
from units.permissions import Actor

ROOT = Path(__file__).resolve().parent.parent.parent
SignIn = Callable[[Actor | None], Client]
pytestmark = pytest.mark.django_db


def wish(actor: Actor, mode: str, *muted: str) -> None:
    NoticePreference.objects.update_or_create(
        user=actor.user, defaults={"mail_mode": mode, "muted_kinds": list(muted)}
    )


# --- once ------------------------------------------------------------------------------------------
def test_an_event_is_told_to_a_person_once(world: World) -> None:
    wish(world.officer, MailMode.EACH)
    people = [world.officer.user_id, world.head.user_id, world.officer.user_id]

    first = notices.send(people, "report.ready", "Báo cáo đã xong.", "/reports/1/", key="report:1")
    again = notices.send([*people, world.leader.user_id], "report.ready", "Báo cáo đã xong.", key="report:1")

    assert (first, again) == (2, 1)
    assert Notice.objects.filter(user=world.officer.user).count() == 1
    assert OutboxMessage.objects.count() == 1


def test_without_a_key_each_call_tells_anew(world: World) -> None:
    for _ in range(2):
        notices.send([world.officer.user_id], "report.ready", "Báo cáo đã xong.")

    assert Notice.objects.count() == 2


def test_notice_and_letter_are_undone_with_the_change(world: World) -> None:
    wish(world.officer, MailMode.EACH)
    with transaction.atomic():
        notices.send([world.officer.user_id], "report.ready", "Báo cáo đã xong.")
        assert OutboxMessage.objects.exists()
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert not OutboxMessage.objects.exists()


# --- letters as each person wishes ---------------------------------------------------------------------
def test_letters_follow_the_wish_of_each_person(world: World, settings) -> None:
    settings.PUBLIC_URL = "https://thidua.example"
    wish(world.officer, MailMode.EACH)
    wish(world.head, MailMode.NONE)
    wish(world.leader, MailMode.EACH, "report.ready")
    people = [a.user_id for a in (world.officer, world.head, world.leader, world.specialist)]

    notices.send(people, "report.ready", "Báo cáo <b>Quý & Năm</b> đã xong.", "/reports/1/")

    letter = OutboxMessage.objects.get()
    assert letter.user == world.officer.user
    assert letter.subject == "Thi đua · Khen thưởng: Báo cáo đã lập xong"
    assert letter.body == (
        "Kính gửi đồng chí Trần Thị Cán Bộ,\n\nBáo cáo <b>Quý & Năm</b> đã xong.\n\n"
        "Xem chi tiết: https://thidua.example/reports/1/\n\n--\nThi đua · Khen thưởng\n"
        "Thư tự động, xin không trả lời. Chọn cách nhận thư tại trang Thông báo: https://thidua.example\n\n"
    )
    assert Notice.objects.count() == 4


def test_letters_about_the_safety_of_an_account_always_go_out(world: World) -> None:
    wish(world.head, MailMode.NONE, "account")

    notices.send([world.head.user_id, world.officer.user_id], "account", "Mật khẩu vừa được đổi.")

    assert set(OutboxMessage.objects.values_list("user_id", flat=True)) == {
        world.head.user_id,
        world.officer.user_id,
    }


def test_people_who_left_get_no_letter(world: World) -> None:
    world.officer.user.is_active = False
    world.officer.user.save()
    notices.send([world.officer.user_id], "account", "Mật khẩu vừa được đổi.")

    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("url", ["//xau.example/", "https://xau.example/", "javascript:alert(1)"])
def test_links_in_letters_lead_to_us_only(url: str) -> None:
    assert notices.absolute(url) == ""


def test_telling_many_costs_the_same_number_of_queries(world: World, django_assert_num_queries) -> None:
    people = [world.officer, world.head, world.leader, world.specialist]
    for actor in people:
        wish(actor, MailMode.EACH)
    notices.send([world.officer.user_id], "report.ready", "Tin")

    with django_assert_num_queries(6):
        notices.send([world.officer.user_id], "report.ready", "Tin")
    with django_assert_num_queries(6):
        notices.send([actor.user_id for actor in people], "report.ready", "Tin")


# --- the digest ---------------------------------------------------------------------------------------
def test_the_digest_tells_of_overdue_work_and_news_once_a_day(world: World) -> None:
    campaign = launched(world)
    Campaign.objects.filter(pk=campaign.pk).update(pledge_due_on=TODAY - timedelta(days=2))
    Notice.objects.all().delete()
    notices.send([world.officer.user_id], "report.ready", "Báo cáo quý đã xong.", "/reports/1/")

    assert notices.send_digest(world.officer.user_id, TODAY)
    assert not notices.send_digest(world.officer.user_id, TODAY)

    letter = OutboxMessage.objects.get()
    assert letter.subject == "Thi đua · Khen thưởng: Việc và tin ngày 16/12/2024"
    assert letter.body.startswith("Kính gửi đồng chí Trần Thị Cán Bộ,")
    assert "Thông báo mới\n- Báo cáo quý đã xong." in letter.body
    assert f"Việc quá hạn\n- Xác nhận đã nhận phong trào – {campaign.title[:40]}" in letter.body
    assert "(hạn 14/12/2024)" in letter.body


def test_the_digest_is_silent_for_those_who_are_done(world: World) -> None:
    assert not notices.send_digest(world.head.user_id, TODAY)
    notices.send([world.head.user_id], "report.ready", "Báo cáo quý đã xong.")
    notices.mark_all_read(world.head.user_id)
    assert not notices.send_digest(world.head.user_id, TODAY)
    wish(world.officer, MailMode.NONE)
    notices.send([world.officer.user_id], "report.ready", "Báo cáo quý đã xong.")
    assert not notices.send_digest(world.officer.user_id, TODAY)

    assert not OutboxMessage.objects.exists()


def test_news_told_in_one_digest_are_not_told_in_the_next(world: World) -> None:
    notices.send([world.head.user_id], "report.ready", "Báo cáo quý một đã xong.")
    assert notices.send_digest(world.head.user_id, TODAY)
    assert not notices.send_digest(world.head.user_id, TODAY + timedelta(days=1))
    notices.send([world.head.user_id], "report.ready", "Báo cáo quý hai đã xong.")
    assert notices.send_digest(world.head.user_id, TODAY + timedelta(days=1))

    body = OutboxMessage.objects.last().body
    assert "quý hai" in body
    assert "quý một" not in body


def test_the_digest_leaves_out_muted_kinds(world: World) -> None:
    wish(world.head, MailMode.DIGEST, "report.ready")
    notices.send([world.head.user_id], "report.ready", "Báo cáo quý một đã xong.")

    assert not notices.send_digest(world.head.user_id, TODAY)


def test_digests_of_all_are_written_by_the_task_and_sent_by_the_relay(world: World, settings) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    notices.send([world.head.user_id], "report.ready", "Báo cáo quý đã xong.")
    tasks.send_some_digests(notices.digest_readers(), TODAY.isoformat())
    tasks.send_some_digests(notices.digest_readers(), TODAY.isoformat())
    outbox.relay()

    assert [m.to for m in mail.outbox if m.to == [world.head.user.email]] == [[world.head.user.email]]


# --- the inbox ----------------------------------------------------------------------------------------
def test_the_inbox_groups_by_day_and_filters_unread(world: World, sign_in: SignIn) -> None:
    today, before = clock.now(), clock.now() - timedelta(days=1)
    old = Notice.objects.create(
        user=world.officer.user, kind="report.ready", text="Tin cũ", created_at=before, read_at=before
    )
    Notice.objects.create(user=world.officer.user, kind="report.ready", text="Tin mới", created_at=today)
    client = sign_in(world.officer)

    page = client.get(reverse("units:notices")).content.decode()
    assert page.index("Hôm nay, 16/12/2024") < page.index("Tin mới") < page.index("Hôm qua, 15/12/2024")
    assert page.index("Hôm qua") < page.index(old.text)
    unread = client.get(reverse("units:notices"), {"show": "unread"}).content.decode()
    assert "Tin mới" in unread
    assert "Tin cũ" not in unread


def test_reading_marks_only_by_post_and_only_ones_own(world: World, sign_in: SignIn) -> None:
    mine = Notice.objects.create(user=world.officer.user, kind="report.ready", text="Tin", url="/units/")
    other = Notice.objects.create(user=world.head.user, kind="report.ready", text="Tin", url="/units/")
    client = sign_in(world.officer)

    assert client.get(reverse("units:notice-open", args=[mine.pk])).status_code == 405
    assert client.get(reverse("units:notices")).status_code == 200
    mine.refresh_from_db()
    assert mine.read_at is None

    answer = client.post(reverse("units:notice-open", args=[mine.pk]))
    assert (answer.status_code, answer["Location"]) == (303, "/units/")
    assert client.post(reverse("units:notice-open", args=[other.pk])).status_code == 404
    assert client.post(reverse("units:notice-read", args=[other.pk])).status_code == 404
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at is not None
    assert other.read_at is None


def test_opening_never_leaves_the_house(world: World, sign_in: SignIn) -> None:
    notice = Notice.objects.create(user=world.officer.user, kind="x", text="Tin", url="//xau.example/")

    answer = sign_in(world.officer).post(reverse("units:notice-open", args=[notice.pk]))

    assert answer["Location"] == reverse("units:notices")


def test_preferences_are_shown_and_kept(world: World, sign_in: SignIn) -> None:
    client, url = sign_in(world.officer), reverse("units:notice-preferences")
    page = client.get(url)
    form = page.context["form"]
    ticked = {name: list(field.initial) for name, field in form.fields.items() if name != "mail_mode"}
    assert "Báo cáo đã lập xong" in page.content.decode()
    assert "không tắt được" in page.content.decode()

    name = next(name for name, keys in ticked.items() if "report.ready" in keys)
    ticked[name].remove("report.ready")
    assert client.post(url, ticked | {"mail_mode": "each"}).status_code == 303
    assert client.post(url, ticked | {"mail_mode": "hourly"}).status_code == 422

    kept = NoticePreference.objects.get(user=world.officer.user)
    assert (kept.mail_mode, kept.muted_kinds) == ("each", ["report.ready"])
    assert "report.ready" not in client.get(url).context["form"].fields[name].initial


# --- kinds and keeping --------------------------------------------------------------------------------
def sends() -> Iterator[tuple[str, ast.Module, ast.expr]]:
    for path in sorted(ROOT.glob("*/**/*.py")):
        if path.relative_to(ROOT).parts[0] in {"tests", "bench", "demo", ".venv", "var"}:
            continue
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source if "notices.send(" in source else "")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "notices.send":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", tree, node.args[1]


def values(tree: ast.Module, kind: ast.expr) -> set[str]:
    """What a kind may be: the word itself, or what callers of the function around it pass for its
    parameter.
    """
    if isinstance(kind, ast.Constant):
        return {str(kind.value)}
    if not isinstance(kind, ast.Name):
        return set()
    found = set()
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        names = [argument.arg for argument in function.args.args]
        if kind.id not in names or kind not in list(ast.walk(function)):
            continue
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            if ast.unparse(call.func) == function.name:
                found |= values(tree, call.args[names.index(kind.id)])
    return found


def test_every_kind_that_is_sent_has_a_vietnamese_name() -> None:
    # composed of the steps of the workflow, or passed on as it was
    composed = {"f'nomination.{step.name}'", "notice.kind"}
    unknown, seen = [], 0
    for place, tree, kind in sends():
        found = values(tree, kind)
        if not found:
            assert ast.unparse(kind) in composed, place
        seen += len(found)
        unknown += [f"{place}: {key}" for key in sorted(found) if not notices.is_known(key)]

    assert unknown == []
    assert seen > 15
    for step in ("ask_signature", "submit", "return", "receive", "forward", "pass", "fail"):
        assert notices.is_known(f"nomination.{step}")


def test_old_rows_are_swept(world: World) -> None:
    user, old = world.officer.user, clock.now() - timedelta(days=740)
    Notice.objects.create(user=user, kind="x", text="Cũ", created_at=old)
    Notice.objects.create(user=user, kind="x", text="Mới")
    FormDraft.objects.create(user=user, key="cũ", values={}, saved_at=old)
    FormDraft.objects.create(user=user, key="mới", values={})
    form = FormSubmission.objects.create(user=user, key="8b6f6ad2-4a3f-4a70-9a57-4f4a7d1f0b11")
    FormSubmission.objects.filter(pk=form.pk).update(created_at=timezone.now() - timedelta(days=8))
    FormSubmission.objects.create(user=user, key="8b6f6ad2-4a3f-4a70-9a57-4f4a7d1f0b12")

    assert tasks.sweep() == {"notices": 1, "letters": 0, "forms": 1, "drafts": 1}
    assert Notice.objects.get().text == "Mới"
    assert FormDraft.objects.get().key == "mới"
