"""What the official provider knows of its types and the bindings do not carry: facts.json, as data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("facts.json")


@dataclass(frozen=True)
class Facts:
    """Paths are dotted, without list indexes: `task.email_notifications`.

    replace: a change makes a new object. defaults: what an absent value means. sensitive: hidden in
    output. keep: an absent value leaves what the API filled in. same: how two spellings of one value
    are told to be equal. hidden: the API takes these and never returns them. conflicts: of these
    attributes one at most may be set; one_of: exactly one must be. id: the attribute that names the object.
    """

    version: int = 0
    id: str = "id"
    replace: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    same: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    conflicts: tuple[tuple[str, ...], ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()


@cache
def load_facts() -> dict[str, Facts]:
    """Facts by type name."""
    return {name: _read(item) for name, item in json.loads(PATH.read_text()).items()}


def facts_of(type_name: str) -> Facts:
    """The facts of a type; nothing special for one without."""
    return load_facts().get(type_name, Facts())


def _read(item: dict[str, Any]) -> Facts:
    return Facts(
        version=item.get("version", 0),
        id=item.get("id", "id"),
        replace=tuple(item.get("replace", ())),
        defaults=item.get("defaults", {}),
        sensitive=frozenset(item.get("sensitive", ())),
        keep=frozenset(item.get("keep", ())),
        same=item.get("same", {}),
        hidden=frozenset(item.get("hidden", ())),
        conflicts=tuple(tuple(group) for group in item.get("conflicts", ())),
        one_of=tuple(tuple(group) for group in item.get("one_of", ())),
    )
