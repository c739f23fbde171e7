"""What a securable's grants are in the running account."""

from __future__ import annotations

from collections.abc import Iterator

from databricks.sdk import WorkspaceClient

_CALLED = {"model": "function"}  # what the grants API calls a securable otherwise than databricks_grant does


def granted_on(client: WorkspaceClient, kind: str, name: str) -> Iterator[tuple[str, list[str]]]:
    """Principals with their privileges; DatabricksError where it can't be asked, or is not there."""
    answer = client.grants.get(_CALLED.get(kind, kind), name)
    for item in answer.privilege_assignments or []:
        if item.principal and item.privileges:
            yield item.principal, [privilege.value for privilege in item.privileges]
