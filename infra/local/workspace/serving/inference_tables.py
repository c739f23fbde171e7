"""Inference tables: made with the rights of an endpoint's creator, and written to in its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine import delta
from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.serving.invocations import Invocation
from infra.local.workspace.serving.payloads import COLUMNS, to_rows
from infra.local.workspace.store import Document

_NAMED = ("catalog_name", "schema_name", "table_name_prefix")


@dataclass(frozen=True)
class InferenceTable:
    """Where an endpoint's invocations go: this very table, not another that gets its name."""

    name: str
    table_id: str
    workspace_id: int
    creator_id: str


class InferenceTables:
    """What the catalog is asked for on behalf of endpoints."""

    def __init__(self, directory: Directory, catalog: UnityCatalog) -> None:
        self._directory = directory
        self._catalog = catalog

    def enable(self, modifier: Caller, endpoint: Document, config: Document) -> Document:
        """Have the table of a config, a new one or the endpoint's own of before; returns what to remember.

        The endpoint's creator, whose table it is, and whoever enables it must be allowed to make it.
        """
        creator, workspace_id = self._creator(endpoint), endpoint["workspace_id"]
        schema, name = f"{config['catalog_name']}.{config['schema_name']}", table_name(endpoint, config)
        for caller in (modifier, creator):
            self._catalog.require(caller, workspace_id, "CREATE_TABLE", "schema", schema)
        found = self._catalog.find("table", name)
        if found and found["table_id"] != (endpoint.get("inference_table") or {}).get("table_id"):
            raise AlreadyExistsError(
                f"Table '{name}' exists already and is not this endpoint's inference table: choose another "
                "table_name_prefix, or drop it."
            )
        made = found or self._make(creator, workspace_id, name)
        return {"name": name, "table_id": made["table_id"]}

    def append(self, table: InferenceTable, invocations: Sequence[Invocation]) -> None:
        """Write rows; ApiError where the table is gone or no longer the creator's, DeltaError if changed."""
        creator = self._directory.caller(table.creator_id, table.workspace_id)
        if creator is None:
            raise PermissionDeniedError("The endpoint's creator is no longer in the workspace.")
        self._catalog.require(creator, table.workspace_id, "MODIFY", "table", table.name)
        found = self._catalog.find("table", table.name)
        if found is None or found["table_id"] != table.table_id:
            raise NotFoundError(f"The inference table {table.name} was dropped: enable it again.")
        delta.append(self._catalog.table_location(table.name), to_rows(invocations))

    def _make(self, creator: Caller, workspace_id: int, name: str) -> Document:
        catalog_name, schema_name, table = name.split(".")
        document = {
            "catalog_name": catalog_name,
            "schema_name": schema_name,
            "name": table,
            "columns": COLUMNS,
            "comment": "What a serving endpoint was asked and answered",
        }
        made = self._catalog.create_table(creator, workspace_id, document)
        delta.write_empty(self._catalog.table_location(name), made)
        return made

    def _creator(self, endpoint: Document) -> Caller:
        creator = self._directory.caller(endpoint["creator_id"], endpoint["workspace_id"])
        if creator is None:
            raise PermissionDeniedError("The endpoint's creator is no longer in this workspace.")
        return creator


def enabled_config(gateway: Document | None) -> Document | None:
    """The gateway's inference table, if it is enabled."""
    config: Document | None = (gateway or {}).get("inference_table_config")
    return config if config and config.get("enabled") else None


def table_name(endpoint: Document, config: Document) -> str:
    """The full name of a config's table, in lower case as the catalog keeps it."""
    prefix = config.get("table_name_prefix") or endpoint["name"]
    return f"{config['catalog_name']}.{config['schema_name']}.{prefix}_payload".lower()


def target(endpoint: Document) -> InferenceTable | None:
    """Where the endpoint's invocations go at this moment."""
    table = endpoint.get("inference_table")
    if not table or not enabled_config(endpoint.get("ai_gateway")):
        return None
    return InferenceTable(table["name"], table["table_id"], endpoint["workspace_id"], endpoint["creator_id"])


def check_change(before: Document | None, after: Document | None) -> None:
    """Refuse another table while one is enabled, as the API does: it must be disabled first."""
    old, new = enabled_config(before), enabled_config(after)
    if old and new and any(old.get(key) != new.get(key) for key in _NAMED):
        raise InvalidParameterError(
            "The inference table's catalog, schema and prefix can't be changed while it is enabled: "
            "disable it first."
        )
