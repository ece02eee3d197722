"""The component tags: what they write, what they refuse, and that nothing typed becomes markup."""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import Context, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils.translation import gettext, ngettext

from core.component_page import SampleForm, sample_context
from core.icons import ICONS
from core.templatetags import ui

ATTACK = "<script>alert(1)</script>"
NFD = unicodedata.normalize("NFD", "Đã khen thưởng")
ICONS_IN_USE = """
    home inbox flag edit lightbulb award users check x arrow-right arrow-left download file file-text
    table search clock calendar warning info pause plus menu log-out key building chart shield refresh
    user send return archive star chevron-down chevron-right print paperclip gavel book trash list
"""


def render(source: str, path: str = "/", **context: object) -> str:
    request = RequestFactory().get(path)
    text = engines["django"].from_string(source).template.render(Context(context | {"request": request}))
    return re.sub(r">[ \n]+<", "><", re.sub(r"[ \n]+", " ", text)).strip()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1246.50"), "1.246,5"),
        (1246, "1.246"),
        (98.0, "98"),
        (0, "0"),
        (-3.25, "−3,25"),
        (Decimal("-0.001"), "0"),
        (Fraction(1, 3), "0,33"),
        (None, ""),
        ("chưa có", "chưa có"),
        (float("nan"), "nan"),
    ],
)
def test_decimal_is_written_the_vietnamese_way(value, shown):
    assert ui.decimal(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(81.84, "81,8\u00a0%"), (100, "100\u00a0%"), (Fraction(9, 11), "81,8\u00a0%"), (None, "")],
)
def test_percent_takes_per_cent_and_fractions(value, shown):
    assert ui.percent(value) == shown


def test_day_and_moment_are_local():
    instant = datetime(2026, 11, 20, 18, 32, tzinfo=UTC)

    assert ui.moment(instant) == "01:32 ngày 21/11/2026"
    assert ui.day(instant) == "21/11/2026"
    assert ui.day(date(2026, 1, 2)) == "02/01/2026"
    assert ui.moment(date(2026, 1, 2)) == "02/01/2026"
    assert ui.day(None) == ""


def test_person_short_keeps_the_given_name():
    assert ui.person_short("Nguyễn Thị Thu Hà") == "N. T. T. Hà"
    assert ui.person_short("Hà") == "Hà"
    assert ui.person_short("") == ""


def test_every_named_icon_exists():
    assert [name for name in ICONS_IN_USE.split() if name not in ICONS] == []


def test_badge_has_words_and_normal_form():
    assert (
        render("{% badge text 'honour' %}", text=NFD) == '<span class="badge is-honour">Đã khen thưởng</span>'
    )


@pytest.mark.parametrize(
    "source",
    [
        "{% badge text 'ok' %}",
        "{% button text href='/a' icon='plus' %}",
        "{% post_button text url='/a' confirm=text %}",
        "{% stat text text note=text %}",
        "{% empty text text url='/a' label=text %}",
        "{% th text sort='name' %}",
        "{% bullet 1 2 unit=text %}",
        "{{ text|day }}{{ text|moment }}{{ text|decimal }}{{ text|person_short }}",
    ],
)
def test_text_never_becomes_markup(source):
    shown = render(source, text=ATTACK)

    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_rows_never_become_markup():
    item = dict.fromkeys(("label", "who", "role", "note", "reason", "source", "missing"), ATTACK)
    item |= {"status": "now", "outcome": "hold", "at": datetime(2024, 12, 16, tzinfo=UTC)}

    shown = render("{% steps rows %}{% timeline rows %}{% finding row %}", rows=[item], row=item)

    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 9


@pytest.mark.parametrize(
    "source",
    [
        "{% badge 'x' 'purple' %}",
        "{% badge 'x' colour='ok' %}",
        "{% icon 'unicorn' %}",
        "{% button 'x' %}",
        "{% button 'x' href='/' kind='loud' %}",
        "{% post_button 'x' url='/' kind='loud' %}",
        "{% field 'x' %}",
        "{% field form.title size='huge' %}",
        "{% errors 'x' %}",
        "{% steps rows %}",
        "{% finding row %}",
        "{% stat 1 'x' tone='pink' %}",
    ],
)
def test_wrong_argument_is_an_error(source):
    context = {"form": SampleForm(), "rows": [{"status": "perhaps"}], "row": {"outcome": "perhaps"}}

    with pytest.raises(TemplateSyntaxError):
        render(source, **context)


