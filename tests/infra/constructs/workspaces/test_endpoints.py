"""VPC endpoints are known to an account once, however many workspaces are reached by them."""

from __future__ import annotations

from cdktf import TerraformStack
from cdktf_cdktf_provider_databricks.mws_networks import MwsNetworks

from infra.config.workspace import AwsPrivateAccess, GcpPrivateAccess
from infra.constructs.workspaces.endpoints import VpcEndpoints
from tests.infra.synthesis import synthesize


def test_workspaces_of_a_vpc_share_endpoints() -> None:
    """Two networks with the same endpoint for the relay refer to one registration of it."""
    access = {name: AwsPrivateAccess(rest_api=f"vpce-{name}", relay="vpce-relay") for name in ("dev", "prod")}

    def build(stack: TerraformStack) -> None:
        endpoints = VpcEndpoints(stack, "Endpoints", account_id="a1", region="eu-west-1")
        for name, own in access.items():
            MwsNetworks(stack, name, account_id="a1", network_name=name, vpc_endpoints=endpoints.on_aws(own))

    made = synthesize(build)
    registered = sorted(item["aws_vpc_endpoint_id"] for item in made.all("mws_vpc_endpoint"))
    assert registered == ["vpce-dev", "vpce-prod", "vpce-relay"]
    dev, prod = (made.one("mws_networks", network_name=name)["vpc_endpoints"] for name in access)
    assert dev["dataplane_relay"] == prod["dataplane_relay"]
    assert dev["rest_api"] != prod["rest_api"]


def test_an_endpoint_may_serve_both_uses() -> None:
    """On Google Cloud, too, and the same name in another project is another endpoint."""
    accesses = [GcpPrivateAccess(project=name, rest_api="psc", relay="psc") for name in ("net", "other")]

    def build(stack: TerraformStack) -> None:
        endpoints = VpcEndpoints(stack, "Endpoints", account_id="a1", region="europe-west1")
        for access in accesses:
            endpoints.on_gcp(access)

    registered = synthesize(build).all("mws_vpc_endpoint")
    assert [item["gcp_vpc_endpoint_info"]["project_id"] for item in registered] == ["net", "other"]
    assert {item["gcp_vpc_endpoint_info"]["endpoint_region"] for item in registered} == {"europe-west1"}
