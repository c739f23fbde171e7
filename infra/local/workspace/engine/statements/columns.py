"""Columns and constraints as CREATE TABLE and ALTER TABLE declare them."""

from __future__ import annotations

from dataclasses import dataclass, field

from infra.local.workspace.engine.errors import UnsupportedError
from infra.local.workspace.engine.statements.text import Cursor
from infra.local.workspace.store import Document

_AFTER_TYPE = frozenset(
    {"NOT", "NULL", "COMMENT", "DEFAULT", "GENERATED", "CONSTRAINT", "PRIMARY"} | {",", ")"}
)
_AFTER_TYPE_OF_ADDED = _AFTER_TYPE | {"FIRST", "AFTER"}
_CONSTRAINT_HEADS = ("CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK")


@dataclass
class Declared:
    """What stands in the parentheses of CREATE TABLE."""

    columns: list[Document] = field(default_factory=list)
    constraints: list[Document] = field(default_factory=list)


def read_declarations(cursor: Cursor, table: str) -> Declared:
    """Columns and constraints in parentheses."""
    declared = Declared()
    cursor.expect("(")
    while True:
        if any(cursor.at(head) for head in _CONSTRAINT_HEADS) and not _is_column(cursor):
            declared.constraints.append(read_constraint(cursor, table))
        else:
            declared.columns.append(read_column(cursor))
        if not cursor.accept(","):
            break
    cursor.expect(")")
    return declared


def read_column(cursor: Cursor, *, placed: bool = False) -> Document:
    """One column: name, type, NOT NULL, COMMENT; FIRST or AFTER (as `after`) where it is `placed`."""
    column: Document = {"name": cursor.identifier()}
    column["type_text"] = cursor.span(until=_AFTER_TYPE_OF_ADDED)
    while True:
        if cursor.accept("NOT", "NULL"):
            column["nullable"] = False
        elif cursor.accept("COMMENT"):
            column["comment"] = cursor.string()
        elif placed and (cursor.at("FIRST") or cursor.at("AFTER")):
            column["after"] = "" if cursor.accept("FIRST") else _read_after(cursor)
        elif any(cursor.at(word) for word in ("DEFAULT", "GENERATED")):
            raise UnsupportedError("Column defaults and generated columns are not done by this engine")
        elif any(cursor.at(word) for word in ("CONSTRAINT", "PRIMARY")):
            raise UnsupportedError("Write constraints after the columns: CONSTRAINT name PRIMARY KEY (…)")
        else:
            return column


def _read_after(cursor: Cursor) -> str:
    cursor.expect("AFTER")
    return cursor.identifier()


def read_constraint(cursor: Cursor, table: str) -> Document:
    """PRIMARY KEY or FOREIGN KEY, with or without a name; they inform, nothing is enforced."""
    name = cursor.identifier() if cursor.accept("CONSTRAINT") else None
    if cursor.accept("PRIMARY", "KEY"):
        body: Document = {"name": name or f"{table.rpartition('.')[2]}_pk", **_read_key(cursor)}
        kind = "primary_key_constraint"
    elif cursor.accept("FOREIGN", "KEY"):
        body = {"name": name or f"{table.rpartition('.')[2]}_fk", "child_columns": cursor.names()}
        cursor.expect("REFERENCES")
        body["parent_table"] = ".".join(cursor.name()).lower()
        body["parent_columns"] = cursor.names() if cursor.at("(") else body["child_columns"]
        kind = "foreign_key_constraint"
    else:
        raise UnsupportedError("CHECK constraints are not served here")
    while any(
        cursor.accept(*words) for words in (("NOT", "ENFORCED"), ("RELY",), ("NORELY",), ("DEFERRABLE",))
    ):
        pass
    return {kind: body}


def _read_key(cursor: Cursor) -> Document:
    cursor.expect("(")
    columns: list[str] = []
    time: list[str] = []
    while True:
        columns.append(cursor.identifier())
        if cursor.accept("TIMESERIES"):
            time.append(columns[-1])
        if not cursor.accept(","):
            break
    cursor.expect(")")
    return {"child_columns": columns, **({"timeseries_columns": time} if time else {})}


def _is_column(cursor: Cursor) -> bool:
    """Whether a column is called like a constraint's keyword: no `KEY`, `(` or name with KEY follows."""
    heads = (("PRIMARY", "KEY"), ("FOREIGN", "KEY"), ("CHECK", "("))
    return not cursor.at("CONSTRAINT") and not any(cursor.at(*head) for head in heads)
