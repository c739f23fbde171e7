"""Workspaces that Databricks' account makes, on AWS and on Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_databricks.mws_credentials import MwsCredentials
from cdktf_cdktf_provider_databricks.mws_networks import MwsNetworks, MwsNetworksGcpNetworkInfo
from cdktf_cdktf_provider_databricks.mws_private_access_settings import MwsPrivateAccessSettings
from cdktf_cdktf_provider_databricks.mws_storage_configurations import MwsStorageConfigurations
from cdktf_cdktf_provider_databricks.mws_workspaces import (
    MwsWorkspaces,
    MwsWorkspacesCloudResourceContainer,
    MwsWorkspacesCloudResourceContainerGcp,
)
from constructs import Construct

from infra.config.workspace import AwsWorkspace, GcpWorkspace, Workspace
from infra.constructs import naming
from infra.constructs.workspaces.endpoints import VpcEndpoints
from infra.constructs.workspaces.workspace import EnvironmentWorkspace

_LEVEL = "ACCOUNT"  # any of the account's own endpoints may reach it


class DatabricksWorkspace(Construct):
    """A serverless workspace, or a classic one where settings give what its machines need.

    What the cloud has to make before (roles, buckets, networks, endpoints) is an input.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Workspace,
        cloud: str,
        account_id: str,
        region: str,
        endpoints: VpcEndpoints,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        self._account_id, self._region, self._name = account_id, region, str(settings.name)
        self._endpoints, self._tags = endpoints, tags
        place = {"aws_region": region} if cloud == "aws" else {"location": region}
        made = MwsWorkspaces(
            self,
            "Workspace",
            account_id=account_id,
            workspace_name=self._name,
            **place,  # type: ignore[arg-type] # texts
            **self._kind(settings),
        )
        self.workspace = EnvironmentWorkspace(number=made.workspace_id, host=made.workspace_url)

    def _kind(self, settings: Workspace) -> dict[str, Any]:
        if settings.aws:
            return self._classic_aws(settings.aws)
        if settings.gcp:
            return self._classic_gcp(settings.gcp)
        return {"compute_mode": "SERVERLESS"}

    def _classic_aws(self, aws: AwsWorkspace) -> dict[str, Any]:
        credentials = MwsCredentials(self, "Credentials", credentials_name=self._name, role_arn=aws.role_arn)
        storage = MwsStorageConfigurations(
            self,
            "Storage",
            account_id=self._account_id,
            storage_configuration_name=self._name,
            bucket_name=aws.bucket,
        )
        arguments: dict[str, Any] = {
            "credentials_id": credentials.credentials_id,
            "storage_configuration_id": storage.storage_configuration_id,
            "custom_tags": self._tags,  # of its machines
        }
        endpoints = self._endpoints.on_aws(aws.private_access) if aws.private_access else None
        if aws.network:
            network = MwsNetworks(
                self,
                "Network",
                account_id=self._account_id,
                network_name=naming.network(self._name),
                vpc_id=aws.network.vpc_id,
                subnet_ids=list(aws.network.subnet_ids),
                security_group_ids=list(aws.network.security_group_ids),
                vpc_endpoints=endpoints,
            )
            arguments["network_id"] = network.network_id
        if aws.private_access:
            arguments["private_access_settings_id"] = self._private_access(public=aws.private_access.public)
        return arguments

    def _classic_gcp(self, gcp: GcpWorkspace) -> dict[str, Any]:
        container = MwsWorkspacesCloudResourceContainerGcp(project_id=gcp.project)
        arguments: dict[str, Any] = {
            "cloud_resource_container": MwsWorkspacesCloudResourceContainer(gcp=container)
        }
        endpoints = self._endpoints.on_gcp(gcp.private_access) if gcp.private_access else None
        if gcp.network:
            network = MwsNetworks(
                self,
                "Network",
                account_id=self._account_id,
                network_name=naming.network(self._name),
                gcp_network_info=MwsNetworksGcpNetworkInfo(
                    network_project_id=gcp.network.project,
                    vpc_id=gcp.network.vpc_id,
                    subnet_id=gcp.network.subnet_id,
                    subnet_region=gcp.network.subnet_region,
                ),
                vpc_endpoints=endpoints,
            )
            arguments["network_id"] = network.network_id
        if gcp.private_access:
            arguments["private_access_settings_id"] = self._private_access(public=gcp.private_access.public)
        return arguments

    def _private_access(self, *, public: bool) -> str:
        return MwsPrivateAccessSettings(
            self,
            "PrivateAccess",
            account_id=self._account_id,
            private_access_settings_name=naming.private_access(self._name),
            region=self._region,
            public_access_enabled=public,
            private_access_level=_LEVEL,
        ).private_access_settings_id
