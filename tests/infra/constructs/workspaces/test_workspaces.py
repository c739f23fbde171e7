"""Workspaces are made in each of the clouds, serverless or classic, or named where they exist."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformOutput, TerraformStack

from infra.config.workspace import Workspace
from infra.constructs.workspaces.azure import AzureDatabricksWorkspace, add_azure
from infra.constructs.workspaces.databricks import DatabricksWorkspace
from infra.constructs.workspaces.endpoints import VpcEndpoints
from infra.constructs.workspaces.existing import existing_workspace
from tests.infra.synthesis import Synthesized, synthesize

AWS_NETWORK = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}
AWS = {
    "role_arn": "arn:aws:iam::123456789012:role/databricks",
    "bucket": "acme-root",
    "network": AWS_NETWORK,
    "private_access": {"rest_api": "vpce-1", "relay": "vpce-2"},
}
GCP = {
    "project": "acme-ml",
    "network": {
        "project": "acme-net",
        "vpc_id": "vpc",
        "subnet_id": "subnet",
        "subnet_region": "europe-west1",
    },
    "private_access": {"project": "acme-net", "rest_api": "psc-api", "relay": "psc-relay"},
}
AZURE = {
    "resource_group": "ml",
    "network": {
        "virtual_network_id": "/subscriptions/1/vnet",
        "public_subnet": "{environment}-public",
        "private_subnet": "{environment}-private",
        "public_security_group_association_id": "/subscriptions/1/public",
        "private_security_group_association_id": "/subscriptions/1/private",
    },
    "private_access": {"subnet_id": "/subscriptions/1/endpoints", "dns_zone_id": "/subscriptions/1/zone"},
}


def settings(**values: Any) -> Workspace:
    """Settings as their file says them."""
    return Workspace.model_validate({"name": "mlops-lab", **values})


def databricks(cloud: str, region: str, **values: Any) -> Synthesized:
    """A workspace that Databricks' account makes, with its id and host told."""

    def build(stack: TerraformStack) -> None:
        endpoints = VpcEndpoints(stack, "Endpoints", account_id="a1", region=region)
        made = DatabricksWorkspace(
            stack,
            "Workspace",
            settings=settings(**values),
            cloud=cloud,
            account_id="a1",
            region=region,
            endpoints=endpoints,
            tags={"environment": "lab"},
        ).workspace
        TerraformOutput(stack, "id", value=made.id, static_id=True)
        TerraformOutput(stack, "host", value=made.host, static_id=True)

    return synthesize(build)


def test_a_workspace_on_aws_is_serverless_unless_settings_say_more() -> None:
    """No cloud network, storage or role is asked for."""
    made = databricks("aws", "eu-west-1")
    assert made.one("mws_workspaces") == {
        "account_id": "a1",
        "workspace_name": "mlops-lab",
        "aws_region": "eu-west-1",
        "compute_mode": "SERVERLESS",
    }
    assert made.types() == {"databricks_mws_workspaces": 1}
    assert made.outputs()["host"].endswith(".workspace_url}")


def test_a_workspace_on_google_cloud_is_serverless_too() -> None:
    """Its region is a location."""
    made = databricks("gcp", "europe-west1").one("mws_workspaces")
    assert (made["location"], made["compute_mode"]) == ("europe-west1", "SERVERLESS")
    assert "aws_region" not in made


def test_a_classic_workspace_on_aws_stands_on_what_the_cloud_made() -> None:
    """Role, bucket, network and endpoints are registered, and nothing reaches it from the internet."""
    made = databricks("aws", "eu-west-1", aws=AWS)
    workspace = made.one("mws_workspaces")
    assert "compute_mode" not in workspace
    assert made.one("mws_credentials")["role_arn"] == AWS["role_arn"]
    assert made.one("mws_storage_configurations")["bucket_name"] == "acme-root"
    network = made.one("mws_networks")
    assert {key: network[key] for key in AWS_NETWORK} == AWS_NETWORK
    assert {item["aws_vpc_endpoint_id"] for item in made.all("mws_vpc_endpoint")} == {"vpce-1", "vpce-2"}
    assert len(network["vpc_endpoints"]["rest_api"] + network["vpc_endpoints"]["dataplane_relay"]) == 2
    access = made.one("mws_private_access_settings")
    assert (access["public_access_enabled"], access["private_access_level"]) == (False, "ACCOUNT")
    for kind in ("credentials", "storage_configuration", "network", "private_access_settings"):
        assert f"{kind}_id" in workspace


