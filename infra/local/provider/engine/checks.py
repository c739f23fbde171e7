"""Checks of a configuration before anything is planned; Terraform itself checks what is required."""

from __future__ import annotations

from infra.local.provider.engine.equality import is_zero
from infra.local.provider.engine.pairing import Element
from infra.local.provider.schema.facts import Facts
from infra.local.provider.wire.msgpack import UNKNOWN, Value


def find_conflicts(facts: Facts, config: Element) -> list[tuple[str, str]]:
    """Attribute and message for each rule that the configuration breaks."""
    problems = []
    for group in facts.conflicts:
        present = [path for path in group if _is_set(config, path.split("."))]
        if len(present) > 1:
            problems.append((present[0], f"{_listed(present)} exclude each other: set one of them"))
    for group in facts.one_of:
        values = [_lookup(config, path.split(".")) for path in group]
        present = [path for path, value in zip(group, values, strict=True) if not is_zero(value)]
        if len(present) != 1 and UNKNOWN not in values:
            problems.append((group[0], f"exactly one of {_listed(group)} must be set"))
    return problems


def _listed(paths: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def _is_set(config: Element, names: list[str]) -> bool:
    return not is_zero(_lookup(config, names))


def _lookup(config: Value, names: list[str]) -> Value:
    for name in names:
        if isinstance(config, list):
            config = config[0] if config else None
        if not isinstance(config, dict):
            return config
        config = config.get(name)
    return config
