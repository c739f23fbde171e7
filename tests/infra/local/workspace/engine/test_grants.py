"""What the gateway forbids, each thing beside the same by somebody who is entitled to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from tests.infra.local.workspace.engine.lake import MINE, OPEN, SCHEMA, SECRET, Lake

Operation = Callable[[SparkSession], object]


def sql(text: str) -> Operation:
    """An operation that runs a statement."""
    return lambda spark: spark.sql(text).collect()


def frame(use: Callable[[DataFrame], object], table: str = SECRET) -> Operation:
    """An operation on a table's frame."""
    return lambda spark: use(spark.table(table))


def rows(spark: SparkSession) -> DataFrame:
    """Two rows that fit the tables."""
    return spark.createDataFrame([(2, "new"), (3, "three")], "id long not null, v string")


def merge(target: str, source: str) -> Operation:
    """An operation that merges a table into another by the frame's own method."""

    def run(spark: SparkSession) -> None:
        arriving = spark.table(source).alias("arriving")
        same = F.col("arriving.id") == F.col(f"{target.rpartition(chr(46))[2]}.id")
        arriving.mergeInto(target, same).whenMatched().updateAll().whenNotMatched().insertAll().merge()

    return run


READS: dict[str, Operation] = {
    "select": sql(f"SELECT * FROM {SECRET}"),
    "select of quoted and upper-case name": sql("SELECT * FROM `DEV`.flights.`Secret`"),
    "table": frame(lambda df: df.collect()),
    "to pandas": frame(lambda df: df.toPandas()),
    "count": frame(lambda df: df.count()),
    "schema": frame(lambda df: df.schema),
    "explain": frame(lambda df: df.explain()),
    "input files": frame(lambda df: df.inputFiles()),
    "explain in SQL": sql(f"EXPLAIN SELECT * FROM {SECRET}"),
    "subquery in WHERE": sql(f"SELECT * FROM {OPEN} WHERE id IN (SELECT id FROM {SECRET})"),
    "scalar subquery": sql(f"SELECT (SELECT max(v) FROM {SECRET}) AS m"),
    "EXISTS": sql(f"SELECT * FROM {OPEN} o WHERE EXISTS (SELECT 1 FROM {SECRET} s WHERE s.id = o.id)"),
    "derived table": sql(f"SELECT * FROM (SELECT v FROM {SECRET})"),
    "join": sql(f"SELECT * FROM {OPEN} JOIN {SECRET} USING (id)"),
    "comma join": sql(f"SELECT * FROM {OPEN} o, {SECRET} s"),
    "union": sql(f"SELECT * FROM {OPEN} UNION ALL SELECT * FROM {SECRET}"),
    "CTE": sql(f"WITH t AS (SELECT * FROM {SECRET}) SELECT * FROM t"),
    "CTE that shadows an allowed table's name": sql(
        f"WITH open AS (SELECT * FROM {SECRET}) SELECT * FROM open"
    ),
    "CTE in a subquery": sql(f"SELECT (WITH t AS (SELECT * FROM {SECRET}) SELECT count(*) FROM t) AS n"),
    "lateral join": sql(f"SELECT * FROM {OPEN} o, LATERAL (SELECT v FROM {SECRET} s WHERE s.id = o.id)"),
    "time travel": sql(f"SELECT * FROM {SECRET} VERSION AS OF 1"),
    "time travel by option": lambda spark: spark.read.option("versionAsOf", 1).table(SECRET).collect(),
    "frame joined": lambda spark: spark.table(OPEN).join(spark.table(SECRET), "id").collect(),
    "expression with a subquery": lambda spark: (
        spark.range(1).select(F.expr(f"(SELECT max(v) FROM {SECRET})")).collect()
    ),
    "filter with a subquery": lambda spark: (
        spark.table(OPEN).filter(f"id IN (SELECT id FROM {SECRET})").collect()
    ),
    "frame given to SQL": lambda spark: spark.sql("SELECT * FROM {df}", df=spark.table(SECRET)).collect(),
    "temporary view": frame(lambda df: df.createOrReplaceTempView("forbidden")),
    "temporary view in SQL": sql(f"CREATE OR REPLACE TEMPORARY VIEW forbidden AS SELECT * FROM {SECRET}"),
    "history": sql(f"DESCRIBE HISTORY {SECRET}"),
    "description": sql(f"DESCRIBE TABLE EXTENDED {SECRET}"),
    "columns": lambda spark: spark.catalog.listColumns(SECRET),
    "create table as": sql(f"CREATE TABLE {SCHEMA}.copy AS SELECT * FROM {SECRET}"),
    "insert from": sql(f"INSERT INTO {MINE} SELECT * FROM {SECRET}"),
    "append from": frame(lambda df: df.writeTo(MINE).append()),
    "update from": sql(f"UPDATE {MINE} SET v = (SELECT max(v) FROM {SECRET}) WHERE id = 1"),
    "merge from": sql(
        f"MERGE INTO {MINE} m USING {SECRET} s ON m.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v"
    ),
    "merge from a frame": merge(MINE, SECRET),
}

