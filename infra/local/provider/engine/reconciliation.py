"""The state after a read: what the API says, in the words of the state before where both mean the same."""

from __future__ import annotations

from infra.local.provider.engine.equality import is_same, is_zero, same_elements, same_members
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
        if attribute.nested is not None:
            return self._objects_state(attribute.nested, before, after, path)
        if before is UNKNOWN or (before is None and attribute.computed):
            return after
        spelling = self._facts.same.get(path)
        if isinstance(after, list) and isinstance(before, list) and attribute.type[0] == "set":
            return before if same_members(before, after, spelling) else after
        if is_same(before, after, spelling):
            return before
        return None if is_zero(after) and not attribute.computed else after

    def _objects_state(self, block: Block, before: Value, after: Value, path: str) -> Value:
        """Objects that are an attribute's value; what is none to the API stays empty where it was so."""
        before = None if before is UNKNOWN else before
        if isinstance(after, dict):
            return self._object_state(block, before if isinstance(before, dict) else None, after, path)
        if isinstance(after, list):
            items = [self._object_state(block, None, item, path) for item in after]
            return before if isinstance(before, list) and same_elements(before, items) else items
        if isinstance(before, dict) and all(value is UNKNOWN or is_zero(value) for value in before.values()):
            return self._object_state(block, None, {}, path)
        return before if before == [] else None

    def _object_state(self, block: Block, before: Element | None, after: Element, path: str) -> Element:
        new: Element = {}
        for name, attribute in block.attributes.items():
            known, told = before.get(name) if before else None, after.get(name)
            if attribute.nested is not None:
                new[name] = self._objects_state(attribute.nested, known, told, f"{path}.{name}")
            else:  # types with such objects tell nothing from "", 0 and false
                same = known is not None and told is not None and is_same(known, told)
                new[name] = known if same else told
        return new

    def _nested_state(self, nested: NestedBlock, before: Value, remote: Element, path: str) -> Value:
        before = None if before is UNKNOWN else before
        if nested.name not in remote or path in self._facts.hidden:
            return self._settle(nested, before)
        if nested.nesting == "single":
            return before
        others, items = before or [], remote[nested.name] or []
        if not others and is_zero(items) and not _is_flag(nested):
            return []
        pairs = zip(items, pair(nested, items, others), strict=True)
        return [self._block_state(nested.block, other, item, f"{path}.") for item, other in pairs]

    def _settle(self, nested: NestedBlock, value: Value) -> Value:
        if nested.nesting == "single":
            return value
        return [self._block_state(nested.block, item, {}, "") for item in value or []]


def _is_flag(nested: NestedBlock) -> bool:
    """Whether a block has nothing in it, so that its being there is all that it says."""
    return not nested.block.attributes and not nested.block.blocks
