"""Other environments' workspaces see production's catalog read-only, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Bindings of production's catalog that are not read-only."""
    catalog = organisation.rights.catalog(organisation.production)
    workspaces = organisation.rights.workspaces
    for item in organisation.declared.of("databricks_workspace_binding"):
        kind = item.values.get("binding_type", "BINDING_TYPE_READ_WRITE")
        own = workspaces.environment_of(item.values["workspace_id"]) == organisation.production
        if item.values["securable_name"] == catalog and kind != "BINDING_TYPE_READ_ONLY" and not own:
            message = f"whoever may change {catalog} could do so from another environment's workspace"
            yield Violation(item, message)
