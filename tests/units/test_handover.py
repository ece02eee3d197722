import io
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from campaigns.choices import CampaignState, PledgeState
from campaigns.models import Campaign, ContentItem, Pledge
from core import notices
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import AuditEntry, FormDraft, Notice
from tests.builders import TODAY, give_role, make_person, make_posting, make_user
from tests.world import World
from units import permissions
from units.actions import handover as actions
from units.actions import roles
from units.choices import HandoverState, Role
from units.desk import desk_of
from units.models import Handover, RoleAssignment, UnitUserGrant, User
from units.permissions import Actor, actor_for
from units.role_matrix import ROLE_MATRIX

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor | None], Client]


@pytest.fixture
def heir(world: World) -> User:
    person = make_person("Phan Thị Kế Nhiệm")
    make_posting(person, world.agency, "Chuyên viên chính")
    return make_user("ke-nhiem", person)


@pytest.fixture
def work(world: World) -> Pledge:
    """Open work of the agency: a pledge still being written."""
    campaign = Campaign.objects.create(
        unit=world.ministry, issuer_name="Bộ", title="Phong trào thi đua năm 2024",
        year_from=2024, year_to=2024, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31),
        state=CampaignState.LAUNCHED, pledge_due_on=TODAY + timedelta(days=10),
    )  # fmt: skip
    ContentItem.objects.create(campaign=campaign, position=1, text="Nội dung")
    return Pledge.objects.create(campaign=campaign, unit=world.agency, year=2024, state=PledgeState.DRAFT)


def keep_draft(user: User, unit_id: int | None, key: str = "pledges.1.edit", **facts: object) -> FormDraft:
    given = {
        "values": {"summary": "dở dang"},
        "path": "/pledges/1/edit/",
        "title": "Sửa đăng ký thi đua",
    } | facts
    return FormDraft.objects.create(user=user, key=key, scope_id=unit_id, **(given | facts))


def data(successor: User, **facts: object) -> dict:
    return {"successor": successor, "document": "QĐ 15/QĐ-TCCB", "on": TODAY} | facts


def prepared(world: World, successor: User, **facts: object) -> Handover:
    return actions.prepare_handover(
        world.officer.assignment.pk, data(successor, **facts), actor=world.officer
    )


def offered(world: World, successor: User, **facts: object) -> Handover:
    return actions.offer_handover(prepared(world, successor, **facts).pk, actor=world.officer)


# --- the pack ------------------------------------------------------------------------------------
def test_the_pack_holds_work_drafts_dates_contacts_and_unread_notices(
    world: World, heir: User, work: Pledge
) -> None:
    keep_draft(world.officer.user, world.agency.pk)
    keep_draft(world.officer.user, world.institute.pk, key="pledges.9.edit", title="Của đơn vị khác")
    keep_draft(world.officer.user, world.agency.pk, key="accounts.3.roles", title="Việc riêng")
    notices.send([world.officer.user.pk], "campaign.launch", "Phong trào mới", "/campaigns/1/")
    notices.send([world.officer.user.pk], "role.assign", "Chuyện riêng của tài khoản")

    handover = prepared(world, heir)

    assert [row["what"] for row in handover.pack["work"]] == ["Hoàn thiện đăng ký thi đua năm 2024"]
    assert [row["title"] for row in handover.pack["drafts"]] == ["Sửa đăng ký thi đua"]
    assert [row["text"] for row in handover.pack["notices"]] == ["Phong trào mới"]
    assert handover.pack["giver"]["name"] == "Trần Thị Cán Bộ"
    assert handover.pack["successor"]["post"] == "Chuyên viên chính"
    for words in ("Lê Văn Thủ Trưởng – Thủ trưởng đơn vị", "Vũ Thị Phòng", "Phạm Thị Chuyên Viên"):
        assert words in handover.contacts
    assert "Bùi Thị Viện" not in handover.contacts
    assert world.head.user.email in handover.contacts


def test_dates_reach_ninety_days(world: World, heir: User, work: Pledge) -> None:
    pledge = work
    pledge.state = PledgeState.APPROVED
    pledge.save()
    content = ContentItem.objects.get(campaign=pledge.campaign)
    Campaign.objects.filter(pk=pledge.campaign_id).update(ends_on=TODAY + timedelta(days=200))
    for days in (5, 45, 89, 91):
        pledge.targets.create(
            content=content, name=f"Sau {days} ngày", value=1, due_on=TODAY + timedelta(days=days)
        )
    found = [row["what"] for row in prepared(world, heir).pack["dates"]]
    assert found == [f"Hạn chỉ tiêu: Sau {days} ngày" for days in (5, 45, 89)]


