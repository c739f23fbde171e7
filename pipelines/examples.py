"""Labelled rows of the feature table, cut into what trains, what tunes and what judges."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.errors import PipelineError
from pipelines.lakehouse import HASH_RANGE, Fingerprint, Lakehouse, between, bucket
from pipelines.months import Month
from pipelines.project import Project

if TYPE_CHECKING:
    import pandas

TUNING_SHARE = 0.2
"""The part of the training rows that judges hyperparameters."""


@dataclass(frozen=True)
class Examples:
    """The rows of one training: by time, the last month is held out; by hash, some of the others tune."""

    table: str
    first: Month
    last: Month  # of the training rows
    held_out_month: Month
    fitting: "pandas.DataFrame"
    tuning: "pandas.DataFrame"
    held_out: "pandas.DataFrame"
    training_data: Fingerprint
    held_out_data: Fingerprint
    table_version: int | None  # that was read; None where the engine doesn't tell


def read_examples(
    lakehouse: Lakehouse, project: Project, *, max_rows: int, seed: int, held_out_month: Month | None = None
) -> Examples:
    """Return all labelled rows up to a month, with at most about `max_rows` (0: all) to train and tune on.

    The month, by default the last one with labels, is held out. Raises PipelineError when there is none
    before it, and when the table changes while it is read.
    """
    table = project.features
    version = lakehouse.version(table.table)
    labelled = _labelled(lakehouse, project)
    first, held_out_month = _find_months(lakehouse, project, held_out_month)
    cut = held_out_month.start(project.time_zone)
    training = _limit(labelled.where(F.col(table.time) < F.lit(cut)), table.key, max_rows, seed)
    held_out = labelled.where(between(table.time, cut, held_out_month.end(project.time_zone)))
    tunes = bucket(table.key, seed + 1) < F.lit(round(TUNING_SHARE * HASH_RANGE))
    rows = _collect(training.withColumn("tunes", tunes), project)
    examples = Examples(
        table=lakehouse.name(table.table),
        first=first,
        last=held_out_month.previous,
        held_out_month=held_out_month,
        fitting=rows[~rows["tunes"]],
        tuning=rows[rows["tunes"]],
        held_out=_collect(held_out, project),
        training_data=lakehouse.fingerprint(training, table.time),
        held_out_data=lakehouse.fingerprint(held_out, table.time),
        table_version=version,
    )
    if lakehouse.version(table.table) != version:
        raise PipelineError(f"{lakehouse.name(table.table)} was changed while it was read: start again")
    return examples


def read_held_out(lakehouse: Lakehouse, project: Project, month: Month) -> "pandas.DataFrame":
    """Return a month's labelled rows.

    Raises PipelineError when there are none.
    """
    bounds = month.start(project.time_zone), month.end(project.time_zone)
    rows = _collect(_labelled(lakehouse, project).where(between(project.features.time, *bounds)), project)
    if rows.empty:
        raise PipelineError(f"{lakehouse.name(project.features.table)} has no labelled rows of {month}")
    return rows


def _collect(rows: DataFrame, project: Project) -> "pandas.DataFrame":
    """Return the rows in the order of their keys: engines have none, and a training's sums depend on it."""
    return rows.toPandas().sort_values(project.features.key, ignore_index=True)


def find_days(rows: "pandas.DataFrame", project: Project) -> list[str]:
    """Return the day of each row on the project's calendar."""
    times = rows[project.features.time]
    local = times.dt.tz_localize("UTC") if times.dt.tz is None else times
    return list(local.dt.tz_convert(project.time_zone).dt.strftime("%Y-%m-%d"))


def _labelled(lakehouse: Lakehouse, project: Project) -> DataFrame:
    return lakehouse.read(project.features.table).where(F.col(project.features.label).isNotNull())


def _find_months(lakehouse: Lakehouse, project: Project, held_out: Month | None) -> tuple[Month, Month]:
    """Return the first month that has labelled rows, and the one to hold out: the last, if none is given."""
    time, form = project.features.time, "yyyy-MM-dd HH:mm:ss"
    earliest, latest = (
        _labelled(lakehouse, project)
        .agg(F.date_format(F.min(time), form), F.date_format(F.max(time), form))
        .collect()[0]
    )
    if earliest is None:
        raise PipelineError(f"{lakehouse.name(project.features.table)} has no labelled rows")
    first = _month(earliest, project.time_zone)
    last = held_out or _month(latest, project.time_zone)
    if first >= last:
        raise PipelineError(
            f"only {first} has labelled rows: one month to train on and one held out are needed"
        )
    return first, last


def _month(utc: str, time_zone: str) -> Month:
    return Month.containing(datetime.fromisoformat(utc).replace(tzinfo=UTC), time_zone)


def _limit(rows: DataFrame, key: str, max_rows: int, seed: int) -> DataFrame:
    """Draw rows by a hash of their key: the same ones every time, on every engine."""
    if max_rows == 0:
        return rows
    share = min(1.0, max_rows / max(1, rows.count()))
    return rows.where(bucket(key, seed) < F.lit(round(share * HASH_RANGE)))
