"""Whether a definition can be computed: tried on none of the table's rows, before a monitor is kept."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.errors import EngineError, PrivilegeError
from infra.local.workspace.engine.model import Engine
from infra.local.workspace.errors import (
    InvalidParameterError,
    NotFoundError,
    NotServedError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.monitors.custom import SqlMetrics
from infra.local.workspace.monitors.definition import TABLE, Definition
from infra.local.workspace.monitors.extraction import Extraction
from infra.local.workspace.monitors.metrics.groups import BASELINE, INPUT, Factor, Grouping
from infra.local.workspace.monitors.metrics.rows import Extract, Rows
from infra.local.workspace.monitors.statements import Statements
from infra.local.workspace.store import Document

_NUMBERS = frozenset({"BYTE", "SHORT", "INT", "LONG", "FLOAT", "DOUBLE", "DECIMAL"})


class Examiner:
    """Tries definitions with the rights of who asks for them."""

    def __init__(self, engine: Engine, catalog: UnityCatalog) -> None:
        self._engine = engine
        self._catalog = catalog

    def examine(self, caller: Caller, workspace_id: int, table: Document, definition: Definition) -> None:
        """Raise InvalidParameterError, or another ApiError, unless the definition fits the table."""
        check_columns(table, definition)
        try:
            self._try(caller, workspace_id, table, definition)
        except PrivilegeError as error:
            raise PermissionDeniedError(error.message) from error
        except EngineError as error:
            raise InvalidParameterError(f"The monitor's SQL can't be run: {error}") from error

    def _try(self, caller: Caller, workspace_id: int, table: Document, definition: Definition) -> None:
        with Statements.of(self._engine, caller, workspace_id) as statements:
            extraction = Extraction(statements, self._catalog, definition)
            extracts: dict[int, Extract] = {}
            for source, name in sources(table, definition).items():
                self._catalog.require(caller, workspace_id, "SELECT", "table", name)
                require_table(self._catalog.find("table", name), name)
                extracts[source] = extraction.read(name, table["columns"], empty=True)
            rows = Rows.join(extracts, types(table))
            custom = SqlMetrics(statements, definition)
            nothing = Factor.none(0)
            cells = custom.aggregate(rows, Grouping.of(rows.sources, nothing, nothing, nothing))
            nobody = np.zeros(0, np.int64)
            custom.compare(cells, nobody, nobody)


def sources(table: Document, definition: Definition) -> Mapping[int, str]:
    """The tables that are read, by what they are to the monitor."""
    baseline = {BASELINE: definition.baseline} if definition.baseline else {}
    return {INPUT: table["full_name"], **baseline}


def types(table: Document) -> Mapping[str, str]:
    """The SQL types of a table's columns by their names."""
    return {column["name"]: column["type_text"] for column in table["columns"]}


def require_table(document: Document | None, name: str) -> None:
    """Raise unless there is a Delta table; views, which Databricks monitors too, are not served."""
    if document is None:
        raise NotFoundError(f"Table '{name}' does not exist.", code="TABLE_DOES_NOT_EXIST")
    if document["table_type"] != "MANAGED":
        raise NotServedError(f"'{name}' is a view: monitors on views are not served locally.")


def check_columns(table: Document, definition: Definition) -> None:
    """Raise InvalidParameterError where a column that is named is not there, or of a type that can't do."""
    kinds = {column["name"].lower(): column["type_name"] for column in table["columns"]}
    inputs = [name for metric in definition.metrics for name in metric.input_columns if name != TABLE]
    profile = definition.profile
    if missing := [name for name in (*profile.columns, *inputs) if name.lower() not in kinds]:
        raise InvalidParameterError(
            f"Table '{table['full_name']}' has no column {', '.join(dict.fromkeys(missing))}."
        )
    if profile.problem == "regression":
        for name in filter(None, (profile.prediction, profile.label)):
            if kinds[name.lower()] not in _NUMBERS:
                raise InvalidParameterError(f"Column {name} is no number: regression needs one.")
