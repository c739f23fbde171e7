"""No credential is made by a stack: it would stand in Terraform's state, for all who read that."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_TYPES = (
    "databricks_obo_token",
    "databricks_secret",
    "databricks_service_principal_secret",
    "databricks_token",
)


def check(organisation: Organisation) -> Iterator[Violation]:
    """Resources whose state holds a secret."""
    for item in (item for type_ in _TYPES for item in organisation.declared.of(type_)):
        yield Violation(item, "whoever reads the state could use what it makes")
