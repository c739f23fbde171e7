"""Workspaces on Azure: resources of Azure's own, declared with its provider (Pipfile's category `azure`)."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import Fn, ITerraformDependable, Token
from cdktf_cdktf_provider_azurerm.databricks_workspace import (
    DatabricksWorkspace,
    DatabricksWorkspaceCustomParameters,
)
from cdktf_cdktf_provider_azurerm.private_endpoint import (
    PrivateEndpoint,
    PrivateEndpointPrivateDnsZoneGroup,
    PrivateEndpointPrivateServiceConnection,
)
from cdktf_cdktf_provider_azurerm.provider import AzurermProvider, AzurermProviderFeatures
from constructs import Construct

from infra.config.workspace import AzureNetwork, AzurePrivateAccess, AzureWorkspace, Workspace
from infra.constructs import naming
from infra.constructs.workspaces.workspace import EnvironmentWorkspace

_SKU = "premium"  # Unity Catalog wants it
_USE = "databricks_ui_api"  # everything but signing in
_SIGN_IN = "browser_authentication"  # which comes back to one address a region


def add_azure(scope: Construct) -> None:
    """The provider of a stack that makes workspaces on Azure; ARM_… variables say as whom and where."""
    AzurermProvider(scope, "Azure", features=[AzurermProviderFeatures()])


class AzureDatabricksWorkspace(Construct):
    """A workspace in a resource group, in a virtual network of one's own where settings give one."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Workspace,
        region: str,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        azure = settings.azure
        if azure is None:
            raise ValueError("a workspace on azure wants its resource group")
        self._name, self._region, self._tags = str(settings.name), region, tags
        made, access = self._make(azure), azure.private_access
        self.workspace = EnvironmentWorkspace(
            number=Token.as_number(made.workspace_id),
            host=Fn.join("", ["https://", made.workspace_url]),
            reached_by=self._connect(made, azure.resource_group, access) if access else (),
        )

    def _make(self, azure: AzureWorkspace) -> DatabricksWorkspace:
        public = azure.private_access is None or azure.private_access.public
        return DatabricksWorkspace(
            self,
            "Workspace",
            name=self._name,
            resource_group_name=azure.resource_group,
            managed_resource_group_name=azure.managed_resource_group,
            location=self._region,
            sku=_SKU,
            public_network_access_enabled=public,
            # With Private Link machines need no rules that let them out to Databricks.
            network_security_group_rules_required="NoAzureDatabricksRules" if azure.private_access else None,
            custom_parameters=_parameters(azure.network),
            tags=self._tags,
        )

    def _connect(
        self, workspace: DatabricksWorkspace, group: str, access: AzurePrivateAccess
    ) -> list[ITerraformDependable]:
        """Private endpoints; without them nobody could reach what the internet can't."""
        return [
            self._endpoint(use, workspace, group, access)
            for use in (_USE, *((_SIGN_IN,) if access.signs_in else ()))
        ]

    def _endpoint(
        self, use: str, workspace: DatabricksWorkspace, group: str, access: AzurePrivateAccess
    ) -> PrivateEndpoint:
        name = naming.private_endpoint(self._name, use)
        zone = access.dns_zone_id
        return PrivateEndpoint(
            self,
            use,
            name=name,
            resource_group_name=group,
            location=self._region,
            subnet_id=access.subnet_id,
            private_service_connection=PrivateEndpointPrivateServiceConnection(
                name=name,
                private_connection_resource_id=workspace.id,
                is_manual_connection=False,
                subresource_names=[use],
            ),
            private_dns_zone_group=PrivateEndpointPrivateDnsZoneGroup(name=name, private_dns_zone_ids=[zone])
            if zone
            else None,
            tags=self._tags,
        )


def _parameters(network: AzureNetwork | None) -> DatabricksWorkspaceCustomParameters | None:
    """Where machines run; none of them has an address of the internet's."""
    if network is None:
        return None
    return DatabricksWorkspaceCustomParameters(
        no_public_ip=True,
        virtual_network_id=network.virtual_network_id,
        public_subnet_name=network.public_subnet,
        private_subnet_name=network.private_subnet,
        public_subnet_network_security_group_association_id=network.public_security_group_association_id,
        private_subnet_network_security_group_association_id=network.private_security_group_association_id,
    )
