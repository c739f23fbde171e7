"""What an object will be after apply: Terraform's proposal, completed by what the type is known to do."""

from __future__ import annotations

from infra.local.provider.engine.equality import is_same, is_zero, same_elements, same_members
from infra.local.provider.engine.pairing import Element, pair
from infra.local.provider.schema.facts import Facts
from infra.local.provider.schema.model import Attribute, Block, NestedBlock
from infra.local.provider.wire.msgpack import UNKNOWN, Value


class Planner:
    """Plans objects of one type."""

    def __init__(self, block: Block, facts: Facts) -> None:
        self._block = block
        self._facts = facts

    def plan(self, config: Element, prior: Element | None) -> Element:
        """The object after apply; what only the API can tell is unknown until then."""
        return self._plan_block(self._block, config, prior, "")

    def _plan_block(self, block: Block, config: Element, prior: Element | None, path: str) -> Element:
        planned: Element = {}
        for name, attribute in block.attributes.items():
            planned[name] = self._plan_attribute(attribute, config.get(name), prior, path + name)
        for name, nested in block.blocks.items():
            before = prior[name] if prior is not None else None
            planned[name] = self._plan_nested(nested, config.get(name), before, path + name)
        return planned

    def _plan_attribute(self, attribute: Attribute, config: Value, prior: Element | None, path: str) -> Value:
        if config is UNKNOWN:
            return UNKNOWN
        if attribute.nested is not None and config is not None:
            before = prior.get(attribute.name) if prior is not None else None
            return self._plan_objects(attribute, config, before, path)
        wanted = config if config is not None else self._facts.defaults.get(path)
        if prior is None:
            return UNKNOWN if wanted is None and attribute.computed else wanted
        before = prior.get(attribute.name)
        if wanted is None and (attribute.computed or path in self._facts.keep):
            return before
        if before is None and config is not None and isinstance(config, bool | int):
            return wanted  # an explicit false or 0 is a decision, other than an absent value
        return before if self._is_unchanged(attribute, before, wanted, path) else wanted

    def _plan_objects(self, attribute: Attribute, config: Value, before: Value, path: str) -> Value:
        """Objects that are an attribute's value: one, or a collection whose elements go by their place."""
        if isinstance(config, dict):
            return self._plan_object(attribute.nested, config, before, path)
        if isinstance(before, list) and same_elements(before, config):
            return before
        return [self._plan_object(attribute.nested, item, None, path) for item in config]

    def _plan_object(self, block: Block | None, config: Element, before: Value, path: str) -> Element:
        prior = before if isinstance(before, dict) else None
        inner = block.attributes if block else {}
        return {
            name: self._plan_attribute(attribute, config.get(name), prior, f"{path}.{name}")
            for name, attribute in inner.items()
        }

    def _is_unchanged(self, attribute: Attribute, before: Value, wanted: Value, path: str) -> bool:
        spelling = self._facts.same.get(path)
        if isinstance(attribute.type, list) and attribute.type[0] == "set" and attribute.nested is None:
            return same_members(before or [], wanted or [], spelling)
        return is_same(before, wanted, spelling)

    def _plan_nested(self, nested: NestedBlock, config: Value, before: Value, path: str) -> Value:
        if config is UNKNOWN:
            return UNKNOWN
        if nested.nesting == "single":
            return None if config is None else self._plan_block(nested.block, config, before, f"{path}.")
        items, others = config or [], before or []
        if others and not items and (path in self._facts.keep or is_zero(others)):
            return others
        return [
            self._plan_block(nested.block, item, other, f"{path}.")
            for item, other in self._pairs(nested, items, others)
        ]

    def _pairs(
        self, nested: NestedBlock, items: list[Element], others: list[Element]
    ) -> list[tuple[Element, Element | None]]:
        return list(zip(items, pair(nested, items, others), strict=True))


Path = list[str | int]
"""Attribute names, and indexes of blocks in lists."""


def find_replacements(facts: Facts, prior: Element, planned: Element) -> list[Path]:
    """Where the changes are that need a new object."""
    found = []
    for path in facts.replace:
        changed = _changed_path(path.split("."), prior, planned)
        if changed:
            found.append(changed)
    return found


def _changed_path(names: list[str], prior: Element, planned: Element) -> Path:
    name, *rest = names
    before, after = prior.get(name), planned.get(name)
    if not rest:
        return [name] if _is_replaced(before, after) else []
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return []
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        below = _changed_path(rest, old, new)
        if below:
            return [name, index, *below]
    return []


def _is_replaced(before: Value, after: Value) -> bool:
    if _is_blocks(before) or _is_blocks(after):
        return len(before or []) != len(after or [])  # a block that is added or removed, not one that changes
    if isinstance(before, list) and isinstance(after, list):
        return not same_members(before, after)
    return not is_same(before, after)


def _is_blocks(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