def test_notices_of_somebody_with_other_roles_stay_with_them(world: World, heir: User) -> None:
    give_role(world.officer.user, Role.UNIT_OFFICER, world.institute)
    notices.send([world.officer.user.pk], "campaign.launch", "Việc của Viện", "/campaigns/1/")
    handover = offered(world, heir)
    assert handover.pack["notices"] == []
    actions.confirm_handover(handover.pk, actor=Actor(user=heir, assignment=None))
    assert not Notice.objects.filter(user=heir, text="Việc của Viện").exists()


# --- confirming ----------------------------------------------------------------------------------
def test_from_the_confirmation_on_desk_drafts_and_reminders_are_the_successors(
    world: World, heir: User, work: Pledge
) -> None:
    keep_draft(world.officer.user, world.agency.pk)
    notices.send([world.officer.user.pk], "campaign.launch", "Phong trào mới", "/campaigns/1/")
    handover = offered(world, heir)
    assert actor_for(heir).assignment is None
    assert permissions.allows(actor_for(world.officer.user), "pledge.edit", world.agency)

    actions.confirm_handover(handover.pk, actor=actor_for(heir))

    now, before = actor_for(heir), actor_for(world.officer.user)
    assert (now.role, now.unit) == (Role.UNIT_OFFICER, world.agency)
    assert before.permissions == frozenset()
    assert not UnitUserGrant.objects.filter(user=world.officer.user).exists()
    assert [item.what for item in desk_of(now, TODAY).mine] == ["Hoàn thiện đăng ký thi đua năm 2024"]
    assert list(FormDraft.objects.values_list("user", "key")) == [(heir.pk, "pledges.1.edit")]
    assert Notice.objects.filter(user=heir, text="Phong trào mới", read_at=None).count() == 1
    assert not Notice.objects.filter(user=world.officer.user, text="Phong trào mới", read_at=None).exists()
    new = now.assignment
    assert (new.valid_from, new.valid_to, new.document) == (TODAY, None, "QĐ 15/QĐ-TCCB")
    world.officer.assignment.refresh_from_db()
    assert world.officer.assignment.valid_to == TODAY
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "handover.prepare", "handover.offer", "role.end", "role.assign", "handover.confirm",
    ]  # fmt: skip


def test_both_sides_and_the_head_are_told(world: World, heir: User) -> None:
    handover = offered(world, heir)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    told = Notice.objects.filter(kind="handover.confirm").values_list("user", flat=True)
    assert set(told) == {world.officer.user.pk, heir.pk, world.head.user.pk}


def test_two_drafts_of_one_form_are_both_kept_and_change_places(
    world: World, heir: User, sign_in: SignIn
) -> None:
    theirs = keep_draft(world.officer.user, world.agency.pk, values={"summary": "của người trước"})
    own = keep_draft(heir, world.agency.pk, values={"summary": "của tôi"})
    handover = offered(world, heir)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    rows = {row.key: row.values["summary"] for row in FormDraft.objects.filter(user=heir)}
    other = f"pledges.1.edit~{theirs.pk}"
    assert rows == {"pledges.1.edit": "của tôi", other: "của người trước"}

    answer = sign_in(actor_for(heir)).post(reverse("core:draft-use", args=[other]))

    assert answer["Location"] == "/pledges/1/edit/"
    rows = {row.key: row.values["summary"] for row in FormDraft.objects.filter(user=heir)}
    assert rows == {"pledges.1.edit": "của người trước", other: "của tôi"}
    assert own.pk != theirs.pk


def test_confirming_twice_has_one_effect(world: World, heir: User) -> None:
    handover = offered(world, heir)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    with pytest.raises(StaleState):
        actions.confirm_handover(handover.pk, actor=actor_for(heir))
    assert heir.assignments.count() == 1


def test_nobody_else_confirms(world: World, heir: User) -> None:
    handover = offered(world, heir)
    for actor in (world.officer, world.head, world.admin, world.foreign_officer):
        with pytest.raises(Forbidden, match="Chỉ người nhận"):
            actions.confirm_handover(handover.pk, actor=actor)
    assert heir.assignments.count() == 0


