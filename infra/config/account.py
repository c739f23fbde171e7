"""What `account.yaml` says: the metastore, the groups, where workspaces are made."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from infra.config.costs import Spending
from infra.config.validation import Settings

GroupName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


# As Databricks' documentation lists them; `billing` and `information_schema` are always there.
SystemSchemaName = Literal[
    "access", "compute", "lakeflow", "marketplace", "mlflow", "query", "serving", "storage"
]


class Metastore(Settings):
    """Unity Catalog's metastore of the region, shared by all environments: made, or one that exists."""

    name: str | None = None
    id: str | None = None
    owner: str | None = None  # a group; who deploys the account's stack joins it, to grant on the metastore

    @model_validator(mode="after")
    def _made_or_named(self) -> Self:
        if (self.name is None) == (self.id is None):
            raise ValueError("wants either `name` (it is made) or `id` (it exists)")
        if self.name and self.owner is None:
            raise ValueError("wants an `owner`, a group, where it is made")
        return self


class Ci(Settings):
    """Whose tokens let continuous integration deploy, by OpenID Connect: no principal has a secret for it."""

    issuer: str = Field(pattern=r"^https://\S+$")
    # Of the tokens, for each environment: {environment} stands for its name.
    subject: str = Field(pattern=r"\{environment\}")
    names: dict[str, str] = Field(default_factory=dict)  # what it calls environments, where not as here
    audiences: tuple[str, ...] = ()  # the account's id if none

    def subject_of(self, environment: str) -> str:
        """The subject of the tokens that deploy an environment."""
        return self.subject.replace("{environment}", self.names.get(environment, environment))


class Account(Settings):
    """What all environments share."""

    cloud: Literal["aws", "azure", "gcp"]
    region: str
    metastore: Metastore
    production: str  # the environment whose Champion is the one to beat, wherever its catalog is seen
    production_owners: tuple[
        str, ...
    ] = ()  # groups that may change production, besides the metastore's owner
    # Databricks' own tables that are switched on, and read by who has `system`, or `audit` for those of
    # `access`; monitoring needs `serving`, and `python -m infra drift` says who changed what with `access`.
    system_schemas: tuple[SystemSchemaName, ...] = ("serving",)
    ci: Ci | None = None
    projects: str = "projects"  # the folder of the ML projects, from this one: accounts can share it
    unprotected: tuple[str, ...] = ()  # paths, such as Metastore, of what may be destroyed
    budget: Spending = Spending()  # of the whole account, beside those of the environments
    groups: dict[GroupName, str] = Field(default_factory=dict)  # that are made; what each one's people do
    existing_groups: dict[GroupName, str] = Field(default_factory=dict)  # that are looked up by their names

    @property
    def all_groups(self) -> dict[str, bool]:
        """Every group, and whether it is made."""
        return {**dict.fromkeys(self.groups, True), **dict.fromkeys(self.existing_groups, False)}
