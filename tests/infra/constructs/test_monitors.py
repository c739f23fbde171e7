"""A monitor computes what the project's settings ask for, into a schema of its own."""

from __future__ import annotations

import json
from typing import Any

from infra.config.monitoring import CustomMetric, InferenceLog, Monitor, TimeSeries
from infra.constructs.monitors import TableMonitor
from tests.infra.synthesis import synthesize


def declare(
    settings: Monitor, *, schedule: str | None = None, emails: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The monitor of a table."""
    return synthesize(
        lambda stack: TableMonitor(
            stack,
            "Monitor",
            table="prod.flights.features",
            settings=settings,
            baseline="prod.flights.baseline" if settings.baseline else None,
            metrics_schema="prod.flights_metrics",
            folder="/Projects/flights/monitors/features",
            schedule=schedule,
            emails=emails,
            after=[],
        )
    ).one("quality_monitor")


def test_inference_log_is_judged_by_model_version() -> None:
    """Predictions, labels and versions are named, windows and slices as the settings have them."""
    log = InferenceLog(time="at", prediction="guess", label="truth", model_id="version", problem="regression")
    made = declare(
        Monitor(inference_log=log, granularities=("1 week",), slices=("origin",), baseline="baseline")
    )
    assert made["inference_log"] == [
        {
            "timestamp_col": "at",
            "prediction_col": "guess",
            "label_col": "truth",
            "model_id_col": "version",
            "problem_type": "PROBLEM_TYPE_REGRESSION",
            "granularities": ["1 week"],
        }
    ]
    assert (made["slicing_exprs"], made["baseline_table_name"]) == (["origin"], "prod.flights.baseline")
    assert "schedule" not in made
    assert "notifications" not in made


def test_time_series_is_refreshed_by_schedule_and_tells_of_failures() -> None:
    """Schedules are in UTC; who is told is told by mail."""
    series = Monitor(time_series=TimeSeries(time="at"), granularities=("1 month",))
    made = declare(series, schedule="0 0 6 * * ?", emails=("on-call@example.com",))
    assert made["time_series"] == [{"timestamp_col": "at", "granularities": ["1 month"]}]
    assert made["schedule"] == [{"quartz_cron_expression": "0 0 6 * * ?", "timezone_id": "UTC"}]
    assert made["notifications"] == [{"on_failure": [{"email_addresses": ["on-call@example.com"]}]}]


def test_snapshot_has_no_windows() -> None:
    """A table without time is measured as a whole."""
    made = declare(Monitor(snapshot=True))
    assert made["snapshot"] == [{}]
    assert "time_series" not in made


def test_custom_metrics_carry_spark_s_type() -> None:
    """The type of a project's own metric is written as the API wants it."""
    metric = CustomMetric(kind="aggregate", columns=(":table",), definition="avg({{input_column}})")
    made = declare(Monitor(snapshot=True, metrics={"mean": metric}))
    (custom,) = made["custom_metrics"]
    assert (custom["type"], custom["input_columns"]) == ("CUSTOM_METRIC_TYPE_AGGREGATE", [":table"])
    assert json.loads(custom["output_data_type"])["type"] == "double"
