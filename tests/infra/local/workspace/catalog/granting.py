"""Grants as databricks-sdk sends them, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import PermissionsChange, Privilege

from tests.infra.local.workspace.catalog.lakehouse import Lakehouse


def grant(client: WorkspaceClient, kind: str, name: str, principal: str, *privileges: str) -> None:
    """Add privileges for a principal on a securable."""
    change = PermissionsChange(principal=principal, add=[Privilege(each) for each in privileges])
    client.grants.update(kind, name, changes=[change])


def revoke(client: WorkspaceClient, kind: str, name: str, principal: str, *privileges: str) -> None:
    """Take privileges away."""
    change = PermissionsChange(principal=principal, remove=[Privilege(each) for each in privileges])
    client.grants.update(kind, name, changes=[change])


def grant_create_catalog(lakehouse: Lakehouse, principal: str) -> None:
    """Let a principal create catalogs."""
    with metastore_admin(lakehouse) as admin:
        grant(admin, "metastore", lakehouse.metastore_id, lakehouse.name(principal), "CREATE_CATALOG")


def enable_system_schema(admin: WorkspaceClient, metastore_id: str, name: str) -> None:
    """Let a metastore have a schema of the catalog `system`, where it has not yet."""
    states = {schema.schema: schema.state for schema in admin.system_schemas.list(metastore_id)}
    if states[name] != "ENABLE_COMPLETED":
        admin.system_schemas.enable(metastore_id, name)


@contextmanager
def metastore_admin(lakehouse: Lakehouse) -> Iterator[WorkspaceClient]:
    """The client of somebody who is metastore admin for this moment only."""
    directory, admins = lakehouse.account.directory, lakehouse.ids["platform-admins"]
    group = directory.get(admins)
    directory.update(group | {"members": [lakehouse.ids["bob@example.com"]]})
    yield lakehouse.client("bob@example.com")
    directory.update(group)
