"""CREATE, DROP and ALTER TABLE, as Terraform and people write them."""

from __future__ import annotations

import deltalake
import pytest

from infra.local.workspace.engine.errors import EngineError
from tests.infra.local.workspace.engine.lake import OPEN, OWNER, SCHEMA, Lake

FULL = """CREATE TABLE `dev`.`flights`.`full` (
    `flight_id` STRING NOT NULL COMMENT 'the airline\\'s key',
    `scheduled_at` TIMESTAMP NOT NULL COMMENT "when it's due",
    `delay` DECIMAL(10, 2), `tags` ARRAY<STRUCT<name: STRING, weight: DOUBLE>>,
    CONSTRAINT full_pk PRIMARY KEY (flight_id, scheduled_at TIMESERIES)
)
USING DELTA -- as declared
PARTITIONED BY (delay)
COMMENT 'all of them'
TBLPROPERTIES ('team' = 'flights', 'delta.appendOnly' = 'false');
"""


def document(lake: Lake, name: str) -> dict[str, object]:
    """What the REST API says of a table."""
    return lake.house.client(OWNER).tables.get(f"{SCHEMA}.{name}").as_dict()


def test_declared_table_is_in_the_catalog_and_in_delta(lake: Lake) -> None:
    """Columns, nullability, comments, keys, partitions and properties arrive in both places."""
    lake.run(FULL)
    table = lake.house.client(OWNER).tables.get(f"{SCHEMA}.full")
    columns = {column.name: column for column in table.columns or []}
    assert (columns["flight_id"].nullable, columns["flight_id"].comment) == (False, "the airline's key")
    assert columns["scheduled_at"].comment == "when it's due"
    assert columns["tags"].type_text == "array<struct<name:string,weight:double>>"
    assert (table.comment, (table.properties or {})["team"]) == ("all of them", "flights")
    key = (table.table_constraints or [])[0].primary_key_constraint
    assert key is not None
    assert (key.name, key.child_columns) == ("full_pk", ["flight_id", "scheduled_at"])
    delta = deltalake.DeltaTable(lake.account.catalog.table_location(f"{SCHEMA}.full"))
    fields = {field.name: field.nullable for field in delta.schema().fields}
    assert fields == {"flight_id": False, "scheduled_at": False, "delay": True, "tags": True}
    assert delta.metadata().partition_columns == ["delay"]


def test_not_null_is_kept(lake: Lake) -> None:
    """Null does not get into a column that was declared without it."""
    with pytest.raises(EngineError, match="NOT NULL"):
        lake.run(f"INSERT INTO {OPEN} VALUES (NULL, 'x')")
    assert len(lake.rows(OPEN)) == 2


def test_table_is_made_once(lake: Lake) -> None:
    """A second CREATE fails; IF NOT EXISTS leaves the table as it is."""
    with pytest.raises(EngineError, match=r"TABLE_OR_VIEW_ALREADY_EXISTS.*42P07"):
        lake.run(f"CREATE TABLE {OPEN} (other INT)")
    lake.run(f"CREATE TABLE IF NOT EXISTS {OPEN} (other INT)")
    assert len(lake.rows(OPEN)) == 2


def test_dropped_table_is_gone(lake: Lake) -> None:
    """DROP removes the files; a second one fails unless IF EXISTS."""
    location = lake.account.catalog.table_location(OPEN)
    lake.run(f"DROP TABLE {OPEN}")
    assert not location.exists()
    with pytest.raises(EngineError, match=r"TABLE_OR_VIEW_NOT_FOUND.*42P01"):
        lake.run(f"DROP TABLE {OPEN}")
    lake.run(f"DROP TABLE IF EXISTS {OPEN}")


def test_table_of_a_query(lake: Lake) -> None:
    """CREATE TABLE AS has the query's columns, all nullable, and rows that nulls can join."""
    lake.run(f"CREATE TABLE {SCHEMA}.made AS SELECT id, v, 1.5 AS factor FROM {OPEN}")
    lake.run(f"INSERT INTO {SCHEMA}.made VALUES (NULL, NULL, NULL)")
    assert len(lake.rows(f"{SCHEMA}.made")) == 3
    lake.run(f"DROP TABLE {SCHEMA}.made")


def test_table_of_a_query_that_fails_is_not_made(lake: Lake) -> None:
    """Neither a row in the catalog nor files are left."""
    with pytest.raises(EngineError):
        lake.run(f"CREATE TABLE {SCHEMA}.half AS SELECT raise_error('no') AS x FROM {OPEN}")
    assert lake.account.catalog.find("table", f"{SCHEMA}.half") is None


@pytest.mark.parametrize(
    "clause",
    [
        "LOCATION '/etc'",
        "OPTIONS (path '/etc')",
        "CLUSTER BY (id)",
        "CLUSTERED BY (id) INTO 4 BUCKETS",
        "USING parquet",
        "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')",
    ],
)
def test_what_would_not_be_kept_is_refused(lake: Lake, clause: str) -> None:
    """A clause that this engine can't honour fails in one line, and makes nothing."""
    with pytest.raises(EngineError, match="UNSUPPORTED_OPERATION"):
        lake.run(f"CREATE TABLE {SCHEMA}.unmade (id INT) {clause}")
    assert lake.account.catalog.find("table", f"{SCHEMA}.unmade") is None


