"""Refreshes prod's monitors and has its alerts evaluated, as `make local` ends, and tells their states."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.service.catalog import MonitorInfo, MonitorRefreshInfo, MonitorRefreshInfoState
from databricks.sdk.service.sql import AlertV2, SchedulePauseStatus

_POLL_SECONDS = 0.25
_REFRESH_SECONDS = 600
_EVALUATION_SECONDS = 120
_ENDED = {
    MonitorRefreshInfoState.SUCCESS,
    MonitorRefreshInfoState.FAILED,
    MonitorRefreshInfoState.CANCELED,
}


class WatchingError(Exception):
    """A monitor was not refreshed or an alert not evaluated; the message names it and why."""


@dataclass(frozen=True)
class Refreshed:
    """A monitor's newest successful refresh; `ran` tells whether it ran just now."""

    table: str
    profile_table: str
    drift_table: str
    profile_rows: int
    drift_rows: int
    seconds: float
    ran: bool


@dataclass(frozen=True)
class AlertState:
    """What an alert's newest evaluation found, and what its query answers now."""

    name: str
    state: str
    value: float | None
    limit: float | None
    evaluated_at: str


class Watching:
    """One environment's monitors and alerts; `deployer` owns the monitors, `account` moves the clock."""

    def __init__(
        self, deployer: WorkspaceClient, account: AccountClient, report: Callable[[str], None]
    ) -> None:
        self._client = deployer
        self._account = account
        self._report = report

    def refresh(self, catalog: str, *, again: bool) -> list[Refreshed]:
        """Refresh each monitor that was never refreshed, or, with `again`, every monitor."""
        return [self._refresh(monitor, again=again) for monitor in self._monitors(catalog)]

    def evaluate(self, *, again: bool) -> list[AlertState]:
        """Let every alert be evaluated that never was, or, with `again`, every alert.

        Only its schedule evaluates an alert, so the account's clock is moved to when they are due.
        """
        waiting = {alert.id or "": _evaluated_at(alert) for alert in self._active_alerts()}
        if not again:
            waiting = {id_: evaluated for id_, evaluated in waiting.items() if not evaluated}
        if waiting:
            self._report(f"clock       {self._move_to_alerts(len(waiting))}")
            self._wait_evaluated(waiting)
        return [self._state(alert) for alert in self._active_alerts()]

    def _monitors(self, catalog: str) -> Iterator[MonitorInfo]:
        for schema in self._client.schemas.list(catalog):
            for table in self._client.tables.list(catalog, schema.name or ""):
                try:
                    yield self._client.quality_monitors.get(table.full_name or "")
                except NotFound:
                    continue

    def _refresh(self, monitor: MonitorInfo, *, again: bool) -> Refreshed:
        done = None if again else self._newest_success(monitor.table_name)
        refresh = done or self._run(monitor.table_name)
        return Refreshed(
            table=monitor.table_name,
            profile_table=monitor.profile_metrics_table_name,
            drift_table=monitor.drift_metrics_table_name,
            profile_rows=self._count(monitor.profile_metrics_table_name),
            drift_rows=self._count(monitor.drift_metrics_table_name),
            seconds=((refresh.end_time_ms or 0) - refresh.start_time_ms) / 1000,
            ran=done is None,
        )

    def _newest_success(self, table: str) -> MonitorRefreshInfo | None:
        for refresh in self._client.quality_monitors.list_refreshes(table).refreshes or []:
            if refresh.state == MonitorRefreshInfoState.SUCCESS:
                return refresh
        return None

    def _run(self, table: str) -> MonitorRefreshInfo:
        self._report(f"refreshing  monitor of {table} …")
        refresh = self._client.quality_monitors.run_refresh(table)
        deadline = time.monotonic() + _REFRESH_SECONDS
        while refresh.state not in _ENDED and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            refresh = self._client.quality_monitors.get_refresh(table, refresh.refresh_id)
        if refresh.state != MonitorRefreshInfoState.SUCCESS:
            reason = f"{refresh.state}: {refresh.message}"
            raise WatchingError(f"the monitor of {table} was not refreshed: {reason}")
        return refresh

    def _active_alerts(self) -> list[AlertV2]:
        """The alerts that their schedule evaluates, whole: the list leaves out the evaluation's state."""
        api = self._client.alerts_v2
        alerts = [api.get_alert(alert.id or "") for alert in api.list_alerts()]
        return [alert for alert in alerts if alert.schedule.pause_status != SchedulePauseStatus.PAUSED]

    def _move_to_alerts(self, count: int) -> str:
        clock = cast("dict[str, Any]", self._account.api_client.do("GET", "/local/clock"))
        workspace = self._client.get_workspace_id()
        due = [
            item["at"]
            for item in clock["due"]
            if item["what"].startswith("alert ") and item["workspace_id"] == workspace
        ]
        to = max(due, default=clock["now"])
        self._account.api_client.do("POST", "/local/clock", body={"to": to})
        return f"moved {(to - clock['now']) / 60:.0f} minutes forward, to when {count} alerts are due"

    def _state(self, alert: AlertV2) -> AlertState:
        state, threshold = alert.evaluation.state, alert.evaluation.threshold
        return AlertState(
            name=alert.display_name,
            state=state.value if state else "UNKNOWN",
            value=self._ask(alert.query_text),
            limit=threshold.value.double_value if threshold and threshold.value else None,
            evaluated_at=_evaluated_at(alert) or "never",
        )

    def _count(self, table: str) -> int:
        return int(self._ask(f"SELECT count(*) FROM {table}") or 0)  # noqa: S608 - the API's own name

    def _ask(self, query: str) -> float | None:
        """The one number that a query answers; None for none."""
        warehouse = next(iter(self._client.warehouses.list()))
        answer = self._client.statement_execution.execute_statement(query, warehouse.id or "")
        if answer.status and answer.status.error:
            raise WatchingError(f"{answer.status.error.message}: {query}")
        rows = (answer.result.data_array if answer.result else None) or [[]]
        return float(rows[0][0]) if rows[0] and rows[0][0] is not None else None

    def _wait_evaluated(self, waiting: dict[str, str | None]) -> None:
        deadline = time.monotonic() + _EVALUATION_SECONDS
        while waiting:
            for id_, before in list(waiting.items()):
                alert = self._client.alerts_v2.get_alert(id_)
                if _evaluated_at(alert) != before:
                    del waiting[id_]
                elif time.monotonic() > deadline:
                    raise WatchingError(f"alert {alert.display_name} was not evaluated")
            time.sleep(_POLL_SECONDS)


def _evaluated_at(alert: AlertV2) -> str | None:
    return alert.evaluation.last_evaluated_at
