"""The metric tables of a refreshed monitor, read by SQL, against what pandas and scipy make of the rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from databricks.sdk.service.catalog import (
    MonitorInferenceLog,
    MonitorInferenceLogProblemType,
    MonitorTimeSeries,
)
from scipy import stats
from sklearn import metrics

from tests.infra.local.workspace.monitors.flights import as_rows, make_flights
from tests.infra.local.workspace.monitors.observatory import METRICS, Observatory

_MONTH = "granularity = '1 month'"
_WHOLE = f"{_MONTH} AND slice_key IS NULL"


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """The rows that are monitored."""
    return make_flights()


@pytest.fixture(scope="module")
def baseline() -> pd.DataFrame:
    """What they are compared with."""
    return make_flights("2012-12", seed=1)


@pytest.fixture(scope="module")
def series(observatory: Observatory, flights: pd.DataFrame, baseline: pd.DataFrame) -> str:
    """A table with a time series monitor that was refreshed."""
    table = observatory.make_table(as_rows(flights), "series")
    observatory.monitor(
        table,
        time_series=MonitorTimeSeries("scheduled_at", ["1 month", "1 week"]),
        baseline_table_name=observatory.make_table(as_rows(baseline)),
        slicing_exprs=["carrier", "distance > 300"],
    )
    assert observatory.refresh(table).state.value == "SUCCESS"
    return table


@pytest.fixture(scope="module")
def log(observatory: Observatory, flights: pd.DataFrame) -> str:
    """A table with an inference log's monitor that was refreshed."""
    table = observatory.make_table(as_rows(flights), "log")
    observatory.monitor(
        table,
        inference_log=MonitorInferenceLog(
            MonitorInferenceLogProblemType.PROBLEM_TYPE_REGRESSION,
            "scheduled_at",
            ["1 month"],
            "prediction",
            "model_version",
            label_col="arrival_delay",
        ),
        slicing_exprs=["carrier"],
    )
    assert observatory.refresh(table).state.value == "SUCCESS"
    return table


def test_windows(observatory: Observatory, series: str, flights: pd.DataFrame) -> None:
    """There is a window for each month with rows, and none between; its end is the next one's beginning."""
    rows = observatory.profile(series, f"{_WHOLE} AND column_name = ':table'")
    assert [row["window"] for row in rows] == [
        {"start": datetime(2013, month, 1, tzinfo=UTC), "end": datetime(2013, month + 1, 1, tzinfo=UTC)}
        for month in (1, 2, 4)
    ]
    assert [row["count"] for row in rows] == flights.groupby(_month_of(flights)).size().tolist()
    assert {row["log_type"] for row in rows} == {"INPUT"}
    assert {row["monitor_version"] for row in rows} == {0}
    assert rows[0]["non_null_columns"] == list(flights.columns)
    (weeks,) = observatory.rows(
        f"SELECT count(*) AS n FROM {METRICS}.series_profile_metrics "
        "WHERE granularity = '1 week' AND slice_key IS NULL AND column_name = 'distance'"
    )
    assert weeks["n"] == flights["scheduled_at"].dt.tz_convert(None).dt.to_period("W-SUN").nunique()


def test_profiles(observatory: Observatory, series: str, flights: pd.DataFrame) -> None:
    """Statistics of a window are those of its rows, quantiles at the places that SQL asks for them."""
    columns = "count, num_nulls, percent_null, avg, median, distinct_count, data_type, quantiles[500] AS p50"
    rows = observatory.profile(series, f"{_WHOLE} AND column_name = 'arrival_delay'", columns)
    for row, (_, month) in zip(rows, flights.groupby(_month_of(flights)), strict=True):
        delays = month["arrival_delay"]
        assert (row["count"], row["num_nulls"]) == (delays.count(), delays.isna().sum())
        assert row["percent_null"] == pytest.approx(100 * delays.isna().mean())
        assert row["avg"] == pytest.approx(delays.mean())
        assert row["median"] == row["p50"] == np.quantile(delays.dropna(), 0.5, method="inverted_cdf")
        assert (row["distinct_count"], row["data_type"]) == (delays.nunique(), "double")


