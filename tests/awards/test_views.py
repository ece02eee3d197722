import unicodedata
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.actions import nominations
from awards.choices import NominationState, Paper
from awards.models import Decision, HonourRecord, Nomination, NominationPaper, Round
from tests.builders import TODAY
from tests.builders_awards import (
    SUMMARY,
    attach_required,
    issue,
    kind,
    make_awaiting_council,
    make_decision,
    make_draft,
    make_passed,
    make_round,
    make_submitted,
    make_worker,
    pdf_upload,
)
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
S = NominationState
HTML = "<script>alert(1)</script>"


@pytest.fixture
def round_(world: World) -> Round:
    return make_round(world)


def url(name: str, *args: object) -> str:
    return reverse(f"awards:{name}", args=args)


def new_dossier(round_: Round, nominee: Any, **change: Any) -> dict[str, Any]:
    data = {"round": round_.pk, "person": nominee.pk, "award": kind("LDTT").pk, "achievement": SUMMARY}
    return data | change


def vote(**change: Any) -> dict[str, Any]:
    data = {
        "council_name": "Hội đồng TĐKT",
        "voted_on": "16/12/2024",
        "minutes_number": "05/BB",
        "members": 14,
    }
    return data | {"in_favour": 14, "against": 0, "blank": 0, "concluded": "on"} | change


def issue_data(**change: Any) -> dict[str, Any]:
    data = {
        "version": 1,
        "number": "4321/QĐ-BTN",
        "signed_on": "16/12/2024",
        "signer_name": "Đặng Văn Lãnh Đạo",
    }
    return data | {"signer_position": "Thứ trưởng", "confirm_word": "ban hành"} | change


# --- writing -----------------------------------------------------------------------------------------
def test_a_dossier_is_drafted_in_nfc(world: World, round_: Round, sign_in: SignIn) -> None:
    text = unicodedata.normalize("NFD", "  Hoàn thành xuất sắc nhiệm vụ  ")

    answer = sign_in(world.officer).post(
        url("nomination-create"), new_dossier(round_, make_worker(world.agency), achievement=text)
    )

    made = Nomination.objects.get()
    assert (answer.status_code, answer.url) == (303, made.get_absolute_url())
    assert made.achievement == "Hoàn thành xuất sắc nhiệm vụ"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"round": ""}, "Chưa điền"),
        ({"award": ""}, "Chưa điền"),
        ({"award": "999999"}, "Hãy chọn"),
        ({"person": "abc"}, "Hãy chọn"),
        ({"achievement": " "}, "Chưa điền"),
        ({"achievement": "x" * 8001}, "8000"),
    ],
)
def test_a_faulty_dossier_is_shown_again(
    world: World, round_: Round, sign_in: SignIn, change: dict, sentence: str
) -> None:
    person = make_worker(world.agency)

    answer = sign_in(world.officer).post(url("nomination-create"), new_dossier(round_, person, **change))

    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors)
    assert not Nomination.objects.exists()


def test_ids_of_other_units_are_not_choices(world: World, round_: Round, sign_in: SignIn) -> None:
    client = sign_in(world.officer)

    stranger = client.post(url("nomination-create"), new_dossier(round_, make_worker(world.institute)))
    collective = client.post(
        url("nomination-create-collective"),
        {
            "round": round_.pk,
            "collective": world.institute.pk,
            "award": kind("TTLDXS").pk,
            "achievement": SUMMARY,
        },
    )

    assert (stranger.status_code, collective.status_code) == (422, 422)
    assert not Nomination.objects.exists()


def test_the_same_form_sent_twice_makes_one_dossier(world: World, round_: Round, sign_in: SignIn) -> None:
    client, data = (
        sign_in(world.officer),
        new_dossier(round_, make_worker(world.agency), form_key=uuid.uuid4()),
    )

    first, second = (client.post(url("nomination-create"), data) for _ in range(2))

    assert (first.status_code, second.status_code, first.url) == (303, 303, second.url)
    assert Nomination.objects.count() == 1


