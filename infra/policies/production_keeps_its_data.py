"""Nothing that holds production's data is destroyed by a deploy, unless the settings name it."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.resource import Resource

_METRICS = "Monitoring/Metrics/Schema"  # computed anew from what is kept
_KEEPS = (
    "databricks_catalog",
    "databricks_mlflow_experiment",
    "databricks_registered_model",
    "databricks_schema",
    "databricks_sql_table",
    "databricks_volume",
)


def check(organisation: Organisation) -> Iterator[Violation]:
    """What goes with its undeclared content, and what Terraform would destroy or replace without a word."""
    kept = [item for type_ in _KEEPS for item in organisation.declared.of(type_, organisation.production)]
    for item in (item for item in kept if not item.role.endswith(_METRICS)):
        if item.values.get("force_destroy"):
            yield Violation(item, "destroying it would drop the tables and models that nobody declared")
        elif not item.values.get("lifecycle", {}).get("prevent_destroy") and not _is_named(
            organisation, item
        ):
            message = f"a changed setting could destroy it: name {item.role} in `unprotected` if it may"
            yield Violation(item, message)


def _is_named(organisation: Organisation, item: Resource) -> bool:
    """Whether the settings let it be destroyed: by its path, or by one above it."""
    return any(f"{item.role}/".startswith(f"{path}/") for path in organisation.unprotected)
