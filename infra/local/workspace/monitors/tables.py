"""Metric tables: made empty with their monitor, widened when it computes more, replaced at each refresh."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import deltalake
import pyarrow as pa

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.engine.model import Engine
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.monitors.definition import Definition
from infra.local.workspace.monitors.schema import drift_columns, profile_columns
from infra.local.workspace.store import Document


class MetricTables:
    """Tables of the monitors' creators: made by SQL as them, so that all their rights are checked.

    Nested values can't be inserted by SQL here; rows are written into the Delta log, in one commit,
    for who may change the table.
    """

    def __init__(self, engine: Engine, catalog: UnityCatalog) -> None:
        self._engine = engine
        self._catalog = catalog

    def prepare(self, caller: Caller, monitor: Document, definition: Definition) -> None:
        """Make a monitor's tables, or add the columns that some lack, e.g. some that another monitor left.

        InvalidParameterError where one has a column in another type, or is no table.
        """
        for name, columns, kind in (
            (monitor["profile_metrics_table_name"], profile_columns(definition), "Profile"),
            (monitor["drift_metrics_table_name"], drift_columns(definition), "Drift"),
        ):
            comment = f"{kind} metrics of {monitor['table_name']}, kept by its monitor"
            self._prepare(caller, monitor["workspace_id"], name, columns, comment)

    def _prepare(
        self, caller: Caller, workspace_id: int, name: str, columns: Mapping[str, str], comment: str
    ) -> None:
        table, found = quote(name.split(".")), self._catalog.find("table", name)
        if found is None:
            text = f"CREATE TABLE {table} ({_declare(columns)}) COMMENT '{comment}'"
            self._engine.execute(caller, workspace_id, text)
            return
        self._catalog.require(caller, workspace_id, "MODIFY", "table", name)
        if found["table_type"] != "MANAGED":
            raise InvalidParameterError(f"'{name}' is there already, and is no table for metrics.")
        types = {column["name"].lower(): column["type_text"] for column in found["columns"]}
        for column, kind in columns.items():
            if (there := types.get(column.lower(), kind)) != kind:
                raise InvalidParameterError(
                    f"Metric table '{name}' has column {column} as {there} from before, not as {kind}: "
                    "drop the table, or name the metric otherwise."
                )
        if missing := {column: kind for column, kind in columns.items() if column.lower() not in types}:
            text = f"ALTER TABLE {table} ADD COLUMNS ({_declare(missing)})"
            self._engine.execute(caller, workspace_id, text)

    def schema(self, name: str) -> pa.Schema:
        """The columns of a metric table as Arrow has them."""
        return pa.schema(deltalake.DeltaTable(self._location(name)).schema().to_arrow())

    def write(self, caller: Caller, workspace_id: int, name: str, rows: pa.Table, *, keep: bool) -> None:
        """Put rows in the place of all others, or beside them (`keep`): one commit, or nothing changes."""
        self._catalog.require(caller, workspace_id, "MODIFY", "table", name)
        deltalake.write_deltalake(self._location(name), rows, mode="append" if keep else "overwrite")

    def _location(self, name: str) -> Path:
        return self._catalog.table_location(name)


def _declare(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{quote([column])} {kind}" for column, kind in columns.items())