def test_not_before_the_day_of_the_handover(world: World, heir: User, settings) -> None:
    handover = offered(world, heir, on=TODAY + timedelta(days=5))
    with pytest.raises(RuleBroken, match="21/12/2024"):
        actions.confirm_handover(handover.pk, actor=actor_for(heir))
    settings.WORKING_DATE = TODAY + timedelta(days=5)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    assert heir.assignments.get().valid_from == TODAY + timedelta(days=5)


def test_a_role_the_successor_already_has_is_used(world: World, heir: User) -> None:
    future = give_role(heir, Role.UNIT_OFFICER, world.agency, valid_from=TODAY + timedelta(days=16))
    handover = offered(world, heir)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    given = heir.assignments.get()
    assert (given.pk, given.valid_from) == (future.pk, TODAY)


def test_the_givers_role_may_have_run_out_meanwhile(world: World, heir: User, settings) -> None:
    handover = offered(world, heir)
    RoleAssignment.objects.filter(pk=world.officer.assignment.pk).update(valid_to=TODAY + timedelta(days=2))
    settings.WORKING_DATE = TODAY + timedelta(days=3)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    assert actor_for(heir).role == Role.UNIT_OFFICER
    world.officer.assignment.refresh_from_db()
    assert world.officer.assignment.valid_to == TODAY + timedelta(days=2)


def test_the_substitute_of_the_giver_goes_and_the_successor_stays(world: World, heir: User) -> None:
    roles.name_substitute(
        world.officer.assignment.pk, heir, valid_from=TODAY, valid_to=TODAY + timedelta(days=9),
        document="UQ", actor=world.officer,
    )  # fmt: skip
    handover = offered(world, heir)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    given = heir.assignments.active_on(TODAY).get()
    assert (given.substitute_for, given.valid_to) == (None, None)


def test_a_failure_in_the_middle_changes_nothing(world: World, heir: User, monkeypatch) -> None:
    keep_draft(world.officer.user, world.agency.pk)
    handover = offered(world, heir)
    entries = AuditEntry.objects.count()
    FormDraft.objects.create(user=heir, key="x", values={})

    def broken(*_: object, **__: object) -> int:
        raise ConnectionError("mất kết nối")

    monkeypatch.setattr("units.actions.handover.notices.send", broken)
    with pytest.raises(ConnectionError):
        actions.confirm_handover(handover.pk, actor=actor_for(heir))
    handover.refresh_from_db()
    assert handover.state == HandoverState.OFFERED
    assert actor_for(world.officer.user).role == Role.UNIT_OFFICER
    assert FormDraft.objects.filter(user=world.officer.user).count() == 1
    assert AuditEntry.objects.count() == entries


