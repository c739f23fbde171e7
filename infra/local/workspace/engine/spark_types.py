"""Spark Connect's types as the catalog's columns."""

from __future__ import annotations

from typing import Any

from infra.local.workspace.engine.errors import UnsupportedError
from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.store import Document

_SIMPLE = {
    "binary": "binary",
    "boolean": "boolean",
    "byte": "tinyint",
    "short": "smallint",
    "integer": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "string": "string",
    "char": "string",
    "var_char": "string",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ntz": "timestamp_ntz",
}


def columns_of_struct(struct: Any) -> list[Document]:
    """Nullable columns with a struct's names and types, as Spark makes tables of frames."""
    return [{"name": f.name, "type_text": type_text(f.data_type)} for f in struct.struct.fields]


def type_text(data_type: Any) -> str:
    """A type as SQL writes it."""
    kind = data_type.WhichOneof("kind")
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind == "decimal":
        return f"decimal({data_type.decimal.precision},{data_type.decimal.scale})"
    if kind == "array":
        return f"array<{type_text(data_type.array.element_type)}>"
    if kind == "map":
        return f"map<{type_text(data_type.map.key_type)},{type_text(data_type.map.value_type)}>"
    if kind == "struct":
        fields = (f"{quote((f.name,))}: {type_text(f.data_type)}" for f in data_type.struct.fields)
        return f"struct<{', '.join(fields)}>"
    raise UnsupportedError(f"Columns of type {kind} are not kept in tables here")
