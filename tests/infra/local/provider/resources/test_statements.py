"""The SQL that declares tables."""

from __future__ import annotations

from typing import Any

import sqlglot

from infra.local.provider.resources.statements import alter_statements, create_statement, drop_statement

Values = dict[str, Any]


def column(name: str, type_: str = "bigint", **given: Any) -> Values:
    """A column of a table."""
    return {"name": name, "type": type_, "nullable": True, "comment": None, "identity": None, **given}


def table(**given: Any) -> Values:
    """A managed Delta table."""
    names = ("comment", "properties", "options", "partitions", "cluster_keys", "storage_location")
    nothing: Values = dict.fromkeys((*names, "view_definition", "storage_credential_name"))
    fixed = {"catalog_name": "dev", "schema_name": "s", "name": "t", "table_type": "MANAGED"}
    return {**nothing, **fixed, "data_source_format": "DELTA", "column": [column("id")], **given}


def altered(before: Values, after: Values) -> list[str]:
    """The statements from one declaration to the other; each is SQL."""
    statements = list(alter_statements(before, after))
    for statement in statements:
        sqlglot.parse_one(statement, dialect="databricks")
    return statements


def test_a_managed_table_is_declared_with_all_it_has() -> None:
    """Columns, keys of clustering, comments with quotes, properties."""
    columns = [
        column("id", nullable=False, comment="it's a key"),
        column("at", "timestamp", identity="always"),
    ]
    statement = create_statement(
        table(column=columns, comment="first", cluster_keys=["id"], properties={"b": "2", "a": "1"})
    )
    assert statement == (
        "CREATE OR REPLACE TABLE `dev`.`s`.`t`\n"
        "(`id` bigint NOT NULL COMMENT 'it\\'s a key', `at` timestamp GENERATED ALWAYS AS IDENTITY)\n"
        "USING DELTA\nCLUSTER BY (`id`)\nCOMMENT 'first'\nTBLPROPERTIES ('a'='1', 'b'='2')"
    )


def test_views_and_external_tables() -> None:
    """A view has a definition; an external table a place, and is never replaced."""
    view = table(table_type="VIEW", data_source_format=None, column=[], view_definition="SELECT 1")
    assert create_statement(view) == "CREATE VIEW `dev`.`s`.`t`\nAS SELECT 1"
    assert drop_statement(view) == "DROP VIEW `dev`.`s`.`t`"
    external = create_statement(table(table_type="EXTERNAL", storage_location="s3://b/t", partitions=["id"]))
    assert external.startswith("CREATE TABLE `dev`.`s`.`t`\n")
    assert external.endswith("PARTITIONED BY (id)\nLOCATION 's3://b/t'")


def test_an_unchanged_table_needs_no_statement() -> None:
    """Also when the API says None where nothing is declared."""
    assert altered(table(comment=None), table(comment="")) == []


def test_comments_and_nullability_change_in_place() -> None:
    """One statement a change."""
    before = table(column=[column("id", comment="a"), column("x", nullable=False)], comment="old")
    after = table(column=[column("id", comment="b"), column("y")], comment="new")
    assert altered(before, after) == [
        "COMMENT ON TABLE `dev`.`s`.`t` IS 'new'",
        "ALTER TABLE `dev`.`s`.`t` ALTER COLUMN `id` COMMENT 'b'",
        "ALTER TABLE `dev`.`s`.`t` RENAME COLUMN `x` TO `y`",
        "ALTER TABLE `dev`.`s`.`t` ALTER COLUMN `y` DROP NOT NULL",
    ]


def test_columns_come_and_go_at_their_place() -> None:
    """Dropped ones first, then each new one after the one before it."""
    before = table(column=[column("a"), column("b"), column("c")])
    after = table(column=[column("new"), column("a"), column("c", comment=None), column("d"), column("e")])
    assert altered(before, after) == [
        "ALTER TABLE `dev`.`s`.`t` DROP COLUMN IF EXISTS (`b`)",
        "ALTER TABLE `dev`.`s`.`t` ADD COLUMN `new` bigint FIRST",
        "ALTER TABLE `dev`.`s`.`t` ADD COLUMN `d` bigint AFTER `c`",
        "ALTER TABLE `dev`.`s`.`t` ADD COLUMN `e` bigint AFTER `d`",
    ]


def test_properties_and_clustering_change_in_place() -> None:
    """Removed properties are unset, the others set."""
    before = table(properties={"a": "1", "b": "2"}, cluster_keys=["id"])
    assert altered(before, table(properties={"b": "3"})) == [
        "ALTER TABLE `dev`.`s`.`t` CLUSTER BY NONE",
        "ALTER TABLE `dev`.`s`.`t` UNSET TBLPROPERTIES IF EXISTS ('a')",
        "ALTER TABLE `dev`.`s`.`t` SET TBLPROPERTIES ('b'='3')",
    ]
