"""CREATE TABLE, CREATE TABLE AS, DROP TABLE, CREATE and DROP SCHEMA."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyspark.sql.connect.proto import base_pb2

from infra.local.workspace.engine import delta
from infra.local.workspace.engine.errors import (
    RejectedError,
    StatementError,
    TableExistsError,
    TableNotFoundError,
    UnsupportedError,
    catalog_errors,
)
from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.engine.namespace import Access
from infra.local.workspace.engine.spark_types import columns_of_struct
from infra.local.workspace.engine.sqltext import scan_query
from infra.local.workspace.engine.statements.columns import Declared, read_declarations
from infra.local.workspace.engine.statements.context import Context, Outcome, Statement
from infra.local.workspace.engine.statements.text import Cursor
from infra.local.workspace.store import Document


@dataclass
class Clauses:
    """What stands after the columns."""

    comment: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    partitions: list[str] = field(default_factory=list)
    query: str | None = None


def create_table(cursor: Cursor, *, replace: bool) -> Statement:
    """CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name [(columns)] [clauses] [AS query].

    The official Terraform provider declares tables with OR REPLACE: for a name that is free it is CREATE.
    """
    lenient = cursor.accept("IF", "NOT", "EXISTS")
    parts = cursor.name()
    declared = read_declarations(cursor, parts[-1]) if cursor.at("(") else Declared()
    clauses = read_clauses(cursor)
    if clauses.query is None and not declared.columns:
        raise StatementError("CREATE TABLE needs columns or a query")
    if clauses.query is not None and declared.columns:
        raise StatementError("CREATE TABLE … AS takes its columns from the query")

    def run(context: Context) -> Outcome:
        name = context.namespace.table(parts)
        if lenient and find_creatable(context, name) is not None:
            return Outcome()
        if replace and find_creatable(context, name) is not None:
            raise UnsupportedError(
                f"{name} exists already, and replacing a table is not done by this engine: drop it first"
            )
        if clauses.query is None:
            make_table(context, name, declared, clauses)
            return Outcome()
        return _create_as(context, name, declared, clauses, clauses.query)

    return run


def read_clauses(cursor: Cursor) -> Clauses:
    """USING, COMMENT, TBLPROPERTIES, PARTITIONED BY and AS, in any order."""
    clauses = Clauses()
    while not cursor.ended():
        if cursor.accept("USING"):
            if (source := cursor.identifier().lower()) != "delta":
                raise UnsupportedError(f"Tables are Delta tables here, not {source}")
        elif cursor.accept("COMMENT"):
            clauses.comment = cursor.string()
        elif cursor.accept("TBLPROPERTIES"):
            clauses.properties = read_properties(cursor)
        elif cursor.accept("PARTITIONED", "BY"):
            clauses.partitions = cursor.names()
        elif cursor.accept("AS") or cursor.at("SELECT") or cursor.at("WITH"):
            clauses.query = cursor.rest()
        else:
            _refuse_clause(cursor)
    return clauses


def _refuse_clause(cursor: Cursor) -> None:
    why = {
        "LOCATION": "tables have their place chosen by the catalog: LOCATION is not served here",
        "OPTIONS": "OPTIONS are not served here",
        "CLUSTER": "liquid clustering is not done by this engine",
        "CLUSTERED": "buckets are not done by this engine",
    }
    for word, reason in why.items():
        if cursor.at(word):
            raise UnsupportedError(reason)
    cursor.fail("expected USING, COMMENT, TBLPROPERTIES, PARTITIONED BY or AS")


def read_properties(cursor: Cursor) -> dict[str, str]:
    """`('key' = 'value', …)`."""
    cursor.expect("(")
    properties: dict[str, str] = {}
    while True:
        key = read_key(cursor)
        cursor.accept("=")
        properties[key] = cursor.value()
        if not cursor.accept(","):
            break
    cursor.expect(")")
    return properties


def read_key(cursor: Cursor) -> str:
    """A property's key: a string, or dotted words."""
    at_string = cursor.text[cursor.position : cursor.position + 1] in {"'", '"'}
    return cursor.string() if at_string else ".".join(cursor.name())


def find_creatable(context: Context, name: str) -> Document | None:
    """The table of a name, for who may create it there or see it; None where there is none."""
    schema = name.rpartition(".")[0]
    if not context.catalog.allows(context.caller, context.workspace_id, "SELECT", "table", name):
        with catalog_errors(schema):
            context.catalog.require(context.caller, context.workspace_id, "CREATE_TABLE", "schema", schema)
    return context.catalog.find("table", name)


