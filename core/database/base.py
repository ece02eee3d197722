"""Django's PostgreSQL engine, which sets the database role and scope of the ambient actor before a statement.

Two settings are sent only when the actor changes, normally once per request, outside Django's count of
queries. A rollback takes settings back inside PostgreSQL, so after one they are sent anew. A
transaction-pooling proxy between the product and PostgreSQL would break this: use session pooling (see
docs/operations.md).
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from core import wall

# Never seen before: whatever the connection holds, it must be told.
_UNKNOWN = object()
# These may come when a transaction has failed, or must come first in it, and need no role.
_CONTROL = ("ROLLBACK", "SAVEPOINT", "RELEASE", "COMMIT", "BEGIN", "SET TRANSACTION")


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with the second wall."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: object = _UNKNOWN
        self.execute_wrappers.insert(0, self._tell_first)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self._told = None

    def _tell_first(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        ground = wall.current()
        wanted = (ground.scope, ground.user_id) if ground and ground.scope is not None else None
        if wanted != self._told and not str(sql).startswith(_CONTROL):
            self._tell(wanted)
        return execute(sql, params, many, context)

    def _tell(self, wanted: tuple[str, int | None] | None) -> None:
        # A cursor of the driver: the statement is not the application's and not counted as one.
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            if wanted is None:
                cursor.execute("RESET ROLE; SELECT set_config('app.scope', '', false)")
            else:
                scope, user_id = wanted
                cursor.execute(
                    f"SET ROLE {wall.DB_ROLE}; SELECT set_config('app.scope', %s, false),"
                    " set_config('app.user', %s, false)",
                    [scope, str(user_id or 0)],
                )
        self._told = wanted

    def _rollback(self) -> None:
        self._told = _UNKNOWN
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        self._told = _UNKNOWN
