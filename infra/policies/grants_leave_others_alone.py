"""Grants are declared for one principal each: a list of all would silently revoke others'."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Resources that own all grants of a securable."""
    for item in organisation.declared.of("databricks_grants"):
        yield Violation(item, "it would revoke whatever it does not name, and no plan shows that")
