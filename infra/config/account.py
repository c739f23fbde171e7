"""What `account.yaml` says: the metastore, the groups, where workspaces are made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from infra.config.validation import Settings

GroupName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


class Metastore(Settings):
    """Unity Catalog's metastore of the region: one, shared by all environments."""

    name: str
    owner: str  # a group


class Account(Settings):
    """What all environments share."""

    cloud: Literal["aws", "azure", "gcp"]
    region: str
    metastore: Metastore
    production: str  # the environment whose Champion is the one to beat, wherever its catalog is seen
    groups: dict[GroupName, str] = Field(min_length=1)  # what each group's people do
