"""A made-up type for tests of the engine: every kind of attribute and block."""

from __future__ import annotations

from typing import Any

from infra.local.provider.schema.model import Attribute, Block, NestedBlock


def attribute(name: str, kind: Any = "string", *, computed: bool = False) -> Attribute:
    """An optional attribute."""
    return Attribute(name, kind, required=False, optional=True, computed=computed)


def block(*parts: Attribute | NestedBlock) -> Block:
    """A block of these parts."""
    attributes = {part.name: part for part in parts if isinstance(part, Attribute)}
    return Block(attributes, {part.name: part for part in parts if isinstance(part, NestedBlock)})


TASK = block(
    attribute("task_key"),
    attribute("retries", "number"),
    attribute("told", computed=True),
    NestedBlock("mail", block(attribute("to", ["list", "string"])), "list", is_one=True),
)
SHAPE = block(
    attribute("id", computed=True),
    attribute("name"),
    attribute("enabled", "bool"),
    attribute("owner", computed=True),
    attribute("rights", ["set", "string"]),
    attribute("tags", ["map", "string"]),
    NestedBlock("task", TASK, "list", is_one=False),
    NestedBlock(
        "entry", block(attribute("user"), attribute("group"), attribute("level")), "set", is_one=False
    ),
    NestedBlock("channel", block(attribute("name")), "list", is_one=True),
)


def values(**given: Any) -> dict[str, Any]:
    """An object with these values and nothing else set."""
    return SHAPE.empty() | given


def task(key: str, **given: Any) -> dict[str, Any]:
    """A task with these values and nothing else set."""
    return TASK.empty() | {"task_key": key} | given
