"""Every dataset of the flights dashboard, and every alert's question, on a warehouse of a local account."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import deltalake
import pyarrow as pa
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service import catalog as api

from infra.config.monitoring import Monitor
from infra.config.project import Project
from infra.config.settings import AllSettings
from infra.constructs.dashboards.dashboard import project_board
from infra.constructs.metric_alerts import alerts_of
from infra.constructs.metric_queries import MetricNames
from infra.local.workspace.platform import LocalAccount
from tests.infra.constructs.dashboards.grid import Grid
from tests.infra.local.workspace.mlflow.accounts import furnish
from tests.infra.local.workspace.sql.warehouse import Warehouse

NAMES = MetricNames("lab", "flights", "flights_metrics")
_JANUARY = datetime(2013, 1, 1, tzinfo=UTC)
_SECONDS = 60
_MEASURED = {
    ("endpoint", "flights-arrival-delay"): ("requests", "errors", "p50_milliseconds", "p95_milliseconds"),
    ("job", "flights-training"): ("runs", "failed_runs", "mean_seconds"),
    ("table", "flights"): ("rows", "hours_since_write"),
}


class Watched:
    """The flights project's monitored tables, with five months that were judged and one that drifts."""

    def __init__(self, account: LocalAccount, project: Project) -> None:
        self._account = account
        self.client = furnish(account).sdk("deployer")
        self.project = project
        self.client.schemas.create("flights_metrics", "lab")
        created = self.client.warehouses.create(name="w", cluster_size="2X-Small", max_num_clusters=1)
        self.warehouse = Warehouse(self.client, created.result().id or "")
        for table in project.tables:
            self._declare(table)
        self._fill()
        for table, monitor in project.monitors.items():
            if monitor.baseline:
                _monitor(self.client, table, monitor)

    def _declare(self, table: str) -> None:
        columns = self.project.tables[table].columns
        listed = ", ".join(f"{name} {column.type}" for name, column in columns.items())
        self.warehouse.rows(f"CREATE TABLE {NAMES.table(table)} ({listed})")

    def _fill(self) -> None:
        for month in range(7):
            shift = 60 if month == 5 else 0
            rows = [_flight(month, day, day * 7 % 40 + shift + month % 2) for day in range(28)]
            for table in ("flight_features", "arrival_delay_predictions"):
                self._insert(table, rows)
                if month < 5:
                    self._insert(f"{table}_baseline", rows)
        now = datetime.now(UTC)
        requests = [
            {"request_id": version, "requested_at": now, "model_version": version} for version in "12"
        ]
        self._insert("arrival_delay_requests", requests)
        self._insert(
            "operational_metrics",
            [
                {"subject_type": kind, "subject": subject, "metric": metric, "value": 1.0}
                | {"window_start": _JANUARY, "measured_at": now}
                for (kind, subject), metrics in _MEASURED.items()
                for metric in metrics
            ],
        )

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        location = str(self._account.catalog.table_location(NAMES.table(table)))
        schema = deltalake.DeltaTable(location).to_pyarrow_table().schema
        deltalake.write_deltalake(location, pa.Table.from_pylist(rows, schema=schema), mode="append")


def _flight(month: int, day: int, delay: float) -> dict[str, Any]:
    return {
        "flight_id": f"{month}-{day}",
        "scheduled_at": datetime(2013, month + 1, day + 1, tzinfo=UTC),
        "carrier": "UA",
        "origin": "JFK",
        "arrival_delay": float(delay),
        "carrier_delay_7d": float(delay),
        "prediction": delay + 5.0,
        "model_version": "1",
    }


@pytest.fixture(scope="module")
def watched(local_account: LocalAccount, settings: AllSettings) -> Watched:
    """The project's tables with what is computed of them."""
    return Watched(local_account, settings.projects["flights"])


def test_every_dataset_has_the_columns_that_are_shown(watched: Watched) -> None:
    """And rows: nothing on the dashboard stays empty for a reason of its own."""
    grid = Grid(project_board(watched.project, NAMES).serialize())
    for name, shown in grid.fields().items():
        response = watched.warehouse.execute(grid.datasets[name])
        assert response.status is not None
        assert response.status.error is None, (name, response.status.error)
        assert response.manifest is not None
        assert response.manifest.schema is not None
        columns = {column.name for column in response.manifest.schema.columns or []}
        assert shown <= columns, name
        assert response.manifest.total_row_count, f"{name} has no rows"


def test_alerts_ask_for_one_number(watched: Watched) -> None:
    """That of the newest complete month: June, which drifts and is predicted no worse."""
    found = {alert.name: watched.warehouse.rows(alert.query) for alert in alerts_of(watched.project, NAMES)}
    values = {name: float(rows[0][0]) for name, rows in found.items()}
    assert values["drift"] > 1
    assert values["quality"] == pytest.approx(1)
    assert values["failed_runs"] == 1
    assert values["endpoint_errors"] == pytest.approx(1)
    assert values["freshness"] >= 1
    assert {len(rows) for rows in found.values()} == {1}


def _monitor(client: WorkspaceClient, table: str, settings: Monitor) -> None:
    granularities = [str(each) for each in settings.granularities]
    series, log = settings.time_series, settings.inference_log
    client.quality_monitors.create(
        NAMES.table(table),
        "lab.flights_metrics",
        f"/Shared/{table}",
        baseline_table_name=NAMES.table(str(settings.baseline)),
        slicing_exprs=list(settings.slices) or None,
        time_series=api.MonitorTimeSeries(series.time, granularities) if series else None,
        inference_log=api.MonitorInferenceLog(
            problem_type=api.MonitorInferenceLogProblemType.PROBLEM_TYPE_REGRESSION,
            timestamp_col=log.time,
            granularities=granularities,
            prediction_col=log.prediction,
            model_id_col=log.model_id,
            label_col=log.label,
        )
        if log
        else None,
        custom_metrics=[
            api.MonitorMetric(
                name=name,
                definition=metric.definition,
                input_columns=list(metric.columns),
                output_data_type=json.dumps({"name": "output", "type": metric.type}),
                type=api.MonitorMetricType(f"CUSTOM_METRIC_TYPE_{metric.kind.upper()}"),
            )
            for name, metric in settings.metrics.items()
        ],
    )
    refresh_id = client.quality_monitors.run_refresh(NAMES.table(table)).refresh_id
    deadline = time.monotonic() + _SECONDS
    while (found := client.quality_monitors.get_refresh(NAMES.table(table), refresh_id)).end_time_ms is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found.state.value == "SUCCESS", found.message
