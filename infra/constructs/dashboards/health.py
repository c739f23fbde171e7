"""How the pipelines do: runs, failures, durations, and how fresh the tables are."""

from __future__ import annotations

from infra.constructs.dashboards.lakeview import Bar, Column, Counter, Dataset, Filter, Line, Page, Row, Table
from infra.constructs.dashboards.queries import measured, newest
from infra.constructs.metric_queries import MetricNames, newest_window

_TIME, _VALUE = Column("window_start", "Day"), Column("value", "Value")
_JOB, _TABLE = Column("subject", "Job"), Column("subject", "Table")


def health_page(names: MetricNames) -> Page:
    """Jobs and tables by day, and what needs a look now."""
    runs, failures, seconds = (
        Dataset(f"health_{metric}", title, measured(names, "job", metric))
        for metric, title in (("runs", "Runs"), ("failed_runs", "Failed runs"), ("mean_seconds", "Durations"))
    )
    rows = Dataset("health_rows", "Rows of tables", measured(names, "table", "rows"))
    shown = (runs, failures, seconds, rows)
    return Page(
        "health",
        "Pipeline health",
        (
            Row(
                2, (Filter("Time", "window_start", shown, is_date=True), Filter("Subject", "subject", shown))
            ),
            Row(3, _counters(names)),
            Row(
                7,
                (
                    Bar(title="Runs", dataset=runs, x=_TIME, y=(_VALUE,), color=_JOB),
                    Bar(title="Failed runs", dataset=failures, x=_TIME, y=(_VALUE,), color=_JOB),
                ),
            ),
            Row(
                7,
                (
                    Line(title="Mean duration in seconds", dataset=seconds, x=_TIME, y=(_VALUE,), color=_JOB),
                    Line(title="Rows of tables", dataset=rows, x=_TIME, y=(_VALUE,), color=_TABLE),
                ),
            ),
            Row(8, (_freshness_table(names),)),
        ),
    )


def _counters(names: MetricNames) -> tuple[Counter, ...]:
    counted = (
        ("Runs on the newest day", "job", "runs", "sum(value)"),
        ("Failed runs on the newest day", "job", "failed_runs", "sum(value)"),
        ("Hours since the stalest table was written", "table", "hours_since_write", "max(value)"),
    )
    return tuple(
        Counter(
            title,
            Dataset(f"health_newest_{metric}", title, newest_window(measured(names, kind, metric), value)),
            "value",
        )
        for title, kind, metric, value in counted
    )


def _freshness_table(names: MetricNames) -> Table:
    query = f"{newest(measured(names, 'table', 'hours_since_write'))} ORDER BY value DESC"
    fresh = Dataset("health_freshness", "Freshness", query)
    columns = (_TABLE, Column("value", "Hours since the last write"), Column("measured_at", "Measured"))
    return Table("Freshness of tables, stalest first", fresh, columns)
