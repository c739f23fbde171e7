"""unpack: makes the requests that the endpoint's inference table logs into rows, one a prediction.

A run reads what was logged since the newest unpacked request, and a day before that: requests are logged
late. What is there already stays as it is, so a run can be repeated.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import DoubleType, NumericType, StringType, StructField, StructType

from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import UnpackParameters
from pipelines.progress import say, timed
from pipelines.project import Project
from pipelines.projects import find
from pipelines.unpacking import LOGGED, Inputs, Tally, unpack_requests

OVERLAP = timedelta(days=1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(UnpackParameters, unpack, arguments)


def unpack(parameters: UnpackParameters) -> None:
    """Bring the requests that were logged since the last run into the requests table."""
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    if not lakehouse.has(project.monitoring.payload_table):
        name = lakehouse.name(project.monitoring.payload_table)
        say(f"{name} is not there yet: the endpoint has logged no request")
        return
    since = _find_start(lakehouse, project)
    say("unpacking all requests" if since is None else f"unpacking requests from {since:%Y-%m-%d %H:%M} UTC")
    logged = _read_logged(lakehouse, project, parameters.model, since)
    _complete_versions(lakehouse, project, logged)
    _add_new(lakehouse, project, logged, since)


def _find_start(lakehouse: Lakehouse, project: Project) -> datetime | None:
    newest = F.date_format(F.max("requested_at"), "yyyy-MM-dd HH:mm:ss")
    text = lakehouse.read(project.monitoring.requests_table).agg(newest).collect()[0][0]
    return None if text is None else datetime.fromisoformat(f"{text}+00:00") - OVERLAP


def _read_logged(lakehouse: Lakehouse, project: Project, model: str, since: datetime | None) -> DataFrame:
    """Return the logged requests with the model version that answered, empty where it isn't known."""
    logged = lakehouse.read(project.monitoring.payload_table)
    if since is not None:
        time = F.col("request_time")
        logged = logged.where(time.isNull() | (time >= F.lit(since)))
    try:
        entities = lakehouse.read_named(project.monitoring.served_entities)
    except PipelineError as error:
        say(f"model versions stay empty: {error}")
        return logged.withColumn("model_version", F.lit(None).cast("string"))
    versions = (
        entities.where(F.col("entity_name") == F.lit(model))
        .select("served_entity_id", F.col("entity_version").alias("model_version"))
        .distinct()
    )
    return logged.join(versions, "served_entity_id", "left")


def _complete_versions(lakehouse: Lakehouse, project: Project, logged: DataFrame) -> None:
    """Fill versions that weren't known when their request was unpacked."""
    table = project.monitoring.requests_table
    unknown = lakehouse.read(table).where(F.col("model_version").isNull()).select("request_id").distinct()
    known = logged.where(F.col("model_version").isNotNull()).select(
        F.col("databricks_request_id").alias("request_id"), "model_version"
    )
    found = known.distinct().join(unknown, "request_id", "left_semi")
    count = found.count()
    if count:
        lakehouse.amend(table, found, "request_id", "model_version")
        say(f"found the model version of {count:,} earlier requests")


def _add_new(lakehouse: Lakehouse, project: Project, logged: DataFrame, since: datetime | None) -> None:
    """Unpack day by day, as the requests of all days may not fit in memory."""
    table = project.monitoring.requests_table
    there = lakehouse.read(table)
    if since is not None:
        there = there.where(F.col("requested_at") >= F.lit(since))
    there = there.select(F.col("request_id").alias("databricks_request_id")).distinct()
    new = logged.join(there, "databricks_request_id", "left_anti").withColumn(
        "day", F.to_date("request_time")
    )
    days = [row["day"] for row in new.select("day").distinct().collect()]
    if not days:
        say("no request is new")
    for day in sorted(days, key=lambda day: day or date.min):
        with timed(f"unpacked {day or 'requests without a time'}") as note:
            note(str(_add_day(lakehouse, project, new.where(F.col("day").eqNullSafe(_day(day))))))


def _day(day: date | None) -> Column:
    return F.lit(None if day is None else day.isoformat()).cast("date")


def _add_day(lakehouse: Lakehouse, project: Project, logged: DataFrame) -> Tally:
    tally, table = Tally(), project.monitoring.requests_table
    fields = lakehouse.read(table).schema.fields
    # As text, since engines differ in the time zone of what they hand over.
    time = F.date_format("request_time", "yyyy-MM-dd HH:mm:ss.SSSSSS").alias("request_time")
    frame = logged.select(*(time if name == "request_time" else F.col(name) for name in LOGGED)).toPandas()
    inputs = _find_inputs(project, fields)
    rows = unpack_requests(frame, inputs, tally)
    if rows:
        arriving = lakehouse.spark.createDataFrame(*_arrange(rows, fields, inputs))
        lakehouse.add(table, arriving, ["request_id", "row_number"])
    return tally


def _find_inputs(project: Project, fields: Sequence[StructField]) -> Inputs:
    made_here = {"request_id", "row_number", "requested_at", "model_version", "prediction"}
    copied = [each for each in fields if each.name not in made_here | {project.features.label}]
    return Inputs(
        key=project.features.key,
        texts=frozenset(each.name for each in copied if isinstance(each.dataType, StringType)),
        numbers=frozenset(each.name for each in copied if isinstance(each.dataType, NumericType)),
    )


def _arrange(
    rows: Sequence[Mapping[str, Any]], fields: Sequence[StructField], inputs: Inputs
) -> tuple[list[tuple[Any, ...]], StructType]:
    """Return the rows as values of the table's columns, with no label yet, and their schema.

    JSON knows one kind of number; the table's own is made when the rows are added.
    """
    schema = [
        StructField(each.name, DoubleType()) if each.name in inputs.numbers else each for each in fields
    ]
    values = [
        tuple(
            _instant(row[each.name]) if each.name == "requested_at" else row.get(each.name) for each in fields
        )
        for row in rows
    ]
    return values, StructType(schema)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
