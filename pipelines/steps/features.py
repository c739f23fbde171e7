"""features: computes the feature table of a range of months from the project's tables."""

from collections.abc import Iterator, Sequence

from databricks.sdk import WorkspaceClient

from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.keys import declare_key
from pipelines.lakehouse import Lakehouse, between
from pipelines.months import Month
from pipelines.parameters import FeaturesParameters
from pipelines.progress import timed
from pipelines.project import Project
from pipelines.projects import find


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(FeaturesParameters, lambda parameters: compute_features(parameters, WorkspaceClient()), arguments)


def compute_features(parameters: FeaturesParameters, workspace: WorkspaceClient) -> None:
    """Replace the features of each month in the range, in a table that has its primary key.

    Where a month after the range has features already, which depend on the range's last days, they are
    replaced too: so the table is the same in whatever order months arrive. Raises PipelineError where the
    table has another key, and at the first month that has no rows; the months before it are stored.
    """
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    declare_key(workspace, lakehouse, project.features)
    for month in parameters.months:
        with timed(f"features {month}") as note:
            note(f"{_replace(project, lakehouse, month):,} rows")
    for month in _find_dependent(project, lakehouse, parameters.to_month):
        with timed(f"features {month}, whose first days depend on {parameters.to_month}, anew") as note:
            note(f"{_replace(project, lakehouse, month):,} rows")


def _replace(project: Project, lakehouse: Lakehouse, month: Month) -> int:
    table = project.features
    begin, end = month.start(project.time_zone), month.end(project.time_zone)
    rows = table.build(lakehouse.read, begin, end)
    if rows.limit(1).count() == 0:
        raise PipelineError(f"no features for {month}: ingest that month first")
    lakehouse.overwrite(table.table, rows, between(table.time, begin, end))
    return _count(project, lakehouse, month)


def _count(project: Project, lakehouse: Lakehouse, month: Month) -> int:
    bounds = month.start(project.time_zone), month.end(project.time_zone)
    return lakehouse.read(project.features.table).where(between(project.features.time, *bounds)).count()


def _find_dependent(project: Project, lakehouse: Lakehouse, last: Month) -> Iterator[Month]:
    """Yield the later months that depend on the last one, and were computed before it arrived or changed."""
    reach = last.end(project.time_zone) + project.features.history
    month = last.next
    while month.start(project.time_zone) < reach:
        if _count(project, lakehouse, month):
            yield month
        month = month.next