def make_table(context: Context, name: str, declared: Declared, clauses: Clauses) -> Document:
    """A new table in the catalog and its empty Delta log."""
    delta.delta_settings(clauses.properties)
    catalog_name, schema_name, table = name.split(".")
    document: Document = {
        "catalog_name": catalog_name,
        "schema_name": schema_name,
        "name": table,
        "table_type": "MANAGED",
        "data_source_format": "DELTA",
        "columns": _with_partitions(declared.columns, clauses.partitions),
        "table_constraints": declared.constraints,
        "comment": clauses.comment,
        "properties": clauses.properties,
    }
    named = {"name": table, "schema_name": schema_name, "catalog_name": catalog_name}
    with context.changing("createTable", **named), catalog_errors(name):
        made = context.catalog.create_table(context.caller, context.workspace_id, document)
    try:
        delta.write_empty(context.catalog.table_location(name), made)
    except BaseException:
        context.catalog.drop_table(context.caller, context.workspace_id, name)
        raise
    return made


def _with_partitions(columns: list[Document], partitions: list[str]) -> list[Document]:
    names = {column["name"].lower() for column in columns}
    for partition in partitions:
        if partition.lower() not in names:
            raise RejectedError(f"Partition column {partition} is not a column", "COLUMN_NOT_FOUND")
    order = [partition.lower() for partition in partitions]
    return [
        column
        | (
            {"partition_index": order.index(column["name"].lower())}
            if column["name"].lower() in order
            else {}
        )
        for column in columns
    ]


def _create_as(context: Context, name: str, declared: Declared, clauses: Clauses, query: str) -> Outcome:
    """Make the table with the query's columns, all nullable, and insert its rows; both or neither."""
    access = Access()
    text = scan_query(query, context.namespace, access)
    context.require(access)
    if find_creatable(context, name) is not None:
        raise TableExistsError.of(name)
    relation = base_pb2.Plan().root
    relation.sql.query = text
    declared.columns = columns_of_struct(context.session.sail.schema(relation))
    make_table(context, name, declared, clauses)
    plan = base_pb2.Plan()
    plan.command.sql_command.input.sql.query = f"INSERT INTO {quote(name.split('.'))} {text}"
    try:
        rows = context.session.sail.execute(plan)
    except BaseException:
        context.catalog.drop_table(context.caller, context.workspace_id, name)
        raise
    return Outcome(rows=rows)


def drop_table(cursor: Cursor) -> Statement:
    """DROP TABLE [IF EXISTS] name."""
    lenient = cursor.accept("IF", "EXISTS")
    parts = cursor.name()
    cursor.accept("PURGE")
    cursor.finish()

    def run(context: Context) -> Outcome:
        if context.namespace.view(parts) is not None:
            raise UnsupportedError(f"{parts[0]} is a temporary view: use DROP VIEW")
        name = context.namespace.table(parts)
        try:
            with context.changing("deleteTable", full_name_arg=name), catalog_errors(name):
                context.catalog.drop_table(context.caller, context.workspace_id, name)
        except TableNotFoundError:
            if not lenient:
                raise
        return Outcome()

    return run


def create_schema(cursor: Cursor) -> Statement:
    """CREATE SCHEMA [IF NOT EXISTS] name [COMMENT text]."""
    lenient = cursor.accept("IF", "NOT", "EXISTS")
    parts = cursor.name()
    comment = cursor.string() if cursor.accept("COMMENT") else None
    cursor.finish()

    def run(context: Context) -> Outcome:
        name = context.namespace.schema_name(parts)
        catalog_name, _, schema = name.partition(".")
        document = {"catalog_name": catalog_name, "name": schema, "comment": comment}
        if lenient and context.catalog.allows(
            context.caller, context.workspace_id, "USE_SCHEMA", "schema", name
        ):
            return Outcome()
        with (
            context.changing("createSchema", name=schema, catalog_name=catalog_name),
            catalog_errors(name),
        ):
            context.catalog.create_schema(context.caller, context.workspace_id, document)
        return Outcome()

    return run


def drop_schema(cursor: Cursor) -> Statement:
    """DROP SCHEMA name [RESTRICT | CASCADE]."""
    parts = cursor.name()
    force = cursor.accept("CASCADE")
    cursor.accept("RESTRICT")
    cursor.finish()

    def run(context: Context) -> Outcome:
        name = context.namespace.schema_name(parts)
        with context.changing("deleteSchema", full_name_arg=name), catalog_errors(name):
            context.catalog.drop(context.caller, context.workspace_id, "schema", name, force=force)
        return Outcome()

    return run