def test_slices(observatory: Observatory, series: str, flights: pd.DataFrame) -> None:
    """A column's values and a predicate's truth are slices of each window, beside the whole."""
    where = f"{_MONTH} AND column_name = 'distance' AND slice_key IS NOT NULL"
    rows = observatory.profile(series, where)
    found = {(_month(row), row["slice_key"], row["slice_value"]): row["count"] for row in rows}
    months = flights["scheduled_at"].dt.month
    far = (flights["distance"] > 300).map({True: "true", False: "false"})
    expected = {
        (month, key, value): int((months.eq(month) & values.eq(value)).sum())
        for key, values in (("carrier", flights["carrier"]), ("distance > 300", far))
        for month in months.unique()
        for value in values.unique()
    }
    assert found == expected


def test_the_baseline_is_profiled_once(observatory: Observatory, series: str, baseline: pd.DataFrame) -> None:
    """The baseline has a row a column and slice, without window and granularity, at its own version."""
    rows = observatory.profile(series, "log_type = 'BASELINE' AND column_name = 'distance'")
    assert len(rows) == 1 + baseline["carrier"].nunique() + 2
    (whole,) = [row for row in rows if row["slice_key"] is None]
    assert whole["avg"] == pytest.approx(baseline["distance"].mean())
    assert (whole["window"], whole["granularity"]) == (None, None)
    assert whole["logging_table_commit_version"] == 1


def test_drift_from_the_window_before(observatory: Observatory, series: str, flights: pd.DataFrame) -> None:
    """February is compared with January, April (after an empty March) with none."""
    where = f"{_WHOLE} AND drift_type = 'CONSECUTIVE'"
    (row,) = observatory.drift(series, f"{where} AND column_name = 'arrival_delay'")
    january, february = (_delays(flights, month) for month in ("2013-01", "2013-02"))
    assert (_month(row), row["window_cmp"]["start"].month) == (2, 1)
    assert row["avg_delta"] == pytest.approx(february.mean() - january.mean())
    assert row["ks_test"]["statistic"] == pytest.approx(stats.ks_2samp(february, january).statistic)
    assert row["wasserstein_distance"] == pytest.approx(stats.wasserstein_distance(february, january))
    assert row["chi_squared_test"] is None
    (table,) = observatory.drift(series, f"{where} AND column_name = ':table'")
    assert (table["count_delta"], table["non_null_columns_delta"]) == (0, {"added": 0, "missing": 0})


def test_drift_from_the_baseline(
    observatory: Observatory, series: str, flights: pd.DataFrame, baseline: pd.DataFrame
) -> None:
    """Every window is compared with the baseline; a shift shows in numbers and in categories."""
    where = f"{_WHOLE} AND drift_type = 'BASELINE'"
    rows = observatory.drift(series, f"{where} AND column_name = 'arrival_delay'")
    for row, month in zip(rows, ("2013-01", "2013-02", "2013-04"), strict=True):
        expected = stats.ks_2samp(_delays(flights, month), baseline["arrival_delay"].dropna()).statistic
        assert row["ks_test"]["statistic"] == pytest.approx(expected)
        assert row["window_cmp"] is None
    assert rows[2]["ks_test"]["statistic"] > 2 * max(row["ks_test"]["statistic"] for row in rows[:2])
    *_, april = observatory.drift(series, f"{where} AND column_name = 'carrier'")
    counts = [
        frame["carrier"].value_counts().sort_index().to_numpy()
        for frame in (flights[_month_of(flights) == "2013-04"], baseline)
    ]
    expected = stats.chi2_contingency(np.array(counts), correction=False)
    assert april["chi_squared_test"]["statistic"] == pytest.approx(expected.statistic)
    assert april["js_distance"] > 0.2
    assert april["ks_test"] is None


def test_slices_drift(
    observatory: Observatory, series: str, flights: pd.DataFrame, baseline: pd.DataFrame
) -> None:
    """A slice is compared with the same slice."""
    where = f"{_MONTH} AND drift_type = 'BASELINE' AND slice_value = 'UA' AND column_name = 'prediction'"
    rows = observatory.drift(series, where)
    for row, month in zip(rows, ("2013-01", "2013-02", "2013-04"), strict=True):
        own = flights[(_month_of(flights) == month) & (flights["carrier"] == "UA")]["prediction"]
        other = baseline[baseline["carrier"] == "UA"]["prediction"]
        assert row["count_delta"] == len(own) - len(other)
        assert row["ks_test"]["statistic"] == pytest.approx(stats.ks_2samp(own, other).statistic)


