"""What `targets.yaml` says: where the four stacks are deployed to, and where their state is."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from infra.config.validation import Settings


class S3State(Settings):
    """State in an S3 bucket, locked by a file beside it, or by a DynamoDB table.

    The file wants Terraform 1.10 or newer.
    """

    bucket: str
    region: str
    prefix: str
    lock_table: str | None = None


class AzureState(Settings):
    """State in an Azure storage container, locked by blob leases."""

    resource_group: str
    storage_account: str
    container: str
    prefix: str


class GcsState(Settings):
    """State in a Google Cloud Storage bucket, which locks by itself."""

    bucket: str
    prefix: str


class LocalState(Settings):
    """State in files of a folder beside the credentials file; for the local account alone."""

    folder: str


class State(Settings):
    """Where Terraform keeps what it knows; exactly one kind."""

    local: LocalState | None = None
    s3: S3State | None = None
    azurerm: AzureState | None = None
    gcs: GcsState | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len([kind for _, kind in self if kind is not None]) != 1:
            raise ValueError("wants exactly one of local, s3, azurerm, gcs")
        return self


class AccountAddress(Settings):
    """The Databricks account and the host that answers for it."""

    host: str = Field(pattern=r"^https?://[^/]+$")
    id: str

    @field_validator("id")
    @classmethod
    def _is_one(cls, value: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            raise ValueError("wants the account's id, which looks like 01234567-89ab-cdef-0123-456789abcdef")
        return value


class Repository(Settings):
    """The Git repository of this project, as the workspaces clone it into Git folders."""

    url: str
    provider: Literal[
        "gitHub",
        "gitHubEnterprise",
        "gitLab",
        "gitLabEnterpriseEdition",
        "bitbucketCloud",
        "bitbucketServer",
        "azureDevOpsServices",
        "awsCodeCommit",
    ]
    branch: str | None = None  # the repository's default branch if none


class Target(Settings):
    """A Databricks account to deploy to.

    `credentials_file` holds a profile for each stack, by the stack's name, and the account's
    address; without one the credentials are those that Databricks' own tools find (OIDC,
    environment variables), and the address stands in `account`.
    """

    account: AccountAddress | None = None
    credentials_file: str | None = None
    repository: Repository | None = None  # without one there are no Git folders
    state: State

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.account is None) == (self.credentials_file is None):
            raise ValueError("wants either `account` or `credentials_file`, which has its address")
        if (self.state.local is None) != (self.credentials_file is None):
            raise ValueError("wants local state with a `credentials_file`, and shared state without")
        return self
