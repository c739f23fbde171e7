"""A table's columns and constraints, in the form that the API answers with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from infra.local.workspace.catalog.column_types import ColumnType, parse_type
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.store import Document

_CONSTRAINTS = ("primary_key_constraint", "foreign_key_constraint", "named_table_constraint")


def read_columns(columns: object) -> list[Document]:
    """Columns as documents, in the given order; each needs `name` and `type_text`."""
    if not isinstance(columns, list):
        raise InvalidParameterError("columns must be a list.")
    found = [read_column(column, position) for position, column in enumerate(columns)]
    names = [column["name"].lower() for column in found]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise InvalidParameterError(f"Columns named twice: {', '.join(sorted(repeated))}.")
    return found


def read_column(column: Document, position: int) -> Document:
    """One column: what isn't given (type name, JSON, precision) follows from its type's text."""
    if not isinstance(column, dict) or not column.get("name"):
        raise InvalidParameterError(f"Column {position} has no name.")
    kind = parse_type(_type_text(column))
    nullable = column.get("nullable", True) is not False
    comment = column.get("comment") or None
    document: Document = {
        "name": column["name"],
        "type_text": kind.text,
        "type_name": kind.name,
        "type_json": _type_json(column["name"], kind, comment, nullable=nullable),
        "type_precision": kind.precision,
        "type_scale": kind.scale,
        "position": position,
        "nullable": nullable,
    }
    if comment:
        document["comment"] = comment
    if column.get("partition_index") is not None:
        document["partition_index"] = column["partition_index"]
    return document


def read_constraints(constraints: object, columns: Sequence[Document]) -> list[Document]:
    """Table constraints; keys must name columns of the table."""
    if not isinstance(constraints, list):
        raise InvalidParameterError("table_constraints must be a list.")
    names = {column["name"].lower() for column in columns}
    return [_read_constraint(constraint, names) for constraint in constraints]


def _read_constraint(constraint: Any, columns: set[str]) -> Document:
    if not isinstance(constraint, dict) or len(constraint) != 1 or not set(constraint) <= set(_CONSTRAINTS):
        raise InvalidParameterError(f"A table constraint is one of {', '.join(_CONSTRAINTS)}.")
    (body,) = constraint.values()
    if not isinstance(body, dict):
        raise InvalidParameterError("A table constraint must be an object.")
    for key in ("child_columns", "timeseries_columns"):
        for name in body.get(key) or []:
            if name.lower() not in columns:
                raise InvalidParameterError(
                    f"A constraint names column {name}, which the table doesn't have."
                )
    return constraint


def _type_text(column: Document) -> str:
    text = column.get("type_text") or column.get("type_name")
    if not isinstance(text, str):
        raise InvalidParameterError(f"Column {column['name']} has no type_text.")
    return text


def _type_json(name: str, kind: ColumnType, comment: str | None, *, nullable: bool) -> str:
    metadata: Document = {"comment": comment} if comment else {}
    if kind.text.startswith(("varchar", "char")):
        metadata["__CHAR_VARCHAR_TYPE_STRING"] = kind.text
    return json.dumps({"name": name, "type": kind.json, "nullable": nullable, "metadata": metadata})
