"""The catalog `system`: tables that the platform keeps, for those to whom the metastore's owner grants them.

One for all metastores of the account, as its tables tell of all workspaces.
"""

from __future__ import annotations

import uuid

from infra.local.workspace.catalog.names import SYSTEM_CATALOG, Securable, parse
from infra.local.workspace.catalog.objects import Objects, stamp
from infra.local.workspace.catalog.principals import SYSTEM
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.catalog.tables import place, read_fields
from infra.local.workspace.store import Document, Store


class SystemTables:
    """Nobody changes them but the service that keeps them."""

    def __init__(self, store: Store, records: Records, objects: Objects) -> None:
        self._store = store
        self._records = records
        self._objects = objects

    def keep(self, full_name: str, columns: list[Document], comment: str) -> Document:
        """A table of these columns, made where it is missing; its files are the caller's to write."""
        catalog = Securable("catalog", SYSTEM_CATALOG)
        table = parse("table", full_name)
        fields = read_fields({"columns": columns, "comment": comment})
        with self._store.transaction():
            self._make(catalog, {"isolation_mode": "OPEN", "metastore_id": None})
            self._make(parse("schema", full_name.rpartition(".")[0]), {})
            self._make(table, fields | place(table, fields))
            return self._objects.get(table)

    def _make(self, securable: Securable, fields: Document) -> None:
        if self._records.get(securable) is None:
            owned = {**stamp(SYSTEM), "id": str(uuid.uuid4()), "owner_id": SYSTEM, "system": True}
            self._objects.insert(securable, owned | fields)
