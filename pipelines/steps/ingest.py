"""ingest: brings what arrived in a range of months into the project's tables.

A month that is brought in again replaces exactly that month; rows without a month are merged by key.
Everything is checked before anything is stored.
"""

from collections.abc import Sequence

from pipelines.checks.arrival import find_problems
from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse, between
from pipelines.parameters import IngestParameters
from pipelines.progress import say, timed
from pipelines.project import Batch, Project, Source
from pipelines.projects import find


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(IngestParameters, ingest, arguments)


def ingest(parameters: IngestParameters) -> None:
    """Bring a range of months in.

    Raises PipelineError, with nothing stored, when what arrived is unfit.
    """
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    with timed("read what arrived"):
        arrived = [(source, batch) for source in project.sources for batch in source.read(parameters.months)]
    _check(project, lakehouse, arrived)
    for source, batch in arrived:
        _store(project, lakehouse, source, batch)


def _check(project: Project, lakehouse: Lakehouse, arrived: Sequence[tuple[Source, Batch]]) -> None:
    columns = {source.table: lakehouse.read(source.table).columns for source in project.sources}
    problems = []
    for source, batch in arrived:
        found = find_problems(source, batch, columns[source.table], project.time_zone)
        problems += [f"{_label(source, batch)}: {problem}" for problem in found]
    if problems:
        raise PipelineError(f"nothing was stored: {'; '.join(problems)}")
    say(f"checked {len(arrived)} batches")


def _store(project: Project, lakehouse: Lakehouse, source: Source, batch: Batch) -> None:
    with timed(f"stored {_label(source, batch)}") as note:
        rows = lakehouse.frame(source.table, batch.rows)
        if source.time is None or batch.month is None:
            lakehouse.merge(source.table, rows, source.keys)
        else:
            bounds = batch.month.start(project.time_zone), batch.month.end(project.time_zone)
            lakehouse.overwrite(source.table, rows, between(source.time, *bounds))
        note(f"{len(batch.rows):,} rows")


def _label(source: Source, batch: Batch) -> str:
    return source.table if batch.month is None else f"{source.table} {batch.month}"
