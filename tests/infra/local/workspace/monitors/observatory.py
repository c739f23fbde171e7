"""A lake whose tables are monitored: `dev.flights` is looked at, metric tables lie in `dev.metrics`."""

from __future__ import annotations

import itertools
import time
from typing import Any

import deltalake
import pyarrow as pa
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import MonitorInfo, MonitorRefreshInfo

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.engine.lake import OWNER, Lake

METRICS = "dev.metrics"
_WAIT_SECONDS = 60
_POLL_SECONDS = 0.02
_ENDED = {"SUCCESS", "FAILED", "CANCELED"}
_SQL_TYPES = {
    "large_string": "string",
    "int64": "bigint",
    "int32": "int",
    "bool": "boolean",
    "date32[day]": "date",
}


class Observatory:
    """OWNER owns catalog, schemas and tables; READER may look into `dev.flights`."""

    def __init__(self, account: LocalAccount) -> None:
        self.account = account
        self.lake = Lake(account)
        self.client = self.lake.house.client(OWNER)
        self.client.schemas.create("metrics", "dev")
        self._numbers = itertools.count(1)

    def client_of(self, who: str, workspace_id: int | None = None) -> WorkspaceClient:
        """The client of somebody in workspace dev, or another one."""
        return self.lake.house.client(who, workspace_id)

    def make_table(self, rows: pa.Table, name: str = "") -> str:
        """A new table with these rows; returns its full name."""
        table = f"dev.flights.{name or f'table_{next(self._numbers)}'}"
        columns = ", ".join(f"{field.name} {_sql_type(field.type)}" for field in rows.schema)
        self.lake.run(f"CREATE TABLE {table} ({columns})")
        self.put(table, rows)
        return table

    def put(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        deltalake.write_deltalake(self.account.catalog.table_location(table), rows, mode="append")

    def monitor(self, table: str, **fields: Any) -> MonitorInfo:
        """A new monitor of OWNER's."""
        return self.client.quality_monitors.create(table, METRICS, "/Shared/monitors", **fields)

    def refresh(self, table: str) -> MonitorRefreshInfo:
        """Refresh a monitor and wait for the end."""
        started = self.client.quality_monitors.run_refresh(table)
        return self.wait(table, started.refresh_id)

    def wait(self, table: str, refresh_id: int) -> MonitorRefreshInfo:
        """A refresh once it has ended."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            found = self.client.quality_monitors.get_refresh(table, refresh_id)
            if found.state.value in _ENDED:
                return found
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"refresh {refresh_id} of {table} has not ended")

    def wait_for_scheduled(self, table: str, number: int) -> list[MonitorRefreshInfo]:
        """The refreshes that a schedule began, newest first, once there are so many and all have ended."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            told = self.client.quality_monitors.list_refreshes(table).refreshes or []
            found = [each for each in told if each.trigger and each.trigger.value == "SCHEDULE"]
            if len(found) >= number and all(each.state.value in _ENDED for each in found):
                return found
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"{table} was not refreshed {number} times")

    def rows(self, sql: str, who: str = OWNER) -> list[dict[str, Any]]:
        """The rows of a statement."""
        found: list[dict[str, Any]] = self.lake.run(sql, who).to_pylist()
        return found

    def profile(self, table: str, where: str = "true", columns: str = "*") -> list[dict[str, Any]]:
        """Rows of a table's profile metrics, by window."""
        return self._metrics(table, "profile_metrics", where, columns)

    def drift(self, table: str, where: str = "true", columns: str = "*") -> list[dict[str, Any]]:
        """Rows of a table's drift metrics, by window."""
        return self._metrics(table, "drift_metrics", where, columns)

    def _metrics(self, table: str, kind: str, where: str, columns: str) -> list[dict[str, Any]]:
        name = f"{METRICS}.{table.rpartition('.')[2]}_{kind}"
        return self.rows(f"SELECT {columns} FROM {name} WHERE {where} ORDER BY window.start, slice_value")


def _sql_type(kind: pa.DataType) -> str:
    return "timestamp" if pa.types.is_timestamp(kind) else _SQL_TYPES.get(str(kind), str(kind))
