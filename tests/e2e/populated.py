"""An account that people filled by hand, before there was any code: what adoption finds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.service.catalog import (
    CatalogIsolationMode,
    CreateAccountsMetastore,
    CreateMetastoreAssignment,
    PermissionsChange,
    Privilege,
    VolumeType,
    WorkspaceBinding,
    WorkspaceBindingBindingType,
)
from databricks.sdk.service.iam import WorkspacePermission
from databricks.sdk.service.provisioning import CustomerFacingComputeMode

from infra.local.profiles import Profiles

TABLE = """\
CREATE TABLE {catalog}.churn.customers (
  customer_id STRING NOT NULL COMMENT 'Number on the contract', joined TIMESTAMP, spent DECIMAL(10,2)
) COMMENT 'Everybody who ever bought something'"""
_READ = [Privilege.USE_SCHEMA, Privilege.SELECT, Privilege.EXECUTE]
_WRITE = [*_READ, Privilege.MODIFY, Privilege.READ_VOLUME, Privilege.WRITE_VOLUME]


@dataclass(frozen=True)
class Populated:
    """Two workspaces with a catalog each: production's isolated, development's open to all."""

    profiles: Path

    def fill(self) -> None:
        """Make everything, as the account's first principal."""
        account = AccountClient(profile="account", config_file=str(self.profiles))
        made = account.metastores.create(
            metastore_info=CreateAccountsMetastore(name="acme", region="us-east-1")
        ).metastore_info
        assert made is not None
        groups = {name: account.groups.create(display_name=name).id for name in ("analysts", "engineers")}
        for name in ("acme-dev", "acme-prod"):
            mode = CustomerFacingComputeMode.SERVERLESS
            workspace = account.workspaces.create_and_wait(
                workspace_name=name, aws_region="us-east-1", compute_mode=mode
            )
            assignment = CreateMetastoreAssignment(
                workspace.workspace_id or 0, made.metastore_id or "", default_catalog_name="main"
            )
            account.metastore_assignments.create(
                workspace.workspace_id or 0, made.metastore_id or "", metastore_assignment=assignment
            )
            for group in groups.values():
                account.workspace_assignment.update(
                    workspace.workspace_id or 0, int(group or 0), permissions=[WorkspacePermission.USER]
                )
        self._fill_catalog("acme-dev", "dev_lab", isolated=False)
        self._fill_catalog("acme-prod", "prod", isolated=True)

    def client(self, workspace: str) -> WorkspaceClient:
        """A workspace's client, as the account's first principal."""
        profile = Profiles(self.profiles).get("account")
        account = AccountClient(profile="account", config_file=str(self.profiles))
        answer = account.api_client.do("GET", f"/api/2.0/accounts/{profile['account_id']}/workspaces")
        (host,) = [item["workspace_url"] for item in answer if item["workspace_name"] == workspace]
        return WorkspaceClient(
            host=host, client_id=profile["client_id"], client_secret=profile["client_secret"]
        )

    def _fill_catalog(self, workspace: str, catalog: str, *, isolated: bool) -> None:
        client = self.client(workspace)
        client.catalogs.create(catalog, comment="Made by hand")
        if isolated:
            own = WorkspaceBinding(
                workspace_id=client.get_workspace_id(),
                binding_type=WorkspaceBindingBindingType.BINDING_TYPE_READ_WRITE,
            )
            client.workspace_bindings.update_bindings("catalog", catalog, add=[own])
            client.catalogs.update(catalog, isolation_mode=CatalogIsolationMode.ISOLATED)
        client.schemas.create("churn", catalog)
        client.schemas.create("scratch", catalog)
        warehouse = client.warehouses.create_and_wait(
            name="shared", cluster_size="2X-Small", auto_stop_mins=20
        )
        statement = TABLE.format(catalog=catalog)
        client.statement_execution.execute_statement(statement, warehouse.id or "", wait_timeout="50s")
        client.registered_models.create(
            catalog_name=catalog, schema_name="churn", name="leaves", comment="Who leaves next month"
        )
        client.volumes.create(catalog, "churn", "exports", VolumeType.MANAGED)
        self._grant(
            client,
            "catalog",
            catalog,
            {"analysts": [Privilege.USE_CATALOG], "engineers": [Privilege.USE_CATALOG]},
        )
        self._grant(client, "schema", f"{catalog}.churn", {"analysts": _READ, "engineers": _WRITE})

    @staticmethod
    def _grant(client: WorkspaceClient, kind: str, name: str, rights: dict[str, list[Privilege]]) -> None:
        changes = [PermissionsChange(principal=who, add=what) for who, what in rights.items()]
        client.grants.update(kind, name, changes=changes)
