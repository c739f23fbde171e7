"""The Delta tables of one schema, read and written through Spark.

Only what every engine does right: rows are replaced by an explicit condition (dynamic partition
overwrite is ignored by some engines), and rows are drawn by a hash of their key (`rand` and `sample`
repeat on some). A table's version can't be read everywhere (DESCRIBE HISTORY, `_metadata`), so data is
identified by its content as well: see `version` and `fingerprint`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException, IllegalArgumentException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.errors import PipelineError, first_line

if TYPE_CHECKING:
    import pandas
    from pyspark.sql import MergeIntoWriter

HASH_RANGE = 1_000_000
"""Hashes of `bucket` are from 0 to below this."""


def between(column: str, start: datetime, end: datetime) -> Column:
    """Return the condition that a column's instant is from start to before end (both aware)."""
    return (F.col(column) >= F.lit(start)) & (F.col(column) < F.lit(end))


def bucket(key: str, seed: int) -> Column:
    """Return a number from 0 to below HASH_RANGE that depends on nothing but the key and the seed."""
    return F.pmod(F.xxhash64(F.col(key), F.lit(seed)), F.lit(HASH_RANGE))


@dataclass(frozen=True)
class Fingerprint:
    """What identifies a table's rows by their content: equal rows, equal digest, in any order."""

    rows: int
    latest: datetime | None
    digest: str


@dataclass(frozen=True)
class Lakehouse:
    """The declared tables of one schema."""

    spark: SparkSession
    catalog: str
    schema: str

    @classmethod
    def connect(cls, catalog: str, schema: str) -> "Lakehouse":
        """Return the schema's tables in the session that the platform provides, on UTC."""
        spark = SparkSession.builder.getOrCreate()
        spark.conf.set("spark.sql.session.timeZone", "UTC")
        return cls(spark, catalog, schema)

    def name(self, table: str) -> str:
        """Return the full name of a table."""
        return f"{self.catalog}.{self.schema}.{table}"

    def read(self, table: str) -> DataFrame:
        """Return a table's rows.

        Raises PipelineError for a table that isn't there or isn't to be read.
        """
        return self.read_named(self.name(table))

    def read_named(self, name: str) -> DataFrame:
        """Return the rows of a table of any schema, given by its full name.

        Raises PipelineError for a table that isn't there or isn't to be read.
        """
        try:
            rows = self.spark.table(name)
            _ = rows.schema  # Spark Connect finds out only now
        except AnalysisException as error:
            reason = first_line(error)
            raise PipelineError(f"table {name} can't be read: {reason}") from error
        return rows

    def has(self, table: str) -> bool:
        """Return whether there is such a table; one that isn't to be read may be told to be there."""
        try:
            _ = self.spark.table(self.name(table)).schema
        except AnalysisException as error:
            return "TABLE_OR_VIEW_NOT_FOUND" not in str(error)
        return True

    def version(self, table: str) -> int | None:
        """Return the number of a table's latest commit, None where the engine doesn't tell."""
        try:
            rows = self.spark.sql(f"DESCRIBE HISTORY {self.name(table)} LIMIT 1").collect()
        except (AnalysisException, IllegalArgumentException):
            return None
        return int(rows[0]["version"]) if rows else None

    def frame(self, table: str, rows: "pandas.DataFrame") -> DataFrame:
        """Return local rows as a Spark frame with exactly the table's columns and types.

        Columns that the table lacks are left out; timestamps must be aware.
        """
        schema = self.read(table).schema
        return self.spark.createDataFrame(rows[schema.names], schema=schema)

    def append(self, table: str, rows: DataFrame) -> None:
        """Add rows to a table."""
        self._aligned(table, rows).writeTo(self.name(table)).append()

    def overwrite(self, table: str, rows: DataFrame, condition: Column) -> None:
        """Put rows in the place of those that fulfil the condition, at once."""
        self._aligned(table, rows).writeTo(self.name(table)).overwrite(condition)

    def replace(self, table: str, rows: DataFrame) -> None:
        """Put rows in the place of all that are there, at once."""
        self.overwrite(table, rows, F.lit(True))  # noqa: FBT003 - the condition that every row fulfils

    def merge(self, table: str, rows: DataFrame, keys: Sequence[str]) -> None:
        """Update the rows whose keys are there already, and add the others."""
        self._arriving(table, rows, keys).whenMatched().updateAll().whenNotMatched().insertAll().merge()

    def add(self, table: str, rows: DataFrame, keys: Sequence[str]) -> None:
        """Add the rows whose keys are not there yet, and leave the others as they are."""
        self._arriving(table, rows, keys).whenNotMatched().insertAll().merge()

    def amend(self, table: str, rows: DataFrame, key: str, column: str) -> None:
        """Set a column of the rows whose key has another value there; add none.

        A key stands in `rows` once at most.
        """
        arriving = rows.select(key, column).alias("arriving")
        same = F.col(f"arriving.{key}") == F.col(f"{table}.{key}")
        changed = ~F.col(f"arriving.{column}").eqNullSafe(F.col(f"{table}.{column}"))
        arriving.mergeInto(self.name(table), same).whenMatched(changed).update(
            {column: F.col(f"arriving.{column}")}
        ).merge()

    def _arriving(self, table: str, rows: DataFrame, keys: Sequence[str]) -> "MergeIntoWriter":
        """Return the merge of rows into a table, still without what is to be done."""
        same = reduce(and_, (F.col(f"arriving.{key}") == F.col(f"{table}.{key}") for key in keys))
        return self._aligned(table, rows).alias("arriving").mergeInto(self.name(table), same)

    def _aligned(self, table: str, rows: DataFrame) -> DataFrame:
        """Return the rows with the table's columns, in its order and types."""
        return rows.select(*(F.col(f.name).cast(f.dataType) for f in self.read(table).schema))

    def fingerprint(self, rows: DataFrame, time: str) -> Fingerprint:
        """Return what identifies the rows: their number, latest time and a digest of all values."""
        # Hashes skip empty values, so where they are goes in too.
        values = [part for name in rows.columns for part in (F.col(name), F.col(name).isNull())]
        hashed = F.pmod(F.xxhash64(*values), F.lit(2**31))
        found = rows.agg(F.count(F.lit(1)), F.date_format(F.max(time), "yyyy-MM-dd HH:mm:ss"), F.sum(hashed))
        count, latest, total = found.collect()[0]
        instant = None if latest is None else datetime.fromisoformat(f"{latest}+00:00")
        return Fingerprint(rows=count, latest=instant, digest=f"{count:x}-{total or 0:x}")
