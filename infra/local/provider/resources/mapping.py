"""Between Terraform's values and the API's JSON, along a type's schema.

Both name most things alike. `names` holds the exceptions: Terraform's dotted path to the API's key,
such as `task.library: libraries`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from infra.local.provider.client import JsonObject
from infra.local.provider.engine.equality import is_zero
from infra.local.provider.engine.pairing import Element
from infra.local.provider.schema.model import Attribute, Block, NestedBlock
from infra.local.provider.wire.msgpack import UNKNOWN, Value

Names = Mapping[str, str]
_NO_NAMES: Names = {}


def encode(
    block: Block, values: Element, names: Names = _NO_NAMES, *, only: Container[str] | None = None
) -> JsonObject:
    """The JSON for what is set; `only` limits it to some of the top-level attributes."""
    return _encode_block(block, values, names, "", only)


def decode(block: Block, body: JsonObject, names: Names = _NO_NAMES) -> Element:
    """Terraform's values of every attribute; None for what the JSON lacks."""
    return _decode_block(block, body, names, "")


def _encode_block(
    block: Block, values: Element, names: Names, path: str, only: Container[str] | None = None
) -> JsonObject:
    body: JsonObject = {}
    for name, value in values.items():
        if (
            (only is not None and name not in only)
            or value is None
            or value is UNKNOWN
            or value in ("", [], {})
        ):
            continue
        nested = block.blocks.get(name)
        key = names.get(path + name, name)
        if nested:
            body[key] = _encode_nested(nested, value, names, f"{path}{name}.")
        else:
            body[key] = _encode_attribute(block.attributes[name], value)
    return body


def _encode_attribute(attribute: Attribute, value: Value) -> Any:
    """A value, or the objects that are one, without what is not set in them."""
    if attribute.nested is None:
        # Terraform spells numbers that binary can't hold, such as 0.05, as text.
        return _number(value) if attribute.type == "number" else value
    if isinstance(value, list):
        return [_encode_attribute(attribute, item) for item in value]
    inner = attribute.nested.attributes
    return {name: _encode_attribute(inner[name], item) for name, item in value.items() if item is not None}


def _encode_nested(nested: NestedBlock, value: Value, names: Names, path: str) -> Any:
    if nested.nesting == "single":
        return _encode_block(nested.block, value, names, path)
    items = [_encode_block(nested.block, item, names, path) for item in value]
    return items[0] if nested.is_one else items


def _decode_block(block: Block, body: JsonObject, names: Names, path: str) -> Element:
    values: Element = {}
    for name, attribute in block.attributes.items():
        values[name] = _convert(attribute.type, body.get(names.get(path + name, name)), attribute)
    for name, nested in block.blocks.items():
        if nested.nesting != "single":
            values[name] = _decode_nested(
                nested, body.get(names.get(path + name, name)), names, f"{path}{name}."
            )
    return values


def _decode_nested(nested: NestedBlock, value: Any, names: Names, path: str) -> list[Element]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    return [_decode_block(nested.block, item, names, path) for item in items]


def _convert(kind: Any, value: Any, attribute: Attribute | None = None) -> Value:
    """The value as its cty type has it: APIs spell numbers as text and leave keys out."""
    if value is None:
        return None
    if attribute and attribute.nested:
        return _convert_objects(attribute.nested, value)
    if isinstance(kind, list):
        return _convert_collection(kind, value)
    if kind == "string":
        return value if isinstance(value, str) else _text(value)
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return _number(value)


def _convert_objects(block: Block, value: Any) -> Value:
    if isinstance(value, list):
        return [_convert_objects(block, item) for item in value]
    return {name: _convert(inner.type, value.get(name), inner) for name, inner in block.attributes.items()}


def _convert_collection(kind: list[Any], value: Any) -> Value:
    outer, inner = kind
    if outer == "object":
        return {name: _convert(shape, value.get(name)) for name, shape in inner.items()}
    if outer == "map":
        return {name: _convert(inner, item) for name, item in value.items()}
    items = value if isinstance(value, list) else [value]
    return [_convert(inner, item) for item in items]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> Value:
    if isinstance(value, str):
        return float(value) if "." in value else int(value)
    return value


def changed(before: Element, after: Element, *, but: Container[str] = ()) -> set[str]:
    """Names of the attributes that differ."""
    return {
        name
        for name, value in after.items()
        if name not in but
        and value != before.get(name)
        and not (is_zero(value) and is_zero(before.get(name)))
    }
