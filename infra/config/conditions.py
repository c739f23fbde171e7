"""SQL conditions in the settings, read as Spark will read them."""

from __future__ import annotations

from collections.abc import Collection

from infra.config.problems import unknown

_NONE = "is no SQL condition; one is like origin = 'JFK' AND distance > 500"


def find_flaw(condition: str, columns: Collection[str]) -> str | None:
    """What is wrong with a condition on a table's rows; None where it is one, of the table's own columns."""
    import sqlglot  # noqa: PLC0415 - few settings have conditions, and its import is most of their loading
    from sqlglot import errors, exp  # noqa: PLC0415 - as above

    try:
        statements = sqlglot.parse(condition, read="databricks")
    except errors.SqlglotError:
        return _NONE
    (tree, *rest) = statements or [None]
    if rest or not isinstance(tree, exp.Condition):
        return _NONE
    if next(tree.find_all(exp.Query), None):
        return "asks other tables; wants a condition on the table's own columns"
    known = {column.lower() for column in columns}
    for column in tree.find_all(exp.Column):
        if column.table or column.name.lower() not in known:
            return unknown(f"column {column.sql()}", column.name, columns)
    return None
