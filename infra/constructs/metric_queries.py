"""The SQL that judges metric tables: the same for alerts and dashboards, here and on Databricks.

Only complete windows count: those whose end the table's newest row has reached. A table that is cut by
another calendar than UTC's reaches a few hours into the next window, and that beginning says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEVIATIONS = 3  # standard deviations over the mean of the baseline's own windows: a drift's limit
FEWEST_WINDOWS = 3  # of the baseline, for a deviation that means something


@dataclass(frozen=True)
class MetricNames:
    """Where a project's tables, and the metrics of them, are."""

    catalog: str
    schema: str
    metrics_schema: str

    def table(self, name: str) -> str:
        """A table's full name."""
        return f"{self.catalog}.{self.schema}.{name}"

    def profile(self, table: str) -> str:
        """The full name of a monitored table's profile metrics."""
        return f"{self.catalog}.{self.metrics_schema}.{table}_profile_metrics"

    def drift(self, table: str) -> str:
        """The full name of a monitored table's drift metrics."""
        return f"{self.catalog}.{self.metrics_schema}.{table}_drift_metrics"


@dataclass(frozen=True)
class Windows:
    """A monitored table's windows of one length, and the baseline that they are compared with."""

    names: MetricNames
    table: str
    time: str
    baseline: str
    granularity: str

    @property
    def newest(self) -> str:
        """A query for the time of the table's newest row."""
        return f"SELECT max({self.time}) AS newest FROM {self.names.table(self.table)}"


def drift(windows: Windows, columns: Sequence[str]) -> str:
    """Each column's Kolmogorov-Smirnov statistic by window (`statistic`), and its limit (`upper_limit`).

    The limit is the same rule for every column: mean and three standard deviations of the statistic over
    the windows that the baseline itself is made of.
    """
    names, table = windows.names, windows.table
    listed = ", ".join(f"'{column}'" for column in columns)
    return f"""WITH span AS (
  SELECT min({windows.time}) AS first_time, max({windows.time}) AS last_time
  FROM {names.table(windows.baseline)}
), newest AS (
  {windows.newest}
), measured AS (
  SELECT window.start AS window_start, window.end AS window_end, column_name, ks_test.statistic AS statistic
  FROM {names.drift(table)} CROSS JOIN newest
  WHERE drift_type = 'BASELINE' AND granularity = '{windows.granularity}' AND slice_key IS NULL
    AND column_name IN ({listed}) AND window.end <= newest
), limits AS (
  SELECT column_name, avg(statistic) + {DEVIATIONS} * stddev(statistic) AS upper_limit
  FROM measured CROSS JOIN span
  WHERE window_end > first_time AND window_end <= last_time
  GROUP BY column_name HAVING count(*) >= {FEWEST_WINDOWS}
)
SELECT window_start, measured.column_name AS column_name, statistic, upper_limit
FROM measured JOIN limits ON measured.column_name = limits.column_name"""


def quality(windows: Windows, model_id: str) -> str:
    """The mean absolute error of each window and model version (`error`), and the baseline's.

    A monitor also computes over all versions together, as a model of the name `*`: that is left out.

    The baseline is what the Champion did on the month that it was judged on.
    """
    profile = windows.names.profile(windows.table)
    error = "mean_average_error"
    return f"""WITH newest AS (
  {windows.newest}
), judged AS (
  SELECT avg({error}) AS baseline_error FROM {profile}
  WHERE log_type = 'BASELINE' AND column_name = ':table' AND slice_key IS NULL
    AND (granularity IS NULL OR granularity = '{windows.granularity}')
)
SELECT window.start AS window_start, {model_id} AS model_version, {error} AS error, baseline_error
FROM {profile} CROSS JOIN newest CROSS JOIN judged
WHERE log_type = 'INPUT' AND column_name = ':table' AND slice_key IS NULL AND {model_id} <> '*'
  AND granularity = '{windows.granularity}' AND window.end <= newest AND {error} IS NOT NULL"""


def operations(names: MetricNames, table: str, subject_type: str, metrics: Sequence[str]) -> str:
    """What was measured of jobs, endpoint or tables by day."""
    listed = ", ".join(f"'{metric}'" for metric in metrics)
    return f"""SELECT window_start, subject, metric, value, measured_at FROM {names.table(table)}
WHERE subject_type = '{subject_type}' AND metric IN ({listed})"""


def newest_window(query: str, value: str) -> str:
    """One number, `value`, of a query's newest window; no row where there is none."""
    return _newest(query, value, "window_start = (SELECT max(window_start) FROM metrics)")


def newest_days(query: str, value: str) -> str:
    """One number, `value`, of a query's newest two days: the earlier of them is measured whole."""
    return _newest(query, value, "window_start >= (SELECT max(window_start) FROM metrics) - INTERVAL 1 DAY")


def _newest(query: str, value: str, condition: str) -> str:
    return f"""WITH metrics AS (
{query}
)
SELECT {value} AS value FROM metrics
WHERE {condition}
HAVING count(*) > 0"""
