"""The house keeps its shape: arrows of imports, one audit entry per action, cards on routes,
words for actions.
"""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from core import audit
from core.web import EXTERNAL_CARDS, Card

ROOT = Path(__file__).resolve().parent.parent
# Lower apps stand left; an app imports itself and what stands left of it.
LAYERS = ["core", "units", "campaigns", "awards", "reports", "demo", "config"]
# Inside an app a module imports its own rank or a lower one.
RANKS = {
    "choices": 0, "role_matrix": 0, "errors": 0, "text": 0, "clock": 0, "icons": 0, "catalogue": 0,
    "models": 1, "password_links": 2, "validators": 2, "devices": 2, "sessions": 4, "account_forms": 6,
    "rules": 2, "workflow": 2, "periods": 2, "permissions": 2, "paths": 1,
    "queries": 3, "figures": 3, "facts": 3, "findings": 3,
    "documents": 4, "periodic": 4,
    "actions": 5,
    "forms": 6, "importing": 6,
    "role_queries": 3, "handover_pack": 3, "desk_roles": 4, "role_forms": 6, "handover_forms": 6,
    "views": 7, "api": 7, "tasks": 7, "management": 7, "admin": 7,
    "urls": 8, "apps": 9,
    "trail_queries": 3, "trail_export": 4, "trail_words": 3, "trail_forms": 6, "access_signals": 7,
    "people_rules": 2, "people_queries": 3, "people_export": 4, "person_facts": 3, "person_sections": 3,
    "person_section": 3, "people_forms": 6,
    "moving": 4, "change_plans": 4, "tree": 3, "unit_sections": 3, "unit_section": 4, "change_forms": 6,
    "desk_changes": 4, "reminders": 5, "inbox_forms": 6, "invariants": 7, "scoring": 2,
}  # fmt: skip
# core is the ground: its modules are machinery that actions above call; the demo has no layers of its own.
UNRANKED = {"core", "demo", "config"}


def python_files() -> list[Path]:
    return [
        path
        for app in LAYERS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def imports_of(path: Path) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, node.lineno)]
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
    return found


def rank(module: str) -> int | None:
    parts = module.split(".")
    return RANKS.get(parts[1]) if len(parts) > 1 else None


def test_imports_point_down() -> None:
    wrong = []
    for path in python_files():
        layer = path.relative_to(ROOT).parts[0]
        for module, line in imports_of(path):
            target = module.split(".")[0]
            if target in LAYERS and LAYERS.index(target) > LAYERS.index(layer) and layer != "config":
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    allowed = {"demo/management/commands/demo.py"}
    assert [w for w in wrong if w.split(":")[0] not in allowed] == []


def test_modules_inside_an_app_import_downwards() -> None:
    wrong = []
    for path in python_files():
        relative = path.relative_to(ROOT)
        app = relative.parts[0]
        if app in UNRANKED:
            continue
        own = RANKS.get(relative.parts[1].removesuffix(".py"))
        for module, line in imports_of(path):
            other = rank(module)
            if module.split(".")[0] == app and own is not None and other is not None and other > own:
                wrong.append(f"{relative}:{line} imports {module}")
    # the one standing exception: an action imports its task inside the after-commit function
    assert [w for w in wrong if not re.search(r"actions.* imports \w+\.tasks", w)] == []


def test_core_knows_no_domain_word() -> None:
    words = re.compile(r"\b(Unit|Campaign|Award|Nomination|Pledge|Honour|Initiative)[A-Z]?\w*\b")
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] == "core"
        for match in words.finditer("\n".join(m for m, _ in imports_of(path)))
    ]
    assert wrong == []


def test_rules_are_pure() -> None:
    wrong = []
    for path in python_files():
        relative = path.relative_to(ROOT)
        if relative.parts[1:2] and relative.parts[1].removesuffix(".py") == "rules":
            for module, line in imports_of(path):
                if module.split(".")[0] == "django" or module.startswith(("core.clock", "core.models")):
                    wrong.append(f"{relative}:{line} {module}")
    assert wrong == []


def public_functions(path: Path) -> list[ast.FunctionDef]:
    return [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def test_every_public_function_says_what_it_does() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in python_files()
        for node in public_functions(path)
        if ast.get_docstring(node) is None
    ]
    assert wrong == []


def test_every_action_on_business_data_is_audited() -> None:
    """An action file that writes (a transaction) records; one that delegates to an audited one is fine."""
    wrong = []
    for app in ("units", "campaigns", "awards"):
        for path in sorted((ROOT / app / "actions").glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            bodies = {n.name: ast.unparse(n) for n in tree.body if isinstance(n, ast.FunctionDef)}
            recording = {name for name, body in bodies.items() if "audit.record(" in body}
            for _ in bodies:
                recording |= {n for n, b in bodies.items() if any(f"{r}(" in b for r in recording)}
            wrong += [
                f"{path.relative_to(ROOT)}: {node.name}"
                for node in public_functions(path)
                if node.name not in recording
                and "transaction.atomic" in ast.unparse(node)
                and node.name != "rebuild_paths"
            ]
    assert wrong == []


def test_every_recorded_action_has_a_vietnamese_name() -> None:
    keys = {
        match
        for path in python_files()
        for match in re.findall(
            r"audit\.record\(\s*\w+,\s*\"([a-z_]+\.[a-z_]+)\"", path.read_text(encoding="utf-8")
        )
    }
    assert len(keys) > 10
    assert sorted(key for key in keys if audit.label_of(key) == key) == []


def leaves(resolver: URLResolver, names: tuple[str, ...] = ()) -> list[tuple[str, URLPattern]]:
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found += leaves(entry, (*names, entry.namespace) if entry.namespace else names)
        else:
            found.append((":".join((*names, entry.name or "?")), entry))
    return found


def test_every_route_carries_a_card() -> None:
    missing = [
        name
        for name, pattern in leaves(get_resolver())
        if not isinstance(getattr(pattern.callback, "card", EXTERNAL_CARDS.get(name)), Card)
    ]
    assert missing == []


def test_views_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name} ({node.end_lineno - node.lineno} lines)"
        for path in python_files()
        if "views" in path.parts or path.name == "views.py"
        for node in public_functions(path)
        if node.end_lineno and node.end_lineno - node.lineno > 34
    ]
    assert long == []


def test_templates_have_no_inline_script_or_style() -> None:
    bad = re.compile(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\bsrc=)|hx-on|javascript:", re.I)
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in bad.finditer(path.read_text(encoding="utf-8"))
        if "documents" not in path.parts
    ]
    assert wrong == []


@pytest.mark.parametrize("label", LAYERS[:-1])
def test_apps_are_installed(label: str) -> None:
    assert apps.is_installed(label)