# --- steps ---------------------------------------------------------------------------------------
def test_declining_needs_a_reason_and_leaves_the_role(world: World, heir: User, sign_in: SignIn) -> None:
    handover = offered(world, heir)
    client = sign_in(None)
    client.force_login(heir, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("units:handover-decline", args=[handover.pk])
    assert client.post(url, {"note": " "}).status_code == 422
    assert client.post(url, {"note": "Tôi chuyển công tác từ tháng 01."}).status_code == 303
    handover.refresh_from_db()
    assert handover.state == HandoverState.DECLINED
    assert actor_for(world.officer.user).role == Role.UNIT_OFFICER
    assert Notice.objects.filter(user=world.officer.user, text__contains="chuyển công tác").count() == 1
    prepared(world, heir)  # another handover may begin


def test_the_giver_withdraws_changes_and_cancels(world: World, heir: User) -> None:
    handover = offered(world, heir)
    actions.withdraw_handover(handover.pk, actor=world.officer)
    handover.refresh_from_db()
    changed = data(heir, notes="Hồ sơ giấy ở tủ số 3.", contacts="Chị Hoa, máy lẻ 12")
    actions.save_handover(handover.pk, changed, version=handover.version, actor=world.officer)
    with pytest.raises(StaleState):
        actions.save_handover(handover.pk, changed, version=handover.version, actor=world.officer)
    with pytest.raises(StaleState):
        actions.confirm_handover(handover.pk, actor=actor_for(heir))
    actions.cancel_handover(handover.pk, actor=world.officer)
    with pytest.raises(StaleState, match="Đã hủy"):
        actions.offer_handover(handover.pk, actor=world.officer)


def test_one_open_handover_of_a_role(world: World, heir: User) -> None:
    prepared(world, heir)
    with pytest.raises(ValidationError, match="đang có một lần bàn giao chưa xong"):
        prepared(world, heir)


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"on": TODAY - timedelta(days=1)}, "không được trước hôm nay"), ({"document": " "}, "Chưa điền")],
)
def test_wrong_facts_are_refused(world: World, heir: User, facts: dict, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        prepared(world, heir, **facts)
    assert not Handover.objects.exists()


def test_the_successor_works_in_the_unit(world: World, heir: User) -> None:
    with pytest.raises(RuleBroken, match="giữ vị trí tại đơn vị"):
        prepared(world, world.foreign_officer.user)
    with pytest.raises(RuleBroken, match="khác người giao"):
        prepared(world, world.officer.user)
    heir.is_active = False
    heir.save()
    with pytest.raises(RuleBroken, match="tài khoản đang hoạt động"):
        prepared(world, heir)


def test_only_the_holder_or_an_administrator_prepares(world: World, heir: User) -> None:
    for actor in (world.head, world.foreign_officer, world.specialist):
        with pytest.raises(Forbidden):
            actions.prepare_handover(world.officer.assignment.pk, data(heir), actor=actor)
    actions.prepare_handover(world.officer.assignment.pk, data(heir), actor=world.admin)


def test_the_administrator_does_not_hand_a_role_to_himself(world: World) -> None:
    with pytest.raises(RuleBroken, match="không lập bàn giao cho chính mình"):
        actions.prepare_handover(world.officer.assignment.pk, data(world.admin.user), actor=world.admin)


# --- roles of two persons ------------------------------------------------------------------------
def test_the_headship_passes_only_to_whom_two_persons_gave_it(world: World, heir: User) -> None:
    handover = actions.prepare_handover(world.head.assignment.pk, data(heir), actor=world.head)
    task = [item for item in desk_of(world.admin, TODAY).mine if "bàn giao" in item.what]
    assert [item.about for item in task] == [
        "Phan Thị Kế Nhiệm: Thủ trưởng đơn vị – Cục Quan trắc Thử nghiệm · QĐ 15/QĐ-TCCB"
    ]
    with pytest.raises(RuleBroken, match="người thứ hai xác nhận"):
        actions.offer_handover(handover.pk, actor=world.head)

    given = roles.assign_role(
        heir.pk, Role.UNIT_HEAD, world.agency, valid_from=TODAY, document="QĐ 15", actor=world.admin
    )
    with pytest.raises(RuleBroken, match="người thứ hai xác nhận"):
        actions.offer_handover(handover.pk, actor=world.head)
    roles.confirm_role(given.pk, actor=world.leader)
    assert not [item for item in desk_of(world.admin, TODAY).mine if "bàn giao" in item.what]
    actions.offer_handover(handover.pk, actor=world.head)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))

    handover.refresh_from_db()
    assert handover.new_assignment_id == given.pk
    assert actor_for(heir).permissions == ROLE_MATRIX[Role.UNIT_HEAD]
    assert actor_for(world.head.user).assignment is None


# --- pages ---------------------------------------------------------------------------------------
def test_the_first_sign_in_shows_the_inherited_desk_and_a_welcome_for_thirty_days(
    world: World, heir: User, work: Pledge, sign_in: SignIn, settings
) -> None:
    keep_draft(world.officer.user, world.agency.pk)
    handover = offered(world, heir)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    client = sign_in(actor_for(heir))
    page = client.get("/").content.decode()
    for words in (
        "Bạn vừa nhận bàn giao từ Trần Thị Cán Bộ ngày 16/12/2024.",
        "Hoàn thiện đăng ký thi đua năm 2024",
        "Bản đang viết dở",
        "Sửa đăng ký thi đua – bản của Trần Thị Cán Bộ",
        handover.get_absolute_url(),
    ):
        assert words in page
    assert "Bạn đã bàn giao" in sign_in(world.officer).get("/").content.decode()

    settings.WORKING_DATE = TODAY + timedelta(days=30)
    assert "Bạn vừa nhận bàn giao" in client.get("/").content.decode()
    settings.WORKING_DATE = TODAY + timedelta(days=31)
    assert "Bạn vừa nhận bàn giao" not in client.get("/").content.decode()


