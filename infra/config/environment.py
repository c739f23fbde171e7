"""What `dev.yaml`, `staging.yaml` and `prod.yaml` say: one environment each."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from infra.config.validation import Settings

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
WarehouseSize = Literal[
    "2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large"
]


class Workspace(Settings):
    """A workspace to be made, or one that exists already and is named by its id and host."""

    name: str | None = None
    id: int | None = None
    host: str | None = Field(default=None, pattern=r"^https?://[^/]+$")

    @model_validator(mode="after")
    def _made_or_named(self) -> Self:
        if (self.name is None) == (self.id is None) or (self.id is None) != (self.host is None):
            raise ValueError("wants either `name` (it is made) or `id` and `host` (it exists)")
        return self


class Catalog(Settings):
    """The environment's catalog; only its own workspace writes it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    read_only_in: tuple[str, ...] = ()  # environments whose workspaces see it, too
    storage_root: str | None = None  # where its tables' files are; the metastore's own place if none
    disposable: bool = False  # whether destroying the stack may take along what people and jobs left in it


class Warehouse(Settings):
    """The environment's serverless SQL warehouse."""

    size: WarehouseSize
    auto_stop_minutes: int = Field(ge=1)


class ServingSize(Settings):
    """What the deployment job gives the endpoint's served models."""

    workload_size: Literal["Small", "Medium", "Large"]
    scale_to_zero: bool


class JobValues(Settings):
    """The parameters of one job that differ between environments; a run can override each."""

    from_month: Month | None = None
    to_month: Month | None = None
    trials: int | None = Field(default=None, ge=0)  # 0: the project's own hyperparameters, untuned
    max_rows: int | None = Field(default=None, ge=0)  # 0: all
    seed: int | None = Field(default=None, ge=0)
    alias: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_month and self.to_month and self.from_month > self.to_month:
            raise ValueError("from_month is after to_month")
        return self

    def given(self) -> dict[str, str]:
        """What is set, as job parameters are written."""
        return {name: str(value) for name, value in self if value is not None}


class ProjectValues(Settings):
    """An ML project's values in one environment."""

    endpoint: ServingSize
    jobs: dict[str, JobValues]


class Environment(Settings):
    """One environment: where it runs, what it keeps, and each project's values in it."""

    workspace: Workspace
    catalog: Catalog
    warehouse: Warehouse
    projects: dict[str, ProjectValues] = Field(min_length=1)
