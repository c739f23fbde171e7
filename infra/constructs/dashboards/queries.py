"""Queries that only dashboards ask; what alerts ask, too, is in metric_queries."""

from __future__ import annotations

from collections.abc import Sequence

from infra.constructs import metric_queries
from infra.constructs.metric_alerts import OPERATIONS
from infra.constructs.metric_queries import MetricNames, Windows


def errors_against_limit(windows: Windows, model_id: str, tolerance: float) -> str:
    """What the quality alert is asked of, a series for each model version, and its limit beside it."""
    return f"""WITH errors AS (
{metric_queries.quality(windows, model_id)}
)
SELECT window_start, concat('version ', model_version) AS series, error FROM errors
UNION ALL
SELECT window_start, 'when judged' AS series, max(baseline_error) AS error FROM errors GROUP BY window_start
UNION ALL
SELECT window_start, 'limit' AS series, {tolerance} * max(baseline_error) AS error
FROM errors GROUP BY window_start"""


def drift_against_limit(windows: Windows, columns: Sequence[str]) -> str:
    """What the drift alert is asked of, each statistic as a share of its limit beside it."""
    return f"""SELECT window_start, column_name, statistic, upper_limit, statistic / upper_limit AS share
FROM ({metric_queries.drift(windows, columns)})"""


def model_metrics(windows: Windows, model_id: str, metrics: Sequence[str]) -> str:
    """How good each model version was in each window, a column a metric, and on how many rows."""
    return f"""SELECT window.start AS window_start, {model_id} AS model_version, `count` AS predictions,
  {", ".join(metrics)}
FROM {windows.names.profile(windows.table)}
{_whole(windows)} AND log_type = 'INPUT' AND slice_key IS NULL AND {model_id} <> '*'"""


def error_by_slice(windows: Windows, model_id: str) -> str:
    """The mean absolute error of each slice in each window."""
    return f"""SELECT window.start AS window_start, {model_id} AS model_version, slice_key, slice_value,
  `count` AS predictions, mean_average_error AS error
FROM {windows.names.profile(windows.table)}
{_whole(windows)} AND log_type = 'INPUT' AND slice_key IS NOT NULL AND {model_id} <> '*'"""


def drift_metrics(windows: Windows, model_id: str | None, metrics: Sequence[str]) -> str:
    """The project's own drift metrics of each window, against the baseline."""
    return f"""SELECT window.start AS window_start, {", ".join(metrics)}
FROM {windows.names.drift(windows.table)}
{_whole(windows)} AND drift_type = 'BASELINE' AND slice_key IS NULL{_all_models(model_id)}"""


def category_drift(windows: Windows, model_id: str | None, columns: Sequence[str]) -> str:
    """How far the categories of each column are from the baseline's, by window: 0 is the same, 1 is apart."""
    return f"""SELECT window.start AS window_start, column_name, js_distance AS distance
FROM {windows.names.drift(windows.table)}
WHERE granularity = '{windows.granularity}' AND drift_type = 'BASELINE' AND slice_key IS NULL
  AND column_name IN ({_listed(columns)}){_all_models(model_id)}"""


def completeness(windows: Windows, model_id: str | None, columns: Sequence[str]) -> str:
    """The share of each column's values that are missing, by window, in percent."""
    return f"""SELECT window.start AS window_start, column_name, percent_null
FROM {windows.names.profile(windows.table)}
WHERE granularity = '{windows.granularity}' AND log_type = 'INPUT' AND slice_key IS NULL
  AND column_name IN ({_listed(columns)}){_all_models(model_id)}"""


def window_sizes(windows: Windows, model_id: str | None) -> str:
    """The rows of each window."""
    return f"""SELECT window.start AS window_start, `count` AS row_count
FROM {windows.names.profile(windows.table)}
{_whole(windows)} AND log_type = 'INPUT' AND slice_key IS NULL{_all_models(model_id)}"""


def predictions_by_version(names: MetricNames, requests: str) -> str:
    """What the endpoint predicted by day and model version."""
    return f"""SELECT date_trunc('DAY', requested_at) AS window_start, model_version, count(*) AS predictions
FROM {names.table(requests)}
GROUP BY date_trunc('DAY', requested_at), model_version"""


def measured(names: MetricNames, subject_type: str, *metrics: str) -> str:
    """What was measured by day of jobs, the endpoint or tables, a row a metric."""
    return metric_queries.operations(names, OPERATIONS, subject_type, metrics)


def newest(query: str) -> str:
    """The rows of a query's newest window."""
    return f"""WITH metrics AS (
{query}
)
SELECT * FROM metrics WHERE window_start = (SELECT max(window_start) FROM metrics)"""


def _whole(windows: Windows) -> str:
    """The rows that tell of a table's windows as a whole."""
    return f"WHERE granularity = '{windows.granularity}' AND column_name = ':table'"


def _all_models(model_id: str | None) -> str:
    """Of an inference log: only what is computed over all its models."""
    return f" AND {model_id} = '*'" if model_id else ""


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f"'{column}'" for column in columns)