def test_a_stale_form_keeps_what_was_typed(world: World, round_: Round, sign_in: SignIn) -> None:
    draft = make_draft(world, round_)
    values = {"award": draft.award_id, "person": draft.person_id, "version": 1}
    client = sign_in(world.officer)
    client.post(url("nomination-edit", draft.pk), values | {"achievement": "Người thứ nhất lưu"})

    answer = client.post(url("nomination-edit", draft.pk), values | {"achievement": "Người thứ hai gõ"})

    page = answer.content.decode()
    draft.refresh_from_db()
    assert answer.status_code == 409
    assert "vừa được người khác thay đổi" in page
    assert "Người thứ hai gõ" in page
    assert draft.achievement == "Người thứ nhất lưu"


@pytest.mark.parametrize("text", [HTML, '=HYPERLINK("http://x","y")', "+1+1", "@SUM(1)"])
def test_markup_and_formulas_are_plain_text(world: World, round_: Round, sign_in: SignIn, text: str) -> None:
    draft = make_draft(world, round_, achievement=text)

    page = sign_in(world.officer).get(draft.get_absolute_url()).content.decode()

    assert HTML not in page
    assert draft.achievement == text


def test_several_people_get_a_draft_each(world: World, round_: Round, sign_in: SignIn) -> None:
    people = [make_worker(world.agency).pk for _ in range(3)]
    data = {"round": round_.pk, "award": kind("LDTT").pk, "people": people}

    answer = sign_in(world.officer).post(url("nomination-create-many"), data)

    assert answer.status_code == 303
    assert Nomination.objects.filter(state=S.DRAFT).count() == 3


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (SimpleUploadedFile("bao-cao.pdf", b"<html>khong phai pdf</html>"), "không phải .pdf"),
        (SimpleUploadedFile("chay.exe", b"MZ" + b"0" * 100), "."),
        (SimpleUploadedFile("rong.pdf", b""), "Tệp rỗng"),
    ],
)
def test_an_unfit_paper_is_refused(
    world: World, round_: Round, sign_in: SignIn, upload: SimpleUploadedFile, sentence: str
) -> None:
    draft = make_draft(world, round_)
    upload.seek(0)

    answer = sign_in(world.officer).post(url("paper-add", draft.pk), {"kind": Paper.REPORT, "file": upload})

    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors["file"])
    assert not NominationPaper.objects.exists()


def test_a_paper_is_read_by_those_who_see_the_dossier(world: World, round_: Round, sign_in: SignIn) -> None:
    draft = make_draft(world, round_)
    sign_in(world.officer).post(url("paper-add", draft.pk), {"kind": Paper.REPORT, "file": pdf_upload()})
    address = reverse("core:file-download", args=[NominationPaper.objects.get().files.get().pk])

    seen = {who: sign_in(getattr(world, who)).get(address).status_code for who in ("officer", "specialist")}

    assert seen == {"officer": 200, "specialist": 200}
    assert sign_in(world.foreign_officer).get(address).status_code == 404


# --- steps -------------------------------------------------------------------------------------------
def test_a_refused_step_says_why_on_the_dossier(world: World, round_: Round, sign_in: SignIn) -> None:
    draft = make_draft(world, round_)

    answer = sign_in(world.officer).post(url("nomination-ask-signature", draft.pk), follow=True)

    assert "Còn thiếu 2/8 mục bắt buộc: Báo cáo thành tích; Biên bản họp bình xét." in answer.content.decode()


