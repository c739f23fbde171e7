"""No stack makes an admin of the account: whoever is one may do everything, everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_TYPES = ("databricks_group_role", "databricks_service_principal_role", "databricks_user_role")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Roles of the account's own; the first of its admins is made by hand."""
    for item in (item for type_ in _TYPES for item in organisation.declared.of(type_)):
        if item.values["role"] == "account_admin":
            who = next(value for key, value in item.values.items() if key.endswith("_id"))
            yield Violation(item, f"{who} could do anything in every environment")
