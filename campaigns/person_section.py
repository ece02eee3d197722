"""The initiatives of a person on the person's page."""

from datetime import date

from django.db.models import Q

from campaigns.choices import InitiativeState
from campaigns.models import InitiativeAuthor
from campaigns.queries import initiatives_for
from units.models import Person
from units.permissions import Actor, holds
from units.person_sections import Section


def initiatives_section(actor: Actor, person: Person, day: date) -> Section | None:
    """Recognised initiatives of the whole career, and those under way that the actor may see. Two queries."""
    if not holds(actor, "initiative.view"):
        return None
    seen = set(initiatives_for(actor).filter(authors__person=person).values_list("pk", flat=True))
    rows = InitiativeAuthor.objects.filter(person=person).select_related("initiative__unit")
    rows = rows.filter(Q(initiative__state=InitiativeState.RECOGNISED) | Q(initiative__in=seen))
    authored = [(row, row.initiative_id in seen) for row in rows.order_by("-initiative__year", "-pk")]
    context = {"rows": authored}
    return Section(
        "Sáng kiến, đề tài", "campaigns/_person_initiatives.html", context, len(authored), order=20
    )
