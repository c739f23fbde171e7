"""What `projects/*.yaml` say: an ML project, the same in every environment."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from infra.config.costs import Tags
from infra.config.monitoring import Alerts, Monitor
from infra.config.validation import Settings
from infra.config.vocabulary import TABLE_PRIVILEGES

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Column(Settings):
    """A column of a declared table."""

    type: str
    nullable: bool = True
    comment: str = ""


class Table(Settings):
    """A Delta table that exists, empty, before the first job runs."""

    comment: str = ""
    entity_tags: dict[str, str] = Field(default_factory=dict)  # that say what its rows are
    keys: tuple[str, ...] = ()
    time: str | None = None  # the column that says when a row's facts were known
    feature_table: bool = False  # whether a job gives it keys and time as primary key
    columns: dict[str, Column] = Field(min_length=1)

    @model_validator(mode="after")
    def _require_key(self) -> Self:
        if not self.feature_table:
            return self
        if not self.keys or self.time is None:
            message = "a feature_table needs keys and time: they become its primary key"
            raise ValueError(message)
        for name in (*self.keys, self.time):
            if name not in self.columns or self.columns[name].nullable:
                message = f"a feature_table's key is of its columns, with nullable false: {name} is not"
                raise ValueError(message)
        return self


class RegisteredModel(Settings):
    """The project's model in Unity Catalog; its versions and aliases belong to the jobs."""

    name: Name
    comment: str = ""


class Step(Settings):
    """One task of a job: an entry point of the wheel."""

    timeout_minutes: int = Field(ge=1)
    retries: int = Field(default=0, ge=0)


class Then(Settings):
    """Another job of the project that is run after the steps, if they say so."""

    run: str
    when: str  # the task value of the last step that must be `true`


class Limits(Settings):
    """How long a job's run may take, and how long it does when all is well."""

    timeout_minutes: int | None = Field(
        default=None, ge=1
    )  # then it is ended; without one, steps end by theirs
    expected_minutes: int | None = Field(default=None, ge=1)  # people are told of a run that takes longer


class Job(Limits):
    """Steps that run one after the other."""

    description: str
    steps: dict[str, Step] = Field(min_length=1)
    then: Then | None = None
    concurrent_runs: int = Field(default=1, ge=1, le=1000)
    queue: bool = True  # whether a run that is started meanwhile waits; else it is skipped
    tags: Tags = Field(default_factory=dict)

    def limited(self, limits: Limits) -> Job:
        """The job within an environment's limits, which go before its own."""
        names = Limits.model_fields
        given = {name: value for name in names if (value := getattr(limits, name)) is not None}
        return self.model_copy(update=given)


class Project(Settings):
    """What every environment has for an ML project."""

    schema_name: Name = Field(alias="schema")
    model: RegisteredModel
    entity_tags: dict[str, str] = Field(default_factory=dict)  # that say what its data is: of its schema
    volumes: dict[Name, str]  # what each holds; `artifacts` holds the jobs' code
    jobs: dict[Name, Job] = Field(default_factory=dict)
    tables: dict[Name, Table] = Field(default_factory=dict)
    monitors: dict[Name, Monitor] = Field(default_factory=dict)  # by the table each watches
    alerts: Alerts = Alerts()
    tags: Tags = Field(default_factory=dict)  # of all of it that costs; goes before an environment's

    def tables_of(self, asset: str) -> list[str]:
        """The tables that the access matrix means by a word for some of them, their baselines included."""
        named = {
            "features": [name for name, table in self.tables.items() if table.feature_table],
            "inference_tables": [name for name, monitor in self.monitors.items() if monitor.inference_log],
        }[asset]
        baselines = [self.monitors[name].baseline for name in named if name in self.monitors]
        return list(dict.fromkeys([*named, *(name for name in baselines if name)]))

    def assets_of(self, table: str) -> list[str]:
        """The words of the access matrix that mean a table among others."""
        return [asset for asset in TABLE_PRIVILEGES if table in self.tables_of(asset)]