def test_the_whole_way_in_the_browser(world: World, round_: Round, sign_in: SignIn) -> None:
    draft = make_draft(world, round_)
    attach_required(draft, world.officer)
    way = [
        (world.officer, "nomination-ask-signature", {}, S.AWAITING_HEAD),
        (world.head, "nomination-return-to-officer", {"note": "Bổ sung số liệu"}, S.RETURNED),
        (world.officer, "nomination-ask-signature", {}, S.AWAITING_HEAD),
        (world.head, "nomination-submit", {}, S.SUBMITTED),
        (world.officer, "nomination-withdraw", {}, S.WITHDRAWN),
        (world.officer, "nomination-ask-signature", {}, S.AWAITING_HEAD),
        (world.head, "nomination-submit", {}, S.SUBMITTED),
        (world.specialist, "nomination-receive", {}, S.RECEIVED),
        (world.specialist, "nomination-return", {"note": "Thiếu biên bản"}, S.RETURNED),
        (world.officer, "nomination-ask-signature", {}, S.AWAITING_HEAD),
        (world.head, "nomination-submit", {}, S.SUBMITTED),
        (world.specialist, "nomination-receive", {}, S.RECEIVED),
        (world.specialist, "nomination-forward", {}, S.AWAITING_COUNCIL),
        (world.secretary, "nomination-record-result", vote(), S.PASSED),
    ]

    for actor, name, data, state in way:
        answer = sign_in(actor).post(url(name, draft.pk), data)
        draft.refresh_from_db()
        assert (name, answer.status_code, draft.state) == (name, 303, state)


def test_a_stale_button_leads_back_with_a_sentence(world: World, round_: Round, sign_in: SignIn) -> None:
    sent = make_submitted(world, round_)
    client = sign_in(world.specialist)
    client.post(url("nomination-receive", sent.pk), {"version": sent.version})

    answer = client.post(url("nomination-receive", sent.pk), {"version": sent.version}, follow=True)

    assert "không thể «tiếp nhận»" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["nomination-receive", "nomination-return", "nomination-forward", "nomination-record-result"]
)
def test_a_dossier_that_lies_elsewhere_is_not_found_for_acting(
    world: World, round_: Round, sign_in: SignIn, name: str
) -> None:
    draft = make_draft(world, round_)
    actor = world.secretary if name.endswith("result") else world.specialist

    assert sign_in(actor).post(url(name, draft.pk), {"note": "x"}).status_code == 404


def test_foreign_and_missing_are_the_same(world: World, round_: Round, sign_in: SignIn) -> None:
    passed = make_passed(world, round_)
    decision = issue(world, make_decision(world, round_, passed))
    honour = HonourRecord.objects.get()
    client = sign_in(world.foreign_officer)

    addresses = [passed.get_absolute_url(), decision.get_absolute_url(), honour.get_absolute_url()]
    missing = [url("nomination-detail", 999), url("decision-detail", 999), url("honour-detail", 999)]
    acting = [url("nomination-edit", passed.pk), url("paper-add", passed.pk)]

    assert {client.get(address).status_code for address in [*addresses, *missing, *acting]} == {404}
    assert passed.subject_name not in client.get(url("nomination-list")).content.decode()
    assert passed.subject_name not in client.get(url("honour-list")).content.decode()


# --- council and decision: bad input -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"in_favour": 15}, "in_favour", "nhiều hơn 14 thành viên"),
        ({"in_favour": 10, "against": 3, "blank": 2}, "in_favour", "Tổng số phiếu là 15"),
        ({"members": 0}, "members", ""),
        ({"blank": -1}, "blank", ""),
        ({"in_favour": "nhiều"}, "in_favour", "số"),
        ({"voted_on": "32/12/2024"}, "voted_on", "ngày"),
        ({"voted_on": "17/12/2024"}, "voted_on", "ở tương lai"),
        ({"minutes_number": ""}, "minutes_number", ""),
        ({"minutes_number": "x" * 61}, "minutes_number", "60"),
    ],
)
def test_a_faulty_vote_is_shown_again(
    world: World, round_: Round, sign_in: SignIn, change: dict, field: str, sentence: str
) -> None:
    waiting = make_awaiting_council(world, round_)

    answer = sign_in(world.secretary).post(url("nomination-record-result", waiting.pk), vote(**change))

    waiting.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert waiting.state == S.AWAITING_COUNCIL


