"""People: the list, one person's page, the record, posts."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property

from core import access, clock
from core.models import AccessKind
from core.web import (
    PAGE_SIZE,
    card,
    find_or_404,
    keep_version,
    render_page,
    run_action,
    version_of,
)
from units import people_queries as queries
from units.actions import people as actions
from units.models import Person, Posting
from units.people_export import MOST, people_workbook
from units.people_forms import (
    CorrectPostForm,
    EndPostForm,
    NewPersonForm,
    PeopleFilter,
    PersonForm,
    PostForm,
    RemoveForm,
    TransferForm,
    post_initial,
)
from units.people_rules import grading_year
from units.permissions import allows, holds
from units.person_facts import facts_of, missing_of
from units.person_sections import sections_of
from units.queries import units_for

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- what the views of people share ----------------------------------------------------------------
def sent(request: HttpRequest) -> Any:
    """What a form was sent with; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def kept_person(request: HttpRequest, pk: int) -> Person:
    """The person whose record the actor keeps, or 404."""
    found: Person = find_or_404(queries.people_for(request.actor, clock.today(), "person.edit"), pk=pk)
    return found


def person_url(request: HttpRequest, person_id: int, anchor: str = "") -> str:
    """The person's page, or the list when the person is no longer within the actor's reach."""
    if queries.people_for(request.actor, clock.today()).filter(pk=person_id).exists():
        return reverse("units:person-detail", args=[person_id]) + (f"#{anchor}" if anchor else "")
    return reverse("units:person-list")


def step(
    request: HttpRequest,
    person: Person,
    form: forms.Form,
    action: Callable[[], Any],
    words: dict[str, str],
    *,
    anchor: str = "",
    template: str = "units/person_step.html",
) -> HttpResponse:
    """One form about one person: carried out and back to the person's page, or shown (again).

    words: heading, lead, submit (the button), said (after it is done).
    """
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request, form, action, to=lambda _: person_url(request, person.pk, anchor), said=words["said"]
        )
        if done:
            return done
    return render_page(request, template, {"form": form, "person": person, "words": words, "anchor": anchor})


