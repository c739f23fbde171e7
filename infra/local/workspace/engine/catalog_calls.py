"""`spark.catalog`: answered from the catalog and the session's names; Sail is not asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.engine.errors import (
    PrivilegeError,
    RejectedError,
    TableNotFoundError,
    UnsupportedError,
    catalog_errors,
)
from infra.local.workspace.engine.identifiers import parse_name, quote
from infra.local.workspace.engine.statements.context import Context
from infra.local.workspace.engine.statements.describe import list_children, matches, read_table
from infra.local.workspace.engine.statements.parsing import parse_statement
from infra.local.workspace.engine.statements.session import set_catalog, set_schema
from infra.local.workspace.store import Document

_TABLE = pa.schema(
    [
        ("name", pa.string()),
        ("catalog", pa.string()),
        ("namespace", pa.list_(pa.string())),
        ("description", pa.string()),
        ("tableType", pa.string()),
        ("isTemporary", pa.bool_()),
    ]
)
_SCHEMA = pa.schema([(name, pa.string()) for name in ("name", "catalog", "description", "locationUri")])
_CATALOG = pa.schema([("name", pa.string()), ("description", pa.string())])
_COLUMN = pa.schema(
    [(name, pa.string()) for name in ("name", "description", "dataType")]
    + [(name, pa.bool_()) for name in ("nullable", "isPartition", "isBucket", "isCluster")]
)


def answer_call(context: Context, call: Any) -> pa.Table:
    """The rows of one call; UnsupportedError for those that are not served."""
    kind = call.WhichOneof("cat_type")
    if kind not in _CALLS:
        raise UnsupportedError(f"spark.catalog: {kind} is not served here")
    return _CALLS[kind](context, getattr(call, kind))


def _value(value: object) -> pa.Table:
    return pa.table({"value": [value]})


def _current_catalog(context: Context, _call: Any) -> pa.Table:
    return _value(context.namespace.catalog or "")


def _current_schema(context: Context, _call: Any) -> pa.Table:
    return _value(context.namespace.schema or "")


def _set_catalog(context: Context, call: Any) -> pa.Table:
    set_catalog(context, call.catalog_name)
    return pa.table({})


def _set_schema(context: Context, call: Any) -> pa.Table:
    set_schema(context, parse_name(call.db_name))
    return pa.table({})


def _list_catalogs(context: Context, call: Any) -> pa.Table:
    found = context.catalog.list_all(context.caller, context.workspace_id, "catalog", browse=True)
    rows = [{"name": c["name"], "description": c.get("comment")} for c in found if _fits(call, c)]
    return pa.Table.from_pylist(rows, schema=_CATALOG)


def _list_schemas(context: Context, call: Any) -> pa.Table:
    catalog = context.namespace.catalog
    if catalog is None:
        raise TableNotFoundError("listDatabases needs a current catalog: setCurrentCatalog(…)")
    found = list_children(context, Securable("catalog", catalog), "schema")
    rows = [
        {"name": s["name"], "catalog": catalog, "description": s.get("comment")}
        for s in found
        if _fits(call, s)
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _schema_exists(context: Context, call: Any) -> pa.Table:
    name = context.namespace.schema_name(parse_name(call.db_name))
    return _value(_sees(lambda: _read(context, "schema", name)))


def _list_tables(context: Context, call: Any) -> pa.Table:
    names = context.namespace
    current = tuple(part for part in (names.catalog, names.schema) if part)
    rows = [
        {"name": view, "namespace": [], "tableType": "TEMPORARY", "isTemporary": True}
        for view in sorted(names.views)
        if _fits(call, {"name": view})
    ]
    if call.db_name or len(current) == 2:
        schema = names.schema_name(parse_name(call.db_name) if call.db_name else current)
        found = list_children(context, Securable("schema", schema), "table")
        rows = [_describe(table) for table in found if _fits(call, table)] + rows
    return pa.Table.from_pylist(rows, schema=_TABLE)


def _get_table(context: Context, call: Any) -> pa.Table:
    parts = parse_name(call.table_name)
    if context.namespace.view(parts) is not None:
        row = {"name": parts[0], "namespace": [], "tableType": "TEMPORARY", "isTemporary": True}
        return pa.Table.from_pylist([row], schema=_TABLE)
    table = read_table(context, _table_name(context, call))
    return pa.Table.from_pylist([_describe(table)], schema=_TABLE)


def _table_exists(context: Context, call: Any) -> pa.Table:
    if context.namespace.view(parse_name(call.table_name)) is not None:
        return _value(value=True)
    return _value(_sees(lambda: read_table(context, _table_name(context, call))))


def _list_columns(context: Context, call: Any) -> pa.Table:
    table = read_table(context, _table_name(context, call))
    rows = [
        {
            "name": column["name"],
            "description": column.get("comment"),
            "dataType": column["type_text"],
            "nullable": column.get("nullable", True),
            "isPartition": column.get("partition_index") is not None,
            "isBucket": False,
            "isCluster": False,
        }
        for column in table["columns"]
    ]
    return pa.Table.from_pylist(rows, schema=_COLUMN)


def _drop_view(context: Context, call: Any) -> pa.Table:
    known = call.view_name.lower() in context.namespace.views
    _run(context, f"DROP VIEW IF EXISTS {quote((call.view_name,))}")
    return _value(known)


def _drop_table(context: Context, call: Any) -> pa.Table:
    lenient = "IF EXISTS " if call.if_exists else ""
    _run(context, f"DROP TABLE {lenient}{quote(parse_name(call.table_name))}")
    return pa.table({})


def _nothing(_context: Context, _call: Any) -> pa.Table:
    """Nothing is kept of a table between plans that would have to be refreshed."""
    return pa.table({})


def _run(context: Context, text: str) -> None:
    statement = parse_statement(text)
    if statement is not None:
        statement(context)


def _table_name(context: Context, call: Any) -> str:
    parts = parse_name(call.table_name)
    return context.namespace.table((*parse_name(call.db_name), *parts) if call.db_name else parts)


def _read(context: Context, kind: str, name: str) -> Document:
    with catalog_errors(name):
        return context.catalog.read(context.caller, context.workspace_id, kind, name)


def _sees(read: Callable[[], Document]) -> bool:
    """Whether a securable is there, to who may see it; nobody else learns more than `no`."""
    try:
        read()
    except (PrivilegeError, RejectedError, TableNotFoundError):
        return False
    return True


def _describe(table: Document) -> Document:
    return {
        "name": table["name"],
        "catalog": table["catalog_name"],
        "namespace": [table["schema_name"]],
        "description": table.get("comment"),
        "tableType": table["table_type"],
        "isTemporary": False,
    }


def _fits(call: Any, document: Document) -> bool:
    return matches(document["name"], call.pattern if call.HasField("pattern") else None)


_CALLS: dict[str, Callable[[Context, Any], pa.Table]] = {
    "current_catalog": _current_catalog,
    "current_database": _current_schema,
    "set_current_catalog": _set_catalog,
    "set_current_database": _set_schema,
    "list_catalogs": _list_catalogs,
    "list_databases": _list_schemas,
    "database_exists": _schema_exists,
    "list_tables": _list_tables,
    "get_table": _get_table,
    "table_exists": _table_exists,
    "list_columns": _list_columns,
    "drop_temp_view": _drop_view,
    "drop_table": _drop_table,
    "refresh_table": _nothing,
}
