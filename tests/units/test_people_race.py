"""Two officers at the same moment."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from core import wall
from core.errors import Refused, RuleBroken, StaleState
from core.models import AuditEntry
from tests.builders import make_person, make_posting
from tests.world import build_world
from units.actions import people
from units.models import Posting, YearRecord

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[Refused | None]:
    """Run the calls at the same moment, each in its own connection; what refused each."""
    start = threading.Barrier(len(calls))
    found: list[Refused | None] = [None] * len(calls)

    def run(number: int, call: Callable[[], object]) -> None:
        with wall.as_system("kiểm thử"):
            start.wait()
            try:
                call()
            except Refused as error:
                found[number] = error
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_two_heads_appointed_at_once_one_is_refused() -> None:
    world = build_world()
    Posting.objects.filter(unit=world.agency, is_unit_head=True).update(valid_to=date(2024, 1, 1))
    persons = [make_person("Lê Văn Một"), make_person("Lê Văn Hai")]
    for person in persons:
        make_posting(person, world.agency)

    def appoint(number: int) -> Callable[[], object]:
        return lambda: people.appoint(
            persons[number],
            world.agency,
            "Cục trưởng",
            valid_from=date(2024, 2, 1),
            is_unit_head=True,
            actor=world.officer,
        )

    refused = [error for error in at_once(appoint(0), appoint(1)) if error]

    assert [type(error) for error in refused] == [RuleBroken]
    assert "đã có thủ trưởng là Lê Văn" in str(refused[0])
    assert Posting.objects.filter(unit=world.agency, is_unit_head=True, valid_to=None).count() == 1


def test_of_two_grids_saved_at_once_the_later_overwrites_nothing() -> None:
    world = build_world()
    person = make_person("Lê Văn Ba")
    make_posting(person, world.agency)

    def save(grade: str) -> Callable[[], object]:
        rows = [(person.pk, 0, {"grade": grade})]
        return lambda: people.save_year_grid(world.agency.pk, 2024, rows, actor=world.officer)

    refused = [error for error in at_once(save("HTTNV"), save("HTXSNV")) if error]

    assert [type(error) for error in refused] == [StaleState]
    assert YearRecord.objects.filter(person=person).count() == 1
    assert AuditEntry.objects.filter(action="year_record.save").count() == 1
