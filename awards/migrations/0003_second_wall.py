"""Row-level security for persons, their facts, dossiers, results and files. Can be undone.

It binds the role of web requests (core 0005) to app.scope, the path of the actor's unit, and app.user. It is
coarser than the first wall on purpose: it knows no dates and no roles, only who stands under whom.
"""

from django.db import migrations

SCOPE = "nullif(current_setting('app.scope', true), '')"


def within(unit_id: str) -> str:
    """SQL: the unit is the actor's or stands under it. Uncorrelated: the units are read once per statement."""
    return f"{unit_id} IN (SELECT u.id FROM units_unit u WHERE starts_with(u.path, {SCOPE}))"  # noqa: S608


def posted(person_id: str) -> str:
    """SQL: the person holds or held a post within reach."""
    return (
        f"{person_id} IN (SELECT o.person_id FROM units_posting o JOIN units_unit u ON u.id = o.unit_id"  # noqa: S608
        f" WHERE starts_with(u.path, {SCOPE}))"
    )


# a person is also seen: before the first post is given; as oneself; as whom units within reach name as author,
# in a pledge, in a dossier or in an honour; and as the holder of a role at a unit above (a contact)
PERSON = f"""
    {posted("units_person.id")}
    OR NOT EXISTS (SELECT 1 FROM units_posting o WHERE o.person_id = units_person.id)
    OR id IN (SELECT a.person_id FROM units_user a WHERE a.id::text = current_setting('app.user', true))
    OR id IN (SELECT w.person_id FROM campaigns_initiativeauthor w
              JOIN campaigns_initiative i ON i.id = w.initiative_id
              JOIN units_unit u ON u.id = i.unit_id WHERE starts_with(u.path, {SCOPE}))
    OR id IN (SELECT t.person_id FROM campaigns_titleaim t JOIN campaigns_pledge p ON p.id = t.pledge_id
              JOIN units_unit u ON u.id = p.unit_id
              WHERE t.person_id IS NOT NULL AND starts_with(u.path, {SCOPE}))
    OR id IN (SELECT n.person_id FROM awards_nomination n JOIN units_unit u ON u.id = n.unit_id
              WHERE n.person_id IS NOT NULL AND starts_with(u.path, {SCOPE}))
    OR id IN (SELECT h.person_id FROM awards_honourrecord h JOIN units_unit u ON u.id = h.unit_id
              WHERE h.person_id IS NOT NULL AND starts_with(u.path, {SCOPE}))
    OR id IN (SELECT a.person_id FROM units_user a JOIN units_roleassignment r ON r.user_id = a.id
              JOIN units_unit u ON u.id = r.unit_id
              WHERE a.person_id IS NOT NULL AND starts_with({SCOPE}, u.path))
"""  # noqa: S608
POLICIES = {
    "units_person": PERSON,
    "units_yearrecord": posted("units_yearrecord.person_id"),
    "units_discipline": posted("units_discipline.person_id"),
    "units_training": posted("units_training.person_id"),
    "units_secondment": posted("units_secondment.person_id"),
    "units_hold": f"{posted('units_hold.person_id')} OR {within('units_hold.unit_id')}",
    "awards_nomination": f"{within('awards_nomination.unit_id')} OR {within('awards_nomination.held_by_id')}",
    "awards_nominationpaper": (
        "EXISTS (SELECT 1 FROM awards_nomination n WHERE n.id = awards_nominationpaper.nomination_id)"
    ),
    "awards_councilresult": (
        "EXISTS (SELECT 1 FROM awards_nomination n WHERE n.id = awards_councilresult.nomination_id)"
    ),
    "campaigns_unityearresult": within("campaigns_unityearresult.unit_id"),
    "core_storedfile": (
        "core_storedfile.scope_id IS NULL OR core_storedfile.created_by_id::text = current_setting('app.user', true)"
        f" OR {within('core_storedfile.scope_id')}"
    ),
}


def protect(table: str, condition: str) -> str:
    """SQL that shows the web role only rows for which the condition holds, and lets it write only such rows."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY second_wall ON {table} TO thidua_app USING ({condition}) WITH CHECK ({condition});"
    )


def release(table: str) -> str:
    """SQL that undoes protect."""
    return f"DROP POLICY second_wall ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_web_role"),
        ("units", "0003_sort_keys"),
        ("campaigns", "0002_initial"),
        ("awards", "0002_initial"),
    ]
    operations = [
        migrations.RunSQL(protect(table, condition), release(table)) for table, condition in POLICIES.items()
    ]
