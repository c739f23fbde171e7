"""Privileges are granted by their names: all of them would be more with every release of Databricks."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.privileges import EVERYTHING, privileges_of


def check(organisation: Organisation) -> Iterator[Violation]:
    """Grants of ALL PRIVILEGES."""
    for item in organisation.declared.of("databricks_grant"):
        if EVERYTHING in privileges_of(item.values):
            yield Violation(item, f"{item.values['principal']} could do what nobody has named yet")
