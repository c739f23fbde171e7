"""What the engine asks of the catalog; UnityCatalog provides it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document


class Catalog(Protocol):
    """Unity Catalog as the engine sees it. Refusals are ApiErrors."""

    def catalog_names(self) -> Sequence[str]:
        """The names of all catalogs."""

    def require(
        self, caller: Caller, workspace_id: int, privilege: str, securable_type: str, full_name: str
    ) -> None:
        """Raise unless the caller has the privilege, USE on the parents, in this workspace."""

    def allows(
        self, caller: Caller, workspace_id: int, privilege: str, securable_type: str, full_name: str
    ) -> bool:
        """Whether `require` passes."""

    def find(self, securable_type: str, full_name: str) -> Document | None:
        """A securable's document, unchecked."""

    def table_location(self, full_name: str) -> Path:
        """The folder of a table's files."""

    def create_table(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new table without files."""

    def alter_table(self, caller: Caller, workspace_id: int, full_name: str, changes: Document) -> Document:
        """Change comment, properties, columns, table_constraints, owner or new_name."""

    def drop_table(self, caller: Caller, workspace_id: int, full_name: str) -> None:
        """Remove a table and its files."""
