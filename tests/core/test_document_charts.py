import pytest
from defusedxml import ElementTree
from django.template import engines

from core.documents.charts import bar_svg, chart_svg, line_svg, share_svg
from core.documents.tree import (
    Chart,
)
from tests.core.document_samples import BAR, LINE, SHARE


@pytest.mark.parametrize("chart", [BAR, LINE, SHARE])
def test_charts_are_well_formed_named_and_without_style_or_script(chart):
    svg = chart_svg(chart)
    root = ElementTree.fromstring(svg)
    names = [child.tag.rsplit("}", 1)[-1] for child in root]
    assert names[:2] == ["title", "desc"]
    assert not any("style" in element.attrib for element in root.iter())
    assert "<script" not in svg
    assert "nan" not in svg


def test_bars_carry_their_values_and_a_missing_one_a_dash():
    svg = bar_svg(BAR)
    for text in (">12<", ">30<", ">10<", ">–<", ">Kỳ này<", ">Kỳ trước<"):
        assert text in svg


def test_lines_are_named_at_their_end():
    assert ">Toàn ngành 9,5<" in line_svg(LINE)


def test_shares_show_their_part_of_the_whole():
    svg = share_svg(SHARE)
    assert "Tập thể: 25 (25\u00a0%)" in svg
    assert ">75\u00a0%<" in svg


@pytest.mark.parametrize("kind", ["bar", "line", "share"])
@pytest.mark.parametrize("numbers", [[0, 0], [None, None], [-5, 3]])
def test_charts_survive_empty_and_negative_figures(kind, numbers):
    ElementTree.fromstring(chart_svg(Chart("c", "C", kind, ["a", "b"], [("s", numbers)])))


@pytest.mark.parametrize("kind", ["bar", "line", "share"])
def test_charts_survive_having_nothing_to_show(kind):
    ElementTree.fromstring(chart_svg(Chart("c", "C", kind, [], [])))


def test_names_in_a_chart_are_escaped_and_templates_print_it_as_it_is():
    svg = bar_svg(Chart("c", "<i>A</i>", "bar", ["<b>&"], [("s", [1])]))
    assert "<b>" not in svg
    assert "<i>" not in svg
    assert engines["django"].from_string("{{ svg }}").render({"svg": svg}) == str(svg)
