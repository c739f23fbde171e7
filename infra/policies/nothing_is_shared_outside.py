"""Data stays in the organisation: sharing it with others is decided by people, one at a time."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_TYPES = ("databricks_recipient", "databricks_share")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Delta Sharing's recipients, and what they are offered."""
    for item in (item for type_ in _TYPES for item in organisation.declared.of(type_)):
        shared = ", ".join(str(each["name"]) for each in item.values.get("object", []))
        told = f"could be offered {shared}" if shared else "could be offered data"
        yield Violation(item, f"somebody outside {told} through {item.values['name']}")
