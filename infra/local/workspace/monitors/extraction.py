"""Reads monitored tables through the engine, as the monitor's creator: one query a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.delta import version_of
from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.monitors.definition import Definition
from infra.local.workspace.monitors.metrics.rows import Extract
from infra.local.workspace.monitors.statements import Statements
from infra.local.workspace.store import Document

_NESTED = frozenset({"ARRAY", "MAP", "STRUCT", "BINARY", "VARIANT"})


class Extraction:
    """What one monitor reads, in one session of its creator's."""

    def __init__(self, statements: Statements, catalog: UnityCatalog, definition: Definition) -> None:
        self._statements = statements
        self._catalog = catalog
        self._definition = definition

    def read(
        self, table: str, columns: Sequence[Document], *, version: int | None = None, empty: bool = False
    ) -> Extract:
        """The columns of a table as of a version, without one as of now; `empty` reads no row.

        The columns are the monitored table's: of its baseline the same are read, in the same types.
        """
        types = self._types(table, columns)
        if version is None:
            version = version_of(self._catalog.table_location(table))
        items = [f"{_cell(column, types)} AS c{place}" for place, column in enumerate(columns)]
        items += [f"{sql} AS {alias}" for alias, sql in self._factors().items()]
        text = f"SELECT {', '.join(items)} FROM {quote(table.split('.'))} VERSION AS OF {version}"  # noqa: S608 (run with its owner's rights)
        if empty:
            text += " LIMIT 0"
        rows = self._statements.run(text)
        names = [column["name"] for column in columns]
        cells = rows.select([f"c{place}" for place in range(len(names))]).rename_columns(names)
        slices = tuple(rows.column(f"s{place}") for place in range(len(self._definition.slices)))
        return Extract(version, cells, rows.column("t"), rows.column("m"), slices)

    def _factors(self) -> dict[str, str]:
        """What tells rows apart: their time, their model, and each slicing expression as text."""
        profile = self._definition.profile
        time = quote([profile.time]) if profile.time else "NULL"
        model = quote([profile.model_id]) if profile.model_id else "NULL"
        slices = {
            f"s{place}": f"CAST(({sql}) AS STRING)" for place, sql in enumerate(self._definition.slices)
        }
        return {"t": f"CAST({time} AS TIMESTAMP)", "m": f"CAST({model} AS STRING)", **slices}

    def _types(self, table: str, columns: Sequence[Document]) -> dict[str, str]:
        """The types of a table's columns by their names in lower case, if none that is wanted lacks."""
        found = self._catalog.read(self._statements.caller, self._statements.workspace_id, "table", table)
        types = {column["name"].lower(): column["type_text"] for column in found.get("columns", [])}
        if missing := [column["name"] for column in columns if column["name"].lower() not in types]:
            raise InvalidParameterError(f"Table '{table}' lacks the column(s) {', '.join(missing)}.")
        return types


def _cell(column: Document, types: Mapping[str, str]) -> str:
    """A column in the monitored table's type; of types that are not profiled only whether it is null."""
    name = quote([column["name"]])
    if column["type_name"] in _NESTED:
        return f"CASE WHEN {name} IS NULL THEN NULL ELSE CAST('' AS BINARY) END"
    same = types[column["name"].lower()] == column["type_text"]
    return name if same else f"CAST({name} AS {column['type_text']})"
