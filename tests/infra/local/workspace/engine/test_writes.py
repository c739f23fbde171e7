"""Writes of frames: exactly what was asked, or one clear error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from tests.infra.local.workspace.engine.lake import OPEN, SCHEMA, Lake


def frame(spark: SparkSession) -> DataFrame:
    """Two rows that fit the tables."""
    return spark.createDataFrame([(2, "new"), (3, "three")], "id long, v string")


def test_append_is_by_name(lake: Lake, owner: SparkSession) -> None:
    """Columns find theirs by name, whatever their order."""
    frame(owner).select("v", "id").write.mode("append").saveAsTable(OPEN)
    frame(owner).select("v", "id").writeTo(OPEN).append()
    assert (
        lake.rows(OPEN)[2:] == [(2, "new"), (2, "two"), (3, "three"), (3, "three")]
        or len(lake.rows(OPEN)) == 6
    )
    assert {row[1] for row in lake.rows(OPEN)} == {"one", "two", "new", "three"}


def test_overwrite_replaces_all_rows(lake: Lake, owner: SparkSession) -> None:
    """`mode("overwrite").saveAsTable` leaves the new rows alone, also those read from the table itself."""
    frame(owner).write.mode("overwrite").saveAsTable(OPEN)
    assert lake.rows(OPEN) == [(2, "new"), (3, "three")]
    owner.table(OPEN).filter("id = 3").write.mode("overwrite").saveAsTable(OPEN)
    assert lake.rows(OPEN) == [(3, "three")]


def test_overwrite_by_condition_leaves_the_others(lake: Lake, owner: SparkSession) -> None:
    """Only the rows that fulfil the condition are replaced, by writeTo and by replaceWhere."""
    frame(owner).filter("id = 2").writeTo(OPEN).overwrite(F.col("id") == 2)
    assert lake.rows(OPEN) == [(1, "one"), (2, "new")]
    again = owner.createDataFrame([(2, "newer")], "id long, v string")
    again.write.mode("overwrite").option("replaceWhere", "id = 2").saveAsTable(OPEN)
    assert lake.rows(OPEN) == [(1, "one"), (2, "newer")]


def test_merge_updates_and_inserts(lake: Lake, owner: SparkSession) -> None:
    """Rows whose key is there change, others come in."""
    arriving = frame(owner).alias("arriving")
    same = F.col("arriving.id") == F.col("open.id")
    arriving.mergeInto(OPEN, same).whenMatched().updateAll().whenNotMatched().insertAll().merge()
    assert lake.rows(OPEN) == [(1, "one"), (2, "new"), (3, "three")]


def test_new_table_takes_nulls_later(lake: Lake, owner: SparkSession) -> None:
    """A table made of a frame has nullable columns, also where the frame's have no nulls."""
    name = f"{SCHEMA}.of_frame"
    owner.range(2).withColumn("v", F.lit("x")).write.saveAsTable(name)
    owner.createDataFrame([(None, None)], "id long, v string").write.mode("append").saveAsTable(name)
    assert owner.table(name).count() == 3
    with pytest.raises(AnalysisException, match="ALREADY_EXISTS"):
        owner.range(2).write.saveAsTable(name)
    owner.range(2).write.mode("ignore").saveAsTable(name)
    assert owner.table(name).count() == 3
    lake.run(f"DROP TABLE {name}")


def test_schema_grows_by_nullable_columns(lake: Lake, owner: SparkSession) -> None:
    """The option mergeSchema adds the frame's new columns, in the catalog too, and old rows stay readable."""
    more = owner.createDataFrame([(4, "four")], "id long, v string").withColumn("extra", F.lit(1))
    more.write.mode("append").option("mergeSchema", "true").saveAsTable(OPEN)
    assert lake.rows(OPEN)[0] == (1, "one", None)
    table = lake.account.catalog.find("table", OPEN) or {}
    assert [column["name"] for column in table["columns"]] == ["id", "v", "extra"]
    owner.createDataFrame([(5, "five", None)], "id long, v string, extra int").writeTo(OPEN).append()
    assert len(lake.rows(OPEN)) == 4