# --- the list --------------------------------------------------------------------------------------
class BoundedPaginator(Paginator):
    """Pages of the first MOST people: nobody turns a thousand pages, and counting fifty thousand people costs
    more than showing fifty. is_cut: there are more.
    """

    @cached_property
    def found(self) -> int:
        """People found, MOST + 1 when there are more than MOST."""
        return int(self.object_list.order_by()[: MOST + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.found, MOST)

    @property
    def is_cut(self) -> bool:
        return self.found > MOST


def _wanted(request: HttpRequest) -> tuple[PeopleFilter, queries.Wanted, int]:
    today = clock.today()
    filters = PeopleFilter(request.GET, units=units_for(request.actor).open_on(today), year=today.year)
    names = ("unit", "status", "sex", "kind", "without_grade", "state")
    wanted = queries.Wanted(
        text=filters.get("q") or "",
        **{name: filters.get(name) for name in names if filters.get(name)},
    )
    return filters, wanted, wanted.without_grade or grading_year(today)


@card("unit.view")
def person_list(request: HttpRequest) -> HttpResponse:
    """People of the actor's reach: searched, filtered, in the order of names."""
    today = clock.today()
    filters, wanted, year = _wanted(request)
    rows = queries.people_list(request.actor, wanted, today)
    page = BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    ids = [person.pk for person in page]
    posts, grades = queries.shown_posts(ids, today), queries.grades_of(ids, year)
    for person in page:
        person.post, person.year_record = posts.get(person.pk), grades.get(person.pk)
        person.is_away = person.post is None or (
            person.post.valid_to is not None and person.post.valid_to <= today
        )
    context = {
        "filters": filters,
        "wanted": wanted,
        "page": page,
        "year": year,
        "today": today,
        "may_edit": holds(request.actor, "person.edit"),
        "is_filtered": wanted != queries.Wanted(),
        "most": MOST,
    }
    return render_page(request, "units/person_list.html", context, status=200)


def _conditions(filters: PeopleFilter) -> str:
    """The conditions of the list in words, for the head of the workbook."""
    lines = []
    for bound in filters:
        value = filters.get(bound.name)
        if value:
            text = dict(getattr(bound.field, "choices", ())).get(value, value)
            lines.append(f"{bound.label}: {text}")
    return "; ".join(lines)


@card("unit.view", personal=True, downloads=True)
def person_export(request: HttpRequest) -> HttpResponse:
    """The list as it is seen, as a workbook of at most MOST rows."""
    today = clock.today()
    filters, wanted, year = _wanted(request)
    people = list(queries.people_list(request.actor, wanted, today)[:MOST])
    ids = [person.pk for person in people]
    body = people_workbook(
        people,
        queries.shown_posts(ids, today),
        queries.grades_of(ids, year),
        year=year,
        day=today,
        unit_name=request.actor.unit.name,
        conditions=_conditions(filters),
        with_numbers=holds(request.actor, "person.edit"),
    )
    response = HttpResponse(body, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="ca-nhan-{today:%Y-%m-%d}.xlsx"'
    return response


# --- one person ------------------------------------------------------------------------------------
def _day(request: HttpRequest) -> date:
    """The day asked for by ?on=dd/mm/yyyy or YYYY-MM-DD, today when absent or wrong."""
    text = request.GET.get("on", "").strip()
    if text.count("/") == 2:
        day, month, year = text.split("/")
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        return parse_date(text) or clock.today()
    except ValueError:
        return clock.today()


def _years_to_grade(record: queries.Record, today: date) -> list[int]:
    """The last years without a grade, newest first, at most four."""
    graded = {row.year for row in record.years if row.grade}
    return [year for year in range(today.year, today.year - 6, -1) if year not in graded][:4]


def _person_page(request: HttpRequest, person: Person, *, is_number_shown: bool = False) -> HttpResponse:
    actor, today, day = request.actor, clock.today(), _day(request)
    may_edit = queries.may_edit(actor, person, today)
    is_own = actor.user.person_id == person.pk
    record = queries.record_of(person, is_restricted=not (may_edit or is_own))
    facts = facts_of([person.pk], day)[person.pk]
    for post in record.posts:
        post.is_held = post.valid_from <= day and (post.valid_to is None or post.valid_to > day)
        post.may_edit = may_edit and allows(actor, "person.edit", post.unit)
    year = grading_year(today)
    context = {
        "person": person,
        "record": record,
        "facts": facts,
        "post": queries.shown_posts([person.pk], day).get(person.pk),
        "missing": missing_of(facts_of([person.pk], today)[person.pk], year),
        "year": year,
        "grading_years": _years_to_grade(record, today),
        "day": day,
        "today": today,
        "may_edit": may_edit,
        "is_own": is_own,
        "is_number_shown": is_number_shown,
        "sections": sections_of(actor, person, today),
    }
    return render_page(request, "units/person_detail.html", context)


@card("unit.view", loads="person", personal=True)
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: present post, facts the law asks for, the whole record as of a day."""
    return _person_page(request, find_or_404(queries.people_for(request.actor, clock.today()), pk=pk))


@card("unit.view", methods=("POST",), loads="person", personal=True)
def person_id_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's page with the full identity number, for who keeps the record; the access log says so."""
    person = find_or_404(queries.people_with_records_for(request.actor, clock.today()), pk=pk)
    access.note(request, AccessKind.VIEW, person, detail="Hiện đầy đủ số định danh cá nhân")
    return _person_page(request, person, is_number_shown=True)


@card("person.edit", methods=("GET", "POST"))
def person_create(request: HttpRequest) -> HttpResponse:
    """Take a new person in with the first post; namesakes are shown first."""
    actor, today = request.actor, clock.today()
    units = queries.units_to_keep(actor, today)
    initial = {"unit": actor.unit if units.filter(pk=actor.unit.pk).exists() else None}
    form = NewPersonForm(sent(request), units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.save_person(None, form.values(), actor=actor),
            to=lambda person: reverse("units:person-detail", args=[person.pk]),
            said="Đã tạo hồ sơ cá nhân. Hãy ghi tiếp những mục còn thiếu, nếu có.",
        )
        if done:
            return done
    context: dict[str, Any] = {"form": form}
    if "is_other_person" in form.errors:
        data = form.cleaned_data
        context["twins"] = queries.duplicates_of(actor, data["full_name"], data["birth_year"], today)
        posts = queries.shown_posts([twin.pk for twin in context["twins"]], today)
        for twin in context["twins"]:
            twin.post = posts.get(twin.pk)
    return render_page(request, "units/person_form.html", context)


@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a person whom the actor keeps."""
    person = kept_person(request, pk)
    names = [name for name in actions.PERSON_FIELDS if name != "id_number"]
    initial = {name: getattr(person, name) for name in names}
    form = PersonForm(sent(request), person=person, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.save_person(pk, form.values(), version=version_of(request), actor=request.actor),
            to=lambda _: person_url(request, pk),
            said="Đã lưu hồ sơ cá nhân.",
        )
        if done:
            return done
    keep_version(request, person)
    return render_page(request, "units/person_form.html", {"form": form, "person": person})


# --- posts -----------------------------------------------------------------------------------------
@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def post_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One more post of a person."""
    person, today = kept_person(request, pk), clock.today()
    form = PostForm(sent(request), units=queries.units_to_keep(request.actor, today))
    words = {
        "heading": "Ghi chức vụ, vị trí",
        "lead": "Dùng cho chức vụ kiêm nhiệm hoặc quá trình công tác trước đây. Khi người này chuyển vị "
        "trí, hãy "
        "dùng «Chuyển vị trí» để chức vụ cũ kết thúc cùng ngày.",
        "submit": "Lưu chức vụ",
        "said": "Đã ghi chức vụ.",
    }

    def act() -> Posting:
        data = dict(form.cleaned_data)
        return actions.appoint(person, data.pop("unit"), data.pop("title"), **data, actor=request.actor)

    return step(request, person, form, act, words, anchor="posts", template="units/person_post_form.html")


def _kept_posting(request: HttpRequest, pk: int) -> Posting:
    found: Posting = find_or_404(queries.postings_for(request.actor), pk=pk)
    return found


@card("person.edit", methods=("GET", "POST"), loads="posting", personal=True)
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of a post."""
    post = _kept_posting(request, pk)
    form = EndPostForm(sent(request))
    words = {
        "heading": "Thôi giữ chức vụ",
        "lead": f"{post.title}, {post.unit.name}, từ ngày {post.valid_from:%d/%m/%Y}. Chức vụ vẫn còn "
        "trong quá "
        "trình công tác.",
        "submit": "Ghi thôi giữ chức vụ",
        "said": "Đã ghi ngày thôi giữ chức vụ.",
    }
    return step(
        request,
        post.person,
        form,
        lambda: actions.end_posting(pk, **form.cleaned_data, actor=request.actor),
        words,
        anchor="posts",
    )


@card("person.edit", methods=("GET", "POST"), loads="posting", personal=True)
def post_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written wrongly about a post."""
    post, today = _kept_posting(request, pk), clock.today()
    units = queries.units_to_keep(request.actor, today) | queries.units_for_posting(request.actor, post)
    form = CorrectPostForm(sent(request), units=units, initial=post_initial(post))
    words = {
        "heading": "Đính chính chức vụ",
        "lead": "Chỉ dùng khi nội dung đã ghi bị sai. Nội dung cũ, lý do và người sửa được giữ trong "
        "nhật ký.",
        "submit": "Lưu đính chính",
        "said": "Đã đính chính chức vụ.",
    }

    def act() -> Posting:
        data = dict(form.cleaned_data)
        return actions.correct_posting(pk, data, reason=data.pop("reason"), actor=request.actor)

    template = "units/person_post_form.html"
    return step(request, post.person, form, act, words, anchor="posts", template=template)


@card("person.edit", methods=("GET", "POST"), loads="posting", personal=True)
def post_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """A move to another post or unit: one ends, the other begins."""
    post, today = _kept_posting(request, pk), clock.today()
    form = TransferForm(sent(request), units=queries.units_to_move_to(request.actor, today))
    words = {
        "heading": "Chuyển vị trí",
        "lead": f"{post.title}, {post.unit.name} kết thúc và vị trí mới bắt đầu trong cùng một ngày. "
        "Chuyển sang "
        "đơn vị ngoài phạm vi thì đơn vị nhận được báo và quản lý tiếp hồ sơ.",
        "submit": "Chuyển vị trí",
        "said": "Đã chuyển vị trí.",
    }

    def act() -> Posting:
        data = dict(form.cleaned_data)
        return actions.transfer(pk, data.pop("unit"), data.pop("title"), **data, actor=request.actor)

    template = "units/person_post_form.html"
    return step(request, post.person, form, act, words, anchor="posts", template=template)


@card("person.edit", methods=("GET", "POST"), loads="posting", personal=True)
def post_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A post that never was."""
    post = _kept_posting(request, pk)
    form = RemoveForm(sent(request))
    words = {
        "heading": "Bỏ chức vụ ghi nhầm",
        "lead": f"{post.title}, {post.unit.name}, từ ngày {post.valid_from:%d/%m/%Y}. Chỉ dùng khi ghi "
        "nhầm người "
        "hoặc ghi thừa; nếu người này đã thôi giữ chức vụ, hãy dùng «Thôi giữ».",
        "submit": "Bỏ chức vụ này",
        "danger": "yes",
        "said": "Đã bỏ chức vụ ghi nhầm.",
    }

    def act() -> Person:
        return actions.remove_posting(pk, reason=form.cleaned_data["reason"], actor=request.actor)

    return step(request, post.person, form, act, words, anchor="posts")
