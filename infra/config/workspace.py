"""Where an environment runs: a workspace that is made in one of the clouds, or one that exists."""

from __future__ import annotations

from typing import Generic, Self, TypeVar

from pydantic import Field, model_validator

from infra.config.validation import Settings

Id = str  # of something that the cloud made: an input, never made here
Network = TypeVar("Network", bound=Settings)
Access = TypeVar("Access", bound=Settings)


class Classic(Settings, Generic[Network, Access]):
    """A workspace with machines in a network of one's own, which its private access leads into."""

    network: Network | None = None  # the cloud's or Databricks' own where none is given
    private_access: Access | None = None

    @model_validator(mode="after")
    def _in_a_network(self) -> Self:
        if self.private_access and self.network is None:
            raise ValueError("private_access wants a network, which its endpoints are in")
        return self


class AwsNetwork(Settings):
    """The VPC that classic compute runs in."""

    vpc_id: Id
    subnet_ids: tuple[Id, ...] = Field(min_length=2)  # in two availability zones
    security_group_ids: tuple[Id, ...] = Field(min_length=1)


class AwsPrivateAccess(Settings):
    """PrivateLink: the VPC endpoints that the workspace is reached by, and that its compute reaches it by."""

    rest_api: Id
    relay: Id
    public: bool = False  # whether the workspace can be reached from the internet, too


class AwsWorkspace(Classic[AwsNetwork, AwsPrivateAccess]):
    """A classic workspace on AWS; without any of this a workspace is serverless."""

    role_arn: str = Field(
        pattern=r"^arn:aws[\w-]*:iam::\d{12}:role/.+$"
    )  # which Databricks makes machines by
    bucket: str  # of the workspace's own files


class GcpNetwork(Settings):
    """The VPC that classic compute runs in."""

    project: str
    vpc_id: Id
    subnet_id: Id
    subnet_region: str


class GcpPrivateAccess(Settings):
    """Private Service Connect: the endpoints by their names in a project."""

    project: str
    rest_api: str
    relay: str
    public: bool = False


class GcpWorkspace(Classic[GcpNetwork, GcpPrivateAccess]):
    """A classic workspace on Google Cloud; without any of this a workspace is serverless."""

    project: str  # which the workspace's machines are made in


class AzureNetwork(Settings):
    """The virtual network that classic compute runs in, with its two subnets' security groups."""

    virtual_network_id: Id
    public_subnet: str
    private_subnet: str
    public_security_group_association_id: Id
    private_security_group_association_id: Id

    @property
    def subnets(self) -> dict[str, tuple[Id, str]]:
        """Its subnets, which belong to one workspace alone, by the keys that name them."""
        named = {"public_subnet": self.public_subnet, "private_subnet": self.private_subnet}
        return {key: (self.virtual_network_id, name) for key, name in named.items()}


class AzurePrivateAccess(Settings):
    """Private Link: a subnet that gets the endpoint by which people and machines reach the workspace."""

    subnet_id: Id
    dns_zone_id: Id | None = None  # which gets the workspace's name; whoever runs the zone if none
    signs_in: bool = False  # whether browsers sign in through it, too: for all workspaces of the zone
    public: bool = False


class AzureWorkspace(Classic[AzureNetwork, AzurePrivateAccess]):
    """A workspace on Azure, which is a resource of Azure's own: classic, with serverless compute in it."""

    resource_group: str
    managed_resource_group: str | None = None  # which Databricks fills; Azure names one where none is given


class Workspace(Settings):
    """A workspace to be made, or one that exists already and is named by its id and host."""

    name: str | None = None
    aws: AwsWorkspace | None = None
    gcp: GcpWorkspace | None = None
    azure: AzureWorkspace | None = None
    id: int | None = None
    host: str | None = Field(default=None, pattern=r"^https?://[^/]+$")

    @model_validator(mode="after")
    def _made_or_named(self) -> Self:
        if (self.name is None) == (self.id is None) or (self.id is None) != (self.host is None):
            raise ValueError("wants either `name` (it is made) or `id` and `host` (it exists)")
        if self.id is not None and self.clouds:
            raise ValueError(f"exists: `{self.clouds[0]}` says how one is made")
        return self

    @property
    def clouds(self) -> list[str]:
        """The clouds that something is said of; one at most makes sense."""
        return [cloud for cloud in ("aws", "gcp", "azure") if getattr(self, cloud)]