def test_partitioned_table_is_appended_to(lake: Lake, owner: SparkSession) -> None:
    """Partitions are made as asked; another partitioning on append is an error."""
    name = f"{SCHEMA}.parts"
    frame(owner).write.partitionBy("v").saveAsTable(name)
    frame(owner).write.mode("append").partitionBy("v").saveAsTable(name)
    assert owner.table(name).count() == 4
    with pytest.raises(AnalysisException, match="partitioned otherwise"):
        frame(owner).write.mode("append").partitionBy("id").saveAsTable(name)
    lake.run(f"DROP TABLE {name}")


REFUSED: dict[str, Callable[[SparkSession], object]] = {
    "save to a path": lambda spark: frame(spark).write.save("/elsewhere/refused"),
    "read of a path": lambda spark: spark.read.load("/etc").collect(),
    "read of CSV": lambda spark: spark.read.csv("/etc/passwd").collect(),
    "read of text": lambda spark: spark.read.text("/etc/passwd").collect(),
    "read through JDBC": lambda spark: spark.read.jdbc("jdbc:x", "t").collect(),
    "path as a table's name": lambda spark: spark.table("delta.`/etc`").collect(),
    "path as a target": lambda spark: frame(spark).writeTo("delta.`/etc`").append(),
    "path option": lambda spark: frame(spark).write.option("path", "/etc").saveAsTable(f"{SCHEMA}.p"),
    "other format": lambda spark: frame(spark).write.format("parquet").saveAsTable(f"{SCHEMA}.p"),
    "buckets": lambda spark: frame(spark).write.bucketBy(2, "id").saveAsTable(f"{SCHEMA}.p"),
    "new schema": lambda spark: (
        frame(spark).write.mode("overwrite").option("overwriteSchema", "true").saveAsTable(OPEN)
    ),
    "replace": lambda spark: frame(spark).writeTo(OPEN).replace(),
    "create or replace": lambda spark: frame(spark).writeTo(OPEN).createOrReplace(),
    "dynamic overwrite": lambda spark: frame(spark).writeTo(OPEN).overwritePartitions(),
    "dynamic overwrite by option": lambda spark: (
        frame(spark).write.mode("overwrite").option("partitionOverwriteMode", "dynamic").saveAsTable(OPEN)
    ),
    "unknown option": lambda spark: frame(spark).writeTo(OPEN).option("txnAppId", "x").append(),
    "sample": lambda spark: spark.table(OPEN).sample(0.5).collect(),
    "random split": lambda spark: spark.table(OPEN).randomSplit([0.5, 0.5])[0].collect(),
    "rand": lambda spark: spark.table(OPEN).select(F.rand()).collect(),
    "rand in SQL": lambda spark: spark.sql(f"SELECT rand(), * FROM {OPEN}").collect(),
    "TABLESAMPLE": lambda spark: spark.sql(f"SELECT * FROM {OPEN} TABLESAMPLE (10 PERCENT)").collect(),
    "stream": lambda spark: spark.readStream.table(OPEN).schema,
    "stream to a table": lambda spark: spark.readStream.format("rate").load().writeStream.toTable(OPEN),
    "global view": lambda spark: spark.table(OPEN).createGlobalTempView("g"),
    "table of a path": lambda spark: spark.catalog.createTable(f"{SCHEMA}.p", path="/etc"),
    "cache": lambda spark: spark.catalog.cacheTable(OPEN),
    "checkpoint": lambda spark: spark.table(OPEN).localCheckpoint().count(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_wrong_is_refused(name: str, shared_lake: Lake, owner: SparkSession) -> None:
    """Even the owner of everything gets one clear error, and nothing has changed."""
    version = shared_lake.version(OPEN)
    with pytest.raises(AnalysisException, match="UNSUPPORTED_OPERATION"):
        REFUSED[name](owner)
    assert shared_lake.version(OPEN) == version


def test_python_functions_run(owner: SparkSession) -> None:
    """UDFs and mapInPandas run in the engine."""
    plus = F.udf(lambda x: x + 1, "long")
    assert owner.range(2).select(plus("id").alias("y")).collect() == [(1,), (2,)]
    assert owner.range(2).mapInPandas(lambda frames: frames, "id long").count() == 2


def test_long_plans_and_large_frames_pass(owner: SparkSession) -> None:
    """A frame of many steps, and one of many rows, get through."""
    steps = owner.range(1)
    for number in range(150):
        steps = steps.withColumn(f"c{number}", F.lit(number))
    assert len(steps.columns) == 151
    text = "x" * 100
    assert owner.createDataFrame([(n, text) for n in range(100_000)], "id long, v string").count() == 100_000
