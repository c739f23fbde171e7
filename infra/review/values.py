"""Values of a planned change as people read them: blocks, what only the deploy will tell, names for ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from infra.review.plan import Change, Plan, Values

LATER = "what only the deploy will tell"  # stands for a value that the plan does not know
_NAMED = ("display_name", "policy_name", "name")
_IDS = ("id", "application_id", "policy_id")


def before(change: Change) -> Values:
    """What there is before the change; nothing of what would be made."""
    return change.before or {}


def after(change: Change) -> Values:
    """What there is after it, with LATER for each value that is not known; nothing of what would go."""
    return {} if change.after is None else _with_later(change.after, change.unknown)


def block(values: Values, name: str) -> Values:
    """A block that stands once or not at all; nothing where it is not."""
    value = values.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, Mapping) else {}


def blocks(values: Values, name: str) -> list[Values]:
    """Every block of a name."""
    value = values.get(name) or []
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else [value]


def by_key(values: Values, name: str, key: str) -> dict[str, Values]:
    """Every block of a name, by one of its attributes."""
    return {str(item.get(key)): item for item in blocks(values, name)}


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: null, an empty block and an empty list are all nothing."""
    return bool(_pruned(one) == _pruned(other))


def differing(change: Change) -> list[str]:
    """The attributes that differ between what is before and what is after."""
    old, new = before(change), after(change)
    return [name for name in dict.fromkeys([*old, *new]) if not same(old.get(name), new.get(name))]


def is_unknown(unknown: Any) -> bool:
    """Whether any of it is known only after the deploy."""
    if isinstance(unknown, Mapping):
        return any(is_unknown(item) for item in unknown.values())
    return any(is_unknown(item) for item in unknown) if isinstance(unknown, list) else unknown is True


def names(plan: Plan) -> Mapping[str, str]:
    """What people call things, by their ids, as far as the state before and the account's outputs tell."""
    root = plan.prior.get("values", {}).get("root_module", {})
    return {
        id_: name
        for values in (item.get("values", {}) for item in root.get("resources", []))
        for id_, name in [*_own_names(values), *_principals(values.get("outputs") or {})]
    }


def _own_names(values: Values) -> Iterator[tuple[str, str]]:
    name = next((values[key] for key in _NAMED if values.get(key)), None)
    yield from ((str(values[key]), str(name)) for key in _IDS if name and values.get(key))


def _principals(outputs: Values) -> Iterator[tuple[str, str]]:
    """Service principals, that the account's stack tells as `prod_run_application_id`."""
    for key, id_ in outputs.items():
        if key.endswith("_application_id"):
            environment, _, role = key.removesuffix("_application_id").rpartition("_")
            yield str(id_), f"{role}-{environment}"


def in_order(words: Iterable[object]) -> str:
    """Words as a list in a sentence."""
    return ", ".join(str(word) for word in words)


def shown(value: object) -> str:
    """A value as a sentence tells it."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def number(value: object) -> int | None:
    """A whole number; None for none, and for one that only the deploy will tell."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def lost(old: Iterable[str] | None, new: Iterable[str] | None) -> list[str]:
    """What is among the old ones and not among the new, in order."""
    kept = set(new or ())
    return [item for item in dict.fromkeys(old or ()) if item not in kept]


def wheel(path: str) -> str:
    """A wheel's file name: package and version."""
    name = PurePosixPath(path).name
    package, _, rest = name.partition("-")
    return f"{package} {rest.partition('-')[0]}" if name.endswith(".whl") and rest else name


def _with_later(value: Any, unknown: Any) -> Any:
    if unknown is True:
        return LATER
    if isinstance(unknown, Mapping) and isinstance(value, Mapping):
        return {**value, **{key: _with_later(value.get(key), unknown[key]) for key in unknown}}
    if isinstance(unknown, list) and isinstance(value, list):
        return list(_items(value, unknown))
    return value if value is not None or not is_unknown(unknown) else LATER


def _items(value: Sequence[Any], unknown: Sequence[Any]) -> Iterator[Any]:
    for index, item in enumerate(value):
        yield _with_later(item, unknown[index]) if index < len(unknown) else item


def _pruned(value: Any) -> Any:
    if isinstance(value, Mapping):
        pruned = {key: _pruned(item) for key, item in value.items()}
        return {key: item for key, item in pruned.items() if item is not None} or None
    if isinstance(value, list):
        return [_pruned(item) for item in value] or None
    return None if value == "" else value
