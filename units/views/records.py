"""Facts about people that the law asks for: the year's grades, discipline, holds, training, secondment."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core import clock
from core.web import card, find_or_404, render_page, run_action
from units import people_queries as queries
from units.actions import people as actions
from units.actions import records
from units.models import Discipline, Hold, Person, Secondment, Training, YearRecord
from units.people_forms import (
    DisciplineEndForm,
    DisciplineForm,
    GridForm,
    HoldCloseForm,
    HoldForm,
    RemoveForm,
    SecondmentForm,
    TrainingForm,
    YearForm,
)
from units.people_rules import FIRST_YEAR
from units.views.people import kept_person, sent, step

GRID_ROWS = 100


def _year_or_404(year: int) -> None:
    if not FIRST_YEAR <= year <= clock.today().year:
        raise Http404


def _kept(request: HttpRequest, model: type[Any], pk: int) -> Any:
    """A row of a register about a person whose record the actor keeps, or 404."""
    people = queries.people_for(request.actor, clock.today(), "person.edit")
    rows = model.objects.filter(person__in=people.values("pk")).select_related("person")
    return find_or_404(rows, pk=pk)


# --- the year --------------------------------------------------------------------------------------
@card("person.edit", methods=("GET", "POST"), loads="unit", personal=True)
def year_grid(request: HttpRequest, pk: int, year: int, page: int) -> HttpResponse:
    """The grades of everybody in a unit for a year, typed on one page (of a hundred people)."""
    _year_or_404(year)
    today = clock.today()
    unit = find_or_404(queries.units_to_keep(request.actor, today), pk=pk)
    pages = Paginator(queries.staff_of_year(unit, year, today), GRID_ROWS)
    people = list(pages.get_page(page))
    kept = queries.grades_of([person.pk for person in people], year)
    form = GridForm(sent(request), people=people, records=kept)
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: actions.save_year_grid(pk, year, form.values(kept), actor=request.actor),
            to=reverse("units:year-grid", args=[pk, year, page]),
            said=f"Đã lưu xếp loại năm {year} của {unit.display_name}.",
        )
        if done:
            return done
    context = {
        "form": form,
        "unit": unit,
        "year": year,
        "page": pages.get_page(page),
        "years": range(today.year, today.year - 5, -1),
        "graded": sum(1 for row in kept.values() if row.grade),
    }
    return render_page(request, "units/person_year_grid.html", context)


@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def year_edit(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The grade and months of one person's year."""
    _year_or_404(year)
    person = kept_person(request, pk)
    record = YearRecord.objects.filter(person=person, year=year).first()
    names = ("grade", "months_worked", "maternity_months", "document", "version")
    initial = {name: getattr(record, name) for name in names} if record else {"version": 0}
    form = YearForm(sent(request), initial=initial)
    words = {
        "heading": f"Xếp loại năm {year}",
        "lead": "Số tháng làm việc không gồm thời gian nghỉ thai sản. Để trống mục chưa biết.",
        "submit": "Lưu xếp loại",
        "said": f"Đã lưu xếp loại năm {year}.",
    }

    def act() -> Any:
        version = form.cleaned_data["version"]
        return actions.save_year_record(pk, year, form.values(), version=version, actor=request.actor)

    return step(request, person, form, act, words, anchor="years")


