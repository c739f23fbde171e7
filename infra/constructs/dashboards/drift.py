"""How far what comes in is from what the Champion knows."""

from __future__ import annotations

from collections.abc import Sequence

from infra.config import project as config
from infra.config.monitoring import Monitor
from infra.config.project import Project
from infra.constructs import metric_queries
from infra.constructs.dashboards import queries
from infra.constructs.dashboards.lakeview import Bar, Column, Counter, Dataset, Filter, Line, Page, Row, Table
from infra.constructs.dashboards.quality import own_metrics
from infra.constructs.metric_alerts import windows_of
from infra.constructs.metric_queries import MetricNames, Windows, newest_window

_TIME, _COLUMN = Column("window_start", "Window"), Column("column_name", "Column")
_NUMBERS = ("DOUBLE", "FLOAT", "INT", "BIGINT")


def drift_page(project: Project, names: MetricNames) -> Page | None:
    """Each column of the drift alert's table against its limit; None without that alert."""
    alert = project.alerts.drift
    if alert is None:
        return None
    windows, table = windows_of(project, names, alert.monitor), project.tables[alert.monitor]
    model_id = _model_id(project.monitors[alert.monitor])
    numbers, words = _columns(table, *_NUMBERS), _columns(table, "STRING")
    query = queries.drift_against_limit(windows, numbers)
    limits = Dataset("drift_limits", "Kolmogorov-Smirnov statistics", query)
    categories = Dataset("drift_categories", "Categories", queries.category_drift(windows, model_id, words))
    missing = Dataset(
        "drift_missing", "Missing values", queries.completeness(windows, model_id, [*numbers, *words])
    )
    sizes = Dataset("drift_sizes", "Rows", queries.window_sizes(windows, model_id))
    shown = (limits, categories, missing)
    return Page(
        "drift",
        "Drift",
        (
            Row(
                2,
                (
                    Filter("Time", "window_start", (*shown, sizes), is_date=True),
                    Filter("Column", "column_name", shown),
                ),
            ),
            Row(3, _counters(windows, alert.columns)),
            Row(
                7,
                (
                    _limit_chart(limits),
                    _over_time("Categories: distance from the baseline", categories, "distance"),
                ),
            ),
            Row(7, (_over_time("Missing values in percent", missing, "percent_null"), _size_chart(sizes))),
            *_own_rows(project, names),
            Row(8, (_newest_table(windows, numbers),)),
        ),
    )


def _model_id(monitor: Monitor) -> str | None:
    return monitor.inference_log.model_id if monitor.inference_log else None


def _columns(table: config.Table, *types: str) -> list[str]:
    """The table's columns of some types, but those that tell its rows apart."""
    apart = {*table.keys, table.time}
    return [
        name for name, column in table.columns.items() if column.type.upper() in types and name not in apart
    ]


def _counters(windows: Windows, columns: Sequence[str]) -> tuple[Counter, ...]:
    """What the drift alert compares with 1, and for how many columns."""
    found = metric_queries.drift(windows, columns)
    counted = (
        ("Furthest of the watched columns (1: at its limit)", "max(statistic / upper_limit)"),
        ("Watched columns over their limit", "sum(CASE WHEN statistic > upper_limit THEN 1 ELSE 0 END)"),
    )
    return tuple(
        Counter(title, Dataset(f"drift_counter_{number}", title, newest_window(found, value)), "value")
        for number, (title, value) in enumerate(counted)
    )


def _limit_chart(limits: Dataset) -> Line:
    return _over_time("Numbers: distance as a share of the limit", limits, "share")


def _over_time(title: str, dataset: Dataset, value: str) -> Line:
    return Line(title=title, dataset=dataset, x=_TIME, y=(Column(value, title),), color=_COLUMN)


def _size_chart(sizes: Dataset) -> Bar:
    return Bar(title="Rows by window", dataset=sizes, x=_TIME, y=(Column("row_count", "Rows"),))


def _own_rows(project: Project, names: MetricNames) -> list[Row]:
    """The project's own drift metrics, a row for each monitor that has some."""
    rows = []
    for table, monitor in project.monitors.items():
        metrics = list(own_metrics(monitor, "drift"))
        if metrics and monitor.baseline:
            query = queries.drift_metrics(windows_of(project, names, table), _model_id(monitor), metrics)
            own = Dataset(f"drift_own_{table}", f"Own drift metrics of {table}", query)
            charts = [
                Line(title=f"{table}: {metric}", dataset=own, x=_TIME, y=(Column(metric, metric),))
                for metric in metrics
            ]
            rows.append(Row(6, tuple(charts)))
    return rows


def _newest_table(windows: Windows, columns: Sequence[str]) -> Table:
    query = f"{queries.newest(queries.drift_against_limit(windows, columns))} ORDER BY share DESC"
    newest = Dataset("drift_newest", "Newest window", query)
    shown = (
        _TIME,
        _COLUMN,
        Column("statistic", "Statistic"),
        Column("upper_limit", "Limit"),
        Column("share", "Share of the limit"),
    )
    return Table("The newest window, furthest first", newest, shown)
