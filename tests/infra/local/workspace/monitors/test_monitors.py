"""Monitors made, looked at, changed and deleted through the SDK: by whom, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from databricks.sdk.core import DatabricksError
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied, ResourceAlreadyExists
from databricks.sdk.service.catalog import (
    MonitorCronSchedule,
    MonitorCronSchedulePauseStatus,
    MonitorDataClassificationConfig,
    MonitorDestination,
    MonitorInferenceLog,
    MonitorInferenceLogProblemType,
    MonitorMetric,
    MonitorMetricType,
    MonitorNotifications,
    MonitorSnapshot,
    MonitorTimeSeries,
)

from tests.infra.local.workspace.engine.lake import NOBODY, OWNER, READER
from tests.infra.local.workspace.monitors.observatory import METRICS, Observatory

_ROWS = pa.table(
    {
        "at": pa.array([], pa.timestamp("us", "UTC")),
        "x": pa.array([], pa.float64()),
        "y": pa.array([], pa.float64()),
        "name": pa.array([], pa.string()),
    }
)
_UNPAUSED = MonitorCronSchedulePauseStatus.UNPAUSED
_DAILY = MonitorCronSchedule("0 0 6 * * ?", "UTC")
_SERIES = MonitorTimeSeries("at", ["1 day"])


def _log(prediction: str = "x", **fields: Any) -> MonitorInferenceLog:
    problem = MonitorInferenceLogProblemType.PROBLEM_TYPE_REGRESSION
    return MonitorInferenceLog(problem, "at", ["1 day"], prediction, "name", **fields)


def _metric(**fields: Any) -> MonitorMetric:
    kinds = MonitorMetricType
    return MonitorMetric(
        **{
            "name": "share",
            "definition": "avg(x)",
            "input_columns": [":table"],
            "output_data_type": "double",
            "type": kinds.CUSTOM_METRIC_TYPE_AGGREGATE,
            **fields,
        }
    )


@pytest.fixture
def table(observatory: Observatory) -> str:
    """A new empty table without a monitor."""
    return observatory.make_table(_ROWS)


@pytest.fixture
def watched(observatory: Observatory, table: str) -> Iterator[str]:
    """A table with a monitor, which READER may read."""
    observatory.lake.grant("table", table, READER, "SELECT")
    observatory.monitor(table, time_series=_SERIES, schedule=_DAILY, slicing_exprs=["name"])
    yield table
    observatory.client.quality_monitors.delete(table)


def test_created(observatory: Observatory, table: str) -> None:
    """A monitor is active at once; its metric tables are there, empty, so that grants can name them."""
    destination = MonitorDestination(email_addresses=["on-call@example.com"])
    made = observatory.monitor(
        table.upper(),
        inference_log=_log(label_col="y"),
        baseline_table_name=observatory.make_table(_ROWS),
        slicing_exprs=["name", "x > 1"],
        custom_metrics=[_metric()],
        schedule=_DAILY,
        notifications=MonitorNotifications(on_failure=destination),
        skip_builtin_dashboard=True,
    )
    assert made.as_dict() == observatory.client.quality_monitors.get(table).as_dict()
    assert made.status.value == "MONITOR_STATUS_ACTIVE"
    assert (made.monitor_version, made.dashboard_id) == (0, None)
    assert made.profile_metrics_table_name == f"{METRICS}.{table.rpartition('.')[2]}_profile_metrics"
    assert made.schedule == MonitorCronSchedule("0 0 6 * * ?", "UTC", _UNPAUSED)
    for name in (made.profile_metrics_table_name, made.drift_metrics_table_name):
        assert observatory.client.tables.get(name).owner == observatory.lake.house.name(OWNER)
        assert observatory.rows(f"SELECT * FROM {name}") == []
    assert "mean_squared_error" in _columns(observatory, made.profile_metrics_table_name)


def test_a_table_has_one_monitor(observatory: Observatory, watched: str) -> None:
    """A second monitor on a table is refused, and leaves the first as it was."""
    with pytest.raises(ResourceAlreadyExists):
        observatory.monitor(watched, snapshot=MonitorSnapshot())
    assert observatory.client.quality_monitors.get(watched).time_series


def test_versions_count_what_is_computed(observatory: Observatory, watched: str) -> None:
    """Other things to compute are a new version, another schedule is not; what is left out is no more."""
    monitors = observatory.client.quality_monitors
    hourly = MonitorCronSchedule("0 0 * * * ?", "UTC")
    same = monitors.update(watched, METRICS, time_series=_SERIES, schedule=hourly, slicing_exprs=["name"])
    assert (same.monitor_version, same.schedule) == (0, MonitorCronSchedule("0 0 * * * ?", "UTC", _UNPAUSED))
    changed = monitors.update(watched, METRICS, time_series=MonitorTimeSeries("at", ["1 day", "1 month"]))
    assert (changed.monitor_version, changed.schedule, changed.slicing_exprs) == (1, None, None)
    assert changed.as_dict() == monitors.get(watched).as_dict()
    assert changed.assets_dir == "/Shared/monitors"


def test_new_metrics_are_new_columns(observatory: Observatory, watched: str) -> None:
    """A custom metric that is added widens the table that is there; its grants stay."""
    name = f"{METRICS}.{watched.rpartition('.')[2]}_profile_metrics"
    before = observatory.client.tables.get(name).table_id
    monitors = observatory.client.quality_monitors
    monitors.update(watched, METRICS, time_series=_SERIES, custom_metrics=[_metric()])
    assert observatory.client.tables.get(name).table_id == before
    assert _columns(observatory, name)[-1] == "share"
    text = [_metric(output_data_type="string")]
    with pytest.raises(InvalidParameterValue, match="has column share as double from before"):
        monitors.update(watched, METRICS, time_series=_SERIES, custom_metrics=text)


def test_deleted(observatory: Observatory, table: str) -> None:
    """A monitor's metric tables outlive it, and a new monitor of another kind takes them over."""
    observatory.monitor(table, time_series=_SERIES)
    observatory.client.quality_monitors.delete(table)
    with pytest.raises(NotFound):
        observatory.client.quality_monitors.get(table)
    made = observatory.monitor(table, inference_log=_log(label_col="y"))
    assert {"mean_squared_error", "name"} <= set(_columns(observatory, made.profile_metrics_table_name))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "exactly one of"),
        ({"snapshot": MonitorSnapshot(), "time_series": _SERIES}, "exactly one of"),
        ({"time_series": MonitorTimeSeries("at", ["2 days"])}, "1 day, 1 week"),
        ({"time_series": MonitorTimeSeries("at", [])}, "needs granularities"),
        ({"time_series": MonitorTimeSeries("when", ["1 day"])}, "has no column when"),
        ({"inference_log": _log("name")}, "is no number"),
        ({"time_series": _SERIES, "slicing_exprs": ["nonsense("]}, "SQL can't be run"),
        ({"time_series": _SERIES, "slicing_exprs": ["colour"]}, "colour"),
        ({"time_series": _SERIES, "slicing_exprs": ["x > 1", "x > 1"]}, "different expressions"),
        ({"time_series": _SERIES, "baseline_table_name": "dev.flights.open"}, "lacks the column"),
        ({"time_series": _SERIES, "schedule": MonitorCronSchedule("daily", "UTC")}, "quartz"),
        ({"time_series": _SERIES, "custom_metrics": [_metric(name="avg")]}, "avg already"),
        ({"time_series": _SERIES, "custom_metrics": [_metric(name="a b")]}, "can't name"),
        ({"time_series": _SERIES, "custom_metrics": [_metric(), _metric()]}, "named twice"),
        ({"time_series": _SERIES, "custom_metrics": [_metric(definition="avg(z)")]}, "SQL can't be run"),
        ({"time_series": _SERIES, "custom_metrics": [_metric(input_columns=["z"])]}, "has no column z"),
        (
            {"time_series": _SERIES, "custom_metrics": [_metric(definition="{{label_col}}")]},
            "only timestamp_col",
        ),
        (
            {"time_series": _SERIES, "custom_metrics": [_metric(output_data_type="number")]},
            "not a column type",
        ),
        (
            {
                "time_series": _SERIES,
                "notifications": MonitorNotifications(MonitorDestination(email_addresses=["nobody"])),
            },
            "nobody",
        ),
    ],
)
def test_refused(observatory: Observatory, table: str, fields: dict[str, Any], message: str) -> None:
    """What can't be computed is refused when it is declared, saying why; nothing is left behind."""
    with pytest.raises(InvalidParameterValue, match=message):
        observatory.monitor(table, **fields)
    with pytest.raises(NotFound):
        observatory.client.quality_monitors.get(table)
    metrics = f"{METRICS}.{table.rpartition('.')[2]}_profile_metrics"
    assert not observatory.account.catalog.find("table", metrics)


