"""observe: measures how the project's jobs, endpoint and tables do, by day.

The days of the last week are measured again each time, as runs end and requests are logged late; values
are replaced by key, so a run can be repeated.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from databricks.sdk import WorkspaceClient
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.command import start
from pipelines.lakehouse import Lakehouse
from pipelines.observations.endpoint import observe_endpoint
from pipelines.observations.jobs import observe_jobs
from pipelines.observations.metric import Days, Metric
from pipelines.observations.tables import observe_tables
from pipelines.parameters import ObserveParameters
from pipelines.progress import timed
from pipelines.project import Project
from pipelines.projects import find

LOOK_BACK = timedelta(days=7)
_KEYS = ("subject_type", "subject", "metric", "window_start")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(ObserveParameters, lambda parameters: observe(parameters, WorkspaceClient()), arguments)


def observe(parameters: ObserveParameters, workspace: WorkspaceClient) -> None:
    """Bring what is measured now into the table of operational metrics."""
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    days = _find_days(lakehouse, project, datetime.now(tz=UTC))
    metrics: list[Metric] = []
    with timed("measured jobs") as note:
        note(_extend(metrics, observe_jobs(workspace, f"{project.name}-", days)))
    with timed(f"measured endpoint {parameters.endpoint}") as note:
        payload_table = project.monitoring.payload_table
        note(_extend(metrics, observe_endpoint(lakehouse, payload_table, parameters.endpoint, days)))
    with timed("measured tables") as note:
        note(_extend(metrics, observe_tables(lakehouse, _list_tables(project), days)))
    if metrics:
        _store(lakehouse, project.monitoring.operational_table, metrics, days.now)


def _extend(metrics: list[Metric], found: Sequence[Metric]) -> str:
    metrics.extend(found)
    return f"{len(found):,} values"


def _find_days(lakehouse: Lakehouse, project: Project, now: datetime) -> Days:
    """Return the last week, and what lies between it and the newest day that was measured before."""
    week = (now - LOOK_BACK).date()
    newest = F.date_format(F.max("window_start"), "yyyy-MM-dd")
    text = lakehouse.read(project.monitoring.operational_table).agg(newest).collect()[0][0]
    return Days(week if text is None else min(week, datetime.fromisoformat(text).date()), now)


def _list_tables(project: Project) -> list[str]:
    monitoring = project.monitoring
    return [
        *(source.table for source in project.sources),
        *(project.features.table, project.predictions_table, monitoring.requests_table),
        *(monitoring.features_baseline, monitoring.predictions_baseline),
    ]


def _store(lakehouse: Lakehouse, table: str, metrics: Iterable[Metric], now: datetime) -> None:
    schema = lakehouse.read(table).schema
    values = [
        {
            "subject_type": each.subject_type,
            "subject": each.subject,
            "metric": each.metric,
            "window_start": datetime(each.day.year, each.day.month, each.day.day, tzinfo=UTC),
            "value": float(each.value),
            "measured_at": now,
        }
        for each in metrics
    ]
    rows = [tuple(value[name] for name in schema.names) for value in values]
    with timed(f"stored in {lakehouse.name(table)}") as note:
        lakehouse.merge(table, lakehouse.spark.createDataFrame(rows, schema), _KEYS)
        note(f"{len(rows):,} values")
