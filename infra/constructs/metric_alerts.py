"""A project's alerts, as its settings declare them: what each asks, and the limit of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.config.monitoring import DriftAlert, EndpointAlert, FreshnessAlert, QualityAlert, RunsAlert
from infra.config.project import Project
from infra.constructs import metric_queries
from infra.constructs.metric_queries import MetricNames, Windows, newest_days, newest_window

OPERATIONS = "operational_metrics"  # the table that the step `observe` fills


@dataclass(frozen=True)
class Question:
    """A query whose number, `value`, is above the limit when somebody is to be told."""

    name: str
    summary: str
    query: str
    limit: float


def alerts_of(project: Project, names: MetricNames) -> Iterator[Question]:
    """Each alert that a project has."""
    alerts = project.alerts
    if alerts.drift:
        yield _drift(project, names, alerts.drift)
    if alerts.quality:
        yield _quality(project, names, alerts.quality)
    if alerts.freshness:
        yield _freshness(names, alerts.freshness)
    if alerts.endpoint_errors:
        yield _endpoint_errors(names, alerts.endpoint_errors)
    if alerts.failed_runs:
        yield _failed_runs(names, alerts.failed_runs)


def windows_of(project: Project, names: MetricNames, table: str) -> Windows:
    """A monitored table's windows of the first length that its monitor computes."""
    monitor = project.monitors[table]
    return Windows(
        names=names,
        table=table,
        time=str(monitor.time),
        baseline=str(monitor.baseline),
        granularity=monitor.granularities[0],
    )


def _drift(project: Project, names: MetricNames, alert: DriftAlert) -> Question:
    query = metric_queries.drift(windows_of(project, names, alert.monitor), alert.columns)
    return Question(
        name="drift",
        summary=f"{alert.monitor} drifts from the months that the Champion knows (1: as far as its limit)",
        query=newest_window(query, "max(statistic / upper_limit)"),
        limit=1,
    )


def _quality(project: Project, names: MetricNames, alert: QualityAlert) -> Question:
    log = project.monitors[alert.monitor].inference_log
    assert log is not None  # noqa: S101 - settings are checked: only an inference log has this alert
    query = metric_queries.quality(windows_of(project, names, alert.monitor), log.model_id)
    return Question(
        name="quality",
        summary="The newest predictions' error, as a multiple of that on which the Champion was judged",
        query=newest_window(query, "max(error / baseline_error)"),
        limit=alert.tolerance,
    )


def _freshness(names: MetricNames, alert: FreshnessAlert) -> Question:
    query = metric_queries.operations(names, OPERATIONS, "table", ["hours_since_write"])
    listed = ", ".join(f"'{table}'" for table in alert.tables)
    since = "(unix_timestamp(current_timestamp()) - unix_timestamp(measured_at)) / 3600"
    return Question(
        name="freshness",
        summary=f"Hours since the last write of the stalest of {', '.join(alert.tables)}",
        query=newest_window(f"{query} AND subject IN ({listed})", f"max(value + {since})"),
        limit=alert.hours,
    )


def _endpoint_errors(names: MetricNames, alert: EndpointAlert) -> Question:
    query = metric_queries.operations(names, OPERATIONS, "endpoint", ["requests", "errors"])
    errors, requests = (
        f"sum(CASE WHEN metric = '{metric}' THEN value ELSE 0 END)" for metric in ("errors", "requests")
    )
    return Question(
        name="endpoint_errors",
        summary="Share of the endpoint's requests of the newest two days that failed",
        query=newest_days(query, f"coalesce({errors} / nullif({requests}, 0), 0)"),
        limit=alert.share,
    )


def _failed_runs(names: MetricNames, alert: RunsAlert) -> Question:
    query = metric_queries.operations(names, OPERATIONS, "job", ["failed_runs"])
    return Question(
        name="failed_runs",
        summary="Runs of the project's jobs that failed on the newest two days",
        query=newest_days(query, "sum(value)"),
        limit=alert.runs,
    )