@pytest.mark.parametrize(
    "fields",
    [
        {"data_classification_config": MonitorDataClassificationConfig(enabled=True), "time_series": _SERIES},
        {"inference_log": _log(prediction_proba_col="y")},
        {"time_series": _SERIES, "custom_metrics": [_metric(definition="{% if true %}avg(x){% endif %}")]},
    ],
)
def test_not_served(observatory: Observatory, table: str, fields: dict[str, Any]) -> None:
    """What Databricks does and this does not is told as such."""
    with pytest.raises(DatabricksError, match="not served"):
        observatory.monitor(table, **fields)


def test_changes_refused(observatory: Observatory, watched: str) -> None:
    """Neither the kind of a profile nor the metric tables' schema can be changed."""
    monitors = observatory.client.quality_monitors
    with pytest.raises(InvalidParameterValue, match="kind"):
        monitors.update(watched, METRICS, snapshot=MonitorSnapshot())
    with pytest.raises(InvalidParameterValue, match="output_schema_name"):
        monitors.update(watched, "dev.flights", time_series=_SERIES)


def test_readers_look_only(observatory: Observatory, watched: str) -> None:
    """Who may read the table sees its monitor and refreshes; who may not isn't told that there is one."""
    reader = observatory.client_of(READER).quality_monitors
    assert reader.get(watched).table_name == watched
    assert reader.list_refreshes(watched).refreshes == []
    for refused in (
        lambda: reader.delete(watched),
        lambda: reader.run_refresh(watched),
        lambda: reader.update(watched, METRICS, time_series=_SERIES),
        lambda: reader.create("dev.flights.mine", METRICS, "/Shared/x", snapshot=MonitorSnapshot()),
    ):
        with pytest.raises(PermissionDenied, match="MANAGE"):
            refused()
    nobody = observatory.client_of(NOBODY).quality_monitors
    for unseen in (watched, "dev.flights.never"):
        with pytest.raises(PermissionDenied):
            nobody.get(unseen)


