"""Work on the desk that changes of the organisation leave: people without a place, decisions refused."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count
from django.urls import reverse

from units.choices import ChangeState
from units.desk import DeskDate, DeskItem
from units.models import OrganisationChange, Unit
from units.permissions import Actor, scope
from units.queries import unplaced


def unplaced_people(actor: Actor, today: date) -> Iterator[DeskItem]:
    """People of units that ended, without a post since: work of the officer of the unit above.
    Two queries.
    """
    if actor.unit is None:
        return
    rows = unplaced(today).filter(scope(actor, "person.edit")).order_by()
    counts = dict(rows.values_list("unit").annotate(people=Count("person", distinct=True)))
    for unit in Unit.objects.filter(pk__in=counts).order_by("sort_key"):
        if unit.path.removeprefix(actor.unit.path).count("/") != 1:
            continue  # the officer of a unit further down is nearer
        yield DeskItem(
            f"Bố trí {counts[unit.pk]} người của đơn vị đã kết thúc",
            unit.name,
            reverse("units:unit-detail", args=[unit.pk]),
            "Xem danh sách",
        )


def changes_ahead(actor: Actor, today: date) -> Iterator[DeskItem | DeskDate]:
    """Planned decisions: those that should be done by now, and the days of the others. One query."""
    rows = OrganisationChange.objects.filter(scope(actor, "organisation.edit"), state=ChangeState.PLANNED)
    for change in rows.select_related("unit").order_by("on", "pk")[:20]:
        about = f"{change.get_kind_display()}: {change.unit.name if change.unit else ''}"
        if change.on <= today:
            yield DeskItem(
                "Thay đổi tổ chức đã đến ngày, chưa thực hiện",
                about,
                change.get_absolute_url(),
                "Xem",
                change.on,
            )
        elif (change.on - today).days <= 30:
            yield DeskDate(change.on, about, change.get_absolute_url())


SOURCES = (unplaced_people, changes_ahead)
