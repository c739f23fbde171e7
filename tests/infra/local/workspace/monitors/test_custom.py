"""Custom metrics: aggregates of rows, what is derived of them, and how they drift."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from databricks.sdk.service.catalog import (
    MonitorInferenceLog,
    MonitorInferenceLogProblemType,
    MonitorMetric,
    MonitorMetricType,
)

from tests.infra.local.workspace.monitors.flights import as_rows, make_flights
from tests.infra.local.workspace.monitors.observatory import Observatory

_AGGREGATE = MonitorMetricType.CUSTOM_METRIC_TYPE_AGGREGATE
_DERIVED = MonitorMetricType.CUSTOM_METRIC_TYPE_DERIVED
_DRIFT = MonitorMetricType.CUSTOM_METRIC_TYPE_DRIFT
_DOUBLE = json.dumps({"name": "output", "type": "double", "nullable": True, "metadata": {}})
_METRICS = [
    MonitorMetric(
        name="near",
        type=_AGGREGATE,
        input_columns=[":table"],
        definition="avg(CASE WHEN abs({{prediction_col}} - {{label_col}}) <= 3 THEN 1 ELSE 0 END)",
        output_data_type=_DOUBLE,
    ),
    MonitorMetric(
        name="squared_avg",
        type=_AGGREGATE,
        input_columns=["distance", "prediction"],
        definition="avg(`{{input_column}}`*`{{ input_column }}`)",
        output_data_type="double",
    ),
    MonitorMetric(
        name="root_mean_square",
        type=_DERIVED,
        input_columns=["distance"],
        definition="sqrt(squared_avg)",
        output_data_type=_DOUBLE,
    ),
    MonitorMetric(
        name="carriers",
        type=_AGGREGATE,
        input_columns=[":table"],
        definition="count(DISTINCT carrier)",
        output_data_type="bigint",
    ),
    MonitorMetric(
        name="near_change",
        type=_DRIFT,
        input_columns=[":table"],
        definition="{{current_df}}.near - {{base_df}}.near",
        output_data_type=_DOUBLE,
    ),
    MonitorMetric(
        name="growth",
        type=_DRIFT,
        input_columns=["distance"],
        definition="{{current_df}}.root_mean_square / {{base_df}}.root_mean_square - 1",
        output_data_type="float",
    ),
]
_WHOLE = "slice_key IS NULL AND model_version = '*'"


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """The rows that are monitored."""
    return make_flights()


@pytest.fixture(scope="module")
def baseline() -> pd.DataFrame:
    """What they are compared with."""
    return make_flights("2012-12", seed=1)


@pytest.fixture(scope="module")
def table(observatory: Observatory, flights: pd.DataFrame, baseline: pd.DataFrame) -> str:
    """A table with a refreshed monitor that has all kinds of custom metrics."""
    table = observatory.make_table(as_rows(flights), "custom")
    problem = MonitorInferenceLogProblemType.PROBLEM_TYPE_REGRESSION
    columns = ("prediction", "model_version", "arrival_delay")
    observatory.monitor(
        table,
        inference_log=MonitorInferenceLog(problem, "scheduled_at", ["1 month"], *columns),
        baseline_table_name=observatory.make_table(as_rows(baseline)),
        slicing_exprs=["carrier"],
        custom_metrics=_METRICS,
    )
    refresh = observatory.refresh(table)
    assert (refresh.state.value, refresh.message) == ("SUCCESS", None)
    return table


def test_aggregates_of_the_table(observatory: Observatory, table: str, flights: pd.DataFrame) -> None:
    """A metric of several columns stands in the row of the whole table, in its own type."""
    where = f"log_type = 'INPUT' AND {_WHOLE}"
    rows = observatory.profile(table, f"{where} AND column_name = ':table'")
    assert [row["near"] for row in rows] == pytest.approx([_near(month) for month in _months(flights)])
    assert [row["carriers"] for row in rows] == [month["carrier"].nunique() for month in _months(flights)]
    assert {row["squared_avg"] for row in rows} == {None}


def test_aggregates_of_columns(observatory: Observatory, table: str, flights: pd.DataFrame) -> None:
    """A metric of a column stands in that column's rows, and so does what is derived of it."""
    where = f"log_type = 'INPUT' AND {_WHOLE}"
    rows = observatory.profile(table, f"{where} AND column_name = 'distance'")
    squares = [(month["distance"] ** 2).mean() for month in _months(flights)]
    assert [row["squared_avg"] for row in rows] == pytest.approx(squares)
    assert [row["root_mean_square"] for row in rows] == pytest.approx([square**0.5 for square in squares])
    rows = observatory.profile(table, f"{where} AND column_name = 'prediction'")
    assert [row["squared_avg"] for row in rows] == pytest.approx(
        [(month["prediction"] ** 2).mean() for month in _months(flights)]
    )
    assert {row["root_mean_square"] for row in rows} == {None}


def test_slices_and_the_baseline(
    observatory: Observatory, table: str, flights: pd.DataFrame, baseline: pd.DataFrame
) -> None:
    """Slices, single models and the baseline have custom metrics of their own rows."""
    where = "column_name = ':table' AND log_type = 'INPUT' AND slice_value = 'UA' AND model_version = '1'"
    expected = [_near(month[month["carrier"] == "UA"]) for month in _months(flights)[:2]]
    assert [row["near"] for row in observatory.profile(table, where)] == pytest.approx(expected)
    (row,) = observatory.profile(table, f"column_name = ':table' AND log_type = 'BASELINE' AND {_WHOLE}")
    assert row["near"] == pytest.approx(_near(baseline))


def test_drift(observatory: Observatory, table: str, flights: pd.DataFrame, baseline: pd.DataFrame) -> None:
    """Drift metrics compare with the month before, and with the baseline, in rows of their column."""
    january, february, april = _months(flights)
    (row,) = observatory.drift(table, f"{_WHOLE} AND drift_type = 'CONSECUTIVE' AND column_name = ':table'")
    assert row["near_change"] == pytest.approx(_near(february) - _near(january))
    rows = observatory.drift(table, f"{_WHOLE} AND drift_type = 'BASELINE' AND column_name = ':table'")
    expected = [_near(month) - _near(baseline) for month in (january, february, april)]
    assert [row["near_change"] for row in rows] == pytest.approx(expected)
    (row,) = observatory.drift(table, f"{_WHOLE} AND drift_type = 'CONSECUTIVE' AND column_name = 'distance'")
    squares = [(month["distance"] ** 2).mean() for month in (february, january)]
    assert row["growth"] == pytest.approx((squares[0] / squares[1]) ** 0.5 - 1, abs=1e-6)
    assert row["near_change"] is None


def _months(flights: pd.DataFrame) -> list[pd.DataFrame]:
    return [month for _, month in flights.groupby(flights["scheduled_at"].dt.month)]


def _near(flights: pd.DataFrame) -> float:
    """SQL's comparison with a label that is null is not true."""
    near = (flights["prediction"] - flights["arrival_delay"].astype(float)).abs() <= 3
    return float(near.mean())