def test_creators_need_a_place_for_the_metrics(observatory: Observatory, table: str) -> None:
    """Managing the table is not enough: its rows must be readable, and the schema writable."""
    observatory.lake.grant("table", table, READER, "MANAGE")
    reader = observatory.client_of(READER).quality_monitors
    with pytest.raises(PermissionDenied, match="SELECT"):
        reader.create(table, METRICS, "/Shared/x", time_series=_SERIES)
    observatory.lake.grant("table", table, READER, "SELECT")
    with pytest.raises(PermissionDenied, match="USE SCHEMA on Schema"):
        reader.create(table, METRICS, "/Shared/x", time_series=_SERIES)
    observatory.lake.grant("schema", METRICS, READER, "USE_SCHEMA")
    with pytest.raises(PermissionDenied, match="CREATE TABLE"):
        reader.create(table, METRICS, "/Shared/x", time_series=_SERIES)
    observatory.lake.revoke("schema", METRICS, READER, "USE_SCHEMA")
    with pytest.raises(NotFound, match=r"dev\.nowhere"):
        observatory.client.quality_monitors.create(table, "dev.nowhere", "/Shared/x", time_series=_SERIES)


def test_expressions_read_within_the_creators_rights(observatory: Observatory, table: str) -> None:
    """A slicing expression or metric can't reach a table that its creator may not read."""
    for kind, name, privileges in (
        ("table", table, ["SELECT", "MANAGE"]),
        ("schema", METRICS, ["USE_SCHEMA", "CREATE_TABLE"]),
    ):
        observatory.lake.grant(kind, name, READER, *privileges)
    reader = observatory.client_of(READER).quality_monitors
    secret = "(SELECT max(id) FROM dev.flights.secret)"
    for fields in (
        {"slicing_exprs": [f"x > {secret}"]},
        {"custom_metrics": [_metric(definition=f"max(x) + {secret}")]},
    ):
        with pytest.raises(PermissionDenied, match="SELECT"):
            reader.create(table, METRICS, "/Shared/x", time_series=_SERIES, **fields)
    observatory.lake.revoke("schema", METRICS, READER, "USE_SCHEMA", "CREATE_TABLE")


def test_only_the_creator_changes_a_monitor(observatory: Observatory, watched: str) -> None:
    """Who manages the table refreshes and deletes a monitor of another, and does not change it."""
    observatory.lake.grant("table", watched, READER, "MANAGE")
    reader = observatory.client_of(READER).quality_monitors
    with pytest.raises(PermissionDenied, match="who created"):
        reader.update(watched, METRICS, time_series=_SERIES)
    assert reader.run_refresh(watched).refresh_id


def test_monitors_belong_to_a_workspace(observatory: Observatory, watched: str) -> None:
    """From another workspace a monitor is seen, and nothing more."""
    elsewhere = observatory.client_of(OWNER, observatory.lake.house.prod).quality_monitors
    assert elsewhere.get(watched).table_name == watched
    for refused in (
        lambda: elsewhere.run_refresh(watched),
        lambda: elsewhere.list_refreshes(watched),
        lambda: elsewhere.delete(watched),
    ):
        with pytest.raises(PermissionDenied, match="was made in workspace"):
            refused()


def test_a_renamed_table_keeps_its_monitor(observatory: Observatory, watched: str) -> None:
    """The monitor follows the table, and is refreshed under the new name; the old one is free for another."""
    _rename(observatory, watched, "renamed")
    observatory.make_table(_ROWS, watched.rpartition(".")[2])
    observatory.client.quality_monitors.create(watched, "dev.flights", "/Shared/x", time_series=_SERIES)
    observatory.lake.run(f"DROP TABLE {watched}")
    observatory.client.quality_monitors.delete(watched)
    assert observatory.client.quality_monitors.get("dev.flights.renamed").monitor_version == 0
    assert observatory.refresh("dev.flights.renamed").state.value == "SUCCESS"
    assert observatory.client.quality_monitors.get("dev.flights.renamed").table_name == "dev.flights.renamed"
    _rename(observatory, "dev.flights.renamed", watched.rpartition(".")[2])


def _columns(observatory: Observatory, table: str) -> list[str]:
    return [each.name or "" for each in observatory.client.tables.get(table).columns or []]


def _rename(observatory: Observatory, table: str, name: str) -> None:
    house = observatory.lake.house
    observatory.account.catalog.alter_table(house.caller(OWNER), house.dev, table, {"new_name": name})
