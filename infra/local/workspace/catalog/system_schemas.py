"""Which schemas of the catalog `system` a metastore has: none before its admin enables them."""

from __future__ import annotations

from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import SYSTEM_CATALOG, parse
from infra.local.workspace.catalog.privileges import MANAGE
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import AlreadyExistsError, NotServedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, DuplicateKeyError


class SystemSchemas:
    """Enables and disables what the platform keeps tables for here, for admins of the metastore."""

    def __init__(self, records: Records, guard: Guard) -> None:
        self._records = records
        self._guard = guard

    def states(self, caller: Caller, workspace_id: int, metastore_id: str) -> list[Document]:
        """Every schema that could be enabled, with its state."""
        self._require_admin(caller, workspace_id, metastore_id)
        enabled = self._records.system_schemas(metastore_id)
        return [
            {"schema": name, "state": "ENABLE_COMPLETED" if name in enabled else "AVAILABLE"}
            for name in self._kept()
        ]

    def enable(self, caller: Caller, workspace_id: int, metastore_id: str, name: str) -> None:
        """Let the metastore have a schema."""
        self._require_admin(caller, workspace_id, metastore_id)
        if name not in self._kept():
            kept = ", ".join(self._kept())
            raise NotServedError(f"The system schema {name} is not kept locally, only {kept}.")
        try:
            self._records.enable_system_schema(metastore_id, name)
        except DuplicateKeyError:
            text = f"schema {name} already exists"
            raise AlreadyExistsError(text, code="SCHEMA_ALREADY_EXISTS") from None

    def disable(self, caller: Caller, workspace_id: int, metastore_id: str, name: str) -> None:
        """Take a schema from the metastore; what the platform keeps in it stays."""
        self._require_admin(caller, workspace_id, metastore_id)
        self._records.disable_system_schema(metastore_id, name)

    def _kept(self) -> list[str]:
        schemas = self._records.children(parse("catalog", SYSTEM_CATALOG), "schema")
        return [schema.full_name.rpartition(".")[2] for schema, _ in schemas]

    def _require_admin(self, caller: Caller, workspace_id: int, metastore_id: str) -> None:
        self._guard.require(caller, workspace_id, MANAGE, parse("metastore", metastore_id))
