"""ALTER TABLE and COMMENT ON: descriptions in the catalog, schemas in the Delta log."""

from __future__ import annotations

from collections.abc import Callable

from deltalake.exceptions import DeltaError

from infra.local.workspace.engine import delta
from infra.local.workspace.engine.errors import RejectedError, UnsupportedError, catalog_errors
from infra.local.workspace.engine.statements.columns import read_column, read_constraint
from infra.local.workspace.engine.statements.context import Context, Outcome, Statement
from infra.local.workspace.engine.statements.tables import read_key, read_properties
from infra.local.workspace.engine.statements.text import Cursor
from infra.local.workspace.store import Document

Change = Callable[["Altering"], None]


class Altering:
    """One table that the caller may change."""

    def __init__(self, context: Context, name: str) -> None:
        self._context = context
        self.name = name

    @property
    def document(self) -> Document:
        """The table's document; only after the caller's right was checked."""
        found = self._context.catalog.find("table", self.name)
        return found or {}

    def require_modify(self) -> None:
        """Raise unless the caller may change rows and schema."""
        self._require("MODIFY")

    def require_manage(self) -> None:
        """Raise unless the caller may do what Databricks leaves to who manages the table: constraints."""
        self._require("MANAGE")

    def _require(self, privilege: str) -> None:
        with catalog_errors(self.name):
            self._context.catalog.require(
                self._context.caller, self._context.workspace_id, privilege, "table", self.name
            )

    def change(self, changes: Document) -> None:
        """Change the table's document, if the caller may."""
        with catalog_errors(self.name):
            self._context.catalog.alter_table(
                self._context.caller, self._context.workspace_id, self.name, changes
            )

    def change_log(self, change: Callable[..., None], *arguments: object) -> None:
        """Change the Delta log."""
        try:
            change(self._context.catalog.table_location(self.name), *arguments)
        except DeltaError as error:
            raise RejectedError(str(error), "DELTA_ALTER_FAILED") from error

    def columns_with(self, column: str, change: Document) -> list[Document]:
        """The table's columns, one of them changed."""
        columns = self.document.get("columns", [])
        if column.lower() not in {each["name"].lower() for each in columns}:
            raise RejectedError(f"Column {column} does not exist in {self.name}", "UNRESOLVED_COLUMN")
        return [each | (change if each["name"].lower() == column.lower() else {}) for each in columns]


def alter_table(cursor: Cursor) -> Statement:
    """ALTER TABLE name …."""
    parts = cursor.name()
    change = _read_change(cursor, parts[-1])
    cursor.finish()

    def run(context: Context) -> Outcome:
        change_table(context, parts, change)
        return Outcome()

    return run


def change_table(context: Context, parts: tuple[str, ...], change: Change) -> None:
    """Change a table, and tell of it."""
    name = context.namespace.table(parts)
    with context.changing("updateTables", full_name_arg=name):
        change(Altering(context, name))


def _read_change(cursor: Cursor, table: str) -> Change:
    if cursor.accept("SET", "TBLPROPERTIES"):
        return set_properties(read_properties(cursor))
    if cursor.accept("UNSET", "TBLPROPERTIES"):
        return unset_properties(_read_keys(cursor))
    if cursor.accept("SET", "OWNER", "TO") or cursor.accept("OWNER", "TO"):
        owner = (
            cursor.value()
            if cursor.text[cursor.position : cursor.position + 1] == "'"
            else cursor.identifier()
        )
        return lambda altering: altering.change({"owner": owner})
    if cursor.accept("ADD"):
        return _read_addition(cursor, table)
    if cursor.accept("ALTER", "COLUMN") or cursor.accept("CHANGE", "COLUMN") or cursor.accept("ALTER"):
        return _read_column_change(cursor)
    if cursor.accept("DROP"):
        return _read_removal(cursor)
    raise UnsupportedError(f"ALTER TABLE … {' '.join(cursor.rest().split()[:2])} is not done by this engine")


def _read_removal(cursor: Cursor) -> Change:
    if cursor.accept("PRIMARY", "KEY"):
        cursor.accept("IF", "EXISTS")
        return drop_constraint(None)
    if cursor.accept("CONSTRAINT"):
        cursor.accept("IF", "EXISTS")
        return drop_constraint(cursor.identifier())
    raise UnsupportedError("ALTER TABLE … DROP COLUMN is not done by this engine")


def _read_keys(cursor: Cursor) -> list[str]:
    cursor.accept("IF", "EXISTS")
    cursor.expect("(")
    keys = [read_key(cursor)]
    while cursor.accept(","):
        keys.append(read_key(cursor))
    cursor.expect(")")
    return keys


