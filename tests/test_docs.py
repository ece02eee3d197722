"""The documents stay true: words, permissions, commands, links, decision records, forbidden names."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import models

from tests.test_repository import BASE, text, written_files
from units.choices import Role
from units.role_matrix import PERMISSIONS, ROLE_MATRIX, SUBTREE

APPS = ("core", "units", "campaigns", "awards", "reports")
SECTIONS = ["Status", "Context", "Decision", "Consequences", "Rejected", "Risk"]
DOCUMENTS = sorted(
    str(path.relative_to(BASE))
    for path in [*BASE.glob("*.md"), *(BASE / "docs").glob("*.md"), *(BASE / "docs/decisions").glob("*.md")]
)
RECORDS = sorted(path.name for path in (BASE / "docs/decisions").glob("*.md"))
# Hosts of package registries, places of one machine, numbers of tickets: nothing a reader could use.
# Written so that this file does not contain what it looks for.
FORBIDDEN = re.compile(
    r"pypi\.org|python[h]osted\.|npmjs\.|ghcr\.io|docker\.io|crates\.io"
    r"|/(?:root|work|home/\w+)/|\b(?:issue|ticket|session) #?\d",
    re.IGNORECASE,
)


def glossary_terms() -> set[str]:
    """Every word that stands in backquotes in the glossary; «A.B» counts as a whole and by its parts."""
    quoted = re.findall(r"`([^`\n]+)`", text("docs/glossary.md"))
    return {*quoted, *re.findall(r"\w+", " ".join(quoted))}


def choice_classes() -> list[type[models.TextChoices]]:
    found = []
    for app in APPS:
        if (BASE / app / "choices.py").exists():
            for value in vars(import_module(f"{app}.choices")).values():
                if isinstance(value, type) and issubclass(value, models.TextChoices) and value.choices:
                    found.append(value)
    return found


# --- words ---------------------------------------------------------------------------------------------


def test_every_model_is_in_the_glossary() -> None:
    names = {model.__name__ for app in APPS for model in apps.get_app_config(app).get_models()}

    assert sorted(names - glossary_terms()) == []


def test_every_choice_and_its_values_are_in_the_glossary() -> None:
    terms = glossary_terms()
    wanted = {kind.__name__ for kind in choice_classes()}
    wanted |= {
        member.value
        for kind in choice_classes()
        if not kind.__name__.endswith("State")
        for member in kind
        if member.value
    }

    assert sorted(wanted - terms) == []


def test_every_state_stands_in_the_glossary_with_the_word_of_the_screen() -> None:
    glossary = text("docs/glossary.md")
    rows = [
        f"| `{kind.__name__}.{member.name}` | {member.label} |"
        for kind in choice_classes()
        if kind.__name__.endswith("State")
        for member in kind
    ]

    assert rows
    assert [row for row in rows if row not in glossary] == []


# --- permissions ---------------------------------------------------------------------------------------


def test_permission_table_equals_the_role_matrix() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text("docs/permissions.md").splitlines()
        if re.match(r"\| `\w+\.\w+` \|", line)
    ]
    expected = [
        [
            f"`{key}`",
            label,
            "cả cấp dưới" if reach == SUBTREE else "đơn vị mình",
            *("●" if key in ROLE_MATRIX[role] else "" for role in Role),
        ]
        for key, (label, reach) in PERMISSIONS.items()
    ]

    assert rows == expected


def test_permission_page_names_every_role() -> None:
    page = text("docs/permissions.md")

    assert [role.value for role in Role if f"`{role.value}`" not in page] == []


# --- commands, scripts, links --------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_names_only_commands_that_exist(name: str) -> None:
    named = set(re.findall(r"manage\.py ([a-z][a-z_]+)", text(name)))

    assert sorted(named - set(get_commands())) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_names_only_scripts_that_exist(name: str) -> None:
    named = set(re.findall(r"(?<![\w/])((?:scripts|\.ci)/\w+)", text(name)))

    assert sorted(script for script in named if not (BASE / script).is_file()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_inside_the_repository_lead_somewhere(name: str) -> None:
    folder = (BASE / name).parent
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(name))
    inside = [target for target in targets if not re.match(r"\w+:", target)]

    assert [target for target in inside if not (folder / target).exists()] == []


def test_every_celery_task_in_the_operations_page_is_scheduled_or_known() -> None:
    known = {
        task
        for app in APPS
        for path in (BASE / app).rglob("*tasks.py")
        for task in re.findall(r"shared_task\([^)]*name=\"([\w.]+)\"", path.read_text(encoding="utf-8"))
    }
    named = {
        task
        for task in re.findall(r"`(\w+\.\w+)`", text("docs/operations.md"))
        if task.split(".")[0] in APPS and not task.endswith(".py")
    }

    assert named
    assert sorted(named - known) == []


# --- decision records ----------------------------------------------------------------------------------


def test_decision_records_are_numbered_without_a_gap() -> None:
    assert [int(name[:4]) for name in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("name", RECORDS)
def test_decision_record_has_all_sections_with_text(name: str) -> None:
    title, *sections = re.split(r"^## ", text(f"docs/decisions/{name}"), flags=re.MULTILINE)

    assert title.startswith(f"# {name[:4]} ")
    assert [section.partition("\n")[0] for section in sections] == SECTIONS
    assert [section for section in sections if not section.partition("\n")[2].strip()] == []


def test_every_dependency_is_named_in_a_decision_record() -> None:
    records = "\n".join(text(f"docs/decisions/{name}") for name in RECORDS).lower()
    block = text("pyproject.toml").partition("[tool.")[0]
    names = re.findall(r"^    \"([A-Za-z0-9-]+(?:\[\w+\])?)[~<>=;]", block, re.MULTILINE)

    assert len(names) > 20
    assert sorted(name for name in names if f"`{name.lower()}`" not in records) == []


# --- what may not be anywhere --------------------------------------------------------------------------


def test_no_file_names_a_registry_a_machine_or_a_ticket() -> None:
    kinds = (".py", ".md", ".html", ".css", ".js", ".toml", ".yml", ".txt", ".json", ".example", ".lock")
    plain = [BASE / "Dockerfile", BASE / ".ci/run", *(BASE / "scripts").iterdir()]
    found = [
        f"{path.relative_to(BASE)}: {match.group()}"
        for path in (*written_files(*kinds), *plain)
        if not path.is_relative_to(BASE / "tests/data")
        for match in FORBIDDEN.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_readme_shows_where_the_pictures_are() -> None:
    assert len(re.findall(r"!\[[^\]]+\]\(docs/screenshots/[\w-]+\.png\)", text("README.md"))) == 3
