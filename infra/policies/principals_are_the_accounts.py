"""Groups and service principals are the account's: those of one workspace hold no rights on data."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.workspaces import ENTITLEMENTS


def check(organisation: Organisation) -> Iterator[Violation]:
    """Principals that an environment makes for its workspace alone, or that bring entitlements with them."""
    for type_ in ("databricks_group", "databricks_service_principal"):
        for item in organisation.declared.of(type_):
            name = item.values["display_name"]
            if item.stack in organisation.declared.environments:
                message = (
                    f"{name} would be known to {item.stack}'s workspace alone: declare it in the account"
                )
                yield Violation(item, message)
            for entitlement in (key for key in ENTITLEMENTS if item.values.get(key)):
                yield Violation(
                    item, f"{name} would have {entitlement} wherever it is: give it in access.yaml"
                )
