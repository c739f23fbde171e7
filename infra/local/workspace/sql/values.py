"""Result values as the statement API writes them: every value a string, or null."""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

from infra.local.workspace.errors import NotServedError

_NAMES: tuple[tuple[Callable[[Any], bool], str, str], ...] = (
    (pa.types.is_boolean, "BOOLEAN", "BOOLEAN"),
    (pa.types.is_int8, "BYTE", "TINYINT"),
    (pa.types.is_int16, "SHORT", "SMALLINT"),
    (pa.types.is_int32, "INT", "INT"),
    (pa.types.is_int64, "LONG", "BIGINT"),
    (pa.types.is_float32, "FLOAT", "FLOAT"),
    (pa.types.is_float64, "DOUBLE", "DOUBLE"),
    (pa.types.is_date, "DATE", "DATE"),
    (pa.types.is_string, "STRING", "STRING"),
    (pa.types.is_large_string, "STRING", "STRING"),
    (pa.types.is_string_view, "STRING", "STRING"),
    (pa.types.is_binary, "BINARY", "BINARY"),
    (pa.types.is_large_binary, "BINARY", "BINARY"),
    (pa.types.is_binary_view, "BINARY", "BINARY"),
    (pa.types.is_null, "NULL", "VOID"),
)


def describe_columns(schema: pa.Schema) -> list[dict[str, Any]]:
    """The columns of a result's manifest."""
    return [
        {"name": column.name, "position": position, **describe_type(column.type)}
        for position, column in enumerate(schema)
    ]


def describe_type(kind: pa.DataType) -> dict[str, Any]:
    """A type's name and text; precision and scale for decimals."""
    for matches, name, text in _NAMES:
        if matches(kind):
            return {"type_name": name, "type_text": text}
    if pa.types.is_timestamp(kind):
        name = "TIMESTAMP" if kind.tz else "TIMESTAMP_NTZ"
        return {"type_name": "TIMESTAMP", "type_text": name}
    if pa.types.is_decimal(kind):
        numbers = {"type_precision": kind.precision, "type_scale": kind.scale}
        return {"type_name": "DECIMAL", "type_text": f"DECIMAL({kind.precision},{kind.scale})", **numbers}
    return _describe_nested(kind)


def _describe_nested(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_map(kind):
        text = f"MAP<{_text(kind.key_type)}, {_text(kind.item_type)}>"
        return {"type_name": "MAP", "type_text": text}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return {"type_name": "ARRAY", "type_text": f"ARRAY<{_text(kind.value_type)}>"}
    if pa.types.is_struct(kind):
        fields = (kind.field(index) for index in range(kind.num_fields))
        text = ", ".join(f"{field.name}: {_text(field.type)}" for field in fields)
        return {"type_name": "STRUCT", "type_text": f"STRUCT<{text}>"}
    raise NotServedError(f"Results of type {kind} are not served locally: cast them to STRING.")


def _text(kind: pa.DataType) -> str:
    return str(describe_type(kind)["type_text"])


def render_rows(table: pa.Table) -> list[list[str | None]]:
    """The rows of a result, every value a string or null."""
    columns = [[render(value, column.type) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def render(value: Any, kind: pa.DataType) -> str | None:
    """One value: arrays, maps and structs as JSON whose leaves are strings."""
    if value is None:
        return None
    if pa.types.is_nested(kind):
        return json.dumps(_nested(value, kind), ensure_ascii=False, separators=(",", ":"))
    return _scalar(value)


def _nested(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_map(kind):
        return {str(_nested(key, kind.key_type)): _nested(item, kind.item_type) for key, item in value}
    if pa.types.is_struct(kind):
        fields = [kind.field(index) for index in range(kind.num_fields)]
        return {field.name: _nested(value[field.name], field.type) for field in fields}
    if pa.types.is_nested(kind):
        return [_nested(item, kind.value_type) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        zone = "Z" if value.tzinfo else ""
        return f"{value.replace(tzinfo=None).isoformat(timespec='milliseconds')}{zone}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _double(value: float) -> str:
    """A double as Java writes it: 1.0, 1.0E20, NaN, -Infinity."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return f"{value:f}" if "e" in repr(value) else repr(value)
    digits, _, exponent = f"{Decimal(repr(value)):E}".partition("E")
    mantissa = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}E{int(exponent)}"
