"""Every route that writes leaves its entries: through run_action or perform, or it is declared why not."""

import inspect
import re

from django.urls import get_resolver

from core.web import EXTERNAL_CARDS
from tests import audit_oracle
from tests.test_architecture import leaves
from tests.test_permission_matrix import routes

CARRIED_OUT = re.compile(r"\b(?:run_action|perform)\(")


def write_routes() -> set[str]:
    return {
        route
        for route, card in routes().items()
        if set(card.methods) - {"GET", "HEAD"} and route not in EXTERNAL_CARDS
    }


def goes_through_an_action(view: object) -> bool:
    """Whether the view, or a function of its module it calls, hands the form to run_action or perform."""
    plain = inspect.unwrap(view)  # type: ignore[arg-type]
    source = inspect.getsource(plain)
    module = inspect.getmodule(plain)
    functions = {
        n: f
        for n, f in vars(module).items()
        if inspect.isfunction(f) and f.__module__.split(".")[0] != "django"
    }
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        text = waiting.pop()
        if CARRIED_OUT.search(text):
            return True
        called = {name for name in functions if re.search(rf"\b{name}\(", text)} - seen
        seen |= called
        waiting += [inspect.getsource(functions[name]) for name in called]
    return False


def test_every_route_that_writes_is_counted_or_declared() -> None:
    declared = audit_oracle.declared()
    views = {name: pattern.callback for name, pattern in leaves(get_resolver())}
    uncounted = {route for route in write_routes() if not goes_through_an_action(views[route])}

    assert sorted(uncounted - declared.keys()) == []
    assert len(write_routes() - uncounted) > 30


def test_the_declared_routes_exist_and_have_a_reason() -> None:
    lines = audit_oracle.TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split(",", 2) for line in lines if not line.startswith(("#", "route,"))]

    assert sorted(row[0] for row in rows if row[0] not in write_routes()) == []
    assert [row for row in rows if len(row) != 3 or not row[2].strip()] == []
    assert [row[0] for row in rows if not re.fullmatch(r"\d+(-\d+|\+)?", row[1])] == []
