"""What a project's monitors and alerts name: its own tables, their columns, its own monitors."""

from __future__ import annotations

from collections.abc import Iterator

from infra.config.documents import Document
from infra.config.monitoring import Monitor
from infra.config.problems import Problem
from infra.config.project import Project

ASKS_ALERTS = "decide"  # the step that decides by alerts


def check_monitoring(document: Document, project: Project) -> Iterator[Problem]:
    """Every name in a project's monitors and alerts that nothing answers to."""
    for table, monitor in project.monitors.items():
        known = document.one_of(("monitors", table), "table", table, project.tables)
        yield from known or _check_monitor(document, project, table, monitor)
    for name, job in project.jobs.items():
        if ASKS_ALERTS in job.steps and not project.alerts.retraining():
            path = ("jobs", name, "steps", ASKS_ALERTS)
            yield document.problem(path, "asks alerts, and none of the project's has `retrain: true`")
    yield from _check_drift(document, project)
    yield from _check_quality(document, project)
    if freshness := project.alerts.freshness:
        for index, table in enumerate(freshness.tables):
            yield from document.one_of(
                ("alerts", "freshness", "tables", index), "table", table, project.tables
            )


def _check_monitor(document: Document, project: Project, table: str, monitor: Monitor) -> Iterator[Problem]:
    columns = project.tables[table].columns
    kind = "time_series" if monitor.time_series else "inference_log"
    for name in monitor.columns():
        yield from document.one_of(("monitors", table, kind), "column", name, columns)
    for metric, settings in monitor.metrics.items():
        for index, name in enumerate(settings.columns):
            key = ("monitors", table, "metrics", metric, "columns", index)
            yield from document.one_of(key, "column", name, [*columns, ":table"])
    if monitor.baseline is None:
        return
    path = ("monitors", table, "baseline")
    unknown = document.one_of(path, "table", monitor.baseline, project.tables)
    yield from unknown
    if not unknown and project.tables[monitor.baseline].columns.keys() != columns.keys():
        yield document.problem(path, f"its columns are not those of {table}, so they can't be compared")


def _check_drift(document: Document, project: Project) -> Iterator[Problem]:
    alert = project.alerts.drift
    if alert is None:
        return
    path = ("alerts", "drift", "monitor")
    monitored = [name for name, item in project.monitors.items() if item.baseline and item.time]
    if problems := document.one_of(path, "monitor with a baseline and a time", alert.monitor, monitored):
        yield from problems
        return
    if alert.monitor not in project.tables:  # which is told where the monitor is
        return
    columns = project.tables[alert.monitor].columns
    for index, column in enumerate(alert.columns):
        yield from document.one_of(("alerts", "drift", "columns", index), "column", column, columns)


def _check_quality(document: Document, project: Project) -> Iterator[Problem]:
    alert = project.alerts.quality
    if alert is None:
        return
    judged = [
        name
        for name, item in project.monitors.items()
        if item.baseline and item.inference_log and item.inference_log.label
    ]
    path = ("alerts", "quality", "monitor")
    yield from document.one_of(path, "inference log with a label and a baseline", alert.monitor, judged)
