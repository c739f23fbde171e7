"""DESCRIBE and SHOW: what the catalog and the Delta log know, for who may see it."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

import pyarrow as pa

from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.engine import delta
from infra.local.workspace.engine.errors import TableNotFoundError, UnsupportedError, catalog_errors
from infra.local.workspace.engine.namespace import Access
from infra.local.workspace.engine.statements.context import Context, Outcome, Statement
from infra.local.workspace.engine.statements.text import Cursor
from infra.local.workspace.store import Document


def rows_of(names: Sequence[str], rows: Sequence[Sequence[object]]) -> pa.Table:
    """A table of strings (booleans where a column has only those)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    arrays = [
        pa.array(values, pa.bool_() if values and all(isinstance(v, bool) for v in values) else pa.string())
        for values in columns
    ]
    return pa.table(arrays, names=list(names))


def describe(cursor: Cursor) -> Statement:
    """DESCRIBE [TABLE] [EXTENDED] name; DESCRIBE HISTORY name; DESCRIBE SCHEMA or CATALOG name."""
    if cursor.accept("HISTORY"):
        return _describe_history(cursor)
    for kind in ("SCHEMA", "DATABASE", "CATALOG"):
        if cursor.accept(kind):
            return _describe_parent(cursor, kind)
    for kind in ("DETAIL", "QUERY", "FUNCTION", "VOLUME"):
        if cursor.at(kind):
            raise UnsupportedError(f"DESCRIBE {kind} is not served here")
    cursor.accept("TABLE")
    extended = cursor.accept("EXTENDED") or cursor.accept("FORMATTED")
    parts = cursor.name()
    if cursor.accept("AS", "JSON"):
        raise UnsupportedError("DESCRIBE … AS JSON is not served here")
    cursor.finish()
    return lambda context: _describe_table(context, parts, extended=extended)


def _describe_table(context: Context, parts: tuple[str, ...], *, extended: bool) -> Outcome:
    if context.namespace.view(parts) is not None:
        raise UnsupportedError("A temporary view is described by its frame: spark.table(…).schema")
    table = read_table(context, context.namespace.table(parts))
    rows: list[list[str | None]] = [[c["name"], c["type_text"], c.get("comment")] for c in table["columns"]]
    if extended:
        rows += [["", "", ""], ["# Detailed Table Information", "", ""]]
        rows += [[key, value, ""] for key, value in _details(table).items() if value]
    return Outcome(rows=rows_of(["col_name", "data_type", "comment"], rows))


def _details(table: Document) -> dict[str, str]:
    properties = ",".join(f"{key}={value}" for key, value in sorted((table.get("properties") or {}).items()))
    return {
        "Catalog": table["catalog_name"],
        "Database": table["schema_name"],
        "Table": table["name"],
        "Owner": table["owner"],
        "Type": table["table_type"],
        "Comment": table.get("comment") or "",
        "Location": table.get("storage_location", ""),
        "Provider": "delta",
        "Table Properties": f"[{properties}]",
    }


def read_table(context: Context, name: str) -> Document:
    """A table's description, for who may see it."""
    with catalog_errors(name):
        return context.catalog.read(context.caller, context.workspace_id, "table", name)


def _describe_history(cursor: Cursor) -> Statement:
    parts = cursor.name()
    limit = int(cursor.value()) if cursor.accept("LIMIT") else None
    cursor.finish()

    def run(context: Context) -> Outcome:
        name = context.namespace.table(parts)
        access = Access()
        access.read(name)
        context.require(access)
        return Outcome(rows=delta.history(context.catalog.table_location(name), limit))

    return run


def _describe_parent(cursor: Cursor, kind: str) -> Statement:
    cursor.accept("EXTENDED")
    parts = cursor.name()
    cursor.finish()

    def run(context: Context) -> Outcome:
        securable = "catalog" if kind == "CATALOG" else "schema"
        name = parts[0].lower() if kind == "CATALOG" else context.namespace.schema_name(parts)
        with catalog_errors(name):
            found = context.catalog.read(context.caller, context.workspace_id, securable, name)
        rows = [
            [f"{securable.title()} Name", found["name"]],
            ["Comment", found.get("comment") or ""],
            ["Owner", found["owner"]],
        ]
        return Outcome(rows=rows_of(["info_name", "info_value"], rows))

    return run


def show(cursor: Cursor) -> Statement:
    """SHOW CATALOGS, SCHEMAS, TABLES, COLUMNS or TBLPROPERTIES."""
    kind = cursor.choose("CATALOGS", "SCHEMAS", "DATABASES", "TABLES", "COLUMNS", "TBLPROPERTIES")
    parts = cursor.name() if cursor.accept("IN") or cursor.accept("FROM") or kind == "TBLPROPERTIES" else ()
    pattern = cursor.string() if cursor.accept("LIKE") or not cursor.ended() else None
    cursor.finish()
    readers = {
        "CATALOGS": _show_catalogs,
        "SCHEMAS": _show_schemas,
        "DATABASES": _show_schemas,
        "TABLES": _show_tables,
        "COLUMNS": _show_columns,
        "TBLPROPERTIES": _show_properties,
    }
    return lambda context: Outcome(rows=readers[kind](context, parts, pattern))


def _show_catalogs(context: Context, _parts: tuple[str, ...], pattern: str | None) -> pa.Table:
    found = context.catalog.list_all(context.caller, context.workspace_id, "catalog", browse=True)
    return rows_of(["catalog"], [[c["name"]] for c in found if matches(c["name"], pattern)])


def _show_schemas(context: Context, parts: tuple[str, ...], pattern: str | None) -> pa.Table:
    catalog = parts[0].lower() if parts else context.namespace.catalog
    if catalog is None:
        raise TableNotFoundError("SHOW SCHEMAS needs a catalog: SHOW SCHEMAS IN catalog")
    found = list_children(context, Securable("catalog", catalog), "schema")
    return rows_of(["databaseName"], [[s["name"]] for s in found if matches(s["name"], pattern)])


def _show_tables(context: Context, parts: tuple[str, ...], pattern: str | None) -> pa.Table:
    names = context.namespace
    current = tuple(part for part in (names.catalog, names.schema) if part)
    schema = names.schema_name(parts or current)
    found = list_children(context, Securable("schema", schema), "table")
    rows = [[t["schema_name"], t["name"], False] for t in found if matches(t["name"], pattern)]
    rows += [["", view, True] for view in sorted(names.views) if matches(view, pattern)]
    return rows_of(["database", "tableName", "isTemporary"], rows)


def _show_columns(context: Context, parts: tuple[str, ...], _pattern: str | None) -> pa.Table:
    table = read_table(context, context.namespace.table(parts))
    return rows_of(["col_name"], [[column["name"]] for column in table["columns"]])


def _show_properties(context: Context, parts: tuple[str, ...], _pattern: str | None) -> pa.Table:
    table = read_table(context, context.namespace.table(parts))
    return rows_of(["key", "value"], sorted((table.get("properties") or {}).items()))


def list_children(context: Context, parent: Securable, kind: str) -> list[Document]:
    """What the caller may see in a catalog or schema."""
    with catalog_errors(parent.full_name):
        return context.catalog.list_children(context.caller, context.workspace_id, parent, kind, browse=True)


def matches(name: str, pattern: str | None) -> bool:
    """Whether a name fits a SHOW pattern: `*` for anything, `|` between alternatives."""
    return pattern is None or any(fnmatch.fnmatch(name, part.lower()) for part in pattern.split("|"))
