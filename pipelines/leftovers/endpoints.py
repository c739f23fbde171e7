"""Serving endpoints that are not declared."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from pipelines.leftovers.leftover import Leftover, instant

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.service.serving import ServingEndpoint


def find_endpoints(
    workspace: "WorkspaceClient",
    endpoints: "Sequence[ServingEndpoint]",
    project: str,
    kept: Collection[str],
    before: datetime,
) -> Iterator[Leftover]:
    """Yield the project's endpoints, by name or tag, that are not kept and unchanged since an instant."""
    for endpoint in endpoints:
        name = str(endpoint.name)
        since = instant(endpoint.creation_timestamp, endpoint.last_updated_timestamp)
        if _is_of(project, endpoint) and name not in kept and since <= before:
            yield Leftover("endpoint", name, since, partial(workspace.serving_endpoints.delete, name))


def find_served(
    endpoints: "Sequence[ServingEndpoint]", leaving: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Return the name and version of each model that endpoints serve which stay."""
    staying = [endpoint for endpoint in endpoints if endpoint.name not in leaving and endpoint.config]
    return frozenset(
        (str(entity.entity_name), str(entity.entity_version))
        for endpoint in staying
        for entity in (endpoint.config.served_entities if endpoint.config else None) or []
    )


def _is_of(project: str, endpoint: "ServingEndpoint") -> bool:
    tagged = any(tag.key == "project" and tag.value == project for tag in endpoint.tags or [])
    return tagged or str(endpoint.name).startswith(f"{project.replace('_', '-')}-")
