"""The rows of a snapshot: which of them are drawn, and what stands in the place of masked columns."""

from functools import reduce
from operator import or_

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import ByteType, IntegerType, ShortType

from pipelines.errors import PipelineError, first_line
from pipelines.lakehouse import HASH_RANGE
from pipelines.selection import Selection

_SALT = "salt_of_the_snapshot"
_SEED = 7061  # of the draw: a constant, so that every run draws the same rows


def draw(rows: DataFrame, selection: Selection) -> DataFrame:
    """Return the rows of a table that are copied.

    Raises PipelineError when a column is missing, or the condition is none.
    """
    named = {*selection.by, *selection.keys, *selection.hashed, *selection.emptied}
    if missing := sorted(named - set(rows.columns)):
        raise PipelineError(f"table {selection.table} has no column {', '.join(missing)}")
    kept = _filter(rows, selection)
    return kept if selection.sample == 1 else kept.where(_drawn(rows, selection))


def mask(rows: DataFrame, selection: Selection, salt: str) -> DataFrame:
    """Return the rows with a salted hash, or nothing, in the place of each masked column."""
    masked = {name: F.lit(None).cast(rows.schema[name].dataType) for name in selection.emptied}
    if selection.hashed:
        masked |= {name: F.sha2(F.concat(F.col(_SALT), F.col(name)), 256) for name in selection.hashed}
        columns, rows = rows.columns, rows.crossJoin(_frame(rows.sparkSession, salt))
    else:
        columns = rows.columns
    return rows.select(*(masked.get(name, F.col(name)).alias(name) for name in columns))


def _frame(spark: SparkSession, salt: str) -> DataFrame:
    """The salt as a row: as a literal it would stand in the query's plan, which others may read."""
    return spark.createDataFrame([(salt,)], f"{_SALT} string")


def _filter(rows: DataFrame, selection: Selection) -> DataFrame:
    if selection.where is None:
        return rows
    try:
        _ = rows.select(F.expr(selection.where)).schema  # a filter's own schema isn't asked of the engine
    except PySparkException as error:
        reason = first_line(error)
        message = f"table {selection.table} can't be filtered by {selection.where!r}: {reason}"
        raise PipelineError(message) from error
    return rows.where(selection.where)


def _drawn(rows: DataFrame, selection: Selection) -> Column:
    by, keys = (F.xxhash64(*_alike(rows, names), F.lit(_SEED)) for names in (selection.by, selection.keys))
    unknown = reduce(or_, (F.col(name).isNull() for name in selection.by))
    hashed = F.pmod(F.when(unknown, keys).otherwise(by), F.lit(HASH_RANGE))
    return hashed < F.lit(round(selection.sample * HASH_RANGE))


def _alike(rows: DataFrame, names: tuple[str, ...]) -> list[Column]:
    """Columns that hash alike where they are equal, be a number INT in one table and BIGINT in another."""
    small = (ByteType, ShortType, IntegerType)
    return [
        F.col(name).cast("bigint") if isinstance(rows.schema[name].dataType, small) else F.col(name)
        for name in names
    ]
