"""Which element of a list or set of blocks was which before."""

from __future__ import annotations

from infra.local.provider.engine.equality import is_zero
from infra.local.provider.schema.model import NestedBlock
from infra.local.provider.wire.msgpack import UNKNOWN, Value

Element = dict[str, Value]


def pair(nested: NestedBlock, items: list[Element], others: list[Element]) -> list[Element | None]:
    """For each of `items` the element of `others` that it continues, or None.

    By their key where all have one, by likeness in sets, by place in lists.
    """
    key = nested.block.key
    if key and _tells_apart(key, items) and _tells_apart(key, others):
        known = {other[key]: other for other in others}
        return [known.get(item[key]) for item in items]
    if nested.nesting == "set":
        return _pair_alike(items, others)
    return [others[index] if index < len(others) else None for index in range(len(items))]


def order_like(nested: NestedBlock, items: list[Element], model: list[Element]) -> list[Element]:
    """A list's elements in the order of `model`, new ones last; only where keys tell them apart."""
    key = nested.block.key
    if nested.nesting != "list" or not key or not _tells_apart(key, items) or not _tells_apart(key, model):
        return items
    places = {element[key]: place for place, element in enumerate(model)}
    return sorted(items, key=lambda item: places.get(item[key], len(places)))


def _tells_apart(key: str, elements: list[Element]) -> bool:
    keys = [element.get(key) for element in elements]
    return all(isinstance(value, str) and value for value in keys) and len(set(keys)) == len(keys)


def _pair_alike(items: list[Element], others: list[Element]) -> list[Element | None]:
    left = list(others)
    pairs: list[Element | None] = []
    for item in items:
        found = next((other for other in left if _is_like(item, other)), None)
        if found is not None:
            left.remove(found)
        pairs.append(found)
    return pairs


def _is_like(item: Element, other: Element) -> bool:
    for name, value in item.items():
        if value is UNKNOWN or is_zero(value) or name not in other:
            continue
        mine, theirs = value, other[name]
        if isinstance(mine, list) and isinstance(theirs, list):
            mine, theirs = sorted(map(repr, mine)), sorted(map(repr, theirs))
        if mine != theirs:
            return False
    return True
