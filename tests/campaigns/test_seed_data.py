"""The four shipped campaigns say what their launching documents say, and nothing more."""

import json
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = ROOT / "tests" / "data" / "launch"
DOCUMENTS = {
    "PT-2024": "bo-tnmt-2024",
    "PT-2021": "bo-tnmt-2021",
    "KH-TCMT-2021-2025": "tong-cuc-moi-truong-2021-2025",
}
AUDIENCES = ("collective", "individual", "leader")
UNIT_CODES = {"PT-2024": "M1", "PT-2021": "M1", "KH-TCMT-2021-2025": "U006", "CT-19-TTG-2021": None}


def load_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


CAMPAIGNS = {
    campaign["code"]: campaign
    for campaign in load_json(ROOT / "campaigns" / "data" / "campaigns.json")["campaigns"]
}
UNITS = {unit["code"]: unit for unit in load_json(ROOT / "units" / "data" / "organisation.json")["units"]}


def source_of(code: str) -> str:
    text = (LAUNCH / f"{DOCUMENTS[code]}.txt").read_text(encoding="utf-8")
    return unicodedata.normalize("NFC", text)


def expected_of(code: str) -> dict:
    return load_json(LAUNCH / f"{DOCUMENTS[code]}.expected.json")


def begins_like(text: str, head: str) -> bool:
    """Whether text contains the parts of head ("…" stands for a gap) in order, from its first word."""
    position = 0
    for number, part in enumerate(head.split("…")):
        found = text.find(part.strip(), position)
        if found < 0 or (number == 0 and found != 0):
            return False
        position = found + len(part.strip())
    return True


def test_campaigns_are_the_four_known_ones():
    assert list(CAMPAIGNS) == ["CT-19-TTG-2021", "PT-2024", "PT-2021", "KH-TCMT-2021-2025"]


@pytest.mark.parametrize("code", DOCUMENTS)
@pytest.mark.parametrize("field", ["theme", "year_from", "year_to", "movements_named", "recipients"])
def test_stated_fields_equal_the_careful_reading(code, field):
    assert CAMPAIGNS[code][field] == expected_of(code)[field]


@pytest.mark.parametrize("code", DOCUMENTS)
def test_issuer_and_responsible_unit_equal_the_careful_reading(code):
    campaign, expected = CAMPAIGNS[code], expected_of(code)

    assert campaign["issuer_name"] == expected["issuer"]
    assert campaign["responsible_unit"] == expected["responsible_unit"]
    assert campaign["doc_kind"] == expected["doc_kind"]
    assert campaign["doc_date"] == expected.get("doc_date")
    assert campaign["legal_basis"] == expected["legal_basis"]


@pytest.mark.parametrize("code", DOCUMENTS)
def test_a_name_is_marked_derived_only_where_the_document_has_none(code):
    campaign, expected = CAMPAIGNS[code], expected_of(code)

    assert campaign["title_is_derived"] == (expected["title"] is None)
    if expected["title"] is not None:
        assert campaign["title"] == expected["title"]


@pytest.mark.parametrize("code", DOCUMENTS)
@pytest.mark.parametrize("field", ["contents", "tasks"])
def test_items_are_whole_and_word_for_word(code, field):
    items, heads = CAMPAIGNS[code][field], expected_of(code)[field]
    source = source_of(code)

    assert [item["position"] for item in items] == list(range(1, len(heads) + 1))
    for item, head in zip(items, heads, strict=True):
        assert item["text"] in source
        assert begins_like(item["text"], head), head


@pytest.mark.parametrize("code", DOCUMENTS)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_criteria_equal_the_careful_reading(code, audience):
    criteria, expected = CAMPAIGNS[code]["criteria"][audience], expected_of(code)["criteria"]

    assert [item["text"] for item in criteria["items"]] == expected[audience]
    assert criteria["open_list"] == expected.get(f"{audience}_open_list", False)


def test_only_the_two_computable_criteria_of_2024_carry_a_check():
    checks = {
        (audience, item["position"]): item["check"]
        for audience in AUDIENCES
        for item in CAMPAIGNS["PT-2024"]["criteria"][audience]["items"]
        if item["check"]
    }

    assert checks == {("collective", 3): "lawmaking_100", ("leader", 1): "unit_outstanding"}


@pytest.mark.parametrize("code", DOCUMENTS)
def test_deadlines_equal_the_careful_reading(code):
    stated = [(item["what"], item["rule"]) for item in CAMPAIGNS[code]["deadlines"]]

    assert stated == [(item["what"], item["date"]) for item in expected_of(code)["deadlines"]]


def test_only_2024_states_a_reporting_cycle():
    cycles = {code: campaign["report_cycle"] for code, campaign in CAMPAIGNS.items()}

    assert cycles == {
        "CT-19-TTG-2021": [],
        "PT-2024": ["six_month", "year_end"],
        "PT-2021": [],
        "KH-TCMT-2021-2025": [],
    }


def test_directive_is_what_the_plan_answers():
    directive, plan = CAMPAIGNS["CT-19-TTG-2021"], CAMPAIGNS["KH-TCMT-2021-2025"]

    assert plan["parent"] == directive["code"]
    assert directive["issuer_name"] == "Thủ tướng Chính phủ"
    assert plan["legal_basis"][0]["number"] == directive["doc_number"]
    assert plan["legal_basis"][0]["date"] == directive["doc_date"]
    title = plan["legal_basis"][0]["title"].removeprefix("về việc phát động ")
    assert title == directive["title"][0].lower() + directive["title"][1:]


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_issuing_unit_exists_in_the_years_of_the_campaign(code):
    campaign = CAMPAIGNS[code]
    unit_code = campaign["issuer_unit_code"]
    day = campaign["doc_date"] or f"{campaign['year_from']}-01-31"

    assert unit_code == UNIT_CODES[code]
    if unit_code is not None:
        unit = UNITS[unit_code]
        assert (unit["valid_from"] or "") <= day < (unit["valid_to"] or "9999")


def test_responsible_unit_of_2024_exists_that_year():
    unit = UNITS[CAMPAIGNS["PT-2024"]["responsible_unit_code"]]

    assert unit["name"] == CAMPAIGNS["PT-2024"]["responsible_unit"]
    assert unit["valid_from"] <= "2024-01-01" < unit["valid_to"]


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(ROOT).as_posix()
        for app in ("units", "campaigns")
        for path in (ROOT / app / "data").glob("*.json")
    ),
)
def test_data_files_are_composed_unicode(path):
    text = (ROOT / path).read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)


def test_organisation_has_every_unit_under_a_parent_of_its_time():
    assert len(UNITS) == 288
    for unit in UNITS.values():
        assert (unit["kind"] == "ministry") == (not unit["placements"]), unit["code"]
        for placement in unit["placements"]:
            parent = UNITS[placement["parent"]]
            assert (placement["valid_from"] or "") >= (parent["valid_from"] or ""), unit["code"]
            assert (placement["valid_to"] or "9999") <= (parent["valid_to"] or "9999"), unit["code"]


def test_successors_exist_on_the_day_their_predecessor_ends():
    for unit in UNITS.values():
        for code in unit["successors"]:
            successor = UNITS[code]
            assert (successor["valid_from"] or "") <= unit["valid_to"] < (successor["valid_to"] or "9999")