def test_field_ties_label_help_and_error_to_the_input():
    form = SampleForm({"title": "", "started_on": "31/02/2024"})

    shown = render("{% field form.started_on %}", form=form)

    assert '<label class="field-label" for="id_started_on">Ngày phát động</label>' in shown
    assert 'id="id_started_on_helptext"' in shown
    assert 'id="id_started_on_error"' in shown
    assert 'aria-describedby="id_started_on_helptext id_started_on_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'placeholder="dd/mm/yyyy"' in shown
    assert 'type="text"' in shown
    assert "ví dụ 25/11/2024" in shown


def test_field_names_what_is_optional_and_the_unit():
    assert "(không bắt buộc)" in render("{% field form.summary %}", form=SampleForm())
    assert "(không bắt buộc)" not in render("{% field form.title %}", form=SampleForm())
    assert '<span class="input-suffix">%</span>' in render(
        "{% field form.share suffix='%' %}", form=SampleForm()
    )


def test_field_groups_choices_in_a_fieldset():
    shown = render("{% field form.audience %}", form=SampleForm())

    assert shown.startswith(
        '<fieldset class="field field-choices"><legend class="field-label">Đối tượng</legend>'
    )
    assert shown.count('type="radio"') == 3


def test_field_shows_a_typed_attack_as_text():
    assert "<script" not in render("{% field form.title %}", form=SampleForm({"title": ATTACK}))


def test_errors_link_to_their_fields_and_are_silent_otherwise():
    assert render("{% errors form %}", form=SampleForm()) == ""
    assert render("{% errors form %}", form=None) == ""

    shown = render("{% errors form %}", form=SampleForm({"started_on": "x", "audience": "c"}))

    assert '<a href="#id_title">Tên phong trào: Chưa điền mục này.</a>' in shown
    assert 'role="alert"' in shown
    assert '<a href="#id_audience_0">' in render("{% errors form %}", form=SampleForm({"title": "x"}))


def test_errors_of_a_formset_name_the_row():
    class Row(forms.Form):
        name = forms.CharField(label="Họ và tên")

    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "A", "form-1-name": ""}

    shown = render(
        "{% errors rows %}", rows=formset_factory(Row)(data, initial=[{"name": "A"}, {"name": "B"}])
    )

    assert '<a href="#id_form-1-name">Dòng 2 – Họ và tên: Chưa điền mục này.</a>' in shown


def test_each_form_key_is_new():
    keys = re.findall(r'value="([0-9a-f-]{36})"', render("{% form_key %}{% form_key %}"))

    assert len(set(keys)) == 2


def test_post_button_carries_token_key_and_question():
    shown = render("{% post_button 'Thu hồi' url='/x' confirm='Chắc chưa?' %}", csrf_token="token-1")

    assert 'data-confirm="Chắc chưa?"' in shown
    assert 'name="csrfmiddlewaretoken" value="token-1"' in shown
    assert 'name="form_key"' in shown


def test_pager_keeps_the_filters():
    page = Paginator(range(100), 25).page(2)

    shown = render("{% pager page %}", path="/?q=nguyễn&page=2", page=page)

    assert 'href="?q=nguy%E1%BB%85n&amp;page=3"' in shown
    assert "26–50 trên 100" in shown
    assert 'aria-current="page"' in shown


def test_pager_of_one_page_only_counts():
    shown = render("{% pager page %}", page=Paginator(range(3), 25).page(1))

    assert "1–3 trên 3" in shown
    assert "<a" not in shown


