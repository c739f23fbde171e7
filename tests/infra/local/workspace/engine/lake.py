"""A lake for the engine's tests: two workspaces, an owner, a reader of one table, and nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from databricks.sdk.service import catalog as uc
from pyspark.sql import SparkSession

from infra.local.workspace.engine.delta import version_of
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

OWNER, READER, NOBODY = "deployer", "alice@example.com", "bob@example.com"
CATALOG = "dev"
SCHEMA = "dev.flights"
OPEN, SECRET, MINE = f"{SCHEMA}.open", f"{SCHEMA}.secret", f"{SCHEMA}.mine"


class Lake:
    """Catalog `dev` belongs to OWNER. READER reads `open`, reads and changes `mine`, may create nothing.

    NOBODY has no right at all. Workspace `prod` sees the catalog read-only once `bind_prod` was called.
    """

    def __init__(self, account: LocalAccount) -> None:
        self.account = account
        self.house = Lakehouse(account)
        self._become_admin()
        owner = self.house.client(OWNER)
        owner.catalogs.create(CATALOG)
        owner.schemas.create("flights", CATALOG)
        self.grant("catalog", CATALOG, READER, "USE_CATALOG")
        self.grant("schema", SCHEMA, READER, "USE_SCHEMA")
        self.reset()

    def reset(self) -> None:
        """Make the three tables anew."""
        for table in (OPEN, SECRET, MINE):
            self.remake(table)

    def remake(self, table: str) -> None:
        """Make a table anew, with two rows, and grant READER what it has."""
        caller = self.house.caller(OWNER)
        with self.account.engine.session(caller) as session:
            for text in (
                f"DROP TABLE IF EXISTS {table}",
                f"CREATE TABLE {table} (id BIGINT NOT NULL, v STRING)",
                f"INSERT INTO {table} VALUES (1, 'one'), (2, 'two')",
            ):
                self.account.engine.run(session, caller, self.house.dev, text)
        privileges = {OPEN: ["SELECT"], MINE: ["SELECT", "MODIFY"]}
        if table in privileges:
            self.grant("table", table, READER, *privileges[table])

    def version(self, table: str) -> int:
        """The version of a table's last commit."""
        return version_of(self.account.catalog.table_location(table))

    def run(self, sql: str, who: str = OWNER, workspace_id: int | None = None) -> pa.Table:
        """The rows of a statement, run as somebody."""
        workspace_id = workspace_id or self.house.dev
        return self.account.engine.execute(self.house.caller(who, workspace_id), workspace_id, sql)

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """A table's rows in order, as its owner sees them."""
        found = self.run(f"SELECT * FROM {table} ORDER BY 1")
        return [tuple(row.values()) for row in found.to_pylist()]

    def grant(self, kind: str, name: str, principal: str, *privileges: str) -> None:
        """Add privileges, as the owner."""
        self._change(kind, name, uc.PermissionsChange(principal=principal, add=_read(privileges)))

    def revoke(self, kind: str, name: str, principal: str, *privileges: str) -> None:
        """Take privileges away, as the owner."""
        self._change(kind, name, uc.PermissionsChange(principal=principal, remove=_read(privileges)))

    def token(self, who: str, workspace_id: int | None = None) -> str:
        """A token of somebody for a workspace."""
        principal = self.house.ids[who]
        return self.account.tokens.issue(principal, workspace_id or self.house.dev, lifetime_seconds=None)

    @contextmanager
    def spark(
        self, who: str, workspace_id: int | None = None, *, session_id: str | None = None
    ) -> Iterator[SparkSession]:
        """A Spark Connect session of somebody."""
        remote = self.account.engine.remote(workspace_id or self.house.dev)
        chosen = f";session_id={session_id}" if session_id else ""
        url = f"{remote}/;token={self.token(who, workspace_id)}{chosen}"
        session = SparkSession.builder.remote(url).create()
        try:
            yield session
        finally:
            session.stop()

    def bind_prod(self) -> None:
        """Isolate the catalog: workspace dev reads and writes it, workspace prod only reads it."""
        client = self.house.client(OWNER)
        client.catalogs.update(CATALOG, isolation_mode=uc.CatalogIsolationMode.ISOLATED)
        kinds = uc.WorkspaceBindingBindingType
        bindings = [
            uc.WorkspaceBinding(binding_type=kinds.BINDING_TYPE_READ_WRITE, workspace_id=self.house.dev),
            uc.WorkspaceBinding(binding_type=kinds.BINDING_TYPE_READ_ONLY, workspace_id=self.house.prod),
        ]
        client.workspace_bindings.update_bindings("catalog", CATALOG, add=bindings)

    def _change(self, kind: str, name: str, change: uc.PermissionsChange) -> None:
        self.house.client(OWNER).grants.update(kind, name, changes=[change])

    def _become_admin(self) -> None:
        directory = self.account.directory
        admins = directory.get(self.house.ids["platform-admins"])
        directory.update(admins | {"members": [self.house.ids[OWNER]]})


def _read(privileges: tuple[str, ...]) -> list[uc.Privilege]:
    return [uc.Privilege(privilege) for privilege in privileges]
