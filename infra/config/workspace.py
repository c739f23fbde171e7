"""Where an environment runs: a workspace that is made in one of the clouds, or one that exists."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from infra.config.validation import Settings

Id = str  # of something that the cloud made: an input, never made here


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


class AwsWorkspace(Settings):
    """A classic workspace on AWS; without any of this a workspace is serverless."""

    role_arn: str = Field(
        pattern=r"^arn:aws[\w-]*:iam::\d{12}:role/.+$"
    )  # which Databricks makes machines by
    bucket: str  # of the workspace's own files
    network: AwsNetwork | None = None  # Databricks makes one where none is given
    private_access: AwsPrivateAccess | None = None

    @model_validator(mode="after")
    def _in_a_network(self) -> Self:
        if self.private_access and self.network is None:
            raise ValueError("private_access wants a network, which its endpoints are in")
        return self


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


class GcpWorkspace(Settings):
    """A classic workspace on Google Cloud; without any of this a workspace is serverless."""

    project: str  # which the workspace's machines are made in
    network: GcpNetwork | None = None
    private_access: GcpPrivateAccess | None = None

    @model_validator(mode="after")
    def _in_a_network(self) -> Self:
        if self.private_access and self.network is None:
            raise ValueError("private_access wants a network, which its endpoints are in")
        return self


class AzureNetwork(Settings):
    """The virtual network that classic compute runs in, with its two subnets' security groups."""

    virtual_network_id: Id
    public_subnet: str
    private_subnet: str
    public_security_group_association_id: Id
    private_security_group_association_id: Id


class AzureWorkspace(Settings):
    """A workspace on Azure, which is a resource of Azure's own."""

    resource_group: str
    managed_resource_group: str | None = None  # which Databricks fills; Azure names one where none is given
    network: AzureNetwork | None = None
    public: bool = True  # whether the workspace can be reached from the internet


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