def test_a_classic_workspace_on_google_cloud_is_in_a_project() -> None:
    """With a network of the company's own, and Private Service Connect."""
    made = databricks("gcp", "europe-west1", gcp=GCP)
    assert made.one("mws_workspaces")["cloud_resource_container"] == {"gcp": {"project_id": "acme-ml"}}
    assert made.one("mws_networks")["gcp_network_info"]["network_project_id"] == "acme-net"
    endpoints = {item["gcp_vpc_endpoint_info"]["psc_endpoint_name"] for item in made.all("mws_vpc_endpoint")}
    assert endpoints == {"psc-api", "psc-relay"}


def azure(**values: Any) -> dict[str, Any]:
    """What a stack with a workspace on Azure declares, with the workspace's id and host told."""

    def build(stack: TerraformStack) -> None:
        add_azure(stack)
        made = AzureDatabricksWorkspace(
            stack,
            "Workspace",
            settings=settings(azure={**AZURE, **values}),
            region="westeurope",
            tags={"environment": "lab"},
        ).workspace
        TerraformOutput(stack, "host", value=made.host, static_id=True)
        TerraformOutput(stack, "id", value=made.id, static_id=True)

    return synthesize(build).document


def test_a_workspace_on_azure_is_a_resource_of_azure() -> None:
    """Premium, in the company's virtual network, without public addresses; its host is told as a URL."""
    document = azure()
    (workspace,) = document["resource"]["azurerm_databricks_workspace"].values()
    assert (workspace["sku"], workspace["location"]) == ("premium", "westeurope")
    assert workspace["custom_parameters"]["no_public_ip"] is True
    assert workspace["custom_parameters"]["virtual_network_id"] == "/subscriptions/1/vnet"
    assert workspace["tags"] == {"environment": "lab"}
    assert "workspace_url" in document["output"]["host"]["value"]
    assert "https://" in document["output"]["host"]["value"]
    assert document["provider"]["azurerm"] == [{"features": [{}]}]


def test_a_private_workspace_on_azure_has_an_endpoint() -> None:
    """What the internet can't reach is reached by an endpoint in a subnet of the company's."""
    resources = azure()["resource"]
    (workspace,) = resources["azurerm_databricks_workspace"].values()
    assert workspace["public_network_access_enabled"] is False
    assert workspace["network_security_group_rules_required"] == "NoAzureDatabricksRules"
    (endpoint,) = resources["azurerm_private_endpoint"].values()
    assert endpoint["subnet_id"] == "/subscriptions/1/endpoints"
    connection = endpoint["private_service_connection"]
    assert connection["subresource_names"] == ["databricks_ui_api"]
    assert connection["private_connection_resource_id"].startswith("${azurerm_databricks_workspace.")
    assert endpoint["private_dns_zone_group"]["private_dns_zone_ids"] == ["/subscriptions/1/zone"]


def test_one_workspace_of_a_region_lets_browsers_sign_in() -> None:
    """It has one endpoint more; whoever runs the zone by other means gives none."""
    access = {"subnet_id": "/subscriptions/1/endpoints", "signs_in": True, "public": True}
    resources = azure(private_access=access)["resource"]
    endpoints = resources["azurerm_private_endpoint"].values()
    uses = sorted(item["private_service_connection"]["subresource_names"] for item in endpoints)
    assert uses == [["browser_authentication"], ["databricks_ui_api"]]
    assert len({item["name"] for item in endpoints}) == 2
    assert not any("private_dns_zone_group" in item for item in endpoints)
    (workspace,) = resources["azurerm_databricks_workspace"].values()
    assert workspace["public_network_access_enabled"] is True


def test_a_public_workspace_on_azure_has_no_endpoint() -> None:
    """Without private access it is reached from the internet, as every workspace is at first."""
    resources = azure(private_access=None)["resource"]
    (workspace,) = resources["azurerm_databricks_workspace"].values()
    assert workspace["public_network_access_enabled"] is True
    assert "network_security_group_rules_required" not in workspace
    assert "azurerm_private_endpoint" not in resources


def test_existing_workspace_is_left_alone() -> None:
    """What exists already is told as it is named, and no resource is declared."""
    existing = existing_workspace(Workspace(id=1234567890123456, host="https://lab.cloud.databricks.com"))
    assert (existing.number, existing.host) == (1234567890123456, "https://lab.cloud.databricks.com")
