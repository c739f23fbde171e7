"""The state after a read: what the API says, in the words of the state before where both mean the same."""

from __future__ import annotations

from infra.local.provider.engine.equality import is_same, is_zero, same_members
from infra.local.provider.engine.pairing import Element, pair
from infra.local.provider.schema.facts import Facts
from infra.local.provider.schema.model import Attribute, Block, NestedBlock
from infra.local.provider.wire.msgpack import UNKNOWN, Value


class Reconciler:
    """Reconciles states of one type with what was read."""

    def __init__(self, block: Block, facts: Facts) -> None:
        self._block = block
        self._facts = facts

    def reconcile(self, state: Element, remote: Element) -> Element:
        """The new state: attributes that `remote` lacks stay; unknown values that nobody told become None."""
        return self._block_state(self._block, state, remote, "")

    def _block_state(self, block: Block, state: Element | None, remote: Element, path: str) -> Element:
        new: Element = {}
        for name, attribute in block.attributes.items():
            before = state.get(name) if state else None
            new[name] = self._attribute_state(attribute, before, remote, path + name)
        for name, nested in block.blocks.items():
            before = state.get(name) if state else None
            new[name] = self._nested_state(nested, before, remote, path + name)
        return new

    def _attribute_state(self, attribute: Attribute, before: Value, remote: Element, path: str) -> Value:
        if attribute.name not in remote or path in self._facts.hidden:
            return None if before is UNKNOWN else before
        after = remote[attribute.name]
        if before is UNKNOWN or (before is None and attribute.computed):
            return after
        spelling = self._facts.same.get(path)
        if isinstance(after, list) and isinstance(before, list) and attribute.type[0] == "set":
            return before if same_members(before, after, spelling) else after
        if is_same(before, after, spelling):
            return before
        return None if is_zero(after) and not attribute.computed else after

    def _nested_state(self, nested: NestedBlock, before: Value, remote: Element, path: str) -> Value:
        before = None if before is UNKNOWN else before
        if nested.name not in remote or path in self._facts.hidden:
            return self._settle(nested, before)
        if nested.nesting == "single":
            return before
        others, items = before or [], remote[nested.name] or []
        if not others and is_zero(items):
            return []
        pairs = zip(items, pair(nested, items, others), strict=True)
        return [self._block_state(nested.block, other, item, f"{path}.") for item, other in pairs]

    def _settle(self, nested: NestedBlock, value: Value) -> Value:
        if nested.nesting == "single":
            return value
        return [self._block_state(nested.block, item, {}, "") for item in value or []]
