"""Privileges are granted by their names: all of them would be more with every release of Databricks."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Grants of ALL PRIVILEGES."""
    for item in organisation.declared.of("databricks_grant"):
        if "ALL_PRIVILEGES" in item.values["privileges"]:
            yield Violation(item, f"{item.values['principal']} could do what nobody has named yet")