@pytest.mark.parametrize(
    "text",
    [
        f"CREATE OR REPLACE TABLE {OPEN} (id INT)",
        f"REPLACE TABLE {OPEN} (id INT)",
        f"CREATE EXTERNAL TABLE {SCHEMA}.e (id INT)",
        f"CREATE TABLE {SCHEMA}.e DEEP CLONE {OPEN}",
        f"CREATE TABLE {SCHEMA}.e LIKE {OPEN}",
        f"CREATE TABLE {SCHEMA}.e (id INT DEFAULT 1)",
        f"ALTER TABLE {OPEN} SET LOCATION '/etc'",
        f"ALTER TABLE {OPEN} RENAME TO {SCHEMA}.other",
        f"ALTER TABLE {OPEN} DROP COLUMN v",
        f"CREATE VIEW {SCHEMA}.view AS SELECT 1",
        f"OPTIMIZE {OPEN}",
        f"VACUUM {OPEN}",
        f"RESTORE TABLE {OPEN} TO VERSION AS OF 0",
        f"COPY INTO {OPEN} FROM '/etc' FILEFORMAT = CSV",
        f"INSERT OVERWRITE DIRECTORY '/etc' SELECT * FROM {OPEN}",
        f"INSERT OVERWRITE {OPEN} PARTITION (id) SELECT * FROM {OPEN}",
        "LOAD DATA INPATH '/etc/passwd' INTO TABLE dev.flights.open",
        "SELECT * FROM delta.`/etc`",
        "SELECT * FROM csv.`/etc/passwd`",
        "SELECT * FROM dev.delta.`/etc`",
        "SELECT * FROM read_files('/etc')",
        "SELECT * FROM IDENTIFIER('dev.flights.open')",
        "SELECT TRANSFORM (id) USING 'cat' FROM dev.flights.open",
        "SELECT reflect('java.lang.System', 'getenv')",
        "SELECT * FROM global_temp.anything",
        "SELECT * FROM system.session.sessions",
        "CREATE GLOBAL TEMPORARY VIEW g AS SELECT 1",
        "SET CATALOG dev",
        "CACHE TABLE dev.flights.open",
        "ADD JAR 'x.jar'",
        "SELECT 1; DROP TABLE dev.flights.open",
        "BEGIN SELECT 1; END",
        "EXECUTE IMMEDIATE 'SELECT 1'",
        "",
    ],
)
def test_statement_that_is_not_served_is_refused(lake: Lake, text: str) -> None:
    """Even the owner of everything gets one clear error, and nothing has changed."""
    version = lake.version(OPEN)
    with pytest.raises(EngineError, match=r"SQLSTATE: (0A000|42501|42601|42P01)"):
        lake.run(text)
    assert lake.version(OPEN) == version


def test_columns_are_added_at_the_end(lake: Lake) -> None:
    """New columns are in the catalog and in the rows; elsewhere than last they are refused."""
    lake.run(f"ALTER TABLE {OPEN} ADD COLUMNS (extra INT COMMENT 'more')")
    lake.run(f"ALTER TABLE {OPEN} ADD COLUMN `last` STRING AFTER extra")
    lake.run(f"INSERT INTO {OPEN} VALUES (3, 'x', 5, 'y')")
    assert lake.rows(OPEN)[-1] == (3, "x", 5, "y")
    with pytest.raises(EngineError, match="at the end"):
        lake.run(f"ALTER TABLE {OPEN} ADD COLUMN middle STRING AFTER id")


def test_descriptions_change(lake: Lake) -> None:
    """Comments, properties and the owner change in the catalog."""
    lake.run(f"COMMENT ON TABLE {OPEN} IS 'it''s open'")
    lake.run(f"ALTER TABLE {OPEN} ALTER COLUMN v COMMENT 'value'")
    lake.run(f"ALTER TABLE {OPEN} SET TBLPROPERTIES ('a' = '1', 'b' = '2')")
    lake.run(f"ALTER TABLE {OPEN} UNSET TBLPROPERTIES IF EXISTS ('a', 'c')")
    lake.run(f"ALTER TABLE {OPEN} ALTER COLUMN id DROP NOT NULL")
    lake.run(f"ALTER TABLE {OPEN} OWNER TO `platform-admins`")
    table = lake.house.client(OWNER).tables.get(OPEN)
    assert (table.comment, table.properties, table.owner) == ("it's open", {"b": "2"}, "platform-admins")
    assert [(c.name, c.comment, c.nullable) for c in table.columns or []] == [
        ("id", None, True),
        ("v", "value", True),
    ]
    lake.run(f"INSERT INTO {OPEN} VALUES (NULL, 'x')")


def test_primary_key_needs_columns_without_null(lake: Lake) -> None:
    """A key is added once, to columns that are NOT NULL, and can be dropped."""
    with pytest.raises(EngineError, match="nullable"):
        lake.run(f"ALTER TABLE {OPEN} ADD CONSTRAINT pk PRIMARY KEY (v)")
    lake.run(f"ALTER TABLE {OPEN} ADD CONSTRAINT pk PRIMARY KEY (id TIMESERIES)")
    with pytest.raises(EngineError, match="already"):
        lake.run(f"ALTER TABLE {OPEN} ADD CONSTRAINT again PRIMARY KEY (id)")
    lake.run(f"ALTER TABLE {OPEN} DROP CONSTRAINT pk")
    assert not document(lake, "open").get("table_constraints")


def test_table_whose_log_was_not_written_heals(lake: Lake) -> None:
    """A table whose creation was cut short after its row in the catalog is empty, not broken."""
    caller = lake.house.caller(OWNER)
    fields = {"catalog_name": "dev", "schema_name": "flights", "name": "cut"}
    lake.account.catalog.create_table(
        caller, lake.house.dev, {**fields, "columns": [{"name": "id", "type_text": "bigint"}]}
    )
    assert lake.rows(f"{SCHEMA}.cut") == []
    lake.run(f"DROP TABLE {SCHEMA}.cut")
