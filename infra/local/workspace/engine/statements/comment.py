"""COMMENT ON."""

from __future__ import annotations

from infra.local.workspace.engine.errors import catalog_errors
from infra.local.workspace.engine.statements.alter import Altering, comment_column
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
            comment_column(parts[-1], comment)(Altering(context, context.namespace.table(parts[:-1])))
        elif kind == "TABLE":
            Altering(context, context.namespace.table(parts)).change({"comment": comment})
        else:
            securable = "catalog" if kind == "CATALOG" else "schema"
            name = parts[0].lower() if kind == "CATALOG" else context.namespace.schema_name(parts)
            with catalog_errors(name):
                context.catalog.alter(
                    context.caller, context.workspace_id, securable, name, {"comment": comment}
                )
        return Outcome()

    return run