WRITES: dict[str, Operation] = {
    "insert": sql(f"INSERT INTO {OPEN} VALUES (3, 'three')"),
    "insert overwrite": sql(f"INSERT OVERWRITE {OPEN} SELECT * FROM {OPEN} WHERE id = 1"),
    "update": sql(f"UPDATE {OPEN} SET v = 'x'"),
    "delete": sql(f"DELETE FROM {OPEN} WHERE id = 1"),
    "truncate": sql(f"TRUNCATE TABLE {OPEN}"),
    "merge": sql(f"MERGE INTO {OPEN} o USING {MINE} m ON o.id = m.id WHEN MATCHED THEN DELETE"),
    "merge of a frame": merge(OPEN, MINE),
    "append": lambda spark: rows(spark).writeTo(OPEN).append(),
    "overwrite by condition": lambda spark: rows(spark).writeTo(OPEN).overwrite(F.col("id") == 2),
    "saveAsTable append": lambda spark: rows(spark).write.mode("append").saveAsTable(OPEN),
    "saveAsTable overwrite": lambda spark: rows(spark).write.mode("overwrite").saveAsTable(OPEN),
    "insertInto": lambda spark: rows(spark).write.insertInto(OPEN),
    "explain of a change": sql(f"EXPLAIN DELETE FROM {OPEN}"),
    "add a column": sql(f"ALTER TABLE {OPEN} ADD COLUMNS (extra INT)"),
    "describe a column": sql(f"ALTER TABLE {OPEN} ALTER COLUMN v COMMENT 'value'"),
    "set properties": sql(f"ALTER TABLE {OPEN} SET TBLPROPERTIES ('k' = 'v')"),
    "add a key": sql(f"ALTER TABLE {OPEN} ADD CONSTRAINT pk PRIMARY KEY (id)"),
    "comment": sql(f"COMMENT ON TABLE {OPEN} IS 'text'"),
    "grant": sql(f"GRANT MODIFY ON TABLE {OPEN} TO `alice@example.com`"),
    "revoke": sql(f"REVOKE SELECT ON TABLE {OPEN} FROM `alice@example.com`"),
    "pass on": sql(f"ALTER TABLE {OPEN} SET OWNER TO `platform-admins`"),
    "drop": sql(f"DROP TABLE {OPEN}"),
    "drop by catalog call": lambda spark: spark.catalog.dropTable(OPEN),
    "create": sql(f"CREATE TABLE {SCHEMA}.made (id INT)"),
    "create by frame": lambda spark: rows(spark).writeTo(f"{SCHEMA}.made_by_frame").create(),
    "saveAsTable of a new one": lambda spark: rows(spark).write.saveAsTable(f"{SCHEMA}.saved"),
    "create a schema": sql("CREATE SCHEMA dev.other"),
}


def refuse(operation: Operation, spark: SparkSession) -> None:
    """Assert that somebody is refused for want of a privilege."""
    with pytest.raises(AnalysisException, match=r"INSUFFICIENT_PERMISSIONS.*SQLSTATE: 42501"):
        operation(spark)


