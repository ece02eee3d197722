"""Names sort word by word («Nguyễn An» before «Nguyễn Văn An»): the stored keys are made anew. Can be undone: the old
keys sort too, and the next change of a name makes its key again.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.text import name_sort_key, search_key, sort_key


def renew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the keys of all people and units from their names."""
    person, unit = apps.get_model("units", "Person"), apps.get_model("units", "Unit")
    people = list(person.objects.only("full_name"))
    for row in people:
        row.search_key, row.sort_key = search_key(row.full_name)[:160], name_sort_key(row.full_name)[:600]
    person.objects.bulk_update(people, ["search_key", "sort_key"], batch_size=1000)
    units = list(unit.objects.only("name"))
    for row in units:
        row.sort_key = sort_key(row.name)
    unit.objects.bulk_update(units, ["sort_key"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("units", "0002_records_changes_handover")]
    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
