"""The VPC endpoints that classic workspaces are reached by, each known to the account once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_databricks.mws_networks import MwsNetworksVpcEndpoints
from cdktf_cdktf_provider_databricks.mws_vpc_endpoint import MwsVpcEndpoint, MwsVpcEndpointGcpVpcEndpointInfo
from constructs import Construct

from infra.config.workspace import AwsPrivateAccess, GcpPrivateAccess


class VpcEndpoints(Construct):
    """Endpoints that the cloud has, registered: several workspaces of a VPC may share one.

    An account takes no endpoint twice, so whichever workspace asks for it first registers it for all.
    """

    def __init__(self, scope: Construct, id_: str, *, account_id: str, region: str) -> None:
        super().__init__(scope, id_)
        self._account_id, self._region = account_id, region
        self._registered: dict[str, MwsVpcEndpoint] = {}

    def on_aws(self, access: AwsPrivateAccess) -> MwsNetworksVpcEndpoints:
        """Endpoints by their ids, for a workspace's network."""
        return _by_use(
            {
                id_: self._register(id_, {"aws_vpc_endpoint_id": id_, "region": self._region})
                for id_ in (access.rest_api, access.relay)
            },
            access,
        )

    def on_gcp(self, access: GcpPrivateAccess) -> MwsNetworksVpcEndpoints:
        """Private Service Connect's endpoints by their names, for a workspace's network."""
        return _by_use(
            {
                name: self._register(
                    f"{access.project}-{name}",
                    {
                        "gcp_vpc_endpoint_info": MwsVpcEndpointGcpVpcEndpointInfo(
                            project_id=access.project, psc_endpoint_name=name, endpoint_region=self._region
                        )
                    },
                )
                for name in (access.rest_api, access.relay)
            },
            access,
        )

    def _register(self, name: str, what: Mapping[str, Any]) -> str:
        if name not in self._registered:
            self._registered[name] = MwsVpcEndpoint(
                self, name, account_id=self._account_id, vpc_endpoint_name=name, **what
            )
        return self._registered[name].vpc_endpoint_id


def _by_use(
    registered: Mapping[str, str], access: AwsPrivateAccess | GcpPrivateAccess
) -> MwsNetworksVpcEndpoints:
    return MwsNetworksVpcEndpoints(
        rest_api=[registered[access.rest_api]], dataplane_relay=[registered[access.relay]]
    )