@pytest.mark.parametrize(
    ("query", "order", "link"),
    [
        ("", "none", "?sort=name"),
        ("sort=name&page=3", "ascending", "?sort=-name"),
        ("sort=-name", "descending", "?sort=name"),
    ],
)
def test_head_turns_the_order_round(query, order, link):
    shown = render("{% th 'Tên' sort='name' %}", path=f"/?{query}")

    assert f'aria-sort="{order}"' in shown
    assert f'href="{link}"' in shown


def test_plain_head_is_numeric_when_asked():
    assert render("{% th 'Điểm' numeric=True %}") == '<th scope="col" class="num">Điểm</th>'


@pytest.mark.parametrize(
    ("reached", "pledged", "words"), [(97.5, 98, "(99\u00a0%)"), (12, 10, "(120\u00a0%)"), (0, 0, "")]
)
def test_bullet_says_its_figures(reached, pledged, words):
    shown = render("{% bullet a b %}", a=reached, b=pledged)

    assert words in shown
    assert 'width="nan"' not in shown


def test_steps_mark_the_present_one():
    shown = render("{% steps rows %}", rows=sample_context()["tracker"])

    assert shown.count('aria-current="step"') == 1
    assert "hạn 20/12/2024" in shown


@pytest.mark.parametrize("outcome", ["met", "needs_judgement", "not_met", "hold"])
def test_finding_has_a_word_for_every_outcome(outcome):
    shown = render("{% finding f %}", f={"outcome": outcome, "reason": "Lý do", "source": "Điều 23"})

    assert f"<strong>{ui.FINDINGS[outcome][1]}</strong>" in shown
    assert "Căn cứ: Điều 23" in shown


def test_empty_works_inside_the_empty_part_of_a_loop():
    shown = render("{% for x in rows %}{{ x }}{% empty %}{% empty 'Chưa có hồ sơ' %}{% endfor %}", rows=[])

    assert "Chưa có hồ sơ" in shown


def test_component_page_shows_everything_without_inline_code():
    page = render("{% extends 'core/components.html' %}", **sample_context())

    for mark in (
        "badge",
        "stat",
        "steps",
        "timeline",
        "finding",
        "bullet",
        "pager",
        "empty",
        "error-summary",
        "formset-row",
    ):
        assert f'class="{mark}' in page
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page)
    assert all('src="' in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_stands_without_any_context_and_says_what_to_do(code):
    page = engines["django"].get_template(f"{code}.html").render()

    assert page.count("<h1>") == 1
    assert "Về trang chính" in page
    assert "Mã tra cứu" not in page


def test_not_found_says_the_same_whatever_the_reason():
    template = engines["django"].get_template("404.html")
    context = {"request_id": "7f3a"}

    pages = {
        template.render(context | {"exception": reason, "request_path": f"/{reason}"})
        for reason in ("a", "b")
    }

    assert len(pages) == 1
    assert "7f3a" in pages.pop()


def test_messages_of_the_libraries_are_vietnamese():
    too_short = "This password is too short. It must contain at least %d character."

    assert gettext("Too many failed login attempts. Try again later.").startswith(
        "Đăng nhập sai quá nhiều lần"
    )
    assert gettext("This field is required.") == "Chưa điền mục này."
    assert "ít nhất" in ngettext(too_short, too_short.replace("character", "characters"), 12)


def test_compiled_messages_are_not_older_than_their_source():
    folder = Path(settings.BASE_DIR) / "locale/vi/LC_MESSAGES"
    source = (folder / "django.po").read_text(encoding="utf-8")
    compiled = (folder / "django.mo").read_bytes()

    missing = [
        line
        for line in re.findall(r'^msgstr(?:\[0\])? "(.+)"$', source, re.M)
        if line.encode() not in compiled
    ]

    assert [line for line in missing if "\\" not in line] == []


def test_no_template_has_inline_code():
    folder = Path(settings.BASE_DIR) / "templates"
    guilty = [
        path.name
        for path in folder.rglob("*.html")
        if re.search(
            r"\son[a-z]+=\"|\sstyle=\"|<style|<script(?![^>]*src=)", path.read_text(encoding="utf-8")
        )
        and "documents" not in path.parts
    ]

    assert guilty == []