def _read_addition(cursor: Cursor, table: str) -> Change:
    if cursor.accept("COLUMNS") or cursor.accept("COLUMN"):
        bracketed = cursor.accept("(")
        columns = [read_column(cursor, placed=True)]
        while cursor.accept(","):
            columns.append(read_column(cursor, placed=True))
        if bracketed:
            cursor.expect(")")
        return add_columns(columns)
    constraint = read_constraint(cursor, table)
    return add_constraint(constraint)


def _read_column_change(cursor: Cursor) -> Change:
    column = cursor.identifier()
    if cursor.accept("COMMENT"):
        return comment_column(column, cursor.string())
    if cursor.accept("DROP", "NOT", "NULL"):
        return allow_null(column)
    raise UnsupportedError(f"ALTER COLUMN … {' '.join(cursor.rest().split()[:3])} is not done by this engine")


def set_properties(properties: dict[str, str]) -> Change:
    """Add properties, or replace their values."""

    def run(altering: Altering) -> None:
        altering.require_modify()
        altering.change_log(delta.change_settings, properties)
        altering.change({"properties": {**(altering.document.get("properties") or {}), **properties}})

    return run


def unset_properties(keys: list[str]) -> Change:
    """Remove properties; what is not there is no error."""
    if kept := [key for key in keys if key.startswith("delta.")]:
        raise UnsupportedError(f"{', '.join(kept)} can be changed, but not removed in this engine")

    def run(altering: Altering) -> None:
        altering.require_modify()
        properties = altering.document.get("properties") or {}
        altering.change({"properties": {k: v for k, v in properties.items() if k not in keys}})

    return run


def add_columns(columns: list[Document]) -> Change:
    """Add columns at the end, which is after the last one for who says it so."""
    if any(column.get("nullable") is False for column in columns):
        raise UnsupportedError(
            "An added column must be nullable: the rows that are there have no value for it"
        )

    def run(altering: Altering) -> None:
        altering.require_modify()
        old = altering.document["columns"]
        names = {column["name"].lower() for column in old}
        if repeated := [c["name"] for c in columns if c["name"].lower() in names]:
            raise RejectedError(f"Column {', '.join(repeated)} exists already", "FIELD_ALREADY_EXISTS")
        _refuse_elsewhere(old, columns)
        altering.change({"columns": [*old, *columns]})
        added = altering.document["columns"][len(old) :]
        try:
            altering.change_log(delta.add_columns, added)
        except RejectedError:
            altering.change({"columns": old})
            raise

    return run


def _refuse_elsewhere(old: list[Document], new: list[Document]) -> None:
    """Columns can only be added at the end: Delta's log here has no way to put them elsewhere."""
    last = old[-1]["name"]
    for column in new:
        place = str(column.get("after", last))
        if place.lower() != last.lower():
            raise UnsupportedError(
                f"Column {column['name']} can only be added at the end, after {last}, by this engine"
            )
        last = column["name"]


def add_constraint(constraint: Document) -> Change:
    """Add a primary or foreign key, which informs and is not enforced."""

    def run(altering: Altering) -> None:
        altering.require_manage()
        constraints = altering.document.get("table_constraints") or []
        (kind,) = constraint
        if kind == "primary_key_constraint" and any(kind in each for each in constraints):
            raise RejectedError(f"{altering.name} has a primary key already", "CONSTRAINT_ALREADY_EXISTS")
        if kind == "primary_key_constraint":
            _refuse_nullable_key(altering, constraint[kind]["child_columns"])
        altering.change({"table_constraints": [*constraints, constraint]})

    return run


def _refuse_nullable_key(altering: Altering, keys: list[str]) -> None:
    wanted = {key.lower() for key in keys}
    nullable = [
        column["name"]
        for column in altering.document["columns"]
        if column["name"].lower() in wanted and column.get("nullable", True)
    ]
    if nullable:
        raise RejectedError(
            f"Cannot create the primary key because its column(s) {', '.join(nullable)} is nullable",
            "PRIMARY_KEY_COLUMN_NULLABLE",
        )


def drop_constraint(name: str | None) -> Change:
    """Remove a constraint by its name, or the primary key."""

    def run(altering: Altering) -> None:
        altering.require_manage()
        kept = [
            each
            for each in altering.document.get("table_constraints") or []
            if not (
                "primary_key_constraint" in each
                if name is None
                else next(iter(each.values())).get("name") == name
            )
        ]
        altering.change({"table_constraints": kept})

    return run


def comment_column(column: str, comment: str) -> Change:
    """Describe a column."""

    def run(altering: Altering) -> None:
        altering.require_modify()
        columns = altering.columns_with(column, {"comment": comment})
        altering.change_log(delta.describe_column, column, comment)
        altering.change({"columns": columns})

    return run


def allow_null(column: str) -> Change:
    """Let a column be null."""

    def run(altering: Altering) -> None:
        altering.require_modify()
        columns = altering.columns_with(column, {"nullable": True})
        altering.change_log(delta.allow_null, column)
        altering.change({"columns": columns})

    return run