# --- discipline ------------------------------------------------------------------------------------
@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def discipline_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A disciplinary decision."""
    person, form = kept_person(request, pk), DisciplineForm(sent(request))
    words = {
        "heading": "Ghi kỷ luật",
        "lead": "Chỉ người cập nhật hồ sơ của đơn vị và chính người này xem được nội dung kỷ luật.",
        "submit": "Lưu kỷ luật",
        "said": "Đã ghi kỷ luật.",
    }

    def act() -> Discipline:
        return records.add_discipline(pk, form.cleaned_data, actor=request.actor)

    return step(request, person, form, act, words, anchor="discipline")


@card("person.edit", methods=("GET", "POST"), loads="discipline", personal=True)
def discipline_end(request: HttpRequest, pk: int) -> HttpResponse:
    """From when a discipline is no longer in effect."""
    row, form = _kept(request, Discipline, pk), DisciplineEndForm(sent(request))
    words = {
        "heading": "Kỷ luật hết hiệu lực",
        "lead": f"{row.get_kind_display()}, quyết định ngày {row.decided_on:%d/%m/%Y}.",
        "submit": "Lưu ngày hết hiệu lực",
        "said": "Đã ghi ngày hết hiệu lực.",
    }

    def act() -> Discipline:
        return records.end_discipline(pk, **form.cleaned_data, actor=request.actor)

    return step(request, row.person, form, act, words, anchor="discipline")


@card("person.edit", methods=("GET", "POST"), loads="discipline", personal=True)
def discipline_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """A discipline that was cancelled or written by mistake."""
    row, form = _kept(request, Discipline, pk), RemoveForm(sent(request))
    words = {
        "heading": "Hủy dòng kỷ luật",
        "lead": f"{row.get_kind_display()}, quyết định ngày {row.decided_on:%d/%m/%Y}. Dòng này được "
        "gạch bỏ và "
        "không còn tính khi xét khen thưởng.",
        "submit": "Hủy dòng kỷ luật",
        "danger": "yes",
        "said": "Đã hủy dòng kỷ luật.",
    }

    def act() -> Discipline:
        return records.revoke_discipline(pk, **form.cleaned_data, actor=request.actor)

    return step(request, row.person, form, act, words, anchor="discipline")


# --- holds -----------------------------------------------------------------------------------------
HOLD_LEAD = (
    "Khi lý do tạm dừng còn mở, mọi đề nghị khen thưởng chờ lại chứ không bị loại; có kết luận không vi "
    "phạm thì "
    "xét tiếp."
)


@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def hold_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A reason to wait with awards for a person."""
    person, form = kept_person(request, pk), HoldForm(sent(request))
    words = {
        "heading": "Ghi lý do tạm dừng xét khen thưởng",
        "lead": HOLD_LEAD,
        "submit": "Lưu lý do tạm dừng",
        "said": "Đã ghi lý do tạm dừng.",
    }

    def act() -> Hold:
        return records.open_hold(form.cleaned_data, person_id=pk, actor=request.actor)

    return step(request, person, form, act, words, anchor="holds")


