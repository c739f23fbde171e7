"""COMMENT ON."""

from __future__ import annotations

from infra.local.workspace.engine.errors import catalog_errors
from infra.local.workspace.engine.statements.alter import change_table, comment_column
from infra.local.workspace.engine.statements.context import Context, Outcome, Statement
from infra.local.workspace.engine.statements.text import Cursor


def comment_on(cursor: Cursor) -> Statement:
    """COMMENT ON TABLE | SCHEMA | CATALOG | COLUMN name IS text."""
    kind = cursor.choose("TABLE", "SCHEMA", "DATABASE", "CATALOG", "COLUMN")
    parts = cursor.name()
    cursor.expect("IS")
    comment = "" if cursor.accept("NULL") else cursor.string()
    cursor.finish()

    def run(context: Context) -> Outcome:
        if kind == "COLUMN":
            change_table(context, parts[:-1], comment_column(parts[-1], comment))
        elif kind == "TABLE":
            change_table(context, parts, lambda altering: altering.change({"comment": comment}))
        else:
            securable = "catalog" if kind == "CATALOG" else "schema"
            name = parts[0].lower() if kind == "CATALOG" else context.namespace.schema_name(parts)
            meant = "name_arg" if kind == "CATALOG" else "full_name_arg"
            with (
                context.changing(f"update{securable.title()}", **{meant: name}, comment=comment),
                catalog_errors(name),
            ):
                context.catalog.alter(
                    context.caller, context.workspace_id, securable, name, {"comment": comment}
                )
        return Outcome()

    return run
