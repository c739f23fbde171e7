"""How good the model is: on what it predicted, against what it was judged on."""

from __future__ import annotations

from infra.config.monitoring import CustomMetric, Monitor
from infra.config.project import Project
from infra.constructs import metric_queries
from infra.constructs.dashboards import queries
from infra.constructs.dashboards.lakeview import Column, Counter, Dataset, Filter, Line, Page, Row, Table
from infra.constructs.metric_alerts import windows_of
from infra.constructs.metric_queries import MetricNames, Windows, newest_window

_TIME, _VERSION = Column("window_start", "Window"), Column("model_version", "Model version")
_METRICS = {"root_mean_squared_error": "Root mean squared error", "r2_score": "R²"}


def quality_page(project: Project, names: MetricNames) -> Page | None:
    """Errors of the predictions of the project's quality alert, by window; None without that alert."""
    alert = project.alerts.quality
    monitor = project.monitors[alert.monitor] if alert else None
    if alert is None or monitor is None or monitor.inference_log is None:
        return None
    windows, model_id = windows_of(project, names, alert.monitor), monitor.inference_log.model_id
    metrics = _METRICS | {name: name.replace("_", " ").capitalize() for name in own_metrics(monitor)}
    query = queries.errors_against_limit(windows, model_id, alert.tolerance)
    errors = Dataset("quality_errors", "Mean absolute error", query)
    others = Dataset(
        "quality_metrics", "Model metrics", queries.model_metrics(windows, model_id, list(metrics))
    )
    slices = Dataset("quality_slices", "Error by slice", queries.error_by_slice(windows, model_id))
    shown = (others, slices)
    return Page(
        "quality",
        "Quality",
        (
            Row(
                2,
                (
                    Filter("Time", "window_start", (errors, *shown), is_date=True),
                    Filter("Version", "model_version", shown),
                ),
            ),
            Row(3, _counters(windows, model_id, alert.tolerance)),
            Row(7, (_error_chart(errors),)),
            Row(7, tuple(_metric_chart(others, name, title) for name, title in metrics.items())),
            Row(8, (_slice_table(slices),)),
        ),
    )


def own_metrics(monitor: Monitor, *kinds: str) -> dict[str, CustomMetric]:
    """A monitor's custom metrics of whole rows: those of the profile, or of the kinds that are named."""
    wanted = kinds or ("aggregate", "derived")
    return {
        name: metric
        for name, metric in monitor.metrics.items()
        if metric.kind in wanted and ":table" in metric.columns
    }


def _counters(windows: Windows, model_id: str, tolerance: float) -> tuple[Counter, ...]:
    """What the quality alert compares, and with what."""
    found = metric_queries.quality(windows, model_id)
    counted = (
        ("Newest error", "max(error)"),
        ("Error when judged", "max(baseline_error)"),
        ("Limit", f"{tolerance} * max(baseline_error)"),
        ("Newest as a multiple of judged", "max(error / baseline_error)"),
    )
    return tuple(
        Counter(title, Dataset(f"quality_counter_{number}", title, newest_window(found, value)), "value")
        for number, (title, value) in enumerate(counted)
    )


def _error_chart(errors: Dataset) -> Line:
    return Line(
        title="Mean absolute error",
        dataset=errors,
        x=_TIME,
        y=(Column("error", "Mean absolute error"),),
        color=Column("series", "Model version"),
    )


def _metric_chart(metrics: Dataset, name: str, title: str) -> Line:
    return Line(title=title, dataset=metrics, x=_TIME, y=(Column(name, title),), color=_VERSION)


def _slice_table(slices: Dataset) -> Table:
    columns = (
        _TIME,
        _VERSION,
        Column("slice_key", "Slice"),
        Column("slice_value", "Value"),
        Column("predictions", "Predictions"),
        Column("error", "Mean absolute error"),
    )
    return Table("Error by slice", slices, columns)
