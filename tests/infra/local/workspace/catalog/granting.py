"""Grants as databricks-sdk sends them, in one line."""

from __future__ import annotations

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import PermissionsChange, Privilege


def grant(client: WorkspaceClient, kind: str, name: str, principal: str, *privileges: str) -> None:
    """Add privileges for a principal on a securable."""
    change = PermissionsChange(principal=principal, add=[Privilege(each) for each in privileges])
    client.grants.update(kind, name, changes=[change])


def revoke(client: WorkspaceClient, kind: str, name: str, principal: str, *privileges: str) -> None:
    """Take privileges away."""
    change = PermissionsChange(principal=principal, remove=[Privilege(each) for each in privileges])
    client.grants.update(kind, name, changes=[change])
