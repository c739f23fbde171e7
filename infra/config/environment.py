"""What `dev.yaml`, `staging.yaml` and `prod.yaml` say: one environment each."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from infra.config.costs import Budget, ComputePolicies, Tags
from infra.config.project import Limits
from infra.config.schedule import Quartz
from infra.config.snapshots import Snapshot
from infra.config.storage import Storage
from infra.config.validation import Settings
from infra.config.workspace import Workspace

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
WarehouseSize = Literal[
    "2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large"
]


class Catalog(Settings):
    """The environment's catalog; only its own workspace writes it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    exists: bool = False  # whether others manage it: then it is used as it is
    read_only_in: tuple[str, ...] = ()  # environments whose workspaces see it, too
    storage_root: str | None = None  # where its tables' files are; the metastore's own place if none
    disposable: bool = False  # whether destroying the stack may take along what people and jobs left in it
    entity_tags: dict[str, str] = Field(default_factory=dict)  # that say what its data is

    @model_validator(mode="after")
    def _managed(self) -> Self:
        if self.exists and (self.read_only_in or self.storage_root):
            raise ValueError("exists: who manages it says where it is seen and stored")
        return self


class Warehouse(Settings):
    """The environment's SQL warehouse: a serverless one that is made, or one that exists."""

    size: WarehouseSize | None = None
    auto_stop_minutes: int | None = Field(default=None, ge=1)
    id: str | None = None

    @model_validator(mode="after")
    def _made_or_named(self) -> Self:
        made = (self.size, self.auto_stop_minutes)
        if (None in made) if self.id is None else any(made):
            raise ValueError("wants `size` and `auto_stop_minutes` (it is made) or `id` (it exists)")
        return self


class Principals(Settings):
    """Service principals that exist already, by their application ids; the others are made."""

    run: str | None = None
    deploy: str | None = None
    retrain: str | None = None


class ServingSize(Settings):
    """What the deployment job gives the endpoint's served models."""

    workload_size: Literal["Small", "Medium", "Large"]
    scale_to_zero: bool


class JobValues(Limits):
    """What differs between environments of one job; a run can override each of its parameters."""

    from_month: Month | None = None
    to_month: Month | None = None
    trials: int | None = Field(default=None, ge=0)  # 0: the project's own hyperparameters, untuned
    max_rows: int | None = Field(default=None, ge=0)  # 0: all
    seed: int | None = Field(default=None, ge=0)
    alias: str | None = None
    approval_minutes: int | None = Field(default=None, ge=0)  # to say yes in; 0: nobody is asked
    schedule: Quartz | None = None  # when it runs by itself (UTC); without one it runs when it is started

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_month and self.to_month and self.from_month > self.to_month:
            raise ValueError("from_month is after to_month")
        return self

    def given(self) -> dict[str, str]:
        """What is set, as job parameters are written."""
        values = {name: value for name, value in self if name not in {"schedule", *Limits.model_fields}}
        return {name: str(value) for name, value in values.items() if value is not None}


class Notifications(Settings):
    """Who is told what goes wrong in an environment."""

    emails: tuple[str, ...] = ()
    # Where the service answers that starts training when an alert says so (docs/retraining.md). Without one
    # the retraining job reads the alerts' states: give it a schedule.
    retraining_hook: str | None = Field(default=None, pattern=r"^https://\S+$")


class Schedules(Settings):
    """When monitors are refreshed and alerts evaluated (UTC); without one, never by themselves."""

    monitors: Quartz | None = None
    alerts: Quartz | None = None


class Purge(Settings):
    """The end of what nobody declared: tables, models, versions, runs, endpoints older than so many days."""

    after_days: int = Field(ge=1)
    schedule: Quartz | None = None  # UTC; without one, when somebody runs the job


class ProjectValues(Settings):
    """An ML project's values in one environment."""

    endpoint: ServingSize | None = None  # without one its model is not served
    jobs: dict[str, JobValues] = Field(default_factory=dict)


class Environment(Settings):
    """One environment: where it runs, what it keeps, and each project's values in it."""

    workspace: Workspace
    catalog: Catalog
    storage: Storage | None = None  # without one, data is where the metastore's is
    warehouse: Warehouse
    principals: Principals = Principals()
    tags: Tags = Field(default_factory=dict)  # of all that costs, beside `environment` and `project`
    budget: Budget | None = None  # without one, serverless compute is billed under no policy
    compute_policies: ComputePolicies = ComputePolicies()
    notifications: Notifications = Notifications()
    schedules: Schedules = Schedules()
    git_folders: bool = False  # whether each project's code can be opened and run in the workspace
    # By environments whose workspaces don't see the catalog, and are given copies of chosen tables instead.
    snapshots: dict[str, Snapshot] = Field(default_factory=dict)
    # Where the catalog is not disposable, nothing that holds data can be destroyed or replaced, but what is
    # named here: by its construct's path, which a review tells, such as flights/Tables/planes, or one above.
    unprotected: tuple[str, ...] = ()
    purge: Purge | None = None  # of what is left behind; only where the catalog is disposable
    projects: dict[str, ProjectValues] = Field(default_factory=dict)
