"""Workspaces on Azure: resources of Azure's own, declared with its provider (Pipfile's category `azure`)."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import Fn, Token
from cdktf_cdktf_provider_azurerm.databricks_workspace import (
    DatabricksWorkspace,
    DatabricksWorkspaceCustomParameters,
)
from cdktf_cdktf_provider_azurerm.provider import AzurermProvider, AzurermProviderFeatures
from constructs import Construct

from infra.config.workspace import AzureNetwork, Workspace
from infra.constructs.workspaces.workspace import EnvironmentWorkspace

_SKU = "premium"  # Unity Catalog wants it


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
        made = DatabricksWorkspace(
            self,
            "Workspace",
            name=str(settings.name),
            resource_group_name=azure.resource_group,
            managed_resource_group_name=azure.managed_resource_group,
            location=region,
            sku=_SKU,
            public_network_access_enabled=azure.public,
            network_security_group_rules_required=None if azure.public else "NoAzureDatabricksRules",
            custom_parameters=_parameters(azure.network),
            tags=tags,
        )
        self.workspace = EnvironmentWorkspace(
            number=Token.as_number(made.workspace_id), host=Fn.join("", ["https://", made.workspace_url])
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
