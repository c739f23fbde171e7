"""What costs says whose it is: the environment, and the project where it is one's."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.resource import Resource

_TYPES = ("databricks_job", "databricks_model_serving", "databricks_sql_endpoint")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Jobs, endpoints and warehouses without these tags, or with another one's."""
    for item in (item for type_ in _TYPES for item in organisation.declared.of(type_)):
        tags = _tags(item)
        project = organisation.project_of(item)
        wanted = {"environment": item.stack, **({"project": project} if project else {})}
        for key, value in wanted.items():
            if tags.get(key) != value:
                told = tags.get(key, "nothing")
                yield Violation(item, f"its tag {key} says {told}, not {value}: who pays could not be told")


def _tags(item: Resource) -> dict[str, str]:
    tags = item.values.get("tags", {})
    if item.type == "databricks_sql_endpoint":
        tags = tags.get("custom_tags", [])
    return tags if isinstance(tags, dict) else {tag["key"]: tag["value"] for tag in tags}