def test_somebody_without_any_role_finds_the_handover_on_the_desk(
    world: World, heir: User, sign_in: SignIn
) -> None:
    handover = offered(world, heir)
    client = sign_in(None)
    client.force_login(heir, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/").content.decode()
    assert "Nhận bàn giao công việc" in page
    assert handover.get_absolute_url() in page
    answer = client.post(reverse("units:handover-step", args=[handover.pk, "confirm"]))
    assert answer.status_code == 303
    assert "Bạn vừa nhận bàn giao" in client.get("/").content.decode()


def test_the_head_reads_the_pack_and_the_administrator_only_that_it_happens(
    world: World, heir: User, work: Pledge, sign_in: SignIn
) -> None:
    handover = offered(world, heir)
    url, minute = handover.get_absolute_url(), reverse("units:handover-minute", args=[handover.pk])
    assert "Hoàn thiện đăng ký thi đua" in sign_in(world.head).get(url).content.decode()
    assert sign_in(world.head).get(minute).status_code == 200
    page = sign_in(world.admin).get(url).content.decode()
    assert "Hoàn thiện đăng ký thi đua" not in page
    assert "1 việc chờ xử lý" in page
    assert sign_in(world.admin).get(minute).status_code == 404
    for actor in (world.foreign_officer, world.division_officer, world.specialist, world.auditor):
        assert sign_in(actor).get(url).status_code == 404
    listed = sign_in(world.head).get(reverse("units:handover-list")).content.decode()
    assert "Phan Thị Kế Nhiệm" in listed


def test_the_minute_states_parties_work_and_three_signatures(
    world: World, heir: User, work: Pledge, sign_in: SignIn
) -> None:
    handover = prepared(world, heir)
    handover.refresh_from_db()
    facts = data(heir, notes="Hồ sơ giấy ở tủ số 3.", contacts="Chị Hoa, máy lẻ 12")
    actions.save_handover(handover.pk, facts, version=handover.version, actor=world.officer)
    actions.offer_handover(handover.pk, actor=world.officer)
    actions.confirm_handover(handover.pk, actor=actor_for(heir))
    answer = sign_in(actor_for(heir)).get(reverse("units:handover-minute", args=[handover.pk]))
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split()
    )
    for words in (
        "BIÊN BẢN", "Bàn giao công việc", "Trần Thị Cán Bộ", "Phan Thị Kế Nhiệm", "QĐ 15/QĐ-TCCB",
        "Hoàn thiện đăng ký thi đua năm 2024", "Hồ sơ giấy ở tủ số 3.", "Chị Hoa, máy lẻ 12",
        "BÊN GIAO", "BÊN NHẬN", "XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ",
    ):  # fmt: skip
        assert words in text
    assert "DỰ THẢO" not in text


def test_a_page_for_one_handover_costs_the_same_with_more_work(
    world: World, heir: User, work: Pledge, sign_in: SignIn, django_assert_max_num_queries
) -> None:
    handover = offered(world, heir)
    client = sign_in(world.officer)
    with django_assert_max_num_queries(30):
        client.get(handover.get_absolute_url())


# --- drafts --------------------------------------------------------------------------------------
def test_a_draft_remembers_form_heading_and_unit(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    body = {"values": {"a": "1"}, "path": "/pledges/4/edit/?x=1", "title": "  Sửa đăng ký "}
    url = reverse("core:draft", args=["pledges.4.edit"])
    assert client.post(url, json.dumps(body), content_type="application/json").status_code == 200
    draft = FormDraft.objects.get()
    assert (draft.path, draft.title, draft.scope_id) == (
        "/pledges/4/edit/?x=1", "Sửa đăng ký", world.agency.pk,
    )  # fmt: skip
    page = client.get("/").content.decode()
    assert "Sửa đăng ký" in page
    client.post(reverse("core:draft-drop", args=[draft.key]))
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "https://evil.example", "javascript:alert(1)", 5, None, "\\\\x"]
)
def test_a_draft_never_leads_out_of_the_house(world: World, sign_in: SignIn, path: object) -> None:
    client = sign_in(world.officer)
    body = {"values": {"a": "1"}, "path": path, "title": None}
    url = reverse("core:draft", args=["k"])
    assert client.post(url, json.dumps(body), content_type="application/json").status_code == 200
    assert FormDraft.objects.get().path == ""
    assert client.post(reverse("core:draft-use", args=["k"]))["Location"] == "/"


def test_nobody_takes_or_drops_a_draft_of_somebody_else(world: World, sign_in: SignIn) -> None:
    draft = keep_draft(world.officer.user, world.agency.pk)
    client = sign_in(world.head)
    assert client.post(reverse("core:draft-use", args=[draft.key]))["Location"] == "/"
    client.post(reverse("core:draft-drop", args=[draft.key]))
    assert FormDraft.objects.get().user == world.officer.user
