"""One refresh: read as the monitor's creator, computed, written."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.errors import FailedError
from infra.local.workspace.engine.model import Engine
from infra.local.workspace.errors import NotFoundError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.monitors.custom import SqlMetrics
from infra.local.workspace.monitors.definition import SNAPSHOT, Definition
from infra.local.workspace.monitors.examination import check_columns, require_table, sources, types
from infra.local.workspace.monitors.extraction import Extraction
from infra.local.workspace.monitors.metrics.computation import Computation, Instants, Metrics
from infra.local.workspace.monitors.metrics.groups import INPUT, PREVIOUS
from infra.local.workspace.monitors.metrics.rows import Extract, Rows
from infra.local.workspace.monitors.records import Records
from infra.local.workspace.monitors.statements import Statements
from infra.local.workspace.monitors.tables import MetricTables
from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.store import Document

_log = logging.getLogger(__name__)
_NEVER = np.datetime64("NaT", "us")


class Refresh:
    """Computes a monitor's metrics and puts them into its tables."""

    def __init__(
        self,
        kept: Records,
        *,
        directory: Directory,
        catalog: UnityCatalog,
        engine: Engine,
        tables: MetricTables,
        clock: Clock,
    ) -> None:
        self._records = kept
        self._directory = directory
        self._catalog = catalog
        self._engine = engine
        self._tables = tables
        self._clock = clock

    def carry_out(self, monitor: Document, checkpoint: Callable[[], None]) -> None:
        """Refresh both metric tables; an ApiError or EngineError where that is not possible.

        `checkpoint` is called now and then and may raise; nothing has been written then.
        """
        caller = self._creator(monitor)
        table = self._table(monitor)
        definition = Definition.read(monitor["declared"])
        check_columns(table, definition)
        instants = self._instants(monitor)
        self._tables.prepare(caller, monitor, definition)
        with Statements.of(self._engine, caller, monitor["workspace_id"]) as statements:
            extraction = Extraction(statements, self._catalog, definition)
            extracts = self._read(extraction, monitor, table, definition)
            checkpoint()
            computation = Computation(
                Rows.join(extracts, types(table)),
                definition,
                monitor_version=monitor["monitor_version"],
                instants=instants,
                custom=SqlMetrics(statements, definition),
                checkpoint=checkpoint,
            )
            names = monitor["profile_metrics_table_name"], monitor["drift_metrics_table_name"]
            metrics = computation.run(*(self._tables.schema(name) for name in names))
        checkpoint()
        self._write(caller, monitor, definition, metrics)
        if definition.profile.kind == SNAPSHOT:
            taken = {"instant": int(instants.now.astype(np.int64)), "version": extracts[INPUT].version}
            self._records.change(monitor["table_id"], {"snapshot": taken})

    def _write(self, caller: Caller, monitor: Document, definition: Definition, metrics: Metrics) -> None:
        keep = definition.profile.kind == SNAPSHOT
        workspace_id = monitor["workspace_id"]
        for name, rows in (
            (monitor["profile_metrics_table_name"], metrics.profile),
            (monitor["drift_metrics_table_name"], metrics.drift),
        ):
            self._tables.write(caller, workspace_id, name, rows, keep=keep)

    def _read(
        self, extraction: Extraction, monitor: Document, table: Document, definition: Definition
    ) -> dict[int, Extract]:
        found = {
            source: extraction.read(name, table["columns"])
            for source, name in sources(table, definition).items()
        }
        if last := monitor.get("snapshot"):
            try:
                version = last["version"]
                found[PREVIOUS] = extraction.read(table["full_name"], table["columns"], version=version)
            except FailedError as error:  # VACUUM has removed it, or the columns were others then
                _log.info("What %s was at its last refresh is gone: %s", monitor["table_name"], error)
        return found

    def _creator(self, monitor: Document) -> Caller:
        caller = self._directory.caller(monitor["creator_id"], monitor["workspace_id"])
        if caller is None:
            raise PermissionDeniedError(
                f"{monitor['creator']}, who created the monitor, is gone, inactive or not in the workspace."
            )
        return caller

    def _table(self, monitor: Document) -> Document:
        """The monitored table, under whatever name it is there now."""
        found = self._catalog.find_table(monitor["table_id"])
        if found is None:
            raise NotFoundError(
                f"The monitored table '{monitor['table_name']}' does not exist any more: delete its monitor, "
                "or make the table and its monitor anew.",
                code="TABLE_DOES_NOT_EXIST",
            )
        require_table(found, found["full_name"])
        self._records.change(monitor["table_id"], {"table_name": found["full_name"]})
        return found

    def _instants(self, monitor: Document) -> Instants:
        now = np.datetime64(int(self._clock.now() * 1_000_000), "us")
        last = monitor.get("snapshot")
        return Instants(now, np.datetime64(last["instant"], "us") if last else _NEVER)
