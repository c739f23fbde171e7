"""The SQL service: warehouses, statements, and the port that large results are fetched from."""

from __future__ import annotations

from infra.local.workspace.engine.model import Engine
from infra.local.workspace.listeners import Listeners
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.sql.results import Links
from infra.local.workspace.sql.statements import Statements
from infra.local.workspace.sql.warehouses import IsEntitled, Warehouses
from infra.local.workspace.store import Store

_SITE = "sql-results"


class Sql:
    """What the workspaces' SQL routes stand on."""

    def __init__(
        self,
        store: Store,
        *,
        engine: Engine,
        permissions: Permissions,
        listeners: Listeners,
        is_entitled: IsEntitled,
    ) -> None:
        self._listeners = listeners
        self.warehouses = Warehouses(store, permissions, is_entitled=is_entitled)
        self.statements = Statements(engine, self.warehouses)
        self.links = Links(self.statements.find)

    def start(self) -> None:
        """Serve results by link."""
        url = self._listeners.open(_SITE, self.links.application)
        self.links.url = lambda: url

    def stop(self) -> None:
        """End all statements."""
        self.statements.stop()
