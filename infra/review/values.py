"""Values of a planned change as people read them: blocks, what only the deploy will tell, names for ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
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
    """What there is after it, with LATER for each value that is not known; nothing of what would go.

    Of a block that is not known at all nothing can be said: it stands as it is before.
    """
    if change.after is None:
        return {}
    known: Values = _with_later(change.after, change.unknown, before(change))
    return known


def block(values: Values, name: str) -> Values:
    """A block that stands once or not at all; nothing where it is not."""
    value = values.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, Mapping) else {}


def blocks(values: Values, name: str) -> list[Values]:
    """Every block of a name."""
    value = values.get(name) or []
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


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


def names(plan: Plan) -> Mapping[str, str]:
    """What people call things, by their ids, as far as the state before and the account's outputs tell."""
    root = plan.prior.get("values", {}).get("root_module", {})
    return {
        id_: name
        for values in (item.get("values", {}) for item in root.get("resources", []))
        for id_, name in [*_own_names(values), *_told_by_account(values.get("outputs") or {})]
    }


def _own_names(values: Values) -> Iterator[tuple[str, str]]:
    name = next((values[key] for key in _NAMED if values.get(key)), None)
    yield from ((str(values[key]), str(name)) for key in _IDS if name and values.get(key))


def _told_by_account(outputs: Values) -> Iterator[tuple[str, str]]:
    """Service principals and budget policies, such as `prod_run_application_id`."""
    for key, id_ in outputs.items():
        if key.endswith("_application_id"):
            environment, _, role = key.removesuffix("_application_id").rpartition("_")
            yield str(id_), f"{role}-{environment}"
        elif key.endswith("_budget_policy_id"):
            yield str(id_), f"the policy of {key.removesuffix('_budget_policy_id')}"


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


def _with_later(value: Any, unknown: Any, old: Any) -> Any:
    if unknown is True:
        return old if old and isinstance(old, list | Mapping) else LATER
    if isinstance(unknown, Mapping) and isinstance(value, Mapping):
        olds = old if isinstance(old, Mapping) else {}
        later = {key: _with_later(value.get(key), unknown[key], olds.get(key)) for key in unknown}
        return {**value, **later}
    if isinstance(unknown, list) and isinstance(value, list):
        beside = old[: len(value)] if isinstance(old, list) else []
        return [_with_later(*each) for each in zip_longest(value, unknown[: len(value)], beside)]
    return value


def _pruned(value: Any) -> Any:
    if isinstance(value, Mapping):
        pruned = {key: _pruned(item) for key, item in value.items()}
        return {key: item for key, item in pruned.items() if item is not None} or None
    if isinstance(value, list):
        return [_pruned(item) for item in value] or None
    return None if value == "" else value
