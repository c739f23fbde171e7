"""Tells statements that are done here from those that Sail does."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.workspace.engine.errors import StatementError, UnsupportedError
from infra.local.workspace.engine.statements import alter, comment, describe, grants, session, tables
from infra.local.workspace.engine.statements.context import Statement
from infra.local.workspace.engine.statements.text import Cursor

_FOR_SAIL = ("SELECT", "WITH", "FROM", "VALUES", "(", "INSERT", "UPDATE", "DELETE", "MERGE")
_VERBS = frozenset(
    {"ALTER", "ANALYZE", "BEGIN", "CACHE", "CALL", "CLEAR", "COPY", "CREATE", "DECLARE", "DENY", "DROP"}
    | {"EXECUTE", "FSCK", "LIST", "LOAD", "MSCK", "OPTIMIZE", "REFRESH", "REORG", "REPAIR", "RESET"}
    | {"RESTORE", "SYNC", "TABLE", "UNCACHE", "UNDROP", "VACUUM"}
)
Reader = Callable[[Cursor], Statement]


def parse_statement(text: str) -> Statement | None:
    """What does a statement; None for queries and changes of rows, which Sail does."""
    cursor = Cursor(text)
    if cursor.ended():
        raise StatementError("The statement is empty")
    if any(cursor.at(word) for word in _FOR_SAIL):
        return None
    for words, reader in _READERS.items():
        if cursor.accept(*words):
            return reader(cursor)
    found = cursor.rest().split()
    if found[0].upper() not in _VERBS:
        raise StatementError(f"Syntax error at or near '{found[0]}'")
    raise UnsupportedError(f"{' '.join(found[:2])} is not served here")


def _create_or_replace(cursor: Cursor) -> Statement:
    if cursor.accept("TEMPORARY", "VIEW") or cursor.accept("TEMP", "VIEW"):
        return session.create_view(cursor, replace=True)
    if cursor.accept("TABLE"):
        return tables.create_table(cursor, replace=True)
    what = " ".join(cursor.rest().split()[:1])
    raise UnsupportedError(f"CREATE OR REPLACE {what} is not done by this engine: drop it and create it anew")


def _create_table(cursor: Cursor) -> Statement:
    return tables.create_table(cursor, replace=False)


def _create_view(cursor: Cursor) -> Statement:
    return session.create_view(cursor, replace=False)


def _grant(cursor: Cursor) -> Statement:
    return grants.change_grants(cursor, grant=True)


def _revoke(cursor: Cursor) -> Statement:
    return grants.change_grants(cursor, grant=False)


_READERS: dict[tuple[str, ...], Reader] = {
    ("CREATE", "OR", "REPLACE"): _create_or_replace,
    ("CREATE", "TEMPORARY", "VIEW"): _create_view,
    ("CREATE", "TEMP", "VIEW"): _create_view,
    ("CREATE", "TABLE"): _create_table,
    ("CREATE", "SCHEMA"): tables.create_schema,
    ("CREATE", "DATABASE"): tables.create_schema,
    ("DROP", "TABLE"): tables.drop_table,
    ("DROP", "VIEW"): session.drop_view,
    ("DROP", "SCHEMA"): tables.drop_schema,
    ("DROP", "DATABASE"): tables.drop_schema,
    ("ALTER", "TABLE"): alter.alter_table,
    ("COMMENT", "ON"): comment.comment_on,
    ("DESCRIBE",): describe.describe,
    ("DESC",): describe.describe,
    ("SHOW", "GRANTS"): grants.show_grants,
    ("SHOW",): describe.show,
    ("GRANT",): _grant,
    ("REVOKE",): _revoke,
    ("USE",): session.use,
    ("SET",): session.set_setting,
    ("EXPLAIN",): session.explain,
    ("TRUNCATE",): session.truncate,
}
