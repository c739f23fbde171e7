"""Monitors on tables without windows, without rows, and with columns that little can be told of."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from databricks.sdk.service.catalog import MonitorSnapshot, MonitorTimeSeries

from tests.infra.local.workspace.monitors.observatory import Observatory

_INSTANT = pa.timestamp("us", "UTC")


def test_snapshots(observatory: Observatory) -> None:
    """Each refresh adds a window, the instant of it, and compares with the refresh before."""
    table = observatory.make_table(pa.table({"seats": [100, 200], "maker": ["a", "b"]}))
    observatory.monitor(table, snapshot=MonitorSnapshot())
    observatory.refresh(table)
    assert observatory.drift(table) == []
    observatory.put(table, pa.table({"seats": [300], "maker": ["b"]}))
    observatory.refresh(table)
    first, second = observatory.profile(table, "column_name = 'seats'")
    assert (first["avg"], second["avg"]) == (150.0, 200.0)
    assert first["window"]["start"] == first["window"]["end"] < second["window"]["start"]
    assert (first["granularity"], first["logging_table_commit_version"]) == (None, 1)
    (drifted,) = observatory.drift(table, "column_name = 'seats'")
    assert (drifted["window"], drifted["window_cmp"]) == (second["window"], first["window"])
    assert drifted["ks_test"]["statistic"] == pytest.approx(1 / 3)


def test_empty_tables(observatory: Observatory) -> None:
    """A table without rows has empty metric tables, which are there and can be read."""
    rows = pa.table({"at": pa.array([], _INSTANT), "x": pa.array([], pa.float64())})
    table = observatory.make_table(rows)
    observatory.monitor(table, time_series=MonitorTimeSeries("at", ["1 day"]), slicing_exprs=["x > 1"])
    assert observatory.profile(table) == []
    assert observatory.refresh(table).state.value == "SUCCESS"
    assert observatory.profile(table) == observatory.drift(table) == []


def test_awkward_tables(observatory: Observatory) -> None:
    """Columns of nulls or of one value, single rows and rows without a time do no harm."""
    times = [datetime(2013, 1, day, tzinfo=UTC) for day in (1, 2, 2)]
    columns = {
        "at": pa.array([*times, None], _INSTANT),
        "nothing": pa.nulls(4, pa.float64()),
        "same": pa.array([7.0] * 4),
        "nan": pa.array([float("nan"), 1.0, float("nan"), 2.0]),
        "text": pa.nulls(4, pa.string()),
        "flag": pa.array([True, None, None, True]),
        "parts": pa.array([[1], None, [], [2]], pa.list_(pa.int64())),
    }
    table = "dev.flights.awkward"
    observatory.lake.run(
        f"CREATE TABLE {table} (at timestamp, nothing double, same double, nan double, text string, "
        "flag boolean, parts array<bigint>)"
    )
    observatory.put(table, pa.table(columns))
    observatory.lake.run(f"CREATE TABLE {table}_baseline AS SELECT * FROM {table} LIMIT 0")
    series = MonitorTimeSeries("at", ["1 day"])
    observatory.monitor(table, time_series=series, baseline_table_name=f"{table}_baseline")
    assert observatory.refresh(table).state.value == "SUCCESS"
    rows = observatory.profile(table, "column_name = 'nan'", "count, num_nan, avg, stddev, percent_nan")
    assert rows[0] == {"count": 1, "num_nan": 1, "avg": None, "stddev": None, "percent_nan": 100.0}
    assert rows[1] == {"count": 2, "num_nan": 1, "avg": 1.0, "stddev": None, "percent_nan": 50.0}
    (row,) = observatory.drift(table, "column_name = 'same'")
    assert (row["ks_test"]["statistic"], row["wasserstein_distance"]) == (0.0, 0.0)
    (row,) = observatory.drift(table, "column_name = 'nothing'")
    assert (row["count_delta"], row["ks_test"]) == (0, None)
    (row,) = observatory.drift(table, "column_name = ':table'")
    assert row["non_null_columns_delta"] == {"added": 0, "missing": 1}
