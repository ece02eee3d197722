"""The life-long record of a unit: its collective honours and those of the units it goes back to."""

from datetime import date

from awards import queries
from awards.choices import SubjectKind
from awards.models import HonourRecord
from units.models import Unit
from units.permissions import Actor, holds
from units.tree import Ancestor
from units.unit_sections import Section


def honours_of_unit(actor: Actor, unit: Unit, ancestors: list[Ancestor], day: date) -> Section | None:
    """Collective honours until the day, each with the name the unit had when it was honoured."""
    if not holds(actor, "honour.view"):
        return None
    line = {unit.pk: unit, **{row.unit.pk: row.unit for row in ancestors}}
    rows = HonourRecord.objects.filter(pk__in=queries.honours_for(actor).values("pk"))
    rows = rows.filter(unit__in=line, subject_kind=SubjectKind.COLLECTIVE, decided_on__lte=day)
    rows = rows.select_related("unit").order_by("-decided_on", "-pk")
    return Section("honours", "Khen thưởng", "awards/_unit_honours.html", {"honours": rows}, rows.count())