@card("person.edit", methods=("GET", "POST"), loads="unit")
def unit_holds(request: HttpRequest, pk: int) -> HttpResponse:
    """Reasons to wait with awards for a unit as a collective, and the form for one more."""
    unit = find_or_404(queries.units_to_keep(request.actor, clock.today()), pk=pk)
    form = HoldForm(sent(request))
    here = reverse("units:unit-holds", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = run_action(
            request,
            form,
            lambda: records.open_hold(form.cleaned_data, unit_id=pk, actor=request.actor),
            to=here,
            said="Đã ghi lý do tạm dừng của đơn vị.",
        )
        if done:
            return done
    context = {"form": form, "unit": unit, "holds": queries.holds_of_unit(unit), "lead": HOLD_LEAD}
    return render_page(request, "units/person_unit_holds.html", context)


@card("person.edit", methods=("GET", "POST"), loads="hold", personal=True)
def hold_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of a hold, of a person or of a unit, with its conclusion."""
    hold = find_or_404(queries.holds_for(request.actor, clock.today()), pk=pk)
    form = HoldCloseForm(sent(request))
    words = {
        "heading": "Kết thúc lý do tạm dừng",
        "lead": f"{hold.get_kind_display()}, từ ngày {hold.opened_on:%d/%m/%Y}. Nếu kết luận có vi phạm, "
        "hãy ghi "
        "thêm kỷ luật và xếp loại tương ứng.",
        "submit": "Kết thúc",
        "said": "Đã kết thúc lý do tạm dừng.",
    }

    def act() -> Hold:
        return records.close_hold(pk, **form.cleaned_data, actor=request.actor)

    if hold.person is not None:
        return step(request, hold.person, form, act, words, anchor="holds")
    back = reverse("units:unit-holds", args=[hold.unit_id])
    if request.method == "POST" and form.is_valid():
        done = run_action(request, form, act, to=back, said=words["said"])
        if done:
            return done
    return render_page(
        request, "units/person_step.html", {"form": form, "unit": hold.unit, "words": words, "back": back}
    )


# --- training --------------------------------------------------------------------------------------
def _training_words(heading: str) -> dict[str, str]:
    return {
        "heading": heading,
        "lead": "Ghi các khóa tập trung dài ngày: từ 12 tháng trở lên cần kết quả khá mới được tính thời "
        "gian.",
        "submit": "Lưu khóa đào tạo",
        "said": "Đã lưu khóa đào tạo.",
    }


@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def training_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A course of a person."""
    person, form = kept_person(request, pk), TrainingForm(sent(request))

    def act() -> Training:
        return records.save_training(pk, form.cleaned_data, actor=request.actor)

    return step(request, person, form, act, _training_words("Ghi khóa đào tạo, bồi dưỡng"), anchor="training")


@card("person.edit", methods=("GET", "POST"), loads="training", personal=True)
def training_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A course put right or completed with its result."""
    row = _kept(request, Training, pk)
    initial = {name: getattr(row, name) for name in records.TRAINING_FIELDS}
    form = TrainingForm(sent(request), initial=initial)

    def act() -> Training:
        data = form.cleaned_data
        return records.save_training(row.person_id, data, training_id=pk, actor=request.actor)

    return step(request, row.person, form, act, _training_words("Sửa khóa đào tạo"), anchor="training")


@card("person.edit", methods=("GET", "POST"), loads="training", personal=True)
def training_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A course written by mistake."""
    row, form = _kept(request, Training, pk), RemoveForm(sent(request))
    words = {
        "heading": "Bỏ khóa đào tạo ghi nhầm",
        "lead": f"Năm {row.year}: {row.name or 'không ghi tên'}. Nội dung đã bỏ và lý do được giữ trong "
        "nhật ký.",
        "submit": "Bỏ dòng này",
        "danger": "yes",
        "said": "Đã bỏ khóa đào tạo ghi nhầm.",
    }

    def act() -> Person:
        return records.remove_training(pk, **form.cleaned_data, actor=request.actor)

    return step(request, row.person, form, act, words, anchor="training")


# --- secondment ------------------------------------------------------------------------------------
def _secondment_words(heading: str) -> dict[str, str]:
    return {
        "heading": heading,
        "lead": "Khi biệt phái có thời hạn, đơn vị cử đi quyết định danh hiệu và đơn vị nhận xác nhận.",
        "submit": "Lưu biệt phái",
        "said": "Đã lưu thông tin biệt phái.",
    }


@card("person.edit", methods=("GET", "POST"), loads="person", personal=True)
def secondment_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A secondment of a person."""
    person, form = kept_person(request, pk), SecondmentForm(sent(request))

    def act() -> Secondment:
        return records.save_secondment(pk, form.cleaned_data, actor=request.actor)

    return step(request, person, form, act, _secondment_words("Ghi biệt phái"), anchor="secondment")


@card("person.edit", methods=("GET", "POST"), loads="secondment", personal=True)
def secondment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A secondment ended, confirmed or put right."""
    row = _kept(request, Secondment, pk)
    initial = {name: getattr(row, name) for name in records.SECONDMENT_FIELDS}
    form = SecondmentForm(sent(request), initial=initial)

    def act() -> Secondment:
        data = form.cleaned_data
        return records.save_secondment(row.person_id, data, secondment_id=pk, actor=request.actor)

    return step(request, row.person, form, act, _secondment_words("Sửa biệt phái"), anchor="secondment")


@card("person.edit", methods=("GET", "POST"), loads="secondment", personal=True)
def secondment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A secondment written by mistake."""
    row, form = _kept(request, Secondment, pk), RemoveForm(sent(request))
    words = {
        "heading": "Bỏ dòng biệt phái ghi nhầm",
        "lead": f"{row.to_unit}, từ ngày {row.valid_from:%d/%m/%Y}. Nội dung đã bỏ và lý do được giữ "
        "trong nhật ký.",
        "submit": "Bỏ dòng này",
        "danger": "yes",
        "said": "Đã bỏ dòng biệt phái ghi nhầm.",
    }

    def act() -> Person:
        return records.remove_secondment(pk, **form.cleaned_data, actor=request.actor)

    return step(request, row.person, form, act, words, anchor="secondment")