def test_a_result_is_marked_as_typed_by_the_secretary(world: World, round_: Round, sign_in: SignIn) -> None:
    waiting = make_awaiting_council(world, round_, "CSTDCS")

    sign_in(world.secretary).post(url("nomination-record-result", waiting.pk), vote(in_favour=11, against=3))

    page = sign_in(world.officer).get(waiting.get_absolute_url()).content.decode()
    assert "Kết quả do thư ký nhập" in page
    assert "11/14 đồng ý = 78,6 % tổng số thành viên; cần từ 80 % (12 phiếu) → không đạt" in page


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"number": ""}, "number", "Hãy ghi số, ký hiệu"),
        ({"number": "x" * 61}, "number", "60"),
        ({"signed_on": "15/12/2024"}, "signed_on", "trước ngày Hội đồng bình xét 16/12/2024"),
        ({"signed_on": "25/12/2024"}, "signed_on", "ở tương lai"),
        ({"signed_on": "mai"}, "signed_on", "ngày"),
        ({"signer_name": " "}, "signer_name", ""),
        ({"confirm_word": "đồng ý"}, "confirm_word", "BAN HÀNH"),
        ({"confirm_word": ""}, "confirm_word", ""),
    ],
)
def test_a_faulty_issue_changes_nothing(
    world: World, round_: Round, sign_in: SignIn, change: dict, field: str, sentence: str
) -> None:
    decision = make_decision(world, round_, make_passed(world, round_))

    answer = sign_in(world.leader).post(url("decision-issue", decision.pk), issue_data(**change))

    decision.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert (decision.state, HonourRecord.objects.count()) == ("draft", 0)


def test_the_issue_page_names_how_many_and_which(world: World, round_: Round, sign_in: SignIn) -> None:
    one, two = make_passed(world, round_), make_passed(world, round_)
    decision = make_decision(world, round_, one, two)

    page = sign_in(world.leader).get(url("decision-issue", decision.pk)).content.decode()

    assert "cho 2 cá nhân, tập thể" in page
    assert one.code in page
    assert two.code in page


def test_a_decision_goes_from_draft_to_the_archive_once(
    world: World, round_: Round, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    passed = make_passed(world, round_)
    data = {"title": "Về việc khen thưởng", "nominations": [passed.pk]}
    made = sign_in(world.specialist).post(f"{url('decision-create')}?round={round_.pk}", data)
    decision, key = Decision.objects.get(), uuid.uuid4()
    leader = sign_in(world.leader)

    with django_capture_on_commit_callbacks() as after:
        answers = [
            leader.post(url("decision-issue", decision.pk), issue_data(form_key=key)).status_code
            for _ in range(2)
        ]

    assert (made.status_code, answers, len(after)) == (303, [303, 303], 1)
    assert HonourRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"closes_on": "01/11/2024"}, "closes_on"), ({"year": "hai nghìn"}, "year"), ({"name": ""}, "name")],
)
def test_a_faulty_round_is_shown_again(world: World, sign_in: SignIn, change: dict, field: str) -> None:
    data = {
        "name": "Đợt",
        "year": 2024,
        "ground": "merit",
        "opens_on": "01/12/2024",
        "closes_on": "31/12/2024",
    }

    answer = sign_in(world.specialist).post(url("round-create"), data | change)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Round.objects.exists()


# --- reading -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["nguyen thi hoa", "NGUYỄN thị hoà", "Thị  Hòa", "hoa nguyen"])
def test_the_archive_is_searched_without_marks(
    world: World, round_: Round, sign_in: SignIn, text: str
) -> None:
    person = make_worker(world.agency, "Nguyễn Thị Hòa")
    other = make_passed(world, round_)
    issue(world, make_decision(world, round_, make_passed(world, round_, person=person), other))

    answer = sign_in(world.officer).get(url("honour-list"), {"q": text})

    assert [row.subject_name for row in answer.context["page"]] == ["Nguyễn Thị Hòa"]


