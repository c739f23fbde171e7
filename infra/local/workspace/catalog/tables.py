"""Tables: Delta directories under the account's folder, described by what SQL declared."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from infra.local.workspace.catalog.columns import read_columns, read_constraints
from infra.local.workspace.catalog.fields import CHANGED, in_schema, pick
from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.catalog.objects import Found, Objects
from infra.local.workspace.catalog.privileges import BROWSE, MANAGE
from infra.local.workspace.errors import NotServedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document

_TYPES = ("MANAGED", "VIEW")
_FIELDS = ("comment", "properties", "view_definition")


class Tables:
    """What SQL does to tables, after the guard was asked; files are the engine's."""

    def __init__(self, objects: Objects, guard: Guard, folder: Path) -> None:
        self._objects = objects
        self._guard = guard
        self._folder = folder

    def create(self, caller: Caller, workspace_id: int, document: Document) -> Found:
        """A new table or view, without files: whoever asked for it writes them to its location."""
        securable, fields = in_schema(document, "table"), read_fields(document)
        return self._objects.create(caller, workspace_id, securable, fields | place(securable, fields))

    def replace(self, caller: Caller, workspace_id: int, document: Document) -> Found:
        """The table made anew, as CREATE OR REPLACE does: id, owner, grants and location stay."""
        securable = in_schema(document, "table")
        if not self._guard.allows_reading(caller, workspace_id, BROWSE, securable):
            return self.create(caller, workspace_id, document)
        fields = dict.fromkeys(_FIELDS) | read_fields(document)
        return self._objects.alter(caller, workspace_id, securable, fields)

    def alter(self, caller: Caller, workspace_id: int, securable: Securable, changes: Document) -> Found:
        """Change comment, properties or columns (MODIFY), constraints, owner or name (MANAGE)."""
        known = pick(changes, CHANGED["table"])
        if "columns" in changes or "table_constraints" in changes:
            old = self._objects.get(securable)
            columns = read_columns(changes.get("columns", old["columns"]))
            constraints = changes.get("table_constraints", old.get("table_constraints", []))
            known |= {"columns": columns, "table_constraints": read_constraints(constraints, columns)}
        manages = self._guard.allows(caller, workspace_id, MANAGE, securable)
        privilege = MANAGE if manages or "table_constraints" in changes else "MODIFY"
        return self._objects.alter(caller, workspace_id, securable, known, privilege=privilege)

    def remove_files(self, document: Document) -> None:
        """Delete the files of a table or volume that was dropped."""
        if document.get("location"):
            shutil.rmtree(self._folder / document["location"], ignore_errors=True)


def read_fields(document: Document) -> Document:
    """What is kept of a table's declaration."""
    kind = document.get("table_type") or "MANAGED"
    if kind not in _TYPES:
        raise NotServedError(f"Tables of type {kind!r} are not served locally, only {', '.join(_TYPES)}.")
    columns = read_columns(document.get("columns") or [])
    fields = pick(document, _FIELDS)
    fields |= {"table_type": kind, "columns": columns}
    fields["table_constraints"] = read_constraints(document.get("table_constraints") or [], columns)
    if kind == "MANAGED":
        fields["data_source_format"] = str(document.get("data_source_format") or "DELTA").upper()
        if fields["data_source_format"] != "DELTA":
            raise NotServedError(
                "Managed tables are Delta tables here; other formats are not served locally."
            )
    return fields


def place(securable: Securable, fields: Document) -> Document:
    """A location of its own for a table that has files, relative to the account's folder."""
    if fields["table_type"] == "VIEW":
        return {}
    return {"location": f"lake/{securable.full_name.rpartition('.')[0].replace('.', '/')}/{uuid.uuid4()}"}
