"""The honours of a person on the person's page: the record of a whole life, with the names of each day."""

from datetime import date

from awards.queries import honours_for, honours_of_person
from units.models import Person
from units.permissions import Actor, holds
from units.person_sections import Section


def honours_section(actor: Actor, person: Person, day: date) -> Section | None:
    """Everything the person has received, also at former units. Two queries.

    The page of an honour opens where the actor may see it.
    """
    if not holds(actor, "honour.view"):
        return None
    honours = list(honours_of_person(person).filter(decided_on__lte=day))
    open_to = set(honours_for(actor).filter(person=person).values_list("pk", flat=True)) if honours else set()
    context = {"rows": [(honour, honour.pk in open_to) for honour in honours]}
    return Section("Khen thưởng đã nhận", "awards/_person_honours.html", context, len(honours), order=10)
