"""DESCRIBE, SHOW, USE and SET."""

from __future__ import annotations

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from tests.infra.local.workspace.engine.lake import OPEN, READER, SCHEMA, Lake


def test_history_tells_versions(lake: Lake) -> None:
    """DESCRIBE HISTORY lists every commit, the last one first."""
    lake.run(f"UPDATE {OPEN} SET v = 'x' WHERE id = 1")
    history = lake.run(f"DESCRIBE HISTORY {OPEN}").to_pylist()
    assert [row["version"] for row in history] == [2, 1, 0]
    assert history[-1]["operation"] == "CREATE TABLE"
    assert list(history[0]) == ["version", "timestamp", "operation", "operationParameters"]
    assert lake.run(f"DESCRIBE HISTORY {OPEN} LIMIT 1").num_rows == 1


def test_older_version_is_read(lake: Lake) -> None:
    """A version of the history is what the table was."""
    lake.run(f"DELETE FROM {OPEN} WHERE id = 1")
    assert lake.run(f"SELECT id FROM {OPEN} VERSION AS OF 1").num_rows == 2
    assert lake.run(f"SELECT id FROM {OPEN}").num_rows == 1


def test_description_has_columns_and_details(lake: Lake) -> None:
    """DESCRIBE TABLE EXTENDED tells columns, then owner, place and the like."""
    rows = {row["col_name"]: row["data_type"] for row in lake.run(f"DESC TABLE EXTENDED {OPEN}").to_pylist()}
    assert (rows["id"], rows["v"], rows["Type"]) == ("bigint", "string", "MANAGED")


def test_lists(lake: Lake, owner: SparkSession) -> None:
    """SHOW lists catalogs, schemas, tables, columns, properties; LIKE narrows."""
    lake.run(f"ALTER TABLE {OPEN} SET TBLPROPERTIES ('k' = 'v')")
    assert "dev" in {row.catalog for row in owner.sql("SHOW CATALOGS").collect()}
    assert "flights" in {row.databaseName for row in owner.sql("SHOW SCHEMAS IN dev").collect()}
    assert [row.tableName for row in owner.sql(f"SHOW TABLES IN {SCHEMA} LIKE 'op*'").collect()] == ["open"]
    assert [row.col_name for row in owner.sql(f"SHOW COLUMNS IN {OPEN}").collect()] == ["id", "v"]
    assert ("k", "v") in owner.sql(f"SHOW TBLPROPERTIES {OPEN}").collect()


def test_grants_are_given_shown_and_taken(lake: Lake, owner: SparkSession) -> None:
    """GRANT and REVOKE change what SHOW GRANTS shows."""
    lake.revoke("table", OPEN, READER, "SELECT")
    owner.sql(f"GRANT SELECT, MODIFY ON TABLE {OPEN} TO `{READER}`")
    shown = owner.sql(f"SHOW GRANTS ON TABLE {OPEN}").collect()
    assert {(row.Principal, row.ActionType) for row in shown} == {(READER, "SELECT"), (READER, "MODIFY")}
    owner.sql(f"REVOKE MODIFY ON TABLE {OPEN} FROM `{READER}`")
    owner.sql("GRANT USE CATALOG ON CATALOG dev TO `account users`")
    assert len(owner.sql(f"SHOW GRANTS ON TABLE {OPEN}").collect()) == 1
    owner.sql("REVOKE USE CATALOG ON CATALOG dev FROM `account users`")


def test_unqualified_names_need_use(lake: Lake) -> None:
    """A table's short name means nothing until a catalog and schema are current, in this session alone."""
    with lake.spark(READER) as first, lake.spark(READER) as second:
        with pytest.raises(AnalysisException, match="TABLE_OR_VIEW_NOT_FOUND"):
            first.table("open").count()
        first.sql("USE CATALOG dev")
        first.sql("USE SCHEMA flights")
        assert first.table("open").count() == 2
        assert first.sql("SELECT open.id FROM open WHERE open.v = 'one'").collect() == [(1,)]
        assert (first.catalog.currentCatalog(), first.catalog.currentDatabase()) == ("dev", "flights")
        with pytest.raises(AnalysisException, match="TABLE_OR_VIEW_NOT_FOUND"):
            second.table("open").count()


def test_catalog_calls(reader: SparkSession) -> None:
    """`spark.catalog` answers for what the caller may see."""
    assert reader.catalog.tableExists(OPEN)
    assert [column.name for column in reader.catalog.listColumns(OPEN)] == ["id", "v"]
    assert reader.catalog.getTable(OPEN).namespace == ["flights"]
    assert {table.name for table in reader.catalog.listTables(SCHEMA)} >= {"open", "mine"}
    assert reader.catalog.databaseExists(SCHEMA)


@pytest.mark.parametrize(
    "text", ["spark.sql.sources.partitionOverwriteMode=dynamic", "spark.sql.catalog.x=y"]
)
def test_settings_that_would_not_be_kept_are_refused(reader: SparkSession, text: str) -> None:
    """A setting that this engine would ignore, or that reaches for catalogs, fails."""
    key, _, value = text.partition("=")
    with pytest.raises(AnalysisException, match="UNSUPPORTED_OPERATION"):
        reader.sql(f"SET {text}")
    with pytest.raises(AnalysisException, match="UNSUPPORTED_OPERATION"):
        reader.conf.set(key, value)


def test_time_zone_is_utc(reader: SparkSession) -> None:
    """Sessions are on UTC, spelled as the engine needs it, whatever its machine is on."""
    assert reader.conf.get("spark.sql.session.timeZone") == "UTC"
    reader.conf.set("spark.sql.session.timeZone", "Etc/UTC")
    assert reader.conf.get("spark.sql.session.timeZone") == "UTC"
