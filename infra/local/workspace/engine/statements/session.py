"""Statements about the session: temporary views, USE, SET, EXPLAIN; and TRUNCATE, which is a DELETE."""

from __future__ import annotations

import re

from pyspark.sql.connect.proto import base_pb2

from infra.local.workspace.engine.errors import TableNotFoundError, UnsupportedError, catalog_errors
from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.engine.namespace import Access
from infra.local.workspace.engine.settings import check_settings
from infra.local.workspace.engine.sqltext import scan_query, scan_statement
from infra.local.workspace.engine.statements.context import Context, Outcome, Statement
from infra.local.workspace.engine.statements.text import Cursor

_MODES = ("EXTENDED", "FORMATTED", "CODEGEN", "COST")
_SETTING = re.compile(r"([\w.]+)\s*=\s*(.*)", re.DOTALL)


def create_view(cursor: Cursor, *, replace: bool) -> Statement:
    """CREATE [OR REPLACE] TEMPORARY VIEW [IF NOT EXISTS] name AS query."""
    lenient = cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.identifier().lower()
    if cursor.at("."):
        raise UnsupportedError("A temporary view has a name of one part")
    cursor.expect("AS")
    query = cursor.rest()

    def run(context: Context) -> Outcome:
        if lenient and name in context.namespace.views:
            return Outcome()
        access = Access()
        text = scan_query(query, context.namespace, access)
        verb = "CREATE OR REPLACE TEMPORARY VIEW" if replace else "CREATE TEMPORARY VIEW"
        return Outcome(forward=f"{verb} {quote((name,))} AS {text}", access=access, view=name)

    return run


def drop_view(cursor: Cursor) -> Statement:
    """DROP VIEW [IF EXISTS] name, of a temporary view."""
    lenient = cursor.accept("IF", "EXISTS")
    parts = cursor.name()
    cursor.finish()

    def run(context: Context) -> Outcome:
        if context.namespace.view(parts) is None:
            if lenient:
                return Outcome()
            raise TableNotFoundError.of(".".join(parts))
        plan = base_pb2.Plan()
        plan.root.catalog.drop_temp_view.view_name = parts[0].lower()
        context.session.sail.execute(plan)
        context.namespace.views.pop(parts[0].lower(), None)
        return Outcome()

    return run


def use(cursor: Cursor) -> Statement:
    """USE CATALOG name, USE [SCHEMA] name: what unqualified names of this session are of."""
    catalog_only = cursor.accept("CATALOG")
    if not catalog_only:
        cursor.accept("SCHEMA") or cursor.accept("DATABASE")
    parts = cursor.name()
    cursor.finish()

    def run(context: Context) -> Outcome:
        if catalog_only:
            set_catalog(context, parts[0])
        else:
            set_schema(context, parts)
        return Outcome()

    return run


def set_catalog(context: Context, name: str) -> None:
    """Make a catalog the current one; its schema `default` becomes the current schema."""
    with catalog_errors(name):
        context.catalog.require(context.caller, context.workspace_id, "USE_CATALOG", "catalog", name.lower())
    context.namespace.catalog, context.namespace.schema = name.lower(), "default"


def set_schema(context: Context, parts: tuple[str, ...]) -> None:
    """Make a schema the current one, and its catalog too."""
    full = context.namespace.schema_name(parts)
    with catalog_errors(full):
        context.catalog.require(context.caller, context.workspace_id, "USE_SCHEMA", "schema", full)
    context.namespace.catalog, _, context.namespace.schema = full.partition(".")


def set_setting(cursor: Cursor) -> Statement:
    """SET key = value, SET TIME ZONE zone."""
    if cursor.accept("TIME", "ZONE"):
        key, value = "spark.sql.session.timeZone", cursor.value()
        cursor.finish()
    else:
        match = _SETTING.fullmatch(cursor.rest().strip())
        if match is None or not match.group(1).lower().startswith("spark."):
            raise UnsupportedError("Only SET spark.… = value is served here")
        key, value = match.group(1), match.group(2).strip().strip("'\"")

    def run(context: Context) -> Outcome:
        context.session.sail.configure(check_settings({key: value}))
        return Outcome()

    return run


def explain(cursor: Cursor) -> Statement:
    """EXPLAIN [mode] statement; what it would read or write must be allowed."""
    mode = next((f"{mode} " for mode in _MODES if cursor.accept(mode)), "")
    inner = cursor.rest()

    def run(context: Context) -> Outcome:
        access = Access()
        text = scan_statement(inner, context.namespace, access).text
        return Outcome(forward=f"EXPLAIN {mode}{text}", access=access)

    return run


def truncate(cursor: Cursor) -> Statement:
    """TRUNCATE TABLE name."""
    cursor.expect("TABLE")
    parts = cursor.name()
    cursor.finish()

    def run(context: Context) -> Outcome:
        name = context.namespace.table(parts)
        access = Access()
        access.write(name)
        delete = f"DELETE FROM {quote(name.split('.'))}"  # noqa: S608 - a quoted name
        return Outcome(forward=delete, access=access)

    return run
