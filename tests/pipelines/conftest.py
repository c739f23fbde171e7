"""A real engine, a real MLflow store and an endpoint's client for the pipelines' tests.

The engine is Sail with a catalog in memory, so three-level names work without a workspace.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import optuna
import pytest
import yaml
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import PrimaryKeyConstraint, TableConstraint, TableInfo, TablesAPI
from mlflow import MlflowClient
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession
from pyspark.sql.connect.session import SparkSession as ConnectSession

from pipelines.lakehouse import Lakehouse
from pipelines.parameters import FeaturesParameters
from pipelines.project import Project
from pipelines.steps import features, ingest

PROJECTS = Path(__file__).parents[2] / "infra" / "environments" / "projects"


def read_tables(project: str) -> dict[str, Any]:
    """The tables that a project's YAML declares."""
    declared: dict[str, Any] = yaml.safe_load((PROJECTS / f"{project}.yaml").read_text())["tables"]
    return declared


DECLARED = read_tables("flights")
CATALOG = "dev"
MODEL = "arrival_delay"
EXPERIMENT = "/Shared/flights/arrival_delay"
KEY = PrimaryKeyConstraint(
    name="flight_features_key",
    child_columns=["flight_id", "scheduled_at"],
    timeseries_columns=["scheduled_at"],
)


@pytest.fixture(scope="package")
def catalog() -> str:
    """The catalog of the engine that `spark` is a session of."""
    return CATALOG


@pytest.fixture(scope="package")
def spark() -> Iterator[SparkSession]:
    """A session on an engine of its own, the one that getOrCreate() finds."""
    with start_sail() as remote, connect(remote) as session:
        yield session


@contextmanager
def start_sail() -> Iterator[str]:
    """Yield the address of a Sail server whose catalog is in memory."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv(
            "SAIL_CATALOG__LIST", f'[{{type="memory", name="{CATALOG}", initial_database=["default"]}}]'
        )
        settings.setenv("SAIL_CATALOG__DEFAULT_CATALOG", CATALOG)
        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
    try:
        yield f"sc://localhost:{server.listening_address[1]}"
    finally:
        server.stop()


@contextmanager
def connect(remote: str) -> Iterator[SparkSession]:
    """Yield a session on an engine, set up as a platform does for a job: getOrCreate() finds it."""
    with pytest.MonkeyPatch.context() as platform:
        platform.setenv("SPARK_REMOTE", remote)
        # Another engine's session would stay the one that is found; it is found again afterwards.
        platform.setattr(ConnectSession, "_default_session", None)
        platform.setattr(ConnectSession._active_session, "session", None, raising=False)
        session = SparkSession.builder.remote(remote).create()
        try:
            yield session
        finally:  # or the client would look for the engine when the process ends, for minutes
            session.stop()


MakeLakehouse = Callable[[str], Lakehouse]


@pytest.fixture(scope="package")
def make_lakehouse(
    spark: SparkSession, catalog: str, tmp_path_factory: pytest.TempPathFactory
) -> MakeLakehouse:
    """Returns a schema of the given name with the tables that flights.yaml declares, empty."""
    return lambda schema: declare_tables(spark, catalog, schema, tmp_path_factory.mktemp(schema))


def declare_tables(
    spark: SparkSession, catalog: str, schema: str, folder: Path, *, project: str = "flights"
) -> Lakehouse:
    """Return a new schema with the tables that a project's YAML declares, empty, each in the folder."""
    spark.sql(f"CREATE SCHEMA {catalog}.{schema}")
    for table, settings in read_tables(project).items():
        columns = ", ".join(_declare(name, column) for name, column in settings["columns"].items())
        spark.sql(
            f"CREATE TABLE {catalog}.{schema}.{table} ({columns}) USING DELTA LOCATION '{folder / table}'"
        )
    return Lakehouse.connect(catalog, schema)


def _declare(name: str, column: dict[str, Any]) -> str:
    return f"{name} {column['type']}{'' if column.get('nullable', True) else ' NOT NULL'}"


@pytest.fixture(scope="package")
def mlflow_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowClient]:
    """An MLflow tracking store and registry of their own, with the declared experiment."""
    folder = tmp_path_factory.mktemp("mlflow")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:  # as jobs are told; nothing of it stays
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.setenv("MLFLOW_REGISTRY_URI", uri)
        patch.setenv("_MLFLOW_SERVER_ARTIFACT_ROOT", (folder / "artifacts").as_uri())  # else in this folder
        client = MlflowClient()
        client.create_experiment(EXPERIMENT, artifact_location=(folder / "artifacts").as_uri())
        yield client


@dataclass
class TaskValues:
    """What a job's tasks have set; stands where the platform puts dbutils.jobs.taskValues."""

    values: dict[str, object] = field(default_factory=dict)

    def set(self, key: str, value: object) -> None:
        """Keep a value."""
        self.values[key] = value


@pytest.fixture
def task_values() -> Iterator[TaskValues]:
    """The task values that the test's steps set."""
    with record_task_values() as values:
        yield values


@contextmanager
def record_task_values() -> Iterator[TaskValues]:
    """Yield the task values that steps set meanwhile."""
    values = TaskValues()
    runtime = ModuleType("databricks.sdk.runtime")
    runtime.dbutils = SimpleNamespace(jobs=SimpleNamespace(taskValues=values))  # type: ignore[attr-defined] # the platform's module has it
    with pytest.MonkeyPatch.context() as platform:
        platform.setitem(sys.modules, "databricks.sdk.runtime", runtime)
        yield values


def make_quick(project: Project) -> Project:
    """The project with a model that trains in a moment, on one core."""

    def search(trial: optuna.Trial) -> Mapping[str, Any]:
        return {**quick, "n_estimators": trial.suggest_int("n_estimators", 10, 40)}

    quick = {"n_estimators": 30, "learning_rate": 0.2, "num_leaves": 15, "n_jobs": 1}
    return replace(project, model=replace(project.model, hyperparameters=quick, search=search))


@pytest.fixture(scope="package")
def ingested(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """A schema with January to March: flights, weather, planes and features. Not to be written to."""
    return bring_in(make_lakehouse("flights"), "2013-01", "2013-03")


def bring_in(lakehouse: Lakehouse, first: str, last: str) -> Lakehouse:
    """Return the schema with a range of months: flights, weather, planes and features."""
    months = [f"--from_month={first}", f"--to_month={last}"]
    ingest.main([*where(lakehouse), *months])
    compute_features(lakehouse, *months)
    return lakehouse


def compute_features(lakehouse: Lakehouse, *months: str) -> None:
    """Run the step on a table that has its key: this engine takes no constraints."""
    parameters = FeaturesParameters.parse([*where(lakehouse), *months])
    features.compute_features(parameters, make_workspace(KEY))


def make_workspace(key: PrimaryKeyConstraint | None) -> Any:
    """A client whose tables have a primary key, or no constraint for None."""
    constraints = None if key is None else [TableConstraint(primary_key_constraint=key)]
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.tables = create_autospec(TablesAPI, instance=True)
    workspace.tables.get.return_value = TableInfo(table_constraints=constraints)
    return workspace


def where(lakehouse: Lakehouse) -> list[str]:
    """The arguments that every step takes."""
    return ["--project=flights", f"--catalog={lakehouse.catalog}", f"--schema={lakehouse.schema}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let MLflow's own store use what its database library has deprecated."""
    for item in items:
        if "mlflow_store" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning"))
