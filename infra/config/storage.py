"""What an environment's `storage` says: cloud storage of its own, and what opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from infra.config.validation import Settings

# What each cloud's URLs begin with, and the key of its credentials.
SCHEMES: Mapping[str, str] = {"aws": "s3://", "azure": "abfss://", "gcp": "gs://"}
CREDENTIALS: Mapping[str, str] = {
    "aws": "aws_role",
    "azure": "azure_access_connector",
    "gcp": "gcp_service_account",
}


class Credential(Settings):
    """What Unity Catalog opens the storage with: made, for one cloud's identity, or one that exists."""

    exists: bool = False
    name: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]+$")  # after the environment if none
    aws_role: str | None = Field(default=None, pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/\S+$")
    azure_access_connector: str | None = Field(
        default=None, pattern=r"^/subscriptions/\S+/accessConnectors/\S+$"
    )
    gcp_service_account: bool = False  # one that Databricks makes

    @model_validator(mode="after")
    def _made_or_named(self) -> Self:
        if self.exists and (self.name is None or self.clouds):
            raise ValueError("exists: wants its `name`, and nothing else")
        if not self.exists and len(self.clouds) != 1:
            raise ValueError(f"wants one of {', '.join(CREDENTIALS.values())}, or `name` and `exists: true`")
        return self

    @property
    def clouds(self) -> list[str]:
        """The clouds whose identity is given."""
        return [cloud for cloud, key in CREDENTIALS.items() if getattr(self, key)]


class Storage(Settings):
    """A place in cloud storage for the environment's data, which nobody reaches but through its catalog."""

    url: str = Field(pattern=r"^[a-z0-9]+://\S+$")
    credential: Credential
    # AWS tells the external id that the role must trust only once the credential is made: true until it does.
    unchecked: bool = False


def is_within(url: str, above: str) -> bool:
    """Whether a URL is another one or below it."""
    return f"{url.rstrip('/')}/".startswith(f"{above.rstrip('/')}/")