@pytest.mark.parametrize(
    "query", ["round=abc", "award=khong-co", "state=xong", "year=abc", "page=999", "sort=khong", "q=%00%FF"]
)
@pytest.mark.parametrize(
    "name", ["nomination-list", "honour-list", "round-list", "decision-list", "catalogue"]
)
def test_a_strange_address_still_shows_a_page(
    world: World, round_: Round, sign_in: SignIn, name: str, query: str
) -> None:
    assert sign_in(world.specialist).get(f"{url(name)}?{query}").status_code == 200


def test_my_turn_lists_what_waits_for_the_role(world: World, round_: Round, sign_in: SignIn) -> None:
    draft, sent, waiting = make_draft(world, round_), make_submitted(world, round_), None
    waiting = make_awaiting_council(world, round_)
    expected = {"officer": [draft], "head": [], "specialist": [sent], "secretary": [waiting]}

    found = {
        who: list(sign_in(getattr(world, who)).get(url("nomination-list"), {"turn": "me"}).context["page"])
        for who in expected
    }

    assert found == expected


def test_the_desk_shows_each_role_its_work(world: World, round_: Round, sign_in: SignIn) -> None:
    returned = make_submitted(world, round_)
    nominations.return_nomination(returned.pk, note="Thiếu biên bản họp", actor=world.specialist)
    make_submitted(world, round_)
    make_awaiting_council(world, round_)
    make_passed(world, round_)
    make_decision(world, round_, make_passed(world, round_))

    pages = {
        who: sign_in(getattr(world, who)).get(reverse("units:desk")).content.decode()
        for who in ("officer", "specialist", "secretary", "leader")
    }

    assert "Thiếu biên bản họp" in pages["officer"]
    assert "Tiếp nhận hồ sơ" in pages["specialist"]
    assert "Dự thảo quyết định khen thưởng" in pages["specialist"]
    assert "Ghi kết quả bình xét" in pages["secretary"]
    assert "Ban hành quyết định khen thưởng" in pages["leader"]


def test_the_board_names_the_units_that_sent_nothing(world: World, round_: Round, sign_in: SignIn) -> None:
    make_submitted(world, round_)
    make_draft(world, round_, actor=world.foreign_officer)

    board = sign_in(world.specialist).get(round_.get_absolute_url()).context["board"]

    assert [(row.unit, row.total, row.sent) for row in board.rows] == [
        (world.agency, 1, 1),
        (world.institute, 1, 0),
    ]
    assert board.silent == [world.institute]


@pytest.mark.parametrize(
    "name", ["nomination-list", "honour-list", "nomination-inbox", "decision-list", "round-list"]
)
def test_lists_cost_the_same_for_one_and_fifty_rows(
    world: World, round_: Round, sign_in: SignIn, name: str
) -> None:
    client = sign_in(world.specialist)
    first = make_passed(world, round_)
    make_submitted(world, round_)
    issue(world, make_decision(world, round_, first))
    client.get(url(name))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url(name))
    template = HonourRecord.objects.get()
    people = [make_worker(world.agency) for _ in range(49)]
    for number, person in enumerate(people):
        sent = Nomination.objects.create(
            round=round_, unit=world.agency, held_by=world.ministry, award=first.award, subject_kind="person",
            person=person, achievement=SUMMARY, state=S.SUBMITTED,
        )  # fmt: skip
        template.pk, template.person, template.subject_name = None, sent.person, f"Người {number}"
        template.save()
        Round.objects.create(
            unit=world.ministry, year=2024, name=f"Đợt {number}", opens_on=TODAY, closes_on=date(2024, 12, 31)
        )
        Decision.objects.create(unit=world.ministry, round=round_, title=f"Dự thảo {number}")

    with CaptureQueriesContext(connection) as many:
        client.get(url(name))

    assert len(many) == len(few)
