import pytest

from campaigns.importing import read
from tests.campaigns.importing import agreement
from tests.campaigns.importing.agreement import CORPUS, SEEDS, compare, documents, expected_of

NAMES = documents()


def faults(name: str, draft) -> list[str]:
    scores = compare(expected_of(name), draft.to_json(), is_seed=name in SEEDS)
    return [fault for score in scores.values() for fault in score.faults]


@pytest.mark.parametrize("name", NAMES)
def test_draft_agrees_with_the_careful_reader_in_every_field(name):
    draft = read(CORPUS / f"{name}.txt")

    assert faults(name, draft) == []


def test_corpus_holds_forty_documents_of_its_own_and_eight_that_launch_nothing():
    own = [name for name in NAMES if name not in SEEDS]
    near = [name for name in own if not expected_of(name)["is_launch"]]

    assert len(own) >= 40
    assert len(near) >= 8
    assert set(SEEDS) <= set(NAMES)


def test_spans_of_the_corpus_hold_the_texts_they_belong_to():
    for name in NAMES:
        draft = read(CORPUS / f"{name}.txt")
        for what in ("contents", "tasks"):
            for item in getattr(draft, what):
                assert agreement.key(draft.text[item.start : item.end]) == agreement.key(item.text)
        for items in draft.criteria.values():
            for item in items:
                assert agreement.key(draft.text[item.start : item.end]) == agreement.key(item.text)


def test_offsets_of_a_plain_text_are_those_of_the_file():
    name = "bo-tnmt-2024"
    written = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")

    draft = read(CORPUS / f"{name}.txt")

    first = draft.contents[0]
    assert written[first.start : first.end] == first.text
    assert written[draft.theme.start : draft.theme.end] == draft.theme.text
    assert written[draft.issuer.start : draft.issuer.end] == draft.issuer.text
