"""What costs says whose it is: the environment, and the project where it is one's."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.compute import limits
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.resource import Resource

_TYPES = (
    "databricks_budget_policy",
    "databricks_cluster",
    "databricks_cluster_policy",
    "databricks_instance_pool",
    "databricks_job",
    "databricks_model_serving",
    "databricks_sql_endpoint",
)


def check(organisation: Organisation) -> Iterator[Violation]:
    """What costs, or what others are billed by, without these tags, or with another one's."""
    for item in (item for type_ in _TYPES for item in organisation.declared.of(type_)):
        tags = _tags(item)
        project, environment = organisation.project_of(item), _environment(organisation, item)
        wanted = {"environment": environment, **({"project": project} if project else {})}
        for key, value in wanted.items():
            if tags.get(key) != value:
                told = tags.get(key, "nothing")
                yield Violation(item, f"its tag {key} says {told}, not {value}: who pays could not be told")


def _environment(organisation: Organisation, item: Resource) -> str | None:
    """Whose it is: of what the account's stack makes, the environment whose workspace it is bound to."""
    for workspace in item.values.get("binding_workspace_ids", []):
        return organisation.rights.workspaces.environment_of(workspace)
    return item.stack


def _tags(item: Resource) -> dict[str, str]:
    if item.type == "databricks_cluster_policy":
        fixed = {key: limit["value"] for key, limit in limits(item).items() if limit.get("type") == "fixed"}
        return {key.removeprefix("custom_tags."): str(value) for key, value in fixed.items()}
    tags = item.values.get("tags") or item.values.get("custom_tags") or {}
    if isinstance(tags, dict):
        tags = tags.get("custom_tags", tags)
    return dict(tags) if isinstance(tags, dict) else {tag["key"]: tag["value"] for tag in tags}
