"""ingest: brings what arrived in a range of months into the project's tables.

A month that is brought in again replaces exactly that month; rows without a month are merged by key.
Everything is checked before anything is stored.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from pyspark.sql import Column

from pipelines.checks.arrival import find_problems, find_repeated
from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse, between
from pipelines.months import Month
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
        arrived = {source: _read(source, parameters.months) for source in project.sources}
    _check(project, lakehouse, arrived)
    for source, batches in arrived.items():
        for batch in batches:
            _store(project, lakehouse, source, batch)


def _read(source: Source, months: Sequence[Month]) -> Sequence[Batch]:
    try:
        return source.read(months)
    except PipelineError as error:
        raise PipelineError(f"nothing was stored: {source.table}: {error}") from error


def _check(project: Project, lakehouse: Lakehouse, arrived: Mapping[Source, Sequence[Batch]]) -> None:
    problems = []
    for source, batches in arrived.items():
        schema = lakehouse.read(source.table).schema
        found = [
            f"{_label(source, batch)}: {problem}"
            for batch in batches
            for problem in find_problems(source, batch, schema, project.time_zone)
        ]
        problems += found or _find_repeated(project, lakehouse, source, batches)
    if problems:
        raise PipelineError(f"nothing was stored: {'; '.join(problems)}")
    say(f"checked {sum(map(len, arrived.values()))} batches")


def _find_repeated(
    project: Project, lakehouse: Lakehouse, source: Source, batches: Sequence[Batch]
) -> list[str]:
    """Return what would be in the table twice: replacing months alone lets a key be in several of them."""
    if source.time is None or source.time in source.keys:
        return []
    replaced = [_find_rows(project, source.time, batch.month) for batch in batches if batch.month]
    if not replaced:
        return []
    kept = lakehouse.read(source.table).where(~reduce(or_, replaced))
    return [f"{source.table}: {problem}" for problem in find_repeated(source, batches, kept)]


def _find_rows(project: Project, time: str, month: Month) -> Column:
    """Return the condition that a row is of a month."""
    return between(time, month.start(project.time_zone), month.end(project.time_zone))


def _store(project: Project, lakehouse: Lakehouse, source: Source, batch: Batch) -> None:
    with timed(f"stored {_label(source, batch)}") as note:
        rows = lakehouse.frame(source.table, batch.rows)
        if source.time is None or batch.month is None:
            lakehouse.merge(source.table, rows, source.keys)
        else:
            lakehouse.overwrite(source.table, rows, _find_rows(project, source.time, batch.month))
        note(f"{len(batch.rows):,} rows")


def _label(source: Source, batch: Batch) -> str:
    return source.table if batch.month is None else f"{source.table} {batch.month}"