def test_model_quality(observatory: Observatory, log: str, flights: pd.DataFrame) -> None:
    """Errors stand in the rows of the whole table, for all models and for each; other rows have none."""
    rows = observatory.profile(log, f"{_WHOLE} AND column_name = ':table' AND model_version = '*'")
    for row, (_, month) in zip(rows, flights.groupby(_month_of(flights)), strict=True):
        known = month.dropna(subset="arrival_delay")
        labels, predictions = known["arrival_delay"].astype(float), known["prediction"]
        assert row["mean_squared_error"] == pytest.approx(metrics.mean_squared_error(labels, predictions))
        assert row["mean_average_error"] == pytest.approx(metrics.mean_absolute_error(labels, predictions))
        assert row["r2_score"] == pytest.approx(metrics.r2_score(labels, predictions))
    versions = observatory.profile(log, f"{_WHOLE} AND column_name = ':table' AND model_version != '*'")
    assert [row["model_version"] for row in versions] == ["1", "1", "2"]
    assert [row["mean_squared_error"] for row in versions] == [row["mean_squared_error"] for row in rows]
    columns = observatory.profile(log, "column_name = 'prediction'", "mean_squared_error")
    assert {row["mean_squared_error"] for row in columns} == {None}


def test_models_are_compared_with_themselves(observatory: Observatory, log: str) -> None:
    """All models together, and model 1, drift from January to February; model 2 has no month before."""
    rows = observatory.drift(log, f"{_WHOLE} AND column_name = 'prediction'")
    assert sorted(row["model_version"] for row in rows) == ["*", "1"]


def test_late_labels_change_their_windows_only(observatory: Observatory) -> None:
    """The same data gives the same rows; a label that comes later changes its month."""
    rows = as_rows(make_flights())
    table = observatory.make_table(rows)
    problem = MonitorInferenceLogProblemType.PROBLEM_TYPE_REGRESSION
    columns = ("prediction", "model_version", "arrival_delay")
    log = MonitorInferenceLog(problem, "scheduled_at", ["1 month"], *columns)
    observatory.monitor(table, inference_log=log)
    where = f"{_WHOLE} AND column_name = ':table' AND model_version = '*'"

    def errors() -> list[float]:
        assert observatory.refresh(table).state.value == "SUCCESS"
        return [row["mean_squared_error"] for row in observatory.profile(table, where)]

    first = errors()
    assert errors() == first
    observatory.lake.run(
        f"UPDATE {table} SET arrival_delay = 0 WHERE arrival_delay IS NULL AND scheduled_at < '2013-02-01'"
    )
    changed = errors()
    assert changed[0] != first[0]
    assert changed[1:] == first[1:]
    observatory.put(table, as_rows(make_flights("2013-03")))
    assert len(errors()) == 4


def test_classification(observatory: Observatory) -> None:
    """Classes have scores by class, their mean and weighted, and a confusion matrix that SQL unfolds."""
    times = [datetime(2013, 1, 1, tzinfo=UTC)] * 4
    columns = {"at": times, "guess": ["yes", "no", "no", "yes"], "truth": ["yes", "no", "yes", None]}
    table = observatory.make_table(pa.table({**columns, "model": [1, 1, 1, 1]}), "classes")
    problem = MonitorInferenceLogProblemType.PROBLEM_TYPE_CLASSIFICATION
    observatory.monitor(
        table, inference_log=MonitorInferenceLog(problem, "at", ["1 day"], "guess", "model", "truth")
    )
    assert observatory.refresh(table).state.value == "SUCCESS"
    (row,) = observatory.profile(
        table,
        "column_name = ':table' AND model = '1'",
        "accuracy_score, f1_score.one_vs_all['yes'] AS yes, precision.macro AS p, recall.weighted AS r",
    )
    assert row == pytest.approx({"accuracy_score": 2 / 3, "yes": 2 / 3, "p": 0.75, "r": 2 / 3})
    cells = observatory.rows(
        "SELECT cell.label, cell.count FROM (SELECT explode(confusion_matrix) AS cell "
        f"FROM {METRICS}.classes_profile_metrics WHERE model = '*') WHERE cell.prediction = 'no' ORDER BY 1"
    )
    assert cells == [{"label": "no", "count": 1}, {"label": "yes", "count": 1}]


def _month(row: dict[str, Any]) -> int:
    month: int = row["window"]["start"].month
    return month


def _month_of(flights: pd.DataFrame) -> Any:
    return flights["scheduled_at"].dt.strftime("%Y-%m")


def _delays(flights: pd.DataFrame, month: str) -> Any:
    return flights[_month_of(flights) == month]["arrival_delay"].dropna().astype(float)
