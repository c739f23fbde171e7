"""What the endpoint is asked, and how it answers."""

from __future__ import annotations

from infra.config.project import Project
from infra.constructs.dashboards.lakeview import Bar, Column, Counter, Dataset, Filter, Line, Page, Row
from infra.constructs.dashboards.queries import measured, predictions_by_version
from infra.constructs.metric_queries import MetricNames, newest_window

_TIME, _METRIC = Column("window_start", "Day"), Column("metric", "Metric")
_VALUE, _VERSION = Column("value", "Value"), Column("model_version", "Model version")
_LATENCIES = ("p50_milliseconds", "p95_milliseconds")


def traffic_page(project: Project, names: MetricNames) -> Page:
    """Requests, errors, latency and the model versions that answered, by day."""
    traffic = Dataset(
        "traffic_requests", "Requests and errors", measured(names, "endpoint", "requests", "errors")
    )
    latency = Dataset("traffic_latency", "Latency", measured(names, "endpoint", *_LATENCIES))
    query = predictions_by_version(names, requests_table(project))
    versions = Dataset("traffic_versions", "Predictions by model version", query)
    shown = (traffic, latency, versions)
    return Page(
        "traffic",
        "Traffic",
        (
            Row(
                2,
                (
                    Filter("Time", "window_start", shown, is_date=True),
                    Filter("Version", "model_version", (versions,)),
                ),
            ),
            Row(3, _counters(names)),
            Row(
                7,
                (
                    Bar(title="Requests and errors", dataset=traffic, x=_TIME, y=(_VALUE,), color=_METRIC),
                    Line(
                        title="Latency in milliseconds", dataset=latency, x=_TIME, y=(_VALUE,), color=_METRIC
                    ),
                ),
            ),
            Row(7, (_version_chart(versions),)),
        ),
    )


def requests_table(project: Project) -> str:
    """The table that the step `unpack` fills from the endpoint's inference table."""
    return f"{project.model.name}_requests"


def _counters(names: MetricNames) -> tuple[Counter, ...]:
    counted = (
        ("Requests on the newest day", "requests", "sum(value)"),
        ("Errors on the newest day", "errors", "sum(value)"),
        ("Median latency, milliseconds", "p50_milliseconds", "max(value)"),
        ("95th percentile of latency, milliseconds", "p95_milliseconds", "max(value)"),
    )
    asked = {metric: measured(names, "endpoint", metric) for _, metric, _ in counted}
    return tuple(
        Counter(
            title, Dataset(f"traffic_newest_{metric}", title, newest_window(asked[metric], value)), "value"
        )
        for title, metric, value in counted
    )


def _version_chart(versions: Dataset) -> Bar:
    predictions = Column("predictions", "Predictions")
    return Bar(
        title="Predictions by model version", dataset=versions, x=_TIME, y=(predictions,), color=_VERSION
    )
