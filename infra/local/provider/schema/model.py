"""A type's schema as the engine walks it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from infra.local.provider.wire import plugin_pb2 as pb

KEYS = ("task_key", "job_cluster_key", "environment_key", "key", "name", "principal", "alias_name")
"""Attributes that tell the elements of a list or set of blocks apart, the first that a block has."""

_OBJECT_NESTING = {1: "single", 2: "list", 3: "set", 4: "map"}


@dataclass(frozen=True)
class Attribute:
    """An attribute: its cty type, or the shape of the objects nested in it."""

    name: str
    type: Any
    required: bool
    optional: bool
    computed: bool
    nested: Block | None = None


@dataclass(frozen=True)
class NestedBlock:
    """A block: `single` is one or none, `list` and `set` any number, at most one where `is_one`."""

    name: str
    block: Block
    nesting: str
    is_one: bool


@dataclass(frozen=True)
class Block:
    """Attributes and blocks by name."""

    attributes: dict[str, Attribute]
    blocks: dict[str, NestedBlock]

    @property
    def key(self) -> str | None:
        """The attribute that tells such blocks apart in a list."""
        return next((key for key in KEYS if key in self.attributes), None)

    def empty(self) -> dict[str, Any]:
        """A value of this shape with nothing set."""
        values: dict[str, Any] = dict.fromkeys(self.attributes)
        return values | {
            name: None if block.nesting == "single" else [] for name, block in self.blocks.items()
        }

    def conform(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """The value with every attribute of this shape and no other."""
        if value is None:
            return None
        known = {name: value.get(name) for name in self.attributes}
        return known | {name: _conform(block, value.get(name)) for name, block in self.blocks.items()}


def _conform(block: NestedBlock, value: Any) -> Any:
    if block.nesting == "single":
        return block.block.conform(value)
    return [block.block.conform(item) for item in value or []]


def read_block(message: pb.Schema.Block) -> Block:
    """The shape that a schema message declares."""
    return Block(
        {attribute.name: _read_attribute(attribute) for attribute in message.attributes},
        {block.type_name: _read_nested(block) for block in message.block_types},
    )


def _read_attribute(message: pb.Schema.Attribute) -> Attribute:
    nested, kind = None, json.loads(message.type) if message.type else None
    if message.HasField("nested_type"):
        nested = Block({inner.name: _read_attribute(inner) for inner in message.nested_type.attributes}, {})
        kind = [_OBJECT_NESTING[message.nested_type.nesting], "nested"]
    return Attribute(message.name, kind, message.required, message.optional, message.computed, nested)


def _read_nested(message: pb.Schema.NestedBlock) -> NestedBlock:
    nesting = _OBJECT_NESTING[message.nesting]
    return NestedBlock(message.type_name, read_block(message.block), nesting, message.max_items == 1)