@pytest.mark.parametrize("name", READS)
def test_reading_needs_select(
    name: str, shared_lake: Lake, owner: SparkSession, reader: SparkSession, nobody: SparkSession
) -> None:
    """Whatever way a table is read, who may not read it is refused, and nothing has changed."""
    before = shared_lake.version(MINE)
    refuse(READS[name], reader)
    refuse(READS[name], nobody)
    assert shared_lake.version(MINE) == before
    READS[name](owner)
    owner.sql(f"DROP TABLE IF EXISTS {SCHEMA}.copy")


@pytest.mark.parametrize("name", WRITES)
def test_changing_needs_more_than_select(
    name: str, shared_lake: Lake, owner: SparkSession, reader: SparkSession, nobody: SparkSession
) -> None:
    """Whatever way a table is changed, who may only read it is refused, and nothing has changed."""
    shared_lake.remake(OPEN)
    shared_lake.remake(MINE)
    refuse(WRITES[name], reader)
    refuse(WRITES[name], nobody)
    assert shared_lake.version(OPEN) == 1
    WRITES[name](owner)


def test_refusal_comes_before_what_the_engine_can_not_do(reader: SparkSession) -> None:
    """A change that this engine can't do is refused to who may not do it anyway."""
    refuse(sql(f"DELETE FROM {MINE} WHERE id IN (SELECT id FROM {SECRET})"), reader)


def test_entitled_reader_reads_and_changes(lake: Lake, reader: SparkSession) -> None:
    """Who was granted SELECT reads, and who was granted MODIFY changes."""
    assert reader.table(OPEN).count() == 2
    reader.sql(f"UPDATE {MINE} SET v = 'x' WHERE id = 1")
    assert lake.rows(MINE) == [(1, "x"), (2, "two")]


def test_view_is_checked_again_at_each_read(lake: Lake, reader: SparkSession) -> None:
    """A temporary view, and a view of it, end with the grant that they were made under."""
    reader.table(OPEN).createOrReplaceTempView("first")
    reader.sql("CREATE OR REPLACE TEMPORARY VIEW second AS SELECT * FROM first")
    assert reader.table("second").count() == 2
    lake.revoke("table", OPEN, "alice@example.com", "SELECT")
    refuse(sql("SELECT * FROM second"), reader)
    refuse(lambda spark: spark.table("first").count(), reader)
    refuse(sql(f"INSERT INTO {MINE} SELECT * FROM second"), reader)


def test_view_does_not_lend_its_name_to_a_table(lake: Lake, owner: SparkSession) -> None:
    """DROP TABLE of a view's name drops neither the view nor the table of that name."""
    owner.sql("USE dev.flights")
    owner.table(SECRET).createOrReplaceTempView("open")
    with pytest.raises(AnalysisException, match="temporary view"):
        owner.sql("DROP TABLE open")
    assert lake.rows(OPEN) == [(1, "one"), (2, "two")]
    owner.catalog.dropTempView("open")


def test_what_is_missing_looks_like_what_is_forbidden(reader: SparkSession, nobody: SparkSession) -> None:
    """Who has no right in a schema can't tell a missing table from a forbidden one."""
    refuse(sql(f"SELECT * FROM {SCHEMA}.missing"), nobody)
    refuse(sql("SELECT * FROM no_such_catalog.flights.missing"), nobody)
    assert not reader.catalog.tableExists(SECRET)
    assert not reader.catalog.tableExists(f"{SCHEMA}.missing")


def test_lists_show_what_may_be_seen(lake: Lake, owner: SparkSession, reader: SparkSession) -> None:
    """SHOW TABLES names the tables that the caller may see, and no others."""
    text = f"SHOW TABLES IN {SCHEMA}"
    assert {row.tableName for row in reader.sql(text).collect()} >= {"open", "mine"}
    assert "secret" not in {row.tableName for row in reader.sql(text).collect()}
    assert "secret" in {row.tableName for row in owner.sql(text).collect()}
    assert lake.run(text).num_rows >= 3
